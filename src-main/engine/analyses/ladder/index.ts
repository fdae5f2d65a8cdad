import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { parseIsoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { asOfDay } from '../population/index.ts';
import { migrationChangeOf } from './change.ts';
import { countRungs } from './counts.ts';
import { dwellOf, stuckOf } from './dwell.ts';
import { listCustomers } from './list.ts';
import { migrate, MINIMUM } from './migration.ts';
import { LAST_ROW, nextTimeOf } from './next-time.ts';
import { outlookOf } from './outlook.ts';
import { ascendingDays, dayBefore, daysBetween, MOST_DAYS } from './periods.ts';
import { referralsOf } from './referrals.ts';
import { restatedOf } from './restated.ts';
import { sayDoOf } from './say-do.ts';
import { STANDINGS } from './standings.ts';
import { migrationStepsOf } from './steps.ts';

export { standingsAt } from './counts.ts';
export { STANDINGS } from './standings.ts';
export { factsAt, reasonOf, summaryOf, type RungFacts } from './evidence.ts';
export { definitionPreview, definitions } from './definitions.ts';
export { lastsUntil, liftOf } from './lift.ts';
export { directionOf } from './migration.ts';
export { ownRules } from './own.ts';
export type * from './types.ts';

/** Which ladder: five rungs (Payne 1991) or six (1994), by the rules in use or a former version of them. */
const choice = {
  mode: z.union([z.literal(5), z.literal(6)]).optional(),
  version: z.int().min(0).optional(),
};
const StandingName = z.enum(STANDINGS as [string, ...string[]]) as z.ZodType<(typeof STANDINGS)[number]>;
const where = z.string().optional();
const day = z.string().optional();
const page = {
  limit: z.int().min(0).max(10_000).default(200),
  offset: z.int().min(0).default(0),
};
const minimum = z.int().min(1).max(1_000_000).default(MINIMUM);
const quantile = z.number().gt(0).lt(1).default(0.75);

/** Two days in their order. */
function between(ctx: ReadContext, what: string, from: string, to: string | undefined): { from: Day; to: Day } {
  const days = { from: parseIsoDay(from, 'from'), to: asOfDay(ctx, to) };
  if (days.from > days.to) throw usage(`${what}: from ${from} lies after to.`);
  return days;
}

/** Customers per rung as of a day, with shares, Wilson intervals and 12-month revenue; optionally per value of a field. */
export const ladder = defineAnalysis({
  name: 'ladder',
  input: z.object({ asOf: day, by: z.string().optional(), where, ...choice }),
  run: (ctx, input) => countRungs(ctx, asOfDay(ctx, input.asOf), input.where, input.by, input),
});

/** Who stood where on two days: counts, shares of the row and of the start, intervals, revenue; `new` and `gone` at the edges. */
export const migration = defineAnalysis({
  name: 'migration',
  input: z.object({ from: z.string(), to: day, where, by: z.string().optional(), minimum, ...choice }),
  run: (ctx, input) =>
    migrate(ctx, { ...input, ...between(ctx, 'migration', input.from, input.to), where: input.where, by: input.by }),
});

/** Where customers stood on several days: `days`, or from `from` to `to` a period apart; `start` follows those of one standing. */
export const migrationSteps = defineAnalysis({
  name: 'migrationSteps',
  input: z.object({
    days: z.array(z.string()).min(2).max(MOST_DAYS).optional(),
    from: day,
    to: day,
    every: z.enum(['month', 'quarter', 'year']).default('quarter'),
    where,
    start: StandingName.optional(),
    minimum,
    ...choice,
  }),
  run: (ctx, input) =>
    migrationStepsOf(ctx, {
      ...input,
      where: input.where,
      start: input.start,
      days: daysOf(ctx, 'migrationSteps', input),
    }),
});

type DaysAsked = {
  days?: string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  every: 'month' | 'quarter' | 'year';
};

function daysOf(ctx: ReadContext, what: string, { days, from, to, every }: DaysAsked): Day[] {
  if (days !== undefined) return ascendingDays(days);
  if (from === undefined) throw usage(`${what}: the days are missing; write days, or from (and to).`);
  const range = between(ctx, what, from, to);
  const list = daysBetween(range.from, range.to, every);
  return list.length > 1 ? list : [range.from, range.to];
}

/** Did customers move otherwise between two days than in the period before? Anderson & Goodman's test of homogeneity. */
export const migrationChange = defineAnalysis({
  name: 'migrationChange',
  input: z.object({ from: z.string(), to: day, beforeFrom: day, beforeTo: day, where, ...choice }),
  run(ctx, input) {
    const second = between(ctx, 'migrationChange', input.from, input.to);
    const to = input.beforeTo === undefined ? second.from : parseIsoDay(input.beforeTo, 'beforeTo');
    const from =
      input.beforeFrom === undefined ? dayBefore(second.from, second.to) : parseIsoDay(input.beforeFrom, 'beforeFrom');
    if (from > to) throw usage('migrationChange: beforeFrom lies after beforeTo.');
    return migrationChangeOf(ctx, { ...input, where: input.where, first: { from, to }, second });
  },
});

/** Where the moves between two days lead when they go on: a Markov chain with lapsed as its end. */
export const ladderOutlook = defineAnalysis({
  name: 'ladderOutlook',
  input: z.object({ from: z.string(), to: day, periods: z.int().min(0).max(400).default(4), where, ...choice }),
  run: (ctx, input) =>
    outlookOf(ctx, { ...input, where: input.where, ...between(ctx, 'ladderOutlook', input.from, input.to) }),
});

/** How long customers stay on each rung: Kaplan-Meier curves, and how many stay longer than most. */
export const ladderDwell = defineAnalysis({
  name: 'ladderDwell',
  input: z.object({ asOf: day, where, rung: StandingName.optional(), by: z.string().optional(), quantile, ...choice }),
  run: (ctx, input) =>
    dwellOf(ctx, { ...input, where: input.where, rung: input.rung, by: input.by, asOf: asOfDay(ctx, input.asOf) }),
});

/** Customers who stand on a rung longer than most stay, each with what would lift it. */
export const ladderStuck = defineAnalysis({
  name: 'ladderStuck',
  input: z.object({ asOf: day, where, rung: StandingName.optional(), quantile, ...page, ...choice }),
  run: (ctx, input) =>
    stuckOf(ctx, { ...input, where: input.where, rung: input.rung, by: undefined, asOf: asOfDay(ctx, input.asOf) }),
});

/** The referral ledger: who referred whom, what came of it, and the revenue that it brought. */
export const ladderReferrals = defineAnalysis({
  name: 'ladderReferrals',
  input: z.object({ asOf: day, from: day, where, ...page, ...choice }),
  run: (ctx, input) =>
    referralsOf(ctx, {
      ...input,
      where: input.where,
      asOf: asOfDay(ctx, input.asOf),
      from: input.from === undefined ? null : parseIsoDay(input.from, 'from'),
    }),
});

/** What customers say they would do and what they do: promoters without a recommendation, and the reverse. */
export const sayDo = defineAnalysis({
  name: 'sayDo',
  input: z.object({
    asOf: day,
    where,
    window: z.int().min(1).max(100_000).nullable().default(365),
    list: z.enum(['ask', 'unsaid', 'done']).default('ask'),
    ...page,
    ...choice,
  }),
  run: (ctx, input) => sayDoOf(ctx, { ...input, where: input.where, asOf: asOfDay(ctx, input.asOf) }),
});

/** Of those who bought n times: how many buy again within the time expected. */
export const nextTime = defineAnalysis({
  name: 'nextTime',
  input: z.object({
    asOf: day,
    within: z.int().min(1).max(36_500).default(365),
    where,
    by: z.string().optional(),
    n: z.int().min(1).max(LAST_ROW).optional(),
    state: z.enum(['again', 'not', 'open']).optional(),
    ...page,
    ...choice,
  }),
  run: (ctx, input) =>
    nextTimeOf(ctx, {
      ...input,
      where: input.where,
      by: input.by,
      n: input.n,
      state: input.state,
      asOf: asOfDay(ctx, input.asOf),
    }),
});

/** The past by two versions of the rules: rungs on each day, and who stands elsewhere. */
export const ladderRestated = defineAnalysis({
  name: 'ladderRestated',
  input: z.object({
    days: z.array(z.string()).min(1).max(MOST_DAYS).optional(),
    from: day,
    to: day,
    every: z.enum(['month', 'quarter', 'year']).default('quarter'),
    versions: z.array(z.int().min(0)).min(1).max(2).optional(),
    where,
    mode: choice.mode,
    ...page,
  }),
  run: (ctx, input) =>
    restatedOf(ctx, {
      ...input,
      days:
        input.days === undefined && input.from === undefined
          ? [asOfDay(ctx, input.to)]
          : daysOf(ctx, 'ladderRestated', input),
      versions: input.versions,
      where: input.where,
      mode: input.mode,
    }),
});

/** The customers behind a rung, a move or a direction, each with its reason. */
export const ladderList = defineAnalysis({
  name: 'ladderList',
  input: z.object({
    asOf: day,
    from: day,
    where,
    rung: StandingName.optional(),
    movedFrom: z.union([StandingName, z.literal('new')]).optional(),
    movedTo: StandingName.optional(),
    direction: z.enum(['up', 'down', 'stay', 'entered']).optional(),
    ...page,
    ...choice,
  }),
  run: (ctx, input) =>
    listCustomers(ctx, {
      ...input,
      asOf: asOfDay(ctx, input.asOf),
      from: input.from === undefined ? null : parseIsoDay(input.from, 'from'),
      where: input.where,
      rung: input.rung,
      movedFrom: input.movedFrom,
      movedTo: input.movedTo,
      direction: input.direction,
    }),
});
