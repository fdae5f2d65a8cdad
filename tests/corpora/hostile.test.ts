import { deflateRawSync, gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDay } from '../../src-main/engine/base/days.ts';
import { LadderlineError } from '../../src-main/engine/base/errors.ts';
import { companyKey } from '../../src-main/engine/identity/keys.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { readSettings } from '../../src-main/engine/store/settings.ts';
import { parseDate, type DateOrder, type WrittenDate } from '../../src-main/engine/import/detect/dates.ts';
import { openExport } from '../../src-main/engine/import/detect/export-file.ts';
import { plainNumber, type DecimalMark } from '../../src-main/engine/import/detect/numbers.ts';
import { sniff } from '../../src-main/engine/import/detect/sniff.ts';
import { collect, type Collected } from '../../src-main/engine/import/mapping/collect.testing.ts';
import { parseMapping } from '../../src-main/engine/import/mapping/schema.ts';
import { FIELD_LIMIT, RecordReader } from '../../src-main/engine/import/read/reader.ts';
import { bytesSource, type ByteSource } from '../../src-main/engine/import/read/source.ts';
import { makeWorkbook, makeZip, plainSheet } from '../../src-main/engine/import/read/zip.testing.ts';
import { prepareFile } from '../../src-main/engine/import/request.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answers = parseMapping({
  entity: 'survey_response',
  columns: {
    customer: { field: 'respondent_external_id' },
    date: { field: 'answered_at' },
    score: { field: 'score' },
    comment: { field: 'verbatim' },
  },
});
const HEADER = 'customer,date,score,comment';
const answersOf = (bytes: Uint8Array | string): Collected => collect(bytes, 'f.csv', { mapping: answers });

/** Every source row is either used, skipped or rejected. */
function balanced(c: Collected): void {
  expect(c.facts.read).toBe(c.facts.used + c.facts.skipped + c.facts.rejected);
}

function records(
  source: ByteSource,
  each: (line: number, cells: string[], width: number) => void,
  width = 0,
): RecordReader {
  const reader = new RecordReader(source, { encoding: 'utf-8', delimiter: ',', width });
  const cells: string[] = [];
  for (let n = reader.next(); n > 0; n = reader.next())
    for (let r = 0; r < n; r += 1) each(reader.lines[r]!, cells, reader.cells(r, cells));
  return reader;
}

