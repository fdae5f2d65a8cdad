import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { fold } from '#engine/base/text.ts';
import { npsTwoSample, type NpsCounts as Counts } from '#engine/methods/nps.ts';
import { groupBy } from './grouping.ts';
import { npsTextIn } from './rules.ts';
import { countsOf, points, respondentScore } from './score.ts';
import { Range, scoreOptions, select, Selection } from './selection.ts';
import type { NpsBenchmarksReport } from './types.ts';

/** A line of a file of benchmarks. NPS in points. */
export type Benchmark = {
  readonly name: string;
  readonly nps: number;
  readonly counts: Counts | null;
  readonly responses: number | null;
  readonly year: string | null;
  readonly source: string | null;
};

const MOST = 500;

/**
 * Reads benchmarks as the user's own file gives them: delimited by comma, semicolon or tab, with a header that names `name`
 * and `nps`, or `promoters`, `passives` and `detractors`; `responses`, `year` and `source` are kept. Throws with the line.
 */
export function readBenchmarks(text: string): Benchmark[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) return [];
  const wrong = (line: number, what: string): LadderlineError =>
    new LadderlineError('bad-benchmark', `benchmarks, line ${line + 1}: ${what}.`, { line: line + 1 });
  const header = lines[first]!;
  const delimiter = [';', '\t', ','].reduce((a, b) => (header.split(b).length > header.split(a).length ? b : a));
  const names = cells(header, delimiter).map((name) => fold(name));
  const at = (...known: string[]): number => names.findIndex((name) => known.includes(name));
  const column = {
    name: at('name', 'group', 'industry', 'segment', 'benchmark', 'branche'),
    nps: at('nps', 'score'),
    responses: at('responses', 'n', 'answers', 'sample'),
    promoters: at('promoters'),
    passives: at('passives'),
    detractors: at('detractors'),
    year: at('year', 'period', 'jahr'),
    source: at('source', 'quelle'),
  };
  const counted = column.promoters >= 0 && column.passives >= 0 && column.detractors >= 0;
  if (column.name < 0 || (column.nps < 0 && !counted))
    throw wrong(
      first,
      'the header names neither "name" and "nps" nor "name", "promoters", "passives" and "detractors"',
    );
  const found: Benchmark[] = [];
  lines.forEach((line, i) => {
    if (i <= first || line.trim() === '') return;
    const row = cells(line, delimiter);
    const text = (index: number): string | null => (index < 0 ? null : row[index]?.trim() || null);
    const number = (index: number, what: string): number | null => {
      const cell = text(index);
      if (cell === null) return null;
      const value = Number(delimiter === ',' ? cell : cell.replace(',', '.'));
      if (!Number.isFinite(value)) throw wrong(i, `${what} "${cell.slice(0, 40)}" is not a number`);
      return value;
    };
    const name = text(column.name);
    if (name === null) throw wrong(i, 'the name is missing');
    const parts = [column.detractors, column.passives, column.promoters].map((index) => number(index, 'a count'));
    const counts: Counts | null = parts.every((n) => n !== null && n >= 0)
      ? { detractors: parts[0]!, passives: parts[1]!, promoters: parts[2]! }
      : null;
    const total = counts === null ? 0 : counts.detractors + counts.passives + counts.promoters;
    const nps = total > 0 ? (100 * (counts!.promoters - counts!.detractors)) / total : number(column.nps, 'the NPS');
    if (nps === null || nps < -100 || nps > 100) throw wrong(i, 'the NPS is missing or not between -100 and 100');
    found.push({
      name,
      nps,
      counts: total > 0 ? counts : null,
      responses: total > 0 ? total : number(column.responses, 'the number of answers'),
      year: text(column.year),
      source: text(column.source),
    });
    if (found.length > MOST) throw wrong(i, `there are more than ${MOST} benchmarks`);
  });
  return found;
}

/** Cells of a line; a quoted cell may hold the delimiter, "" is a quotation mark. */
function cells(line: string, delimiter: string): string[] {
  const found: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted && c === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) {
      found.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...found, cell];
}

/**
 * Rule N36: the score beside the benchmarks of the user's own file; with `by`, the score of each value beside the benchmark
 * of that name. A benchmark with counts is a second sample, one without is taken as exact.
 */
export const npsBenchmarks = defineAnalysis({
  name: 'npsBenchmarks',
  input: z.object({ ...Selection, ...Range, by: z.string().max(200).optional() }),
  run(ctx, input): NpsBenchmarksReport {
    const { population, answers } = select(ctx, input, input);
    const options = { ...scoreOptions(ctx, population, input), unit: 'respondent' as const };
    const benchmarks = readBenchmarks(npsTextIn(ctx.db, 'benchmarks').text);
    const own = new Map<string, { value: string | null; counts: Counts }>();
    if (input.by !== undefined) {
      const grouping = groupBy(ctx, population, answers, input.by);
      countsOf(answers, grouping.of, grouping.values.length).forEach((counts, g) => {
        const value = grouping.values[g]!;
        if (value !== null) own.set(fold(value), { value, counts });
      });
    }
    const all = countsOf(answers)[0]!;
    const rows = benchmarks.flatMap((benchmark) => {
      const matched = input.by === undefined ? { value: null, counts: all } : own.get(fold(benchmark.name));
      if (!matched) return [];
      const score = respondentScore(matched.counts, options);
      let difference = score.nps === null ? null : score.nps - benchmark.nps;
      let low = score.interval.low === null ? null : score.interval.low - benchmark.nps;
      let high = score.interval.high === null ? null : score.interval.high - benchmark.nps;
      if (benchmark.counts !== null && score.nps !== null) {
        const both = npsTwoSample(matched.counts, benchmark.counts, input.level);
        const chosen = input.interval === 'wald' ? both.wald : both.adjusted_wald;
        [difference, low, high] = [points(chosen.diff), points(chosen.lo), points(chosen.hi)];
      }
      const verdict =
        low === null || high === null
          ? ('no answers' as const)
          : low > 0
            ? ('above' as const)
            : high < 0
              ? ('below' as const)
              : ('not told apart' as const);
      return [{ ...benchmark, value: matched.value, score, difference, low, high, verdict }];
    });
    return {
      asOf: isoDay(population.asOf),
      by: input.by ?? null,
      benchmarks: benchmarks.length,
      minimum: options.minimum,
      rows: rows.map(({ counts, ...row }) => ({ ...row, exact: counts === null })),
    };
  },
});
