import * as z from 'zod';
import {
  badInput,
  byText,
  count,
  defineMethod,
  finite,
  key,
  level,
  meanOf,
  number,
  positive,
  ratio,
  share,
  sum,
} from './method.ts';
import { instant } from './calendar.ts';
import { bisect } from './numeric/optimise.ts';
import { normalTwoSided, zOfLevel } from './numeric/special.ts';
import { weightedMean } from './nps-estimates.ts';

/**
 * Net Promoter Score: detractors 0-6, passives 7-8, promoters 9-10 (Reichheld 2003). All figures here are fractions in [-1, 1].
 * Intervals: Wald; adjusted Wald with (3/4, 3/2, 3/4) pseudo-answers (Rocks, The American Statistician 2016); score (Tango 1998 form).
 */

export interface NpsCounts {
  detractors: number;
  passives: number;
  promoters: number;
}

export interface Interval {
  lo: number | null;
  hi: number | null;
}

/** -1 detractor, 0 passive, 1 promoter; null for anything but an integer 0-10. */
export function npsCategory(score: number | null | undefined): -1 | 0 | 1 | null {
  if (typeof score !== 'number' || !Number.isInteger(score) || score < 0 || score > 10) return null;
  return score <= 6 ? -1 : score <= 8 ? 0 : 1;
}

/** Counts per category; invalid scores are left out. */
export function npsCounts(scores: Iterable<number | null | undefined>): NpsCounts {
  const counts: NpsCounts = { detractors: 0, passives: 0, promoters: 0 };
  for (const s of scores) {
    const c = npsCategory(s);
    if (c === -1) counts.detractors++;
    else if (c === 0) counts.passives++;
    else if (c === 1) counts.promoters++;
  }
  return counts;
}

export function npsTotal(c: NpsCounts): number {
  return c.detractors + c.passives + c.promoters;
}

/** NPS, variance of one -1/0/+1 answer and standard error; null without answers. */
export function npsOf(c: NpsCounts): { n: number; nps: number | null; var: number | null; se: number | null } {
  const n = npsTotal(c);
  if (n === 0) return { n, nps: null, var: null, se: null };
  const nps = (c.promoters - c.detractors) / n;
  const variance = Math.max(0, (c.promoters + c.detractors) / n - nps * nps);
  return { n, nps, var: variance, se: Math.sqrt(variance / n) };
}

/** Wald interval: NPS +- z x se. */
export function wald(c: NpsCounts, z: number): { nps: number | null; se: number | null } & Interval {
  const { nps, se } = npsOf(c);
  if (nps === null || se === null) return { nps, se, lo: null, hi: null };
  return { nps, se, lo: nps - z * se, hi: nps + z * se };
}

/** Adjusted Wald interval (Rocks 2016): (3/4, 3/2, 3/4) pseudo-answers are added first. Limits are not clipped. The default. */
export function adjustedWald(
  c: NpsCounts,
  z: number,
): { n_adj: number | null; center: number | null; se: number | null } & Interval {
  if (npsTotal(c) === 0) return { n_adj: null, center: null, se: null, lo: null, hi: null };
  const padded = { detractors: c.detractors + 0.75, passives: c.passives + 1.5, promoters: c.promoters + 0.75 };
  const { nps, se } = npsOf(padded) as { nps: number; se: number };
  return { n_adj: npsTotal(padded), center: nps, se, lo: nps - z * se, hi: nps + z * se };
}

/** Iterative score interval (Tango 1998 form) by bisection; stays inside [-1, 1]. */
export function scoreInterval(c: NpsCounts, z: number): Interval {
  const n = npsTotal(c);
  if (n === 0) return { lo: null, hi: null };
  const { detractors: D, promoters: P } = c;
  const estimate = (P - D) / n;
  const statistic = (L: number): number => {
    const B = -D - P + (2 * n - P + D) * L;
    const C = -D * L * (1 - L);
    const q = (Math.sqrt(Math.max(0, B * B - 8 * n * C)) - B) / (4 * n);
    const variance = n * (2 * q + L * (1 - L));
    const gap = P - D - n * L;
    return variance > 0 ? gap / Math.sqrt(variance) : gap === 0 ? 0 : Math.sign(gap) * Infinity;
  };
  return {
    lo: D === n ? -1 : bisect((L) => statistic(L) - z, -1, estimate),
    hi: P === n ? 1 : bisect((L) => statistic(L) + z, estimate, 1),
  };
}