/** What a piece of work throws, and its shortest time of three: another process may have had the machine. */
function thrown(work: () => void): { error: unknown; milliseconds: number } {
  let error: unknown = null;
  let milliseconds = Infinity;
  for (let i = 0; i < 3; i += 1) {
    const start = performance.now();
    try {
      work();
    } catch (caught) {
      error = caught;
    }
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  return { error, milliseconds };
}

/** A file that is made while it is read. */
function made(parts: Iterable<string>): ByteSource {
  const iterator = parts[Symbol.iterator]();
  let held = Buffer.alloc(0);
  let at = 0;
  return {
    size: null,
    read(buffer) {
      while (at >= held.length) {
        const next = iterator.next();
        if (next.done) return 0;
        held = Buffer.from(next.value);
        at = 0;
      }
      const n = Math.min(buffer.length, held.length - at);
      buffer.set(held.subarray(at, at + n));
      at += n;
      return n;
    },
  };
}

describe('R45: an unterminated quote', () => {
  it.each([
    ['at a cell that is never closed', (i: number) => `C${i},2026-01-02,9,"never closed`],
    ['at two cells of a row', (i: number) => `C${i},"2026-01-02,9,"and again`],
    ['at the first cell', (i: number) => `"C${i},2026-01-02,9,fine`],
  ])('%s costs its own row of 200,000, by its line', { timeout: 120_000 }, (_, damage) => {
    const rows = 200_000;
    const lines = [HEADER];
    for (let i = 0; i < rows; i += 1)
      lines.push(
        i === 123_456 ? damage(i) : i % 3 === 0 ? `C${i},2026-01-02,9,"quoted, ${i}"` : `C${i},2026-01-02,9,plain`,
      );
    const c = answersOf(`${lines.join('\n')}\n`);
    balanced(c);
    expect(c.rows.length).toBeGreaterThanOrEqual(rows * 0.999);
    expect([c.rows.length, c.rejects.map((r) => r.line)]).toEqual([rows - 1, [123_458]]);
  });

  it('in the last row, and in many rows, keeps the others', () => {
    const last = answersOf(`${HEADER}\nC1,2026-01-02,9,fine\nC2,2026-01-03,8,"open`);
    expect([last.rows.length, last.rejects.map((r) => r.line)]).toEqual([1, [3]]);
    const many = answersOf(
      `${HEADER}\n${Array.from({ length: 5000 }, (_, i) => `C${i},2026-01-02,9,${i % 10 === 0 ? '"open' : '"shut"'}`).join('\n')}\n`,
    );
    balanced(many);
    expect([many.rows.length, many.rejects.length]).toEqual([4500, 500]);
  });
});

describe('R46: ragged rows', () => {
  it('fills short rows, keeps the cells of long ones, and says how many there were', () => {
    const c = answersOf(`${HEADER}\nC1,2026-01-02\nC2,2026-01-03,4,text,one more,,and another\nC3,2026-01-04,7,x\n`);
    balanced(c);
    expect(c.rows.map((r) => [r.line, r.values['score'] ?? null, r.attributes])).toEqual([
      [2, null, {}],
      [3, 4, { 'cell 5': 'one more', 'cell 7': 'and another' }],
      [4, 7, {}],
    ]);
    const told = Object.fromEntries(c.facts.decisions.map((d) => [d.what, d.value]));
    expect([told['short rows'], told['long rows']]).toEqual(['1', '1']);
  });
});

describe('R47: files that are no tables', () => {
  it('refuses each of 14 within 500 ms, with what it is and what to do', () => {
    const path = join(folder, 'w.ladderline');
    createWorkspace(path, {});
    const db = openWriter(path);
    const noise = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
    const files: Readonly<Record<string, Buffer>> = {
      program: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), noise]),
      picture: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise]),
      pdf: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n'),
      gzip: gzipSync(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise])),
      zip: makeZip([{ name: 'photo.png', data: noise }]),
      'empty zip': makeZip([]),
      database: Buffer.concat([Buffer.from('SQLite format 3\0', 'latin1'), Buffer.alloc(5000)]),
      docx: makeZip([
        { name: '[Content_Types].xml', data: '<Types/>' },
        { name: 'word/document.xml', data: '<w/>' },
      ]),
      'no byte': Buffer.alloc(0),
      'one byte': Buffer.from('x'),
      'only zeros': Buffer.alloc(10_000),
      'only line ends': Buffer.from('\n'.repeat(10_000)),
      'web page': Buffer.from('<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>'),
      'bytes at random': noise,
    };
    for (const [what, bytes] of Object.entries(files)) {
      const file = join(folder, `${what}.csv`);
      writeFileSync(file, bytes);
      const { error, milliseconds } = thrown(() => prepareFile(db, readSettings(db), file, {}));
      expect([what, error instanceof LadderlineError, milliseconds < 500]).toEqual([what, true, true]);
      expect((error as Error).message).toMatch(/\. .+\./s);
      expect((error as LadderlineError).message.length).toBeGreaterThan(60);
    }
    db.close();
  });
});

describe('R49: encodings mixed in one file', () => {
  it('reads lines that are not UTF-8 as windows-1252, and counts them', () => {
    const utf8 = Array.from({ length: 2000 }, (_, i) => `Zoë ${i},2026-01-02,9,naïve ☕`);
    const odd = Buffer.from('Müller,2026-01-03,4,größer\nFrançois,2026-01-04,5,déjà\n', 'latin1');
    const c = answersOf(Buffer.concat([Buffer.from(`${HEADER}\n${utf8.join('\n')}\n`), odd]));
    balanced(c);
    expect(c.rows).toHaveLength(2002);
    expect(c.rows.slice(-2).map((r) => [r.party?.externalId, r.values['verbatim']])).toEqual([['Müller', 'größer'], ['François', 'déjà']]); // prettier-ignore
    expect(c.facts.decisions.find((d) => d.what === 'cells in another encoding')?.value).toBe('4');
    expect(c.facts.decisions.some((d) => d.what === 'lost characters')).toBe(false);
  });
});

