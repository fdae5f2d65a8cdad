import {
  MIX_FIELDS,
  touchAfterPurchase,
  touchBursts,
  touchCadence,
  touchCalendar,
  touchDepth,
  touchesAudit,
  touchEvenness,
  touchGaps,
  touchHandovers,
  touchInbound,
  touchMix,
  touchOffers,
  touchPlan,
} from '#engine/analyses/touch/index.ts';
import type { Analysis } from '#engine/base/define.ts';
import { decimalOf, type Money } from '#engine/base/money.ts';
import { CHANNELS } from '#engine/base/vocabulary.ts';
import { parseOptions, type Options } from '../options.ts';
import { textTable, type Output } from '../output.ts';
import { ask, given } from '../session.ts';

export type Question = { readonly usage: string; run(argv: readonly string[], out: Output): void };

type Cell = string | number | null;

const two = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(2)));
const percent = (share: number | null): string | null => (share === null ? null : `${(100 * share).toFixed(1)} %`);
const money = (list: readonly Money[]): string =>
  list.map(({ currency, minor }) => `${decimalOf(minor, currency)} ${currency}`).join(' + ') || '—';

/** A question: its options besides --where and --limit, its input, and what a person reads. */
function question<I, A, R>(
  word: string,
  analysis: Analysis<string, I, A, R>,
  values: readonly string[],
  usage: string,
  input: (o: Options) => A,
  words: (answer: R) => string[],
): Question {
  return {
    usage: `${word}${usage === '' ? '' : ` ${usage}`}`,
    run(argv, out) {
      const o = parseOptions(`touches ${word}`, argv, { values: ['where', 'limit', ...values] }, [2, 2]);
      const answer = ask(o.positionals[0]!, analysis, {
        ...given({ where: o.text('where'), asOf: o.day('as-of'), limit: o.number('limit') }),
        ...input(o),
      });
      out.answer(answer, () => words(answer).join('\n'));
    },
  };
}

