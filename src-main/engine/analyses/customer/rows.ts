import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { isoDay } from '#engine/base/days.ts';
import type { SqlRow, SqlValue } from '#engine/base/db.ts';
import type { Relation } from '#engine/vectors/types.ts';
import type { SourceRef } from './types.ts';

/** Tables whose rows a customer's record shows. */
export type EventTable =
  | 'purchase'
  | 'response'
  | 'ticket'
  | 'lead'
  | 'touch'
  | 'advocacy'
  | 'partnership'
  | 'answer'
  | 'party';

/** Row ids of a customer's rows dated up to a day, in day order. */
export function rowsUpTo(relation: Relation, customer: number, asOf: Day): number[] {
  const rows: number[] = [];
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= asOf; r++)
    rows.push(r);
  return rows;
}

/** Reads columns of rows by id, in the order of the ids, each with where it came from. `columns` are our own SQL expressions. */
export function readRows(
  ctx: ReadContext,
  table: EventTable,
  ids: readonly number[],
  columns: readonly string[],
): { id: number; ref: SourceRef; values: SqlRow }[] {
  if (ids.length === 0) return [];
  const rows = ctx.db.all(
    `SELECT t.id, s.name, b.file, t.line, ${columns.map((c) => (/^\w+$/.test(c) ? `t.${c}` : c)).join(', ')}
     FROM json_each(?) j JOIN ${table} t ON t.id = j.value
     JOIN source s ON s.id = t.source JOIN batch b ON b.id = t.batch ORDER BY j.key`,
    [JSON.stringify(ids)],
  );
  return rows.map(([id, source, file, line, ...values]) => ({
    id: id as number,
    ref: { table, id: String(id), source: source as string, file: file as string, line: line as number },
    values,
  }));
}

/** The word of a term id from a row; null when it is null. */
export function wordOf(text: (term: number) => string | null, term: SqlValue | undefined): string | null {
  return typeof term === 'number' ? text(term) : null;
}

export const dayText = (day: SqlValue | undefined): string | null => (typeof day === 'number' ? isoDay(day) : null);

/** A day as text unless it lies after `asOf`: what has not happened yet is not known. */
export const dayUpTo = (day: SqlValue | undefined, asOf: Day): string | null =>
  typeof day === 'number' && day <= asOf ? isoDay(day) : null;

export const textOf = (value: SqlValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
