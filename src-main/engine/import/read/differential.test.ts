import { parse as csvParse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { decodeAll, type Encoding } from './encoding.ts';
import { RecordReader, type Delimiter } from './reader.ts';
import { expectedFiles, hasSamples, sample } from './shared-samples.testing.ts';
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
