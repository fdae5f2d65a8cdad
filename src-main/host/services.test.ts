import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkbook, makeZip, plainSheet } from '#engine/import/read/zip.testing.ts';
import type { Processes } from './ports.ts';
import { Services } from './services.ts';
import { UserState } from './state.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-services-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a dropped ZIP stands for its files, each with a token of its own; a workbook stays one file', async () => {
  const zip = join(folder, 'exports.zip');
  writeFileSync(
    zip,
    makeZip([
      { name: 'a.csv', data: 'a,b\n1,2\n' },
      { name: 'x/b.json', data: '[{"a":1}]' },
      { name: 'read me.pdf', data: '%PDF-' },
    ]),
  );
  const book = join(folder, 'book.xlsx');
  writeFileSync(book, makeWorkbook([{ name: 'S', xml: plainSheet([['a'], [1]]) }]));
  const services = new Services({
    folders: { user: folder, resources: folder },
    state: new UserState(join(folder, 'state.json')),
    processes: {} as Processes,
    threadUrl: pathToFileURL(folder),
    shell: { title() {}, opened() {}, async capture() {}, tourEnded() {} },
    news() {},
  });
  services.addToken('t1', zip, 'file');
  services.addToken('t2', book, 'file');
  const { files } = (await services.answer('fileNames', { tokens: ['t1', 't2'] })) as {
    files: { token: string; name: string; bytes: number }[];
  };
  expect(files.map(({ token, name }) => [token, name])).toEqual([
    ['t1.0', 'exports.zip/a.csv'],
    ['t1.1', 'exports.zip/x/b.json'],
    ['t2', 'book.xlsx'],
  ]);
  expect(files[0]!.bytes).toBe(8);
  expect(await services.answer('fileNames', { tokens: ['t1.1'] })).toEqual({
    files: [{ token: 't1.1', name: 'exports.zip/x/b.json', bytes: 9 }],
  });
});
