import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { checkIntegrity } from '#engine/store/backup.ts';
import { problemGroups } from './problems.ts';
import type { StatusReport } from './types.ts';

/** Tables whose rows a person would count, in reading order. */
const COUNTED = [
  'batch',
  'reject',
  'party',
  'customer',
  'purchase',
  'subscription',
  'response',
  'touch',
  'ticket',
  'lead',
  'opportunity',
  'campaign',
  'advocacy',
  'partnership',
  'answer',
  'attribute',
] as const;

/** `status`: what a workspace holds. `integrity` asks for a check that reads the whole file; `quick` leaves index contents out. */
export const status = defineAnalysis({
  name: 'status',
  lane: 'compute',
  input: z.object({ integrity: z.enum(['none', 'quick', 'full']).default('none') }),
  run(ctx, input): StatusReport {
    const { db, settings } = ctx;
    const tables: Record<string, number> = {};
    for (const table of COUNTED) tables[table] = db.count(`SELECT count(*) FROM ${table}`);
    tables['customer'] = db.count('SELECT count(DISTINCT customer) FROM membership');
    const last = db.get("SELECT id, file, day FROM batch WHERE state = 'live' ORDER BY id DESC LIMIT 1");
    const anything = last !== null || settings.asOf !== null;
    return {
      schema: db.count('PRAGMA user_version'),
      asOf: anything ? isoDay(ctx.defaultAsOf()) : null,
      asOfSet: settings.asOf !== null,
      unit: settings.unit,
      currency: settings.currency,
      timezone: settings.timezone,
      fiscalYearStart: settings.fiscalYearStart,
      dataVersion: ctx.dataVersion,
      tables,
      customers: tables['customer'],
      lastImport: last ? { batch: String(last[0]), file: last[1] as string, day: isoDay(last[2] as number) } : null,
      problems: problemGroups(ctx).map(({ code, count, message }) => ({ code, count, message })),
      integrity: input.integrity === 'none' ? 'not checked' : checkIntegrity(db, input.integrity),
    };
  },
});
