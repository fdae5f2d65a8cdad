import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { CHANNELS, termOf, type Channel } from '#engine/base/vocabulary.ts';
import type { Cap, TouchRules } from '#engine/language/definitions/touch.ts';
import { ints } from '#engine/language/facts/column.ts';
import {
  collectOutboundDays,
  countedTouches,
  DayList,
  EVENNESS_WINDOW,
  firstRowAfter,
  OUT,
} from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { insertDays, type PlanGoal } from '#engine/methods/plan.ts';
import { evennessE } from '#engine/methods/spacing.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { asOfDay, findCustomer, orderedBy, pageOf, populationAt, sortOf } from '../population/index.ts';
import { disputesAt } from './audit.ts';
import { isClosed } from './closed.ts';
import { named, type Named } from './rows.ts';
import { rhythmAt } from './survey.ts';

export type PlanRow = Named & {
  rung: string;
  target: number;
  openGap: number | null;
  /** Days of the new touches, ascending. */
  days: string[];
  /** How many were wanted, and why there are fewer. */
  wanted: number;
  limitedBy: 'dispute' | 'cap' | 'days' | null;
  /** Over the window that ends with the plan: evenness, longest gap, sum of squared gaps without and with the new touches. */
  before: PlanFigures;
  after: PlanFigures;
};
export type PlanFigures = { evenness: number | null; longest: number; squares: number };

export type PlanReport = {
  asOf: string;
  from: string;
  to: string;
  /** First day of the window over which before and after are compared. */
  windowFrom: string;
  goal: PlanGoal;
  channel: Channel;
  total: number;
  planned: number;
  rows: PlanRow[];
  /** Touches planned by day, for the calendar. */
  byDay: { day: string; touches: number }[];
  /** Caps of the channel that were kept. */
  caps: string[];
};

/**
 * The days of the next touches that make gaps even, or the longest gap short, within caps, around closed days and not during a
 * dispute (rule T31; methods 3.8).
 */
export const touchPlan = defineAnalysis({
  name: 'touchPlan',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    customers: z.array(z.string()).max(10_000).optional(),
    days: z.int().min(1).max(366).default(45),
    touches: z.int().min(0).max(60).optional(),
    goal: z.enum(['even', 'minimax']).default('even'),
    channel: z.enum(CHANNELS).default('call'),
    window: z.int().min(1).max(3660).default(EVENNESS_WINDOW),
    sort: z.string().default('open_gap:desc'),
    limit: z.int().min(0).max(10_000).default(100),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): PlanReport {
    if (input.window < input.days) throw usage('touchPlan: the window is shorter than the days that are planned.');
    return planOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where });
  },
});

type Query = {
  asOf: Day;
  where: string | undefined;
  customers?: string[] | undefined;
  days: number;
  touches?: number | undefined;
  goal: PlanGoal;
  channel: Channel;
  window: number;
  sort: string;
  limit: number;
  offset: number;
};

/** A cap that bears on the plan, with those it is for. */
type Bound = { readonly cap: Cap; readonly holds: Uint8Array | null };

function planOf(ctx: ReadContext, query: Query): PlanReport {
  const { asOf, channel, goal } = query;
  const end = asOf + query.days;
  const windowStart = end - query.window;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const { rules } = language.rules(ctx).touch;
  const page =
    query.customers === undefined
      ? pageOf(population, () => orderedBy(ctx, sortOf(query.sort, 'touchPlan'), asOf), query.offset, query.limit)
      : query.customers.map((id) => findCustomer(ctx, vectors, id));
  const caps = rules.caps
    .filter((cap) => cap.channel === 'any' || cap.channel === channel)
    .map((cap) => ({
      cap,
      holds: cap.whereText === null ? null : language.filter(ctx, cap.whereText, asOf).outcome,
    }));
  const rhythm = rhythmAt(ctx, vectors, asOf);
  const columns = countedTouches(vectors, rules);
  const closed: Day[] = [];
  for (let day = asOf + 1; day <= end; day++) if (isClosed(rules.closed, day)) closed.push(day);
  const list = new DayList();
  const byDay = new Map<Day, number>();
  const rows = page.map((c): PlanRow => {
    ctx.cancel.check();
    collectOutboundDays(columns, c, asOf, list);
    const past = [...list.view()].filter((day) => day > windowStart);
    const target = rhythm.target(c);
    // A longer silence pulls the first touch forward; it must not draw all of them together.
    const start = Math.max(list.length === 0 ? -Infinity : list.days[list.length - 1]!, asOf - target);
    const wanted = query.touches ?? Math.max(0, Math.ceil((end - start) / target) - 1);
    const disputed = disputesAt(vectors, c, asOf).some((dispute) => dispute.closed === null);
    const blocked = start < asOf ? [...range(start + 1, asOf), ...closed] : closed;
    const found = disputed
      ? { days: [], limitedBy: wanted > 0 ? ('dispute' as const) : null }
      : within(caps, c, vectors, rules, { channel, goal, start, end, asOf, wanted, blocked });
    for (const day of found.days) byDay.set(day, (byDay.get(day) ?? 0) + 1);
    return {
      ...named(vectors, c),
      rung: rhythm.standing(c),
      target,
      openGap: list.length === 0 ? null : asOf - list.days[list.length - 1]!,
      days: found.days.map(isoDay),
      wanted,
      limitedBy: found.limitedBy,
      before: figuresOf(past, windowStart, end),
      after: figuresOf([...past, ...found.days], windowStart, end),
    };
  });
  return {
    asOf: isoDay(asOf),
    from: isoDay(asOf + 1),
    to: isoDay(end),
    windowFrom: isoDay(windowStart + 1),
    goal,
    channel,
    total: query.customers === undefined ? population.count : page.length,
    planned: rows.reduce((n, row) => n + row.days.length, 0),
    rows,
    byDay: [...byDay].sort(([a], [b]) => a - b).map(([day, touches]) => ({ day: isoDay(day), touches })),
    caps: caps.map(({ cap }) => cap.text),
  };
}

