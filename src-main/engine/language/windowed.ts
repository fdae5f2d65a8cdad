import { countCoded } from '#engine/vectors/kernels.ts';
import type { Coded } from '#engine/vectors/kernels.ts';
import { RELATIONS, type Field } from './catalogue.ts';
import type { Condition, Value } from './check.ts';
import type { Col, Outcome } from './columns.ts';
import type { Frame } from './frame.ts';
import { rangeOf } from './period.ts';
import { ranksOf } from './ranks.ts';

/*
 * Counts of rows under conditions of the usual kind: bounds on the row's day and conditions on one column of words each.
 * The days of a customer are in order, so bounds are a window; a condition on one column is a verdict per word. No array
 * as long as the relation is made. Anything else is left to the general way, which says the same (test).
 */

/** The general evaluation, given here because it calls this module. */
export type General = {
  readonly condition: (condition: Condition, frame: Frame) => Outcome;
  readonly value: (value: Value, frame: Frame) => Col;
};

/** Rows per customer up to the frame's day of which `where` holds; null when the condition is of another kind. */
export function countWindowed(
  relation: string,
  where: Condition,
  frame: Frame,
  general: General,
): Float64Array<ArrayBuffer> | null {
  const { vectors } = frame.evaluation;
  const stored = RELATIONS.get(relation)?.vectors;
  // Whether an order counts depends on its credits.
  if (!stored || stored === 'orders') return null;
  const conditions = conjuncts(where);
  const kinds = conditions.map((condition) => soleField(condition));
  if (!kinds.every((field) => field !== null && (isDay(field) || isWord(field)))) return null;

  let after = Number.NEGATIVE_INFINITY;
  let upTo = frame.asOf;
  const words: { condition: Condition; field: Field }[] = [];
  for (const [i, condition] of conditions.entries()) {
    const field = kinds[i]!;
    if (!isDay(field)) {
      words.push({ condition, field });
      continue;
    }
    const window = windowOf(condition, frame, general);
    if (window === null) return null;
    after = Math.max(after, window.after);
    upTo = Math.min(upTo, window.upTo);
  }
  const rows = vectors.relation(stored);
  const tests: Coded[] = [];
  for (const { condition, field } of words) {
    const source = field.source!;
    if (!('column' in source)) return null;
    const column = rows.column(source.column);
    if (column.kind !== 'term') return null;
    tests.push({ values: column.values, holds: verdicts(condition, frame, field, general) });
  }
  const out = new Float64Array(vectors.customers.count);
  countCoded(rows, after, upTo, tests, out);
  return out;
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.k === 'and' ? condition.items.flatMap(conjuncts) : [condition];
}

/** The one field of the rows themselves that a condition reads; null when it reads none, several or anything else. */
function soleField(condition: Condition): Field | null {
  const found = new Set<Field>();
  const value = (item: Value): boolean => {
    if (item.k === 'field' && !item.outer) found.add(item.field);
    else if (item.k === 'shift') return value(item.day) && item.steps.every(({ by }) => 'unit' in by || value(by));
    else return item.k === 'const' || item.k === 'day' || item.k === 'text' || item.k === 'member';
    return true;
  };
  const fits = (item: Condition): boolean => {
    switch (item.k) {
      case 'and':
      case 'or':
        return item.items.every(fits);
      case 'not':
        return fits(item.item);
      case 'compare':
      case 'is':
        return value(item.left) && value(item.right);
      case 'in':
        return value(item.item) && item.set.every(value);
      case 'known':
      case 'period':
      case 'text':
      case 'flag':
      case 'listed':
        return value(item.item);
      case 'exists':
      case 'membership':
      case 'top':
      case 'as-of':
        return false;
    }
  };
  if (!fits(condition) || found.size !== 1) return null;
  const [field] = found;
  return field!;
}

function isDay({ source }: Field): boolean {
  return source !== null && 'column' in source && source.column === 'day';
}

function isWord({ source, type }: Field): boolean {
  return source !== null && 'column' in source && (type === 'set' || type === 'text');
}

/** after < day <= upTo that a bound on the row's day means; null when it is no such bound. */
function windowOf(condition: Condition, frame: Frame, general: General): { after: number; upTo: number } | null {
  if (condition.k === 'period') {
    if (condition.negated || condition.item.k !== 'field') return null;
    const { first, last } = rangeOf(condition.period, frame.asOf, frame.evaluation.ctx.settings.fiscalYearStart);
    return { after: first - 1, upTo: last };
  }
  if (condition.k !== 'compare' || condition.left.k !== 'field' || condition.right.k === 'field') return null;
  const right = general.value(condition.right, frame);
  if (right.k !== 'const' || !Number.isInteger(right.c)) return null;
  switch (condition.op) {
    case '=':
      return { after: right.c - 1, upTo: right.c };
    case '<':
      return { after: Number.NEGATIVE_INFINITY, upTo: right.c - 1 };
    case '<=':
      return { after: Number.NEGATIVE_INFINITY, upTo: right.c };
    case '>':
      return { after: right.c, upTo: Number.POSITIVE_INFINITY };
    case '>=':
      return { after: right.c - 1, upTo: Number.POSITIVE_INFINITY };
    case '!=':
      return null;
  }
}

/** Whether a condition on one column holds of a word, by the general evaluation over that word alone, once each. */
function verdicts(condition: Condition, frame: Frame, field: Field, general: General): (code: number) => boolean {
  return (code) => {
    const v = Int32Array.of(code);
    const one: Frame = {
      evaluation: frame.evaluation,
      asOf: frame.asOf,
      n: 1,
      owner: null,
      field: () => (field.set ? { k: 'set', v, rank: ranksOf(field.set) } : { k: 'terms', v }),
      at: () => one,
      rows: (relation) => frame.rows(relation),
      present: () => null,
    };
    return general.condition(condition, one)[0] === 1;
  };
}
