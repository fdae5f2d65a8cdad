import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { usage } from '#engine/base/errors.ts';
import { STANDINGS, standingsAt } from '../ladder/index.ts';
import { attributeName, factNamed, wordsOf, type Population } from '../population/index.ts';
import type { Groups } from './candidate.ts';

/** Groups that are compared; the largest of a field with more values. */
export const MOST_GROUPS = 12;

/** The customers of a population by a field with few values (rule W10). */
export function groupsOf(ctx: ReadContext, population: Population, by: string, asOf: Day): Groups {
  const attribute = attributeName(by);
  const entry = attribute === null ? factNamed(by, 'changes') : { name: `[${attribute}]`, type: 'text' };
  if (entry.type !== 'set' && entry.type !== 'text' && entry.type !== 'yesno') {
    throw usage(`changes: "${by}" is no field with few values; group by one such as rung, owner, region or type.`);
  }
  const wordOf = entry.name === 'rung' ? standingWords(ctx, asOf) : wordsOf(ctx, entry.name, asOf);
  const sizes = new Map<string, number>();
  const words = Array.from({ length: population.member.length }, (_, i) => (population.member[i] ? wordOf(i) : null));
  for (const word of words) if (word !== null) sizes.set(word, (sizes.get(word) ?? 0) + 1);
  const values = [...sizes]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_GROUPS)
    .map(([word]) => word);
  const index = new Map(values.map((word, g) => [word, g]));
  return {
    by: entry.name,
    values,
    of: Int32Array.from(words, (word) => (word === null ? -1 : (index.get(word) ?? -1))),
    clauses: values.map((word) => clauseOf(entry.name, entry.type, word)),
  };
}

function standingWords(ctx: ReadContext, asOf: Day): (i: number) => string | null {
  const at = standingsAt(ctx, asOf);
  return (i) => STANDINGS[at[i]!] ?? null;
}

function clauseOf(name: string, type: string, word: string): string {
  if (name === 'rung') return word === 'lapsed' ? 'lapsed' : `(rung = ${word} and not lapsed)`;
  return type === 'text' ? `${name} = '${word.replaceAll("'", "''")}'` : `${name} = ${word}`;
}
