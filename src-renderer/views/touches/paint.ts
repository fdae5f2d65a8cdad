import type { Columns } from './geometry.ts';
import { ROW, strength, weekX } from './geometry.ts';
import type { StripRow } from './words.ts';

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
