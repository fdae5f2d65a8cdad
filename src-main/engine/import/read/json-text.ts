import { LadderlineError } from '#engine/base/errors.ts';
import { ByteWindow } from './byte-window.ts';
import { TextBuffer } from './cell-text.ts';
import { decodeField } from './encoding.ts';
import { JsonError, readObject } from './json-value.ts';
import { FIELD_LIMIT } from './reader.ts';
import { RowNumbers, type MadeText } from './row-notes.ts';
import type { ByteSource } from './source.ts';

/** Longest JSON of one record. */
const RECORD_LIMIT = 16 << 20;
export const JSON_COLUMNS = 10_000;
const BATCH = 64 * 1024;

/**
 * How the records of a JSON file stand in it: one a line; objects one after the other over several lines; items of the list
 * that is the file; items of the list under a name of the object that is the file.
 */
export type JsonShape =
  | { readonly kind: 'lines' }
  | { readonly kind: 'stream' }
  | { readonly kind: 'list'; readonly under: string | null };

const isBlank = (c: number): boolean => c === 32 || c === 10 || c === 13 || c === 9;

/** End of the balanced value at `from`, or -1 when it does not end before `to`. */
function valueEnd(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  for (let i = from; i < to; i += 1) {
    const c = bytes[i]!;
    if (c === 34) {
      for (i += 1; i < to && bytes[i] !== 34; i += 1) if (bytes[i] === 92) i += 1;
      if (i >= to) return -1;
    } else if (c === 123 || c === 91) depth += 1;
    else if (c === 125 || c === 93) {
      depth -= 1;
      if (depth === 0) return i + 1;
      if (depth < 0) return -1;
    }
    if (depth === 0 && c !== 34 && (c === 44 || isBlank(c))) return i;
  }
  return -1;
}

function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at]!)) at += 1;
  return at;
}

/** The name of the first list of objects in the object at `from`, or null. */
function listName(bytes: Buffer, from: number, to: number): string | null {
  let at = from + 1;
  for (;;) {
    at = afterBlanks(bytes, at, to);
    if (bytes[at] === 44) at = afterBlanks(bytes, at + 1, to);
    if (at >= to || bytes[at] !== 34) return null;
    const nameFrom = at;
    for (at += 1; at < to && bytes[at] !== 34; at += 1) if (bytes[at] === 92) at += 1;
    const nameTo = at;
    at = afterBlanks(bytes, at + 1, to);
    if (bytes[at] !== 58) return null;
    at = afterBlanks(bytes, at + 1, to);
    if (bytes[at] === 91 && bytes[afterBlanks(bytes, at + 1, to)] === 123)
      return bytes.toString('utf8', nameFrom + 1, nameTo);
    const end = valueEnd(bytes, at, to);
    if (end < 0) return null;
    at = end;
  }
}

/** Tells whether the head of a file (UTF-8, no mark) is JSON with records, and how they stand in it; null for other text. */
export function jsonShape(head: Buffer, whole: boolean): JsonShape | null {
  const to = head.length;
  const from = afterBlanks(head, 0, to);
  if (head[from] === 91) {
    const item = afterBlanks(head, from + 1, to);
    return head[item] === 123 || (head[item] === 93 && afterBlanks(head, item + 1, to) >= to)
      ? { kind: 'list', under: null }
      : head[item] === 91 && valueEnd(head, item, to) > 0
        ? { kind: 'list', under: null }
        : null;
  }
  if (head[from] !== 123) return null;
  const named = afterBlanks(head, from + 1, to);
  if (head[named] !== 34 && head[named] !== 125) return null;
  let lineEnd = from;
  while (lineEnd < to && head[lineEnd] !== 10 && head[lineEnd] !== 13) lineEnd += 1;
  const end = valueEnd(head, from, to);
  const next = end < 0 ? to : afterBlanks(head, end, to);
  if (end < 0 || (next >= to && whole)) {
    const second = afterBlanks(head, lineEnd, to);
    // A first line that is cut still is a line when the next one starts a record.
    if (end < 0 && head[second] === 123 && lineEnd < to) return { kind: 'lines' };
    const under = listName(head, from, to);
    if (under !== null) return { kind: 'list', under };
    return { kind: end >= 0 && end <= lineEnd ? 'lines' : 'stream' };
  }
  return { kind: end <= lineEnd ? 'lines' : 'stream' };
}

