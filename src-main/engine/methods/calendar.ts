import * as z from 'zod';
import { civilOf, dayOf, fiscalQuarterOf, isoDay, tryParseIsoDay, weekday, type Day } from '#engine/base/days.ts';
import { badInput, day, defineMethod } from './method.ts';

/** Calendar days, fiscal quarters, ISO weeks, and instants in IANA time zones. */

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** Milliseconds since 1970 of an ISO 8601 date and time; without an offset the time is UTC. Null when it is not one. */
export function tryParseInstant(text: string): number | null {
  const m = INSTANT.exec(text.trim());
  if (!m) return null;
  const d = tryParseIsoDay(m[1]!);
  const [hour, minute, second] = [Number(m[2] ?? 0), Number(m[3] ?? 0), Number(m[4] ?? 0)];
  if (d === null || hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null;
  const ms = Number(`0.${m[5] ?? 0}`) * 1000;
  let offset = 0;
  const zone = m[6];
  if (zone && zone.toUpperCase() !== 'Z') {
    const digits = zone.slice(1).replace(':', '');
    offset = (zone[0] === '-' ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0));
  }
  return d * 86_400_000 + ((hour * 60 + minute - offset) * 60 + second) * 1000 + ms;
}

/** An ISO 8601 instant as milliseconds. */
export const instant = z.string().transform((text, context): number => {
  const at = tryParseInstant(text);
  if (at !== null) return at;
  context.addIssue({ code: 'custom', message: 'expected an ISO 8601 date and time such as 2026-03-27T16:30Z' });
  return z.NEVER;
});

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(tz: string): Intl.DateTimeFormat | null {
  let format = formats.get(tz);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
        timeZone: tz,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        era: 'short',
      });
    } catch {
      format = null;
    }
    formats.set(tz, format);
  }
  return format;
}

/** True for an IANA zone that the runtime knows. */
export function isZone(tz: string): boolean {
  return formatOf(tz) !== null;
}

/** The wall-clock time of an instant as milliseconds since 1970-01-01T00:00 local. */
export function localMillis(at: number, tz: string): number {
  const format = formatOf(tz);
  if (format === null) throw badInput('tz', `"${tz}" is not an IANA time zone`);
  const part: Record<string, number> = {};
  for (const p of format.formatToParts(at))
    if (p.type !== 'literal' && p.type !== 'era') part[p.type] = Number(p.value);
  const seconds =
    dayOf(part['year']!, part['month']!, part['day']!) * 86_400 +
    part['hour']! * 3600 +
    part['minute']! * 60 +
    part['second']!;
  return seconds * 1000 + (((at % 1000) + 1000) % 1000);
}

/** The calendar day of an instant in a zone. */
export function localDay(at: number, tz: string): Day {
  return Math.floor(localMillis(at, tz) / 86_400_000);
}

/**
 * The instant of a wall-clock time. A time that a clock change skips gives the moment of the change; one that occurs twice gives the first.
 */
export function instantOf(local: number, tz: string): number {
  // Offsets lie within a day, so the answer is among the offsets in force a day before and a day after.
  const offsets = [local - 86_400_000, local + 86_400_000].map((at) => localMillis(at, tz) - at);
  const hits = offsets.map((o) => local - o).filter((at) => localMillis(at, tz) === local);
  if (hits.length > 0) return Math.min(...hits);
  let low = local - 86_400_000;
  let high = local + 86_400_000;
  while (high - low > 1) {
    const mid = Math.floor((low + high) / 2);
    if (localMillis(mid, tz) < local) low = mid;
    else high = mid;
  }
  return high;
}

/** First instant of a local calendar day. */
export function startOfDay(d: Day, tz: string): number {
  return instantOf(d * 86_400_000, tz);
}

/** Length of a local calendar day in hours: 24, or 23, 24.5, 25 at a clock change. */
export function dayLength(d: Day, tz: string): number {
  return (startOfDay(d + 1, tz) - startOfDay(d, tz)) / 3_600_000;
}

/** `2026-W01` of a day (ISO 8601: the week belongs to the year of its Thursday). */
export function isoWeek(d: Day): string {
  const thursday = d - weekday(d) + 4;
  const { year } = civilOf(thursday);
  const week = Math.floor((thursday - dayOf(year, 1, 1)) / 7) + 1;
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
}

/** `FY2026 Q1`: fiscal years are named by the calendar year in which they end. */
export function fiscalLabel(d: Day, startMonth: number): string {
  const { year, quarter } = fiscalQuarterOf(d, startMonth);
  return `FY${year} Q${quarter}`;
}

export interface BitemporalRow {
  value: unknown;
  validFrom: Day;
  recorded: Day;
}

/** The value valid on `valid` as known on `known`: of the rows known by then, the latest valid one, then the latest recorded; null before any. */
export function asKnown(rows: readonly BitemporalRow[], valid: Day, known: Day): unknown {
  let best: BitemporalRow | null = null;
  for (const r of rows) {
    if (r.validFrom > valid || r.recorded > known) continue;
    if (!best || r.validFrom > best.validFrom || (r.validFrom === best.validFrom && r.recorded >= best.recorded))
      best = r;
  }
  return best ? best.value : null;
}

export const month = z.number().int().min(1).max(12);
export const zone = z.string().refine(isZone, 'expected an IANA time zone such as Europe/Berlin');

const AREA = '10-data-mix';
export const CALENDAR_METHODS = [
  defineMethod(
    AREA,
    'fiscal.quarter',
    'Fiscal quarter of a day; fiscal years are named by the year they end in.',
    z.object({ rows: z.array(z.object({ date: day, start_month: month.default(1) })) }),
    (i) => ({ labels: i.rows.map((r) => fiscalLabel(r.date, r.start_month)) }),
  ),
  defineMethod(AREA, 'iso.week', 'ISO 8601 week of a day.', z.object({ dates: z.array(day) }), (i) => ({
    labels: i.dates.map(isoWeek),
  })),
  defineMethod(
    AREA,
    'tz.local_day',
    'Calendar day of an instant in a time zone; a date without a time stays that date.',
    z.object({ rows: z.array(z.object({ ts: z.string(), tz: zone })) }),
    (i) => ({
      days: i.rows.map((r, n) => {
        const bare = tryParseIsoDay(r.ts.trim());
        if (bare !== null) return isoDay(bare);
        const at = tryParseInstant(r.ts);
        if (at === null)
          throw badInput(`rows[${n}].ts`, 'expected an ISO 8601 date and time such as 2026-03-27T16:30Z');
        return isoDay(localDay(at, r.tz));
      }),
    }),
  ),
  defineMethod(
    AREA,
    'tz.day_length',
    'Hours in a local calendar day.',
    z.object({ rows: z.array(z.tuple([day, zone])) }),
    (i) => ({ hours: i.rows.map(([d, tz]) => dayLength(d, tz)) }),
  ),
  defineMethod(
    AREA,
    'asof.bitemporal',
    'Value valid on one day as known on another.',
    z.object({
      rows: z.array(z.object({ key: z.string().optional(), value: z.unknown(), valid_from: day, recorded: day })),
      queries: z.array(z.object({ key: z.string().optional(), valid: day, known: day })),
    }),
    (i) => ({
      values: i.queries.map((q) =>
        asKnown(
          i.rows
            .filter((r) => q.key === undefined || r.key === q.key)
            .map((r) => ({ value: r.value, validFrom: r.valid_from, recorded: r.recorded })),
          q.valid,
          q.known,
        ),
      ),
    }),
  ),
];
