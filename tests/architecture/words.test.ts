import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The project speaks of itself alone: no path of anybody's machine, no package host, no maker's tools. The words are put
 * together here so that this file does not contain them.
 */
const checkout = join(import.meta.dirname, '..', '..');
const word = (...parts: string[]): string => parts.join('');

const anywhere = [
  word('/wo', 'rk/'),
  word('/ro', 'ot/'),
  word('/ho', 'me/'),
  word('C:\\\\Us', 'ers\\\\'),
  word('registry.', 'npm'),
  word('npmjs', '.org'),
  word('pypi', '.org'),
  word('arti', 'factory'),
];
const outsideSamples = [
  word('anthro', 'pic'),
  word('clau', 'de'),
  word('open', 'ai'),
  word('chat', 'gpt'),
  word('language ', 'model'),
  word('AI assist', 'ant'),
];
const product = [word('LADDERLINE_', 'SHARED'), word('../sha', 'red')];

function find(words: string[], text: string): string[] {
  return words.filter((each) => text.toLowerCase().includes(each.toLowerCase()));
}

function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: checkout, encoding: 'utf8' }).split('\0').filter(Boolean);
}

test('no file names a machine, a package host or a maker', () => {
  const files = trackedFiles().filter((file) =>
    /\.(ts|tsx|mjs|cjs|json|md|html|css|csv|tsv|txt|yml|yaml)$|\/run$|^\.\w+$/.test(file),
  );
  expect(files.length).toBeGreaterThan(20);
  const found = files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(join(checkout, file), 'utf8');
    } catch {
      return []; // deleted, not yet committed
    }
    const isData = /^(resources\/sample|tests\/(reference|corpora))\/|^package-lock/.test(file);
    const words = [
      ...anywhere,
      ...(isData ? [] : outsideSamples),
      ...(/^(src-main|src-renderer|resources|scripts)\//.test(file) && !/\.(test|testing|fixture)\./.test(file)
        ? product
        : []),
    ];
    return find(words, text).map((each) => `${file}: ${each}`);
  });
  expect(found).toEqual([]);
});

test('CONTROL: the search finds a planted word', () => {
  expect(find(anywhere, `see ${word('/WO', 'RK/')}x`)).toEqual([word('/wo', 'rk/')]);
});
