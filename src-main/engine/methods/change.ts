import { volumeLowerTail, volumeUpperTail } from './drift.ts';
import { meanOf, sum } from './method.ts';
import { solveVector } from './numeric/linear.ts';
import { chiSquareSf, incompleteBeta, normalTwoSided } from './numeric/special.ts';

/** Is one period different from the one before it? Tests for counts, for the same units twice, for clustered mixes and for amounts. */

/** P(X <= x) of a binomial count. */
export function binomialLowerTail(x: number, n: number, share: number): number {
  return x < 0 ? 0 : x >= n ? 1 : incompleteBeta(n - x, x + 1, 1 - share);
}

/** P(X >= x) of a binomial count. */
export function binomialUpperTail(x: number, n: number, share: number): number {
  return x <= 0 ? 1 : x > n ? 0 : incompleteBeta(x, n - x + 1, share);
}

/**
 * The same units on two days (McNemar 1947, exact): `left` had a property and have it no longer, `joined` the other way round.
 * Two-sided p that both are as likely; null when nobody changed.
 */
export function mcnemar(left: number, joined: number): number | null {
  const n = left + joined;
  return n === 0 ? null : Math.min(1, 2 * binomialLowerTail(Math.min(left, joined), n, 0.5));
}

/**
 * The same units in k categories on two days (Stuart 1955, Maxwell 1970): are the margins of the table of counts from -> to
 * alike? Categories that nobody entered or left are no part of it. Null when nobody changed.
 */
export function marginalHomogeneity(
  table: readonly (readonly number[])[],
): { chi2: number; df: number; p: number } | null {
  const rows = table.map((row) => sum(row));
  const columns = table.map((_, j) => sum(table.map((row) => row[j]!)));
  const used = table.map((_, i) => i).filter((i) => rows[i]! + columns[i]! - 2 * table[i]![i]! > 0);
  // The differences add up to 0, so that one category follows from the others.
  const free = used.slice(0, -1);
  if (free.length === 0) return null;
  const d = free.map((i) => rows[i]! - columns[i]!);
  const S = free.map((i) =>
    free.map((j) => (i === j ? rows[i]! + columns[i]! - 2 * table[i]![i]! : -(table[i]![j]! + table[j]![i]!))),
  );
  const x = solveVector(S, d);
  if (x === null) return null;
  const chi2 = Math.max(0, sum(x.map((v, i) => v * d[i]!)));
  return { chi2, df: free.length, p: chiSquareSf(chi2, free.length) };
}

/** Distance of two shares on the arcsine scale, b - a: the standard deviation of a share is the same everywhere on it (Cohen 1988, h). */
export function cohenH(a: number, b: number): number {
  return 2 * Math.asin(Math.sqrt(b)) - 2 * Math.asin(Math.sqrt(a));
}

export interface VolumeChange {
  /** What the period would hold at the rate of the baseline. */
  expected: number;
  /** Two-sided p; null when nothing was counted in either. */
  p: number | null;
  /** `binomial`: Poisson counts compared by their conditional distribution (Przyborowski and Wilenski 1940). */
  method: 'binomial' | 'negative binomial';
  /** Variance of a block over its mean. */
  dispersion: number | null;
}

/**
 * A count against equal blocks before it. `exposure` is the length of the counted period in blocks.
 * Poisson blocks (variance/mean at most 1.5): the exact conditional test, which knows that the baseline is a sample.
 * Otherwise the negative binomial with the variance of a prediction: r v (1 + r/B), times (1 + a)/(1 - a) for blocks that
 * follow each other with autocorrelation a > 0.
 */
export function volumeChange(baseline: readonly number[], observed: number, exposure: number): VolumeChange {
  const B = baseline.length;
  const mean = meanOf(baseline);
  if (mean === null) throw new RangeError('a baseline needs blocks');
  const expected = mean * exposure;
  const variance = sum(baseline.map((x) => (x - mean) ** 2)) / B;
  const dispersion = mean === 0 ? null : variance / mean;
  if (dispersion === null || dispersion <= 1.5) {
    const n = sum(baseline) + observed;
    const share = exposure / (exposure + B);
    const p =
      n === 0
        ? null
        : Math.min(1, 2 * Math.min(binomialLowerTail(observed, n, share), binomialUpperTail(observed, n, share)));
    return { expected, p, method: 'binomial', dispersion };
  }
  const a = Math.max(0, Math.min(0.9, autocorrelation(baseline, mean)));
  const predicted = exposure * variance * (1 + exposure / B) * ((1 + a) / (1 - a));
  const p = Math.min(
    1,
    2 * Math.min(volumeLowerTail(observed, expected, predicted), volumeUpperTail(observed, expected, predicted)),
  );
  return { expected, p, method: 'negative binomial', dispersion };
}

