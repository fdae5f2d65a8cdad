import { describe, expect, it } from 'vitest';
import { addDays, addMonths, daysBetween, isDay, quarterEndBefore, quarterName } from './days.ts';

describe('days', () => {
  it('knows which days exist', () => {
    expect(['2024-02-29', '2023-02-29', '2026-9-30', 'today', ''].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('adds days and months over the ends of months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -12)).toBe('2025-01-15');
    expect(daysBetween('2026-06-30', '2026-09-30')).toBe(92);
  });

  it('finds the end of the fiscal quarter before a day, never the day itself', () => {
    expect(quarterEndBefore('2026-09-30', 1)).toBe('2026-06-30');
    expect(quarterEndBefore('2026-10-01', 1)).toBe('2026-09-30');
    expect(quarterEndBefore('2026-01-31', 1)).toBe('2025-12-31');
    expect(quarterEndBefore('2026-09-30', 2)).toBe('2026-07-31');
    expect(quarterEndBefore('2026-03-01', 12)).toBe('2026-02-28');
  });

  it('names a fiscal quarter by the year in which its fiscal year ends', () => {
    expect(quarterName('2026-09-30', 1)).toBe('FY2026 Q3');
    expect(quarterName('2026-09-30', 4)).toBe('FY2027 Q2');
    expect(quarterName('2026-03-31', 4)).toBe('FY2026 Q4');
  });
});
