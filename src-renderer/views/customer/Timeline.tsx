import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, ChartFrame, IconButton, formatCount, formatDay, tokenColour, useSize } from '../../kit/index.ts';
import { openLineage, useEngine, useTheme } from '../../data/index.ts';
import { dayNumber, isoOf, monthMarks, moved, xOf, zoomed, type Span } from './scale.ts';

type Report = Result<'timeline'>;
type Spells = Result<'customer'>['rungHistory'];

const LEFT = 92;
const RIGHT = 16;
/** Room above the rows for the names of disputes. */
const TOP = 22;
const LANE = 26;
const laneY = (lane: number): number => TOP + ROWS + lane * LANE + LANE / 2;
/** Thin rows above the lanes. */
const THIN = 20;
/** Rows above the lanes: rungs, orders, answers. */
const ROWS = 3 * THIN;
/** Marks listed in the table twin; the newest. */
const TWIN_ROWS = 1000;

/** Five lanes of touches with disputes, bursts and silences; orders and answers on rows of their own. */
export function Timeline({ customer, name, spells }: { customer: string; name: string; spells: Spells }) {
  const timeline = useEngine('timeline', { id: customer });
  return (
    <Answer of={timeline} what="Laying out the timeline">
      {(report) => <Lanes report={report} name={name} spells={spells} />}
    </Answer>
  );
}

function Lanes({ report, name, spells }: { report: Report; name: string; spells: Spells }) {
  const whole = useMemo(
    (): Span => ({
      from: dayNumber(report.from) - 3,
      to: Math.max(dayNumber(report.to) + 3, dayNumber(report.from) + 14),
    }),
    [report],
  );
  const [span, setSpan] = useState<Span>(() => ({ from: Math.max(whole.from, whole.to - 400), to: whole.to }));
  const [cursor, setCursor] = useState<number | null>(null);
  const [box, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((s) => s.theme);
  const height = TOP + ROWS + report.lanes.length * LANE + 44;
  const width = Math.max(0, Math.floor(size.width));
  const inner = Math.max(1, width - LEFT - RIGHT);
  const x = (day: number): number => xOf(day, span, LEFT, inner);
  const days = useMemo(() => report.marks.map((m) => dayNumber(m.day)), [report]);

  useEffect(() => {
    const target = canvas.current;
    if (!target || width === 0) return;
    const ratio = globalThis.devicePixelRatio || 1;
    target.width = Math.round(width * ratio);
    target.height = Math.round(height * ratio);
    const pen = target.getContext('2d');
    if (!pen) return;
    pen.scale(ratio, ratio);
    paint(pen, { report, spells, span, width, height, inner, days });
    // The theme is read by the painter.
  }, [report, spells, span, width, height, inner, days, theme]);

  const pick = (event: PointerEvent): void => {
    const frame = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - frame.left, event.clientY - frame.top];
    let best: number | null = null;
    let nearest = 10;
    report.marks.forEach((mark, i) => {
      const distance = Math.hypot(x(days[i]!) - px, laneY(mark.lane) - py);
      if (distance < nearest) {
        nearest = distance;
        best = i;
      }
    });
    if (best !== cursor) setCursor(best);
  };
  const step = (by: number): void => {
    const visible = report.marks.map((_, i) => i).filter((i) => days[i]! >= span.from && days[i]! <= span.to);
    if (visible.length === 0) return;
    const at = cursor === null ? (by > 0 ? -1 : visible.length) : visible.indexOf(cursor);
    setCursor(visible[Math.max(0, Math.min(visible.length - 1, at + by))] ?? null);
  };
  const middle = Math.round((span.from + span.to) / 2);
  const onKeyDown = (e: KeyboardEvent): void => {
    const current = cursor === null ? null : report.marks[cursor];
    if (e.key === 'ArrowRight' && !e.shiftKey) step(1);
    else if (e.key === 'ArrowLeft' && !e.shiftKey) step(-1);
    else if (e.key === 'ArrowRight') setSpan(moved(span, whole, 0.25));
    else if (e.key === 'ArrowLeft') setSpan(moved(span, whole, -0.25));
    else if (e.key === '+' || e.key === '=') setSpan(zoomed(span, whole, middle, 0.6));
    else if (e.key === '-') setSpan(zoomed(span, whole, middle, 1 / 0.6));
    else if (e.key === '0') setSpan(whole);
    else if (e.key === 'Enter' && current) openLineage({ table: 'touch', id: current.id });
    else return;
    e.preventDefault();
  };
  const current = cursor === null ? null : report.marks[cursor];
  const inDispute = useMemo(() => report.marks.filter((m) => m.inDispute).length, [report]);
  const twin = useMemo(
    () => ({
      columns: [{ label: 'Day' }, { label: 'Lane' }, { label: 'What' }, { label: 'In a dispute' }],
      rows: report.marks
        .slice(-TWIN_ROWS)
        .map((m) => [m.day, report.lanes[m.lane] ?? '', m.label, m.inDispute ? 'yes' : '']),
    }),
    [report],
  );
  const finding = [
    `${formatCount(report.marks.length, 'touch', 'touches')} from ${formatDay(report.from)} to ${formatDay(report.to)}`,
    report.bursts.length > 0 ? formatCount(report.bursts.length, 'burst') : '',
    report.silences.length > 0
      ? `${formatCount(report.silences.length, 'silence')}, the longest ${Math.max(...report.silences.map((s) => s.days))} days`
      : '',
    inDispute > 0 ? `${inDispute} commercial while a dispute was open` : '',
  ]
    .filter((s) => s !== '')
    .join('; ');
  return (
    <ChartFrame id="customer.timeline" title="Timeline of both teams" finding={`${finding}.`} twin={twin}>
      <div className="timeline-tools" role="group" aria-label="Zoom">
        <IconButton icon="zoom-in" label="Zoom in (+)" onClick={() => setSpan(zoomed(span, whole, middle, 0.6))} />
        <IconButton
          icon="zoom-out"
          label="Zoom out (−)"
          onClick={() => setSpan(zoomed(span, whole, middle, 1 / 0.6))}
        />
        <IconButton icon="screen-full" label="All of it (0)" onClick={() => setSpan(whole)} />
        <IconButton icon="arrow-left" label="Earlier (Shift+Left)" onClick={() => setSpan(moved(span, whole, -0.25))} />
        <IconButton icon="arrow-right" label="Later (Shift+Right)" onClick={() => setSpan(moved(span, whole, 0.25))} />
        <span className="dim" aria-live="polite">
          {current
            ? `${formatDay(current.day)}: ${current.label}${current.inDispute ? ', during a dispute' : ''}`
            : `${formatDay(isoOf(Math.max(span.from, dayNumber(report.from))))} to ${formatDay(isoOf(Math.min(span.to, dayNumber(report.to))))} is shown. Point at a mark, or use the arrow keys; Enter opens its source line.`}
        </span>
      </div>
      <div ref={box} className="timeline-box">
        <canvas
          ref={canvas}
          style={{ width, height }}
          role="application"
          tabIndex={0}
          aria-label={`Timeline of ${name}: ${finding}. Arrow keys move from touch to touch.`}
          data-theme-drawn={theme}
          onKeyDown={onKeyDown}
          onPointerMove={pick}
          onDoubleClick={() => current && openLineage({ table: 'touch', id: current.id })}
        />
        {current && days[cursor!]! >= span.from && days[cursor!]! <= span.to ? (
          <span
            className="timeline-cursor"
            aria-hidden="true"
            style={{ left: x(days[cursor!]!) - 9, top: laneY(current.lane) - 9 }}
          />
        ) : null}
      </div>
    </ChartFrame>
  );
}