type JsonRecord = { readonly line: number; readonly text: string | null; readonly fault: string | null };

/** Cuts JSON into the texts of its records. */
class Records {
  readonly #window: ByteWindow;
  readonly #shape: JsonShape;
  readonly #name: string;
  #line = 1;
  #item = 0;
  #inList = false;
  #over = false;

  constructor(source: ByteSource, shape: JsonShape, name: string) {
    this.#window = new ByteWindow(source, RECORD_LIMIT);
    this.#shape = shape;
    this.#name = name;
  }

  next(): JsonRecord | null {
    if (this.#over) return null;
    return this.#shape.kind === 'lines' ? this.#nextLine() : this.#nextValue();
  }

  #nextLine(): JsonRecord | null {
    const window = this.#window;
    let p = window.at;
    for (;;) {
      while (p < window.end && window.bytes[p] !== 10 && window.bytes[p] !== 13) p += 1;
      if (p < window.end || window.ended) {
        const crlf = window.bytes[p] === 13;
        if (crlf && p + 1 >= window.end && !window.ended) {
          const ahead = p - window.at;
          window.more();
          p = window.at + ahead;
          continue;
        }
        const from = window.at;
        const line = this.#line;
        window.at = Math.min(window.end, p + (crlf && window.bytes[p + 1] === 10 && p + 1 < window.end ? 2 : 1));
        this.#line += 1;
        if (afterBlanks(window.bytes, from, p) < p) return { line, text: this.#text(from, p), fault: null };
        if (p >= window.end) return null;
        p = window.at;
        continue;
      }
      const ahead = p - window.at;
      if (!window.more() && !window.ended) return this.#skipLine();
      p = window.at + ahead;
    }
  }

  #skipLine(): JsonRecord {
    const window = this.#window;
    const line = this.#line;
    for (;;) {
      let p = window.at;
      while (p < window.end && window.bytes[p] !== 10) p += 1;
      window.at = Math.min(window.end, p + 1);
      if (p < window.end) break;
      if (!window.more()) break;
    }
    this.#line += 1;
    return { line, text: null, fault: 'The line is longer than 16 MB. Split the file with another program.' };
  }

