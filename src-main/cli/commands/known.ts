import { history } from '#engine/analyses/workspace/index.ts';
import { usage } from '#engine/base/errors.ts';
import { bridge } from '#engine/known/bridge.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

export const versionsCommand: CliCommand = {
  name: 'versions',
  usage: 'versions W [--limit n]',
  summary: 'what changed the workspace, newest first, with the version that --known-at takes',
  reads: true,
  run(argv, out) {
    const o = parseOptions('versions', argv, { values: ['limit'] }, [1, 1]);
    const { changes } = ask(o.positionals[0]!, history, given({ limit: o.number('limit') }));
    const versions = changes.map(({ version, at, sentence, undone }) => ({ version, at, sentence, undone }));
    out.answer({ versions }, () =>
      textTable(
        ['version', 'at', 'change'],
        versions.map((v) => [v.version, v.at, `${v.sentence}${v.undone ? ' (undone)' : ''}`]),
      ),
    );
  },
};

export const bridgeCommand: CliCommand = {
  name: 'bridge',
  usage: 'bridge W --known-at VERSION --figure nps|customers|rung:NAME|sum:FACT [--where E] [--as-of D] [--rows n]',
  summary: 'how a figure as known then became the figure as known now: late rows, corrections, merges, rules',
  async run(argv, out) {
    const o = parseOptions('bridge', argv, { values: ['known-at', 'figure', 'where', 'rows'] }, [1, 1]);
    const [from, figure] = [o.text('known-at'), o.text('figure')];
    if (from === undefined || figure === undefined) throw usage('bridge: write --known-at VERSION and --figure F.');
    const answer = await bridge(o.positionals[0]!, {
      figure,
      knownAt: from,
      where: o.text('where'),
      asOf: o.text('as-of'),
      rows: o.number('rows'),
    });
    out.answer(answer, () =>
      [
        `${answer.figure} as of ${answer.asOf}: ${shown(answer.from)} as known at version ${answer.knownAt}, ${shown(answer.to)} now (${signed(answer.change)})`,
        ...answer.steps.flatMap((step) => [
          `  ${signed(step.change).padStart(10)}  ${step.cause}: ${step.sentence} (${step.count} rows)`,
          ...step.rows
            .slice(0, 5)
            .map(
              (row) =>
                `              ${row.table} ${row.source}:${row.key}${row.file === null ? '' : `, ${row.file} line ${row.line ?? '?'}`}${row.before === null ? '' : `: ${row.before} → ${row.after}`}`,
            ),
        ]),
      ].join('\n'),
    );
  },
};

const shown = (value: number): string => String(Math.round(value * 100) / 100);
const signed = (value: number): string => `${value > 0 ? '+' : ''}${shown(value)}`;
