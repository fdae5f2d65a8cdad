import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LadderReport } from '#engine/analyses/ladder/types.ts';
import { setSettings } from '#engine/commands/index.ts';
import type { Bridge } from '#engine/known/bridge.ts';
import { writeContext } from '#engine/session.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import type { ToHost } from '#contract/transport.ts';
import { Broker } from './broker.ts';
import type { RolePort } from './ports.ts';

let folder: string;
let workspace: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-broker-'));
  workspace = join(folder, 'w.ladderline');
  createWorkspace(workspace, { asOf: 20_000 });
  const db = openWriter(workspace);
  await db.transaction(() => setSettings.run(writeContext(db, 1_780_000_000), { asOf: 20_100 }));
  db.close();
  mkdirSync(join(folder, 'temporary'));
  vi.stubEnv('TMPDIR', join(folder, 'temporary'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('KN3 KN5: the window asks as known at a version, and closing leaves no copy', async () => {
  const processes = { spawn: () => Promise.reject(new Error('no process is needed to read')) };
  const broker = new Broker(workspace, processes, new URL('./thread.ts', import.meta.url), () => {});
  const day = async (knownAt?: string): Promise<string> =>
    ((await broker.ask('ladder', {}, undefined, knownAt)) as LadderReport).asOf;
  expect(await day()).toBe('2025-01-12');
  expect(await day('0')).toBe('2024-10-04');
  expect(await day('1')).toBe('2025-01-12');
  expect(await day('0')).toBe('2024-10-04');
  expect(readdirSync(join(folder, 'temporary'))).toHaveLength(2);

  await expect(broker.ask('ladder', {}, undefined, 'B-9')).rejects.toMatchObject({ code: 'usage' });
  await expect(broker.ask('setSettings', {}, undefined, '0')).rejects.toThrow('only questions');
  const aborted = new AbortController();
  aborted.abort();
  await expect(broker.ask('ladder', {}, aborted.signal, '0')).rejects.toMatchObject({ code: 'cancelled' });

  const bridged = (await broker.ask('bridge', { figure: 'customers', knownAt: '0' })) as Bridge;
  expect(bridged).toMatchObject({ knownAt: 0, version: 1, from: 0, to: 0, steps: [] });
  await expect(broker.ask('bridge', { figure: 'customers' })).rejects.toThrow('bridge: knownAt');

  await broker.close();
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
}, 60_000);

test('a cancelled change is told as cancelled only when it was not saved', async () => {
  const own = join(folder, 'late.ladderline');
  createWorkspace(own, { asOf: 20_000 });
  // A writer that is ended between its commit and its answer: the moment that a cancel can meet.
  const spawn = (saves: boolean) => (): Promise<RolePort> => {
    let gone = (): void => {};
    return Promise.resolve({
      post(message: ToHost) {
        if (!('name' in message) || !saves) return;
        const db = openWriter(own);
        void db.transaction(() => setSettings.run(writeContext(db, 1_780_000_000), { asOf: 20_200 }));
        db.close();
      },
      listen() {},
      onGone: (told) => void (gone = told),
      kill: () => gone(),
    });
  };
  for (const [saves, code] of [
    [false, 'cancelled'],
    [true, 'saved-already'],
  ] as const) {
    const news: string[] = [];
    const broker = new Broker(own, { spawn: spawn(saves) }, new URL('./thread.ts', import.meta.url), ({ topic }) =>
      news.push(topic),
    );
    const cancel = new AbortController();
    const asked = broker.ask('setAsOf', { day: '2025-04-22' }, cancel.signal);
    setTimeout(() => cancel.abort(), 20);
    await expect(asked).rejects.toMatchObject({ code });
    expect(news.includes('changed')).toBe(saves);
    await broker.close();
  }
}, 30_000);
