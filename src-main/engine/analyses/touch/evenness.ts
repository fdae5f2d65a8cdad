import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { evennessColumns } from '#engine/language/facts/spacing.ts';
import {
  countedTouches,
  EVENNESS_WINDOW,
  firstRowAfter,
  MARKETING,
  OUT,
  SALES,
} from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { medianOf } from '#engine/methods/method.ts';
import { asOfDay, orderOf, pageOf, populationAt, type Population } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';

const SORTS = ['gain', 'both', 'sales', 'marketing'] as const;

export type EvennessRow = Named & {
  both: number | null;
  sales: number | null;
  marketing: number | null;
  gain: number | null;
  /** Days with a touch of the team in the window. */
  salesDays: number;
  marketingDays: number;
  /** Days on which both touched. */
  sharedDays: number;
};

export type EvennessReport = {
  asOf: string;
  window: number;
  /** Customers with a touch of sales or marketing in the window; with touches of both; of neither. */
  touched: number;
  together: number;
  silent: number;
  medianBoth: number | null;
  medianGain: number | null;
  /** Customers whose touches complement each other, fall together, or neither. */
  complement: number;
  collide: number;
  /** Customers by the gain, in bins `[from, to)` of 0.1. */
  bins: { from: number; to: number; customers: number; where: string }[];
  total: number;
  rows: EvennessRow[];
  where: { complement: string; collide: string; silent: string };
};

/** Evenness of sales and marketing together and alone, and what their coordination gains (rule T23; mission B2). */
export const touchEvenness = defineAnalysis({
  name: 'touchEvenness',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    window: z.int().min(1).max(3660).default(EVENNESS_WINDOW),
    sort: z.enum(SORTS).default('gain'),
    descending: z.boolean().default(false),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input): EvennessReport =>
    evennessOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});

type Query = {
  asOf: Day;
  where: string | undefined;
  window: number;
  sort: (typeof SORTS)[number];
  descending: boolean;
  limit: number;
  offset: number;
};

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

function evennessOf(ctx: ReadContext, query: Query): EvennessReport {
  const { asOf, window } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const { rules } = language.rules(ctx).touch;
  const columns = evennessColumns(vectors, asOf, window, rules);
  const both: number[] = [];
  const gains: number[] = [];
  let silent = 0;
  const bins = Array.from({ length: 20 }, (_, b) => ({ from: (b - 10) / 10, to: (b - 9) / 10, customers: 0 }));
  const listed = new Uint8Array(population.member.length);
  for (const c of members(ctx, population)) {
    if (Number.isNaN(columns.both[c]!)) {
      silent++;
      continue;
    }
    both.push(columns.both[c]!);
    if (!Number.isNaN(columns[query.sort][c]!)) listed[c] = 1;
    const gain = columns.gain[c]!;
    if (Number.isNaN(gain)) continue;
    gains.push(gain);
    bins.findLast((bin) => gain >= bin.from)!.customers++;
  }
  const page = pageOf(
    { member: listed },
    () => orderOf(columns[query.sort], query.descending),
    query.offset,
    query.limit,
  );
  return {
    asOf: isoDay(asOf),
    window,
    touched: both.length,
    together: gains.length,
    silent,
    medianBoth: medianOf(both),
    medianGain: medianOf(gains),
    complement: gains.filter((gain) => gain > 0).length,
    collide: gains.filter((gain) => gain < 0).length,
    bins: bins.map((bin) => ({
      ...bin,
      where: `coordination_gain >= ${bin.from} and coordination_gain ${bin.to === 1 ? '<=' : '<'} ${bin.to}`,
    })),
    total: listed.reduce((n, one) => n + one, 0),
    rows: page.map((c) => ({
      ...named(vectors, c),
      both: known(columns.both[c]!),
      sales: known(columns.sales[c]!),
      marketing: known(columns.marketing[c]!),
      gain: known(columns.gain[c]!),
      ...teamDays(population, c, window, rules),
    })),
    where: {
      complement: 'coordination_gain > 0',
      collide: 'coordination_gain < 0',
      silent: 'evenness is unknown',
    },
  };
}

function teamDays(
  { vectors, asOf }: Population,
  customer: number,
  window: number,
  rules: Parameters<typeof countedTouches>[1],
): Pick<EvennessRow, 'salesDays' | 'marketingDays' | 'sharedDays'> {
  const { relation, direction, team } = countedTouches(vectors, rules);
  const sales = new Set<Day>();
  const marketing = new Set<Day>();
  const end = relation.start[customer + 1]!;
  for (let r = firstRowAfter(relation, customer, asOf - window); r < end && relation.day[r]! <= asOf; r++) {
    if (direction[r] !== OUT) continue;
    if (team[r] === SALES) sales.add(relation.day[r]!);
    else if (team[r] === MARKETING) marketing.add(relation.day[r]!);
  }
  return {
    salesDays: sales.size,
    marketingDays: marketing.size,
    sharedDays: [...sales].filter((day) => marketing.has(day)).length,
  };
}
