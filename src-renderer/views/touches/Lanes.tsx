import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import { ChartFrame, Door, formatCount, formatDay, TEAM_ORDER, TeamShape, useSize } from '../../kit/index.ts';
import { openCustomer, useEngine } from '../../data/index.ts';
import { columnsOf, dayX, GUTTER, monthTicks, NAME_WIDTH, weekX } from './geometry.ts';
import type { StripRow } from './words.ts';
import { laneSentence } from './words.ts';

const LANE = 24;
const MOST = 900;
/** Room above the lanes for the names of disputes. */
const ABOVE = 14;
/** Half the width of a bracket's label. */
const HALF_LABEL = 44;

/** One customer's touches by team on the scale of the strip above, with disputes shaded and bursts and silences bracketed. */
export function Lanes({ row, weeks }: { row: StripRow; weeks: readonly string[] }) {
  const first = weeks[0] ?? '';
  const query = useEngine('timeline', { id: row.customer, from: first }, { enabled: first !== '' });
  const t = query.data?.customer === row.customer ? query.data : undefined;
  return (
    <ChartFrame
      id="touches.lanes"
      title={row.name}
      finding={
        t ? (
          <>
            {laneSentence(t, row.evenness)}{' '}
            <Door onOpen={() => openCustomer(row.customer, row.name)}>Open customer</Door>
            {t.marks.length > MOST ? ` The newest ${MOST} touches are drawn.` : ''}
          </>
        ) : null
      }
      state={
        query.error && !t
          ? { kind: 'failed', error: query.error, retry: () => void query.refetch() }
          : !t
            ? { kind: 'loading' }
            : undefined
      }
      twin={{
        columns: [
          { label: 'Day' },
          { label: 'Team' },
          { label: 'Channel' },
          { label: 'What' },
          { label: 'In a dispute' },
        ],
        rows: (t?.marks ?? [])
          .toReversed()
          .map((m) => [m.day, t?.lanes[m.lane] ?? '', m.channel, m.label, m.inDispute ? 'yes' : 'no']),
      }}
    >
      {t ? <Drawing t={t} name={row.name} weeks={weeks} /> : null}
    </ChartFrame>
  );
}

type Timeline = Result<'timeline'>;

function Drawing({ t, name, weeks }: { t: Timeline; name: string; weeks: readonly string[] }) {
  const [box, { width }] = useSize<HTMLDivElement>();
  const first = weeks[0] ?? '';
  const columns = columnsOf(Math.max(0, width - GUTTER), Math.max(1, weeks.length));
  const end = weekX(columns, weeks.length);
  const lanes = useMemo(
    () => [...TEAM_ORDER, ...t.lanes.filter((l) => !(TEAM_ORDER as readonly string[]).includes(l))],
    [t],
  );
  const x = (day: string): number => Math.max(NAME_WIDTH, Math.min(end, dayX(columns, first, day)));
  const y = (lane: number): number => 12 + lanes.indexOf(t.lanes[lane] ?? 'sales') * LANE;
  const bottom = lanes.length * LANE + 2;
  const marks = t.marks.slice(-MOST);
  const inView = (from: string, to: string): boolean => to >= first && x(to) > x(from);
  return (
    <div ref={box}>
      {width > 0 ? (
        <svg
          width={width}
          height={ABOVE + bottom + 50}
          viewBox={`0 ${-ABOVE} ${width} ${ABOVE + bottom + 50}`}
          role="img"
          aria-label={`Touches of ${name} by team from ${formatDay(first)} to ${formatDay(t.to)}: ${formatCount(t.marks.length, 'touch', 'touches')}`}
        >
          {t.disputes
            .filter((d) => inView(d.opened, d.closed ?? t.to))
            .map((d) => (
              <g key={d.id}>
                <title>{`Dispute from ${formatDay(d.opened)} ${d.closed ? `to ${formatDay(d.closed)}` : 'on, still open'}`}</title>
                <rect
                  x={x(d.opened)}
                  y={0}
                  width={Math.max(3, x(d.closed ?? t.to) - x(d.opened))}
                  height={bottom}
                  className="lane-dispute"
                />
                <text x={Math.min(x(d.opened), end - 70)} y={-4} className="lane-note">
                  {d.closed ? 'dispute' : 'dispute open'}
                </text>
              </g>
            ))}
          {lanes.map((lane, i) => (
            <g key={lane}>
              <line x1={NAME_WIDTH} x2={end} y1={12 + i * LANE} y2={12 + i * LANE} className="lane-line" />
              <TeamShape team={lane} x={16} y={12 + i * LANE} />
              <text x={28} y={16 + i * LANE}>
                {lane}
              </text>
              <text x={NAME_WIDTH + (end - NAME_WIDTH) + 70} y={16 + i * LANE} textAnchor="end" className="lane-count">
                {t.marks.filter((m) => t.lanes[m.lane] === lane).length}
              </text>
            </g>
          ))}
          {marks.map((m) => (
            <g key={m.id}>
              <title>{`${formatDay(m.day)}: ${m.label}${m.inDispute ? ', during a dispute' : ''}`}</title>
              <TeamShape team={t.lanes[m.lane] ?? 'unknown'} x={x(m.day)} y={y(m.lane)} size={11} />
              {m.inDispute ? <circle cx={x(m.day)} cy={y(m.lane)} r={8} className="lane-alarm" /> : null}
            </g>
          ))}
          {t.bursts
            .filter((b) => inView(b.from, b.to))
            .map((b) => (
              <Bracket
                key={`b${b.from}`}
                x0={x(b.from)}
                x1={Math.max(x(b.to), x(b.from) + 6)}
                y={bottom + 16}
                end={end}
                kind="burst"
                text={`${b.touches} touches`}
              />
            ))}
          {t.silences
            .filter((s) => inView(s.from, s.to))
            .map((s) => (
              <Bracket
                key={`s${s.from}`}
                x0={x(s.from)}
                x1={x(s.to)}
                y={bottom + 16}
                end={end}
                kind="silence"
                text={`${s.days} days silent`}
              />
            ))}
          {monthTicks(weeks, columns.step).map((tick) => (
            <text key={tick.week} x={weekX(columns, tick.week)} y={bottom + 46} className="axis-text">
              {tick.label}
            </text>
          ))}
        </svg>
      ) : null}
    </div>
  );
}

function Bracket({
  x0,
  x1,
  y,
  end,
  kind,
  text,
}: {
  x0: number;
  x1: number;
  y: number;
  /** The right edge of the lanes: labels stay left of it. */
  end: number;
  kind: 'burst' | 'silence';
  text: string;
}) {
  return (
    <g className={`bracket bracket-${kind}`}>
      <path d={`M${x0} ${y - 5}V${y}H${x1}V${y - 5}`} fill="none" />
      <text
        x={Math.max(NAME_WIDTH + HALF_LABEL, Math.min(end - HALF_LABEL, (x0 + x1) / 2))}
        y={y + 12}
        textAnchor="middle"
      >
        {text}
      </text>
    </g>
  );
}
