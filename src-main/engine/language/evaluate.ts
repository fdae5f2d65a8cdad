import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { aggregate, existing } from './aggregate.ts';
import { RELATIONS, type Field } from './catalogue.ts';
import type { Condition, Value } from './check.ts';
import {
  andInto,
  asMoney,
  byVerdict,
  compare,
  floats,
  notInPlace,
  orInto,
  sameCurrency,
  testText,
  unknownAt,
  type Col,
  type Outcome,
} from './columns.ts';
import { factColumn } from './facts/index.ts';
import { fold, globMatcher } from './fold.ts';
import type { Evaluating, Frame, RelationRows } from './frame.ts';
import { dayMeant, moved, rangeOf } from './period.ts';
import { countingOrders, derivedColumn } from './relation.ts';
import type { Duration } from './tree.ts';
import type { FactColumn } from './types.ts';

/** One evaluation: frames and folded texts are shared by its parts. */
export class Evaluation implements Evaluating {
  readonly ctx: ReadContext;
  readonly vectors: Vectors;
  private readonly frames = new Map<string, Frame>();

  constructor(ctx: ReadContext, vectors: Vectors) {
    this.ctx = ctx;
    this.vectors = vectors;
  }

  customers(asOf: Day): CustomerFrame {
    const frame = this.frames.get(`customer ${asOf}`) ?? new CustomerFrame(this, asOf);
    this.frames.set(`customer ${asOf}`, frame);
    return frame as CustomerFrame;
  }

  rows(relation: string, asOf: Day): RelationFrame {
    const key = `${relation} ${asOf}`;
    const frame = this.frames.get(key) ?? new RelationFrame(this, relation, asOf);
    this.frames.set(key, frame);
    return frame as RelationFrame;
  }
}

const FOLDED: Kept<Map<string, (string | null)[]>> = { name: 'language.folded', make: () => new Map() };

class CustomerFrame implements Frame {
  readonly evaluation: Evaluation;
  readonly asOf: Day;
  readonly n: number;

  constructor(evaluation: Evaluation, asOf: Day) {
    this.evaluation = evaluation;
    this.asOf = asOf;
    this.n = evaluation.vectors.customers.count;
  }

  field(field: Field): Col {
    const { ctx, vectors } = this.evaluation;
    return columnOfFact(ctx, field, factColumn(ctx, vectors, field.name, this.asOf), this.n);
  }

  at(asOf: Day): Frame {
    return this.evaluation.customers(asOf);
  }
}

function columnOfFact(ctx: ReadContext, field: Field, column: FactColumn, n: number): Col {
  switch (column.type) {
    case 'number':
    case 'days':
    case 'share':
    case 'yesno':
      return { k: 'float', v: column.values };
    case 'day':
      return { k: 'int', v: column.values };
    case 'set':
      return { k: 'set', v: column.values, rank: Int32Array.from(column.members, (_, i) => i) };
    case 'money':
      return { k: 'money', v: column.values, currency: column.currency };
    case 'text': {
      if (column.terms) return { k: 'terms', v: column.terms };
      const kept = ctx.kept(FOLDED);
      let folded = kept.get(field.name);
      if (!folded) {
        folded = Array.from({ length: n }, (_, i) => {
          const text = column.at(i);
          return text === null ? null : fold(text);
        });
        kept.set(field.name, folded);
      }
      const texts = folded;
      return { k: 'texts', folded: (i) => texts[i] ?? null };
    }
  }
}

const CUSTOMER_OF_ROW = new WeakMap<Relation, Int32Array>();

/** Customer index of each row that has one. */
function customerOfRow(relation: Relation, customers: number): Int32Array {
  let owner = CUSTOMER_OF_ROW.get(relation);
  if (!owner) {
    owner = new Int32Array(relation.start[customers]!);
    for (let c = 0; c < customers; c++) owner.fill(c, relation.start[c]!, relation.start[c + 1]!);
    CUSTOMER_OF_ROW.set(relation, owner);
  }
  return owner;
}

class RelationFrame implements RelationRows {
  readonly evaluation: Evaluation;
  readonly name: string;
  readonly asOf: Day;
  readonly n: number;
  readonly relation: Relation;
  private readonly columns = new Map<string, Col>();

  constructor(evaluation: Evaluation, name: string, asOf: Day) {
    this.evaluation = evaluation;
    this.name = name;
    this.asOf = asOf;
    this.relation = evaluation.vectors.relation(RELATIONS.get(name)!.vectors);
    this.n = this.relation.start[evaluation.vectors.customers.count]!;
  }

