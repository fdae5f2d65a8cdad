import * as z from 'zod';
import { badInput, count, defineMethod, finite, medianOf, number, positive, ratio, sum } from './method.ts';
import { npsOf, npsTotal, type NpsCounts } from './nps.ts';
import { solveVector } from './numeric/linear.ts';
import {
  chiSquareQuantile,
  chiSquareSf,
  gaussLegendre,
  incompleteBeta,
  incompleteGamma,
  normalCdf,
  normalPdf,
} from './numeric/special.ts';

/** Has a mix, a rate or a volume changed? Charts: Montgomery, Introduction to Statistical Quality Control; PSI sampling limits: Yurdakul (2018). */

export interface Psi {
  psi: number | null;
  band: string | null;
  /** 95 % of samples from an unchanged mix stay below it. */
  critical_95: number | null;
  significant: boolean | null;
  terms: (number | null)[];
}

/** Population stability index of two counted mixes. If a cell is empty, `smoothing` is added to every cell first; 0 leaves it undefined. */
export function psi(expected: readonly number[], actual: readonly number[], smoothing = 0.5): Psi {
  const N = sum(expected);
  const M = sum(actual);
  const none = { psi: null, band: null, critical_95: null, significant: null };
  if (N === 0 || M === 0) return { ...none, terms: expected.map(() => null) };
  const empty = expected.some((v) => v === 0) || actual.some((v) => v === 0);
  const add = empty ? smoothing : 0;
  const k = expected.length;
  const terms = expected.map((e, i) => {
    const p = (e + add) / (N + k * add);
    const q = (actual[i]! + add) / (M + k * add);
    return finite((q - p) * Math.log(q / p));
  });
  const value = terms.includes(null) ? null : sum(terms as number[]);
  const critical_95 = k > 1 ? chiSquareQuantile(0.95, k - 1) * (1 / N + 1 / M) : null;
  return {
    psi: value,
    band: value === null ? null : value < 0.1 ? 'small(<0.1)' : value <= 0.25 ? 'moderate(0.1-0.25)' : 'large(>0.25)',
    critical_95,
    significant: value === null || critical_95 === null ? null : value > critical_95,
    terms,
  };
}

/** Two independent samples over the same cells: Pearson, G, Cramer's V, Jensen-Shannon divergence in nats. Cells empty on both sides add nothing. */
export function mixDifference(
  a: readonly number[],
  b: readonly number[],
): {
  chi2: number | null;
  df: number;
  p: number | null;
  G: number | null;
  p_G: number | null;
  cramers_v: number | null;
  js_nats: number | null;
  cells_expected_lt5: number;
} {
  const N = sum(a);
  const M = sum(b);
  const used = a.map((_, i) => i).filter((i) => a[i]! + b[i]! > 0);
  const df = Math.max(0, used.length - 1);
  if (N === 0 || M === 0)
    return { chi2: null, df, p: null, G: null, p_G: null, cramers_v: null, js_nats: null, cells_expected_lt5: 0 };
  let chi2 = 0;
  let G = 0;
  let js = 0;
  let low = 0;
  for (const i of used) {
    const column = a[i]! + b[i]!;
    for (const [observed, total] of [
      [a[i]!, N],
      [b[i]!, M],
    ] as const) {
      const e = (column * total) / (N + M);
      if (e < 5) low++;
      chi2 += (observed - e) ** 2 / e;
      if (observed > 0) {
        G += 2 * observed * Math.log(observed / e);
        const mixed = (a[i]! / N + b[i]! / M) / 2;
        js += ((observed / total) * Math.log(observed / total / mixed)) / 2;
      }
    }
  }
  const test = (x: number): number | null => (df > 0 ? chiSquareSf(Math.max(0, x), df) : null);
  return {
    chi2,
    df,
    p: test(chi2),
    G: Math.max(0, G),
    p_G: test(G),
    cramers_v: df > 0 ? Math.sqrt(chi2 / (N + M)) : null,
    js_nats: Math.max(0, js),
    cells_expected_lt5: low,
  };
}

export interface Cusum {
  upper: (number | null)[];
  lower: (number | null)[];
  signals_1based: number[];
}

