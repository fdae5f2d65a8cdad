import { isoInstant } from '#engine/base/clock.ts';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { definitionIn } from '#engine/language/definitions/current.ts';
import { customerId, moneyAt, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { rulesInUse } from './own.ts';
import { revenueAt } from './revenue.ts';
import { byLadder, textOfVersion } from './rules.ts';
import { STANDINGS } from './standings.ts';
import type { RuleInWords, Standing } from './types.ts';

/** `ladderRestated`: the past by two versions of the rules. */
export type RestatedReport = {
  days: string[];
  versions: {
    version: number;
    /** Null for the product's own. */
    at: string | null;
    text: string;
    rules: RuleInWords[];
    /** Customers per standing on each day; in the order of `standings`. */
    counts: number[][];
  }[];
  standings: Standing[];
  /** Per day: customers, and how many stand elsewhere by the second version; none with one version. */
  differ: { day: string; customers: number; moved: number }[];
  /** On the last day: who would stand where, only where the versions differ. */
  moves: { from: Standing; to: Standing; customers: number }[];
  total: number;
  rows: { customer: string; name: string; from: Standing; to: Standing; revenue12m: Money[] }[];
  unknown: number;
  clauses: ClauseCount[];
};

export type RestatedQuery = {
  readonly days: readonly Day[];
  readonly versions: readonly number[] | undefined;
  readonly where: string | undefined;
  readonly mode: 5 | 6 | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** `ladderRestated` (rule L22): the version before and the one in use, unless others are asked for. The filter is by the version in use. */
export function restatedOf(base: ReadContext, query: RestatedQuery): RestatedReport {
  const now = byLadder(base, { mode: query.mode });
  const newest = definitionIn(base.db, 'ladder').version;
  const versions = [...new Set(query.versions ?? (newest === 0 ? [0] : [newest - 1, newest]))];
  const contexts = versions.map((version) => byLadder(base, { mode: query.mode, version }));
  const made = new Map(
    base.db
      .all("SELECT version, made_at FROM definition WHERE kind = 'ladder'")
      .map(([version, at]) => [version as number, isoInstant(at as number)]),
  );
  const shown = STANDINGS.filter((s) => now.settings.ladderMode === 6 || s !== 'partner');
  const counts = versions.map((): number[][] => []);
  const differ: RestatedReport['differ'] = [];
  const moves = new Map<string, number>();
  const found: { customer: number; from: number; to: number }[] = [];
  const last = query.days.at(-1)!;
  for (const day of query.days) {
    base.cancel.check();
    const { member, count } = populationAt(now, day, query.where);
    const standings = contexts.map((ctx) => standingsAt(ctx, day));
    standings.forEach((at, v) => {
      const sums = STANDINGS.map(() => 0);
      for (let c = 0; c < at.length; c++) if (member[c] === 1) sums[at[c]!]!++;
      counts[v]!.push(shown.map((s) => sums[STANDINGS.indexOf(s)]!));
    });
    if (standings.length < 2) continue;
    const [a, b] = standings as [Int8Array, Int8Array];
    let moved = 0;
    for (let c = 0; c < a.length; c++) {
      if (member[c] !== 1 || a[c] === b[c]) continue;
      moved++;
      if (day !== last) continue;
      const key = `${a[c]} ${b[c]}`;
      moves.set(key, (moves.get(key) ?? 0) + 1);
      found.push({ customer: c, from: a[c]!, to: b[c]! });
    }
    differ.push({ day: isoDay(day), customers: count, moved });
  }
  const population = populationAt(now, last, query.where);
  const { vectors } = population;
  const { revenue, largestFirst } = revenueAt(now, last);
  found.sort((x, y) => largestFirst(x.customer, y.customer));
  return {
    days: query.days.map(isoDay),
    versions: versions.map((version, v) => ({
      version,
      at: made.get(version) ?? null,
      text: textOfVersion(base, 'ladder', version),
      rules: rulesInUse(contexts[v]!),
      counts: counts[v]!,
    })),
    standings: shown,
    differ,
    moves: [...moves]
      .map(([key, customers]) => {
        const [from, to] = key.split(' ').map((k) => STANDINGS[Number(k)]!) as [Standing, Standing];
        return { from, to, customers };
      })
      .sort((x, y) => y.customers - x.customers || (x.from + x.to < y.from + y.to ? -1 : 1)),
    total: found.length,
    rows: found.slice(query.offset, query.offset + query.limit).map(({ customer, from, to }) => ({
      customer: customerId(vectors, customer),
      name: vectors.customers.name(customer),
      from: STANDINGS[from]!,
      to: STANDINGS[to]!,
      revenue12m: moneyAt(vectors, revenue, customer),
    })),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}
