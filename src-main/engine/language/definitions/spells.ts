import type { Kept, ReadContext } from '#engine/base/context.ts';
import { addMonths, type Day } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { RELATIONS } from '#engine/vectors/tables.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import type { Condition } from '../check.ts';
import { rungSpells, type Spell } from '../facts/rung.ts';
import type { Evaluating, Standings } from '../frame.ts';
import type { DayLike, Duration, Period } from '../tree.ts';
import { apart, only } from './alone.ts';
import { rulesOf } from './current.ts';
import { withGrace } from './grace.ts';
import { walk, type LadderRules } from './ladder.ts';
import { standingsByRules } from './rungs.ts';
import { LAPSED, savedSpells, type SavedSpells } from './saved-spells.ts';

/**
 * Spells of a ladder whose rules are the workspace's own: evaluated on the days on which anything that the rules read can
 * change, and on no other. Those days follow from the rows (every day they carry) and from the lengths of time and fixed
 * days that the rules name; a rule that reckons with days in another way is evaluated on every day.
 */

type Clock = {
  /** Days after a row's day (before a planned one) at which a window of the rules ends. */
  readonly offsets: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly fixed: ReadonlySet<Day>;
  /** A rule reads calendar periods or reckons with days: every day may change it. */
  readonly everyDay: boolean;
};

/** Facts that look back over a window of their own, and how far. */
const WINDOWS: Readonly<Record<string, number>> = { revenue_12m: 365, touches_90d: 90, barrages: 60 };
/** Facts that may change on any day without a row. */
const RESTLESS = new Set(['evenness', 'completeness']);

function clockOf(rules: LadderRules): Clock {
  const offsets = new Set<number>([0]);
  const months = new Set<number>();
  const fixed = new Set<Day>();
  let everyDay = false;
  const duration = ({ count, unit }: Duration): void => {
    if (unit === 'day') offsets.add(count);
    else if (unit === 'week') offsets.add(7 * count);
    else months.add(count * (unit === 'month' ? 1 : unit === 'quarter' ? 3 : 12));
  };
  const day = (written: DayLike): void => {
    if (written.kind === 'date') fixed.add(written.day);
    else if (written.kind === 'today') {
      if (written.minus !== null) duration(written.minus);
    } else everyDay = true;
  };
  const period = (written: Period): void => {
    if (written.kind === 'last') duration(written);
    else if (written.kind === 'range') {
      fixed.add(written.from);
      fixed.add(written.to);
    } else everyDay = true;
  };
  for (const { condition } of [...rules.rungs, ...(rules.lapsed ? [rules.lapsed] : [])]) {
    walk(
      condition,
      (value) => {
        switch (value.k) {
          case 'const':
            if (value.type === 'days' || value.type === 'number') offsets.add(Math.ceil(value.value));
            return;
          case 'day':
            day(value.day);
            return;
          case 'shift':
            for (const { by } of value.steps) {
              if ('unit' in by) duration(by);
              else if (by.k !== 'const' && by.k !== 'aggregate' && by.k !== 'field') everyDay = true;
            }
            return;
          case 'sum':
          case 'product':
          case 'negative':
            if (value.type === 'days') everyDay = true;
            return;
          case 'as-of':
            day(value.day);
            return;
          case 'field':
            if (value.field.relation !== 'customer') return;
            if (WINDOWS[value.field.name] !== undefined) offsets.add(WINDOWS[value.field.name]!);
            if (RESTLESS.has(value.field.name)) everyDay = true;
            if (value.field.source !== null) everyDay = true;
            return;
          default:
            return;
        }
      },
      (seen: Condition) => {
        if (seen.k === 'period') period(seen.period);
        if (seen.k === 'as-of') day(seen.day);
        if (seen.k === 'membership') {
          if (seen.day !== null) day(seen.day);
          if (seen.rule === null) everyDay = true;
        }
      },
    );
  }
  return { offsets, months, fixed, everyDay };
}

