import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { sqlOf } from '#engine/language/sql/index.ts';
import { asOfDay } from '../population/index.ts';

/** A statement over the documented views that answers the units of a text. */
export type ShowSqlReport = {
  asOf: string;
  /** With a `?` for every value. */
  sql: string;
  /** In the order of the `?`; days as days since 1970-01-01, money in minor units. */
  parameters: (string | number | null)[];
  /** The same with its values written in it. */
  runnable: string;
};

/** `showSql`: the SQL of a text about units as of a day; it answers `id` and `holds` (1 true, null unknown). */
export const showSql = defineAnalysis({
  name: 'showSql',
  input: z.object({
    text: z.string().max(65_536),
    asOf: z.string().optional(),
    unit: z.enum(['customer', 'person', 'lead', 'touch', 'ticket']).default('customer'),
  }),
  run(ctx, input): ShowSqlReport {
    const asOf = asOfDay(ctx, input.asOf);
    const { sql, parameters, runnable } = sqlOf(ctx, input.text, asOf, input.unit);
    return { asOf: isoDay(asOf), sql, parameters: [...parameters], runnable };
  },
});
