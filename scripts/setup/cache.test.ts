import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOnce } from './cache.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ladderline-cache-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function builder(builds: string[], wait = 0) {
  return async (temporary: string): Promise<string> => {
    builds.push(temporary);
    await sleep(wait);
    writeFileSync(join(temporary, 'file'), 'made');
    return temporary;
  };
}

test('two set-ups at once build once, and both find the result', async () => {
  const folder = join(root, 'thing');
  const builds: string[] = [];
  await Promise.all([
    buildOnce(folder, builder(builds, 300), () => {}),
    buildOnce(folder, builder(builds, 300), () => {}),
  ]);
  expect({ builds: builds.length, left: readdirSync(root) }).toEqual({ builds: 1, left: ['thing'] });
});

test('a build that fails leaves nothing behind', async () => {
  const folder = join(root, 'thing');
  const broken = async (temporary: string): Promise<string> => {
    writeFileSync(join(temporary, 'half'), '');
    throw new Error('disk full');
  };
  await expect(buildOnce(folder, broken, () => {})).rejects.toThrow('disk full');
  expect(readdirSync(root)).toEqual([]);
});

test('the lock of a set-up that was killed is taken over', async () => {
  const folder = join(root, 'thing');
  mkdirSync(`${folder}.lock`);
  // Above any process id that a system hands out.
  writeFileSync(join(`${folder}.lock`, 'holder.json'), JSON.stringify({ pid: 2 ** 30, host: hostname(), token: '' }));
  await buildOnce(folder, builder([]), () => {});
  expect(readdirSync(root)).toEqual(['thing']);
});

test('a lock from another machine is taken over once its holder has been silent for a minute', async () => {
  const folder = join(root, 'thing');
  mkdirSync(`${folder}.lock`);
  writeFileSync(join(`${folder}.lock`, 'holder.json'), JSON.stringify({ pid: 1, host: 'elsewhere', token: '' }));
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(`${folder}.lock`, longAgo, longAgo);
  await buildOnce(folder, builder([]), () => {});
  expect(existsSync(join(folder, 'file'))).toBe(true);
});
