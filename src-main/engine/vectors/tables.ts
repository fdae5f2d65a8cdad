import type { Column, RelationName } from './types.ts';

export type PackedType = 'int' | 'real';

/** A table whose columns are packed, with the columns that are. `id`, `party`, `account_party` and `day` come first. */
export type PackedTable = { readonly table: string; readonly columns: ReadonlyMap<string, PackedType> };

type Kind = Column['kind'];

/** A column of a relation: its kind and the table column it is read from, or null when it is derived. */
export type RelationColumn = { readonly kind: Kind; readonly from: string | null };

export type RelationSpec = {
  readonly name: RelationName;
  readonly table: string;
  readonly columns: ReadonlyMap<string, RelationColumn>;
};

type ColumnList = Partial<Record<Kind, string>>;

function spec(
  name: RelationName,
  table: string,
  lists: ColumnList,
  derived: readonly (readonly [string, Kind])[] = [],
): RelationSpec {
  const columns = new Map<string, RelationColumn>();
  for (const [kind, names] of Object.entries(lists) as [Kind, string][]) {
    for (const column of names.split(' ')) columns.set(column, { kind, from: column });
  }
  for (const [column, kind] of derived) columns.set(column, { kind, from: null });
  return { name, table, columns };
}

/** Relations over one table each; `orders` is derived from `purchases` in orders.ts. */
export const RELATIONS: readonly RelationSpec[] = [
  spec(
    'touches',
    'touch',
    { term: 'channel direction owner campaign purpose goal outcome currency', money: 'cost', real: 'duration_s at' },
    [['team', 'term']],
  ),
  spec(
    'purchases',
    'purchase',
    {
      term: 'kind kind_raw currency status product',
      money: 'amount tax refunded open_balance',
      real: 'quantity',
      day: 'due_day paid_day',
    },
    [['net', 'money']],
  ),
  spec(
    'responses',
    'response',
    { int: 'score scale_min scale_max complete', term: 'survey wave channel', day: 'asked_day', real: 'at' },
    [
      ['kind', 'term'],
      ['kind_known', 'int'],
    ],
  ),
  spec('tickets', 'ticket', {
    int: 'is_dispute',
    term: 'status severity owner channel',
    day: 'first_reply_day closed_day',
    real: 'at first_reply_at closed_at csat',
  }),
  spec('leads', 'lead', {
    term: 'lead_source first_source status status_raw rating stage assigned_to reject_reason currency campaign',
    day: 'assigned_day first_followup_day mql_day sal_day sql_day converted_day',
    money: 'cost',
    real: 'at assigned_at first_followup_at converted_at',
  }),
  spec('advocacy', 'advocacy', { term: 'kind' }),
  spec('partnerships', 'partnership', { term: 'kind', day: 'ends_day' }),
  spec('subscriptions', 'subscription', {
    term: 'status currency period product',
    money: 'amount',
    day: 'renews_day cancelled_day ended_day',
  }),
  spec('opportunities', 'opportunity', {
    int: 'won',
    term: 'stage currency lost_reason owner',
    money: 'amount',
    day: 'close_date_day',
  }),
];

/** Table columns behind the derived columns of relations. */
const BEHIND_DERIVED: Readonly<Record<string, readonly string[]>> = { touch: ['team'], response: ['kind'] };

/** Columns that every packed event table begins with. */
export const EVENT_COLUMNS = ['id', 'party', 'account_party', 'day'] as const;

/** Without `kind`: it is derived anew after every import, also for parties that the import did not touch. */
const PARTY: PackedTable = {
  table: 'party',
  columns: new Map(
    ['id', 'source', 'batch', 'created_day', 'owner', 'region', 'country', 'industry', 'type'].map((name) => [
      name,
      'int',
    ]),
  ),
};

/** Every table that is packed. */
export const PACKED_TABLES: readonly PackedTable[] = [
  PARTY,
  ...RELATIONS.map(({ table, columns }) => {
    const packed = new Map<string, PackedType>(EVENT_COLUMNS.map((name) => [name, 'int']));
    for (const [name, { kind, from }] of columns) {
      if (from !== null) packed.set(name, kind === 'money' || kind === 'real' ? 'real' : 'int');
    }
    for (const name of BEHIND_DERIVED[table] ?? []) packed.set(name, 'int');
    return { table, columns: packed };
  }),
];

const BY_TABLE = new Map(PACKED_TABLES.map((packed) => [packed.table, packed]));

/** The packed form of a table; throws on a table that is not packed (a programming error). */
export function packedTable(table: string): PackedTable {
  const packed = BY_TABLE.get(table);
  if (!packed) throw new Error(`table ${table} is not packed`);
  return packed;
}
