import { expect, test } from 'vitest';
import { placeOf } from './place.ts';

test('an error of a definition is told with its line and column, once', () => {
  const error = new Error('ladder 2:9 unknown field "purchasess"; did you mean "purchases"?');
  expect(placeOf(error, { line: 2, column: 9, expected: 'a field', nearest: 'purchases' })).toEqual({
    line: 2,
    column: 9,
    words: 'Line 2, column 9: unknown field "purchasess"; did you mean "purchases"? Expected: a field.',
  });
  expect(placeOf(new Error('The workspace is locked.'), undefined)).toEqual({
    line: null,
    column: null,
    words: 'The workspace is locked.',
  });
});
