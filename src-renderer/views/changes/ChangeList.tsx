import { Direction, formatNumber, moveAmongRows } from '../../kit/index.ts';
import { nameOf, pWords, spanWords } from './words.ts';
import type { Change } from './words.ts';

const MARK = { up: 'up', down: 'down', mixed: 'stay' } as const;
const WORD = { up: 'higher', down: 'lower', mixed: 'different' } as const;

/** One row per change: which way, what, from what to what, its size as a bar. A row shows its charts beside the list. */
export function ChangeList({
  changes,
  picked,
  onPick,
}: {
  changes: readonly Change[];
  picked: string | null;
  onPick: (id: string) => void;
}) {
  const largest = Math.max(0.2, ...changes.map((c) => c.size));
  const stop = Math.max(
    0,
    changes.findIndex((c) => c.id === picked),
  );
  return (
    <div
      className="changes-list"
      role="group"
      aria-label="Changes, largest first"
      onKeyDown={(e) => moveAmongRows(e, '.changes-row')}
    >
      {changes.map((c, i) => (
        <button
          key={c.id}
          type="button"
          className={`changes-row${c.significant ? '' : ' chance'}`}
          tabIndex={i === stop ? 0 : -1}
          aria-pressed={c.id === picked}
          title={c.sentence}
          onClick={() => onPick(c.id)}
        >
          <span aria-hidden="true">
            {c.direction === 'mixed' ? <span className="dim">◆</span> : <Direction of={MARK[c.direction]} />}
          </span>
          <span className="changes-name">
            {nameOf(c)}
            <span className="hidden-label">, {WORD[c.direction]}</span>
          </span>
          <span className="changes-values num">{spanWords(c)}</span>
          <span className="changes-track">
            <span className="changes-bar" style={{ width: `${(100 * c.size) / largest}%` }} />
          </span>
          <span className="num">{formatNumber(c.size, { decimals: 2 })}</span>
          <span className="num dim">{pWords(c.adjusted)}</span>
        </button>
      ))}
    </div>
  );
}
