import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LadderlineError } from '../../src-main/engine/base/errors.ts';
import { checkIntegrity, snapshotTo } from '../../src-main/engine/store/backup.ts';
import { MIGRATIONS } from '../../src-main/engine/store/migrations/index.ts';
import type { Migration } from '../../src-main/engine/store/migrations/migration.ts';
import { createWorkspace, expectedPragmas, openReader, openWriter } from '../../src-main/engine/store/open.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-refusals-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fresh(name: string): string {
  const path = join(folder, `${name}.ladderline`);
  createWorkspace(path, {});
  return path;
}

function failure(work: () => unknown): LadderlineError {
  try {
    work();
  } catch (error) {
    if (error instanceof LadderlineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Bytes, size and times of everything in a folder but access times. */
function fingerprint(path: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(path).toSorted()) {
    const entry = lstatSync(join(path, name));
    hash.update(`${name} ${entry.mode} ${entry.size} ${entry.mtimeMs}\n`);
    if (entry.isFile()) hash.update(readFileSync(join(path, name)));
  }
  return hash.digest('hex');
}

type Case = { name: string; code: string; make(path: string): void };
const cases: Case[] = [
  { name: 'missing', code: 'workspace-missing', make: () => {} },
  { name: 'a folder', code: 'workspace-is-a-folder', make: (path) => mkdirSync(path) },
  { name: 'empty', code: 'workspace-empty', make: (path) => writeFileSync(path, '') },
  { name: 'short', code: 'workspace-not-ours', make: (path) => writeFileSync(path, 'SQLite format 3\0') },
  {
    name: 'a picture',
    code: 'workspace-not-ours',
    make: (path) =>
      writeFileSync(path, Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Array.from({ length: 200 }, (_, i) => i)])),
  },
  {
    name: "another program's database",
    code: 'workspace-not-ours',
    make: (path) => {
      const db = new Database(path);
      db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)');
      db.close();
    },
  },
  { name: 'a link to itself', code: 'workspace-not-a-file', make: (path) => symlinkSync(path, path) },
  { name: 'a pipe', code: 'workspace-not-a-file', make: (path) => void execFileSync('mkfifo', [path]) },
  {
    name: 'newer',
    code: 'workspace-newer',
    make: (path) => {
      createWorkspace(path, {});
      const db = new Database(path);
      db.exec('PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    },
  },
];

for (const { name, code, make } of cases) {
  test.skipIf(process.platform === 'win32' && (name.includes('pipe') || name.includes('link')))(
    `R29, R27: ${name} is refused with exit 3 and no byte changes`,
    () => {
      const place = mkdtempSync(join(folder, 'case-'));
      const path = join(place, 'x.ladderline');
      make(path);
      const before = fingerprint(place);
      const start = performance.now();
      for (const open of [openWriter, openReader]) {
        const error = failure(() => open(path));
        expect([error.code, error.exit]).toEqual([code, 3]);
        expect(error.message).toContain(path);
        // What, where, and what to do: at least two sentences.
        expect(error.message.split(/[.:] /).length).toBeGreaterThan(1);
      }
      expect(performance.now() - start).toBeLessThan(1000);
      expect(fingerprint(place)).toBe(before);
    },
  );
}

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'R29: a file without read permission is refused',
  () => {
    const path = fresh('locked');
    chmodSync(path, 0);
    expect(failure(() => openWriter(path)).code).toBe('workspace-unreadable');
  },
);

const notFiles: Readonly<Record<string, [make: (path: string) => void, told: RegExp]>> = {
  'a folder': [(path) => mkdirSync(path), /is not a file/],
  'a link to itself': [(path) => symlinkSync(path, path), /is a link that leads back to itself/],
  'a link to nothing': [(path) => symlinkSync(`${path}.gone`, path), /There is no file/],
  'a pipe': [(path) => void execFileSync('mkfifo', [path]), /is not a file/],
  'a device': [(path) => symlinkSync('/dev/zero', path), /is not a file/],
  empty: [(path) => writeFileSync(path, ''), /is empty/],
};
test.skipIf(process.platform === 'win32')(
  'R29: what is no export file is refused by import with exit 1 and a reason, at once, and no byte changes',
  () => {
    const cli = new URL('../../src-main/cli/main.ts', import.meta.url).pathname;
    const place = mkdtempSync(join(folder, 'exports-'));
    const workspace = join(place, 'w.ladderline');
    createWorkspace(workspace, {});
    for (const [what, [make]] of Object.entries(notFiles)) make(join(place, `${what}.csv`));
    const before = fingerprint(place);
    for (const [what, [, told]] of Object.entries(notFiles)) {
      for (const words of [['import', workspace], ['sniff']]) {
        if (what === 'empty' && words[0] === 'sniff') continue;
        const run = spawnSync(process.execPath, [cli, ...words, join(place, `${what}.csv`), '--json'], {
          encoding: 'utf8',
          timeout: 20_000,
        });
        const { error } = JSON.parse(run.stdout || '{}') as { error?: { message: string } };
        expect([what, words[0], run.status, error?.message]).toEqual([
          what,
          words[0],
          1,
          expect.stringMatching(told) as string,
        ]);
      }
    }
    expect(fingerprint(place)).toBe(before);
  },
  120_000,
);

