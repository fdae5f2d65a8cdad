import {
  addMonths,
  civilOf,
  dayOf,
  daysInMonth,
  fiscalQuarterOf,
  fiscalQuarterRange,
  weekday,
} from '#engine/base/days.ts';
import type { Day } from '#engine/base/days.ts';
import type { DayLike, Duration, DurationUnit, Period } from './tree.ts';

/** Days, both ends included. */
export type DayRange = { readonly first: Day; readonly last: Day };

/** Months of a calendar unit, null for days and weeks. */
export function monthsOf({ count, unit }: Duration): number | null {
  return unit === 'month' ? count : unit === 'quarter' ? 3 * count : unit === 'year' ? 12 * count : null;
}

/** Days of a duration of days or weeks; of longer units the rounded mean length (1 quarter: 91 days). */
export function daysOf({ count, unit }: Duration): number {
  const mean = { day: 1, week: 7, month: 365.25 / 12, quarter: 365.25 / 4, year: 365.25 } as const;
  return Math.round(count * mean[unit]);
}

/** A day moved by a duration; months clamp to the last day of the month. */
export function moved(day: Day, duration: Duration, sign: 1 | -1): Day {
  const months = monthsOf(duration);
  return months === null ? day + sign * daysOf(duration) : addMonths(day, sign * months);
}

/** The day that a written day means: a quarter or month is its last day, `today` the as-of day. */
export function dayMeant(written: DayLike, asOf: Day, fiscalYearStart: number): Day {
  switch (written.kind) {
    case 'date':
      return written.day;
    case 'quarter':
      return fiscalQuarterRange(written, fiscalYearStart).last;
    case 'month':
      return dayOf(written.year, written.month, daysInMonth(written.year, written.month));
    case 'today':
      return written.minus === null ? asOf : moved(asOf, written.minus, -1);
  }
}

/**
 * The days of a period as seen on the as-of day. `last n` rolls back from it, half-open `(asOf - n, asOf]`; `previous n` are
 * the complete units before the current one; quarters and years are fiscal; weeks start on Monday.
 */
export function rangeOf(period: Period, asOf: Day, fiscalYearStart: number): DayRange {
  switch (period.kind) {
    case 'last':
      return { first: moved(asOf, period, -1) + 1, last: asOf };
    case 'previous': {
      const { first } = unitAround(asOf, period.unit, fiscalYearStart);
      return { first: moved(first, period, -1), last: first - 1 };
    }
    case 'this':
      return unitAround(asOf, period.unit, fiscalYearStart);
    case 'quarter':
      return fiscalQuarterRange(period, fiscalYearStart);
    case 'month':
      return {
        first: dayOf(period.year, period.month, 1),
        last: dayOf(period.year, period.month, daysInMonth(period.year, period.month)),
      };
    case 'range':
      return { first: period.from, last: period.to };
  }
}

function unitAround(day: Day, unit: DurationUnit, fiscalYearStart: number): DayRange {
  switch (unit) {
    case 'day':
      return { first: day, last: day };
    case 'week': {
      const first = day - weekday(day) + 1;
      return { first, last: first + 6 };
    }
    case 'month': {
      const { year, month } = civilOf(day);
      return { first: dayOf(year, month, 1), last: dayOf(year, month, daysInMonth(year, month)) };
    }
    case 'quarter':
      return fiscalQuarterRange(fiscalQuarterOf(day, fiscalYearStart), fiscalYearStart);
    case 'year': {
      const { year } = fiscalQuarterOf(day, fiscalYearStart);
      return {
        first: fiscalQuarterRange({ year, quarter: 1 }, fiscalYearStart).first,
        last: fiscalQuarterRange({ year, quarter: 4 }, fiscalYearStart).last,
      };
    }
  }
}
