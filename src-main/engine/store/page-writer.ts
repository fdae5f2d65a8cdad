import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * Writes rows straight into the b-tree pages of a new, private database file (SQLite file format, sections 1.5-1.6).
 * SQLite itself made the file, its schema and its empty root pages; it reads the rows afterwards. Only for files
 * that nobody has open and that are thrown away after a crash: staging.
 */
export class PageFile {
  readonly pageSize: number;
  private readonly handle: number;
  private readonly out: Uint8Array;
  private outPages = 0;
  private firstOut: number;
  private nextPage: number;
  private readonly writers: PageTable[] = [];

  /** `path` must hold a database of `pageSize` bytes a page without rows. */
  constructor(path: string, pageSize: number) {
    this.pageSize = pageSize;
    this.handle = openSync(path, 'r+');
    const header = Buffer.alloc(100);
    readSync(this.handle, header, 0, 100, 0);
    const stored = header.readUInt16BE(16);
    const pages = header.readUInt32BE(28);
    if (stored !== (pageSize === 65_536 ? 1 : pageSize) || pages === 0 || header[20] !== 0) {
      closeSync(this.handle);
      throw new Error('the staging file has an unexpected header');
    }
    this.nextPage = pages + 1;
    this.firstOut = this.nextPage;
    this.out = new Uint8Array(pageSize * 128);
  }

  /** Rows of the table whose root page is `root` (sqlite_schema.rootpage), made as (id INTEGER PRIMARY KEY, columns...); ids run from 1. */
  table(root: number, columns: number): PageTable {
    const table = new PageTable(this, root, columns);
    this.writers.push(table);
    return table;
  }

  /** Appends a page and answers its number. */
  append(page: Uint8Array): number {
    if (this.outPages === 128) this.flush();
    this.out.set(page, this.outPages * this.pageSize);
    this.outPages++;
    return this.nextPage++;
  }

  /** Number that `append` will give next; overflow chains need it. */
  get next(): number {
    return this.nextPage;
  }

  writeAt(page: number, bytes: Uint8Array): void {
    writeAll(this.handle, bytes, (page - 1) * this.pageSize);
  }

  private flush(): void {
    if (this.outPages === 0) return;
    writeAll(this.handle, this.out.subarray(0, this.outPages * this.pageSize), (this.firstOut - 1) * this.pageSize);
    this.firstOut = this.nextPage;
    this.outPages = 0;
  }

  /** Writes what is left, links the pages and closes the file. */
  finish(): void {
    try {
      for (const table of this.writers) table.finish();
      this.flush();
      const header = Buffer.alloc(100);
      readSync(this.handle, header, 0, 100, 0);
      header.writeUInt32BE(this.nextPage - 1, 28);
      header.copy(header, 92, 24, 28);
      writeAll(this.handle, header, 0);
    } finally {
      closeSync(this.handle);
    }
  }

  abandon(): void {
    closeSync(this.handle);
  }
}

function writeAll(handle: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(handle, bytes, done, bytes.length - done, position + done);
}

/** Longer texts are copied by the runtime; shorter ones byte by byte. */
const SHORT_TEXT = 48;

/**
 * Texts of a row that still are bytes of the file they were read from: column i is `bytes[from[i]..to[i])`, valid UTF-8, where
 * `from[i]` is not negative. The columns are those of the table behind its id.
 */
export type RawTexts = {
  readonly bytes: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
};

export class PageTable {
  private readonly file: PageFile;
  private readonly root: number;
  private readonly columns: number;
  private readonly usable: number;
  /** Cells of the leaf being filled, in order. */
  private readonly arena: Uint8Array;
  private arenaView: DataView;
  private used = 0;
  private readonly offsets: Uint16Array;
  private cells = 0;
  private readonly leafPages: number[] = [];
  private readonly leafLast: number[] = [];
  private rows = 0;
  /** Texts of the row in UTF-8, one behind the other. */
  private scratch: Buffer;
  private readonly serials: Float64Array;
  private readonly page: Uint8Array;

  constructor(file: PageFile, root: number, columns: number) {
    this.file = file;
    this.root = root;
    this.columns = columns;
    this.usable = file.pageSize;
    this.arena = new Uint8Array(this.usable + 64);
    this.arenaView = new DataView(this.arena.buffer);
    this.offsets = new Uint16Array(this.usable);
    this.scratch = Buffer.alloc(1 << 16);
    this.serials = new Float64Array(columns);
    this.page = new Uint8Array(this.usable);
  }

  get count(): number {
    return this.rows;
  }

