import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { float64, int32 } from './allocate.ts';
import { NOT_PACKED } from './chunks.ts';
import type { ChunkState } from './chunks.ts';
import { constantOf, packInts, packReals, unpackInts, unpackReals } from './pack.ts';
import { UNKNOWN_INT } from './types.ts';

/*
 * A grouped table is kept in `vector` as well, so that a first use neither sorts nor scatters rows: under tbl =
 * '<table> grouped' one row with col = '' whose data are float64: a mark of the build, the stamp of the membership, the
 * number of groups and of rows, then (stamp, rows) of every chunk it was made from; under tbl = '<table> grouped <mark>'
 * its columns in parts of PART_ROWS values. Later rows are spliced in when it is read; deleting it changes no figure.
 */
const PART_ROWS = 1 << 20;
const HEAD = '';
/** Packed position of each grouped row, and the first row of each group, among the columns of a kept grouping. */
export const ORDER = '@order';
export const START = '@start';
/** Net amounts of purchases: two columns of reals less to read. */
export const NET = '@net';

/** A grouped table as it was when its columns were written. */
export type GroupedHead = {
  readonly mark: number;
  /** Stamp of the membership by which rows are grouped. */
  readonly membership: number;
  readonly groups: number;
  readonly rows: number;
  readonly chunks: ChunkState;
};

/** The head of a kept grouping; null without one. `layout` is the layout of the packed columns that it must have. */
export function readGroupedHead(db: ReadDb, table: string): GroupedHead | null {
  const row = db.get("SELECT data FROM vector WHERE tbl = ? AND col = '' AND chunk = 0", [`${table} grouped`]);
  if (row === null) return null;
  const bytes = row[0] as Uint8Array;
  if (bytes.byteLength < 32 || bytes.byteLength % 16 !== 0) return null;
  const values = new Float64Array(bytes.slice().buffer);
  const [mark, membership, groups, rows] = values as unknown as [number, number, number, number];
  const stamp: number[] = [];
  const size: number[] = [];
  const offset: number[] = [];
  let sum = 0;
  for (let i = 4; i < values.length; i += 2) {
    stamp.push(values[i]!);
    size.push(values[i + 1]!);
    offset.push(sum);
    sum += values[i + 1]!;
  }
  if (sum !== rows) return null;
  return { mark, membership, groups, rows, chunks: { rows, stamp, size, stored: size, offset } };
}

/** What identifies a grouping: its membership, its chunks, the layout of its columns. */
export function groupingMark(membership: number, chunks: ChunkState, names: readonly string[]): number {
  let [high, low] = [0x811c9dc5, 0x050c5d1f];
  const add = (value: number): void => {
    high = Math.imul(high ^ value, 0x01000193);
    low = Math.imul((low << 5) ^ (low >>> 27) ^ value, 0x01000193);
  };
  add(membership);
  chunks.stamp.forEach((stamp, chunk) => {
    add(stamp);
    add(chunks.size[chunk]!);
  });
  for (const char of names.join()) add(char.charCodeAt(0));
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
}

/** An array of a kept grouping; null when it is no longer there. */
export function readGroupedArray(
  db: ReadDb,
  table: string,
  mark: number,
  name: string,
  type: 'int' | 'real',
  rows: number,
): Int32Array | Float64Array | null {
  const values = readGrouped(db, table, mark, name, type, rows);
  if (values === null || !('constant' in values)) return values;
  return (type === 'real' ? float64(rows) : int32(rows)).fill(values.constant);
}

/** A column of a kept grouping, or the one value it has throughout; null when it is no longer there. */
export function readGrouped(
  db: ReadDb,
  table: string,
  mark: number,
  name: string,
  type: 'int' | 'real',
  rows: number,
): Int32Array | Float64Array | { constant: number } | null {
  const parts = db.all('SELECT n, data FROM vector WHERE tbl = ? AND col = ? ORDER BY chunk', [
    `${table} grouped ${mark}`,
    name,
  ]);
  if (parts.reduce((sum, [n]) => sum + (n as number), 0) !== rows || parts.length === 0) return null;
  const constant = constantOf(parts[0]![1] as Uint8Array);
  if (constant !== null && parts.every(([, data]) => constantOf(data as Uint8Array) === constant))
    return { constant: type === 'real' && constant === UNKNOWN_INT ? Number.NaN : constant };
  let at = 0;
  if (type === 'real') {
    const out = float64(rows);
    for (const [n, data] of parts) {
      unpackReals(data as Uint8Array, out, at, n as number);
      at += n as number;
    }
    return out;
  }
  const out = int32(rows);
  for (const [n, data] of parts) {
    unpackInts(data as Uint8Array, out, at, n as number);
    at += n as number;
  }
  return out;
}

/** Names of the columns that are written of a build. */
export function writtenColumns(db: ReadDb, table: string, mark: number): Set<string> {
  const rows = db.all('SELECT DISTINCT col FROM vector WHERE tbl = ?', [`${table} grouped ${mark}`]);
  return new Set(rows.map(([col]) => col as string));
}

export function writeGrouped(
  db: WriteDb,
  table: string,
  mark: number,
  name: string,
  values: Int32Array | Float64Array,
): void {
  for (let part = 0, at = 0; part === 0 || at < values.length; part++, at += PART_ROWS) {
    const data =
      values instanceof Float64Array
        ? packReals(values.subarray(at, at + PART_ROWS))
        : packInts(values.subarray(at, at + PART_ROWS));
    db.run('INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, ?, ?, ?)', [
      `${table} grouped ${mark}`,
      name,
      part,
      Math.min(PART_ROWS, values.length - at),
      data,
    ]);
  }
}

/** Makes a finished build the one that is read. */
export function writeGroupedHead(db: WriteDb, table: string, head: Omit<GroupedHead, 'rows'>): void {
  const { mark, membership, groups, chunks } = head;
  if (chunks.stamp.includes(NOT_PACKED)) throw new Error(`${table} was grouped before all of it was packed`);
  const values = Float64Array.from([
    mark,
    membership,
    groups,
    chunks.rows,
    ...chunks.stamp.flatMap((stamp, chunk) => [stamp, chunks.size[chunk]!]),
  ]);
  db.run('INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, 0, ?, ?)', [
    `${table} grouped`,
    HEAD,
    chunks.rows,
    new Uint8Array(values.buffer),
  ]);
}

/** Deletes the columns of every build but one (of all without `mark`), and the head unless it is of that build. */
export function forgetGrouped(db: WriteDb, table: string, mark?: number): void {
  const prefix = `${table} grouped `;
  db.run('DELETE FROM vector WHERE tbl > ? AND tbl < ? AND tbl <> ?', [
    prefix,
    `${prefix}~`,
    mark === undefined ? prefix : prefix + String(mark),
  ]);
  const head = readGroupedHead(db, table);
  if (head === null || head.mark !== mark) db.run('DELETE FROM vector WHERE tbl = ?', [`${table} grouped`]);
}
