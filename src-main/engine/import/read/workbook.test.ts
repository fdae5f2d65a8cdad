import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { memoryFile } from './byte-file.ts';
import { formatKind, numberText, serialText } from './number-formats.ts';
import { RecordReader } from './reader.ts';
import { SharedStrings } from './shared-strings.ts';
import { SheetText } from './sheet.ts';
import { TextBuffer } from './cell-text.ts';
import { bytesSource, type ByteSource } from './source.ts';
import { Workbook } from './workbook.ts';
import { letters, makeWorkbook, plainSheet } from './zip.testing.ts';
import { openZip } from './zip.ts';

type Rows = { rows: string[][]; lines: number[] };

function records(source: ByteSource): Rows {
  const reader = new RecordReader(source, { encoding: 'utf-8', delimiter: ',' });
  const result: Rows = { rows: [], lines: [] };
  for (let n = reader.next(); n > 0; n = reader.next()) {
    for (let r = 0; r < n; r += 1) {
      const cells: string[] = [];
      reader.cells(r, cells);
      result.rows.push(cells);
      result.lines.push(reader.lines[r]!);
    }
  }
  return result;
}

function read(bytes: Buffer, sheet = '1'): Rows {
  const zip = openZip(memoryFile(bytes), 'w.xlsx');
  const book = new Workbook(zip);
  return records(book.open(zip, book.sheet(sheet)));
}

/** Reads a sheet's XML in pieces of `piece` bytes. */
function inPieces(xml: string, piece: number): Rows {
  const inner = bytesSource(Buffer.from(xml));
  const source = {
    size: null,
    packed: 0,
    read: (buffer: Uint8Array) => inner.read(buffer.subarray(0, Math.min(piece, buffer.length))),
    close() {},
  };
  return records(
    new SheetText(source, {
      name: 's',
      strings: new SharedStrings(),
      styles: [],
      date1904: false,
      merges: [],
      checkCancel() {},
    }),
  );
}

const one = (xml: string, more: Parameters<typeof makeWorkbook>[1] = {}): string[][] =>
  read(makeWorkbook([{ name: 'S', xml }], more)).rows;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LadderlineError) return error.code;
    throw error;
  }
  return 'fine';
}

describe('number formats', () => {
  it.each([
    ['General', 'number'], ['0.00', 'number'], ['#,##0', 'number'], ['0%', 'number'], ['0.00E+00', 'number'], ['@', 'number'],
    ['yyyy-mm-dd', 'date'], ['d/m/yy', 'date'], ['mmm yyyy', 'date'], ['[$-409]d-mmm-yy;@', 'date'], ['dd"th of "mmmm', 'date'],
    ['yyyy\\-mm\\-dd\\Thh:mm', 'instant'], ['m/d/yyyy h:mm AM/PM', 'instant'], ['h:mm', 'time'], ['mm:ss.0', 'time'],
    ['[h]:mm:ss', 'elapsed'], ['[mm]:ss', 'elapsed'], ['00000', 'zeros5'], ['[Red]#,##0.00;[Blue]-#,##0.00', 'number'],
    ['"day" 0', 'number'], ['#,##0 "h"', 'number'], ['_-* #,##0.00 _€_-', 'number'], ['# ?/?', 'number'],
  ])('%s shows %s', (code, kind) => {
    expect(formatKind(200, code)).toBe(kind);
  }); // prettier-ignore

  it('knows the built-in ones', () => {
    expect([0, 4, 14, 18, 22, 36, 45, 46, 49].map((id) => formatKind(id, undefined))).toEqual([
      'number', 'number', 'date', 'time', 'instant', 'date', 'time', 'elapsed', 'number',
    ]); // prettier-ignore
  });

  it.each([
    [1, 'date', false, '1900-01-01'], [2, 'date', false, '1900-01-02'], [59, 'date', false, '1900-02-28'], [60, 'date', false, '1900-02-29'],
    [61, 'date', false, '1900-03-01'], [25_569, 'date', false, '1970-01-01'], [46_000, 'date', false, '2025-12-09'],
    [46_000.5, 'instant', false, '2025-12-09 12:00:00'], [46_000.5, 'date', false, '2025-12-09 12:00:00'],
    [0, 'date', true, '1904-01-01'], [44_538, 'date', true, '2025-12-09'], [0.75, 'time', false, '18:00:00'],
    [0.999999999, 'time', false, '00:00:00'], [1.5, 'elapsed', false, '36:00:00'], [45_658.000011574, 'instant', false, '2025-01-01 00:00:01'],
    [2_958_465, 'date', false, '9999-12-31'], [2_958_466, 'date', false, null], [-1, 'date', false, null], [Number.NaN, 'date', false, null],
  ] as const)('serial %s as %s (1904: %s) is %s', (serial, kind, date1904, text) => {
    expect(serialText(serial, kind, date1904)).toBe(text);
  }); // prettier-ignore

  it('writes numbers as a spreadsheet shows them', () => {
    expect(['4.4099999999999998E-2', '0.30000000000000004', '1.2E+12', '1E-7', '1e300', '', 'x', '-2.5E-3', '9007199254740993'].map(numberText)).toEqual([
      '0.0441', '0.3', '1200000000000', '0.0000001', '1e+300', '', 'x', '-0.0025', '9007199254740993',
    ]); // prettier-ignore
  });
});

