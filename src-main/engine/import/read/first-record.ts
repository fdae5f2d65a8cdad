import { RecordReader, type Delimiter } from './reader.ts';
import { bytesSource } from './source.ts';

/** The cells of the first record of a text. */
export function readFirst(text: string, delimiter: Delimiter, width: number): string[] {
  const cells: string[] = [];
  const reader = new RecordReader(bytesSource(Buffer.from(`${text}\n`, 'utf8')), {
    encoding: 'utf-8',
    delimiter,
    width,
  });
  if (reader.next() === 0) return cells;
  const n = reader.cells(0, cells);
  return cells.slice(0, n);
}
