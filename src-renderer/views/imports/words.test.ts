import { expect, test } from 'vitest';
import { countWords } from './words.ts';

test('one kind is said at once, several are counted after the sum, nothing is said as such', () => {
  const count = { entity: 'survey_response', created: 0, updated: 0, unchanged: 0 };
  expect(countWords({ ...count, created: 1 })).toBe('1 new survey answer');
  expect(countWords({ ...count, created: 1200, unchanged: 3 })).toBe('1,203 survey answers: 1,200 new, 3 unchanged');
  expect(countWords(count)).toBe('no survey answers');
});