describe('a sheet', () => {
  it('is read whatever pieces its bytes come in (property)', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'aZ9 ,;"\'\n<&>é€😀'), maxLength: 10 }),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 2, 5, 64, 100_000),
        (rows, piece) => {
          const found = inPieces(`<worksheet>${plainSheet(rows)}</worksheet>`, piece);
          const filled = rows
            .map((row, i) => ({ line: i + 1, cells: row.map((value) => (value === null ? '' : String(value))) }))
            .filter(({ cells }) => cells.some((text) => text !== ''));
          expect(found.lines).toEqual(filled.map(({ line }) => line));
          const trimmed = (cells: readonly string[]): string[] =>
            [...cells].slice(0, cells.findLastIndex((c) => c !== '') + 1);
          expect(found.rows.map(trimmed)).toEqual(filled.map(({ cells }) => trimmed(cells)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes cells without a reference in order, and those out of order to their place', () => {
    expect(
      one(
        '<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="4"><c r="C4"><v>9</v></c><c r="A4"><v>7</v></c><c r="B4"><v>8</v></c></row></sheetData>',
      ),
    ).toEqual([
      ['1', '', '3'],
      ['7', '8', '9'],
    ]);
  });

  it('reads booleans, errors, formulas, ISO dates, rich and inline texts', () => {
    const xml =
      '<sheetData><row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#DIV/0!</v></c>' +
      '<c r="D1"><f>1+1</f><v>2</v></c><c r="E1" t="str"><f>"a"</f><v>a&amp;b &#x1F600; _x0041_</v></c><c r="F1" t="d"><v>2026-01-02T03:04:05</v></c>' +
      '<c r="G1" t="inlineStr"><is><r><t>x</t></r><r><t xml:space="preserve"> y</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>' +
      '<c r="H1" t="inlineStr"><is><t><![CDATA[<raw> & ]]>z</t></is></c><c r="I1" t="str"><f>B9</f></c></row></sheetData>';
    expect(one(xml)).toEqual([
      ['TRUE', 'FALSE', '#DIV/0!', '2', 'a&b 😀 A', '2026-01-02T03:04:05', 'x y', '<raw> & z'],
    ]);
  });

  it('reads dates by their format, in both date systems, and keeps zeros that a format shows', () => {
    const styles =
      '<numFmts><numFmt numFmtId="200" formatCode="00000"/><numFmt numFmtId="201" formatCode="dd.mm.yyyy hh:mm"/></numFmts>' +
      '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/></cellXfs>';
    const xml =
      '<sheetData><row r="1"><c r="A1" s="1"><v>44538</v></c><c r="B1" s="2"><v>123</v></c><c r="C1" s="3"><v>44538.25</v></c><c r="D1" s="0"><v>44538</v></c></row></sheetData>';
    expect(one(xml, { styles })).toEqual([['2021-12-08', '00123', '2021-12-08 06:00:00', '44538']]);
    expect(one(xml, { styles, date1904: true })).toEqual([['2025-12-09', '00123', '2025-12-09 06:00:00', '44538']]);
  });

  it('repeats texts and dates of cells merged downwards, not numbers', () => {
    const sheet = plainSheet([
      ['firm', 'sum', 'line'],
      ['Acme', 100, 1],
      [null, null, 2],
      [null, null, 3],
      ['Bolt', 5, 1],
    ]);
    expect(one(`${sheet}<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="B2:B4"/></mergeCells>`)).toEqual([
      ['firm', 'sum', 'line'], ['Acme', '100', '1'], ['Acme', '', '2'], ['Acme', '', '3'], ['Bolt', '5', '1'],
    ]); // prettier-ignore
  });

  it('sets lone titles and footers apart from data', () => {
    const rows = [['Report'], [], ['a', 'b', 'c'], ['1', '2', '3'], ['only a'], [], ['Confidential']];
    expect(one(plainSheet(rows.map((r) => [...r])))).toEqual([
      ['Report'], ['a', 'b', 'c'], ['1', '2', '3'], ['only a', '', ''], ['Confidential'],
    ]); // prettier-ignore
  });

  it('reads parts with a namespace prefix, in UTF-16, with a mark, and with odd part names', () => {
    expect(
      one('<x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData><x:mergeCells/>', {
        prefix: 'x',
        shared: '<x:si><x:t>hi</x:t></x:si>',
      }),
    ).toEqual([['hi']]);
    const wide = `\uFEFF<?xml version="1.0" encoding="UTF-16"?><worksheet>${plainSheet([['é', 'b']])}</worksheet>`;
    const inner = bytesSource(Buffer.from(wide, 'utf16le'));
    const read16 = new SheetText(
      { size: null, packed: 0, read: (buffer) => inner.read(buffer), close() {} },
      { name: 's', strings: new SharedStrings(), styles: [], date1904: false, merges: [], checkCancel() {} },
    );
    expect(records(read16).rows).toEqual([['é', 'b']]);
  });

  it('refuses document types and entities before they can mean anything (X28)', () => {
    const bomb = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>';
    expect(
      codeOf(() =>
        one(
          `<?xml version="1.0"?>${bomb}<worksheet><sheetData><row r="1"><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`,
        ),
      ),
    ).toBe('unsafe-archive');
    expect(codeOf(() => one('<sheetData/>', { shared: `${bomb}<si><t>&b;</t></si>` }))).toBe('unsafe-archive');
    expect(codeOf(() => one('<sheetData/>', { styles: bomb }))).toBe('unsafe-archive');
    expect(one('<sheetData><row r="1"><c t="str"><v>&b; stays</v></c></row></sheetData>')).toEqual([['&b; stays']]);
  });

  it('says what is damaged', () => {
    expect(codeOf(() => one('<sheetData><row r="1"><c t="s"><v>7</v></c></row></sheetData>'))).toBe('damaged-workbook');
    expect(codeOf(() => one('<sheetData><row r="1"><c><v>7'))).toBe('damaged-workbook');
    expect(codeOf(() => read(makeWorkbook([{ name: 'A', xml: '<sheetData/>' }]), 'B'))).toBe('no-sheet');
    expect(read(makeWorkbook([{ name: 'A', xml: plainSheet([['1']]) }]), 'a').rows).toEqual([['1']]);
  });

  it('never throws anything untyped, whatever bytes of its XML are changed (fuzz)', () => {
    const xml = Buffer.from(
      `<worksheet>${plainSheet([
        ['a', 1, 'x&y'],
        [null, 2.5, '"q"'],
      ])}<mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`,
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat(xml.length - 1), fc.constantFrom(...Buffer.from('<>/"\'& cvtrows!?0123ABC\n\u0000'))),
          { maxLength: 5 },
        ),
        fc.nat(xml.length),
        (changes, cut) => {
          const bytes = Buffer.from(xml);
          for (const [at, value] of changes) bytes[at] = value;
          const codes = /^(fine|unsafe-archive|damaged-workbook)$/;
          expect(codeOf(() => inPieces(bytes.toString(), 1000))).toMatch(codes);
          expect(codeOf(() => inPieces(bytes.toString('utf8', 0, cut), 7))).toMatch(codes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts columns as spreadsheets do', () => {
    expect([0, 25, 26, 701, 702, 16_383].map(letters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
    expect(
      one('<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="AAB1"><v>2</v></c></row></sheetData>')[0],
    ).toHaveLength(704);
  });
});

describe('shared texts', () => {
  it('are found again when more of them are held than fit unpacked', { timeout: 60_000 }, () => {
    const filler = 'x'.repeat(30_000);
    const count = 2500;
    let at = 0;
    const source: ByteSource = {
      size: null,
      read(buffer) {
        if (at > count + 1) return 0;
        const text = at === 0 ? '<sst>' : at === count + 1 ? '</sst>' : `<si><t>${at - 1},${filler}</t></si>`;
        at += 1;
        return Buffer.from(text).copy(buffer);
      },
    };
    const strings = SharedStrings.read({ size: null, read: whole(source) }, 's', () => {});
    expect(strings.count).toBe(count);
    for (const index of [0, 2499, 7, 1300, 2, 2498, 0]) {
      const out = new TextBuffer();
      expect(strings.append(index, out)).toBe(true);
      expect(out.bytes.toString('utf8', 0, out.length)).toBe(`"${index},${filler}"`);
    }
    expect(strings.append(count, new TextBuffer())).toBe(false);
  });
});

/** Splits what a source gives to the size asked for. */
function whole(source: ByteSource): (buffer: Uint8Array) => number {
  const held = Buffer.alloc(64 * 1024);
  let from = 0;
  let to = 0;
  return (buffer) => {
    if (from === to) [from, to] = [0, source.read(held)];
    const n = Math.min(buffer.length, to - from);
    buffer.set(held.subarray(from, from + n));
    from += n;
    return n;
  };
}
