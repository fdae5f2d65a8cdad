import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, weekday, type Day } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { touchColumns } from '#engine/language/facts/touches.ts';
import { medianOf } from '#engine/methods/method.ts';
import { customerId, orderedBy, pageOf, populationAt, sortOf } from '../population/index.ts';
import { openGaps, rhythmAt } from './survey.ts';
import type { TouchGapsReport, TouchStripReport } from './types.ts';

export type StripQuery = {
  asOf: Day;
  where: string | undefined;
  weeks: number;
  sort: string;
  limit: number;
  offset: number;
};

type StripRow = TouchStripReport['rows'][number];

/** `touchStrip` (rules T13 and T14): outbound touches per week, with silences and bursts framed. */
export function stripOf(ctx: ReadContext, query: StripQuery): TouchStripReport {
  const { asOf, weeks } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const sort = sortOf(query.sort, 'touchStrip');
  const page = pageOf(population, () => orderedBy(ctx, sort, asOf), query.offset, query.limit);
  const rhythm = rhythmAt(ctx, vectors, asOf);
  const { relation, direction } = touchColumns(vectors);
  const out = termOf('out');
  const start = asOf - (weekday(asOf) - 1) - 7 * (weeks - 1);
  const weekOf = (day: Day): number => Math.floor((day - start) / 7);

  const rows = page.map((i): StripRow => {
    const s = rhythm.spacing(i);
    const counts = Array.from({ length: weeks }, () => 0);
    for (let r = relation.start[i]!; r < relation.start[i + 1]! && relation.day[r]! <= asOf; r++) {
      if (relation.day[r]! >= start && direction[r] === out) counts[weekOf(relation.day[r]!)]!++;
    }
    const frames: StripRow['frames'] = [];
    const frame = (kind: 'silence' | 'burst', from: number, to: number, days: number): void => {
      if (to >= Math.max(from, 0)) frames.push({ kind, from: Math.max(from, 0), to, days });
    };
    // A silence frames the empty weeks between the week of the touch before it and that of the touch after it.
    for (const gap of s.silences)
      frame('silence', weekOf(gap.from) + 1, gap.open ? weeks - 1 : weekOf(gap.to) - 1, gap.days);
    for (const burst of s.bursts) frame('burst', weekOf(burst.from), weekOf(burst.to), burst.to - burst.from + 1);
    return {
      customer: customerId(vectors, i),
      name: vectors.customers.name(i),
      rung: rhythm.standing(i),
      counts,
      frames: frames.sort((a, b) => a.from - b.from || a.to - b.to),
      worstGap: s.spacing.maxInclOpen,
      openGap: s.spacing.open,
      evenness: s.evenness,
      class: s.class,
    };
  });
  return {
    asOf: isoDay(asOf),
    weeks: Array.from({ length: weeks }, (_, w) => isoDay(start + 7 * w)),
    total: population.count,
    rows,
  };
}

export type GapsQuery = { asOf: Day; where: string | undefined; binDays: number; bins: number };

/** `touchGaps` (rule T15): open gaps in bins `[from, to)`, the last without an end. */
export function gapsOf(ctx: ReadContext, query: GapsQuery): TouchGapsReport {
  const population = populationAt(ctx, query.asOf, query.where);
  const { gaps, beyond, never } = openGaps(ctx, population);
  const last = query.bins - 1;
  const bins = Array.from({ length: query.bins }, (_, b) => ({
    from: b * query.binDays,
    to: b === last ? null : (b + 1) * query.binDays,
    customers: 0,
    beyondTarget: 0,
  }));
  const binOf = (gap: number): (typeof bins)[number] => bins[Math.min(last, Math.floor(gap / query.binDays))]!;
  for (const gap of gaps) binOf(gap).customers++;
  for (const gap of beyond) binOf(gap).beyondTarget++;
  return {
    asOf: isoDay(query.asOf),
    binDays: query.binDays,
    bins,
    never,
    median: medianOf(gaps),
    beyondTarget: gaps.length === 0 ? null : beyond.length / gaps.length,
  };
}
