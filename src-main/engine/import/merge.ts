import type { WriteDb } from '#engine/base/db.ts';
import { TWICE_TOLD } from '#engine/store/cells.ts';
import { Chains } from '#engine/store/chain.ts';
import type { Values } from '#engine/store/chain.ts';
import { forgetVectors, rebuildPays, withoutIndexes } from '#engine/store/indexes.ts';
import { deriveParties } from '#engine/store/parties.ts';
import { SEEN_CHUNK, writeSeen } from '#engine/store/seen.ts';
import type { Seen } from '#engine/store/seen.ts';
import { carries, NEW_PARTY, stagedValue } from './dry-run.ts';
import type { Plan, References, TablePlan } from './dry-run.ts';
import type { Run } from './match.ts';
import type { StagedTable } from './staged-table.ts';
import type { Staging } from './staging.ts';
import { insertJson } from './insert-json.ts';

/** Called between the steps of a merge with what comes next; it may throw to cancel (everything rolls back). */
export type MergeStep = (what: string) => void;

/**
 * Merges exactly the planned rows as batch `batch`. The batch row exists already; everything happens inside the caller's
 * transaction. A batch older than a live one (a redo) takes its own place in the order of the rows' histories.
 */
export function mergeStaged(
  db: WriteDb,
  staging: Staging,
  plan: Plan,
  source: number,
  batch: number,
  step: MergeStep = () => {},
): void {
  storeTerms(db, staging);
  const newest = db.count("SELECT max(id) FROM batch WHERE state = 'live'");
  for (const staged of staging.filled()) {
    const counts = plan.tables.get(staged.table);
    if (counts === undefined || staged.live === 0) continue;
    step(`Writing ${staged.table} rows`);
    const work = (): void => mergeTable(db, staged, counts, plan.references, source, batch, newest > batch, step);
    if (rebuildPays(db, staged.table, counts.created)) withoutIndexes(db, staged.table, work);
    else work();
    if (staged.table === 'party' && (newest > batch || counts.created + counts.updated > 0)) deriveParties(db);
  }
}

function storeTerms(db: WriteDb, staging: Staging): void {
  insertJson(
    db,
    'INSERT INTO term(id, text) SELECT value->>0, value->>1 FROM json_each(?)',
    staging.newTerms.map((text, i) => [staging.firstNewTerm + i, text]),
  );
}

function mergeTable(
  db: WriteDb,
  staged: StagedTable,
  counts: TablePlan,
  references: References,
  source: number,
  batch: number,
  outOfOrder: boolean,
  step: MergeStep,
): void {
  const { table } = staged;
  const { created } = counts;
  const base = db.count(`SELECT max(id) FROM main.${table}`);
  if (created > 0) {
    const inserted =
      table === 'party'
        ? insertParties(db, staged, source, batch)
        : insertRows(db, staged, references, source, batch, staged.live === created);
    if (inserted !== created)
      throw new Error(`${created} rows of ${table} were staged as new and ${inserted} were written`);
  }
  storeClaims(db, staged, references, batch, base);
  const seen = staged.live === created ? newRows(staged, base) : [collectSeen(db, staged, base, counts)];
  step(`Comparing ${table} rows`);
  if (outOfOrder) insertIntoHistories(db, staged, references, batch, base);
  else updateRows(db, staged, references, batch);
  writeSeen(db, batch, table, seen, staged.policies);
  forgetVectors(db, table, touchedIds(db, staged, base, created));
}

function* touchedIds(db: WriteDb, staged: StagedTable, base: number, created: number): IterableIterator<number> {
  for (let id = base + 1; id <= base + created; id += 65_536) yield id;
  if (created > 0) yield base + created;
  for (const [id] of db.iterate(`SELECT target FROM stage.act_${staged.table} WHERE changed > 0`)) yield id as number;
}

/** New event rows get consecutive ids in file order. */
function insertRows(
  db: WriteDb,
  staged: StagedTable,
  references: References,
  source: number,
  batch: number,
  all: boolean,
): number {
  const { table, columns } = staged;
  const names = columns.map((c) => c.name);
  return db.run(
    `INSERT INTO main.${table}(source, ext, ${names.join(', ')}, batch, line)
     SELECT ?, s.ext, ${columns.map((c) => stagedValue(c, references)).join(', ')}, ?, s.line FROM stage.${table} s
     ${all ? '' : `WHERE NOT EXISTS (SELECT 1 FROM stage.act_${table} a WHERE a.n = s.id)`} ORDER BY s.id`,
    [source, batch],
  ).changes;
}

function insertParties(db: WriteDb, staged: StagedTable, source: number, batch: number): number {
  const names = staged.columns.map((c) => c.name);
  const shown = TWICE_TOLD.map((name) => `coalesce(s.row_${name}, s.ref_${name})`);
  // The kind of a party that no row states is settled by deriveParties; company is the key it starts with.
  return db.run(
    `INSERT INTO main.party(id, source, kind, assumed, ext, ${[...names, ...TWICE_TOLD].join(', ')}, batch, line)
     SELECT a.target, ?, iif(s.kind = 0, 82, s.kind), s.kind = 0, s.ext, ${[...names.map((n) => `s.${n}`), ...shown].join(', ')}, ?, s.line
     FROM stage.act_party a JOIN stage.party s ON s.id = a.n WHERE a.changed = ${NEW_PARTY} ORDER BY a.n`,
    [source, batch],
  ).changes;
}

