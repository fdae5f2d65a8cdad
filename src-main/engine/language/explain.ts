import { isoDay } from '#engine/base/days.ts';
import { decimalOf } from '#engine/base/money.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { UNITS } from './catalogue.ts';
import { checkCondition, checkValue, type CheckContext, type Value } from './check.ts';
import type { Col } from './columns.ts';
import { located, Misread } from './errors.ts';
import { conditionOver, valueOver } from './evaluate.ts';
import type { Frame } from './frame.ts';
import { printExpr } from './print.ts';
import { sentenceOf } from './sentence.ts';
import { clausesOf, type Expr, type Tree } from './tree.ts';
import type { Explanation, FactType, UnitName } from './types.ts';

const HOLDS = ['false', 'true', 'unknown'] as const;

/** Says of any unit of a frame which clauses hold, with the values they read as a reader sees them. */
export function explainerOf(
  tree: Tree,
  text: string,
  frame: Frame,
  context: CheckContext,
  unit: UnitName,
): (index: number) => Explanation {
  return located(text, () => {
    const whole = conditionOver(checkCondition(tree.root, context, unit), frame);
    const clauses = clausesOf(tree.root).map((clause) => ({
      text: printExpr(clause),
      sentence: sentenceOf(clause, UNITS[unit].scope),
      outcome: conditionOver(checkCondition(clause, context, unit), frame),
      values: readBy(clause).flatMap((expr) => {
        const value = typed(expr, context, unit);
        return value === null ? [] : [{ text: printExpr(expr), at: shown(value, frame) }];
      }),
    }));
    return (index) => ({
      holds: HOLDS[whole[index]!]!,
      clauses: clauses.map(({ text: printed, sentence, outcome, values }) => ({
        text: printed,
        sentence,
        holds: HOLDS[outcome[index]!]!,
        values: values.map((value) => ({ text: value.text, value: value.at(index) })),
      })),
    });
  });
}

/** The outermost fields, aggregates and values of other days in a clause, each once, in their order; rows are counted. */
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
      case 'exists': {
        const { at, relation, relationAt, where } = expr;
        visit({ kind: 'aggregate', at, fn: 'count', relation, relationAt, field: null, where });
        return;
      }
      case 'membership':
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

/** A value as text: words, ISO days, amounts with their currency; null where it is unknown. */
function shown(value: Value, frame: Frame): (index: number) => string | null {
  const { vectors } = frame.evaluation;
  const column = valueOver(value, frame);
  switch (column.k) {
    case 'texts':
      return column.written;
    case 'terms':
      return (index) => vectors.text(column.v[index]!);
    case 'text':
      return () => column.folded;
    case 'set':
      return (index) => {
        const rank = column.rank[column.v[index]!];
        return rank === undefined || rank < 0 ? null : (value.words?.[rank] ?? null);
      };
    case 'member':
      return () => value.words?.[column.index] ?? null;
    case 'money':
      return (index) => amountShown(column.v[index]!, vectors.text(column.currency[index]!));
    case 'amount':
      return () => amountShown(column.minor, vectors.text(column.currency));
    case 'const':
    case 'int':
    case 'float':
      return (index) => {
        const number = numberAt(column, index);
        return number === null ? null : numberShown(number, value.type);
      };
  }
}

function amountShown(minor: number, currency: string | null): string | null {
  if (Number.isNaN(minor)) return null;
  return currency === null ? String(minor) : `${decimalOf(minor, currency)} ${currency}`;
}

function numberShown(number: number, type: FactType): string {
  if (type === 'yesno') return number === 0 ? 'no' : 'yes';
  if (type === 'day') return isoDay(number);
  const text = String(Math.round(number * 1e6) / 1e6);
  return type === 'days' ? `${text} ${number === 1 ? 'day' : 'days'}` : text;
}

function numberAt(column: Extract<Col, { k: 'const' | 'int' | 'float' }>, index: number): number | null {
  const number = column.k === 'const' ? column.c : column.v[index]!;
  return Number.isNaN(number) || (column.k === 'int' && number === UNKNOWN_INT) ? null : number;
}