export const INTERVAL_METHODS = ['adjusted_wald', 'wald', 'score'] as const;
export type IntervalMethod = (typeof INTERVAL_METHODS)[number];

/** Interval of an NPS by the named method, unclipped. */
export function npsInterval(c: NpsCounts, method: IntervalMethod = 'adjusted_wald', confidence = 0.95): Interval {
  const z = zOfLevel(confidence);
  const { lo, hi } = method === 'wald' ? wald(c, z) : method === 'score' ? scoreInterval(c, z) : adjustedWald(c, z);
  return { lo, hi };
}

/** NPS in points as shown: an integer, half away from zero, from the counts; null without answers. */
export function npsRound(c: NpsCounts): number | null {
  const n = npsTotal(c);
  if (n === 0) return null;
  const net = c.promoters - c.detractors;
  return finite(Math.sign(net) * Math.floor((200 * Math.abs(net) + n) / (2 * n)));
}

export interface Difference {
  diff: number | null;
  se: number | null;
  z: number | null;
  p: number | null;
  lo: number | null;
  hi: number | null;
}

/** Difference of two independent estimates with its two-sided normal p; z and p are null when the standard error is 0. */
export function difference(
  a: { value: number | null; se: number | null },
  b: { value: number | null; se: number | null },
  z: number,
): Difference {
  if (a.value === null || b.value === null || a.se === null || b.se === null)
    return { diff: null, se: null, z: null, p: null, lo: null, hi: null };
  const diff = a.value - b.value;
  const se = Math.hypot(a.se, b.se);
  const score = se > 0 ? diff / se : null;
  return { diff, se, z: score, p: score === null ? null : normalTwoSided(score), lo: diff - z * se, hi: diff + z * se };
}

/** Two independent waves, a minus b, by Wald and by adjusted Wald. The sign is kept. */
export function npsTwoSample(
  a: NpsCounts,
  b: NpsCounts,
  confidence = 0.95,
): { wald: Difference; adjusted_wald: Difference } {
  const z = zOfLevel(confidence);
  const plain = (c: NpsCounts): { value: number | null; se: number | null } => ({
    value: npsOf(c).nps,
    se: npsOf(c).se,
  });
  const adjusted = (c: NpsCounts): { value: number | null; se: number | null } => ({
    value: adjustedWald(c, z).center,
    se: adjustedWald(c, z).se,
  });
  return { wald: difference(plain(a), plain(b), z), adjusted_wald: difference(adjusted(a), adjusted(b), z) };
}

/** The same customers in two waves: mean within-customer change of category with the population variance. Cells: [before, after, count]. */
export function npsPaired(cells: readonly (readonly [number, number, number])[]): {
  n: number;
  diff: number | null;
  se: number | null;
  z: number | null;
  p: number | null;
} {
  const n = sum(cells.map((c) => c[2]));
  if (n === 0) return { n, diff: null, se: null, z: null, p: null };
  const diff = sum(cells.map(([a, b, c]) => (b - a) * c)) / n;
  const variance = sum(cells.map(([a, b, c]) => (b - a - diff) ** 2 * c)) / n;
  const se = Math.sqrt(variance / n);
  const z = se > 0 ? diff / se : null;
  return { n, diff, se, z, p: z === null ? null : normalTwoSided(z) };
}

/** Finite population factor sqrt((N - n)/(N - 1)); 0 for a census. */
export function finitePopulation(n: number, population: number): number {
  return n >= population ? 0 : Math.sqrt((population - n) / (population - 1));
}

export interface ParsedScores {
  scores: (number | null)[];
  invalid_out_of_range: number;
  invalid_non_integer: number;
  non_numeric: number;
  missing: number;
}

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const LABELLED = /^\s*(\d{1,2})\s*[-–:]\s*[^\d\s].*$/s;

export type ScoreReading =
  | { score: number }
  | { reason: 'missing' | 'invalid_non_integer' | 'invalid_out_of_range' | 'non_numeric' };

/** Reads one raw answer: blank, number, number with a label ("10 - Extremely likely"), or not a number. */
export function parseScore(raw: string | number | null | undefined): ScoreReading {
  const text = raw === null || raw === undefined ? '' : String(raw).trim();
  if (text === '') return { reason: 'missing' };
  const labelled = NUMERIC.test(text) ? null : LABELLED.exec(text);
  if (!labelled && !NUMERIC.test(text)) return { reason: 'non_numeric' };
  const value = Number(labelled ? labelled[1] : text);
  if (!Number.isInteger(value)) return { reason: 'invalid_non_integer' };
  if (value < 0 || value > 10) return { reason: 'invalid_out_of_range' };
  return { score: value === 0 ? 0 : value };
}

