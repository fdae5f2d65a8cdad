import { expect, test } from 'vitest';
import { completionsFor, wordAt } from './completion.ts';

const ALL = ['open_gap', 'open_disputes', 'max_gap', 'rung'].map((name) => ({ name, type: 'number', meaning: '' }));

test('the word before the caret is completed, inside quotes nothing is', () => {
  expect(wordAt('rung = client and open', 22)).toEqual({ start: 18, word: 'open' });
  expect(wordAt("name contains 'open", 19)).toBeNull();
  expect(wordAt('open_gap > ', 11)).toBeNull();
});

test('starts come before contains; the finished word is not suggested', () => {
  expect(completionsFor('open', ALL).map((c) => c.name)).toEqual(['open_gap', 'open_disputes']);
  expect(completionsFor('gap', ALL).map((c) => c.name)).toEqual(['open_gap', 'max_gap']);
  expect(completionsFor('rung', ALL)).toEqual([]);
});
