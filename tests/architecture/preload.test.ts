import { expect, test, vi } from 'vitest';

/** The bridge between the window and the shell is frozen: three functions, no more. */
const exposed: Record<string, unknown> = {};

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (exposed[name] = value) },
  ipcRenderer: { on: () => {}, send: () => {}, invoke: () => Promise.resolve([]) },
  webUtils: { getPathForFile: () => '' },
}));

test('the preload exposes connect, pick and drop, and nothing else', async () => {
  await import('../../src-main/shell/preload.ts');
  const shapes = Object.fromEntries(
    Object.entries(exposed).map(([name, value]) => [
      name,
      Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, typeof member])),
    ]),
  );
  expect(shapes).toEqual({ ladderline: { connect: 'function', pick: 'function', drop: 'function' } });
});
