import type { Result } from '#contract/api.ts';
import {
  DataTable,
  Direction as DirectionMark,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  Segmented,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { largestMoves } from '../../kit/figures/moves.ts';
import { openCustomer, useEnginePages } from '../../data/index.ts';
import type { useLadder, Direction } from './model.ts';
import { listInput } from './model.ts';
import { draftOf } from './target.ts';

type Row = Result<'ladderList'>['rows'][number];

const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 200, onOpen: open },
  {
    id: 'move',
    header: 'Move',
    size: 168,
    whole: true,
    value: (r) => (r.from === null || r.from === r.to ? r.to : `${r.from} to ${r.to}`),
    cell: (r) => (
      <>
        <DirectionMark of={r.direction} /> {r.from === null || r.from === r.to ? r.to : `${r.from} → ${r.to}`}
      </>
    ),
  },
  {
    id: 'why',
    header: 'Why (evidence)',
    size: 300,
    value: (r) => r.evidence,
    cell: (r) => <span title={r.evidence}>{r.evidence}</span>,
    meaning: 'The facts that differ between the two days, else the facts that give the rung',
  },
  {
    id: 'revenue',
    header: 'Revenue 12 months',
    kind: 'money',
    size: 134,
    value: (r) => r.revenue12m,
    meaning: 'Net of orders of the last 365 days minus credits; the list is sorted by it',
  },
  {
    id: 'nps',
    header: 'NPS',
    kind: 'number',
    size: 50,
    value: (r) => r.lastScore,
    meaning: 'Score of the latest answer, 0 to 10',
  },
  { id: 'dispute', header: 'Dispute', size: 150, value: (r) => r.dispute },
  {
    id: 'gap',
    header: 'Last touch',
    kind: 'days',
    size: 84,
    value: (r) => r.openGap,
    meaning: 'Days since the latest outbound touch',
  },
];

const TITLES: Record<Direction | 'all', string> = {
  down: 'Slid',
  up: 'Rose',
  entered: 'New',
  stay: 'Stayed',
  all: 'All customers',
};
const read = (report: Result<'ladderList'>) => ({ total: report.total, rows: report.rows });

/** The customers behind the selected figure, or who slid since the comparison day, each with its reason. */
export function LadderList({ model, from }: { model: ReturnType<typeof useLadder>; from: string }) {
  const { target, where, migration, select } = model;
  const [direction, setDirection] = useRemembered<Direction | 'all'>('ladder.list', 'down');
  const input = listInput(target, direction, from, where);
  const pages = useEnginePages('ladderList', input, read);
  const shown = target === null ? direction : target.kind === 'direction' ? target.direction : null;
  const chips = migration.data
    ? largestMoves(migration.data.matrix, shown === 'up' || shown === 'down' ? shown : undefined).slice(0, 3)
    : [];
  const title =
    shown !== null
      ? `${TITLES[shown]}${shown === 'all' ? '' : ` since ${formatDay(from)}`}`
      : `Selected: ${draftOf(target!, from).sentence}`;
  const { report } = pages;
  return (
    <section className="ladder-list" aria-label={title}>
      <header className="list-head">
        <h2>{title}</h2>
        {target === null ? (
          <Segmented
            label="Which customers are listed"
            value={direction}
            onChange={setDirection}
            choices={[
              { value: 'down', label: 'slid' },
              { value: 'up', label: 'rose' },
              { value: 'entered', label: 'new' },
              { value: 'all', label: 'all' },
            ]}
          />
        ) : null}
        {chips.map((m) => (
          <button
            key={`${m.from} ${m.to}`}
            type="button"
            className="chip"
            aria-pressed={target?.kind === 'move' && target.from === m.from && target.to === m.to}
            onClick={() => select({ kind: 'move', from: m.from, to: m.to })}
          >
            {m.from} → {m.to} <strong>{formatNumber(m.customers)}</strong>
          </button>
        ))}
        {report && report.total > 0 ? (
          <span className="dim">
            {formatCount(report.total, 'customer')} · {formatMoney(report.revenue12m, { compact: true })} of revenue in
            12 months · sorted by revenue
          </span>
        ) : null}
      </header>
      <DataTable<Row>
        id="ladder"
        label={title}
        columns={COLUMNS}
        {...pages}
        rowKey={(r) => r.customer}
        onOpen={open}
        hideToolbar
        empty={{
          title: shown === 'down' ? 'Nobody slid' : 'No customer',
          needs: 'No customer of the selection is in this list between the two days.',
        }}
      />
    </section>
  );
}