export function parseScores(raw: readonly (string | number | null)[]): ParsedScores {
  const result: ParsedScores = {
    scores: [],
    invalid_out_of_range: 0,
    invalid_non_integer: 0,
    non_numeric: 0,
    missing: 0,
  };
  for (const r of raw) {
    const reading = parseScore(r);
    if ('score' in reading) result.scores.push(reading.score);
    else {
      result.scores.push(null);
      result[reading.reason]++;
    }
  }
  return result;
}

/** Weighted NPS with the linearised standard error and Kish's effective n. Rows without a valid score or a positive weight are left out and counted. */
export function weightedNps(
  scores: readonly (number | null)[],
  weights: readonly (number | null)[],
): {
  nps: number | null;
  se: number | null;
  n_eff: number | null;
  deff: number | null;
  unweighted_nps: number | null;
  n: number;
  excluded: number;
} {
  const categories: number[] = [];
  const held: (number | null | undefined)[] = [];
  scores.forEach((s, i) => {
    const x = npsCategory(s);
    if (x === null) return;
    categories.push(x);
    held.push(weights[i]);
  });
  const { mean, se, effective, unweighted, n } = weightedMean(categories, held);
  return {
    nps: mean,
    se,
    n_eff: effective,
    deff: effective === null ? null : n / effective,
    unweighted_nps: unweighted,
    n,
    excluded: scores.length - n,
  };
}

/** Response rates over what was delivered (invited less bounced and not sent), with partial answers, and over all invited. */
export function responseRates(i: {
  invited: number;
  bounced: number;
  not_sent: number;
  valid_responders: number;
  partial: number;
}): {
  delivered: number;
  response_rate: number | null;
  response_rate_incl_partial: number | null;
  gross_rate: number | null;
} {
  const delivered = i.invited - i.bounced - i.not_sent;
  return {
    delivered,
    response_rate: ratio(i.valid_responders, delivered),
    response_rate_incl_partial: ratio(i.valid_responders + i.partial, delivered),
    gross_rate: ratio(i.valid_responders, i.invited),
  };
}

/** Exact answers needed so that z x se does not exceed `moe`: z^2 var / moe^2. */
export function npsSampleSize(
  p: number,
  d: number,
  moe: number,
  z: number,
  population?: number,
): { n0: number; n: number } {
  const n0 = (z * z * (p + d - (p - d) ** 2)) / (moe * moe);
  const needed = population === undefined ? n0 : population === 0 ? 0 : (population * n0) / (population + n0 - 1);
  return { n0, n: ceiling(needed) };
}

/** Ceiling that ignores rounding noise of the last digits. */
function ceiling(x: number): number {
  return Math.max(0, Math.ceil(x - 1e-9 * Math.max(1, Math.abs(x))));
}

/** The n at which the adjusted-Wald half-width equals `moe`. */
export function npsSampleSizeAdjusted(p: number, d: number, moe: number, z: number): { n_real: number; n: number } {
  const excess = (n: number): number =>
    z * npsOf({ detractors: n * d + 0.75, passives: n * (1 - p - d) + 1.5, promoters: n * p + 0.75 }).se! - moe;
  if (excess(0) <= 0) return { n_real: 0, n: 0 };
  let high = 1;
  while (excess(high) > 0) high *= 2;
  const n_real = bisect(excess, 0, high);
  return { n_real, n: ceiling(n_real) };
}

export interface Answer {
  customer: string;
  contact: string;
  /** Instant in milliseconds. */
  at: number;
  score: number | null;
}

/** One answer per contact in `[from, to)`: the latest (or first), ties by ingestion order. Sorted by contact. */
export function dedupeAnswers(
  answers: readonly Answer[],
  from: number,
  to: number,
  policy: 'latest' | 'first' = 'latest',
): Answer[] {
  const kept = new Map<string, Answer>();
  for (const a of answers) {
    if (a.at < from || a.at >= to || npsCategory(a.score) === null) continue;
    const had = kept.get(a.contact);
    if (!had || (policy === 'latest' ? a.at >= had.at : a.at < had.at)) kept.set(a.contact, a);
  }
  return [...kept.values()].sort((a, b) => byText(a.contact, b.contact));
}

