import { writeFileSync } from 'node:fs';
import { touches } from '#engine/analyses/touch/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { csvText, textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';
import { QUESTIONS } from './touches-questions.ts';

/** The word behind the workspace; what follows an option is its value. */
function wordOf(argv: readonly string[]): string | undefined {
  const isValue = (i: number): boolean => i > 0 && argv[i - 1]!.startsWith('--') && argv[i - 1] !== '--json';
  return argv.filter((word, i) => !word.startsWith('-') && !isValue(i))[1];
}

export const touchesCommand: CliCommand = {
  name: 'touches',
  usage: `touches W [--where E] [--window DAYS] [--as-of D] [--csv F] | touches W ${Object.values(QUESTIONS)
    .map((one) => one.usage)
    .join(' | ')}`,
  summary:
    'spacing per customer; disputes, collisions, caps, bursts, evenness, cadence, replies, offers, hand-overs, plan',
  reads: true,
  run(argv, out) {
    const word = wordOf(argv);
    const question = word === undefined || !Object.hasOwn(QUESTIONS, word) ? undefined : QUESTIONS[word];
    if (question) return question.run(argv, out);
    const o = parseOptions('touches', argv, { values: ['where', 'window', 'csv', 'limit', 'offset', 'sort'] }, [1, 2]);
    const [workspace, what] = o.positionals;
    if (what !== undefined)
      throw usage(`touches: "${what}" is not known; write one of ${Object.keys(QUESTIONS).join(', ')}, or nothing.`);
    const shared = given({ where: o.text('where'), asOf: o.day('as-of') });
    const answer = ask(workspace!, touches, {
      ...shared,
      ...given({
        window: o.number('window'),
        sort: o.text('sort'),
        limit: o.number('limit') ?? Number.MAX_SAFE_INTEGER,
        offset: o.number('offset'),
      }),
    });
    const headers = [
      'customer',
      'name',
      'touches',
      'lastDay',
      'meanGap',
      'maxGap',
      'openGap',
      'burstiness',
      'evenness',
      'class',
    ];
    const rows = answer.customers.map((c) => [
      c.customer,
      c.name,
      c.touches,
      c.lastDay,
      c.meanGap,
      c.maxGap,
      c.openGap,
      c.burstiness,
      c.evenness,
      c.class,
    ]);
    const file = o.text('csv');
    if (file !== undefined) writeFileSync(file, csvText(headers, rows));
    out.answer(answer, () =>
      [
        textTable(
          headers,
          rows.map((row) =>
            row.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toFixed(2)) : cell)),
          ),
        ),
        `${answer.summary.silences} silences, ${answer.summary.barrages} barrages, ${answer.summary.collisions} collisions as of ${answer.asOf}`,
      ].join('\n'),
    );
  },
};
