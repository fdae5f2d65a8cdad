import { minorOf } from '#engine/base/money.ts';
import { FACTS, fieldsOf, RELATIONS, UNITS, type Field } from './catalogue.ts';
import { listed, Misread, nearestName } from './errors.ts';
import { fold } from './fold.ts';
import type { Named } from './named.ts';
import { parseText } from './parse.ts';
import { daysOf, monthsOf } from './period.ts';
import { printDuration } from './print.ts';
import type { AggregateFn, CompareOp, DayLike, Duration, Expr, NameExpr, Period, TextOp } from './tree.ts';
import type { FactType, UnitName } from './types.ts';

/** Values with their type. A `calendar` duration (months and longer) is only a step from one day to another. */
export type Value = { readonly type: FactType; readonly words?: readonly string[] } & (
  | { readonly k: 'const'; readonly value: number }
  | { readonly k: 'money'; readonly minor: number; readonly currency: string }
  | { readonly k: 'day'; readonly day: DayLike }
  | { readonly k: 'text'; readonly text: string }
  | { readonly k: 'member'; readonly index: number }
  | { readonly k: 'field'; readonly field: Field; readonly outer: boolean }
  | {
      readonly k: 'sum';
      readonly first: Value;
      readonly rest: readonly { readonly sign: 1 | -1; readonly term: Value }[];
    }
  | {
      readonly k: 'shift';
      readonly day: Value;
      readonly steps: readonly { readonly sign: 1 | -1; readonly by: Duration | Value }[];
    }
  | {
      readonly k: 'product';
      readonly first: Value;
      readonly rest: readonly { readonly op: '*' | '/'; readonly term: Value }[];
    }
  | { readonly k: 'negative'; readonly item: Value }
  | {
      readonly k: 'aggregate';
      readonly fn: AggregateFn;
      readonly relation: string;
      readonly field: Field | null;
      readonly where: Condition | null;
      readonly of: RowsOf;
    }
  | { readonly k: 'as-of'; readonly item: Value; readonly day: DayLike }
  | { readonly k: 'condition'; readonly item: Condition }
);

/** Conditions, typed through. */
export type Condition =
  | { readonly k: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly k: 'not'; readonly item: Condition }
  | { readonly k: 'compare'; readonly op: CompareOp; readonly left: Value; readonly right: Value }
  | { readonly k: 'is'; readonly negated: boolean; readonly left: Value; readonly right: Value }
  | { readonly k: 'known'; readonly known: boolean; readonly item: Value }
  | { readonly k: 'in'; readonly negated: boolean; readonly item: Value; readonly set: readonly Value[] }
  | { readonly k: 'period'; readonly negated: boolean; readonly item: Value; readonly period: Period }
  | { readonly k: 'text'; readonly op: TextOp; readonly item: Value; readonly pattern: string }
  | { readonly k: 'flag'; readonly item: Value }
  | { readonly k: 'exists'; readonly relation: string; readonly where: Condition | null; readonly of: RowsOf }
  | Membership
  /** A text among the keys of a list. */
  | { readonly k: 'listed'; readonly negated: boolean; readonly item: Value; readonly keys: ReadonlySet<string> }
  | { readonly k: 'top'; readonly count: number; readonly percent: boolean; readonly by: Value }
  | { readonly k: 'as-of'; readonly item: Condition; readonly day: DayLike };

/** Whose rows an aggregate reads: those of the unit itself, or those of the customer it belongs to. */
export type RowsOf = 'unit' | 'customer';

/** Membership of the customer that a unit is or belongs to. Two-valued. */
export type Membership = {
  readonly k: 'membership';
  readonly of: 'segment' | 'list';
  /** As it is written in its definition. */
  readonly name: string;
  /** As frozen on the newest day up to `day`, instead of evaluated. */
  readonly recorded: boolean;
  readonly day: DayLike | null;
  /** The rule of a rule segment; null for frozen and listed ones, and without a workspace. */
  readonly rule: Condition | null;
};

/**
 * What a text can only mean in a workspace. `currency` is that of a bare amount: the only one there is, null where there
 * are several. `named`: its segments, lists and attributes; null without a workspace, when any name is taken.
 */
export type CheckContext = { readonly currency: string | null; readonly named: Named | null };

/** Whose fields are visible, and whether a day before the text's own is read. */
export type CheckScope = { readonly relation: string; readonly inAsOf: boolean };

