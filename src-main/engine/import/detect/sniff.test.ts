import { describe, expect, it } from 'vitest';
import { expectedFiles, hasSamples, sample } from '../read/shared-samples.testing.ts';
import { bytesSource } from '../read/source.ts';
import { inspect, sniff, type SniffResult } from './sniff.ts';

const of = (text: string | Uint8Array, records = 0): SniffResult =>
  sniff(bytesSource(typeof text === 'string' ? Buffer.from(text) : text), 'f.csv', { records });

describe.skipIf(!hasSamples)('sniff of every shared sample', () => {
  it.each(hasSamples ? expectedFiles() : [])('%s', (name, expected) => {
    const result = sniff(bytesSource(sample(name)), name, { records: 100 });
    expect({
      encoding: result.encoding,
      bom: result.bom,
      delimiter: result.delimiter,
      eol: result.eol,
      preamble_records: result.preambleRecords,
      header_rows: result.headerRows,
      footer_records: result.footerRecords,
      raw_records: result.rawRecords,
      logical_records: result.logicalRecords,
      columns: result.columns.length,
      asserts: expected.asserts.map(({ header, raw_row }) => result.records[raw_row]?.[header]),
    }).toEqual({
      encoding: expected.encoding,
      bom: expected.bom,
      delimiter: expected.delimiter,
      eol: expected.eol,
      preamble_records: expected.preamble_records,
      header_rows: expected.header_rows,
      footer_records: expected.footer_records,
      raw_records: expected.raw_records,
      logical_records: expected.logical_records,
      columns: expected.columns,
      asserts: expected.asserts.map(({ value }) => value),
    });
  });
});

describe('sniff', () => {
  it('has the keys of the command line', () => {
    expect(Object.keys(of('a,b\n1,2\n')).filter((key) => key !== 'provisional')).toEqual([
      'file', 'encoding', 'bom', 'delimiter', 'eol', 'preambleRecords', 'headerRows', 'footerRecords', 'rawRecords', 'logicalRecords',
      'columns', 'profile', 'confidence', 'candidates', 'records',
    ]); // prettier-ignore
  });

  it('names columns by number when there is no header', () => {
    const result = of('1,2026-01-01,ann@x.example\n2,2026-01-02,bob@x.example\n', 1);
    expect([result.headerRows, result.rawRecords, result.columns.map((c) => c.header)]).toEqual([
      0,
      2,
      ['1', '2', '3'],
    ]);
    expect(result.records).toEqual([{ 1: '1', 2: '2026-01-01', 3: 'ann@x.example' }]);
  });

  it('keeps duplicate, empty and dangerous headers as columns of their own', () => {
    const result = of('a,a,,__proto__,a (2)\n1,2,3,4,5\n', 1);
    expect(result.columns.map((c) => c.header)).toEqual(['a', 'a (2)', 'column 3', '__proto__', 'a (2) (2)']);
    expect(Object.entries(result.records[0]!)).toEqual([
      ['a', '1'],
      ['a (2)', '2'],
      ['column 3', '3'],
      ['__proto__', '4'],
      ['a (2) (2)', '5'],
    ]);
    expect(({} as Record<string, unknown>)['4']).toBeUndefined();
  });

  it.each([
    ['semicolons', 'a;b;c\n1,5;2;x\n2,5;3;y\n', ';'],
    ['tabs', 'a\tb\n1, 2\t3\n', '\t'],
    ['pipes', 'a|b|c\n1|2|3\n', '|'],
    ['commas with semicolons in texts', 'a,b\n"x;y;z",1\n"p;q;r",2\n', ','],
  ])('finds %s', (_what, text, delimiter) => {
    expect(of(text).delimiter).toBe(delimiter);
  });

  it('types columns toward the general and says why', () => {
    const result = of(
      'id,zip,when,amount,mail,ok,phone,note\n1,00123,2026-01-02,1.5,a@x.example,yes,+4412345678,x\n2,99201,2026-01-03,2,b@x.example,no,+4412345679,7\n',
    );
    expect(result.columns.map((c) => c.type)).toEqual([
      'id',
      'id',
      'date',
      'decimal',
      'email',
      'boolean',
      'phone',
      'text',
    ]);
  });

  it.each([
    ['13/02/2026', 'dmy', /13\/02\/2026/],
    ['02/13/2026', 'mdy', /02\/13\/2026/],
    ['02/03/2026', null, /no day is above 12/],
  ])('decides the order of %s', (value, order, why) => {
    const column = of(`n,d\n1,01/02/2026\n2,${value}\n`).columns[1]!;
    expect([column.type, column.dateOrder, column.ambiguous]).toEqual(['date', order, order === null]);
    expect(column.why).toMatch(why);
  });

  it('takes the order from another column of the same file', () => {
    const column = of('sent,answered\n01/02/2026,03/02/2026\n02/02/2026,25/02/2026\n').columns[0]!;
    expect([column.dateOrder, column.why]).toEqual(['dmy', 'column "answered" of the same file is dmy']);
  });

  it('takes the order from rows in order of time', () => {
    const days = [
      '05/01/2026',
      '09/01/2026',
      '02/02/2026',
      '11/02/2026',
      '01/03/2026',
      '12/03/2026',
      '04/04/2026',
      '10/04/2026',
      '03/05/2026',
    ];
    const column = of(`n,d\n${days.map((d, i) => `${i},${d}`).join('\n')}\n`).columns[1]!;
    expect([column.dateOrder, column.why]).toEqual(['dmy', 'rows are in order of "d" only when the day comes first']);
  });

  it('flags a column that a spreadsheet has rewritten in part', () => {
    const column = of('n,d\n1,03/04/2026\n2,5/6/2026\n').columns[1]!;
    expect([column.dateOrder, column.ambiguous]).toEqual([null, true]);
  });

  it.each([
    ['"1.234,50"\n"2,00"', ',', false],
    ['"1,234.50"\n2.00', '.', false],
    ['1.234\n2.345', '.', true],
    ['"(1,234.50)"\n"-3.00"', '.', false],
  ])('decides the decimal mark of %j', (values, mark, ambiguous) => {
    const column = of(
      `amount;x\n${values
        .split('\n')
        .map((v) => `${v};y`)
        .join('\n')}\n`,
    ).columns[0]!;
    expect([column.type, column.decimal, column.ambiguous]).toEqual(['decimal', mark, ambiguous]);
  });

  it('decides a long file on its head and says so', () => {
    const text = `n,d\n${'1,2026-01-02\n'.repeat(200_000)}`;
    const result = of(text);
    expect([result.provisional, result.rawRecords]).toEqual([true, 200_000]);
    expect(inspect(Buffer.from(text).subarray(0, 1000), false, 'f.csv').columns.findings[1]!.type).toBe('date');
  });

  it('finds a known header below other records', () => {
    const text = `Report,,,,\nas of today,,,,\n,,,,\nRecord ID,First Name,Contact owner,Create Date,Email\n1,Ann,Bob,2026-01-02 09:00,a@x.example\n`;
    const result = of(text);
    expect([result.profile, result.preambleRecords, result.rawRecords]).toEqual(['hubspot.contacts', 2, 1]);
  });
});
