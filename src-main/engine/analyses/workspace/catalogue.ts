import { z } from 'zod';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { EXPRESSIONS } from '#engine/language/catalogue.ts';
import { language } from '#engine/language/index.ts';
import type { CatalogueEntry } from '#engine/language/types.ts';

const Unit = z.enum(['customer', 'person', 'lead', 'touch', 'ticket']).default('customer');

/** A line of the catalogue; `expression`: what a fact is in the language itself, null for built-in rules. */
export type FieldLine = CatalogueEntry & { readonly expression: string | null };

/** The catalogue of the language, or of one relation; an unknown relation is a usage error that names the known ones. */
export function listFields(relation?: string): readonly FieldLine[] {
  const entries = language.catalogue.filter((entry) => relation === undefined || entry.relation === relation);
  if (entries.length === 0) {
    const known = [...new Set(language.catalogue.map((entry) => entry.relation))];
    throw usage(`fields: there is no relation "${relation}"; known are ${known.join(', ')}.`);
  }
  return entries.map(({ relation: of, name, label, type, unit, history, meaning, set }) => ({
    relation: of,
    name,
    label,
    type,
    unit,
    history,
    meaning,
    ...(set ? { set } : {}),
    expression: of === 'customer' ? (EXPRESSIONS.get(name) ?? null) : null,
  }));
}

/** `fields`: names, types, units, history and meaning of everything a filter may name. */
export const fields = defineAnalysis({
  name: 'fields',
  lane: 'reader',
  input: z.object({ relation: z.string().optional() }),
  run: (_ctx, input) => ({ fields: [...listFields(input.relation)] }),
});

/**
 * `describe`: checks a filter's text and says it in words; an error carries line, column and what was expected.
 * It runs where the vectors are: whether a bare amount has a currency depends on those of the workspace.
 */
export const describe = defineAnalysis({
  name: 'describe',
  lane: 'compute',
  input: z.object({ text: z.string().max(65_536), unit: Unit }),
  run: (ctx, input) => language.describe(input.text, ctx, input.unit),
});

/** `complete`: what may stand at a place of a filter's text, for editors. */
export const complete = defineAnalysis({
  name: 'complete',
  input: z.object({ text: z.string().max(65_536), offset: z.int().min(0), unit: Unit }),
  run: (ctx, input) => language.complete(ctx, input.text, input.offset, input.unit),
});
