import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { personParties } from '#engine/language/facts/pressure.ts';
import { DEPTH_DAYS } from '#engine/language/facts/touches.ts';
import { medianOf } from '#engine/methods/method.ts';
import { asOfDay, orderedBy, pageOf, populationAt, sortOf } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';
import { numbersOf } from './survey.ts';

export type DepthReport = {
  asOf: string;
  days: number;
  customers: number;
  /** Customers of whom no person, one person, or several were touched. */
  none: number;
  one: number;
  several: number;
  medianTouched: number | null;
  bins: { people: number; orMore: boolean; customers: number; where: string }[];
  rows: (Named & { known: number; touched: number; share: number | null })[];
  where: { none: string; one: string; several: string };
};

/** Distinct persons touched per customer, against those that are known (rule T33). */
export const touchDepth = defineAnalysis({
  name: 'touchDepth',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    sort: z.string().default('people_touched:asc'),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input): DepthReport => depthOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});

type Query = { asOf: Day; where: string | undefined; sort: string; limit: number; offset: number };

const LAST_BIN = 5;

function depthOf(ctx: ReadContext, query: Query): DepthReport {
  const { asOf } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const touched = numbersOf(ctx, 'people_touched', asOf);
  const counts = new Array<number>(LAST_BIN + 1).fill(0);
  const all: number[] = [];
  for (const c of members(ctx, population)) {
    counts[Math.min(LAST_BIN, touched[c]!)]!++;
    all.push(touched[c]!);
  }
  const page = pageOf(
    population,
    () => orderedBy(ctx, sortOf(query.sort, 'touchDepth'), asOf),
    query.offset,
    query.limit,
  );
  const persons = personParties(ctx);
  const known = new Map<number, number>();
  const ids = page.map((c) => vectors.customers.id[c]!);
  const rows = ctx.db.all('SELECT m.customer, m.party FROM json_each(?) j JOIN membership m ON m.customer = j.value', [
    JSON.stringify(ids),
  ]) as [number, number][];
  for (const [customer, party] of rows) if (persons[party] === 1) known.set(customer, (known.get(customer) ?? 0) + 1);
  return {
    asOf: isoDay(asOf),
    days: DEPTH_DAYS,
    customers: population.count,
    none: counts[0]!,
    one: counts[1]!,
    several: population.count - counts[0]! - counts[1]!,
    medianTouched: medianOf(all),
    bins: counts.map((customers, people) => ({
      people,
      orMore: people === LAST_BIN,
      customers,
      where: `people_touched ${people === LAST_BIN ? '>=' : '='} ${people}`,
    })),
    rows: page.map((c) => {
      const people = known.get(vectors.customers.id[c]!) ?? 0;
      return {
        ...named(vectors, c),
        known: people,
        touched: touched[c]!,
        share: people === 0 ? null : touched[c]! / people,
      };
    }),
    where: { none: 'people_touched = 0', one: 'people_touched = 1', several: 'people_touched > 1' },
  };
}
