/** Decimals of the currencies that do not have two (ISO 4217). */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
]);

/** Number of decimals of a currency: JPY 0, EUR 2, KWD 3. */
export function currencyExponent(code: string): number {
  return EXPONENTS.get(code) ?? 2;
}

/** An amount in minor units of one currency. Lists are sorted by currency and never added across currencies. */
export type Money = { currency: string; minor: number };

/**
 * Minor units of a decimal text with `.` as decimal point and no thousands separators (`-1234.565`),
 * rounded half away from zero once. Null when the text is not a number or exceeds 2^53 minor units.
 */
export function minorOf(decimal: string, currency: string): number | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(decimal);
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return null;
  const exponent = currencyExponent(currency);
  const fraction = (match[3] ?? '').padEnd(exponent + 1, '0');
  const kept = fraction.slice(0, exponent);
  const next = fraction.charCodeAt(exponent) - 48;
  const magnitude = Number(`${match[2] || '0'}${kept}`) + (next >= 5 ? 1 : 0);
  if (!Number.isSafeInteger(magnitude)) return null;
  return magnitude === 0 ? 0 : match[1] === '-' ? -magnitude : magnitude;
}

/** Decimal text of minor units: 123456 EUR -> `1234.56`. */
export function decimalOf(minor: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const sign = minor < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Sums per currency, sorted by currency, zero sums kept. */
export function addMoney(list: readonly Money[]): Money[] {
  const sums = new Map<string, number>();
  for (const { currency, minor } of list) sums.set(currency, (sums.get(currency) ?? 0) + minor);
  return [...sums].map(([currency, minor]) => ({ currency, minor })).sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
