import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import type { SqlRow } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import type { CustomerVectors } from '#engine/vectors/types.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Col } from './columns.ts';
import { fold } from './fold.ts';
import type { FactType } from './types.ts';

/**
 * What the vectors do not hold because few ask for it: profile answers, attributes, the records behind a customer, and
 * people. Read by bound SQL on first use and kept per data version.
 */

/** The customer of an event: through its account before its party in a company workspace, else the other way round. */
function eventCustomer(ctx: ReadContext, table: string): string {
  const first = ctx.settings.unit === 'person' ? ['party', 'account_party'] : ['account_party', 'party'];
  const member = (column: string): string =>
    `(SELECT coalesce(c.redirect, m.customer) FROM membership m JOIN customer c ON c.id = m.customer WHERE m.party = ${table}.${column})`;
  return `coalesce(${member(first[0]!)}, ${member(first[1]!)})`;
}

const term = (column: string): string => `(SELECT text FROM term WHERE term.id = ${column})`;

/** Rows grouped by customer index, by day and id within a group; rows of no customer are left out. */
export type RareRows = {
  readonly start: Int32Array;
  readonly day: Int32Array;
  readonly id: Int32Array;
  /** Texts or numbers (yes/no as 0 and 1) by the name of the column. */
  readonly cells: ReadonlyMap<string, readonly (string | number | null)[]>;
};

const RARE: Readonly<Record<string, { readonly columns: readonly string[]; sql(ctx: ReadContext): string }>> = {
  answers: {
    columns: ['question', 'value', 'answered_by', 'verified'],
    sql: (ctx) =>
      `SELECT ${eventCustomer(ctx, 'e')} AS customer, e.day, e.id, ${term('e.question')}, e.value, ${term('e.answered_by')}, e.verified
       FROM answer e ORDER BY e.day, e.id`,
  },
  attributes: {
    columns: ['name', 'value'],
    sql: (ctx) =>
      `SELECT ${eventCustomer(ctx, 'e')} AS customer, e.day, e.id, ${term('e.name')}, e.value FROM attribute e ORDER BY e.day, e.id`,
  },
  memberships: {
    columns: ['source', 'kind', 'external_id', 'name', 'email', 'method'],
    sql: () =>
      `SELECT coalesce(c.redirect, m.customer), ${UNKNOWN_INT + 1}, p.id, s.name, ${term('p.kind')}, p.ext, p.name, p.email, m.method
       FROM membership m JOIN customer c ON c.id = m.customer JOIN party p ON p.id = m.party JOIN source s ON s.id = p.source
       ORDER BY p.id`,
  },
};

const ROWS: Kept<Map<string, RareRows>> = { name: 'language.rare', make: () => new Map() };

/** The rows of `answers`, `attributes` or `memberships`. */
export function rareRows(ctx: ReadContext, relation: string, customers: CustomerVectors): RareRows {
  const kept = ctx.kept(ROWS);
  const held = kept.get(relation);
  if (held) return held;
  const { columns, sql } = RARE[relation]!;
  const found: { c: number; day: number; id: number; cells: (string | number | null)[] }[] = [];
  for (const [customer, day, id, ...cells] of ctx.db.iterate(sql(ctx))) {
    if ((found.length & 4095) === 0) ctx.cancel.check();
    const c = customer === null ? -1 : customers.indexOf(customer as number);
    if (c >= 0) found.push({ c, day: day as number, id: id as number, cells: cells as (string | number | null)[] });
  }
  // The rows come by day; a stable sort by customer keeps that order within a group.
  found.sort((a, b) => a.c - b.c);
  const start = new Int32Array(customers.count + 2);
  for (const { c } of found) start[c + 1]!++;
  for (let c = 0; c <= customers.count; c++) start[c + 1]! += start[c]!;
  const rows = {
    start,
    day: Int32Array.from(found, ({ day }) => day),
    id: Int32Array.from(found, ({ id }) => id),
    cells: new Map(columns.map((name, i) => [name, found.map(({ cells }) => cells[i] ?? null)])),
  };
  kept.set(relation, rows);
  return rows;
}