describe('R50: marks and UTF-16', () => {
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${HEADER}\nC1,2026-01-02,9,é\n`)],
    ['UTF-8 without', Buffer.from(`${HEADER}\nC1,2026-01-02,9,é\n`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${HEADER}\nC1,2026-01-02,9,é\n`, 'utf16le')],
    ['UTF-16 LE without', Buffer.from(`${HEADER}\nC1,2026-01-02,9,é\n`, 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from(`\uFEFF${HEADER}\nC1,2026-01-02,9,é\n`, 'utf16le').swap16()],
    ['UTF-16 BE without', Buffer.from(`${HEADER}\nC1,2026-01-02,9,é\n`, 'utf16le').swap16()],
  ])('%s gives clean header names', (_, bytes) => {
    const result = sniff(bytesSource(bytes), 'f.csv', { records: 1 });
    expect(result.columns.map((c) => c.header)).toEqual(HEADER.split(','));
    expect(result.records[0]).toEqual({ customer: 'C1', date: '2026-01-02', score: '9', comment: 'é' });
  });
});

describe('R51: zero bytes', () => {
  it('are left out of texts and counted, and the row is kept', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `D${i},2026-01-03,4,plain text of some length`);
    const c = answersOf(`${HEADER}\nC\u00001,2026-01-02,9,"a\u0000b\u0000"\n${rows.join('\n')}\n`);
    expect([c.rows[0]!.party?.externalId, c.rows[0]!.values['verbatim'], c.rows.length]).toEqual(['C1', 'ab', 31]);
    expect(c.facts.decisions.find((d) => d.what === 'zero bytes')?.value).toBe('3');
  });
});

describe('R52: halves of surrogate pairs', () => {
  it('are counted, with the first line that has one, in UTF-16, UTF-8 and JSON', () => {
    const wide = Buffer.from(`\uFEFF${HEADER}\nC1,2026-01-02,9,fine\nC2,2026-01-02,9,half \uD83D!\n`, 'utf16le');
    const c = answersOf(wide);
    expect([c.rows.length, c.rows[1]!.values['verbatim']]).toEqual([2, 'half \uFFFD!']);
    const lost = c.facts.decisions.find((d) => d.what === 'lost characters');
    expect([lost?.value, lost?.why.endsWith('first in line 3')]).toEqual(['1', true]);
    const path = join(folder, 'half.ndjson');
    writeFileSync(path, '{"customer":"C1","comment":"ok"}\n{"customer":"C2","comment":"half \\ud83d!"}\n');
    const reader = records(openExport(path).text(), () => {});
    expect([reader.facts.lostFields, reader.facts.lostLines]).toEqual([1, [2]]);
  });
});

