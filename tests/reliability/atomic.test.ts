import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteDb } from '../../src-main/engine/base/db.ts';
import { importFile } from '../../src-main/engine/import/import.ts';
import { prepareFile } from '../../src-main/engine/import/request.ts';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { readSettings } from '../../src-main/engine/store/settings.ts';

/**
 * Trust rule R4. The failure point moves on until the import passes: every statement that an import sends to SQLite and every read
 * of its file fails once. Whatever fails, the bytes of the workspace are those from before, and nothing of the file is left.
 */
const ROWS = 240;
/** Statements are counted, not chosen, so a stage is named by what it says to SQLite; each must have failed at least once. */
const STAGES: Readonly<Record<string, RegExp>> = {
  dedupe: /stage\.suspect|ATTACH \? AS stage|json_each/,
  plan: /FROM stage\.touch|JOIN stage\.|stage\.plan|stage\.(new|old|known)/i,
  batch: /INSERT INTO batch/,
  insert: /INSERT INTO (main\.)?touch/,
  update: /UPDATE (main\.)?touch|INSERT INTO version/,
  rejects: /INSERT INTO reject/,
  archive: /INSERT INTO raw_block/,
  customers: /membership|INSERT INTO customer/,
  audit: /INSERT INTO change/,
  commit: /^COMMIT/,
};

let folder: string;
let base: string;
let workspace: string;
let temporary: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-atomic-'));
  base = join(folder, 'base.ladderline');
  workspace = join(folder, 'w.ladderline');
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls of people; in the second file a third of the keys of the first come again, one row is damaged, two are the same. */
function calls(from: number, text: string, count = ROWS): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `t${from + i},c${(from + i) % (40 + from)},2026-0${1 + (i % 9)}-1${i % 9},call,${text} ${i % 3}`,
  );
  rows.push(`t${from},c${from % 40},2026-01-10,call,repeated`, `t${from + ROWS},c1,no day,call,damaged`);
  return `id,customer,at,channel,text\n${rows.join('\n')}\n`;
}

const mapping = {
  entity: 'touch',
  source: 'crm',
  columns: {
    id: { field: 'external_id' },
    customer: { field: 'customer_external_id' },
    at: { field: 'at' },
    channel: { field: 'channel' },
    text: { field: 'text' },
  },
  constants: { direction: 'out', team: 'sales' },
};

class Planted extends Error {}

