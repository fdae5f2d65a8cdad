import { z } from 'zod';
import { defineAnalysis } from '#engine/base/define.ts';
import { isoDay } from '#engine/base/days.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { casesOf } from './cases.ts';
import { NPS_TEXTS, npsRulesOf, npsTextIn, readRules, storedKind, type NpsText } from './rules.ts';
import { themesOf } from './themes.ts';
import type { NpsRulesPreview } from './types.ts';

/** `npsTexts` (N38): the rules, themes and benchmarks in use, their versions, and what the rules say. */
export const npsTexts = defineAnalysis({
  name: 'npsTexts',
  input: z.object({}),
  run(ctx): {
    texts: (NpsText & { versions: { version: number; text: string }[] })[];
    themes: { name: string; search: string | null }[];
  } {
    return {
      texts: NPS_TEXTS.map((kind) => ({
        ...npsTextIn(ctx.db, kind),
        versions: ctx.db
          .all('SELECT version, text FROM definition WHERE kind = ? ORDER BY version DESC', [storedKind(kind)])
          .map(([version, text]) => ({ version: version as number, text: text as string })),
      })),
      themes: themesOf(ctx).themes.map(({ name, search }) => ({ name, search })),
    };
  },
});

/** `npsRulesPreview` (N38): which cases other rules would open and drop, and how many would be overdue; nothing is saved. */
export const npsRulesPreview = defineAnalysis({
  name: 'npsRulesPreview',
  input: z.object({ text: z.string().max(30_000), asOf: z.string().optional(), where: z.string().optional() }),
  run(ctx, input): NpsRulesPreview {
    const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
    const range = { from: -Infinity, to: population.asOf };
    const rules = readRules(ctx, input.text);
    const now = casesOf(ctx, population, npsRulesOf(ctx), range);
    const then = casesOf(ctx, population, rules, range);
    const rows = (cases: typeof now): Set<number> => new Set(cases.map((one) => one.row));
    const [is, would] = [rows(now), rows(then)];
    const overdue = (cases: typeof now): number => cases.filter((one) => one.overdue).length;
    return {
      asOf: isoDay(population.asOf),
      minimum: { now: npsRulesOf(ctx).minimum, would: rules.minimum },
      cases: { now: is.size, would: would.size },
      opened: [...would].filter((row) => !is.has(row)).length,
      dropped: [...is].filter((row) => !would.has(row)).length,
      overdue: { now: overdue(now), would: overdue(then) },
    };
  },
});
