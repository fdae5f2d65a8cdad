import * as z from 'zod';
import { isoDay, type Day } from '#engine/base/days.ts';
import { currencyExponent } from '#engine/base/money.ts';
import { fiscalLabel, month } from './calendar.ts';
import { badInput, day, defineMethod } from './method.ts';

/** Money without floating point: exact fractions, rounded half away from zero, once, at the end. */

/** numerator / denominator, denominator > 0. */
export interface Fraction {
  n: bigint;
  d: bigint;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The exact value of a decimal text such as "-1234.565" or "1.5e3"; null when it is not one. */
export function fractionOf(text: string): Fraction | null {
  const m = DECIMAL.exec(text.trim());
  if (!m || ((m[2] ?? '') === '' && (m[3] ?? '') === '')) return null;
  const digits = `${m[2] ?? ''}${m[3] ?? ''}`;
  const shift = Number(m[4] ?? 0) - (m[3]?.length ?? 0);
  const n = BigInt(digits) * (m[1] === '-' ? -1n : 1n);
  return shift >= 0 ? { n: n * 10n ** BigInt(shift), d: 1n } : { n, d: 10n ** BigInt(-shift) };
}

/** The nearest integer, halves away from zero. */
export function roundFraction({ n, d }: Fraction): bigint {
  const magnitude = n < 0n ? -n : n;
  const rounded = (2n * magnitude + d) / (2n * d);
  return n < 0n ? -rounded : rounded;
}

/** A decimal text rounded half away from zero to `digits` decimals; never "-0.00". Null when it is not a number. */
export function roundDecimal(text: string, digits: number): string | null {
  const value = fractionOf(text);
  if (value === null) return null;
  const scaled = roundFraction({ n: value.n * 10n ** BigInt(digits), d: value.d });
  const body = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0');
  const cut = body.length - digits;
  return `${scaled < 0n ? '-' : ''}${body.slice(0, cut)}${digits > 0 ? `.${body.slice(cut)}` : ''}`;
}

/**
 * Splits a total of minor units by weights, largest remainder first (Hamilton), ties to the earlier index. Parts sum to the total exactly.
 * Null when the weights sum to 0. Weights are taken as the decimals they print as.
 */
export function allocate(total: number, weights: readonly number[]): number[] | null {
  if (weights.length === 0) return total === 0 ? [] : null;
  const exact = weights.map((w) => fractionOf(String(w))!);
  const scale = exact.reduce((d, f) => (f.d > d ? f.d : d), 1n);
  const units = exact.map((f) => (f.n * scale) / f.d);
  const all = units.reduce((a, b) => a + b, 0n);
  if (all === 0n) return null;
  const magnitude = BigInt(Math.abs(total));
  const parts = units.map((u) => (magnitude * u) / all);
  const remainder = units.map((u) => (magnitude * u) % all);
  let left = Number(magnitude - parts.reduce((a, b) => a + b, 0n));
  const order = units
    .map((_, i) => i)
    .sort((a, b) => (remainder[b]! > remainder[a]! ? 1 : remainder[b]! < remainder[a]! ? -1 : a - b));
  for (const i of order) {
    if (left-- <= 0) break;
    parts[i]! += 1n;
  }
  return parts.map((p) => (total < 0 && p !== 0n ? -Number(p) : Number(p)));
}

export interface Invoice {
  id: string;
  date: Day;
  minor: number;
  currency: string;
}
export interface CreditNote {
  invoice: string;
  date: Day;
  minor: number;
  currency: string;
}
/** Units of a currency per one unit of the base currency, from a day on. */
export interface Rate {
  date: Day;
  currency: string;
  perBase: number;
}
export interface Excluded {
  kind: 'invoice' | 'credit';
  index: number;
  reason: 'no_rate' | 'unknown_invoice' | 'other_currency';
}

/**
 * Net revenue in minor units of the base currency by fiscal quarter as of a day. An invoice converts at the latest rate dated up to it,
 * a credit note at the rate of its invoice. `book` puts a credit into its own quarter, `restate` into the invoice's. A row without a rate is excluded and listed.
 */
export function netRevenue(
  invoices: readonly Invoice[],
  credits: readonly CreditNote[],
  rates: readonly Rate[],
  asOf: Day,
  options: { base: string; startMonth: number } = { base: 'EUR', startMonth: 1 },
): { book: Map<string, number>; restate: Map<string, number>; excluded: Excluded[] } {
  const excluded: Excluded[] = [];
  const baseUnit = 10n ** BigInt(currencyExponent(options.base));
  const convert = (minor: number, currency: string, date: Day): Fraction | null => {
    if (currency === options.base) return { n: BigInt(minor), d: 1n };
    let rate: Rate | null = null;
    for (const r of rates) if (r.currency === currency && r.date <= date && (!rate || r.date >= rate.date)) rate = r;
    if (!rate || !(rate.perBase > 0)) return null;
    const per = fractionOf(String(rate.perBase))!;
    return { n: BigInt(minor) * per.d * baseUnit, d: per.n * 10n ** BigInt(currencyExponent(currency)) };
  };
  const book = new Map<string, Fraction>();
  const restate = new Map<string, Fraction>();
  const add = (to: Map<string, Fraction>, date: Day, v: Fraction): void => {
    const label = fiscalLabel(date, options.startMonth);
    const had = to.get(label) ?? { n: 0n, d: 1n };
    to.set(label, { n: had.n * v.d + v.n * had.d, d: had.d * v.d });
  };
  const visible = new Map<string, Invoice>();
  invoices.forEach((invoice, index) => {
    if (invoice.date > asOf) return;
    visible.set(invoice.id, invoice);
    const value = convert(invoice.minor, invoice.currency, invoice.date);
    if (value === null) excluded.push({ kind: 'invoice', index, reason: 'no_rate' });
    else for (const view of [book, restate]) add(view, invoice.date, value);
  });
  credits.forEach((credit, index) => {
    if (credit.date > asOf) return;
    const invoice = visible.get(credit.invoice);
    const reason = !invoice ? 'unknown_invoice' : invoice.currency !== credit.currency ? 'other_currency' : null;
    const value = reason === null ? convert(-credit.minor, credit.currency, invoice!.date) : null;
    if (value === null) excluded.push({ kind: 'credit', index, reason: reason ?? 'no_rate' });
    else {
      add(book, credit.date, value);
      add(restate, invoice!.date, value);
    }
  });
  const rounded = (view: Map<string, Fraction>): Map<string, number> =>
    new Map([...view].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, v]) => [label, Number(roundFraction(v))]));
  return { book: rounded(book), restate: rounded(restate), excluded };
}

