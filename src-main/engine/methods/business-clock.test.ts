import { expect, test } from 'vitest';
import { dayOf } from '#engine/base/days.ts';
import { BusinessClock } from './business-clock.ts';
import { businessMinutes, type OpeningHours } from './response.ts';

const hours: OpeningHours = {
  tz: 'Europe/Berlin',
  open: 9 * 60,
  close: 17 * 60 + 30,
  workdays: new Set([1, 2, 3, 4, 5]),
  holidays: new Set([dayOf(2026, 4, 3)]),
};

test('a business clock counts the minutes that walking the days counts, over weekends, holidays and a clock change', () => {
  const clock = new BusinessClock(hours, dayOf(2026, 3, 20));
  const first = Date.parse('2026-03-20T22:00Z');
  for (let i = 0; i < 60; i++) {
    const start = first + i * 5 * 3_600_000 + i * 61_000;
    for (let k = 0; k < 12; k++) {
      const end = start + k * k * 2_900_000;
      expect(clock.minutes(start, end)).toBeCloseTo(businessMinutes(start, end, hours), 6);
      const due = clock.after(start, clock.minutes(start, end));
      expect(clock.minutes(start, due)).toBeCloseTo(clock.minutes(start, end), 6);
    }
  }
  expect(clock.minutes(first + 10, first)).toBe(0);
});

test('without working days no business minute passes', () => {
  const clock = new BusinessClock({ ...hours, workdays: new Set() }, dayOf(2026, 1, 1));
  const start = Date.parse('2026-01-05T10:00Z');
  expect([clock.minutes(start, start + 1e9), clock.after(start, 60)]).toEqual([0, start]);
});