/** Tabular CUSUM in units of sigma: C+ = max(0, C+ + z - k), C- likewise, signal above h, no reset. A null point is skipped. */
export function cusum(zScores: readonly (number | null)[], k = 0.5, h = 5): Cusum {
  let up = 0;
  let down = 0;
  const upper: (number | null)[] = [];
  const lower: (number | null)[] = [];
  const signals_1based: number[] = [];
  zScores.forEach((v, i) => {
    if (v === null) {
      upper.push(null);
      lower.push(null);
      return;
    }
    up = Math.max(0, up + v - k);
    down = Math.max(0, down - v - k);
    upper.push(up);
    lower.push(down);
    if (up > h || down > h) signals_1based.push(i + 1);
  });
  return { upper, lower, signals_1based };
}

/** EWMA chart with exact limits mu +- L sigma sqrt(lambda/(2 - lambda) (1 - (1 - lambda)^(2i))). */
export function ewma(
  x: readonly number[],
  mu: number,
  sigma: number,
  lambda = 0.1,
  L = 2.7,
): { z: number[]; lcl: number[]; ucl: number[]; signals_1based: number[] } {
  let value = mu;
  const z: number[] = [];
  const lcl: number[] = [];
  const ucl: number[] = [];
  const signals_1based: number[] = [];
  x.forEach((v, i) => {
    value = lambda * v + (1 - lambda) * value;
    const half = L * sigma * Math.sqrt((lambda / (2 - lambda)) * (1 - (1 - lambda) ** (2 * (i + 1))));
    z.push(value);
    lcl.push(mu - half);
    ucl.push(mu + half);
    if (value > mu + half || value < mu - half) signals_1based.push(i + 1);
  });
  return { z, lcl, ucl, signals_1based };
}

/** Average run length of a one-sided upper CUSUM from 0 under a shift in sigmas (Gauss-Legendre solution of Page's integral equation). */
export function cusumUpperArl(k: number, h: number, shift: number): number | null {
  const { nodes, weights } = gaussLegendre(80, 0, h);
  // Unknowns: the run length from 0 and from each node.
  const from = [0, ...nodes];
  const a = from.map((s, i) =>
    from.map((_, j) => {
      const kernel = j === 0 ? normalCdf(k - s - shift) : weights[j - 1]! * normalPdf(nodes[j - 1]! + k - s - shift);
      return (i === j ? 1 : 0) - kernel;
    }),
  );
  const x = solveVector(
    a,
    from.map(() => 1),
  );
  return x === null || !(x[0]! > 0) ? null : x[0]!;
}

/** Average run length of a two-sided EWMA with asymptotic limits, started at the target. */
export function ewmaArl(lambda: number, L: number, shift: number): number | null {
  const h = L * Math.sqrt(lambda / (2 - lambda));
  const { nodes, weights } = gaussLegendre(161, -h, h);
  const a = nodes.map((u, i) =>
    nodes.map(
      (y, j) => (i === j ? 1 : 0) - (weights[j]! / lambda) * normalPdf((y - (1 - lambda) * u) / lambda - shift),
    ),
  );
  const x = solveVector(
    a,
    nodes.map(() => 1),
  );
  // Nystrom: the value at 0 from the values at the nodes.
  return x === null
    ? null
    : 1 + sum(nodes.map((y, j) => (weights[j]! / lambda) * normalPdf(y / lambda - shift) * x[j]!));
}

/** Waves against pooled baseline waves: z and 3-sigma limits per wave. Waves under `minimum` answers are shown but have no z. */
export function npsChart(
  waves: readonly NpsCounts[],
  baselineWaves: number,
  minimum = 10,
): {
  center: number | null;
  var: number | null;
  points: { n: number; nps: number | null; z: number | null; lcl: number | null; ucl: number | null }[];
} {
  const base = waves.slice(0, baselineWaves).reduce<NpsCounts>(
    (s, w) => ({
      detractors: s.detractors + w.detractors,
      passives: s.passives + w.passives,
      promoters: s.promoters + w.promoters,
    }),
    { detractors: 0, passives: 0, promoters: 0 },
  );
  const { nps: center, var: variance } = npsOf(base);
  return {
    center,
    var: variance,
    points: waves.map((w) => {
      const n = npsTotal(w);
      const nps = npsOf(w).nps;
      const sigma = n > 0 && variance !== null ? Math.sqrt(variance / n) : null;
      return {
        n,
        nps,
        z: sigma === null || n < minimum || nps === null || center === null ? null : ratio(nps - center, sigma),
        lcl: sigma === null || center === null ? null : center - 3 * sigma,
        ucl: sigma === null || center === null ? null : center + 3 * sigma,
      };
    }),
  };
}

