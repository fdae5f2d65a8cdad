import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteDb } from '../../src-main/engine/base/db.ts';
import { cleanPrivateFolders } from '../../src-main/engine/import/private-folder.ts';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { touchFiles } from './files.ts';

const KILLS = Number(process.env['LADDERLINE_KILLS'] ?? 200);
const ROWS = Number(process.env['LADDERLINE_KILL_ROWS'] ?? 999);
const FILES = 6;
const child = new URL('./import-child.ts', import.meta.url).pathname;

let folder: string;
let files: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-kill-'));
  files = touchFiles(folder, FILES, ROWS, 500);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A seeded sequence in [0, 1): the moments are random but the same in each run. */
function* moments(seed: number): Generator<number> {
  for (let a = seed; ;) {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    yield a / 4294967296;
  }
}

/** Compiled modules are kept: most of the time of 200 starts would go into compiling. */
const startImporter = (workspace: string) =>
  spawn(process.execPath, [child, workspace, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });

/** Starts the importer, kills it `share` of the way through an import of about `span` ms, answers the commits it told. */
async function killedImport(workspace: string, after: number): Promise<number> {
  const importer = startImporter(workspace);
  let told = '';
  const ended = new Promise<void>((resolve) => importer.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    importer.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes('ready')) resolve();
    });
    importer.once('close', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, after));
  importer.kill('SIGKILL');
  await ended;
  return [...told.matchAll(/committed (\d+)/g)].length;
}

/** Milliseconds that the importer takes when nobody kills it, from ready to its end. */
async function wholeImport(workspace: string): Promise<number> {
  createWorkspace(workspace, {});
  const importer = startImporter(workspace);
  let start = 0;
  importer.stdout.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('ready')) start = performance.now();
  });
  await new Promise((resolve) => importer.once('close', resolve));
  return performance.now() - start;
}

function whole(db: WriteDb): unknown {
  const batches = db.count('SELECT count(*) FROM batch');
  return {
    integrity: checkIntegrity(db),
    batches,
    rows: db.count('SELECT count(*) FROM touch'),
    newest: batches === 0 ? null : db.count('SELECT count(*) FROM touch WHERE text = ?', [`file ${batches - 1}`]),
    seen: db.count('SELECT sum(n) FROM seen WHERE tbl = ?', ['touch']),
    versions: db.count('SELECT count(*) FROM version WHERE tbl = ?', ['touch']),
    version: db.count("SELECT value FROM workspace WHERE key = 'dataVersion'"),
    changes: db.count('SELECT count(*) FROM change'),
    blocks: db.count('SELECT count(DISTINCT batch) FROM raw_block'),
    memberless: db.count('SELECT count(*) FROM party WHERE id NOT IN (SELECT party FROM membership)'),
  };
}

const third = Math.ceil(ROWS / 3);
function expected(batches: number): unknown {
  const repeated = Math.max(0, batches - 1) * third;
  return {
    integrity: 'ok',
    batches,
    rows: batches * ROWS - repeated,
    newest: batches === 0 ? null : ROWS,
    seen: batches * ROWS,
    versions: repeated,
    version: batches,
    changes: batches,
    blocks: batches,
    memberless: 0,
  };
}

test(`R1: an importer killed at ${KILLS} random moments loses nothing it told and leaves nothing half-written`, async () => {
  const moment = moments(7);
  // The first start fills the cache of compiled modules.
  await wholeImport(join(folder, 'first.ladderline'));
  const span = await wholeImport(join(folder, 'span.ladderline'));
  let told = 0;
  let interrupted = 0;
  let slowest = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const workspace = join(folder, `w${kill}.ladderline`);
    createWorkspace(workspace, {});
    const committed = await killedImport(workspace, Math.floor(moment.next().value! * span));
    const start = performance.now();
    const db = openWriter(workspace);
    const batches = db.count('SELECT count(*) FROM batch');
    slowest = Math.max(slowest, performance.now() - start);
    // A commit may be durable before it was told, never the other way round.
    expect(batches - committed === 0 || batches - committed === 1).toBe(true);
    expect(whole(db)).toEqual(expected(batches));
    if (batches < FILES) interrupted++;
    told += committed;
    db.close();
    expect(existsSync(`${workspace}-wal`)).toBe(false);
    rmSync(workspace);
  }
  process.stdout.write(
    `${KILLS} kills in imports of ${FILES} files of ${ROWS} rows, ${interrupted} in the middle, ${told} told imports kept, slowest reopen ${Math.round(slowest)} ms (target 2000)\n`,
  );
  expect(interrupted).toBeGreaterThan(KILLS / 4);
  expect(slowest).toBeLessThan(10_000);
}, 1_200_000);

test('X32: staging left by a killed importer is removed at the next start', async () => {
  const workspace = join(folder, 'left.ladderline');
  createWorkspace(workspace, {});
  await killedImport(workspace, 200);
  cleanPrivateFolders();
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('ladderline-staging-'));
  const alive = left.filter((name) => {
    try {
      process.kill(Number(/(\d+)-/.exec(name)![1]), 0);
      return true;
    } catch {
      return false;
    }
  });
  expect(left).toEqual(alive);
});
