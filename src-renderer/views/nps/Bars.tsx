import { moveAmongRows } from '../../kit/Tabs.tsx';

export type BarRow = {
  readonly key: string;
  readonly name: string;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  /** The value as text, and what stands beside it. */
  readonly figure: string;
  readonly note: string;
  readonly few?: boolean;
};

/** One row per name: a bar from zero with its interval, hollow where there are few. A row may open what is behind it. */
export function Bars({
  rows,
  label,
  selected,
  wide = false,
  onOpen,
}: {
  rows: readonly BarRow[];
  label: string;
  selected?: string | null;
  /** Figures of several words, such as amounts. */
  wide?: boolean;
  onOpen?: (key: string) => void;
}) {
  const ends = rows.flatMap((r) => [r.value ?? 0, r.low ?? 0, r.high ?? 0]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const width = high - low || 1;
  const at = (value: number): string => `${((value - low) / width) * 100}%`;
  const spanOf = (from: number, to: number): string => `${(Math.abs(to - from) / width) * 100}%`;
  return (
    <div
      className={wide ? 'dots nps-bars wide' : 'dots nps-bars'}
      role="group"
      aria-label={label}
      onKeyDown={(e) => moveAmongRows(e, '.dot-row')}
    >
      {rows.map((row, i) => {
        const words = `${row.name}: ${row.figure}, ${row.note}${row.few === true ? ', few answers' : ''}`;
        const inner = (
          <>
            <span className="dot-name">{row.name}</span>
            <span className="dot-track" aria-hidden="true">
              <span className="dot-zero" style={{ left: at(0) }} />
              {row.value === null ? null : (
                <span
                  className={`nps-bar${row.value < 0 ? ' falling' : ''}${row.few === true ? ' few' : ''}`}
                  style={{ left: at(Math.min(0, row.value)), width: spanOf(0, row.value) }}
                />
              )}
              {row.low === undefined || row.low === null || row.high === undefined || row.high === null ? null : (
                <span className="nps-whisker" style={{ left: at(row.low), width: spanOf(row.low, row.high) }} />
              )}
            </span>
            <span className="dot-score">{row.figure}</span>
            <span className="dot-n dim">{row.note}</span>
          </>
        );
        return onOpen ? (
          <button
            key={row.key}
            type="button"
            className="dot-row"
            tabIndex={i === 0 ? 0 : -1}
            title={words}
            aria-pressed={selected === undefined ? undefined : selected === row.key}
            onClick={() => onOpen(row.key)}
          >
            {inner}
          </button>
        ) : (
          <div key={row.key} className="dot-row" role="img" aria-label={words} title={words}>
            {inner}
          </div>
        );
      })}
    </div>
  );
}
