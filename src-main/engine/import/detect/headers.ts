import { phraseOf } from '../mapping/words.ts';

/** A header as it is compared: without byte order mark, trimmed, lower case, blanks collapsed. */
export function headerKey(header: string): string {
  return header
    .replace(/^\uFEFF/, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_\u00A0]+/g, ' ');
}

/** The keys of a header without what accounts and views add (`Open Balance (GBP)`, `Name [list]`), suffix by suffix. */
function barer(header: string): string[] {
  const keys: string[] = [];
  for (let key = headerKey(header), next = key; ; key = next) {
    next = key.replace(/\s*(?:\([^()]*\)|\[[^\]]*\])$/, '');
    if (next === key || keys.length === 4) return keys;
    keys.push(next);
  }
}

/** Keys of the names that profiles and mappings ask for. */
const asked = new Map<string, string>();

function askedKey(name: string): string {
  let key = asked.get(name);
  if (key === undefined) {
    key = headerKey(name);
    if (asked.size > 20_000) asked.clear();
    asked.set(name, key);
  }
  return key;
}

/** Where each header is: exact keys first, then keys without suffixes that only one column has. */
export class HeaderIndex {
  readonly headers: readonly string[];
  readonly #exact = new Map<string, number>();
  readonly #bare = new Map<string, number>();

  constructor(headers: readonly string[]) {
    this.headers = headers;
    const seen = new Map<string, number>();
    headers.forEach((header, i) => {
      const key = headerKey(header);
      if (key !== '' && !this.#exact.has(key)) this.#exact.set(key, i);
      for (const bare of key.endsWith(')') || key.endsWith(']') ? [key, ...barer(header)] : [key]) {
        seen.set(bare, (seen.get(bare) ?? 0) + 1);
        if (bare !== '') this.#bare.set(bare, i);
      }
    });
    for (const [key, times] of seen) if (times > 1) this.#bare.delete(key);
  }

  /** Position of a header under any of its names, or -1. */
  find(name: string, aliases: readonly string[] = []): number {
    for (const wanted of [name, ...aliases]) {
      const at = this.#exact.get(askedKey(wanted));
      if (at !== undefined) return at;
    }
    for (const wanted of [name, ...aliases]) {
      const at = this.#bare.get(askedKey(wanted));
      if (at !== undefined) return at;
    }
    return -1;
  }
}

/** Finds headers that an export spells otherwise than last time: other punctuation or case, or another word for the same. */
export class AlikeIndex {
  readonly #index: HeaderIndex;
  readonly #letters = new Map<string, number>();
  readonly #phrases = new Map<string, number>();

  constructor(index: HeaderIndex) {
    this.#index = index;
    index.headers.forEach((header, at) => {
      for (const [map, key] of [
        [this.#letters, lettersOf(header)],
        [this.#phrases, wordsOf(header)],
      ] as const)
        map.set(key, map.has(key) ? -1 : at);
    });
  }

  /** Position of a header under this name or one that is certainly the same, or -1. */
  find(name: string): number {
    const at = this.#index.find(name);
    if (at >= 0) return at;
    const spelt = this.#letters.get(lettersOf(name)) ?? -1;
    return spelt >= 0 ? spelt : (this.#phrases.get(wordsOf(name)) ?? -1);
  }
}

function lettersOf(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function wordsOf(header: string): string {
  const { text, qualifier } = phraseOf(header);
  return `${text}|${qualifier}`;
}

/** Headers made unique and visible: a second `a` becomes `a (2)`, an empty one `column 7`. */
export function uniqueHeaders(headers: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return headers.map((raw, i) => {
    const header = raw.replace(/^\uFEFF/, '').trim() || `column ${i + 1}`;
    const times = (seen.get(header) ?? 0) + 1;
    seen.set(header, times);
    if (times === 1) return header;
    let name = `${header} (${times})`;
    while (seen.has(name)) name = `${name}'`;
    seen.set(name, 1);
    return name;
  });
}
