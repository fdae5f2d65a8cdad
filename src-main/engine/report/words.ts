import { currencyExponent, type Money } from '#engine/base/money.ts';

/** Numbers as text, the same on every machine: `1,234`, `12.5`, minus as `−`, undefined as `–`. */
export function decimals(value: number | null, digits = 0): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const fixed = Math.abs(value).toFixed(digits);
  const [whole, fraction] = fixed.split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** With a plus where it rises. */
export function signed(value: number | null, digits = 0): string {
  const text = decimals(value, digits);
  return value !== null && value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/** A share of 0..1 as `12 %`, below 10 % with one decimal. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const value = share * 100;
  return `${decimals(value, Math.abs(value) < 10 && value !== 0 ? 1 : 0)} %`;
}

/** `12 % (95 % interval 8 to 17 %)`. */
export function shareWithInterval(share: number | null, low: number | null, high: number | null): string {
  if (share === null) return '–';
  if (low === null || high === null) return percent(share);
  return `${percent(share)} (95 % interval ${percent(low).replace(' %', '')} to ${percent(high)})`;
}

/** Whole major units per currency: `1,482,556 EUR + 6,057 CHF`, the larger first; `–` without any. */
export function money(list: readonly Money[]): string {
  if (list.length === 0) return '–';
  return list
    .map(({ currency, minor }) => ({ currency, major: minor / 10 ** currencyExponent(currency) }))
    .sort((a, b) => Math.abs(b.major) - Math.abs(a.major) || (a.currency < b.currency ? -1 : 1))
    .map(({ currency, major }) => `${decimals(major)} ${currency}`)
    .join(' + ');
}

export function plural(n: number, one: string, many: string): string {
  return `${decimals(n)} ${n === 1 ? one : many}`;
}

/** First letter in capitals. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