/** Texts and numbers as a column of the evaluator. */
export function cellColumn(cells: readonly (string | number | null)[], type: FactType): Col {
  if (type === 'text') {
    const written = cells.map((cell) => (cell === null || cell === '' ? null : String(cell)));
    const folded = written.map((text) => (text === null ? null : fold(text)));
    return { k: 'texts', folded: (i) => folded[i] ?? null, written: (i) => written[i] ?? null };
  }
  if (type === 'day') return { k: 'int', v: Int32Array.from(cells, (cell) => dayIn(cell) ?? UNKNOWN_INT) };
  return { k: 'float', v: Float64Array.from(cells, (cell) => numberIn(cell) ?? Number.NaN) };
}

function numberIn(cell: string | number | null): number | null {
  if (cell === null || typeof cell === 'number') return cell;
  const text = cell.trim();
  return /^[+-]?\d{1,15}(?:\.\d{1,14})?$/.test(text) ? Number(text) : null;
}

function dayIn(cell: string | number | null): Day | null {
  if (typeof cell === 'number') return cell;
  if (cell === null || !/^\d{4}-\d{2}-\d{2}$/.test(cell.trim())) return null;
  try {
    return parseIsoDay(cell.trim());
  } catch {
    return null;
  }
}

/** People: parties of that kind, ascending by party id. */
export type People = {
  readonly count: number;
  readonly id: Int32Array;
  /** Customer index, -1 for none. */
  readonly owner: Int32Array;
  readonly cells: ReadonlyMap<string, readonly (string | number | null)[]>;
  /** Index of a party among the people, -1 when it is none. */
  indexOf(party: number): number;
};

const PERSON_COLUMNS = [
  'name',
  'email',
  'phone',
  'title',
  'company',
  'owner',
  'source',
  'external_id',
  'opt_out',
  'created_day',
] as const;

const PEOPLE: Kept<{ people: People | null }> = { name: 'language.people', make: () => ({ people: null }) };

/** The people of a workspace; deleted ones are left out. */
export function peopleOf(ctx: ReadContext, customers: CustomerVectors): People {
  const kept = ctx.kept(PEOPLE);
  if (kept.people) return kept.people;
  const rows = [
    ...ctx.db.iterate(
      `SELECT p.id, coalesce(c.redirect, m.customer),
              coalesce(nullif(trim(p.name), ''), nullif(trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')), '')),
              p.email, p.phone, p.title, p.company, ${term('p.owner')}, s.name, p.ext, p.opt_out, p.created_day
       FROM party p JOIN source s ON s.id = p.source LEFT JOIN membership m ON m.party = p.id LEFT JOIN customer c ON c.id = m.customer
       WHERE p.kind = ? AND coalesce(p.deleted, 0) = 0 ORDER BY p.id`,
      [termOf('person')],
    ),
  ];
  const id = Int32Array.from(rows, (row) => row[0] as number);
  const at = new Map(rows.map((row, i) => [row[0] as number, i]));
  kept.people = {
    count: rows.length,
    id,
    owner: Int32Array.from(rows, (row) => (row[1] === null ? -1 : customers.indexOf(row[1] as number))),
    cells: new Map(
      PERSON_COLUMNS.map((name, i) => [name, rows.map((row) => (row[2 + i] ?? null) as string | number | null)]),
    ),
    indexOf: (party) => at.get(party) ?? -1,
  };
  return kept.people;
}

/** An attribute of a scope: `name` as its sources write it first. */
export type AttributeInfo = {
  readonly name: string;
  readonly type: 'number' | 'day' | 'text';
  readonly history: boolean;
};

const TABLES: Readonly<Record<string, string>> = {
  touches: 'touch',
  purchases: 'purchase',
  responses: 'response',
  tickets: 'ticket',
  leads: 'lead',
  subscriptions: 'subscription',
  opportunities: 'opportunity',
  advocacy: 'advocacy',
  partnerships: 'partnership',
  answers: 'answer',
  attributes: 'attribute',
};

