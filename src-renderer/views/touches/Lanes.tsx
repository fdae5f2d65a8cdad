import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  Door,
  formatCount,
  formatDay,
  formatNumber,
  IconButton,
  TEAM_ORDER,
  TeamShape,
  tokenColour,
  useSize,
} from '../../kit/index.ts';
import { openCustomer, openLineage, useEngine, useTheme } from '../../data/index.ts';
import { FIGURES_WIDTH, GUTTER, NAME_WIDTH } from './geometry.ts';
import type { StripRow } from './words.ts';
import { laneSentence } from './words.ts';
import { dayNumber, isoOfNumber, panned, spotsOf, ticksOf, zoomed, type Range, type Spot } from './zoom.ts';
import { paintSpots } from './paint.ts';

const LANE = 24;
/** Room above the lanes for the names of disputes. */
const ABOVE = 14;
/** Half the width of a bracket's label. */
const HALF_LABEL = 44;
const CLOSER = 0.6;

type Timeline = Result<'timeline'>;

/** One customer's touches by team on the scale of the strip above, with disputes shaded and bursts and silences bracketed. */
export function Lanes({ row, weeks }: { row: StripRow; weeks: readonly string[] }) {
  const first = weeks[0] ?? '';
  const query = useEngine('timeline', { id: row.customer, from: first }, { enabled: first !== '' });
  const t = query.data?.customer === row.customer ? query.data : undefined;
  const whole = useMemo(
    (): Range => ({ from: dayNumber(first), to: dayNumber(first) + 7 * weeks.length }),
    [first, weeks.length],
  );
  // Zooming draws again many times a second; ten thousand rows are made once.
  const twin = useMemo(
    () =>
      (t?.marks ?? [])
        .toReversed()
        .map((m) => [m.day, t?.lanes[m.lane] ?? '', m.channel, m.label, m.inDispute ? 'yes' : 'no']),
    [t],
  );
  const [zoom, setZoom] = useState<{ of: Range; range: Range } | null>(null);
  // A zoom belongs to the weeks it was made in.
  const range = zoom?.of === whole ? zoom.range : whole;
  const setRange = (next: Range): void => setZoom({ of: whole, range: next });
  const isWhole = range.from === whole.from && range.to === whole.to;
  return (
    <ChartFrame
      id="touches.lanes"
      title={row.name}
      actions={
        <>
          <IconButton icon="zoom-in" label="Zoom in" onClick={() => setRange(zoomed(whole, range, CLOSER, 0.5))} />
          <IconButton
            icon="zoom-out"
            label="Zoom out"
            disabled={isWhole}
            onClick={() => setRange(zoomed(whole, range, 1 / CLOSER, 0.5))}
          />
          <IconButton icon="screen-full" label="Show all weeks" disabled={isWhole} onClick={() => setZoom(null)} />
        </>
      }
      finding={
        t ? (
          <>
            {laneSentence(t, row.evenness)}{' '}
            <Door onOpen={() => openCustomer(row.customer, row.name)}>Open customer</Door>
            {isWhole
              ? ''
              : ` In view: ${formatDay(isoOfNumber(range.from))} to ${formatDay(isoOfNumber(range.to - 0.001))}.`}
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
        rows: twin,
      }}
    >
      {t ? <Drawing t={t} name={row.name} whole={whole} range={range} onRange={setRange} /> : null}
    </ChartFrame>
  );
}