/** What the batch carries under policies of its own, for each of its rows. Needs no index: they may be gone for the load. */
function storeClaims(db: WriteDb, staged: StagedTable, references: References, batch: number, base: number): void {
  const cells = staged.policied();
  if (cells.length === 0) return;
  const { table, shape } = staged;
  const parts = cells.map((cell) => {
    const members = shape.columns
      .filter((c) => c.cell === cell)
      .map((c) => `',"${c.name}":' || json_quote(${stagedValue(c, references)})`)
      .join(' || ');
    return `CASE WHEN ${carries(shape, cell)} THEN ${members} ELSE '' END`;
  });
  db.exec('DROP TABLE IF EXISTS stage.stamp; CREATE TABLE stage.stamp(n INTEGER PRIMARY KEY, stamp INTEGER NOT NULL)');
  const stamps: [number, number][] = [];
  for (let n = 1; n <= staged.count; n++) {
    const stamp = staged.stamp(n);
    if (stamp !== null && staged.line(n) !== 0) stamps.push([n, stamp]);
  }
  insertJson(db, 'INSERT INTO stage.stamp SELECT value->>0, value->>1 FROM json_each(?)', stamps);
  const insert = (id: string, from: string): void => {
    db.run(
      `INSERT INTO claim(tbl, row, batch, stamp, vals)
       SELECT '${table}', ${id}, ?, (SELECT p.stamp FROM stage.stamp p WHERE p.n = s.id), '{' || substr(${parts.join(' || ')}, 2) || '}'
       FROM ${from} WHERE ${cells.map((cell) => carries(shape, cell)).join(' OR ')}`,
      [batch],
    );
  };
  insert('a.target', `stage.act_${table} a JOIN stage.${table} s ON s.id = a.n`);
  if (table === 'party') return;
  insert(
    's.target',
    `(SELECT s.*, ${base} + row_number() OVER (ORDER BY s.id) AS target FROM stage.${table} s
      WHERE NOT EXISTS (SELECT 1 FROM stage.act_${table} a WHERE a.n = s.id)) s`,
  );
}

/** What a batch contains that only has new rows, in parts. */
function* newRows(staged: StagedTable, base: number): Generator<Seen> {
  const part: Seen = {
    ids: new Int32Array(SEEN_CHUNK),
    lines: new Int32Array(SEEN_CHUNK),
    masks: new Uint32Array(SEEN_CHUNK),
  };
  let [n, at, id] = [0, 0, base];
  while (n < staged.count) {
    n++;
    if (staged.line(n) === 0) continue;
    part.ids[at] = ++id;
    part.lines[at] = staged.line(n);
    part.masks[at] = staged.mask(n);
    if (++at < SEEN_CHUNK) continue;
    yield part;
    at = 0;
  }
  if (at > 0)
    yield { ids: part.ids.subarray(0, at), lines: part.lines.subarray(0, at), masks: part.masks.subarray(0, at) };
  if (id !== base + staged.live)
    throw new Error(`${staged.live} rows of ${staged.table} were staged and ${id - base} were accounted for`);
}

/** What the batch contains: existing rows by their targets, new rows by their place. */
function collectSeen(db: WriteDb, staged: StagedTable, base: number, counts: TablePlan): Seen {
  const { created, runs = [] } = counts;
  const total = staged.live;
  const seen: Seen = { ids: new Int32Array(total), lines: new Int32Array(total), masks: new Uint32Array(total) };
  const existing = total - created;
  let at = 0;
  const add = (n: number, id: number): void => {
    seen.ids[at] = id;
    seen.lines[at] = staged.line(n);
    seen.masks[at] = staged.mask(n);
    at++;
  };
  const known = existing > 0 ? new Uint8Array(staged.count + 1) : null;
  if (existing > 0) {
    forExisting(db, staged, existing, runs, (n, id) => {
      add(n, id);
      known![n] = 1;
    });
  }
  let id = base;
  for (let n = 1; n <= staged.count; n++) {
    if (staged.line(n) === 0 || known?.[n] === 1) continue;
    add(n, ++id);
  }
  if (at !== total || id !== base + created)
    throw new Error(`${total} rows of ${staged.table} were staged and ${at} were accounted for`);
  return seen;
}

