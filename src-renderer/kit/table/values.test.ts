import { describe, expect, it } from 'vitest';
import { compareValues, copyValue, sortValue } from './values.ts';

describe('sorting', () => {
  it('compares money by amount, text without case, yes after no', () => {
    expect(sortValue([{ currency: 'JPY', minor: 500 }])).toBe(500);
    expect(sortValue([{ currency: 'EUR', minor: 500 }])).toBe(5);
    expect([sortValue('Acme'), sortValue(true), sortValue(null)]).toEqual(['acme', 1, undefined]);
    expect([3, undefined, 1].sort(compareValues)).toEqual([1, 3, undefined]);
    expect(compareValues('a', 'b')).toBe(-1);
  });
});

it('copies numbers as numbers and unknown as nothing', () => {
  const row = { gap: 12, money: [{ currency: 'EUR', minor: 4820000 }], none: null };
  expect(copyValue({ id: 'gap', header: 'Gap', kind: 'days', value: (r) => r.gap }, row)).toBe(12);
  expect(copyValue({ id: 'm', header: 'M', kind: 'money', value: (r) => r.money }, row)).toBe('€48,200');
  expect(copyValue({ id: 'n', header: 'N', value: (r) => r.none }, row)).toBe('');
});
