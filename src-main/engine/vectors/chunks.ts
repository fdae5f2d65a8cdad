import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { constantOf, decodeJsonb, packInts, packReals, unpackInts, unpackReals } from './pack.ts';
import { PACKED_TABLES, packedTable } from './tables.ts';
import type { PackedTable, PackedType } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';

/**
 * Table `vector` is a cache of packed columns: per (table, chunk = row id >> 16) one row per column; one row with
 * col = '' whose `n` is the number of rows and whose data are two float64: the data version at which the chunk was
 * first packed and the layout of the packed columns (a chunk of another layout counts as missing); and one row with
 * col = 'last' whose `n` is the highest row id in it. Rows of the chunk's range with higher ids are read from the table.
 * Whoever changes rows of a table deletes its chunks by (tbl, chunk), unless all changed rows lie above `last`;
 * `packMissing` builds them again. Deleting any of them changes no figure: a missing chunk is read from the table.
 */
export const CHUNK_BITS = 16;
export const CHUNK_ROWS = 1 << CHUNK_BITS;

const HEAD = '';
const LAST = 'last';
export const NOT_PACKED = -1;

/** Another process changed rows while they were being read; asking again answers at the new version. */
export function workspaceChanged(): LadderlineError {
  return new LadderlineError('workspace-changed', 'The workspace changed while it was being read; ask again.');
}

/** What chunks held at one moment: enough to tell which of their rows a later state still has. */
export type ChunkState = {
  readonly rows: number;
  /** Data version at which each chunk was first packed, NOT_PACKED when it is read from the table. */
  readonly stamp: readonly number[];
  /** Rows of each chunk that were read from its packed columns; the rest of `size` came from the table. */
  readonly stored: readonly number[];
  readonly size: readonly number[];
  /** Position of each chunk's first row in row-id order. */
  readonly offset: readonly number[];
};

/** A chunk whose rows from `keep` on (counted within the chunk) may differ from what they were. */
export type ChangedChunk = { readonly chunk: number; readonly keep: number };

/** The rows of one table in row-id order, as they are at one moment: which chunks there are and where each begins. */
export class ChunkedTable implements ChunkState {
  readonly table: string;
  rows = 0;
  readonly stamp: number[] = [];
  readonly stored: number[] = [];
  readonly size: number[] = [];
  readonly offset: number[] = [];
  private readonly packed: PackedTable;
  private readonly last: number[] = [];
  private readonly dataVersion: number;

