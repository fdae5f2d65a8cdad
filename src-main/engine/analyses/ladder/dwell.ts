import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import { language } from '#engine/language/index.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { logLogLimits, survivalOfTable, type SurvivalCurve } from '#engine/methods/survival.ts';
import { customerId, MoneySums, moneyAt, populationAt, wordsOf, type Population } from '../population/index.ts';
import { STANDINGS } from './standings.ts';
import { factsAt, summaryOf } from './evidence.ts';
import { liftOf } from './lift.ts';
import { bottomUp, directionOf } from './migration.ts';
import { revenueAt } from './revenue.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import { ownRules, topRungs } from './own.ts';
import { standingSpells, type StandingSpells } from './spells.ts';
import type { Standing } from './types.ts';

/** Points that a curve is drawn with at most. */
const POINTS = 160;

export type DwellCurve = {
  standing: Standing;
  spells: number;
  /** Spells that last on the day: censored, never taken as finished. */
  open: number;
  up: number;
  down: number;
  /** Days by which a quarter, half, three quarters of the spells have ended; null when fewer ever end. */
  p25: number | null;
  median: number | null;
  p75: number | null;
  /** Days of exposure per move (occurrence/exposure rate of a continuous-time chain); null when nobody left. */
  meanDays: number | null;
  /** Share still there after so many days, with log-log 95 % limits, and spells at risk. */
  points: { day: number; share: number; low: number | null; high: number | null; atRisk: number }[];
  /** Longer than so many days is stuck (L29); null when that is not known. `rose`: of those who rose. */
  stuckAfter: number | null;
  stuckBy: 'survival' | 'rose' | null;
  stuck: number;
};

/** `ladderDwell`: how long customers stay on each rung. */
export type DwellReport = {
  asOf: string;
  rulesVersion: number;
  quantile: number;
  customers: number;
  /** lapsed, prospect ... partner. */
  curves: DwellCurve[];
  /** With `by` and `rung`: the rung's curve per value of the field, most spells first. */
  groups: { value: string | null; curve: DwellCurve }[];
  unknown: number;
};

export type StuckRow = {
  customer: string;
  name: string;
  standing: Standing;
  since: string;
  days: number;
  /** The bound the customer is beyond. */
  after: number;
  evidence: string;
  /** What would lift the customer one rung. */
  next: string | null;
  revenue12m: Money[];
};

/** `ladderStuck`: customers who stand on a rung longer than most stay. */
export type StuckReport = { asOf: string; total: number; rows: StuckRow[]; revenue12m: Money[] };

type Tally = {
  ended: Map<number, number>;
  open: Map<number, number>;
  /** Of the open spells those that can end by rising. */
  rising: Map<number, number>;
  rose: number[];
  down: number;
  days: number;
};

const emptyTally = (): Tally => ({
  ended: new Map(),
  open: new Map(),
  rising: new Map(),
  rose: [],
  down: 0,
  days: 0,
});
const tick = (map: Map<number, number>, key: number): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

/** Calls `visit` for each spell of the customers of a population: its days, and the standing after it or -1 while it lasts. */
function eachSpell(
  { start, from, standing }: StandingSpells,
  population: Population,
  visit: (customer: number, standing: number, since: Day, days: number, next: number) => void,
): void {
  for (let c = 0; c + 1 < start.length; c++) {
    if (population.member[c] !== 1) continue;
    for (let k = start[c]!; k < start[c + 1]!; k++) {
      const last = k + 1 === start[c + 1]!;
      const end = last ? population.asOf : from[k + 1]!;
      visit(c, standing[k]!, from[k]!, end - from[k]!, last ? -1 : standing[k + 1]!);
    }
  }
}

function count(tally: Tally, standing: number, days: number, next: number, canRise: boolean): void {
  tally.days += days;
  if (next < 0) {
    if (canRise) tick(tally.rising, days);
    return tick(tally.open, days);
  }
  tick(tally.ended, days);
  if (directionOf(STANDINGS[standing]!, STANDINGS[next]!) === 'up') tally.rose.push(days);
  else tally.down++;
}

const sumOf = (map: Map<number, number>): number => [...map.values()].reduce((a, b) => a + b, 0);

function survivalOf({ ended, open }: Tally): SurvivalCurve {
  let n = sumOf(ended) + sumOf(open);
  const times = [...new Set([...ended.keys(), ...open.keys()])].sort((a, b) => a - b);
  return survivalOfTable(
    times.map((t) => {
      const row = { t, d: ended.get(t) ?? 0, n };
      n -= row.d + (open.get(t) ?? 0);
      return row;
    }),
  );
}

/** The bound beyond which an open spell is stuck (L29). */
function boundOf(
  tally: Tally,
  curve: SurvivalCurve,
  quantile: number,
): { after: number | null; by: 'survival' | 'rose' | null } {
  const after = curve.quantile(quantile);
  if (after !== null) return { after, by: 'survival' };
  if (tally.rose.length === 0) return { after: null, by: null };
  const sorted = tally.rose.toSorted((a, b) => a - b);
  return { after: sorted[Math.ceil(quantile * sorted.length) - 1]!, by: 'rose' };
}

function curveOf(standing: Standing, tally: Tally, quantile: number): DwellCurve {
  const curve = survivalOf(tally);
  const [ended, open] = [sumOf(tally.ended), sumOf(tally.open)];
  const bound = tally.rising.size > 0 ? boundOf(tally, curve, quantile) : { after: null, by: null };
  let stuck = 0;
  if (bound.after !== null) for (const [days, n] of tally.rising) if (days > bound.after) stuck += n;
  return {
    standing,
    spells: ended + open,
    open,
    up: tally.rose.length,
    down: tally.down,
    p25: curve.quantile(0.25),
    median: curve.quantile(0.5),
    p75: curve.quantile(0.75),
    meanDays: ended === 0 ? null : tally.days / ended,
    points: pointsOf(curve),
    stuckAfter: bound.after,
    stuckBy: bound.by,
    stuck,
  };
}

