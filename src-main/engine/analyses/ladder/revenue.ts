import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import type { FactColumn } from '#engine/language/types.ts';

type MoneyFact = Extract<FactColumn, { type: 'money' }>;

/** Revenue of 12 months of every customer as of a day, and the order of lists: largest first, then by customer. */
export function revenueAt(
  ctx: ReadContext,
  asOf: Day,
): { revenue: MoneyFact; largestFirst: (a: number, b: number) => number } {
  const revenue = language.fact(ctx, 'revenue_12m', asOf);
  if (revenue.type !== 'money') throw new Error('revenue_12m is money');
  const amount = (i: number): number =>
    Number.isNaN(revenue.values[i]) ? (revenue.split.get(i)?.[0]?.minor ?? 0) : revenue.values[i]!;
  return { revenue, largestFirst: (a, b) => amount(b) - amount(a) || a - b };
}