function Drawing({
  t,
  name,
  whole,
  range,
  onRange,
}: {
  t: Timeline;
  name: string;
  whole: Range;
  range: Range;
  onRange: (range: Range) => void;
}) {
  const [box, { width }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const field = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; range: Range } | null>(null);
  const theme = useTheme((s) => s.theme);
  const [at, setAt] = useState<number | null>(null);
  const [hover, setHover] = useState<{ x: number; spot: Spot } | null>(null);
  const [focused, setFocused] = useState(false);
  const end = Math.max(NAME_WIDTH + 1, width - GUTTER - FIGURES_WIDTH);
  const room = end - NAME_WIDTH;
  const lanes = useMemo(
    () => [...TEAM_ORDER, ...t.lanes.filter((l) => !(TEAM_ORDER as readonly string[]).includes(l))],
    [t],
  );
  const days = useMemo(() => Float64Array.from(t.marks, (mark) => dayNumber(mark.day)), [t]);
  const counts = useMemo(() => {
    const byLane = new Map<string, number>();
    for (const mark of t.marks) {
      const lane = t.lanes[mark.lane] ?? 'unknown';
      byLane.set(lane, (byLane.get(lane) ?? 0) + 1);
    }
    return byLane;
  }, [t]);
  const spots = useMemo(() => spotsOf(t.marks, days, range, room), [t, days, range, room]);
  const height = lanes.length * LANE + 2;
  const laneOf = (lane: number): number => Math.max(0, lanes.indexOf(t.lanes[lane] ?? 'sales'));

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    element.width = Math.round((room + 16) * scale);
    element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, room + 16, height);
    const teams = lanes.map((lane) => ({
      team: lane,
      colour: tokenColour((TEAM_ORDER as readonly string[]).includes(lane) ? `--team-${lane}` : '--dim'),
    }));
    paintSpots(context, spots, (lane) => laneOf(lane), teams, {
      lane: LANE,
      left: 8,
      alarm: tokenColour('--falling'),
      focus: tokenColour('--focus'),
      at: focused && at !== null ? at : null,
    });
    // oxlint-disable-next-line react/exhaustive-deps -- `laneOf` is made of lanes and t
  }, [spots, lanes, room, width, height, theme, at, focused]);

  // The wheel zooms only with Ctrl, so that the page still scrolls over the lanes.
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const onWheel = (e: WheelEvent): void => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const place = Math.max(0, Math.min(1, (e.clientX - element.getBoundingClientRect().left) / room));
      onRange(zoomed(whole, range, e.deltaY > 0 ? 1 / CLOSER : CLOSER, place));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  const x = (day: string): number =>
    NAME_WIDTH + Math.max(0, Math.min(room, ((dayNumber(day) - range.from) / (range.to - range.from)) * room));
  const inView = (from: string, to: string): boolean => dayNumber(to) > range.from && dayNumber(from) < range.to;

  const step = (next: number): void => {
    if (t.marks.length === 0) return;
    const mark = Math.max(0, Math.min(t.marks.length - 1, next));
    setAt(mark);
    const day = days[mark]!;
    if (day < range.from || day > range.to) {
      const span = range.to - range.from;
      onRange(panned(whole, range, (day - span / 2 - range.from) / span));
    }
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    const now = at ?? t.marks.length;
    switch (e.key) {
      case 'ArrowLeft':
        if (e.shiftKey) onRange(panned(whole, range, -0.25));
        else step(now - 1);
        break;
      case 'ArrowRight':
        if (e.shiftKey) onRange(panned(whole, range, 0.25));
        else step(now + 1);
        break;
      case 'Home':
        step(0);
        break;
      case 'End':
        step(t.marks.length - 1);
        break;
      case '+':
      case '=':
        onRange(zoomed(whole, range, CLOSER, 0.5));
        break;
      case '-':
        onRange(zoomed(whole, range, 1 / CLOSER, 0.5));
        break;
      case '0':
        onRange(whole);
        break;
      case 'Enter': {
        const mark = at === null ? undefined : t.marks[at];
        if (mark) openLineage({ table: 'touch', id: mark.id });
        break;
      }
      default:
        return;
    }
    e.preventDefault();
    e.stopPropagation();
  };
  const spotAt = (e: PointerEvent): Spot | null => {
    const bounds = field.current!.getBoundingClientRect();
    const [px, py] = [e.clientX - bounds.left, e.clientY - bounds.top];
    let best: Spot | null = null;
    for (const spot of spots) {
      if (Math.abs(laneOf(spot.lane) * LANE + 12 - py) > LANE / 2) continue;
      if (Math.abs(spot.x - px) <= 8 && (best === null || Math.abs(spot.x - px) < Math.abs(best.x - px))) best = spot;
    }
    return best;
  };
  const words = (mark: Timeline['marks'][number]): string =>
    `${formatDay(mark.day)}: ${mark.label}${mark.inDispute ? ', during a dispute' : ''}`;
  const spotWords = (spot: Spot): string =>
    spot.count === 1
      ? words(t.marks[spot.first]!)
      : `${formatCount(spot.count, 'touch', 'touches')} from ${formatDay(t.marks[spot.first]!.day)} to ${formatDay(t.marks[spot.last]!.day)}`;
  const current = at === null ? undefined : t.marks[at];
  return (
    <div ref={box} className="lanes">
      {width > 0 ? (
        <>
          <svg
            width={width}
            height={ABOVE + height + 50}
            viewBox={`0 ${-ABOVE} ${width} ${ABOVE + height + 50}`}
            aria-hidden="true"
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
                    height={height}
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
                <text x={end + 70} y={16 + i * LANE} textAnchor="end" className="lane-count">
                  {formatNumber(counts.get(lane) ?? 0)}
                </text>
              </g>
            ))}
            {t.bursts
              .filter((b) => inView(b.from, b.to))
              .map((b) => (
                <Bracket
                  key={`b${b.from}`}
                  x0={x(b.from)}
                  x1={Math.max(x(b.to), x(b.from) + 6)}
                  y={height + 16}
                  end={end}
                  kind="burst"
                  text={`${formatNumber(b.touches)} touches`}
                />
              ))}
            {t.silences
              .filter((s) => inView(s.from, s.to))
              .map((s) => (
                <Bracket
                  key={`s${s.from}`}
                  x0={x(s.from)}
                  x1={x(s.to)}
                  y={height + 16}
                  end={end}
                  kind="silence"
                  text={`${s.days} days silent`}
                />
              ))}
            {ticksOf(range, room).map((tick) => (
              <text
                key={tick.day}
                x={NAME_WIDTH + ((tick.day - range.from) / (range.to - range.from)) * room}
                y={height + 46}
                className="axis-text"
              >
                {tick.label}
              </text>
            ))}
          </svg>
          <canvas
            ref={canvas}
            className="lane-canvas"
            style={{ left: NAME_WIDTH - 8, top: ABOVE, width: room + 16, height }}
            aria-hidden="true"
          />
          <div
            ref={field}
            className="lane-field"
            style={{ left: NAME_WIDTH, top: ABOVE, width: room, height }}
            tabIndex={0}
            role="application"
            aria-roledescription="touch lanes"
            aria-label={`Touches of ${name} by team from ${formatDay(isoOfNumber(whole.from))} to ${formatDay(t.to)}: ${formatCount(t.marks.length, 'touch', 'touches')}. Arrow keys go from touch to touch, Enter opens its source line, plus and minus zoom, Shift with the arrow keys moves, 0 shows all. The same touches are in the table.`}
            onKeyDown={onKeyDown}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            onPointerDown={(e) => {
              drag.current = { x: e.clientX, range };
              e.currentTarget.setPointerCapture(e.pointerId);
            }}
            onPointerUp={() => (drag.current = null)}
            onPointerMove={(e) => {
              if (drag.current) {
                const span = drag.current.range.to - drag.current.range.from;
                if (span < whole.to - whole.from)
                  onRange(panned(whole, drag.current.range, (drag.current.x - e.clientX) / room));
                setHover(null);
                return;
              }
              const spot = spotAt(e);
              setHover(spot ? { x: spot.x, spot } : null);
            }}
            onPointerLeave={() => setHover(null)}
            onDoubleClick={(e) => {
              const place = (e.clientX - field.current!.getBoundingClientRect().left) / room;
              onRange(zoomed(whole, range, CLOSER * CLOSER, place));
            }}
          />
          {hover ? (
            <div
              className="strip-tip"
              style={{
                left: Math.min(NAME_WIDTH + hover.x + 12, Math.max(0, width - 380)),
                top: ABOVE + laneOf(hover.spot.lane) * LANE + 26,
              }}
            >
              {spotWords(hover.spot)}
            </div>
          ) : null}
          <p className="hidden-label" aria-live="polite">
            {focused && current ? `${t.lanes[current.lane] ?? ''}, ${words(current)}` : ''}
          </p>
        </>
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
