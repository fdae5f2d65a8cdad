import { z } from 'zod';
import { parseIsoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { asOfDay } from '../population/index.ts';
import { countRungs, STANDINGS } from './counts.ts';
import { listCustomers } from './list.ts';
import { migrate } from './migration.ts';

export { ruleOf, STANDINGS, standingsAt } from './counts.ts';
export { factsAt, reasonOf, summaryOf, type RungFacts } from './evidence.ts';
export { definitionPreview, definitions } from './definitions.ts';
export { directionOf } from './migration.ts';
export type * from './types.ts';

const Mode = z.union([z.literal(5), z.literal(6)]).optional();
const StandingName = z.enum(STANDINGS as [string, ...string[]]) as z.ZodType<(typeof STANDINGS)[number]>;

/** Customers per rung as of a day, with shares, Wilson intervals and 12-month revenue; optionally per value of a field. */
export const ladder = defineAnalysis({
  name: 'ladder',
  input: z.object({ asOf: z.string().optional(), by: z.string().optional(), where: z.string().optional(), mode: Mode }),
  run: (ctx, input) => countRungs(ctx, asOfDay(ctx, input.asOf), input.where, input.by, input.mode),
});

/** Who stood where on two days: counts, shares of the start, intervals, revenue; `new` and `gone` at the edges. */
export const migration = defineAnalysis({
  name: 'migration',
  input: z.object({ from: z.string(), to: z.string().optional(), where: z.string().optional(), mode: Mode }),
  run(ctx, input) {
    const from = parseIsoDay(input.from, 'from');
    const to = asOfDay(ctx, input.to);
    if (from > to) throw usage(`migration: from ${input.from} lies after to.`);
    return migrate(ctx, from, to, input.where, input.mode);
  },
});

/** The customers behind a rung, a move or a direction, each with its reason. */
export const ladderList = defineAnalysis({
  name: 'ladderList',
  input: z.object({
    asOf: z.string().optional(),
    from: z.string().optional(),
    where: z.string().optional(),
    rung: StandingName.optional(),
    movedFrom: z.union([StandingName, z.literal('new')]).optional(),
    movedTo: StandingName.optional(),
    direction: z.enum(['up', 'down', 'stay', 'entered']).optional(),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
    mode: Mode,
  }),
  run: (ctx, input) =>
    listCustomers(ctx, {
      asOf: asOfDay(ctx, input.asOf),
      from: input.from === undefined ? null : parseIsoDay(input.from, 'from'),
      where: input.where,
      rung: input.rung,
      movedFrom: input.movedFrom,
      movedTo: input.movedTo,
      direction: input.direction,
      limit: input.limit,
      offset: input.offset,
      mode: input.mode,
    }),
});
