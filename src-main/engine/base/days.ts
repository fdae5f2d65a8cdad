import { LadderlineError } from './errors.ts';

/** A calendar day as the number of days since 1970-01-01 (proleptic Gregorian). Never a time of day, never a zone. */
export type Day = number;

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). Month 1-12. */
export function dayOf(year: number, month: number, dayOfMonth: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export type CivilDate = { year: number; month: number; day: number };

/** The civil date of a day. */
export function civilOf(day: Day): CivilDate {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a real civil date with a year from 1 to 9999. */
export function isCivil(year: number, month: number, dayOfMonth: number): boolean {
  return (
    year >= 1 && year <= 9999 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysInMonth(year, month)
  );
}

/** `YYYY-MM-DD` of a day. */
export function isoDay(day: Day): string {
  const { year, month, day: d } = civilOf(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}

/** The day of `YYYY-MM-DD`, or null when the text is not a real date in that form. */
export function tryParseIsoDay(text: string): Day | null {
  const match = ISO_DAY.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return isCivil(year, month, day) ? dayOf(year, month, day) : null;
}

/** The day of `YYYY-MM-DD`; throws `bad-day` otherwise. `what` names the input in the message. */
export function parseIsoDay(text: string, what = 'day'): Day {
  const day = tryParseIsoDay(text);
  if (day === null) {
    throw new LadderlineError('bad-day', `${what} "${text}" is not a calendar day; write it as YYYY-MM-DD.`);
  }
  return day;
}

/** Adds calendar months; the day of the month is clamped to the last day of the target month. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, day: d } = civilOf(day);
  const index = year * 12 + (month - 1) + months;
  const y = Math.floor(index / 12);
  const m = index - y * 12 + 1;
  return dayOf(y, m, Math.min(d, daysInMonth(y, m)));
}

/** 1 = Monday ... 7 = Sunday (ISO 8601). */
export function weekday(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

export type FiscalQuarter = { year: number; quarter: 1 | 2 | 3 | 4 };

/** The fiscal quarter of a day; fiscal years are named by the year they end in. `startMonth` 1-12. */
export function fiscalQuarterOf(day: Day, startMonth: number): FiscalQuarter {
  const { year, month } = civilOf(day);
  const shift = (month - startMonth + 12) % 12;
  const startYear = month >= startMonth ? year : year - 1;
  const endYear = startMonth === 1 ? startYear : startYear + 1;
  return { year: endYear, quarter: (Math.floor(shift / 3) + 1) as 1 | 2 | 3 | 4 };
}

/** First and last day of a fiscal quarter. */
export function fiscalQuarterRange(q: FiscalQuarter, startMonth: number): { first: Day; last: Day } {
  const startYear = startMonth === 1 ? q.year : q.year - 1;
  const first = addMonths(dayOf(startYear, startMonth, 1), (q.quarter - 1) * 3);
  return { first, last: addMonths(first, 3) - 1 };
}

/** `2026-Q3` of a fiscal quarter. */
export function quarterLabel(q: FiscalQuarter): string {
  return `${q.year}-Q${q.quarter}`;
}
