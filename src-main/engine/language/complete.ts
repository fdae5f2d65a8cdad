import { fieldsOf, RELATIONS, UNITS, type Field } from './catalogue.ts';
import { checkIn, type CheckContext, type CheckScope, type Value } from './check.ts';
import { Misread } from './errors.ts';
import { fold } from './fold.ts';
import { tokensOf, type Token, type TokenKind } from './lex.ts';
import type { Named } from './named.ts';
import { parseTokens } from './parse.ts';
import { printString } from './print.ts';
import type { AttributeInfo } from './rare.ts';
import { AGGREGATES, type AggregateFn, type Expr, type NameExpr } from './tree.ts';
import type { Completion, Completions, FactType, UnitName } from './types.ts';

const MOST = 60;
/** Most words of one clause, without those before it, that are still read. */
const MOST_WORDS = 2000;
const WORD = /^[\p{L}_]/u;
const TOKEN = /--[^\n]*|'(?:[^']|'')*'?|\[[^\]\n]*\]?|\d[\w.-]*|[\p{L}_][\p{L}\p{M}\p{N}_]*|[^\s]/gu;
const WORD_REST = /[\p{L}\p{M}\p{N}_]*/uy;

/** Stands for the value that is still missing; no text can hold it. */
const HOLE = '\0';
const token = (kind: TokenKind, text: string): Token => ({ kind, text, word: text, at: 0, value: 0 });
const [HOLE_TOKEN, YES, TEXT] = [token('word', HOLE), token('word', 'yes'), token('string', '')];
const AND = token('word', 'and');
const [ONE, DATE] = [token('number', '1'), token('date', '2000-01-01')];
const [OPENING, CLOSING, END] = [token('sign', '('), token('sign', ')'), token('end', '')];
const words = (text: string): Token[] => text.split(' ').map((part) => token('word', part));

/**
 * What may stand at an offset of a text about a unit, best first. The words before the offset are read with each
 * candidate behind them by the parser, and by the checker as far as it stands in one comparison: what is offered fits.
 */
