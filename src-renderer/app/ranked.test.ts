import { expect, it } from 'vitest';
import { ranked } from './ranked.ts';

const LABELS = ['Open Ladder', 'Set As-of Day…', 'Theme: Light', 'Theme: High Contrast Light', 'Close Tab'];
const find = (needle: string) => ranked(LABELS, needle, (l) => l);

it('finds by words in any order and forgives one wrong letter', () => {
  expect(find('light theme')).toContain('Theme: Light');
  expect(find('ladder')[0]).toBe('Open Ladder');
  expect(find('laddr')[0]).toBe('Open Ladder');
  expect(find('zebra')).toEqual([]);
  expect(find('')).toEqual(LABELS);
});

it('a label that says it comes before keywords that say it', () => {
  const themes = ['As the System', 'High Contrast Dark', 'Dark'].map((t) => ({
    label: `Theme: ${t}`,
    words: 'dark light',
  }));
  const best = ranked(
    themes,
    'theme: dark',
    (t) => `${t.label} ${t.words}`,
    (t) => t.label,
  )[0];
  expect(best?.label).toBe('Theme: Dark');
});

it('answers 500 entries within one frame', () => {
  const many = Array.from({ length: 500 }, (_, i) => `Command number ${i} of the table`);
  ranked(many, 'warm', (l) => l);
  const from = performance.now();
  ranked(many, 'number 37', (l) => l);
  expect(performance.now() - from).toBeLessThan(50);
});
