import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { asOfDay } from '../population/index.ts';
import { whatChanged, type ChangesQuery } from './answer.ts';
import { defaultSince } from './span.ts';
import type { ChangeDetailReport, ChangesReport } from './types.ts';

export type * from './types.ts';

const Question = {
  asOf: z.string().optional(),
  since: z.string().optional(),
  where: z.string().optional(),
  by: z.string().optional(),
  baselineWeeks: z.int().min(8).max(260).default(26),
  q: z.number().gt(0).lt(1).default(0.1),
  limit: z.int().min(1).max(1000).default(10),
};

function queryOf(ctx: ReadContext, input: z.output<z.ZodObject<typeof Question>>): ChangesQuery {
  const asOf = asOfDay(ctx, input.asOf);
  const since = input.since === undefined ? defaultSince(ctx, asOf) : parseIsoDay(input.since, 'since');
  if (since >= asOf) throw usage(`changes: since ${input.since} is not before the as-of day.`);
  const { where, by, baselineWeeks, q, limit } = input;
  return { asOf, since, where, by, baselineWeeks, q, limit };
}

/**
 * What changed since a day: rungs, states, moves, NPS, volumes, amounts and mixes against the time before it, false alerts
 * controlled over all comparisons, the largest significant changes first. Rules W1-W13 of SPEC.md.
 */
export const changes = defineAnalysis({
  name: 'changes',
  input: z.object(Question),
  run: (ctx, input): ChangesReport => whatChanged(ctx, queryOf(ctx, input)).report,
});

/** One change of that answer with its charts: weeks or waves with CUSUM and EWMA, cells of a mix with PSI, or who came and left. */
export const changeDetail = defineAnalysis({
  name: 'changeDetail',
  input: z.object({ ...Question, id: z.string() }),
  run(ctx, input): ChangeDetailReport {
    const { report, details } = whatChanged(ctx, queryOf(ctx, input));
    const change = report.all.find(({ id }) => id === input.id);
    if (!change)
      throw new LadderlineError(
        'no-change',
        `There is no comparison "${input.id}" in this answer; changes lists them.`,
      );
    return { asOf: report.asOf, since: report.since, change, details: details.get(change.id)!() };
  },
});
