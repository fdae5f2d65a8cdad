import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { planMerge } from './dry-run.ts';
import { importFile, stageFile } from './import.ts';
import { testRequest, writeTestFile } from './json-lines.testing.ts';
import { matchRows } from './match.ts';

let folder: string;
let db: WriteDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-match-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openWriter(join(folder, 'w.ladderline'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, keys: readonly number[]): string {
  const path = join(folder, name);
  writeTestFile(
    path,
    keys.map((key) => ({ e: 'touch', ext: `t${key}`, v: { day: 19_000 + key, channel: 'call', text: `text ${key}` } })),
  );
  return path;
}

const known = Array.from({ length: 60 }, (_, i) => i);
/** Orders in which an export may come again: as it was, turned round, in any order, each with rows that went and new ones. */
const again = fc
  .record({
    order: fc.constantFrom('same', 'reversed', 'any'),
    gone: fc.uniqueArray(fc.constantFrom(...known), { maxLength: 20 }),
    fresh: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }),
    any: fc.shuffledSubarray(known, { minLength: 60 }),
    window: fc.integer({ min: 1, max: 70 }),
  })
  .map(({ order, gone, fresh, any, window }) => {
    const keys = (order === 'any' ? any : order === 'reversed' ? known.toReversed() : known).filter(
      (key) => !gone.includes(key),
    );
    fresh.forEach((at, i) => keys.splice(at, 0, 1000 + i));
    return { keys, window };
  });

test('rows are matched by their keys, whatever the order of the file', async () => {
  await importFile(db, testRequest(write('first', known)));
  const ids = new Map(db.all('SELECT ext, id FROM touch').map(([ext, id]) => [ext as string, id as number]));
  await fc.assert(
    fc.asyncProperty(again, async ({ keys, window }) => {
      const staged = await stageFile(db, testRequest(write('again', keys)));
      try {
        const plan = planMerge(db, staged.staging, 'crm');
        db.exec('DELETE FROM stage.act_touch');
        const touches = staged.staging.tables.get('touch')!;
        const runs = matchRows(db, touches, plan.sourceId!, '7', { check() {} }, window);
        const wanted = keys.flatMap((key, i) => (ids.has(`t${key}`) ? [[i + 1, ids.get(`t${key}`)!]] : []));
        expect(db.all('SELECT n, target FROM stage.act_touch ORDER BY n')).toEqual(wanted);
        for (const { from, to, first, step } of runs)
          for (let n = from; n <= to; n++) expect(first + (n - from) * step).toBe(ids.get(`t${keys[n - 1]!}`));
      } finally {
        staged.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('an export in the order it had is matched without its keys, also turned round', async () => {
  await importFile(db, testRequest(write('first', known)));
  for (const [keys, run] of [
    [known, { from: 1, to: 60, first: 1, step: 1 }],
    [known.toReversed(), { from: 1, to: 60, first: 60, step: -1 }],
  ] as const) {
    const staged = await stageFile(db, testRequest(write('again', keys)));
    expect(planMerge(db, staged.staging, 'crm').tables.get('touch')).toEqual({
      created: 0,
      updated: 0,
      unchanged: 60,
      runs: [run],
    });
    staged.close();
  }
});