  /**
   * Appends one row; `values` has as many entries as the table has columns besides the id. Where `raw` has a text, it stands
   * for the value. Answers the row's id.
   */
  add(values: readonly (string | number | null)[], raw: RawTexts | null = null): number {
    const id = ++this.rows;
    const n = this.columns;
    const serials = this.serials;
    // The id column is stored as NULL: SQLite takes it from the cell.
    let header = n + 1;
    let body = 0;
    let encoded = 0;
    for (let i = 0; i < n; i++) {
      let length: number;
      if (raw !== null && raw.from[i]! >= 0) {
        length = raw.to[i]! - raw.from[i]!;
      } else {
        const value = values[i];
        if (value === null || value === undefined) {
          serials[i] = 0;
          continue;
        }
        if (typeof value === 'number') {
          const serial = serialOf(value);
          serials[i] = serial;
          body += SIZES[serial]!;
          continue;
        }
        length = this.encode(value, encoded);
        encoded += length;
      }
      const serial = 13 + 2 * length;
      serials[i] = serial;
      body += length;
      if (serial >= 128) header += serial < 16384 ? 1 : serial < 2097152 ? 2 : serial < 268435456 ? 3 : 4;
    }
    header += header + 1 < 128 ? 1 : 2;
    const payload = header + body;
    const local = this.localBytes(payload);
    const cell = varintLength(payload) + varintLength(id) + local + (local < payload ? 4 : 0);
    // 8 bytes of page header, 2 bytes of pointer for each cell.
    if (8 + this.used + cell + 2 * (this.cells + 1) > this.usable) this.flushLeaf(id - 1);
    const arena = this.arena;
    let at = this.used;
    this.offsets[this.cells++] = at;
    at = putVarint(arena, at, payload);
    at = putVarint(arena, at, id);
    if (local === payload) this.used = this.putRecord(arena, at, header, values, raw);
    else {
      const record = new Uint8Array(payload);
      this.putRecord(record, 0, header, values, raw);
      this.used = this.putSpilled(at, record, local);
    }
    return id;
  }

  /** Puts a text into the scratch at `start`; its bytes. */
  private encode(text: string, start: number): number {
    const length = text.length;
    // Three bytes per UTF-16 unit at most.
    if (start + length * 3 > this.scratch.length) {
      const larger = Buffer.alloc(Math.max(start + length * 3, this.scratch.length * 2));
      larger.set(this.scratch.subarray(0, start));
      this.scratch = larger;
    }
    const scratch = this.scratch;
    if (length > SHORT_TEXT) return scratch.write(text, start, 'utf8');
    for (let k = 0; k < length; k++) {
      const unit = text.charCodeAt(k);
      if (unit >= 0x80) return scratch.write(text, start, 'utf8');
      scratch[start + k] = unit;
    }
    return length;
  }

  /** Writes the record of the row whose serial types were just found; the position behind it. */
  private putRecord(
    target: Uint8Array,
    start: number,
    header: number,
    values: readonly (string | number | null)[],
    raw: RawTexts | null,
  ): number {
    const { serials, scratch, columns: n } = this;
    let at = putVarint(target, start, header);
    target[at++] = 0;
    for (let i = 0; i < n; i++) {
      const serial = serials[i]!;
      if (serial < 128) target[at++] = serial;
      else at = putVarint(target, at, serial);
    }
    let encoded = 0;
    for (let i = 0; i < n; i++) {
      const serial = serials[i]!;
      if (serial >= 13) {
        const length = (serial - 13) / 2;
        let source: Uint8Array = scratch;
        let from = encoded;
        if (raw !== null && raw.from[i]! >= 0) {
          source = raw.bytes;
          from = raw.from[i]!;
        } else encoded += length;
        if (length <= SHORT_TEXT) for (let k = 0; k < length; k++) target[at + k] = source[from + k]!;
        else target.set(source.subarray(from, from + length), at);
        at += length;
      } else if (serial > 0 && serial < 8) at = putNumber(target, at, serial, values[i] as number);
    }
    return at;
  }

  private localBytes(payload: number): number {
    const usable = this.usable;
    const most = usable - 35;
    if (payload <= most) return payload;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const wanted = least + ((payload - least) % (usable - 4));
    return wanted <= most ? wanted : least;
  }

  /** A record longer than a page: its first bytes stay in the leaf, the rest goes to a chain of overflow pages. */
  private putSpilled(start: number, record: Uint8Array, local: number): number {
    this.arena.set(record.subarray(0, local), start);
    const at = start + local;
    this.arenaView.setUint32(at, this.file.next);
    const step = this.usable - 4;
    for (let from = local; from < record.length; from += step) {
      const page = new Uint8Array(this.usable);
      const last = from + step >= record.length;
      new DataView(page.buffer).setUint32(0, last ? 0 : this.file.next + 1);
      page.set(record.subarray(from, Math.min(record.length, from + step)), 4);
      this.file.append(page);
    }
    return at + 4;
  }

