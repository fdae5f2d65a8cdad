import type { Field } from '../catalogue.ts';
import { sql, type Sql } from './text.ts';

/** A relation as the views have it: `unit` is the row, `customer` and `party` whose it is, `day` its day. */
export type RowSource = {
  readonly from: Sql;
  readonly id: Sql;
  readonly day: Sql;
  /** Ties of a ranking: in the order of the vectors. */
  readonly order: Sql;
  readonly table: string;
};

const of = (table: string, from: Sql): RowSource => ({
  from,
  id: sql`u.id`,
  day: sql`u.day_number`,
  order: sql`u.customer IS NULL, u.customer, u.day_number, u.id`,
  table,
});

/** Views behind the relations; purchases are the orders, made by the compiler. */
export const ROWS: Readonly<Record<string, RowSource>> = {
  touches: of('touch', sql`touches u`),
  responses: of('response', sql`responses u`),
  tickets: of('ticket', sql`tickets u`),
  leads: of('lead', sql`leads u`),
  subscriptions: of('subscription', sql`subscriptions u`),
  opportunities: of('opportunity', sql`opportunities u`),
  advocacy: of('advocacy', sql`advocacies u`),
  partnerships: of('partnership', sql`partnerships u`),
  answers: of('answer', sql`answers u`),
  attributes: of('attribute', sql`attributes u`),
  memberships: {
    from: sql`memberships u`,
    id: sql`u.party`,
    // A record has no day: it is always there.
    day: sql`-2147483647`,
    order: sql`u.customer, u.party`,
    table: 'party',
  },
};

/** Columns of the views that are called otherwise than the field. */
const RENAMED: Readonly<Record<string, string>> = {
  'leads.source': 'lead_source',
  'subscriptions.interval': 'period',
  'answers.by': 'answered_by',
  'person.created': 'created_number',
};

/** Name of the view's column that a field without a rule reads. */
export function columnName({ relation, name, type, source }: Field): string {
  const renamed = RENAMED[`${relation}.${name}`];
  if (renamed !== undefined) return renamed;
  const column = source !== null && 'column' in source ? source.column : name;
  return type === 'day' ? `${column}_number` : column;
}
