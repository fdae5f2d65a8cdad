import type { NpsCounts as Counts } from '#engine/methods/nps.ts';
import { npsCategory, npsInterval, npsOf } from '#engine/methods/nps.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import type { CountedAnswer } from './answers.ts';
import type { IntervalMethod, NpsCounts } from './types.ts';

export type ScoreOptions = { interval: IntervalMethod; level: number; unit: 'respondent' | 'customer' };

const points = (fraction: number | null): number | null => (fraction === null ? null : fraction * 100);

/** The score of a list of answers in points, with its interval (rules N1-N3, N10). */
export function scoreOf(answers: readonly CountedAnswer[], options: ScoreOptions): NpsCounts {
  return options.unit === 'respondent' ? respondentScore(answers, options) : customerScore(answers, options);
}

function respondentScore(answers: readonly CountedAnswer[], options: ScoreOptions): NpsCounts {
  const counts: Counts = { detractors: 0, passives: 0, promoters: 0 };
  for (const { score } of answers) {
    const category = npsCategory(score);
    if (category === 1) counts.promoters++;
    else if (category === 0) counts.passives++;
    else if (category === -1) counts.detractors++;
  }
  const interval = npsInterval(counts, options.interval, options.level);
  const { n, nps } = npsOf(counts);
  return {
    responses: n,
    promoters: counts.promoters,
    passives: counts.passives,
    detractors: counts.detractors,
    nps: points(nps),
    interval: { low: points(interval.lo), high: points(interval.hi), level: options.level, method: options.interval },
  };
}

/**
 * Rule N10: per customer the mean category of its respondents, then the mean over customers. A customer counts as promoter,
 * passive or detractor by the sign of its mean. The interval is Wald on the customers' means whatever method is asked for,
 * since the other two need counts.
 */
function customerScore(answers: readonly CountedAnswer[], options: ScoreOptions): NpsCounts {
  const sums = new Map<number, { sum: number; n: number }>();
  let anonymous = -1;
  for (const { score, customer } of answers) {
    const key = customer < 0 ? anonymous-- : customer;
    const held = sums.get(key) ?? { sum: 0, n: 0 };
    held.sum += npsCategory(score) ?? 0;
    held.n++;
    sums.set(key, held);
  }
  const means = [...sums.values()].map(({ sum, n }) => sum / n);
  const n = means.length;
  const mean = n === 0 ? null : means.reduce((a, b) => a + b, 0) / n;
  const variance = mean === null ? null : means.reduce((a, m) => a + (m - mean) ** 2, 0) / n;
  const half = variance === null ? null : zOfLevel(options.level) * Math.sqrt(variance / n);
  return {
    responses: n,
    promoters: means.filter((m) => m > 0).length,
    passives: means.filter((m) => m === 0).length,
    detractors: means.filter((m) => m < 0).length,
    nps: points(mean),
    interval: {
      low: mean === null || half === null ? null : points(mean - half),
      high: mean === null || half === null ? null : points(mean + half),
      level: options.level,
      method: 'wald',
    },
  };
}
