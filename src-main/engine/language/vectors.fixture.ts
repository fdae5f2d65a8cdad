import type { Kept, ReadContext, WorkspaceSettings } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import { CLOSED_TERMS, FIRST_OPEN_TERM } from '#engine/base/vocabulary.ts';
import { RELATIONS } from '#engine/vectors/tables.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Column, Credits, Relation, RelationName, Vectors } from '#engine/vectors/types.ts';
import { makeLanguage } from './language.ts';
import type { Language } from './interface.ts';

/** A row: `c` is a customer index (null: of no customer), days are integers or ISO text, terms are words. */
export type FakeRow = { readonly c: number | null; readonly day: Day | string } & Readonly<
  Record<string, string | number | null>
>;

export type FakeCustomer = Readonly<
  Partial<
    Record<'name' | 'owner' | 'region' | 'country' | 'industry' | 'type' | 'email_domain', string> & {
      created: Day | string;
      sources: number;
    }
  >
>;

export type FakeInput = {
  readonly customers: number | readonly FakeCustomer[];
  readonly rows?: Partial<Record<RelationName, readonly FakeRow[]>>;
  /** `order` is a position in `rows.orders` as given. */
  readonly credits?: readonly { readonly order: number; readonly day: Day | string; readonly amount: number }[];
};

type Kinds = ReadonlyMap<string, Column['kind']>;

const ORDERS: Kinds = new Map([
  ['net', 'money'],
  ['currency', 'term'],
  ['product', 'term'],
  ['voided', 'day'],
]);

export const dayOfRow = (day: Day | string): Day => (typeof day === 'number' ? day : parseIsoDay(day));

