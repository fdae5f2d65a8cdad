import { CHANNELS, RUNGS, type Channel, type Rung } from '#engine/base/vocabulary.ts';
import { checkCondition, type CheckContext, type Condition } from '../check.ts';
import { listed, Misread, nearestName } from '../errors.ts';
import { parseText } from '../parse.ts';
import { printExpr } from '../print.ts';
import { DEFAULT_TOUCH } from './defaults.ts';
import { linesOf, shifted } from './lines.ts';

/** At most `count` outbound touches of a channel in any `days` days, of customers of whom `where` holds on the day asked about. */
export type Cap = {
  readonly channel: Channel | 'any';
  readonly count: number;
  readonly days: number;
  readonly where: Condition | null;
  readonly whereText: string | null;
  /** As it is written. */
  readonly text: string;
};

/** Targets, limits and caps of touches; days unless said. */
export type TouchRules = {
  readonly targets: Readonly<Record<Rung | 'lapsed', number>>;
  /** Times the target. */
  readonly silence: number;
  readonly burst: { readonly touches: number; readonly within: number };
  readonly barrage: number;
  readonly collision: number;
  readonly caps: readonly Cap[];
};

const TARGETS = [...RUNGS, 'lapsed'] as const;

/**
 * Reads the rules of touches: `target RUNG: n days`, `silence: n`, `burst: n in m days`, `barrage: n days`,
 * `collision: n days`, `cap CHANNEL: n in m days [where E]`. Every target must be there. Throws Misread with the place.
 */
export function parseTouch(text: string, context: CheckContext): TouchRules {
  const targets = new Map<string, number>();
  const caps: Cap[] = [];
  let silence: number | null = null;
  let burst: { touches: number; within: number } | null = null;
  let barrage: number | null = null;
  let collision: number | null = null;
  for (const { key, at, body, bodyAt } of linesOf(text)) {
    const [word, name, ...rest] = key.split(' ');
    const days = (): number => daysIn(body, bodyAt);
    const once = (held: unknown): void => {
      if (held !== null) throw new Misread(at, `"${key}" stands there already`, { expected: 'another line' });
    };
    if (word === 'target' && name !== undefined && rest.length === 0) {
      const rung = TARGETS.find((one) => one === name);
      if (rung === undefined) throw unknown(at, 'rung', name, TARGETS);
      once(targets.get(rung) ?? null);
      targets.set(rung, days());
    } else if (word === 'cap' && name !== undefined && rest.length === 0) {
      const channel = name === 'any' ? 'any' : CHANNELS.find((one) => one === name);
      if (channel === undefined) throw unknown(at, 'channel', name, ['any', ...CHANNELS]);
      caps.push(capIn(channel, body, bodyAt, context));
    } else if (key === 'silence') {
      once(silence);
      const factor = /^\s*(\d{1,2}(?:\.\d{1,3})?)\s*$/.exec(body)?.[1];
      if (factor === undefined || Number(factor) < 1)
        throw new Misread(bodyAt, 'a silence is a number of times the target, from 1', {
          expected: 'a number such as 1.5',
        });
      silence = Number(factor);
    } else if (key === 'burst') {
      once(burst);
      const { count, days: within } = countIn(body, bodyAt);
      if (count < 2) throw new Misread(bodyAt, 'a burst has at least 2 touches', { expected: '4 in 7 days' });
      burst = { touches: count, within };
    } else if (key === 'barrage') {
      once(barrage);
      barrage = days();
    } else if (key === 'collision') {
      once(collision);
      collision = days();
    } else throw unknown(at, 'line', key, ['target client', 'silence', 'burst', 'barrage', 'collision', 'cap email']);
  }
  const missing = [
    ...TARGETS.filter((rung) => !targets.has(rung)).map((rung) => `target ${rung}`),
    ...(silence === null ? ['silence'] : []),
    ...(burst === null ? ['burst'] : []),
    ...(barrage === null ? ['barrage'] : []),
    ...(collision === null ? ['collision'] : []),
  ];
  if (missing.length > 0)
    throw new Misread(text.length, `the rules of touches lack ${listed(missing)}`, { expected: missing[0]! });
  return {
    targets: Object.fromEntries(targets) as TouchRules['targets'],
    silence: silence!,
    burst: burst!,
    barrage: barrage!,
    collision: collision!,
    caps,
  };
}

function unknown(at: number, what: string, name: string, known: readonly string[]): Misread {
  const nearest = nearestName(name, known);
  const hint = nearest === null ? `; known are ${listed(known)}` : `; did you mean "${nearest}"?`;
  return new Misread(at, `unknown ${what} "${name.slice(0, 60)}"${hint}`, { expected: listed(known), nearest });
}

function daysIn(body: string, at: number): number {
  const days = Number(/^\s*(\d{1,5})\s*days?\s*$/.exec(body)?.[1] ?? 0);
  if (days < 1) throw new Misread(at, 'this is a number of days, from 1', { expected: '45 days' });
  return days;
}

function countIn(body: string, at: number): { count: number; days: number } {
  const match = /^\s*(\d{1,5})\s+in\s+(\d{1,5})\s*days?\s*$/.exec(body);
  const [count, days] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (count < 1 || days < 1)
    throw new Misread(at, 'this is a number of touches in a number of days', { expected: '4 in 30 days' });
  return { count, days };
}

function capIn(channel: Channel | 'any', body: string, at: number, context: CheckContext): Cap {
  const where = /\swhere\s/i.exec(body);
  const { count, days } = countIn(where ? body.slice(0, where.index) : body, at);
  const limit = `cap ${channel}: ${count} in ${days} ${days === 1 ? 'day' : 'days'}`;
  if (!where) return { channel, count, days, where: null, whereText: null, text: limit };
  const from = where.index + where[0].length;
  return shifted(at + from, () => {
    const { root } = parseText(body.slice(from));
    const whereText = printExpr(root);
    const where = checkCondition(root, context);
    return { channel, count, days, where, whereText, text: `${limit} where ${whereText}` };
  });
}

/** The product's own rules of touches. */
export const DEFAULT_TOUCH_RULES: TouchRules = parseTouch(DEFAULT_TOUCH, { currency: null, named: null });
