import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  FIGURES_WIDTH,
  monthTicks,
  NAME_WIDTH,
  ROW,
  scrollTo,
  strength,
  visibleRows,
  weekAt,
  weekX,
} from './geometry.ts';

describe('geometry of the strip', () => {
  const columns = columnsOf(NAME_WIDTH + FIGURES_WIDTH + 390, 39);

  it('weeks fill the width between names and figures', () => {
    expect(columns.step).toBe(10);
    expect(weekX(columns, 0)).toBe(NAME_WIDTH);
    expect(weekX(columns, 39)).toBe(NAME_WIDTH + 390);
    expect(columnsOf(100, 520).step).toBeGreaterThan(0);
  });

  it('a point finds its week, beside the weeks none', () => {
    expect([
      weekAt(columns, NAME_WIDTH - 1),
      weekAt(columns, NAME_WIDTH),
      weekAt(columns, NAME_WIDTH + 15),
      weekAt(columns, NAME_WIDTH + 390),
    ]).toEqual([null, 0, 1, null]);
  });

  it('shows the rows of the viewport only', () => {
    expect(visibleRows(0, 5 * ROW, 1_000_000)).toEqual({ first: 0, last: 4 });
    expect(visibleRows(19_999_900, 5 * ROW, 1_000_000)).toEqual({ first: 999_995, last: 999_999 });
    expect(visibleRows(0, 100, 0)).toEqual({ first: 0, last: -1 });
  });

  it('scrolls no more than needed', () => {
    expect([scrollTo(3, 0, 200), scrollTo(12, 0, 200), scrollTo(1, 100, 200)]).toEqual([0, 13 * ROW - 200, ROW]);
  });

  it('more touches are stronger, up to four', () => {
    expect([0, 1, 2, 4, 9].map(strength).map((s) => Number(s.toFixed(2)))).toEqual([0, 0.34, 0.56, 1, 1]);
  });

  it('names months without touching labels', () => {
    const weeks = ['2025-12-22', '2025-12-29', '2026-01-05', '2026-01-12', '2026-02-02'];
    expect(monthTicks(weeks, 60).map((t) => t.label)).toEqual(['Dec 2025', 'Jan 2026', 'Feb']);
    expect(monthTicks(weeks, 20).map((t) => t.label)).toEqual(['Dec 2025', 'Feb']);
  });
});
