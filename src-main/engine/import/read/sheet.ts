import { ByteWindow } from './byte-window.ts';
import { TextBuffer } from './cell-text.ts';
import { numberText, serialText, type FormatKind } from './number-formats.ts';
import { RowNumbers, type MadeText } from './row-notes.ts';
import type { SharedStrings } from './shared-strings.ts';
import { damagedXml, readCharacters, refuseDoctype, skipComment, xmlSource } from './xml.ts';
import type { Unpacked } from './inflate.ts';

/** Cells of one column that are merged downwards; rows 1-based, both included. */
export type Merge = { readonly column: number; readonly first: number; readonly last: number };

export type SheetParts = {
  /** Named in messages. */
  readonly name: string;
  readonly strings: SharedStrings;
  /** Kind of number format by style. */
  readonly styles: readonly FormatKind[];
  readonly date1904: boolean;
  readonly merges: readonly Merge[];
  readonly checkCancel: () => void;
};

const TAG_LIMIT = 8 << 20;
const BATCH = 64 * 1024;
export const MOST_COLUMNS = 16_384;
const NUMBER = 0;
const SHARED = 1;
const TEXT = 2;
const BOOLEAN = 3;
const INLINE = 4;

/** One open cell of a merge: its value is repeated in the rows below. */
type Filling = { readonly last: number; readonly text: Buffer };

/**
 * The rows of a worksheet as delimited text, in one pass over its bytes (ECMA-376 18.3.1). A record is what a spreadsheet
 * program saves as CSV: cells up to the widest row, dates as ISO text by their number format, TRUE and FALSE, error words,
 * the last computed value of formulas. Rows without a value make no record. Rows with one value in column A, after an
 * empty row or at the start, stand alone: titles and footers, not data. Texts and dates of cells merged downwards are
 * repeated; numbers are not, they would be added up twice.
 */
export class SheetText implements MadeText {
  readonly size = null;
  readonly notes = new RowNumbers();
  readonly #unpacked: Unpacked;
  readonly #window: ByteWindow;
  readonly #parts: SheetParts;
  readonly #out = new TextBuffer();
  #given = 0;
  #done = false;

  readonly #cells = new TextBuffer();
  #columns = new Int32Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #count = 0;
  #ascending = true;
  /** Values whose merge may be repeated: texts and dates. */
  #repeatable = new Uint8Array(64);

  #row = 0;
  #lastRow = 0;
  #rowNamed = false;
  #widest = 0;
  #column = -1;
  #type = NUMBER;
  #style = 0;
  #inlineFrom = -1;
  #guide = false;
  #inRow = false;
  #nextMerge = 0;
  readonly #filling = new Map<number, Filling>();

  constructor(unpacked: Unpacked, parts: SheetParts) {
    this.#unpacked = unpacked;
    this.#parts = parts;
    this.#window = new ByteWindow(xmlSource(unpacked), TAG_LIMIT);
  }

  get consumed(): number {
    return this.#unpacked.packed;
  }

  close(): void {
    this.#unpacked.close();
  }