/** Mean category per account and the mean of those means; each account weighs the same. */
export function accountNps(answers: readonly Answer[]): { means: Map<string, number>; nps: number | null } {
  const byAccount = new Map<string, number[]>();
  for (const a of answers) byAccount.set(a.customer, [...(byAccount.get(a.customer) ?? []), npsCategory(a.score)!]);
  const means = new Map([...byAccount].sort(([a], [b]) => byText(a, b)).map(([id, v]) => [id, meanOf(v)!]));
  return { means, nps: meanOf([...means.values()]) };
}

export interface SegmentShare {
  n: number;
  nps: number | null;
}

/**
 * Change of a rate split into mix and rate per segment, midpoint form: mix = (w1 - w0)(m0 + m1)/2, rate = (w0 + w1)/2 (m1 - m0).
 * The parts add up to the change exactly. A segment absent from one side keeps the other side's rate.
 */
export function mixAndRate(
  before: ReadonlyMap<string, SegmentShare>,
  after: ReadonlyMap<string, SegmentShare>,
): {
  nps0: number | null;
  nps1: number | null;
  delta: number | null;
  mix: number | null;
  rate: number | null;
  by_segment: Map<string, { mix: number | null; rate: number | null }>;
} {
  const total = (side: ReadonlyMap<string, SegmentShare>): number => sum([...side.values()].map((s) => s.n));
  const [n0, n1] = [total(before), total(after)];
  const overall = (side: ReadonlyMap<string, SegmentShare>, n: number): number | null =>
    n === 0 ? null : sum([...side.values()].map((s) => (s.n === 0 ? 0 : s.n * s.nps!))) / n;
  const [nps0, nps1] = [overall(before, n0), overall(after, n1)];
  const by_segment = new Map<string, { mix: number | null; rate: number | null }>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (nps0 === null || nps1 === null) {
      by_segment.set(name, { mix: null, rate: null });
      continue;
    }
    const [a, b] = [before.get(name), after.get(name)];
    const [w0, w1] = [(a?.n ?? 0) / n0, (b?.n ?? 0) / n1];
    const m0 = a && a.n > 0 ? a.nps! : b && b.n > 0 ? b.nps! : 0;
    const m1 = b && b.n > 0 ? b.nps! : m0;
    by_segment.set(name, { mix: ((w1 - w0) * (m0 + m1)) / 2, rate: ((w0 + w1) / 2) * (m1 - m0) });
  }
  const parts = [...by_segment.values()];
  const defined = nps0 !== null && nps1 !== null;
  return {
    nps0,
    nps1,
    delta: defined ? nps1 - nps0 : null,
    mix: defined ? sum(parts.map((p) => p.mix!)) : null,
    rate: defined ? sum(parts.map((p) => p.rate!)) : null,
    by_segment,
  };
}

/** Effect of each theme: the total less the NPS of answers without it, and the points its answers contribute. Themes overlap, so contributions do not add up. */
export function themeImpact(rows: readonly { score: number | null; themes: readonly string[] }[]): {
  nps: number | null;
  themes: Map<
    string,
    {
      n: number;
      nps_with: number | null;
      nps_without: number | null;
      impact_on_total: number | null;
      contribution_points: number | null;
    }
  >;
} {
  const valid = rows.map((r) => ({ x: npsCategory(r.score), themes: new Set(r.themes) })).filter((r) => r.x !== null);
  const nps = meanOf(valid.map((r) => r.x!));
  const names = [...new Set(valid.flatMap((r) => [...r.themes]))].sort(byText);
  return {
    nps,
    themes: new Map(
      names.map((name) => {
        const inside = valid.filter((r) => r.themes.has(name)).map((r) => r.x!);
        const without = meanOf(valid.filter((r) => !r.themes.has(name)).map((r) => r.x!));
        return [
          name,
          {
            n: inside.length,
            nps_with: meanOf(inside),
            nps_without: without,
            impact_on_total: nps === null || without === null ? null : nps - without,
            contribution_points: sum(inside) / valid.length,
          },
        ];
      }),
    ),
  };
}

const counts = z.object({
  detractors: z.number().nonnegative(),
  passives: z.number().nonnegative(),
  promoters: z.number().nonnegative(),
});
const wholeCounts = z.object({ detractors: count, passives: count, promoters: count });
const score = z
  .union([number, z.string()])
  .nullable()
  .transform((raw) => {
    const reading = parseScore(raw);
    return 'score' in reading ? reading.score : null;
  });
const shares = z
  .object({ p: share, d: share, moe: positive, conf: level.default(0.95) })
  .refine((v) => v.p + v.d <= 1 + 1e-12, { path: ['d'], message: 'expected p + d of at most 1' });

