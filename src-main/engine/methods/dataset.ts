import { tryParseIsoDay, dayOf } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { badInput, type DataDir } from './method.ts';

/** Reading the data sets that a method's input may name. */

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Names by which well-known sets go, and the file name they have. */
const ALIASES: [RegExp, RegExp][] = [
  [/^cdnow(sample)?$/, /^cdnow_?sample\.txt$/],
  [/^cdnowmaster$/, /^cdnow_?master\.txt$/],
  [/^cdnow(customers)?summary$/, /^cdnow_customers_summary_with_transactions\.csv$/],
  [/^febrl(\d)$/, /^(dataset|febrl)\d[ab]?\.csv$/],
  [/^rldata(500|10000)$/, /^rldata\d+\.csv$/],
];

/** Paths of the files of a named set, best first. Throws when there is none. */
export function datasetFiles(
  name: string,
  data: DataDir | undefined,
  accept: (path: string) => boolean = () => true,
): string[] {
  if (!data)
    throw new LadderlineError(
      'no-data',
      `The input names the data set "${name}"; give the folder that holds it with --data DIR.`,
      { dataset: name },
    );
  if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]/.test(name)) throw badInput('dataset', 'expected a path inside the data folder');
  const files = data
    .list()
    .filter((f) => /\.(csv|txt|tsv)$/i.test(f) && accept(f))
    .sort();
  const base = (f: string): string => f.slice(f.lastIndexOf('/') + 1);
  const stem = (f: string): string => base(f).replace(/\.[^.]+$/, '');
  const wanted = plain(name);
  const digits = /\d+/.exec(name)?.[0];
  const alias = ALIASES.find(([n]) => n.test(wanted));
  const tests: ((f: string) => boolean)[] = [
    (f) => f === name,
    (f) => base(f).toLowerCase() === name.toLowerCase(),
    (f) => plain(stem(f)) === wanted,
    (f) =>
      alias !== undefined &&
      alias[1].test(base(f).toLowerCase()) &&
      (digits === undefined || (/\d+/.exec(base(f))?.[0] ?? digits) === digits),
    (f) => f.includes('/') && plain(f.slice(0, f.lastIndexOf('/'))) === wanted,
    (f) => plain(stem(f)).replace(/[ab]$/, '') === wanted,
    (f) => plain(f).includes(wanted),
  ];
  for (const test of tests) {
    const hits = files.filter(test);
    if (hits.length > 0) return hits;
  }
  throw new LadderlineError('no-data', `There is no data set "${name}" in the data folder.`, { dataset: name });
}

/** Text of a file that `datasetFiles` has named. */
export function datasetText(path: string, data: DataDir): string {
  const text = data.readText(path);
  if (text === null) throw new LadderlineError('no-data', `The data file "${path}" cannot be read.`, { dataset: path });
  return text.replace(/^\uFEFF/, '');
}

/** Rows of a comma-separated text with double-quoted cells; cells are trimmed. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (c === ',' || c === '\n') {
      row.push(cell.trim());
      cell = '';
      if (c === '\n') {
        if (row.length > 1 || row[0] !== '') rows.push(row);
        row = [];
      }
    } else cell += c;
  }
  if (cell.trim() !== '' || row.length > 0) rows.push([...row, cell.trim()]);
  return rows;
}

export interface RepeatCustomer {
  x: number;
  tx: number;
  T: number;
  /** Mean value of the repeat purchase days; null without one or without values. */
  mean: number | null;
}

/**
 * A purchase log reduced to x, tx, T and mean repeat value. Purchases of one day are one; the first is not a repeat;
 * rows after `end` are left out. Times are days divided by `unit`.
 */
export function reduceLog(
  log: readonly { id: string; day: number; value: number | null }[],
  end: number,
  unit: number,
): RepeatCustomer[] {
  const customers = new Map<string, Map<number, number | null>>();
  for (const { id, day, value } of log) {
    if (day > end) continue;
    const days = customers.get(id) ?? new Map<number, number | null>();
    const had = days.get(day);
    days.set(day, value === null ? (had ?? null) : (had ?? 0) + value);
    customers.set(id, days);
  }
  return [...customers.values()].map((days) => {
    const sorted = [...days].sort((a, b) => a[0] - b[0]);
    const first = sorted[0]![0];
    const repeats = sorted.slice(1);
    const valued = repeats.filter(([, v]) => v !== null);
    return {
      x: repeats.length,
      tx: (sorted.at(-1)![0] - first) / unit,
      T: (end - first) / unit,
      mean:
        valued.length > 0 && valued.length === repeats.length
          ? valued.reduce((s, [, v]) => s + v!, 0) / valued.length
          : null,
    };
  });
}

function dayOfText(text: string): number | null {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return compact
    ? dayOf(Number(compact[1]), Number(compact[2]), Number(compact[3]))
    : tryParseIsoDay(text.slice(0, 10));
}

/** Customers of a named set: a table with x/frequency, t_x/recency and T, or a purchase log in weeks. CDNOW is observed up to 1997-09-30 (39 weeks). */
export function repeatPurchases(name: string, data: DataDir | undefined): RepeatCustomer[] {
  const path = datasetFiles(name, data)[0]!;
  const text = datasetText(path, data!);
  const rows = /\.txt$/i.test(path)
    ? text
        .split(/\r?\n/)
        .map((l) => l.trim().split(/\s+/))
        .filter((r) => r.length > 1)
    : csvRows(text);
  const header = rows[0]!.map((h) => h.toLowerCase());
  const column = (...names: string[]): number => header.findIndex((h) => names.includes(h));
  const [x, tx] = [column('x', 'frequency'), column('t_x', 't.x', 'recency')];
  const T = rows[0]!.findIndex((h) => h === 'T' || h === 'T.cal');
  if (x >= 0 && tx >= 0 && T >= 0) {
    const mean = column('zbar', 'monetary_value', 'mean');
    return rows.slice(1).map((r) => ({
      x: Number(r[x]),
      tx: Number(r[tx]),
      T: Number(r[T]),
      mean: mean < 0 || Number(r[x]) === 0 ? null : Number(r[mean]),
    }));
  }
  const named = rows[0]!.every((c) => !/^\d+(\.\d+)?$/.test(c));
  // The CDNOW sample has no header: master id, sample id, date, number of CDs, dollars.
  const at = named
    ? {
        id: column('customer_id', 'sampleid', 'masterid', 'id', 'cust', 'customer'),
        date: column('date', 'day'),
        value: column('dollar_value', 'sales', 'amount', 'value'),
      }
    : { id: rows[0]!.length >= 5 ? 1 : 0, date: rows[0]!.length >= 5 ? 2 : 1, value: rows[0]!.length - 1 };
  if (at.id < 0 || at.date < 0)
    throw badInput('dataset', `"${path}" has neither x, t_x, T nor a customer and a date column`);
  const log = (named ? rows.slice(1) : rows).map((r) => ({
    id: r[at.id]!,
    day: dayOfText(r[at.date]!),
    value: at.value < 0 ? null : Number(r[at.value]),
  }));
  const wrong = log.findIndex((l) => l.day === null);
  if (wrong >= 0) throw badInput('dataset', `"${path}" has no date in row ${wrong + 1}`);
  const dated = log as { id: string; day: number; value: number | null }[];
  const last = dated.reduce((d, l) => Math.max(d, l.day), -Infinity);
  return reduceLog(dated, /cdnow/i.test(path) ? dayOf(1997, 9, 30) : last, 7);
}
