import { expect, test } from 'vitest';
import { readings } from './readings.ts';

test('a written date is offered in every order that makes a day', () => {
  expect(readings('03/04/2026')).toEqual([
    { order: 'dmy', words: '3 Apr 2026' },
    { order: 'mdy', words: '4 Mar 2026' },
  ]);
  expect(readings('03.04.05 10:20').map((r) => r.order)).toEqual(['dmy', 'mdy', 'ymd']);
});

test('an order that makes no day is not offered', () => {
  expect(readings('13/04/2026').map((r) => r.order)).toEqual(['dmy']);
  expect(readings('soon')).toEqual([]);
});
