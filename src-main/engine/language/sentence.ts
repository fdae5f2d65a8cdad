import { fieldsOf, RELATIONS } from './catalogue.ts';
import { printDay, printDuration, printString } from './print.ts';
import type { AggregateFn, CompareOp, Expr, NameExpr, Period } from './tree.ts';
import type { FactType } from './types.ts';

/** The sentence of a checked tree: "rung is client or supporter and open gap above 90 days". */
export function sentenceOf(expr: Expr, scope = 'customer'): string {
  switch (expr.kind) {
    case 'and':
      return expr.items
        .map((item) => (item.kind === 'or' ? `(${sentenceOf(item, scope)})` : sentenceOf(item, scope)))
        .join(' and ');
    case 'or':
      return expr.items
        .map((item) => (item.kind === 'and' ? `(${sentenceOf(item, scope)})` : sentenceOf(item, scope)))
        .join(' or ');
    case 'not':
      return negated(expr.item, scope);
    case 'compare':
      return comparison(expr.op, expr.left, expr.right, scope);
    case 'is':
      return `${said(expr.left, scope)} is ${expr.negated ? 'not ' : ''}${said(expr.right, scope)}${expr.negated ? ' or unknown' : ''}`;
    case 'known':
      return `${said(expr.item, scope)} is ${expr.known ? 'known' : 'unknown'}`;
    case 'in': {
      const words = expr.set.map((member) => said(member, scope));
      return `${said(expr.item, scope)} is ${expr.negated ? 'neither ' : ''}${alternatives(words, expr.negated ? 'nor' : 'or')}`;
    }
    case 'period':
      return `${said(expr.item, scope)} ${expr.negated ? 'not ' : ''}${periodSaid(expr.period)}`;
    case 'listed':
      return `${said(expr.item, scope)} ${expr.negated ? 'not ' : ''}in ${expr.of} ${quoted(expr.name)}`;
    case 'between':
      return `${said(expr.item, scope)} from ${said(expr.low, scope)} to ${said(expr.high, scope)}`;
    case 'text':
      return `${said(expr.item, scope)} ${expr.op} ${quoted(expr.pattern)}`;
    case 'membership': {
      const day = expr.asOf === null ? '' : ` as of ${printDay(expr.asOf)}`;
      return `${expr.recorded ? 'recorded ' : ''}in ${expr.of} ${quoted(expr.name)}${day}`;
    }
    case 'top':
      return `among the top ${expr.count}${expr.percent ? ' %' : ''} by ${said(expr.by, scope)}`;
    case 'exists':
      return `with ${rowsSaid(expr.relation, expr.where, 'a ')}`;
    case 'as-of':
      return `${sentenceOf(expr.item, scope)} as of ${printDay(expr.day)}`;
    case 'name':
    case 'aggregate':
    case 'yesno':
    case 'sum':
    case 'product':
    case 'negative':
    case 'number':
    case 'duration':
    case 'string':
    case 'day':
      return said(expr, scope);
  }
}

function negated(item: Expr, scope: string): string {
  if (item.kind === 'exists') return `without ${rowsSaid(item.relation, item.where, '')}`;
  if (item.kind === 'name') return `not ${said(item, scope)}`;
  if (item.kind === 'membership' || item.kind === 'top') return `not ${sentenceOf(item, scope)}`;
  return `not (${sentenceOf(item, scope)})`;
}

/** How a value is said. */
function said(expr: Expr, scope: string): string {
  switch (expr.kind) {
    case 'name':
      return nameSaid(expr, scope);
    case 'aggregate':
      return aggregateSaid(expr);
    case 'number':
      return expr.currency === null ? expr.decimal : `${expr.decimal} ${expr.currency}`;
    case 'duration':
      return printDuration(expr);
    case 'string':
      return quoted(expr.text);
    case 'day':
      return printDay(expr.day);
    case 'yesno':
      return expr.yes ? 'yes' : 'no';
    case 'sum':
      return (
        said(expr.first, scope) +
        expr.rest.map(({ op, term }) => ` ${op === '+' ? 'plus' : 'minus'} ${said(term, scope)}`).join('')
      );
    case 'product':
      return (
        part(expr.first, scope) +
        expr.rest.map(({ op, term }) => ` ${op === '*' ? 'times' : 'divided by'} ${part(term, scope)}`).join('')
      );
    case 'negative':
      return `minus ${part(expr.item, scope)}`;
    case 'as-of':
      return `${said(expr.item, scope)} as of ${printDay(expr.day)}`;
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
      return `(${sentenceOf(expr, scope)})`;
  }
}

function part(expr: Expr, scope: string): string {
  return expr.kind === 'sum' ? `(${said(expr, scope)})` : said(expr, scope);
}