describe('R53: one name in several spellings of Unicode', () => {
  const PAIRS: readonly [string, string][] = [
    ['É', 'E\u0301'], ['Ä', 'A\u0308'], ['Å', 'A\u030A'], ['Å', '\u212B'], ['Ñandú', 'N\u0303andu\u0301'], ['Łódź', 'ŁÓDŹ'], ['Zoë', 'ZOË'],
    ['Müller', 'Mu\u0308ller'], ['Müller', 'MÜLLER'], ['Müller', 'Mueller'], ['Straße', 'STRASSE'], ['Søren', 'SØREN'], ['Çelik', 'C\u0327elik'],
    ['ﬁrm', 'firm'], ['oﬀer', 'offer'], ['ＡＣＭＥ', 'acme'], ['Ａｃｍｅ１２', 'Acme12'], ['ｶﾀｶﾅ', 'カタカナ'], ['Ⅳ Invest', 'IV Invest'], ['H₂O', 'h2o'], ['m²', 'M2'],
    ['Α Ω', 'α ω'], ['ΆΛΦΑ', 'άλφα'], ['МОСКВА', 'москва'], ['Йод', 'И\u0306од'], ['한글', '한글'.normalize('NFD')], ['Acme\u00a0Ltd', 'Acme Ltd'],
    ['  Acme  ', 'acme'], ['Acme\u2009&\u2009Co', 'ACME and Co'], ['Crème Brûlée', 'CREME BRULEE'],
  ]; // prettier-ignore

  it('gives 30 pairs one key each, and keeps the texts as they were written', () => {
    expect(PAIRS).toHaveLength(30);
    expect(PAIRS.filter(([a, b]) => companyKey(a) === null || companyKey(a) !== companyKey(b))).toEqual([]);
    const texts = PAIRS.flat().map((text) => text.trim());
    const c = answersOf(`${HEADER}\n${texts.map((text, i) => `C${i},2026-01-02,9,"${text}"`).join('\n')}\n`);
    expect(c.rows.map((r) => r.values['verbatim'])).toEqual(texts);
  });

  it('CONTROL: names that differ have other keys', () => {
    for (const [a, b] of [
      ['Acme', 'Acne'],
      ['Zoë', 'Zora'],
      ['МОСКВА', 'Минск'],
    ])
      expect(companyKey(a!)).not.toBe(companyKey(b!));
  });
});

describe('R55: 10,000 columns', () => {
  it('are all kept, at most twice as slow as the same bytes in 20', { timeout: 120_000 }, () => {
    const cells = 1_200_000;
    const file = (columns: number): string => {
      const header = ['customer', 'date', 'score', ...Array.from({ length: columns - 3 }, (_, i) => `c${i}`)].join(',');
      const rest = Array.from({ length: columns - 3 }, (_, i) => `value ${i % 1000}`).join(',');
      return `${header}\n${Array.from({ length: cells / columns }, (_, r) => `C${r},2026-01-02,9,${rest}`).join('\n')}\n`;
    };
    const [wide, narrow] = [file(10_000), file(20)];
    const time = (text: string): number => {
      const start = performance.now();
      records(made([text]), () => {});
      return (performance.now() - start) / text.length;
    };
    time(narrow);
    expect(Math.min(...[0, 1, 2].map(() => time(wide) / time(narrow)))).toBeLessThan(2);
    const few = wide.split('\n').slice(0, 4).join('\n');
    const c = collect(few, 'wide.csv', {
      mapping: parseMapping({
        entity: 'survey_response',
        columns: {
          customer: { field: 'respondent_external_id' },
          date: { field: 'answered_at' },
          score: { field: 'score' },
        },
      }),
    });
    expect([c.rows.length, Object.keys(c.rows[0]!.attributes).length]).toEqual([3, 9997]);
  });
});

describe('R56: huge fields and lines', () => {
  it('cuts a field at 1 MB, rejects a record of more than 16 MB, and goes on', { timeout: 120_000 }, () => {
    const piece = 'x'.repeat(1 << 20);
    function* text(): Generator<string> {
      yield `${HEADER}\nC1,2026-01-02,9,`;
      for (let i = 0; i < 3; i += 1) yield piece;
      yield '\nC2,2026-01-02,8,';
      for (let i = 0; i < 200; i += 1) yield piece;
      yield '\nC3,2026-01-02,7,after\n';
    }
    const before = process.memoryUsage().rss;
    const seen: [line: number, width: number, length: number][] = [];
    const reader = records(
      made(text()),
      (line, cells, width) => void seen.push([line, width, cells[width - 1]!.length]),
    );
    expect(seen[1]).toEqual([2, 4, FIELD_LIMIT]);
    expect(seen.at(-1)).toEqual([4, 4, 5]);
    expect([reader.facts.truncatedFields, reader.facts.damaged]).toEqual([1, 1]);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
  });

  it('ends a quote that swallows everything after 1 MB', { timeout: 120_000 }, () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `C${i},2026-01-02,9,some text of the row`);
    rows[10] = 'C10,2026-01-02,9,"open';
    const c = answersOf(`${HEADER}\n${rows.join('\n')}\n`);
    expect([c.rows.length, c.rejects.map((r) => r.line)]).toEqual([99_999, [12]]);
  });
});