type Scene = {
  report: Report;
  spells: Spells;
  span: Span;
  width: number;
  height: number;
  inner: number;
  days: readonly number[];
};

function paint(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { report, spells, span, width, height, inner, days } = scene;
  const x = (day: number): number => xOf(day, span, LEFT, inner);
  const colour = {
    text: tokenColour('--text'),
    dim: tokenColour('--dim'),
    line: tokenColour('--line'),
    falling: tokenColour('--falling'),
    warning: tokenColour('--warning'),
    accent: tokenColour('--accent'),
    bg: tokenColour('--bg'),
  };
  const teams = report.lanes.map((lane) => tokenColour(`--team-${lane}`));
  const bottom = TOP + ROWS + report.lanes.length * LANE;
  pen.clearRect(0, 0, width, height);
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = 'middle';

  for (const dispute of report.disputes) {
    const from = x(dayNumber(dispute.opened));
    const to = dispute.closed === null ? x(dayNumber(report.to)) : x(dayNumber(dispute.closed));
    if (to < LEFT || from > LEFT + inner) continue;
    const [left, right] = [Math.max(LEFT, from), Math.min(LEFT + inner, Math.max(to, from + 2))];
    pen.globalAlpha = 0.16;
    pen.fillStyle = colour.falling;
    pen.fillRect(left, TOP - 4, right - left, ROWS + report.lanes.length * LANE + 4);
    pen.globalAlpha = 1;
    pen.fillStyle = colour.falling;
    pen.textAlign = 'left';
    pen.fillText(dispute.closed === null ? 'dispute open' : 'dispute', Math.min(left, LEFT + inner - 76), TOP / 2 - 1);
  }

  pen.textAlign = 'right';
  const rowLabel = (label: string, y: number): void => {
    pen.fillStyle = colour.dim;
    pen.fillText(label, LEFT - 12, y);
    pen.strokeStyle = colour.line;
    pen.beginPath();
    pen.moveTo(LEFT, y + 0.5);
    pen.lineTo(LEFT + inner, y + 0.5);
    pen.stroke();
  };
  rowLabel('rung', TOP + THIN / 2);
  rowLabel('orders', TOP + THIN + THIN / 2);
  rowLabel('answers', TOP + 2 * THIN + THIN / 2);
  report.lanes.forEach((lane, i) => rowLabel(lane, laneY(i)));

  for (const spell of spells) {
    const left = Math.max(LEFT, x(dayNumber(spell.from)));
    const right = Math.min(LEFT + inner, x(spell.to === null ? dayNumber(report.to) + 1 : dayNumber(spell.to)));
    if (right <= left) continue;
    if (spell.rung === 'lapsed') {
      pen.strokeStyle = colour.dim;
      pen.setLineDash([4, 3]);
      pen.strokeRect(left + 0.5, TOP + 3.5, right - left - 1, 5);
      pen.setLineDash([]);
    } else {
      pen.fillStyle = tokenColour(`--rung-${spell.rung}`);
      pen.fillRect(left, TOP + 3, Math.max(1, right - left - 1), 6);
    }
    pen.textAlign = 'left';
    pen.fillStyle = colour.text;
    if (pen.measureText(spell.rung).width + 4 < right - left) pen.fillText(spell.rung, left, TOP + THIN - 4);
  }

  pen.textAlign = 'center';
  pen.fillStyle = colour.text;
  for (const purchase of report.purchases) {
    const at = x(dayNumber(purchase.day));
    if (at < LEFT || at > LEFT + inner) continue;
    pen.fillRect(at - 1.5, TOP + THIN + 3, 3, THIN - 6);
  }
  for (const answer of report.responses) {
    const at = x(dayNumber(answer.day));
    if (at < LEFT || at > LEFT + inner) continue;
    const text = String(answer.score);
    pen.fillStyle = colour.bg;
    pen.fillRect(at - 8, TOP + 2 * THIN + 2, 16, THIN - 4);
    pen.fillStyle = answer.score <= 6 ? colour.falling : answer.score >= 9 ? colour.accent : colour.text;
    pen.fillText(text, at, TOP + 2 * THIN + THIN / 2);
  }

  // Marks on one pixel look like one mark: thousands of them cost no more than the pixels there are.
  const drawn = new Set<number>();
  const order = (mark: Report['marks'][number]): number => mark.lane * 2 + (mark.inDispute ? 1 : 0);
  report.marks.forEach((mark, i) => {
    const day = days[i]!;
    if (day < span.from || day > span.to) return;
    const place = Math.round(x(day)) * 16 + order(mark);
    if (drawn.has(place)) return;
    drawn.add(place);
    drawMark(
      pen,
      report.lanes[mark.lane] ?? '',
      teams[mark.lane] ?? colour.text,
      x(day),
      laneY(mark.lane),
      mark.inDispute ? colour.falling : null,
    );
  });

  const bracket = (from: string, to: string, label: string, ink: string, y: number): void => {
    const left = Math.max(LEFT, x(dayNumber(from)));
    const right = Math.min(LEFT + inner, x(dayNumber(to)));
    if (right - left < 1 || left > LEFT + inner) return;
    pen.strokeStyle = ink;
    pen.beginPath();
    pen.moveTo(left + 0.5, y - 4);
    pen.lineTo(left + 0.5, y + 0.5);
    pen.lineTo(right + 0.5, y + 0.5);
    pen.lineTo(right + 0.5, y - 4);
    pen.stroke();
    if (right - left < pen.measureText(label).width && right - left < 60) return;
    pen.fillStyle = ink;
    pen.fillText(label, (left + right) / 2, y + 9);
  };
  for (const burst of report.bursts)
    bracket(
      burst.from,
      burst.to,
      `${burst.touches} in ${dayNumber(burst.to) - dayNumber(burst.from) + 1} days`,
      colour.warning,
      bottom + 4,
    );
  for (const silence of report.silences)
    bracket(silence.from, silence.to, `${silence.days} days silent`, colour.falling, bottom + 4);

  pen.fillStyle = colour.dim;
  pen.textAlign = 'left';
  for (const mark of monthMarks(span, inner))
    if (x(mark.day) + 24 < width) pen.fillText(mark.label, x(mark.day), height - 8);
}

