import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeWorkbook, makeZip, plainSheet } from '#engine/import/read/zip.testing.ts';

// Each case starts the program anew, several times.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const corpora = join(import.meta.dirname, '../../tests/corpora');
let folder: string;
let workspace: string;
let map: string;

function cli(...args: string[]): { code: number; value: Record<string, unknown>; err: string } {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--json'], {
    encoding: 'utf8',
  });
  return { code: run.status ?? -1, value: JSON.parse(run.stdout) as Record<string, unknown>, err: run.stderr };
}

type Batch = { batch: string | null; file: string; read: number; used: number; rejected: number };
const batches = (value: Record<string, unknown>): Batch[] => value['batches'] as Batch[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-formats-cli-'));
  workspace = join(folder, 'w.ladderline');
  expect(cli('new', workspace).code).toBe(0);
  map = join(folder, 'map.json');
  writeFileSync(
    map,
    JSON.stringify({
      entity: 'survey_response',
      source: 'answers',
      columns: {
        customer: { field: 'respondent_external_id' },
        date: { field: 'answered_at' },
        score: { field: 'score' },
      },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('sniff names sheets, the one it reads and what it leaves out; a workbook written by another program', () => {
  const { code, value } = cli('sniff', join(corpora, 'answers-openpyxl.xlsx'), '--records', '4');
  expect(code).toBe(0);
  expect([value['format'], value['sheet'], value['sheets']]).toEqual([
    'xlsx',
    'Answers',
    [
      { name: 'Read me', hidden: false, range: 'A1:A1' },
      { name: 'Answers', hidden: false, range: 'A1:G5' },
      { name: 'Lists', hidden: true, range: 'A1:B2' },
    ],
  ]);
  expect(value['records']).toEqual([
    {
      customer: 'C1',
      date: '2026-01-02',
      score: '9',
      comment: 'fine, "really"',
      ratio: '0.1',
      active: 'TRUE',
      badge: '00007',
    },
    {
      customer: 'Zoë & Söhne',
      date: '2026-01-03 14:30:00',
      score: '4',
      comment: 'two\nlines',
      ratio: '1234.5',
      active: 'FALSE',
      badge: '00012',
    },
    { customer: 'C3', date: '2026-02-28', score: '7', comment: '', ratio: '0.0000001', active: '', badge: '00123' },
    { customer: 'C3', date: '2026-03-01', score: '10', comment: 'same customer', ratio: '', active: '', badge: '' },
  ]);
  expect(cli('sniff', join(corpora, 'answers-1904-xlsxwriter.xlsx'), '--records', '2').value['records']).toEqual([
    { customer: 'C1', date: '2026-01-31', score: '9', 'seen at': '2026-01-31 08:15:00', sum: '18' },
    { customer: 'C2', date: '2026-02-01', score: '0', 'seen at': '2026-02-01 23:59:59', sum: '0' },
  ]);
  const wrong = cli('sniff', join(corpora, 'answers-openpyxl.xlsx'), '--sheet', 'Nope');
  expect([wrong.code, (wrong.value['error'] as { code: string }).code]).toEqual([1, 'no-sheet']);
});

test('import takes workbooks, JSON, gzip and the files of an archive; dry run, lineage, rejects, undo and redo', () => {
  const sheet = plainSheet([['customer', 'date', 'score'], ['X1', '2026-04-01', 8], ['X2', '', 3]]); // prettier-ignore
  const archive = join(folder, 'exports.zip');
  writeFileSync(
    archive,
    makeZip([
      { name: 'north/answers.csv', data: 'customer,date,score\nZ1,2026-05-01,9\n' },
      { name: 'answers.ndjson', data: '{"customer":"Z2","date":"2026-05-02","score":6}\nbroken\n' },
      { name: 'notes.pdf', data: '%PDF-' },
    ]),
  );
  const book = join(folder, 'answers.xlsx');
  writeFileSync(book, makeWorkbook([{ name: 'S', xml: sheet }]));
  const json = join(folder, 'answers.json');
  writeFileSync(json, JSON.stringify({ items: [{ customer: 'J1', date: '2026-06-01', score: 10 }] }));
  const packed = join(folder, 'answers.csv.gz');
  writeFileSync(packed, gzipSync('customer,date,score\nG1,2026-07-01,2\n'));

  const dry = cli('import', workspace, archive, book, json, packed, '--map', map, '--dry-run');
  expect(batches(dry.value).map((b) => [b.batch, b.file, b.read, b.used, b.rejected])).toEqual([
    [null, 'exports.zip/north/answers.csv', 1, 1, 0],
    [null, 'exports.zip/answers.ndjson', 2, 1, 1],
    [null, 'answers.xlsx', 2, 1, 1],
    [null, 'answers.json', 1, 1, 0],
    [null, 'answers.csv.gz', 1, 1, 0],
  ]);
  expect(dry.err).toContain('exports.zip/notes.pdf was left out. It is no table.');
  const { code, value } = cli('import', workspace, archive, book, json, packed, '--map', map);
  expect(code).toBe(0);
  expect(batches(value).map((b) => b.batch)).toEqual(['1', '2', '3', '4', '5']);
  expect(cli('rejects', workspace, '2').value['rejects']).toEqual([
    {
      line: 2,
      column: null,
      value: 'broken',
      reason: 'The line is no JSON object: { is missing at character 1. Correct it and import the row again.',
    },
  ]);
  expect((cli('rejects', workspace, '3').value['rejects'] as { line: number }[]).map((r) => r.line)).toEqual([3]);
  expect(cli('undo', workspace, '3').value['removed']).toBe(1);
  expect(cli('redo', workspace, '3').code).toBe(0);
  const again = cli('import', workspace, `${archive}/north/answers.csv`, '--map', map);
  expect((batches(again.value)[0] as unknown as { already: { batch: string } }).already.batch).toBe('1');
});

test('refuses bombs, locked and old workbooks with exit code 1 and a sentence', () => {
  const bomb = join(folder, 'bomb.xlsx');
  writeFileSync(bomb, makeZip([{ name: 'a', data: 'a' }], { count: 50_000 }));
  const { code, value } = cli('import', workspace, bomb, '--map', map);
  const { code: what, message } = value['error'] as { code: string; message: string };
  expect([code, what]).toEqual([1, 'unsafe-archive']);
  expect(message).toContain('it holds 50000 files; at most 2000 are taken.');
});