  /** Moves to the next byte that is no blank, counting lines; -1 at the end. */
  #toNext(): number {
    const window = this.#window;
    for (;;) {
      while (window.at < window.end) {
        const c = window.bytes[window.at]!;
        if (c === 10) this.#line += 1;
        else if (!isBlank(c)) return c;
        window.at += 1;
      }
      if (!window.more()) return -1;
    }
  }

  #enter(): void {
    this.#inList = true;
    const { under } = this.#shape as { under: string | null };
    if (this.#toNext() < 0) return;
    if (under === null) {
      this.#window.at += 1;
      return;
    }
    // The list stands within the head that told its name.
    const window = this.#window;
    window.at += 1;
    for (;;) {
      const c = this.#toNext();
      if (c === 44) {
        window.at += 1;
        continue;
      }
      const name = c === 34 ? this.#value() : null;
      const colon = name === null ? -1 : this.#toNext();
      if (name === null || colon !== 58)
        throw new LadderlineError('bad-json', `${this.#name} is not valid JSON before its records. Export it again.`);
      window.at += 1;
      if (this.#toNext() === 91 && name === `"${under}"`) {
        window.at += 1;
        return;
      }
      if (this.#value() === null)
        throw new LadderlineError('bad-json', `${this.#name} is not valid JSON before its records. Export it again.`);
    }
  }

  /** The text of the value at the window's place; null when it does not end. */
  #value(): string | null {
    const window = this.#window;
    for (;;) {
      let end = valueEndOfAny(window.bytes, window.at, window.end);
      if (end < 0 && window.ended && window.at < window.end) end = -2;
      if (end >= 0) {
        const text = this.#text(window.at, end);
        for (let i = window.at; i < end; i += 1) if (window.bytes[i] === 10) this.#line += 1;
        window.at = end;
        return text;
      }
      if (end === -2 || !window.more()) return null;
    }
  }

  #nextValue(): JsonRecord | null {
    const list = this.#shape.kind === 'list';
    if (list && !this.#inList) this.#enter();
    const window = this.#window;
    let c = this.#toNext();
    if (list && c === 44) {
      window.at += 1;
      c = this.#toNext();
    }
    if (c < 0 || (list && c === 93)) {
      this.#over = true;
      if (list && c < 0)
        return {
          line: this.#item + 1,
          text: null,
          fault: 'The file ends before its list does; it is cut off. Export it again.',
        };
      return null;
    }
    this.#item += 1;
    const line = list ? this.#item : this.#line;
    const text = this.#value();
    if (text !== null) return { line, text, fault: null };
    this.#over = true;
    const rest = this.#text(window.at, Math.min(window.end, window.at + 500));
    return {
      line,
      text: rest,
      fault: window.ended
        ? 'The file ends within this record; it is cut off or a bracket is missing. Nothing behind it was read. Export it again.'
        : 'The record is longer than 16 MB. Nothing behind it was read. Split the file with another program.',
    };
  }

  #text(from: number, to: number): string {
    return decodeField(this.#window.bytes, from, to, 'utf-8', () => {});
  }
}

/** End of any value, plain words included. */
function valueEndOfAny(bytes: Uint8Array, from: number, to: number): number {
  const c = bytes[from];
  if (c === 123 || c === 91) return valueEnd(bytes, from, to);
  if (c === 34) {
    for (let i = from + 1; i < to; i += 1) {
      if (bytes[i] === 92) i += 1;
      else if (bytes[i] === 34) return i + 1;
    }
    return -1;
  }
  for (let i = from; i < to; i += 1) {
    const b = bytes[i]!;
    if (b === 44 || b === 93 || b === 125 || b === 123 || b === 58 || isBlank(b)) return Math.max(i, from + 1);
  }
  return -1;
}

/** Names of the columns of a JSON file in the order they first occur: all records are looked at. */
export function jsonColumns(source: ByteSource, shape: JsonShape, name: string, checkCancel: () => void): string[] {
  const records = new Records(source, shape, name);
  const columns = new Columns(name);
  for (let record = records.next(), n = 0; record !== null; record = records.next(), n += 1) {
    if ((n & 0xff) === 0) checkCancel();
    if (record.fault !== null || record.text === null) continue;
    columns.start();
    try {
      readObject(record.text, (path) => void columns.place(path));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
    }
  }
  return columns.names;
}

/** The JSON of the records with their row numbers. */
export function* jsonRows(
  source: ByteSource,
  shape: JsonShape,
  name: string,
): Generator<{ line: number; text: string }> {
  const records = new Records(source, shape, name);
  for (let record = records.next(); record !== null; record = records.next())
    yield { line: record.line, text: record.text ?? '' };
}

/** Places of names; a name that one record has twice gets a second column. */
class Columns {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #stamps: number[] = [];
  readonly #name: string;
  #stamp = 0;

  constructor(name: string, names: readonly string[] = []) {
    this.#name = name;
    for (const known of names) this.#add(known);
  }