test.skipIf(process.platform === 'win32')(
  'X31: a copy goes where it was asked to go, never where a planted link leads',
  () => {
    const place = mkdtempSync(join(folder, 'links-'));
    const workspace = join(place, 'w.ladderline');
    createWorkspace(workspace, {});
    const precious = join(place, 'precious.txt');
    writeFileSync(precious, 'precious');
    const target = join(place, 'copy.ladderline');
    for (const planted of [target, `${target}.partial`]) symlinkSync(precious, planted);
    const db = openWriter(workspace);
    snapshotTo(db, target);
    db.close();
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect([lstatSync(target).isFile(), lstatSync(target).mode & 0o777]).toEqual([true, 0o600]);
    expect(readdirSync(place).toSorted()).toEqual(['copy.ladderline', 'precious.txt', 'w.ladderline']);
    symlinkSync(precious, join(place, 'new.ladderline'));
    expect(failure(() => createWorkspace(join(place, 'new.ladderline'), {})).code).toBe('workspace-exists');
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  },
);

test('R27: a newer schema that lies in the log only is refused with the file untouched', () => {
  const path = fresh('newer-log');
  const db = new Database(path);
  db.exec('PRAGMA user_version = 9999');
  // A crash leaves file and log as they are now.
  const copy = join(folder, 'newer-log-copy.ladderline');
  writeFileSync(copy, readFileSync(path));
  writeFileSync(`${copy}-wal`, readFileSync(`${path}-wal`));
  db.close();
  const before = readFileSync(copy);
  expect(failure(() => openWriter(copy)).code).toBe('workspace-newer');
  expect(readFileSync(copy).equals(before)).toBe(true);
});

test('R3: every connection is durable and mistrusts the file', () => {
  const path = fresh('pragmas');
  const writer = openWriter(path);
  const reader = openReader(path);
  for (const [db, writes] of [
    [writer, true],
    [reader, false],
  ] as const) {
    const found = Object.fromEntries(
      Object.keys(expectedPragmas(writes)).map((name) => [name, db.get(`PRAGMA ${name}`)?.[0]]),
    );
    expect(found).toEqual({
      journal_mode: 'wal',
      synchronous: 2,
      foreign_keys: 1,
      trusted_schema: 0,
      cell_size_check: 1,
      query_only: writes ? 0 : 1,
    });
    expect(db.count('PRAGMA mmap_size')).toBe(0);
    expect(db.count('PRAGMA page_size')).toBe(8192);
  }
  // CONTROL: the reader's handle cannot write even when asked through the same object.
  expect(failure(() => (reader as typeof writer).run("INSERT INTO term(text) VALUES ('x')")).code).toBe(
    'workspace-read-only',
  );
  reader.close();
  writer.close();
});

test('X33: workspace, log and snapshot are readable by their owner alone, and a clean close leaves one file', () => {
  const mask = process.umask(0);
  try {
    const path = fresh('modes');
    const db = openWriter(path);
    db.run("INSERT INTO term(text) VALUES ('x')");
    snapshotTo(db, `${path}.copy`);
    const modes = ['', '-wal', '-shm', '.copy'].map((suffix) => (statSync(path + suffix).mode & 0o777).toString(8));
    expect(modes).toEqual(['600', '600', '600', '600']);
    db.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('modes'))).toEqual([
      'modes.ladderline',
      'modes.ladderline.copy',
    ]);
    const copy = openReader(path);
    expect(checkIntegrity(copy)).toBe('ok');
    copy.close();
  } finally {
    process.umask(mask);
  }
});

test('R26: an older schema is copied to a verified snapshot, then migrated in one step; a failing migration changes nothing', () => {
  const path = fresh('older');
  const failing: Migration = {
    id: 20,
    name: 'fails',
    up: (db) => (db.exec('CREATE TABLE half(a)'), db.exec('no such statement')),
  };
  expect(() => openWriter(path, { migrations: [...MIGRATIONS, failing] })).toThrow();
  const unchanged = openWriter(path);
  expect(unchanged.count('PRAGMA user_version')).toBe(MIGRATIONS.at(-1)!.id);
  expect(unchanged.count("SELECT count(*) FROM sqlite_schema WHERE name = 'half'")).toBe(0);
  unchanged.close();

  const added: Migration = { id: 20, name: 'adds', up: (db) => db.exec('CREATE TABLE added(a)') };
  const db = openWriter(path, { migrations: [...MIGRATIONS, added] });
  expect(db.count('PRAGMA user_version')).toBe(20);
  db.close();
  const snapshot = openReader(`${path}.schema-${MIGRATIONS.at(-1)!.id}.snapshot`);
  expect([snapshot.count('PRAGMA user_version'), checkIntegrity(snapshot)]).toEqual([MIGRATIONS.at(-1)!.id, 'ok']);
  snapshot.close();
});

test('a damaged workspace is named as such, or its damage is found by the check', () => {
  const path = fresh('damaged');
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 8192 * 3, 8192 * 20);
  writeFileSync(path, bytes);
  let found: string;
  try {
    const db = openReader(path);
    found = checkIntegrity(db);
    db.close();
  } catch (error) {
    found = (error as LadderlineError).code;
  }
  expect(found).not.toBe('ok');
  truncateSync(path, 4096);
  expect(failure(() => openWriter(path)).exit).toBe(3);
});

test('a new workspace never overwrites, and a folder that is not there is said so', () => {
  const path = fresh('once');
  expect(failure(() => createWorkspace(path, {})).code).toBe('workspace-exists');
  expect(failure(() => createWorkspace(join(folder, 'nowhere', 'x.ladderline'), {})).message).toContain(
    'does not exist',
  );
  expect(failure(() => createWorkspace(join(folder, 'bad.ladderline'), { currency: 'euro' })).exit).toBe(2);
  expect(readdirSync(folder)).not.toContain('bad.ladderline');
});
