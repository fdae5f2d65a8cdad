import { formatCell } from '#engine/analyses/customer/format.ts';
import {
  ladderDwell,
  ladderOutlook,
  ladderReferrals,
  ladderRestated,
  ladderStuck,
  migrationChange,
  migrationSteps,
  nextTime,
  sayDo,
  STANDINGS,
} from '#engine/analyses/ladder/index.ts';
import { usage } from '#engine/base/errors.ts';
import type { Options } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';

export const percent = (share: number | null): string | null =>
  share === null ? null : `${(share * 100).toFixed(1)} %`;
const rounded = (value: number | null, digits = 1): string | null => (value === null ? null : value.toFixed(digits));

/** Options of every question about the ladder: the filter, five or six rungs, and a version of the rules. */
export function shared(o: Options) {
  const mode = o.oneOf('mode', ['5', '6']);
  return given({
    where: o.text('where'),
    mode: mode === undefined ? undefined : mode === '5' ? (5 as const) : (6 as const),
    version: o.number('rules'),
  });
}

function required(o: Options, word: string, name: string): string {
  const day = o.day(name);
  if (day === undefined) throw usage(`ladder ${word}: --${name} is missing.`);
  return day;
}

const paged = (o: Options) => given({ limit: o.number('limit'), offset: o.number('offset') });
const rungOf = (o: Options, name: string) => o.oneOf(name, STANDINGS);
const everyOf = (o: Options) => o.oneOf('every', ['month', 'quarter', 'year']);

type Told = { answer: unknown; text: () => string };

