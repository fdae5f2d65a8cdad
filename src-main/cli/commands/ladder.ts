import { ladder, migration } from '#engine/analyses/ladder/index.ts';
import { formatCell } from '#engine/analyses/customer/format.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

const percent = (share: number | null): string | null => (share === null ? null : `${(share * 100).toFixed(1)} %`);

export const ladderCommand: CliCommand = {
  name: 'ladder',
  usage: 'ladder W [--as-of D] [--by FIELD] [--where E] [--mode 5|6] | ladder W --from D --to D [--where E]',
  summary: 'customers per rung on a day, or the migration between two days',
  reads: true,
  run(argv, out) {
    const o = parseOptions('ladder', argv, { values: ['by', 'where', 'from', 'to', 'mode'] }, [1, 1]);
    const workspace = o.positionals[0]!;
    const [from, to] = [o.day('from'), o.day('to')];
    const mode = o.oneOf('mode', ['5', '6']);
    const shared = given({
      where: o.text('where'),
      mode: mode === undefined ? undefined : mode === '5' ? (5 as const) : (6 as const),
    });
    if (from !== undefined || to !== undefined) {
      if (from === undefined || to === undefined) throw usage('ladder: a migration takes both --from and --to.');
      const answer = ask(workspace, migration, { from, to, ...shared });
      out.answer(answer, () =>
        [
          textTable(
            ['from', 'to', 'customers', 'share', 'low', 'high'],
            answer.matrix.map((m) => [m.from, m.to, m.customers, percent(m.share), percent(m.low), percent(m.high)]),
          ),
          `${answer.up} up, ${answer.down} down, ${answer.stay} stay, ${answer.entered} entered, ${answer.left} left`,
        ].join('\n'),
      );
      return;
    }
    const answer = ask(workspace, ladder, { ...shared, ...given({ asOf: o.day('as-of'), by: o.text('by') }) });
    const rows = (rungs: typeof answer.rungs): (string | number | null)[][] =>
      rungs.map((r) => [
        r.rung,
        r.customers,
        percent(r.share),
        percent(r.low),
        percent(r.high),
        formatCell(r.revenue12m),
      ]);
    const headers = ['rung', 'customers', 'share', 'low', 'high', 'revenue 12 m'];
    out.answer(answer, () =>
      [
        `${answer.customers} customers as of ${answer.asOf}`,
        textTable(headers, rows(answer.rungs)),
        ...answer.groups.flatMap((g) => [`${g.value ?? 'unknown'}: ${g.customers}`, textTable(headers, rows(g.rungs))]),
      ].join('\n'),
    );
  },
};
