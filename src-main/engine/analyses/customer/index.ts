import { z } from 'zod';
import { parseIsoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { asOfDay } from '../population/index.ts';
import { recordOf } from './record.ts';
import { listCustomers } from './table.ts';
import { timelineOf } from './timeline.ts';

export type * from './types.ts';

/** One page of the customer table: any facts as columns, ordered by any fact. */
export const customers = defineAnalysis({
  name: 'customers',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    columns: z.array(z.string()).min(1).max(100).optional(),
    sort: z.string().optional(),
    limit: z.int().min(0).max(10_000).default(100),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input) =>
    listCustomers(ctx, {
      ...input,
      asOf: asOfDay(ctx, input.asOf),
      where: input.where,
      columns: input.columns,
      sort: input.sort,
    }),
});

/** The whole record of one customer, by `C-12` or `source:id`. */
export const customer = defineAnalysis({
  name: 'customer',
  input: z.object({ id: z.string().min(1), asOf: z.string().optional() }),
  run: (ctx, input) => recordOf(ctx, input.id, asOfDay(ctx, input.asOf)),
});

/** The lanes of one customer: at most 10,000 marks, the newest. */
export const timeline = defineAnalysis({
  name: 'timeline',
  input: z.object({
    id: z.string().min(1),
    asOf: z.string().optional(),
    from: z.string().optional(),
    limit: z.int().min(0).max(10_000).default(10_000),
  }),
  run: (ctx, input) =>
    timelineOf(ctx, {
      id: input.id,
      asOf: asOfDay(ctx, input.asOf),
      from: input.from === undefined ? null : parseIsoDay(input.from, 'from'),
      limit: input.limit,
    }),
});