const minor = z.number().int().refine(Number.isSafeInteger, 'expected at most 2^53 minor units');
const AREA = '10-data-mix';
export const MONEY_METHODS = [
  defineMethod(
    AREA,
    'money.net_revenue',
    'Net revenue by fiscal quarter in one currency, with credit notes booked or restated.',
    z.object({
      invoices: z.array(z.object({ id: z.string(), date: day, amount_minor: minor, ccy: z.string() })),
      credits: z.array(z.object({ inv: z.string(), date: day, amount_minor: minor, ccy: z.string() })).default([]),
      rates: z.array(z.object({ date: day, ccy: z.string(), per_eur: z.number().positive() })).default([]),
      asOf: z.union([z.array(day), day.transform((d) => [d])]),
      fiscal_start_month: month.default(1),
    }),
    (i) => {
      const views = i.asOf.map(
        (asOf) =>
          [
            isoDay(asOf),
            netRevenue(
              i.invoices.map((v) => ({ id: v.id, date: v.date, minor: v.amount_minor, currency: v.ccy })),
              i.credits.map((c) => ({ invoice: c.inv, date: c.date, minor: c.amount_minor, currency: c.ccy })),
              i.rates.map((r) => ({ date: r.date, currency: r.ccy, perBase: r.per_eur })),
              asOf,
              { base: 'EUR', startMonth: i.fiscal_start_month },
            ),
          ] as const,
      );
      return {
        book: Object.fromEntries(views.map(([d, v]) => [d, Object.fromEntries(v.book)])),
        restate: Object.fromEntries(views.map(([d, v]) => [d, Object.fromEntries(v.restate)])),
        excluded: Object.fromEntries(views.map(([d, v]) => [d, v.excluded])),
      };
    },
  ),
  defineMethod(
    AREA,
    'money.allocate',
    'Splits a total so that the parts add up exactly (largest remainder).',
    z.object({ total_minor: minor, weights: z.array(z.number().nonnegative()) }),
    (i) => ({ parts: allocate(i.total_minor, i.weights) }),
  ),
  defineMethod(
    AREA,
    'money.round',
    'Rounds decimal texts half away from zero.',
    z.object({
      values: z.array(z.union([z.string(), z.number()]).nullable()),
      digits: z.number().int().min(0).max(12).optional(),
      currency: z.string().optional(),
    }),
    (i) => {
      const digits = i.digits ?? (i.currency === undefined ? 2 : currencyExponent(i.currency));
      if (i.digits !== undefined && i.currency !== undefined && i.digits !== currencyExponent(i.currency))
        throw badInput('digits', `expected the ${currencyExponent(i.currency)} decimals of ${i.currency}`);
      return { rounded: i.values.map((v) => (v === null ? null : roundDecimal(String(v), digits))) };
    },
  ),
];
