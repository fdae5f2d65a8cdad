import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { readSettings } from '#engine/store/settings.ts';
import { importFile } from './import.ts';
import { prepareFile } from './request.ts';

const HEADERS = [
  'Visit No',
  'Customer No',
  'Visit Date',
  'Channel',
  'Rep Name',
  'Outcome',
  'Net Value (EUR)',
  'Remarks',
];
const ROWS = [
  ['V1', 'C-1', '2026-01-05', 'Visit', 'Dana', 'interested', '12.50', 'call back'],
  ['V2', 'C-2', '2026-01-06', 'Call', 'Lee', 'none', '0.00', 'busy, "very"'],
  ['V3', 'C-1', '2026-01-07', 'Visit', 'Dana', 'order', '99.00', ''],
];
const MAPPING = {
  entity: 'touch',
  columns: {
    'Visit No': { field: 'external_id' },
    'Customer No': { field: 'customer_external_id' },
    'Visit Date': { field: 'at' },
    Channel: { field: 'channel' },
    'Rep Name': { field: 'owner' },
    Outcome: { field: 'outcome' },
  },
};

type Sheet = readonly (readonly string[])[];

const text = (rows: Sheet, delimiter = ','): string =>
  rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n') + '\r\n';

const rename = (change: (header: string) => string): Sheet => [HEADERS.map(change), ...ROWS];
const reorder = (order: readonly number[]): Sheet => [HEADERS, ...ROWS].map((cells) => order.map((i) => cells[i]!));
const add = (...extra: readonly [string, string][]): Sheet =>
  [HEADERS, ...ROWS].map((cells, i) => [...cells, ...extra.map(([header, value]) => (i === 0 ? header : value))]);
const all = (): Sheet => [HEADERS, ...ROWS];
const one = (from: string, to: string) => (header: string) => (header === from ? to : header);

/** The file of the next quarter, as exports drift. */
const VARIANTS: Readonly<Record<string, string | Buffer>> = {
  'the same again under another name': text(all()),
  'one column added': text(add(['Region', 'North'])),
  'three columns added': text(add(['Region', 'North'], ['Product', 'Seat'], ['Score', '7'])),
  'columns reversed': text(reorder([7, 6, 5, 4, 3, 2, 1, 0])),
  'columns moved and one added': text(add(['Region', 'North']).map((cells) => [cells[8]!, ...cells.slice(0, 8)])),
  'a column that nothing reads left out': text(reorder([0, 1, 2, 3, 4, 5, 6])),
  'both columns that nothing reads left out': text(reorder([0, 1, 2, 3, 4, 5])),
  'upper case': text(rename((h) => h.toUpperCase())),
  'lower case with underscores': text(rename((h) => h.toLowerCase().replaceAll(' ', '_'))),
  'camel case': text(rename((h) => h.replaceAll(' ', ''))),
  'blanks around headers': text(rename((h) => ` ${h}  `)),
  'dots behind abbreviations': text(rename((h) => h.replace(/ No$/, ' No.'))),
  'Number for No': text(rename((h) => h.replace(/ No$/, ' Number'))),
  '# for No': text(rename((h) => h.replace(/ No$/, ' #'))),
  'Date of visit for Visit Date': text(rename(one('Visit Date', 'Date of Visit'))),
  'a unit behind one header': text(rename(one('Outcome', 'Outcome (last)'))),
  'another currency in a header': text(rename(one('Net Value (EUR)', 'Net Value (GBP)'))),
  'semicolons and a byte order mark': `\uFEFF${text(all(), ';')}`,
  'UTF-16 with tabs': Buffer.from(`\uFEFF${text(all(), '\t')}`, 'utf16le'),
  'two titles above and a total below': `Visits of the field force\r\nfirst quarter 2026\r\n\r\n${text(all())}Total,,,,,,111.50,\r\n`,
};

let folder: string;
let db: WriteDb;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-drift-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openWriter(join(folder, 'w.ladderline'));
  writeFileSync(join(folder, 'visits.csv'), text(all()));
  const { request } = prepareFile(db, readSettings(db), join(folder, 'visits.csv'), { mapping: MAPPING });
  await importFile(db, request);
});

afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function again(content: string | Buffer): Record<string, string> | string {
  const path = join(folder, 'next.csv');
  writeFileSync(path, content);
  try {
    const { plan } = prepareFile(db, readSettings(db), path, { again: true });
    return Object.fromEntries(plan.entities[0]!.columns.map((c) => [c.mapping.field, c.header.trim()]));
  } catch (error) {
    if (!(error instanceof LadderlineError)) throw error;
    return error.code;
  }
}

describe('a saved mapping and the next file of its kind', () => {
  it('is recognised in 20 drifted files, each column where it belongs', () => {
    const fields = ['at', 'channel', 'customer_external_id', 'external_id', 'outcome', 'owner'];
    const failed = Object.entries(VARIANTS).filter(([, content]) => {
      const found = again(content);
      return typeof found === 'string' || Object.keys(found).toSorted().join() !== fields.join();
    });
    expect(Object.keys(VARIANTS)).toHaveLength(20);
    expect(failed.map(([name]) => name)).toEqual([]);
  });

  it('is not taken for a file of another kind', () => {
    expect(
      again(
        text([
          ['Invoice No', 'Customer No', 'Invoice Date', 'Total'],
          ['1', 'C-1', '2026-01-05', '10.00'],
        ]),
      ),
    ).toBe('no-mapping');
    const without = text(reorder([0, 1, 3, 4, 5, 6, 7]));
    expect(again(without)).toBe('no-mapping');
  });
});
