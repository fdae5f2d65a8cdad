import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { absorbingChain, forecast, quasiStationary } from '#engine/methods/markov.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { populationAt } from '../population/index.ts';
import { STANDINGS } from './standings.ts';
import { bottomUp, MINIMUM, moveCounts, movesBetween, NEW } from './migration.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { Standing } from './types.ts';

/** `ladderOutlook`: where the moves of one period lead when they go on. */
export type OutlookReport = {
  from: string;
  to: string;
  /** Length of a period in days. */
  periodDays: number;
  periods: number;
  states: Standing[];
  /** Share of each row (standing at `from`) that stood on each column at `to`; rows of nobody are null. */
  rates: (number | null)[][];
  rowCustomers: number[];
  /** Rows with fewer customers than the minimum: what follows for them is weak. */
  weak: Standing[];
  /** Standings of which nobody was seen at the start: they are taken to stay. */
  unseen: Standing[];
  /**
   * Expected customers after 0 .. periods periods, from today's. `low` and `high`: 95 % of chance in the moves, the rates
   * taken as they are. `withNew`: with as many new customers in each period as in the one looked at.
   */
  forecast: {
    period: number;
    day: string;
    standings: { standing: Standing; customers: number; low: number; high: number; withNew: number }[];
  }[];
  /** Until a customer lapses: expected periods on each rung and in all; null where it is never left in what was seen. */
  untilLapsed: {
    from: Standing;
    total: number | null;
    on: { standing: Standing; periods: number | null }[];
    perVisit: number | null;
  }[];
  neverLeft: Standing[];
  /** The mix of rungs that those who do not lapse settle into; null when it is not defined. */
  settled: { standing: Standing; share: number }[] | null;
  unknown: number;
};

export type OutlookQuery = LadderChoice & {
  readonly from: Day;
  readonly to: Day;
  readonly periods: number;
  readonly where: string | undefined;
};

/** `ladderOutlook` (rule L27): a Markov chain whose rates are the moves between two days. */
export function outlookOf(base: ReadContext, query: OutlookQuery): OutlookReport {
  const { from, to, periods } = query;
  const ctx = byLadder(base, query);
  const population = populationAt(ctx, to, query.where);
  const moves = movesBetween(ctx, from, to);
  const table = moveCounts(population, moves);
  const states = bottomUp(ctx.settings.ladderMode);
  const at = states.map((s) => STANDINGS.indexOf(s));
  const counts = at.map((i) => at.map((j) => table[i]![j]!));
  const rowCustomers = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const rates = counts.map((row, i) => row.map((n) => (rowCustomers[i] === 0 ? null : n / rowCustomers[i]!)));
  const P = rates.map((row, i) => row.map((p, j) => p ?? (i === j ? 1 : 0)));
  const start = states.map(() => 0);
  const entered = states.map(() => 0);
  for (let i = 0; i < moves.after.length; i++) {
    if (population.member[i] !== 1) continue;
    const place = at.indexOf(moves.after[i]!);
    start[place]!++;
    if (moves.before[i] === NEW) entered[place]!++;
  }
  const chain = absorbingChain(states, P, ['lapsed']);
  const settled = quasiStationary(states, P, ['lapsed']).mix;
  const rungs = states.filter((s) => s !== 'lapsed');
  return {
    from: isoDay(from),
    to: isoDay(to),
    periodDays: to - from,
    periods,
    states,
    rates,
    rowCustomers,
    weak: states.filter((_, i) => rowCustomers[i]! > 0 && rowCustomers[i]! < MINIMUM),
    unseen: states.filter((_, i) => rowCustomers[i] === 0),
    forecast: forecasts(states, P, start, entered, to, to - from, periods),
    untilLapsed: rungs.map((rung, i) => ({
      from: rung,
      total: chain.expected_periods_to_absorption[i]!,
      on: rungs.map((standing, j) => ({ standing, periods: chain.N[i]![j]! })),
      perVisit: chain.sojourn_per_visit[i]!,
    })),
    neverLeft: chain.never_left as Standing[],
    settled: settled === null ? null : rungs.map((standing, k) => ({ standing, share: settled[k]! })),
    unknown: population.unknown,
  };
}

/** Expected counts with the spread of independent customers: the variance of a count is the sum of n p (1 - p) over the rows. */
function forecasts(
  states: readonly Standing[],
  P: number[][],
  start: readonly number[],
  entered: readonly number[],
  to: Day,
  length: number,
  periods: number,
): OutlookReport['forecast'] {
  const z = zOfLevel(0.95);
  let reach: number[][] = states.map((_, i) => states.map((__, j) => (i === j ? 1 : 0)));
  let withNew = [...start];
  return Array.from({ length: periods + 1 }, (_, k) => {
    if (k > 0) {
      reach = reach.map((row) => forecast(P, row, 1));
      withNew = forecast(P, withNew, 1).map((n, j) => n + entered[j]!);
    }
    return {
      period: k,
      day: isoDay(to + k * length),
      standings: states.map((standing, j) => {
        let customers = 0;
        let variance = 0;
        start.forEach((n, i) => {
          const p = reach[i]![j]!;
          customers += n * p;
          variance += n * p * (1 - p);
        });
        const half = z * Math.sqrt(Math.max(0, variance));
        return {
          standing,
          customers,
          low: Math.max(0, customers - half),
          high: customers + half,
          withNew: withNew[j]!,
        };
      }),
    };
  });
}
