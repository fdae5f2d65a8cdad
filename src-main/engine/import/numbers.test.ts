import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FewNumbers, Numbers } from './numbers.ts';

test('lists of numbers hold what was put into them', () => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) }, fc.integer());
  const steps = fc.array(fc.tuple(value, fc.nat(2000), value, fc.boolean()), { maxLength: 1500 });
  fc.assert(
    fc.property(steps, (list) => {
      const [numbers, few, held] = [new Numbers(), new FewNumbers(), [] as number[]];
      for (const [pushed, index, value_, sets] of list) {
        held.push(pushed);
        numbers.push(pushed);
        few.push(pushed);
        if (!sets || index >= held.length) continue;
        held[index] = value_;
        numbers.set(index, value_);
        few.set(index, value_);
      }
      expect(held.map((_, i) => numbers.at(i))).toEqual(held);
      expect(held.map((_, i) => few.at(i))).toEqual(held);
    }),
    { numRuns: 60 },
  );
  const [numbers, few] = [new Numbers(), new FewNumbers()];
  for (let i = 0; i < 200_000; i++) {
    numbers.push(i % 300);
    few.push(i % 300);
  }
  expect([numbers.at(199_999), few.at(199_999), few.at(255), few.at(65_536)]).toEqual([199, 199, 255, 65_536 % 300]);
});
