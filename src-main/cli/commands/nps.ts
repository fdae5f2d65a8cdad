import { nps, npsCompare } from '#engine/analyses/nps/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

const points = (value: number | null): string | null => (value === null ? null : value.toFixed(1));

export const npsCommand: CliCommand = {
  name: 'nps',
  usage:
    'nps W [--as-of D] [--from D --to D] [--by FIELD] [--where E] [--wave W] [--kind K] [--unit respondent|customer] [--interval M] [--level 0.95] [--dedup latest|first|none] | nps W --compare A B',
  summary: 'NPS with its interval; the difference of two waves',
  reads: true,
  run(argv, out) {
    const compare = argv.includes('--compare');
    const rest = argv.filter((a) => a !== '--compare');
    const o = parseOptions(
      'nps',
      rest,
      { values: ['from', 'to', 'by', 'where', 'wave', 'kind', 'unit', 'interval', 'level', 'dedup'] },
      compare ? [3, 3] : [1, 1],
    );
    const workspace = o.positionals[0]!;
    const level = o.number('level');
    if (level !== undefined && !(level > 0 && level < 1))
      throw usage(`nps: --level "${level}" is not between 0 and 1.`);
    const shared = given({
      asOf: o.day('as-of'),
      where: o.text('where'),
      kind: o.oneOf('kind', ['relational', 'transactional']),
      unit: o.oneOf('unit', ['respondent', 'customer']),
      interval: o.oneOf('interval', ['adjusted_wald', 'wald', 'score']),
      level,
      dedup: o.oneOf('dedup', ['latest', 'first', 'none']),
    });
    if (compare) {
      const answer = ask(workspace, npsCompare, { ...shared, a: o.positionals[1]!, b: o.positionals[2]! });
      out.answer(
        answer,
        () =>
          `Difference ${points(answer.difference)} (${points(answer.low)} to ${points(answer.high)}), p ${answer.p?.toFixed(4) ?? '—'}`,
      );
      return;
    }
    const answer = ask(workspace, nps, {
      ...shared,
      ...given({ from: o.day('from'), to: o.day('to'), by: o.text('by'), wave: o.text('wave') }),
    });
    out.answer(answer, () =>
      [
        `NPS ${points(answer.nps) ?? 'undefined'} (${points(answer.interval.low) ?? '—'} to ${points(answer.interval.high) ?? '—'}), ${answer.responses} answers as of ${answer.asOf}`,
        `${answer.promoters} promoters, ${answer.passives} passives, ${answer.detractors} detractors`,
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
