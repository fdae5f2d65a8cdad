import {
  npsAsk,
  npsBenchmarks,
  npsBias,
  npsBulletin,
  npsCases,
  npsCoverage,
  npsList,
  npsMoves,
  npsRecovery,
  npsRevenue,
  npsSample,
  npsSilent,
  npsSpots,
  npsThemes,
  npsTrend,
  npsVerbatims,
} from '#engine/analyses/nps/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions, type Options } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import {
  between,
  money,
  PAGE_VALUES,
  pageIn,
  percent,
  points,
  RANGE_VALUES,
  rangeOf,
  SELECTION_FLAGS,
  SELECTION_VALUES,
  selectionOf,
  type NpsWord,
} from './nps-options.ts';

/** A question `nps W WORD`, with the options of a selection, of a range and its own. */
function question<Answer>(
  word: string,
  own: readonly string[],
  answer: (workspace: string, o: Options) => Answer,
  words: (answer: Answer) => string[],
  shown = own.map((name) => `[--${name} ${name.toUpperCase()}]`).join(' '),
): NpsWord {
  return {
    usage: `${word} ${shown}`.trim(),
    run(argv, out) {
      const o = parseOptions(
        `nps ${word}`,
        argv,
        { values: [...SELECTION_VALUES, ...RANGE_VALUES, ...own], flags: SELECTION_FLAGS },
        [2, 2],
      );
      const result = answer(o.positionals[0]!, o);
      out.answer(result, () => words(result).join('\n'));
    },
  };
}

const selected = (o: Options) => ({ ...selectionOf(o), ...rangeOf(o) });

