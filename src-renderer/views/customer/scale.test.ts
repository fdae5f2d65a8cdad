import { expect, test } from 'vitest';
import { dayNumber, isoOf, monthMarks, moved, xOf, zoomed } from './scale.ts';

const whole = { from: dayNumber('2024-01-01'), to: dayNumber('2026-12-31') };

test('a day and its number go both ways', () => {
  expect(isoOf(dayNumber('2024-02-29'))).toBe('2024-02-29');
});

test('a zoom keeps the day under the pointer where it is and stays inside the whole', () => {
  const around = dayNumber('2025-07-01');
  const closer = zoomed(whole, whole, around, 0.5);
  expect(xOf(around, closer, 0, 1000)).toBeCloseTo(xOf(around, whole, 0, 1000), -1);
  expect(zoomed(closer, whole, around, 100)).toEqual(whole);
  expect(zoomed(closer, whole, around, 0.0001).to - zoomed(closer, whole, around, 0.0001).from).toBe(14);
});

test('moving stops at the ends', () => {
  const last = zoomed(whole, whole, whole.to, 0.25);
  expect(moved(last, whole, 1)).toEqual(last);
  expect(moved(last, whole, -100).from).toBe(whole.from);
});

test('months are named while there is room, then quarters, then years', () => {
  const year = { from: dayNumber('2025-12-15'), to: dayNumber('2026-12-14') };
  expect(
    monthMarks(year, 800)
      .map((m) => m.label)
      .slice(0, 3),
  ).toEqual(['2026', 'Feb', 'Mar']);
  expect(monthMarks(year, 300).map((m) => m.label)).toEqual(['2026', 'Apr', 'Jul', 'Oct']);
  expect(monthMarks(whole, 200).map((m) => m.label)).toEqual(['2024', '2025', '2026']);
});
