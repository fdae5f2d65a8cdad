import { formatCount, formatShare, useSize } from '../../kit/index.ts';

type Point = {
  readonly day: number;
  readonly share: number;
  readonly low: number | null;
  readonly high: number | null;
};

const HEIGHT = 150;
/** What comes later stands in the table. */
const MOST_DAYS = 365;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 8, 20];

/** Kaplan and Meier's share still untouched, stepped, with its limits as a band; days that are told are marked. */
export function SurvivalCurve({ points, marks }: { points: readonly Point[]; marks: readonly number[] }) {
  const [box, { width }] = useSize<HTMLDivElement>();
  const last = points.at(-1)?.day ?? 0;
  const end = Math.max(1, Math.min(last, MOST_DAYS));
  const drawn = points.filter((p) => p.day <= end);
  const x = (day: number): number => LEFT + (Math.min(day, end) / end) * Math.max(0, width - LEFT - RIGHT);
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const steps = (of: (p: Point) => number): string => {
    let path = `M${x(0)} ${y(1)}`;
    for (const p of drawn) path += `H${x(p.day).toFixed(1)}V${y(of(p)).toFixed(1)}`;
    return path;
  };
  const back = drawn
    .toReversed()
    .map((p, i, all) => `V${y(p.low ?? p.share).toFixed(1)}H${x(all[i + 1]?.day ?? 0).toFixed(1)}`)
    .join('');
  const words = `Share of buyers still untouched: ${points.length === 0 ? 'no buyer' : `${formatShare(points.at(-1)!.share)} after ${formatCount(last, 'day')}`}`;
  return (
    <div ref={box} className="survival">
      {width > 0 ? (
        <svg width={width} height={HEIGHT} role="img" aria-label={words}>
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line x1={LEFT} x2={width - RIGHT} y1={y(share)} y2={y(share)} className="lane-line" />
              <text x={LEFT - 6} y={y(share) + 4} textAnchor="end" className="axis-text">
                {formatShare(share, { decimals: 0 })}
              </text>
            </g>
          ))}
          {drawn.length > 0 ? (
            <path d={`${steps((p) => p.high ?? p.share)}${back}Z`} className="survival-band" />
          ) : null}
          <path d={steps((p) => p.share)} className="survival-ink" />
          {marks
            .filter((day) => day <= end)
            .map((day) => (
              <g key={day}>
                <line x1={x(day)} x2={x(day)} y1={TOP} y2={HEIGHT - BOTTOM} className="survival-mark" />
                <text x={x(day)} y={HEIGHT - 5} textAnchor="middle" className="axis-text">
                  {day} d
                </text>
              </g>
            ))}
          <text x={width - RIGHT} y={HEIGHT - 5} textAnchor="end" className="axis-text">
            {end} d
          </text>
        </svg>
      ) : null}
    </div>
  );
}