  read(buffer: Uint8Array): number {
    if (this.#given === this.#out.length) {
      this.#given = 0;
      this.#out.length = 0;
      if (!this.#done) {
        this.#parts.checkCancel();
        this.#scan();
      }
    }
    const n = Math.min(buffer.length, this.#out.length - this.#given);
    buffer.set(this.#out.bytes.subarray(this.#given, this.#given + n));
    this.#given += n;
    return n;
  }

  #scan(): void {
    const window = this.#window;
    while (this.#out.length < BATCH) {
      const { bytes, end } = window;
      let p = window.at;
      while (p < end && bytes[p] !== 60) p += 1;
      let close = p + 1;
      while (close < end && bytes[close] !== 62) {
        const c = bytes[close]!;
        if (c === 34 || c === 39) {
          close += 1;
          while (close < end && bytes[close] !== c) close += 1;
        }
        close += 1;
      }
      if (close >= end) {
        window.at = p;
        if (window.more()) continue;
        if (p < end || this.#inRow) throw damagedXml(this.#parts.name, 'the sheet ends in the middle of a row');
        this.#finish();
        return;
      }
      let n = p + 1;
      const first = bytes[n]!;
      window.at = close + 1;
      if (first === 33) {
        if (bytes[n + 1] !== 45) throw refuseDoctype(this.#parts.name);
        if (!skipComment(window, p)) throw damagedXml(this.#parts.name, 'a comment does not end');
        continue;
      }
      if (first === 63) continue;
      const closing = first === 47;
      if (closing) n += 1;
      let nameEnd = n;
      for (; nameEnd < close; nameEnd += 1) {
        const c = bytes[nameEnd]!;
        if (c === 58) n = nameEnd + 1;
        else if (c <= 32 || c === 47) break;
      }
      const empty = bytes[close - 1] === 47;
      const name = bytes[n]!;
      switch (nameEnd - n) {
        case 1:
          if (name === 99) {
            if (closing) this.#endCell();
            else if (this.#inRow) {
              this.#startCell(bytes, nameEnd, close);
              if (empty) this.#type = NUMBER;
            }
          } else if (name === 118) {
            if (!closing && !empty && this.#inRow) this.#value();
          } else if (name === 116 && !closing && !empty && this.#inRow && !this.#guide && this.#type === INLINE) {
            if (this.#inlineFrom < 0) this.#inlineFrom = this.#cells.length;
            this.#characters();
          }
          break;
        case 3:
          if (name === 114 && bytes[n + 1] === 111 && bytes[n + 2] === 119) {
            if (this.#inRow) this.#endRow();
            if (!closing) {
              this.#startRow(bytes, nameEnd, close);
              if (empty) this.#endRow();
            }
          } else if (name === 114 && bytes[n + 1] === 80 && bytes[n + 2] === 104) {
            this.#guide = !closing && !empty;
          }
          break;
        case 9:
          if (closing && name === 115 && bytes.toString('latin1', n, nameEnd) === 'sheetData') {
            this.#finish();
            return;
          }
          break;
        default:
      }
    }
  }

  /** What follows the rows is not needed; the stream is read to its end only to check it. */
  #finish(): void {
    this.#done = true;
    const rest = Buffer.allocUnsafe(64 * 1024);
    while (this.#unpacked.read(rest) > 0) this.#parts.checkCancel();
    this.#unpacked.close();
  }

  #startRow(bytes: Buffer, from: number, to: number): void {
    this.#inRow = true;
    this.#count = 0;
    this.#cells.length = 0;
    this.#column = -1;
    this.#ascending = true;
    this.#rowNamed = false;
    this.#row = this.#lastRow + 1;
    for (let i = from; i + 2 < to; i += 1) {
      if (bytes[i]! > 32 || bytes[i + 1] !== 114 || bytes[i + 2] !== 61) continue;
      let value = 0;
      let k = i + 4;
      for (; bytes[k]! >= 48 && bytes[k]! <= 57; k += 1) value = value * 10 + bytes[k]! - 48;
      if (value > 0 && value <= 0x7fffffff) {
        this.#row = value;
        this.#rowNamed = true;
      }
      break;
    }
  }

  #startCell(bytes: Buffer, from: number, to: number): void {
    this.#column += 1;
    this.#type = NUMBER;
    this.#style = 0;
    this.#inlineFrom = -1;
    for (let i = from; i + 3 < to; i += 1) {
      // A one-letter attribute: blank, letter, =, quote.
      if (bytes[i]! > 32 || bytes[i + 2] !== 61) continue;
      const letter = bytes[i + 1]!;
      let k = i + 4;
      if (letter === 114) {
        let column = 0;
        for (; bytes[k]! >= 65 && bytes[k]! <= 90; k += 1) column = column * 26 + bytes[k]! - 64;
        if (column > 0 && column <= MOST_COLUMNS) this.#column = column - 1;
        if (!this.#rowNamed && this.#count === 0) {
          let row = 0;
          for (; bytes[k]! >= 48 && bytes[k]! <= 57; k += 1) row = row * 10 + bytes[k]! - 48;
          if (row > 0 && row <= 0x7fffffff) this.#row = row;
        }
      } else if (letter === 115) {
        let style = 0;
        for (; bytes[k]! >= 48 && bytes[k]! <= 57; k += 1) style = style * 10 + bytes[k]! - 48;
        this.#style = style;
      } else if (letter === 116) {
        const [a, b] = [bytes[k]!, bytes[k + 1]!];
        // s, str, b, e, n, d, inlineStr
        if (a === 115) this.#type = b === 116 ? TEXT : SHARED;
        else if (a === 98) this.#type = BOOLEAN;
        else if (a === 101 || a === 100) this.#type = TEXT;
        else if (a === 105) this.#type = INLINE;
      }
      while (k < to && bytes[k] !== 34 && bytes[k] !== 39) k += 1;
      i = k;
    }
  }

  #characters(): void {
    if (!readCharacters(this.#window, this.#cells))
      throw damagedXml(this.#parts.name, `a cell of row ${this.#row} is longer than 8 MB or does not end`);
  }

  /** Whole number that stands at the window's place up to the next tag, or -1: then it is read as text. */
  #wholeNumber(): number {
    const window = this.#window;
    const { bytes, end } = window;
    let at = window.at;
    let value = 0;
    for (; at < end; at += 1) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at >= end || bytes[at] !== 60 || at === window.at || at - window.at > 9) return -1;
    window.at = at;
    return value;
  }

  /** Copies a number of at most 15 characters that looks the same in every program; false when it is another. */
  #plainNumber(): boolean {
    const window = this.#window;
    const { bytes, end } = window;
    let at = window.at;
    for (; at < end; at += 1) {
      const c = bytes[at]!;
      if ((c < 48 || c > 57) && c !== 46 && c !== 45) break;
    }
    if (at >= end || bytes[at] !== 60 || at - window.at > 15) return false;
    this.#cells.copy(bytes, window.at, at);
    window.at = at;
    return true;
  }

  #value(): void {
    const cells = this.#cells;
    const from = cells.length;
    let repeatable = 1;
    switch (this.#type) {
      case SHARED: {
        let index = this.#wholeNumber();
        if (index < 0) {
          this.#characters();
          index = Number(cells.bytes.toString('latin1', from, cells.length).trim());
          cells.length = from;
        }
        if (!this.#parts.strings.append(index, cells))
          throw damagedXml(
            this.#parts.name,
            `a cell of row ${this.#row} refers to text ${index}, which the workbook does not hold`,
          );
        break;
      }
      case TEXT:
        this.#characters();
        cells.quoteFrom(from);
        break;
      case BOOLEAN: {
        this.#characters();
        const written = cells.bytes.toString('latin1', from, cells.length).trim();
        cells.length = from;
        cells.text(written === '1' || written === 'true' ? 'TRUE' : 'FALSE');
        break;
      }
      case INLINE:
        return;
      default: {
        const kind = this.#parts.styles[this.#style] ?? 'number';
        repeatable = kind === 'number' || kind === 'elapsed' ? 0 : 1;
        if (kind === 'number') {
          if (this.#plainNumber()) break;
        } else {
          const whole = this.#wholeNumber();
          if (whole >= 0) {
            this.#serial(whole, kind);
            break;
          }
        }
        this.#characters();
        const written = cells.bytes.toString('latin1', from, cells.length).trim();
        cells.length = from;
        cells.text(this.#shown(written, kind));
        cells.quoteFrom(from);
      }
    }
    this.#push(from, repeatable);
  }

  readonly #serials = new Map<string, Map<number, string>>();

  /** Appends a whole number with a format: the same days come again and again. */
  #serial(value: number, kind: FormatKind): void {
    let known = this.#serials.get(kind);
    if (!known) this.#serials.set(kind, (known = new Map()));
    let text = known.get(value);
    if (text === undefined) {
      text = this.#shown(String(value), kind);
      if (known.size < 50_000) known.set(value, text);
    }
    this.#cells.text(text);
  }

  #shown(written: string, kind: FormatKind): string {
    if (kind.startsWith('zeros')) {
      const digits = numberText(written);
      return /^\d+$/.test(digits) ? digits.padStart(Number(kind.slice(5)), '0') : digits;
    }
    const shown = kind === 'number' || written === '' ? null : serialText(Number(written), kind, this.#parts.date1904);
    return shown ?? numberText(written);
  }

  #endCell(): void {
    if (this.#type !== INLINE || this.#inlineFrom < 0) return;
    this.#cells.quoteFrom(this.#inlineFrom);
    this.#push(this.#inlineFrom, 1);
    this.#inlineFrom = -1;
  }

  #push(from: number, repeatable: number): void {
    const to = this.#cells.length;
    if (to === from) return;
    const k = this.#count;
    if (k === this.#columns.length) {
      this.#columns = twice(this.#columns);
      this.#starts = twice(this.#starts);
      this.#ends = twice(this.#ends);
      const more = new Uint8Array(k * 2);
      more.set(this.#repeatable);
      this.#repeatable = more;
    }
    if (k > 0 && this.#column <= this.#columns[k - 1]!) this.#ascending = false;
    this.#columns[k] = this.#column;
    this.#starts[k] = from;
    this.#ends[k] = to;
    this.#repeatable[k] = repeatable;
    this.#count = k + 1;
  }

  #endRow(): void {
    this.#inRow = false;
    this.#guide = false;
    const row = this.#row;
    const gap = row > this.#lastRow + 1 || this.#apart;
    this.#lastRow = Math.max(this.#lastRow, row);
    if (this.#parts.merges.length > 0) this.#fillMerges(row);
    if (!this.#ascending) this.#sort();
    const n = this.#count;
    if (n === 0) {
      this.#apart = true;
      return;
    }
    const columns = this.#columns;
    const last = columns[n - 1]!;
    if (last >= this.#widest && (n * 4 >= last || this.#widest === 0)) this.#widest = last + 1;
    const out = this.#out;
    const { bytes } = this.#cells;
    let column = 0;
    for (let i = 0; i < n; i += 1) {
      const at = columns[i]!;
      if (at > column) column = this.#commas(at, column);
      out.copy(bytes, this.#starts[i]!, this.#ends[i]!);
    }
    const alone = gap && n === 1 && last === 0;
    this.#apart = alone;
    if (!alone && this.#widest - 1 > column) this.#commas(this.#widest - 1, column);
    out.byte(10);
    this.notes.push(row);
  }

  /** The row before was empty, or stood alone itself. */
  #apart = true;

  #commas(to: number, from: number): number {
    const out = this.#out;
    out.ensure(to - from);
    for (let i = from; i < to; i += 1) out.bytes[out.length++] = 44;
    return to;
  }

  /** Cells out of order are rare but legal to read; of two for one place the later counts. */
  #sort(): void {
    const byColumn = new Map<number, [start: number, end: number]>();
    for (let i = 0; i < this.#count; i += 1) byColumn.set(this.#columns[i]!, [this.#starts[i]!, this.#ends[i]!]);
    this.#count = 0;
    for (const [column, [start, end]] of [...byColumn].sort((a, b) => a[0] - b[0])) {
      this.#columns[this.#count] = column;
      this.#starts[this.#count] = start;
      this.#ends[this.#count] = end;
      this.#count += 1;
    }
    this.#ascending = true;
  }

  #fillMerges(row: number): void {
    const { merges } = this.#parts;
    const filled = this.#count > 0;
    for (const [column, filling] of this.#filling) {
      if (row > filling.last) this.#filling.delete(column);
      else if (filled && !this.#has(column)) {
        const from = this.#cells.length;
        this.#cells.copy(filling.text, 0, filling.text.length);
        this.#column = column;
        this.#push(from, 1);
        this.#ascending = false;
      }
    }
    while (this.#nextMerge < merges.length && merges[this.#nextMerge]!.first <= row) {
      const merge = merges[this.#nextMerge++]!;
      if (merge.first !== row) continue;
      for (let i = 0; i < this.#count; i += 1) {
        if (this.#columns[i] !== merge.column || this.#repeatable[i] === 0) continue;
        const text = Buffer.from(this.#cells.bytes.subarray(this.#starts[i]!, this.#ends[i]!));
        this.#filling.set(merge.column, { last: merge.last, text });
      }
    }
  }

  #has(column: number): boolean {
    for (let i = 0; i < this.#count; i += 1) if (this.#columns[i] === column) return true;
    return false;
  }
}

function twice(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