/** P(X <= x) of a Poisson count, or of a negative binomial with the given variance when variance/mean exceeds 1.5. */
export function volumeLowerTail(x: number, mean: number, variance?: number): number {
  if (x < 0) return 0;
  if (mean === 0) return 1;
  if (variance !== undefined && variance / mean > 1.5)
    return incompleteBeta((mean * mean) / (variance - mean), x + 1, mean / variance);
  return incompleteGamma(x + 1, mean)[1];
}

/** P(X >= x), the same distributions. */
export function volumeUpperTail(x: number, mean: number, variance?: number): number {
  if (x <= 0) return 1;
  if (mean === 0) return 0;
  if (variance !== undefined && variance / mean > 1.5)
    return incompleteBeta(x, (mean * mean) / (variance - mean), 1 - mean / variance);
  return incompleteGamma(x, mean)[0];
}

/** (x - median)/(1.4826 MAD); MAD 0: 1.2533 x the mean absolute deviation; both 0: null. */
export function robustZ(
  history: readonly number[],
  x: number,
): { median: number | null; mad: number | null; z: number | null } {
  const median = medianOf(history);
  if (median === null) return { median, mad: null, z: null };
  const deviations = history.map((v) => Math.abs(v - median));
  const mad = medianOf(deviations)!;
  const scale = mad > 0 ? 1.4826 * mad : (1.2533 * sum(deviations)) / deviations.length;
  return { median, mad, z: ratio(x - median, scale) };
}

/** Benjamini-Hochberg adjusted p values in input order; null stays null and is not counted. */
export function benjaminiHochberg(
  p: readonly (number | null)[],
  q = 0.1,
): { adjusted: (number | null)[]; selected: number } {
  const order = p
    .map((_, i) => i)
    .filter((i) => p[i] !== null)
    .sort((a, b) => p[a]! - p[b]!);
  const adjusted: (number | null)[] = p.map(() => null);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1]!;
    least = Math.min(least, (p[i]! * order.length) / rank);
    adjusted[i] = least;
  }
  return { adjusted, selected: adjusted.filter((v) => v !== null && v <= q + 1e-12).length };
}

const mixes = z
  .object({ expected: z.array(z.number().nonnegative()), actual: z.array(z.number().nonnegative()) })
  .refine((v) => v.expected.length === v.actual.length, {
    path: ['actual'],
    message: 'expected as many cells as in expected',
  });
const counts = z.object({ detractors: count, passives: count, promoters: count });

