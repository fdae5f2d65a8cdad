import type { ReadContext } from '#engine/base/context.ts';
import { fiscalQuarterOf, fiscalQuarterRange, type Day } from '#engine/base/days.ts';

export const WEEK = 7;
/** Weeks of a stream before the day that a comparison needs. */
export const LEAST_WEEKS = 8;

/** The time since a day and the time before it in weeks counted from that day, both ways. */
export type Span = {
  readonly asOf: Day;
  readonly since: Day;
  /** Weeks of the baseline. */
  readonly weeks: number;
  /** Last day before the baseline. */
  readonly before: Day;
  /** Length of the time since, in weeks. */
  readonly exposure: number;
  /** Weeks since, the last of which may not be over. */
  readonly recent: number;
};

export function spanOf(since: Day, asOf: Day, weeks: number): Span {
  const exposure = (asOf - since) / WEEK;
  return { asOf, since, weeks, before: since - WEEK * weeks, exposure, recent: Math.ceil(exposure) };
}

/** Index of the week of a day: 0 is the first of the baseline, `weeks` the first after the day. */
export function weekOf(span: Span, day: Day): number {
  return Math.floor((day - span.since - 1) / WEEK) + span.weeks;
}

/** First day of a week of the span. */
export function firstDayOf(span: Span, week: number): Day {
  return span.since + 1 + WEEK * (week - span.weeks);
}

/** The end of the last fiscal quarter that is over by at least four weeks. */
export function defaultSince(ctx: ReadContext, asOf: Day): Day {
  const startMonth = ctx.settings.fiscalYearStart;
  const end = fiscalQuarterRange(fiscalQuarterOf(asOf, startMonth), startMonth).first - 1;
  return asOf - end >= 4 * WEEK ? end : fiscalQuarterRange(fiscalQuarterOf(end, startMonth), startMonth).first - 1;
}