/** Days up to `until` on which the rules may give another answer, ascending. */
function changeDays(vectors: Vectors, clock: Clock, until: Day): Int32Array {
  const points = new Set<Day>();
  const point = (on: Day): void => {
    if (on <= until) points.add(on);
  };
  let first = until;
  const rows = (on: Day): void => {
    if (on < first) first = on;
    const reach = [...clock.offsets].flatMap((a) => (a === 0 ? [0] : [a, -a]));
    for (const a of reach) {
      for (const b of reach) {
        point(on + a + b);
        point(on + a + b + 1);
      }
      for (const n of [...clock.months].flatMap((count) => [count, -count])) {
        // A month may end before the day of the month is reached: the days around it are looked at too.
        const moved = addMonths(on + a, n);
        for (let k = -1; k <= 4; k++) point(moved + k);
      }
    }
  };
  for (const { name, columns } of RELATIONS) {
    const relation = vectors.relation(name);
    const inner = relation.start[vectors.customers.count]!;
    const lists = [
      relation.day,
      ...[...columns].filter(([, { kind }]) => kind === 'day').map(([key]) => relation.column(key).values),
    ];
    for (const list of lists) {
      const seen = new Set<Day>();
      for (let r = 0; r < inner; r++) {
        const on = list[r]!;
        if (on === UNKNOWN_INT || seen.has(on)) continue;
        seen.add(on);
        rows(on);
      }
    }
  }
  const orders = vectors.relation('orders');
  for (const on of orders.column('voided').values) if (on !== UNKNOWN_INT) rows(on);
  for (const on of vectors.customers.created) if (on !== UNKNOWN_INT) rows(on);
  for (const on of clock.fixed) {
    point(on);
    point(on + 1);
  }
  if (clock.everyDay) for (let on = first; on <= until; on++) points.add(on);
  return Int32Array.from(points).sort();
}

type Begin = { readonly from: Day; readonly code: number };

/** The spells of one customer from its first day to `until`, adjoining, by the ladder in use. */
export function spellsOf(
  ctx: ReadContext,
  vectors: Vectors,
  customer: number,
  until: Day,
  evaluating: (ctx: ReadContext, vectors: Vectors) => Evaluating,
): Spell[] {
  const { rules } = rulesOf(ctx, vectors).ladder;
  if (rules === null) return rungSpells(vectors, customer, ctx.settings.ladderMode, until);
  const saved = savedSpells(ctx, vectors);
  const begins =
    saved !== null && until <= saved.until
      ? savedOf(saved, customer, until)
      : evaluatedOf(ctx, vectors, rules, customer, until, evaluating);
  const counting = rules.grace === 0 ? begins : withGrace(begins, until, rules.grace);
  return counting.map(({ from, code }, k) => ({
    rung: RUNGS[code % LAPSED]!,
    lapsed: code >= LAPSED,
    from,
    to: counting[k + 1]?.from ?? null,
  }));
}

function evaluatedOf(
  ctx: ReadContext,
  vectors: Vectors,
  rules: LadderRules,
  customer: number,
  until: Day,
  evaluating: (ctx: ReadContext, vectors: Vectors) => Evaluating,
): Begin[] {
  const mode = ctx.settings.ladderMode;
  const clock = clockOf(rules);
  const alone = only(vectors, Int32Array.of(customer));
  const created = vectors.customers.created[customer]!;
  const among = ranks(rules);
  const evaluation = among ? evaluating(ctx, vectors) : evaluating(apart(ctx), alone);
  const at = among ? customer : 0;
  const days = changeDays(among ? vectors : alone, clock, until);
  if (created === UNKNOWN_INT || created > until) return [];
  const begins: Begin[] = [];
  for (const on of days[0] === created ? days : [created, ...days]) {
    if (on < created) continue;
    const { rung, lapsed } = standingsByRules(rules, mode, evaluation.customers(on));
    const code = rung[at]! + (lapsed[at] === 1 ? LAPSED : 0);
    if (begins.at(-1)?.code !== code) begins.push({ from: on, code });
  }
  return begins;
}

function savedOf({ start, from, code }: SavedSpells, customer: number, until: Day): Begin[] {
  const begins: Begin[] = [];
  for (let k = start[customer]!; k < start[customer + 1]! && from[k]! <= until; k++)
    begins.push({ from: from[k]!, code: code[k]! });
  return begins;
}

/**
 * Where every customer stands on a day by rules of the workspace's own. With a grace the days before it are looked at too:
 * in the saved spells, else by evaluating each day of the grace on which anything may change.
 */
export function standingsOn(rules: LadderRules, asOf: Day, evaluation: Evaluating): Standings {
  const { ctx, vectors } = evaluation;
  const mode = ctx.settings.ladderMode;
  const now = standingsByRules(rules, mode, evaluation.customers(asOf));
  if (rules.grace === 0) return now;
  const first = asOf - rules.grace;
  const { created } = vectors.customers;
  const known = (c: number, day: Day): boolean => created[c] !== UNKNOWN_INT && created[c]! <= day;
  const saved = savedSpells(ctx, vectors);
  if (saved !== null && asOf <= saved.until) {
    for (let c = 0; c < now.rung.length; c++)
      for (let k = saved.start[c]!; k < saved.start[c + 1]! && saved.from[k]! <= asOf; k++) {
        if (k + 1 < saved.start[c + 1]! && saved.from[k + 1]! <= first) continue;
        now.rung[c] = Math.max(now.rung[c]!, saved.code[k]! % LAPSED);
        if (saved.code[k]! < LAPSED) now.lapsed[c] = 0;
      }
    return now;
  }
  const days = changeDays(vectors, clockOf(rules), asOf - 1).filter((day) => day > first);
  for (const day of [first, ...days]) {
    ctx.cancel.check();
    const then = standingsByRules(rules, mode, evaluation.other(ctx, vectors).customers(day));
    for (let c = 0; c < now.rung.length; c++) {
      if (!known(c, day)) continue;
      now.rung[c] = Math.max(now.rung[c]!, then.rung[c]!);
      if (then.lapsed[c] === 0) now.lapsed[c] = 0;
    }
  }
  return now;
}