/** Questions about NPS, by the word after the workspace. */
export const QUESTIONS: Readonly<Record<string, NpsWord>> = {
  trend: question(
    'trend',
    [],
    (w, o) => ask(w, npsTrend, selectionOf(o)),
    (a) => [
      textTable(
        [a.by, 'from', 'to', 'answers', 'NPS', 'change', 'p'],
        a.points.map((p) => [
          p.value ?? 'none',
          p.from,
          p.to,
          p.responses,
          between(p.nps, p.interval.low, p.interval.high),
          p.change === null ? null : between(p.change.difference, p.change.low, p.change.high),
          p.change?.p?.toFixed(4) ?? null,
        ]),
      ),
    ],
  ),
  list: question(
    'list',
    ['class', 'score', ...PAGE_VALUES],
    (w, o) =>
      ask(w, npsList, {
        ...selected(o),
        ...pageIn(o),
        ...given({ class: o.oneOf('class', ['detractor', 'passive', 'promoter']), score: o.number('score') }),
      }),
    (a) => [
      textTable(
        ['day', 'score', 'customer', 'words', 'answered by'],
        a.rows.map((r) => [r.answered, r.score, r.name, r.verbatim?.slice(0, 80) ?? null, r.answeredBy]),
      ),
      `${a.total} answers`,
    ],
  ),
  coverage: question(
    'coverage',
    ['by'],
    (w, o) => ask(w, npsCoverage, { ...selected(o), ...given({ by: o.text('by') }) }),
    (a) => [
      textTable(
        ['group', 'customers', 'invited', 'heard', 'coverage', 'contacts', 'heard', 'response rate'],
        [{ value: 'all', ...a }, ...a.groups].map((g) => [
          g.value ?? 'unknown',
          g.customers.known,
          g.customers.invited,
          g.customers.responding,
          percent(g.customers.coverage),
          g.contacts.known,
          g.contacts.responding,
          percent(g.rates?.responseRate ?? null),
        ]),
      ),
    ],
  ),
  revenue: question(
    'revenue',
    [],
    (w, o) => ask(w, npsRevenue, selected(o)),
    (a) => [
      textTable(
        ['class', 'customers', 'share', 'revenue in 12 months', 'share'],
        a.classes.map((c) => [c.class, c.customers, percent(c.share), money(c.revenue12m), percent(c.revenueShare)]),
      ),
    ],
  ),
  silent: question(
    'silent',
    ['renews-within', 'due', ...PAGE_VALUES],
    (w, o) =>
      ask(w, npsSilent, {
        ...selected(o),
        ...pageIn(o),
        ...given({ renewsWithin: o.number('renews-within') }),
        due: o.oneOf('due', ['yes', 'no']) === 'yes',
      }),
    (a) => [
      `${a.silent} silent customers with ${money(a.revenue12m)}; ${a.due} renew within ${a.renewsWithin} days with ${money(a.dueRevenue12m)}`,
      textTable(
        ['customer', 'revenue in 12 months', 'renews', 'last answer'],
        a.rows.map((r) => [r.name, money(r.revenue12m), r.renewsAt, r.lastAnswer]),
      ),
    ],
    '[--renews-within DAYS] [--due yes]',
  ),
  sample: question(
    'sample',
    ['margin'],
    (w, o) => ask(w, npsSample, { ...selected(o), ...given({ margin: o.number('margin') }) }),
    (a) => [
      a.needed === null
        ? 'Without answers the shares to plan with are unknown.'
        : `${a.needed} answers for ±${a.margin} points (${a.neededAdjusted} by adjusted Wald); ${a.responses} are there, ${a.more} more${a.invitations === null ? '' : `, about ${a.invitations} invitations`}`,
    ],
    '[--margin POINTS]',
  ),
  moves: question(
    'moves',
    [],
    (w, o) => {
      const { from, to, wave } = rangeOf(o);
      if (from === undefined) throw usage('nps moves: --from is missing; name the first of the two days.');
      return ask(w, npsMoves, { ...selectionOf(o), ...given({ to, wave }), from });
    },
    (a) => [
      textTable(
        ['direction', 'answers', 'NPS'],
        a.directions.map((d) => [d.direction, d.responses, between(d.nps, d.interval.low, d.interval.high)]),
      ),
      textTable(
        ['from', 'to', 'answers', 'NPS'],
        a.moves.map((m) => [m.from, m.to, m.responses, between(m.nps, m.interval.low, m.interval.high)]),
      ),
    ],
    '--from D [--to D] [--wave W]',
  ),
  bias: question(
    'bias',
    ['fields'],
    (w, o) => ask(w, npsBias, { ...selected(o), ...given({ fields: o.text('fields')?.split(',') }) }),
    (a) => [
      `NPS per customer ${points(a.nps) ?? '—'}, ${a.responding} of ${a.customers} customers heard`,
      ...a.fields.flatMap((f) => [
        `${f.field}: re-weighted ${between(f.nps, f.low, f.high)}, PSI ${f.psi?.toFixed(3) ?? '—'} (critical ${f.psiCritical?.toFixed(3) ?? '—'}), p ${f.p?.toFixed(4) ?? '—'}`,
        textTable(
          [f.field, 'customers', 'share', 'heard', 'share of heard', 'NPS'],
          f.strata.map((s) => [
            s.value ?? 'unknown',
            s.customers,
            percent(s.share),
            s.responding,
            percent(s.respondingShare),
            points(s.nps),
          ]),
        ),
      ]),
    ],
    '[--fields rung,region,revenue]',
  ),
  cases: question(
    'cases',
    ['status', 'owner', 'alert', ...PAGE_VALUES],
    (w, o) =>
      ask(w, npsCases, {
        ...given({
          asOf: o.day('as-of'),
          where: o.text('where'),
          from: o.day('from'),
          to: o.day('to'),
          owner: o.text('owner'),
          alert: o.text('alert'),
          status: o.oneOf('status', ['open', 'working', 'followed', 'closed', 'overdue']),
        }),
        ...pageIn(o),
      }),
    (a) => [
      `${a.summary.cases} cases, ${a.summary.overdue} overdue; kept ${percent(a.summary.kept.share) ?? '—'} of ${a.summary.kept.cases}; median ${points(a.summary.medianHours) ?? '—'} business hours`,
      textTable(
        ['answer', 'day', 'score', 'customer', 'owner', 'status', 'due', 'hours', 'followed up'],
        a.rows.map((r) => [
          r.id,
          r.answered,
          r.score,
          r.name,
          r.owner,
          r.overdue ? 'overdue' : r.status,
          r.due,
          r.hours,
          r.followedUp === null ? null : `${r.followedUp} ${r.followedBy}`,
        ]),
      ),
    ],
    '[--status open|working|followed|closed|overdue] [--owner NAME] [--alert NAME]',
  ),
  recovery: question(
    'recovery',
    [],
    (w, o) => ask(w, npsRecovery, selected(o)),
    (a) => [
      textTable(
        ['detractors', 'n', 'answered again', 'next NPS', 'no longer detractors'],
        (
          [
            ['followed up', a.followed],
            ['not followed up', a.notFollowed],
          ] as const
        ).map(([name, arm]) => [
          name,
          arm.detractors,
          arm.again,
          between(arm.next.nps, arm.next.interval.low, arm.next.interval.high),
          percent(arm.recoveredShare),
        ]),
      ),
      `Difference ${between(a.difference.difference, a.difference.low, a.difference.high)}; nobody is followed up at random.`,
    ],
  ),
  comments: question(
    'comments',
    ['search', 'theme', 'class', ...PAGE_VALUES],
    (w, o) =>
      ask(w, npsVerbatims, {
        ...selected(o),
        ...pageIn(o),
        ...given({
          search: o.text('search'),
          theme: o.text('theme'),
          class: o.oneOf('class', ['detractor', 'passive', 'promoter']),
        }),
      }),
    (a) => [
      `${a.total} of ${a.comments} comments, NPS ${between(a.score.nps, a.score.interval.low, a.score.interval.high)}`,
      textTable(
        ['answer', 'day', 'score', 'customer', 'themes', 'words'],
        a.rows.map((r) => [r.id, r.answered, r.score, r.name, r.themes.join(', '), r.verbatim]),
      ),
    ],
    '[--search WORDS] [--theme NAME] [--class detractor|passive|promoter]',
  ),
  themes: question(
    'themes',
    ['least', 'phrases'],
    (w, o) =>
      ask(w, npsThemes, { ...selected(o), ...given({ least: o.number('least'), phrases: o.number('phrases') }) }),
    (a) => [
      textTable(
        ['theme', 'answers', 'NPS', 'without', 'impact', 'contribution'],
        a.themes.map((t) => [
          t.theme,
          t.responses,
          points(t.nps),
          points(t.npsWithout),
          points(t.impact),
          points(t.contribution),
        ]),
      ),
      textTable(
        ['phrase', 'answers', 'NPS', 'impact', 'keyness'],
        a.phrases.map((p) => [p.phrase, p.responses, points(p.nps), points(p.impact), p.keyness?.toFixed(1) ?? null]),
      ),
    ],
    '[--least n] [--phrases n]',
  ),
  spots: question(
    'spots',
    ['by'],
    (w, o) => ask(w, npsSpots, { ...selected(o), ...given({ by: o.text('by') }) }),
    (a) => [
      textTable(
        ['rank', 'point', 'answers', 'detractors', 'revenue in 12 months', 'exposure', 'lapsed', 'open tickets'],
        a.points.map((p) => [
          p.rank,
          p.point ?? 'unknown',
          p.responses,
          percent(p.detractorShare),
          money(p.revenue12m),
          money(p.exposure12m),
          p.lapsed,
          p.openTickets,
        ]),
      ),
    ],
  ),
  ask: question(
    'ask',
    ['show', ...PAGE_VALUES],
    (w, o) =>
      ask(w, npsAsk, {
        ...given({
          asOf: o.day('as-of'),
          where: o.text('where'),
          show: o.oneOf('show', ['breaches', 'allowed', 'blocked']),
        }),
        ...pageIn(o),
      }),
    (a) => [
      `${a.people} people: ${a.allowed} may be invited, ${a.blocked} not yet, ${a.optedOut} opted out; ${a.breaches} breaches`,
      textTable(
        ['person', 'customer', 'invitations', 'last', 'rule', 'day'],
        a.rows.map((r) => [r.person, r.name, r.invitations, r.lastInvited, r.rule, r.day]),
      ),
    ],
    '[--show breaches|allowed|blocked]',
  ),
  benchmarks: question(
    'benchmarks',
    ['by'],
    (w, o) => ask(w, npsBenchmarks, { ...selected(o), ...given({ by: o.text('by') }) }),
    (a) => [
      textTable(
        ['benchmark', 'its NPS', 'own NPS', 'difference', 'verdict'],
        a.rows.map((r) => [
          r.name,
          points(r.nps),
          points(r.score.nps),
          between(r.difference, r.low, r.high),
          r.verdict,
        ]),
      ),
    ],
  ),
  bulletin: question(
    'bulletin',
    [],
    (w, o) => ask(w, npsBulletin, given({ asOf: o.day('as-of'), wave: o.text('wave') })),
    (a) => [
      `NPS bulletin of ${a.by} ${a.wave}, ${a.from} to ${a.to}, as of ${a.asOf}, figures ${a.digest}`,
      a.score.enough
        ? `NPS ${a.score.shown} (${points(a.score.interval.low)} to ${points(a.score.interval.high)}), ${a.score.responses} answers`
        : `${a.score.responses} answers; a score is published from ${a.score.minimum} on.`,
      ...(a.change === null || a.before === null
        ? []
        : [
            `Against ${a.before.wave}: ${between(a.change.difference, a.change.low, a.change.high)}, p ${a.change.p?.toFixed(4) ?? '—'}`,
          ]),
      `${a.customers.responding} of ${a.customers.known} customers heard; response rate ${percent(a.rates?.responseRate ?? null) ?? 'unknown'}`,
      `${a.cases.cases} cases, ${a.cases.overdue} overdue, ${a.cases.followed} followed up, ${a.cases.closed} closed`,
      textTable(
        ['rung', 'answers', 'NPS'],
        a.rungs.map((g) => [
          g.value ?? 'no customer',
          g.responses,
          g.enough ? points(g.nps) : `below ${a.score.minimum}`,
        ]),
      ),
      textTable(
        ['person', 'team', 'day', 'figures'],
        a.receipts.map((r) => [r.person, r.team, r.day, r.same ? 'these' : 'others']),
      ),
    ],
    '[--wave W]',
  ),
};
