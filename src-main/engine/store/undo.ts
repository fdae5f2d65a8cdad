import type { WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { TABLES } from './cells.ts';
import type { TableShape } from './cells.ts';
import { Chains } from './chain.ts';
import { forgetVectors, rebuildPays, withoutIndexes } from './indexes.ts';
import { deriveParties } from './parties.ts';
import { SEEN_CHUNK, seenOf } from './seen.ts';
import type { Seen } from './seen.ts';

/** Records that went, that another batch keeps, whose value before the batch shows again, whose newer value stays. Parties that rows only name are no records. */
export type UndoResult = { removed: number; rehomed: number; restored: number; kept: number };

/** The batch's state, or an error that says which batches there are. */
export function batchState(db: WriteDb, batch: number): 'live' | 'undone' {
  const state = db.get('SELECT state FROM batch WHERE id = ?', [batch])?.[0];
  if (state === 'live' || state === 'undone') return state;
  const last = db.count('SELECT max(id) FROM batch');
  throw new LadderlineError(
    'no-batch',
    last === 0
      ? 'Nothing has been imported yet; there is no batch to undo.'
      : `There is no batch ${batch}; batches run from 1 to ${last}. \`ladderline imports\` lists them.`,
  );
}

/**
 * Takes a live batch out of the workspace, whatever came after it: afterwards every row is the fold of what its other
 * live batches carry. Its file and its rejects stay, so that it can be merged again. Runs inside the caller's transaction.
 */
export function undoBatch(db: WriteDb, batch: number): UndoResult {
  if (batchState(db, batch) === 'undone') {
    throw new LadderlineError(
      'batch-undone',
      `Batch ${batch} is undone already; nothing was changed. \`ladderline redo\` merges it again.`,
    );
  }
  const result: UndoResult = { removed: 0, rehomed: 0, restored: 0, kept: 0 };
  for (const shape of [...TABLES].reverse()) {
    const seen = seenOf(db, batch, shape.table);
    if (seen.ids.length === 0) continue;
    const work = (): void => undoTable(db, shape, batch, seen, result);
    if (rebuildPays(db, shape.table, seen.ids.length) && onlyOne(db, shape.table, batch))
      withoutIndexes(db, shape.table, work);
    else work();
  }
  db.run('DELETE FROM seen WHERE batch = ?', [batch]);
  db.run('DELETE FROM coverage WHERE batch = ?', [batch]);
  db.run('DELETE FROM version WHERE batch = ?', [batch]);
  db.run('DELETE FROM claim WHERE batch = ?', [batch]);
  db.run("UPDATE batch SET state = 'undone' WHERE id = ?", [batch]);
  deriveParties(db);
  return result;
}

/** True when no other live batch holds rows of the table that this one saw. */
function onlyOne(db: WriteDb, table: string, batch: number): boolean {
  return (
    db.get(
      `SELECT 1 FROM seen a JOIN seen b ON b.tbl = a.tbl AND b.batch <> a.batch AND b.lo <= a.hi AND b.hi >= a.lo
       WHERE a.batch = ? AND a.tbl = ? LIMIT 1`,
      [batch, table],
    ) === null
  );
}

function undoTable(db: WriteDb, shape: TableShape, batch: number, seen: Seen, result: UndoResult): void {
  const { table } = shape;
  const chains = new Chains(db, shape, batch);
  const changed: number[] = [];
  const total = seen.ids.length;
  const own = recordMask(shape);
  const isRecord = (i: number): boolean => (seen.masks[i]! & own) !== 0;
  for (let from = 0; from < total; from += SEEN_CHUNK) {
    const to = Math.min(total, from + SEEN_CHUNK);
    const [lo, hi] = [seen.ids[from]!, seen.ids[to - 1]!];
    changed.push(lo, hi);
    for (let id = lo; id < hi; id += 65_536) changed.push(id);
    if (!chains.open(lo, hi)) {
      db.run(`DELETE FROM ${table} WHERE id BETWEEN ? AND ? AND batch = ?`, [lo, hi, batch]);
      for (let i = from; i < to; i++) if (isRecord(i)) result.removed++;
      continue;
    }
    const created = new Set(
      db
        .all(`SELECT id FROM ${table} WHERE id BETWEEN ? AND ? AND batch = ?`, [lo, hi, batch])
        .map((r) => r[0] as number),
    );
    const versions = new Set(
      db
        .all('SELECT row FROM version WHERE tbl = ? AND row BETWEEN ? AND ? AND batch = ?', [table, lo, hi, batch])
        .map((r) => r[0] as number),
    );
    const gone: number[] = [];
    for (let i = from; i < to; i++) {
      const id = seen.ids[i]!;
      const creator = created.has(id);
      if (!creator && !versions.has(id) && !chains.claimed(id)) continue;
      const { what, restored, kept } = chains.remove(id, seen.masks[i]!, creator);
      if (what === 'removed') gone.push(id);
      if (!isRecord(i)) continue;
      if (what === 'removed') result.removed++;
      else if (what === 'rehomed') result.rehomed++;
      if (restored) result.restored++;
      if (kept) result.kept++;
    }
    if (gone.length > 0)
      db.run(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(gone)]);
  }
  forgetVectors(db, table, changed);
}

/** Cells that a party's own row carries, as against rows that name it; every cell of other tables. */
function recordMask(shape: TableShape): number {
  if (shape.table !== 'party') return -1;
  let mask = 0;
  shape.cells.forEach((cell, i) => {
    if (cell.name !== 'kind_told' && !cell.name.startsWith('ref_')) mask |= 1 << i;
  });
  return mask;
}
