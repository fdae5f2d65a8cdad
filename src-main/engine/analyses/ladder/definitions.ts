import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { isoInstant } from '#engine/base/clock.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { RUNGS, TOUCH_CLASSES } from '#engine/base/vocabulary.ts';
import type { Money } from '#engine/base/money.ts';
import { language } from '#engine/language/index.ts';
import { DEFINITION_KINDS, definitionIn, type DefinitionKind } from '#engine/language/definitions/current.ts';
import { asOfDay, customerId, moneyAt, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { rulesInUse } from './own.ts';
import { LAPSED, STANDINGS } from './standings.ts';
import type { RuleInWords } from './types.ts';

export type DefinitionReport = {
  kind: DefinitionKind;
  /** 0: the product's own. */
  version: number;
  text: string;
  versions: { version: number; at: string; text: string }[];
};

/** `definitions` (L19, L21): the rules in use and their former versions. */
export const definitions = defineAnalysis({
  name: 'definitions',
  lane: 'compute',
  input: z.object({}),
  run(ctx): { definitions: DefinitionReport[]; rungs: RuleInWords[] } {
    return {
      definitions: DEFINITION_KINDS.map((kind) => ({
        ...definitionIn(ctx.db, kind),
        versions: ctx.db
          .all('SELECT version, made_at, text FROM definition WHERE kind = ? ORDER BY version DESC', [kind])
          .map(([version, at, text]) => ({
            version: version as number,
            at: isoInstant(at as number),
            text: text as string,
          })),
      })),
      rungs: rulesInUse(ctx),
    };
  },
});

export type PreviewDay = {
  asOf: string;
  /** Counts from what is to what would be; only those that differ. */
  moves: { from: string; to: string; customers: number }[];
  moved: number;
  customers: number;
};

export type PreviewRow = { customer: string; name: string; from: string; to: string; revenue12m: Money[] };

export type PreviewReport = {
  kind: DefinitionKind;
  days: PreviewDay[];
  /** The customers that would stand elsewhere on the first day, largest revenue first. */
  rows: PreviewRow[];
  /** Rules of touches: how many there are and would be on the first day; null for a ladder. */
  counts: { what: string; now: number; would: number }[] | null;
};

/** `definitionPreview` (L20): who would move by other rules, on two days, without saving anything. */
export const definitionPreview = defineAnalysis({
  name: 'definitionPreview',
  input: z.object({
    kind: z.enum(['ladder', 'touch']),
    text: z.string().max(65_536),
    asOf: z.string().optional(),
    from: z.string().optional(),
    limit: z.int().min(0).max(10_000).default(50),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): PreviewReport {
    const asOf = asOfDay(ctx, input.asOf);
    const former = input.from === undefined ? null : parseIsoDay(input.from, 'from');
    if (former !== null && former >= asOf) throw usage('definitionPreview: from is not before the as-of day.');
    const other = language.withRules(ctx, input.kind, input.text);
    const look = input.kind === 'ladder' ? standingWords : classWords;
    const days = [asOf, ...(former === null ? [] : [former])].map((day) => compare(ctx, other, day, look));
    const { changed } = days[0]!;
    const revenue = language.fact(ctx, 'revenue_12m', asOf);
    const amount = (i: number): number =>
      revenue.type === 'money' && !Number.isNaN(revenue.values[i]) ? revenue.values[i]! : 0;
    const population = populationAt(ctx, asOf, undefined);
    changed.sort((a, b) => amount(b.index) - amount(a.index) || a.index - b.index);
    return {
      kind: input.kind,
      days: days.map(({ report }) => report),
      rows: changed.slice(input.offset, input.offset + input.limit).map(({ index, from, to }) => ({
        customer: customerId(population.vectors, index),
        name: population.vectors.customers.name(index),
        from,
        to,
        revenue12m: moneyAt(population.vectors, revenue, index),
      })),
      counts: input.kind === 'ladder' ? null : countsOf(ctx, other, asOf),
    };
  },
});

type Look = (ctx: ReadContext, asOf: Day) => (index: number) => string;

const standingWords: Look = (ctx, asOf) => {
  const at = standingsAt(ctx, asOf);
  return (i) => (at[i] === LAPSED ? 'lapsed' : (STANDINGS[at[i]!] ?? RUNGS[0]));
};

const classWords: Look = (ctx, asOf) => {
  const column = language.fact(ctx, 'touch_class', asOf);
  if (column.type !== 'set') throw new Error('touch_class is a set');
  return (i) => column.members[column.values[i]!] ?? TOUCH_CLASSES[0];
};

function compare(
  now: ReadContext,
  other: ReadContext,
  asOf: Day,
  look: Look,
): { report: PreviewDay; changed: { index: number; from: string; to: string }[] } {
  const population = populationAt(now, asOf, undefined);
  const [is, would] = [look(now, asOf), look(other, asOf)];
  const counts = new Map<string, number>();
  const changed: { index: number; from: string; to: string }[] = [];
  for (let i = 0; i < population.member.length; i++) {
    if (population.member[i] !== 1) continue;
    const [from, to] = [is(i), would(i)];
    if (from === to) continue;
    changed.push({ index: i, from, to });
    counts.set(`${from} ${to}`, (counts.get(`${from} ${to}`) ?? 0) + 1);
  }
  const moves = [...counts]
    .map(([key, customers]) => ({ from: key.split(' ')[0]!, to: key.split(' ')[1]!, customers }))
    .sort((a, b) => b.customers - a.customers || (a.from + a.to < b.from + b.to ? -1 : 1));
  return { report: { asOf: isoDay(asOf), moves, moved: changed.length, customers: population.count }, changed };
}

function countsOf(now: ReadContext, other: ReadContext, asOf: Day): { what: string; now: number; would: number }[] {
  const sum = (ctx: ReadContext, name: string): number => {
    const column = language.fact(ctx, name, asOf);
    return column.type === 'number'
      ? column.values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0)
      : 0;
  };
  const customers = (ctx: ReadContext, where: string): number => language.filter(ctx, where, asOf).trueCount;
  return [
    ...['silences', 'bursts', 'barrages', 'collisions'].map((what) => ({
      what,
      now: sum(now, what),
      would: sum(other, what),
    })),
    ...(
      [
        ['customers over a cap', 'touch_class = over'],
        ['customers over-touched', 'touch_level = over'],
        ['customers under-touched', 'touch_level = under'],
      ] as const
    ).map(([what, where]) => ({ what, now: customers(now, where), would: customers(other, where) })),
  ];
}
