import { formatDay, formatNumber, useSize } from '../../kit/index.ts';
import type { Series } from './words.ts';

const MARGIN = { top: 12, right: 14, bottom: 22, left: 58 };
const HEIGHT = 210;

/** Round numbers that cover a range, four or five of them. */
export function ticksOf(low: number, high: number): number[] {
  const span = Math.max(high - low, 1e-9);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? rough;
  const first = Math.floor(low / step) * step;
  const ticks: number[] = [];
  for (let v = first; v <= high + step * 0.999; v += step) ticks.push(Number(v.toPrecision(12)));
  return ticks;
}

/**
 * Weeks or waves with the level before the day and, since it, the moving average with its limits; or the two cumulative sums
 * with theirs. A block beyond a limit is ringed and named; one that is not over or has few answers is hollow.
 */
export function SeriesChart({
  series,
  as,
  label,
  value,
}: {
  series: Series;
  as: 'ewma' | 'cusum';
  label: string;
  value: (x: number | null) => string;
}) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const { points } = series;
  const shown =
    as === 'ewma'
      ? points.flatMap((p) => [p.value, p.low, p.high, p.ewma])
      : points.flatMap((p) => [p.upper, p.lower === null ? null : -p.lower, 5, -5]);
  const known = [...shown, as === 'ewma' ? series.center : 0].filter((v) => v !== null);
  const ticks = ticksOf(Math.min(...known), Math.max(...known));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const innerWidth = Math.max(0, width - MARGIN.left - MARGIN.right);
  const innerHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (i: number): number => MARGIN.left + ((i + 0.5) / points.length) * innerWidth;
  const y = (v: number): number => MARGIN.top + ((high - v) / (high - low)) * innerHeight;
  const path = (of: (i: number) => number | null): string => {
    let text = '';
    points.forEach((_, i) => {
      const v = of(i);
      if (v !== null) text += `${text === '' ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    });
    return text;
  };
  const firstAfter = points.findIndex((p) => p.after);
  const divide = firstAfter <= 0 ? null : (x(firstAfter - 1) + x(firstAfter)) / 2;
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(innerWidth / 70))));
  const tick = (v: number): string => (as === 'cusum' ? formatNumber(Math.abs(v)) : value(v).replace(' a week', ''));
  return (
    <div className="changes-series" ref={ref}>
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {ticks.map((v) => (
            <g key={v}>
              <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(v)} y2={y(v)} stroke="var(--line)" />
              <text className="dim" x={MARGIN.left - 6} y={y(v) + 4} textAnchor="end">
                {tick(v)}
              </text>
            </g>
          ))}
          {points.map((p, i) =>
            i % every === 0 ? (
              <text key={`${p.label} ${p.from}`} className="dim" x={x(i)} y={HEIGHT - 6} textAnchor="middle">
                {series.unit === 'points' ? p.label : formatDay(p.from, false)}
              </text>
            ) : null,
          )}
          {divide === null ? null : (
            <line
              x1={divide}
              x2={divide}
              y1={MARGIN.top - 6}
              y2={HEIGHT - MARGIN.bottom}
              stroke="var(--edge)"
              strokeDasharray="2 3"
            />
          )}
          {as === 'ewma' ? (
            <>
              {series.center === null ? null : (
                <line
                  x1={MARGIN.left}
                  x2={width - MARGIN.right}
                  y1={y(series.center)}
                  y2={y(series.center)}
                  stroke="var(--edge)"
                />
              )}
              {(['low', 'high'] as const).map((side) => (
                <path
                  key={side}
                  d={path((i) => points[i]![side])}
                  fill="none"
                  stroke="var(--edge)"
                  strokeDasharray="4 3"
                />
              ))}
              <path d={path((i) => points[i]!.value)} fill="none" stroke="var(--mark)" strokeOpacity={0.55} />
              <path d={path((i) => points[i]!.ewma)} fill="none" stroke="var(--falling)" strokeWidth={2} />
            </>
          ) : (
            <>
              {[5, -5].map((v) => (
                <line
                  key={v}
                  x1={MARGIN.left}
                  x2={width - MARGIN.right}
                  y1={y(v)}
                  y2={y(v)}
                  stroke="var(--edge)"
                  strokeDasharray="4 3"
                />
              ))}
              <path d={path((i) => points[i]!.upper)} fill="none" stroke="var(--rising)" strokeWidth={2} />
              <path
                d={path((i) => (points[i]!.lower === null ? null : -points[i]!.lower!))}
                fill="none"
                stroke="var(--falling)"
                strokeWidth={2}
              />
            </>
          )}
          {points.map((p, i) => {
            const v =
              as === 'ewma' ? p.value : p.upper === null ? null : p.upper >= (p.lower ?? 0) ? p.upper : -(p.lower ?? 0);
            if (v === null) return null;
            return (
              <g key={`${p.label} ${p.from}`}>
                <title>{`${p.label}: ${value(p.value)}${p.signal === null ? '' : `, beyond a limit (${p.signal})`}`}</title>
                {p.signal === null ? null : (
                  <circle cx={x(i)} cy={y(v)} r={7} fill="none" stroke="var(--warning)" strokeWidth={2} />
                )}
                <circle
                  cx={x(i)}
                  cy={y(v)}
                  r={3.5}
                  fill={p.partial ? 'var(--bg)' : 'var(--mark)'}
                  stroke="var(--mark)"
                />
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
