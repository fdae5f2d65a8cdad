import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingEntries } from '../../scripts/complete-lock.mjs';

/**
 * npm left 76 optional platform packages out of the lock because the registry could not serve them, and "npm ci" then
 * refused it on every other machine. After a change of dependencies, `node scripts/complete-lock.mjs` adds them.
 */
const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));

test('package-lock.json lacks no optional package', () => {
  expect(Object.keys(missingEntries(lock))).toEqual([]);
});

test('CONTROL: an entry taken out is found, with its platform read off its name', () => {
  const name = 'node_modules/@oxlint/binding-linux-arm64-musl';
  const { [name]: entry, ...packages } = lock.packages;
  expect(entry).toBeDefined();
  expect(missingEntries({ packages })).toEqual({
    [name]: { version: entry.version, cpu: ['arm64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
  });
});

test('every direct dependency is pinned to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = lock.packages[''];
  const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
  );
  expect(loose).toEqual([]);
});
