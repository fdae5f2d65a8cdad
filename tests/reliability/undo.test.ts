import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteDb } from '../../src-main/engine/base/db.ts';
import { importFile, redo, undo } from '../../src-main/engine/import/import.ts';
import { jsonLines, person, testRequest, writeTestFile } from '../../src-main/engine/import/json-lines.testing.ts';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { random } from './files.ts';

/**
 * Trust rule R6: the last 20 imports are undone in random orders; after each step the content of every table but the ledger's own
 * is what it is in a workspace into which only the remaining files were imported, in their order.
 */
const IMPORTS = 20;
const LARGE = Number(process.env['LADDERLINE_UNDO_ROWS'] ?? 200_000);
/** These say what was done, not what is there; a word stays known; packed columns are a cache. */
const LEDGER = new Set([
  'batch',
  'change',
  'membership_log',
  'reject',
  'raw_block',
  'seen',
  'term',
  'version',
  'coverage',
  'claim',
  'vector',
]);
/** A customer without members keeps its number for the day it is found again; the data version counts changes. */
const ROWS_OF: Readonly<Record<string, string>> = {
  customer: 'SELECT * FROM customer WHERE id IN (SELECT customer FROM membership) ORDER BY id',
  workspace: "SELECT * FROM workspace WHERE key <> 'dataVersion' ORDER BY key",
};

let folder: string;
let files: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-undo-'));
  const next = random(6);
  files = Array.from({ length: IMPORTS + 1 }, (_, f) => {
    const path = join(folder, `file-${f}.jsonl`);
    const rows = Array.from({ length: 150 }, () => {
      const key = Math.floor(next() * 900);
      return {
        e: 'touch',
        ext: `t${key}`,
        p: person(
          `p${key % 60}`,
          next() < 0.3 ? { name: `Person ${key % 60} of ${f}`, email: `p${key % 60}@example.org` } : {},
        ),
        v: {
          day: 19_000 + (key % 400),
          channel: 'call',
          text: next() < 0.7 ? `text ${f}` : null,
          campaign: `campaign ${f % 4}`,
        },
      };
    });
    const once = new Map(rows.map((row) => [row.ext, row]));
    writeTestFile(path, [...once.values()]);
    return path;
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tables(db: WriteDb): string[] {
  return db
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .map(([name]) => String(name));
}

/** Hash of the rows of each table. */
function contents(db: WriteDb): Record<string, string> {
  return Object.fromEntries(
    tables(db)
      .filter((table) => !LEDGER.has(table))
      .map((table) => [table, digest(db, table)]),
  );
}

function digest(db: WriteDb, table: string): string {
  const hash = createHash('sha256');
  for (const row of db.iterate(ROWS_OF[table] ?? `SELECT * FROM "${table}"`)) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex').slice(0, 12);
}

/** What a person sees: rows with their keys and words, in the order of the keys; where each lies in its source too. */
function visible(db: WriteDb): unknown {
  return {
    touches: db.all(
      `SELECT t.ext, s.name, p.ext, t.day, c.text, t.text, b.file, t.line FROM touch t JOIN source s ON s.id = t.source JOIN party p ON p.id = t.party
       LEFT JOIN term c ON c.id = t.campaign JOIN batch b ON b.id = t.batch ORDER BY t.ext`,
    ),
    parties: db.all('SELECT p.ext, p.name, p.email, p.phone FROM party p ORDER BY p.ext'),
    customers: db.all(
      'SELECT group_concat(ext) FROM (SELECT m.customer, p.ext FROM membership m JOIN party p ON p.id = m.party ORDER BY m.customer, p.ext) GROUP BY customer ORDER BY 1',
    ),
  };
}

async function workspaceOf(name: string, of: readonly string[]): Promise<WriteDb> {
  const path = join(folder, `${name}.ladderline`);
  createWorkspace(path, {});
  const db = openWriter(path);
  for (const file of of) await importFile(db, testRequest(file));
  return db;
}

test(`R6: the last ${IMPORTS} imports are undone one by one in the order they came, backwards, and every table is as it was before each`, async () => {
  const db = await workspaceOf('backwards', files.slice(0, 1));
  const before: Record<string, string>[] = [];
  for (const file of files.slice(1)) {
    before.push(contents(db));
    await importFile(db, testRequest(file));
  }
  for (let batch = IMPORTS + 1; batch > 1; batch--) {
    undo(db, batch);
    expect({ batch, tables: contents(db) }).toEqual({ batch, tables: before[batch - 2] });
  }
  expect(checkIntegrity(db)).toBe('ok');
  db.close();
}, 120_000);

test(`R6: any of the last ${IMPORTS} imports is undone out of order, and the workspace is as if it had never been imported`, async () => {
  const next = random(66);
  const db = await workspaceOf('any', files);
  const live = new Set(files.map((_, i) => i + 1));
  const pre = await workspaceOf('first', files.slice(0, 1));
  const order = Array.from({ length: IMPORTS }, (_, i) => i + 2)
    .map((batch) => [next(), batch] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, batch]) => batch);
  for (const [i, batch] of order.entries()) {
    undo(db, batch);
    live.delete(batch);
    if (i % 4 !== 3) continue;
    const remaining = await workspaceOf(
      `remaining-${i}`,
      files.filter((_, f) => live.has(f + 1)),
    );
    expect({ batch, ...(visible(db) as object) }).toEqual({ batch, ...(visible(remaining) as object) });
    remaining.close();
  }
  expect(visible(db)).toEqual(visible(pre));
  for (const batch of order.toReversed()) await redo(db, batch, () => jsonLines);
  const again = await workspaceOf('again', files);
  expect(visible(db)).toEqual(visible(again));
  expect(checkIntegrity(db)).toBe('ok');
  for (const one of [db, pre, again]) one.close();
}, 240_000);

test(`R6: undo of ${LARGE} created rows leaves every table as it was before`, async () => {
  const db = await workspaceOf('large', files.slice(0, 3));
  const before = contents(db);
  const large = join(folder, 'large.jsonl');
  writeTestFile(
    large,
    Array.from({ length: LARGE }, (_, i) => ({
      e: 'touch',
      ext: `large${i}`,
      p: person(`p${i % 5000}`),
      v: { day: 19_000 + (i % 900), channel: 'call', text: `row ${i}` },
    })),
  );
  const { batch } = await importFile(db, testRequest(large));
  const started = process.cpuUsage();
  const start = performance.now();
  const { removed } = undo(db, Number(batch));
  const seconds = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(started);
  expect(removed).toBe(LARGE);
  expect(contents(db)).toEqual(before);
  expect(checkIntegrity(db)).toBe('ok');
  db.close();
  process.stdout.write(
    `undo of ${LARGE} rows: ${seconds.toFixed(2)} s, ${((cpu.user + cpu.system) / 1e6).toFixed(2)} s of processor time (target 5 s)\n`,
  );
  expect(seconds).toBeLessThan(30);
}, 240_000);
