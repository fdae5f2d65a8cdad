import { formatCount } from '../../kit/index.ts';
import { moveAlong } from '../../kit/Tabs.tsx';

export type CountBar = {
  readonly id: string;
  /** Under the bar. */
  readonly label: string;
  /** What the bar counts, as its name. */
  readonly words: string;
  readonly count: number;
  readonly fill: string;
  readonly onOpen: () => void;
};

/** Upright bars of counts; each opens the customers it counts. The arrow keys move among them. */
export function CountBars({
  bars,
  label,
  selected,
}: {
  bars: readonly CountBar[];
  label: string;
  selected: string | null;
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <div className="count-bars" role="group" aria-label={label} onKeyDown={(e) => moveAlong(e, 'button')}>
      {bars.map((bar, i) => (
        <button
          key={bar.id}
          type="button"
          className="count-bar"
          tabIndex={i === 0 ? 0 : -1}
          aria-pressed={selected === bar.id}
          aria-label={`${bar.words}: ${formatCount(bar.count, 'customer')}`}
          title={`${bar.words}: ${formatCount(bar.count, 'customer')}`}
          onClick={bar.onOpen}
        >
          <span className="count-bar-room">
            <span
              className="count-bar-ink"
              style={{ height: `${(100 * bar.count) / most}%`, background: bar.fill, minHeight: bar.count > 0 ? 2 : 0 }}
            />
          </span>
          <span className="count-bar-label">{bar.label}</span>
        </button>
      ))}
    </div>
  );
}
