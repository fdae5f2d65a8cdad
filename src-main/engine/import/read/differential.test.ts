import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as csvParse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { decodeAll, type Encoding } from './encoding.ts';
import { RecordReader, type Delimiter } from './reader.ts';
import { detectDelimiter } from '../detect/delimiter.ts';
import { detectEncoding } from '../detect/encoding.ts';
import { openExport } from '../detect/export-file.ts';
import { refusal } from './refuse.ts';
import { dataFolder, dataTables, expectedFiles, hasData, hasSamples, sample } from './shared-samples.testing.ts';
import { bytesSource } from './source.ts';

function ours(bytes: Uint8Array, encoding: Encoding, delimiter: Delimiter): string[][] {
  const reader = new RecordReader(bytesSource(bytes), { encoding, delimiter });
  const rows: string[][] = [];
  let n = 0;
  while ((n = reader.next()) > 0) {
    for (let r = 0; r < n; r += 1) {
      const cells: string[] = [];
      reader.cells(r, cells);
      rows.push(cells);
    }
  }
  return rows;
}

/** Files both other parsers misread by design: they have no resynchronisation. */
const UNCLOSED = 'damaged/zoho-crm--notes--unclosed-quote.csv';

describe.skipIf(!hasSamples)('the reader against two other parsers', () => {
  it.each(hasSamples ? expectedFiles().filter(([name]) => name !== UNCLOSED) : [])('%s', (name, expected) => {
    const bytes = sample(name);
    const text = decodeAll(bytes, expected.encoding as Encoding);
    const rows = ours(bytes, expected.encoding as Encoding, expected.delimiter as Delimiter);
    // papaparse takes one kind of line end per file and so keeps a lone CR of a file that mixes them.
    const papa = Papa.parse<string[]>(text, { delimiter: expected.delimiter, skipEmptyLines: true }).data;
    expect(rows).toEqual(papa.filter((row) => row.length > 1 || row[0] !== ''));
    const other = csvParse(text, {
      delimiter: expected.delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as string[][];
    expect(rows).toEqual(other);
  });
});

/** Files of the real data sets that are tables of text; two are malformed at their source and must be refused. */
const MALFORMED = /UTF32/;
const dataFiles = hasData
  ? dataTables().map((name): [string] => [name])
  : (console.log('skipped: no shared data sets'), []);

describe.skipIf(!hasData)('the reader against two other parsers, on real data sets', () => {
  it('refuses the two files that are malformed at their source', () => {
    const reasons = dataFiles
      .filter(([name]) => MALFORMED.test(name))
      .map(([name]) => refusal(readFileSync(join(dataFolder, name))));
    expect(reasons.map((reason) => reason?.includes('UTF-32'))).toEqual([true, true]);
  });

  it.each(dataFiles.filter(([name]) => !MALFORMED.test(name)))('%s', { timeout: 120_000 }, (name) => {
    const file = openExport(join(dataFolder, name));
    const parts: Buffer[] = [];
    const source = file.text();
    for (;;) {
      const part = Buffer.allocUnsafe(1 << 20);
      const n = source.read(part);
      if (n === 0) break;
      parts.push(part.subarray(0, n));
    }
    source.close?.();
    const bytes = Buffer.concat(parts);
    expect(refusal(bytes)).toBeNull();
    const { encoding } = detectEncoding(bytes);
    const { delimiter } = detectDelimiter(bytes, encoding);
    const text = decodeAll(bytes, encoding);
    const rows = ours(bytes, encoding, delimiter);
    const other = csvParse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as string[][];
    expect(rows.length).toBe(other.length);
    expect(rows.findIndex((row, i) => row.join('\u001f') !== other[i]!.join('\u001f'))).toBe(-1);
    const papa = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true }).data;
    expect(rows.length).toBe(papa.length);
    expect(rows.findIndex((row, i) => row.join('\u001f') !== papa[i]!.join('\u001f'))).toBe(-1);
  });
});
