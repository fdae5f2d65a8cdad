import type { WriteDb } from '#engine/base/db.ts';
import type { Cell, TableShape } from './cells.ts';
import type { SeenChunk } from './seen.ts';

/** What taking the newest batch out of a window of rows means. */
export type NewestWindow = {
  /** Rows that no other live batch saw, ascending: they go. */
  readonly gone: readonly number[];
  /** Rows whose values before the batch show again, ascending. */
  readonly restored: readonly number[];
};

/** Which of `ids[from..to)` (ascending) are in none of the chunks. */
export function unseenBy(
  chunks: readonly Pick<SeenChunk, 'ids'>[],
  ids: Int32Array,
  from: number,
  to: number,
): number[] {
  const known = new Uint8Array(to - from);
  for (const chunk of chunks) {
    const other = chunk.ids;
    let at = lowerBound(other, ids[from]!);
    for (let i = from; i < to && at < other.length; i++) {
      const id = ids[i]!;
      while (at < other.length && other[at]! < id) at++;
      if (other[at] === id) known[i - from] = 1;
    }
  }
  const unseen: number[] = [];
  for (let i = from; i < to; i++) if (known[i - from] === 0) unseen.push(ids[i]!);
  return unseen;
}

function lowerBound(values: Int32Array, wanted: number): number {
  let [lo, hi] = [0, values.length];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (values[middle]! < wanted) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/**
 * Puts the before-images of the newest live batch back into the rows of a window, in one statement: nothing came after
 * it, so its before-images are what the other batches make of those cells. Rows with claims must not lie in the window.
 * Answers the rows that had one. The before-images stay; the caller deletes them.
 */
export function restoreNewest(db: WriteDb, shape: TableShape, batch: number, lo: number, hi: number): number[] {
  const { table, cells } = shape;
  const where = 'WHERE v.tbl = ? AND v.row BETWEEN ? AND ? AND v.batch = ?';
  const bounds = [table, lo, hi, batch];
  const bitOf = new Map(cells.flatMap((cell, c) => cell.columns.map((column) => [column, 1 << c] as const)));
  const restored: number[] = [];
  let some = 0;
  let all = -1;
  for (const [row, before] of db.all(`SELECT v.row, v.before FROM version v ${where} ORDER BY v.row`, bounds)) {
    let mask = 0;
    for (const column in JSON.parse(before as string) as object) mask |= bitOf.get(column)!;
    restored.push(row as number);
    some |= mask;
    all &= mask;
  }
  if (restored.length === 0) return restored;
  const sets = cells.flatMap((cell, c) =>
    ((some >>> c) & 1) === 0
      ? []
      : cell.columns.map((column) => {
          const before = `v.before ->> '$.${column}'`;
          return (all >>> c) & 1
            ? `${column} = ${before}`
            : `${column} = CASE WHEN ${named(cell)} THEN ${before} ELSE t.${column} END`;
        }),
  );
  db.run(`UPDATE ${table} AS t SET ${sets.join(', ')} FROM version v ${where} AND t.id = v.row`, bounds);
  return restored;
}

/** SQL: does the before-image of `v` name the cell? Quotes inside values are escaped, so only a key reads like this. */
function named(cell: Cell): string {
  return `instr(v.before, '"${cell.columns[0]!}":') > 0`;
}

/** Deletes rows that a batch made, by ascending ids; neighbouring ids go together. */
export function deleteRows(db: WriteDb, table: string, batch: number, ids: readonly number[]): void {
  const scattered: number[] = [];
  for (let from = 0; from < ids.length;) {
    let to = from + 1;
    while (to < ids.length && ids[to] === ids[to - 1]! + 1) to++;
    if (to - from < 16) for (let i = from; i < to; i++) scattered.push(ids[i]!);
    else db.run(`DELETE FROM ${table} WHERE id BETWEEN ? AND ? AND batch = ?`, [ids[from]!, ids[to - 1]!, batch]);
    from = to;
  }
  if (scattered.length > 0)
    db.run(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?)) AND batch = ?`, [
      JSON.stringify(scattered),
      batch,
    ]);
}