/** A calendar duration on its way to the day it moves. */
type Step = { readonly k: 'step'; readonly duration: Duration };

const ORDERED: ReadonlySet<FactType> = new Set(['number', 'days', 'day', 'money', 'share', 'set']);

/** Types a condition about a unit; throws Misread at the first thing that does not fit. */
export function checkCondition(root: Expr, context: CheckContext, unit: UnitName = 'customer'): Condition {
  return new Checker(context).condition(root, { relation: UNITS[unit].scope, inAsOf: false });
}

/** A value of a unit, typed. */
export function checkValue(root: Expr, context: CheckContext, unit: UnitName = 'customer'): Value {
  return new Checker(context).valueOf(root, { relation: UNITS[unit].scope, inAsOf: false });
}

/** A value or condition in a scope, typed; a condition is a value of yes and no. */
export function checkIn(expr: Expr, context: CheckContext, scope: CheckScope): Value {
  return new Checker(context).valueOf(expr, scope);
}

const TYPE_WORDS: Readonly<Record<FactType, string>> = {
  number: 'a number',
  days: 'a number of days',
  day: 'a day',
  money: 'an amount of money',
  share: 'a share from 0 to 1',
  text: 'a text',
  set: 'a word of a closed set',
  yesno: 'yes or no',
};

/** Most segments that a text goes through one inside the other. */
const MAX_SEGMENTS = 16;

/** Rules of segments by name; `height` is how many segments they go through one inside the other. */
type Rules = Map<string, { readonly rule: Condition; readonly height: number }>;

const RULES = new WeakMap<CheckContext, Rules>();

function rulesOf(context: CheckContext): Rules {
  let rules = RULES.get(context);
  if (!rules) {
    rules = new Map();
    RULES.set(context, rules);
  }
  return rules;
}

class Checker {
  private readonly context: CheckContext;
  /** Segments whose rules are being read, outermost first. */
  private readonly open: readonly string[];
  /** Rules read so far, so that a segment is read once for all clauses of a text. */
  private readonly rules: Rules;
  private height = 0;

  constructor(context: CheckContext, open: readonly string[] = []) {
    this.context = context;
    this.open = open;
    this.rules = rulesOf(context);
  }

  valueOf(expr: Expr, scope: CheckScope): Value {
    return this.value(expr, scope);
  }

