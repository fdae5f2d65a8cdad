import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import type { TouchLevel } from '#engine/base/vocabulary.ts';
import { collectOutboundDays, countedTouches, DayList } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { benjaminiHochberg } from '#engine/methods/drift.ts';
import { medianOf } from '#engine/methods/method.ts';
import { ownRhythm } from '#engine/methods/rhythm.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { asOfDay, populationAt, type Population } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';
import { numbersOf, rhythmAt, targets } from './survey.ts';
import { levelsOf } from './table.ts';

export type CadenceRow = {
  rung: string;
  /** Days that may pass, and those from which it is a silence. */
  target: number;
  silence: number;
  customers: number;
  never: number;
  medianOpenGap: number | null;
  medianMeanGap: number | null;
  /** Customers ever touched whose open gap exceeds the target, their share (0..1) and its Wilson 95 % interval. */
  beyond: number;
  share: number | null;
  low: number | null;
  high: number | null;
  silent: number;
  medianPressure: number | null;
  /** As it is written; those of "any" included. */
  pressure: string[];
  levels: Record<TouchLevel, number>;
  where: string;
};

export type RhythmAlert = Named & {
  openGap: number;
  meanGap: number;
  gaps: number;
  /** Shape of the own gamma rhythm (1 random, more is regular); null below 5 gaps. */
  k: number | null;
  p: number;
  pEmpirical: number | null;
  /** After Benjamini and Hochberg over all customers that have a p. */
  adjusted: number;
};

export type CadenceReport = {
  asOf: string;
  rungs: CadenceRow[];
  levels: { level: TouchLevel; customers: number; where: string }[];
  /** Open gaps unusual for the customer's own rhythm, at a false discovery rate of the rules. */
  alerts: {
    rate: number;
    tested: number;
    /** Customers without a gap, of whom nothing can be said. */
    untested: number;
    selected: number;
    /** False ones among them that the rate lets one expect, at most. */
    expectedFalse: number;
    rows: RhythmAlert[];
    where: string | null;
  };
};

/** Targets and pressure by rung, who is over, on and under, and who is late for its own rhythm (rules T25, T26). */
export const touchCadence = defineAnalysis({
  name: 'touchCadence',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    limit: z.int().min(0).max(10_000).default(500),
  }),
  run: (ctx, input): CadenceReport => {
    const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
    const level = wordsOf(ctx, 'touch_level', population.asOf);
    return {
      asOf: isoDay(population.asOf),
      rungs: rungsOf(ctx, population, level),
      levels: levelsOf(ctx, population),
      alerts: alertsOf(ctx, population, input.limit),
    };
  },
});

function wordsOf(ctx: ReadContext, fact: string, asOf: Day): (customer: number) => string {
  const column = language.fact(ctx, fact, asOf);
  if (column.type !== 'set') throw new Error(`${fact} is a set`);
  return (c) => column.members[column.values[c]!] ?? '';
}

function rungsOf(ctx: ReadContext, population: Population, level: (customer: number) => string): CadenceRow[] {
  const { asOf, vectors } = population;
  const { rules } = language.rules(ctx).touch;
  const rhythm = rhythmAt(ctx, vectors, asOf);
  const [open, mean, pressure] = ['open_gap', 'mean_gap', 'pressure'].map((name) => numbersOf(ctx, name, asOf)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const groups = new Map(
    targets(ctx).map(({ rung, days }) => [
      rung,
      {
        days,
        customers: 0,
        never: 0,
        beyond: 0,
        silent: 0,
        open: [] as number[],
        mean: [] as number[],
        pressure: [] as number[],
        levels: { under: 0, on: 0, over: 0 },
      },
    ]),
  );
  for (const c of members(ctx, population)) {
    const group = groups.get(rhythm.standing(c));
    if (!group) continue;
    group.customers++;
    group.levels[level(c) as TouchLevel]++;
    group.pressure.push(pressure[c]!);
    if (!Number.isNaN(mean[c])) group.mean.push(mean[c]!);
    if (Number.isNaN(open[c])) group.never++;
    else {
      group.open.push(open[c]!);
      if (open[c]! > group.days) group.beyond++;
      if (open[c]! > rules.silence * group.days) group.silent++;
    }
  }
  return [...groups].map(([rung, g]) => ({
    rung,
    target: g.days,
    silence: g.days * rules.silence,
    customers: g.customers,
    never: g.never,
    medianOpenGap: medianOf(g.open),
    medianMeanGap: medianOf(g.mean),
    beyond: g.beyond,
    share: g.open.length === 0 ? null : g.beyond / g.open.length,
    ...wilson(g.beyond, g.open.length),
    silent: g.silent,
    medianPressure: medianOf(g.pressure),
    pressure: rules.pressures.filter((one) => one.rung === rung || one.rung === 'any').map(({ text }) => text),
    levels: g.levels,
    where: rung === 'lapsed' ? 'lapsed' : `rung = ${rung} and not lapsed`,
  }));
}

function alertsOf(ctx: ReadContext, population: Population, limit: number): CadenceReport['alerts'] {
  const { asOf, vectors } = population;
  const { rules } = language.rules(ctx).touch;
  const chance = numbersOf(ctx, 'rhythm_p', asOf);
  const tested: number[] = [];
  for (const c of members(ctx, population)) if (!Number.isNaN(chance[c])) tested.push(c);
  const { adjusted } = benjaminiHochberg(
    tested.map((c) => chance[c]!),
    rules.rhythm,
  );
  const late = tested
    .map((customer, i) => ({ customer, p: chance[customer]!, adjusted: adjusted[i]! }))
    .filter((one) => one.adjusted <= rules.rhythm)
    .sort((a, b) => a.p - b.p || a.customer - b.customer);
  const columns = countedTouches(vectors, rules);
  const list = new DayList();
  const largest = late.at(-1)?.p;
  return {
    rate: rules.rhythm,
    tested: tested.length,
    untested: population.count - tested.length,
    selected: late.length,
    expectedFalse: late.length * rules.rhythm,
    rows: late.slice(0, limit).map(({ customer, p, adjusted: q }) => {
      collectOutboundDays(columns, customer, asOf, list);
      const days = [...list.view()];
      const gaps = days.slice(1).map((day, i) => day - days[i]!);
      const openGap = asOf - days.at(-1)!;
      const own = ownRhythm(gaps, openGap);
      return {
        ...named(vectors, customer),
        openGap,
        meanGap: own.mean!,
        gaps: gaps.length,
        k: own.k,
        p,
        pEmpirical: own.p_empirical,
        adjusted: q,
      };
    }),
    where: largest === undefined ? null : `rhythm_p <= ${decimal(largest)}`,
  };
}

/** A chance as the language reads it: no exponent, and rounded up, so that the customer it is of stays within. */
function decimal(p: number): string {
  return (Math.ceil(p * 1e12) / 1e12).toFixed(12).replace(/0+$/, '').replace(/\.$/, '');
}
