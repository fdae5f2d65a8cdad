import { expect, test } from 'vitest';
import { dayNumber, isoOfNumber, panned, spotsOf, ticksOf, zoomed, type Mark } from './zoom.ts';

const whole = { from: 0, to: 100 };

test('zooming keeps the place under the pointer, the shortest stretch and the edges', () => {
  expect(zoomed(whole, whole, 0.5, 0.5)).toEqual({ from: 25, to: 75 });
  expect(zoomed(whole, { from: 20, to: 60 }, 0.5, 0)).toEqual({ from: 20, to: 40 });
  expect(zoomed(whole, { from: 0, to: 8 }, 0.1, 1)).toEqual({ from: 1, to: 8 });
  expect(zoomed(whole, { from: 60, to: 90 }, 100, 0.5)).toEqual(whole);
  expect(panned(whole, { from: 80, to: 90 }, 5)).toEqual({ from: 90, to: 100 });
  expect(panned(whole, { from: 5, to: 15 }, -1)).toEqual({ from: 0, to: 10 });
});

test('marks of one pixel and lane are one spot that counts them; a dispute among them is seen', () => {
  const marks: Mark[] = ['2026-01-01', '2026-01-01', '2026-01-02', '2026-03-01'].map((day, i) => ({
    day,
    lane: i === 2 ? 1 : 0,
    inDispute: i === 1,
  }));
  const days = Float64Array.from(marks, (mark) => dayNumber(mark.day));
  const from = dayNumber('2026-01-01');
  const spots = spotsOf(marks, days, { from, to: from + 50 }, 100);
  expect(spots).toEqual([
    { x: 0, lane: 0, inDispute: true, first: 0, last: 1, count: 2 },
    { x: 2, lane: 1, inDispute: false, first: 2, last: 2, count: 1 },
  ]);
  expect(spotsOf(marks, days, { from: from + 10, to: from + 100 }, 100)).toHaveLength(1);
});

test('ten thousand marks become no more spots than there are pixels and lanes, in a few milliseconds', () => {
  const start = dayNumber('2020-01-01');
  const marks: Mark[] = Array.from({ length: 10_000 }, (_, i) => ({
    day: isoOfNumber(start + Math.floor(i / 5)),
    lane: i % 5,
    inDispute: false,
  }));
  const days = Float64Array.from(marks, (mark) => dayNumber(mark.day));
  const spots = spotsOf(marks, days, { from: start, to: start + 2000 }, 900);
  expect(spots.length).toBeLessThanOrEqual(901 * 5);
  expect(spots.reduce((n, spot) => n + spot.count, 0)).toBe(10_000);
});

test('ticks are months, and days when few are in view', () => {
  const from = dayNumber('2026-01-01');
  expect(ticksOf({ from, to: from + 100 }, 600).map((tick) => tick.label)).toEqual(['Jan 2026', 'Feb', 'Mar', 'Apr']);
  expect(ticksOf({ from, to: from + 14 }, 600).map((tick) => tick.label)).toEqual(['5 Jan 2026', '12 Jan 2026']);
});
