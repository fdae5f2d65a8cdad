import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { CancelledError, LadderlineError } from '#engine/base/errors.ts';
import { checkIntegrity } from '#engine/store/backup.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { commit, dryRun, importFile, redo, stageFile, undo } from './import.ts';
import { jsonLines, person, testRequest, writeTestFile } from './json-lines.testing.ts';
import type { TestRow } from './json-lines.testing.ts';
import { lineageOf, listImports, rejectsOf, sourceLines } from './ledger.ts';
import { ArchivingSource, storeBlocks, storedLines, storedSource } from './raw-blocks.ts';
import { bytesSource } from './read/source.ts';

let folder: string;
let path: string;
let db: WriteDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-import-'));
  path = join(folder, 'w.ladderline');
  createWorkspace(path, {});
  db = openWriter(path);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function touches(n: number, text: (i: number) => string | null, from = 0): TestRow[] {
  return Array.from({ length: n }, (_, i) => ({
    e: 'touch',
    ext: `t${from + i}`,
    p: person(`p${(from + i) % 7}`, { name: `Person ${(from + i) % 7}` }),
    v: { day: 19_000 + i, channel: 'call', text: text(from + i) },
  }));
}

function file(name: string, rows: readonly (TestRow | null | 'skip')[]): string {
  const at = join(folder, name);
  writeTestFile(at, rows);
  return at;
}

function visible(): unknown[] {
  return db.all('SELECT ext, party, day, channel, text FROM touch ORDER BY ext');
}

async function failure(work: Promise<unknown>): Promise<LadderlineError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LadderlineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('R5: the same file again makes no batch; with one changed row it is exactly one update', async () => {
  const rows = touches(50, (i) => `note ${i}`);
  const first = await importFile(db, testRequest(file('a.jsonl', rows)));
  expect(first).toMatchObject({
    batch: '1',
    read: 50,
    used: 50,
    skipped: 0,
    rejected: 0,
    records: 50,
    entities: [{ entity: 'touch', created: 50, updated: 0, unchanged: 0 }],
  });
  const version = readDataVersion(db);
  const again = await importFile(db, testRequest(file('b.jsonl', rows)));
  expect(again.batch).toBeNull();
  expect(again.already).toMatchObject({ batch: '1' });
  expect(again.already!.message).toMatch(/already imported on \d{4}-\d{2}-\d{2} as batch 1/);
  expect(readDataVersion(db)).toBe(version);
  rows[7]!.v['text'] = 'another note';
  const third = await importFile(db, testRequest(file('c.jsonl', rows)));
  expect(third.entities).toEqual([{ entity: 'touch', created: 0, updated: 1, unchanged: 49 }]);
  expect(db.all('SELECT tbl, batch, line, before FROM version')).toEqual([['touch', 2, 8, '{"text":"note 7"}']]);
});

test('a weekly full export twice: undoing the first changes nothing that is visible', async () => {
  await importFile(
    db,
    testRequest(
      file(
        'week-1.jsonl',
        touches(300, (i) => `note ${i}`),
      ),
    ),
  );
  await importFile(
    db,
    testRequest(file('week-2.jsonl', [...touches(300, (i) => `note ${i}`), ...touches(20, () => 'new', 300)])),
  );
  const before = visible();
  expect(undo(db, 1)).toEqual({ batch: '1', removed: 0, rehomed: 300, restored: 0, kept: 0 });
  expect(visible()).toEqual(before);
  expect(db.all('SELECT DISTINCT batch FROM touch')).toEqual([[2]]);
  expect(lineageOf(db, 'touch', 't5', 'text')).toMatchObject({ batch: '2', file: 'week-2.jsonl', line: 6 });
  await redo(db, 1, () => jsonLines);
  expect(visible()).toEqual(before);
  expect(db.all('SELECT batch, count(*) FROM touch GROUP BY batch')).toEqual([
    [1, 300],
    [2, 20],
  ]);
  expect(listImports(db).map((b) => [b.batch, b.state])).toEqual([
    ['1', 'live'],
    ['2', 'live'],
  ]);
});

