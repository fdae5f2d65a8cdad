import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { aggregate, existing } from './aggregate.ts';
import type { Condition, Membership, RowsOf, Value } from './check.ts';
import {
  andInto,
  asMoney,
  byVerdict,
  compare,
  floats,
  gathered,
  gatheredOutcome,
  notInPlace,
  orInto,
  sameCurrency,
  testText,
  unknownAt,
  type Col,
  type Outcome,
} from './columns.ts';
import { fold, globMatcher } from './fold.ts';
import type { Evaluating, Frame, RelationRows } from './frame.ts';
import { dayMeant, moved, rangeOf } from './period.ts';
import type { Duration } from './tree.ts';
import { countWindowed } from './windowed.ts';

/** Evaluates a condition over a frame. The array is the caller's to change. */
export function conditionOver(condition: Condition, frame: Frame): Outcome {
  const { evaluation, n } = frame;
  const { vectors, ctx } = evaluation;
  switch (condition.k) {
    case 'and':
    case 'or': {
      const out = conditionOver(condition.items[0]!, frame);
      for (const item of condition.items.slice(1))
        (condition.k === 'and' ? andInto : orInto)(out, conditionOver(item, frame));
      return out;
    }
    case 'not':
      return notInPlace(conditionOver(condition.item, frame));
    case 'compare':
      return compare(condition.op, valueOver(condition.left, frame), valueOver(condition.right, frame), n, vectors);
    case 'is': {
      const left = valueOver(condition.left, frame);
      const right = valueOver(condition.right, frame);
      const out = compare('=', left, right, n, vectors);
      const [a, b] = [unknownAt(left, n), unknownAt(right, n)];
      const yes = condition.negated ? 0 : 1;
      for (let i = 0; i < n; i++) out[i] = out[i] === 1 || (a[i] === 1 && b[i] === 1) ? yes : 1 - yes;
      return out;
    }
    case 'known': {
      const out = unknownAt(valueOver(condition.item, frame), n);
      return condition.known ? notInPlace(out) : out;
    }
    case 'in':
      return memberOver(condition, frame);
    case 'period': {
      const { first, last } = rangeOf(condition.period, frame.asOf, ctx.settings.fiscalYearStart);
      const day = valueOver(condition.item, frame);
      const out = compare('>=', day, { k: 'const', c: first }, n, vectors);
      andInto(out, compare('<=', day, { k: 'const', c: last }, n, vectors));
      return condition.negated ? notInPlace(out) : out;
    }
    case 'text':
      return testText(valueOver(condition.item, frame), textTest(condition.op, condition.pattern), n, vectors);
    case 'flag': {
      const values = floats(valueOver(condition.item, frame), n);
      const out = new Uint8Array(n);
      for (let i = 0; i < n; i++) out[i] = values[i] !== values[i] ? 2 : values[i] === 0 ? 0 : 1;
      return out;
    }
    case 'exists': {
      ctx.cancel.check();
      if (condition.where !== null) {
        const counts = countedByCustomer(condition.relation, condition.where, condition.of, frame);
        if (counts) return Uint8Array.from(counts, (count) => (count > 0 ? 1 : 0));
      }
      const rows = rowsOf(condition, frame);
      const found = existing(rows, condition.where === null ? null : conditionOver(condition.where, rows));
      return condition.of === 'customer' ? gatheredOutcome(found, frame.owner!, 2) : found;
    }
    case 'membership':
      return membershipOver(condition, frame);
    case 'listed': {
      const out = testText(valueOver(condition.item, frame), (text) => condition.keys.has(text), n, vectors);
      return condition.negated ? notInPlace(out) : out;
    }
    case 'top':
      return topOver(condition, frame);
    case 'as-of':
      return conditionOver(condition.item, frame.at(earlier(condition.day, frame)));
  }
}

/** Rows that a condition of the usual kind holds of, for a frame of customers; null when it is to be counted in general. */
function countedByCustomer(relation: string, where: Condition, of: RowsOf, frame: Frame): Float64Array | null {
  if (of !== 'unit' || frame.owner !== null) return null;
  return countWindowed(relation, where, frame, { condition: conditionOver, value: valueOver });
}

/** The rows that an aggregate over a frame reads. */
function rowsOf({ of, relation }: { of: RowsOf; relation: string }, frame: Frame): RelationRows {
  return of === 'customer' ? frame.evaluation.rows(relation, frame.asOf) : frame.rows(relation);
}

/** 1 for units whose customer is a member, never unknown. */
function membershipOver(condition: Membership, frame: Frame): Outcome {
  const { evaluation } = frame;
  const asOf = condition.day === null ? frame.asOf : earlier(condition.day, frame);
  const members =
    condition.rule === null
      ? evaluation.named.members(condition.of, condition.name, asOf, evaluation.vectors.customers)
      : ruledMembers(condition.name, condition.rule, evaluation, asOf);
  return frame.owner === null ? members.slice() : gatheredOutcome(members, frame.owner, 0);
}

