import { describe, expect, it } from 'vitest';
import { isoDay } from '#engine/base/days.ts';
import { seeded } from '../detect/variants.testing.ts';
import { collect, type Collected } from './collect.testing.ts';

type Truth = { day: number; minor: number };

const FIRST = Math.floor(Date.UTC(2025, 0, 1) / 86_400_000);

/** Days and amounts that a file is written from; every fifth amount is a credit. */
function truths(seed: number, n = 40): Truth[] {
  const random = seeded(seed);
  return Array.from({ length: n }, (_, i) => ({
    day: FIRST + Math.floor(random() * 500),
    minor: (i % 5 === 4 ? -1 : 1) * Math.floor(100 + random() * 90_000_000),
  }));
}

const two = (n: number): string => String(n).padStart(2, '0');
const parts = (day: number): { y: number; m: number; d: number } => {
  const [y, m, d] = isoDay(day).split('-').map(Number);
  return { y: y!, m: m!, d: d! };
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONATE = ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember']; // prettier-ignore
const MOIS = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre']; // prettier-ignore
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const weekday = (day: number): string => WEEKDAYS[(day + 4) % 7]!;

/** Ways in which exports write a day; each has one reading over forty rows. */
const DATES: Readonly<Record<string, (day: number) => string>> = {
  'yyyy-MM-dd': (day) => isoDay(day),
  'yyyy/MM/dd': (day) => isoDay(day).replaceAll('-', '/'),
  'yyyy.MM.dd': (day) => isoDay(day).replaceAll('-', '.'),
  yyyyMMdd: (day) => isoDay(day).replaceAll('-', ''),
  'yyyy-MM-ddTHH:mm:ssZ': (day) => `${isoDay(day)}T09:30:00Z`,
  'yyyy-MM-ddTHH:mm:ss.SSS+0000': (day) => `${isoDay(day)}T09:30:00.000+0000`,
  'yyyy-MM-dd HH:mm:ss UTC': (day) => `${isoDay(day)} 09:30:00 UTC`,
  'yyyy-MM-dd hh:mm a': (day) => `${isoDay(day)} 09:30 AM`,
  'dd/MM/yyyy': (day) => `${two(parts(day).d)}/${two(parts(day).m)}/${parts(day).y}`,
  'MM/dd/yyyy': (day) => `${two(parts(day).m)}/${two(parts(day).d)}/${parts(day).y}`,
  'd/M/yyyy': (day) => `${parts(day).d}/${parts(day).m}/${parts(day).y}`,
  'M/d/yyyy': (day) => `${parts(day).m}/${parts(day).d}/${parts(day).y}`,
  'M/d/yy': (day) => `${parts(day).m}/${parts(day).d}/${parts(day).y % 100}`,
  'dd.MM.yyyy': (day) => `${two(parts(day).d)}.${two(parts(day).m)}.${parts(day).y}`,
  'dd.MM.yy': (day) => `${two(parts(day).d)}.${two(parts(day).m)}.${parts(day).y % 100}`,
  'dd-MM-yyyy': (day) => `${two(parts(day).d)}-${two(parts(day).m)}-${parts(day).y}`,
  'dd-MMM-yyyy': (day) => `${two(parts(day).d)}-${MONTHS[parts(day).m - 1]!}-${parts(day).y}`,
  'd-MMM-yy': (day) => `${parts(day).d}-${MONTHS[parts(day).m - 1]!}-${two(parts(day).y % 100)}`,
  'dd MMM yyyy HH:mm': (day) => `${two(parts(day).d)} ${MONTHS[parts(day).m - 1]!} ${parts(day).y} 18:05`,
  'MMM dd, yyyy': (day) => `${MONTHS[parts(day).m - 1]!} ${two(parts(day).d)}, ${parts(day).y}`,
  'MMM dd, yyyy hh:mm:ss a': (day) => `${MONTHS[parts(day).m - 1]!} ${two(parts(day).d)}, ${parts(day).y} 02:15:00 PM`,
  'd. MMMM yyyy': (day) => `${parts(day).d}. ${MONATE[parts(day).m - 1]!} ${parts(day).y}`,
  'd MMMM yyyy in French': (day) => `${parts(day).d} ${MOIS[parts(day).m - 1]!} ${parts(day).y}`,
  'EEE MM/dd/yyyy': (day) => `${weekday(day)} ${two(parts(day).m)}/${two(parts(day).d)}/${parts(day).y}`,
  'EEE dd/MM/yyyy HH:mm': (day) => `${weekday(day)} ${two(parts(day).d)}/${two(parts(day).m)}/${parts(day).y} 09:10`,
  'EEE, dd MMM yyyy HH:mm:ss +0000': (day) =>
    `${weekday(day)}, ${two(parts(day).d)} ${MONTHS[parts(day).m - 1]!} ${parts(day).y} 09:10:00 +0000`,
  'EEE MMM dd HH:mm:ss zzz yyyy': (day) =>
    `${weekday(day)} ${MONTHS[parts(day).m - 1]!} ${two(parts(day).d)} 09:10:00 UTC ${parts(day).y}`,
  'MM/dd/yyyy hh:mm:ss a': (day) => `${two(parts(day).m)}/${two(parts(day).d)}/${parts(day).y} 11:59:59 PM`,
  'yyyy/MM/dd h:mm:ss a GMT': (day) => `${isoDay(day).replaceAll('-', '/')} 3:00:00 PM GMT+0`,
  'spreadsheet day numbers': (day) => String(day + 25_569),
  'spreadsheet day numbers with a time': (day) => `${day + 25_569}.5`,
  'Unix seconds': (day) => String(day * 86_400 + 34_200),
  'Unix milliseconds': (day) => String((day * 86_400 + 34_200) * 1000),
};

const whole = (minor: number): string => String(Math.floor(Math.abs(minor) / 100));
const cents = (minor: number): string => two(Math.abs(minor) % 100);
const grouped = (minor: number, mark: string): string => whole(minor).replace(/\B(?=(\d{3})+$)/g, mark);
const sign = (minor: number, text: string): string => (minor < 0 ? `-${text}` : text);

/** Ways in which exports write an amount, with the currency that they tell. */
const AMOUNTS: Readonly<Record<string, readonly [(minor: number) => string, currency?: string]>> = {
  '1234.56': [(m) => sign(m, `${whole(m)}.${cents(m)}`)],
  '1,234.56': [(m) => sign(m, `${grouped(m, ',')}.${cents(m)}`)],
  '1234,56': [(m) => sign(m, `${whole(m)},${cents(m)}`)],
  '1.234,56': [(m) => sign(m, `${grouped(m, '.')},${cents(m)}`)],
  '1 234,56': [(m) => sign(m, `${grouped(m, ' ')},${cents(m)}`)],
  '1\u00A0234,56': [(m) => sign(m, `${grouped(m, '\u00A0')},${cents(m)}`)],
  '1\u202F234,56 €': [(m) => sign(m, `${grouped(m, '\u202F')},${cents(m)} €`), 'EUR'],
  "1'234.56": [(m) => sign(m, `${grouped(m, "'")}.${cents(m)}`)],
  "CHF 1'234.56": [(m) => sign(m, `CHF ${grouped(m, "'")}.${cents(m)}`), 'CHF'],
  '(1,234.56)': [(m) => (m < 0 ? `(${grouped(m, ',')}.${cents(m)})` : `${grouped(m, ',')}.${cents(m)}`)],
  '($1,234.56)': [(m) => (m < 0 ? `($${grouped(m, ',')}.${cents(m)})` : `$${grouped(m, ',')}.${cents(m)}`)],
  '-$1,234.56': [(m) => sign(m, `$${grouped(m, ',')}.${cents(m)}`)],
  '$-1,234.56': [(m) => `$${sign(m, `${grouped(m, ',')}.${cents(m)}`)}`],
  '£1,234.56': [(m) => sign(m, `£${grouped(m, ',')}.${cents(m)}`), 'GBP'],
  '1.234,56-': [(m) => `${grouped(m, '.')},${cents(m)}${m < 0 ? '-' : ''}`],
  '\u22121,234.56': [(m) => `${m < 0 ? '\u2212' : ''}${grouped(m, ',')}.${cents(m)}`],
  '1,234.56 USD': [(m) => sign(m, `${grouped(m, ',')}.${cents(m)} USD`), 'USD'],
  'EUR 1.234,56': [(m) => `EUR ${sign(m, `${grouped(m, '.')},${cents(m)}`)}`, 'EUR'],
  '1.234,56 kr': [(m) => sign(m, `${grouped(m, '.')},${cents(m)} kr`)],
  '1234.5600': [(m) => sign(m, `${whole(m)}.${cents(m)}00`)],
  '12,34,567.89': [(m) => sign(m, `${whole(m).replace(/(\d)(?=(\d\d)+\d$)/g, '$1,')}.${cents(m)}`)],
  'R$ 1.234,56': [(m) => sign(m, `R$ ${grouped(m, '.')},${cents(m)}`), 'BRL'],
};

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function file(rows: readonly Truth[], date: (day: number) => string, amount: (minor: number) => string): string {
  const lines = rows.map((t, i) => [`R-${i}`, `C-${i % 7}`, date(t.day), amount(t.minor)].map(quoted).join(';'));
  return `Invoice No;Customer No;Invoice Date;Total\n${lines.join('\n')}\n`;
}

const seen = (c: Collected): unknown[] => c.rows.map((r) => [r.values['day'], r.values['amount']]);
const meant = (rows: readonly Truth[]): unknown[] => rows.map((t) => [isoDay(t.day), t.minor]);

describe('conventions of dates and numbers', () => {
  it.each(Object.entries(DATES))('dates written %s', (_name, date) => {
    const rows = truths(3);
    const c = collect(file(rows, date, AMOUNTS['1234.56']![0]), 'invoices.csv');
    expect(c.rejects).toEqual([]);
    expect(seen(c)).toEqual(meant(rows));
  });

  it.each(Object.entries(AMOUNTS))('amounts written %s', (_name, [amount, currency]) => {
    const rows = truths(11);
    const c = collect(file(rows, isoDay, amount), 'invoices.csv');
    expect(c.rejects).toEqual([]);
    expect(seen(c)).toEqual(meant(rows));
    expect(new Set(c.rows.map((r) => r.values['currency']))).toEqual(new Set([currency ?? 'EUR']));
  });

  it.each(['', '-', '--', 'N/A', 'n/a', '#N/A', 'null', 'NULL', '(blank)', '(null)', 'None', '-None-', 'NaN', 'nil'])(
    '"%s" in a column of dates and of amounts is empty',
    (word) => {
      const rows = truths(5, 12);
      const text = file(rows, isoDay, AMOUNTS['1234.56']![0]).replace('Total\n', 'Total;Due Date;Tax\n');
      const wide = text
        .trimEnd()
        .split('\n')
        .map((line, i) =>
          i === 0 ? line : `${line};${i % 3 === 0 ? word : '2026-01-31'};${i % 4 === 0 ? word : '1.50'}`,
        )
        .join('\n');
      const c = collect(`${wide}\n`, 'invoices.csv');
      expect(c.rejects).toEqual([]);
      expect(c.rows.map((r) => [r.values['due_day'], r.values['tax']])).toEqual(
        rows.map((_, i) => [(i + 1) % 3 === 0 ? undefined : '2026-01-31', (i + 1) % 4 === 0 ? undefined : 150]),
      );
      expect(c.facts.decisions.filter((d) => d.what === 'values kept as text')).toEqual([]);
    },
  );

  it.each([
    ['leading zeros', '000123', '000123'],
    ['a guard apostrophe', "'000123", '000123'],
    ['eleven digits', '51200000001', '51200000001'],
    ['twenty digits', '98200000000056700123', '98200000000056700123'],
    ['a typed prefix', 'zcrm_554', 'zcrm_554'],
    ['letters that differ in case only', '0015g00000AbCdE', '0015g00000AbCdE'],
  ])('a key with %s stays the text it is', (_name, written, key) => {
    const c = collect(
      `Customer ID,Invoice Date,Invoice No,Total\n${written},2026-01-31,7,10.00\n${written},2026-02-01,8,11.00\n`,
      'x.csv',
    );
    expect(c.rows.map((r) => r.party?.externalId)).toEqual([key, key]);
  });

  it('a key that a spreadsheet has cut is no key', () => {
    const c = collect(
      'Customer ID,Customer Email,Invoice Date,Invoice No,Total\n5.12E+10,a@x.example,2026-01-31,7,10.00\n5.12E+10,b@x.example,2026-02-01,8,11.00\n',
      'x.csv',
    );
    expect(c.rows.map((r) => [r.party?.externalId, r.party?.email])).toEqual([
      [null, 'a@x.example'],
      [null, 'b@x.example'],
    ]);
    expect(c.facts.decisions.some((d) => d.what === 'refused as a key')).toBe(true);
  });
});
