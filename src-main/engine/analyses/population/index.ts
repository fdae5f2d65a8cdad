import type { Kept, ReadContext } from '#engine/base/context.ts';
import { civilOf, fiscalQuarterOf, isoDay, parseIsoDay, quarterLabel, type Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount, ExternalId } from '#engine/base/report.ts';
import { language } from '#engine/language/index.ts';
import type { FactColumn } from '#engine/language/types.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { attributeName, customerAttributeWords } from './attribute.ts';

/** The customers an analysis is about: known on the day, and kept by the filter. */
export type Population = {
  readonly vectors: Vectors;
  readonly asOf: Day;
  /** 1 for customers in the population, by customer index. */
  readonly member: Uint8Array;
  readonly count: number;
  /** Customers left out because a value of the filter is unknown. */
  readonly unknown: number;
  readonly clauses: ClauseCount[];
  readonly filtered: boolean;
};

/** The as-of day of an input, or the workspace's. */
export function asOfDay(ctx: ReadContext, input: string | undefined): Day {
  return input === undefined ? ctx.defaultAsOf() : parseIsoDay(input, 'as-of day');
}

/** Views of one window ask about the same customers one after the other. */
const POPULATIONS: Kept<Map<string, Population>> = { name: 'populations', make: () => new Map() };
const POPULATIONS_KEPT = 6;

/**
 * Customers that existed on a day (their first sign of life is not after it) and pass a filter.
 * A customer without any dated sign of life counts as known on every day. The last few are kept: nobody writes to them.
 */
export function populationAt(ctx: ReadContext, asOf: Day, where: string | null | undefined): Population {
  const kept = ctx.kept(POPULATIONS);
  const key = `${asOf} ${ctx.settings.ladderMode} ${where ?? ''}`;
  const population = kept.get(key) ?? makePopulation(ctx, asOf, where);
  kept.delete(key);
  kept.set(key, population);
  if (kept.size > POPULATIONS_KEPT) kept.delete(kept.keys().next().value!);
  return population;
}

function makePopulation(ctx: ReadContext, asOf: Day, where: string | null | undefined): Population {
  const vectors = vectorsOf(ctx);
  const { count: n, created } = vectors.customers;
  const filtered = where !== undefined && where !== null && where.trim() !== '';
  const evaluated = filtered ? language.filter(ctx, where, asOf) : null;
  const member = new Uint8Array(n);
  let count = 0;
  let unknown = 0;
  for (let i = 0; i < n; i++) {
    if (created[i] !== UNKNOWN_INT && created[i]! > asOf) continue;
    const outcome = evaluated ? evaluated.outcome[i]! : 1;
    if (outcome === 1) {
      member[i] = 1;
      count++;
    } else if (outcome === 2) unknown++;
  }
  return { vectors, asOf, member, count, unknown, clauses: evaluated ? [...evaluated.clauses] : [], filtered };
}

/** `C-12` of a customer index. */
export function customerId(vectors: Vectors, index: number): string {
  return `C-${vectors.customers.id[index]}`;
}

/**
 * A fact, or an attribute as `[Plan]`, as an accessor of words, for grouping: sets as members, days as ISO text, yes/no as
 * words. A day by year or by fiscal quarter is a cohort: `first_purchase by year`. Unknown is null.
 */
export function wordsOf(ctx: ReadContext, field: string, asOf: Day): (index: number) => string | null {
  const cohort = /^\s*(\w+) by (year|quarter)\s*$/.exec(field);
  if (cohort) return cohortsOf(ctx, cohort[1]!, cohort[2] as 'year' | 'quarter', asOf);
  const attribute = attributeName(field);
  if (attribute !== null) return customerAttributeWords(ctx, attribute, asOf);
  const column = language.fact(ctx, field, asOf);
  switch (column.type) {
    case 'set':
      return (i) => (column.values[i] === UNKNOWN_INT ? null : (column.members[column.values[i]!] ?? null));
    case 'text':
      return (i) => column.at(i);
    case 'day':
      return (i) => (column.values[i] === UNKNOWN_INT ? null : isoDay(column.values[i]!));
    case 'yesno':
      return (i) => (Number.isNaN(column.values[i]) ? null : column.values[i] ? 'yes' : 'no');
    case 'number':
    case 'days':
    case 'share':
      return (i) => (Number.isNaN(column.values[i]) ? null : String(column.values[i]));
    case 'money':
      throw new LadderlineError(
        'bad-field',
        `"${field}" is an amount of money; group by a field with few values, such as rung, owner or region.`,
      );
  }
}

