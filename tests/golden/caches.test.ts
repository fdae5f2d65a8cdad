import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Analysis } from '#engine/base/define.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { importSample, redoImport, saveSegment, undoImport } from '#engine/commands/index.ts';
import { memory } from '#engine/analyses/workspace/memory.ts';
import { ENTRIES } from '#engine/registry.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';
import { packMissing } from '#engine/vectors/load.ts';
import { MEMORY_VARIABLE } from '#engine/vectors/memory.ts';

/** Caches are only caches: every analysis but the one about them says the same bytes without them. */
const sample = join(import.meta.dirname, '..', '..', 'resources', 'sample');
const ANALYSES = ENTRIES.filter((entry) => entry.kind === 'analysis' && entry.name !== 'memory') as unknown as Analysis<
  string,
  unknown,
  unknown,
  unknown
>[];
const WHERE = 'rung in (client, supporter, advocate) or count(touches where channel = email and direction = out) > 3';

/** Fields of every analysis; each takes those it knows. */
const ASKED = {
  asOf: '2026-09-30',
  where: WHERE,
  text: 'nps < 7 and revenue_12m > 100 EUR',
  offset: 0,
  id: 'C-1',
  customer: 'C-1',
  from: '2026-01-01',
  to: '2026-09-30',
  name: 'Quiet clients',
  a: 'Quiet clients',
  b: 'Supporters',
  batch: 1,
  line: 2,
  file: join(sample, 'stripe--customers.csv'),
};
const OWN: Readonly<Record<string, object>> = {
  lineage: { table: 'party', id: 1 },
  customers: { ...ASKED, columns: ['name', 'rung', 'nps', 'open_gap', 'revenue_12m', 'worst_gap'], sort: 'name:asc' },
  units: { ...ASKED, unit: 'touch', where: 'channel = email and customer.rung = client' },
  npsRulesPreview: {
    text: 'minimum: 5 answers\nbusiness hours: mon-fri 9:00-17:00\nalert all: score 0-8 within 8 hours',
  },
  changeDetail: { ...ASKED, id: 'volume:touches' },
  npsCompare: { a: 'rung = client', b: 'rung = supporter', asOf: ASKED.asOf },
};

let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-caches-'));
  file = join(folder, 'sample.ladderline');
  createWorkspace(file, { unit: 'company', currency: 'EUR', timezone: 'Europe/Berlin', dateOrder: 'dmy' });
  await writing(async (db) => {
    await importSample.run(writeContext(db, 1_790_000_000), importSample.parse({ folder: sample }));
    const segments = { 'Quiet clients': 'rung = client and open_gap > 30 days', Supporters: 'rung = supporter' };
    for (const [name, definition] of Object.entries(segments)) {
      db.transaction(
        () => void saveSegment.run(writeContext(db, 1_790_000_001), saveSegment.parse({ name, definition })),
      );
    }
  });
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function writing(work: (db: WriteDb) => void | Promise<void>): Promise<void> {
  const db = openWriter(file);
  try {
    await work(db);
  } finally {
    db.close();
  }
}

/** What every analysis says, as text; an error by its code and words. */
function answers(session: ReadSession): Record<string, string> {
  const said: Record<string, string> = {};
  for (const analysis of ANALYSES) {
    try {
      said[analysis.name] = JSON.stringify(session.run(analysis, OWN[analysis.name] ?? ASKED));
    } catch (error) {
      if (!(error instanceof LadderlineError)) throw error;
      said[analysis.name] = `error ${error.code}: ${error.message}`;
    }
  }
  return said;
}

function reading<T>(work: (db: ReadDb) => T): T {
  const db = openReader(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const fresh = (): Record<string, string> => reading((db) => answers(new ReadSession(db)));
const vectorRows = (): number => reading((db) => db.count('SELECT count(*) FROM vector'));

test('deleting every row of table vector changes no figure, nor does keeping tables grouped', async () => {
  const imported = fresh();
  // An analysis that needs a field of its own stands in OWN; one that only fails compares nothing.
  const failed = Object.entries(imported).filter(([, text]) => text.startsWith('error'));
  expect(failed.length).toBeLessThan(ANALYSES.length / 8);
  await writing((db) => void packMissing(db, Number.POSITIVE_INFINITY, 1));
  expect(vectorRows()).toBeGreaterThan(200);
  const packed = fresh();
  await writing((db) => void db.run('DELETE FROM vector'));
  expect(vectorRows()).toBe(0);
  const bare = fresh();
  expect(packed).toEqual(bare);
  expect(imported).toEqual(bare);
}, 120_000);

test('a session with next to no memory says what one with plenty says', () => {
  const plenty = fresh();
  vi.stubEnv(MEMORY_VARIABLE, '0.5');
  try {
    reading((db) => {
      const session = new ReadSession(db);
      const scarce = answers(session);
      const again = answers(session);
      expect(scarce).toEqual(plenty);
      expect(again).toEqual(plenty);
      const use = memory.run(session.context(), {});
      expect(use.facts + use.columns).toBeLessThanOrEqual(use.limit);
      expect(use.resident).toBeGreaterThan(use.limit);
      expect(use.limit).toBe(2 ** 19);
      expect(use.dropped).toBeGreaterThan(4 * use.limit);
    });
  } finally {
    vi.unstubAllEnvs();
  }
}, 120_000);

test('taking imports back and doing them again leaves no stale cache', async () => {
  const batches = reading((db) => db.all("SELECT id FROM batch WHERE state = 'live' ORDER BY id").map(([id]) => id));
  const some = batches.filter((_, i) => i % 3 === 1).slice(0, 2);
  expect(some.length).toBe(2);
  const db = openReader(file);
  const session = new ReadSession(db);
  await writing((writer) => void packMissing(writer, Number.POSITIVE_INFINITY, 1));
  answers(session);
  for (const command of [undoImport, redoImport]) {
    for (const batch of some) {
      await writing(async (writer) => {
        const ctx = writeContext(writer, 1_790_000_100);
        const run = (): unknown => command.run(ctx, command.parse({ batch }));
        await (command.transaction === 'own' ? run() : writer.transaction(run));
      });
      const kept = answers(session);
      const read = fresh();
      await writing((writer) => {
        const rows = writer.all('SELECT tbl, col, chunk, n, data FROM vector');
        writer.run('DELETE FROM vector');
        expect({ read, kept }).toEqual({ read: fresh(), kept: read });
        for (const row of rows) writer.run('INSERT INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, ?, ?, ?)', row);
      });
      if (batch === some[0]) await writing((writer) => void packMissing(writer, Number.POSITIVE_INFINITY, 1));
    }
  }
  db.close();
}, 180_000);