/** True when a rule ranks customers against each other: it cannot be read of one alone. */
function ranks(rules: LadderRules): boolean {
  let found = false;
  for (const { condition } of rules.rungs)
    walk(
      condition,
      () => {},
      (seen) => {
        if (seen.k === 'top') found = true;
      },
    );
  return found;
}

/**
 * Follows every customer by rules of the workspace's own from its first day to `until`: `begins` is called for each
 * standing that is not that of the day before (the index of its rung, LAPSED more when lapsed), days ascending. A day is
 * evaluated for those alone of whom anything may change on it. Yields between pieces of work.
 */
export function* following(
  rules: LadderRules,
  until: Day,
  evaluation: Evaluating,
  begins: (customer: number, code: number, on: Day) => void,
): Generator<{ done: number; total: number }, void> {
  const { ctx, vectors } = evaluation;
  const { created, count } = vectors.customers;
  const clock = clockOf(rules);
  const everybody = ranks(rules) || clock.everyDay;
  const whom = everybody ? null : yield* changesByDay(vectors, clock, until);
  const everyone = Int32Array.from({ length: count }, (_, c) => c);
  const held = new Int32Array(count).fill(-1);
  const days = whom === null ? changeDays(vectors, clock, until) : Int32Array.from(whom.keys()).sort();
  for (const [done, on] of days.entries()) {
    const some = whom === null ? everyone : Int32Array.from(whom.get(on)!);
    const look = whom === null ? evaluation.other(ctx, vectors) : evaluation.other(apart(ctx), only(vectors, some));
    const { rung, lapsed } = standingsByRules(rules, ctx.settings.ladderMode, look.customers(on));
    for (let i = 0; i < some.length; i++) {
      const c = some[i]!;
      // Before its first sign of life a customer is none.
      if (created[c]! > on || created[c] === UNKNOWN_INT) continue;
      const code = rung[i]! + (lapsed[i] === 1 ? LAPSED : 0);
      if (code === held[c]) continue;
      held[c] = code;
      begins(c, code, on);
    }
    yield { done, total: days.length };
  }
}

const CUSTOMERS_AT_ONCE = 256;

/** Of whom anything may change, by day. */
function* changesByDay(
  vectors: Vectors,
  clock: Clock,
  until: Day,
): Generator<{ done: number; total: number }, Map<Day, number[]>> {
  const whom = new Map<Day, number[]>();
  const { count, created } = vectors.customers;
  for (let c = 0; c < count; c++) {
    for (const on of changeDays(only(vectors, Int32Array.of(c)), clock, until)) {
      if (on < created[c]!) continue;
      const held = whom.get(on);
      if (held) held.push(c);
      else whom.set(on, [c]);
    }
    if (c % CUSTOMERS_AT_ONCE === 0) yield { done: 0, total: count };
  }
  return whom;
}

const PEAKS: Kept<Map<string, Int32Array>> = { name: 'language.peaks', make: () => new Map() };

/** Highest rung (index into RUNGS) that each customer held on any day up to `asOf`, by rules of the workspace's own. */
export function peaksByRules(ctx: ReadContext, rules: LadderRules, asOf: Day, evaluation: Evaluating): Int32Array {
  const kept = ctx.kept(PEAKS);
  const key = `${asOf} ${ctx.settings.ladderMode}`;
  const held = kept.get(key);
  if (held) return held;
  const { vectors } = evaluation;
  const peak = new Int32Array(vectors.customers.count);
  const saved = savedSpells(ctx, vectors);
  if (saved !== null && asOf <= saved.until) {
    for (let c = 0; c < peak.length; c++)
      for (let k = saved.start[c]!; k < saved.start[c + 1]! && saved.from[k]! <= asOf; k++)
        peak[c] = Math.max(peak[c]!, saved.code[k]! % LAPSED);
  } else {
    const days = following(rules, asOf, evaluation, (c, code) => {
      peak[c] = Math.max(peak[c]!, code % LAPSED);
    });
    for (const { done, total } of days) {
      ctx.cancel.check();
      if (done % 32 === 0) ctx.progress({ what: 'Following the rungs', done, total });
    }
  }
  kept.set(key, peak);
  return peak;
}
