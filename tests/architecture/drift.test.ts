import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Two lists of the same things drift apart silently; here the folders and the tables of contents must agree. */
const checkout = join(import.meta.dirname, '..', '..');
const at = (...parts: string[]): string => join(checkout, ...parts);
const read = (path: string): string => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : '');

function folders(path: string): string[] {
  if (!existsSync(at(path))) return [];
  return readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function named(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

/** Folders beside the analyses that hold parts several of them share and are no analysis themselves. */
const sharedParts = ['population'];
const analyses = folders('src-main/engine/analyses').filter((name) => !sharedParts.includes(name));

describe('the registry', () => {
  const registry = read('src-main/engine/registry.ts');

  test('names every folder of analyses, and no other', () => {
    const listed = named(registry, /#engine\/analyses\/([\w-]+)\/index\.ts/g);
    expect(listed.length).toBeGreaterThan(0);
    expect(listed).toEqual(analyses);
  });

  test('names every report page, and no other', () => {
    const listed = named(registry + read('src-main/engine/report/index.ts'), /\/pages\/([\w-]+)\/index\.ts/g);
    expect(listed).toEqual(folders('src-main/engine/report/pages'));
  });

  test('gives every entry a name of its own', async () => {
    const { ENTRIES } = await import('#engine/registry.ts');
    const names = ENTRIES.map((entry) => entry.name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

test('the list of import profiles names every folder of profiles, and no other', () => {
  const list = read('src-main/engine/registry.ts') + read('src-main/engine/import/profiles/index.ts');
  const listed = named(list, /(?:profiles|\.)\/([\w-]+)\/(?:profile|index)\.ts/g).filter((name) =>
    existsSync(at('src-main/engine/import/profiles', name)),
  );
  const vendors = folders('src-main/engine/import/profiles');
  expect(vendors.length).toBeGreaterThan(0);
  expect(listed).toEqual(vendors);
});

test('the list of views names every folder of views, and no other', () => {
  const listed = named(read('src-renderer/views/index.ts'), /\.\/([\w-]+)\/index\.tsx?/g);
  const views = folders('src-renderer/views');
  expect(views.length).toBeGreaterThan(0);
  expect(listed).toEqual(views);
});

test('the command line has one list of commands, each with a name of its own', async () => {
  const { COMMANDS } = await import('../../src-main/cli/commands/index.ts');
  const names: string[] = COMMANDS.map((command) => command.name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('definitions', () => {
  /** Analyses that only show what is stored and define nothing. */
  const withoutDefinitions = ['customer', 'workspace'];

  function specs(path: string): string[] {
    return readdirSync(at(path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name === 'SPEC.md')
      .map((entry) => relative(checkout, entry.parentPath));
  }

  function rulesOf(spec: string): string[] {
    return named(spec, /^(?:\|\s*|#+\s*|[-*]\s+)\**`?([A-Z]{1,8}-?\d+[a-z]?)\b/gm);
  }

  test.each(analyses.filter((name) => !withoutDefinitions.includes(name)))(
    'analysis %s states its rules in SPEC.md',
    (name) => {
      expect(rulesOf(read(`src-main/engine/analyses/${name}/SPEC.md`)).length).toBeGreaterThan(0);
    },
  );

  test.each(specs('src-main'))('every rule of %s/SPEC.md has a test that carries its id', (folder) => {
    const rules = rulesOf(readFileSync(at(folder, 'SPEC.md'), 'utf8'));
    expect(rules.length).toBeGreaterThan(0);
    const tests = readdirSync(at(folder), { recursive: true })
      .map(String)
      .filter((name) => /\.test\.tsx?$/.test(name))
      .map((name) => readFileSync(at(folder, name), 'utf8'))
      .join('\n');
    const untested = rules.filter((rule) => !new RegExp(`(?<![A-Za-z0-9])${rule}(?![0-9A-Za-z])`).test(tests));
    expect(untested).toEqual([]);
  });
});

describe('docs/language.md', () => {
  test('is what the catalogue says', async () => {
    const { languagePage } = await import('../../scripts/docs/language.ts');
    expect(read('docs/language.md')).toBe(languagePage());
  });

  test('shows examples that are right', async () => {
    const { EXAMPLES } = await import('../../scripts/docs/language.ts');
    const { language } = await import('#engine/language/index.ts');
    for (const [text] of EXAMPLES) expect(language.describe(text).printed).toBe(text);
  });
});
