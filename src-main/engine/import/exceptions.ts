import { z } from 'zod';
import { columnsOf, entityOf, type EntityName } from '#engine/base/entities.ts';
import { usage } from '#engine/base/errors.ts';
import { shapeOfTable, storedColumn } from '#engine/store/cells.ts';
import { POLICIES, type CellPolicy, type TablePolicies } from '#engine/store/policy.ts';
import type { LineRange } from './staging.ts';

/**
 * What a person leaves out of an import after looking at its dry run: source lines, changes of one field of rows that exist
 * (`touch.text`), all changes of rows of an entity, all its new rows. Kept with the batch and used by redo.
 */
export const Exceptions = z.strictObject({
  lines: z.array(z.tuple([z.int().min(1), z.int().min(1)])).default([]),
  fields: z.array(z.string().regex(/^\w+\.\w+$/, 'is not ENTITY.FIELD')).default([]),
  changed: z.array(z.string()).default([]),
  created: z.array(z.string()).default([]),
});
export type Exceptions = z.output<typeof Exceptions>;

export const NO_EXCEPTIONS: Exceptions = { lines: [], fields: [], changed: [], created: [] };

/**
 * Reads exceptions as they are written on a command line: `12`, `15-20`, `touch.text`, `touch:changed`, `touch:new`, separated by
 * commas. Throws `usage`.
 */
export function parseExceptions(text: string): Exceptions {
  const found: Exceptions = { lines: [], fields: [], changed: [], created: [] };
  for (const part of text
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '')) {
    const lines = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    const kind = /^(\w+):(new|changed)$/.exec(part);
    if (lines) found.lines.push([Number(lines[1]), Number(lines[2] ?? lines[1])]);
    else if (kind) (kind[2] === 'new' ? found.created : found.changed).push(kind[1]!);
    else if (/^\w+\.\w+$/.test(part)) found.fields.push(part);
    else
      throw usage(
        `"${part}" names nothing to leave out; write lines (12, 15-20), a field (touch.text), touch:changed or touch:new.`,
      );
  }
  return found;
}

/** The lines as ascending ranges that do not touch. */
export function ranges(lines: readonly LineRange[]): LineRange[] {
  const sorted = lines
    .map(([a, b]): LineRange => (a <= b ? [a, b] : [b, a]))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

type MappedColumn = { field?: string; policy?: CellPolicy['policy'] };
type MappedEntity = {
  entity?: string;
  policy?: CellPolicy['policy'];
  columns?: Record<string, MappedColumn | MappedColumn[]>;
};

/** The policies that a stored mapping and its exceptions mean, by table. Throws `usage` when they contradict each other. */
export function policiesOf(mapping: unknown, exceptions: Exceptions = NO_EXCEPTIONS): Map<string, TablePolicies> {
  const tables = new Map<string, Record<string, CellPolicy>>();
  const { rank, entities } = (mapping ?? {}) as { rank?: number; entities?: MappedEntity[] };
  const set = (entity: EntityName, cell: string, policy: CellPolicy['policy']): void => {
    const { table } = entityOf(entity)!;
    const own = tables.get(table) ?? {};
    tables.set(table, own);
    own[cell] = policy === 'priority' ? { policy, ...(rank === undefined ? {} : { rank }) } : { policy };
  };
  for (const mapped of entities ?? [(mapping ?? {}) as MappedEntity]) {
    const spec = entityOf(mapped.entity ?? '');
    if (spec === null) continue;
    if (mapped.policy !== undefined) for (const cell of cellsOfEntity(spec.name)) set(spec.name, cell, mapped.policy);
    for (const list of Object.values(mapped.columns ?? {})) {
      for (const { field, policy } of Array.isArray(list) ? list : [list]) {
        if (policy === undefined || field === undefined) continue;
        set(spec.name, cellOf(spec.name, field), policy);
      }
    }
  }
  for (const name of exceptions.changed)
    for (const cell of cellsOfEntity(entityNamed(name))) set(entityNamed(name), cell, 'keep');
  for (const field of exceptions.fields) {
    const [entity, name] = field.split('.') as [string, string];
    set(entityNamed(entity), cellOf(entityNamed(entity), name), 'keep');
  }
  for (const [table, own] of tables) {
    for (const [cell, { policy }] of Object.entries(own)) if (policy === 'overwrite') delete own[cell];
    if (Object.keys(own).length === 0) tables.delete(table);
  }
  return tables;
}

function entityNamed(name: string): EntityName {
  const spec = entityOf(name);
  if (spec === null) throw usage(`There is no entity "${name}" to leave anything out of.`);
  return spec.name;
}

function cellsOfEntity(entity: EntityName): string[] {
  const spec = entityOf(entity)!;
  const shape = shapeOfTable(spec.table);
  const own = new Set(columnsOf(spec).map((column) => storedColumn(spec.table, column.name)));
  return shape.cells
    .filter(
      (cell) =>
        cell.columns.some((column) => own.has(column)) ||
        cell.name === 'attributes' ||
        (spec.table !== 'party' && (cell.name === 'party' || cell.name === 'account_party')),
    )
    .map((cell) => cell.name);
}

/** The cell that a field of a mapping fills. Throws `usage` for a name whose values are kept among the attributes. */
function cellOf(entity: EntityName, field: string): string {
  const spec = entityOf(entity)!;
  const shape = shapeOfTable(spec.table);
  const known = spec.fields.find((f) => f.name === field || f.column === field);
  if (known?.type === 'reference' || /^(party|account)\./.test(field)) {
    if (spec.table !== 'party') return field.startsWith('account') ? 'account_party' : 'party';
  }
  const name = known ? (known.column ?? known.name) : field;
  const stored =
    known?.type === 'instant'
      ? known.main
        ? 'day'
        : `${name.replace(/_at$/, '')}_day`
      : storedColumn(spec.table, name);
  const column = shape.columns.find((c) => c.name === stored);
  if (column === undefined || known?.type === 'id') {
    throw usage(
      `"${field}" of ${entity} takes no policy of its own: ${known?.type === 'id' ? 'it is the key of the row' : 'it is kept among the attributes; state the policy for the whole entity'}. Policies are ${POLICIES.join(', ')}.`,
    );
  }
  return shape.cells[column.cell]!.name;
}
