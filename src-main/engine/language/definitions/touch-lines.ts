import { tryParseIsoDay, type Day } from '#engine/base/days.ts';
import { minorOf, type Money } from '#engine/base/money.ts';
import { checkCondition, type CheckContext, type Condition } from '../check.ts';
import { listed, Misread, nearestName } from '../errors.ts';
import { parseText } from '../parse.ts';
import { printExpr } from '../print.ts';
import { shifted } from './lines.ts';

/** The bodies of lines of the rules of touches. Each throws Misread with the place. */

export function unknown(at: number, what: string, name: string, known: readonly string[]): Misread {
  const nearest = nearestName(name, known);
  const hint = nearest === null ? `; known are ${listed(known)}` : `; did you mean "${nearest}"?`;
  return new Misread(at, `unknown ${what} "${name.slice(0, 60)}"${hint}`, { expected: listed(known), nearest });
}

export function daysIn(body: string, at: number): number {
  const days = Number(/^\s*(\d{1,5})\s*days?\s*$/.exec(body)?.[1] ?? 0);
  if (days < 1) throw new Misread(at, 'this is a number of days, from 1', { expected: '45 days' });
  return days;
}

export function countIn(body: string, at: number): { count: number; days: number } {
  const match = /^\s*(\d{1,5})\s+in\s+(\d{1,5})\s*days?\s*$/.exec(body);
  const [count, days] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (count < 1 || days < 1)
    throw new Misread(at, 'this is a number of touches in a number of days', { expected: '4 in 30 days' });
  return { count, days };
}

/** A number such as 2.5, from `least` to `most`. */
export function numberIn(body: string, at: number, least: number, most: number, expected: string): number {
  const text = /^\s*(\d{1,9}(?:\.\d{1,6})?)\s*$/.exec(body)?.[1];
  const value = Number(text ?? Number.NaN);
  if (text === undefined || value < least || value > most)
    throw new Misread(at, `this is a number from ${least} to ${most}`, { expected });
  return value;
}

/** `8` (at most) or `2 to 8`. */
export function rangeIn(body: string, at: number): { low: number; high: number } {
  const match = /^\s*(?:(\d{1,6}(?:\.\d{1,6})?)\s+to\s+)?(\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(body);
  const [low, high] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? Number.NaN)];
  if (!match || !(low < high))
    throw new Misread(at, 'this is the most pressure, or the least and the most', { expected: '2 to 8' });
  return { low, high };
}

export function moneyIn(body: string, at: number): Money {
  const match = /^\s*(\d{1,12}(?:\.\d{1,4})?)\s+([A-Za-z]{3})\s*$/.exec(body);
  const currency = match?.[2]!.toUpperCase();
  const minor = match && currency ? minorOf(match[1]!, currency) : null;
  if (!currency || minor === null) throw new Misread(at, 'this is an amount and its currency', { expected: '120 EUR' });
  return { currency, minor };
}

/** `09:00 to 17:00` as minutes after midnight. */
export function hoursIn(body: string, at: number): { open: number; close: number } {
  const match = /^\s*(\d{1,2}):(\d{2})\s+to\s+(\d{1,2}):(\d{2})\s*$/.exec(body);
  const minutes = (hour: string, minute: string): number =>
    Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : Number.NaN;
  const open = match ? minutes(match[1]!, match[2]!) : Number.NaN;
  const close = match ? minutes(match[3]!, match[4]!) : Number.NaN;
  if (!(open < close && close <= 1440))
    throw new Misread(at, 'these are two times of one day', { expected: '09:00 to 17:00' });
  return { open, close };
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Days on which nobody is to be touched. */
export type ClosedDays = {
  /** 1 = Monday ... 7 = Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Days of every year as `12-25`. */
  readonly yearly: ReadonlySet<string>;
  readonly days: ReadonlySet<Day>;
};

/** `saturday, sunday, 12-25, 2026-12-24`; nothing is written as `never`. */
export function closedIn(body: string, at: number): ClosedDays {
  const weekdays = new Set<number>();
  const yearly = new Set<string>();
  const days = new Set<Day>();
  let from = 0;
  for (const part of body.split(',')) {
    const word = part.trim().toLowerCase();
    const place = at + from + (part.length - part.trimStart().length);
    from += part.length + 1;
    if (word === 'never' && body.trim().toLowerCase() === 'never') continue;
    const weekday = WEEKDAYS.indexOf(word as (typeof WEEKDAYS)[number]);
    if (weekday >= 0) weekdays.add(weekday + 1);
    // 2000 was a leap year: 29 February is a day of some years.
    else if (/^\d{2}-\d{2}$/.test(word) && tryParseIsoDay(`2000-${word}`) !== null) yearly.add(word);
    else {
      const day = tryParseIsoDay(word);
      if (day === null)
        throw new Misread(place, `"${part.trim().slice(0, 40)}" is neither a weekday nor a day`, {
          expected: 'saturday, sunday, 12-25, 2026-12-24',
        });
      days.add(day);
    }
  }
  return { weekdays, yearly, days };
}

/** A condition behind `where`, if there is one, and what stands before it. */
export function conditionIn(
  body: string,
  at: number,
  context: CheckContext,
): { before: string; where: Condition | null; whereText: string | null } {
  const found = /\swhere\s/i.exec(body);
  if (!found) return { before: body, where: null, whereText: null };
  const from = found.index + found[0].length;
  return shifted(at + from, () => {
    const { root } = parseText(body.slice(from));
    return { before: body.slice(0, found.index), where: checkCondition(root, context), whereText: printExpr(root) };
  });
}
