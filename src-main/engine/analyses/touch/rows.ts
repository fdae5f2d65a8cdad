import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { customerId, type Population } from '../population/index.ts';
import type { TouchRef } from './types.ts';

export type Named = { customer: string; name: string };

/** A customer as a list names it. */
export function named(vectors: Vectors, index: number): Named {
  return { customer: customerId(vectors, index), name: vectors.customers.name(index) };
}

/** Writes a word of the data as a value of the language. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The customers of a population by index, with a look at the cancel cell every few thousand. */
export function* members(ctx: ReadContext, population: Population): Generator<number> {
  for (let i = 0; i < population.member.length; i++) {
    if (i % 4096 === 0) ctx.cancel.check();
    if (population.member[i]) yield i;
  }
}

/** Rows of one customer up to a day, oldest first. */
export function* rowsUpTo({ start, day }: Relation, customer: number, asOf: Day): Generator<number> {
  for (let r = start[customer]!; r < start[customer + 1]! && day[r]! <= asOf; r++) yield r;
}

/** A touch as a reference: its row id and what names it. */
export function refOf(vectors: Vectors, row: number): TouchRef {
  const touches = vectors.relation('touches');
  const text = (column: string): string | null => vectors.text(touches.column(column).values[row]!);
  return {
    id: String(touches.id[row]),
    day: isoDay(touches.day[row]!),
    team: text('team') ?? 'unknown',
    channel: text('channel') ?? 'other',
    owner: text('owner'),
    campaign: text('campaign'),
    purpose: text('purpose'),
  };
}
