import { expect, test } from 'vitest';
import { parseIsoDay, weekday } from '#engine/base/days.ts';
import { businessMinutes, WorkingTime } from './response.ts';

test('working time by sums is that of the definition, over clock changes, closed days and in any order', () => {
  const hours = { open: 540, close: 1020 };
  const holidays = new Set([parseIsoDay('2026-04-03'), parseIsoDay('2026-12-25')]);
  const workdays = new Set([1, 2, 3, 4, 5]);
  for (const tz of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']) {
    const time = new WorkingTime(tz, hours, (day) => workdays.has(weekday(day)) && !holidays.has(day));
    let seed = 11;
    const below = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let i = 0; i < 150; i++) {
      const start = parseIsoDay('2026-03-01') * 86_400_000 + below(400 * 1440) * 60_000 - below(3) * 40 * 86_400_000;
      const end = start + below(20 * 1440) * 60_000;
      const expected = businessMinutes(start, end, { tz, ...hours, workdays, holidays });
      expect({ tz, start, end, minutes: time.minutes(start, end) }).toEqual({ tz, start, end, minutes: expected });
    }
    expect(time.minutes(2000, 1000)).toBe(0);
  }
});
