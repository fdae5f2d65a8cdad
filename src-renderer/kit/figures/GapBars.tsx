import { Bar, BarChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatCount, formatNumber } from '../format.ts';
import { moveAlong } from '../Tabs.tsx';
import type { BarBox } from './BarMark.tsx';

export type GapBin = {
  readonly from: number;
  readonly to: number | null;
  readonly customers: number;
  readonly beyondTarget: number;
};

const MARGIN = { top: 20, right: 4, bottom: 0, left: 0 };

export function binName(bin: GapBin): string {
  return bin.to === null ? `${bin.from} days or more` : `${bin.from} to ${bin.to - 1} days`;
}

/** Customers by days since their latest touch. The orange part of a bar is beyond the target of the customer's own rung. */
export function GapBars({
  bins,
  target,
  selected,
  onOpen,
  height = 190,
  scale = 1,
}: {
  bins: readonly GapBin[];
  target: { days: number; label: string } | null;
  selected?: number | null;
  onOpen?: (bin: GapBin) => void;
  height?: number;
  /** Size of the text against 12 pixels; the axes make room for it. */
  scale?: number;
}) {
  const binDays = bins[0]?.to ?? 1;
  const data = bins.map((b, i) => ({ i, label: `${b.from}${b.to === null ? '+' : ''}`, customers: b.customers }));
  const line = target === null || bins.length === 0 ? null : Math.min(bins.length - 0.5, target.days / binDays - 0.5);
  const last = data.length - 1;
  const base = height - 20 * scale;
  // The axis may end at the next round number above the longest bar.
  const largest = Math.ceil(1.3 * Math.max(0, ...bins.map((bin) => bin.customers)));
  return (
    <div className="gap-bars" onKeyDown={(e) => moveAlong(e, '[data-mark]')}>
      <ResponsiveContainer width="100%" height={height}>
        <BarChart data={data} margin={MARGIN} barCategoryGap={2} accessibilityLayer={false}>
          <XAxis
            dataKey="i"
            type="number"
            domain={[-0.5, bins.length - 0.5]}
            ticks={data.filter((d) => (d.i % 2 === 0 && d.i < last - 1) || d.i === last).map((d) => d.i - 0.5)}
            tickFormatter={(i: number) => data[i + 0.5]?.label ?? ''}
            tickLine={false}
            axisLine={{ stroke: 'var(--edge)' }}
            height={20 * scale}
            tick={{ fill: 'var(--dim)', fontSize: 12 }}
            minTickGap={10}
          />
          <YAxis
            width={Math.max(30, 10 + 7 * formatNumber(largest).length) * scale}
            tickFormatter={(n: number) => formatNumber(n)}
            allowDecimals={false}
            tickLine={false}
            axisLine={false}
            tick={{ fill: 'var(--dim)', fontSize: 12 }}
          />
          <Bar
            dataKey="customers"
            isAnimationActive={false}
            shape={({ x = 0, y = 0, width = 0, height: tall = 0, index = 0 }: BarBox) => {
              const bin = bins[index];
              if (!bin) return <g />;
              const part = bin.customers === 0 ? 0 : (bin.beyondTarget / bin.customers) * tall;
              const on = selected === bin.from;
              const words = `${binName(bin)}: ${formatCount(bin.customers, 'customer')}, ${formatNumber(bin.beyondTarget)} beyond target`;
              const open = onOpen ? () => onOpen(bin) : null;
              return (
                <g
                  className="mark"
                  data-mark
                  {...(open
                    ? {
                        role: 'button',
                        tabIndex: index === 0 ? 0 : -1,
                        'aria-label': words,
                        'aria-pressed': on,
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
                  <rect x={x} y={0} width={width} height={base} fill="transparent" />
                  <rect x={x} y={y + part} width={width} height={Math.max(0, tall - part)} fill="var(--mark)" />
                  <rect x={x} y={y} width={width} height={part} fill="var(--falling)" />
                  {on ? (
                    <rect x={x} y={y} width={width} height={tall} fill="none" stroke="var(--focus)" strokeWidth={2} />
                  ) : null}
                </g>
              );
            }}
          />
          {line === null || target === null ? null : (
            <ReferenceLine
              x={line}
              stroke="var(--falling)"
              strokeDasharray="4 3"
              label={{ value: target.label, position: 'insideTopLeft', fill: 'var(--falling)', fontSize: 12 }}
            />
          )}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
