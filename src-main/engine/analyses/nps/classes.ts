import type { ReadContext } from '#engine/base/context.ts';
import type { Money } from '#engine/base/money.ts';
import { NPS_CLASSES } from '#engine/base/vocabulary.ts';
import { language } from '#engine/language/index.ts';
import type { FactColumn } from '#engine/language/types.ts';
import { MoneySums, type Population } from '../population/index.ts';
import type { Answers } from './answers.ts';
import { meansOf, type ScoreOptions } from './score.ts';

/** What a customer is by the answers that count: silent when it gave none. In order of the numbers of `classesOf`. */
export const HEARD = ['silent', ...NPS_CLASSES] as const;
export type Heard = (typeof HEARD)[number];

/** Rule N20: the class of each customer by the sign of the mean of its respondents, as an index into HEARD. */
export function classesOf(population: Population, answers: Answers, options: ScoreOptions): Int8Array {
  const classes = new Int8Array(population.member.length);
  const { customers, means } = meansOf(answers, options)[0]!;
  customers.forEach((customer, i) => {
    if (customer >= 0) classes[customer] = 2 + Math.sign(means[i]!);
  });
  return classes;
}

/** Revenue of the last 12 months of groups of customers. */
export class Revenue {
  readonly column: FactColumn;
  private readonly population: Population;
  private readonly sums: MoneySums[];

  constructor(ctx: ReadContext, population: Population, groups: number) {
    this.population = population;
    this.column = language.fact(ctx, 'revenue_12m', population.asOf);
    this.sums = Array.from({ length: groups }, () => new MoneySums());
  }

  add(group: number, customer: number): void {
    this.sums[group]!.add(this.population.vectors, this.column, customer);
  }

  of(group: number): Money[] {
    return this.sums[group]!.list();
  }
}

/** The share of one list of money in a total; null unless both are of one currency and the total is positive. */
export function shareOf(part: readonly Money[], total: readonly Money[]): number | null {
  if (total.length !== 1 || total[0]!.minor <= 0 || part.length > 1) return null;
  return (part[0]?.minor ?? 0) / total[0]!.minor;
}
