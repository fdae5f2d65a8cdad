import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkspace, openReader } from '#engine/store/open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-cancel-'));
  mkdirSync(join(folder, 'temporary'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type End = { code: number | null; signal: string | null };

function start(...args: string[]): { kill(): void; end: Promise<End> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: join(folder, 'temporary') },
  });
  return {
    kill: () => void child.kill('SIGINT'),
    end: new Promise((done) => child.once('exit', (code, signal) => done({ code, signal }))),
  };
}

const staged = (): string[] =>
  readdirSync(join(folder, 'temporary')).filter((name) => name.startsWith('ladderline-staging-'));

test('R9: SIGINT ends an import while it is busy; the next one removes what was staged', async () => {
  const workspace = join(folder, 'w.ladderline');
  createWorkspace(workspace, {});
  const file = join(folder, 'touches.csv');
  const map = join(folder, 'map.json');
  const rows = Array.from({ length: 300_000 }, (_, i) => `t${i},c${i % 5000},2024-03-01,call,spoke about ${i % 997}\n`);
  writeFileSync(file, `id,customer,at,channel,text\n${rows.join('')}`);
  const small = join(folder, 'small.csv');
  writeFileSync(small, `id,customer,at,channel,text\n${rows.slice(0, 9).join('')}`);
  const columns = { id: 'external_id', customer: 'customer_external_id', at: 'at', channel: 'channel', text: 'text' };
  writeFileSync(
    map,
    JSON.stringify({
      entity: 'touch',
      source: 'phone',
      columns: Object.fromEntries(Object.entries(columns).map(([name, field]) => [name, { field }])),
    }),
  );
  const busy = start('import', workspace, file, '--map', map);
  while (staged().length === 0) await new Promise((done) => setTimeout(done, 5));
  busy.kill();
  expect(await busy.end).toEqual({ code: null, signal: 'SIGINT' });
  expect(staged()).toHaveLength(1);
  const db = openReader(workspace);
  expect(db.count('SELECT count(*) FROM batch')).toBe(0);
  db.close();
  expect(await start('import', workspace, small, '--map', map).end).toEqual({ code: 0, signal: null });
  expect(staged()).toEqual([]);
});
