import * as z from 'zod';
import { defineMethod, finite, number, sum } from './method.ts';
import { digamma, trigamma, zOfLevel } from './numeric/special.ts';

/**
 * How evenly touches are spaced. Burstiness B: Goh & Barabasi (2008); finite-size A: Kim & Jo (2016) eq. 22 with n = number of gaps;
 * memory M: Pearson correlation of successive gaps; LV: local variation (Shinomoto et al. 2003). SD is the population SD.
 */

/** Ascending numbers readable by index: an array or a typed array. */
export type Series = ArrayLike<number>;

export interface Spacing {
  /** Events and gaps between them. */
  events: number;
  gaps: number;
  mean: number | null;
  sd: number | null;
  cv: number | null;
  B: number | null;
  /** Kim & Jo's A with n = number of gaps; shown instead of B below 30 gaps. */
  A: number | null;
  /** The same with n = number of events, as two public programs have it. */
  A_events: number | null;
  M: number | null;
  LV: number | null;
  maxClosed: number | null;
  /** Days since the last event, censored at asOf. */
  open: number | null;
  maxInclOpen: number | null;
}

function kimJo(cv: number, n: number): number | null {
  if (n < 2) return null;
  const high = Math.sqrt(n + 1);
  const low = Math.sqrt(n - 1);
  return finite((high * cv - low) / ((high - 2) * cv + low));
}

/** A result to be filled again and again, so that a pass over many customers makes none per customer. */
export function emptySpacing(): Spacing {
  return {
    events: 0,
    gaps: 0,
    mean: null,
    sd: null,
    cv: null,
    B: null,
    A: null,
    A_events: null,
    M: null,
    LV: null,
    maxClosed: null,
    open: null,
    maxInclOpen: null,
  };
}

/**
 * Spacing of the events `days[from..to)`, ascending and already collapsed, as of `asOf`. Two passes, no allocation but the result,
 * which `into` takes when it is given. One gap gives the mean only; A needs 2 gaps; M needs 3 and spread on both sides; LV is null
 * where two successive gaps are 0.
 */
export function spacingOf(
  days: Series,
  from = 0,
  to = days.length,
  asOf: number | null = null,
  into: Spacing = emptySpacing(),
): Spacing {
  const events = Math.max(0, to - from);
  const gaps = Math.max(0, events - 1);
  const open = events === 0 || asOf === null ? null : asOf - days[to - 1]!;
  into.events = events;
  into.gaps = gaps;
  into.open = open;
  if (gaps === 0) {
    into.mean = into.sd = into.cv = into.B = into.A = into.A_events = into.M = into.LV = into.maxClosed = null;
    into.maxInclOpen = open;
    return into;
  }
  const mean = (days[to - 1]! - days[from]!) / gaps;
  let squares = 0;
  let max = 0;
  let lv: number | null = 0;
  let previous = -1;
  // M: the first n-1 and the last n-1 gaps, each with its own mean.
  const firstMean = gaps > 1 ? (days[to - 2]! - days[from]!) / (gaps - 1) : 0;
  const lastMean = gaps > 1 ? (days[to - 1]! - days[from + 1]!) / (gaps - 1) : 0;
  let firstSquares = 0;
  let lastSquares = 0;
  let cross = 0;
  for (let i = from + 1; i < to; i++) {
    const gap = days[i]! - days[i - 1]!;
    squares += (gap - mean) * (gap - mean);
    if (gap > max) max = gap;
    if (i > from + 1) {
      const both = previous + gap;
      if (both === 0) lv = null;
      else if (lv !== null) lv += ((previous - gap) / both) ** 2;
      firstSquares += (previous - firstMean) ** 2;
      lastSquares += (gap - lastMean) ** 2;
      cross += (previous - firstMean) * (gap - lastMean);
    }
    previous = gap;
  }
  const sd = Math.sqrt(squares / gaps);
  const cv = mean > 0 ? sd / mean : null;
  const spread =
    gaps >= 3 && firstSquares > 1e-18 * (1 + firstMean * firstMean) && lastSquares > 1e-18 * (1 + lastMean * lastMean);
  into.mean = mean;
  into.sd = sd;
  into.cv = cv;
  into.B = gaps < 2 || cv === null ? null : (sd - mean) / (sd + mean);
  into.A = cv === null || gaps < 2 ? null : kimJo(cv, gaps);
  into.A_events = cv === null || gaps < 2 ? null : kimJo(cv, events);
  into.M = spread ? Math.max(-1, Math.min(1, cross / Math.sqrt(firstSquares * lastSquares))) : null;
  into.LV = gaps < 2 || lv === null ? null : (3 * lv) / (gaps - 1);
  into.maxClosed = max;
  into.maxInclOpen = open === null ? max : Math.max(max, open);
  return into;
}

