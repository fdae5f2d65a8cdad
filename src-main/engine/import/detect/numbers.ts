export type DecimalMark = '.' | ',';

const SYMBOLS: readonly (readonly [symbol: string, currency: string])[] = [
  ['€', 'EUR'], ['£', 'GBP'], ['¥', 'JPY'], ['₹', 'INR'], ['₩', 'KRW'], ['₽', 'RUB'], ['₺', 'TRY'], ['zł', 'PLN'], ['Kč', 'CZK'],
  ['US$', 'USD'], ['A$', 'AUD'], ['C$', 'CAD'], ['CA$', 'CAD'], ['AU$', 'AUD'], ['NZ$', 'NZD'], ['HK$', 'HKD'], ['S$', 'SGD'], ['R$', 'BRL'],
]; // prettier-ignore

const CODES = new Set(
  (
    'EUR USD GBP CHF JPY CAD AUD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH ILS AED SAR KWD BHD OMR QAR JOD EGP ZAR NGN KES MAD TND ' +
    'INR PKR LKR BDT CNY HKD TWD KRW SGD MYR THB IDR PHP VND MXN BRL ARS CLP COP PEN UYU'
  ).split(' '),
);

/** True for an ISO 4217 code in common use, in any case. */
export function isCurrency(text: string): boolean {
  return CODES.has(text.toUpperCase());
}

/** Currency named in a header such as `Open Balance (GBP)` or `Umsatz €`; null when none is. */
export function currencyInHeader(header: string): string | null {
  const code = /(?:^|[\s([_-])([A-Z]{3})(?:[)\]]|$)/.exec(header)?.[1];
  if (code && CODES.has(code)) return code;
  for (const [symbol, currency] of SYMBOLS) if (symbol.length === 1 && header.includes(symbol)) return currency;
  return null;
}