describe('R57: texts that look like numbers', () => {
  it('keeps every character of keys, phones and long numbers (10,000 cases)', () => {
    const cases = fc.sample(
      fc.oneof(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
        fc.stringMatching(/^0\d{1,12}$/),
        fc.stringMatching(/^\+\d{6,14}$/),
        fc.stringMatching(/^\d{1,3}(\.\d{1,6})?$/),
      ),
      10_000,
    );
    const c = collect(
      `customer,date,score,code\n${cases.map((text, i) => `K${i},2026-01-02,9,${text}`).join('\n')}\n`,
      'f.csv',
      {
        mapping: parseMapping({
          entity: 'survey_response',
          columns: {
            customer: { field: 'respondent_external_id' },
            date: { field: 'answered_at' },
            score: { field: 'score' },
          },
        }),
      },
    );
    expect(c.rows.map((r) => r.attributes['code'])).toEqual(cases);
    const keys = answersOf(
      `${HEADER}\n00123,2026-01-02,9,\n9007199254740993,2026-01-02,9,\n+441632960101,2026-01-02,9,\n`,
    );
    expect(keys.rows.map((r) => r.party?.externalId)).toEqual(['00123', '9007199254740993', '+441632960101']);
  });
});

describe('R58: dates', () => {
  const FORMATS: readonly [text: string, order: DateOrder | null, day: string | null][] = [
    ['2026-03-04', null, '2026-03-04'], ['2026/03/04', null, '2026-03-04'], ['2026.03.04', null, '2026-03-04'], ['20260304', null, '2026-03-04'],
    ['2026-3-4', null, '2026-03-04'], ['2026-03-04T05:06:07', null, '2026-03-04'], ['2026-03-04T05:06:07Z', null, '2026-03-04'],
    ['2026-03-04T05:06:07.123Z', null, '2026-03-04'], ['2026-03-04T05:06:07+02:00', null, '2026-03-04'], ['2026-03-04 05:06', null, '2026-03-04'],
    ['2026-03-04 5:06 PM', null, '2026-03-04'], ['2026-03-04 05:06:07 UTC', null, '2026-03-04'], ['2026-03-04 05:06:07 +0200', null, '2026-03-04'],
    ['04/03/2026', 'dmy', '2026-03-04'], ['04/03/2026', 'mdy', '2026-04-03'], ['4/3/2026', 'dmy', '2026-03-04'], ['4/3/2026', 'mdy', '2026-04-03'],
    ['04-03-2026', 'dmy', '2026-03-04'], ['04.03.2026', 'dmy', '2026-03-04'], ['4.3.2026', 'dmy', '2026-03-04'], ['04/03/26', 'dmy', '2026-03-04'],
    ['04.03.26', 'dmy', '2026-03-04'], ['3/4/26 17:06', 'mdy', '2026-03-04'], ['3/4/2026 5:06:07 PM', 'mdy', '2026-03-04'], ['26-03-04', 'ymd', '2026-03-04'],
    ['31/12/2026', 'dmy', '2026-12-31'], ['12/31/2026', 'mdy', '2026-12-31'], ['31/12/2026', 'mdy', null], ['12/31/2026', 'dmy', null],
    ['04/03/2026', null, null], ['4.3.2026', null, null], ['29/02/2028', 'dmy', '2028-02-29'], ['29/02/2026', 'dmy', null], ['2026-02-30', null, null],
    ['2026-13-01', null, null], ['00/01/2026', 'dmy', null], ['4 March 2026', null, '2026-03-04'], ['4 Mar 2026', null, '2026-03-04'],
    ['04-Mar-2026', null, '2026-03-04'], ['4-Mar-26', null, '2026-03-04'], ['March 4, 2026', null, '2026-03-04'], ['Mar 4 2026', null, '2026-03-04'],
    ['Mar 4, 2026, 5:06 PM', null, '2026-03-04'], ['Wednesday, March 4, 2026', null, '2026-03-04'], ['Wed, 04 Mar 2026 05:06:07 GMT', null, '2026-03-04'],
    ['Wed 4 Mar 2026', null, '2026-03-04'], ['4. März 2026', null, '2026-03-04'], ['4 mars 2026', null, '2026-03-04'], ['4 de marzo de 2026', null, '2026-03-04'],
    ['4 marzo 2026', null, '2026-03-04'], ['1900-01-01', null, '1900-01-01'], ['1904-01-01', null, '1904-01-01'], ['9999-12-31', null, '9999-12-31'],
    ['3/4/70', 'dmy', '1970-04-03'], ['3/4/69', 'dmy', '2069-04-03'], ['0000-00-00', null, null], ['soon', null, null], ['12:30', null, null],
    ['2026', null, null], ['March', null, null],
  ]; // prettier-ignore

  it('has 60 forms, and reads or refuses each as it should', () => {
    expect(FORMATS).toHaveLength(60);
    const read = (text: string, order: DateOrder | null): string | null => {
      const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };
      return parseDate(text, order, out) ? isoDay(out.day) : null;
    };
    expect(FORMATS.map(([text, order]) => [text, order, read(text, order)])).toEqual(FORMATS);
  });

  it('asks when no value tells day from month, and never swaps one silently', () => {
    const undecided = `${HEADER}\n${Array.from({ length: 12 }, (_, i) => `C${i},0${(i % 9) + 1}/0${(i % 7) + 1}/2026,9,x`).join('\n')}\n`;
    expect(() => answersOf(undecided)).toThrow(/day|month|order/i);
    const told = answersOf(undecided.replace('09/02/2026', '25/02/2026'));
    expect(told.rows[1]!.values['day']).toBe('2026-02-02');
    expect(told.rows[2]!.values['day']).toBe('2026-03-03');
  });
});

