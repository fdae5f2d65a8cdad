import { dayOf, isCivil, type Day } from '#engine/base/days.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** A date as written: local civil day, seconds of the day (-1 without a time), offset from UTC in seconds or NaN, zone name. */
export type WrittenDate = { day: Day; seconds: number; offset: number };

/** How a value is built: `iso` and `named` have one reading, `parts` needs an order, `serial` is a spreadsheet or epoch number. */
export type DateShape = 'iso' | 'named' | 'parts' | 'serial';

const MONTHS = new Map<string, number>(
  (
    [
      'jan january januar janvier enero ene gennaio gen janeiro januari jänner',
      'feb february februar février fevrier févr fevr fév febrero febbraio fevereiro fev februari',
      'mar march märz maerz mär mrz mars marzo março marco maart mrt',
      'apr april avril avr abril abr aprile',
      'may mai mayo maggio mag maio mei',
      'jun june juni juin junio giugno giu junho',
      'jul july juli juillet juil julio luglio lug julho',
      'aug august août aout agosto ago augustus',
      'sep sept september septembre septiembre settembre set setembro',
      'oct october oktober okt octobre octubre ottobre ott outubro out',
      'nov november novembre noviembre novembro',
      'dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro',
    ] as const
  ).flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)),
);

/** Zone abbreviations that exports carry, in hours from UTC. */
const ABBREVIATIONS = new Map<string, number>([
  ['z', 0], ['utc', 0], ['gmt', 0], ['wet', 0], ['bst', 1], ['west', 1], ['cet', 1], ['mez', 1], ['cest', 2], ['mesz', 2],
  ['eet', 2], ['eest', 3], ['msk', 3], ['est', -5], ['edt', -4], ['cst', -6], ['cdt', -5], ['mst', -7], ['mdt', -6],
  ['pst', -8], ['pdt', -7], ['akst', -9], ['akdt', -8], ['hst', -10], ['jst', 9], ['sgt', 8], ['hkt', 8], ['awst', 8],
  ['aest', 10], ['aedt', 11], ['nzst', 12], ['nzdt', 13], ['ist', 5.5],
]); // prettier-ignore

/** Offset in seconds of `+02:00`, `-0530`, `GMT+3`, `CEST`; NaN when the text is no offset. */
export function offsetOf(text: string): number {
  const folded = text.trim().toLowerCase();
  const known = ABBREVIATIONS.get(folded);
  if (known !== undefined) return known * 3600;
  const match = /^(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?$/.exec(folded);
  if (!match) return Number.NaN;
  const hours = Number(match[2]);
  return hours > 15 ? Number.NaN : (match[1] === '-' ? -1 : 1) * (hours * 3600 + Number(match[3] ?? 0) * 60);
}

const TIME = /^(\d{1,2})(?:[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?)?\s*([ap]\.?\s?m\.?)?\s*(.*)$/i;

/** Reads a clock time with an optional offset into `out`; false when it is none. */
export function parseTime(text: string, out: WrittenDate): boolean {
  const match = TIME.exec(text);
  if (!match || (match[2] === undefined && match[4] === undefined)) return false;
  let hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  const second = Number(match[3] ?? 0);
  if (match[4] !== undefined) {
    if (hour < 1 || hour > 12) return false;
    hour = (hour % 12) + (/^p/i.test(match[4]) ? 12 : 0);
  }
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return false;
  const rest = (match[5] ?? '').replace(/\s*\(.*\)$/, '');
  if (rest !== '') {
    const offset = offsetOf(rest);
    if (Number.isNaN(offset)) return false;
    out.offset = offset;
  }
  out.seconds = hour * 3600 + minute * 60 + Math.min(second, 59);
  if (hour === 24) {
    out.day += 1;
    out.seconds = 0;
  }
  return true;
}

const PARTS = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})\.?(?:(?:[T,\s]\s*)(\S.*))?$/;
/** A weekday before a date in parts, as in `Mon 01/06/2025`. */
const WEEKDAY = /^(\p{L}{2,})\.?,?\s+(?=\d{1,4}[/.-])/u;
/** `Mon Jan 05 09:10:00 UTC 2026`. */
const YEAR_LAST =
  /^\p{L}{2,4}\.?,?\s+(\p{L}{3,})\.?\s+(\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)(?:\s+([A-Za-z0-9:+-]+))?\s+(\d{4})$/u;
const DAY_MONTH_NAME =
  /^(?:\p{L}{2,}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s\-/]*(?:de\s+)?(\p{L}{3,})\.?,?[\s\-/]*(?:de\s+)?(\d{4}|\d{2})(?:,?[T\s]\s*(\S.*))?$/u;
const MONTH_NAME_DAY =
  /^(?:\p{L}{2,}\.?,?\s+)?(\p{L}{3,})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})(?:,?[T\s]\s*(\S.*))?$/u;