/** The shapes of kit/marks on canvas: circle, square, triangle, diamond, ring. */
function drawMark(
  pen: CanvasRenderingContext2D,
  lane: string,
  fill: string,
  x: number,
  y: number,
  frame: string | null,
): void {
  pen.fillStyle = fill;
  pen.strokeStyle = fill;
  pen.beginPath();
  if (lane === 'sales') pen.arc(x, y, 5, 0, Math.PI * 2);
  else if (lane === 'marketing') pen.rect(x - 4.5, y - 4.5, 9, 9);
  else if (lane === 'service') {
    pen.moveTo(x, y - 5.5);
    pen.lineTo(x + 5.5, y + 4.5);
    pen.lineTo(x - 5.5, y + 4.5);
    pen.closePath();
  } else if (lane === 'accounts') {
    pen.moveTo(x, y - 6);
    pen.lineTo(x + 6, y);
    pen.lineTo(x, y + 6);
    pen.lineTo(x - 6, y);
    pen.closePath();
  } else {
    pen.arc(x, y, 4, 0, Math.PI * 2);
    pen.lineWidth = 2;
    pen.stroke();
    pen.lineWidth = 1;
    return;
  }
  pen.fill();
  if (frame === null) return;
  pen.strokeStyle = frame;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, 8, 0, Math.PI * 2);
  pen.stroke();
  pen.lineWidth = 1;
}
