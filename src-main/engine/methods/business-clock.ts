import { weekday, type Day } from '#engine/base/days.ts';
import { instantOf } from './calendar.ts';
import type { OpeningHours } from './response.ts';

/** Opening hours with a say on each day whether it is one of work. */
export type OpenDays = Pick<OpeningHours, 'tz' | 'open' | 'close'> & { readonly isOpen: (day: Day) => boolean };

/** Opening hours by weekdays and holidays as `OpenDays`. */
export function openDays({ tz, open, close, workdays, holidays }: OpeningHours): OpenDays {
  return { tz, open, close, isOpen: (day) => workdays.has(weekday(day)) && !holidays.has(day) };
}

/**
 * Opening hours as a clock that runs only while they last, for many questions about the same hours. Equal to
 * `businessMinutes` of `response.ts`, which walks the days of one span.
 */
export class BusinessClock {
  private readonly hours: OpenDays;
  private readonly first: Day;
  private next: Day;
  private readonly opens: number[] = [];
  private readonly closes: number[] = [];
  /** Milliseconds of opening hours before each working day. */
  private readonly before: number[] = [];
  private readonly openings = new Map<Day, number>();
  private total = 0;

  /** `from`: a day before the first that is asked about. */
  constructor(hours: OpenDays, from: Day) {
    this.hours = hours;
    this.first = from;
    this.next = from;
  }

  /** Milliseconds of opening hours between the first day and an instant. */
  private elapsed(at: number): number {
    // No zone is a day ahead of or behind UTC.
    const day = Math.floor(at / 86_400_000);
    if (day < this.first) throw new Error('an instant before the first day of a business clock');
    this.extend(day + 1);
    const i = lastUpTo(this.opens, at);
    return i < 0 ? 0 : this.before[i]! + Math.min(at, this.closes[i]!) - this.opens[i]!;
  }

  /** Minutes of opening hours between two instants; 0 when the second is not later. */
  minutes(start: number, end: number): number {
    return end <= start ? 0 : (this.elapsed(end) - this.elapsed(start)) / 60_000;
  }

  /** The first instant by which so many minutes of opening hours have passed since `start`. */
  after(start: number, minutes: number): number {
    const target = this.elapsed(start) + minutes * 60_000;
    // Ten years without a working day are a calendar without working days.
    for (const limit = this.next + 3660; this.total < target && this.next < limit;) this.extend(this.next);
    if (this.opens.length === 0) return start;
    const i = Math.max(0, lastUpTo(this.before, target - 1e-6));
    return this.opens[i]! + target - this.before[i]!;
  }

  /** The instant at which a day opens for business, whether it is a working day or not. */
  opening(day: Day): number {
    let at = this.openings.get(day);
    if (at === undefined) {
      at = instantOf(day * 86_400_000 + this.hours.open * 60_000, this.hours.tz);
      this.openings.set(day, at);
    }
    return at;
  }

  private extend(to: Day): void {
    for (; this.next <= to; this.next++) {
      const d = this.next;
      if (!this.hours.isOpen(d)) continue;
      const from = this.opening(d);
      const until = instantOf(d * 86_400_000 + this.hours.close * 60_000, this.hours.tz);
      this.opens.push(from);
      this.closes.push(until);
      this.before.push(this.total);
      this.total += until - from;
    }
  }
}

/** Index of the last of ascending values that is not above a limit; -1 when all are. */
function lastUpTo(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