/** Correlation of each value with the next over the variance of all, with Kendall's correction (1954) for short series. */
function autocorrelation(x: readonly number[], mean: number): number {
  let both = 0;
  let all = 0;
  x.forEach((v, i) => {
    all += (v - mean) ** 2;
    if (i > 0) both += (v - mean) * (x[i - 1]! - mean);
  });
  const n = x.length;
  return all === 0 || n <= 3 ? 0 : ((n * both) / all + 1) / (n - 3);
}

/**
 * Rank sum of two samples (Mann and Whitney 1947): two-sided normal p with ties and continuity corrected, and the share of
 * pairs in which the value of `b` is the larger, ties half. Null when either is empty; p is null when all values are equal.
 */
export function rankSum(a: readonly number[], b: readonly number[]): { p: number | null; superiority: number } | null {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return null;
  const all = [...a.map((value) => ({ value, b: 0 })), ...b.map((value) => ({ value, b: 1 }))].sort(
    (x, y) => x.value - y.value,
  );
  let ranksOfB = 0;
  let ties = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    let members = 0;
    for (; j < all.length && all[j]!.value === all[i]!.value; j++) members += all[j]!.b;
    const t = j - i;
    ranksOfB += members * (i + (t + 1) / 2);
    ties += t ** 3 - t;
    i = j;
  }
  const U = ranksOfB - (m * (m + 1)) / 2;
  const N = n + m;
  const variance = ((n * m) / 12) * (N + 1 - ties / (N * (N - 1)));
  const distance = Math.abs(U - (n * m) / 2);
  return {
    superiority: U / (n * m),
    p: variance > 0 ? normalTwoSided(Math.max(0, distance - 0.5) / Math.sqrt(variance)) : null,
  };
}

/** Rows of one period by category, with what the variance between clusters (the rows of one customer) needs. */
export class ClusteredCounts {
  readonly rows: Float64Array;
  private readonly squares: Float64Array;
  private readonly products: Float64Array;
  private sizes = 0;
  clusters = 0;
  total = 0;

  constructor(categories: number) {
    this.rows = new Float64Array(categories);
    this.squares = new Float64Array(categories);
    this.products = new Float64Array(categories);
  }

  /** Adds one cluster: its rows per category. */
  add(counts: ArrayLike<number>): void {
    let size = 0;
    for (let j = 0; j < counts.length; j++) size += counts[j]!;
    if (size === 0) return;
    this.clusters++;
    this.total += size;
    this.sizes += size * size;
    for (let j = 0; j < counts.length; j++) {
      this.rows[j]! += counts[j]!;
      this.squares[j]! += counts[j]! ** 2;
      this.products[j]! += counts[j]! * size;
    }
  }

  share(j: number): number {
    return this.rows[j]! / this.total;
  }

  /** Variance of the share of a category between clusters, over what independent rows would have. */
  designEffect(j: number): number {
    const p = this.share(j);
    if (this.clusters < 2 || p === 0 || p === 1) return 1;
    const spread = this.squares[j]! - 2 * p * this.products[j]! + p * p * this.sizes;
    const variance = (spread / this.total ** 2) * (this.clusters / (this.clusters - 1));
    return variance / ((p * (1 - p)) / this.total);
  }
}

/**
 * Pearson's chi-square of two mixes of clustered rows with the first-order correction of Rao and Scott (1981): divided by the
 * mean design effect, which is never taken below 1. Null without rows on a side or with fewer than two categories in use.
 */
export function clusteredMix(
  a: ClusteredCounts,
  b: ClusteredCounts,
): { chi2: number; corrected: number; effect: number; df: number; p: number } | null {
  const n = a.total + b.total;
  const used = [...a.rows.keys()].filter((j) => a.rows[j]! + b.rows[j]! > 0);
  const df = used.length - 1;
  if (a.total === 0 || b.total === 0 || df < 1) return null;
  let chi2 = 0;
  let effects = 0;
  for (const side of [a, b]) {
    for (const j of used) {
      const pooled = (a.rows[j]! + b.rows[j]!) / n;
      const p = side.share(j);
      chi2 += (side.rows[j]! - pooled * side.total) ** 2 / (pooled * side.total);
      effects += (1 - side.total / n) * (1 - p) * (p / pooled) * side.designEffect(j);
    }
  }
  const effect = Math.max(1, effects / df);
  const corrected = chi2 / effect;
  return { chi2, corrected, effect, df, p: chiSquareSf(corrected, df) };
}
