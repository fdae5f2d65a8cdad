import { LadderlineError } from '#engine/base/errors.ts';
import { bomLength, utf16Source } from './encoding.ts';
import { utf16Pattern } from './refuse.ts';
import { readHead, rejoin, type ByteSource } from './source.ts';
import type { ByteWindow } from './byte-window.ts';
import type { TextBuffer } from './cell-text.ts';

/** A part that declares entities or a document type is refused: no workbook has one (OWASP ASVS 1.5.1). */
export function refuseDoctype(name: string): LadderlineError {
  return new LadderlineError(
    'unsafe-archive',
    `${name} cannot be imported: its XML declares a document type or entities, as no spreadsheet program writes. Open it in a spreadsheet program, save it as CSV and import that.`,
    { file: name },
  );
}

export function damagedXml(name: string, what: string): LadderlineError {
  return new LadderlineError(
    'damaged-workbook',
    `${name} cannot be imported: ${what}. Open it in a spreadsheet program, save it again and import that.`,
    { file: name },
  );
}

/** XML as UTF-8 bytes: UTF-16 is transcoded, the mark dropped. */
export function xmlSource(source: ByteSource): ByteSource {
  const head = readHead({ size: null, read: (buffer) => source.read(buffer) }, 64);
  const mark = bomLength(head);
  const whole = rejoin(mark === 3 ? head.subarray(3) : head, source);
  if (mark !== 2 && utf16Pattern(head) === null) return whole;
  const wide = utf16Source(whole, mark === 2 ? head[0] === 0xfe : utf16Pattern(head) === 'utf-16-be');
  let first = mark === 2;
  return {
    size: null,
    read(buffer) {
      const n = wide.read(buffer);
      if (!first || n < 3) return n;
      first = false;
      buffer.copyWithin(0, 3, n);
      return n > 3 ? n - 3 : wide.read(buffer);
    },
  };
}

export type Tag = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly closing: boolean;
};

const TAG = /<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

/** Tags of a small part in order, prefixes dropped from their names. Throws `unsafe-archive` for a DOCTYPE. */
export function* tagsOf(text: string, part: string): Generator<Tag> {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw refuseDoctype(part);
  for (const [, slash, name, written] of text.replace(/<!--[\s\S]*?-->/g, '').matchAll(TAG)) {
    const attributes = new Map<string, string>();
    for (const [, key, double, single] of written!.matchAll(ATTRIBUTE)) {
      const value = unescapeXml(double ?? single ?? '');
      attributes.set(key!, value);
      attributes.set(key!.replace(/^.*:/, ''), value);
    }
    yield { name: name!, attributes, closing: slash === '/' };
  }
}

const NAMED: Readonly<Record<string, number>> = { amp: 38, lt: 60, gt: 62, quot: 34, apos: 39 };

/** The character a reference stands for, or -1: only the five of XML and numbers; others need a document type. */
function referenced(reference: string): number {
  if (reference.startsWith('#')) {
    const code = /^#x[0-9a-f]{1,6}$/i.test(reference)
      ? Number.parseInt(reference.slice(2), 16)
      : /^#\d{1,7}$/.test(reference)
        ? Number(reference.slice(1))
        : -1;
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? code : -1;
  }
  return Object.hasOwn(NAMED, reference) ? NAMED[reference]! : -1;
}

function unescapeXml(text: string): string {
  return text.includes('&')
    ? text.replace(/&([^;&\s]{1,10});/g, (whole, reference: string) => {
        const code = referenced(reference);
        return code < 0 ? whole : String.fromCodePoint(code);
      })
    : text;
}

/**
 * Appends character data to `out`: references resolved, line ends as LF (XML 1.0, 2.11), `_x000D_` as a spreadsheet means
 * it (ECMA-376 22.9.2.19). Fast for plain bytes.
 */
export function appendText(out: TextBuffer, bytes: Buffer, start: number, end: number): void {
  for (let i = start; i < end; i += 1) {
    const c = bytes[i]!;
    if (c === 38 || c === 13 || (c === 95 && bytes[i + 1] === 120)) {
      const text = unescapeXml(bytes.toString('utf8', start, end).replace(/\r\n?/g, '\n'));
      out.text(
        text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => {
          const code = Number.parseInt(hex, 16);
          return code === 13 ? '' : String.fromCharCode(code);
        }),
      );
      return;
    }
  }
  out.copy(bytes, start, end);
}

/** Moves behind a comment that starts at `from`; false when it does not end. */
export function skipComment(window: ByteWindow, from: number): boolean {
  window.at = from;
  return skipTo(window, '-->', 4);
}

/** Moves behind the next `mark` at least `ahead` bytes on; false when there is none. */
function skipTo(window: ByteWindow, mark: string, ahead: number): boolean {
  for (;;) {
    const at = window.bytes.subarray(0, window.end).indexOf(mark, window.at + ahead, 'latin1');
    if (at >= 0) {
      window.at = at + mark.length;
      return true;
    }
    if (!window.more()) return false;
  }
}

/** Appends the character data at the window's place and moves to the tag behind it; false when there is none. */
export function readCharacters(window: ByteWindow, out: TextBuffer): boolean {
  for (;;) {
    let seen = window.at;
    for (;;) {
      while (seen < window.end && window.bytes[seen] !== 60) seen += 1;
      if (seen + 9 <= window.end) break;
      const ahead = seen - window.at;
      const more = window.more();
      seen = window.at + ahead;
      if (more) continue;
      if (seen < window.end) break;
      return false;
    }
    appendText(out, window.bytes, window.at, seen);
    window.at = seen;
    if (window.bytes[seen + 1] !== 33) return true;
    if (window.bytes.toString('latin1', seen, Math.min(seen + 9, window.end)) !== '<![CDATA[') return true;
    if (!skipTo(window, ']]>', 9)) return false;
    const from = window.bytes.lastIndexOf('<![CDATA[', window.at, 'latin1');
    out.copy(window.bytes, from + 9, window.at - 3);
  }
}
