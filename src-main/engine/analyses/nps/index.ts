import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { npsTwoSample } from '#engine/methods/nps.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { STANDINGS, standingsAt } from '../ladder/index.ts';
import { asOfDay, populationAt, quarterOf, wordsOf, type Population } from '../population/index.ts';
import { answersOf, type Answers, type CountedAnswer } from './answers.ts';
import { listAnswers } from './list.ts';
import { scoreOf } from './score.ts';
import type { NpsCompareReport, NpsGroup, NpsReport, NpsTrendReport } from './types.ts';

export type * from './types.ts';

const Selection = {
  asOf: z.string().optional(),
  where: z.string().optional(),
  kind: z.enum(['relational', 'transactional']).optional(),
  unit: z.enum(['respondent', 'customer']).default('respondent'),
  interval: z.enum(['adjusted_wald', 'wald', 'score']).default('adjusted_wald'),
  level: z.number().gt(0).lt(1).default(0.95),
  dedup: z.enum(['latest', 'first', 'none']).default('latest'),
};
type Selected = z.output<z.ZodObject<typeof Selection>>;
type Range = { from?: string | undefined; to?: string | undefined; wave?: string | undefined };

function select(ctx: ReadContext, input: Selected, range: Range): { population: Population; selected: Answers } {
  const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
  const selected = answersOf(ctx, population, {
    from: range.from === undefined ? null : parseIsoDay(range.from, 'from'),
    to: range.to === undefined ? null : parseIsoDay(range.to, 'to'),
    kind: input.kind,
    wave: range.wave,
    dedup: input.dedup,
  });
  return { population, selected };
}

/** A word per answer for grouping: of the answer itself (wave, survey, quarter, channel) or of its customer (rung, any fact). */
function groupingOf(ctx: ReadContext, population: Population, by: string): (answer: CountedAnswer) => string | null {
  const { vectors, asOf } = population;
  const responses = vectors.relation('responses');
  switch (by) {
    case 'wave':
    case 'survey':
    case 'channel': {
      const { values } = responses.column(by);
      return (a) => vectors.text(values[a.row]!);
    }
    case 'quarter':
      return (a) => quarterOf(ctx, a.day);
    case 'rung': {
      const standing = standingsAt(ctx, asOf);
      return (a) => (a.customer < 0 ? null : STANDINGS[standing[a.customer]!]!);
    }
    default: {
      const words = wordsOf(ctx, by, asOf);
      return (a) => (a.customer < 0 ? null : words(a.customer));
    }
  }
}

function groupsOf(
  answers: readonly CountedAnswer[],
  valueOf: (a: CountedAnswer) => string | null,
): Map<string | null, CountedAnswer[]> {
  const groups = new Map<string | null, CountedAnswer[]>();
  for (const answer of answers) {
    const value = valueOf(answer);
    const list = groups.get(value);
    if (list) list.push(answer);
    else groups.set(value, [answer]);
  }
  return groups;
}

const firstDay = (answers: readonly CountedAnswer[]): number =>
  answers.reduce((day, a) => Math.min(day, a.day), Infinity);
const lastDay = (answers: readonly CountedAnswer[]): number =>
  answers.reduce((day, a) => Math.max(day, a.day), -Infinity);

