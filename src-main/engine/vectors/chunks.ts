import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { constantOf, decodeJsonb, packInts, packReals, unpackInts, unpackReals } from './pack.ts';
import { PACKED_TABLES, packedTable } from './tables.ts';
import type { PackedTable, PackedType } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';

/**
 * Table `vector` is a cache of packed columns: per (table, chunk = row id >> 16) one row per column, and one row with
 * col = '' whose `n` is the number of rows and whose data are two float64: the data version at which the chunk was
 * packed and the layout of the packed columns (a chunk of another layout counts as missing).
 * Whoever changes rows of a table deletes its chunks by (tbl, chunk); `packMissing` builds them again. Deleting any of
 * them changes no figure: a missing chunk is read from the table itself.
 */
export const CHUNK_BITS = 16;
export const CHUNK_ROWS = 1 << CHUNK_BITS;

const HEAD = '';
const NOT_PACKED = -1;

/** Another process changed rows while they were being read; asking again answers at the new version. */
export function workspaceChanged(): LadderlineError {
  return new LadderlineError('workspace-changed', 'The workspace changed while it was being read; ask again.');
}

/** The rows of one table in row-id order, as they are at one moment: which chunks there are and where each begins. */
export class ChunkedTable {
  readonly table: string;
  rows = 0;
  private readonly packed: PackedTable;
  private readonly offset: number[] = [];
  private readonly size: number[] = [];
  /** Data version at which each chunk was packed, NOT_PACKED when it is read from the table. */
  private readonly stamp: number[] = [];
  private readonly dataVersion: number;

  constructor(db: ReadDb, table: string, dataVersion: number) {
    this.table = table;
    this.packed = packedTable(table);
    this.dataVersion = dataVersion;
    const heads = readHeads(db, table);
    const chunks = chunkCount(db, table);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const head = heads.get(chunk);
      const n = head ? head.n : db.count(`SELECT count(*) FROM ${table} WHERE id >= ? AND id < ?`, range(chunk));
      this.offset.push(this.rows);
      this.size.push(n);
      this.stamp.push(head ? head.stamp : NOT_PACKED);
      this.rows += n;
    }
  }

  /** Changes when and only when packed rows changed; null when some chunk is not packed. */
  fingerprint(): string | null {
    return this.stamp.includes(NOT_PACKED) ? null : this.stamp.join(',');
  }

  /**
   * Columns in row-id order: Float64Array (NaN) for reals, Int32Array (UNKNOWN_INT) for the rest. With `only`, the rows
   * of those chunks one after the other.
   */
  read(db: ReadDb, names: readonly string[], only?: readonly number[]): (Int32Array | Float64Array)[] {
    const chunks = only ?? this.size.map((_, chunk) => chunk);
    const at = new Map<number, number>();
    let rows = 0;
    for (const chunk of chunks) {
      at.set(chunk, rows);
      rows += this.size[chunk]!;
    }
    const out = names.map((name) => (this.typeOf(name) === 'real' ? new Float64Array(rows) : new Int32Array(rows)));
    names.forEach((name, i) => {
      for (const [chunk, data] of this.blobs(db, name, only))
        unpackInto(data, out[i]!, at.get(chunk)!, this.size[chunk]!);
    });
    // All columns of an unpacked chunk in one pass over its rows.
    for (const chunk of chunks) {
      if (this.stamp[chunk] !== NOT_PACKED || this.size[chunk] === 0) continue;
      this.rowsOf(db, names, chunk).forEach((column, i) => out[i]!.set(column as Int32Array, at.get(chunk)!));
    }
    return out;
  }

  /**
   * Visits a column chunk by chunk: `first` is the position of its first row; the array is reused between visits and may
   * be longer than `n`. A column that has one value throughout is not visited; it is answered instead (else null).
   */
  visit<T extends Int32Array | Float64Array>(
    db: ReadDb,
    name: string,
    begin: () => void,
    visit: (first: number, values: T, n: number) => void,
  ): { constant: number } | null {
    const real = this.typeOf(name) === 'real';
    const blobs = this.blobs(db, name);
    if (this.rows > 0 && !this.stamp.some((stamp, chunk) => stamp === NOT_PACKED && this.size[chunk]! > 0)) {
      const filled = blobs.filter(([chunk]) => this.size[chunk]! > 0);
      const constant = constantOf(filled[0]![1]);
      if (constant !== null && filled.every(([, data]) => constantOf(data) === constant)) {
        return { constant: real && constant === UNKNOWN_INT ? Number.NaN : constant };
      }
    }
    begin();
    const values = real ? new Float64Array(CHUNK_ROWS) : new Int32Array(CHUNK_ROWS);
    for (const [chunk, data] of blobs) {
      unpackInto(data, values, 0, this.size[chunk]!);
      visit(this.offset[chunk]!, values as T, this.size[chunk]!);
    }
    for (let chunk = 0; chunk < this.size.length; chunk++) {
      if (this.stamp[chunk] !== NOT_PACKED || this.size[chunk] === 0) continue;
      const [column] = this.rowsOf(db, [name], chunk);
      visit(this.offset[chunk]!, column as T, column!.length);
    }
    return null;
  }

  typeOf(name: string): PackedType {
    const type = this.packed.columns.get(name);
    if (!type) throw new Error(`column ${name} of ${this.table} is not packed`);
    return type;
  }

  /** Packed data of a column by chunk. One statement: a blob read on its own costs a read transaction each. */
  private blobs(db: ReadDb, name: string, only?: readonly number[]): [chunk: number, data: Uint8Array][] {
    const wanted = (only ?? this.stamp.map((_, chunk) => chunk)).filter((chunk) => this.stamp[chunk] !== NOT_PACKED);
    if (wanted.length === 0) return [];
    const range = [Math.min(...wanted), Math.max(...wanted)];
    const isWanted = new Set(wanted);
    const blobs: [number, Uint8Array][] = [];
    const sql = 'SELECT chunk, n, data FROM vector WHERE tbl = ? AND col = ? AND chunk BETWEEN ? AND ? ORDER BY chunk';
    for (const [chunk, n, data] of db.all(sql, [this.table, name, ...range])) {
      if (!isWanted.has(chunk as number)) continue;
      if (n !== this.size[chunk as number]) throw workspaceChanged();
      blobs.push([chunk as number, data as Uint8Array]);
    }
    if (blobs.length !== wanted.length) throw workspaceChanged();
    return blobs;
  }

  private rowsOf(db: ReadDb, names: readonly string[], chunk: number): (Int32Array | Float64Array)[] {
    const columns = readRows(db, this.packed, names, chunk);
    if (columns.some((column) => column.length !== this.size[chunk])) throw workspaceChanged();
    return columns;
  }

  /** Chunks that may hold other rows than `former` did. */
  changedSince(former: ChunkedTable): number[] {
    const changed: number[] = [];
    for (let chunk = 0; chunk < Math.max(this.size.length, former.size.length); chunk++) {
      const stamp = this.stamp[chunk];
      if (stamp === undefined || stamp === NOT_PACKED || stamp !== former.stamp[chunk]) changed.push(chunk);
    }
    return changed;
  }

  /** Number of rows of a chunk, and the position of its first row in row-id order. */
  span(chunk: number): { rows: number; first: number } {
    return { rows: this.size[chunk] ?? 0, first: this.offset[chunk] ?? this.rows };
  }

  get chunks(): number {
    return this.size.length;
  }

  /**
   * Throws when rows of this table may have changed between the data version and now: unless the version is the same,
   * every chunk must still be the one that was packed at or before it.
   */
  check(db: ReadDb): void {
    if (readDataVersion(db) === this.dataVersion) return;
    const heads = readHeads(db, this.table);
    const same =
      chunkCount(db, this.table) === this.stamp.length &&
      this.stamp.every(
        (stamp, chunk) => stamp !== NOT_PACKED && stamp <= this.dataVersion && heads.get(chunk)?.stamp === stamp,
      );
    if (!same) throw workspaceChanged();
  }
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
    for (let chunk = chunkCount(db, table) - 1; chunk >= 0; chunk--) if (!heads.has(chunk)) missing++;
  }
  return missing;
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
      if (heads.has(chunk)) continue;
      if (built >= atMost) return built;
      db.transaction(() => packChunk(db, packed, chunk));
      built++;
    }
    db.run('DELETE FROM vector WHERE tbl = ? AND chunk >= ?', [table, chunks]);
  }
  return built;
}