describe('R59: numbers', () => {
  const FIXTURES: readonly [text: string, mark: DecimalMark, value: string | null][] = [
    ['1234', '.', '1234'], ['1234.56', '.', '1234.56'], ['1,234.56', '.', '1234.56'], ['1,234,567', '.', '1234567'], ['1.234,56', ',', '1234.56'],
    ['1 234,56', ',', '1234.56'], ['1\u00a0234,56', ',', '1234.56'], ['1\u202f234,56', ',', '1234.56'], ["1'234.56", '.', '1234.56'], ['1’234.56', '.', '1234.56'],
    ['-5', '.', '-5'], ['\u22125', '.', '-5'], ['5-', '.', '-5'], ['(123)', '.', '-123'], ['(1,234.50)', '.', '-1234.50'], ['-$24.50', '.', '-24.50'],
    ['$-24.50', '.', '-24.50'], ['$1,250.00', '.', '1250.00'], ['€ 12', '.', '12'], ['12 €', ',', '12'], ['12,50 €', ',', '12.50'], ['£9.99', '.', '9.99'],
    ['EUR 1.250,00', ',', '1250.00'], ['1.250,00 EUR', ',', '1250.00'], ['CHF 12.30', '.', '12.30'], ['+7', '.', '7'], ['.5', '.', '0.5'], ['0,25', ',', '0.25'],
    ['1.009,50', ',', '1009.50'], ['007', '.', '007'], ['12,34,567', '.', '1234567'], ['1.234', ',', '1234'], ['1,234', '.', '1234'], ['US$ 12.50', '.', '12.50'],
    ['abc', '.', null], ['', '.', null], ['1.2.3', '.', null], ['12/5', '.', null], ['--', '.', null], ['1,2,3', ',', null],
  ]; // prettier-ignore

  it('has 40 forms, and reads or refuses each as it should', () => {
    expect(FIXTURES).toHaveLength(40);
    const same = (text: string | null): string | null => (text === null ? null : String(Number(text)));
    expect(FIXTURES.map(([text, mark]) => [text, mark, same(plainNumber(text, mark))])).toEqual(
      FIXTURES.map(([text, mark, value]) => [text, mark, same(value)]),
    );
  });
});

