import { CartesianGrid, ErrorBar, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatCount, formatPoints } from '../format.ts';
import { moveAlong } from '../Tabs.tsx';
import { FEW, intervalWords, waveLabel } from './npsWords.ts';
import type { NpsFigures } from './npsWords.ts';

export type TrendPoint = NpsFigures & { readonly value: string | null; readonly from: string; readonly to: string };
type Dot = { cx?: number; cy?: number; index?: number };

const MARGIN = { top: 22, right: 24, bottom: 0, left: 4 };
const MOST = 200;

/** The score per wave or quarter with whiskers for its interval; hollow dots have fewer than 30 answers. */
export function ScoreTrend({
  points,
  selected,
  onOpen,
  height = 190,
  scale = 1,
}: {
  points: readonly TrendPoint[];
  selected?: string | null;
  onOpen?: (value: string | null) => void;
  height?: number;
  /** Size of the text against 12 pixels; the axes make room for it. */
  scale?: number;
}) {
  const shown = points.slice(-MOST);
  const data = shown.map((p) => ({
    label: p.value ?? 'none',
    nps: p.nps,
    whisker:
      p.nps === null || p.interval.low === null || p.interval.high === null
        ? [0, 0]
        : [p.nps - p.interval.low, p.interval.high - p.nps],
  }));
  const lows = shown.map((p) => p.interval.low ?? p.nps ?? 0);
  const highs = shown.map((p) => p.interval.high ?? p.nps ?? 0);
  const domain: [number, number] = [
    Math.max(-100, Math.floor(Math.min(0, ...lows) / 20) * 20),
    Math.min(100, Math.ceil(Math.max(0, ...highs) / 20) * 20),
  ];
  const ticks = Array.from({ length: (domain[1] - domain[0]) / 20 + 1 }, (_, i) => domain[0] + 20 * i);
  return (
    <div onKeyDown={(e) => moveAlong(e, '[data-mark]')}>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart data={data} margin={MARGIN} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            height={24 * scale}
            dataKey="label"
            tickLine={false}
            axisLine={false}
            padding={{ left: 24, right: 24 }}
            tick={{ fill: 'var(--dim)', fontSize: 12 }}
          />
          <YAxis
            width={36 * scale}
            domain={domain}
            ticks={ticks}
            tickLine={false}
            axisLine={false}
            tick={{ fill: 'var(--dim)', fontSize: 12 }}
            tickFormatter={(v: number) => formatPoints(v)}
          />
          <ReferenceLine y={0} stroke="var(--edge)" />
          <Line
            dataKey="nps"
            stroke="var(--mark)"
            strokeWidth={1.5}
            isAnimationActive={false}
            connectNulls={false}
            dot={({ cx, cy, index = 0 }: Dot) => {
              const p = shown[index];
              if (!p || cx === undefined || cy === undefined || p.nps === null) return <g key={index} />;
              const words = `${waveLabel(p)}: ${formatPoints(p.nps)}, ${p.interval.low === null ? 'no interval' : intervalWords(p.interval)}, ${formatCount(p.responses, 'answer')}`;
              const open = onOpen ? () => onOpen(p.value) : null;
              return (
                <g
                  key={index}
                  className="mark"
                  data-mark
                  {...(open
                    ? {
                        role: 'button',
                        tabIndex: index === 0 ? 0 : -1,
                        'aria-label': words,
                        'aria-pressed': selected === p.value,
                        onClick: open,
                        onKeyDown: (e) => {
                          if (e.key === 'Enter' || e.key === ' ') {
                            e.preventDefault();
                            open();
                          }
                        },
                      }
                    : { role: 'img', 'aria-label': words })}
                >
                  <title>{words}</title>
                  <circle cx={cx} cy={cy} r={12} fill="transparent" />
                  <circle
                    cx={cx}
                    cy={cy}
                    r={selected === p.value && onOpen ? 6 : 4.5}
                    fill={p.responses < FEW ? 'var(--bg)' : 'var(--mark)'}
                    stroke="var(--mark)"
                    strokeWidth={1.5}
                  />
                  <text x={cx + 8} y={cy - 6}>
                    {formatPoints(p.nps)}
                  </text>
                </g>
              );
            }}
          >
            <ErrorBar dataKey="whisker" width={6} strokeWidth={1.25} stroke="var(--mark)" direction="y" />
          </Line>
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