/** Currency written in a value (`€ 12`, `12 CHF`); null for a bare number and for an ambiguous sign such as `$`. */
export function currencyInValue(text: string): string | null {
  const code = /(?:^|[\d\s.,-])([A-Za-z]{3})(?=$|[\d\s.,-])/.exec(text)?.[1];
  if (code && CODES.has(code.toUpperCase())) return code.toUpperCase();
  let best: string | null = null;
  let length = 0;
  for (const [symbol, currency] of SYMBOLS) {
    if (symbol.length > length && text.includes(symbol)) [best, length] = [currency, symbol.length];
  }
  return best;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** No number is written longer than this. */
const LONGEST = 80;
/** More letters in a row than any currency has. */
const WORD = /[A-Za-z]{4}/;

/** Digits, sign and separators of a number as written; null when the text is something else. */
function bare(text: string): { negative: boolean; digits: string; percent: boolean } | null {
  if (PLAIN.test(text)) {
    return text.charCodeAt(0) === 45
      ? { negative: true, digits: text.slice(1), percent: false }
      : { negative: false, digits: text, percent: false };
  }
  if (text.length > LONGEST || WORD.test(text)) return null;
  let s = text.trim();
  let negative = false;
  let percent = false;
  if (s.startsWith('(') && s.endsWith(')')) {
    negative = true;
    s = s.slice(1, -1);
  }
  s = s.replace(/[\u2212\u2013]/g, '-');
  if (s.endsWith('%')) {
    percent = true;
    s = s.slice(0, -1);
  }
  s = s.replace(/^([+-]?)\s*(?:[A-Z]{1,3})?[$€£¥₹₩₽₺]\s*/i, '$1').replace(/\s*[$€£¥₹₩₽₺]$/, '');
  s = s
    .replace(/^([+-]?)\s*(?:[A-Za-z]{3}|kr\.?|Rs\.?|Fr\.?|zł|Kč|Ft)\s*(?=[\d+-])/, '$1')
    .replace(/(?<=\d)\s*(?:[A-Za-z]{3}|kr\.?|zł|Kč|Fr\.?)$/, '');
  s = s.replace(/^-?(?=-)/, '');
  if (s.startsWith('-')) {
    negative = !negative;
    s = s.slice(1);
  } else if (s.startsWith('+')) {
    s = s.slice(1);
  } else if (s.endsWith('-')) {
    negative = !negative;
    s = s.slice(0, -1);
  }
  s = s
    .trim()
    .replace(/^[$€£¥₹]\s*/, '')
    .replace(/(?<=\d)[\u00A0\u202F\u2009 '’](?=\d{3})/g, '');
  return /^\d*[\d.,]*\d$|^\d+[.,]$/.test(s) ? { negative, digits: s, percent } : null;
}

/**
 * A number as a plain decimal text (`-1234.56`), by the column's decimal mark. Accepts thousands separators, currency signs
 * before or after, parentheses, trailing minus, U+2212, non-breaking spaces and apostrophes as separators. A percent sign
 * stays as a trailing `%`. Null when the text is no number under that mark.
 */
export function plainNumber(text: string, decimal: DecimalMark): string | null {
  if (decimal === '.' && PLAIN.test(text)) return text;
  const parsed = bare(text);
  if (!parsed) return null;
  const thousands = decimal === '.' ? ',' : '.';
  let digits = parsed.digits;
  const cut = digits.lastIndexOf(decimal);
  if (cut >= 0 && digits.indexOf(decimal) !== cut) return null;
  const whole = cut >= 0 ? digits.slice(0, cut) : digits;
  const fraction = cut >= 0 ? digits.slice(cut + 1) : '';
  if (fraction.includes(thousands)) return null;
  if (whole.includes(thousands)) {
    const groups = whole.split(thousands);
    if (groups[0]!.length > 3 || groups[0] === '' || groups.slice(1, -1).some((g) => g.length !== 3 && g.length !== 2))
      return null;
    if (groups.at(-1)!.length !== 3) return null;
  }
  digits = `${whole.replaceAll(thousands, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return `${parsed.negative ? '-' : ''}${digits}${parsed.percent ? '%' : ''}`;
}

/** What a value says about its decimal mark: '.' or ',' for certain, `?` for `1.234`, null for a whole number, undefined for no number. */
export function decimalEvidence(text: string): DecimalMark | '?' | null | undefined {
  const parsed = bare(text);
  if (!parsed) return undefined;
  const s = parsed.digits;
  const dot = s.lastIndexOf('.');
  const comma = s.lastIndexOf(',');
  if (dot < 0 && comma < 0) return null;
  if (dot >= 0 && comma >= 0) return dot > comma ? '.' : ',';
  const mark: DecimalMark = dot >= 0 ? '.' : ',';
  const other: DecimalMark = mark === '.' ? ',' : '.';
  const at = Math.max(dot, comma);
  if (s.indexOf(mark) !== at) return other;
  if (s.length - at - 1 !== 3) return mark;
  return at === 0 || at > 3 || s.startsWith('0') ? mark : '?';
}

/** True when the text is a number under one of the marks. */
export function looksNumeric(text: string): boolean {
  return bare(text) !== null;
}

/** A long number that a spreadsheet has cut to scientific notation (`5,12E+10`): its digits are lost. */
export function isScientific(text: string): boolean {
  return /^\d(?:[.,]\d+)?E\+\d{1,2}$/i.test(text);
}

export type DecimalDecision = { decimal: DecimalMark; ambiguous: boolean; why: string };

/** One decimal mark for a column from the counts of its evidence; `likely` is what the rest of the file or profile says. */
export function decideDecimal(
  counts: { dot: number; comma: number; open: number },
  likely: { mark: DecimalMark; why: string } | null,
): DecimalDecision {
  if (counts.dot > 0 && counts.comma > 0) {
    return {
      decimal: counts.dot >= counts.comma ? '.' : ',',
      ambiguous: true,
      why: 'some values use a decimal point, others a decimal comma',
    };
  }
  if (counts.dot > 0) return { decimal: '.', ambiguous: false, why: 'values use a decimal point' };
  if (counts.comma > 0) return { decimal: ',', ambiguous: false, why: 'values use a decimal comma' };
  if (likely) return { decimal: likely.mark, ambiguous: false, why: likely.why };
  if (counts.open > 0)
    return {
      decimal: '.',
      ambiguous: true,
      why: 'every value looks like 1.234: thousands or decimals cannot be told apart',
    };
  return { decimal: '.', ambiguous: false, why: 'whole numbers' };
}