test('undo says what it removed, restored and kept, and both changes are in the log', async () => {
  await importFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(4, () => 'a'),
      ),
    ),
  );
  await importFile(
    db,
    testRequest(
      file(
        'b.jsonl',
        touches(5, () => 'b'),
      ),
    ),
  );
  await importFile(
    db,
    testRequest(
      file(
        'c.jsonl',
        touches(2, () => 'c'),
      ),
    ),
  );
  expect(undo(db, 2)).toEqual({ batch: '2', removed: 1, rehomed: 0, restored: 2, kept: 2 });
  expect(db.all('SELECT ext, text FROM touch ORDER BY ext')).toEqual([
    ['t0', 'c'],
    ['t1', 'c'],
    ['t2', 'a'],
    ['t3', 'a'],
  ]);
  expect(db.all('SELECT command, inverse FROM change ORDER BY id').at(-1)).toEqual([
    'undo',
    '{"command":"redo","input":{"batch":"2"}}',
  ]);
  expect(await failure(Promise.resolve().then(() => undo(db, 2)))).toMatchObject({ code: 'batch-undone' });
  expect(await failure(Promise.resolve().then(() => undo(db, 9)))).toMatchObject({
    code: 'no-batch',
    message: expect.stringContaining('1 to 3') as string,
  });
  expect(await failure(redo(db, 1, () => jsonLines))).toMatchObject({ code: 'batch-live' });
});

test('a file with a failing row can be refused as a whole, and rejects keep line, column, value and reason', async () => {
  const at = file('a.jsonl', [...touches(2, () => 'x'), null, 'skip', ...touches(1, () => 'y', 2)]);
  const error = await failure(importFile(db, testRequest(at), { onReject: 'abort' }));
  expect(error).toMatchObject({ code: 'rejected-rows', exit: 1, message: expect.stringContaining('line 3') as string });
  expect(db.count('SELECT count(*) FROM batch')).toBe(0);
  const report = await importFile(db, testRequest(at));
  expect(report).toMatchObject({ read: 5, used: 3, skipped: 1, rejected: 1 });
  expect(rejectsOf(db, 1)).toEqual({
    batch: '1',
    file: 'a.jsonl',
    total: 1,
    rejects: [{ line: 3, column: 'column', value: 'null', reason: 'cannot be read' }],
  });
});

test('R9: a cancelled import leaves workspace and temporary folder as they were', async () => {
  await importFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(100, () => 'a'),
      ),
    ),
  );
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  const before = { rows: visible(), version: readDataVersion(db) };
  for (let allowed = 0; allowed < 6; allowed++) {
    let calls = 0;
    const cancel = {
      check() {
        if (calls++ === allowed) throw new CancelledError('The import');
      },
    };
    expect(
      (
        await failure(
          importFile(
            db,
            testRequest(
              file(
                'b.jsonl',
                touches(3000, () => 'b'),
              ),
            ),
            {},
            { cancel, tempRoot: temp },
          ),
        )
      ).code,
    ).toBe('cancelled');
    expect({ rows: visible(), version: readDataVersion(db) }).toEqual(before);
    expect(readdirSync(temp)).toEqual([]);
  }
  expect(checkIntegrity(db)).toBe('ok');
});

test('R4: a failure while customers are found rolls everything back, and the next import works', async () => {
  const failing = {
    resolve: () => {
      throw new Error('planted');
    },
  };
  await expect(
    importFile(
      db,
      testRequest(
        file(
          'a.jsonl',
          touches(10, () => 'a'),
        ),
      ),
      failing,
    ),
  ).rejects.toThrow('planted');
  expect(
    db.all(
      'SELECT (SELECT count(*) FROM touch), (SELECT count(*) FROM party), (SELECT count(*) FROM batch), (SELECT count(*) FROM source)',
    ),
  ).toEqual([[0, 0, 0, 0]]);
  expect(
    (
      await importFile(
        db,
        testRequest(
          file(
            'a.jsonl',
            touches(10, () => 'a'),
          ),
        ),
      )
    ).batch,
  ).toBe('1');
});

test('a dry run writes nothing, shows the cells that would change, and the commit does exactly that', async () => {
  await importFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(3, () => 'a'),
      ),
    ),
  );
  const staged = await stageFile(
    db,
    testRequest(
      file(
        'b.jsonl',
        touches(4, (i) => (i === 1 ? 'b' : 'a')),
      ),
    ),
  );
  const { plan, report } = dryRun(db, staged);
  expect(report.entities).toEqual([{ entity: 'touch', created: 1, updated: 1, unchanged: 2 }]);
  expect(report.differences).toEqual([
    { entity: 'touch', key: 't1', line: 2, column: 'text', before: 'a', after: 'b' },
  ]);
  expect(db.count('SELECT count(*) FROM touch')).toBe(3);
  expect(commit(db, staged, plan).entities).toEqual(report.entities);
  staged.close();
});