describe('R60: duplicate, blank and dangerous headers', () => {
  it('keeps every column under a name of its own, in CSV, workbooks and JSON (X26)', () => {
    const headers = ['customer', 'date', 'note', 'note', '', '__proto__', 'constructor', 'prototype', 'toString'];
    const row = ['C1', '2026-01-02', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const unique = [
      'customer',
      'date',
      'note',
      'note (2)',
      'column 5',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
    ];
    const csv = join(folder, 'headers.csv');
    writeFileSync(csv, `${headers.join(',')}\n${row.join(',')}\n`);
    const xlsx = join(folder, 'headers.xlsx');
    writeFileSync(xlsx, makeWorkbook([{ name: 'S', xml: plainSheet([headers, row]) }]));
    for (const path of [csv, xlsx]) {
      const text = openExport(path).text();
      const result = sniff(text, 'f', {
        records: 1,
        made: path === xlsx ? { layout: {}, notes: [], format: 'xlsx' } : undefined,
      });
      text.close?.();
      expect(result.columns.map((c) => c.header)).toEqual(unique);
      expect(unique.map((name) => result.records[0]![name])).toEqual(row);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('X27: bombs', () => {
  it('are refused within 500 ms and without their memory', () => {
    const zeros = deflateRawSync(Buffer.alloc(100_000_000));
    const bombs: Readonly<Record<string, Buffer>> = {
      'ratio 1,000': makeZip([{ name: 'a.csv', packed: zeros, declared: 100_000_000 }]),
      'ratio 127': makeZip([{ name: 'a.csv', packed: Buffer.alloc(1_000_000, 7), declared: 127_000_000 }]),
      'lying size': makeZip([{ name: 'a.csv', packed: zeros, declared: 1000 }]),
      'nested': makeZip([{ name: 'inner.zip', data: makeZip([{ name: 'a.csv', packed: zeros, declared: 100_000_000 }]) }]),
      '100,000 entries': makeZip([{ name: 'a.csv', data: 'a\n' }], { count: 100_000 }),
      'overlapping': makeZip([{ name: 'a.csv', data: 'a,b\n' }, { name: 'b.csv', data: 'a,b\n' }], { sameOffset: true }),
      'gzip': gzipSync(Buffer.alloc(60_000_000)),
    }; // prettier-ignore
    const before = process.memoryUsage().rss;
    for (const [what, bytes] of Object.entries(bombs)) {
      const path = join(folder, 'bomb.bin');
      writeFileSync(path, bytes);
      const { error, milliseconds } = thrown(() => {
        const text = openExport(path).text();
        const buffer = new Uint8Array(1 << 20);
        while (text.read(buffer) > 0);
      });
      expect([what, error instanceof LadderlineError, milliseconds < 500]).toEqual([what, true, true]);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });
});

describe('every byte sequence', () => {
  it('is read or refused with a sentence, never anything else (fuzz)', () => {
    const path = join(folder, 'fuzz.bin');
    const starts = [
      '',
      'a,b\n',
      'PK\u0003\u0004',
      '\u001f\u008b\u0008',
      '[{"a":',
      '{"a":1}\n',
      '\u00d0\u00cf\u0011\u00e0',
      '\u00ff\u00fe',
      '\u00ef\u00bb\u00bf',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        writeFileSync(path, Buffer.concat([Buffer.from(start, 'latin1'), rest]));
        let error: unknown = null;
        try {
          const file = openExport(path);
          const text = file.text();
          sniff(text, 'fuzz.bin', { records: 5 });
          text.close?.();
        } catch (caught) {
          error = caught;
        }
        expect(error === null || error instanceof LadderlineError).toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});
