import * as z from 'zod';
import { isoDay, tryParseIsoDay, weekday } from '#engine/base/days.ts';
import { badInput, byText, defineMethod, flag, key, number, ratio } from './method.ts';
import { instant, instantOf, localDay, zone } from './calendar.ts';
import { survival } from './survival.ts';

/** How fast customers who reach out are answered. Product conventions; percentiles by Kaplan-Meier. */

export interface OpeningHours {
  tz: string;
  /** Minutes after local midnight. */
  open: number;
  close: number;
  /** 1 = Monday ... 7 = Sunday. */
  workdays: ReadonlySet<number>;
  /** Local days without work. */
  holidays: ReadonlySet<number>;
}

/** Minutes between two instants that fall into opening hours; computed on instants, so clock changes count as they happen. */
export function businessMinutes(start: number, end: number, hours: OpeningHours): number {
  let total = 0;
  const last = localDay(end, hours.tz);
  for (let d = localDay(start, hours.tz); d <= last; d++) {
    if (!hours.workdays.has(weekday(d)) || hours.holidays.has(d)) continue;
    const from = instantOf(d * 86_400_000 + hours.open * 60_000, hours.tz);
    const to = instantOf(d * 86_400_000 + hours.close * 60_000, hours.tz);
    total += Math.max(0, Math.min(end, to) - Math.max(start, from));
  }
  return total / 60_000;
}

export interface Message {
  customer: string;
  minute: number;
  dir: 'in' | 'out';
  team?: string | null | undefined;
}

export interface Episode {
  customer: string;
  start: number;
  duration: number;
  answered: boolean;
  askedTeam: string | null;
  answeredBy: string | null;
}

/**
 * Inbound episodes: from the first unanswered inbound to the first outbound of any team; more inbounds do not restart the clock;
 * an answer in the same minute takes 0; open episodes are censored at `asOf`. Sorted by customer and start.
 */
export function inboundEpisodes(messages: readonly Message[], asOf: number): Episode[] {
  const sorted = messages
    .filter((m) => m.minute <= asOf)
    .sort(
      (a, b) =>
        byText(a.customer, b.customer) || a.minute - b.minute || (a.dir === b.dir ? 0 : a.dir === 'in' ? -1 : 1),
    );
  const episodes: Episode[] = [];
  let open: Episode | null = null;
  const finish = (): void => {
    if (open) episodes.push({ ...open, duration: asOf - open.start });
    open = null;
  };
  let customer: string | null = null;
  for (const m of sorted) {
    if (m.customer !== customer) finish();
    customer = m.customer;
    if (m.dir === 'in')
      open ??= {
        customer: m.customer,
        start: m.minute,
        duration: 0,
        answered: false,
        askedTeam: m.team ?? null,
        answeredBy: null,
      };
    else if (open) {
      episodes.push({
        ...(open as Episode),
        duration: m.minute - (open as Episode).start,
        answered: true,
        answeredBy: m.team ?? null,
      });
      open = null;
    }
  }
  finish();
  return episodes;
}

export interface SlaCount {
  met: number;
  missed: number;
  /** Open and not yet due: in neither. */
  pending: number;
  attainment: number | null;
}

/** Episodes answered within `sla`, late or overdue, and still pending. */
export function slaAttainment(episodes: readonly { duration: number; answered: boolean }[], sla: number): SlaCount {
  const late = episodes.filter((e) => e.duration > sla).length;
  const met = episodes.filter((e) => e.answered && e.duration <= sla).length;
  return { met, missed: late, pending: episodes.length - met - late, attainment: ratio(met, met + late) };
}

const clock = z.string().transform((text, context): number => {
  const m = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const minutes = m ? Number(m[1]) * 60 + Number(m[2]) : NaN;
  if (m && Number(m[2]) < 60 && minutes <= 1440) return minutes;
  context.addIssue({ code: 'custom', message: 'expected a time of day such as 09:00' });
  return z.NEVER;
});

const AREA = '3-touch-spacing';
export const RESPONSE_METHODS = [
  defineMethod(
    AREA,
    'response.business_minutes',
    'Minutes between two instants within opening hours.',
    z.object({
      start: instant,
      end: instant,
      tz: zone.default('UTC'),
      open: clock.default(540),
      close: clock.default(1020),
      workdays: z.array(z.number().int().min(0).max(7)).default([1, 2, 3, 4, 5]),
      holidays: z
        .array(z.string())
        .nullish()
        .transform((v) => v ?? []),
    }),
    (i) => {
      if (i.end < i.start) throw badInput('end', 'expected an instant not before start');
      if (i.close < i.open) throw badInput('close', 'expected a time not before open');
      if (i.end - i.start > 200 * 366 * 86_400_000) throw badInput('end', 'expected at most 200 years after start');
      const holidays = new Set(
        i.holidays.map((text, n) => {
          const d = tryParseIsoDay(text);
          if (d === null)
            throw badInput(
              `holidays[${n}]`,
              `"${text}" is not a calendar day; expected YYYY-MM-DD such as ${isoDay(0)}`,
            );
          return d;
        }),
      );
      const workdays = new Set(i.workdays.map((d) => (d === 0 ? 7 : d)));
      return {
        business_minutes: businessMinutes(i.start, i.end, {
          tz: i.tz,
          open: i.open,
          close: i.close,
          workdays,
          holidays,
        }),
        elapsed_minutes: (i.end - i.start) / 60_000,
      };
    },
  ),
  defineMethod(
    AREA,
    'response.first_reply',
    'Time to the first reply of each inbound episode, and SLA attainment.',
    z.object({
      messages: z.array(
        z.object({ dir: z.enum(['in', 'out']), customer: key, minute: number, team: z.string().nullish() }),
      ),
      asOf: number,
      sla: z.number().nonnegative().nullish(),
    }),
    (i) => {
      const episodes = inboundEpisodes(i.messages, i.asOf);
      return {
        episodes: episodes.map(({ customer, start, duration, answered }) => ({ customer, start, duration, answered })),
        sla: i.sla === null || i.sla === undefined ? null : slaAttainment(episodes, i.sla),
      };
    },
  ),
  defineMethod(
    AREA,
    'response.km_percentiles',
    'Percentiles of the time to reply, unanswered ones censored.',
    z.object({ duration: z.array(z.number().nonnegative()), answered: z.array(flag) }),
    (i) => {
      if (i.duration.length !== i.answered.length)
        throw badInput('answered', `expected ${i.duration.length} values, one per duration`);
      const c = survival(i.duration, i.answered);
      return {
        times: c.times,
        S: c.S,
        p25: c.quantile(0.25),
        p50: c.quantile(0.5),
        p75: c.quantile(0.75),
        p90: c.quantile(0.9),
      };
    },
  ),
];