function nameSaid({ scope, name }: NameExpr, inside: string): string {
  const outer = scope === 'customer' && inside !== 'customer';
  const field = fieldsOf(scope === 'customer' ? 'customer' : inside).get(name);
  const label = field?.label ?? name.replaceAll('_', ' ');
  return outer ? `the customer's ${label}` : scope === 'current' ? `current ${label}` : label;
}

const AGGREGATE_WORDS: Readonly<Record<AggregateFn, string>> = {
  count: 'number of',
  sum: 'sum of',
  avg: 'mean',
  min: 'lowest',
  max: 'highest',
  distinct: 'number of different',
  days_since_last: 'days since the last',
  days_since_first: 'days since the first',
};

function aggregateSaid({ fn, relation, field, where }: Extract<Expr, { kind: 'aggregate' }>): string {
  const labels = RELATIONS.get(relation);
  const rows = labels?.label ?? relation;
  if (field === null) {
    const noun = fn === 'days_since_last' || fn === 'days_since_first' ? (labels?.one ?? relation) : rows;
    return `${AGGREGATE_WORDS[fn]} ${noun}${whereSaid(relation, where)}`;
  }
  if (fn === 'distinct')
    return `number of different ${plural(nameSaid(field, relation))} of ${rows}${whereSaid(relation, where)}`;
  const of = fn === 'count' ? `${rows} with ${nameSaid(field, relation)}` : `${nameSaid(field, relation)} of ${rows}`;
  return `${AGGREGATE_WORDS[fn]} ${of}${whereSaid(relation, where)}`;
}

/** The plural of a label: day, days; category, categories; status, statuses. */
function plural(label: string): string {
  if (/[^aeiou]y$/.test(label)) return `${label.slice(0, -1)}ies`;
  return label.endsWith('s') ? `${label}es` : `${label}s`;
}

function whereSaid(relation: string, where: Expr | null): string {
  return where === null ? '' : ` where ${sentenceOf(where, relation)},`;
}

function rowsSaid(relation: string, where: Expr | null, article: string): string {
  const noun = RELATIONS.get(relation)?.one ?? relation;
  const first = article !== '' && /^[aeiou]/.test(noun) ? 'an ' : article;
  return `${article === '' ? (RELATIONS.get(relation)?.label ?? relation) : first + noun}${where === null ? '' : ` where ${sentenceOf(where, relation)}`}`;
}

type Words = Readonly<Record<CompareOp, string>>;
const PLAIN: Words = { '=': 'is', '!=': 'is not', '<': 'below', '<=': 'at most', '>': 'above', '>=': 'at least' };
const DAY: Words = { '=': 'on', '!=': 'not on', '<': 'before', '<=': 'up to', '>': 'after', '>=': 'from' };

function comparison(op: CompareOp, left: Expr, right: Expr, scope: string): string {
  const words = typeOf(left, scope) === 'day' || typeOf(right, scope) === 'day' ? DAY : PLAIN;
  const value = said(right, scope);
  if (typeOf(left, scope) === 'set' && (op === '>=' || op === '<='))
    return `${said(left, scope)} is ${value} or ${op === '>=' ? 'higher' : 'lower'}`;
  return `${said(left, scope)} ${words[op]} ${value}`;
}

function typeOf(expr: Expr, scope: string): FactType | null {
  if (expr.kind === 'name')
    return fieldsOf(expr.scope === 'customer' ? 'customer' : scope).get(expr.name)?.type ?? null;
  if (expr.kind === 'day') return 'day';
  if (expr.kind === 'as-of') return typeOf(expr.item, scope);
  if (expr.kind === 'aggregate' && (expr.fn === 'min' || expr.fn === 'max') && expr.field)
    return typeOf(expr.field, expr.relation);
  if (expr.kind === 'sum') return typeOf(expr.first, scope);
  return null;
}

function alternatives(words: readonly string[], last: 'or' | 'nor'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]!}`;
}

function periodSaid(period: Period): string {
  switch (period.kind) {
    case 'last':
      return `in the last ${printDuration(period)}`;
    case 'previous':
      return `in the previous ${period.count === 1 ? `complete ${period.unit}` : `${period.count} complete ${period.unit}s`}`;
    case 'this':
      return `in this ${period.unit}`;
    case 'quarter':
      return `in FY${period.year} Q${period.quarter}`;
    case 'month':
      return `in ${printDay(period)}`;
    case 'range':
      return `from ${printDay({ kind: 'date', day: period.from })} to ${printDay({ kind: 'date', day: period.to })}`;
  }
}

function quoted(text: string): string {
  return printString(text);
}