  constructor(db: ReadDb, table: string, dataVersion: number) {
    this.table = table;
    this.packed = packedTable(table);
    this.dataVersion = dataVersion;
    const heads = readHeads(db, table);
    const chunks = chunkCount(db, table);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const head = heads.get(chunk);
      const [first, end] = range(chunk);
      const last = head ? head.last : first - 1;
      const loose = looseRows(db, table, last, end);
      this.offset.push(this.rows);
      this.stored.push(head ? head.n : 0);
      this.size.push((head ? head.n : 0) + loose);
      this.stamp.push(head ? head.stamp : NOT_PACKED);
      this.last.push(last);
      this.rows += this.size[chunk]!;
    }
  }

  /** Changes when and only when packed rows changed; null when some row is not packed. */
  fingerprint(): string | null {
    if (this.stamp.includes(NOT_PACKED) || this.size.some((size, chunk) => size > this.stored[chunk]!)) return null;
    return this.stamp.map((stamp, chunk) => `${stamp}:${this.size[chunk]!}`).join(',');
  }

  /**
   * Columns in row-id order: Float64Array (NaN) for reals, Int32Array (UNKNOWN_INT) for the rest. With `only`, of those
   * chunks one after the other the rows from `keep` on.
   */
  read(db: ReadDb, names: readonly string[], only?: readonly ChangedChunk[]): (Int32Array | Float64Array)[] {
    const chunks = only ?? this.size.map((_, chunk) => ({ chunk, keep: 0 }));
    const at = new Map<number, number>();
    let rows = 0;
    for (const { chunk, keep } of chunks) {
      at.set(chunk, rows - keep);
      rows += this.size[chunk]! - keep;
    }
    const keepOf = new Map(chunks.map(({ chunk, keep }) => [chunk, keep]));
    const wanted = chunks.filter(({ chunk, keep }) => this.stored[chunk]! > keep).map(({ chunk }) => chunk);
    const out = names.map((name) => (this.typeOf(name) === 'real' ? new Float64Array(rows) : new Int32Array(rows)));
    names.forEach((name, i) => {
      const target = out[i]!;
      for (const [chunk, data] of this.blobs(db, name, wanted)) {
        const stored = this.stored[chunk]!;
        const keep = keepOf.get(chunk)!;
        if (keep === 0) unpackInto(data, target, at.get(chunk)!, stored);
        else {
          const whole = target instanceof Float64Array ? new Float64Array(stored) : new Int32Array(stored);
          unpackInto(data, whole, 0, stored);
          target.set(whole.subarray(keep) as Int32Array, at.get(chunk)! + keep);
        }
      }
    });
    // All columns of rows that are not packed in one pass over the rows.
    for (const { chunk } of chunks) {
      if (this.size[chunk] === this.stored[chunk]) continue;
      const first = at.get(chunk)! + this.stored[chunk]!;
      this.looseOf(db, names, chunk).forEach((column, i) => out[i]!.set(column as Int32Array, first));
    }
    return out;
  }

  /** A column in row-id order, or the one value that it has throughout. */
  column(db: ReadDb, name: string): Int32Array | Float64Array | { constant: number } {
    const real = this.typeOf(name) === 'real';
    const filled = this.stored.flatMap((stored, chunk) => (stored > 0 ? [chunk] : []));
    const blobs = this.blobs(db, name, filled);
    if (this.rows > 0 && this.size.every((size, chunk) => size === this.stored[chunk])) {
      const constant = constantOf(blobs[0]![1]);
      if (constant !== null && blobs.every(([, data]) => constantOf(data) === constant)) {
        return { constant: real && constant === UNKNOWN_INT ? Number.NaN : constant };
      }
    }
    const values = real ? new Float64Array(this.rows) : new Int32Array(this.rows);
    for (const [chunk, data] of blobs) unpackInto(data, values, this.offset[chunk]!, this.stored[chunk]!);
    for (let chunk = 0; chunk < this.size.length; chunk++) {
      if (this.size[chunk] === this.stored[chunk]) continue;
      const [column] = this.looseOf(db, [name], chunk);
      values.set(column as Int32Array, this.offset[chunk]! + this.stored[chunk]!);
    }
    return values;
  }

  typeOf(name: string): PackedType {
    const type = this.packed.columns.get(name);
    if (!type) throw new Error(`column ${name} of ${this.table} is not packed`);
    return type;
  }

  /**
   * Packed data of a column by chunk. One statement: a blob read on its own costs a read transaction each. A chunk that
   * was packed again meanwhile begins with the same rows; whether that is so is what `check` finds out.
   */
  private blobs(db: ReadDb, name: string, wanted: readonly number[]): [chunk: number, data: Uint8Array][] {
    if (wanted.length === 0) return [];
    const isWanted = new Set(wanted);
    const blobs: [number, Uint8Array][] = [];
    const sql = 'SELECT chunk, n, data FROM vector WHERE tbl = ? AND col = ? AND chunk BETWEEN ? AND ? ORDER BY chunk';
    for (const [chunk, n, data] of db.all(sql, [this.table, name, Math.min(...wanted), Math.max(...wanted)])) {
      if (!isWanted.has(chunk as number)) continue;
      if ((n as number) < this.stored[chunk as number]!) throw workspaceChanged();
      blobs.push([chunk as number, data as Uint8Array]);
    }
    if (blobs.length !== wanted.length) throw workspaceChanged();
    return blobs;
  }

  /** Rows of a chunk that are not packed, from the table. */
  private looseOf(db: ReadDb, names: readonly string[], chunk: number): (Int32Array | Float64Array)[] {
    const columns = readRows(db, this.packed, names, this.last[chunk]! + 1, range(chunk)[1]);
    if (columns.some((column) => column.length !== this.size[chunk]! - this.stored[chunk]!)) throw workspaceChanged();
    return columns;
  }

  /** Chunks that may hold other rows than `former` did, and from which row on. */
  changedSince(former: ChunkState): ChangedChunk[] {
    const changed: ChangedChunk[] = [];
    for (let chunk = 0; chunk < Math.max(this.size.length, former.size.length); chunk++) {
      const stamp = this.stamp[chunk] ?? NOT_PACKED;
      const same = stamp !== NOT_PACKED && stamp === former.stamp[chunk];
      const keep = same ? Math.min(this.stored[chunk]!, former.stored[chunk]!) : 0;
      if (!same || keep < this.size[chunk]! || keep < former.size[chunk]!) changed.push({ chunk, keep });
    }
    return changed;
  }

  /**
   * Throws when rows of this table may have changed between the data version and now: unless the version is the same,
   * every chunk must still be the one that was packed at or before it, and no row may lie outside of them.
   */
  check(db: ReadDb): void {
    const version = readDataVersion(db);
    if (version === this.dataVersion) return;
    const then = this.fingerprint();
    if (then === null || this.stamp.some((stamp) => stamp > this.dataVersion)) throw workspaceChanged();
    if (new ChunkedTable(db, this.table, version).fingerprint() !== then) throw workspaceChanged();
  }
}

function looseRows(db: ReadDb, table: string, last: number, end: number): number {
  return db.count(`SELECT count(*) FROM ${table} WHERE id > ? AND id < ?`, [last, end]);
}

