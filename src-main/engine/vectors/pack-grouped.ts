import type { WriteDb } from '#engine/base/db.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { ChunkedTable } from './chunks.ts';
import { readMembership } from './customers.ts';
import {
  forgetGrouped,
  groupingMark,
  NET,
  ORDER,
  readGroupedArray,
  readGroupedHead,
  START,
  writeGrouped,
  writeGroupedHead,
  writtenColumns,
} from './grouped.ts';
import { gatherInts, gatherReals, groupTable, netOf } from './table.ts';
import { packedTable } from './tables.ts';

/** A kept grouping is written anew when more than one row in so many changed; until then changes are spliced in. */
const REGROUP_SHARE = 16;

/** Writes one more piece of the kept grouping of a table; false when it is complete, or the table is too small. */
export function packGroupedPiece(db: WriteDb, table: string, keepFrom: number): boolean {
  const dataVersion = readDataVersion(db);
  const membership = readMembership(db);
  const chunks = new ChunkedTable(db, table, dataVersion);
  if (chunks.rows < keepFrom || chunks.rows === 0) {
    forgetGrouped(db, table);
    return false;
  }
  if (membership.stamp === null || chunks.fingerprint() === null) return false;
  const head = readGroupedHead(db, table);
  const names = [...packedTable(table).columns.keys()];
  if (head && head.membership === membership.stamp && head.mark === groupingMark(head.membership, head.chunks, names)) {
    const changed = chunks
      .changedSince(head.chunks)
      .reduce((n, { chunk, keep }) => n + Math.max(chunks.size[chunk] ?? 0, head.chunks.size[chunk] ?? 0) - keep, 0);
    if (changed * REGROUP_SHARE <= chunks.rows) return false;
  }
  const mark = groupingMark(membership.stamp, chunks, names);
  const written = writtenColumns(db, table, mark);
  if (!written.has(ORDER)) {
    const { start, day, order } = groupTable({ db, membership }, chunks);
    writeGrouped(db, table, mark, START, start);
    writeGrouped(db, table, mark, 'day', day);
    writeGrouped(db, table, mark, ORDER, order);
    return true;
  }
  const name = names.find((column) => !written.has(column));
  if (name !== undefined) {
    const order = readGroupedArray(db, table, mark, ORDER, 'int', chunks.rows) as Int32Array;
    const values = chunks.column(db, name);
    if ('constant' in values) {
      const all = chunks.typeOf(name) === 'real' ? new Float64Array(chunks.rows) : new Int32Array(chunks.rows);
      writeGrouped(db, table, mark, name, all.fill(values.constant));
    } else {
      const grouped = values instanceof Float64Array ? gatherReals(values, order) : gatherInts(values, order);
      writeGrouped(db, table, mark, name, grouped);
    }
    return true;
  }
  if (names.includes('tax') && !written.has(NET)) {
    const [amount, tax] = ['amount', 'tax'].map((part) => readGroupedArray(db, table, mark, part, 'real', chunks.rows));
    writeGrouped(db, table, mark, NET, netOf(amount as Float64Array, tax as Float64Array));
    return true;
  }
  writeGroupedHead(db, table, { mark, membership: membership.stamp, groups: membership.id.length + 2, chunks });
  forgetGrouped(db, table, mark);
  return true;
}
