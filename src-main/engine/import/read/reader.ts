import { decodeField, cp1252Text, textSource, type Encoding } from './encoding.ts';
import type { ByteSource, RowNotes } from './source.ts';

export type Delimiter = ',' | '\t' | ';' | '|';

export type ReadOptions = {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** Number of cells of a well-formed record; lets the reader tell a damaged quote from a long text. 0: not known yet. */
  readonly width?: number;
};

/** A quoted field that runs over a line end and is open for longer than this is taken as never closed. */
const QUOTE_LIMIT = 1 << 20;
/** Longest text of one field. */
export const FIELD_LIMIT = 1 << 20;
const CHUNK = 1 << 20;
const RECORD_LIMIT = 16 << 20;
/** Texts up to this many bytes are looked up among those met lately: comparing bytes is cheaper than another string. */
const REPEATED_LENGTH = 16;
const REPEATED_SLOTS = 1 << 13;
const REPEATED_COLUMNS = 256;
/** After this many texts a column whose texts hardly repeat is no longer looked up. */
const REPEATED_TRIAL = 20_000;

const HIGH = 1;
const DOUBLED = 2;
const NUL = 4;
const STOP = 8;
const LF = 16;
const CR = 32;
/** The quotes are part of the slice: text follows the closing quote. */
const MESSY = 64;

/** Field flags as bits: high byte 1, doubled quote 2, NUL 4, text after the closing quote 64. */
function table(stop: number, newlines: boolean): Uint8Array {
  const kinds = new Uint8Array(256);
  kinds.fill(HIGH, 128);
  kinds[0] = NUL;
  if (newlines) {
    kinds[10] = LF;
    kinds[13] = CR;
  }
  kinds[stop] = STOP;
  return kinds;
}

/**
 * The records of a block as offsets into its bytes, valid until `next`: record r has the fields `first[r]` to `first[r + 1]`,
 * field f is `bytes[starts[f]..ends[f])`, plain (ASCII, as it stands) where `flags[f]` is 0.
 */
export type FieldBlock = {
  readonly bytes: Uint8Array;
  readonly first: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
};

/** What a pass over a file came across; complete after the last record. */
export type ReadFacts = {
  /** Records read, lines without any character left out. */
  records: number;
  blankLines: number;
  /** Physical lines. */
  lines: number;
  /** Records that a reader without resynchronisation would have swallowed. */
  rescued: number;
  damaged: number;
  nulBytes: number;
  truncatedFields: number;
  /** Fields that are not valid UTF-8 and were read as windows-1252. */
  otherEncodingFields: number;
  /** Fields with a character that was lost before or in decoding (U+FFFD), and the lines of the first few. */
  lostFields: number;
  readonly lostLines: number[];
  /** Line ends outside quotes: CRLF, LF, CR. */
  crlf: number;
  lf: number;
  cr: number;
};

type OpenField = { readonly field: number; readonly open: number; readonly lineEnd: number; readonly line: number };

/**
 * Streams delimited text (RFC 4180 and what programs make of it) as records. `next` reads a block and indexes its fields by
 * offset; text is made only when asked for. Line ends are CRLF, LF or a lone CR, in any mixture. A quote counts only at the
 * start of a field. A quote that is never closed costs its own record, not the file: when it stays open for 1 MB or to the
 * end of the file, or the record it makes has the wrong width while the line after it has the right one, it ends at its own
 * line and the record is marked as damaged. Time is linear in the size of the file, memory bounded by the longest record.
 */
export class RecordReader {
  readonly facts: ReadFacts = {
    records: 0,
    blankLines: 0,
    lines: 0,
    rescued: 0,
    damaged: 0,
    nulBytes: 0,
    truncatedFields: 0,
    otherEncodingFields: 0,
    lostFields: 0,
    lostLines: [],
    crlf: 0,
    lf: 0,
    cr: 0,
  };
  /** Physical line (1-based) on which each record of the block starts. */
  lines = new Int32Array(4096);
  /** Damaged records of the block and why. */
  readonly damage = new Map<number, string>();

  readonly #source: ByteSource;
  readonly #notes: RowNotes | undefined;
  readonly #encoding: Encoding;
  readonly #width: number;
  readonly #delimiter: number;
  readonly #plain: Uint8Array;
  readonly #quoted: Uint8Array;
  #buffer = Buffer.allocUnsafe(CHUNK + 1);
  #length = 0;
  #position = 0;
  #base = 0;
  #ended = false;
  #skipping = false;
  #line = 1;
  #quoteLimit = QUOTE_LIMIT;
  #swallowedTo = 0;
  #latin: string | null = null;

