import { z } from 'zod';
import { defineAnalysis } from '#engine/base/define.ts';
import { asOfDay } from '../population/index.ts';
import { audit } from './audit.ts';
import { gapsOf, stripOf } from './strip.ts';
import { listTouches } from './table.ts';

export { disputesAt, rowsInDispute, type Dispute } from './audit.ts';
export { rhythmAt } from './survey.ts';
export { figuresOf } from './table.ts';
export { touchAfterPurchase } from './after-purchase.ts';
export { touchBursts } from './bursts.ts';
export { touchCadence } from './cadence.ts';
export { touchCalendar } from './calendar.ts';
export { touchDepth } from './depth.ts';
export { touchEvenness } from './evenness.ts';
export { touchHandovers } from './handovers.ts';
export { touchInbound } from './inbound.ts';
export { MIX_FIELDS, touchMix } from './mix.ts';
export { touchOffers } from './offers.ts';
export { touchPlan } from './plan.ts';
export type * from './types.ts';

const Question = { asOf: z.string().optional(), where: z.string().optional() };

/** Spacing per customer, worst open gap first, and the summary over all that pass the filter. */
export const touches = defineAnalysis({
  name: 'touches',
  input: z.object({
    ...Question,
    window: z.int().min(1).max(3660).default(90),
    sort: z.string().default('open_gap:desc'),
    limit: z.int().min(0).default(200),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input) => listTouches(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});

/** Touches in the wrong moment: collisions of teams, selling in a dispute; and how inbound was answered. */
export const touchesAudit = defineAnalysis({
  name: 'touchesAudit',
  input: z.object({ ...Question, limit: z.int().min(0).max(100_000).default(10_000) }),
  run: (ctx, input) => audit(ctx, { asOf: asOfDay(ctx, input.asOf), where: input.where, limit: input.limit }),
});

/** Customers x weeks, with silences and bursts framed; longest gap first. */
export const touchStrip = defineAnalysis({
  name: 'touchStrip',
  input: z.object({
    ...Question,
    weeks: z.int().min(1).max(520).default(39),
    sort: z.string().default('worst_gap:desc'),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input) => stripOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});

/** Distribution of the open gap. */
export const touchGaps = defineAnalysis({
  name: 'touchGaps',
  input: z.object({
    ...Question,
    binDays: z.int().min(1).max(3660).default(10),
    bins: z.int().min(1).max(1000).default(16),
  }),
  run: (ctx, input) => gapsOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});
