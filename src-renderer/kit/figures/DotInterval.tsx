import { formatCount, formatNumber, formatPoints } from '../format.ts';
import { moveAmongRows } from '../Tabs.tsx';
import { FEW, intervalWords, TOO_FEW } from './npsWords.ts';
import type { NpsFigures } from './npsWords.ts';

type Row = NpsFigures & { readonly value: string | null };

const at = (points: number): number => (Math.max(-100, Math.min(100, points)) + 100) / 2;

/** One row per value: a dot on -100..100 with its interval; hollow below `few` answers, dashed below 10. Each row opens its answers. */
export function DotInterval({
  rows,
  label,
  overall,
  selected,
  few: least = FEW,
  onOpen,
}: {
  rows: readonly Row[];
  label: string;
  overall: number | null;
  /** Fewer answers than this are drawn hollow. */
  few?: number;
  selected?: string | null | undefined;
  onOpen?: (value: string | null) => void;
}) {
  return (
    <div className="dots" role="group" aria-label={label} onKeyDown={(e) => moveAmongRows(e, '.dot-row')}>
      {rows.map((row, i) => {
        const few = row.responses < Math.min(TOO_FEW, least) ? ' too-few' : row.responses < least ? ' few' : '';
        const name = row.value ?? 'unknown';
        const words = `${name}: ${formatPoints(row.nps)}, ${row.interval.low === null ? 'no interval' : intervalWords(row.interval)}, ${formatCount(row.responses, 'answer')}${few === '' ? '' : ', few answers'}`;
        return (
          <button
            key={row.value ?? ' '}
            type="button"
            className={`dot-row${few}`}
            tabIndex={i === 0 ? 0 : -1}
            title={words}
            aria-pressed={selected !== undefined && selected === row.value}
            onClick={() => onOpen?.(row.value)}
          >
            <span className="dot-name">{name}</span>
            <span className="dot-track" aria-hidden="true">
              <span className="dot-zero" />
              {overall === null ? null : <span className="dot-overall" style={{ left: `${at(overall)}%` }} />}
              {row.interval.low !== null && row.interval.high !== null ? (
                <span
                  className="dot-interval"
                  style={{
                    left: `${at(row.interval.low)}%`,
                    width: `${at(row.interval.high) - at(row.interval.low)}%`,
                  }}
                />
              ) : null}
              {row.nps === null ? null : <span className="dot-point" style={{ left: `${at(row.nps)}%` }} />}
            </span>
            <span className="dot-score">{formatPoints(row.nps)}</span>
            <span className="dot-n dim">n {formatNumber(row.responses)}</span>
          </button>
        );
      })}
      <div className="dot-axis" aria-hidden="true">
        <span />
        <span className="dot-ticks">
          {[-100, -50, 0, 50, 100].map((p) => (
            <span key={p} style={{ left: `${at(p)}%` }}>
              {formatPoints(p)}
            </span>
          ))}
        </span>
      </div>
    </div>
  );
}