  /** Texts met lately, from the second block on. */
  #repeatedBytes = new Uint8Array(0);
  #repeatedLengths = new Uint8Array(0);
  #repeatedTexts: string[] = [];
  /** Columns looked up, none before the second block. */
  #lookedUp = 0;
  readonly #tried = new Int32Array(REPEATED_COLUMNS);
  readonly #met = new Int32Array(REPEATED_COLUMNS);

  #first = new Int32Array(4096);
  #starts = new Int32Array(65536);
  #ends = new Int32Array(65536);
  #flags = new Uint8Array(65536);
  #fields = 0;
  #count = 0;
  #open: OpenField[] = [];
  #badClose = false;
  #unterminated = false;
  readonly #onFallback = (): void => {
    this.facts.otherEncodingFields += 1;
  };
  #decoding = 0;
  readonly #onLost = (): void => this.#lost(this.#decoding);

  constructor(source: ByteSource, options: ReadOptions) {
    this.#source = textSource(source, options.encoding);
    this.#notes = source.notes;
    this.#encoding = options.encoding === 'cp1252' || options.encoding === 'latin1' ? options.encoding : 'utf-8';
    this.#width = source.notes ? 0 : (options.width ?? 0);
    if (source.notes) this.#quoteLimit = Infinity;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#plain = table(this.#delimiter, true);
    this.#quoted = table(34, true);
  }

  /** Reads the next block; the number of its records, 0 at the end of the file. Earlier texts stay valid, offsets do not. */
  next(): number {
    this.#count = 0;
    this.#fields = 0;
    this.#latin = null;
    this.damage.clear();
    if (this.#base > 0 && this.#lookedUp === 0) {
      this.#lookedUp = REPEATED_COLUMNS;
      this.#repeatedBytes = new Uint8Array(REPEATED_SLOTS * REPEATED_LENGTH);
      this.#repeatedLengths = new Uint8Array(REPEATED_SLOTS);
      this.#repeatedTexts = new Array<string>(REPEATED_SLOTS).fill('');
    }
    for (;;) {
      this.#refill();
      if (this.#skipping) this.#skipRestOfLine();
      this.#indexBlock();
      if (this.#count > 0) break;
      if (this.#position >= this.#length) {
        if (this.#ended) break;
        continue;
      }
      if (this.#length === this.#buffer.length - 1) this.#enlarge();
    }
    if (this.#notes) this.#applyNotes(this.#notes);
    this.facts.records += this.#count;
    this.facts.lines = this.#line - 1;
    return this.#count;
  }

  #applyNotes(notes: RowNotes): void {
    for (let r = 0; r < this.#count; r += 1) {
      const record = this.facts.records + r;
      this.lines[r] = notes.lineOf(record);
      const fault = notes.faultOf(record);
      if (fault === undefined) continue;
      this.damage.set(r, fault);
      this.facts.damaged += 1;
    }
  }

  /** Bytes of the (UTF-8 or one-byte) text consumed so far. */
  get consumed(): number {
    return this.#base + this.#position;
  }

  /** The block as offsets. */
  get block(): FieldBlock {
    return {
      bytes: this.#buffer,
      first: this.#first,
      starts: this.#starts,
      ends: this.#ends,
      flags: this.#flags,
    };
  }

  /** Number of cells of a record of the block. */
  widthOf(record: number): number {
    return this.#first[record + 1]! - this.#first[record]!;
  }

  /** Text of one cell; '' when the record is shorter. May be a slice that keeps its block alive: copy what is kept for long. */
  text(record: number, cell: number): string {
    const f = this.#first[record]! + cell;
    return f < this.#first[record + 1]! ? this.#text(f) : '';
  }

  /** Fills `out` with the texts of all cells of a record (`out.length` is not changed); the number of cells. */
  cells(record: number, out: string[]): number {
    const first = this.#first[record]!;
    const last = this.#first[record + 1]!;
    for (let f = first, i = 0; f < last; f += 1, i += 1) out[i] = this.#cell(f, i);
    return last - first;
  }

  /** As `text`, for a cell that the record has, one and the same string for short texts that came lately. */
  cell(record: number, cell: number): string {
    return this.#cell(this.#first[record]! + cell, cell);
  }

  #cell(f: number, column: number): string {
    const s = this.#starts[f]!;
    const e = this.#ends[f]!;
    if (s === e) return '';
    if (this.#flags[f] !== 0 || e - s > FIELD_LIMIT) return this.#text(f);
    if (e - s <= REPEATED_LENGTH && column < this.#lookedUp && this.#repeats(column))
      return this.#repeated(column, s, e);
    return (this.#latin ??= this.#buffer.toString('latin1', 0, this.#length)).substring(s, e);
  }

  /** False once a column has proved to hold hardly any text twice. */
  #repeats(column: number): boolean {
    return this.#tried[column]! < REPEATED_TRIAL || this.#met[column]! * 3 > this.#tried[column]!;
  }

  /** The text of plain bytes; one and the same string for bytes that were met lately. */
  #repeated(column: number, start: number, end: number): string {
    const bytes = this.#buffer;
    const store = this.#repeatedBytes;
    const length = end - start;
    let hash = length;
    for (let p = start; p < end; p += 1) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
    hash ^= hash >>> 15;
    const slot = (hash ^ (hash >>> 7)) & (REPEATED_SLOTS - 1);
    const at = slot * REPEATED_LENGTH;
    if (this.#tried[column]! >= 1 << 30) {
      this.#tried[column]! >>= 1;
      this.#met[column]! >>= 1;
    }
    this.#tried[column]! += 1;
    if (this.#repeatedLengths[slot] === length) {
      let k = 0;
      while (k < length && store[at + k] === bytes[start + k]) k += 1;
      if (k === length) {
        this.#met[column]! += 1;
        return this.#repeatedTexts[slot]!;
      }
    }
    const text = bytes.toString('latin1', start, end);
    for (let k = 0; k < length; k += 1) store[at + k] = bytes[start + k]!;
    this.#repeatedLengths[slot] = length;
    this.#repeatedTexts[slot] = text;
    return text;
  }

  #text(f: number): string {
    const flags = this.#flags[f]!;
    const start = this.#starts[f]!;
    let end = this.#ends[f]!;
    if (end - start > FIELD_LIMIT) {
      end = start + FIELD_LIMIT;
      this.facts.truncatedFields += 1;
    }
    let text: string;
    if ((flags & HIGH) === 0 || this.#encoding === 'latin1') {
      text = (this.#latin ??= this.#buffer.toString('latin1', 0, this.#length)).substring(start, end);
    } else if (this.#encoding === 'cp1252') {
      text = cp1252Text(this.#buffer.toString('latin1', start, end));
    } else {
      this.#decoding = f;
      text = decodeField(this.#buffer, start, end, 'utf-8', this.#onFallback, this.#onLost);
    }
    if (flags & MESSY) {
      const close = closingQuote(text);
      text = text.slice(1, close).replaceAll('""', '"') + text.slice(close + 1);
    } else if (flags & DOUBLED) {
      text = text.replaceAll('""', '"');
    }
    return flags & NUL ? text.replaceAll('\u0000', '') : text;
  }

  #lost(field: number): void {
    this.facts.lostFields += 1;
    let record = 0;
    while (record + 1 < this.#count && this.#first[record + 1]! <= field) record += 1;
    const line = this.lines[record]!;
    if (this.facts.lostLines.length < 20 && this.facts.lostLines.at(-1) !== line) this.facts.lostLines.push(line);
  }

  #refill(): void {
    const left = this.#length - this.#position;
    if (this.#position > 0) {
      this.#buffer.copyWithin(0, this.#position, this.#length);
      this.#base += this.#position;
      this.#position = 0;
      this.#length = left;
    }
    const capacity = this.#buffer.length - 1;
    while (!this.#ended && this.#length < capacity) {
      const got = this.#source.read(this.#buffer.subarray(this.#length, capacity));
      if (got === 0) this.#ended = true;
      this.#length += got;
    }
    this.#buffer[this.#length] = 10;
  }

  #enlarge(): void {
    if (this.#buffer.length <= RECORD_LIMIT) {
      const larger = Buffer.allocUnsafe((this.#buffer.length - 1) * 2 + 1);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
      return;
    }
    this.#startRecord(this.#line);
    this.#pushField(0, 200, HIGH);
    this.#endRecord();
    this.damage.set(
      this.#count - 1,
      'The record is longer than 16 MB. Close its quote, or split it, and import the row again.',
    );
    this.facts.damaged += 1;
    this.#skipping = true;
  }

  #skipRestOfLine(): void {
    const bytes = this.#buffer;
    let p = this.#position;
    while (p < this.#length && bytes[p] !== 10 && bytes[p] !== 13) p += 1;
    if (p < this.#length) {
      this.#skipping = false;
      p += bytes[p] === 13 && bytes[p + 1] === 10 ? 2 : 1;
      this.#line += 1;
    }
    this.#position = p;
  }

  #startRecord(line: number): void {
    if (this.#count + 1 >= this.#first.length) {
      this.#first = grow(this.#first);
      this.lines = grow(this.lines);
    }
    this.#first[this.#count] = this.#fields;
    this.lines[this.#count] = line;
  }

  #endRecord(): void {
    this.#count += 1;
    this.#first[this.#count] = this.#fields;
  }

  #pushField(start: number, end: number, flags: number): void {
    if (this.#fields === this.#starts.length) {
      this.#starts = grow(this.#starts);
      this.#ends = grow(this.#ends);
      const flagsNow = new Uint8Array(this.#flags.length * 2);
      flagsNow.set(this.#flags);
      this.#flags = flagsNow;
    }
    this.#starts[this.#fields] = start;
    this.#ends[this.#fields] = end;
    this.#flags[this.#fields] = flags;
    this.#fields += 1;
    if (flags & NUL) this.#countNuls(start, end);
  }

  #countNuls(start: number, end: number): void {
    for (let i = start; i < end; i += 1) if (this.#buffer[i] === 0) this.facts.nulBytes += 1;
  }

  #indexBlock(): void {
    while (this.#position < this.#length && !this.#skipping) {
      const start = this.#position;
      const line = this.#line;
      const fieldsBefore = this.#fields;
      const swallowed = this.#base + start < this.#swallowedTo;
      this.#startRecord(line);
      let end = this.#scan(start);
      if (end >= 0 && (this.#unterminated || (this.#open.length > 0 && this.#suspicious(fieldsBefore)))) {
        end = this.#resync(start, line, fieldsBefore, end);
      }
      if (end < 0) {
        this.#fields = fieldsBefore;
        this.#line = line;
        return;
      }
      this.#position = end;
      if (swallowed) this.facts.rescued += 1;
      if (
        this.#fields === fieldsBefore + 1 &&
        this.#starts[fieldsBefore] === this.#ends[fieldsBefore] &&
        this.#buffer[start] !== 34
      ) {
        this.#fields = fieldsBefore;
        this.facts.blankLines += 1;
      } else {
        this.#endRecord();
      }
    }
  }

  #suspicious(fieldsBefore: number): boolean {
    return this.#width > 0 && (this.#badClose || this.#fields - fieldsBefore !== this.#width);
  }

  /** Indexes the record at `p`; the start of the next one, or -1 when the block ends before the record does. */
  #scan(p: number): number {
    const bytes = this.#buffer;
    const length = this.#length;
    const plain = this.#plain;
    const ended = this.#ended;
    if (this.#open.length > 0) this.#open = [];
    this.#badClose = false;
    this.#unterminated = false;
    for (;;) {
      let start = p;
      let flags = 0;
      let kind = 0;
      let end = -1;
      if (bytes[p] === 34 && p < length) {
        const close = this.#scanQuoted(p);
        if (close < 0) return -1;
        if (this.#unterminated) {
          this.#pushField(p + 1, close, this.#quotedFlags);
          return close;
        }
        flags = this.#quotedFlags;
        start = p + 1;
        end = close;
        p = close + 1;
        const after = plain[bytes[p]!]!;
        if (after < STOP) {
          start -= 1;
          end = -1;
          flags |= MESSY;
          this.#badClose = true;
        }
      }
      while ((kind = plain[bytes[p]!]!) < STOP) {
        flags |= kind;
        p += 1;
      }
      if (end < 0) end = p;
      if (kind === STOP) {
        this.#pushField(start, end, flags);
        p += 1;
        continue;
      }
      if (p >= length) {
        if (!ended) return -1;
        this.#pushField(start, end, flags);
        this.#line += 1;
        return length;
      }
      if (kind === LF) {
        this.facts.lf += 1;
        p += 1;
      } else if (p + 1 >= length && !ended) {
        return -1;
      } else if (bytes[p + 1] === 10 && p + 1 < length) {
        this.facts.crlf += 1;
        p += 2;
      } else {
        this.facts.cr += 1;
        p += 1;
      }
      this.#pushField(start, end, flags);
      this.#line += 1;
      return p;
    }
  }

  #quotedFlags = 0;

  /** Position of the closing quote of the field that opens at `open`, or -1 when the block ends first. */
  #scanQuoted(open: number): number {
    const bytes = this.#buffer;
    const length = this.#length;
    const quoted = this.#quoted;
    let p = open + 1;
    let flags = 0;
    let spans = false;
    const openLine = this.#line;
    for (;;) {
      let kind = 0;
      while ((kind = quoted[bytes[p]!]!) < STOP) {
        flags |= kind;
        p += 1;
      }
      if (p >= length) {
        if (!this.#ended) return -1;
        this.#unterminated = true;
        if (!spans) this.#open.push({ field: this.#fields, open, lineEnd: length, line: openLine });
        break;
      }
      if (kind === STOP) {
        if (p + 1 >= length && !this.#ended) return -1;
        if (bytes[p + 1] !== 34 || p + 1 >= length) break;
        flags |= DOUBLED;
        p += 2;
        continue;
      }
      if (kind === CR && p + 1 >= length && !this.#ended) return -1;
      if (!spans) {
        this.#open.push({ field: this.#fields, open, lineEnd: p, line: openLine });
        spans = true;
      }
      p += kind === CR && bytes[p + 1] === 10 && p + 1 < length ? 2 : 1;
      this.#line += 1;
      if (p - open > this.#quoteLimit) {
        this.#quoteLimit = Math.max(64 * 1024, this.#quoteLimit >> 1);
        this.#unterminated = true;
        break;
      }
    }
    this.#quotedFlags = flags;
    return p;
  }

  /** Ends a quote at its own line when that explains the record better; the start of the next record, -1 for more bytes. */
  #resync(start: number, line: number, fieldsBefore: number, naiveEnd: number): number {
    const open = this.#open;
    const unterminated = this.#unterminated;
    const fieldsNow = this.#fields;
    const lineNow = this.#line;
    let chosen: OpenField | null = null;
    for (const candidate of open) {
      const next = afterLineEnd(this.#buffer, candidate.lineEnd, this.#length);
      const width = this.#probe(next, fieldsNow, candidate.line + 1);
      if (width === -1 && !this.#ended && this.#buffer.length <= RECORD_LIMIT) return -1;
      if (this.#width > 0 && width === this.#width) {
        chosen = candidate;
        break;
      }
    }
    if (!chosen && unterminated) chosen = open.at(-1) ?? null;
    if (!chosen) {
      this.#fields = fieldsNow;
      this.#line = lineNow;
      return naiveEnd;
    }
    const column = chosen.field - fieldsBefore + 1;
    this.#fields = chosen.field;
    this.#cutAt(chosen, fieldsBefore);
    this.#line = chosen.line + 1;
    this.#swallowedTo = Math.max(this.#swallowedTo, this.#base + naiveEnd);
    this.damage.set(
      this.#count,
      `A quote opens in cell ${column} and is not closed on its line. Add or remove the quote and import the row again.`,
    );
    this.facts.damaged += 1;
    this.facts.lf += 1;
    return afterLineEnd(this.#buffer, chosen.lineEnd, this.#length);
  }

  /** Rewrites the fields from the open quote to the end of its line: as plain cells when that gives the right width. */
  #cutAt(open: OpenField, fieldsBefore: number): void {
    const bytes = this.#buffer;
    let from = open.open + 1;
    for (let p = from; p <= open.lineEnd; p += 1) {
      if (p < open.lineEnd && bytes[p] !== this.#delimiter) continue;
      this.#pushField(from, p, HIGH);
      from = p + 1;
    }
    if (this.#fields - fieldsBefore === this.#width) return;
    this.#fields = open.field;
    this.#pushField(open.open + 1, open.lineEnd, HIGH);
  }

  /** Width of the record at `p` without keeping it: -1 when it is not complete, -2 when its quotes do not fit. */
  #probe(p: number, keepFields: number, line: number): number {
    if (p >= this.#length) return this.#ended ? this.#width : -1;
    const { lf, crlf, cr, nulBytes } = this.facts;
    const limit = this.#quoteLimit;
    const openBefore = this.#open;
    this.#open = [];
    this.#fields = keepFields;
    this.#line = line;
    const end = this.#scan(p);
    const width = this.#fields - keepFields;
    const fits = !this.#unterminated && !this.#badClose;
    this.#open = openBefore;
    this.#fields = keepFields;
    this.#quoteLimit = limit;
    Object.assign(this.facts, { lf, crlf, cr, nulBytes });
    return end < 0 ? -1 : fits ? width : -2;
  }
}

function grow(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function afterLineEnd(bytes: Uint8Array, p: number, length: number): number {
  if (p >= length) return length;
  return bytes[p] === 13 && bytes[p + 1] === 10 && p + 1 < length ? p + 2 : p + 1;
}

/** Index of the quote that closes the one at index 0, doubled quotes skipped. */
function closingQuote(text: string): number {
  for (let i = 1; i < text.length; i += 1) {
    if (text.charCodeAt(i) !== 34) continue;
    if (text.charCodeAt(i + 1) !== 34) return i;
    i += 1;
  }
  return text.length;
}
