import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { npsRulesOf } from './rules.ts';

/** The weight of a respondent by party id: that of the first role whose condition holds, else 1 (rule N14). */
export function roleWeights(ctx: ReadContext, asOf: Day): (party: number) => number {
  const weights = new Map<number, number>();
  for (const { weight, where } of npsRulesOf(ctx).roles) {
    const { ids, outcome } = language.filter(ctx, where, asOf, 'person');
    for (let i = 0; i < ids.length; i++) if (outcome[i] === 1 && !weights.has(ids[i]!)) weights.set(ids[i]!, weight);
  }
  return (party) => weights.get(party) ?? 1;
}
