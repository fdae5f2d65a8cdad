import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importNow, setOwnerTeams, undoImport } from '#engine/commands/index.ts';
import { SampleManifest } from '#engine/import/sample.ts';
import { changesAfter, PastWorkspace } from '#engine/known/reconstruct.ts';
import { findAnalysis } from '#engine/registry.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';

/** The sample exports one after the other: what every version answered then is answered as known at it. */
const sample = join(import.meta.dirname, '..', '..', 'resources', 'sample');
const QUESTIONS: readonly (readonly [string, object])[] = [
  ['status', {}],
  ['imports', {}],
  ['history', {}],
  ['ladder', { asOf: '2026-09-30' }],
  ['nps', { asOf: '2026-09-30' }],
  ['touches', { asOf: '2026-09-30', limit: 50 }],
  ['customers', { asOf: '2026-06-30', limit: 50 }],
];

let folder: string;
let workspace: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-golden-known-'));
  workspace = join(folder, 'sample.ladderline');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('KN3: every version of the sample workspace answers as known what it answered then', async () => {
  const manifest = SampleManifest.parse(JSON.parse(readFileSync(join(sample, 'sample.json'), 'utf8')));
  createWorkspace(workspace, { unit: 'company', currency: 'EUR', timezone: 'Europe/Berlin', dateOrder: 'dmy' });
  const db = openWriter(workspace);
  const then = new Map<number, string[]>();
  const answers = (of: ReadSession): string[] =>
    QUESTIONS.map(([name, input]) => `${name} ${JSON.stringify(of.run(findAnalysis(name)!, input))}`);
  const note = (): void => void then.set(readDataVersion(db), answers(new ReadSession(db)));
  const ctx = (): ReturnType<typeof writeContext> => writeContext(db, 1_790_000_000);
  try {
    const { rows } = manifest.ownerTeams!;
    await db.transaction(() => setOwnerTeams.run(ctx(), setOwnerTeams.parse({ rows })));
    note();
    for (const { file, map, dateOrder, constants } of manifest.files) {
      const reading = {
        file: join(sample, file),
        ...(map === null ? {} : { mapFile: join(sample, map) }),
        ...(dateOrder === null ? {} : { dateOrder }),
        constants,
      };
      await importNow.run(ctx(), importNow.parse(reading));
      note();
    }
    await undoImport.run(ctx(), undoImport.parse({ batch: 2 }));
    note();
  } finally {
    db.close();
  }
  expect(then.size).toBe(manifest.files.length + 2);
  const past = new PastWorkspace(workspace);
  try {
    for (const change of changesAfter(past.db, 1)) {
      expect([change.sentence, answers(new ReadSession(past.db))]).toEqual([change.sentence, then.get(change.after)]);
      await past.takeBack(change);
    }
    expect(answers(new ReadSession(past.db))).toEqual(then.get(1));
  } finally {
    past.close();
  }
}, 300_000);
