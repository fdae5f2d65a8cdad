/**
 * Numbers, money, days and shares as text. Conventions are fixed (comma for thousands, point for decimals,
 * U+2212 for minus, a narrow space before units) so that the same figure reads the same everywhere.
 * Unknown values (null) are a dash.
 */
export type MoneyLike = { currency: string; minor: number };

export const UNKNOWN = '—';
const MINUS = '−';
const NARROW = '\u202f';

const ZERO_DECIMALS = new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMALS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));
const SIGNS: Record<string, string> = {
  EUR: '€',
  USD: '$',
  GBP: '£',
  JPY: '¥',
  INR: '₹',
  KRW: '₩',
  ILS: '₪',
  PLN: 'zł',
};

/** Number of decimals of a currency, as the engine stores it (ISO 4217). */
export function currencyDecimals(code: string): number {
  return ZERO_DECIMALS.has(code) ? 0 : THREE_DECIMALS.has(code) ? 3 : 2;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export type NumberOptions = {
  /** Fixed number of decimals (default 0 for whole numbers, else at most 2). */
  decimals?: number;
  /** `+` before positive values. */
  signed?: boolean;
};

/** `1,284`, `−0.35`, `+12`. */
export function formatNumber(value: number | null | undefined, options: NumberOptions = {}): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const decimals = options.decimals ?? (Number.isInteger(value) ? 0 : 2);
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const zero = Number(text) === 0;
  const sign = zero ? '' : value < 0 ? MINUS : options.signed ? '+' : '';
  return `${sign}${grouped(whole)}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `16.6 %` of 0.166. */
export function formatShare(value: number | null | undefined, options: NumberOptions = {}): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return `${formatNumber(value * 100, { decimals: 1, ...options })}${NARROW}%`;
}

/** NPS points: `+32`, `−5`, `0`. */
export function formatPoints(value: number | null | undefined, decimals = 0): string {
  return formatNumber(value, { decimals, signed: true });
}

/** `171 d`. */
export function formatDays(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return `${formatNumber(value, { decimals })}${NARROW}d`;
}

function oneMoney({ currency, minor }: MoneyLike, compact: boolean): string {
  const decimals = currencyDecimals(currency);
  const value = minor / 10 ** decimals;
  const sign = value < 0 ? MINUS : '';
  const size = Math.abs(value);
  const before = SIGNS[currency] ?? `${currency}${NARROW}`;
  if (compact && size >= 1_000_000_000) return `${sign}${before}${(size / 1_000_000_000).toFixed(1)}B`;
  if (compact && size >= 999_500) return `${sign}${before}${(size / 1_000_000).toFixed(1)}M`;
  if (compact && size >= 10_000) return `${sign}${before}${Math.round(size / 1000)}k`;
  const whole = size >= 100 || Number.isInteger(size);
  return `${sign}${before}${formatNumber(size, { decimals: whole ? 0 : decimals })}`;
}

/** `€48,200`, `€12.50`, `€48,200 + $300` for several currencies (never added); a dash for none. */
export function formatMoney(
  list: readonly MoneyLike[] | null | undefined,
  options: { compact?: boolean } = {},
): string {
  if (!list || list.length === 0) return UNKNOWN;
  return list.map((m) => oneMoney(m, options.compact ?? false)).join(' + ');
}

/** The number a column of money is sorted by: the first currency's amount. */
export function moneyValue(list: readonly MoneyLike[] | null | undefined): number | null {
  const first = list?.[0];
  return first ? first.minor / 10 ** currencyDecimals(first.currency) : null;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `30 Sep 2026` of `2026-09-30`; `withYear: false` leaves the year out. */
export function formatDay(iso: string | null | undefined, withYear = true): string {
  const match = iso ? /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) : null;
  if (!match) return UNKNOWN;
  const text = `${Number(match[3])} ${MONTHS[Number(match[2]) - 1] ?? ''}`;
  return withYear ? `${text} ${match[1]}` : text;
}

/** `1 customer`, `2 customers`, `1,284 customers`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `12 KB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatNumber(bytes)}${NARROW}B`;
  if (bytes < 1_000_000) return `${formatNumber(bytes / 1000, { decimals: 0 })}${NARROW}KB`;
  if (bytes < 1_000_000_000) return `${formatNumber(bytes / 1_000_000, { decimals: 1 })}${NARROW}MB`;
  return `${formatNumber(bytes / 1_000_000_000, { decimals: 1 })}${NARROW}GB`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${formatNumber(seconds, { decimals: 1 })}${NARROW}s`;
  if (seconds < 60) return `${formatNumber(Math.round(seconds))}${NARROW}s`;
  const whole = Math.round(seconds);
  return `${formatNumber(Math.floor(whole / 60))}${NARROW}min ${whole % 60}${NARROW}s`;
}

/** A value of a known type as text, the same in tables, sentences and copies. */
export type ValueKind = 'text' | 'number' | 'days' | 'day' | 'money' | 'share' | 'points' | 'rung' | 'yesno';
export type Value = string | number | boolean | null | undefined | readonly MoneyLike[];

export function formatValue(value: Value, kind: ValueKind): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return formatMoney(value);
  switch (kind) {
    case 'days':
      return formatDays(value, Number.isInteger(value) ? 0 : 1);
    case 'share':
      return formatShare(value);
    case 'points':
      return formatPoints(value);
    case 'number':
    case 'money':
    case 'yesno':
    case 'day':
    case 'rung':
    case 'text':
      return formatNumber(value);
    default:
      return unexpected(kind);
  }
}

function unexpected(kind: never): never {
  throw new Error(`unexpected kind ${String(kind)}`);
}
