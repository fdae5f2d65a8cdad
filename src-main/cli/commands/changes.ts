import { changes } from '#engine/analyses/warning/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

export const changesCommand: CliCommand = {
  name: 'changes',
  usage: 'changes W [--since D] [--as-of D] [--by FIELD] [--where E] [--baseline WEEKS] [--q 0.1] [--limit n] [--all]',
  summary: 'the largest significant changes since a day, or that nothing changed',
  reads: true,
  run(argv, out) {
    const o = parseOptions(
      'changes',
      argv,
      { values: ['since', 'by', 'where', 'baseline', 'q', 'limit'], flags: ['all'] },
      [1, 1],
    );
    const q = o.number('q');
    if (q !== undefined && !(q > 0 && q < 1)) throw usage(`changes: --q "${q}" is not between 0 and 1.`);
    const report = ask(
      o.positionals[0]!,
      changes,
      given({
        asOf: o.day('as-of'),
        since: o.day('since'),
        by: o.text('by'),
        where: o.text('where'),
        baselineWeeks: o.number('baseline'),
        limit: o.number('limit'),
        q,
      }),
    );
    out.answer(report, () => {
      const rows = o.has('all') ? report.all : report.changes;
      return [
        `${report.answer} As of ${report.asOf}.`,
        ...(rows.length === 0
          ? []
          : [
              textTable(
                ['', 'change', 'size', 'adjusted p'],
                rows.map((c) => [
                  c.significant ? { up: '▲', down: '▼', mixed: '◆' }[c.direction] : '',
                  c.group === null ? c.sentence : `${c.group}: ${c.sentence}`,
                  c.size.toFixed(2),
                  c.adjusted < 0.0001 ? '<0.0001' : c.adjusted.toFixed(4),
                ]),
              ),
            ]),
        ...(o.has('all')
          ? report.notCompared.map(
              (n) => `Not compared: ${n.group === null ? '' : `${n.group}: `}${n.label}: ${n.reason}.`,
            )
          : []),
      ].join('\n');
    });
  },
};