  condition(expr: Expr, scope: CheckScope): Condition {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return { k: expr.kind, items: expr.items.map((item) => this.condition(item, scope)) };
      case 'not':
        return { k: 'not', item: this.condition(expr.item, scope) };
      case 'compare': {
        const [left, right] = this.pair(expr.left, expr.right, scope);
        if (expr.op !== '=' && expr.op !== '!=' && !ORDERED.has(left.type)) {
          throw new Misread(expr.at, `${TYPE_WORDS[left.type]} has no order; compare it with = or !=`, {
            expected: '= or !=',
          });
        }
        return { k: 'compare', op: expr.op, left, right };
      }
      case 'is': {
        const [left, right] = this.pair(expr.left, expr.right, scope);
        return { k: 'is', negated: expr.negated, left, right };
      }
      case 'known':
        return { k: 'known', known: expr.known, item: this.value(expr.item, scope) };
      case 'in': {
        const item = this.value(expr.item, scope);
        return {
          k: 'in',
          negated: expr.negated,
          item,
          set: expr.set.map((member) => this.fitted(member, item, expr.item, scope)),
        };
      }
      case 'period': {
        const item = this.value(expr.item, scope);
        if (item.type !== 'day') {
          throw new Misread(expr.item.at, `a period holds days, and this is ${TYPE_WORDS[item.type]}`, {
            expected: 'a day',
          });
        }
        return { k: 'period', negated: expr.negated, item, period: expr.period };
      }
      case 'listed':
        return this.listedField(expr, scope);
      case 'between': {
        const [item, low] = this.pair(expr.item, expr.low, scope);
        const high = this.fitted(expr.high, item, expr.item, scope);
        if (!ORDERED.has(item.type))
          throw new Misread(expr.at, `${TYPE_WORDS[item.type]} has no order`, { expected: 'a number, a day or money' });
        return {
          k: 'and',
          items: [
            { k: 'compare', op: '>=', left: item, right: low },
            { k: 'compare', op: '<=', left: item, right: high },
          ],
        };
      }
      case 'text': {
        const item = this.value(expr.item, scope);
        if (item.type !== 'text') {
          throw new Misread(expr.item.at, `"${expr.op}" reads a text, and this is ${TYPE_WORDS[item.type]}`, {
            expected: 'a text',
          });
        }
        return { k: 'text', op: expr.op, item, pattern: fold(expr.pattern) };
      }
      case 'membership':
        return this.membership(expr, scope);
      case 'top': {
        const by = this.value(expr.by, scope);
        if (!ORDERED.has(by.type)) {
          throw new Misread(expr.by.at, `"top" ranks by an order, and ${TYPE_WORDS[by.type]} has none`, {
            expected: 'a number, a day or money',
          });
        }
        return { k: 'top', count: Number(expr.count), percent: expr.percent, by };
      }
      case 'exists':
        return {
          k: 'exists',
          relation: this.relation(expr.relation, expr.relationAt),
          where: this.where(expr.where, expr.relation, scope),
          of: rowsOf(scope, expr.relation),
        };
      case 'as-of': {
        const inner = { ...scope, inAsOf: true };
        return { k: 'as-of', item: this.condition(expr.item, inner), day: expr.day };
      }
      case 'name':
      case 'aggregate':
      case 'yesno':
      case 'sum':
      case 'product':
      case 'negative':
      case 'number':
      case 'duration':
      case 'string':
      case 'day': {
        const item = this.value(expr, scope);
        if (item.type !== 'yesno') {
          throw new Misread(
            expr.at,
            `this is ${TYPE_WORDS[item.type]}, and a condition is needed; compare it with a value`,
            { expected: 'a comparison' },
          );
        }
        return { k: 'flag', item };
      }
    }
  }

  private where(where: Expr | null, relation: string, scope: CheckScope): Condition | null {
    return where === null ? null : this.condition(where, { relation, inAsOf: scope.inAsOf });
  }

  private listedField(expr: Extract<Expr, { kind: 'listed' }>, scope: CheckScope): Condition {
    const item = this.value(expr.item, scope);
    if (expr.of === 'segment') {
      throw new Misread(
        expr.at,
        `a segment holds customers, not values; write "in segment '${clipped(expr.name)}'", or name a list`,
        { expected: 'in list' },
      );
    }
    if (item.type !== 'text') {
      throw new Misread(expr.item.at, `a list holds texts, and this is ${TYPE_WORDS[item.type]}`, {
        expected: 'a text',
      });
    }
    return { k: 'listed', negated: expr.negated, item, keys: this.list(expr.name, expr.at)?.keys ?? new Set() };
  }

  private membership(expr: Extract<Expr, { kind: 'membership' }>, scope: CheckScope): Condition {
    const { of, name, recorded, asOf: day, at } = expr;
    const node = { k: 'membership' as const, of, recorded, day };
    const { named } = this.context;
    if (of === 'list') {
      if (recorded) {
        throw new Misread(at, 'only segments are recorded; a list is what it is now', { expected: 'in list' });
      }
      return { ...node, name: this.list(name, at)?.name ?? name, rule: null };
    }
    if (named === null) return { ...node, name, rule: null };
    const segment = named.segment(name);
    if (segment === null) throw unknownName(at, 'segment', name, named.segmentNames());
    if (recorded || segment.kind !== 'rule') return { ...node, name: segment.name, rule: null };
    const way = [...this.open, segment.name];
    if (this.open.includes(segment.name)) {
      throw new Misread(at, `segments that refer to each other have no members: ${way.join(', ')}`, {
        expected: 'another segment',
      });
    }
    const inner = { relation: 'customer', inAsOf: scope.inAsOf || day !== null };
    const key = `${inner.inAsOf} ${segment.name}`;
    try {
      let read = this.rules.get(key);
      if (!read && way.length <= MAX_SEGMENTS) {
        const checker = new Checker(this.context, way);
        const rule = checker.condition(parseText(segment.definition).root, inner);
        read = { rule, height: checker.height + 1 };
        this.rules.set(key, read);
      }
      if (!read || this.open.length + read.height > MAX_SEGMENTS) {
        throw new Misread(at, `segments go through more than ${MAX_SEGMENTS} others one inside the other`, {
          expected: 'fewer segments',
        });
      }
      this.height = Math.max(this.height, read.height);
      return { ...node, name: segment.name, rule: read.rule };
    } catch (error) {
      if (!(error instanceof Misread) || this.open.length > 0) throw error;
      throw new Misread(at, `segment "${segment.name}": ${error.message}`, {
        ...(error.expected === null ? {} : { expected: error.expected }),
        nearest: error.nearest,
      });
    }
  }

  private list(name: string, at: number): { name: string; keys: ReadonlySet<string> } | null {
    const { named } = this.context;
    if (named === null) return null;
    const list = named.list(name);
    if (list === null) throw unknownName(at, 'list', name, named.listNames());
    return list;
  }

  private relation(name: string, at: number): string {
    if (!RELATIONS.has(name)) {
      const nearest = nearestName(name, RELATIONS.keys());
      const hint = nearest === null ? `; known are ${listed([...RELATIONS.keys()])}` : `; did you mean "${nearest}"?`;
      throw new Misread(at, `unknown relation "${clipped(name)}"${hint}`, { expected: 'a relation', nearest });
    }
    return name;
  }

  /** Two values that can be compared. A bare word is a member of the set on the other side. */
  private pair(leftExpr: Expr, rightExpr: Expr, scope: CheckScope): [Value, Value] {
    if (this.isLoose(leftExpr, scope) && !this.isLoose(rightExpr, scope)) {
      const right = this.value(rightExpr, scope);
      return [this.fitted(leftExpr, right, rightExpr, scope), right];
    }
    const left = this.value(leftExpr, scope);
    const right = this.fitted(rightExpr, left, leftExpr, scope);
    // The left side may be the bare number that takes its meaning from the right.
    return left.type === right.type || isNumber(left, right)
      ? [left, right]
      : [this.coerced(left, right, leftExpr.at) ?? left, right];
  }

  /** True for a word that is no field here, and for a plain number: it takes its meaning from the other side. */
  private isLoose(expr: Expr, scope: CheckScope): boolean {
    if (expr.kind === 'number') return expr.currency === null;
    if (expr.kind === 'string') return true;
    return expr.kind === 'name' && expr.scope === 'here' && !expr.bracket && !fieldsOf(scope.relation).has(expr.name);
  }

  /** A value that fits beside `other`. */
  private fitted(expr: Expr, other: Value, otherExpr: Expr, scope: CheckScope): Value {
    if (other.type === 'set') {
      const words = other.words!;
      const word =
        expr.kind === 'string'
          ? expr.text.toLowerCase()
          : expr.kind === 'name' && expr.scope === 'here' && !expr.bracket
            ? expr.name
            : null;
      if (word !== null) {
        const index = words.indexOf(word);
        if (index >= 0) return { k: 'member', type: 'set', words, index };
        if (expr.kind === 'string' || !fieldsOf(scope.relation).has(word)) {
          const nearest = nearestName(word, words);
          const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
          const of = otherExpr.kind === 'name' ? ` of ${otherExpr.name}` : '';
          throw new Misread(expr.at, `unknown value "${clipped(word)}"${of}, which knows ${listed(words)}${hint}`, {
            expected: listed(words),
            nearest,
          });
        }
      }
    }
    const value = this.value(expr, scope, other);
    const fit = this.coerced(value, other, expr.at);
    if (fit === null) {
      throw new Misread(expr.at, `${TYPE_WORDS[value.type]} cannot be compared with ${TYPE_WORDS[other.type]}`, {
        expected: TYPE_WORDS[other.type],
      });
    }
    return fit;
  }

  /** `value` as the type of `other`, or null when they cannot be compared. */
  private coerced(value: Value, other: Value, at: number): Value | null {
    if (value.type === other.type) return value.type !== 'set' || sameWords(value, other) ? value : null;
    if (isNumber(value, other)) return value;
    if (value.k !== 'const' || value.type !== 'number')
      return other.k === 'const' && other.type === 'number' && (value.type === 'days' || value.type === 'money')
        ? value
        : null;
    if (other.type === 'days') return { ...value, type: 'days' };
    if (other.type === 'money') return this.bareMoney(value.value, at);
    return null;
  }

  private bareMoney(major: number, at: number): Value {
    const { currency } = this.context;
    if (currency === null)
      throw new Misread(at, 'this workspace has several currencies; write the currency, as in 5000 EUR', {
        expected: 'a currency',
      });
    return this.money(String(major), currency, at);
  }

  private money(decimal: string, currency: string, at: number): Value {
    const minor = minorOf(decimal, currency);
    if (minor === null) throw new Misread(at, 'this amount is too large', { expected: 'a smaller amount' });
    return { k: 'money', type: 'money', minor, currency };
  }

  private value(expr: Expr, scope: CheckScope, beside?: Value): Value {
    const value = this.valueOrStep(expr, scope);
    if (value.k !== 'step') return value;
    const inDays = printDuration({ count: daysOf(value.duration), unit: 'day' });
    const example = beside?.type === 'day' ? `write "today - ${printDuration(value.duration)}"` : `write ${inDays}`;
    throw new Misread(expr.at, `months, quarters and years have no fixed length, so they only move a day; ${example}`, {
      expected: inDays,
    });
  }

  private valueOrStep(expr: Expr, scope: CheckScope): Value | Step {
    switch (expr.kind) {
      case 'number':
        if (expr.currency !== null) return this.money(expr.decimal, expr.currency, expr.at);
        return { k: 'const', type: 'number', value: Number(expr.decimal) };
      case 'duration':
        return monthsOf(expr) === null
          ? { k: 'const', type: 'days', value: daysOf(expr) }
          : { k: 'step', duration: expr };
      case 'string':
        return { k: 'text', type: 'text', text: expr.text };
      case 'day':
        return { k: 'day', type: 'day', day: expr.day };
      case 'yesno':
        return { k: 'const', type: 'yesno', value: expr.yes ? 1 : 0 };
      case 'name':
        return this.name(expr, scope);
      case 'sum':
        return this.sum(expr, scope);
      case 'product':
        return this.product(expr, scope);
      case 'negative': {
        const item = this.value(expr.item, scope);
        if (!isSummable(item.type))
          throw new Misread(expr.at, `${TYPE_WORDS[item.type]} has no negative`, { expected: 'a number' });
        if (item.k === 'const') return { ...item, value: -item.value };
        if (item.k === 'money') return { ...item, minor: -item.minor };
        return { k: 'negative', type: item.type, item };
      }
      case 'aggregate':
        return this.aggregate(expr, scope);
      case 'as-of': {
        const item = this.value(expr.item, { ...scope, inAsOf: true });
        return { k: 'as-of', type: item.type, ...(item.words ? { words: item.words } : {}), item, day: expr.day };
      }
      case 'and':
      case 'or':
      case 'not':
      case 'compare':
      case 'is':
      case 'known':
      case 'in':
      case 'period':
      case 'listed':
      case 'between':
      case 'text':
      case 'membership':
      case 'top':
      case 'exists':
        return { k: 'condition', type: 'yesno', item: this.condition(expr, scope) };
    }
  }

  private name(expr: NameExpr, scope: CheckScope): Value {
    const outer = expr.scope === 'customer';
    const visible = fieldsOf(outer ? 'customer' : scope.relation);
    const field = expr.bracket ? this.attribute(expr, outer ? 'customer' : scope.relation) : visible.get(expr.name);
    if (!field) throw this.unknownField(expr, outer ? 'customer' : scope.relation);
    if (!field.history && scope.inAsOf && expr.scope !== 'current') {
      throw new Misread(
        expr.at,
        `${field.name} has no history, so it cannot be read as of an earlier day; write "current ${field.name}"`,
        {
          expected: `current ${field.name}`,
        },
      );
    }
    return { k: 'field', type: field.type, ...(field.set ? { words: field.set } : {}), field, outer };
  }

  /** An attribute is a field whose name and type come from the rows. */
  private attribute(expr: NameExpr, scope: string): Field {
    const { named } = this.context;
    if (named === null) return attributeField(scope, expr.name, 'text', true);
    const found = named.attribute(scope, expr.name);
    if (found !== null) return attributeField(scope, found.name, found.type, found.history);
    const known = named.likelyAttributes(scope).map((info) => info.name);
    const nearest = nearestName(expr.name, known);
    const hint =
      nearest !== null
        ? `; did you mean "[${nearest}]"?`
        : known.length === 0
          ? '; there are none here'
          : `; known are ${listed(known.slice(0, 12).map((name) => `[${name}]`))}`;
    throw new Misread(expr.at, `unknown attribute "[${clipped(expr.name)}]"${hint}`, {
      expected: 'an attribute',
      nearest,
    });
  }

  private unknownField(expr: NameExpr, scope: string): Misread {
    const known = [...fieldsOf(scope).keys()];
    const nearest = nearestName(expr.name, known);
    const shown = expr.scope === 'customer' ? `customer.${expr.name}` : expr.name;
    const outside = scope !== 'customer' && fieldsOf('customer').has(expr.name);
    const hint =
      nearest !== null
        ? `; did you mean "${expr.scope === 'customer' ? 'customer.' : ''}${nearest}"?`
        : outside
          ? `; of the customer it is "customer.${expr.name}"`
          : scope === 'customer'
            ? '; text stands between single quotes'
            : `; ${scope} has ${listed(known)}`;
    return new Misread(expr.at, `unknown field "${clipped(shown)}"${hint}`, { expected: 'a field', nearest });
  }

  private sum(expr: Extract<Expr, { kind: 'sum' }>, scope: CheckScope): Value {
    const first = this.value(expr.first, scope);
    if (first.type === 'day') return this.shift(expr, first, scope);
    let type = first.type;
    if (!isSummable(type))
      throw new Misread(expr.first.at, `${TYPE_WORDS[type]} cannot be added to`, {
        expected: 'a number, days, a day or money',
      });
    const rest = expr.rest.map(({ op, term }) => {
      const value = this.value(term, scope);
      const fit = this.summand(value, type);
      if (fit === null)
        throw new Misread(term.at, `${TYPE_WORDS[value.type]} cannot be added to ${TYPE_WORDS[type]}`, {
          expected: TYPE_WORDS[type],
        });
      if (type === 'share') type = 'number';
      return { sign: op === '+' ? (1 as const) : (-1 as const), term: fit };
    });
    return { k: 'sum', type, first, rest };
  }

  private summand(value: Value, type: FactType): Value | null {
    if (value.type === type) return value;
    if ((type === 'number' || type === 'share') && (value.type === 'number' || value.type === 'share')) return value;
    return type === 'days' && value.k === 'const' && value.type === 'number' ? { ...value, type: 'days' } : null;
  }

  /** day +- durations is a day; day - day is a number of days. */
  private shift(expr: Extract<Expr, { kind: 'sum' }>, first: Value, scope: CheckScope): Value {
    const steps: { sign: 1 | -1; by: Duration | Value }[] = [];
    for (const [i, { op, term }] of expr.rest.entries()) {
      const sign = op === '+' ? 1 : -1;
      const value = this.valueOrStep(term, scope);
      if (value.k === 'step') {
        steps.push({ sign, by: value.duration });
        continue;
      }
      if (value.type === 'day' && sign === -1) {
        const left: Value = steps.length === 0 ? first : { k: 'shift', type: 'day', day: first, steps };
        const difference: Value = { k: 'sum', type: 'days', first: left, rest: [{ sign: -1, term: value }] };
        const rest = expr.rest.slice(i + 1).map((later) => {
          const further = this.value(later.term, scope);
          const fit = this.summand(further, 'days');
          if (fit === null)
            throw new Misread(later.term.at, `${TYPE_WORDS[further.type]} cannot be added to a number of days`, {
              expected: 'days',
            });
          return { sign: later.op === '+' ? (1 as const) : (-1 as const), term: fit };
        });
        return rest.length === 0 ? difference : { k: 'sum', type: 'days', first: difference, rest };
      }
      const bare = value.k === 'const' && value.type === 'number';
      if (value.type !== 'days' && !bare) {
        throw new Misread(term.at, `${TYPE_WORDS[value.type]} cannot be added to a day`, { expected: 'a duration' });
      }
      steps.push({ sign, by: value });
    }
    return { k: 'shift', type: 'day', day: first, steps };
  }

  private product(expr: Extract<Expr, { kind: 'product' }>, scope: CheckScope): Value {
    const first = this.value(expr.first, scope);
    let type = first.type;
    const refuse = (at: number, of: FactType): Misread =>
      new Misread(at, `${TYPE_WORDS[of]} cannot be multiplied or divided`, { expected: 'a number, days or money' });
    if (!isSummable(type)) throw refuse(expr.first.at, type);
    const rest = expr.rest.map(({ op, term }) => {
      const value = this.value(term, scope);
      if (!isSummable(value.type)) throw refuse(term.at, value.type);
      const next = productType(type, value.type, op);
      if (next === null) {
        const verb = op === '*' ? 'multiplied by' : 'divided by';
        throw new Misread(term.at, `${TYPE_WORDS[type]} cannot be ${verb} ${TYPE_WORDS[value.type]}`, {
          expected: 'a number',
        });
      }
      type = next;
      return { op, term: value };
    });
    return { k: 'product', type, first, rest };
  }

  private aggregate(expr: Extract<Expr, { kind: 'aggregate' }>, scope: CheckScope): Value {
    const { fn } = expr;
    const relation = this.relation(expr.relation, expr.relationAt);
    let field: Field | null = null;
    if (expr.field !== null) {
      const value = this.name(expr.field, { relation, inAsOf: scope.inAsOf });
      field = value.k === 'field' ? value.field : null;
    }
    const where = this.where(expr.where, relation, scope);
    const node = { k: 'aggregate' as const, fn, relation, field, where, of: rowsOf(scope, relation) };
    switch (fn) {
      case 'count':
        return { ...node, type: 'number' };
      case 'distinct':
        if (field === null)
          throw new Misread(expr.at, `"distinct" counts the values of a field, as in distinct(${relation}.day)`, {
            expected: 'a field',
          });
        if (field.type === 'money')
          throw new Misread(expr.at, '"distinct" does not count amounts of money', { expected: 'another field' });
        return { ...node, type: 'number' };
      case 'days_since_last':
      case 'days_since_first':
        if (field !== null && field.type !== 'day') {
          throw new Misread(expr.field!.at, `"${fn}" reads a day, and ${field.name} is ${TYPE_WORDS[field.type]}`, {
            expected: 'a day',
          });
        }
        return { ...node, type: 'days' };
      case 'sum':
      case 'avg':
      case 'min':
      case 'max': {
        if (field === null)
          throw new Misread(expr.at, `"${fn}" needs a field, as in ${fn}(${relation}.day)`, { expected: 'a field' });
        const ordered = fn === 'min' || fn === 'max';
        const fits = isSummable(field.type) || (ordered && field.type === 'day');
        if (!fits) {
          throw new Misread(
            expr.field!.at,
            `"${fn}" of ${field.name} has no meaning: it is ${TYPE_WORDS[field.type]}`,
            {
              expected: ordered ? 'a number, a day or money' : 'a number or money',
            },
          );
        }
        return { ...node, type: field.type === 'share' && fn === 'sum' ? 'number' : field.type };
      }
    }
  }
}