/** A handle whose statement number `failing` throws; the statements sent so far. */
function failingAt(db: WriteDb, failing: number): { db: WriteDb; sent: string[] } {
  const sent: string[] = [];
  const counted = new Set(['all', 'get', 'count', 'run', 'exec', 'iterate']);
  const handle = new Proxy(db, {
    get(target, name: keyof WriteDb) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      if (name === 'transaction') {
        return (work: () => unknown) =>
          target.transaction(() => {
            const result = work();
            sent.push('COMMIT');
            if (sent.length === failing) throw new Planted('COMMIT');
            return result;
          });
      }
      return (...args: unknown[]) => {
        if (counted.has(name)) {
          sent.push(String(args[0]));
          if (sent.length === failing) throw new Planted(String(args[0]));
        }
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
  return { db: handle, sent };
}

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function attempt(
  failing: number,
  readsAllowed = Number.POSITIVE_INFINITY,
): Promise<{ failed: boolean; sent: string[]; reads: number }> {
  copyFileSync(base, workspace);
  const db = openWriter(workspace);
  const { db: handle, sent } = failingAt(db, failing);
  let reads = 0;
  let failed = false;
  try {
    const { request } = prepareFile(db, readSettings(db), file, { mapping });
    const { open } = request;
    await importFile(
      handle,
      {
        ...request,
        open() {
          const source = open!();
          return {
            ...source,
            size: source.size,
            read(buffer: Uint8Array) {
              if (++reads > readsAllowed) throw new Planted('a read of the file');
              return source.read(buffer);
            },
            close: () => source.close?.(),
          };
        },
      },
      {},
      { tempRoot: temporary },
    );
  } catch (error) {
    if (!(error instanceof Planted)) throw error;
    failed = true;
  }
  const integrity = checkIntegrity(db);
  db.close();
  const left = readdirSync(temporary);
  expect({ failing, integrity, left }).toEqual({ failing, integrity: 'ok', left: [] });
  return { failed, sent, reads };
}

test('R4: whichever statement of an import fails, the bytes of the workspace are those from before, and the next import works', async () => {
  createWorkspace(base, {});
  const first = join(folder, 'first.csv');
  writeFileSync(first, calls(0, 'first'));
  const db = openWriter(base);
  await importFile(db, prepareFile(db, readSettings(db), first, { mapping }).request);
  db.close();
  file = join(folder, 'second.csv');
  writeFileSync(file, calls(160, 'second'));
  const before = hash(base);

  const whole = await attempt(0);
  expect([whole.failed, hash(workspace) === before]).toEqual([false, false]);
  const statements = whole.sent.indexOf('COMMIT') + 1;
  expect(statements).toBeGreaterThan(40);
  const hit: Record<string, number> = Object.fromEntries(Object.keys(STAGES).map((stage) => [stage, 0]));
  for (let failing = 1; failing <= statements; failing++) {
    const { failed, sent } = await attempt(failing);
    expect({ failing, statement: sent.at(-1), failed, same: hash(workspace) === before }).toMatchObject({
      failed: true,
      same: true,
    });
    for (const [stage, pattern] of Object.entries(STAGES)) if (pattern.test(whole.sent[failing - 1]!)) hit[stage]!++;
  }
  process.stdout.write(
    `R4: each of ${statements} statements failed once, ${Object.entries(hit)
      .map(([stage, n]) => `${stage} ${n}`)
      .join(', ')}\n`,
  );
  expect(Object.entries(hit).filter(([, n]) => n === 0)).toEqual([]);
  // Behind the commit only the staging is let go of: whatever fails there, the import is in the workspace.
  for (let failing = statements + 1; failing <= whole.sent.length + 1; failing++) {
    await attempt(failing);
    expect(hash(workspace) === before).toBe(false);
  }
}, 240_000);

test('R4: an import that builds the indexes anew fails as a whole, whichever index it is at', async () => {
  const [kept, second] = [file, join(folder, 'large.csv')];
  writeFileSync(second, calls(160, 'second', 6000));
  file = second;
  const before = hash(base);
  const { sent } = await attempt(0);
  const index = sent.flatMap((sql, i) => (/CREATE (UNIQUE )?INDEX|DROP INDEX/.test(sql) ? [i + 1] : []));
  expect(index.length).toBeGreaterThan(3);
  for (const failing of index) {
    expect((await attempt(failing)).failed).toBe(true);
    expect({ failing, same: hash(workspace) === before }).toEqual({ failing, same: true });
  }
  file = kept;
}, 120_000);

test('R4: whichever read of the file fails, nothing of it is left', async () => {
  const before = hash(base);
  const { reads } = await attempt(0);
  expect(reads).toBeGreaterThan(1);
  for (let allowed = 0; allowed < reads; allowed++) {
    expect((await attempt(0, allowed)).failed).toBe(true);
    expect(hash(workspace)).toBe(before);
  }
}, 120_000);

test('R4: a row that the mapper or the staging cannot take fails the whole file', async () => {
  const before = hash(base);
  for (const stage of ['map', 'stage'] as const) {
    copyFileSync(base, workspace);
    const db = openWriter(workspace);
    const { request } = prepareFile(db, readSettings(db), file, { mapping });
    const { mapper } = request;
    const failing: typeof mapper = (source, sink, how) => {
      let rows = 0;
      const guarded = new Proxy(sink, {
        get(target, name) {
          const method = Reflect.get(target, name) as unknown;
          if (typeof method !== 'function') return method;
          return (...args: unknown[]) => {
            const result = stage === 'stage' ? undefined : (Reflect.apply(method, target, args) as unknown);
            if (++rows === 100) throw new Planted(stage);
            return stage === 'stage' ? (Reflect.apply(method, target, args) as unknown) : result;
          };
        },
      });
      return mapper(source, guarded, how);
    };
    await expect(importFile(db, { ...request, mapper: failing }, {}, { tempRoot: temporary })).rejects.toThrow(stage);
    db.close();
    expect([hash(workspace) === before, readdirSync(temporary)]).toEqual([true, []]);
  }
}, 60_000);