const AREA = '6-drift-early-warning';
export const DRIFT_METHODS = [
  defineMethod(
    AREA,
    'drift.psi',
    'Population stability index of a mix, with the value that chance alone reaches.',
    mixes.and(z.object({ smoothing: z.union([z.number().nonnegative(), z.boolean(), z.string()]).nullish() })),
    (i) => psi(i.expected, i.actual, typeof i.smoothing === 'number' ? i.smoothing : i.smoothing === false ? 0 : 0.5),
  ),
  defineMethod(AREA, 'drift.chi2', 'Chi-square, G, Cramer V and Jensen-Shannon of two independent mixes.', mixes, (i) =>
    mixDifference(i.expected, i.actual),
  ),
  defineMethod(
    AREA,
    'drift.cusum',
    'Cumulative sums above and below target, signals and the estimated change.',
    z.object({
      x: z.array(number.nullable()),
      mu: number,
      sigma: positive,
      k: z.number().nonnegative().default(0.5),
      h: positive.default(5),
      at: z.number().int().positive().nullish(),
    }),
    (i) => {
      const chart = cusum(
        i.x.map((v) => (v === null ? null : (v - i.mu) / i.sigma)),
        i.k,
        i.h,
      );
      if (i.at !== null && i.at !== undefined && i.at > i.x.length)
        throw badInput('at', `expected a point from 1 to ${i.x.length}`);
      const at = i.at ?? chart.signals_1based[0] ?? null;
      const run = (side: (number | null)[]): number => {
        let n = 0;
        for (let t = (at ?? 0) - 1; t >= 0 && side[t] !== 0; t--) if (side[t] !== null) n++;
        return n;
      };
      if (at === null)
        return { ...chart, n_plus: null, n_minus: null, estimated_change_after: null, shift_estimate: null };
      const [n_plus, n_minus] = [run(chart.upper), run(chart.lower)];
      const upward = (chart.upper[at - 1] ?? 0) >= (chart.lower[at - 1] ?? 0);
      const side = upward ? chart.upper : chart.lower;
      let start = at - 1;
      while (start >= 0 && side[start] !== 0) start--;
      const n = upward ? n_plus : n_minus;
      const shift = n > 0 && side[at - 1] !== null ? i.sigma * (i.k + side[at - 1]! / n) : null;
      return {
        ...chart,
        n_plus,
        n_minus,
        estimated_change_after: n > 0 ? start + 1 : null,
        shift_estimate: shift === null ? null : upward ? i.mu + shift : i.mu - shift,
      };
    },
  ),
  defineMethod(
    AREA,
    'drift.ewma',
    'Exponentially weighted moving average with exact limits.',
    z.object({
      x: z.array(number),
      mu: number,
      sigma: positive,
      lambda_: z.number().gt(0).max(1).default(0.1),
      L: positive.default(2.7),
    }),
    (i) => ewma(i.x, i.mu, i.sigma, i.lambda_, i.L),
  ),
  defineMethod(
    AREA,
    'drift.arl',
    'Average run length of a CUSUM or EWMA chart.',
    z.discriminatedUnion('chart', [
      z.object({
        chart: z.literal('cusum'),
        k: z.number().nonnegative().default(0.5),
        h: positive.default(5),
        shift: number.default(0),
      }),
      z.object({
        chart: z.literal('ewma'),
        lambda_: z.number().gt(0).max(1).default(0.1),
        L: positive.default(2.7),
        shift: number.default(0),
      }),
    ]),
    (i) => {
      if (i.chart === 'ewma') return { arl: ewmaArl(i.lambda_, i.L, i.shift) };
      const up = cusumUpperArl(i.k, i.h, i.shift);
      const down = cusumUpperArl(i.k, i.h, -i.shift);
      return { arl: up === null || down === null ? up : 1 / (1 / up + 1 / down), arl_upper_only: up };
    },
  ),
  defineMethod(
    AREA,
    'drift.nps_chart',
    'NPS of each wave against baseline waves.',
    z.object({
      waves: z.array(counts),
      baseline_waves: z.number().int().positive(),
      min_n: count.default(10),
      k: z.number().nonnegative().default(0.5),
    }),
    (i) => {
      const chart = npsChart(i.waves, i.baseline_waves, i.min_n);
      const sums = cusum(
        chart.points.map((p) => p.z),
        i.k,
      );
      return { ...chart, cusum_lower: sums.lower, cusum_upper: sums.upper };
    },
  ),
  defineMethod(
    AREA,
    'drift.volume',
    'How unusual a count is against its own baseline.',
    z.object({
      mean: z.number().nonnegative(),
      observed: z.array(count),
      variance: z.number().nonnegative().optional(),
    }),
    (i) => ({
      p_low: i.observed.map((x) => (x < i.mean ? volumeLowerTail(x, i.mean, i.variance) : null)),
      p_high: i.observed.map((x) => (x > i.mean ? volumeUpperTail(x, i.mean, i.variance) : null)),
    }),
  ),
  defineMethod(
    AREA,
    'drift.robust_z',
    'Distance of a value from its own history in robust standard deviations.',
    z.object({ history: z.array(number), x: number }),
    (i) => robustZ(i.history, i.x),
  ),
  defineMethod(
    AREA,
    'drift.fdr',
    'P values adjusted for many alerts at once (Benjamini-Hochberg).',
    z.object({ p: z.array(z.number().min(0).max(1).nullable()), q: z.number().min(0).max(1).default(0.1) }),
    (i) => benjaminiHochberg(i.p, i.q),
  ),
];
