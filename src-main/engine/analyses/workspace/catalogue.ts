import { z } from 'zod';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import type { CatalogueEntry } from '#engine/language/types.ts';

const Unit = z.enum(['customer', 'person', 'lead', 'touch', 'ticket']).default('customer');

/** The catalogue of the language, or of one relation; an unknown relation is a usage error that names the known ones. */
export function listFields(relation?: string): readonly CatalogueEntry[] {
  if (relation === undefined) return language.catalogue;
  const rows = language.catalogue.filter((entry) => entry.relation === relation);
  if (rows.length === 0) {
    const known = [...new Set(language.catalogue.map((entry) => entry.relation))];
    throw usage(`fields: there is no relation "${relation}"; known are ${known.join(', ')}.`);
  }
  return rows;
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
