import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import {
  difference,
  mixAndRate,
  npsCategory,
  npsOf,
  npsPaired,
  npsTotal,
  npsTwoSample,
  type NpsCounts as Counts,
  type SegmentShare,
} from '#engine/methods/nps.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import type { Population } from '../population/index.ts';
import type { Answers } from './answers.ts';
import { groupBy } from './grouping.ts';
import { countsOf, points, scoreOf, type ScoreOptions } from './score.ts';
import { scoreOptions, select, Selection, type Selected } from './selection.ts';
import type { Difference, MixAndRate, NpsCompareReport, NpsCounts, PairedChange } from './types.ts';

/** Shares of overlap between which both ways of comparing are reported (rule N18). */
const OVERLAP = { low: 0.2, high: 0.8 };

export type Side = { readonly score: NpsCounts; readonly counts: Counts };

/** The difference b - a of two scores as independent samples, in points (rule N11). */
export function change(a: Side, b: Side, options: ScoreOptions): Difference {
  const z = zOfLevel(options.level);
  const both =
    options.unit === 'respondent'
      ? npsTwoSample(b.counts, a.counts, options.level)[options.interval === 'wald' ? 'wald' : 'adjusted_wald']
      : difference(estimate(b.score, z), estimate(a.score, z), z);
  return { difference: points(both.diff), low: points(both.lo), high: points(both.hi), z: both.z, p: both.p };
}

/** A score as a fraction with the standard error of its Wald interval. */
function estimate({ nps, interval }: NpsCounts, z: number): { value: number | null; se: number | null } {
  if (nps === null || interval.low === null) return { value: null, se: null };
  return { value: nps / 100, se: (nps - interval.low) / 100 / z };
}

type Held = { readonly population: Population; readonly answers: Answers; readonly side: Side };

/** A side of a comparison: a wave by name, else a filter in the language. */
function sideOf(ctx: ReadContext, input: Selected, name: string): Held {
  const held = (where: string | undefined, wave: string | undefined): Held => {
    const { population, answers } = select(ctx, { ...input, where }, wave === undefined ? {} : { wave });
    const options = scoreOptions(ctx, population, input);
    return { population, answers, side: { score: scoreOf(answers, options), counts: countsOf(answers)[0]! } };
  };
  const wave = held(input.where, name);
  if (wave.answers.count > 0) return wave;
  try {
    return held(input.where === undefined ? name : `(${input.where}) and (${name})`, undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LadderlineError('no-wave', `"${name}" is neither a wave with answers nor a filter (${reason}).`);
  }
}

/** Mean category by respondent or by customer, for answers that name one. */
function categories(answers: Answers, unit: 'respondent' | 'customer'): Map<number, number> {
  const sums = new Map<number, { sum: number; n: number }>();
  for (let i = 0; i < answers.count; i++) {
    const key = unit === 'customer' ? answers.customers[i]! : answers.relation.party[answers.rows[i]!]!;
    const category = npsCategory(answers.scores[i]);
    if (category === null || (unit === 'customer' ? key < 0 : key === 0)) continue;
    const held = sums.get(key) ?? { sum: 0, n: 0 };
    held.sum += category;
    held.n++;
    sums.set(key, held);
  }
  return new Map([...sums].map(([key, { sum, n }]) => [key, sum / n]));
}

/** Rule N18: the change of those who answered on both sides, with the population variance of their changes. */
function paired(a: Answers, b: Answers, unit: 'respondent' | 'customer', level: number): PairedChange {
  const [before, after] = [categories(a, unit), categories(b, unit)];
  const cells = [...before].flatMap(([key, from]) => {
    const to = after.get(key);
    return to === undefined ? [] : [[from, to, 1] as const];
  });
  const { n, diff, se, z, p } = npsPaired(cells);
  const half = se === null ? null : se * zOfLevel(level);
  const either = before.size + after.size - n;
  return {
    unit,
    n,
    overlap: either === 0 ? null : n / either,
    difference: points(diff),
    low: diff === null || half === null ? null : points(diff - half),
    high: diff === null || half === null ? null : points(diff + half),
    z,
    p,
  };
}

/** Rule N19: the change split into who answered (mix) and how they answered (rate), per value of a field. */
function decompose(ctx: ReadContext, a: Held, b: Held, by: string): MixAndRate {
  const side = ({ population, answers }: Held): Map<string, SegmentShare> => {
    const grouping = groupBy(ctx, population, answers, by);
    return new Map(
      countsOf(answers, grouping.of, grouping.values.length).map((counts, g) => [
        grouping.values[g] ?? UNKNOWN,
        { n: npsTotal(counts), nps: npsOf(counts).nps },
      ]),
    );
  };
  const [before, after] = [side(a), side(b)];
  const { delta, mix, rate, by_segment } = mixAndRate(before, after);
  const part = (held: SegmentShare | undefined): { responses: number; nps: number | null } => ({
    responses: held?.n ?? 0,
    nps: points(held?.nps ?? null),
  });
  return {
    by,
    difference: points(delta),
    mix: points(mix),
    rate: points(rate),
    groups: [...by_segment]
      .map(([value, parts]) => ({
        value: value === UNKNOWN ? null : value,
        before: part(before.get(value)),
        after: part(after.get(value)),
        mix: points(parts.mix),
        rate: points(parts.rate),
      }))
      .sort(
        (x, y) =>
          Math.abs((y.mix ?? 0) + (y.rate ?? 0)) - Math.abs((x.mix ?? 0) + (x.rate ?? 0)) ||
          (String(x.value) < String(y.value) ? -1 : 1),
      ),
  };
}

/** Stands for an unknown value among names that are texts. */
const UNKNOWN = '\u0000';

/**
 * The difference b - a of two waves (by name), or of two filters in the language: as independent samples (N11), of those
 * who are on both sides (N18), and split into mix and rate by a field (N19).
 */
export const npsCompare = defineAnalysis({
  name: 'npsCompare',
  input: z.object({ ...Selection, a: z.string(), b: z.string(), by: z.string().optional() }),
  run(ctx, input): NpsCompareReport {
    const [a, b] = [sideOf(ctx, input, input.a), sideOf(ctx, input, input.b)];
    const options = scoreOptions(ctx, a.population, input);
    const pair = paired(a.answers, b.answers, options.unit, input.level);
    const share = pair.overlap ?? 0;
    return {
      a: { value: input.a, ...a.side.score },
      b: { value: input.b, ...b.side.score },
      ...change(a.side, b.side, options),
      enough: a.side.score.enough && b.side.score.enough,
      minimum: options.minimum,
      paired: pair,
      report: pair.n === 0 || share < OVERLAP.low ? 'independent' : share > OVERLAP.high ? 'paired' : 'both',
      decomposition: input.by === undefined ? null : decompose(ctx, a, b, input.by),
    };
  },
});
