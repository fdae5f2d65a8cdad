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

/** Longer ASCII texts are copied by the runtime; shorter ones byte by byte. */
const SHORT_TEXT = 48;

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
  private scratch: Buffer;
  private scratchView: DataView;
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
    this.scratchView = new DataView(this.scratch.buffer, this.scratch.byteOffset, this.scratch.length);
    this.serials = new Float64Array(columns);
    this.page = new Uint8Array(this.usable);
  }

  get count(): number {
    return this.rows;
  }

  /** Appends one row; `values` has as many entries as the table has columns besides the id. Answers the row's id. */
  add(values: readonly (string | number | null)[]): number {
    const id = ++this.rows;
    const n = this.columns;
    const serials = this.serials;
    // The id column is stored as NULL: SQLite takes it from the cell.
    let header = n + 1;
    let body = 0;
    let chars = 0;
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (typeof value === 'string') chars += value.length;
    }
    // Room for the worst case: three bytes per UTF-16 unit, eight per number.
    this.room(chars * 3 + n * 8);
    const scratch = this.scratch;
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (value === null || value === undefined) {
        serials[i] = 0;
      } else if (typeof value === 'number') {
        if (value === (value | 0)) {
          if (value === 0) serials[i] = 8;
          else if (value === 1) serials[i] = 9;
          else if (value >= -128 && value <= 127) {
            serials[i] = 1;
            scratch[body++] = value;
          } else if (value >= -32768 && value <= 32767) {
            serials[i] = 2;
            scratch[body++] = value >> 8;
            scratch[body++] = value;
          } else if (value >= -8388608 && value <= 8388607) {
            serials[i] = 3;
            scratch[body++] = value >> 16;
            scratch[body++] = value >> 8;
            scratch[body++] = value;
          } else {
            serials[i] = 4;
            scratch[body++] = value >> 24;
            scratch[body++] = value >> 16;
            scratch[body++] = value >> 8;
            scratch[body++] = value;
          }
        } else if (Number.isSafeInteger(value)) {
          const high = Math.floor(value / 0x100000000);
          const low = value - high * 0x100000000;
          if (value >= -140737488355328 && value <= 140737488355327) {
            serials[i] = 5;
            this.scratchView.setInt16(body, high);
            this.scratchView.setUint32(body + 2, low);
            body += 6;
          } else {
            serials[i] = 6;
            this.scratchView.setInt32(body, high);
            this.scratchView.setUint32(body + 4, low);
            body += 8;
          }
        } else if (Number.isNaN(value)) {
          serials[i] = 0;
        } else {
          serials[i] = 7;
          this.scratchView.setFloat64(body, value);
          body += 8;
        }
      } else {
        const start = body;
        const length = value.length;
        if (length <= SHORT_TEXT) {
          let k = 0;
          for (; k < length; k++) {
            const unit = value.charCodeAt(k);
            if (unit >= 0x80) break;
            scratch[body++] = unit;
          }
          if (k < length) body = start + scratch.write(value, start, 'utf8');
        } else {
          body += scratch.write(value, body, 'utf8');
        }
        const serial = 13 + 2 * (body - start);
        serials[i] = serial;
        if (serial >= 128) header += serial < 16384 ? 1 : serial < 2097152 ? 2 : serial < 268435456 ? 3 : 4;
      }
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
    if (local === payload) {
      at = putVarint(arena, at, header);
      arena[at++] = 0;
      for (let i = 0; i < n; i++) {
        const serial = serials[i]!;
        if (serial < 128) arena[at++] = serial;
        else at = putVarint(arena, at, serial);
      }
      if (body <= 96) for (let k = 0; k < body; k++) arena[at++] = scratch[k]!;
      else {
        arena.set(scratch.subarray(0, body), at);
        at += body;
      }
      this.used = at;
      return id;
    }
    this.used = this.addSpilled(at, payload, local, header, body);
    return id;
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
  private addSpilled(at: number, payload: number, local: number, header: number, body: number): number {
    const record = new Uint8Array(payload);
    let p = putVarint(record, 0, header) + 1;
    for (let i = 0; i < this.columns; i++) p = putVarint(record, p, this.serials[i]!);
    record.set(this.scratch.subarray(0, body), p);
    this.arena.set(record.subarray(0, local), at);
    at += local;
    this.arenaView.setUint32(at, this.file.next);
    const step = this.usable - 4;
    for (let from = local; from < payload; from += step) {
      const page = new Uint8Array(this.usable);
      const last = from + step >= payload;
      new DataView(page.buffer).setUint32(0, last ? 0 : this.file.next + 1);
      page.set(record.subarray(from, Math.min(payload, from + step)), 4);
      this.file.append(page);
    }
    return at + 4;
  }

  private room(bytes: number): void {
    if (bytes <= this.scratch.length) return;
    this.scratch = Buffer.alloc(Math.max(bytes, this.scratch.length * 2));
    this.scratchView = new DataView(this.scratch.buffer, this.scratch.byteOffset, this.scratch.length);
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
