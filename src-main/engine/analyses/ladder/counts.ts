import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { MoneySums, populationAt, wordsOf, type Population } from '../population/index.ts';
import { namesInUse, rulesInUse } from './own.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import { LAPSED, STANDINGS } from './standings.ts';
import type { LadderReport, RungCount, Standing } from './types.ts';

/** Where every customer stands on a day, as indexes into STANDINGS (rule L9: lapsed overlays the rung). */
export function standingsAt(ctx: ReadContext, asOf: Day): Int8Array {
  const rung = language.fact(ctx, 'rung', asOf);
  const lapsed = language.fact(ctx, 'lapsed', asOf);
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  const order = rung.members.map((m) => STANDINGS.indexOf(m as Standing));
  const at = new Int8Array(rung.values.length);
  for (let i = 0; i < at.length; i++) {
    const value = rung.values[i]!;
    at[i] = lapsed.values[i] === 1 ? LAPSED : value === UNKNOWN_INT ? 0 : order[value]!;
  }
  return at;
}

/** `ladder` (rules L1-L12 of SPEC.md). */
export function countRungs(
  base: ReadContext,
  asOf: Day,
  where: string | undefined,
  by: string | undefined,
  choice: LadderChoice,
): LadderReport {
  const ctx = byLadder(base, choice);
  const population = populationAt(ctx, asOf, where);
  const standing = standingsAt(ctx, asOf);
  const all = rungCounts(ctx, population, standing, () => true);
  const groups: LadderReport['groups'] = [];
  if (by !== undefined) {
    const value = wordsOf(ctx, by, asOf);
    const sizes = new Map<string | null, number>();
    for (let i = 0; i < standing.length; i++) {
      if (population.member[i]) sizes.set(value(i), (sizes.get(value(i)) ?? 0) + 1);
    }
    const order = [...sizes].sort((a, b) => b[1] - a[1] || String(a[0]).localeCompare(String(b[0]), 'en'));
    for (const [group, customers] of order) {
      groups.push({ value: group, customers, rungs: rungCounts(ctx, population, standing, (i) => value(i) === group) });
    }
  }
  return {
    asOf: isoDay(asOf),
    mode: ctx.settings.ladderMode,
    rules: rulesInUse(ctx),
    names: namesInUse(ctx),
    rulesVersion: language.rules(ctx).ladder.version,
    customers: population.count,
    rungs: all,
    groups,
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

function rungCounts(
  ctx: ReadContext,
  population: Population,
  standing: Int8Array,
  keep: (i: number) => boolean,
): RungCount[] {
  const revenue = language.fact(ctx, 'revenue_12m', population.asOf);
  const counts = STANDINGS.map(() => 0);
  const sums = STANDINGS.map(() => new MoneySums());
  let total = 0;
  for (let i = 0; i < standing.length; i++) {
    if (!population.member[i] || !keep(i)) continue;
    total++;
    counts[standing[i]!]!++;
    sums[standing[i]!]!.add(population.vectors, revenue, i);
  }
  return STANDINGS.map((rung, s) => ({
    rung,
    customers: counts[s]!,
    share: total === 0 ? null : counts[s]! / total,
    ...wilson(counts[s]!, total),
    revenue12m: sums[s]!.list(),
  })).filter((count) => ctx.settings.ladderMode === 6 || count.rung !== 'partner');
}
