import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import { entityOf } from '#engine/base/entities.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import type { DataColumn, TableShape } from '#engine/store/cells.ts';
import { NEW_PARTY, stagedValue } from './dry-run.ts';
import type { Plan } from './dry-run.ts';
import { ranges } from './exceptions.ts';
import type { LineRange, Staging } from './staging.ts';

const COMPANY = termOf('company');

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
      `SELECT s.id, s.ext, s.line, a.changed, ${columns.map((c) => `${stagedValue(c, plan.references)}, t.${c.name}`).join(', ')}
       FROM stage.act_${staged.table} a JOIN stage.${staged.table} s ON s.id = a.n JOIN main.${staged.table} t ON t.id = a.target
       WHERE a.changed > 0 ORDER BY s.id`,
    );
    for (const row of rows) {
      const mask = row[3] as number;
      const kind = staged.table === 'party' ? staged.entities.at((row[0] as number) - 1) : 0;
      const entity = staged.table === 'party' ? (kind === 1 ? 'account' : 'party') : shape.entities[0]!;
      for (const [i, column] of columns.entries()) {
        const [after, before] = [row[4 + 2 * i], row[5 + 2 * i]];
        if (((mask >>> column.cell) & 1) === 0 || after === before) continue;
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
    const sql =
      table === 'party'
        ? `SELECT s.kind = ${COMPANY}, a.changed, count(*) FROM stage.act_party a CROSS JOIN stage.party s ON s.id = a.n
           WHERE a.changed > 0 GROUP BY 1, 2`
        : `SELECT 0, a.changed, count(*) FROM stage.act_${table} a WHERE a.changed > 0 GROUP BY 2`;
    const rows = new Map<string, Map<number, number>>();
    for (const [company, mask, n] of db.all(sql) as [number, number, number][]) {
      const entity = table === 'party' ? (company === 1 ? 'account' : 'party') : shape.entities[0]!;
      let own = rows.get(entity);
      if (own === undefined) rows.set(entity, (own = new Map()));
      for (let cell = 0; cell < shape.cells.length; cell++)
        if ((mask >>> cell) & 1) own.set(cell, (own.get(cell) ?? 0) + n);
    }
    for (const [entity, own] of rows)
      for (const [cell, n] of own) found.push({ entity, field: fieldOf(entity, shape, cell), rows: n });
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

/** Source lines of the rows of an entity that the merge would make, as ascending ranges. Call after `planMerge`. */
export function createdLines(db: WriteDb, staging: Staging, entity: string): LineRange[] {
  const spec = entityOf(entity);
  const staged = spec ? staging.tables.get(spec.table) : undefined;
  if (staged === undefined || staged.live === 0) return [];
  const { table } = staged;
  const own = entity === 'account' ? 1 : 0;
  const rows = db.iterate(
    table === 'party'
      ? `SELECT n FROM stage.act_party WHERE changed = ${NEW_PARTY} ORDER BY n`
      : `SELECT s.id FROM stage.${table} s WHERE NOT EXISTS (SELECT 1 FROM stage.act_${table} a WHERE a.n = s.id) ORDER BY s.id`,
  );
  const found: [number, number][] = [];
  for (const [n] of rows) {
    if (table === 'party' && staged.entities.at((n as number) - 1) !== own) continue;
    const line = staged.line(n as number);
    const last = found.at(-1);
    if (last !== undefined && (line === last[1] || line === last[1] + 1)) last[1] = line;
    else found.push([line, line]);
  }
  return ranges(found);
}
