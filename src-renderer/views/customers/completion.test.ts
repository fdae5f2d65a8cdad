import { expect, test } from 'vitest';
import { completionsAt, fieldBefore, replacedAt, wordAt } from './completion.ts';
import type { Named } from './completion.ts';

const ALL: readonly Named[] = [
  ...['open_gap', 'open_disputes', 'max_gap'].map((name) => ({ name, type: 'number', meaning: '' })),
  { name: 'rung', type: 'set', meaning: '', set: ['prospect', 'customer', 'client'] },
];
const named = (text: string): string[] => completionsAt(text, text.length, ALL).map((c) => c.name);

test('the word before the caret is completed, inside quotes nothing is', () => {
  expect(wordAt('rung = client and open', 22)).toEqual({ start: 18, word: 'open' });
  expect(wordAt("name contains 'open", 19)).toBeNull();
  expect(wordAt('open_gap > ', 11)).toBeNull();
});

test('starts come before contains; a finished name is not suggested', () => {
  expect(named('open')).toEqual(['open_gap', 'open_disputes']);
  expect(named('gap')).toEqual(['open_gap', 'max_gap']);
  expect(named('rung')).toEqual([]);
});

test('after a comparison the members of the set are suggested', () => {
  expect(named('rung = cl')).toEqual(['client']);
  expect(named('rung in (client, pro')).toEqual(['prospect']);
  expect(named('open_gap > 3 and o')).toEqual(['open_gap', 'open_disputes']);
  expect(fieldBefore('not rung is not ', 16)).toBe('rung');
});

test('the name that was meant takes the place of the unknown one', () => {
  expect(replacedAt('rung = client and opn_gap > 60', 19, 'open_gap')).toBe('rung = client and open_gap > 60');
});