/** Customers and people have rows of their own (people no answers and attributes); a row has those of its customer. */
function rowsOf(scope: CheckScope, relation: string): RowsOf {
  if (scope.relation === 'customer') return 'unit';
  return scope.relation === 'person' && RELATIONS.get(relation)!.vectors !== null ? 'unit' : 'customer';
}

function attributeField(relation: string, name: string, type: FactType, history: boolean): Field {
  const meaning = 'An attribute as the source names it.';
  return { relation, name, label: name, type, unit: null, history, meaning, source: { attribute: name } };
}

function unknownName(at: number, what: 'segment' | 'list', name: string, known: readonly string[]): Misread {
  const nearest = nearestName(name, known);
  const hint =
    nearest !== null
      ? `; did you mean '${nearest}'?`
      : known.length === 0
        ? `; this workspace has no ${what}`
        : `; known are ${listed(known.slice(0, 12).map((one) => `'${one}'`))}`;
  return new Misread(at, `unknown ${what} '${clipped(name)}'${hint}`, { expected: `a ${what}`, nearest });
}

function isSummable(type: FactType): boolean {
  return type === 'number' || type === 'share' || type === 'days' || type === 'money';
}

function isNumber(a: Value, b: Value): boolean {
  const plain = (v: Value): boolean => v.type === 'number' || v.type === 'share';
  return plain(a) && plain(b);
}

function sameWords(a: Value, b: Value): boolean {
  return (
    a.words === b.words || (a.words!.length === b.words!.length && a.words!.every((word, i) => word === b.words![i]))
  );
}

function productType(left: FactType, right: FactType, op: '*' | '/'): FactType | null {
  const plain = (type: FactType): boolean => type === 'number' || type === 'share';
  if (plain(right)) return plain(left) ? 'number' : left;
  if (op === '*') return plain(left) ? right : null;
  return left === right ? 'number' : null;
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Every fact by name. */
export const FACT_NAMES: ReadonlySet<string> = new Set(FACTS.map((fact) => fact.name));
