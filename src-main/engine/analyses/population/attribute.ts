import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { usage } from '#engine/base/errors.ts';
import { fold } from '#engine/base/text.ts';
import { attributesOf, customerAttribute, rowAttribute } from '#engine/language/rare.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import type { RelationName } from '#engine/vectors/types.ts';

/** `Plan` of `[Plan]`, an attribute as its source calls it; null for any other text. */
export function attributeName(field: string): string | null {
  return /^\[(.+)\]$/s.exec(field.trim())?.[1]?.trim() ?? null;
}

/** An attribute of customers as words, by customer index; null where there is none. Throws `usage` when no customer has it. */
export function customerAttributeWords(ctx: ReadContext, name: string, asOf: Day): (index: number) => string | null {
  if (!attributesOf(ctx, 'customer').has(fold(name)))
    throw usage(`No customer has an attribute [${name}]; write it as its source does.`);
  const column = customerAttribute(ctx, name, 'text', asOf, vectorsOf(ctx).customers);
  if (column.k !== 'texts') throw new Error('an attribute read as a text is one');
  return column.written;
}

/** An attribute that rows of a relation keep, as words by row id; null when no row has it. */
export function rowAttributeWords(
  ctx: ReadContext,
  relation: RelationName,
  name: string,
): ((id: number) => string | null) | null {
  if (!attributesOf(ctx, relation).has(fold(name))) return null;
  const values = rowAttribute(ctx, relation, name);
  return (id) => {
    const value = values.get(id);
    return value === undefined || value === null || value === '' ? null : String(value);
  };
}