const ATTRIBUTES: Kept<Map<string, ReadonlyMap<string, AttributeInfo>>> = {
  name: 'language.attributes',
  make: () => new Map(),
};

/** Rows read at once, between which an evaluation can be cancelled. */
const CHUNK = 200_000;
/** Rows that stand for a table where only names and likely types are wanted. */
const SAMPLE = 4000;

/**
 * The attributes of a scope by folded name. A customer has those of the table `attribute` (with history) and those its
 * records keep (without); a row of a relation those that its source row kept. An attribute whose every value is a number
 * is a number, whose every value is an ISO day is a day; others are texts.
 */
export function attributesOf(ctx: ReadContext, scope: string): ReadonlyMap<string, AttributeInfo> {
  return attributesIn(ctx, scope, false);
}

/** The same from a few thousand rows spread over the table, for completion: a rare attribute may be missing. */
export function likelyAttributesOf(ctx: ReadContext, scope: string): ReadonlyMap<string, AttributeInfo> {
  return attributesIn(ctx, scope, true);
}

function attributesIn(ctx: ReadContext, scope: string, sample: boolean): ReadonlyMap<string, AttributeInfo> {
  const kept = ctx.kept(ATTRIBUTES);
  const held = kept.get(scope) ?? (sample ? kept.get(`few ${scope}`) : undefined);
  if (held) return held;
  const found = new Map<string, AttributeInfo>();
  const add = (tallies: ReadonlyMap<string, Tally>, history: boolean): void => {
    for (const [name, { numbers, days, all }] of [...tallies].toSorted(([x], [y]) => (x < y ? -1 : 1))) {
      const key = fold(name);
      const type = numbers === all ? 'number' : days === all ? 'day' : 'text';
      if (!found.has(key)) found.set(key, { name, type, history });
    }
  };
  if (scope === 'customer') {
    const stated = (rows: string): string =>
      `SELECT ${term('e.name')}, ${tallyOf('e.value')} FROM attribute e
       WHERE ${rows} AND e.name IS NOT NULL AND trim(coalesce(e.value, '')) <> '' GROUP BY e.name`;
    add(tallied(ctx, 'attribute', stated, sample), true);
  }
  const table = scope === 'customer' || scope === 'person' ? 'party' : TABLES[scope];
  if (table !== undefined) {
    const ofRows = (rows: string): string =>
      `SELECT j.key, ${tallyOf('CAST(j.value AS TEXT)')} FROM ${table} e, json_each(e.attributes) j
       WHERE ${rows} AND e.attributes IS NOT NULL AND j.value IS NOT NULL GROUP BY j.key`;
    add(tallied(ctx, table, ofRows, sample), table !== 'party');
  }
  kept.set(sample ? `few ${scope}` : scope, found);
  return found;
}

type Tally = { numbers: number; days: number; all: number };

/** How many values are numbers and days as `numberIn` and `dayIn` read them: a sign, digits, a fraction; a day there is. */
function tallyOf(value: string): string {
  const text = `trim(${value})`;
  const digits = `(CASE WHEN substr(${text}, 1, 1) IN ('+', '-') THEN substr(${text}, 2) ELSE ${text} END)`;
  const number = `${digits} GLOB '[0-9]*' AND NOT ${digits} GLOB '*[^0-9.]*' AND NOT ${digits} GLOB '*.*.*' AND NOT ${digits} GLOB '*.' AND length(${digits}) < 16`;
  const day = `${text} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(${text}) IS ${text}`;
  return `sum(${number}), sum(${day}), count(*)`;
}