function unpackInto(data: Uint8Array, target: Int32Array | Float64Array, offset: number, n: number): void {
  if (target instanceof Float64Array) unpackReals(data, target, offset, n);
  else unpackInts(data, target, offset, n);
}

/** Number of chunks that `packMissing` would build. */
export function missingChunks(db: ReadDb): number {
  let missing = 0;
  for (const { table } of PACKED_TABLES) {
    const heads = readHeads(db, table);
    for (let chunk = chunkCount(db, table) - 1; chunk >= 0; chunk--) {
      if (!isPacked(db, table, chunk, heads.get(chunk))) missing++;
    }
  }
  return missing;
}

function isPacked(db: ReadDb, table: string, chunk: number, head: Head | undefined): boolean {
  return head !== undefined && looseRows(db, table, head.last, range(chunk)[1]) === 0;
}

/**
 * Builds missing chunks, each in a transaction of its own, and answers how many it built. The writer calls it when idle
 * after a commit; `atMost` bounds one call (a chunk of touches takes about 0.1 s). The data version stays as it is.
 */
export function packMissingChunks(db: WriteDb, atMost = Number.POSITIVE_INFINITY): number {
  let built = 0;
  for (const packed of PACKED_TABLES) {
    const { table } = packed;
    const heads = readHeads(db, table);
    const chunks = chunkCount(db, table);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const head = heads.get(chunk);
      if (isPacked(db, table, chunk, head)) continue;
      if (built >= atMost) return built;
      // A chunk that only grew keeps its stamp: its first rows are the ones that were packed then.
      db.transaction(() => packChunk(db, packed, chunk, head?.stamp ?? readDataVersion(db)));
      built++;
    }
    db.run('DELETE FROM vector WHERE tbl = ? AND chunk >= ?', [table, chunks]);
  }
  return built;
}

function packChunk(db: WriteDb, packed: PackedTable, chunk: number, stamp: number): void {
  const insert = 'INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, ?, ?, ?)';
  const names = [...packed.columns.keys()];
  const [first, end] = range(chunk);
  const columns = readRows(db, packed, names, first, end);
  const n = columns[0]?.length ?? 0;
  columns.forEach((column, i) => {
    const data = column instanceof Float64Array ? packReals(column) : packInts(column);
    db.run(insert, [packed.table, names[i]!, chunk, n, data]);
  });
  const last = n > 0 ? columns[names.indexOf('id')]![n - 1]! : first - 1;
  db.run(insert, [packed.table, LAST, chunk, last, new Uint8Array()]);
  const head = new Uint8Array(new Float64Array([stamp, layoutOf(packed)]).buffer);
  db.run(insert, [packed.table, HEAD, chunk, n, head]);
}

/** Rows with first <= id < end straight from the table, ascending by row id. */
function readRows(
  db: ReadDb,
  packed: PackedTable,
  names: readonly string[],
  first: number,
  end: number,
): (Int32Array | Float64Array)[] {
  const columns = names.map((name) => `jsonb_group_array("${name}")`);
  const row = db.get(
    // Without an index the rows can only come in row-id order; an ORDER BY would cost a sort of whole rows.
    `SELECT ${columns.join(', ')} FROM ${packed.table} NOT INDEXED WHERE id >= ? AND id < ?`,
    [first, end],
  );
  return names.map((name, i) => {
    const data = row![i] as Uint8Array;
    return packed.columns.get(name) === 'real' ? decodeJsonb(data, true) : decodeJsonb(data, false);
  });
}

type Head = { n: number; stamp: number; last: number };

function readHeads(db: ReadDb, table: string): Map<number, Head> {
  const heads = new Map<number, Head>();
  const layout = layoutOf(packedTable(table));
  const rows = db.all(
    `SELECT h.chunk, h.n, h.data, l.n FROM vector h JOIN vector l ON l.tbl = h.tbl AND l.col = ? AND l.chunk = h.chunk
     WHERE h.tbl = ? AND h.col = ?`,
    [LAST, table, HEAD],
  );
  for (const [chunk, n, data, last] of rows) {
    const bytes = data as Uint8Array;
    if (bytes.byteLength !== 16) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
    if (view.getFloat64(8, true) === layout)
      heads.set(chunk as number, { n: n as number, stamp: view.getFloat64(0, true), last: last as number });
  }
  return heads;
}

/** FNV-1a over the names and types of the packed columns. */
function layoutOf({ columns }: PackedTable): number {
  let hash = 0x811c9dc5;
  for (const char of [...columns].join()) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

function chunkCount(db: ReadDb, table: string): number {
  const last = db.get(`SELECT max(id) FROM ${table}`)?.[0];
  return typeof last === 'number' ? (last >> CHUNK_BITS) + 1 : 0;
}

function range(chunk: number): [number, number] {
  return [chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS];
}