  private leaf(): Uint8Array {
    const page = this.page;
    const start = this.usable - this.used;
    page.fill(0, 8 + 2 * this.cells, start);
    page[0] = 0x0d;
    page[1] = 0;
    page[2] = 0;
    page[3] = this.cells >> 8;
    page[4] = this.cells;
    page[5] = start >> 8;
    page[6] = start;
    page[7] = 0;
    for (let i = 0, at = 8; i < this.cells; i++) {
      const offset = start + this.offsets[i]!;
      page[at++] = offset >> 8;
      page[at++] = offset;
    }
    page.set(this.arena.subarray(0, this.used), start);
    return page;
  }

  private flushLeaf(last: number): void {
    this.leafPages.push(this.file.append(this.leaf()));
    this.leafLast.push(last);
    this.used = 0;
    this.cells = 0;
  }

  finish(): void {
    if (this.leafPages.length === 0) {
      if (this.cells > 0) this.file.writeAt(this.root, this.leaf());
      return;
    }
    if (this.cells > 0) this.flushLeaf(this.rows);
    let pages = this.leafPages;
    let last = this.leafLast;
    // An interior cell is a 4-byte page number and a varint of up to 9 bytes, behind a 12-byte header and 2-byte pointers.
    const fan = Math.floor((this.usable - 12) / (4 + 9 + 2));
    while (pages.length > fan) {
      const upPages: number[] = [];
      const upLast: number[] = [];
      for (let from = 0; from < pages.length;) {
        // The last group must hold more than one page.
        let to = Math.min(pages.length, from + fan);
        if (pages.length - to === 1) to--;
        upPages.push(this.file.append(this.interior(pages, last, from, to)));
        upLast.push(last[to - 1]!);
        from = to;
      }
      pages = upPages;
      last = upLast;
    }
    this.file.writeAt(this.root, this.interior(pages, last, 0, pages.length));
  }

  private interior(pages: number[], last: number[], from: number, to: number): Uint8Array {
    const page = new Uint8Array(this.usable);
    const view = new DataView(page.buffer);
    const cells = to - from - 1;
    let end = this.usable;
    for (let i = 0; i < cells; i++) {
      end -= 4 + varintLength(last[from + i]!);
      view.setUint32(end, pages[from + i]!);
      putVarint(page, end + 4, last[from + i]!);
      view.setUint16(12 + 2 * i, end);
    }
    page[0] = 0x05;
    view.setUint16(3, cells);
    view.setUint16(5, end);
    view.setUint32(8, pages[to - 1]!);
    return page;
  }
}

/** Bytes of the body by serial type, below the texts. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** Serial type of a number: 1-6 integers of growing size, 7 real, 8 and 9 the integers 0 and 1; NaN is NULL. */
function serialOf(value: number): number {
  if (value === (value | 0)) {
    if (value === 0) return 8;
    if (value === 1) return 9;
    if (value >= -128 && value <= 127) return 1;
    if (value >= -32768 && value <= 32767) return 2;
    return value >= -8388608 && value <= 8388607 ? 3 : 4;
  }
  if (Number.isSafeInteger(value)) return value >= -140737488355328 && value <= 140737488355327 ? 5 : 6;
  return Number.isNaN(value) ? 0 : 7;
}

const eight = new DataView(new ArrayBuffer(8));

/** Writes a number of serial type 1 to 7, big-endian; the position behind it. */
function putNumber(target: Uint8Array, start: number, serial: number, value: number): number {
  let at = start;
  if (serial <= 4) {
    if (serial === 4) target[at++] = value >> 24;
    if (serial >= 3) target[at++] = value >> 16;
    if (serial >= 2) target[at++] = value >> 8;
    target[at++] = value;
    return at;
  }
  if (serial === 7) eight.setFloat64(0, value);
  else {
    const high = Math.floor(value / 0x100000000);
    eight.setInt32(0, high);
    eight.setUint32(4, value - high * 0x100000000);
  }
  for (let k = serial === 5 ? 2 : 0; k < 8; k++) target[at++] = eight.getUint8(k);
  return at;
}

/** SQLite varints are big-endian groups of seven bits; values here stay below 2^49. */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    bytes[at] = (value >> 7) | 0x80;
    bytes[at + 1] = value & 0x7f;
    return at + 2;
  }
  const length = varintLength(value);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[at + i] = (rest % 0x80) | (i === length - 1 ? 0 : 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return at + length;
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  if (value < 0x800000000) return 5;
  if (value < 0x40000000000) return 6;
  return 7;
}
