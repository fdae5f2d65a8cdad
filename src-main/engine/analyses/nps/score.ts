import { usage } from '#engine/base/errors.ts';
import { finitePopulation, npsInterval, npsOf, npsRound, type NpsCounts as Counts } from '#engine/methods/nps.ts';
import { weightedMean } from '#engine/methods/nps-estimates.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import type { Answers } from './answers.ts';
import type { IntervalMethod, NpsCounts } from './types.ts';

export type ScoreOptions = {
  interval: IntervalMethod;
  level: number;
  unit: 'respondent' | 'customer';
  /** Answers from which on a score is published (rule N15). */
  minimum: number;
  /** Everybody who could have answered, for the finite-population factor (rule N16). */
  population?: number | undefined;
  /** What a customer weighs, by customer index (rule N14); none: each weighs the same. */
  weight?: ((customer: number) => number | null) | undefined;
  /** What a respondent weighs within its customer, by party id. */
  role?: ((party: number) => number) | undefined;
};

/** Share of the population from which on the finite-population factor applies. */
const FINITE_FROM = 0.05;

export const points = (fraction: number | null): number | null => (fraction === null ? null : fraction * 100);

/** The score of all answers, or one score per group, in points with intervals (rules N1-N3, N10, N14-N16). */
export function scoresOf(answers: Answers, options: ScoreOptions, of?: Int32Array, groups = 1): NpsCounts[] {
  return options.unit === 'respondent'
    ? countsOf(answers, of, groups).map((counts) => respondentScore(counts, options))
    : meansOf(answers, options, of, groups).map((means) => customerScore(means, options));
}

export function scoreOf(answers: Answers, options: ScoreOptions): NpsCounts {
  return scoresOf(answers, options)[0]!;
}

/** Detractors, passives and promoters per group. */
export function countsOf(answers: Answers, of?: Int32Array, groups = 1): Counts[] {
  const cells = new Float64Array(groups * 3);
  const { scores, count } = answers;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    if (score < 0 || score > 10) continue;
    cells[(of === undefined ? 0 : of[i]! * 3) + (score <= 6 ? 0 : score <= 8 ? 1 : 2)]!++;
  }
  return Array.from({ length: groups }, (_, g) => ({
    detractors: cells[g * 3]!,
    passives: cells[g * 3 + 1]!,
    promoters: cells[g * 3 + 2]!,
  }));
}

export function respondentScore(counts: Counts, options: ScoreOptions): NpsCounts {
  const { n, nps } = npsOf(counts);
  const { low, high, factor } = narrowed(
    npsInterval(counts, options.interval, options.level),
    options.interval === 'adjusted_wald' ? centre(counts) : nps,
    n,
    options.population,
  );
  return {
    responses: n,
    promoters: counts.promoters,
    passives: counts.passives,
    detractors: counts.detractors,
    nps: points(nps),
    shown: npsRound(counts),
    enough: n >= options.minimum,
    interval: { low: points(low), high: points(high), level: options.level, method: options.interval },
    finitePopulation: factor,
    weighted: null,
  };
}

/** Centre of the adjusted Wald interval. */
function centre({ detractors, passives, promoters }: Counts): number | null {
  return npsOf({ detractors: detractors + 0.75, passives: passives + 1.5, promoters: promoters + 0.75 }).nps;
}

/** Rule N16: an interval drawn towards its centre by the finite-population factor. */
function narrowed(
  { lo, hi }: { lo: number | null; hi: number | null },
  middle: number | null,
  n: number,
  population: number | undefined,
): { low: number | null; high: number | null; factor: number | null } {
  if (population !== undefined && n > population)
    throw usage(`population: ${population} is less than the ${n} that answered; write how many could have.`);
  if (population === undefined || lo === null || hi === null || middle === null || n / population <= FINITE_FROM)
    return { low: lo, high: hi, factor: null };
  const factor = finitePopulation(n, population);
  return { low: middle - (middle - lo) * factor, high: middle + (hi - middle) * factor, factor };
}

/** Mean category of each customer of a group with what it weighs; an answer of no customer stands for itself. */
export type Means = { readonly customers: number[]; readonly means: number[]; readonly weights: (number | null)[] };

/** Rule N10, N14: per customer the mean category of its respondents, weighted by their roles when there are any. */
export function meansOf(answers: Answers, options: ScoreOptions, of?: Int32Array, groups = 1): Means[] {
  const found: Means[] = Array.from({ length: groups }, () => ({ customers: [], means: [], weights: [] }));
  const sum = new Float64Array(groups);
  const total = new Float64Array(groups);
  const touched: number[] = [];
  const { rows, customers, scores, relation, count } = answers;
  const flush = (owner: number): void => {
    for (const g of touched) {
      const group = found[g]!;
      group.customers.push(owner);
      group.means.push(sum[g]! / total[g]!);
      group.weights.push(options.weight === undefined ? 1 : owner < 0 ? null : options.weight(owner));
      sum[g] = 0;
      total[g] = 0;
    }
    touched.length = 0;
  };
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    if (score >= 0 && score <= 10) {
      const g = of === undefined ? 0 : of[i]!;
      const weight = options.role === undefined ? 1 : options.role(relation.party[rows[i]!]!);
      if (total[g] === 0) touched.push(g);
      sum[g]! += weight * (score <= 6 ? -1 : score <= 8 ? 0 : 1);
      total[g]! += weight;
    }
    const owner = customers[i]!;
    if (owner < 0 || i + 1 === count || customers[i + 1] !== owner) flush(owner);
  }
  return found;
}

/**
 * A customer counts as promoter, passive or detractor by the sign of its mean. The interval is Wald on the customers' means
 * whatever method is asked for, since the other two need counts; with weights by the linearised standard error.
 */
export function customerScore({ means, weights }: Means, options: ScoreOptions): NpsCounts {
  const { mean, se, effective, unweighted, n, excluded } = weightedMean(means, weights);
  const half = se === null ? null : zOfLevel(options.level) * se;
  const { low, high, factor } = narrowed(
    {
      lo: mean === null || half === null ? null : mean - half,
      hi: mean === null || half === null ? null : mean + half,
    },
    mean,
    n,
    options.population,
  );
  let [promoters, detractors] = [0, 0];
  means.forEach((m, i) => {
    if (weights[i] === null || !(weights[i]! > 0)) return;
    if (m > 0) promoters++;
    else if (m < 0) detractors++;
  });
  const value = points(mean);
  return {
    responses: n,
    promoters,
    passives: n - promoters - detractors,
    detractors,
    nps: value,
    shown: value === null ? null : rounded(value),
    enough: n >= options.minimum,
    interval: { low: points(low), high: points(high), level: options.level, method: 'wald' },
    finitePopulation: factor,
    weighted:
      options.weight === undefined
        ? null
        : { effective, deff: effective === null ? null : n / effective, excluded, unweighted: points(unweighted) },
  };
}

/** Half away from zero; means of customers are fractions and have no counts to round from. */
function rounded(value: number): number {
  const whole = Math.sign(value) * Math.round(Math.abs(value));
  return whole === 0 ? 0 : whole;
}