function cohortsOf(
  ctx: ReadContext,
  name: string,
  by: 'year' | 'quarter',
  asOf: Day,
): (index: number) => string | null {
  const column = language.fact(ctx, name, asOf);
  if (column.type !== 'day')
    throw new LadderlineError(
      'bad-field',
      `"${name}" is not a day; only days are grouped by ${by}, such as first_purchase by ${by}.`,
    );
  return (i) => {
    const day = column.values[i]!;
    if (day === UNKNOWN_INT) return null;
    return by === 'year' ? String(civilOf(day).year) : quarterOf(ctx, day);
  };
}

/** Amounts of a money fact for one customer, sorted by currency; empty when there is none. */
export function moneyAt(vectors: Vectors, column: FactColumn, index: number): Money[] {
  if (column.type !== 'money') throw new Error('moneyAt reads a money column');
  const split = column.split.get(index);
  if (split) return [...split];
  const currency = vectors.text(column.currency[index]!);
  const minor = column.values[index]!;
  return currency === null || Number.isNaN(minor) ? [] : [{ currency, minor }];
}

/** Money per group without making one list per customer. */
export class MoneySums {
  private readonly sums = new Map<string, number>();

  add(vectors: Vectors, column: FactColumn, index: number): void {
    for (const { currency, minor } of moneyAt(vectors, column, index))
      this.sums.set(currency, (this.sums.get(currency) ?? 0) + minor);
  }

  list(): Money[] {
    return [...this.sums]
      .map(([currency, minor]) => ({ currency, minor }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

/** The fiscal quarter of a day as `2026-Q3`. */
export function quarterOf(ctx: ReadContext, day: Day): string {
  return quarterLabel(fiscalQuarterOf(day, ctx.settings.fiscalYearStart));
}

/** External ids of customers, sorted by source, kind, id; one query for a page of customers. */
export function externalIdsOf(
  ctx: ReadContext,
  vectors: Vectors,
  indexes: readonly number[],
): Map<number, ExternalId[]> {
  const byCustomer = new Map<number, ExternalId[]>();
  if (indexes.length === 0) return byCustomer;
  const ids = indexes.map((i) => vectors.customers.id[i]!);
  const rows = ctx.db.all(
    `SELECT m.customer, s.name, k.text, p.ext
     FROM json_each(?) j JOIN membership m ON m.customer = j.value JOIN party p ON p.id = m.party
     JOIN source s ON s.id = p.source JOIN term k ON k.id = p.kind
     WHERE p.ext NOT LIKE 'email:%' AND p.ext NOT LIKE 'name:%' AND p.ext NOT LIKE 'phone:%'
     ORDER BY m.customer, s.name, k.text, p.ext`,
    [JSON.stringify(ids)],
  );
  for (const [customer, source, kind, id] of rows) {
    const index = vectors.customers.indexOf(customer as number);
    const list = byCustomer.get(index) ?? [];
    list.push({ source: source as string, kind: kind as 'person' | 'company', id: id as string });
    byCustomer.set(index, list);
  }
  return byCustomer;
}

/**
 * The customer index of `C-12` or `source:id`. Throws `no-customer` naming what was asked for; a redirected id answers the
 * customer it became.
 */
export function findCustomer(ctx: ReadContext, vectors: Vectors, id: string): number {
  const match = /^C-(\d+)$/i.exec(id);
  let customer: number | null = null;
  if (match) {
    customer = Number(match[1]);
    for (let hops = 0; hops < 16; hops++) {
      const redirect: unknown = ctx.db.get('SELECT redirect FROM customer WHERE id = ?', [customer])?.[0];
      if (typeof redirect !== 'number') break;
      customer = redirect;
    }
  } else {
    const colon = id.indexOf(':');
    if (colon > 0) {
      const row = ctx.db.get(
        `SELECT m.customer FROM party p JOIN source s ON s.id = p.source JOIN membership m ON m.party = p.id
         WHERE s.name = ? AND p.ext = ? ORDER BY p.kind DESC LIMIT 1`,
        [id.slice(0, colon), id.slice(colon + 1)],
      );
      customer = (row?.[0] as number | undefined) ?? null;
    }
  }
  const index = customer === null ? -1 : vectors.customers.indexOf(customer);
  if (index < 0) {
    throw new LadderlineError(
      'no-customer',
      `There is no customer "${id}". Write an id such as C-12, or source:id as in the source's own export.`,
    );
  }
  return index;
}

export { attributeName, rowAttributeWords } from './attribute.ts';
export { camelCase, factNamed, isFact, orderedBy, orderOf, pageOf, sortOf, type Sort } from './order.ts';