function* range(from: Day, to: Day): Generator<Day> {
  for (let day = from; day <= to; day++) yield day;
}

function figuresOf(days: readonly Day[], start: Day, end: Day): PlanFigures {
  const edges = [start, ...days, end];
  let longest = 0;
  let squares = 0;
  for (let i = 1; i < edges.length; i++) {
    const gap = edges[i]! - edges[i - 1]!;
    longest = Math.max(longest, gap);
    squares += gap * gap;
  }
  return { evenness: evennessE(days, end, end - start), longest, squares };
}

type Problem = {
  channel: Channel;
  goal: PlanGoal;
  start: Day;
  end: Day;
  asOf: Day;
  wanted: number;
  blocked: readonly Day[];
};

/**
 * The best days that break no cap. A day that would is closed and the days are sought again; when none are left, one touch fewer
 * is planned.
 */
function within(
  caps: readonly Bound[],
  customer: number,
  vectors: Vectors,
  rules: TouchRules,
  problem: Problem,
): { days: Day[]; limitedBy: PlanRow['limitedBy'] } {
  const own = caps.filter(({ holds }) => holds === null || holds[customer] === 1).map(({ cap }) => cap);
  const made = own.map((cap) => touchesUnder(vectors, customer, problem.asOf, rules, cap));
  const { goal, start, end, wanted, blocked } = problem;
  let limitedBy: PlanRow['limitedBy'] = null;
  for (let insert = wanted; insert > 0; insert--) {
    const shut = new Set(blocked);
    for (;;) {
      // The end of the plan is a day like any other: a touch may fall on it.
      const { days } = insertDays([], start, end + 1, insert, shut, goal);
      if (days === null) {
        limitedBy ??= shut.size > blocked.length ? 'cap' : 'days';
        break;
      }
      const breach = own.map((cap, k) => breaking(cap, made[k]!, days)).find((day) => day !== null);
      if (breach === undefined) return { days, limitedBy };
      shut.add(breach!);
    }
  }
  return { days: [], limitedBy };
}

/** Days of the outbound touches that a cap counts and that still matter, ascending. */
function touchesUnder(vectors: Vectors, customer: number, asOf: Day, rules: TouchRules, cap: Cap): Day[] {
  const { relation, direction } = countedTouches(vectors, rules);
  const channel = cap.channel === 'any' ? null : ints(relation, 'channel');
  const term = cap.channel === 'any' ? 0 : termOf(cap.channel);
  const days: Day[] = [];
  const end = relation.start[customer + 1]!;
  for (let r = firstRowAfter(relation, customer, asOf - cap.days); r < end && relation.day[r]! <= asOf; r++) {
    if (direction[r] === OUT && (channel === null || channel[r] === term)) days.push(relation.day[r]!);
  }
  return days;
}

/** The first planned day on which a cap would be broken; null when none is. */
function breaking(cap: Cap, made: readonly Day[], planned: readonly Day[]): Day | null {
  const all = [...made, ...planned];
  for (let i = made.length, low = 0; i < all.length; i++) {
    while (all[low]! <= all[i]! - cap.days) low++;
    if (i - low + 1 > cap.count) return all[i]!;
  }
  return null;
}