export function completionsAt(text: string, offset: number, unit: UnitName, context: CheckContext): Completions {
  const place = Math.min(Math.max(0, offset), text.length);
  const partial = partialAt(text.slice(0, place));
  const from = place - partial.length;
  WORD_REST.lastIndex = place;
  const to = WORD.test(partial) ? place + WORD_REST.exec(text)![0].length : place;
  // Nothing goes on in a note, or right behind a number or day.
  if (partial.startsWith('--') || (partial === '' && /[\p{L}\p{N}_]$/u.test(text.slice(0, place))))
    return { from: place, to: place, items: [] };
  const before = wordsBefore(text.slice(0, from));
  const typed = fold(partial.replace(/^['[]/, ''));
  const items = (before === null ? [] : new Reader(before, context, UNITS[unit].scope).offered(partial[0] ?? ''))
    .map((item) => ({ item, rank: rankOf(fold(item.text.replace(/^['[]/, '')), typed) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ item }) => item);
  return { from, to, items };
}

/** The word, open text, open attribute or note that the text ends in; empty when there is none. */
function partialAt(text: string): string {
  let last = '';
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    last = match[0];
    end = match.index + last.length;
  }
  if (last.startsWith('--')) return end === text.length ? last : '';
  if (end !== text.length) return '';
  if (last.startsWith("'")) return (last.match(/'/g)!.length & 1) === 1 ? last : '';
  if (last.startsWith('[')) return last.endsWith(']') ? '' : last;
  return WORD.test(last) ? last : '';
}

function rankOf(candidate: string, typed: string): number {
  if (candidate.startsWith(typed)) return 0;
  if (candidate.split(/[_ ]/).some((part) => part.startsWith(typed))) return 1;
  return candidate.includes(typed) ? 2 : 3;
}

/** The words of a text less the whole clauses and set members before the last one; null when they cannot be read. */
function wordsBefore(text: string): Token[] | null {
  const tokens = readable(() => tokensOf(text).tokens);
  if (tokens === null) return null;
  const kept: Token[] = [];
  let level = { start: 0, between: false };
  const levels = [level];
  for (const next of tokens.slice(0, -1)) {
    const sign = next.kind === 'sign' ? next.text : '';
    const keyword = next.kind === 'word' ? next.word : '';
    const closesBetween = keyword === 'and' && level.between;
    if (keyword === 'between') level.between = true;
    else if (closesBetween) level.between = false;
    if (sign === ',' || keyword === 'or' || (keyword === 'and' && !closesBetween)) {
      kept.length = level.start;
      level.between = false;
      continue;
    }
    kept.push(next);
    if (sign === '(') levels.push((level = { start: kept.length, between: false }));
    else if (sign === ')' && levels.length > 1) {
      levels.pop();
      level = levels.at(-1)!;
    } else if (keyword === 'where') level.start = kept.length;
  }
  return kept.length > MOST_WORDS ? null : kept;
}

/** What `work` answers; null when the text cannot be read so. */
function readable<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Misread) return null;
    throw error;
  }
}

/** The place of the hole in a tree: the comparison, or the value in place of one, that it is in. */
type Place = {
  readonly role: 'value' | 'member' | 'relation' | 'field';
  /** Of a name in the place of the hole. */
  readonly scope: CheckScope;
  readonly name: NameExpr['scope'];
  readonly node: Expr;
  readonly nodeScope: CheckScope;
  /** The value that the comparison reads besides. */
  readonly beside: Expr | null;
};

class Reader {
  private readonly before: readonly Token[];
  private readonly context: CheckContext;
  private readonly unit: string;
  private readonly closing: readonly Token[];

  constructor(before: readonly Token[], context: CheckContext, unit: string) {
    this.before = before;
    // Whoever types does not wait until every row was read for the type of an attribute.
    this.context = { ...context, named: context.named === null ? null : byLikelihood(context.named) };
    this.unit = unit;
    const depth = before.reduce(
      (n, { kind, text }) => n + (kind !== 'sign' ? 0 : text === '(' ? 1 : text === ')' ? -1 : 0),
      0,
    );
    this.closing = [...Array.from({ length: Math.max(0, depth) }, () => CLOSING), END];
  }

  /** Everything that may stand behind the words; `opened` is the first character of what is typed so far. */
  offered(opened: string): Completion[] {
    const last = this.before.at(-1);
    const naming = last?.word === 'segment' || last?.word === 'list' ? last.word : null;
    if (naming !== null && this.parses(TEXT)) return this.names(naming);
    if (opened === "'") return [];
    const place = this.placeOf(HOLE_TOKEN) ?? this.placeOf(HOLE_TOKEN, AND, HOLE_TOKEN);
    if (opened === '[') return place === null ? [] : this.attributes(place);
    return [...(place === null ? [] : this.values(place)), ...this.keywords(place)];
  }

  private names(of: 'segment' | 'list'): Completion[] {
    const known = this.context.named?.[of === 'segment' ? 'segmentNames' : 'listNames']() ?? [];
    return known.map((name) => ({ text: printString(name), kind: of, detail: `a ${of}` }));
  }

  private parsed(behind: readonly Token[]): Expr | null {
    return readable(() => parseTokens([...this.before, ...behind, ...this.closing]));
  }

  private parses(...behind: readonly Token[]): boolean {
    return this.parsed(behind) !== null;
  }

  private placeOf(...behind: readonly Token[]): Place | null {
    const tree = this.parsed(behind);
    const scope = { relation: this.unit, inAsOf: false };
    return tree === null ? null : placeIn(tree, scope, { node: tree, nodeScope: scope, beside: null, role: 'value' });
  }

  private typed(expr: Expr, scope: CheckScope): Value | null {
    return readable(() => checkIn(expr, this.context, scope));
  }

  /** True when the comparison around the hole holds with `expr` in its place. */
  private fits({ node, nodeScope }: Place, expr: Expr): boolean {
    return this.typed(filled(node, expr), nodeScope) !== null;
  }

  /** The value that the words end in, if another one can be compared with it. */
  private left(...behind: readonly Token[]): Value | null {
    const place = this.placeOf(...behind);
    return place?.beside ? this.typed(place.beside, place.nodeScope) : null;
  }

  private values(place: Place): Completion[] {
    const { role, scope, name } = place;
    if (role === 'relation')
      return [...RELATIONS].map(([text, { label }]) => ({ text, kind: 'relation', detail: label }));
    const visible = name === 'customer' ? 'customer' : scope.relation;
    const beside = place.beside === null ? null : this.typed(place.beside, place.nodeScope);
    // Beside something that means nothing, nothing fits.
    if (place.beside !== null && beside === null) return [];
    const members = (name === 'here' ? (beside?.words ?? []) : []).map((text): Completion => {
      return { text, kind: 'value', detail: beside?.k === 'field' ? beside.field.label : 'a word of the set' };
    });
    const own = (word: string, expr: Expr, detail: string): Completion[] =>
      this.fits(place, expr) ? [{ text: word, kind: 'word', detail }] : [];
    const literals =
      role === 'field' || name !== 'here' || beside === null
        ? []
        : [
            ...own('yes', { kind: 'yesno', at: 0, yes: true }, 'it is so'),
            ...own('no', { kind: 'yesno', at: 0, yes: false }, 'it is not so'),
            ...own('today', { kind: 'day', at: 0, day: { kind: 'today', minus: null } }, 'the as-of day'),
          ];
    if (role === 'member') return [...members, ...literals];
    const fields = [...fieldsOf(visible).values()]
      .filter((field) => name !== 'current' || !field.history)
      .filter((field) => this.fits(place, nameOf(name, field.name)))
      .map((field): Completion => ({ text: field.name, kind: 'field', detail: detailOf(field) }));
    if (role === 'field' || name !== 'here') return [...fields, ...this.attributes(place)];
    const timeless = [...fieldsOf(scope.relation).values()].some(
      (field) => !field.history && this.fits(place, nameOf('current', field.name)),
    );
    return [
      ...members,
      ...literals,
      ...fields,
      ...(scope.relation === 'customer' ? [] : [word('customer.', "the customer's fields")]),
      ...FUNCTIONS.filter(({ examples }) => examples.some((expr) => this.fits(place, expr))).map(
        ({ name: fn, detail }): Completion => ({ text: `${fn}(`, kind: 'function', detail }),
      ),
      ...(timeless ? [word('current', 'a field without history, as it is now')] : []),
      ...this.attributes(place),
    ];
  }

  private attributes(place: Place): Completion[] {
    if (place.role === 'relation' || place.role === 'member') return [];
    const scope = place.name === 'customer' ? 'customer' : place.scope.relation;
    return (this.context.named?.likelyAttributes(scope) ?? [])
      .filter(({ name }) => this.fits(place, { ...nameOf(place.name, name), bracket: true }))
      .map(({ name }) => ({ text: `[${name}]`, kind: 'attribute', detail: 'an attribute as the source names it' }));
  }

  /** Words of the language that may follow. */
  private keywords(place: Place | null): Completion[] {
    const out: Completion[] = [];
    const offer = (text: string, detail: string, ...behind: readonly Token[]): void => {
      if (this.parses(...words(text), ...behind)) out.push(word(text, detail));
    };
    const left = this.left(token('sign', '='), HOLE_TOKEN);
    if (left !== null) out.push(...operators(left.type));
    const inside = this.before.at(-1)?.word === 'in' ? this.left(OPENING, HOLE_TOKEN, CLOSING) : null;
    if (inside !== null) {
      out.push(word('(', 'a list of values'));
      if (inside.type === 'text') out.push(word('list', 'a named list'));
      if (inside.type === 'day') {
        offer('last', 'a period up to the day', ONE, ...words('year'));
        offer('previous', 'complete periods', ONE, ...words('year'));
        offer('this', 'the period of the day', ...words('year'));
      }
    } else {
      offer('segment', 'a named segment', TEXT);
      offer('list', 'a named list', TEXT);
    }
    if (place !== null && place.role === 'value' && place.name === 'here') {
      if (place.node.kind === 'is' && isHole(place.node.right)) {
        offer('known', 'there is a value');
        offer('unknown', 'there is none');
      }
      offer('not', 'the opposite', YES);
      offer('in segment', 'members of a segment', TEXT);
      offer('in list', 'members of a list', TEXT);
      offer('recorded in segment', 'members as they were recorded', TEXT);
      offer('top', 'the first by a value', ONE, ...words('by'), HOLE_TOKEN);
    }
    if (place === null) {
      if (left === null || left.type === 'yesno') {
        offer('and', 'both hold', YES);
        offer('or', 'one of both holds', YES);
      }
      offer('as of', 'as it was on a day', DATE);
      offer('where', 'only the rows of which this holds', YES);
      offer('with', 'a text between single quotes', TEXT);
      offer('of', 'a day', DATE);
      if (this.before.at(-1)?.word === 'of') offer('today', 'the as-of day');
      offer('by', 'what to rank by', HOLE_TOKEN);
      if (this.before.at(-1)?.word === 'recorded') offer('in segment', 'members as they were recorded', TEXT);
      if (this.left(...words('in'), OPENING, HOLE_TOKEN, CLOSING) !== null && left === null)
        out.push(word('in', 'compares'));
      if (this.before.at(-1)?.kind === 'number' || this.before.at(-1)?.word === 'this') this.measures(out);
    }
    return out;
  }

  /** Units of a number: of time and of money, where they fit what the number is compared with. */
  private measures(out: Completion[]): void {
    const plus = token('sign', '+');
    const number = this.before.at(-1)?.kind === 'number';
    for (const unit of number ? ['days', 'weeks', 'months', 'quarters', 'years'] : PERIOD_UNITS) {
      const place = number ? this.placeOf(...words(unit), plus, HOLE_TOKEN) : null;
      const fits =
        place === null
          ? this.parses(...words(unit))
          : this.fits(place, { kind: 'duration', at: 0, count: 0, unit: 'day' });
      if (fits) out.push(word(unit, 'a length of time'));
    }
    const { currency } = this.context;
    if (currency === null || !number) return;
    const place = this.placeOf(token('word', currency), plus, HOLE_TOKEN);
    if (place !== null && this.fits(place, { kind: 'number', at: 0, decimal: '0', currency }))
      out.push(word(currency, 'an amount of money'));
  }
}

/** The names of a workspace with the attributes that are likely. */
function byLikelihood(named: Named): Named {
  const attribute = (scope: string, name: string): AttributeInfo | null =>
    named.likelyAttributes(scope).find((info) => fold(info.name) === fold(name)) ?? null;
  return {
    attribute,
    likelyAttributes: (scope) => named.likelyAttributes(scope),
    segment: (name) => named.segment(name),
    segmentNames: () => named.segmentNames(),
    list: (name) => named.list(name),
    listNames: () => named.listNames(),
    members: (of, name, day, customers) => named.members(of, name, day, customers),
  };
}

const PERIOD_UNITS = ['day', 'week', 'month', 'quarter', 'year'];

/** The place of the hole in an expression; null when it is not there. */
function placeIn(expr: Expr, scope: CheckScope, around: Omit<Place, 'scope' | 'name'>): Place | null {
  /** A part that is a condition of its own. */
  const whole = (part: Expr, inner = scope): Place | null =>
    placeIn(part, inner, { role: 'value', node: part, nodeScope: inner, beside: null });
  /** A part of this comparison, which reads `beside` as well. */
  const compared = (part: Expr, beside: Expr | null, role: Place['role'] = 'value'): Place | null =>
    placeIn(part, scope, { role, node: expr, nodeScope: scope, beside });
  const rows = (relation: string): CheckScope => ({ relation, inAsOf: scope.inAsOf });
  switch (expr.kind) {
    case 'name':
      return isHole(expr) ? { ...around, scope, name: expr.scope } : null;
    case 'and':
    case 'or':
      return first(expr.items, (item) => whole(item));
    case 'not':
      return whole(expr.item);
    case 'compare':
    case 'is':
      return compared(expr.right, expr.left) ?? compared(expr.left, null);
    case 'in':
      return first(expr.set, (member) => compared(member, expr.item, 'member')) ?? compared(expr.item, null);
    case 'between':
      return compared(expr.high, expr.item) ?? compared(expr.low, expr.item) ?? compared(expr.item, null);
    case 'known':
    case 'period':
    case 'listed':
    case 'text':
      return compared(expr.item, null);
    case 'top':
      return compared(expr.by, null);
    case 'sum':
    case 'product':
      return first([expr.first, ...expr.rest.map(({ term }) => term)], (term) => placeIn(term, scope, around));
    case 'negative':
      return placeIn(expr.item, scope, around);
    case 'as-of': {
      const inner = { ...scope, inAsOf: true };
      return around.node === expr
        ? placeIn(expr.item, inner, { ...around, node: expr.item, nodeScope: inner })
        : placeIn(expr.item, inner, around);
    }
    case 'exists':
    case 'aggregate': {
      const here = { role: 'relation' as const, node: expr, nodeScope: scope, beside: null };
      if (expr.relation === HOLE) return { ...here, scope, name: 'here' };
      if (expr.kind === 'aggregate' && expr.field?.name === HOLE)
        return { ...here, role: 'field', scope: rows(expr.relation), name: 'here' };
      return expr.where === null ? null : whole(expr.where, rows(expr.relation));
    }
    case 'membership':
    case 'number':
    case 'duration':
    case 'string':
    case 'day':
    case 'yesno':
      return null;
  }
}

function first<T>(items: readonly T[], of: (item: T) => Place | null): Place | null {
  for (const item of items) {
    const found = of(item);
    if (found !== null) return found;
  }
  return null;
}

function isHole(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === HOLE;
}

/** A tree with something else in place of the hole. */
function filled(node: Expr, by: Expr): Expr {
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (part === null || typeof part !== 'object') return part;
    if ('name' in part && part.name === HOLE && 'kind' in part && part.kind === 'name') return by;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, visit(value)]));
  };
  return visit(node) as Expr;
}

function nameOf(scope: NameExpr['scope'], name: string): NameExpr {
  return { kind: 'name', at: 0, scope, name, bracket: false };
}

const example = (fn: AggregateFn, relation: string, field: string | null): Expr => ({
  kind: 'aggregate',
  at: 0,
  fn,
  relation,
  relationAt: 0,
  field: field === null ? null : nameOf('here', field),
  where: null,
});

const FUNCTIONS: readonly { name: string; detail: string; examples: readonly Expr[] }[] = [
  ...AGGREGATES.map((fn) => ({
    name: fn,
    detail: 'of the rows of a relation',
    examples:
      fn === 'count' || fn.startsWith('days_since')
        ? [example(fn, 'touches', null)]
        : fn === 'distinct'
          ? [example(fn, 'touches', 'day')]
          : [example(fn, 'purchases', 'net'), example(fn, 'responses', 'score'), example(fn, 'touches', 'day')],
  })),
  {
    name: 'exists',
    detail: 'a row of a relation',
    examples: [{ kind: 'exists', at: 0, relation: 'touches', relationAt: 0, where: null }],
  },
];

function operators(type: FactType): Completion[] {
  const own: Readonly<Record<FactType, readonly string[]>> = {
    text: ['=', '!=', 'contains', 'starts with', 'ends with', 'matches', 'in', 'not in', 'in list'],
    yesno: ['=', '!='],
    set: ['=', '!=', 'in', 'not in', '>=', '<=', '>', '<', 'between'],
    day: ['>=', '<', 'in', 'not in', 'between', '=', '>', '<=', '!='],
    number: ['>', '>=', '<', '<=', '=', '!=', 'between', 'in', 'not in'],
    share: ['>', '>=', '<', '<=', '=', '!=', 'between'],
    days: ['>', '>=', '<', '<=', '=', '!=', 'between', 'in', 'not in'],
    money: ['>', '>=', '<', '<=', '=', '!=', 'between'],
  };
  return [...own[type], 'is known', 'is unknown', 'is', 'is not'].map((text) => word(text, 'compares'));
}

function detailOf({ type, unit, meaning }: Field): string {
  return `${unit ?? type}: ${meaning}`;
}

function word(text: string, detail: string): Completion {
  return { text, kind: 'word', detail };
}