/** The words after `ladder W`, each a question with its answer as text. */
export const LADDER_WORDS: Readonly<Record<string, (workspace: string, o: Options) => Told>> = {
  steps(workspace, o) {
    const answer = ask(workspace, migrationSteps, {
      from: required(o, 'steps', 'from'),
      ...shared(o),
      ...given({ to: o.day('to'), every: everyOf(o), start: rungOf(o, 'start'), minimum: o.number('minimum') }),
    });
    return {
      answer,
      text: () =>
        [
          `${answer.customers} customers${answer.start === null ? '' : ` on ${answer.start}`} on ${answer.days[0]}`,
          textTable(
            ['day', 'rung', 'customers', 'of start'],
            answer.nodes
              .filter((n) => n.customers > 0)
              .map((n) => [n.day, n.standing, n.customers, percent(n.shareOfStart)]),
          ),
          textTable(
            ['from', 'to', 'from rung', 'to rung', 'customers', 'of step', 'low', 'high', 'of start'],
            answer.flows.map((f) => [
              f.from,
              f.to,
              f.a,
              f.b,
              f.customers,
              percent(f.share),
              percent(f.low),
              percent(f.high),
              percent(f.shareOfStart),
            ]),
          ),
        ].join('\n'),
    };
  },

  change(workspace, o) {
    const answer = ask(workspace, migrationChange, {
      from: required(o, 'change', 'from'),
      ...shared(o),
      ...given({ to: o.day('to'), beforeFrom: o.day('before-from'), beforeTo: o.day('before-to') }),
    });
    const [a, b] = answer.periods as [(typeof answer.periods)[number], (typeof answer.periods)[number]];
    const verdict = answer.changed === null ? 'cannot be compared' : answer.changed ? 'differ' : 'do not differ';
    return {
      answer,
      text: () =>
        [
          `Moves ${a.from} to ${a.to} (${a.customers}) and ${b.from} to ${b.to} (${b.customers}) ${verdict}: chi-square ${rounded(answer.chi2, 2) ?? 'undefined'}, df ${answer.df}, p ${rounded(answer.p, 4) ?? 'undefined'}; ${answer.small} of ${answer.cells} expected counts below 5`,
          textTable(
            ['from', 'then', 'now', 'up then', 'up now', 'difference', 'low', 'high', 'p'],
            answer.rows.map((r) => [
              r.from,
              ...r.customers,
              percent(r.up[0].share),
              percent(r.up[1].share),
              percent(r.upDifference.difference),
              percent(r.upDifference.low),
              percent(r.upDifference.high),
              rounded(r.p, 4),
            ]),
          ),
        ].join('\n'),
    };
  },

  outlook(workspace, o) {
    const answer = ask(workspace, ladderOutlook, {
      from: required(o, 'outlook', 'from'),
      ...shared(o),
      ...given({ to: o.day('to'), periods: o.number('periods') }),
    });
    return {
      answer,
      text: () =>
        [
          `If the moves of ${answer.from} to ${answer.to} go on:`,
          textTable(
            ['day', 'rung', 'customers', 'low', 'high', 'with new ones'],
            answer.forecast.flatMap((f) =>
              f.standings.map((s) => [
                f.day,
                s.standing,
                rounded(s.customers),
                rounded(s.low),
                rounded(s.high),
                rounded(s.withNew),
              ]),
            ),
          ),
          textTable(
            ['from', 'periods until lapsed', ...answer.untilLapsed.map((r) => `on ${r.from}`)],
            answer.untilLapsed.map((r) => [r.from, rounded(r.total, 2), ...r.on.map((s) => rounded(s.periods, 2))]),
          ),
          ...(answer.neverLeft.length === 0 ? [] : [`never left in what was seen: ${answer.neverLeft.join(', ')}`]),
          ...(answer.unseen.length === 0 ? [] : [`nobody seen on, taken to stay: ${answer.unseen.join(', ')}`]),
          ...(answer.weak.length === 0 ? [] : [`few customers: ${answer.weak.join(', ')}`]),
        ].join('\n'),
    };
  },

  dwell(workspace, o) {
    const answer = ask(workspace, ladderDwell, {
      ...shared(o),
      ...given({ asOf: o.day('as-of'), rung: rungOf(o, 'rung'), by: o.text('by'), quantile: o.number('quantile') }),
    });
    const row = (name: string, c: (typeof answer.curves)[number]): (string | number | null)[] => [
      name,
      c.spells,
      c.open,
      c.up,
      c.down,
      c.median,
      c.p75,
      rounded(c.meanDays),
      c.stuckAfter,
      c.stuck,
    ];
    return {
      answer,
      text: () =>
        textTable(
          ['rung', 'spells', 'open', 'rose', 'fell', 'median days', 'p75', 'days per move', 'stuck after', 'stuck'],
          [
            ...answer.curves.map((c) => row(c.standing, c)),
            ...answer.groups.map((g) => row(`${g.curve.standing}, ${g.value ?? 'unknown'}`, g.curve)),
          ],
        ),
    };
  },

  stuck(workspace, o) {
    const answer = ask(workspace, ladderStuck, {
      ...shared(o),
      ...paged(o),
      ...given({ asOf: o.day('as-of'), rung: rungOf(o, 'rung'), quantile: o.number('quantile') }),
    });
    return {
      answer,
      text: () =>
        [
          `${answer.total} customers stand longer than most stay`,
          textTable(
            ['customer', 'name', 'rung', 'since', 'days', 'after', 'what would lift'],
            answer.rows.map((r) => [r.customer, r.name, r.standing, r.since, r.days, r.after, r.next]),
          ),
        ].join('\n'),
    };
  },

  referrals(workspace, o) {
    const answer = ask(workspace, ladderReferrals, {
      ...shared(o),
      ...paged(o),
      ...given({ asOf: o.day('as-of'), from: o.day('from') }),
    });
    return {
      answer,
      text: () =>
        [
          `${answer.referrals} referrals: ${answer.outcomes.map((x) => `${x.referrals} ${x.outcome}`).join(', ')}; brought ${formatCell(answer.revenueBrought) ?? 'nothing'}`,
          textTable(
            ['rung', 'customers', 'referrers', 'referrals', 'won', 'brought', 'own revenue 12 m'],
            answer.standings.map((s) => [
              s.standing,
              s.customers,
              s.referrers,
              s.referrals,
              s.won.customers,
              formatCell(s.revenueBrought),
              formatCell(s.revenue12m),
            ]),
          ),
          textTable(
            ['customer', 'name', 'rung', 'day', 'referred', 'outcome', 'first order', 'brought'],
            answer.rows.flatMap((r) =>
              r.referrals.map((x) => [
                r.customer,
                r.name,
                r.standing,
                x.day,
                x.name ?? x.external,
                x.outcome,
                x.firstOrder,
                formatCell(x.revenue),
              ]),
            ),
          ),
        ].join('\n'),
    };
  },

  'say-do'(workspace, o) {
    const window = o.text('window');
    const answer = ask(workspace, sayDo, {
      ...shared(o),
      ...paged(o),
      ...given({
        asOf: o.day('as-of'),
        list: o.oneOf('list', ['ask', 'unsaid', 'done']),
        window: window === 'all' ? null : o.number('window'),
      }),
    });
    return {
      answer,
      text: () =>
        [
          textTable(
            ['says', 'customers', 'recommended', 'share', 'low', 'high', 'revenue 12 m without'],
            answer.classes.map((c) => [
              c.says,
              c.customers,
              c.does.customers,
              percent(c.does.share),
              percent(c.does.low),
              percent(c.does.high),
              formatCell(c.revenueWithout),
            ]),
          ),
          `${answer.total} on the list "${answer.list}"`,
          textTable(
            ['customer', 'name', 'rung', 'owner', 'score', 'answered', 'recommended', 'dispute', 'revenue 12 m'],
            answer.rows.map((r) => [
              r.customer,
              r.name,
              r.standing,
              r.owner,
              r.score,
              r.answered,
              r.acted,
              r.dispute,
              formatCell(r.revenue12m),
            ]),
          ),
        ].join('\n'),
    };
  },

  'next-time'(workspace, o) {
    const answer = ask(workspace, nextTime, {
      ...shared(o),
      ...paged(o),
      ...given({
        asOf: o.day('as-of'),
        within: o.number('within'),
        by: o.text('by'),
        n: o.number('n'),
        state: o.oneOf('state', ['again', 'not', 'open']),
      }),
    });
    const rows = (some: typeof answer.rows): (string | number | null)[][] =>
      some.map((r) => [
        r.n,
        r.reached,
        r.decided,
        r.again.customers,
        percent(r.again.share),
        percent(r.again.low),
        percent(r.again.high),
        r.open,
        percent(r.expected),
        r.medianDays,
      ]);
    const headers = [
      'purchase',
      'buyers',
      'time over',
      'again',
      'share',
      'low',
      'high',
      'open',
      'expected',
      'median days',
    ];
    return {
      answer,
      text: () =>
        [
          `Bought again within ${answer.within} days`,
          textTable(headers, rows(answer.rows)),
          ...answer.groups.flatMap((g) => [g.value ?? 'unknown', textTable(headers, rows(g.rows))]),
          ...(answer.list.length === 0
            ? []
            : [
                textTable(
                  ['customer', 'name', 'purchases', 'last', 'days'],
                  answer.list.map((r) => [r.customer, r.name, r.purchases, r.last, r.days]),
                ),
              ]),
        ].join('\n'),
    };
  },

  restated(workspace, o) {
    const versions = o.text('versions')?.split(',').map(Number);
    const { where, mode } = shared(o);
    const answer = ask(workspace, ladderRestated, {
      ...paged(o),
      ...given({ where, mode, from: o.day('from'), to: o.day('to'), every: everyOf(o), versions }),
    });
    return {
      answer,
      text: () =>
        [
          ...answer.versions.flatMap((v) => [
            `Version ${v.version}${v.version === 0 ? " (the product's own)" : ''}`,
            textTable(
              ['day', ...answer.standings],
              answer.days.map((day, k) => [day, ...v.counts[k]!]),
            ),
          ]),
          ...answer.differ.map((d) => `${d.day}: ${d.moved} of ${d.customers} stand elsewhere`),
          textTable(
            ['from', 'to', 'customers'],
            answer.moves.map((m) => [m.from, m.to, m.customers]),
          ),
        ].join('\n'),
    };
  },
};
