import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { firstRowAfter, isExempt, OUT, touchColumns } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { logLogLimits, survival } from '#engine/methods/survival.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';

const MARKS = [30, 60, 90] as const;

export type AfterPurchaseReport = {
  asOf: string;
  /** Customers with an order; those touched after the first one, and those not touched so far. */
  buyers: number;
  touched: number;
  untouched: number;
  /** Kaplan and Meier's share still untouched, with log-log 95 % limits. */
  curve: { day: number; atRisk: number; touched: number; share: number; low: number | null; high: number | null }[];
  /** The share untouched on a day: by the curve, and plainly counted (those not observed so long count as untouched). */
  at: { day: number; share: number | null; low: number | null; high: number | null; naive: number | null }[];
  medianDays: number | null;
  /** Buyers without such a touch, longest first. */
  rows: (Named & { bought: string; days: number })[];
};

/** The time from the first order to the first outbound touch that is not about an invoice, a dispute or service (rule T28; mission B8). */
export const touchAfterPurchase = defineAnalysis({
  name: 'touchAfterPurchase',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    limit: z.int().min(0).max(100_000).default(2000),
  }),
  run: (ctx, input): AfterPurchaseReport => afterPurchase(ctx, asOfDay(ctx, input.asOf), input.where, input.limit),
});

function afterPurchase(ctx: ReadContext, asOf: Day, where: string | undefined, limit: number): AfterPurchaseReport {
  const population = populationAt(ctx, asOf, where);
  const { vectors } = population;
  const first = language.fact(ctx, 'first_purchase', asOf);
  if (first.type !== 'day') throw new Error('first_purchase is a day');
  const { relation, direction, purpose } = touchColumns(vectors);
  const time: number[] = [];
  const event: number[] = [];
  const waiting: { customer: number; bought: Day }[] = [];
  for (const c of members(ctx, population)) {
    const bought = first.values[c]!;
    if (bought === UNKNOWN_INT) continue;
    let touched: Day | null = null;
    for (
      let r = firstRowAfter(relation, c, bought);
      r < relation.start[c + 1]! && relation.day[r]! <= asOf && touched === null;
      r++
    ) {
      if (direction[r] === OUT && !isExempt(purpose[r]!)) touched = relation.day[r]!;
    }
    time.push((touched ?? asOf) - bought);
    event.push(touched === null ? 0 : 1);
    if (touched === null) waiting.push({ customer: c, bought });
  }
  const curve = survival(time, event);
  const z95 = zOfLevel(0.95);
  const at = (day: number): { share: number | null; low: number | null; high: number | null } => {
    if (time.length === 0) return { share: null, low: null, high: null };
    let i = -1;
    while (i + 1 < curve.times.length && curve.times[i + 1]! <= day) i++;
    // Beyond the last day at which anybody was watched the curve says nothing.
    if (day > curve.times.at(-1)! && curve.S.at(-1)! > 0) return { share: null, low: null, high: null };
    return i < 0
      ? { share: 1, low: null, high: null }
      : { share: curve.S[i]!, ...logLogLimits(curve.S[i]!, curve.se[i]!, z95) };
  };
  waiting.sort((a, b) => a.bought - b.bought || a.customer - b.customer);
  const touched = event.reduce((n, one) => n + one, 0);
  return {
    asOf: isoDay(asOf),
    buyers: time.length,
    touched,
    untouched: time.length - touched,
    curve: curve.times.flatMap((day, i) =>
      curve.n_event[i] === 0 && i < curve.times.length - 1
        ? []
        : [
            {
              day,
              atRisk: curve.n_risk[i]!,
              touched: curve.n_event[i]!,
              share: curve.S[i]!,
              ...logLogLimits(curve.S[i]!, curve.se[i]!, z95),
            },
          ],
    ),
    at: MARKS.map((day) => ({
      day,
      ...at(day),
      naive: time.length === 0 ? null : time.filter((t, i) => t > day || event[i] === 0).length / time.length,
    })),
    medianDays: curve.quantile(0.5),
    rows: waiting
      .slice(0, limit)
      .map(({ customer, bought }) => ({ ...named(vectors, customer), bought: isoDay(bought), days: asOf - bought })),
  };
}
