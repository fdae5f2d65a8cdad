import { isoDay } from '#engine/base/days.ts';
import { ladderList, migration, STANDINGS } from '#engine/analyses/ladder/index.ts';
import type { LadderListReport, MigrationReport, Move } from '#engine/analyses/ladder/types.ts';
import { flows, type Flow } from '../../drawing.ts';
import { Asking, shared, type Figure, type Page } from '../../page.ts';
import { decimals, money, plural } from '../../words.ts';

const FELL = 6;
const ROSE = 5;

/** Who moved between the two days: flow and matrix, and the largest moves with their reasons. */
export const moves: Page = {
  id: 'moves',
  title: 'Who moved',
  build(ctx, question) {
    const asking = new Asking(ctx);
    const { asOf, ...rest } = shared(question);
    const from = isoDay(question.from);
    const report = asking.ask('moves.matrix', migration, { ...rest, from, to: asOf });
    const list = (direction: 'up' | 'down', limit: number): LadderListReport =>
      asking.ask(`moves.${direction}`, ladderList, { ...rest, from, asOf, direction, limit });
    return {
      evidence: asking.evidence,
      figures: [
        matrix(report),
        moved('moves.down', 'Largest falls', list('down', FELL)),
        moved('moves.up', 'Largest rises', list('up', ROSE)),
      ],
    };
  },
};

function matrix(report: MigrationReport): Figure {
  const moved = report.matrix.filter(
    (m): m is Move & { to: Flow['to'] } => m.customers > 0 && m.from !== 'new' && m.to !== 'gone',
  );
  const height = (s: string): number => (s === 'lapsed' ? -1 : STANDINGS.indexOf(s as never));
  const directionOf = (m: Move): Flow['direction'] =>
    m.from === m.to ? 'stay' : height(m.to) > height(m.from) ? 'up' : 'down';
  const standings = ['lapsed', ...STANDINGS.filter((s) => s !== 'lapsed')];
  const cell = (from: string, to: string): number =>
    report.matrix.find((m) => m.from === from && m.to === to)?.customers ?? 0;
  return {
    id: 'moves.matrix',
    title: `Moves between ${report.from} and ${report.to}`,
    finding: driftOf(report),
    span: 6,
    rows: 2,
    drawing: flows(
      `Moves between ${report.from} and ${report.to}`,
      standings,
      moved.map((m) => ({ from: m.from, to: m.to, customers: m.customers, direction: directionOf(m) })),
      { from: report.from, to: report.to },
    ),
    table: {
      columns: [{ label: 'from \\ to' }, ...standings.map((label) => ({ label, right: true }))],
      rows: ['new', ...standings].map((from) => [
        from,
        ...standings.map((to) => (cell(from, to) === 0 ? '·' : String(cell(from, to)))),
      ]),
    },
  };
}

function driftOf({ up, down, stay, entered, netUp }: MigrationReport): string {
  if (netUp === null) return 'Nobody was known on both days.';
  const points = (share: number): string => decimals(share * 100, 1);
  const clear =
    netUp.low > 0
      ? 'more rose than fell'
      : netUp.high < 0
        ? 'more fell than rose'
        : 'the interval includes zero, so no drift is shown';
  return (
    `Of ${up + down + stay} customers known on both days ${up} rose (blue) and ${down} fell (orange): ` +
    `${points(netUp.value)} points net (95 % interval ${points(netUp.low)} to ${points(netUp.high)}); ${clear}. ${plural(entered, 'customer', 'customers')} entered.`
  );
}

function moved(id: string, title: string, { total, rows, revenue12m }: LadderListReport): Figure {
  return {
    id,
    title,
    finding:
      total === 0
        ? 'None.'
        : `${plural(total, 'customer', 'customers')} with ${money(revenue12m)} in 12 months; ${total > rows.length ? `the ${rows.length} with the most revenue` : 'all of them'}:`,
    span: 6,
    drawing: null,
    table: {
      columns: [
        { label: 'Customer' },
        { label: 'Move' },
        { label: 'Why' },
        { label: 'Revenue, 12 months', right: true },
      ],
      rows: rows.map((row) => [row.name, `${row.from ?? ''} → ${row.to}`, row.evidence, money(row.revenue12m)]),
    },
  };
}
