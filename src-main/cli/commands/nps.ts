import { nps, npsCompare } from '#engine/analyses/nps/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';
import { CHANGES } from './nps-changes.ts';
import { points, RANGE_VALUES, rangeOf, SELECTION_FLAGS, SELECTION_VALUES, selectionOf } from './nps-options.ts';
import { QUESTIONS } from './nps-questions.ts';

/** The word that directly follows the workspace. */
function wordOf(argv: readonly string[]): string | undefined {
  const word = argv[argv.findIndex((one) => !one.startsWith('-')) + 1];
  return word === undefined || word.startsWith('-') ? undefined : word;
}

export const npsCommand: CliCommand = {
  name: 'nps',
  usage:
    'nps W [--as-of D] [--from D --to D] [--by FIELD] [--where E] [--wave W] [--kind K] [--unit respondent|customer] [--interval M] [--level 0.95] [--dedup latest|first|none] [--weight FIELD] [--roles] [--population N|customers] | nps W --compare A B [--by FIELD] | nps W ' +
    [...Object.values(QUESTIONS), ...Object.values(CHANGES)].map((one) => one.usage).join(' | '),
  summary: 'NPS with its interval; waves, coverage, revenue, bias, cases, comments, benchmarks, bulletin',
  reads: (argv) => !Object.hasOwn(CHANGES, wordOf(argv) ?? '') || CHANGES[wordOf(argv)!]!.reads?.(argv) === true,
  async run(argv, out) {
    const word = argv.includes('--compare') ? undefined : wordOf(argv);
    const question = word === undefined ? undefined : (QUESTIONS[word] ?? CHANGES[word]);
    if (question) return await question.run(argv, out);
    const compare = argv.includes('--compare');
    const rest = argv.filter((a) => a !== '--compare');
    const o = parseOptions(
      'nps',
      rest,
      { values: [...SELECTION_VALUES, ...RANGE_VALUES, 'by'], flags: SELECTION_FLAGS },
      compare ? [3, 3] : [1, 2],
    );
    if (!compare && o.positionals.length === 2) {
      const known = [...Object.keys(QUESTIONS), ...Object.keys(CHANGES)].join(', ');
      throw usage(`nps: "${o.positionals[1]}" is not known; write one of ${known}, or nothing.`);
    }
    const workspace = o.positionals[0]!;
    const by = given({ by: o.text('by') });
    if (compare) {
      const answer = ask(workspace, npsCompare, {
        ...selectionOf(o),
        ...by,
        a: o.positionals[1]!,
        b: o.positionals[2]!,
      });
      return out.answer(answer, () =>
        [
          `Difference ${points(answer.difference)} (${points(answer.low)} to ${points(answer.high)}), p ${answer.p?.toFixed(4) ?? '—'}`,
          `Paired: ${points(answer.paired.difference) ?? '—'} (${points(answer.paired.low) ?? '—'} to ${points(answer.paired.high) ?? '—'}), ${answer.paired.n} in both; report ${answer.report}`,
          ...(answer.decomposition === null
            ? []
            : [
                `Mix ${points(answer.decomposition.mix)}, rate ${points(answer.decomposition.rate)}`,
                textTable(
                  ['group', 'before', 'NPS', 'after', 'NPS after', 'mix', 'rate'],
                  answer.decomposition.groups.map((g) => [
                    g.value ?? 'unknown',
                    g.before.responses,
                    points(g.before.nps),
                    g.after.responses,
                    points(g.after.nps),
                    points(g.mix),
                    points(g.rate),
                  ]),
                ),
              ]),
        ].join('\n'),
      );
    }
    const answer = ask(workspace, nps, { ...selectionOf(o), ...rangeOf(o), ...by });
    out.answer(answer, () =>
      [
        `NPS ${points(answer.nps) ?? 'undefined'} (${points(answer.interval.low) ?? '—'} to ${points(answer.interval.high) ?? '—'}), ${answer.responses} answers as of ${answer.asOf}`,
        ...(answer.enough || answer.nps === null
          ? []
          : [`Fewer than the ${answer.minimum} answers that a score is published with.`]),
        `${answer.promoters} promoters, ${answer.passives} passives, ${answer.detractors} detractors`,
        ...(answer.weighted === null
          ? []
          : [
              `Effective number ${answer.weighted.effective?.toFixed(1) ?? '—'}, unweighted ${points(answer.weighted.unweighted) ?? '—'}, ${answer.weighted.excluded} without a weight`,
            ]),
        ...(answer.groups.length > 0
          ? [
              textTable(
                ['group', 'answers', 'NPS', 'low', 'high'],
                answer.groups.map((g) => [
                  g.value ?? 'unknown',
                  g.responses,
                  points(g.nps),
                  points(g.interval.low),
                  points(g.interval.high),
                ]),
              ),
            ]
          : []),
      ].join('\n'),
    );
  },
};
