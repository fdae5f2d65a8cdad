import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { LAPSE_DAYS, WINDOW_DAYS } from '#engine/language/facts/rung.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { factsAt, type RungFacts } from './evidence.ts';
import { ownLift } from './own.ts';
import type { Standing } from './types.ts';

/** What would lift a customer one rung, in words (rule L30); null on the highest. */
export function liftOf(
  ctx: ReadContext,
  vectors: Vectors,
  asOf: Day,
): (index: number, standing: Standing, facts?: RungFacts) => string | null {
  const own = ownLift(ctx, asOf);
  const mode = ctx.settings.ladderMode;
  return (index, standing, facts) =>
    own === null ? nextStep(standing, facts ?? factsAt(vectors, index, asOf), mode) : own(index, standing);
}

function nextStep(standing: Standing, facts: RungFacts, mode: 5 | 6): string | null {
  switch (standing) {
    case 'lapsed':
      return 'A new order ends the lapse.';
    case 'prospect':
      return 'A first order makes a customer.';
    case 'customer':
      return 'An order on a second day makes a client.';
    case 'client':
      return facts.lastScore
        ? `An answer of 9 or 10 makes a supporter (the latest is ${facts.lastScore.score}).`
        : 'An answer of 9 or 10 makes a supporter (there is none yet).';
    case 'supporter':
      return 'A referral, reference, case study, testimonial or review makes an advocate.';
    case 'advocate':
      return mode === 6 ? 'A partner agreement makes a partner.' : null;
    case 'partner':
      return null;
  }
}

/**
 * When the evidence for a standing runs out if nothing new happens, by the product's ladder (rule L30): the last day it
 * lasts and what ends. Null where nothing runs out.
 */
export function lastsUntil(standing: Standing, facts: RungFacts): { until: string; because: string } | null {
  const ends: { day: Day; because: string }[] = [];
  const last = facts.orderDays.at(-1);
  if (standing === 'lapsed' || standing === 'prospect') return null;
  if (standing === 'partner') {
    if (facts.partner === null || facts.partner.to === null) return null;
    return { until: isoDay(facts.partner.to - 1), because: 'the partner agreement ends' };
  }
  // Partners with two order days do not lapse, also on five rungs.
  if (last && !(facts.partner !== null && facts.orderDays.length >= 2))
    ends.push({ day: last.day + LAPSE_DAYS, because: 'the last order is then 365 days ago' });
  if (standing === 'supporter' && facts.lastScore)
    ends.push({ day: facts.lastScore.day + WINDOW_DAYS - 1, because: 'the latest answer then no longer counts' });
  if (standing === 'advocate' && facts.lastAdvocacy)
    ends.push({
      day: facts.lastAdvocacy.day + WINDOW_DAYS - 1,
      because: 'the latest recommendation then no longer counts',
    });
  const first = ends.sort((a, b) => a.day - b.day)[0];
  return first === undefined ? null : { until: isoDay(first.day), because: first.because };
}
