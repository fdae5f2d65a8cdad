import * as z from 'zod';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { badInput, defineMethod, finite, meanOf, number, positive, ratio, sum } from './method.ts';
import { digamma, incompleteGamma, trigamma, zOfLevel } from './numeric/special.ts';

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

/**
 * Spacing of the events `days[from..to)`, ascending and already collapsed, as of `asOf`. Two passes, no allocation but the result.
 * One gap gives the mean only; A needs 2 gaps; M needs 3 and spread on both sides; LV is null where two successive gaps are 0.
 */
export function spacingOf(days: Series, from = 0, to = days.length, asOf: number | null = null): Spacing {
  const events = Math.max(0, to - from);
  const gaps = Math.max(0, events - 1);
  const open = events === 0 || asOf === null ? null : asOf - days[to - 1]!;
  if (gaps === 0) {
    return {
      events,
      gaps,
      mean: null,
      sd: null,
      cv: null,
      B: null,
      A: null,
      A_events: null,
      M: null,
      LV: null,
      maxClosed: null,
      open,
      maxInclOpen: open,
    };
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
  return {
    events,
    gaps,
    mean,
    sd,
    cv,
    B: gaps < 2 || cv === null ? null : (sd - mean) / (sd + mean),
    A: cv === null || gaps < 2 ? null : kimJo(cv, gaps),
    A_events: cv === null || gaps < 2 ? null : kimJo(cv, events),
    M: spread ? Math.max(-1, Math.min(1, cross / Math.sqrt(firstSquares * lastSquares))) : null,
    LV: gaps < 2 || lv === null ? null : (3 * lv) / (gaps - 1),
    maxClosed: max,
    open,
    maxInclOpen: open === null ? max : Math.max(max, open),
  };
}

/** Ascending days up to `asOf`, one per day when `collapse` is true. */
export function visibleDays(days: Iterable<number>, asOf: number | null, collapse = true): number[] {
  const sorted = [...days].filter((d) => asOf === null || d <= asOf).sort((a, b) => a - b);
  return collapse ? sorted.filter((d, i) => i === 0 || d !== sorted[i - 1]) : sorted;
}

/**
 * Evenness over a planning window: E = 1 - sum|g - W/k| / (2 W (1 - 1/k)) with the k = n + 1 gaps that include both edges of
 * `(asOf - W, asOf]`. 1 is perfectly even; null without a touch in the window. `days` ascending; gaps of 0 are kept.
 */
export function evennessE(days: Series, asOf: number, W: number): number | null {
  const start = asOf - W;
  let n = 0;
  for (let i = 0; i < days.length; i++) if (days[i]! > start && days[i]! <= asOf) n++;
  if (n === 0 || W <= 0) return null;
  const k = n + 1;
  const even = W / k;
  let previous = start;
  let off = 0;
  for (let i = 0; i < days.length; i++) {
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

export interface Train {
  start: number;
  end: number;
  n: number;
}

/** Maximal runs of ascending days whose successive gaps are at most `maxGap`, with at least `minEvents` of them. */
export function burstTrains(days: Series, maxGap: number, minEvents: number): Train[] {
  const trains: Train[] = [];
  for (let i = 0; i < days.length;) {
    let j = i;
    while (j + 1 < days.length && days[j + 1]! - days[j]! <= maxGap) j++;
    if (j - i + 1 >= minEvents) trains.push({ start: days[i]!, end: days[j]!, n: j - i + 1 });
    i = j + 1;
  }
  return trains;
}

/** Bursts: at least `k` distinct days within any `d` days; overlapping windows make one burst. `days` ascending and distinct. */
export function burstsWithin(days: Series, k = 4, d = 7): Train[] {
  const bursts: { first: number; last: number }[] = [];
  for (let i = 0; i + k - 1 < days.length; i++) {
    const last = i + k - 1;
    if (days[last]! - days[i]! > d - 1) continue;
    const open = bursts[bursts.length - 1];
    if (open && i <= open.last) open.last = last;
    else bursts.push({ first: i, last });
  }
  return bursts.map((b) => ({ start: days[b.first]!, end: days[b.last]!, n: b.last - b.first + 1 }));
}

export interface Barrage extends Train {
  /** Days without a touch after the burst, to the next touch or to asOf. */
  silence: number;
  open: boolean;
}

/** Bursts followed by at least `s` days without a touch, the open gap included. */
export function barrages(days: Series, asOf: number, k = 4, d = 7, s = 60): Barrage[] {
  return burstsWithin(days, k, d).flatMap((burst) => {
    let next: number | null = null;
    for (let i = 0; i < days.length && next === null; i++) if (days[i]! > burst.end) next = days[i]!;
    const silence = (next ?? asOf) - burst.end;
    return silence >= s ? [{ ...burst, silence, open: next === null }] : [];
  });
}

export interface CapCheck {
  max_in_window: number;
  violations: { day: number; count: number }[];
}

/** Touches in every sliding window `(t - W, t]`; a day above the cap is listed once with its count. `days` ascending, several touches a day kept. */
export function frequencyCap(days: Series, window: number, cap: number): CapCheck {
  let max_in_window = 0;
  let low = 0;
  const violations: { day: number; count: number }[] = [];
  for (let i = 0; i < days.length; i++) {
    const t = days[i]!;
    if (i + 1 < days.length && days[i + 1] === t) continue;
    while (days[low]! <= t - window) low++;
    const count = i - low + 1;
    if (count > max_in_window) max_in_window = count;
    if (count > cap) violations.push({ day: t, count });
  }
  return { max_in_window, violations };
}

/** Weight of one touch by channel; an editable convention. */
export const PRESSURE_WEIGHTS: Readonly<Record<string, number>> = {
  visit: 3,
  event: 2.5,
  call: 2,
  mail: 1,
  email: 0.5,
};
export const PRESSURE_HALF_LIFE = 14;

/** Contact pressure: the sum of weights that halve every `halfLife` days; touches on day t count on day t. */
export function pressure(touches: readonly { day: number; weight: number }[], halfLife: number, at: number): number {
  return sum(touches.map((e) => (e.day <= at ? e.weight * 2 ** (-(at - e.day) / halfLife) : 0)));
}

/** Days between touches that a rung should not exceed; an editable convention. */
export const TARGET_DAYS: Readonly<Record<(typeof RUNGS)[number], number>> = {
  prospect: 45,
  customer: 30,
  client: 60,
  supporter: 60,
  advocate: 45,
  partner: 14,
};

export type SilenceState = 'never' | 'ok' | 'due' | 'silent';

/** `due` when the open gap exceeds the target, `silent` when it exceeds factor x target; `never` without a touch. */
export function silenceState(openGap: number | null, target: number, factor = 1.5): SilenceState {
  if (openGap === null) return 'never';
  return openGap > factor * target ? 'silent' : openGap > target ? 'due' : 'ok';
}

export interface OwnRhythm {
  k: number | null;
  mean: number | null;
  /** Chance of an even longer gap under the customer's own gamma rhythm (5 gaps or more). */
  p_gamma: number | null;
  p_exponential: number | null;
  /** (gaps at least this long + 1) / (gaps + 1). */
  p_empirical: number | null;
}

/** How unusual an open gap is against the customer's own gaps. */
export function ownRhythm(gaps: readonly number[], openGap: number | null): OwnRhythm {
  const k = regularity(gaps).k_mle;
  const mean = meanOf(gaps);
  if (mean === null || openGap === null) return { k, mean, p_gamma: null, p_exponential: null, p_empirical: null };
  return {
    k,
    mean,
    p_gamma: k === null || mean <= 0 ? null : incompleteGamma(k, (k * Math.max(0, openGap)) / mean)[1],
    p_exponential: mean <= 0 ? null : Math.exp(-Math.max(0, openGap) / mean),
    p_empirical: (gaps.filter((g) => g >= openGap).length + 1) / (gaps.length + 1),
  };
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
  defineMethod(
    AREA,
    'spacing.bursts',
    'Runs of touches with short gaps.',
    z.object({
      days: z.array(number),
      max_gap: z.number().nonnegative(),
      min_events: z.number().int().positive(),
      collapse: z.boolean().default(true),
    }),
    (i) => ({
      trains: burstTrains(visibleDays(i.days, null, i.collapse), i.max_gap, i.min_events),
    }),
  ),
  defineMethod(
    AREA,
    'spacing.frequency_cap',
    'Days on which more touches than the cap lie within any sliding window.',
    z.object({ days: z.array(number), window: positive, cap: z.number().int().nonnegative() }),
    (i) => frequencyCap(visibleDays(i.days, null, false), i.window, i.cap),
  ),
  defineMethod(
    AREA,
    'spacing.pressure',
    'Contact pressure that halves with time.',
    z.object({
      events: z.array(z.tuple([number, z.string()])),
      weights: z.record(z.string(), z.number().nonnegative()).default(PRESSURE_WEIGHTS),
      half_life: positive.default(PRESSURE_HALF_LIFE),
      at: z.array(number),
    }),
    (i) => {
      const touches = i.events.map(([d, channel], n) => {
        const weight = Object.hasOwn(i.weights, channel) ? i.weights[channel]! : null;
        if (weight === null) throw badInput(`events[${n}][1]`, `weights has no entry for "${channel}"`);
        return { day: d, weight };
      });
      return { pressure: i.at.map((t) => pressure(touches, i.half_life, t)) };
    },
  ),
  defineMethod(
    AREA,
    'spacing.silence',
    'Whether a customer is due for a touch or silent.',
    z
      .object({
        last: number.nullish(),
        asOf: number,
        target: positive.optional(),
        rung: z.enum(RUNGS).optional(),
        factor: positive.default(1.5),
      })
      .refine((v) => v.target !== undefined || v.rung !== undefined, {
        path: ['target'],
        message: 'expected target days or a rung',
      }),
    (i) => {
      const target = i.target ?? TARGET_DAYS[i.rung!];
      const open = i.last === null || i.last === undefined || i.last > i.asOf ? null : i.asOf - i.last;
      return { open_gap: open, ratio: ratio(open, target), state: silenceState(open, target, i.factor) };
    },
  ),
  defineMethod(
    AREA,
    'spacing.own_rhythm',
    "How unusual an open gap is against the customer's own gaps.",
    z.object({ intervals: gaps, open_gap: z.number().nonnegative().nullish() }),
    (i) => ownRhythm(i.intervals, i.open_gap ?? null),
  ),
];
