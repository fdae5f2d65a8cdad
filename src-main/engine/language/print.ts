import { isoDay } from '#engine/base/days.ts';
import { clausesOf } from './tree.ts';
import type { DayLike, Duration, Expr, NameExpr, Period, Tree } from './tree.ts';

const LEVEL = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, unary: 7, atom: 8 } as const;
type Level = (typeof LEVEL)[keyof typeof LEVEL];

/** The canonical text of a tree: `parse(print(tree))` is the same tree, and printing that again the same text. */
export function printTree(tree: Tree): string {
  if (tree.notes.length === 0) return printExpr(tree.root);
  const clauses = clausesOf(tree.root);
  const alone = clauses.length === 1;
  const notesOf = Map.groupBy(tree.notes, (note) => note.clause);
  const lines = clauses.map((clause, i) => {
    const text = alone ? printExpr(clause) : printAt(clause, LEVEL.not);
    const notes = (notesOf.get(i) ?? []).map((note) => ` -- ${note.text}`.trimEnd());
    return `${i === 0 ? '' : 'and '}${text}${notes.join('\n')}`;
  });
  return lines.join('\n');
}

export function printExpr(expr: Expr): string {
  return printAt(expr, LEVEL.or);
}

function printAt(expr: Expr, level: Level): string {
  const [text, own] = printed(expr);
  return own < level ? `(${text})` : text;
}

function printed(expr: Expr): [string, Level] {
  const { or, and, not, comparison, sum, product, unary, atom } = LEVEL;
  switch (expr.kind) {
    case 'or':
      return [expr.items.map((item) => printAt(item, and)).join(' or '), or];
    case 'and':
      return [expr.items.map((item) => printAt(item, not)).join(' and '), and];
    case 'not':
      return [`not ${printAt(expr.item, not)}`, not];
    case 'compare':
      return [`${printAt(expr.left, sum)} ${expr.op} ${printAt(expr.right, sum)}`, comparison];
    case 'is':
      return [`${printAt(expr.left, sum)} is ${expr.negated ? 'not ' : ''}${printAt(expr.right, sum)}`, comparison];
    case 'known':
      return [`${printAt(expr.item, sum)} is ${expr.known ? 'known' : 'unknown'}`, comparison];
    case 'in':
      return [
        `${printAt(expr.item, sum)} ${inWord(expr.negated)} (${expr.set.map((item) => printAt(item, atom)).join(', ')})`,
        comparison,
      ];
    case 'period':
      return [`${printAt(expr.item, sum)} ${inWord(expr.negated)} ${printPeriod(expr.period)}`, comparison];
    case 'listed':
      return [`${printAt(expr.item, sum)} ${inWord(expr.negated)} ${expr.of} ${printString(expr.name)}`, comparison];
    case 'between':
      return [
        `${printAt(expr.item, sum)} between ${printAt(expr.low, sum)} and ${printAt(expr.high, sum)}`,
        comparison,
      ];
    case 'text':
      return [`${printAt(expr.item, sum)} ${expr.op} ${printString(expr.pattern)}`, comparison];
    case 'membership': {
      const asOf = expr.asOf === null ? '' : ` as of ${printDay(expr.asOf)}`;
      return [`${expr.recorded ? 'recorded ' : ''}in ${expr.of} ${printString(expr.name)}${asOf}`, comparison];
    }
    case 'top':
      return [`top ${expr.count}${expr.percent ? '%' : ''} by ${printAt(expr.by, sum)}`, comparison];
    case 'sum':
      return [
        printAt(expr.first, product) + expr.rest.map(({ op, term }) => ` ${op} ${printAt(term, product)}`).join(''),
        sum,
      ];
    case 'product':
      return [
        printAt(expr.first, unary) + expr.rest.map(({ op, term }) => ` ${op} ${printAt(term, unary)}`).join(''),
        product,
      ];
    case 'negative':
      return [`-${printAt(expr.item, atom)}`, unary];
    case 'number':
      return [expr.currency === null ? expr.decimal : `${expr.decimal} ${expr.currency}`, atom];
    case 'duration':
      return [printDuration(expr), atom];
    case 'string':
      return [printString(expr.text), atom];
    case 'day':
      return [printDay(expr.day), expr.day.kind === 'today' && expr.day.minus !== null ? sum : atom];
    case 'yesno':
      return [expr.yes ? 'yes' : 'no', atom];
    case 'name':
      return [printName(expr), atom];
    case 'aggregate': {
      const field = expr.field === null ? '' : `.${printName(expr.field)}`;
      return [`${expr.fn}(${expr.relation}${field}${where(expr.where)})`, atom];
    }
    case 'exists':
      return [`exists(${expr.relation}${where(expr.where)})`, atom];
    case 'as-of': {
      // Inside the parentheses only where nothing before it ends in a parenthesis that could take the day for itself.
      const inside = expr.item.kind === 'name' || expr.item.kind === 'aggregate';
      const day = printDay(expr.day);
      if (inside) return [`(${printExpr(expr.item)} as of ${day})`, atom];
      const text = `(${printExpr(expr.item)}) as of ${day}`;
      // A minus after it would be read as part of the day.
      return [expr.day.kind === 'today' ? `(${text})` : text, atom];
    }
  }
}

const inWord = (negated: boolean): string => (negated ? 'not in' : 'in');
const where = (expr: Expr | null): string => (expr === null ? '' : ` where ${printExpr(expr)}`);

function printName({ scope, name, bracket }: NameExpr): string {
  const own = bracket ? `[${name}]` : name;
  return scope === 'here' ? own : scope === 'customer' ? `customer.${own}` : `current ${own}`;
}

export function printString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function printDuration({ count, unit }: Duration): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const fourDigits = (year: number): string => String(year).padStart(4, '0');
const twoDigits = (month: number): string => String(month).padStart(2, '0');

export function printDay(day: DayLike): string {
  switch (day.kind) {
    case 'date':
      return isoDay(day.day);
    case 'quarter':
      return `${fourDigits(day.year)}-Q${day.quarter}`;
    case 'month':
      return `${fourDigits(day.year)}-${twoDigits(day.month)}`;
    case 'today':
      return day.minus === null ? 'today' : `today - ${printDuration(day.minus)}`;
  }
}

function printPeriod(period: Period): string {
  switch (period.kind) {
    case 'last':
    case 'previous':
      return `${period.kind} ${printDuration(period)}`;
    case 'this':
      return `this ${period.unit}`;
    case 'quarter':
    case 'month':
      return printDay(period);
    case 'range':
      return `${isoDay(period.from)} .. ${isoDay(period.to)}`;
  }
}
