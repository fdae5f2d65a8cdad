import { z } from 'zod';
import { fiscalQuarterOf, fiscalQuarterRange, isoDay, parseIsoDay, quarterLabel } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { htmlOf } from './html.ts';
import type { Evidence, Page, Question } from './page.ts';
import { attention } from './pages/attention/index.ts';
import { moves } from './pages/moves/index.ts';
import { npsPage } from './pages/nps/index.ts';
import { rhythm } from './pages/rhythm/index.ts';
import { sources } from './pages/sources/index.ts';
import { standing } from './pages/standing/index.ts';

/** Pages in reading order; a new page is its folder and one line here. */
const PAGES: readonly Page[] = [standing, moves, npsPage, rhythm, attention, sources];

export type ReportHtml = { html: string; pages: { id: string; title: string }[]; asOf: string };

/**
 * Six pages as one HTML file without scripts or outside references; the same question gives the same bytes.
 * `from` is the day that figures are compared with: by default the last day of the fiscal quarter before the one of `asOf`.
 */
export const reportHtml = defineAnalysis({
  name: 'reportHtml',
  input: z.object({
    asOf: z.string().optional(),
    from: z.string().optional(),
    where: z.string().optional(),
    title: z.string().max(200).optional(),
  }),
  run(ctx, input): ReportHtml {
    const asOf = input.asOf === undefined ? ctx.defaultAsOf() : parseIsoDay(input.asOf, 'as-of day');
    const quarter = fiscalQuarterOf(asOf, ctx.settings.fiscalYearStart);
    const from =
      input.from === undefined
        ? fiscalQuarterRange(quarter, ctx.settings.fiscalYearStart).first - 1
        : parseIsoDay(input.from, 'from');
    if (from > asOf) throw usage(`reportHtml: from ${isoDay(from)} lies after ${isoDay(asOf)}.`);
    const where = input.where === undefined || input.where.trim() === '' ? undefined : input.where;
    const question: Question = { asOf, from, where, title: input.title ?? `Customers in ${quarterLabel(quarter)}` };
    const evidence: Evidence[] = [];
    const pages = PAGES.map((page, i) => {
      ctx.progress({ done: i, total: PAGES.length, what: page.title });
      ctx.cancel.check();
      const { figures, evidence: asked } = page.build(ctx, question, evidence);
      evidence.push(...asked);
      return { id: page.id, title: page.title, figures };
    });
    return {
      html: htmlOf(question, pages, evidence),
      pages: pages.map(({ id, title }) => ({ id, title })),
      asOf: isoDay(asOf),
    };
  },
});
