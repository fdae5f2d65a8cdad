import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { homogeneity } from '#engine/methods/ladder.ts';
import { differenceOfShares } from '#engine/methods/share.ts';
import { populationAt } from '../population/index.ts';
import { STANDINGS } from './standings.ts';
import { bottomUp, directionOf, moveCounts, movesBetween, rate } from './migration.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { Rate, Standing } from './types.ts';

type Test = { chi2: number | null; df: number; p: number | null };

/** `migrationChange`: whether customers moved otherwise in one period than in another. */
export type ChangeReport = Test & {
  periods: { from: string; to: string; customers: number }[];
  /** True below p = 0.05; null when nothing can be compared. */
  changed: boolean | null;
  /** Cells of the rows compared whose expected count is below 5, where chi-square is rough; and how many cells there are. */
  small: number;
  cells: number;
  rows: (Test & {
    from: Standing;
    /** The first period, then the second. */
    customers: [number, number];
    up: [Rate, Rate];
    down: [Rate, Rate];
    stay: [Rate, Rate];
    /** Share that rose in the second period minus the first, with Newcombe's interval. */
    upDifference: { difference: number | null; low: number | null; high: number | null };
    downDifference: { difference: number | null; low: number | null; high: number | null };
  })[];
};

export type ChangeQuery = LadderChoice & {
  readonly first: { readonly from: Day; readonly to: Day };
  readonly second: { readonly from: Day; readonly to: Day };
  readonly where: string | undefined;
};

/** `migrationChange` (rule L26). The filter is evaluated as of the last day of each period. */
export function migrationChangeOf(base: ReadContext, query: ChangeQuery): ChangeReport {
  const ctx = byLadder(base, query);
  const periods = [query.first, query.second] as const;
  const counts = periods.map(({ from, to }) =>
    moveCounts(populationAt(ctx, to, query.where), movesBetween(ctx, from, to)),
  ) as [number[][], number[][]];
  const test = homogeneity(...counts);
  const total = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
  const expected = STANDINGS.flatMap((_, i) => {
    const [a, b] = [counts[0][i]!, counts[1][i]!];
    const [n, m] = [total(a), total(b)];
    if (n === 0 || m === 0) return [];
    return a.flatMap((cell, j) => {
      const column = cell + b[j]!;
      return column === 0 ? [] : [(column * n) / (n + m), (column * m) / (n + m)];
    });
  });
  return {
    ...test,
    periods: periods.map(({ from, to }, k) => ({
      from: isoDay(from),
      to: isoDay(to),
      customers: counts[k]!.reduce((n, row) => n + total(row), 0),
    })),
    changed: test.p === null ? null : test.p < 0.05,
    small: expected.filter((e) => e < 5).length,
    cells: expected.length,
    rows: bottomUp(ctx.settings.ladderMode).map((from) => {
      const i = STANDINGS.indexOf(from);
      const pair = counts.map((table) => table[i]!) as [number[], number[]];
      const sums = pair.map((row) => {
        const sum = { up: 0, down: 0, stay: 0, n: total(row) };
        row.forEach((cell, j) => (sum[directionOf(from, STANDINGS[j]!) as 'up' | 'down' | 'stay'] += cell));
        return sum;
      }) as [Sums, Sums];
      const rates = (way: 'up' | 'down' | 'stay'): [Rate, Rate] => [
        rate(sums[0][way], sums[0].n),
        rate(sums[1][way], sums[1].n),
      ];
      const difference = (way: 'up' | 'down') =>
        differenceOfShares({ k: sums[1][way], n: sums[1].n }, { k: sums[0][way], n: sums[0].n });
      return {
        from,
        customers: [sums[0].n, sums[1].n],
        up: rates('up'),
        down: rates('down'),
        stay: rates('stay'),
        upDifference: difference('up'),
        downDifference: difference('down'),
        ...homogeneity([pair[0]], [pair[1]]),
      };
    }),
  };
}

type Sums = { up: number; down: number; stay: number; n: number };
