import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { orderCounts } from '#engine/language/facts/rung.ts';
import { survival } from '#engine/methods/survival.ts';
import { customerId, MoneySums, moneyAt, populationAt, wordsOf } from '../population/index.ts';
import { MINIMUM, rate } from './migration.ts';
import { revenueAt } from './revenue.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import { standingOn, standingSpells } from './spells.ts';
import { STANDINGS } from './standings.ts';
import type { Rate } from './types.ts';

/** Purchases from this number on stand in one row. */
export const LAST_ROW = 10;

export type NextTimeRow = {
  /** The purchase after which is asked; LAST_ROW stands for it and later ones. */
  n: number;
  /** Buyers who made an n-th purchase (of LAST_ROW: purchases). */
  reached: number;
  /** Of those whose time to buy again is over: who bought again within it. */
  again: Rate;
  decided: number;
  /** Not bought again, and the time is not over. */
  open: number;
  /** Kaplan-Meier with everybody: share that buys again within the time, and days by which half have. */
  expected: number | null;
  medianDays: number | null;
  enough: boolean;
};

export type NextTimeListRow = {
  customer: string;
  name: string;
  /** Purchases so far, and days since the last. */
  purchases: number;
  last: string;
  days: number;
  revenue12m: Money[];
};

/** `nextTime`: of those who bought n times, how many buy again. */
export type NextTimeReport = {
  asOf: string;
  /** Days within which the next purchase is expected. */
  within: number;
  minimum: number;
  rows: NextTimeRow[];
  /** With `by`: the rows of each value; `rung` is the standing on the day of the n-th purchase. */
  groups: { value: string | null; rows: NextTimeRow[] }[];
  /** With `n` and `state`: the customers behind a figure. */
  total: number;
  list: NextTimeListRow[];
  revenue12m: Money[];
  unknown: number;
  clauses: ClauseCount[];
};

export type NextTimeQuery = LadderChoice & {
  readonly asOf: Day;
  readonly within: number;
  readonly where: string | undefined;
  readonly by: string | undefined;
  readonly n: number | undefined;
  readonly state: 'again' | 'not' | 'open' | undefined;
  readonly limit: number;
  readonly offset: number;
};

class Tally {
  reached = 0;
  decided = 0;
  again = 0;
  open = 0;
  readonly time: number[] = [];
  readonly event: number[] = [];

  row(n: number, within: number): NextTimeRow {
    const curve = survival(this.time, this.event);
    let before = -1;
    while (before + 1 < curve.times.length && curve.times[before + 1]! <= within) before++;
    // Beyond the longest time seen nothing is known, unless nobody was left.
    const known = (curve.times.at(-1) ?? 0) >= within || curve.S.at(-1) === 0;
    return {
      n,
      reached: this.reached,
      again: rate(this.again, this.decided),
      decided: this.decided,
      open: this.open,
      expected: !known ? null : before < 0 ? 0 : 1 - curve.S[before]!,
      medianDays: curve.quantile(0.5),
      enough: this.decided >= MINIMUM,
    };
  }
}

/** `nextTime` (rule L33). */
export function nextTimeOf(base: ReadContext, query: NextTimeQuery): NextTimeReport {
  const ctx = byLadder(base, query);
  const { asOf, within } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors, member } = population;
  const orders = vectors.relation('orders');
  const voided = orders.column('voided').values as Int32Array;
  const word = query.by === undefined || query.by === 'rung' ? null : wordsOf(ctx, query.by, asOf);
  const spells = query.by === 'rung' ? standingSpells(ctx, asOf) : null;
  const all = new Map<number, Tally>();
  const groups = new Map<string | null, Map<number, Tally>>();
  const found: { customer: number; purchases: number; last: Day }[] = [];
  const tallyIn = (map: Map<number, Tally>, n: number): Tally => {
    let tally = map.get(n);
    if (!tally) map.set(n, (tally = new Tally()));
    return tally;
  };
  for (let c = 0; c < member.length; c++) {
    if (member[c] !== 1) continue;
    const days: Day[] = [];
    for (let r = orders.start[c]!; r < orders.start[c + 1]! && orders.day[r]! <= asOf; r++)
      if (orderCounts(voided, r, asOf) && days.at(-1) !== orders.day[r]) days.push(orders.day[r]!);
    let listed = false;
    days.forEach((day, k) => {
      const n = Math.min(k + 1, LAST_ROW);
      const next = days[k + 1];
      const decided = asOf - day >= within;
      const again = next !== undefined && next - day <= within;
      const state = again ? 'again' : decided ? 'not' : 'open';
      const count = (tally: Tally): void => {
        tally.reached++;
        tally.time.push((next ?? asOf) - day);
        tally.event.push(next === undefined ? 0 : 1);
        if (decided) tally.decided++;
        if (decided && again) tally.again++;
        if (state === 'open') tally.open++;
      };
      count(tallyIn(all, n));
      if (query.by !== undefined) {
        const value = spells === null ? word!(c) : (STANDINGS[standingOn(spells, c, day)] ?? null);
        let own = groups.get(value);
        if (!own) groups.set(value, (own = new Map()));
        count(tallyIn(own, n));
      }
      const inList = state === query.state && (state === 'open' || decided);
      if (!listed && query.n === n && inList) {
        listed = true;
        found.push({ customer: c, purchases: days.length, last: days.at(-1)! });
      }
    });
  }
  const rowsOf = (tallies: Map<number, Tally>): NextTimeRow[] =>
    [...tallies].sort((a, b) => a[0] - b[0]).map(([n, tally]) => tally.row(n, within));
  const { revenue, largestFirst } = revenueAt(ctx, asOf);
  const total = new MoneySums();
  for (const { customer } of found) total.add(vectors, revenue, customer);
  found.sort((a, b) => largestFirst(a.customer, b.customer));
  return {
    asOf: isoDay(asOf),
    within,
    minimum: MINIMUM,
    rows: rowsOf(all),
    groups: [...groups]
      .map(([value, tallies]) => ({ value, rows: rowsOf(tallies) }))
      .sort((a, b) => reachedIn(b.rows) - reachedIn(a.rows) || (String(a.value) < String(b.value) ? -1 : 1)),
    total: found.length,
    list: found.slice(query.offset, query.offset + query.limit).map(({ customer, purchases, last }) => ({
      customer: customerId(vectors, customer),
      name: vectors.customers.name(customer),
      purchases,
      last: isoDay(last),
      days: asOf - last,
      revenue12m: moneyAt(vectors, revenue, customer),
    })),
    revenue12m: total.list(),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

const reachedIn = (rows: readonly NextTimeRow[]): number => rows.reduce((sum, { reached }) => sum + reached, 0);
