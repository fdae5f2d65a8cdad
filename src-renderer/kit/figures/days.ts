/** Calendar days as ISO text, without a clock and without a time zone. */
const DAY_MS = 86_400_000;

function epochDay(iso: string): number {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);
}

function isoOf(epoch: number): string {
  return new Date(epoch * DAY_MS).toISOString().slice(0, 10);
}

/** True for a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && isoOf(epochDay(text)) === text
  );
}

export function addDays(iso: string, days: number): string {
  return isoOf(epochDay(iso) + days);
}

/** Days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: string, b: string): number {
  return epochDay(b) - epochDay(a);
}

/** The same day of another month; clamped to the month's last day. */
export function addMonths(iso: string, months: number): string {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number);
  const at = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(at / 12), at % 12];
  const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
  return new Date(Date.UTC(y, m, Math.min(day, last))).toISOString().slice(0, 10);
}

/** The newest last day of a fiscal quarter that lies before the day. `fiscalYearStart` is a month, 1 to 12. */
export function quarterEndBefore(iso: string, fiscalYearStart: number): string {
  const [year = 0, month = 1] = iso.split('-').map(Number);
  for (let back = 0; back <= 3; back++) {
    const at = year * 12 + month - 1 - back;
    const [y, m] = [Math.floor(at / 12), at % 12];
    const ends = (m + 1 - fiscalYearStart + 1 + 12) % 3 === 0;
    const end = new Date(Date.UTC(y, m + 1, 0)).toISOString().slice(0, 10);
    if (ends && end < iso) return end;
  }
  throw new Error(`no quarter ends before ${iso}`);
}

/** `FY2026 Q3` of a day: a fiscal year is named by the calendar year it ends in. */
export function quarterName(iso: string, fiscalYearStart: number): string {
  const [year = 0, month = 1] = iso.split('-').map(Number);
  const into = (month - fiscalYearStart + 12) % 12;
  const ends = fiscalYearStart === 1 ? year : month >= fiscalYearStart ? year + 1 : year;
  return `FY${ends} Q${Math.floor(into / 3) + 1}`;
}