/** Staged rows that exist and their ids, by id. */
function forExisting(
  db: WriteDb,
  staged: StagedTable,
  existing: number,
  runs: readonly Run[],
  visit: (n: number, id: number) => void,
): void {
  const act = `stage.act_${staged.table}`;
  const condition = staged.table === 'party' ? `changed <> ${NEW_PARTY}` : 'true';
  const [lowest, highest] = db.get(`SELECT min(target), max(target) FROM ${act} WHERE ${condition}`) as [
    number,
    number,
  ];
  // A place for each id between them, unless a few rows are spread over very many.
  if (highest - lowest > 8 * existing + 65_536) {
    for (const [n, target] of db.iterate(`SELECT n, target FROM ${act} WHERE ${condition} ORDER BY target`))
      visit(n as number, target as number);
    return;
  }
  const row = new Int32Array(highest - lowest + 1);
  let from = 1;
  const readTo = (to: number): void => {
    if (to < from) return;
    for (const [n, target] of db.iterate(`SELECT n, target FROM ${act} WHERE n BETWEEN ? AND ? AND ${condition}`, [
      from,
      to,
    ]))
      row[(target as number) - lowest] = n as number;
  };
  for (const run of runs) {
    readTo(run.from - 1);
    for (let n = run.from, id = run.first; n <= run.to; n++, id += run.step) row[id - lowest] = n;
    from = run.to + 1;
  }
  readTo(staged.count);
  for (let i = 0; i < row.length; i++) if (row[i] !== 0) visit(row[i]!, lowest + i);
}

/** The newest batch: before-images of what changes, then the new values, each in one statement. */
function updateRows(db: WriteDb, staged: StagedTable, references: References, batch: number): void {
  const { table, shape } = staged;
  const masks = db
    .all(`SELECT DISTINCT changed FROM stage.act_${table} WHERE changed > 0`)
    .map(([mask]) => mask as number);
  if (masks.length === 0) return;
  // Of a cell that changes in some rows only, each row says whether it does.
  const cells = shape.cells.map((cell, c) => {
    const rows = masks.filter((mask) => (mask >>> c) & 1).length;
    return {
      cell,
      condition: `(a.changed & ${2 ** c}) <> 0`,
      where: rows === 0 ? 'none' : rows < masks.length ? 'some' : 'all',
    };
  });
  const parts = cells
    .filter(({ where }) => where !== 'none')
    .map(({ cell, condition, where }) => {
      const members = cell.columns.map((c) => `',"${c}":' || json_quote(t.${c})`).join(' || ');
      return where === 'all' ? members : `CASE WHEN ${condition} THEN ${members} ELSE '' END`;
    });
  db.run(
    `INSERT INTO version(tbl, row, batch, line, before)
     SELECT '${table}', t.id, ?, s.line, '{' || substr(${parts.join(' || ')}, 2) || '}'
     FROM stage.act_${table} a CROSS JOIN stage.${table} s ON s.id = a.n CROSS JOIN main.${table} t ON t.id = a.target
     WHERE a.changed > 0 ORDER BY a.target`,
    [batch],
  );
  const sets = shape.columns.flatMap((c) => {
    const { condition, where } = cells[c.cell]!;
    const value = stagedValue(c, references);
    if (where === 'none') return [];
    return where === 'all'
      ? [`${c.name} = ${value}`]
      : [`${c.name} = CASE WHEN ${condition} THEN ${value} ELSE t.${c.name} END`];
  });
  if (table === 'party') {
    // A party whose kind was assumed takes the kind that is now stated.
    sets.push('kind = CASE WHEN t.assumed = 1 AND s.kind_told IS NOT NULL THEN s.kind_told ELSE t.kind END');
    sets.push('assumed = CASE WHEN s.kind_told IS NOT NULL THEN 0 ELSE t.assumed END');
  }
  db.run(
    `UPDATE main.${table} AS t SET ${sets.join(', ')}
     FROM stage.act_${table} a CROSS JOIN stage.${table} s ON s.id = a.n WHERE a.changed > 0 AND t.id = a.target`,
  );
}

/** A batch that comes before live ones: each row that others saw takes it in at its place. */
function insertIntoHistories(
  db: WriteDb,
  staged: StagedTable,
  references: References,
  batch: number,
  base: number,
): void {
  const { table, shape } = staged;
  const chains = new Chains(db, shape, batch, staged.policies ?? {});
  const select = `SELECT a.target, s.id, ${shape.columns.map((c) => stagedValue(c, references)).join(', ')}
    FROM stage.act_${table} a JOIN stage.${table} s ON s.id = a.n WHERE a.target <= ? AND a.target > ? ORDER BY a.target LIMIT ${SEEN_CHUNK}`;
  const changed: number[] = [];
  for (let after = 0; ;) {
    const rows = db.all(select, [base, after]);
    const last = rows.at(-1);
    if (last === undefined) break;
    if (!chains.open(rows[0]![0] as number, last[0] as number))
      throw new Error(`rows of ${table} exist that no live batch saw`);
    for (const row of rows) {
      const n = row[1] as number;
      const values: Values = {};
      shape.columns.forEach((column, i) => (values[column.name] = row[2 + i]!));
      if (chains.insert(row[0] as number, staged.line(n), staged.mask(n), values, staged.stamp(n)))
        changed.push(row[0] as number);
    }
    after = last[0] as number;
  }
  forgetVectors(db, table, changed);
}
