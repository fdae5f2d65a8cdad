import type { Kept, ReadContext } from '#engine/base/context.ts';
import { usage } from '#engine/base/errors.ts';
import { fold } from '#engine/base/text.ts';

/**
 * The words of every comment, for search, themes and phrases. Held in memory once per data version and never stored, so
 * that erasing a person has one place less to clean: 1,000,000 comments are searched by scanning their words.
 */
export type TextIndex = {
  /** Row ids of `response` with a comment, ascending. */
  readonly ids: Int32Array;
  /** Words of comment i: tokens[start[i]] .. tokens[start[i + 1] - 1], as numbers of `words`. */
  readonly start: Int32Array;
  readonly tokens: Int32Array;
  readonly words: readonly string[];
  /** Number of a folded word; undefined when no comment has it. */
  numberOf(word: string): number | undefined;
};

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** The words of a text, folded, in order. */
export function wordsIn(text: string): string[] {
  return fold(text).replaceAll('’', "'").match(WORD) ?? [];
}

const INDEX: Kept<{ index: TextIndex | null }> = { name: 'nps words', make: () => ({ index: null }) };

export function textIndexOf(ctx: ReadContext): TextIndex {
  const kept = ctx.kept(INDEX);
  kept.index ??= read(ctx);
  return kept.index;
}

function read(ctx: ReadContext): TextIndex {
  const ids: number[] = [];
  const start: number[] = [0];
  const words: string[] = [];
  const numbers = new Map<string, number>();
  let tokens = new Int32Array(1024);
  let n = 0;
  for (const [id, text] of ctx.db.iterate("SELECT id, verbatim FROM response WHERE verbatim <> '' ORDER BY id")) {
    if ((ids.length & 4095) === 0) ctx.cancel.check();
    for (const word of wordsIn(text as string)) {
      let number = numbers.get(word);
      if (number === undefined) {
        number = words.push(word) - 1;
        numbers.set(word, number);
      }
      if (n === tokens.length) {
        const larger = new Int32Array(2 * n);
        larger.set(tokens);
        tokens = larger;
      }
      tokens[n++] = number;
    }
    ids.push(id as number);
    start.push(n);
  }
  return {
    ids: Int32Array.from(ids),
    start: Int32Array.from(start),
    tokens: tokens.slice(0, n),
    words,
    numberOf: (word) => numbers.get(word),
  };
}

/** Index of a comment by the row id of its answer; -1 when the answer has none. */
export function commentOf(index: TextIndex, id: number): number {
  let [low, high] = [0, index.ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return index.ids[low] === id ? low : -1;
}

type Query =
  | { readonly is: 'phrase'; readonly words: readonly { readonly text: string; readonly prefix: boolean }[] }
  | { readonly is: 'not'; readonly of: Query }
  | { readonly is: 'and' | 'or'; readonly of: readonly Query[] };

/**
 * Reads a search: words that all have to be there, `or`, `not` or a leading minus, `"a phrase"`, `begin*`, parentheses.
 * Case and accents do not matter. Throws `usage` with what is wrong.
 */
export function parseSearch(text: string): Query {
  const parts = [...text.matchAll(/\s*("(?:[^"]*)"?|[()]|-(?=[\p{L}\p{N}("])|[\p{L}\p{N}'’]+\*?|\S)/gu)].map(
    (m) => m[1]!,
  );
  let at = 0;
  const wrong = (what: string): Error => usage(`search "${text.slice(0, 80)}": ${what}.`, { at });
  const atom = (): Query => {
    const part = parts[at++];
    if (part === undefined) throw wrong('a word is missing at the end');
    if (part === '(') {
      const inner = or();
      if (parts[at++] !== ')') throw wrong('a parenthesis is not closed');
      return inner;
    }
    if (part.startsWith('"')) {
      if (part.length < 2 || !part.endsWith('"')) throw wrong('a quotation mark is not closed');
      const words = wordsIn(part);
      if (words.length === 0) throw wrong('a phrase has no words');
      return { is: 'phrase', words: words.map((word) => ({ text: word, prefix: false })) };
    }
    const prefix = part.endsWith('*');
    const [word, ...more] = wordsIn(part);
    if (word === undefined) throw wrong(`"${part}" is not a word`);
    return {
      is: 'phrase',
      words: [word, ...more].map((one, i) => ({ text: one, prefix: prefix && i === more.length })),
    };
  };
  const not = (): Query => {
    if (parts[at] !== '-' && parts[at]?.toLowerCase() !== 'not') return atom();
    at++;
    return { is: 'not', of: not() };
  };
  const and = (): Query => {
    const of = [not()];
    while (at < parts.length && parts[at] !== ')' && parts[at]!.toLowerCase() !== 'or') {
      if (parts[at]!.toLowerCase() === 'and') at++;
      of.push(not());
    }
    return of.length === 1 ? of[0]! : { is: 'and', of };
  };
  const or = (): Query => {
    const of = [and()];
    while (parts[at]?.toLowerCase() === 'or') {
      at++;
      of.push(and());
    }
    return of.length === 1 ? of[0]! : { is: 'or', of };
  };
  const query = or();
  if (at < parts.length) throw wrong(`"${parts[at]!}" is not expected`);
  return query;
}

/** Which comments a search finds: 1 by index of the comment. */
export function found(index: TextIndex, query: Query): Uint8Array {
  const n = index.ids.length;
  switch (query.is) {
    case 'phrase':
      return phraseIn(index, query.words);
    case 'not':
      return found(index, query.of).map((hit) => 1 - hit);
    case 'and':
    case 'or': {
      const hits = new Uint8Array(n).fill(query.is === 'and' ? 1 : 0);
      for (const part of query.of) {
        const own = found(index, part);
        for (let i = 0; i < n; i++) hits[i] = query.is === 'and' ? hits[i]! & own[i]! : hits[i]! | own[i]!;
      }
      return hits;
    }
  }
}

function phraseIn(index: TextIndex, words: readonly { text: string; prefix: boolean }[]): Uint8Array {
  const hits = new Uint8Array(index.ids.length);
  const wanted = words.map(({ text, prefix }) => {
    const is = new Uint8Array(index.words.length);
    if (prefix) index.words.forEach((word, number) => (is[number] = word.startsWith(text) ? 1 : 0));
    else {
      const number = index.numberOf(text);
      if (number !== undefined) is[number] = 1;
    }
    return is;
  });
  const { start, tokens } = index;
  const [first, ...rest] = wanted;
  for (let i = 0; i < hits.length; i++) {
    const last = start[i + 1]! - rest.length;
    for (let t = start[i]!; t < last; t++) {
      if (first![tokens[t]!] === 1 && rest.every((is, k) => is[tokens[t + 1 + k]!] === 1)) {
        hits[i] = 1;
        break;
      }
    }
  }
  return hits;
}

/** The words that a search looks for, so that they can be shown; those after `not` are left out. */
export function soughtWords(query: Query): string[] {
  switch (query.is) {
    case 'phrase':
      return query.words.map(({ text, prefix }) => (prefix ? `${text}*` : text));
    case 'not':
      return [];
    default:
      return query.of.flatMap(soughtWords);
  }
}
