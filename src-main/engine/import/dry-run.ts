import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import { entityOf } from '#engine/base/entities.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import type { DataColumn, TableShape } from '#engine/store/cells.ts';
import { Chains } from '#engine/store/chain.ts';
import { wins } from '#engine/store/policy.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import type { LineRange, StagedTable, Staging } from './staging.ts';
import { insertJson } from './staging.ts';

const PERSON = termOf('person');
const COMPANY = termOf('company');
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
};

/**
 * How a staged reference becomes a party id: by look-up, or by adding a number when every party of the file is new.
 */
export type References = { readonly add: number | null };

export type TablePlan = { created: number; updated: number; unchanged: number };

/** How many rows a merge would change in one field; `field` is what exceptions call it. */
export type DifferenceKind = { entity: string; field: string; rows: number };

/** One cell that a merge would change. */
export type Difference = {
  entity: string;
  key: string;
  line: number;
  column: string;
  before: string | number | null;
  after: string | number | null;
};

/**
 * Joins the staged rows with the workspace: which are new, which change a row, which change nothing. The target row ids
 * are stored in the staging database, and the merge follows them.
 */
export function planMerge(db: WriteDb, staging: Staging, source: string): Plan {
  const version = readDataVersion(db);
  settleTerms(db, staging, version);
  const sourceId = (db.get('SELECT id FROM source WHERE name = ?', [source])?.[0] as number | undefined) ?? null;
  const tables = new Map<string, TablePlan>();
  const entities: EntityCount[] = [];
  const references = planParties(db, staging, sourceId, tables, entities);
  for (const staged of staging.filled()) {
    if (staged.table === 'party') continue;
    const plan = planRows(db, staged, sourceId, references);
    tables.set(staged.table, plan);
    entities.push({ entity: staged.shape.entities[0]!, ...plan });
  }
  return { version, sourceId, tables, entities, references };
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

function anyDiffers(staged: StagedTable, references: References): string {
  const cells = carriedCells(staged);
  return cells.length === 0 ? '0' : cells.map((c) => differs(staged, c, references)).join(' OR ');
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

function planRows(db: WriteDb, staged: StagedTable, sourceId: number | null, references: References): TablePlan {
  const { table } = staged;
  const act = `stage.act_${table}`;
  db.exec(
    `DROP TABLE IF EXISTS ${act}; CREATE TABLE ${act}(n INTEGER PRIMARY KEY, target INTEGER NOT NULL, changed INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0)`,
  );
  if (sourceId === null || db.get(`SELECT 1 FROM main.${table} WHERE source = ? LIMIT 1`, [sourceId]) === null) {
    return { created: staged.live, updated: 0, unchanged: 0 };
  }
  const policied = staged.policied().length > 0;
  db.run(
    `INSERT INTO ${act}(n, target, changed) SELECT s.id, t.id, ${policied ? '0' : anyDiffers(staged, references)}
     FROM stage.${table} s CROSS JOIN main.${table} t ON t.source = ? AND t.ext = s.ext ORDER BY s.id`,
    [sourceId],
  );
  if (policied) {
    blockCells(db, staged);
    db.run(
      `UPDATE ${act} AS a SET changed = (${anyDiffers(staged, references)})
       FROM stage.${table} s, main.${table} t WHERE s.id = a.n AND t.id = a.target`,
    );
  }
  const [found, changed] = db.get(`SELECT count(*), coalesce(sum(changed), 0) FROM ${act}`) as [number, number];
  return { created: staged.live - found, updated: changed, unchanged: found - changed };
}

/** Parties: every staged row has a target, new ones the id they will get. `changed` is 2 for those. */
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
  if (base === 0 || sourceId === null) {
    db.exec('INSERT INTO stage.act_party(n, target, changed) SELECT s.id, NULL, 2 FROM stage.party s ORDER BY s.id');
  } else {
    db.run(
      `INSERT INTO stage.act_party(n, target, changed)
       SELECT s.id, CASE WHEN s.kind = 0
         THEN (SELECT t.id FROM main.party t WHERE t.source = ? AND t.kind IN (${PERSON}, ${COMPANY}) AND t.ext = s.ext ORDER BY t.kind LIMIT 1)
         ELSE (SELECT t.id FROM main.party t WHERE t.source = ? AND t.kind = s.kind AND t.ext = s.ext) END, 2
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
      `UPDATE stage.act_party AS a SET changed = (${anyDiffers(staged, NO_REFERENCES)})
       FROM stage.party s, main.party t WHERE s.id = a.n AND t.id = a.target`,
    );
  }
  db.exec('INSERT INTO stage.new_party(n) SELECT n FROM stage.act_party WHERE target IS NULL ORDER BY n');
  db.run('UPDATE stage.act_party SET target = ? + r.rank FROM stage.new_party r WHERE r.n = act_party.n', [base]);
  const allNew = db.get('SELECT 1 FROM stage.act_party WHERE changed <> 2 LIMIT 1') === null;
  const references: References = allNew && staging.handlesAreRows ? { add: base } : NO_REFERENCES;
  const handles: [number, number][] = [];
  if (references.add === null)
    for (let h = 1; h < staging.handles.length; h++)
      if (staging.handles[h]! > 0) handles.push([h, staging.handles[h]!]);
  insertJson(
    db,
    'INSERT INTO stage.handle SELECT value->>0, (SELECT target FROM stage.act_party WHERE n = value->>1) FROM json_each(?)',
    handles,
  );
  const total: TablePlan = { created: 0, updated: 0, unchanged: 0 };
  const counts: EntityCount[] = ['party', 'account'].map((entity) => ({
    entity,
    created: 0,
    updated: 0,
    unchanged: 0,
  }));
  for (const [n, changed] of db.iterate('SELECT n, changed FROM stage.act_party')) {
    const what = changed === 2 ? 'created' : changed === 1 ? 'updated' : 'unchanged';
    total[what]++;
    const own = counts[staged.entities.at((n as number) - 1)];
    if (own) own[what]++;
  }
  tables.set('party', total);
  for (const own of counts.reverse()) if (own.created + own.updated + own.unchanged > 0) entities.push(own);
  return references;
}

/** Up to `limit` cells that the merge would change, in file order; terms as words. Call after `planMerge`. */
export function differences(db: WriteDb, staging: Staging, plan: Plan, limit: number): Difference[] {
  const found: Difference[] = [];
  const word = (column: DataColumn, value: SqlValue | undefined): string | number | null => {
    if (value === null || value === undefined) return null;
    if (!column.term) return value as string | number;
    const fresh = staging.newTerms[(value as number) - staging.firstNewTerm];
    return fresh ?? (db.get('SELECT text FROM term WHERE id = ?', [value])?.[0] as string | undefined) ?? String(value);
  };
  for (const staged of staging.filled()) {
    if ((plan.tables.get(staged.table)?.updated ?? 0) === 0) continue;
    const { shape } = staged;
    const columns = shape.columns.filter((c) => (staged.carried >>> c.cell) & 1);
    const rows = db.iterate(
      `SELECT s.id, s.ext, s.line, a.blocked, ${columns.map((c) => `${stagedValue(c, plan.references)}, t.${c.name}`).join(', ')}
       FROM stage.act_${staged.table} a JOIN stage.${staged.table} s ON s.id = a.n JOIN main.${staged.table} t ON t.id = a.target
       WHERE a.changed = 1 ORDER BY s.id`,
    );
    for (const row of rows) {
      const mask = staged.mask(row[0] as number);
      const kind = staged.table === 'party' ? staged.entities.at((row[0] as number) - 1) : 0;
      const entity = staged.table === 'party' ? (kind === 1 ? 'account' : 'party') : shape.entities[0]!;
      for (const [i, column] of columns.entries()) {
        const [after, before] = [row[4 + 2 * i], row[5 + 2 * i]];
        if (((mask >>> column.cell) & 1) === 0 || after === before) continue;
        if (Math.floor((row[3] as number) / 2 ** column.cell) % 2 === 1) continue;
        if (found.length >= limit) return found;
        found.push({
          entity,
          key: row[1] as string,
          line: row[2] as number,
          column: column.name.replace(/^(row|ref)_/, ''),
          before: word(column, before),
          after: word(column, after),
        });
      }
    }
  }
  return found;
}

/** The rows that the merge would change, by entity and field, most first. Call after `planMerge`. */
export function differenceKinds(db: WriteDb, staging: Staging, plan: Plan): DifferenceKind[] {
  const found: DifferenceKind[] = [];
  for (const staged of staging.filled()) {
    const { table, shape } = staged;
    if ((plan.tables.get(table)?.updated ?? 0) === 0) continue;
    const cells = carriedCells(staged);
    const group = table === 'party' ? `s.kind = ${COMPANY}` : '0';
    for (const row of db.all(
      `SELECT ${group}, ${cells.map((c) => `coalesce(sum(${differs(staged, c, plan.references)}), 0)`).join(', ')}
       FROM stage.act_${table} a CROSS JOIN stage.${table} s ON s.id = a.n CROSS JOIN main.${table} t ON t.id = a.target
       WHERE a.changed = 1 GROUP BY 1`,
    )) {
      const entity = table === 'party' ? (row[0] === 1 ? 'account' : 'party') : shape.entities[0]!;
      cells.forEach((cell, i) => {
        const rows = row[1 + i] as number;
        if (rows > 0) found.push({ entity, field: fieldOf(entity, shape, cell), rows });
      });
    }
  }
  return found.sort((a, b) => b.rows - a.rows || (a.entity + a.field < b.entity + b.field ? -1 : 1));
}

/** The field of a mapping that fills a cell. */
function fieldOf(entity: string, shape: TableShape, cell: number): string {
  const { name, columns } = shape.cells[cell]!;
  const fields = entityOf(entity)!.fields;
  const plain = columns[0]!.replace(/^(row|ref)_/, '');
  const field =
    name === 'day'
      ? fields.find((f) => f.main)
      : fields.find((f) => {
          const column = f.column ?? f.name;
          return f.type === 'instant' ? `${column.replace(/_at$/, '')}_day` === plain : column === plain;
        });
  return field?.name ?? plain;
}

/** Source lines of the rows of an entity that the merge would make. Call after `planMerge`. */
export function createdLines(db: WriteDb, staging: Staging, entity: string): LineRange[] {
  const spec = entityOf(entity);
  const staged = spec ? staging.tables.get(spec.table) : undefined;
  if (staged === undefined || staged.live === 0) return [];
  const rows =
    staged.table === 'party'
      ? db
          .all('SELECT n FROM stage.act_party WHERE changed = 2')
          .map(([n]) => n as number)
          .filter((n) => staged.entities.at(n - 1) === (entity === 'account' ? 1 : 0))
      : db
          .all(
            `SELECT s.id FROM stage.${staged.table} s WHERE NOT EXISTS (SELECT 1 FROM stage.act_${staged.table} a WHERE a.n = s.id)`,
          )
          .map(([n]) => n as number);
  return rows.map((n): LineRange => [staged.line(n), staged.line(n)]);
}
