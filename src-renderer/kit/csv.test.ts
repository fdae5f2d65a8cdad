import { expect, it } from 'vitest';
import { toCsv, toTsv } from './csv.ts';

it('quotes what must be quoted and disarms formulas, but not numbers', () => {
  expect(toCsv([['a,b', 'say "x"', '=1+1', -5, null, true]])).toBe(`"a,b","say ""x""",'=1+1,-5,,true\r\n`);
});
it('keeps one cell one cell on the clipboard', () => {
  expect(
    toTsv([
      ['a\tb', 'c\nd'],
      [1, null],
    ]),
  ).toBe('a b\tc d\n1\t');
});