function ruledMembers(name: string, rule: Condition, evaluation: Evaluating, asOf: Day): Outcome {
  const key = `${asOf} ${name}`;
  let members = evaluation.ruled.get(key);
  if (!members) {
    members = conditionOver(rule, evaluation.customers(asOf));
    for (let c = 0; c < members.length; c++) members[c]! &= 1;
    evaluation.ruled.set(key, members);
  }
  return members;
}

/** The day of an `as of`; nothing is seen after the frame's own day. */
function earlier(day: Parameters<typeof dayMeant>[0], frame: Frame): Day {
  return Math.min(frame.asOf, dayMeant(day, frame.asOf, frame.evaluation.ctx.settings.fiscalYearStart));
}

function textTest(
  op: 'contains' | 'starts with' | 'ends with' | 'matches',
  pattern: string,
): (text: string) => boolean {
  switch (op) {
    case 'contains':
      return (text) => text.includes(pattern);
    case 'starts with':
      return (text) => text.startsWith(pattern);
    case 'ends with':
      return (text) => text.endsWith(pattern);
    case 'matches':
      return globMatcher(pattern);
  }
}

function memberOver(condition: Extract<Condition, { k: 'in' }>, frame: Frame): Outcome {
  const { n } = frame;
  const { vectors } = frame.evaluation;
  const item = valueOver(condition.item, frame);
  const set = condition.set.map((value) => valueOver(value, frame));
  let out: Outcome;
  if (item.k === 'set') {
    const wanted = new Set(set.map((member) => (member.k === 'member' ? member.index : -2)));
    out = byVerdict(item, (rank) => wanted.has(rank), n);
  } else if (item.k === 'terms' || item.k === 'texts' || item.k === 'text') {
    const wanted = new Set(set.map((member) => (member.k === 'text' ? member.folded : '')));
    out = testText(item, (text) => wanted.has(text), n, vectors);
  } else {
    out = compare('=', item, set[0]!, n, vectors);
    for (const member of set.slice(1)) orInto(out, compare('=', item, member, n, vectors));
  }
  return condition.negated ? notInPlace(out) : out;
}

function topOver(condition: Extract<Condition, { k: 'top' }>, frame: Frame): Outcome {
  const { n } = frame;
  const by = valueOver(condition.by, frame);
  const present = frame.present();
  const values = by.k === 'money' ? oneCurrency(by, frame, present) : floats(by, n);
  const out = new Uint8Array(n);
  const known: number[] = [];
  for (let i = 0; i < n; i++) {
    if (present !== null && present[i] === 0) continue;
    if (values[i] !== values[i]) out[i] = 2;
    else known.push(i);
  }
  const wanted = condition.percent
    ? Math.ceil((condition.count * known.length) / 100 - 1e-9)
    : Math.min(condition.count, known.length);
  const ranked = Int32Array.from(known).sort((a, b) => values[b]! - values[a]! || a - b);
  for (let i = 0; i < wanted; i++) out[ranked[i]!] = 1;
  return out;
}

/** Amounts in the workspace's currency, or in the only one there is; others cannot be ranked against them. */
function oneCurrency(
  { v, currency }: Extract<Col, { k: 'money' }>,
  frame: Frame,
  present: Outcome | null,
): Float64Array {
  const { vectors, ctx } = frame.evaluation;
  const found = new Set<number>();
  for (let i = 0; i < v.length; i++) {
    if (currency[i] !== UNKNOWN_INT && v[i] !== 0 && (present === null || present[i] === 1)) found.add(currency[i]!);
  }
  if (found.size < 2) return v;
  const own = vectors.term(ctx.settings.currency);
  return v.map((amount, i) => (amount === 0 || currency[i] === own ? amount : Number.NaN));
}