  at(asOf: Day): Frame {
    return this.evaluation.rows(this.name, asOf);
  }

  counting(): Outcome | null {
    return this.name === 'purchases' ? countingOrders(this.relation, this.n, this.asOf) : null;
  }

  field(field: Field, outer: boolean): Col {
    const key = `${outer ? 'customer.' : ''}${field.name}`;
    let column = this.columns.get(key);
    if (!column) {
      column = outer ? this.ofCustomer(field) : this.ofRow(field);
      this.columns.set(key, column);
    }
    return column;
  }

  private ofCustomer(field: Field): Col {
    const { vectors } = this.evaluation;
    const column = this.evaluation.customers(this.asOf).field(field);
    const owner = customerOfRow(this.relation, vectors.customers.count);
    const n = this.n;
    const ints = (v: Int32Array): Int32Array => {
      const out = new Int32Array(n);
      for (let r = 0; r < n; r++) out[r] = v[owner[r]!]!;
      return out;
    };
    const reals = (v: Float64Array): Float64Array => {
      const out = new Float64Array(n);
      for (let r = 0; r < n; r++) out[r] = v[owner[r]!]!;
      return out;
    };
    switch (column.k) {
      case 'float':
        return { k: 'float', v: reals(column.v) };
      case 'int':
      case 'terms':
        return { k: column.k, v: ints(column.v) };
      case 'set':
        return { ...column, v: ints(column.v) };
      case 'money':
        return { k: 'money', v: reals(column.v), currency: ints(column.currency) };
      case 'texts':
        return { k: 'texts', folded: (r) => column.folded(owner[r]!) };
      case 'const':
      case 'amount':
      case 'member':
      case 'text':
        return column;
    }
  }

  private ofRow(field: Field): Col {
    const source = field.source!;
    if ('derived' in source) return derivedColumn(this, field);
    if (source.column === 'day') return { k: 'int', v: this.relation.day };
    const column = this.relation.column(source.column);
    switch (column.kind) {
      case 'money':
        return { k: 'money', v: column.values, currency: this.relation.column('currency').values as Int32Array };
      case 'real':
        return { k: 'float', v: column.values };
      case 'day':
        return { k: 'int', v: source.planned ? column.values : upTo(column.values, this.asOf) };
      case 'term':
        return field.set ? { k: 'set', v: column.values, rank: ranksOf(field.set) } : { k: 'terms', v: column.values };
      case 'int':
        return { k: 'int', v: column.values };
    }
  }
}

/** Days that have happened; later ones are unknown on the day. */
function upTo(days: Int32Array, asOf: Day): Int32Array {
  if (!days.some((day) => day > asOf)) return days;
  return days.map((day) => (day > asOf ? UNKNOWN_INT : day));
}

const RANKS = new WeakMap<readonly string[], Int32Array>();

/** Positions in a closed set by term id. */
function ranksOf(words: readonly string[]): Int32Array {
  let ranks = RANKS.get(words);
  if (!ranks) {
    const ids = words.map((word) => termOf(word));
    ranks = new Int32Array(Math.max(...ids) + 1).fill(-1);
    ids.forEach((id, i) => {
      ranks![id] = i;
    });
    RANKS.set(words, ranks);
  }
  return ranks;
}

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
      const rows = evaluation.rows(condition.relation, frame.asOf);
      return existing(rows, condition.where === null ? null : conditionOver(condition.where, rows));
    }
    case 'top':
      return topOver(condition, frame);
    case 'as-of':
      return conditionOver(condition.item, frame.at(earlier(condition.day, frame)));
  }
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
  const values = by.k === 'money' ? oneCurrency(by, frame) : floats(by, n);
  const out = new Uint8Array(n);
  const known: number[] = [];
  for (let i = 0; i < n; i++) {
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
function oneCurrency({ v, currency }: Extract<Col, { k: 'money' }>, frame: Frame): Float64Array {
  const { vectors, ctx } = frame.evaluation;
  const found = new Set<number>();
  for (let i = 0; i < v.length; i++) if (currency[i] !== UNKNOWN_INT && v[i] !== 0) found.add(currency[i]!);
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
      const rows = evaluation.rows(value.relation, asOf);
      return aggregate(value.fn, rows, value.field, value.where === null ? null : conditionOver(value.where, rows));
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
