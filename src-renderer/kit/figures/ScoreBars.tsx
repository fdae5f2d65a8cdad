import { Bar, BarChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatCount, formatShare } from '../format.ts';
import { moveAlong } from '../Tabs.tsx';
import { BarMark } from './BarMark.tsx';
import type { BarBox } from './BarMark.tsx';
import { CLASSES, classOfScore } from './npsWords.ts';
import type { NpsClass } from './npsWords.ts';

const FILL: Readonly<Record<NpsClass, string>> = {
  detractor: 'var(--falling)',
  passive: 'var(--dim)',
  promoter: 'var(--rising)',
};
const MARGIN = { top: 18, right: 4, bottom: 0, left: 4 };

/** Answers per score 0..10, with the three regions named above. Each bar opens its answers. */
export function ScoreBars({
  distribution,
  selected,
  onScore,
  onClass,
  height = 150,
  scale = 1,
}: {
  distribution: readonly number[];
  selected: { class?: NpsClass; score?: number } | null;
  onScore?: (score: number) => void;
  onClass?: (of: NpsClass) => void;
  height?: number;
  /** Size of the text against 12 pixels; the axes make room for it. */
  scale?: number;
}) {
  const n = distribution.reduce((a, b) => a + b, 0);
  const data = distribution.map((count, score) => ({ score, count }));
  const isOn = (score: number): boolean =>
    selected !== null && (selected.score === score || selected.class === classOfScore(score));
  return (
    <div className="score-bars">
      <div className="score-regions">
        {CLASSES.map((c) => {
          const count = distribution.reduce((sum, v, s) => (classOfScore(s) === c.class ? sum + v : sum), 0);
          const words = `${c.label} ${c.scores}: ${formatCount(count, 'answer')}, ${formatShare(n === 0 ? null : count / n)}`;
          const inner = (
            <>
              <strong>{c.label}</strong>
              <span className="dim">
                {c.scores} · {formatShare(n === 0 ? null : count / n)}
              </span>
            </>
          );
          return onClass ? (
            <button
              key={c.class}
              type="button"
              className={`region region-${c.class}`}
              aria-pressed={selected?.class === c.class}
              title={words}
              onClick={() => onClass(c.class)}
            >
              {inner}
            </button>
          ) : (
            <span key={c.class} className={`region region-${c.class}`}>
              {inner}
            </span>
          );
        })}
      </div>
      <div onKeyDown={(e) => moveAlong(e, '[data-mark]')}>
        <ResponsiveContainer width="100%" height={height}>
          <BarChart data={data} margin={MARGIN} barCategoryGap={3} accessibilityLayer={false}>
            <XAxis
              dataKey="score"
              tickLine={false}
              axisLine={{ stroke: 'var(--edge)' }}
              interval={0}
              height={20 * scale}
              tick={{ fill: 'var(--dim)', fontSize: 12 }}
            />
            <YAxis hide />
            <ReferenceLine x={6.5} stroke="var(--line)" />
            <Bar
              dataKey="count"
              isAnimationActive={false}
              shape={(box: BarBox) => {
                const score = box.index ?? 0;
                const count = distribution[score] ?? 0;
                return (
                  <BarMark
                    box={box}
                    base={height - 20 * scale}
                    fill={FILL[classOfScore(score)]}
                    count={count}
                    words={`Score ${score}: ${formatCount(count, 'answer')}, ${formatShare(n === 0 ? null : count / n)}`}
                    first={score === 0}
                    on={isOn(score)}
                    onOpen={onScore ? () => onScore(score) : null}
                  />
                );
              }}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}
