import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import { asOfDay, factNamed, populationAt, type Population } from '../population/index.ts';
import { answersOf, type Answers } from './answers.ts';
import { npsRulesOf } from './rules.ts';
import { roleWeights } from './roles.ts';
import type { ScoreOptions } from './score.ts';

/** What every question about scores may name. */
export const Selection = {
  asOf: z.string().optional(),
  where: z.string().optional(),
  kind: z.enum(['relational', 'transactional']).optional(),
  unit: z.enum(['respondent', 'customer']).default('respondent'),
  interval: z.enum(['adjusted_wald', 'wald', 'score']).default('adjusted_wald'),
  level: z.number().gt(0).lt(1).default(0.95),
  dedup: z.enum(['latest', 'first', 'none']).default('latest'),
  /** What a customer weighs: a number or an amount of it. Makes the unit the customer (rule N14). */
  weight: z.string().max(200).optional(),
  /** Whether respondents weigh by their role within their customer (rule N14). */
  roles: z.boolean().default(false),
  /** Everybody who could have answered; `customers`: those of the selection, one vote each (rule N16). */
  population: z.union([z.int().positive(), z.literal('customers')]).optional(),
};
export const Range = { from: z.string().optional(), to: z.string().optional(), wave: z.string().optional() };

export type Selected = z.output<z.ZodObject<typeof Selection>>;
export type RangeOf = { from?: string | undefined; to?: string | undefined; wave?: string | undefined };

/** The answers that count for a question, with the customers it is about. */
export function select(
  ctx: ReadContext,
  input: Pick<Selected, 'asOf' | 'where' | 'kind' | 'dedup'>,
  range: RangeOf,
): { population: Population; answers: Answers } {
  const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
  const answers = answersOf(ctx, population, {
    from: range.from === undefined ? null : parseIsoDay(range.from, 'from'),
    to: range.to === undefined ? null : parseIsoDay(range.to, 'to'),
    kind: input.kind,
    wave: range.wave,
    dedup: input.dedup,
  });
  return { population, answers };
}

/** How scores of a question are taken. Weights, roles and a population of customers make the unit the customer. */
export function scoreOptions(ctx: ReadContext, population: Population, input: Selected): ScoreOptions {
  const { minimum } = npsRulesOf(ctx);
  const size = input.population === 'customers' ? population.count : input.population;
  return {
    interval: input.interval,
    level: input.level,
    unit: input.weight !== undefined || input.roles || input.population === 'customers' ? 'customer' : input.unit,
    minimum,
    ...(size === undefined ? {} : { population: size }),
    ...(input.weight === undefined ? {} : { weight: customerWeights(ctx, population, input.weight) }),
    ...(input.roles ? { role: roleWeights(ctx, population.asOf) } : {}),
  };
}

/**
 * A number or an amount of money per customer; null where it is unknown. Amounts in the currency of the workspace, or in
 * the only other one there is: different currencies are never added or compared.
 */
export function customerWeights(
  ctx: ReadContext,
  population: Population,
  field: string,
): (customer: number) => number | null {
  const { name } = factNamed(field, 'weight');
  const column = language.fact(ctx, name, population.asOf);
  switch (column.type) {
    case 'number':
    case 'days':
    case 'share':
      return (i) => (Number.isNaN(column.values[i]) ? null : column.values[i]!);
    case 'money': {
      const currencies = new Set<number>();
      for (let i = 0; i < column.values.length; i++)
        if (population.member[i] === 1 && !Number.isNaN(column.values[i]) && column.values[i] !== 0)
          currencies.add(column.currency[i]!);
      const own = population.vectors.term(ctx.settings.currency);
      const only = currencies.size === 1 ? [...currencies][0]! : own;
      return (i) => (column.currency[i] !== only || Number.isNaN(column.values[i]) ? null : column.values[i]!);
    }
    default:
      throw new LadderlineError(
        'bad-field',
        `weight: "${field}" is neither a number nor an amount; write a field such as revenue_12m.`,
      );
  }
}
