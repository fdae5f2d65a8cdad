import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Relation } from './types.ts';

/*
 * Passes over the customers' slices of a relation. Each is linear, allocates nothing per customer and writes one value
 * per customer into `out`. Windows are half-open: after < day <= upTo. A `mask` holds 1 for the rows that count.
 */

type Slices = Pick<Relation, 'start' | 'day'>;

/** First row of lo..hi-1 whose day is later than `day`, `hi` when none is. */
export function rowAfter(days: Int32Array, lo: number, hi: number, day: Day): number {
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (days[mid]! > day) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

/** Rows per customer with after < day <= upTo. */
export function countWindow({ start, day }: Slices, after: Day, upTo: Day, out: Float64Array, mask?: Uint8Array): void {
  for (let c = 0; c < out.length; c++) {
    const lo = start[c]!;
    const hi = rowAfter(day, lo, start[c + 1]!, upTo);
    if (mask === undefined) {
      out[c] = hi - rowAfter(day, lo, hi, after);
      continue;
    }
    let n = 0;
    for (let r = hi - 1; r >= lo && day[r]! > after; r--) n += mask[r]!;
    out[c] = n;
  }
}

/** One condition of `countWhere`: the row's value in a column equals a term id or integer. */
export type Equals = { readonly values: Int32Array; readonly equals: number };

/** Rows per customer with after < day <= upTo for which every condition holds. */
export function countWhere(
  { start, day }: Slices,
  after: Day,
  upTo: Day,
  conditions: readonly Equals[],
  out: Float64Array,
): void {
  const [first, second, ...rest] = conditions;
  for (let c = 0; c < out.length; c++) {
    let n = 0;
    const lo = start[c]!;
    for (let r = rowAfter(day, lo, start[c + 1]!, upTo) - 1; r >= lo && day[r]! > after; r--) {
      if (first !== undefined && first.values[r] !== first.equals) continue;
      if (second !== undefined && second.values[r] !== second.equals) continue;
      let holds = 1;
      for (let k = 0; k < rest.length && holds === 1; k++) if (rest[k]!.values[r] !== rest[k]!.equals) holds = 0;
      n += holds;
    }
    out[c] = n;
  }
}

/** Sum of `values` per customer over rows with after < day <= upTo; unknown values (NaN) are left out. */
export function sumWindow(
  { start, day }: Slices,
  values: Float64Array,
  after: Day,
  upTo: Day,
  out: Float64Array,
  mask?: Uint8Array,
): void {
  for (let c = 0; c < out.length; c++) {
    let sum = 0;
    const hi = rowAfter(day, start[c]!, start[c + 1]!, upTo);
    let lo = hi;
    while (lo > start[c]! && day[lo - 1]! > after) lo--;
    // Oldest first: float sums have one order.
    for (let r = lo; r < hi; r++) {
      const v = values[r]!;
      if (v === v && (mask === undefined || mask[r] === 1)) sum += v;
    }
    out[c] = sum;
  }
}

/** Day of the newest row up to a day per customer, UNKNOWN_INT without one. */
export function lastDayUpTo({ start, day }: Slices, upTo: Day, out: Int32Array, mask?: Uint8Array): void {
  for (let c = 0; c < out.length; c++) {
    const lo = start[c]!;
    let r = rowAfter(day, lo, start[c + 1]!, upTo) - 1;
    if (mask !== undefined) while (r >= lo && mask[r] === 0) r--;
    out[c] = r >= lo ? day[r]! : UNKNOWN_INT;
  }
}

/** Day of the oldest row up to a day per customer, UNKNOWN_INT without one. */
export function firstDayUpTo({ start, day }: Slices, upTo: Day, out: Int32Array, mask?: Uint8Array): void {
  for (let c = 0; c < out.length; c++) {
    const hi = start[c + 1]!;
    let r = start[c]!;
    if (mask !== undefined) while (r < hi && mask[r] === 0) r++;
    out[c] = r < hi && day[r]! <= upTo ? day[r]! : UNKNOWN_INT;
  }
}

/** Row of the newest row up to a day per customer (of one day's rows the one with the highest id), -1 without one. */
export function latestRowUpTo({ start, day }: Slices, upTo: Day, out: Int32Array, mask?: Uint8Array): void {
  for (let c = 0; c < out.length; c++) {
    const lo = start[c]!;
    let r = rowAfter(day, lo, start[c + 1]!, upTo) - 1;
    if (mask !== undefined) while (r >= lo && mask[r] === 0) r--;
    out[c] = r >= lo ? r : -1;
  }
}

/**
 * Distinct days per customer of rows up to a day. With `voided` a row counts only while it is not voided: an order
 * counts as of D when its day <= D and (voided is unknown or voided > D), which makes this the number of purchase
 * occasions of the ladder.
 */
export function distinctDaysUpTo(
  { start, day }: Slices,
  upTo: Day,
  out: Float64Array,
  mask?: Uint8Array,
  voided?: Int32Array,
): void {
  for (let c = 0; c < out.length; c++) {
    let n = 0;
    let last = UNKNOWN_INT;
    for (let r = start[c]!, hi = start[c + 1]!; r < hi; r++) {
      const d = day[r]!;
      if (d > upTo) break;
      if (d === last || (mask !== undefined && mask[r] === 0)) continue;
      if (voided !== undefined && voided[r]! <= upTo && voided[r] !== UNKNOWN_INT) continue;
      last = d;
      n++;
    }
    out[c] = n;
  }
}

/** What `spacing` fills; every array has one entry per customer. */
export type Spacing = {
  /** Days with a row; the gaps are between them, so there are `days - 1`. */
  readonly days: Int32Array;
  readonly last: Int32Array;
  /** Mean, population standard deviation and maximum of closed gaps in days; NaN without a gap. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly max: Float64Array;
  /** Groups of at least `burstDays` days with a row within `burstWindow` days, overlapping ones counted once. */
  readonly bursts: Int32Array;
};

export function spacingArrays(customers: number): Spacing {
  return {
    days: new Int32Array(customers),
    last: new Int32Array(customers),
    mean: new Float64Array(customers),
    sd: new Float64Array(customers),
    max: new Float64Array(customers),
    bursts: new Int32Array(customers),
  };
}

/**
 * Spacing of the days with a row up to a day; rows of one day are one. Gaps are whole days, so that their sums are
 * exact. A burst is at least 4 days within 7 by default (choices.md, Touches).
 */
export function spacing(
  { start, day }: Slices,
  upTo: Day,
  out: Spacing,
  mask?: Uint8Array,
  burstDays = 4,
  burstWindow = 7,
): void {
  const { days, last, mean, sd, max, bursts } = out;
  const recent = new Int32Array(burstDays);
  for (let c = 0; c < days.length; c++) {
    let n = 0;
    let previous = UNKNOWN_INT;
    let sum = 0;
    let squares = 0;
    let widest = 0;
    let found = 0;
    let burstEnd = UNKNOWN_INT;
    for (let r = start[c]!, hi = start[c + 1]!; r < hi; r++) {
      const d = day[r]!;
      if (d > upTo) break;
      if (d === previous || (mask !== undefined && mask[r] === 0)) continue;
      if (n > 0) {
        const gap = d - previous;
        sum += gap;
        squares += gap * gap;
        if (gap > widest) widest = gap;
      }
      const slot = n % burstDays;
      recent[slot] = d;
      n++;
      if (n >= burstDays) {
        const first = recent[n % burstDays]!;
        if (d - first < burstWindow) {
          if (first > burstEnd) found++;
          burstEnd = d;
        }
      }
      previous = d;
    }
    const gaps = n - 1;
    days[c] = n;
    last[c] = previous;
    bursts[c] = found;
    mean[c] = gaps > 0 ? sum / gaps : Number.NaN;
    // n * squares - sum^2 is exact in integers, so the variance is never negative.
    sd[c] = gaps > 0 ? Math.sqrt(gaps * squares - sum * sum) / gaps : Number.NaN;
    max[c] = gaps > 0 ? widest : Number.NaN;
  }
}

/** 1 for rows whose value equals a term id or integer, 0 for others and unknowns. */
export function maskEquals(values: Int32Array, equals: number, out = new Uint8Array(values.length)): Uint8Array {
  for (let r = 0; r < values.length; r++) out[r] = values[r] === equals ? 1 : 0;
  return out;
}

/** Keeps in `mask` only the rows whose value equals a term id or integer. */
export function maskAnd(mask: Uint8Array, values: Int32Array, equals: number): Uint8Array {
  for (let r = 0; r < mask.length; r++) if (values[r] !== equals) mask[r] = 0;
  return mask;
}
