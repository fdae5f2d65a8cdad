import type { ReadContext } from '#engine/base/context.ts';
import { ClusteredCounts } from '#engine/methods/change.ts';
import type { Relation } from '#engine/vectors/types.ts';
import type { Population } from '../population/index.ts';
import { weekOf, type Span } from './span.ts';

/** Rows of a relation counted into cells by week, and per customer into the categories of mixes. */
export type TallySpec = {
  readonly cells: number;
  /** Cell of a row, -1 to leave it out. `customer` is -1 for a row of none. */
  cellOf(row: number, customer: number): number;
  readonly mixes: readonly { readonly categories: number; categoryOf(cell: number): number }[];
  /** Rows of no customer count when there is no filter and no group to be in. */
  readonly anonymous: boolean;
};

export type Tally = {
  /** Rows of a cell in a week. */
  at(cell: number, week: number): number;
  readonly mixes: readonly { readonly before: ClusteredCounts; readonly after: ClusteredCounts }[];
  /** The relation's first day among the customers in question; null without rows. */
  readonly first: number | null;
};

/** One pass over the rows of the span. Every customer is a cluster of the mixes; a row of none is one by itself. */
export function tally(
  ctx: ReadContext,
  population: Population,
  relation: Relation,
  span: Span,
  spec: TallySpec,
): Tally {
  const weeks = span.weeks + span.recent;
  const counts = new Float64Array(spec.cells * weeks);
  const mixes = spec.mixes.map(({ categories }) => ({
    before: new ClusteredCounts(categories),
    after: new ClusteredCounts(categories),
    rows: [new Float64Array(categories), new Float64Array(categories)] as const,
  }));
  let first: number | null = null;
  const { start, day } = relation;
  const customers = population.member.length;

  const close = (): void => {
    for (const { before, after, rows } of mixes) {
      before.add(rows[0]);
      after.add(rows[1]);
      rows[0].fill(0);
      rows[1].fill(0);
    }
  };
  const take = (row: number, customer: number): boolean => {
    const cell = spec.cellOf(row, customer);
    if (cell < 0) return false;
    const week = weekOf(span, day[row]!);
    counts[cell * weeks + week]!++;
    for (let k = 0; k < mixes.length; k++) {
      const category = spec.mixes[k]!.categoryOf(cell);
      if (category >= 0) mixes[k]!.rows[week < span.weeks ? 0 : 1][category]!++;
    }
    return true;
  };

  for (let c = 0; c < customers; c++) {
    if ((c & 4095) === 0) ctx.cancel.check();
    if (!population.member[c]) continue;
    const end = start[c + 1]!;
    if (start[c]! < end && day[start[c]!]! <= span.asOf && (first === null || day[start[c]!]! < first))
      first = day[start[c]!]!;
    let any = false;
    for (let r = firstAfter(day, start[c]!, end, span.before); r < end && day[r]! <= span.asOf; r++)
      any = take(r, c) || any;
    if (any) close();
  }
  if (!population.filtered && spec.anonymous) {
    for (let r = start[customers]!; r < relation.rows; r++) {
      if (day[r]! > span.asOf) continue;
      if (first === null || day[r]! < first) first = day[r]!;
      if (day[r]! > span.before && take(r, -1)) close();
    }
  }
  return { at: (cell, week) => counts[cell * weeks + week]!, mixes, first };
}

/** First row in [low, high) dated after a day. */
function firstAfter(day: Int32Array, low: number, high: number, after: number): number {
  let [a, b] = [low, high];
  while (a < b) {
    const mid = (a + b) >> 1;
    if (day[mid]! > after) b = mid;
    else a = mid + 1;
  }
  return a;
}
