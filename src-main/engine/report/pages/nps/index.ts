import { isoDay } from '#engine/base/days.ts';
import { nps, npsCompare, npsTrend } from '#engine/analyses/nps/index.ts';
import type { NpsCompareReport, NpsCounts, NpsGroup, NpsReport } from '#engine/analyses/nps/types.ts';
import { COLOURS, columns, intervals, RUNG_COLOURS } from '../../drawing.ts';
import { Asking, shared, type Figure, type Page, type Table } from '../../page.ts';
import { capital, percent, plural, signed } from '../../words.ts';

/** Answers of the last year count where there are no waves. */
const YEAR = 365;
/** A rung with fewer answers is shown, and not compared. */
const LEAST_ANSWERS = 10;
/** Waves or quarters shown. */
const POINTS_SHOWN = 8;

/** NPS: the latest wave (else the last year) with its interval, its distribution, by rung, and the trend. */
export const npsPage: Page = {
  id: 'nps',
  title: 'NPS',
  build(ctx, question) {
    const asking = new Asking(ctx);
    const trend = asking.ask('nps.trend', npsTrend, shared(question));
    const latest = trend.by === 'wave' ? (trend.points.at(-1)?.value ?? null) : null;
    const period =
      latest === null ? { from: isoDay(question.asOf - YEAR + 1), to: isoDay(question.asOf) } : { wave: latest };
    const name = latest === null ? 'the last 365 days' : `wave ${latest}`;
    const score = asking.ask('nps.score', nps, { ...shared(question), ...period, by: 'rung' });
    const previous = trend.by === 'wave' ? (trend.points.at(-2)?.value ?? null) : null;
    const change =
      latest === null || previous === null
        ? null
        : asking.ask('nps.score', npsCompare, { ...shared(question), a: previous, b: latest });
    return {
      evidence: asking.evidence,
      figures: [
        scoreFigure(score, name, change, previous),
        groupFigure('nps.rungs', `NPS by rung, ${name}`, byRungSentence(score.groups), score.groups),
        groupFigure(
          'nps.trend',
          `NPS by ${trend.by}`,
          trend.points.length < 2
            ? 'There is no earlier score to compare with.'
            : `From ${scoreText(trend.points[0]!)} in ${trend.points[0]!.value} to ${scoreText(trend.points.at(-1)!)} in ${trend.points.at(-1)!.value}.`,
          trend.points.slice(-POINTS_SHOWN),
        ),
      ],
    };
  },
};

const scoreText = ({ nps: value, interval: { low, high } }: NpsCounts): string =>
  value === null
    ? '–'
    : low === null || high === null
      ? signed(value, 1)
      : `${signed(value, 1)} (95 % interval ${signed(low, 1)} to ${signed(high, 1)})`;

function scoreFigure(
  report: NpsReport,
  name: string,
  change: NpsCompareReport | null,
  previous: string | null,
): Figure {
  const { responses, distribution } = report;
  const share = (n: number): string => percent(responses === 0 ? null : n / responses);
  const against =
    change === null || change.difference === null
      ? ''
      : ` Against wave ${previous} ${signed(change.difference, 1)} (95 % interval ${signed(change.low, 1)} to ${signed(change.high, 1)}): ${
          change.low !== null && change.high !== null && (change.low > 0 || change.high < 0)
            ? 'a clear change'
            : 'the interval includes zero, so no change is shown'
        }.`;
  return {
    id: 'nps.score',
    title: `Answers from 0 to 10, ${name}`,
    finding:
      responses === 0
        ? 'No answers.'
        : `NPS ${scoreText(report)} from ${plural(responses, 'answer', 'answers')}.${against}`,
    span: 12,
    drawing: columns(
      `Answers per score, ${name}`,
      distribution.map((value, score) => ({
        label: String(score),
        value,
        colour: score <= 6 ? COLOURS.falling : score <= 8 ? COLOURS.still : COLOURS.rising,
      })),
      { width: 560, height: 120 },
    ),
    table: {
      columns: [
        { label: 'Class' },
        { label: 'Scores' },
        { label: 'Answers', right: true },
        { label: 'Share', right: true },
      ],
      rows: [
        ['Promoters', '9–10', String(report.promoters), share(report.promoters)],
        ['Passives', '7–8', String(report.passives), share(report.passives)],
        ['Detractors', '0–6', String(report.detractors), share(report.detractors)],
        [
          'Invited',
          '',
          report.invited === null ? '–' : String(report.invited),
          report.responseRate === null ? '–' : `${percent(report.responseRate)} answered`,
        ],
      ],
    },
  };
}

function byRungSentence(groups: readonly NpsGroup[]): string {
  const known = groups.filter((g) => g.value !== null && g.responses >= LEAST_ANSWERS);
  if (known.length === 0) return `No rung has ${LEAST_ANSWERS} answers.`;
  const lowest = known.reduce((a, b) => (b.nps! < a.nps! ? b : a));
  const highest = known.reduce((a, b) => (b.nps! > a.nps! ? b : a));
  return `Of rungs with at least ${LEAST_ANSWERS} answers: highest ${highest.value} ${scoreText(highest)}, lowest ${lowest.value} ${scoreText(lowest)}.`;
}

function groupFigure(id: string, title: string, finding: string, groups: readonly NpsGroup[]): Figure {
  const label = (value: string | null): string => (value === null ? 'no customer' : capital(value));
  const table: Table = {
    columns: [
      { label: 'Group' },
      { label: 'Answers', right: true },
      { label: 'NPS', right: true },
      { label: '95 % interval', right: true },
    ],
    rows: groups.map((g) => [
      label(g.value),
      String(g.responses),
      signed(g.nps, 1),
      g.interval.low === null ? '–' : `${signed(g.interval.low, 1)} to ${signed(g.interval.high, 1)}`,
    ]),
  };
  return {
    id,
    title,
    finding,
    span: 6,
    drawing: intervals(
      title,
      groups.map((g) => ({
        label: label(g.value),
        value: g.nps,
        low: g.interval.low,
        high: g.interval.high,
        after: `${signed(g.nps, 1)}, n ${g.responses}`,
        colour: RUNG_COLOURS[g.value ?? ''] ?? COLOURS.accent,
      })),
      { from: -100, to: 100 },
    ),
    table,
  };
}
