import { civilOf, dayOf, isoDay, parseIsoDay, weekday } from '#engine/base/days.ts';
import type { Day } from '#engine/base/days.ts';
import type { Random } from './random.ts';

export type { Day };
export { civilOf, isoDay, weekday };
export const day = (iso: string): Day => parseIsoDay(iso);

/** The story is told on 2026-10-01; the workspace is read as of the day before. */
export const TODAY = day('2026-10-01');
export const AS_OF = day('2026-09-30');
export const QUARTER_START = day('2026-06-30');
/** Days of the two weekly HubSpot exports. */
export const FIRST_WEEK = day('2026-09-21');
export const SECOND_WEEK = day('2026-09-28');
export const HISTORY_START = day('2023-10-01');

const two = (n: number): string => String(n).padStart(2, '0');

/** The day itself, or the next Monday when it falls on a weekend. */
export function workday(d: Day): Day {
  const w = weekday(d);
  return w > 5 ? d + 8 - w : d;
}

/** A working day in [lo, hi]; a weekend moves to the Friday before when the Monday would be outside. */
export function workdayBetween(random: Random, lo: Day, hi: Day): Day {
  const d = random.int(lo, hi);
  const w = weekday(d);
  if (w <= 5) return d;
  if (d + 8 - w <= hi) return d + 8 - w;
  return Math.max(lo, d - (w - 5));
}

/** Central European summer time, by day (all times in the sample lie in business hours). */
export function berlinOffsetHours(d: Day): number {
  const { year } = civilOf(d);
  const lastSunday = (month: number): Day => {
    const last = dayOf(year, month, 31);
    return last - (weekday(last) % 7);
  };
  return d >= lastSunday(3) && d < lastSunday(10) ? 2 : 1;
}

/** `HH:mm` of minutes after midnight. */
export const clock = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
export const isoMinute = (d: Day, minute: number): string => `${isoDay(d)} ${clock(minute)}`;

export function dmy(d: Day, separator: string): string {
  const c = civilOf(d);
  return `${two(c.day)}${separator}${two(c.month)}${separator}${c.year}`;
}

/** `M/d/yyyy`, as Outlook writes it in an English (United States) profile. */
export function mdyPlain(d: Day): string {
  const c = civilOf(d);
  return `${c.month}/${c.day}/${c.year}`;
}

export function mdyPadded(d: Day): string {
  const c = civilOf(d);
  return `${two(c.month)}/${two(c.day)}/${c.year}`;
}

/** `h:mm:ss AM`; `padded` gives `hh:mm:ss AM`. */
export function clock12(minute: number, second: number, padded: boolean): string {
  const h = Math.floor(minute / 60);
  const h12 = h % 12 === 0 ? 12 : h % 12;
  return `${padded ? two(h12) : h12}:${two(minute % 60)}:${two(second)} ${h < 12 ? 'AM' : 'PM'}`;
}
