import { RecordReader, type Delimiter } from '../read/reader.ts';
import { bytesSource } from '../read/source.ts';
import type { Encoding } from '../read/encoding.ts';

const DELIMITERS: readonly Delimiter[] = [',', '\t', ';', '|'];

export type HeadRecords = { readonly delimiter: Delimiter; readonly records: string[][] };

/** Records of the head of a file under one delimiter; the last may be cut. */
export function headRecords(
  head: Uint8Array,
  encoding: Encoding,
  delimiter: Delimiter,
  limit: number,
  width = 0,
): string[][] {
  const reader = new RecordReader(bytesSource(head), { encoding, delimiter, width });
  const records: string[][] = [];
  let n = 0;
  while (records.length < limit && (n = reader.next()) > 0) {
    for (let r = 0; r < n && records.length < limit; r += 1) {
      const cells: string[] = [];
      reader.cells(r, cells);
      records.push(cells);
    }
  }
  return records;
}

/** Share of records with the most common width, times how much that width splits. */
function score(records: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const cells of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let best = 0;
  for (const [width, n] of counts)
    if (width > 1) best = Math.max(best, (n / records.length) * (1 + Math.log2(width) / 10));
  return best;
}

/** The delimiter under which the records agree best on a width above one; a comma when nothing splits them. */
export function detectDelimiter(head: Uint8Array, encoding: Encoding): HeadRecords {
  const sample = head.subarray(0, 128 * 1024);
  let best: HeadRecords | null = null;
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const records = headRecords(sample, encoding, delimiter, 200);
    const s = score(records);
    if (!best || s > most) [best, most] = [{ delimiter, records }, s];
  }
  return best!;
}
