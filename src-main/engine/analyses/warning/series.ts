import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { cusum, ewma, robustZ } from '#engine/methods/drift.ts';
import { meanOf, sum } from '#engine/methods/method.ts';
import { firstDayOf, WEEK, type Span } from './span.ts';
import type { ChangePoint, ChangeSeries } from './types.ts';

/** Charts of methods 6.3 and 6.4: CUSUM k = .5, h = 5 (in control for 465 blocks on average), EWMA lambda = .1, L = 2.7. */
export const CUSUM = { k: 0.5, h: 5 };
export const EWMA = { lambda: 0.1, L: 2.7 };

/** A block before its charts: `z` is its distance from the level before the day, in standard deviations of that block. */
export type Block = Pick<ChangePoint, 'label' | 'from' | 'to' | 'n' | 'value' | 'partial' | 'after' | 'robustZ'> & {
  readonly z: number | null;
  /** Standard deviation of the block's value. */
  readonly sigma: number | null;
};

/**
 * Both charts over the blocks after the day (rule W8); the ones before only set the level. A block that is partial or has no
 * z is left out of them. The moving average is drawn in the units of the value.
 */
export function charted(
  blocks: readonly Block[],
  level: { unit: ChangeSeries['unit']; center: number | null; sigma: number | null },
): ChangeSeries {
  const counted = blocks.map((b, i) => ({ b, i })).filter(({ b }) => b.after && !b.partial && b.z !== null);
  const z = counted.map(({ b }) => b.z!);
  const sums = cusum(z, CUSUM.k, CUSUM.h);
  const average = ewma(z, 0, 1, EWMA.lambda, EWMA.L);
  const at = new Map(counted.map(({ i }, k) => [i, k]));
  const first = sums.signals_1based[0];
  return {
    kind: 'series',
    unit: level.unit,
    center: level.center,
    sigma: level.sigma,
    points: blocks.map((block, i): ChangePoint => {
      const { sigma, ...point } = block;
      const k = at.get(i);
      const none = { ewma: null, low: null, high: null, upper: null, lower: null, signal: null };
      if (k === undefined || level.center === null || sigma === null) return { ...point, ...none };
      const inUnits = (x: number): number => level.center! + x * sigma;
      const [byCusum, byEwma] = [sums.signals_1based.includes(k + 1), average.signals_1based.includes(k + 1)];
      return {
        ...point,
        ewma: inUnits(average.z[k]!),
        low: inUnits(average.lcl[k]!),
        high: inUnits(average.ucl[k]!),
        upper: sums.upper[k]!,
        lower: sums.lower[k]!,
        signal: byCusum && byEwma ? 'both' : byCusum ? 'cusum' : byEwma ? 'ewma' : null,
      };
    }),
    changedAfter: first === undefined ? null : lastDayBefore(first - 1),
  };

  /** The block before the run of the sum that gave the signal (methods 6.3: t - N+). */
  function lastDayBefore(signal: number): string {
    const side = sums.upper[signal]! > CUSUM.h ? sums.upper : sums.lower;
    let start = signal;
    while (start >= 0 && side[start]! > 0) start--;
    return start >= 0 ? counted[start]!.b.to : isoDay(parseIsoDay(counted[0]!.b.from) - 1);
  }
}

/** Counts or amounts per week as blocks; `skip` weeks of the baseline lie before the stream began. */
export function weekly(
  span: Span,
  values: readonly number[],
  skip: number,
  unit: 'per week' | 'minor per week',
): ChangeSeries {
  const baseline = values.slice(skip, span.weeks);
  const center = meanOf(baseline);
  const variance = center === null ? null : sum(baseline.map((x) => (x - center) ** 2)) / baseline.length;
  // Counts vary at least as a Poisson count does; a few equal weeks say nothing else.
  const sigma =
    variance === null || center === null
      ? null
      : Math.sqrt(unit === 'per week' ? Math.max(variance, center) : variance);
  const blocks = values.slice(skip).map((value, k): Block => {
    const week = k + skip;
    const from = firstDayOf(span, week);
    const to = Math.min(from + WEEK - 1, span.asOf);
    const partial = to - from + 1 < WEEK;
    return {
      label: isoDay(from),
      from: isoDay(from),
      to: isoDay(to),
      n: null,
      value,
      partial,
      after: week >= span.weeks,
      z: partial || sigma === null || sigma === 0 || center === null ? null : (value - center) / sigma,
      robustZ: partial ? null : robustZ(baseline, value).z,
      sigma,
    };
  });
  return charted(blocks, { unit, center, sigma });
}
