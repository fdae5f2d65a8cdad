import { capital, formatCount, formatMoney, formatNumber, formatShare } from '../../kit/index.ts';
import type { MoneyLike } from '../../kit/index.ts';
import { directionOf, TOP_DOWN } from '../../kit/figures/moves.ts';
import type { LadderTarget } from '../../kit/figures/moves.ts';

type Cell = {
  from: string;
  to: string;
  customers: number;
  share: number | null;
  low: number | null;
  high: number | null;
  revenue: MoneyLike[];
};

const SIGN = { up: '▲', down: '▼', stay: '', entered: '+', left: '×' } as const;

/** Rows are the standing on the first day, columns on the second. Each cell opens its customers; its title has interval and revenue. */
export function Matrix({
  moves,
  selected,
  onOpen,
}: {
  moves: readonly Cell[];
  selected: { from: string; to: string } | null;
  onOpen: (to: LadderTarget) => void;
}) {
  const has = (pick: (m: Cell) => string, id: string): boolean => moves.some((m) => pick(m) === id);
  const rows = [...TOP_DOWN.filter((r) => has((m) => m.from, r)), 'new'];
  const columns = TOP_DOWN.filter((r) => has((m) => m.to, r));
  const sum = (match: (m: Cell) => boolean): number => moves.reduce((n, m) => (match(m) ? n + m.customers : n), 0);
  return (
    <div className="matrix-scroll" role="region" aria-label="Moves as a matrix" tabIndex={0}>
      <table className="matrix">
        <caption className="hidden-label">
          Customers by standing on the first day (rows) and on the second (columns)
        </caption>
        <thead>
          <tr>
            <th scope="col">from ↓ to →</th>
            {columns.map((c) => (
              <th key={c} scope="col">
                {capital(c)}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((from) => (
            <tr key={from}>
              <th scope="row">{from === 'new' ? 'New' : capital(from)}</th>
              {columns.map((to) => {
                const m = moves.find((x) => x.from === from && x.to === to);
                if (!m || m.customers === 0)
                  return (
                    <td key={to} className="none">
                      ·
                    </td>
                  );
                const kind = directionOf(from, to);
                const interval =
                  m.low === null ? '' : ` (95 % interval ${formatShare(m.low)} to ${formatShare(m.high)})`;
                const words = `${capital(from)} to ${to}: ${formatCount(m.customers, 'customer')}${m.share === null ? '' : `, ${formatShare(m.share)} of ${from}${interval}`}, revenue in 12 months ${formatMoney(m.revenue)}`;
                return (
                  <td key={to} className={`cell cell-${kind}`}>
                    <button
                      type="button"
                      aria-label={words}
                      title={words}
                      aria-pressed={selected?.from === from && selected.to === to}
                      onClick={() => onOpen({ kind: 'move', from, to })}
                    >
                      <span className={`direction-${kind}`} aria-hidden="true">
                        {SIGN[kind]}
                      </span>
                      <strong>{formatNumber(m.customers)}</strong>
                      <small>{m.share === null ? '' : formatShare(m.share)}</small>
                    </button>
                  </td>
                );
              })}
              <td className="sum">{formatNumber(sum((m) => m.from === from))}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">All</th>
            {columns.map((to) => (
              <td key={to} className="sum">
                {formatNumber(sum((m) => m.to === to))}
              </td>
            ))}
            <td className="sum">{formatNumber(sum(() => true))}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