/** Which of three numbers is which, from words such as "detractors, passives, promoters". */
function columnsOf(order: string | undefined): [number, number, number] {
  const words = (order ?? '')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  const at = (test: (w: string) => boolean): number => words.findIndex(test);
  const d = at((w) => w.startsWith('d'));
  const pa = at((w) => w.startsWith('pa') || w === 'n' || w === 'neutral');
  const pr = at((w) => w.startsWith('pr') || w === 'p');
  return new Set([d, pa, pr]).size === 3 && Math.min(d, pa, pr) === 0 && Math.max(d, pa, pr) === 2
    ? [d, pa, pr]
    : [0, 1, 2];
}
function segmentsOf(
  side: Record<string, number[]>,
  order: string | undefined,
  path: string,
): Map<string, SegmentShare> {
  const [d, , p] = columnsOf(order);
  return new Map(
    Object.entries(side).map(([name, v]) => {
      if (v.length === 2) return [name, { n: v[0]!, nps: v[0]! > 0 ? v[1]! : null }];
      if (v.length !== 3)
        throw badInput(`${path}.${name}`, 'expected [detractors, passives, promoters] or [answers, nps]');
      const n = sum(v);
      return [name, { n, nps: ratio(v[p]! - v[d]!, n) }];
    }),
  );
}

