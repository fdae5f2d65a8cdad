import { formatPoints } from '../format.ts';
import { intervalWords } from './npsWords.ts';
import type { NpsFigures } from './npsWords.ts';

const at = (points: number): string => `${(Math.max(-100, Math.min(100, points)) + 100) / 2}%`;

/** The score as a large figure, and as a point with its interval on the scale from -100 to +100. */
export function NpsScale({ report }: { report: NpsFigures }) {
  const { nps, interval } = report;
  return (
    <div className="nps-scale">
      <div className="nps-figure">
        <strong>{formatPoints(nps)}</strong>
        <span className="dim">{interval.low === null ? 'no interval: too few answers' : intervalWords(interval)}</span>
      </div>
      {nps === null ? null : (
        <div
          className="nps-track"
          role="img"
          aria-label={`Score ${formatPoints(nps)} on a scale from −100 to +100, ${intervalWords(interval)}`}
        >
          <span className="nps-zero" />
          {interval.low !== null && interval.high !== null ? (
            <span
              className="nps-interval"
              style={{ left: at(interval.low), width: `calc(${at(interval.high)} - ${at(interval.low)})` }}
            />
          ) : null}
          <span className="nps-point" style={{ left: at(nps) }} />
          {[-100, -50, 0, 50, 100].map((p) => (
            <span key={p} className="nps-tick" style={{ left: at(p) }}>
              {formatPoints(p)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
