import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { STANDINGS, standingsAt } from '../ladder/index.ts';
import { attributeName, isFact, quarterOf, rowAttributeWords, wordsOf, type Population } from '../population/index.ts';
import type { Answers } from './answers.ts';

/** Which group each answer is in; `values` are the groups' names, null for an unknown value. */
export type Grouping = {
  readonly of: Int32Array;
  readonly values: readonly (string | null)[];
  /** Days of the first and last answer of each group. */
  readonly first: readonly Day[];
  readonly last: readonly Day[];
};

/** Numbers for words, in the order in which they are met. */
class Names {
  readonly values: (string | null)[] = [];
  private readonly at = new Map<string | null, number>();

  of(value: string | null): number {
    let number = this.at.get(value);
    if (number === undefined) {
      number = this.values.length;
      this.at.set(value, number);
      this.values.push(value);
    }
    return number;
  }
}

/** Groups answers by a word of the answer itself (wave, survey, quarter, channel, an attribute that it keeps) or of its customer (rung, any fact). */
export function groupBy(ctx: ReadContext, population: Population, answers: Answers, by: string): Grouping {
  const names = new Names();
  const of = new Int32Array(answers.count);
  const { relation, rows, customers } = answers;
  switch (by) {
    case 'wave':
    case 'survey':
    case 'channel': {
      const { values } = relation.column(by);
      const known = new Map<number, number>();
      for (let i = 0; i < of.length; i++) {
        const term = values[rows[i]!]!;
        let group = known.get(term);
        if (group === undefined) {
          group = names.of(population.vectors.text(term));
          known.set(term, group);
        }
        of[i] = group;
      }
      break;
    }
    case 'quarter': {
      const known = new Map<Day, number>();
      for (let i = 0; i < of.length; i++) {
        const day = relation.day[rows[i]!]!;
        let group = known.get(day);
        if (group === undefined) {
          group = names.of(quarterOf(ctx, day));
          known.set(day, group);
        }
        of[i] = group;
      }
      break;
    }
    default: {
      const own = answerWords(ctx, by);
      if (own !== null) {
        for (let i = 0; i < of.length; i++) of[i] = names.of(own(relation.id[rows[i]!]!));
        break;
      }
      const word = customerWords(ctx, by, population.asOf);
      // The answers of a customer lie together.
      let owner = -2;
      let group = 0;
      for (let i = 0; i < of.length; i++) {
        if (customers[i] !== owner) {
          owner = customers[i]!;
          group = names.of(owner < 0 ? null : word(owner));
        }
        of[i] = group;
      }
    }
  }
  return { of, values: names.values, ...span(answers, of, names.values.length) };
}

/** An attribute that the answers keep, by row id: `[Plan]`, or `Plan` where no fact is called so; null for anything else. */
function answerWords(ctx: ReadContext, by: string): ((id: number) => string | null) | null {
  const name = attributeName(by) ?? (isFact(by) ? null : by.trim());
  return name === null ? null : rowAttributeWords(ctx, 'responses', name);
}

/** A word per customer: where it stands, or any fact; null when unknown. */
export function customerWords(ctx: ReadContext, by: string, asOf: Day): (customer: number) => string | null {
  if (by !== 'rung') return wordsOf(ctx, by, asOf);
  const standing = standingsAt(ctx, asOf);
  return (i) => STANDINGS[standing[i]!]!;
}

function span(answers: Answers, of: Int32Array, groups: number): { first: Day[]; last: Day[] } {
  const first = Array<Day>(groups).fill(Infinity);
  const last = Array<Day>(groups).fill(-Infinity);
  for (let i = 0; i < of.length; i++) {
    const day = answers.relation.day[answers.rows[i]!]!;
    const g = of[i]!;
    if (day < first[g]!) first[g] = day;
    if (day > last[g]!) last[g] = day;
  }
  return { first, last };
}

/** Group numbers in reading order: rungs up the ladder, waves and quarters by their first answer, else the largest first. */
export function readingOrder(grouping: Grouping, by: string, sizes: readonly number[]): number[] {
  const { values, first } = grouping;
  const chronological = by === 'wave' || by === 'quarter';
  const rank = (g: number): number =>
    by === 'rung' ? STANDINGS.indexOf(values[g] as never) : chronological ? first[g]! : -sizes[g]!;
  return values.map((_, g) => g).sort((a, b) => rank(a) - rank(b) || (String(values[a]) < String(values[b]) ? -1 : 1));
}
