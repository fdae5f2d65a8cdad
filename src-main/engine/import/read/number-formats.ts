import { isoDay } from '#engine/base/days.ts';

/** How a number with a format is written in a cell. */
export type FormatKind = 'number' | 'date' | 'time' | 'instant' | 'elapsed' | `zeros${number}`;

/** Built-in formats that are dates or times (ECMA-376 18.8.30); those of East Asian versions included. */
function builtIn(id: number): FormatKind | null {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54) || id === 57 || id === 58)
    return 'date';
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47 || id === 55 || id === 56)
    return 'time';
  if (id === 22) return 'instant';
  if (id === 46) return 'elapsed';
  return id < 164 ? 'number' : null;
}

/** What a number format shows, from its code: letters of dates and times outside quotes, escapes and brackets. */
export function formatKind(id: number, code: string | undefined): FormatKind {
  if (code === undefined) return builtIn(id) ?? 'number';
  const first = code
    .replace(/"[^"]*"|\\.|[_*]./g, '')
    .split(';')[0]!
    .toLowerCase();
  if (/\[(h+|m+|s+)\]/.test(first)) return 'elapsed';
  const half = /am\/pm|a\/p/.test(first);
  const bare = first.replace(/\[[^\]]*\]/g, '').replace(/am\/pm|a\/p|general/g, '');
  const zeros = /^0{2,15}$/.exec(bare.trim());
  if (zeros) return `zeros${zeros[0].length}`;
  if (/[0#?]/.test(bare.replace(/[.,]0+/g, '')) && !/[ydhs]/.test(bare)) return 'number';
  const clock = half || /[hs]/.test(bare);
  const day = /[yd]/.test(bare) || (/m/.test(bare) && !clock);
  if (day) return clock ? 'instant' : 'date';
  return clock ? 'time' : 'number';
}

const two = (n: number): string => String(n).padStart(2, '0');

function clockOf(milliseconds: number, hours: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const rest = milliseconds % 1000;
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

/**
 * The date or time that a serial number shows, as ISO text without a zone; null when it shows none. The 1900 system counts a
 * 29 February 1900 that never was (ECMA-376 18.17.4.1), the 1904 system starts 1,462 days later.
 */
export function serialText(serial: number, kind: FormatKind, date1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0) return null;
  const days = Math.floor(serial);
  let day = days;
  let milliseconds = Math.round((serial - days) * 86_400_000);
  if (milliseconds >= 86_400_000) [day, milliseconds] = [day + 1, 0];
  // A fraction is exact to about a millisecond only; whole seconds are what was meant.
  if (milliseconds % 1000 <= 1 || milliseconds % 1000 >= 999) milliseconds = Math.round(milliseconds / 1000) * 1000;
  if (milliseconds >= 86_400_000) [day, milliseconds] = [day + 1, 0];
  if (kind === 'elapsed') return clockOf(milliseconds, day * 24 + Math.floor(milliseconds / 3_600_000));
  const clock = clockOf(milliseconds, Math.floor(milliseconds / 3_600_000));
  if (kind === 'time' && days === 0) return clock;
  if (date1904) day += 1462;
  else if (day === 60) return '1900-02-29';
  else if (day < 60) day += 1;
  if (day < 2 && !date1904) return kind === 'instant' ? clock : null;
  if (day > 2_958_465) return null;
  const date = isoDay(day - 25_569);
  return kind === 'instant' || kind === 'time' || milliseconds > 0 ? `${date} ${clock}` : date;
}

/**
 * A number as a spreadsheet shows it: no more than 15 significant digits, no exponent between 1e-20 and 1e21. Whole numbers
 * written out keep every digit: they are ids of other programs.
 */
export function numberText(written: string): string {
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value) || /^-?\d{16,}$/.test(written)) return written;
  const text = String(Number(value.toPrecision(15)));
  const tiny = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (!tiny || Number(tiny[4]) > 20) return text;
  return `${tiny[1]}0.${'0'.repeat(Number(tiny[4]) - 1)}${tiny[2]}${tiny[3] ?? ''}`;
}
