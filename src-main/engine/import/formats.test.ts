import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { readSettings } from '#engine/store/settings.ts';
import { expandFiles } from './detect/export-file.ts';
import { importFile, redo, stageFile, undo, type BatchReport } from './import.ts';
import { lineageOf, rejectsOf, sourceLines } from './ledger.ts';
import { storedFile, storedSource } from './raw-blocks.ts';
import { readExactly } from './read/byte-file.ts';
import { encode } from './read/encode.testing.ts';
import type { Encoding } from './read/encoding.ts';
import { readHead } from './read/source.ts';
import { makeWorkbook, makeZip, plainSheet } from './read/zip.testing.ts';
import { prepareFile, storedMapper, type ReadingOptions } from './request.ts';

/** Every format gives the same rows: those of this table. */
const ROWS = [
  ['id', 'customer', 'date', 'score', 'comment'],
  ['R1', 'C1', '2026-01-02', '9', 'fine, "really"'],
  ['R2', 'C2', '2026-01-03', '4', 'two\nlines'],
  ['R3', 'C1', '', '7', 'no date'],
  ['R4', 'Zoë', '2026-03-01', '10', ''],
];
const mapping = {
  entity: 'survey_response',
  source: 'answers',
  columns: {
    id: { field: 'external_id' },
    customer: { field: 'respondent_external_id' },
    date: { field: 'answered_at' },
    score: { field: 'score' },
    comment: { field: 'verbatim' },
  },
};
const csv = ROWS.map((row) => row.map((c) => (/[",\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',')).join(
  '\n',
);
const objects = ROWS.slice(1).map((row) => Object.fromEntries(row.map((c, i) => [ROWS[0]![i]!, c === '' ? null : c])));
const book = makeWorkbook([
  { name: 'Cover', xml: plainSheet([['Answers']]) },
  { name: 'Data', xml: plainSheet(ROWS) },
]);

let folder: string;
let db: WriteDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-formats-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openWriter(join(folder, 'w.ladderline'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const bring = (path: string, options: ReadingOptions = { mapping }): Promise<BatchReport> =>
  importFile(db, prepareFile(db, readSettings(db), path, options).request);
const visible = (): unknown[] => db.all('SELECT ext, day, score, verbatim FROM response ORDER BY ext');
const again = (batch: number): Promise<BatchReport> =>
  redo(db, batch, (stored) => storedMapper(db, readSettings(db), stored));

describe('every format goes the whole way', () => {
  it.each<[string, string, Buffer | string, lines: number[], text: string]>([
    ['CSV', 'a.csv', csv, [2, 3, 6], 'R4,Zoë,2026-03-01,10,'],
    ['a workbook', 'a.xlsx', book, [2, 3, 5], 'R4,Zoë,2026-03-01,10,'],
    ['JSON lines', 'a.ndjson', objects.map((o) => JSON.stringify(o)).join('\n'), [1, 2, 4], JSON.stringify(objects[3])],
    [
      'a JSON list',
      'a.json',
      JSON.stringify({ data: objects }, null, 2),
      [1, 2, 4],
      JSON.stringify(objects[3], null, 2).replaceAll('\n', '\n    '),
    ],
    ['gzip', 'a.csv.gz', gzipSync(csv), [2, 3, 6], 'R4,Zoë,2026-03-01,10,'],
    ['a ZIP', 'a.zip', makeZip([{ name: 'x/a.csv', data: csv }]), [2, 3, 6], 'R4,Zoë,2026-03-01,10,'],
    ['a workbook in a ZIP', 'b.zip', makeZip([{ name: 'a.xlsx', data: book }]), [2, 3, 5], 'R4,Zoë,2026-03-01,10,'],
  ])('%s: rows, rejects, lineage, twin, undo and redo from stored bytes', async (_, name, bytes, lines, text) => {
    const path = put(name, bytes);
    const report = await bring(path);
    expect([report.read, report.used, report.rejected]).toEqual([4, 3, 1]);
    const rows = visible();
    expect(rows).toHaveLength(3);
    expect(rows.map((row) => (row as unknown[])[3])).toEqual(['fine, "really"', 'two\nlines', null]);
    expect(db.all('SELECT line FROM response ORDER BY line').map((r) => r[0])).toEqual(lines);
    const rejected = rejectsOf(db, 1).rejects;
    expect(rejected.map((r) => [r.column, r.value])).toEqual([['date', '']]);
    const { line, text: shown, file } = lineageOf(db, 'response', 'R4', 'score');
    expect([line, shown, file]).toEqual([lines[2], text, expandFiles([path]).files[0]!.name]);
    const around = sourceLines(db, 1, lines[2]!, 1);
    expect(around.lines[around.focus - around.first]).toBe(text.replaceAll('\n', '\u21B5'));
    expect((await bring(path)).already?.batch).toBe('1');
    undo(db, 1);
    expect(visible()).toEqual([]);
    rmSync(path);
    await again(1);
    expect(visible()).toEqual(rows);
  });

  it('keeps the workbook itself with the batch, byte for byte, and reads it at any place', async () => {
    const path = put('a.xlsx', book);
    await bring(path);
    expect(Buffer.from(readHead(storedSource(db, 1), 1 << 20)).equals(readFileSync(path))).toBe(true);
    const file = storedFile(db, 1);
    expect(readExactly(file, 100, 50).equals(book.subarray(100, 150))).toBe(true);
    expect(readExactly(file, book.length - 3, 10).equals(book.subarray(-3))).toBe(true);
  });

  it('reads the sheet that the mapping file or the caller names, and redoes the same one', async () => {
    const path = put(
      'two.xlsx',
      makeWorkbook([
        { name: '2025', xml: plainSheet(ROWS) },
        { name: '2026', xml: plainSheet([ROWS[0]!, ['S1', 'C9', '2026-05-05', '7', 'x']]) },
      ]),
    );
    await bring(path, { mapping: { ...mapping, file: { sheet: '2026' } } });
    expect(visible()).toHaveLength(1);
    await bring(path, { mapping, sheet: '2025' });
    expect(visible()).toHaveLength(4);
    undo(db, 1);
    expect(visible()).toHaveLength(3);
    await again(1);
    expect(visible()).toHaveLength(4);
    expect(lineageOf(db, 'response', 'S1', 'score').text).toBe('S1,C9,2026-05-05,7,x');
  });

  it('names the sheet and what was left out in the facts of the batch', async () => {
    await bring(put('a.xlsx', book));
    const facts = JSON.parse(db.get('SELECT facts FROM batch')![0] as string) as {
      decisions: { what: string; value: string }[];
    };
    expect(facts.decisions.filter((d) => d.what === 'sheet' || d.what === 'left out').map((d) => d.value)).toEqual([
      'Data',
      'sheet "Cover"',
    ]);
  });

  it('rejects bad JSON lines by their line and loads the others', async () => {
    const good = objects.map((o) => JSON.stringify(o));
    const path = put('bad.ndjson', [good[0], 'oops', good[1], '{"id":', good[3]].join('\n'));
    const report = await bring(path);
    expect([report.read, report.used, report.rejected]).toEqual([5, 3, 2]);
    expect(rejectsOf(db, 1).rejects.map((r) => [r.line, r.value])).toEqual([[2, 'oops'], [4, '{"id":']]); // prettier-ignore
    expect(sourceLines(db, 1, 4, 1).lines).toEqual([good[1], '{"id":', good[3]]);
  });

  it('takes a workbook larger than its head, and decides on all its rows', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [`R${i}`, `Customer number ${i % 50}`, `${(i % 12) + 1}/${i < 59_000 ? (i % 12) + 1 : 25}/2026`, String(i % 11), `comment ${i}`]); // prettier-ignore
    const path = put('large.xlsx', makeWorkbook([{ name: 'Data', xml: plainSheet([ROWS[0]!, ...rows]) }]));
    const progress: number[] = [];
    const { request, plan } = prepareFile(db, readSettings(db), path, { mapping });
    expect(plan.inspection.provisional).toBe(true);
    const staged = await stageFile(db, request, { progress: (p) => void progress.push(p.done) });
    expect([staged.outcome.read, staged.staging.rejected, staged.archive.bytes]).toEqual([
      60_000,
      0,
      readFileSync(path).length,
    ]);
    staged.close();
    expect(progress.at(-1)).toBe(readFileSync(path).length);
  });

  it.each<[Encoding, string]>([
    ['cp1251', 'Доставка опоздала, очень жаль'],
    ['shift-jis', '配送が遅れました、とても残念です'],
    ['gb18030', '送货太慢了，我很不满意；客服的态度很好'],
    ['cp1250', 'Zamówienie przyszło za późno, żółte'],
  ])('traces a cell in %s to its own line, whatever the language', async (encoding, comment) => {
    const lines = [
      csv.split('\n')[0]!,
      ...Array.from({ length: 40 }, (_, i) => `R${i},C${i % 3},2026-01-02,9,"${comment} ${i}"`),
    ];
    await bring(put('a.csv', encode(`${lines.join('\n')}\n`, encoding)));
    expect(lineageOf(db, 'response', 'R17', 'score').text).toBe(lines[18]);
    expect(sourceLines(db, 1, 19, 1).lines).toEqual(lines.slice(17, 20));
    expect(db.get("SELECT verbatim FROM response WHERE ext = 'R17'")).toEqual([`${comment} 17`]);
    undo(db, 1);
    await again(1);
    expect(db.get("SELECT verbatim FROM response WHERE ext = 'R17'")).toEqual([`${comment} 17`]);
  });

  it('reads in the encoding that a mapping file names', async () => {
    await bring(put('a.csv', encode('id,customer,date,score,comment\nR1,C1,2026-01-02,9,Ось\n', 'cp1251')), {
      mapping: { ...mapping, file: { encoding: 'cp1251' } },
    });
    expect(db.get('SELECT verbatim FROM response')).toEqual(['Ось']);
  });
});