test('when the workspace moved since the dry run, the join is redone: new words and rows of the other import are met', async () => {
  const staged = await stageFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(3, () => 'a').map((r) => ({ ...r, v: { ...r.v, owner: 'Xenia', campaign: 'spring' } })),
      ),
    ),
  );
  const { plan } = dryRun(db, staged);
  // Another connection takes the ids that the staged words were given.
  const other = openWriter(path);
  other.transaction(() => {
    other.run("INSERT INTO term(text) VALUES ('something else')");
    other.run("INSERT INTO term(text) VALUES ('Xenia')");
    other.run("UPDATE workspace SET value = value + 1 WHERE key = 'dataVersion'");
    other.run("INSERT OR IGNORE INTO workspace(key, value) VALUES ('dataVersion', 1)");
  });
  other.close();
  expect(commit(db, staged, plan).entities).toEqual([{ entity: 'touch', created: 3, updated: 0, unchanged: 0 }]);
  staged.close();
  expect(
    db.all(
      'SELECT DISTINCT o.text, c.text FROM touch t JOIN term o ON o.id = t.owner JOIN term c ON c.id = t.campaign',
    ),
  ).toEqual([['Xenia', 'spring']]);
});

test('rows without an id are keyed by content and occurrence: the same rows again are unchanged', async () => {
  const row = { e: 'touch', ext: null, p: person('p1'), v: { day: 19_000, channel: 'email' } };
  await importFile(db, testRequest(file('a.jsonl', [row, row, row])));
  expect(db.count('SELECT count(*) FROM touch')).toBe(3);
  const again = await importFile(db, testRequest(file('b.jsonl', [row, row, row, row])));
  expect(again.entities).toEqual([{ entity: 'touch', created: 1, updated: 0, unchanged: 3 }]);
});

test('a repeated row of one file is skipped; a different one lets its later values count', async () => {
  const [a, b] = [touches(1, () => 'first')[0]!, touches(1, () => 'second')[0]!];
  expect(await importFile(db, testRequest(file('a.jsonl', [a, a, b])))).toMatchObject({
    read: 3,
    used: 2,
    skipped: 1,
    records: 1,
  });
  expect(db.all('SELECT text, line FROM touch')).toEqual([['second', 3]]);
});

test("a person's account is found also when the account arrives in a later file, and gone when that file is undone", async () => {
  await importFile(
    db,
    testRequest(file('people.jsonl', [{ e: 'party', ext: 'p1', v: { name: 'Anna', account_ext: 'c1' } }])),
  );
  const account = (): unknown =>
    db.all("SELECT p.name, a.name FROM party p LEFT JOIN party a ON a.id = p.account_party WHERE p.ext = 'p1'");
  expect(account()).toEqual([['Anna', null]]);
  await importFile(db, testRequest(file('firms.jsonl', [{ e: 'account', ext: 'c1', v: { name: 'Acme (invented)' } }])));
  expect(account()).toEqual([['Anna', 'Acme (invented)']]);
  undo(db, 2);
  expect(account()).toEqual([['Anna', null]]);
});

test('lineage leads to the file, the line and the column of the value; source lines come back as they were', async () => {
  const mapping = {
    file: { encoding: 'utf-8' },
    entities: [{ entity: 'touch', columns: { Note: [{ field: 'text' }], Kanal: { field: 'channel' } } }],
  };
  await importFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(30, () => 'ä'),
      ),
      { mapping },
    ),
  );
  await importFile(
    db,
    testRequest(
      file(
        'b.jsonl',
        touches(2, (i) => (i === 1 ? 'ö' : 'ä'), 10),
      ),
      { mapping },
    ),
  );
  expect(lineageOf(db, 'touch', 'crm:t12', 'text')).toMatchObject({
    batch: '1',
    file: 'a.jsonl',
    line: 13,
    mapping: { column: 'Note', field: 'text' },
  });
  expect(JSON.parse(lineageOf(db, 'touch', 't12', 'channel').text)).toMatchObject({ ext: 't12' });
  await importFile(
    db,
    testRequest(
      file(
        'c.jsonl',
        touches(1, () => 'ü', 12),
      ),
      { mapping },
    ),
  );
  expect(lineageOf(db, 'touch', 't12', 'text')).toMatchObject({ batch: '3', file: 'c.jsonl', line: 1 });
  expect(lineageOf(db, 'touch', 't12', 'channel')).toMatchObject({
    batch: '1',
    line: 13,
    mapping: { column: 'Kanal', field: 'channel' },
  });
  expect(lineageOf(db, 'party', 'p1', 'name')).toMatchObject({ batch: '1', line: 2 });
  const lines = readFileSync(join(folder, 'a.jsonl'), 'utf8').split('\n');
  expect(sourceLines(db, 1, 20, 2)).toEqual({
    batch: '1',
    file: 'a.jsonl',
    first: 18,
    lines: lines.slice(17, 22),
    focus: 20,
  });
  expect(() => sourceLines(db, 1, 31)).toThrow('has no line 31');
  expect(() => lineageOf(db, 'touch', 'nobody', 'text')).toThrow('No row of touch has the key nobody');
  expect(() => lineageOf(db, 'touch', 't1', 'colour')).toThrow('has no column colour');
  expect(() => lineageOf(db, 'secrets', 't1', 'text')).toThrow('There is no table secrets');
});

