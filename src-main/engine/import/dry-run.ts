import type { Cancel } from '#engine/base/context.ts';
import type { WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { IDENTITY_COLUMNS } from '#engine/identity/parties.ts';
import { shapeOfTable } from '#engine/store/cells.ts';
import type { DataColumn, TableShape } from '#engine/store/cells.ts';
import { Chains } from '#engine/store/chain.ts';
import { wins } from '#engine/store/policy.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { matchRows } from './match.ts';
import type { Run } from './match.ts';
import type { StagedTable } from './staged-table.ts';
import type { Staging } from './staging.ts';
import { insertJson } from './insert-json.ts';

const PERSON = termOf('person');
const COMPANY = termOf('company');
/** In place of the changed cells of a party that the merge makes. */
export const NEW_PARTY = -1;
const STAGE_CACHE_KIB = 16 * 1024;
const NEVER: Cancel = { check() {} };
const NO_REFERENCES: References = { add: null };

export type EntityCount = { entity: string; created: number; updated: number; unchanged: number };

/** What a merge of the staged rows would do. `version` is the data version it was computed for. */
export type Plan = {
  readonly version: number;
  readonly sourceId: number | null;
  readonly tables: ReadonlyMap<string, TablePlan>;
  readonly entities: EntityCount[];
  /** SQL of a resolved reference, see `stagedValue`. */
  readonly references: References;
  /** True when a party is made, or changes in what decides who is a customer. */
  readonly customers: boolean;
};

/**
 * How a staged reference becomes a party id: by look-up, or by adding a number when the parties have the order of the file.
 */
export type References = { readonly add: number | null };

export type TablePlan = { created: number; updated: number; unchanged: number; readonly runs?: readonly Run[] };

/**
 * Joins the staged rows with the workspace: which are new, which change a row, which change nothing. The target row ids
 * are stored in the staging database, and the merge follows them.
 */
export function planMerge(db: WriteDb, staging: Staging, source: string, cancel: Cancel = NEVER): Plan {
  const version = readDataVersion(db);
  // From here staged rows are read in their order: a large cache would only hold what is not read again.
  db.exec(`PRAGMA stage.cache_size = -${STAGE_CACHE_KIB}`);
  settleTerms(db, staging, version);
  const sourceId = (db.get('SELECT id FROM source WHERE name = ?', [source])?.[0] as number | undefined) ?? null;
  const tables = new Map<string, TablePlan>();
  const entities: EntityCount[] = [];
  const references = planParties(db, staging, sourceId, tables, entities);
  for (const staged of staging.filled()) {
    if (staged.table === 'party') continue;
    const plan = planRows(db, staged, sourceId, references, cancel);
    tables.set(staged.table, plan);
    const { created, updated, unchanged } = plan;
    entities.push({ entity: staged.shape.entities[0]!, created, updated, unchanged });
  }
  return { version, sourceId, tables, entities, references, customers: changesCustomers(db, tables) };
}

/** New words get the ids the workspace will give them; if another import took some since, staged ids are rewritten. */
function settleTerms(db: WriteDb, staging: Staging, version: number): void {
  if (staging.termVersion === version) return;
  staging.termVersion = version;
  if (staging.newTerms.length === 0) return;
  const first = Math.max(staging.firstNewTerm, db.count('SELECT max(id) FROM term') + 1);
  const moved: (readonly [from: number, to: number])[] = [];
  const kept: string[] = [];
  staging.newTerms.forEach((text, i) => {
    const known = db.get('SELECT id FROM term WHERE text = ?', [text])?.[0] as number | undefined;
    const to = known ?? first + kept.length;
    if (known === undefined) kept.push(text);
    if (to !== staging.firstNewTerm + i) moved.push([staging.firstNewTerm + i, to]);
  });
  if (moved.length > 0) {
    db.exec(
      'DROP TABLE IF EXISTS stage.term_move; CREATE TABLE stage.term_move(old INTEGER PRIMARY KEY, new INTEGER NOT NULL)',
    );
    insertJson(db, 'INSERT INTO stage.term_move SELECT value->>0, value->>1 FROM json_each(?)', moved);
    for (const staged of staging.filled()) {
      for (const column of staged.columns) {
        if (!column.term) continue;
        db.run(
          `UPDATE stage.${staged.table} SET ${column.name} = m.new FROM stage.term_move m
           WHERE ${column.name} >= ? AND m.old = ${column.name}`,
          [staging.firstNewTerm],
        );
      }
    }
  }
  staging.firstNewTerm = first;
  staging.newTerms.splice(0, staging.newTerms.length, ...kept);
}

/** How a staged value reads once its references are resolved. `s` is the staged row. */
export function stagedValue(column: DataColumn, references: References): string {
  if (column.name !== 'party' && column.name !== 'account_party') return `s.${column.name}`;
  return references.add !== null
    ? `(s.${column.name} + ${references.add})`
    : `(SELECT h.party FROM stage.handle h WHERE h.id = s.${column.name})`;
}

/** SQL: does staged row `s` carry the cell? */
export function carries(shape: TableShape, cell: number): string {
  return `(${shape.cells[cell]!.columns.map((c) => `s.${c} IS NOT NULL`).join(' OR ')})`;
}

/** SQL: is the cell kept from the staged row by its policy? `a` is the row of the plan. */
function blocked(staged: StagedTable, cell: number): string | null {
  return staged.policies?.[staged.shape.cells[cell]!.name] === undefined ? null : `(a.blocked & ${2 ** cell}) <> 0`;
}

/** SQL: does the merge take the cell from staged row `s`? */
export function takes(staged: StagedTable, cell: number): string {
  const barred = blocked(staged, cell);
  return barred === null ? carries(staged.shape, cell) : `(${carries(staged.shape, cell)} AND NOT ${barred})`;
}

/** SQL: does the merge take the cell from staged row `s`, with another value than row `t` has? */
export function differs(staged: StagedTable, cell: number, references: References): string {
  const { shape } = staged;
  const columns = shape.columns.filter((c) => c.cell === cell);
  const unequal = columns.map((c) => `${stagedValue(c, references)} IS NOT t.${c.name}`).join(' OR ');
  return `(${takes(staged, cell)} AND (${unequal}))`;
}

/** Cells that any staged row carries. */
export function carriedCells(staged: StagedTable): number[] {
  return staged.shape.cells.map((_, i) => i).filter((i) => (staged.carried >>> i) & 1);
}

/** SQL: the mask of the cells that the merge changes in row `t`. */
function changedCells(staged: StagedTable, references: References): string {
  const cells = carriedCells(staged);
  if (cells.length === 0) return '0';
  const each = cells.map((c) => differs(staged, c, references));
  return `CASE WHEN ${each.join(' OR ')} THEN ${each.map((sql, i) => `${sql} * ${2 ** cells[i]!}`).join(' + ')} ELSE 0 END`;
}

/** Rows of the plan that are looked at together. */
const WINDOW = 16_384;

/** Marks in the plan which cells of which rows their policies keep from the merge. */
function blockCells(db: WriteDb, staged: StagedTable): void {
  const { table, shape } = staged;
  const act = `stage.act_${table}`;
  const cells = staged.policied();
  const policyOf = (cell: number): { policy: string; rank?: number } => staged.policies![shape.cells[cell]!.name]!;
  const parts = cells.flatMap((cell) => {
    const bit = 2 ** cell;
    const { policy } = policyOf(cell);
    if (policy === 'keep') return [String(bit)];
    if (policy !== 'fill') return [];
    return [`iif(${shape.cells[cell]!.columns.map((c) => `t.${c} IS NOT NULL`).join(' OR ')}, ${bit}, 0)`];
  });
  if (parts.length > 0) {
    db.run(`UPDATE ${act} AS a SET blocked = ${parts.join(' | ')} FROM main.${table} t WHERE t.id = a.target`);
  }
  const compared = cells.filter((cell) => ['newest', 'priority'].includes(policyOf(cell).policy));
  if (compared.length === 0) return;
  const chains = new Chains(db, shape, -1);
  const barred: [number, number][] = [];
  for (let after = 0; ;) {
    const rows = db.all(
      `SELECT n, target FROM ${act} WHERE target > ? AND target IN (SELECT id FROM main.${table}) ORDER BY target LIMIT ${WINDOW}`,
      [after],
    ) as [number, number][];
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last[1];
    if (!chains.open(rows[0]![1], after)) continue;
    for (const [n, target] of rows) {
      let mask = 0;
      chains.states(target, compared).forEach((state, i) => {
        const { policy, rank } = policyOf(compared[i]!);
        const entry = {
          policy: policy as 'newest' | 'priority',
          rank: rank ?? Number.POSITIVE_INFINITY,
          stamp: staged.stamp(n),
        };
        if (!wins(entry, state, false)) mask += 2 ** compared[i]!;
      });
      if (mask !== 0) barred.push([n, mask]);
    }
  }
  db.exec('DROP TABLE IF EXISTS stage.barred; CREATE TABLE stage.barred(n INTEGER PRIMARY KEY, mask INTEGER NOT NULL)');
  insertJson(db, 'INSERT INTO stage.barred SELECT value->>0, value->>1 FROM json_each(?)', barred);
  db.run(`UPDATE ${act} AS a SET blocked = a.blocked | b.mask FROM stage.barred b WHERE b.n = a.n`);
}

function planRows(
  db: WriteDb,
  staged: StagedTable,
  sourceId: number | null,
  references: References,
  cancel: Cancel,
): TablePlan {
  const { table } = staged;
  const act = `stage.act_${table}`;
  db.exec(
    `DROP TABLE IF EXISTS ${act}; CREATE TABLE ${act}(n INTEGER PRIMARY KEY, target INTEGER NOT NULL, changed INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0)`,
  );
  if (sourceId === null || db.get(`SELECT 1 FROM main.${table} WHERE source = ? LIMIT 1`, [sourceId]) === null) {
    return { created: staged.live, updated: 0, unchanged: 0 };
  }
  const policied = staged.policied().length > 0;
  const runs = matchRows(db, staged, sourceId, policied ? '0' : changedCells(staged, references), cancel);
  if (policied) {
    blockCells(db, staged);
    db.run(
      `UPDATE ${act} AS a SET changed = ${changedCells(staged, references)}
       FROM stage.${table} s, main.${table} t WHERE s.id = a.n AND t.id = a.target`,
    );
  }
  const [found, changed] = db.get(`SELECT count(*), coalesce(sum(changed <> 0), 0) FROM ${act}`) as [number, number];
  return { created: staged.live - found, updated: changed, unchanged: found - changed, runs };
}

/** Parties: every staged row has a target, new ones the id they will get. `changed` is NEW_PARTY for those. */
function planParties(
  db: WriteDb,
  staging: Staging,
  sourceId: number | null,
  tables: Map<string, TablePlan>,
  entities: EntityCount[],
): References {
  const staged = staging.tables.get('party')!;
  db.exec(
    `DROP TABLE IF EXISTS stage.handle; CREATE TABLE stage.handle(id INTEGER PRIMARY KEY, party INTEGER NOT NULL);
     DROP TABLE IF EXISTS stage.act_party; CREATE TABLE stage.act_party(n INTEGER PRIMARY KEY, target INTEGER, changed INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0);
     DROP TABLE IF EXISTS stage.new_party; CREATE TABLE stage.new_party(rank INTEGER PRIMARY KEY, n INTEGER NOT NULL)`,
  );
  if (staged.live === 0) return NO_REFERENCES;
  const base = db.count('SELECT max(id) FROM main.party');
  const allNew = base === 0 || sourceId === null;
  if (allNew) {
    // Rows that were dropped as repeated leave gaps, which ids must not have.
    const target =
      staged.live === staged.count
        ? 's.id + CAST(? AS INTEGER)'
        : 'row_number() OVER (ORDER BY s.id) + CAST(? AS INTEGER)';
    db.run(
      `INSERT INTO stage.act_party(n, target, changed) SELECT s.id, ${target}, ${NEW_PARTY} FROM stage.party s ORDER BY s.id`,
      [base],
    );
  } else {
    db.run(
      `INSERT INTO stage.act_party(n, target, changed)
       SELECT s.id, CASE WHEN s.kind = 0
         THEN (SELECT t.id FROM main.party t WHERE t.source = ? AND t.kind IN (${PERSON}, ${COMPANY}) AND t.ext = s.ext ORDER BY t.kind LIMIT 1)
         ELSE (SELECT t.id FROM main.party t WHERE t.source = ? AND t.kind = s.kind AND t.ext = s.ext) END, ${NEW_PARTY}
       FROM stage.party s ORDER BY s.id`,
      [sourceId, sourceId],
    );
    // A party of which only references were known, of no stated kind, becomes the one that a row now describes.
    db.run(
      `UPDATE stage.act_party SET target = a.target FROM (
         SELECT min(s.id) AS n, t.id AS target FROM stage.act_party x JOIN stage.party s ON s.id = x.n
         JOIN main.party t ON t.source = ? AND t.kind IN (${PERSON}, ${COMPANY}) AND t.ext = s.ext AND t.assumed = 1
         WHERE x.target IS NULL AND s.kind <> 0
           AND NOT EXISTS (SELECT 1 FROM stage.act_party y WHERE y.target = t.id)
         GROUP BY t.id) a
       WHERE act_party.n = a.n`,
      [sourceId],
    );
    if (staged.policied().length > 0) blockCells(db, staged);
    db.run(
      `UPDATE stage.act_party AS a SET changed = ${changedCells(staged, NO_REFERENCES)}
       FROM stage.party s, main.party t WHERE s.id = a.n AND t.id = a.target`,
    );
  }
  if (!allNew) {
    db.exec('INSERT INTO stage.new_party(n) SELECT n FROM stage.act_party WHERE target IS NULL ORDER BY n');
    db.run('UPDATE stage.act_party SET target = ? + r.rank FROM stage.new_party r WHERE r.n = act_party.n', [base]);
  }
  const references = planHandles(db, staging);
  const total = { created: 0, updated: 0, unchanged: 0 };
  const outcome = `CASE WHEN a.changed = ${NEW_PARTY} THEN 'created' WHEN a.changed = 0 THEN 'unchanged' ELSE 'updated' END`;
  const count = (into: typeof total, rows: string): void => {
    for (const [what, n] of db.all(`SELECT ${outcome}, count(*) FROM ${rows} GROUP BY 1`))
      into[what as keyof typeof total] += n as number;
  };
  count(total, 'stage.act_party a');
  const counts: EntityCount[] = ['party', 'account'].map((entity) => ({
    entity,
    created: 0,
    updated: 0,
    unchanged: 0,
  }));
  const own = ownParties(staged);
  if (own.every((n) => n === 0 || n === staged.live)) {
    const entity = own.indexOf(staged.live);
    if (entity >= 0) Object.assign(counts[entity]!, total);
  } else {
    for (const [n, what] of db.iterate(`SELECT a.n, ${outcome} FROM stage.act_party a`)) {
      const entity = counts[staged.entities.at((n as number) - 1)];
      if (entity) entity[what as keyof typeof total]++;
    }
  }
  tables.set('party', total);
  for (const each of counts.reverse()) if (each.created + each.updated + each.unchanged > 0) entities.push(each);
  return references;
}

function changesCustomers(db: WriteDb, tables: ReadonlyMap<string, TablePlan>): boolean {
  const party = tables.get('party');
  if (party === undefined) return false;
  if (party.created > 0) return true;
  let telling = 0;
  shapeOfTable('party').cells.forEach((cell, i) => {
    if (cell.columns.some((column) => IDENTITY_COLUMNS.has(column.replace(/^(row|ref)_/, '')))) telling |= 1 << i;
  });
  return db
    .all('SELECT DISTINCT changed FROM stage.act_party WHERE changed > 0')
    .some(([mask]) => ((mask as number) & telling) !== 0);
}

/** Live staged parties with a row of their own: people, companies. */
function ownParties(staged: StagedTable): [number, number] {
  const own: [number, number] = [0, 0];
  for (let n = 1; n <= staged.count; n++) {
    const entity = staged.entities.at(n - 1);
    if (entity < 2 && staged.line(n) !== 0) own[entity as 0 | 1]++;
  }
  return own;
}

/** Fills `handle`: the party of each staged reference, unless one number added to each gives it. */
function planHandles(db: WriteDb, staging: Staging): References {
  if (staging.handlesAreRows) {
    const [low, high] = db.get('SELECT min(target - n), max(target - n) FROM stage.act_party') as [number, number];
    if (low === high) return { add: low };
    db.exec('INSERT INTO stage.handle(id, party) SELECT n, target FROM stage.act_party ORDER BY n');
    return NO_REFERENCES;
  }
  const { handles } = staging;
  let some: [number, number][] = [];
  for (let h = 1; h < handles.length; h++) {
    if (handles[h]! > 0) some.push([h, handles[h]!]);
    if (some.length < WINDOW && h < handles.length - 1) continue;
    insertJson(
      db,
      'INSERT INTO stage.handle SELECT value->>0, (SELECT target FROM stage.act_party WHERE n = value->>1) FROM json_each(?)',
      some,
    );
    some = [];
  }
  return NO_REFERENCES;
}
