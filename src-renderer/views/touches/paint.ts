import type { Columns } from './geometry.ts';
import { ROW, strength, weekX } from './geometry.ts';
import type { StripRow } from './words.ts';
import type { Spot } from './zoom.ts';

export type Ink = { mark: string; faint: string; silence: string; burst: string; focus: string; background: string };
export type Cursor = { row: number; week: number };

const CELL = 14;
const TOP = (ROW - CELL) / 2;

/** Draws the visible rows: a cell per week, frames for silences and bursts, the cursor. Coordinates are CSS pixels. */
export function paintStrip(
  context: CanvasRenderingContext2D,
  rows: readonly (StripRow | null)[],
  firstRow: number,
  columns: Columns,
  cursor: Cursor | null,
  ink: Ink,
  offset: number,
): void {
  rows.forEach((row, i) => {
    const y = i * ROW + offset + TOP;
    if (!row) return;
    for (let week = 0; week < columns.weeks; week++) {
      const s = strength(row.counts[week] ?? 0);
      const x = weekX(columns, week) - columns.left;
      context.globalAlpha = 1;
      context.fillStyle = ink.faint;
      context.fillRect(x, y, columns.cell, CELL);
      if (s > 0) {
        context.globalAlpha = s;
        context.fillStyle = ink.mark;
        context.fillRect(x, y, columns.cell, CELL);
      }
    }
    context.globalAlpha = 1;
    for (const frame of row.frames) {
      const x = weekX(columns, frame.from) - columns.left;
      const width = (frame.to - frame.from) * columns.step + columns.cell;
      context.strokeStyle = frame.kind === 'silence' ? ink.silence : ink.burst;
      context.lineWidth = 1.5;
      context.setLineDash(frame.kind === 'silence' ? [] : [3, 2]);
      context.strokeRect(x - 0.5, y - 1.5, width + 1, CELL + 3);
    }
    context.setLineDash([]);
    if (cursor?.row === firstRow + i) {
      context.strokeStyle = ink.focus;
      context.lineWidth = 2;
      context.strokeRect(weekX(columns, cursor.week) - columns.left - 1, y - 2, columns.cell + 2, CELL + 4);
    }
  });
}

const SHAPE = 11;

/** The shapes of teams (kit/marks) as outlines of 12 x 12. */
const OUTLINES: Readonly<Record<string, string>> = {
  sales: 'M6 1 a5 5 0 1 0 0.01 0 Z',
  marketing: 'M1.5 1.5 h9 v9 h-9 Z',
  service: 'M6 1 L11.2 10.5 H0.8 Z',
  accounts: 'M6 0.5 L11.5 6 L6 11.5 L0.5 6 Z',
};
const paths = new Map<string, Path2D>();

function outline(team: string): Path2D | null {
  const text = OUTLINES[team];
  if (text === undefined) return null;
  const path = paths.get(team) ?? new Path2D(text);
  paths.set(team, path);
  return path;
}

/** Draws the spots of lanes: the shape of the team, a ring for those inbound, a circle around those in a dispute and the cursor. */
export function paintSpots(
  context: CanvasRenderingContext2D,
  spots: readonly Spot[],
  laneOf: (lane: number) => number,
  teams: readonly { team: string; colour: string }[],
  ink: { lane: number; left: number; alarm: string; focus: string; at: number | null },
): void {
  const size = SHAPE / 12;
  for (const spot of spots) {
    const lane = laneOf(spot.lane);
    const { team, colour } = teams[lane]!;
    const [x, y] = [ink.left + spot.x, 12 + lane * ink.lane];
    const path = outline(team);
    if (path) {
      context.save();
      context.translate(x - SHAPE / 2, y - SHAPE / 2);
      context.scale(size, size);
      context.fillStyle = colour;
      context.fill(path);
      context.restore();
    } else {
      circle(context, x, y, 4 * size, colour, 2.5 * size);
    }
    if (spot.inDispute) circle(context, x, y, 8, ink.alarm, 1.5);
    if (ink.at !== null && spot.first <= ink.at && ink.at <= spot.last) circle(context, x, y, 9, ink.focus, 2);
  }
}

function circle(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  r: number,
  colour: string,
  width: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.stroke();
}
