import { expect, test } from 'vitest';
import { dayOf, parseIsoDay } from '#engine/base/days.ts';
import { BusinessClock, openDays } from './business-clock.ts';
import { businessMinutes, type OpeningHours } from './response.ts';

const hours: OpeningHours = {
  tz: 'Europe/Berlin',
  open: 9 * 60,
  close: 17 * 60 + 30,
  workdays: new Set([1, 2, 3, 4, 5]),
  holidays: new Set([dayOf(2026, 4, 3)]),
};

test('a business clock counts the minutes that walking the days counts, over weekends, holidays and a clock change', () => {
  const clock = new BusinessClock(openDays(hours), dayOf(2026, 3, 20));
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
  const clock = new BusinessClock(openDays({ ...hours, workdays: new Set() }), dayOf(2026, 1, 1));
  const start = Date.parse('2026-01-05T10:00Z');
  expect([clock.minutes(start, start + 1e9), clock.after(start, 60)]).toEqual([0, start]);
});

test('a business clock is the definition in any zone and in any order of questions', () => {
  const holidays = new Set([parseIsoDay('2026-04-03'), parseIsoDay('2026-12-25')]);
  const workdays = new Set([1, 2, 3, 4, 5]);
  const earliest = parseIsoDay('2025-11-01');
  for (const tz of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']) {
    const own: OpeningHours = { tz, open: 540, close: 1020, workdays, holidays };
    const clock = new BusinessClock(openDays(own), earliest - 2);
    let seed = 11;
    const below = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let i = 0; i < 150; i++) {
      const start = parseIsoDay('2026-03-01') * 86_400_000 + below(400 * 1440) * 60_000 - below(3) * 40 * 86_400_000;
      const end = start + below(20 * 1440) * 60_000;
      const expected = businessMinutes(start, end, own);
      expect({ tz, start, end, minutes: clock.minutes(start, end) }).toEqual({ tz, start, end, minutes: expected });
    }
    expect(clock.minutes(earliest * 86_400_000 + 2000, earliest * 86_400_000 + 1000)).toBe(0);
  }
});
