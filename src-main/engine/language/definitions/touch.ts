import type { Money } from '#engine/base/money.ts';
import { CHANNELS, RUNGS, type Channel, type Rung } from '#engine/base/vocabulary.ts';
import { PRESSURE_HALF_LIFE, PRESSURE_WEIGHTS } from '#engine/methods/rhythm.ts';
import type { CheckContext, Condition } from '../check.ts';
import { listed, Misread } from '../errors.ts';
import { DEFAULT_TOUCH } from './defaults.ts';
import { linesOf } from './lines.ts';
import {
  closedIn,
  conditionIn,
  countIn,
  daysIn,
  hoursIn,
  moneyIn,
  numberIn,
  rangeIn,
  unknown,
  type ClosedDays,
} from './touch-lines.ts';

/** Of customers of whom `where` holds on the day asked about; null is everybody. */
type Bound = { readonly where: Condition | null; readonly whereText: string | null };

/** At most `count` outbound touches of a channel in any `days` days. */
export type Cap = Bound & {
  readonly channel: Channel | 'any';
  readonly count: number;
  readonly days: number;
  /** As it is written. */
  readonly text: string;
};

/** The contact pressure that customers of a standing should be under: from `low` to `high`, both included. */
export type PressureTarget = Bound & {
  readonly rung: Rung | 'lapsed' | 'any';
  readonly low: number;
  readonly high: number;
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
  /** Weight of one outbound touch in the contact pressure, and the days in which it halves. */
  readonly weights: Readonly<Record<Channel, number>>;
  readonly halfLife: number;
  /** The first that fits a customer counts. */
  readonly pressures: readonly PressureTarget[];
  /** Outbound messages of one thread at most so many days apart are one touch; 0: every message is one. */
  readonly thread: number;
  /** False discovery rate of the alert on a customer's own rhythm. */
  readonly rhythm: number;
  /** What a touch costs that comes without a cost, by channel. */
  readonly costs: ReadonlyMap<Channel, Money>;
  readonly closed: ClosedDays;
  /** Working hours, minutes after midnight in the workspace's time zone, on days that are not closed. */
  readonly hours: { readonly open: number; readonly close: number };
  /** Working hours within which an inbound touch is to be answered. */
  readonly reply: number;
};

const TARGETS = [...RUNGS, 'lapsed'] as const;
const LINES = [
  'target client',
  'silence',
  'burst',
  'barrage',
  'collision',
  'cap email',
  'weight visit',
  'half-life',
  'pressure client',
  'thread',
  'rhythm',
  'cost visit',
  'closed',
  'hours',
  'reply',
];

/** What rules that do not say so mean. */
const UNSAID = {
  weight: 0.5,
  rhythm: 0.1,
  hours: { open: 9 * 60, close: 17 * 60 },
  reply: 8,
  closed: 'saturday, sunday',
} as const;

/**
 * Reads the rules of touches: `target RUNG: n days`, `silence: n`, `burst: n in m days`, `barrage: n days`,
 * `collision: n days`, `cap CHANNEL: n in m days [where E]`, `weight CHANNEL: n`, `half-life: n days`,
 * `pressure RUNG|any: [n to] m [where E]`, `thread: n days`, `rhythm: n`, `cost CHANNEL: n CURRENCY`, `closed: DAYS`,
 * `hours: T to T`, `reply: n hours`. Every target and the first four limits must be there. Throws Misread with the place.
 */
