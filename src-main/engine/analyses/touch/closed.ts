import { isoDay, weekday, type Day } from '#engine/base/days.ts';
import type { TouchRules } from '#engine/language/definitions/touch.ts';

/** Whether the rules of touches name a day as one without touches. */
export function isClosed({ weekdays, yearly, days }: TouchRules['closed'], day: Day): boolean {
  return weekdays.has(weekday(day)) || days.has(day) || (yearly.size > 0 && yearly.has(isoDay(day).slice(5)));
}
