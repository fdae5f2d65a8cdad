import { isoDay } from '#engine/base/days.ts';
import { decimalOf } from '#engine/base/money.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { UNITS } from './catalogue.ts';
import { checkCondition, checkValue, type CheckContext, type Value } from './check.ts';
import type { Col } from './columns.ts';
import { located, Misread } from './errors.ts';
import { conditionOver, valueOver } from './evaluate.ts';
import { factColumn } from './facts/index.ts';
import type { Frame } from './frame.ts';
import { printExpr } from './print.ts';
import { sentenceOf } from './sentence.ts';
import { clausesOf, type Expr, type Tree } from './tree.ts';
import type { Explanation, UnitName } from './types.ts';

const HOLDS = ['false', 'true', 'unknown'] as const;

/** Which clauses hold for one unit, with the values they read as a reader sees them. */
export function explained(
  tree: Tree,
  text: string,
  frame: Frame,
  index: number,
  context: CheckContext,
  unit: UnitName,
): Explanation {
  return located(text, () => {
    const whole = conditionOver(checkCondition(tree.root, context, unit), frame)[index]!;
    const clauses = clausesOf(tree.root).map((clause) => ({
      text: printExpr(clause),
      sentence: sentenceOf(clause, UNITS[unit].scope),
      holds: HOLDS[conditionOver(checkCondition(clause, context, unit), frame)[index]!]!,
      values: readBy(clause).flatMap((expr) => {
        const value = typed(expr, context, unit);
        return value === null ? [] : [{ text: printExpr(expr), value: shown(value, frame, index) }];
      }),
    }));
    return { holds: HOLDS[whole]!, clauses };
  });
}

/** The outermost fields, aggregates and values of other days in a clause, each once, in their order. */
function readBy(clause: Expr): Expr[] {
  const found = new Map<string, Expr>();
  const visit = (expr: Expr): void => {
    switch (expr.kind) {
      case 'name':
      case 'aggregate':
        found.set(printExpr(expr), expr);
        return;
      case 'as-of':
        if (isValue(expr.item)) found.set(printExpr(expr), expr);
        return;
      case 'and':
      case 'or':
        expr.items.forEach(visit);
        return;
      case 'not':
      case 'known':
      case 'in':
      case 'period':
      case 'listed':
      case 'text':
      case 'negative':
        visit(expr.item);
        return;
      case 'compare':
      case 'is':
        visit(expr.left);
        visit(expr.right);
        return;
      case 'between':
        [expr.item, expr.low, expr.high].forEach(visit);
        return;
      case 'top':
        visit(expr.by);
        return;
      case 'sum':
      case 'product':
        visit(expr.first);
        expr.rest.forEach(({ term }) => visit(term));
        return;
      case 'membership':
      case 'exists':
      case 'number':
      case 'duration':
      case 'string':
      case 'day':
      case 'yesno':
        return;
    }
  };
  visit(clause);
  return [...found.values()];
}

function isValue(expr: Expr): boolean {
  return ['name', 'aggregate', 'sum', 'product', 'negative', 'as-of'].includes(expr.kind);
}

/** A value with its type; null for a bare word that is a member of a set. */
function typed(expr: Expr, context: CheckContext, unit: UnitName): Value | null {
  try {
    return checkValue(expr, context, unit);
  } catch (error) {
    if (error instanceof Misread) return null;
    throw error;
  }
}

/** One value as text: words, ISO days, amounts with their currency; null when it is unknown. */
function shown(value: Value, frame: Frame, index: number): string | null {
  const { ctx, vectors } = frame.evaluation;
  if (value.type === 'text' && value.k === 'field' && value.field.source === null) {
    const column = factColumn(ctx, vectors, value.field.name, frame.asOf, frame.evaluation);
    const at = frame.owner === null ? index : frame.owner[index]!;
    return column.type === 'text' && at >= 0 ? column.at(at) : null;
  }
  const column = valueOver(value, frame);
  if (column.k === 'texts') return column.folded(index);
  if (column.k === 'terms') return vectors.text(column.v[index]!);
  if (column.k === 'set') {
    const rank = column.rank[column.v[index]!];
    return rank === undefined || rank < 0 ? null : (value.words?.[rank] ?? null);
  }
  if (column.k === 'money') {
    const minor = column.v[index]!;
    const currency = vectors.text(column.currency[index]!);
    if (Number.isNaN(minor)) return null;
    return currency === null ? String(minor) : `${decimalOf(minor, currency)} ${currency}`;
  }
  const number = numberAt(column, index);
  if (number === null) return null;
  if (value.type === 'yesno') return number === 0 ? 'no' : 'yes';
  if (value.type === 'day') return isoDay(number);
  const text = String(Math.round(number * 1e6) / 1e6);
  return value.type === 'days' ? `${text} ${number === 1 ? 'day' : 'days'}` : text;
}

function numberAt(column: Col, index: number): number | null {
  if (column.k === 'const') return Number.isNaN(column.c) ? null : column.c;
  if (column.k === 'int') return column.v[index] === UNKNOWN_INT ? null : column.v[index]!;
  if (column.k === 'float') return Number.isNaN(column.v[index]) ? null : column.v[index]!;
  return null;
}
