import { formatCell } from '#engine/analyses/customer/format.ts';
import { ladder, migration } from '#engine/analyses/ladder/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions, type Options } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';
import { LADDER_WORDS, percent, shared } from './ladder-words.ts';

export const ladderCommand: CliCommand = {
  name: 'ladder',
  usage: [
    'ladder W [--as-of D] [--by FIELD] [--where E] [--mode 5|6] [--rules VERSION]',
    'ladder W --from D --to D [--by FIELD] [--minimum n]',
    'ladder W steps --from D --to D [--every month|quarter|year] [--start RUNG]',
    'ladder W change --from D --to D [--before-from D --before-to D]',
    'ladder W outlook --from D --to D [--periods n]',
    'ladder W dwell [--rung R] [--by FIELD] [--quantile q] | ladder W stuck [--rung R]',
    'ladder W referrals [--from D]',
    'ladder W say-do [--list ask|unsaid|done] [--window DAYS|all]',
    'ladder W next-time [--within DAYS] [--by FIELD] [--n N --state again|not|open]',
    'ladder W restated --from D [--to D] [--every ...] [--versions A,B]',
  ].join(' | '),
  summary: 'customers per rung on a day, the migration between two days, and what follows from them',
  reads: true,
  run(argv, out) {
    const o = parseOptions(
      'ladder',
      argv,
      {
        values: [
          'by',
          'where',
          'from',
          'to',
          'mode',
          'rules',
          'minimum',
          'every',
          'start',
          'before-from',
          'before-to',
          'periods',
          'rung',
          'quantile',
          'list',
          'window',
          'within',
          'n',
          'state',
          'versions',
          'limit',
          'offset',
        ],
      },
      [1, 2],
    );
    const [workspace, word] = o.positionals as [string, string?];
    if (word !== undefined) {
      const told = Object.hasOwn(LADDER_WORDS, word) ? LADDER_WORDS[word] : undefined;
      if (!told) throw usage(`ladder: "${word}" is not known; write ${Object.keys(LADDER_WORDS).join(', ')}.`);
      const { answer, text } = told(workspace, o);
      return out.answer(answer, text);
    }
    const [from, to] = [o.day('from'), o.day('to')];
    if (from !== undefined || to !== undefined) {
      if (from === undefined || to === undefined) throw usage('ladder: a migration takes both --from and --to.');
      return out.answer(...moved(workspace, o, from, to));
    }
    const answer = ask(workspace, ladder, { ...shared(o), ...given({ asOf: o.day('as-of'), by: o.text('by') }) });
    const rows = (rungs: typeof answer.rungs): (string | number | null)[][] =>
      rungs.map((r) => [
        answer.names[r.rung] ?? r.rung,
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

function moved(workspace: string, o: Options, from: string, to: string) {
  const answer = ask(workspace, migration, {
    from,
    to,
    ...shared(o),
    ...given({ by: o.text('by'), minimum: o.number('minimum') }),
  });
  const text = (): string =>
    [
      textTable(
        ['from', 'to', 'customers', 'share', 'low', 'high', 'of start', 'revenue', 'before'],
        answer.matrix
          .filter((m) => m.customers > 0)
          .map((m) => [
            m.from,
            m.to,
            m.customers,
            percent(m.share),
            percent(m.low),
            percent(m.high),
            percent(m.shareOfStart),
            formatCell(m.revenue),
            formatCell(m.revenueBefore),
          ]),
      ),
      `${answer.up} up, ${answer.down} down, ${answer.stay} stay, ${answer.entered} entered, ${answer.left} left`,
      textTable(
        ['from', 'customers', 'up', '', 'down', '', 'stay'],
        answer.rows.map((r) => [
          r.enough ? r.from : `${r.from} (fewer than ${answer.minimum})`,
          r.customers,
          percent(r.up.share),
          `${percent(r.up.low) ?? ''} to ${percent(r.up.high) ?? ''}`,
          percent(r.down.share),
          `${percent(r.down.low) ?? ''} to ${percent(r.down.high) ?? ''}`,
          percent(r.stay.share),
        ]),
      ),
      ...answer.comparisons
        .filter((c) => c.differs !== null)
        .map(
          (c) =>
            `${c.direction}: ${c.a} and ${c.b} ${c.differs ? 'differ' : 'do not differ'} by more than chance (${percent(c.low)} to ${percent(c.high)})`,
        ),
      ...(answer.groups.length === 0
        ? []
        : [
            textTable(
              ['group', 'customers', 'up', 'down', 'stay', 'new'],
              answer.groups.map((g) => [
                g.value ?? 'unknown',
                g.customers,
                percent(g.up.share),
                percent(g.down.share),
                percent(g.stay.share),
                g.entered,
              ]),
            ),
          ]),
    ].join('\n');
  return [answer, text] as const;
}
