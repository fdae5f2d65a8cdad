import { z } from 'zod';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { directionOf, STANDINGS, standingsAt } from '../ladder/index.ts';
import type { Standing } from '../ladder/types.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { scoresOf } from './score.ts';
import { Range, scoreOptions, select, Selection } from './selection.ts';
import type { NpsMovesReport } from './types.ts';

const DIRECTIONS = ['up', 'stay', 'down', 'entered'] as const;

/**
 * Rule N22: the score by where customers stood on two days, from the answers given in (from, to], or of a wave. Customers
 * that were not known on the first day entered.
 */
export const npsMoves = defineAnalysis({
  name: 'npsMoves',
  input: z.object({ ...Selection, wave: Range.wave, from: z.string(), to: z.string().optional() }),
  run(ctx, input): NpsMovesReport {
    const from = parseIsoDay(input.from, 'from');
    const to = input.to === undefined ? asOfDay(ctx, input.asOf) : parseIsoDay(input.to, 'to');
    if (from >= to) throw usage(`npsMoves: from ${input.from} is not before ${isoDay(to)}.`);
    const asked = { ...input, asOf: isoDay(to) };
    const range = input.wave === undefined ? { from: isoDay(from + 1), to: isoDay(to) } : { wave: input.wave };
    const { population, answers } = select(ctx, asked, range);
    const options = scoreOptions(ctx, population, asked);
    const [then, now] = [standingsAt(ctx, from), standingsAt(ctx, to)];
    const { member: known } = populationAt(ctx, from, null);
    const s = STANDINGS.length;
    // A cell per former standing (the last: not known yet) and present standing; one more for answers of no customer.
    const cellOf = (c: number): number => (c < 0 ? (s + 1) * s : (known[c] === 1 ? then[c]! : s) * s + now[c]!);
    const cells = Int32Array.from(answers.customers, cellOf);
    const beforeOf = (cell: number): Standing | 'new' => (cell >= s * s ? 'new' : STANDINGS[Math.floor(cell / s)]!);
    const directionAt = (cell: number): number =>
      DIRECTIONS.indexOf(directionOf(beforeOf(cell), STANDINGS[cell % s]!) as never);
    const scores = scoresOf(answers, options, cells, (s + 1) * s + 1);
    const unknown = scores.pop()!;
    const byDirection = scoresOf(
      answers,
      options,
      Int32Array.from(cells, (cell) => (cell === (s + 1) * s ? DIRECTIONS.length : directionAt(cell))),
      DIRECTIONS.length + 1,
    );
    return {
      from: isoDay(from),
      to: isoDay(to),
      unit: options.unit,
      minimum: options.minimum,
      unknown: unknown.responses,
      directions: DIRECTIONS.map((direction, i) => ({ direction, ...byDirection[i]! })),
      moves: scores.flatMap((score, cell) => {
        if (score.responses === 0) return [];
        return [
          {
            from: beforeOf(cell),
            to: STANDINGS[cell % s]!,
            direction: DIRECTIONS[directionAt(cell)]!,
            ...score,
          },
        ];
      }),
    };
  },
});
