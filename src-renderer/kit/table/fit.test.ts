import { describe, expect, it } from 'vitest';
import { fitted } from './fit.ts';

const columns = [
  { id: 'name', size: 200, text: true },
  { id: 'why', size: 300, text: true },
  { id: 'money', size: 100, text: false },
];

describe('widths of columns', () => {
  it('gives what is left over to text, in proportion', () => {
    expect(fitted(columns, 700)).toEqual({ name: 240, why: 360, money: 100 });
  });
  it('takes from text when that avoids scrolling', () => {
    const sizes = fitted(columns, 520);
    expect(sizes['money']).toBe(100);
    expect(sizes['name']! + sizes['why']! + sizes['money']!).toBeLessThanOrEqual(520);
    expect(sizes['name']!).toBeGreaterThanOrEqual(140);
  });
  it('keeps every size when shrinking would not be enough, and before the first layout', () => {
    const kept = { name: 200, why: 300, money: 100 };
    expect(fitted(columns, 300)).toEqual(kept);
    expect(fitted(columns, 0)).toEqual(kept);
  });
});