/** Ascending days up to `asOf`, one per day when `collapse` is true. */
export function visibleDays(days: Iterable<number>, asOf: number | null, collapse = true): number[] {
  const sorted = [...days].filter((d) => asOf === null || d <= asOf).sort((a, b) => a - b);
  return collapse ? sorted.filter((d, i) => i === 0 || d !== sorted[i - 1]) : sorted;
}

export interface TeamEvenness {
  both: number | null;
  teams: (number | null)[];
  /** E of both teams together less that of the more even one: above 0 they complement each other, below they collide. */
  gain: number | null;
}

/** E of both teams together less the largest E alone (mission B2); null unless at least two teams touched in the window. */
export function coordinationGain(both: number | null, teams: readonly (number | null)[]): number | null {
  const known = teams.filter((e) => e !== null);
  return both === null || known.length < 2 ? null : both - Math.max(...known);
}

/**
 * Evenness over a planning window: E = 1 - sum|g - W/k| / (2 W (1 - 1/k)) with the k = n + 1 gaps that include both edges of
 * `(asOf - W, asOf]`. 1 is perfectly even; null without a touch in the window. `days[0..to)` ascending; gaps of 0 are kept.
 */
export function evennessE(days: Series, asOf: number, W: number, to = days.length): number | null {
  const start = asOf - W;
  let n = 0;
  for (let i = 0; i < to; i++) if (days[i]! > start && days[i]! <= asOf) n++;
  if (n === 0 || W <= 0) return null;
  const k = n + 1;
  const even = W / k;
  let previous = start;
  let off = 0;
  for (let i = 0; i < to; i++) {
    const d = days[i]!;
    if (d <= start || d > asOf) continue;
    off += Math.abs(d - previous - even);
    previous = d;
  }
  off += Math.abs(asOf - previous - even);
  return finite(1 - off / (2 * W * (1 - 1 / k)));
}

export interface GapEvenness {
  gini: number | null;
  gini_normalised: number | null;
  pielou: number | null;
  cv_evenness: number | null;
  max_over_mean: number | null;
  /** The default index of the product on the same gaps. */
  e: number | null;
}

/** Gini, Pielou's J, CV-evenness and max/mean of gaps that include the edges of the window. All null when the gaps sum to 0. */
export function gapEvenness(gaps: readonly number[]): GapEvenness {
  const n = gaps.length;
  const total = sum(gaps);
  if (n === 0 || total <= 0)
    return { gini: null, gini_normalised: null, pielou: null, cv_evenness: null, max_over_mean: null, e: null };
  const sorted = [...gaps].sort((a, b) => a - b);
  const mean = total / n;
  const gini = sum(sorted.map((x, i) => (2 * (i + 1) - n - 1) * x)) / (n * total);
  const cv = Math.sqrt(sum(gaps.map((g) => (g - mean) ** 2)) / n) / mean;
  const entropy = -sum(gaps.map((g) => (g > 0 ? (g / total) * Math.log(g / total) : 0)));
  const several = n > 1;
  return {
    gini,
    gini_normalised: several ? (gini * n) / (n - 1) : null,
    pielou: several ? entropy / Math.log(n) : null,
    cv_evenness: several ? 1 - cv / Math.sqrt(n - 1) : null,
    max_over_mean: sorted[n - 1]! / mean,
    e: several ? 1 - sum(gaps.map((g) => Math.abs(g - mean))) / (2 * total * (1 - 1 / n)) : null,
  };
}

