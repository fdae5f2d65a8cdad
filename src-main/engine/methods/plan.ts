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

/** What a plan makes small: the sum of squared gaps, or the longest gap and among equals that sum. */
export type PlanGoal = 'even' | 'minimax';

/** The best days for further touches, ascending, and what they come to; null when there are fewer free days than touches. */
export interface PlannedDays {
  cost: number | null;
  days: number[] | null;
}

/**
 * Whole days strictly inside `(start, end)`, none of them fixed or blacked out, for which the sum of squared gaps from start to end
 * (`even`) or the longest of them (`minimax`, evenly where there is a choice) is smallest. Of several optima the lexicographically
 * first. Time O(days^2 x insert).
 */
export function insertDays(
  fixed: readonly number[],
  start: number,
  end: number,
  insert: number,
  blackout: Iterable<number>,
  goal: PlanGoal = 'even',
): PlannedDays {
  const stays = [...new Set(fixed.filter((d) => d > start && d < end))].sort((a, b) => a - b);
  const closed = new Set([...stays, ...blackout]);
  const free = new Set<number>();
  for (let d = start + 1; d < end; d++) if (!closed.has(d)) free.add(d);
  if (insert > free.size) return { cost: null, days: null };
  const nodes = [...new Set([start, ...stays, ...free, end])].sort((a, b) => a - b);
  const placed = nodes.map((d) => (free.has(d) ? 1 : 0));
  const longest = goal === 'even' ? Infinity : leastCosts(nodes, placed, insert, Math.max, Infinity)[insert]!;
  const squares = leastCosts(nodes, placed, insert, (gap, rest) => gap * gap + rest, longest);
  if (!Number.isFinite(squares[insert]!)) return { cost: null, days: null };
  const n = nodes.length;
  const width = insert + 1;
  const days: number[] = [];
  for (let i = 0, left = insert; i < n - 1;) {
    let j = i + 1;
    while (!fits(i, j, left)) j++;
    if (placed[j]) days.push(nodes[j]!);
    left -= placed[j]!;
    i = j;
  }
  return { cost: goal === 'even' ? squares[insert]! : longest, days };

  function fits(i: number, j: number, left: number): boolean {
    const gap = nodes[j]! - nodes[i]!;
    const after = left - placed[j]!;
    return after >= 0 && gap <= longest && gap * gap + squares[j * width + after]! === squares[i * width + left]!;
  }
}

/** `cost[i][r]`: the least cost from node i to the last one with r touches still to place, no gap above `limit`. */
function leastCosts(
  nodes: readonly number[],
  placed: readonly number[],
  insert: number,
  costOf: (gap: number, rest: number) => number,
  limit: number,
): Float64Array {
  const n = nodes.length;
  const width = insert + 1;
  const cost = new Float64Array(n * width).fill(Infinity);
  cost[(n - 1) * width] = 0;
  for (let i = n - 2; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      const gap = nodes[j]! - nodes[i]!;
      if (gap > limit) break;
      for (let r = placed[j]!; r < width; r++) {
        const total = costOf(gap, cost[j * width + r - placed[j]!]!);
        if (total < cost[i * width + r]!) cost[i * width + r] = total;
      }
      if (placed[j] === 0) break;
    }
  }
  return cost;
}

/** The same as the published case names it: the least sum of squared gaps. */
export function evenInsertDays(
  fixed: readonly number[],
  start: number,
  end: number,
  insert: number,
  blackout: readonly number[],
): { sum_sq: number | null; insert_days: number[] | null } {
  const { cost, days } = insertDays(fixed, start, end, insert, blackout);
  return { sum_sq: cost, insert_days: days };
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