/** Vectors in memory, by the shapes of vectors/types.ts. */
export function fakeVectors(input: FakeInput): Vectors {
  const customers: readonly FakeCustomer[] =
    typeof input.customers === 'number' ? Array.from({ length: input.customers }, () => ({})) : input.customers;
  const n = customers.length;
  const texts = new Map<number, string>(CLOSED_TERMS);
  const terms = new Map<string, number>(CLOSED_TERMS.map(([id, text]) => [text, id]));
  const term = (text: string): number => {
    let id = terms.get(text);
    if (id === undefined) {
      id = FIRST_OPEN_TERM + terms.size;
      terms.set(text, id);
      texts.set(id, text);
    }
    return id;
  };
  const created = new Int32Array(n).fill(UNKNOWN_INT);
  customers.forEach((customer, c) => {
    if (customer.created !== undefined) created[c] = dayOfRow(customer.created);
  });

  const given = { ...input.rows };
  const positions = new Map<number, number>();
  const creditList = (input.credits ?? []).map((credit) => ({ ...credit, day: dayOfRow(credit.day) }));
  given.orders = (given.orders ?? []).map((row, i) => {
    let left = (row['net'] ?? 0) as number;
    let voided: Day | null = left <= 0 ? dayOfRow(row.day) : null;
    for (const credit of creditList.filter((k) => k.order === i).sort((a, b) => a.day - b.day)) {
      left -= credit.amount;
      if (left <= 0 && voided === null) voided = credit.day;
    }
    return { currency: 'EUR', ...row, voided };
  });

  const relations = new Map<RelationName, Relation>();
  const build = (name: RelationName): Relation => {
    const kinds: Kinds =
      name === 'orders'
        ? ORDERS
        : new Map([...RELATIONS.find((spec) => spec.name === name)!.columns].map(([key, spec]) => [key, spec.kind]));
    const rows = (given[name] ?? []).map((row, i) => ({ row, i, c: row.c ?? n, day: dayOfRow(row.day) }));
    rows.sort((a, b) => a.c - b.c || a.day - b.day || a.i - b.i);
    const start = new Int32Array(n + 2);
    for (const { c } of rows) start[c + 1]!++;
    for (let c = 0; c <= n; c++) start[c + 1]! += start[c]!;
    if (name === 'orders') rows.forEach(({ i }, at) => positions.set(i, at));
    const columns = new Map<string, Column>();
    for (const [key, kind] of kinds) {
      const cells = rows.map(({ row, c, day }) => {
        const value = row[key];
        if (value === undefined || value === null) return defaultOf(name, key, kind, { c, day });
        if (typeof value === 'number') return value;
        return kind === 'day' ? parseIsoDay(value) : term(value);
      });
      columns.set(
        key,
        kind === 'money' || kind === 'real'
          ? { kind, values: Float64Array.from(cells, (v) => v ?? Number.NaN) }
          : { kind, values: Int32Array.from(cells, (v) => v ?? UNKNOWN_INT) },
      );
    }
    return {
      name,
      rows: rows.length,
      start,
      day: Int32Array.from(rows, ({ day }) => day),
      id: Int32Array.from(rows, ({ i }) => i + 1),
      party: new Int32Array(rows.length),
      columns: [...kinds.keys()],
      column(key) {
        const column = columns.get(key);
        if (!column) throw new Error(`${name} has no column ${key}`);
        return column;
      },
    };
  };
  const relation = (name: RelationName): Relation => {
    let made = relations.get(name);
    if (!made) {
      made = build(name);
      relations.set(name, made);
    }
    return made;
  };
  const orderCount = relation('orders').rows;
  const sorted = creditList
    .map((credit) => ({ ...credit, order: positions.get(credit.order)! }))
    .sort((a, b) => a.order - b.order || a.day - b.day);
  const creditStart = new Int32Array(orderCount + 1);
  for (const { order } of sorted) creditStart[order + 1]!++;
  for (let r = 0; r < orderCount; r++) creditStart[r + 1]! += creditStart[r]!;
  const credits: Credits = {
    order: Int32Array.from(sorted, ({ order }) => order),
    day: Int32Array.from(sorted, ({ day }) => day),
    amount: Float64Array.from(sorted, ({ amount }) => amount),
    start: creditStart,
  };
  const attribute = (name: 'owner' | 'region' | 'country' | 'industry' | 'type'): Int32Array =>
    Int32Array.from(customers, (customer) => (customer[name] === undefined ? UNKNOWN_INT : term(customer[name])));
  return {
    dataVersion: 1,
    relation,
    credits,
    text: (id) => texts.get(id) ?? null,
    term: (text) => terms.get(text) ?? null,
    newestObservedDay: () => null,
    customers: {
      count: n,
      id: Int32Array.from(customers, (_, c) => c + 1),
      indexOf: (id) => (id >= 1 && id <= n ? id - 1 : -1),
      created,
      term: attribute,
      name: (c) => customers[c]?.name ?? `Customer ${c + 1}`,
      emailDomain: (c) => customers[c]?.email_domain ?? null,
      nameRank: () => Int32Array.from(customers, (_, c) => c),
      sources: () => Int32Array.from(customers, (customer) => customer.sources ?? 1),
    },
  };
}

function defaultOf(name: RelationName, key: string, kind: Column['kind'], row: { c: number; day: Day }): number | null {
  if (name === 'touches' && key === 'direction') return 22;
  if (name === 'touches' && key === 'team') return 31;
  if (name === 'responses' && key === 'kind') return 51;
  return kind === 'int' && key === 'is_dispute' && row.c >= 0 ? 0 : null;
}

const EMPTY_DB: ReadDb = {
  all: () => [],
  get: () => null,
  iterate: () => [][Symbol.iterator](),
  count: () => 0,
  externalVersion: () => 1,
  close: () => {},
};

export const SETTINGS: WorkspaceSettings = {
  unit: 'company',
  currency: 'EUR',
  timezone: 'UTC',
  fiscalYearStart: 1,
  ladderMode: 6,
  dateOrder: null,
  asOf: null,
};

/** A context that keeps values and has an empty database. */
export function fakeContext(settings: Partial<WorkspaceSettings> = {}): ReadContext {
  const kept = new Map<string, unknown>();
  const ctx: ReadContext = {
    db: EMPTY_DB,
    settings: { ...SETTINGS, ...settings },
    dataVersion: 1,
    defaultAsOf: () => 0,
    cancel: { check() {} },
    progress() {},
    kept<T>(key: Kept<T>): T {
      if (!kept.has(key.name)) kept.set(key.name, key.make(ctx));
      return kept.get(key.name) as T;
    },
  };
  return ctx;
}

export function languageOver(vectors: Vectors): Language {
  return makeLanguage(() => vectors);
}