/** NPS in points with its interval, over the answers that count; per value of a field with `by`. */
export const nps = defineAnalysis({
  name: 'nps',
  input: z.object({
    ...Selection,
    from: z.string().optional(),
    to: z.string().optional(),
    wave: z.string().optional(),
    by: z.string().optional(),
  }),
  run(ctx, input): NpsReport {
    const { population, selected } = select(ctx, input, input);
    const { answers, invited, kind } = selected;
    const distribution = Array.from({ length: 11 }, () => 0);
    for (const { score } of answers) if (score !== null && distribution[score] !== undefined) distribution[score]++;
    const groups: NpsGroup[] = [];
    if (input.by !== undefined) {
      const order = input.by === 'rung' ? [...STANDINGS] : null;
      const chronological = input.by === 'wave' || input.by === 'quarter';
      const found = [...groupsOf(answers, groupingOf(ctx, population, input.by))];
      found.sort(
        (a, b) =>
          (order ? order.indexOf(a[0] as never) - order.indexOf(b[0] as never) : 0) ||
          (chronological ? firstDay(a[1]) - firstDay(b[1]) : b[1].length - a[1].length) ||
          (String(a[0]) < String(b[0]) ? -1 : 1),
      );
      for (const [value, list] of found) groups.push({ value, ...scoreOf(list, input) });
    }
    const counted = scoreOf(answers, input);
    return {
      asOf: isoDay(population.asOf),
      from: input.from ?? null,
      to: input.to ?? null,
      kind,
      unit: input.unit,
      dedup: input.dedup,
      ...counted,
      invited,
      responseRate: invited === null || invited === 0 ? null : answers.length / invited,
      distribution,
      groups,
      unknown: population.unknown,
      clauses: population.clauses,
    };
  },
});

/** The score per wave, or per fiscal quarter when answers carry no wave; oldest first. */
export const npsTrend = defineAnalysis({
  name: 'npsTrend',
  input: z.object(Selection),
  run(ctx, input): NpsTrendReport {
    const { population, selected } = select(ctx, input, {});
    const waves = population.vectors.relation('responses').column('wave').values;
    const by = selected.answers.some((a) => waves[a.row] !== UNKNOWN_INT) ? 'wave' : 'quarter';
    const points = [...groupsOf(selected.answers, groupingOf(ctx, population, by))]
      .sort((a, b) => firstDay(a[1]) - firstDay(b[1]) || (String(a[0]) < String(b[0]) ? -1 : 1))
      .map(([value, list]) => ({
        value,
        ...scoreOf(list, input),
        from: isoDay(firstDay(list)),
        to: isoDay(lastDay(list)),
      }));
    return { by, points };
  },
});

/** The difference b - a of two waves (by name), or of two filters in the language. Rule N11: independent samples. */
export const npsCompare = defineAnalysis({
  name: 'npsCompare',
  input: z.object({ ...Selection, a: z.string(), b: z.string() }),
  run(ctx, input): NpsCompareReport {
    const sideOf = (name: string): NpsGroup => {
      const waves = select(ctx, input, { wave: name }).selected.answers;
      if (waves.length > 0) return { value: name, ...scoreOf(waves, { ...input, unit: 'respondent' }) };
      const where = input.where === undefined ? name : `(${input.where}) and (${name})`;
      let answers;
      try {
        ({ answers } = select(ctx, { ...input, where }, {}).selected);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new LadderlineError('no-wave', `"${name}" is neither a wave with answers nor a filter (${reason}).`);
      }
      return { value: name, ...scoreOf(answers, { ...input, unit: 'respondent' }) };
    };
    const [a, b] = [sideOf(input.a), sideOf(input.b)];
    const both = npsTwoSample(b, a, input.level);
    const chosen = input.interval === 'wald' ? both.wald : both.adjusted_wald;
    const points = (x: number | null): number | null => (x === null ? null : x * 100);
    return {
      a,
      b,
      difference: points(chosen.diff),
      low: points(chosen.lo),
      high: points(chosen.hi),
      z: chosen.z,
      p: chosen.p,
    };
  },
});

/** The answers behind a score, newest first; for a detractor the first outbound touch after the answer. */
export const npsList = defineAnalysis({
  name: 'npsList',
  input: z.object({
    ...Selection,
    from: z.string().optional(),
    to: z.string().optional(),
    wave: z.string().optional(),
    class: z.enum(['detractor', 'passive', 'promoter']).optional(),
    score: z.int().min(0).max(10).optional(),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input) {
    const { population, selected } = select(ctx, input, input);
    return listAnswers(ctx, population, selected.answers, input);
  },
});
