import type { Cancel } from '#engine/base/context.ts';
import type { WriteDb } from '#engine/base/db.ts';
import type { StagedTable } from './staged-table.ts';

/** Staged rows `from` to `to` whose targets are `first`, `first + step`, `first + 2 * step` and so on. */
export type Run = { readonly from: number; readonly to: number; readonly first: number; readonly step: 1 | -1 };

/** Rows that are looked up together. */
const WINDOW = 8192;
/** How many rows at the start of a window may be unknown before its order is taken to be. */
const LOOKED_AT = 16;

/**
 * Finds the rows that exist under the keys of the staged ones and notes them in the plan (`act_TABLE`), with `changed`, an SQL
 * expression over staged row `s` and existing row `t`. An export that comes again has mostly the order it had: so in each
 * window the rows are first sought where that order puts them, which needs no index, and only the others by their keys.
 * Answers the windows that had the order throughout.
 */
export function matchRows(
  db: WriteDb,
  staged: StagedTable,
  sourceId: number,
  changed: string,
  cancel: Cancel,
  window = WINDOW,
): Run[] {
  const { table } = staged;
  const act = `stage.act_${table}`;
  const insert = `INSERT INTO ${act}(n, target, changed) SELECT s.id, t.id, ${changed} FROM stage.${table} s CROSS JOIN main.${table} t`;
  const inOrder = `${insert} ON t.id = CAST(? AS INTEGER) + CAST(? AS INTEGER) * s.id
    WHERE s.id BETWEEN ? AND ? AND t.source = ? AND t.ext = s.ext ORDER BY s.id`;
  const byKey = `${insert} ON t.source = ? AND t.ext = s.ext WHERE s.id BETWEEN ? AND ?`;
  const byKeyRest = `${byKey} AND NOT EXISTS (SELECT 1 FROM ${act} a WHERE a.n = s.id) ORDER BY s.id`;
  const runs: Run[] = [];
  for (let from = 1; from <= staged.count; from += window) {
    cancel.check();
    const to = Math.min(staged.count, from + window - 1);
    const known = db.all(
      `SELECT s.id, t.id FROM stage.${table} s CROSS JOIN main.${table} t ON t.source = ? AND t.ext = s.ext
       WHERE s.id BETWEEN ? AND ? ORDER BY s.id LIMIT 2`,
      [sourceId, from, Math.min(to, from + LOOKED_AT - 1)],
    ) as [number, number][];
    const [one, two] = known;
    if (one === undefined) {
      db.run(`${byKey} ORDER BY s.id`, [sourceId, from, to]);
      continue;
    }
    const step = two !== undefined && two[1] < one[1] ? -1 : 1;
    const zero = (two ?? one)[1] - step * (two ?? one)[0];
    const { changes } = db.run(inOrder, [zero, step, from, to, sourceId]);
    if (changes === to - from + 1) runs.push({ from, to, first: zero + step * from, step });
    else db.run(byKeyRest, [sourceId, from, to]);
  }
  return runs;
}
