import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';

import { customerId, MoneySums, moneyAt, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { ownReasons, ownRules } from './own.ts';
import { revenueAt } from './revenue.ts';
import { STANDINGS } from './standings.ts';
import { factsAt, reasonOf, summaryOf } from './evidence.ts';
import { directionOf, movesBetween, NEW } from './migration.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { LadderListReport, LadderListRow, Standing } from './types.ts';

export type ListQuery = LadderChoice & {
  asOf: Day;
  from: Day | null;
  where: string | undefined;
  rung: Standing | undefined;
  movedFrom: Standing | 'new' | undefined;
  movedTo: Standing | undefined;
  direction: 'up' | 'down' | 'stay' | 'entered' | undefined;
  limit: number;
  offset: number;
};

/** `ladderList` (rule L18): the customers behind a rung, a move or a direction, largest revenue first, each with its reason. */
export function listCustomers(base: ReadContext, query: ListQuery): LadderListReport {
  const ctx = byLadder(base, query);
  const population = populationAt(ctx, query.asOf, query.where);
  const { vectors } = population;
  const moves =
    query.from === null
      ? { before: null, after: standingsAt(ctx, query.asOf) }
      : movesBetween(ctx, query.from, query.asOf);
  const { revenue, largestFirst } = revenueAt(ctx, query.asOf);
  const gap = language.fact(ctx, 'open_gap', query.asOf);
  if (gap.type !== 'days') throw new Error('open_gap is days');
  const own = ownRules(ctx, query.asOf);
  const nameBefore = (i: number): Standing | 'new' | null =>
    moves.before === null ? null : moves.before[i] === NEW ? 'new' : STANDINGS[moves.before[i]!]!;
  const found: number[] = [];
  const total = new MoneySums();
  for (let i = 0; i < moves.after.length; i++) {
    if (!population.member[i]) continue;
    const after = STANDINGS[moves.after[i]!]!;
    const before = nameBefore(i);
    if (query.rung !== undefined && after !== query.rung) continue;
    if (query.movedTo !== undefined && after !== query.movedTo) continue;
    if (query.movedFrom !== undefined && before !== query.movedFrom) continue;
    if (query.direction !== undefined && (before === null || directionOf(before, after) !== query.direction)) continue;
    found.push(i);
    total.add(vectors, revenue, i);
  }
  found.sort(largestFirst);

  const reasons = query.from === null ? null : ownReasons(ctx, query.from, query.asOf);
  const rows = found.slice(query.offset, query.offset + query.limit).map((i): LadderListRow => {
    const after = STANDINGS[moves.after[i]!]!;
    const before = nameBefore(i);
    const facts = factsAt(vectors, i, query.asOf);
    const direction = before === null ? 'stay' : directionOf(before, after);
    const moved = query.from !== null && (direction === 'up' || direction === 'down');
    return {
      customer: customerId(vectors, i),
      name: vectors.customers.name(i),
      from: before,
      to: after,
      direction,
      evidence:
        (moved && before !== 'new' && reasons !== null
          ? reasons(i, before!, after, direction as 'up' | 'down')
          : own?.(i, after)) ??
        (moved
          ? reasonOf(
              factsAt(vectors, i, query.from!),
              facts,
              query.from!,
              query.asOf,
              after,
              direction as 'up' | 'down',
            )
          : summaryOf(facts, after, query.asOf)),
      revenue12m: moneyAt(vectors, revenue, i),
      lastScore: facts.lastScore?.score ?? null,
      dispute: facts.openDispute === null ? null : `open since ${isoDay(facts.openDispute)}`,
      openGap: Number.isNaN(gap.values[i]) ? null : gap.values[i]!,
    };
  });
  return {
    asOf: isoDay(query.asOf),
    from: query.from === null ? null : isoDay(query.from),
    total: found.length,
    rows,
    revenue12m: total.list(),
  };
}