const WEEKDAYS = new Map<string, number>(
  (
    [
      'su sun sunday so sonntag dim dimanche dom domingo domenica zo zondag',
      'mo mon monday montag lun lundi lunes lunedì ma maandag',
      'tu tue tues tuesday di dienstag mar mardi martes martedì dinsdag',
      'we wed wednesday mi mittwoch mer mercredi mié miércoles mercoledì wo woensdag',
      'th thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedì donderdag',
      'fr fri friday freitag ven vendredi vie viernes venerdì vr vrijdag',
      'sa sat saturday samstag sam samedi sáb sábado sabato za zaterdag',
    ] as const
  ).flatMap((names, i) => names.split(' ').map((name) => [name, i] as const)),
);

/** The three parts of a date, a weekday in front left out; null for anything else. */
function partsIn(text: string): RegExpExecArray | null {
  return text.charCodeAt(0) > 57 ? PARTS.exec(text.replace(WEEKDAY, '')) : PARTS.exec(text);
}

/** Day of the week that a text starts with (0 is Sunday), or -1. */
export function weekdayOf(text: string): number {
  if (text.charCodeAt(0) <= 57) return -1;
  const word = WEEKDAY.exec(text)?.[1];
  return word === undefined ? -1 : (WEEKDAYS.get(word.toLowerCase()) ?? -1);
}

function fullYear(text: string): number {
  const year = Number(text);
  return text.length <= 2 ? year + (year < 70 ? 2000 : 1900) : year;
}

function setDay(out: WrittenDate, year: number, month: number, dayOfMonth: number, time: string | undefined): boolean {
  if (!isCivil(year, month, dayOfMonth)) return false;
  out.day = dayOf(year, month, dayOfMonth);
  out.seconds = -1;
  out.offset = Number.NaN;
  return time === undefined || time === '' ? true : parseTime(time, out);
}

/** Two digits of a text as a number; far below zero when they are no digits. */
function two(text: string, i: number): number {
  const a = text.charCodeAt(i) - 48;
  const b = text.charCodeAt(i + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1_000_000;
}

/** Position behind a fraction of a second of up to nine digits (`.000`) at `i`; `i` when there is none. */
function afterFraction(text: string, i: number): number {
  const mark = text.charCodeAt(i);
  if (mark !== 46 && mark !== 44) return i;
  let p = i + 1;
  for (let c = text.charCodeAt(p); c >= 48 && c <= 57 && p - i <= 9; c = text.charCodeAt(p)) p += 1;
  return p === i + 1 ? i : p;
}

/** Offset of `Z`, `+02:00` or `+0200` that ends the text at `i`, in seconds; -1,000,000 and below for anything else. */
function endingOffset(text: string, i: number): number {
  const sign = text.charCodeAt(i);
  const rest = text.length - i;
  if (sign === 90) return rest === 1 ? 0 : -1_000_000;
  if ((sign !== 43 && sign !== 45) || (rest !== 5 && (rest !== 6 || text.charCodeAt(i + 3) !== 58))) return -1_000_000;
  const hours = two(text, i + 1);
  const minutes = two(text, text.length - 2);
  if (hours < 0 || hours > 15 || minutes < 0) return -1_000_000;
  return (sign === 45 ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/**
 * `YYYY-MM-DD` with an optional `HH:MM[:SS[.fff]]` and an optional `Z` or numeric offset: the form most exports write, read
 * without a pattern.
 */
function plainIso(text: string, out: WrittenDate): boolean {
  const n = text.length;
  if (n !== 10 && n !== 16 && n < 19) return false;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const dayOfMonth = two(text, 8);
  if (!isCivil(year, month, dayOfMonth)) return false;
  let seconds = -1;
  let offset = Number.NaN;
  if (n > 10) {
    const sep = text.charCodeAt(10);
    if ((sep !== 32 && sep !== 84) || text.charCodeAt(13) !== 58) return false;
    if (n >= 19 && text.charCodeAt(16) !== 58) return false;
    const hour = two(text, 11);
    const minute = two(text, 14);
    const second = n >= 19 ? two(text, 17) : 0;
    if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59) return false;
    seconds = hour * 3600 + minute * 60 + second;
    if (n > 19) {
      const end = afterFraction(text, 19);
      if (end < n) {
        offset = endingOffset(text, end);
        if (offset <= -1_000_000) return false;
      }
    }
  }
  out.day = dayOf(year, month, dayOfMonth);
  out.seconds = seconds;
  out.offset = offset;
  return true;
}

function twoOf(bytes: Uint8Array, i: number): number {
  const a = bytes[i]! - 48;
  const b = bytes[i + 1]! - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1_000_000;
}

/**
 * `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `YYYY-MM-DDTHH:MM:SS` and the latter with `Z`, in `bytes[from..to)`, as `parseDate` reads the
 * text; false for every other form.
 */
export function isoOf(bytes: Uint8Array, from: number, to: number, out: WrittenDate): boolean {
  const n = to - from;
  if (n !== 10 && n !== 16 && n !== 19 && n !== 20) return false;
  if (bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return false;
  const year = twoOf(bytes, from) * 100 + twoOf(bytes, from + 2);
  const month = twoOf(bytes, from + 5);
  const dayOfMonth = twoOf(bytes, from + 8);
  if (!isCivil(year, month, dayOfMonth)) return false;
  let seconds = -1;
  if (n > 10) {
    const sep = bytes[from + 10];
    if ((sep !== 32 && sep !== 84) || bytes[from + 13] !== 58) return false;
    if (n >= 19 && bytes[from + 16] !== 58) return false;
    if (n === 20 && bytes[from + 19] !== 90) return false;
    const hour = twoOf(bytes, from + 11);
    const minute = twoOf(bytes, from + 14);
    const second = n >= 19 ? twoOf(bytes, from + 17) : 0;
    if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59) return false;
    seconds = hour * 3600 + minute * 60 + second;
  }
  out.day = dayOf(year, month, dayOfMonth);
  out.seconds = seconds;
  out.offset = n === 20 ? 0 : Number.NaN;
  return true;
}

/**
 * Reads a date as exports write it, into `out`. Numbers in three parts without a year in front need an order; two-digit
 * years are 1970-2069. `serial` reads spreadsheet day numbers and Unix seconds or milliseconds. False when it is no date.
 */
export function parseDate(text: string, order: DateOrder | null, out: WrittenDate, serial = false): boolean {
  if (plainIso(text, out)) return true;
  const parts = partsIn(text);
  if (parts) {
    const a = parts[1]!;
    const b = parts[3]!;
    const c = parts[4]!;
    if (a.length >= 3) return setDay(out, Number(a), Number(b), Number(c), parts[5]);
    if (c.length === 3) return false;
    if (order === 'dmy') return setDay(out, fullYear(c), Number(b), Number(a), parts[5]);
    if (order === 'mdy') return setDay(out, fullYear(c), Number(a), Number(b), parts[5]);
    if (order === 'ymd') return c.length <= 2 && setDay(out, fullYear(a), Number(b), Number(c), parts[5]);
    return false;
  }
  const dayFirst = DAY_MONTH_NAME.exec(text);
  if (dayFirst) {
    const month = MONTHS.get(dayFirst[2]!.toLowerCase());
    return month !== undefined && setDay(out, fullYear(dayFirst[3]!), month, Number(dayFirst[1]), dayFirst[4]);
  }
  const monthFirst = MONTH_NAME_DAY.exec(text);
  if (monthFirst) {
    const month = MONTHS.get(monthFirst[1]!.toLowerCase());
    return month !== undefined && setDay(out, Number(monthFirst[3]), month, Number(monthFirst[2]), monthFirst[4]);
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast) {
    const month = MONTHS.get(yearLast[1]!.toLowerCase());
    const time = yearLast[4] === undefined ? yearLast[3]! : `${yearLast[3]!} ${yearLast[4]}`;
    return month !== undefined && setDay(out, Number(yearLast[5]), month, Number(yearLast[2]), time);
  }
  if (/^(19|20)\d{6}$/.test(text)) {
    return setDay(out, Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)), undefined);
  }
  return serial && parseSerial(text, out);
}

