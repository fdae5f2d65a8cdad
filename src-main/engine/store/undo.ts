import type { WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { TABLES } from './cells.ts';
import type { TableShape } from './cells.ts';
import { Chains } from './chain.ts';
import { forgetVectors, rebuildPays, withoutIndexes } from './indexes.ts';
import { deriveParties } from './parties.ts';
import { SEEN_CHUNK, seenInRange, seenOf } from './seen.ts';
import type { Seen } from './seen.ts';
import { deleteRows, restoreNewest, unseenBy } from './undo-newest.ts';

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
 * `parties` is true when a party came, went or changed.
 */
export function undoBatch(db: WriteDb, batch: number): { counts: UndoResult; parties: boolean } {
  if (batchState(db, batch) === 'undone') {
    throw new LadderlineError(
      'batch-undone',
      `Batch ${batch} is undone already; nothing was changed. \`ladderline redo\` merges it again.`,
    );
  }
  const counts: UndoResult = { removed: 0, rehomed: 0, restored: 0, kept: 0 };
  const newest = db.count("SELECT max(id) FROM batch WHERE state = 'live'") === batch;
  let parties = false;
  for (const shape of [...TABLES].reverse()) {
    const seen = seenOf(db, batch, shape.table);
    if (seen.ids.length === 0) continue;
    const work = (): number[] => undoTable(db, shape, batch, newest, seen, counts);
    const changed =
      rebuildPays(db, shape.table, seen.ids.length) && onlyOne(db, shape.table, batch)
        ? withoutIndexes(db, shape.table, work)
        : work();
    forgetVectors(db, shape.table, changed);
    if (shape.table === 'party') parties = changed.length > 0;
  }
  db.run('DELETE FROM seen WHERE batch = ?', [batch]);
  db.run('DELETE FROM coverage WHERE batch = ?', [batch]);
  deleteOf(db, 'version', batch);
  deleteOf(db, 'claim', batch);
  db.run("UPDATE batch SET state = 'undone' WHERE id = ?", [batch]);
  if (parties) deriveParties(db);
  return { counts, parties };
}

/** Deletes what a batch keeps in a table that has an index on the batch; all at once when nothing else is there. */
function deleteOf(db: WriteDb, table: 'version' | 'claim', batch: number): void {
  const others = db.count(
    `SELECT EXISTS (SELECT 1 FROM ${table} WHERE batch < ?) + EXISTS (SELECT 1 FROM ${table} WHERE batch > ?)`,
    [batch, batch],
  );
  if (others === 0) db.run(`DELETE FROM ${table}`);
  else db.run(`DELETE FROM ${table} WHERE batch = ?`, [batch]);
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

/** Takes the batch out of one table and answers rows that went or changed, at least one of each packed chunk. */
function undoTable(
  db: WriteDb,
  shape: TableShape,
  batch: number,
  newest: boolean,
  seen: Seen,
  counts: UndoResult,
): number[] {
  const { table } = shape;
  const chains = new Chains(db, shape, batch);
  const changed: number[] = [];
  const total = seen.ids.length;
  const own = recordMask(shape);
  const isRecord = (i: number): boolean => (seen.masks[i]! & own) !== 0;
  for (let from = 0; from < total; from += SEEN_CHUNK) {
    const to = Math.min(total, from + SEEN_CHUNK);
    const [lo, hi] = [seen.ids[from]!, seen.ids[to - 1]!];
    if (newest && !hasClaims(db, table, lo, hi)) {
      const others = seenInRange(db, table, lo, hi).filter((chunk) => chunk.batch !== batch);
      const gone = unseenBy(others, seen.ids, from, to);
      const restored = others.length === 0 ? [] : restoreNewest(db, shape, batch, lo, hi);
      deleteRows(db, table, batch, gone);
      counts.removed += recordsAmong(gone, seen, from, isRecord);
      counts.restored += recordsAmong(restored, seen, from, isRecord);
      append(changed, gone);
      append(changed, restored);
      continue;
    }
    if (!chains.open(lo, hi)) {
      const gone = [...seen.ids.subarray(from, to)];
      deleteRows(db, table, batch, gone);
      counts.removed += recordsAmong(gone, seen, from, isRecord);
      append(changed, gone);
      continue;
    }
    const gone: number[] = [];
    const heirs = new Map<number, [id: number, line: number][]>();
    for (let i = from; i < to; i++) {
      const id = seen.ids[i]!;
      const creator = chains.isFirst(id);
      if (!creator && !chains.changed(id) && !chains.claimed(id)) continue;
      const heir = creator ? chains.heir(id, seen.masks[i]!) : null;
      if (heir !== null) {
        const list = heirs.get(heir.batch);
        if (list) list.push([id, heir.line]);
        else heirs.set(heir.batch, [[id, heir.line]]);
        changed.push(id);
        if (isRecord(i)) counts.rehomed++;
        continue;
      }
      const { what, restored, kept } = chains.remove(id, seen.masks[i]!, creator);
      changed.push(id);
      if (what === 'removed') gone.push(id);
      if (!isRecord(i)) continue;
      if (what === 'removed') counts.removed++;
      else if (what === 'rehomed') counts.rehomed++;
      if (restored) counts.restored++;
      if (kept) counts.kept++;
    }
    deleteRows(db, table, batch, gone);
    for (const [other, rows] of heirs) handDown(db, table, other, rows);
  }
  return changed;
}

/** Makes another batch the maker of rows: they are its own, and it has nothing to put back. */
function handDown(db: WriteDb, table: string, batch: number, rows: readonly [id: number, line: number][]): void {
  const list = JSON.stringify(rows);
  db.run('DELETE FROM version WHERE tbl = ? AND batch = ? AND row IN (SELECT value->>0 FROM json_each(?))', [
    table,
    batch,
    list,
  ]);
  db.run(`UPDATE ${table} SET batch = ?, line = j.value->>1 FROM json_each(?) j WHERE ${table}.id = j.value->>0`, [
    batch,
    list,
  ]);
}

function hasClaims(db: WriteDb, table: string, lo: number, hi: number): boolean {
  return db.get('SELECT 1 FROM claim WHERE tbl = ? AND row BETWEEN ? AND ? LIMIT 1', [table, lo, hi]) !== null;
}

/** How many of some rows, ascending and all at or after place `from`, are records of the batch. */
function recordsAmong(ids: readonly number[], seen: Seen, from: number, isRecord: (i: number) => boolean): number {
  let n = 0;
  let i = from;
  for (const id of ids) {
    while (seen.ids[i]! < id) i++;
    if (isRecord(i)) n++;
  }
  return n;
}

function append(list: number[], more: readonly number[]): void {
  for (const each of more) list.push(each);
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