const AREA = '2-nps';
export const NPS_METHODS = [
  defineMethod(
    AREA,
    'nps.basic',
    'NPS, variance and standard error of a list of scores.',
    z
      .object({
        scores: z.array(score).optional(),
        histogram: z.union([z.array(count).max(11), z.record(z.string(), count)]).optional(),
      })
      .refine((v) => v.scores !== undefined || v.histogram !== undefined, {
        path: ['scores'],
        message: 'expected scores or a histogram',
      }),
    (i) => {
      const c = npsCounts(i.scores ?? []);
      for (const [s, n] of Object.entries(i.histogram ?? {})) {
        const reading = parseScore(s);
        const category = 'score' in reading ? npsCategory(reading.score) : null;
        if (category === -1) c.detractors += n;
        else if (category === 0) c.passives += n;
        else if (category === 1) c.promoters += n;
      }
      const { n, nps, var: variance, se } = npsOf(c);
      return { n, ...c, nps, var: variance, se };
    },
  ),
  defineMethod(AREA, 'nps.segment', 'NPS and standard error from counts.', counts, (i) => npsOf(i)),
  defineMethod(
    AREA,
    'nps.parse',
    'Scores from raw answers, with the invalid ones counted by reason.',
    z.object({ raw: z.array(z.union([z.string(), number]).nullable()) }),
    (i) => parseScores(i.raw),
  ),
  defineMethod(
    AREA,
    'nps.ci',
    'NPS with Wald, adjusted Wald and score intervals.',
    counts.extend({ conf: level.default(0.95) }),
    (i) => {
      const z95 = zOfLevel(i.conf);
      return { wald: wald(i, z95), adjusted_wald: adjustedWald(i, z95), iterative_score: scoreInterval(i, z95) };
    },
  ),
  defineMethod(
    AREA,
    'nps.two_sample',
    'Difference of two independent NPS with a test.',
    z.object({ a: counts, b: counts, conf: level.default(0.95) }),
    (i) => npsTwoSample(i.a, i.b, i.conf),
  ),
  defineMethod(
    AREA,
    'nps.paired',
    'Change of NPS among the same customers in two waves.',
    z.object({
      cells: z.array(z.tuple([z.number().min(-1).max(1), z.number().min(-1).max(1), z.number().nonnegative()])),
    }),
    (i) => npsPaired(i.cells),
  ),
  defineMethod(
    AREA,
    'nps.fpc',
    'NPS interval when the respondents are a large part of all customers.',
    counts.extend({ population: count, conf: level.default(0.95) }),
    (i) => {
      const n = npsTotal(i);
      if (n > i.population) throw badInput('population', `expected at least the ${n} answers`);
      const z95 = zOfLevel(i.conf);
      const { nps, se } = npsOf(i);
      const { center, se: adjusted } = adjustedWald(i, z95);
      if (nps === null || se === null || center === null || adjusted === null) {
        return {
          fpc: null,
          se_wald: null,
          se_wald_fpc: null,
          lo: null,
          hi: null,
          adj_se_fpc: null,
          adj_lo: null,
          adj_hi: null,
        };
      }
      const fpc = finitePopulation(n, i.population);
      return {
        fpc,
        se_wald: se,
        se_wald_fpc: se * fpc,
        lo: nps - z95 * se * fpc,
        hi: nps + z95 * se * fpc,
        adj_se_fpc: adjusted * fpc,
        adj_lo: center - z95 * adjusted * fpc,
        adj_hi: center + z95 * adjusted * fpc,
      };
    },
  ),
  defineMethod(
    AREA,
    'nps.sample_size',
    'Answers needed for a margin of error.',
    shares.and(z.object({ population: z.number().nonnegative().optional() })),
    (i) => npsSampleSize(i.p, i.d, i.moe, zOfLevel(i.conf), i.population),
  ),
  defineMethod(
    AREA,
    'nps.sample_size_adj',
    'Answers needed for a margin of error by the adjusted Wald interval.',
    shares,
    (i) => npsSampleSizeAdjusted(i.p, i.d, i.moe, zOfLevel(i.conf)),
  ),
  defineMethod(
    AREA,
    'nps.weighted',
    'Weighted NPS with its standard error and effective number of answers.',
    z.object({ scores: z.array(score), weights: z.array(number.nullable()) }),
    (i) => {
      if (i.weights.length !== i.scores.length)
        throw badInput('weights', `expected ${i.scores.length} values, one per score`);
      return weightedNps(i.scores, i.weights);
    },
  ),
  defineMethod(AREA, 'nps.round', 'NPS in points as shown, rounded once, half away from zero.', wholeCounts, (i) => ({
    nps_display: npsRound(i),
    exact: ratio(100 * (i.promoters - i.detractors), npsTotal(i)),
  })),
  defineMethod(
    AREA,
    'nps.dedupe',
    'One answer per contact in a wave, by contact and by account.',
    z.object({
      responses: z.array(z.object({ customer: key.nullish(), contact: key.nullish(), ts: instant, score })),
      wave: z.tuple([instant, instant]),
    }),
    (i) => {
      const answers = i.responses.map((r, n): Answer => ({
        customer: r.customer ?? r.contact ?? `row ${n}`,
        contact: r.contact ?? r.customer ?? `row ${n}`,
        at: r.ts,
        score: r.score,
      }));
      const [from, to] = i.wave;
      const kept = dedupeAnswers(answers, from, to);
      const accounts = accountNps(kept);
      const pooled = answers.filter((a) => a.at >= from && a.at < to);
      return {
        kept: kept.map((a) => ({ contact: a.contact, score: a.score })),
        contact_nps: npsOf(npsCounts(kept.map((a) => a.score))).nps,
        account_mean: Object.fromEntries(accounts.means),
        account_nps_mean_of_means: accounts.nps,
        first_policy_nps: npsOf(npsCounts(dedupeAnswers(answers, from, to, 'first').map((a) => a.score))).nps,
        pooled_nps: npsOf(npsCounts(pooled.map((a) => a.score))).nps,
      };
    },
  ),
  defineMethod(
    AREA,
    'nps.response_rate',
    'Response rates over delivered and over all invitations.',
    z.object({
      invited: count,
      bounced: count.default(0),
      not_sent: count.default(0),
      valid_responders: count,
      partial: count.default(0),
    }),
    (i) => {
      if (i.invited - i.bounced - i.not_sent < 0)
        throw badInput('bounced', 'expected bounced and not sent of at most the invited');
      return responseRates(i);
    },
  ),
  defineMethod(
    AREA,
    'nps.decompose',
    'Change of NPS split into mix and rate per segment.',
    z.object({
      before: z.record(z.string(), z.array(number)),
      after: z.record(z.string(), z.array(number)),
      order: z.union([z.string(), z.array(z.string())]).optional(),
    }),
    (i) => {
      const order = Array.isArray(i.order) ? i.order.join(' ') : i.order;
      const { by_segment, ...rest } = mixAndRate(
        segmentsOf(i.before, order, 'before'),
        segmentsOf(i.after, order, 'after'),
      );
      return { ...rest, by_segment: Object.fromEntries(by_segment) };
    },
  ),
  defineMethod(
    AREA,
    'nps.themes',
    'Effect of each theme of the answers on the NPS.',
    z.object({
      rows: z.array(
        z.object({
          score,
          themes: z
            .array(z.string())
            .nullish()
            .transform((v) => v ?? []),
        }),
      ),
    }),
    (i) => {
      const { nps, themes } = themeImpact(i.rows);
      return { nps, themes: Object.fromEntries(themes) };
    },
  ),
];