/** True for a spreadsheet day number, or seconds or milliseconds since 1970. */
export function isSerial(text: string): boolean {
  return parseSerial(text, scratch);
}

function parseSerial(text: string, out: WrittenDate): boolean {
  if (/^\d{5}([.,]\d+)?$/.test(text)) {
    const value = Number(text.replace(',', '.'));
    if (value < 20_000 || value > 80_000) return false;
    const whole = Math.floor(value);
    out.day = whole - 25_569;
    out.seconds = value === whole ? -1 : Math.round((value - whole) * 86_400);
    out.offset = Number.NaN;
    return true;
  }
  if (/^1\d{9}(\d{3})?$/.test(text)) {
    const seconds = Math.floor(Number(text) / (text.length === 13 ? 1000 : 1));
    out.day = Math.floor(seconds / 86_400);
    out.seconds = seconds - out.day * 86_400;
    out.offset = 0;
    return true;
  }
  return false;
}

const scratch: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };

/** The shape of a value, or null when it is no date in any order. */
export function dateShape(text: string): DateShape | null {
  if (text.length < 6 || text.length > 48) return null;
  if (plainIso(text, scratch)) return 'iso';
  const parts = partsIn(text);
  if (parts && parts[1]!.length <= 2) {
    return parseDate(text, 'dmy', scratch) || parseDate(text, 'mdy', scratch) || parseDate(text, 'ymd', scratch)
      ? 'parts'
      : null;
  }
  if (parseDate(text, null, scratch)) return parts || /^\d{8}$/.test(text) ? 'iso' : 'named';
  return null;
}

/** First and second number of a date in parts, and whether a single digit is padded (1), bare (2) or neither (0). */
export function datePartsOf(text: string): { first: number; second: number; padding: 0 | 1 | 2; time: boolean } | null {
  const parts = partsIn(text);
  if (!parts || parts[1]!.length > 2) return null;
  const [a, b] = [parts[1]!, parts[3]!];
  const padded = /^0\d$/.test(a) || /^0\d$/.test(b);
  const bare = a.length === 1 || b.length === 1;
  return { first: Number(a), second: Number(b), padding: padded ? 1 : bare ? 2 : 0, time: parts[5] !== undefined };
}
