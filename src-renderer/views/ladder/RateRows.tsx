import type { ReactNode } from 'react';
import { formatCount, formatNumber, formatShare } from '../../kit/index.ts';
import { moveAmongRows } from '../../kit/Tabs.tsx';

export type RateRow = {
  readonly key: string;
  readonly name: ReactNode;
  /** The name as words. */
  readonly words: string;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How many are in the share, and of how many. */
  readonly customers: number;
  readonly of: number;
  readonly few: boolean;
};

/** One row per name: a dot on 0..100 % with its 95 % interval, hollow when there are few. A row may open what is behind it. */
export function RateRows({
  rows,
  label,
  selected = null,
  small = false,
  onOpen,
}: {
  rows: readonly RateRow[];
  label: string;
  selected?: string | null;
  /** On a scale of 0 to 100 % that is not written, for small multiples. */
  small?: boolean;
  onOpen?: (key: string) => void;
}) {
  const most = small ? 1 : Math.max(0.1, ...rows.map((r) => r.high ?? r.share ?? 0));
  const step = [0.02, 0.05, 0.1, 0.2, 0.25].find((s) => most / s <= 5) ?? 0.25;
  const end = Math.min(1, Math.ceil(most / step - 1e-9) * step);
  const at = (share: number): string => `${(Math.min(share, end) / end) * 100}%`;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, k) => k * step);
  return (
    <div
      className={small ? 'dots rates rates-small' : 'dots rates'}
      role="group"
      aria-label={label}
      onKeyDown={(e) => moveAmongRows(e, '.dot-row')}
    >
      {rows.map((row, i) => {
        const interval =
          row.low === null ? 'no interval' : `95 % interval ${formatShare(row.low)} to ${formatShare(row.high)}`;
        const words = `${row.words}: ${formatShare(row.share)}, ${formatNumber(row.customers)} of ${formatCount(row.of, 'customer')}, ${interval}${row.few ? ', few customers' : ''}`;
        const inner = (
          <>
            <span className="dot-name">{row.name}</span>
            <span className="dot-track" aria-hidden="true">
              {row.low !== null && row.high !== null ? (
                <span
                  className="dot-interval"
                  style={{ left: at(row.low), width: `calc(${at(row.high)} - ${at(row.low)})` }}
                />
              ) : null}
              {row.share === null ? null : <span className="dot-point" style={{ left: at(row.share) }} />}
            </span>
            <span className="dot-score">{formatShare(row.share)}</span>
            <span className="dot-n dim">
              {formatNumber(row.customers)} of {formatNumber(row.of)}
            </span>
          </>
        );
        const className = `dot-row${row.few ? ' few' : ''}`;
        return onOpen ? (
          <button
            key={row.key}
            type="button"
            className={className}
            tabIndex={i === 0 ? 0 : -1}
            title={words}
            aria-pressed={selected === row.key}
            onClick={() => onOpen(row.key)}
          >
            {inner}
          </button>
        ) : (
          <div key={row.key} className={className} role="img" aria-label={words} title={words}>
            {inner}
          </div>
        );
      })}
      {small ? null : (
        <div className="dot-axis" aria-hidden="true">
          <span />
          <span className="dot-ticks">
            {ticks.map((t) => (
              <span key={t} style={{ left: at(t) }}>
                {formatShare(t)}
              </span>
            ))}
          </span>
        </div>
      )}
    </div>
  );
}
