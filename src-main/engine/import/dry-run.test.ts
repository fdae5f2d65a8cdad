import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { resolveCustomers } from '#engine/identity/resolve.ts';
import { createdLines } from './differences.ts';
import { planMerge } from './dry-run.ts';
import { importFile, stageFile } from './import.ts';
import { testRequest, writeTestFile } from './json-lines.testing.ts';
import type { TestRow } from './json-lines.testing.ts';

let folder: string;
let db: WriteDb;
let resolved: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-dry-run-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openWriter(join(folder, 'w.ladderline'));
  resolved = 0;
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const resolve = (of: WriteDb, version: number): void => {
  resolved++;
  resolveCustomers(of, version);
};

function request(name: string, rows: readonly TestRow[]): ReturnType<typeof testRequest> {
  const path = join(folder, name);
  writeTestFile(path, rows);
  return testRequest(path);
}

const person = (ext: string, v: TestRow['v']): TestRow => ({ e: 'party', ext, v });

test('customers are found again only when something changes that says who they are', async () => {
  await importFile(db, request('first', [person('a', { name: 'Ada', email: 'ada@x.example', title: 'CFO' })]), {
    resolve,
  });
  expect(resolved).toBe(1);
  await importFile(db, request('title', [person('a', { name: 'Ada', email: 'ada@x.example', title: 'Buyer' })]), {
    resolve,
  });
  expect(resolved).toBe(1);
  expect(db.all('SELECT title FROM party')).toEqual([['Buyer']]);
  await importFile(db, request('name', [person('a', { name: 'Ada L.', email: 'ada@x.example', title: 'Buyer' })]), {
    resolve,
  });
  expect(resolved).toBe(2);
  expect(db.all('SELECT name FROM customer')).toEqual([['Ada L.']]);
  await importFile(db, request('more', [person('b', { name: 'Bo' })]), { resolve });
  expect(resolved).toBe(3);
});

test('the lines of new rows are told as ranges', async () => {
  const touch = (ext: string): TestRow => ({ e: 'touch', ext, p: null, v: { day: 19_000, channel: 'call' } });
  await importFile(db, request('first', [touch('a'), touch('b')]), { resolve });
  const staged = await stageFile(db, request('again', ['x', 'a', 'y', 'z', 'b', 'w'].map(touch)));
  planMerge(db, staged.staging, 'crm');
  expect(createdLines(db, staged.staging, 'touch')).toEqual([
    [1, 1],
    [3, 4],
    [6, 6],
  ]);
  expect(createdLines(db, staged.staging, 'party')).toEqual([]);
  staged.close();
});
