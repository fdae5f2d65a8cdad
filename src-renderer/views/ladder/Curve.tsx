import { useSize } from '../../kit/index.ts';

export type CurvePoint = {
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
};

const HEIGHT = 84;
const [LEFT, RIGHT, TOP, BOTTOM] = [38, 8, 6, 16];

/**
 * A small line with its band: stepped for survival curves, straight between points else. Two ticks of each axis are
 * written; the figures stand in the table of the chart.
 */
export function Curve({
  points,
  xEnd,
  yEnd,
  stepped = false,
  colour,
  words,
  xLabel,
  yLabel,
  marks = [],
  second = [],
}: {
  points: readonly CurvePoint[];
  xEnd: number;
  yEnd: number;
  stepped?: boolean;
  colour: string;
  words: string;
  xLabel: (x: number) => string;
  yLabel: (y: number) => string;
  /** Places on the x axis that are marked with a line. */
  marks?: readonly number[];
  /** Another line over the same axes, dashed. */
  second?: readonly CurvePoint[];
}) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const x = (value: number): number => LEFT + (xEnd === 0 ? 0 : (value / xEnd) * (width - LEFT - RIGHT));
  const y = (value: number): number => TOP + (1 - (yEnd === 0 ? 0 : value / yEnd)) * (HEIGHT - TOP - BOTTOM);
  const path = (line: readonly CurvePoint[]): string =>
    line
      .map((p, k) => {
        const [px, py] = [x(p.x).toFixed(1), y(Math.min(yEnd, p.y)).toFixed(1)];
        return k === 0 ? `M${px} ${py}` : stepped ? `H${px}V${py}` : `L${px} ${py}`;
      })
      .join('');
  const band = points.filter((p) => p.low !== null && p.high !== null);
  const edge = (pick: (p: CurvePoint) => number): (readonly [number, number])[] =>
    band.flatMap((p, k) => [
      ...(stepped && k > 0 ? [[p.x, pick(band[k - 1]!)] as const] : []),
      [p.x, Math.min(yEnd, pick(p))] as const,
    ]);
  const area =
    band.length < 2
      ? ''
      : `M${[...edge((p) => p.high!), ...edge((p) => p.low!).toReversed()]
          .map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`)
          .join('L')}Z`;
  return (
    <div ref={ref} className="curve" style={{ height: HEIGHT }}>
      {width > 0 ? (
        <svg width={width} height={HEIGHT} role="img" aria-label={words}>
          <title>{words}</title>
          {[0, yEnd].map((v) => (
            <g key={v}>
              <line x1={LEFT} x2={width - RIGHT} y1={y(v)} y2={y(v)} className="curve-line" />
              <text x={LEFT - 4} y={y(v) + 4} textAnchor="end" className="axis-text">
                {yLabel(v)}
              </text>
            </g>
          ))}
          <text x={LEFT} y={HEIGHT - 3} className="axis-text">
            {xLabel(0)}
          </text>
          <text x={width - RIGHT} y={HEIGHT - 3} textAnchor="end" className="axis-text">
            {xLabel(xEnd)}
          </text>
          {area === '' ? null : <path d={area} className="curve-band" style={{ fill: colour }} />}
          {marks.map((m) => (
            <line key={m} x1={x(m)} x2={x(m)} y1={TOP} y2={HEIGHT - BOTTOM} className="curve-mark" />
          ))}
          {second.length > 1 ? <path d={path(second)} className="curve-second" /> : null}
          <path d={path(points)} className="curve-ink" style={{ stroke: colour }} />
        </svg>
      ) : null}
    </div>
  );
}
