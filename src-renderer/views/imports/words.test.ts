import { expect, test } from 'vitest';
import { countWords, fieldName, takesBack } from './words.ts';

test('one kind is said at once, several are counted after the sum, nothing is said as such', () => {
  const count = { entity: 'survey_response', created: 0, updated: 0, unchanged: 0 };
  expect(countWords({ ...count, created: 1 })).toBe('1 new survey answer');
  expect(countWords({ ...count, created: 1200, unchanged: 3 })).toBe('1,203 survey answers: 1,200 new, 3 unchanged');
  expect(countWords(count)).toBe('no survey answers');
});

test('what undoing takes back', () => {
  const counts = [
    { entity: 'ticket', created: 2, updated: 0, unchanged: 5 },
    { entity: 'party', created: 0, updated: 1, unchanged: 0 },
  ];
  expect(takesBack(counts)).toBe('2 new tickets, changes of 1 person');
  expect(takesBack([{ entity: 'ticket', created: 0, updated: 0, unchanged: 3 }])).toBe(
    'nothing: no row came or changed by it',
  );
});

test('a field as a reader says it', () => {
  expect(fieldName('survey_response.party.account_external_id')).toBe('party.account external id');
});