/** Evaluates a value over a frame. */
export function valueOver(value: Value, frame: Frame): Col {
  const { evaluation, n, asOf } = frame;
  const { ctx, vectors } = evaluation;
  switch (value.k) {
    case 'const':
      return { k: 'const', c: value.value };
    case 'money':
      return { k: 'amount', minor: value.minor, currency: vectors.term(value.currency) ?? -1 };
    case 'day':
      return { k: 'const', c: dayMeant(value.day, asOf, ctx.settings.fiscalYearStart) };
    case 'text':
      return { k: 'text', folded: fold(value.text) };
    case 'member':
      return { k: 'member', index: value.index };
    case 'field':
      return frame.field(value.field, value.outer);
    case 'sum':
      return value.type === 'money' ? moneySum(value, frame) : sumOver(value, frame);
    case 'shift':
      return shiftOver(value, frame);
    case 'product':
      return productOver(value, frame);
    case 'negative': {
      const item = valueOver(value.item, frame);
      if (item.k === 'money') return { ...item, v: item.v.map((x) => -x) };
      if (item.k === 'amount') return { ...item, minor: -item.minor };
      return { k: 'float', v: floats(item, n).map((x) => -x) };
    }
    case 'aggregate': {
      ctx.cancel.check();
      if (value.fn === 'count' && value.field === null && value.where !== null) {
        const counts = countedByCustomer(value.relation, value.where, value.of, frame);
        if (counts) return { k: 'float', v: counts };
      }
      const rows = rowsOf(value, frame);
      const where = value.where === null ? null : conditionOver(value.where, rows);
      const found = aggregate(value.fn, rows, value.field, where);
      return value.of === 'customer' ? gathered(found, frame.owner!) : found;
    }
    case 'as-of':
      return valueOver(value.item, frame.at(earlier(value.day, frame)));
    case 'condition': {
      const outcome = conditionOver(value.item, frame);
      const out = new Float64Array(n);
      for (let i = 0; i < n; i++) out[i] = outcome[i] === 2 ? Number.NaN : outcome[i]!;
      return { k: 'float', v: out };
    }
  }
}

function sumOver(value: Extract<Value, { k: 'sum' }>, frame: Frame): Col {
  const { n } = frame;
  const out = floats(valueOver(value.first, frame), n).slice();
  for (const { sign, term } of value.rest) {
    const column = valueOver(term, frame);
    if (column.k === 'const') for (let i = 0; i < n; i++) out[i]! += sign * column.c;
    else {
      const other = floats(column, n);
      for (let i = 0; i < n; i++) out[i]! += sign * other[i]!;
    }
  }
  return { k: 'float', v: out };
}

function moneySum(value: Extract<Value, { k: 'sum' }>, frame: Frame): Col {
  const { n } = frame;
  const first = asMoney(valueOver(value.first, frame), n);
  const v = first.v.slice();
  const currency = first.currency.slice();
  for (const { sign, term } of value.rest) {
    const other = asMoney(valueOver(term, frame), n);
    for (let i = 0; i < n; i++) {
      const fits = sameCurrency(v[i]!, currency[i]!, other.v[i]!, other.currency[i]!);
      if (fits && (v[i] === 0 || currency[i] === UNKNOWN_INT) && other.currency[i] !== UNKNOWN_INT)
        currency[i] = other.currency[i]!;
      v[i] = fits ? v[i]! + sign * other.v[i]! : Number.NaN;
    }
  }
  return { k: 'money', v, currency };
}

function shiftOver(value: Extract<Value, { k: 'shift' }>, frame: Frame): Col {
  const { n } = frame;
  const start = valueOver(value.day, frame);
  const steps = value.steps.map(({ sign, by }) => ({ sign, by: isDuration(by) ? by : valueOver(by, frame) }));
  if (start.k === 'const' && steps.every(({ by }) => isDuration(by) || by.k === 'const')) {
    let day = start.c;
    for (const { sign, by } of steps)
      day = isDuration(by) ? moved(day, by, sign) : day + sign * (by.k === 'const' ? by.c : 0);
    return { k: 'const', c: day };
  }
  const out = floats(start, n).slice();
  for (const { sign, by } of steps) {
    if (isDuration(by)) for (let i = 0; i < n; i++) out[i] = out[i] === out[i] ? moved(out[i]!, by, sign) : Number.NaN;
    else {
      const other = floats(by, n);
      for (let i = 0; i < n; i++) out[i]! += sign * other[i]!;
    }
  }
  return { k: 'float', v: out };
}

function isDuration(by: Duration | Value | Col): by is Duration {
  return 'unit' in by;
}

function productOver(value: Extract<Value, { k: 'product' }>, frame: Frame): Col {
  const { n } = frame;
  let held = valueOver(value.first, frame);
  for (const { op, term } of value.rest) {
    const other = valueOver(term, frame);
    const [a, b] = [floats(held, n), floats(other, n)];
    const out = new Float64Array(n);
    if (op === '*') for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
    else for (let i = 0; i < n; i++) out[i] = b[i] === 0 ? Number.NaN : a[i]! / b[i]!;
    const [left, right] = [isMoney(held), isMoney(other)];
    if (left && right) {
      const [x, y] = [asMoney(held, n), asMoney(other, n)];
      for (let i = 0; i < n; i++) if (!sameCurrency(a[i]!, x.currency[i]!, b[i]!, y.currency[i]!)) out[i] = Number.NaN;
      held = { k: 'float', v: out };
    } else if (left || right) held = { k: 'money', v: out, currency: asMoney(left ? held : other, n).currency };
    else held = { k: 'float', v: out };
  }
  return held;
}

function isMoney(col: Col): boolean {
  return col.k === 'money' || col.k === 'amount';
}
