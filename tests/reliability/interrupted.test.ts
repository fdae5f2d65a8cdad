import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorkspace, openReader, openWriter } from '../../src-main/engine/store/open.ts';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { random } from './files.ts';

/**
 * Trust rule R7: an import whose process is killed is told at the next start, with what became of it, and can be asked for again
 * with the mapping it had. The real command line is killed; its next run is the restart.
 */
const cli = new URL('../../src-main/cli/main.ts', import.meta.url).pathname;
const ROWS = 20_000;
const NOTE = 'ladderline-under-way-';

let folder: string;
let temporary: string;
let workspace: string;
let file: string;
let map: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-interrupted-'));
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  workspace = join(folder, 'w.ladderline');
  file = join(folder, 'calls.csv');
  map = join(folder, 'map.json');
  const rows = Array.from({ length: ROWS }, (_, i) => `t${i},c${i % 500},2026-0${1 + (i % 9)}-1${i % 9},call,out\n`);
  writeFileSync(file, `Nr,Who,When,How,Way\n${rows.join('')}`);
  const columns = {
    Nr: { field: 'external_id' },
    Who: { field: 'customer_external_id' },
    When: { field: 'at' },
    How: { field: 'channel' },
    Way: { field: 'direction' },
  };
  writeFileSync(map, JSON.stringify({ entity: 'touch', source: 'switchboard', columns, constants: { team: 'sales' } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(workspace + suffix, { force: true });
  for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { recursive: true, force: true });
  createWorkspace(workspace, {});
});

const notes = (): string[] => readdirSync(temporary).filter((name) => name.startsWith(NOTE));
const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  TMPDIR: temporary,
  // Compiled modules are kept: most of the time of a short command would go into compiling.
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
});

function ladderline(...words: string[]): { status: number | null; answer: Record<string, unknown>; told: string } {
  const run = spawnSync(process.execPath, [cli, ...words, '--json'], {
    encoding: 'utf8',
    env: env(),
    timeout: 120_000,
  });
  return { status: run.status, answer: JSON.parse(run.stdout) as Record<string, unknown>, told: run.stderr };
}

/** Starts the import and kills it `after` ms after it has noted that it is under way; true when it was still there. */
async function killed(after: number): Promise<boolean> {
  const importer = spawn(process.execPath, [cli, 'import', workspace, file, '--map', map, '--json'], {
    env: env(),
    stdio: 'ignore',
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => importer.once('close', (_, signal) => resolve(signal)));
  while (notes().length === 0 && importer.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setTimeout(resolve, after));
  importer.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

test('R7: a killed import is told at the next start, nothing of it is there, and it runs again with the same mapping', async () => {
  expect(await killed(150)).toBe(true);
  expect(notes()).toHaveLength(1);
  const start = performance.now();
  const ledger = ladderline('imports', workspace);
  const milliseconds = performance.now() - start;
  expect(ledger.answer).toEqual({ batches: [] });
  expect(ledger.told).toMatch(
    /The import of calls\.csv \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\) ended unexpectedly\. Nothing of it was written/,
  );
  process.stdout.write(`told ${Math.round(milliseconds)} ms after the start of the command (target 2000)\n`);

  const again = ladderline('import', workspace, '--interrupted');
  expect(again.answer).toMatchObject({
    batches: [{ file: 'calls.csv', source: 'switchboard', read: ROWS, used: ROWS, rejected: 0 }],
  });
  expect(notes()).toEqual([]);
  const db = openReader(workspace);
  expect(db.all('SELECT DISTINCT t.text FROM touch JOIN term t ON t.id = touch.team')).toEqual([['sales']]);
  expect(db.count('SELECT count(*) FROM touch')).toBe(ROWS);
  db.close();
  expect(ladderline('imports', workspace).told).toBe('');
}, 120_000);

test('R7: killed at 6 random moments, what is told is what is there', async () => {
  const next = random(23);
  const said = { nothing: 0, saved: 0, done: 0 };
  for (let kill = 0; kill < 6; kill++) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(workspace + suffix, { force: true });
    for (const name of notes()) rmSync(join(temporary, name), { recursive: true });
    createWorkspace(workspace, {});
    await killed(Math.floor(next() * 700));
    const { told, answer } = ladderline('imports', workspace);
    const db = openWriter(workspace);
    const batches = db.count('SELECT count(*) FROM batch');
    expect(checkIntegrity(db)).toBe('ok');
    expect(db.count('SELECT count(*) FROM touch')).toBe(batches * ROWS);
    db.close();
    expect((answer['batches'] as unknown[]).length).toBe(batches);
    if (told.includes('Nothing of it was written')) said.nothing++;
    else if (told.includes('it is batch 1')) said.saved++;
    else said.done++;
    expect({ told, batches }).toEqual({
      told: expect.stringMatching(batches === 0 ? /Nothing of it was written/ : /^$|it is batch 1/) as string,
      batches,
    });
    // What had been saved is said once; what was not written is said until it is imported.
    const twice = ladderline('imports', workspace).told;
    expect(twice).toBe(batches === 1 ? '' : told);
  }
  process.stdout.write(
    `6 kills: ${said.nothing} times nothing was written, ${said.saved} times it was saved before the end, ${said.done} times it was done\n`,
  );
  expect(said.nothing).toBeGreaterThan(0);
}, 240_000);

test('R7: the same file imported in the usual way ends the mention; a file that is gone is said so', async () => {
  expect(await killed(100)).toBe(true);
  const other = `${file}.moved`;
  writeFileSync(other, readFileSync(file));
  rmSync(file);
  const gone = ladderline('import', workspace, '--interrupted');
  writeFileSync(file, readFileSync(other));
  expect([gone.status, (gone.answer['error'] ?? gone.answer['errors']) !== undefined]).toEqual([1, true]);
  expect(notes()).toHaveLength(1);
  const usual = ladderline('import', workspace, file, '--map', map);
  expect(usual.told).toContain('imports it again');
  expect([usual.status, notes()]).toEqual([0, []]);
  expect(ladderline('import', workspace, '--interrupted').told).toContain(
    'No import of this workspace was interrupted',
  );
}, 120_000);

test('R7, X32: a note is private, of its own workspace only, and what is no note is left alone', async () => {
  expect(await killed(100)).toBe(true);
  const held = join(temporary, notes()[0]!);
  expect([statSync(held).mode & 0o777, statSync(join(held, 'import.json')).mode & 0o777]).toEqual([0o700, 0o600]);
  const other = join(folder, 'other.ladderline');
  createWorkspace(other, {});
  expect(ladderline('imports', other).told).toBe('');
  writeFileSync(join(held, 'import.json'), '{"pid":');
  const strange = join(temporary, `${NOTE}1-strange`);
  writeFileSync(strange, 'no folder');
  expect(ladderline('imports', workspace)).toMatchObject({ status: 0, told: '' });
  expect(existsSync(strange)).toBe(true);
}, 60_000);
