import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { groupBy, readingOrder } from './grouping.ts';
import { change } from './compare.ts';
import { countsOf, scoreOf, scoresOf } from './score.ts';
import { Range, scoreOptions, select, Selection } from './selection.ts';
import type { NpsGroup, NpsReport, NpsTrendReport } from './types.ts';

/** NPS in points with its interval, over the answers that count; per value of a field with `by`. */
export const nps = defineAnalysis({
  name: 'nps',
  input: z.object({ ...Selection, ...Range, by: z.string().optional() }),
  run(ctx, input): NpsReport {
    const { population, answers } = select(ctx, input, input);
    const options = scoreOptions(ctx, population, input);
    const distribution = Array.from({ length: 11 }, () => 0);
    for (const score of answers.scores) if (distribution[score] !== undefined) distribution[score]++;
    let groups: NpsGroup[] = [];
    if (input.by !== undefined) {
      const grouping = groupBy(ctx, population, answers, input.by);
      // How many of a group could have answered is not known.
      const scores = scoresOf(answers, { ...options, population: undefined }, grouping.of, grouping.values.length);
      const order = readingOrder(
        grouping,
        input.by,
        scores.map((score) => score.responses),
      );
      groups = order.map((g) => ({ value: grouping.values[g]!, ...scores[g]! }));
    }
    return {
      asOf: isoDay(population.asOf),
      from: input.from ?? null,
      to: input.to ?? null,
      kind: answers.kind,
      unit: options.unit,
      dedup: input.dedup,
      ...scoreOf(answers, options),
      minimum: options.minimum,
      invited: answers.invited,
      responseRate: answers.invited === null || answers.invited === 0 ? null : answers.count / answers.invited,
      distribution,
      groups,
      unknown: population.unknown,
      clauses: population.clauses,
    };
  },
});

/** The score per wave, or per fiscal quarter when answers carry no wave; oldest first, each against the one before (N17). */
export const npsTrend = defineAnalysis({
  name: 'npsTrend',
  input: z.object(Selection),
  run(ctx, input): NpsTrendReport {
    const { population, answers } = select(ctx, input, {});
    const options = scoreOptions(ctx, population, input);
    const waves = answers.relation.column('wave').values;
    const by = answers.rows.some((row) => waves[row] !== UNKNOWN_INT) ? 'wave' : 'quarter';
    const grouping = groupBy(ctx, population, answers, by);
    const groups = grouping.values.length;
    const scores = scoresOf(answers, options, grouping.of, groups);
    const counts = countsOf(answers, grouping.of, groups);
    const order = readingOrder(
      grouping,
      by,
      scores.map((score) => score.responses),
    );
    return {
      by,
      minimum: options.minimum,
      points: order.map((g, i) => {
        const before = order[i - 1];
        return {
          value: grouping.values[g]!,
          ...scores[g]!,
          from: isoDay(grouping.first[g]!),
          to: isoDay(grouping.last[g]!),
          change:
            before === undefined
              ? null
              : change(
                  { score: scores[before]!, counts: counts[before]! },
                  { score: scores[g]!, counts: counts[g]! },
                  options,
                ),
        };
      }),
    };
  },
});
