import { finite, sum } from './method.ts';

/** Estimates of a survey score beyond plain counts: weights, post-stratification, exposure, keyness of words. */

export interface WeightedMean {
  mean: number | null;
  /** Linearised standard error: sqrt(sum w^2 (x - mean)^2) / sum w. */
  se: number | null;
  /** Kish's effective n: (sum w)^2 / sum w^2 (Kish, Survey Sampling, 1965). */
  effective: number | null;
  unweighted: number | null;
  n: number;
  /** Values without a positive weight; they are left out. */
  excluded: number;
}

/** Weighted mean of values with its linearised standard error and Kish's effective n. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number | null | undefined>): WeightedMean {
  let [n, total, squares, weighted, plain] = [0, 0, 0, 0, 0];
  const used = (w: number | null | undefined): w is number => typeof w === 'number' && w > 0 && w < Infinity;
  for (let i = 0; i < values.length; i++) {
    const w = weights[i];
    if (!used(w)) continue;
    n++;
    total += w;
    weighted += w * values[i]!;
    plain += values[i]!;
  }
  const excluded = values.length - n;
  if (n === 0) return { mean: null, se: null, effective: null, unweighted: null, n, excluded };
  const mean = weighted / total;
  let spread = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weights[i];
    if (!used(w)) continue;
    squares += (w / total) ** 2;
    spread += ((w / total) * (values[i]! - mean)) ** 2;
  }
  return {
    mean: finite(mean),
    se: Math.sqrt(spread),
    effective: 1 / squares,
    unweighted: finite(plain / n),
    n,
    excluded,
  };
}

export interface Stratum {
  /** Size in the population. */
  size: number;
  /** Answers, their mean and the variance of one of them. */
  n: number;
  mean: number | null;
  variance: number | null;
}

/**
 * Post-stratified mean: each stratum weighs by its share of the population, over the strata with answers. `covered` is their
 * share of the population. Standard error sqrt(sum W^2 var / n) (Cochran, Sampling Techniques, 1977, 5A.9, first term).
 */
export function postStratified(strata: readonly Stratum[]): {
  mean: number | null;
  se: number | null;
  covered: number | null;
} {
  const total = sum(strata.map((s) => s.size));
  const heard = strata.filter((s) => s.n > 0 && s.size > 0);
  const reached = sum(heard.map((s) => s.size));
  if (total === 0 || reached === 0) return { mean: null, se: null, covered: total === 0 ? null : 0 };
  const weight = (s: Stratum): number => s.size / reached;
  return {
    mean: finite(sum(heard.map((s) => weight(s) * s.mean!))),
    se: Math.sqrt(sum(heard.map((s) => (weight(s) ** 2 * s.variance!) / s.n))),
    covered: reached / total,
  };
}

/**
 * Points of a journey by exposure: detractor share x revenue, largest first; ties keep their order, points without a share
 * come last. The unit of the exposure is that of the revenue.
 */
export function byExposure<T extends { share: number | null; revenue: number }>(
  points: readonly T[],
): (T & { exposure: number | null })[] {
  return points
    .map((point) => ({ ...point, exposure: point.share === null ? null : point.share * point.revenue }))
    .sort((a, b) => (b.exposure ?? -Infinity) - (a.exposure ?? -Infinity) || 0);
}

/**
 * Keyness of a word: Dunning's log-likelihood G2 of its use in one body of texts against another, signed by where it is
 * more frequent ("Accurate methods for the statistics of surprise and coincidence", 1993). `a` of `c` texts and `b` of `d`.
 */
export function keyness(a: number, b: number, c: number, d: number): number | null {
  if (c === 0 || d === 0 || a + b === 0) return null;
  const cells = [
    [a, (c * (a + b)) / (c + d)],
    [b, (d * (a + b)) / (c + d)],
    [c - a, (c * (c - a + d - b)) / (c + d)],
    [d - b, (d * (c - a + d - b)) / (c + d)],
  ] as const;
  const g = 2 * sum(cells.map(([seen, expected]) => (seen === 0 ? 0 : seen * Math.log(seen / expected))));
  return finite(a / c >= b / d ? g : -g);
}
