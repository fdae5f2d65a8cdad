import * as z from 'zod';
import { defineMethod, number, sum } from './method.ts';

/** Where to put the next touches so that gaps become even. Both problems are convex, so the greedy choice is optimal; days are solved exactly. */

/** Cuts of each gap: `insert` times the gap with the largest benefit is cut once more, ties to the earliest. */
function cutGaps(gaps: readonly number[], insert: number, benefit: (gap: number, parts: number) => number): number[] {
  const parts = gaps.map(() => 1);
  for (let k = 0; k < insert && gaps.length > 0; k++) {
    let best = 0;
    for (let i = 1; i < gaps.length; i++) {
      // Equal benefits computed along different paths may differ in the last digit.
      const here = benefit(gaps[i]!, parts[i]!);
      if (here > benefit(gaps[best]!, parts[best]!) * (1 + 1e-12)) best = i;
    }
    parts[best]!++;
  }
  return parts;
}

/** Parts per gap that minimise the sum of squared gaps: greedy on g^2 / (m (m + 1)). */
export function evenInsert(
  gaps: readonly number[],
  insert: number,
): { parts: number[]; sum_sq: number | null; insert_positions: number[]; max_gap: number | null } {
  const parts = cutGaps(gaps, insert, (g, m) => (g * g) / (m * (m + 1)));
  const insert_positions: number[] = [];
  let start = 0;
  gaps.forEach((g, i) => {
    for (let k = 1; k < parts[i]!; k++) insert_positions.push(start + (g * k) / parts[i]!);
    start += g;
  });
  return {
    parts,
    sum_sq: gaps.length === 0 ? null : sum(gaps.map((g, i) => (g * g) / parts[i]!)),
    insert_positions,
    max_gap: gaps.length === 0 ? null : Math.max(...gaps.map((g, i) => g / parts[i]!)),
  };
}

/** Parts per gap that minimise the longest gap: greedy on g / m. */
export function minimaxInsert(gaps: readonly number[], insert: number): { parts: number[]; max_gap: number | null } {
  const parts = cutGaps(gaps, insert, (g, m) => g / m);
  return { parts, max_gap: gaps.length === 0 ? null : Math.max(...gaps.map((g, i) => g / parts[i]!)) };
}

/**
 * Whole days strictly inside `(start, end)`, none of them fixed or blacked out, that minimise the sum of squared gaps from start to end.
 * Of several optima the lexicographically first. Null when there are fewer free days than touches. Time O(days^2 x insert).
 */
export function evenInsertDays(
  fixed: readonly number[],
  start: number,
  end: number,
  insert: number,
  blackout: readonly number[],
): { sum_sq: number | null; insert_days: number[] | null } {
  const stays = [...new Set(fixed.filter((d) => d > start && d < end))].sort((a, b) => a - b);
  const closed = new Set([...stays, ...blackout]);
  const free: number[] = [];
  for (let d = start + 1; d < end; d++) if (!closed.has(d)) free.push(d);
  if (insert > free.length) return { sum_sq: null, insert_days: null };
  const isFree = new Set(free);
  const nodes = [...new Set([start, ...stays, ...free, end])].sort((a, b) => a - b);
  const n = nodes.length;
  const width = insert + 1;
  // cost[i][r]: least sum of squares from node i to the end with r touches still to place.
  const cost = new Float64Array(n * width).fill(Infinity);
  cost[(n - 1) * width] = 0;
  const step = (i: number, j: number): number => (nodes[j]! - nodes[i]!) ** 2;
  for (let i = n - 2; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      const placed = isFree.has(nodes[j]!) ? 1 : 0;
      for (let r = placed; r < width; r++) {
        const total = step(i, j) + cost[j * width + r - placed]!;
        if (total < cost[i * width + r]!) cost[i * width + r] = total;
      }
      if (placed === 0) break;
    }
  }
  const best = cost[insert]!;
  if (!Number.isFinite(best)) return { sum_sq: null, insert_days: null };
  const days: number[] = [];
  let i = 0;
  let left = insert;
  while (i < n - 1) {
    for (let j = i + 1; j < n; j++) {
      const placed = isFree.has(nodes[j]!) ? 1 : 0;
      if (placed <= left && step(i, j) + cost[j * width + left - placed]! === cost[i * width + left]!) {
        if (placed) days.push(nodes[j]!);
        left -= placed;
        i = j;
        break;
      }
    }
  }
  return { sum_sq: best, insert_days: days };
}

const gaps = z.array(z.number().nonnegative());
const insert = z.number().int().min(0).max(100_000);
const whole = z.number().int();
const AREA = '3-touch-spacing';
export const PLAN_METHODS = [
  defineMethod(
    AREA,
    'plan.even_insert',
    'Where further touches make the gaps most even.',
    z.object({ gaps, insert }),
    (i) => evenInsert(i.gaps, i.insert),
  ),
  defineMethod(
    AREA,
    'plan.even_insert_days',
    'The days of further touches that make the gaps most even, around days that are not available.',
    z
      .object({
        fixed: z.array(number).default([]),
        start: whole,
        end: whole,
        insert: z.number().int().min(0).max(500),
        blackout: z.array(whole).default([]),
      })
      .refine((v) => v.end >= v.start && v.end - v.start <= 1500, {
        path: ['end'],
        message: 'expected a day from start to start + 1500',
      }),
    (i) => evenInsertDays(i.fixed, i.start, i.end, i.insert, i.blackout),
  ),
  defineMethod(
    AREA,
    'plan.minimax_insert',
    'Where further touches make the longest gap shortest.',
    z.object({ gaps, insert }),
    (i) => minimaxInsert(i.gaps, i.insert),
  ),
];
