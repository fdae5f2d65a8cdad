import { expect, test } from 'vitest';
import { directionParts } from './Isolated.tsx';

test('characters that steer direction become marks; every other character stays in its place', () => {
  expect(directionParts('invoice\u202Egpj.exe')).toEqual([
    { text: 'invoice', control: null },
    { text: '\u202E', control: 'RLO' },
    { text: 'gpj.exe', control: null },
  ]);
  const text = '\u05E9\u05DC\u05D5\u05DD Ada \u2067x\u2069';
  expect(
    directionParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});
