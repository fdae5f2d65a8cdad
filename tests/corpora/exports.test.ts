import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvText } from '../../src-main/cli/output.ts';
import { cleaned } from '../../src-main/engine/import/mapping/cells.ts';
import { RecordReader } from '../../src-main/engine/import/read/reader.ts';
import { bytesSource } from '../../src-main/engine/import/read/source.ts';
import { toCsv, toTsv } from '../../src-renderer/kit/csv.ts';

/** Trust rule X22: texts that come from other people's files leave in no form that a spreadsheet runs. */
const PAYLOADS = [
  '=1+1', '=cmd|"/C calc"!A0', '+1+1', '-1+1', '@SUM(1+1)', '=HYPERLINK("http://example.org","x")', '=WEBSERVICE("http://example.org")',
  "=DDE('cmd';'/C calc';'x')", '=IMPORTXML("http://example.org","//a")', '=IMPORTDATA("http://example.org")', '=IMAGE("http://example.org/x.png")',
  '\t=1+1', '\r=1+1', '\n=1+1', '\u0000=1+1', '=\t1', '= 1', '=\n1', '+A1', '-A1', '@A1', '=A1&B1', '=-1', '--1', '++1', '+-1', '-+1', '@@', '=@SUM(1)',
  '=1,2', '=1;2', '="a","b"', "='a'", '=1\r\n=2', '=x"', '-2+3+cmd|x', '+1-800-FLOWERS', '@name, who wrote', '-', '=',
]; // prettier-ignore

/** The cells of a text that a reader of the format finds. */
function read(text: string, delimiter: ',' | '\t'): string[][] {
  const reader = new RecordReader(bytesSource(Buffer.from(text)), { encoding: 'utf-8', delimiter, width: 0 });
  const rows: string[][] = [];
  const cells: string[] = [];
  for (let n = reader.next(); n > 0; n = reader.next())
    for (let r = 0; r < n; r += 1) {
      const width = reader.cells(r, cells);
      rows.push(cells.slice(0, width));
    }
  return rows;
}

const runs = (cell: string): boolean => /^[=+\-@\t\r\n\0]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell);

describe('X22: formulas in exported texts', () => {
  it('has 40 payloads', () => expect([PAYLOADS.length, new Set(PAYLOADS).size]).toEqual([40, 40]));

  it.each([
    ['the command line', (text: string) => csvText(['a', 'b'], [['x', text]]), ',' as const],
    ['the window', (text: string) => toCsv([['a', 'b'], ['x', text]]), ',' as const],
    ['the clipboard', (text: string) => toTsv([['a', 'b'], ['x', text]]), '\t' as const],
  ])('are texts in what %s writes', (_, write, delimiter) => {
    const ran = PAYLOADS.flatMap((text) => read(write(text), delimiter).flat()).filter(runs);
    expect(ran).toEqual([]);
    expect(PAYLOADS.map((text) => read(write(text), delimiter).length)).toEqual(PAYLOADS.map(() => 2));
  }); // prettier-ignore

  it('CONTROL: the payloads would run without the guard', () => {
    expect(PAYLOADS.filter(runs)).toHaveLength(40);
  });

  it('numbers stay numbers, and what was guarded is read back as it was', () => {
    expect([csvCell(-5), csvCell('-5.25'), toCsv([[-5, '-5.25']])]).toEqual(['-5', '-5.25', '-5,-5.25\r\n']);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 6 }), (texts) => {
        for (const text of [csvText(['h1', 'h2'], [texts]), toCsv([['h1', 'h2'], texts])]) {
          const cells = read(text, ',')[1] ?? [''];
          for (const [i, cell] of cells.entries()) {
            const plain = texts[i]!.replaceAll('\0', '');
            if (![plain, `'${plain}`].includes(cell)) return false;
            // The importer takes the guard off again where it would have taken off spaces too.
            if (/^[=+@-]/.test(plain) && cell !== plain && cleaned(cell) !== plain) return false;
          }
        }
        return true;
      }),
      { numRuns: 500 },
    ); // prettier-ignore
  });
});
