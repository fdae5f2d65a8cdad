import * as z from 'zod';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { badInput, defineMethod, meanOf, number, positive, ratio, sum } from './method.ts';
import { incompleteGamma } from './numeric/special.ts';
import { regularity, visibleDays, type Series } from './spacing.ts';

/** Bursts, barrages, caps, pressure and silences of touches. Product conventions; the own rhythm is a gamma renewal process. */

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

/**
 * How many bursts there are among `days[0..to)`, and how many of them are barrages, without a list of them: the same as
 * `burstsWithin` and `barrages` count.
 */
export function countBursts(
  days: Series,
  to: number,
  asOf: number,
  k: number,
  d: number,
  s: number,
  into: { bursts: number; barrages: number },
): void {
  into.bursts = 0;
  into.barrages = 0;
  let end = -1;
  const close = (): void => {
    if (end >= 0 && (end + 1 < to ? days[end + 1]! : asOf) - days[end]! >= s) into.barrages++;
  };
  for (let i = 0; i + k - 1 < to; i++) {
    const last = i + k - 1;
    if (days[last]! - days[i]! > d - 1) continue;
    if (end < 0 || i > end) {
      close();
      into.bursts++;
    }
    end = last;
  }
  close();
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

const gaps = z.array(z.number().nonnegative());
const AREA = '3-touch-spacing';
export const RHYTHM_METHODS = [
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
