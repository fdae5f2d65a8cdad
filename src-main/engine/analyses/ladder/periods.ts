import { addMonths, civilOf, daysInMonth, dayOf, isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { usage } from '#engine/base/errors.ts';

export const PERIODS = { month: 1, quarter: 3, year: 12 } as const;
export type Period = keyof typeof PERIODS;
export const MOST_DAYS = 60;

/** Days a period apart that end on `to`, not before `from`, ascending. When `to` ends a month, so does each. */
export function daysBetween(from: Day, to: Day, every: Period): Day[] {
  const days: Day[] = [];
  const ends = endsMonth(to);
  for (let k = 0; ; k++) {
    const moved = addMonths(to, -k * PERIODS[every]);
    const civil = civilOf(moved);
    const on = ends ? dayOf(civil.year, civil.month, daysInMonth(civil.year, civil.month)) : moved;
    if (on < from) return days.reverse();
    if (days.length === MOST_DAYS)
      throw usage(
        `From ${isoDay(from)} to ${isoDay(to)} are more than ${MOST_DAYS} days a ${every} apart; ask for fewer.`,
      );
    days.push(on);
  }
}

const endsMonth = (day: Day): boolean => {
  const { year, month, day: dayOfMonth } = civilOf(day);
  return dayOfMonth === daysInMonth(year, month);
};

/** The first day of the period of the same length before `from` .. `to`: as many months when both days end months, else as many days. */
export function dayBefore(from: Day, to: Day): Day {
  if (!endsMonth(from) || !endsMonth(to)) return from - (to - from);
  const [a, b] = [civilOf(from), civilOf(to)];
  const moved = civilOf(addMonths(from, -((b.year - a.year) * 12 + b.month - a.month)));
  return dayOf(moved.year, moved.month, daysInMonth(moved.year, moved.month));
}

/** Days written one by one: at least two, ascending, each once. */
export function ascendingDays(texts: readonly string[]): Day[] {
  const days = texts.map((text) => parseIsoDay(text, 'days'));
  days.forEach((day, k) => {
    if (k > 0 && day <= days[k - 1]!) throw usage(`days: ${texts[k]} does not lie after ${texts[k - 1]}.`);
  });
  return days;
}
