import * as zlib from 'node:zlib';
import { ByteWindow } from './byte-window.ts';
import { TextBuffer } from './cell-text.ts';
import type { ByteSource } from './source.ts';
import { damagedXml, readCharacters, refuseDoctype, skipComment, xmlSource } from './xml.ts';

const CHUNK = 1 << 20;
/** Chunks kept as they are; older ones are deflated and inflated again when asked for. */
const RESIDENT = 48;
/** Longest run of one text with its tags. */
const RUN_LIMIT = 8 << 20;

/**
 * The texts that the cells of a workbook refer to by number, as cells of a delimited file (quoted where needed). At most
 * 48 MB of them are held unpacked: sheets refer to texts in nearly the order of the table.
 */
export class SharedStrings {
  readonly #chunks: (Buffer | null)[] = [];
  readonly #packed: (Buffer | null)[] = [];
  #resident: number[] = [];
  #chunkOf = new Uint16Array(1024);
  #startOf = new Uint32Array(1024);
  #endOf = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds the next text: the bytes of `text` from `from` on. */
  #add(bytes: Buffer, from: number, to: number, open: TextBuffer): void {
    if (this.#count === this.#chunkOf.length) {
      this.#chunkOf = grown(this.#chunkOf, new Uint16Array(this.#count * 2));
      this.#startOf = grown(this.#startOf, new Uint32Array(this.#count * 2));
      this.#endOf = grown(this.#endOf, new Uint32Array(this.#count * 2));
    }
    if (open.length > 0 && open.length + to - from > CHUNK) this.#seal(open);
    this.#chunkOf[this.#count] = this.#chunks.length;
    this.#startOf[this.#count] = open.length;
    open.copy(bytes, from, to);
    this.#endOf[this.#count] = open.length;
    this.#count += 1;
  }

  #seal(open: TextBuffer): void {
    const chunk = Buffer.from(open.bytes.subarray(0, open.length));
    open.length = 0;
    this.#chunks.push(chunk);
    this.#packed.push(null);
    this.#keep(this.#chunks.length - 1);
  }

  #keep(index: number): void {
    this.#resident.push(index);
    if (this.#resident.length <= RESIDENT) return;
    const oldest = this.#resident.shift()!;
    this.#packed[oldest] ??= zlib.deflateRawSync(this.#chunks[oldest]!, { level: 1 });
    this.#chunks[oldest] = null;
  }

  #chunk(index: number): Buffer {
    const held = this.#chunks[index];
    if (held) return held;
    const chunk = zlib.inflateRawSync(this.#packed[index]!);
    this.#chunks[index] = chunk;
    this.#keep(index);
    return chunk;
  }

  /** Appends text `index` to `out`; false when there is no such text. */
  append(index: number, out: TextBuffer): boolean {
    if (!(index >= 0 && index < this.#count)) return false;
    out.copy(this.#chunk(this.#chunkOf[index]!), this.#startOf[index]!, this.#endOf[index]!);
    return true;
  }

  /** Reads `sharedStrings.xml`. Runs of formatted text are joined, phonetic guides left out. */
  static read(source: ByteSource, part: string, checkCancel: () => void): SharedStrings {
    const strings = new SharedStrings();
    const window = new ByteWindow(xmlSource(source), RUN_LIMIT);
    const open = new TextBuffer();
    const text = new TextBuffer();
    let inItem = false;
    let guide = false;
    let tags = 0;
    for (;;) {
      const { bytes, end } = window;
      let p = window.at;
      while (p < end && bytes[p] !== 60) p += 1;
      let n = p + 1;
      let close = n;
      while (close < end && bytes[close] !== 62) close += 1;
      if (close >= end) {
        window.at = p;
        if (window.more()) continue;
        if (p < end) throw damagedXml(part, 'a tag of its table of texts does not end');
        break;
      }
      if ((tags = (tags + 1) & 0xffff) === 0) checkCancel();
      window.at = close + 1;
      if (bytes[n] === 33) {
        if (bytes[n + 1] !== 45) throw refuseDoctype(part);
        const comment = skipComment(window, p);
        if (!comment) throw damagedXml(part, 'a comment does not end');
        continue;
      }
      const closing = bytes[n] === 47;
      if (closing) n += 1;
      let nameEnd = n;
      for (; nameEnd < close; nameEnd += 1) {
        const c = bytes[nameEnd]!;
        if (c === 58) n = nameEnd + 1;
        else if (c <= 32 || c === 47) break;
      }
      const length = nameEnd - n;
      const empty = bytes[close - 1] === 47;
      if (length === 1 && bytes[n] === 116) {
        if (closing || empty || guide || !inItem) continue;
        if (!readCharacters(window, text))
          throw damagedXml(part, 'a text of its table is longer than 8 MB or does not end');
      } else if (length === 2 && bytes[n] === 115 && bytes[n + 1] === 105) {
        if (!closing) {
          text.length = 0;
          inItem = !empty;
        }
        if (closing || empty) {
          text.quoteFrom(0);
          strings.#add(text.bytes, 0, text.length, open);
          inItem = false;
        }
      } else if (length === 3 && bytes[n] === 114 && bytes[n + 1] === 80 && bytes[n + 2] === 104) {
        guide = !closing && !empty;
      }
    }
    if (open.length > 0) strings.#seal(open);
    return strings;
  }
}

function grown<T extends Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
