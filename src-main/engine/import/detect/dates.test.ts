import { describe, expect, it } from 'vitest';
import { isoDay } from '#engine/base/days.ts';
import { dateShape, parseDate, type DateOrder, type WrittenDate } from './dates.ts';
import { decimalEvidence, isScientific, plainNumber } from './numbers.ts';

function read(text: string, order: DateOrder | null = null, serial = false): [string, number, number] | null {
  const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };
  return parseDate(text, order, out, serial) ? [isoDay(out.day), out.seconds, out.offset] : null;
}

const NONE = Number.NaN;
const clock = (h: number, m = 0, s = 0): number => h * 3600 + m * 60 + s;

describe('parseDate', () => {
  it.each<[string, DateOrder | null, [string, number, number] | null]>([
    ['2026-01-02', null, ['2026-01-02', -1, NONE]],
    ['2026-02-30', null, null],
    ['2026-01-02 09:14', null, ['2026-01-02', clock(9, 14), NONE]],
    ['2026-01-02T03:04:05.000Z', null, ['2026-01-02', clock(3, 4, 5), 0]],
    ['2026-01-02T03:04:05+0530', null, ['2026-01-02', clock(3, 4, 5), 19_800]],
    ['2026-05-01 10:00:00 +0200', null, ['2026-05-01', clock(10), 7200]],
    ['2026/09/20 12:00:00 PM GMT+2', null, ['2026-09-20', clock(12), 7200]],
    ['2026/09/21 12:01:01 AM GMT-3', null, ['2026-09-21', clock(0, 1, 1), -10_800]],
    ['17/01/2026', 'dmy', ['2026-01-17', -1, NONE]],
    ['17/01/2026', 'mdy', null],
    ['1/17/2026 2:30 PM', 'mdy', ['2026-01-17', clock(14, 30), NONE]],
    ['17.01.2026 10:05', 'dmy', ['2026-01-17', clock(10, 5), NONE]],
    ['11/29/24 22:28', 'mdy', ['2024-11-29', clock(22, 28), NONE]],
    ['3/4/70', 'dmy', ['1970-04-03', -1, NONE]],
    ['26-03-04', 'ymd', ['2026-03-04', -1, NONE]],
    ['17-Sep-26', null, ['2026-09-17', -1, NONE]],
    ['3. März 2026', null, ['2026-03-03', -1, NONE]],
    ['1 de mayo de 2026', null, ['2026-05-01', -1, NONE]],
    ['Friday, November 20, 2026 09:15:12 AM GMT', null, ['2026-11-20', clock(9, 15, 12), 0]],
    ['20260102', null, ['2026-01-02', -1, NONE]],
    ['01/02/2026', null, null],
    ['2026-13-01', null, null],
    ['25:00', null, null],
    ['', null, null],
  ])('%s as %s', (text, order, expected) => {
    expect(read(text, order)).toEqual(expected);
  });

  it('reads spreadsheet days and Unix times only when asked to', () => {
    expect([
      read('45933'),
      read('45933', null, true),
      read('45933.5', null, true),
      read('1767225600', null, true),
    ]).toEqual([null, ['2025-10-03', -1, NONE], ['2025-10-03', clock(12), NONE], ['2026-01-01', 0, 0]]);
  });

  it('takes no number, name or version for a date', () => {
    const texts = [
      '12.5',
      '1.234,50',
      '441632960101',
      'INV-3400',
      '10.0.0.1',
      'May we contact you?',
      '4 / 5',
      '10 - Extremely likely',
      '57:14.1',
      'Suite 12/34',
      '2026',
    ];
    expect(texts.filter((text) => dateShape(text) !== null)).toEqual([]);
  });
});

describe('plainNumber', () => {
  it.each([
    ['1,250.00', '.', '1250.00'],
    ['1.009,50', ',', '1009.50'],
    ['1.009,50', '.', null],
    ['(420.81)', '.', '-420.81'],
    ['$1,475.25', '.', '1475.25'],
    ['-$24.50', '.', '-24.50'],
    ['$-24.50', '.', '-24.50'],
    ['1\u00A0234,56', ',', '1234.56'],
    ['1\u202F234,56 €', ',', '1234.56'],
    ["1'234.50", '.', '1234.50'],
    ['123-', '.', '-123'],
    ['\u22125', '.', '-5'],
    ['€ 12,5', ',', '12.5'],
    ['CHF 12', '.', '12'],
    ['12 kr', '.', '12'],
    ['34.38%', '.', '34.38%'],
    ['0,25', ',', '0.25'],
    ['.5', '.', '0.5'],
    ['12,34,567.00', '.', '1234567.00'],
    ['1,23', '.', null],
    ['1-2', '.', null],
    ['abc', '.', null],
    ['', '.', null],
  ] as const)('%s with %s', (text, mark, expected) => {
    expect(plainNumber(text, mark)).toBe(expected);
  });

  it('leaves 1.234 undecided and decides the rest', () => {
    expect(['1.234', '0.234', '1234.567', '1.234.567', '1,2', '12'].map(decimalEvidence)).toEqual([
      '?',
      '.',
      '.',
      ',',
      ',',
      null,
    ]);
  });

  it('knows numbers that a spreadsheet has cut', () => {
    expect(['5,12E+10', '4.41633E+11', '1E5', '5120000000', 'E+11'].map(isScientific)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