  #add(path: string): number {
    if (this.names.length >= JSON_COLUMNS)
      throw new LadderlineError(
        'too-many-columns',
        `${this.#name} has more than ${JSON_COLUMNS} different names in its records: they look like values, not like columns. Export it as a list of records with the same names.`,
      );
    this.#places.set(path, this.names.length);
    this.names.push(path);
    this.#stamps.push(0);
    return this.names.length - 1;
  }

  start(): void {
    this.#stamp += 1;
  }

  /** Column of a name in this record. */
  place(path: string): number {
    let wanted = path;
    for (let n = 2; ; n += 1) {
      const at = this.#places.get(wanted) ?? this.#add(wanted);
      if (this.#stamps[at] !== this.#stamp) {
        this.#stamps[at] = this.#stamp;
        return at;
      }
      wanted = `${path} (${n})`;
    }
  }
}

/**
 * The records of a JSON file as delimited text with a header. A record that is no JSON object becomes a row of its text with
 * its fault; the rest is read on. A row's number is its line, or its place in the list.
 */
export class JsonText implements MadeText {
  readonly size = null;
  readonly notes = new RowNumbers();
  readonly #records: Records;
  readonly #columns: Columns;
  readonly #names: readonly string[];
  readonly #out = new TextBuffer();
  readonly #values: string[] = [];
  readonly #source: ByteSource & { close?(): void };
  readonly #checkCancel: () => void;
  readonly #listed: boolean;
  #consumed = 0;
  #given = 0;
  #started = false;
  #done = false;

  constructor(
    source: ByteSource & { close?(): void },
    shape: JsonShape,
    names: readonly string[],
    name: string,
    checkCancel: () => void = () => {},
  ) {
    const counted: ByteSource = {
      size: source.size,
      read: (buffer) => {
        const n = source.read(buffer);
        this.#consumed += n;
        return n;
      },
    };
    this.#source = source;
    this.#records = new Records(counted, shape, name);
    this.#columns = new Columns(name, names);
    this.#names = names;
    this.#listed = shape.kind === 'list';
    this.#checkCancel = checkCancel;
  }

  get consumed(): number {
    return this.#consumed;
  }

  close(): void {
    this.#source.close?.();
  }

  read(buffer: Uint8Array): number {
    if (this.#given === this.#out.length) {
      this.#given = 0;
      this.#out.length = 0;
      this.#checkCancel();
      this.#fill();
    }
    const n = Math.min(buffer.length, this.#out.length - this.#given);
    buffer.set(this.#out.bytes.subarray(this.#given, this.#given + n));
    this.#given += n;
    return n;
  }

  #fill(): void {
    if (!this.#started) {
      this.#started = true;
      if (this.#names.length > 0) this.#row(this.#names, 0);
    }
    const width = this.#names.length;
    while (this.#out.length < BATCH && !this.#done) {
      const record = this.#records.next();
      if (record === null) {
        this.#done = true;
        return;
      }
      let { fault } = record;
      if (fault === null && record.text !== null) {
        this.#columns.start();
        for (let i = 0; i < width; i += 1) this.#values[i] = '';
        this.#values.length = width;
        try {
          readObject(record.text, (path, value) => {
            const at = this.#columns.place(path);
            if (at < width) this.#values[at] = value;
          });
          this.#row(this.#values, record.line);
          continue;
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
          fault = `The ${this.#listed ? 'item' : 'line'} is no JSON object: ${error.message}. Correct it and import the row again.`;
        }
      }
      this.#row([(record.text ?? '').slice(0, 500) || '(too long)'], record.line, fault ?? undefined);
    }
  }

  #row(values: readonly string[], line: number, fault?: string): void {
    const out = this.#out;
    const from = out.length;
    for (let i = 0; i < values.length; i += 1) {
      if (i > 0) out.byte(44);
      const start = out.length;
      const value = values[i]!;
      // One character too many lets the reader see and count that the text was cut.
      out.text(value.length > FIELD_LIMIT ? value.slice(0, FIELD_LIMIT + 1) : value);
      if (value !== '') out.quoteFrom(start);
    }
    // An empty line would be no record at all, and a header without a name no header.
    if (out.length === from) out.text('""');
    out.byte(10);
    this.notes.push(line, fault);
  }
}