export interface Regularity {
  s: number | null;
  k_mle: number | null;
  k_minka: number | null;
  k_thom: number | null;
  k_cv: number | null;
}

/**
 * Regularity of own gaps as the gamma shape k (1 random, above 1 regular): ln k - digamma(k) = s = ln(mean) - mean(ln gap),
 * with the closed forms of Minka (2002) and Thom, and 1/CV^2 (sample SD). Needs 5 gaps above 0; equal gaps have no finite k.
 */
export function regularity(gaps: readonly number[]): Regularity {
  const n = gaps.length;
  const none = { s: null, k_mle: null, k_minka: null, k_thom: null, k_cv: null };
  if (n < 5 || gaps.some((g) => !(g > 0))) return none;
  const mean = sum(gaps) / n;
  const s = Math.log(mean) - sum(gaps.map((g) => Math.log(g))) / n;
  if (s < 1e-12) return { ...none, s: 0 };
  const k_minka = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s);
  let k = k_minka;
  for (let i = 0; i < 50; i++) {
    const step = (Math.log(k) - digamma(k) - s) / (1 / k - trigamma(k));
    k = Math.max(k / 2, k - step);
    if (Math.abs(step) < 1e-14 * k) break;
  }
  const sample = sum(gaps.map((g) => (g - mean) ** 2)) / (n - 1);
  return { s, k_mle: k, k_minka, k_thom: (1 + Math.sqrt(1 + (4 * s) / 3)) / (4 * s), k_cv: mean ** 2 / sample };
}

/** Wilson score interval of a share k/n; null without cases. */
export function wilson(k: number, n: number, z = zOfLevel(0.95)): { low: number | null; high: number | null } {
  if (n === 0) return { low: null, high: null };
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: k === 0 ? 0 : Math.max(0, centre - half), high: k === n ? 1 : Math.min(1, centre + half) };
}

const gaps = z.array(z.number().nonnegative());
const AREA = '3-touch-spacing';
export const SPACING_METHODS = [
  defineMethod(
    AREA,
    'spacing.metrics',
    'Mean gap, burstiness, memory, local variation and silences of a series of days.',
    z.object({ days: z.array(number), asOf: number.nullish(), collapse: z.boolean().default(true) }),
    (i) => {
      const days = visibleDays(i.days, i.asOf ?? null, i.collapse);
      const s = spacingOf(days, 0, days.length, i.asOf ?? null);
      return {
        n_events: s.events,
        intervals: days.slice(1).map((d, k) => d - days[k]!),
        mean: s.mean,
        sd_pop: s.sd,
        cv: s.cv,
        B: s.B,
        A_intervals: s.A,
        A_events: s.A_events,
        M: s.M,
        LV: s.LV,
        max_closed_gap: s.maxClosed,
        open_gap: s.open,
        max_gap_incl_open: s.maxInclOpen,
      };
    },
  ),
  defineMethod(
    AREA,
    'spacing.kimjo_extreme',
    'Burstiness, its finite-size form and the largest possible CV of a few gaps.',
    z.object({ intervals: gaps }),
    (i) => {
      const days = i.intervals.reduce<number[]>((list, g) => [...list, list.at(-1)! + g], [0]);
      const s = spacingOf(days);
      return {
        B: s.B,
        A_intervals: s.A,
        cv: s.cv,
        cv_max: i.intervals.length === 0 ? null : Math.sqrt(i.intervals.length - 1),
      };
    },
  ),
  defineMethod(
    AREA,
    'spacing.evenness',
    'Gini, Pielou and other indices of how even gaps are.',
    z.object({ gaps }),
    (i) => gapEvenness(i.gaps),
  ),
  defineMethod(
    AREA,
    'spacing.regularity',
    'Gamma shape of own gaps: 1 is random, more is regular.',
    z.object({ intervals: gaps }),
    (i) => regularity(i.intervals),
  ),
];