test('an import larger than half its table rebuilds its indexes and leaves them as they were', async () => {
  const schema = (): unknown => db.all("SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'touch' ORDER BY name");
  const before = schema();
  await importFile(
    db,
    testRequest(
      file(
        'a.jsonl',
        touches(6000, (i) => `note ${i}`),
      ),
    ),
  );
  expect(schema()).toEqual(before);
  expect(undo(db, 1).removed).toBe(6000);
  expect(schema()).toEqual(before);
  expect(checkIntegrity(db)).toBe('ok');
  expect(
    db.all('SELECT (SELECT count(*) FROM touch), (SELECT count(*) FROM party), (SELECT count(*) FROM membership)'),
  ).toEqual([[0, 0, 0]]);
});

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('\n', '\r\n', '\r', 'a', 'ü', '"', '', ' ') },
  fc.integer({ min: 1, max: 90_000 }).map((n) => 'x'.repeat(n)),
);
test('any bytes come back from the archive: the whole, the hash and each line', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 60 }),
      fc.constantFrom('byte' as const, 'utf-16-le' as const, 'utf-16-be' as const),
      fc.integer({ min: 1, max: 30 }),
      async (pieces, unit, repeat) => {
        const text = pieces.join('').repeat(repeat);
        const bytes = Buffer.from(text, unit === 'byte' ? 'utf8' : 'utf16le');
        if (unit === 'utf-16-be') bytes.swap16();
        const batch = ++run;
        const source = new ArchivingSource(bytesSource(bytes), join(folder, `raw-${batch}`), unit);
        const archive = await source.finish();
        expect([archive.bytes, archive.sha256]).toEqual([
          bytes.length,
          createHash('sha256').update(bytes).digest('hex'),
        ]);
        db.transaction(() => {
          db.run("INSERT OR IGNORE INTO source(id, name) VALUES (1, 'x')");
          db.run(
            `INSERT INTO batch(id, file, sha256, bytes, source, mapping, fingerprint, base_version, state, day, started_at, ended_at, read, used, skipped, rejected, records, entities, facts)
           VALUES (?, 'f', ?, ?, 1, 'null', '', 0, 'undone', 0, 0, 0, 0, 0, 0, 0, 0, '[]', '{}')`,
            [batch, archive.sha256, archive.bytes],
          );
          storeBlocks(db, batch, archive);
        });
        const back = storedSource(db, batch);
        const whole = Buffer.alloc(bytes.length + 1);
        let n = 0;
        for (let got = back.read(whole); got > 0; got = back.read(whole.subarray(n))) n += got;
        expect(whole.subarray(0, n).equals(bytes)).toBe(true);
        const lines = text.split(/\r\n|\n|\r/);
        if (lines.at(-1) === '') lines.pop();
        for (const wanted of new Set([1, Math.ceil(lines.length / 2), lines.length])) {
          if (wanted === 0 || lines.length === 0) continue;
          const stored = storedLines(db, batch, wanted, wanted)!;
          const copy = Buffer.from(stored.bytes);
          if (unit === 'utf-16-be') copy.swap16();
          expect(copy.toString(unit === 'byte' ? 'utf8' : 'utf16le').split(/\r\n|\n|\r/)[wanted - stored.from]).toBe(
            lines[wanted - 1],
          );
        }
        rmSync(archive.path);
      },
    ),
    { numRuns: 40 },
  );
});

test('a file without rows makes an empty batch that can be undone', async () => {
  writeFileSync(join(folder, 'empty.jsonl'), '');
  const report = await importFile(db, testRequest(join(folder, 'empty.jsonl')));
  expect(report).toMatchObject({ batch: '1', read: 0, used: 0, records: 0, entities: [] });
  expect(undo(db, 1)).toEqual({ batch: '1', removed: 0, rehomed: 0, restored: 0, kept: 0 });
});