const table = (headers: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  rows.length === 0 ? '' : textTable(headers, rows);

/** Questions about touches by the word that follows the workspace. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  audit: question(
    'audit',
    touchesAudit,
    [],
    '',
    () => ({}),
    (a) => [
      `${a.collisionPairs} collisions; ${a.disputeRate.insideTouches} commercial touches inside an open dispute, ${two(a.disputeRate.inside) ?? '—'} per 100 dispute days and ${two(a.disputeRate.outside) ?? '—'} per 100 other days; ${a.capBreachCount} stretches over a cap as of ${a.asOf}`,
      table(
        ['customer', 'days apart', 'first', 'second'],
        a.collisions.map((c) => [c.name, c.days, `${c.first.day} ${c.first.team}`, `${c.second.day} ${c.second.team}`]),
      ),
      table(
        ['customer', 'touch', 'team', 'ticket', 'open since'],
        a.inDispute.map((d) => [d.name, d.touch.day, d.touch.team, d.ticket, d.opened]),
      ),
      table(
        ['customer', 'from', 'to', 'touches', 'cap'],
        a.capBreaches.map((b) => [b.name, b.from, b.to, b.touches, b.cap]),
      ),
    ],
  ),
  kinds: question(
    'kinds',
    touchMix,
    ['by', 'from'],
    `[--by ${MIX_FIELDS.join('|')}] [--from D]`,
    (o) => given({ by: o.oneOf('by', MIX_FIELDS), from: o.day('from') }),
    (a) => [
      `${a.total.touches} touches of ${a.total.customers} customers as of ${a.asOf}; ${percent(a.total.coverage) ?? '—'} with purpose and outcome; cost ${money(a.total.cost)}`,
      table(
        [a.by, 'touches', 'in', 'out', 'customers', 'documented', 'cost'],
        a.rows.map((r) => [
          r.name ?? r.value,
          r.touches,
          r.inbound,
          r.outbound,
          r.customers,
          percent(r.coverage),
          money(r.cost),
        ]),
      ),
      ...(a.unpriced.length > 0 ? [`Without a cost or a rate: ${a.unpriced.join(', ')}`] : []),
    ],
  ),
  evenness: question(
    'evenness',
    touchEvenness,
    ['window', 'offset'],
    '[--window DAYS]',
    (o) => given({ window: o.number('window'), offset: o.number('offset') }),
    (a) => [
      `${a.touched} customers touched by sales or marketing in ${a.window} days as of ${a.asOf}, ${a.together} by both: ${a.complement} complement each other, ${a.collide} fall together; median gain ${two(a.medianGain) ?? '—'}`,
      table(
        ['customer', 'both', 'sales', 'marketing', 'gain', 'shared days'],
        a.rows.map((r) => [r.name, two(r.both), two(r.sales), two(r.marketing), two(r.gain), r.sharedDays]),
      ),
    ],
  ),
  bursts: question(
    'bursts',
    touchBursts,
    ['only'],
    '[--only bursts|barrages]',
    (o) => given({ only: o.oneOf('only', ['bursts', 'barrages']) }),
    (a) => [
      `${a.bursts} bursts of ${a.customers} customers, ${a.barrages} followed by silence, as of ${a.asOf}`,
      table(
        ['team', 'led bursts', 'led barrages', 'touches'],
        a.byTeam.map((t) => [t.team, t.bursts, t.barrages, t.touches]),
      ),
      table(
        ['customer', 'from', 'to', 'touches', 'led by', 'share', 'silence'],
        a.rows.map((r) => [r.name, r.from, r.to, r.touches, r.lead.team, percent(r.lead.share), r.silence]),
      ),
    ],
  ),
  cadence: question(
    'cadence',
    touchCadence,
    [],
    '',
    () => ({}),
    (a) => [
      table(
        [
          'rung',
          'target',
          'customers',
          'never',
          'median gap',
          'beyond',
          'low',
          'high',
          'silent',
          'pressure',
          'under',
          'on',
          'over',
        ],
        a.rungs.map((r) => [
          r.rung,
          r.target,
          r.customers,
          r.never,
          r.medianOpenGap,
          percent(r.share),
          percent(r.low),
          percent(r.high),
          r.silent,
          two(r.medianPressure),
          r.levels.under,
          r.levels.on,
          r.levels.over,
        ]),
      ),
      `${a.alerts.selected} of ${a.alerts.tested} customers are late for their own rhythm at a false discovery rate of ${a.alerts.rate} as of ${a.asOf}`,
      table(
        ['customer', 'open gap', 'mean gap', 'gaps', 'p'],
        a.alerts.rows.map((r) => [r.name, r.openGap, two(r.meanGap), r.gaps, Number(r.p.toPrecision(3))]),
      ),
    ],
  ),
  inbound: question(
    'inbound',
    touchInbound,
    [],
    '',
    () => ({}),
    (a) => [
      `${a.total.episodes} inbound episodes as of ${a.asOf}, ${a.total.open} unanswered (${percent(a.total.unanswered) ?? '—'}); median ${two(a.total.hours.p50) ?? '—'} working hours, ${a.total.days.p50 ?? '—'} days; ${percent(a.otherTeam.share) ?? '—'} answered by another team`,
      table(
        ['channel', 'episodes', 'unanswered', 'median hours', 'median days', 'within reply'],
        a.byChannel.map((g) => [
          g.value,
          g.episodes,
          percent(g.unanswered),
          two(g.hours.p50),
          g.days.p50,
          percent(g.sla.attainment),
        ]),
      ),
      table(
        ['customer', 'asked', 'channel', 'team', 'days', 'working hours'],
        a.rows.map((r) => [r.name, r.asked.day, r.asked.channel, r.asked.team, r.days, two(r.hours)]),
      ),
    ],
  ),
  'after-purchase': question(
    'after-purchase',
    touchAfterPurchase,
    [],
    '',
    () => ({}),
    (a) => [
      `${a.untouched} of ${a.buyers} buyers were not touched since their first order as of ${a.asOf}`,
      table(
        ['day', 'untouched', 'low', 'high', 'plainly'],
        a.at.map((one) => [one.day, percent(one.share), percent(one.low), percent(one.high), percent(one.naive)]),
      ),
      table(
        ['customer', 'bought', 'days'],
        a.rows.map((r) => [r.name, r.bought, r.days]),
      ),
    ],
  ),
  offers: question(
    'offers',
    touchOffers,
    [],
    '',
    () => ({}),
    (a) => [
      `${a.contradictions} contradictions among ${a.offers} offers to ${a.customers} customers as of ${a.asOf}; owed ${money(a.owed)}`,
      table(
        ['customer', 'day', 'marketing said', 'sales said', 'accounts billed', 'owed'],
        a.rows.map((r) => [
          r.name,
          r.day,
          ...[r.marketing, r.sales, r.billed].map((s) =>
            s === null ? null : s.discount !== null ? percent(s.discount) : s.price === null ? null : money([s.price]),
          ),
          r.owed === null ? null : money([r.owed]),
        ]),
      ),
    ],
  ),
  handovers: question(
    'handovers',
    touchHandovers,
    [],
    '',
    () => ({}),
    (a) => [
      table(
        ['way', 'offered', 'accepted', 'declined', 'open', 'median days'],
        (
          [
            ['to sales', a.toSales],
            ['to marketing', a.toMarketing],
          ] as const
        ).map(([way, w]) => [way, w.offered, w.accepted, w.declined, w.open, w.lagDays]),
      ),
      `Bought again: ${percent(a.handedBack.share) ?? '—'} of ${a.handedBack.n} handed back, ${percent(a.notHandedBack.share) ?? '—'} of ${a.notHandedBack.n} others; difference ${percent(a.difference.difference) ?? '—'} (${percent(a.difference.low) ?? '—'} to ${percent(a.difference.high) ?? '—'}), an association`,
    ],
  ),
  depth: question(
    'depth',
    touchDepth,
    ['sort', 'offset'],
    '[--sort FIELD]',
    (o) => given({ sort: o.text('sort'), offset: o.number('offset') }),
    (a) => [
      `Persons touched in ${a.days} days as of ${a.asOf}: none at ${a.none} customers, one at ${a.one}, several at ${a.several}`,
      table(
        ['customer', 'persons known', 'touched'],
        a.rows.map((r) => [r.name, r.known, r.touched]),
      ),
    ],
  ),
  calendar: {
    usage: 'calendar [--from D]',
    run(argv, out) {
      const o = parseOptions('touches calendar', argv, { values: ['where', 'from'] }, [2, 2]);
      const answer = ask(
        o.positionals[0]!,
        touchCalendar,
        given({ where: o.text('where'), asOf: o.day('as-of'), from: o.day('from') }),
      );
      out.answer(answer, () =>
        table(
          ['day', 'out', 'in', 'customers', 'in a dispute', 'teams'],
          answer.days
            .filter((d) => d.outbound + d.inbound > 0)
            .map((d) => [
              d.day,
              d.outbound,
              d.inbound,
              d.customers,
              d.inDispute,
              Object.entries(d.byTeam)
                .map(([team, n]) => `${team} ${n}`)
                .join(', '),
            ]),
        ),
      );
    },
  },
  gaps: {
    usage: 'gaps [--bin DAYS]',
    run(argv, out) {
      const o = parseOptions('touches gaps', argv, { values: ['where', 'bin'] }, [2, 2]);
      const answer = ask(
        o.positionals[0]!,
        touchGaps,
        given({ where: o.text('where'), asOf: o.day('as-of'), binDays: o.number('bin') }),
      );
      out.answer(answer, () =>
        [
          textTable(
            ['days since the last touch', 'customers', 'beyond target'],
            answer.bins.map((b) => [
              b.to === null ? `${b.from} and more` : `${b.from} to ${b.to - 1}`,
              b.customers,
              b.beyondTarget,
            ]),
          ),
          `${answer.never} never touched; median ${answer.median ?? '—'} as of ${answer.asOf}`,
        ].join('\n'),
      );
    },
  },
  plan: question(
    'plan',
    touchPlan,
    ['days', 'touches', 'goal', 'channel', 'window', 'sort', 'offset', 'customer'],
    '[--customer ID] [--days N] [--touches N] [--goal even|minimax] [--channel C] [--window DAYS] [--sort FIELD]',
    (o) => ({
      ...given({
        days: o.number('days'),
        touches: o.number('touches'),
        goal: o.oneOf('goal', ['even', 'minimax']),
        channel: o.oneOf('channel', CHANNELS),
        window: o.number('window'),
        sort: o.text('sort'),
        offset: o.number('offset'),
      }),
      ...(o.text('customer') === undefined ? {} : { customers: [o.text('customer')!] }),
    }),
    (a) => [
      `${a.planned} touches by ${a.channel} from ${a.from} to ${a.to}`,
      table(
        ['customer', 'rung', 'open gap', 'days', 'evenness', 'then', 'longest', 'then', 'fewer because of'],
        a.rows.map((r) => [
          r.name,
          r.rung,
          r.openGap,
          r.days.join(' ') || null,
          two(r.before.evenness),
          two(r.after.evenness),
          r.before.longest,
          r.after.longest,
          r.limitedBy,
        ]),
      ),
    ],
  ),
};