function packChunk(db: WriteDb, packed: PackedTable, chunk: number): void {
  const insert = 'INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, ?, ?, ?)';
  const names = [...packed.columns.keys()];
  const columns = readRows(db, packed, names, chunk);
  const n = columns[0]?.length ?? 0;
  columns.forEach((column, i) => {
    const data = column instanceof Float64Array ? packReals(column) : packInts(column);
    db.run(insert, [packed.table, names[i]!, chunk, n, data]);
  });
  const stamp = new Uint8Array(new Float64Array([readDataVersion(db), layoutOf(packed)]).buffer);
  db.run(insert, [packed.table, HEAD, chunk, n, stamp]);
}

/** Rows of one chunk straight from the table, ascending by row id. */
function readRows(
  db: ReadDb,
  packed: PackedTable,
  names: readonly string[],
  chunk: number,
): (Int32Array | Float64Array)[] {
  const columns = names.map((name) => `jsonb_group_array("${name}")`);
  const row = db.get(
    // Without an index the rows can only come in row-id order; an ORDER BY would cost a sort of whole rows.
    `SELECT ${columns.join(', ')} FROM ${packed.table} NOT INDEXED WHERE id >= ? AND id < ?`,
    range(chunk),
  );
  return names.map((name, i) => {
    const data = row![i] as Uint8Array;
    return packed.columns.get(name) === 'real' ? decodeJsonb(data, true) : decodeJsonb(data, false);
  });
}

function readHeads(db: ReadDb, table: string): Map<number, { n: number; stamp: number }> {
  const heads = new Map<number, { n: number; stamp: number }>();
  const layout = layoutOf(packedTable(table));
  for (const [chunk, n, data] of db.all('SELECT chunk, n, data FROM vector WHERE tbl = ? AND col = ?', [table, HEAD])) {
    const bytes = data as Uint8Array;
    if (bytes.byteLength !== 16) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
    if (view.getFloat64(8, true) === layout)
      heads.set(chunk as number, { n: n as number, stamp: view.getFloat64(0, true) });
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