export function parseTouch(text: string, context: CheckContext): TouchRules {
  const once = new Map<string, unknown>();
  const caps: Cap[] = [];
  const pressures: PressureTarget[] = [];
  for (const { key, at, body, bodyAt } of linesOf(text)) {
    const [word, name, ...rest] = key.split(' ');
    const named = name !== undefined && rest.length === 0;
    const set = (value: unknown): void => {
      if (once.has(key)) throw new Misread(at, `"${key}" stands there already`, { expected: 'another line' });
      once.set(key, value);
    };
    const channelOf = (): Channel => {
      const channel = CHANNELS.find((one) => one === name);
      if (channel === undefined) throw unknown(at, 'channel', name!, CHANNELS);
      return channel;
    };
    if (word === 'target' && named) {
      if (!TARGETS.some((one) => one === name)) throw unknown(at, 'rung', name, TARGETS);
      set(daysIn(body, bodyAt));
    } else if (word === 'cap' && named) {
      const channel = name === 'any' ? 'any' : CHANNELS.find((one) => one === name);
      if (channel === undefined) throw unknown(at, 'channel', name, ['any', ...CHANNELS]);
      caps.push(capIn(channel, body, bodyAt, context));
    } else if (word === 'pressure' && named) {
      const rung = name === 'any' ? 'any' : TARGETS.find((one) => one === name);
      if (rung === undefined) throw unknown(at, 'rung', name, ['any', ...TARGETS]);
      pressures.push(pressureIn(rung, body, bodyAt, context));
    } else if (word === 'weight' && named) {
      channelOf();
      set(numberIn(body, bodyAt, 0, 1000, '0.5'));
    } else if (word === 'cost' && named) {
      channelOf();
      set(moneyIn(body, bodyAt));
    } else if (key === 'silence') {
      const factor = /^\s*(\d{1,2}(?:\.\d{1,3})?)\s*$/.exec(body)?.[1];
      if (factor === undefined || Number(factor) < 1)
        throw new Misread(bodyAt, 'a silence is a number of times the target, from 1', {
          expected: 'a number such as 1.5',
        });
      set(Number(factor));
    } else if (key === 'burst') {
      const { count, days: within } = countIn(body, bodyAt);
      if (count < 2) throw new Misread(bodyAt, 'a burst has at least 2 touches', { expected: '4 in 7 days' });
      set({ touches: count, within });
    } else if (key === 'barrage' || key === 'collision' || key === 'half-life' || key === 'thread') {
      set(daysIn(body, bodyAt));
    } else if (key === 'rhythm') {
      set(numberIn(body, bodyAt, 0.0001, 0.5, '0.1'));
    } else if (key === 'closed') {
      set(closedIn(body, bodyAt));
    } else if (key === 'hours') {
      set(hoursIn(body, bodyAt));
    } else if (key === 'reply') {
      const hours = /^(.*?)\s*hours?\s*$/.exec(body)?.[1];
      if (hours === undefined) throw new Misread(bodyAt, 'this is a number of hours', { expected: '8 hours' });
      set(numberIn(hours, bodyAt, 0.01, 10_000, '8 hours'));
    } else throw unknown(at, 'line', key, LINES);
  }
  const missing = [...TARGETS.map((rung) => `target ${rung}`), 'silence', 'burst', 'barrage', 'collision'].filter(
    (line) => !once.has(line),
  );
  if (missing.length > 0)
    throw new Misread(text.length, `the rules of touches lack ${listed(missing)}`, { expected: missing[0]! });
  const of = <T>(key: string, unsaid: T): T => (once.has(key) ? (once.get(key) as T) : unsaid);
  return {
    targets: Object.fromEntries(TARGETS.map((rung) => [rung, once.get(`target ${rung}`)])) as TouchRules['targets'],
    silence: once.get('silence') as number,
    burst: once.get('burst') as TouchRules['burst'],
    barrage: once.get('barrage') as number,
    collision: once.get('collision') as number,
    caps,
    weights: Object.fromEntries(
      CHANNELS.map((channel) => [channel, of(`weight ${channel}`, PRESSURE_WEIGHTS[channel] ?? UNSAID.weight)]),
    ) as TouchRules['weights'],
    halfLife: of('half-life', PRESSURE_HALF_LIFE),
    pressures,
    thread: of('thread', 0),
    rhythm: of('rhythm', UNSAID.rhythm),
    costs: new Map(
      CHANNELS.flatMap((channel) => {
        const cost = once.get(`cost ${channel}`) as Money | undefined;
        return cost === undefined ? [] : [[channel, cost] as const];
      }),
    ),
    closed: of('closed', closedIn(UNSAID.closed, 0)),
    hours: of('hours', UNSAID.hours),
    reply: of('reply', UNSAID.reply),
  };
}

function capIn(channel: Channel | 'any', body: string, at: number, context: CheckContext): Cap {
  const { before, where, whereText } = conditionIn(body, at, context);
  const { count, days } = countIn(before, at);
  const limit = `cap ${channel}: ${count} in ${days} ${days === 1 ? 'day' : 'days'}`;
  return { channel, count, days, where, whereText, text: whereText === null ? limit : `${limit} where ${whereText}` };
}

function pressureIn(rung: PressureTarget['rung'], body: string, at: number, context: CheckContext): PressureTarget {
  const { before, where, whereText } = conditionIn(body, at, context);
  const { low, high } = rangeIn(before, at);
  const range = `pressure ${rung}: ${low === 0 ? '' : `${low} to `}${high}`;
  return { rung, low, high, where, whereText, text: whereText === null ? range : `${range} where ${whereText}` };
}

/** The product's own rules of touches. */
export const DEFAULT_TOUCH_RULES: TouchRules = parseTouch(DEFAULT_TOUCH, { currency: null, named: null });
