import type { ReactNode } from 'react';
import { formatCount, formatMoney, formatNumber, formatShare } from '../format.ts';
import type { MoneyLike } from '../format.ts';
import { capital, rungFill } from '../marks.tsx';
import { TOP_DOWN } from './moves.ts';

export type RungBar = {
  readonly rung: string;
  readonly customers: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly revenue12m: readonly MoneyLike[];
};

/** A change in customers: blue and an arrow up, orange and an arrow down, plain when there is none. More lapsed customers is a fall. */
export function Change({ by, lapsed = false }: { by: number; lapsed?: boolean }) {
  const kind = by === 0 ? 'stay' : by > 0 === lapsed ? 'down' : 'up';
  return (
    <span className={`direction-${kind} change`}>
      {by === 0 ? '±0' : `${by > 0 ? '▲' : '▼'} ${formatNumber(by, { signed: true })}`}
    </span>
  );
}

/** One row per rung, partner on top, the overlay lapsed below: bar, count, share with interval, revenue, change. Each row opens its customers. */
export function RungBars({
  rungs,
  changes,
  selected,
  compared,
  onOpen,
  large = false,
  names = {},
}: {
  rungs: readonly RungBar[];
  changes: ReadonlyMap<string, number> | null;
  selected: string | null;
  compared: string | null;
  onOpen?: (rung: string) => void;
  large?: boolean;
  /** What the workspace calls its rungs, of those that it renames. */
  names?: Readonly<Partial<Record<string, string>>>;
}) {
  const rows = TOP_DOWN.flatMap((name) => rungs.find((r) => r.rung === name) ?? []);
  const most = Math.max(1, ...rows.map((r) => r.customers));
  const row = (r: RungBar): ReactNode => {
    const change = changes?.get(r.rung);
    const lapsed = r.rung === 'lapsed';
    return (
      <>
        <span className="rung-name">
          {names[r.rung] ?? capital(r.rung)}
          {names[r.rung] === undefined ? null : <small>{r.rung}</small>}
          {lapsed ? <small>overlay</small> : null}
        </span>
        <span className="rung-track">
          {r.customers === 0 ? null : (
            <span
              className={lapsed ? 'rung-bar hatched' : 'rung-bar'}
              style={{
                width: `calc(${r.customers / most} * (100% - ${large ? '9em' : '112px'}))`,
                ...(lapsed ? {} : { background: rungFill(r.rung) }),
              }}
            />
          )}
          <span className="rung-count">
            <strong>{formatNumber(r.customers)}</strong>
            <small>
              {formatShare(r.share)}{' '}
              {r.low === null || r.high === null ? null : (
                <span className="dim">
                  ({formatNumber(r.low * 100, { decimals: 1 })}–{formatNumber(r.high * 100, { decimals: 1 })})
                </span>
              )}
            </small>
          </span>
        </span>
        <span className="rung-money">
          {r.revenue12m.length === 0
            ? formatMoney(null)
            : r.revenue12m.map((m) => <span key={m.currency}>{formatMoney([m], { compact: true })}</span>)}
        </span>
        <span className="rung-change">{change === undefined ? null : <Change by={change} lapsed={lapsed} />}</span>
      </>
    );
  };
  return (
    <div className={large ? 'rung-bars large' : 'rung-bars'} role="group" aria-label="Customers per rung">
      <div className="rung-row rung-head" aria-hidden="true">
        <span />
        <span>customers, share (95 % interval)</span>
        <span className="rung-money">revenue, 12 months</span>
        <span className="rung-change">{changes === null ? '' : compared}</span>
      </div>
      {rows.map((r) => {
        const change = changes?.get(r.rung);
        const words = `${names[r.rung] ?? capital(r.rung)}: ${formatCount(r.customers, 'customer')}, ${formatShare(r.share)}${r.low === null ? '' : ` (95 % interval ${formatShare(r.low)} to ${formatShare(r.high)})`}, revenue in 12 months ${formatMoney(r.revenue12m)}${change === undefined ? '' : `, ${formatNumber(change, { signed: true })} ${compared ?? ''}`}`;
        return onOpen ? (
          <button
            key={r.rung}
            type="button"
            className={`rung-row${r.rung === 'lapsed' ? ' rung-row-lapsed' : ''}`}
            aria-pressed={selected === r.rung}
            title={words}
            onClick={() => onOpen(r.rung)}
          >
            {row(r)}
          </button>
        ) : (
          <div key={r.rung} className="rung-row">
            {row(r)}
          </div>
        );
      })}
    </div>
  );
}
