import { Direction, formatNumber, moveAlong } from '../../kit/index.ts';
import type { KeyboardEvent } from 'react';
import { nameOf, pWords, spanWords } from './words.ts';
import type { Change } from './words.ts';

const MARK = { up: 'up', down: 'down', mixed: 'stay' } as const;
const WORD = { up: 'higher', down: 'lower', mixed: 'different' } as const;

/** Rows lie below each other: up and down move among them. */
function along(e: KeyboardEvent<HTMLElement>): void {
  const key = e.key === 'ArrowDown' ? 'ArrowRight' : e.key === 'ArrowUp' ? 'ArrowLeft' : e.key;
  moveAlong(
    { key, currentTarget: e.currentTarget, preventDefault: () => e.preventDefault() } as KeyboardEvent<HTMLElement>,
    '.changes-row',
  );
}

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
    <div className="changes-list" role="group" aria-label="Changes, largest first" onKeyDown={along}>
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
