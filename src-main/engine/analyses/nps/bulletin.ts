import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { npsCases } from './cases.ts';
import { npsCompare } from './compare.ts';
import { npsCoverage, npsRevenue } from './coverage.ts';
import { nps, npsTrend } from './scores.ts';
import { npsThemes } from './verbatims.ts';
import type { Bulletin, NpsBulletinReport } from './types.ts';

/** Themes and phrases named in a bulletin. */
const NAMED = 5;

/**
 * Rule N37: the bulletin of a wave (the newest, else the fiscal quarter): one set of figures for whoever reads it, with a
 * digest that says that two readers have the same ones, and who has it. It takes no team.
 */
export const npsBulletin = defineAnalysis({
  name: 'npsBulletin',
  input: z.object({ asOf: z.string().optional(), wave: z.string().max(300).optional() }),
  run(ctx, input): NpsBulletinReport {
    const bulletin = bulletinOf(ctx, input.asOf, input.wave);
    const digest = digestOf(bulletin);
    return {
      ...bulletin,
      digest,
      receipts: ctx.db
        .all('SELECT person, team, day, digest FROM nps_receipt WHERE wave = ? ORDER BY day, person', [bulletin.wave])
        .map(([person, team, day, held]) => ({
          person: person as string,
          team: team as string,
          day: isoDay(day as number),
          same: held === digest,
        })),
    };
  },
});

/** 12 hexadecimal digits of the SHA-256 of the figures. */
function digestOf(bulletin: Bulletin): string {
  return createHash('sha256').update(JSON.stringify(bulletin)).digest('hex').slice(0, 12);
}

function bulletinOf(ctx: ReadContext, day: string | undefined, wave: string | undefined): Bulletin {
  const asOf = day === undefined ? {} : { asOf: day };
  const trend = npsTrend.run(ctx, npsTrend.parse(asOf));
  const at = wave === undefined ? trend.points.length - 1 : trend.points.findIndex((point) => point.value === wave);
  const point = trend.points[at];
  if (point === undefined)
    throw new LadderlineError(
      'no-wave',
      wave === undefined
        ? 'There is no answer to report on.'
        : `There is no ${trend.by} "${wave}" with answers; there are ${trend.points.map((p) => p.value).join(', ') || 'none'}.`,
    );
  const before = trend.points[at - 1];
  const range =
    trend.by === 'wave' && point.value !== null ? { wave: point.value } : { from: point.from, to: point.to };
  const asked = { ...asOf, ...range };
  const score = nps.run(ctx, nps.parse({ ...asked, by: 'rung' }));
  const account = nps.run(ctx, nps.parse({ ...asked, unit: 'customer' }));
  const comparable = trend.by === 'wave' && point.value !== null && typeof before?.value === 'string';
  const compared = comparable
    ? npsCompare.run(ctx, npsCompare.parse({ ...asOf, a: before.value, b: point.value, by: 'rung' }))
    : null;
  const coverage = npsCoverage.run(ctx, npsCoverage.parse(asked));
  const revenue = npsRevenue.run(ctx, npsRevenue.parse(asked));
  const themes = npsThemes.run(ctx, npsThemes.parse({ ...asked, phrases: NAMED }));
  const cases = npsCases.run(ctx, npsCases.parse({ ...asOf, from: point.from, to: point.to, limit: 0 }));
  const { groups, clauses: _, unknown: __, distribution, ...figures } = score;
  return {
    wave: point.value ?? 'none',
    by: trend.by,
    asOf: score.asOf,
    from: point.from,
    to: point.to,
    score: figures,
    distribution,
    account: { nps: account.nps, interval: account.interval, responses: account.responses, enough: account.enough },
    before: before === undefined ? null : { wave: before.value, nps: before.nps, responses: before.responses },
    change: point.change,
    paired: compared === null ? null : compared.paired,
    report: compared?.report ?? null,
    rungs: groups,
    customers: coverage.customers,
    contacts: coverage.contacts,
    rates: coverage.rates,
    revenue: revenue.classes,
    themes: themes.themes
      .toSorted((a, b) => Math.abs(b.impact ?? 0) - Math.abs(a.impact ?? 0) || (a.theme < b.theme ? -1 : 1))
      .slice(0, NAMED)
      .map(({ theme, responses, nps: own, impact }) => ({ theme, responses, nps: own, impact })),
    phrases: themes.phrases.map(({ phrase, responses, nps: own }) => ({ phrase, responses, nps: own })),
    cases: cases.summary,
  };
}