/** The curve as steps: all of them, or those on an even grid of days when there are too many. */
function pointsOf(curve: SurvivalCurve): DwellCurve['points'] {
  const z = zOfLevel(0.95);
  const point = (day: number, k: number): DwellCurve['points'][number] => ({
    day,
    share: curve.S[k]!,
    ...logLogLimits(curve.S[k]!, curve.se[k]!, z),
    atRisk: curve.n_risk[k]!,
  });
  const steps = curve.times.map((_, k) => k).filter((k) => curve.n_event[k]! > 0 || k === curve.times.length - 1);
  if (steps.length <= POINTS) return steps.map((k) => point(curve.times[k]!, k));
  const longest = curve.times.at(-1)!;
  const points: DwellCurve['points'] = [];
  let k = 0;
  for (let p = 1; p <= POINTS; p++) {
    const day = Math.round((longest * p) / POINTS);
    while (k + 1 < curve.times.length && curve.times[k + 1]! <= day) k++;
    if (curve.times[k]! <= day) points.push(point(day, k));
  }
  return points;
}

export type DwellQuery = LadderChoice & {
  readonly asOf: Day;
  readonly where: string | undefined;
  readonly rung: Standing | undefined;
  readonly by: string | undefined;
  readonly quantile: number;
};

/** `ladderDwell` (rule L28). */
export function dwellOf(base: ReadContext, query: DwellQuery): DwellReport {
  const ctx = byLadder(base, query);
  const mode = ctx.settings.ladderMode;
  const population = populationAt(ctx, query.asOf, query.where);
  const spells = standingSpells(ctx, query.asOf);
  const tallies = STANDINGS.map(emptyTally);
  const only = query.rung === undefined ? -1 : STANDINGS.indexOf(query.rung);
  const value = query.by === undefined || only < 0 ? null : wordsOf(ctx, query.by, query.asOf);
  const byValue = new Map<string | null, Tally>();
  const top = topRungs(ctx, query.asOf);
  eachSpell(spells, population, (customer, standing, _, days, next) => {
    const rises = standing < top(customer);
    count(tallies[standing]!, standing, days, next, rises);
    if (value === null || standing !== only) return;
    const word = value(customer);
    let tally = byValue.get(word);
    if (!tally) byValue.set(word, (tally = emptyTally()));
    count(tally, standing, days, next, rises);
  });
  return {
    asOf: isoDay(query.asOf),
    rulesVersion: language.rules(ctx).ladder.version,
    quantile: query.quantile,
    customers: population.count,
    curves: bottomUp(mode)
      .filter((s) => query.rung === undefined || s === query.rung)
      .map((s) => curveOf(s, tallies[STANDINGS.indexOf(s)]!, query.quantile)),
    groups: [...byValue]
      .map(([word, tally]) => ({ value: word, curve: curveOf(query.rung!, tally, query.quantile) }))
      .sort((a, b) => b.curve.spells - a.curve.spells || (String(a.value) < String(b.value) ? -1 : 1)),
    unknown: population.unknown,
  };
}

export type StuckQuery = DwellQuery & { readonly limit: number; readonly offset: number };

/** `ladderStuck` (rule L29): largest revenue first. */
export function stuckOf(base: ReadContext, query: StuckQuery): StuckReport {
  const ctx = byLadder(base, query);
  const population = populationAt(ctx, query.asOf, query.where);
  const spells = standingSpells(ctx, query.asOf);
  const tallies = STANDINGS.map(emptyTally);
  const top = topRungs(ctx, query.asOf);
  eachSpell(spells, population, (customer, standing, _, days, next) =>
    count(tallies[standing]!, standing, days, next, standing < top(customer)),
  );
  const bounds = tallies.map((tally) =>
    tally.rising.size === 0 ? null : boundOf(tally, survivalOf(tally), query.quantile).after,
  );
  const only = query.rung === undefined ? -1 : STANDINGS.indexOf(query.rung);
  const found: { customer: number; standing: number; since: Day; days: number; after: number }[] = [];
  eachSpell(spells, population, (customer, standing, since, days, next) => {
    const after = bounds[standing]!;
    if (next >= 0 || after === null || days <= after || (only >= 0 && standing !== only)) return;
    if (standing >= top(customer)) return;
    found.push({ customer, standing, since, days, after });
  });
  const { vectors } = population;
  const { revenue, largestFirst } = revenueAt(ctx, query.asOf);
  const total = new MoneySums();
  for (const { customer } of found) total.add(vectors, revenue, customer);
  found.sort((a, b) => largestFirst(a.customer, b.customer));
  const lift = liftOf(ctx, vectors, query.asOf);
  const rules = ownRules(ctx, query.asOf);
  return {
    asOf: isoDay(query.asOf),
    total: found.length,
    rows: found.slice(query.offset, query.offset + query.limit).map(({ customer, standing, since, days, after }) => {
      const name = STANDINGS[standing]!;
      const facts = factsAt(vectors, customer, query.asOf);
      return {
        customer: customerId(vectors, customer),
        name: vectors.customers.name(customer),
        standing: name,
        since: isoDay(since),
        days,
        after,
        evidence: rules?.(customer, name) ?? summaryOf(facts, name, query.asOf),
        next: lift(customer, name, facts),
        revenue12m: moneyAt(vectors, revenue, customer),
      };
    }),
    revenue12m: total.list(),
  };
}
