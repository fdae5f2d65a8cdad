import type { Kept, ReadContext } from '#engine/base/context.ts';
import { addMonths, type Day } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { RELATIONS } from '#engine/vectors/tables.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Column, CustomerVectors, Relation, RelationName, Vectors } from '#engine/vectors/types.ts';
import type { Condition } from '../check.ts';
import { rungSpells, type Spell } from '../facts/rung.ts';
import type { Evaluating } from '../frame.ts';
import type { DayLike, Duration, Period } from '../tree.ts';
import { rulesOf } from './current.ts';
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

/** The vectors of one customer alone. */
function only(vectors: Vectors, customer: number): Vectors {
  const relations = new Map<RelationName, Relation>();
  const cut = (name: RelationName): Relation => {
    const whole = vectors.relation(name);
    const [from, to] = [whole.start[customer]!, whole.start[customer + 1]!];
    return {
      name,
      rows: to - from,
      start: Int32Array.of(0, to - from, to - from),
      day: whole.day.subarray(from, to),
      id: whole.id.subarray(from, to),
      party: whole.party.subarray(from, to),
      columns: whole.columns,
      column(key): Column {
        const column = whole.column(key);
        return { ...column, values: column.values.subarray(from, to) } as Column;
      },
    };
  };
  const relation = (name: RelationName): Relation => {
    const made = relations.get(name) ?? cut(name);
    relations.set(name, made);
    return made;
  };
  const orders = vectors.relation('orders');
  const { credits, customers } = vectors;
  const [firstOrder, endOrder] = [orders.start[customer]!, orders.start[customer + 1]!];
  const [k0, k1] = [credits.start[firstOrder]!, credits.start[endOrder]!];
  const one = (values: Int32Array): Int32Array => values.subarray(customer, customer + 1);
  const alone: CustomerVectors = {
    count: 1,
    id: one(customers.id),
    indexOf: (id) => (id === customers.id[customer] ? 0 : -1),
    created: one(customers.created),
    term: (name) => one(customers.term(name)),
    name: () => customers.name(customer),
    emailDomain: () => customers.emailDomain(customer),
    nameRank: () => Int32Array.of(0),
    sources: () => one(customers.sources()),
  };
  return {
    dataVersion: vectors.dataVersion,
    customers: alone,
    relation,
    credits: {
      order: credits.order.subarray(k0, k1).map((r) => r - firstOrder),
      day: credits.day.subarray(k0, k1),
      amount: credits.amount.subarray(k0, k1),
      start: credits.start.subarray(firstOrder, endOrder + 1).map((k) => k - k0),
    },
    text: (term) => vectors.text(term),
    term: (text) => vectors.term(text),
    newestObservedDay: (limit) => vectors.newestObservedDay(limit),
  };
}

/** A context whose kept values are its own: nothing of all customers is mixed with those of one. */
function apart(ctx: ReadContext): ReadContext {
  const kept = new Map<string, unknown>();
  const own: ReadContext = {
    ...ctx,
    kept<T>(key: Kept<T>): T {
      if (!kept.has(key.name)) kept.set(key.name, key.make(own));
      return kept.get(key.name) as T;
    },
  };
  return own;
}

/** The spells of one customer from its first day to `until`, adjoining, by the ladder in use. */
export function spellsOf(
  ctx: ReadContext,
  vectors: Vectors,
  customer: number,
  until: Day,
  evaluating: (ctx: ReadContext, vectors: Vectors) => Evaluating,
): Spell[] {
  const mode = ctx.settings.ladderMode;
  const { rules } = rulesOf(ctx, vectors).ladder;
  if (rules === null) return rungSpells(vectors, customer, mode, until);
  const saved = savedSpells(ctx, vectors);
  if (saved !== null && until <= saved.until) return savedOf(saved, customer, until);
  const clock = clockOf(rules);
  const alone = only(vectors, customer);
  const created = vectors.customers.created[customer]!;
  const among = ranks(rules);
  const evaluation = among ? evaluating(ctx, vectors) : evaluating(apart(ctx), alone);
  const at = among ? customer : 0;
  const spells: { rung: Spell['rung']; lapsed: boolean; from: Day; to: Day | null }[] = [];
  const days = changeDays(among ? vectors : alone, clock, until);
  if (created === UNKNOWN_INT || created > until) return [];
  for (const on of days[0] === created ? days : [created, ...days]) {
    if (on < created) continue;
    const { rung, lapsed } = standingsByRules(rules, mode, evaluation.customers(on));
    const name = RUNGS[rung[at]!]!;
    const held = spells.at(-1);
    if (held && held.rung === name && held.lapsed === (lapsed[at] === 1)) continue;
    if (held) held.to = on;
    spells.push({ rung: name, lapsed: lapsed[at] === 1, from: on, to: null });
  }
  return spells;
}

function savedOf({ start, from, code }: SavedSpells, customer: number, until: Day): Spell[] {
  const spells: Spell[] = [];
  for (let k = start[customer]!; k < start[customer + 1]! && from[k]! <= until; k++) {
    const last = k + 1 === start[customer + 1]! || from[k + 1]! > until;
    spells.push({
      rung: RUNGS[code[k]! % LAPSED]!,
      lapsed: code[k]! >= LAPSED,
      from: from[k]!,
      to: last ? null : from[k + 1]!,
    });
  }
  return spells;
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
 * standing that is not that of the day before (the index of its rung, LAPSED more when lapsed), days ascending. Yields after each day evaluated.
 */
export function* following(
  rules: LadderRules,
  until: Day,
  evaluation: Evaluating,
  begins: (customer: number, code: number, on: Day) => void,
): Generator<{ done: number; total: number }, void> {
  const { vectors } = evaluation;
  const { ladderMode } = evaluation.ctx.settings;
  const { count, created } = vectors.customers;
  const held = new Int32Array(count).fill(-1);
  const days = changeDays(vectors, clockOf(rules), until);
  for (const [done, on] of days.entries()) {
    // The frames of a day are of no use on the next: an evaluation of its own lets go of them.
    const { rung, lapsed } = standingsByRules(rules, ladderMode, evaluation.alone().customers(on));
    for (let c = 0; c < count; c++) {
      // Before its first sign of life a customer is none.
      if (created[c]! > on || created[c] === UNKNOWN_INT) continue;
      const code = rung[c]! + (lapsed[c] === 1 ? LAPSED : 0);
      if (code === held[c]) continue;
      held[c] = code;
      begins(c, code, on);
    }
    yield { done, total: days.length };
  }
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