/** Tallies by name over the rows of a table `e`, or over a sample of them. */
function tallied(
  ctx: ReadContext,
  table: string,
  sql: (rows: string) => string,
  sample: boolean,
): ReadonlyMap<string, Tally> {
  const out = new Map<string, Tally>();
  const newest = ctx.db.count(`SELECT coalesce(max(id), 0) FROM ${table}`);
  const add = (rows: Iterable<SqlRow>): void => {
    for (const [name, numbers, days, all] of rows) {
      const tally = out.get(name as string) ?? { numbers: 0, days: 0, all: 0 };
      tally.numbers += numbers as number;
      tally.days += days as number;
      tally.all += all as number;
      out.set(name as string, tally);
    }
  };
  if (sample && newest > SAMPLE) {
    const ids = Array.from({ length: SAMPLE }, (_, i) => 1 + Math.floor((i * newest) / SAMPLE));
    add(ctx.db.all(sql('e.id IN (SELECT value FROM json_each(?))'), [JSON.stringify(ids)]));
    return out;
  }
  for (let from = 0; from < newest; from += CHUNK) {
    ctx.cancel.check();
    add(ctx.db.all(sql('e.id > ? AND e.id <= ?'), [from, from + CHUNK]));
  }
  return out;
}

type Stated = { readonly day: Day; readonly value: string | number | null };
const STATED: Kept<Map<string, unknown>> = { name: 'language.attribute values', make: () => new Map() };

/** An attribute of every customer as of a day: the newest value stated up to it, else what its records keep. */
export function customerAttribute(
  ctx: ReadContext,
  name: string,
  type: FactType,
  asOf: Day,
  customers: CustomerVectors,
): Col {
  const kept = ctx.kept(STATED);
  const key = `customer ${fold(name)}`;
  let stated = kept.get(key) as Map<number, Stated[]> | undefined;
  if (!stated) {
    stated = new Map<number, Stated[]>();
    const wanted = attributesOf(ctx, 'customer').get(fold(name));
    const rows =
      wanted?.history === false
        ? ctx.db.all(
            `SELECT coalesce(c.redirect, m.customer), ${UNKNOWN_INT + 1}, j.value
             FROM party p JOIN membership m ON m.party = p.id JOIN customer c ON c.id = m.customer, json_each(p.attributes) j
             WHERE j.key = ? AND j.value IS NOT NULL ORDER BY p.kind, p.batch, p.id`,
            [wanted.name],
          )
        : ctx.db.all(
            `SELECT ${eventCustomer(ctx, 'e')}, e.day, e.value FROM attribute e JOIN term t ON t.id = e.name
             WHERE t.text = ? AND trim(coalesce(e.value, '')) <> '' ORDER BY e.day, e.id`,
            [wanted?.name ?? name],
          );
    for (const [customer, day, value] of rows) {
      const c = customer === null ? -1 : customers.indexOf(customer as number);
      if (c < 0) continue;
      const list = stated.get(c) ?? [];
      list.push({ day: day as number, value: value as string | number | null });
      stated.set(c, list);
    }
    kept.set(key, stated);
  }
  const cells = new Array<string | number | null>(customers.count).fill(null);
  for (const [c, list] of stated) {
    for (const { day, value } of list) if (day <= asOf) cells[c] = value;
  }
  return cellColumn(cells, type);
}

/** An attribute that rows keep, by row id (or by party id for people). */
export function rowAttribute(
  ctx: ReadContext,
  scope: string,
  name: string,
): ReadonlyMap<number, string | number | null> {
  const kept = ctx.kept(STATED);
  const key = `${scope} ${fold(name)}`;
  const held = kept.get(key) as ReadonlyMap<number, string | number | null> | undefined;
  if (held) return held;
  const table = scope === 'person' ? 'party' : TABLES[scope]!;
  const written = attributesOf(ctx, scope).get(fold(name))?.name ?? name;
  const values = new Map<number, string | number | null>();
  for (const [id, value] of ctx.db.iterate(
    `SELECT e.id, j.value FROM ${table} e, json_each(e.attributes) j WHERE e.attributes IS NOT NULL AND j.key = ?`,
    [written],
  ))
    values.set(id as number, value as string | number | null);
  kept.set(key, values);
  return values;
}
