import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { asKnownAt } from '#engine/known/reconstruct.ts';
import { writeContext } from '#engine/session.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { setOwnerTeams } from './settings.ts';
import { undoChange } from './undo-change.ts';

let folder: string;
let path: string;
let db: WriteDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-undo-change-'));
  path = join(folder, 'w.ladderline');
  createWorkspace(path, {});
  db = openWriter(path);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const owners = (team: 'sales' | 'service'): { owner: string; team: 'sales' | 'service'; name: string }[] =>
  Array.from({ length: 3000 }, (_, i) => ({ owner: `owner ${i}`, team, name: `${team} person number ${i} ü` }));

function set(team: 'sales' | 'service'): void {
  db.transaction(() => void setOwnerTeams.run(writeContext(db, 1000), setOwnerTeams.parse({ rows: owners(team) })));
}

const held = (of: WriteDb): unknown[] =>
  of.all(
    'SELECT o.text, t.text, n.text FROM owner_team x JOIN term o ON o.id = x.owner JOIN term t ON t.id = x.team JOIN term n ON n.id = x.name ORDER BY x.owner',
  );

test('a change of thousands of owners can be taken back, and done again', async () => {
  set('sales');
  const before = held(db);
  set('service');
  const after = held(db);
  expect(after).not.toEqual(before);
  const newest = (): number => db.count('SELECT max(id) FROM change');
  await undoChange.run(writeContext(db, 1001), { change: newest() });
  expect(held(db)).toEqual(before);
  await undoChange.run(writeContext(db, 1002), { change: newest() });
  expect(held(db)).toEqual(after);
  expect(db.get('SELECT count(*), max(length(inverse)) < 100 FROM change')).toEqual([4, 1]);
});

test('KN4: the versions before a change of thousands of owners are known', async () => {
  set('sales');
  const before = held(db);
  const version = db.count('SELECT max(version_after) FROM change');
  set('service');
  const past = await asKnownAt(path, version, {}, folder);
  try {
    expect(held(past.db)).toEqual(before);
    expect(past.db.get('SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM large_inverse)')).toEqual([1, 1]);
  } finally {
    past.close();
  }
});
