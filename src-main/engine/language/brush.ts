import type { Day } from '#engine/base/days.ts';
import type { Condition, Value } from './check.ts';
import { dayMeant, rangeOf } from './period.ts';
import type { CompareOp } from './tree.ts';
import type { Brush } from './types.ts';

type Times = { readonly asOf: Day; readonly fiscalYearStart: number };
type Bound = {
  readonly fact: string;
  readonly op: CompareOp;
  readonly value: number;
  readonly currency: string | null;
};

/**
 * The brush that a condition about a customer is: one range of a fact with an order, or members of one set, perhaps
 * negated. Null for any other condition. A brush has the outcome of its condition for every customer.
 */
export function brushOf(condition: Condition, times: Times): Brush | null {
  switch (condition.k) {
    case 'not': {
      const inner = brushOf(condition.item, times);
      return inner === null ? null : { ...inner, negated: !inner.negated };
    }
    case 'and': {
      const bounds: Bound[] = [];
      for (const item of condition.items) {
        const bound = item.k === 'compare' ? boundOf(item, times) : null;
        if (bound === null) return null;
        bounds.push(bound);
      }
      return ranged(bounds);
    }
    case 'compare': {
      const { op, left, right } = condition;
      const fact = factOf(left);
      if (fact !== null && left.type === 'set' && right.k === 'member' && (op === '=' || op === '!='))
        return { kind: 'members', fact, members: [right.index], negated: op === '!=' };
      const bound = boundOf(condition, times);
      return bound === null ? null : ranged([bound]);
    }
    case 'in': {
      const fact = factOf(condition.item);
      if (fact === null || condition.item.type !== 'set') return null;
      const members: number[] = [];
      for (const value of condition.set) {
        if (value.k !== 'member') return null;
        members.push(value.index);
      }
      return { kind: 'members', fact, members, negated: condition.negated };
    }
    case 'period': {
      const fact = factOf(condition.item);
      if (fact === null || condition.item.type !== 'day') return null;
      const { first, last } = rangeOf(condition.period, times.asOf, times.fiscalYearStart);
      const [low, high] = [
        { value: first, inclusive: true },
        { value: last, inclusive: true },
      ];
      return { kind: 'range', fact, low, high, currency: null, negated: condition.negated };
    }
    default:
      return null;
  }
}

/** The fact of a customer that a value is, as of the day of the question. */
function factOf(value: Value): string | null {
  return value.k === 'field' && !value.outer && value.field.relation === 'customer' && value.field.source === null
    ? value.field.name
    : null;
}

function boundOf({ op, left, right }: Extract<Condition, { k: 'compare' }>, times: Times): Bound | null {
  const fact = factOf(left);
  if (fact === null || op === '!=') return null;
  switch (right.k) {
    case 'const':
      return Number.isNaN(right.value) ? null : { fact, op, value: right.value, currency: null };
    case 'money':
      return { fact, op, value: right.minor, currency: right.currency };
    case 'day':
      return { fact, op, value: dayMeant(right.day, times.asOf, times.fiscalYearStart), currency: null };
    default:
      return null;
  }
}

/** One range from bounds of one fact: at most one from below and one from above. */
function ranged(bounds: readonly Bound[]): Brush | null {
  const [{ fact, currency }] = bounds as [Bound];
  let low: { value: number; inclusive: boolean } | null = null;
  let high: { value: number; inclusive: boolean } | null = null;
  for (const bound of bounds) {
    if (bound.fact !== fact || bound.currency !== currency) return null;
    const { op, value } = bound;
    const inclusive = op === '=' || op === '>=' || op === '<=';
    if (op === '=' || op === '>' || op === '>=') {
      if (low !== null) return null;
      low = { value, inclusive };
    }
    if (op === '=' || op === '<' || op === '<=') {
      if (high !== null) return null;
      high = { value, inclusive };
    }
  }
  return { kind: 'range', fact, low, high, currency, negated: false };
}
