import { listed, Misread, nearestName, unsupported } from './errors.ts';
import { tokensOf, type Token } from './lex.ts';
import { AGGREGATES, clausesOf, joined } from './tree.ts';
import type {
  AggregateFn,
  CompareOp,
  DayLike,
  Duration,
  DurationUnit,
  Expr,
  NameExpr,
  Period,
  TextOp,
  Tree,
} from './tree.ts';

export const MAX_DEPTH = 64;

/** Words that cannot stand where a value is expected. */
const RESERVED = new Set([
  'and',
  'or',
  'not',
  'is',
  'between',
  'contains',
  'starts',
  'ends',
  'matches',
  'where',
  'as',
  'of',
  'recorded',
]);
const UNITS: ReadonlyMap<string, DurationUnit> = new Map(
  (['day', 'week', 'month', 'quarter', 'year'] as const).flatMap((unit) => [
    [unit, unit],
    [`${unit}s`, unit],
  ]),
);
const COMPARISONS = new Set(['=', '!=', '<', '<=', '>', '>=']);
const AGGREGATE_NAMES: ReadonlySet<string> = new Set(AGGREGATES);

/** Words with a meaning of their own, offered when a keyword is misspelt. */
const KEYWORDS = ['and', 'or', 'not', 'in', 'is', 'between', 'contains', 'matches', 'where', 'exists'];

/** Parses a text; throws Misread. */
export function parseText(text: string): Tree {
  const { tokens, notes } = tokensOf(text);
  const root = new Parser(tokens).whole();
  const clauses = clausesOf(root);
  let clause = 0;
  return {
    root,
    notes: notes.map((note) => {
      const before = tokens[note.tokensBefore - 1];
      while (before && clause + 1 < clauses.length && clauses[clause + 1]!.at <= before.at) clause++;
      return { clause, text: note.text };
    }),
  };
}

/** Parses tokens that end in one of kind `end`; throws Misread. */
export function parseTokens(tokens: readonly Token[]): Expr {
  return new Parser(tokens).whole();
}

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expr {
    if (this.peek().kind === 'end') throw this.wrong('an expression');
    const root = this.or();
    if (this.peek().kind !== 'end') throw this.wrong('"and", "or" or the end of the text');
    return root;
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  private take(): Token {
    const token = this.peek();
    if (this.next < this.tokens.length - 1) this.next++;
    return token;
  }

  private isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.word === word;
  }

  private isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'sign' && token.text === sign;
  }

  private acceptWord(...words: string[]): boolean {
    if (!words.every((word, i) => this.isWord(word, i))) return false;
    this.next += words.length;
    return true;
  }

  private acceptSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.next++;
    return true;
  }

  private expectSign(sign: string): void {
    if (!this.acceptSign(sign)) throw this.wrong(`"${sign}"`);
  }

  /** `known`: the words that are meant, where `expected` does not quote them all. */
  private wrong(expected: string, known?: readonly string[]): Misread {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the text ends here' : `found "${shortened(token.text)}"`;
    const words =
      known ?? (expected.includes('"and"') ? KEYWORDS : [...expected.matchAll(/"(\w+)"/g)].map((match) => match[1]!));
    const nearest = token.kind === 'word' ? nearestName(token.word, words) : null;
    const hint = nearest !== null && nearest !== token.word ? `; did you mean "${nearest}"?` : '';
    return new Misread(token.at, `expected ${expected}, ${found}${hint}`, { expected, nearest });
  }

  private nested<T>(work: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new Misread(this.peek().at, `nested more than ${MAX_DEPTH} levels deep`);
    const result = work();
    this.depth--;
    return result;
  }

  private or(): Expr {
    const { at } = this.peek();
    const items = [this.and()];
    while (this.acceptWord('or')) items.push(this.and());
    return joined('or', at, items);
  }

  private and(): Expr {
    const { at } = this.peek();
    const items = [this.not()];
    while (this.acceptWord('and')) items.push(this.not());
    return joined('and', at, items);
  }

  private not(): Expr {
    const { at } = this.peek();
    if (!this.acceptWord('not')) return this.comparison();
    return this.nested(() => ({ kind: 'not', at, item: this.not() }));
  }

  private comparison(): Expr {
    const { at } = this.peek();
    if (this.isWord('recorded') && this.isWord('in', 1)) {
      this.next += 2;
      return this.membership(at, true);
    }
    if (this.isWord('in') && (this.isWord('segment', 1) || this.isWord('list', 1))) {
      this.next++;
      return this.membership(at, false);
    }
    if (this.isWord('in') && this.peek(1).kind === 'word' && this.peek(2).kind === 'string') {
      this.next++;
      throw this.wrong('"segment" or "list"');
    }
    if (this.isWord('top') && this.peek(1).kind === 'number') return this.top();
    const left = this.sum();
    const token = this.peek();
    if (token.kind === 'sign' && COMPARISONS.has(token.text)) {
      this.next++;
      const right = this.sum();
      const chained = this.peek();
      if (chained.kind === 'sign' && COMPARISONS.has(chained.text)) {
        throw new Misread(chained.at, 'comparisons cannot be chained; join two with "and"', { expected: '"and"' });
      }
      return { kind: 'compare', at, op: token.text as CompareOp, left, right };
    }
    if (token.kind !== 'word') return left;
    switch (token.word) {
      case 'is':
        this.next++;
        return this.is(at, left);
      case 'in':
        this.next++;
        return this.in(at, left, false);
      case 'not':
        if (!this.isWord('in', 1)) return left;
        this.next += 2;
        return this.in(at, left, true);
      case 'between': {
        this.next++;
        const low = this.sum();
        if (!this.acceptWord('and')) throw this.wrong('"and" and the upper end');
        return { kind: 'between', at, item: left, low, high: this.sum() };
      }
      case 'contains':
      case 'matches':
        this.next++;
        return this.textTest(at, left, token.word);
      case 'starts':
      case 'ends':
        this.next++;
        if (!this.acceptWord('with')) throw this.wrong('"with"');
        return this.textTest(at, left, `${token.word} with`);
      case 'followed':
      case 'changed':
      case 'new':
        throw unsupported(token.at, `"${token.word} ..."`);
      default:
        return left;
    }
  }

  private textTest(at: number, item: Expr, op: TextOp): Expr {
    return { kind: 'text', at, op, item, pattern: this.string('a text between single quotes') };
  }

  private string(expected: string): string {
    if (this.peek().kind !== 'string') throw this.wrong(expected);
    return this.take().text;
  }

  private membership(at: number, recorded: boolean): Expr {
    const of = this.take().word;
    if (of !== 'segment' && of !== 'list') {
      this.next--;
      throw this.wrong('"segment" or "list"');
    }
    const name = this.string(`the name of the ${of} between single quotes`);
    const asOf = this.isWord('as') && this.isWord('of', 1) ? this.asOfDay() : null;
    return { kind: 'membership', at, recorded, of, name, asOf };
  }

  private is(at: number, left: Expr): Expr {
    const negated = this.acceptWord('not');
    for (const word of ['known', 'unknown']) {
      if (this.acceptWord(word)) return { kind: 'known', at, known: (word === 'known') !== negated, item: left };
    }
    return { kind: 'is', at, negated, left, right: this.sum() };
  }

  private in(at: number, item: Expr, negated: boolean): Expr {
    if (this.isWord('segment') || this.isWord('list')) {
      const of = this.take().word as 'segment' | 'list';
      return {
        kind: 'listed',
        at,
        negated,
        item,
        of,
        name: this.string(`the name of the ${of} between single quotes`),
      };
    }
    if (this.acceptSign('(')) {
      const set = [this.literal()];
      while (this.acceptSign(',')) set.push(this.literal());
      if (!this.acceptSign(')')) throw this.wrong('"," or ")"');
      return { kind: 'in', at, negated, item, set };
    }
    return { kind: 'period', at, negated, item, period: this.period() };
  }

  private period(): Period {
    const token = this.peek();
    if (token.kind === 'word' && (token.word === 'last' || token.word === 'previous')) {
      this.next++;
      const duration = this.durationHere();
      if (duration === null) throw this.wrong('a whole number and a unit, as in "4 quarters"');
      return { kind: token.word, count: duration.count, unit: duration.unit };
    }
    if (this.acceptWord('this')) {
      const unit = this.unit();
      if (unit === null) throw this.wrong(listed(['"day"', '"week"', '"month"', '"quarter"', '"year"']));
      return { kind: 'this', unit };
    }
    if (token.kind === 'quarter' || token.kind === 'month') {
      this.next++;
      return token.kind === 'quarter' ? quarterOf(token) : monthOf(token);
    }
    if (token.kind === 'date') {
      this.next++;
      this.expectSign('..');
      const to = this.peek();
      if (to.kind !== 'date') throw this.wrong('the last day as YYYY-MM-DD');
      this.next++;
      if (to.value < token.value)
        throw new Misread(to.at, `${to.text} is before ${token.text}`, { expected: 'a later day' });
      return { kind: 'range', from: token.value, to: to.value };
    }
    throw this.wrong('a list in parentheses or a period such as "last 4 quarters"', [
      'last',
      'previous',
      'this',
      'segment',
      'list',
    ]);
  }

  private unit(): DurationUnit | null {
    const token = this.peek();
    const unit = token.kind === 'word' ? UNITS.get(token.word) : undefined;
    if (unit === undefined) return null;
    this.next++;
    return unit;
  }

  /** A duration when the next two tokens are one, else null. */
  private durationHere(): Duration | null {
    const [number, word] = [this.peek(), this.peek(1)];
    if (number.kind !== 'number' || word.kind !== 'word' || !UNITS.has(word.word)) return null;
    if (number.text.includes('.'))
      throw new Misread(number.at, 'a duration is a whole number of days, weeks, months, quarters or years');
    const count = Number(number.text);
    if (count > 1_000_000) throw new Misread(number.at, 'a duration is at most 1000000 units long');
    this.next += 2;
    return { count, unit: UNITS.get(word.word)! };
  }

  private top(): Expr {
    const { at } = this.take();
    const count = this.take();
    const percent = this.acceptSign('%');
    if (!percent && (count.text.includes('.') || Number(count.text) < 1)) {
      throw new Misread(count.at, '"top" takes a whole number from 1, or a percentage', { expected: 'a whole number' });
    }
    if (percent && !(Number(count.text) > 0 && Number(count.text) <= 100)) {
      throw new Misread(count.at, 'a percentage lies above 0 and at most at 100', { expected: 'a percentage' });
    }
    if (!this.acceptWord('by')) throw this.wrong('"by" and what to rank by');
    return { kind: 'top', at, count: count.text, percent, by: this.sum() };
  }

  private sum(): Expr {
    const { at } = this.peek();
    const first = this.product();
    const rest: { op: '+' | '-'; term: Expr }[] = [];
    while (this.isSign('+') || this.isSign('-')) {
      rest.push({ op: this.take().text as '+' | '-', term: this.product() });
    }
    return rest.length === 0 ? first : { kind: 'sum', at, first, rest };
  }

  private product(): Expr {
    const { at } = this.peek();
    const first = this.unary();
    const rest: { op: '*' | '/'; term: Expr }[] = [];
    while (this.isSign('*') || this.isSign('/')) {
      rest.push({ op: this.take().text as '*' | '/', term: this.unary() });
    }
    return rest.length === 0 ? first : { kind: 'product', at, first, rest };
  }

  private unary(): Expr {
    const { at } = this.peek();
    if (!this.acceptSign('-')) return this.atom();
    return this.nested(() => ({ kind: 'negative', at, item: this.atom() }));
  }

  private atom(): Expr {
    const token = this.peek();
    switch (token.kind) {
      case 'sign':
        if (token.text === '(') return this.parenthesis();
        throw this.wrong('a value');
      case 'end':
        throw this.wrong('a value');
      case 'number':
      case 'string':
      case 'date':
      case 'quarter':
      case 'month':
        return this.literal();
      case 'bracket':
        this.next++;
        return { kind: 'name', at: token.at, scope: 'here', name: token.text, bracket: true };
      case 'word':
        return this.wordAtom(token);
    }
  }

  private parenthesis(): Expr {
    return this.nested(() => {
      const { at } = this.take();
      let item = this.or();
      if (this.isWord('as') && this.isWord('of', 1)) item = { kind: 'as-of', at, item, day: this.asOfDay() };
      if (!this.acceptSign(')')) throw this.wrong('")"');
      if (this.isWord('as') && this.isWord('of', 1)) item = { kind: 'as-of', at, item, day: this.asOfDay() };
      return item;
    });
  }

  private wordAtom(token: Token): Expr {
    const followed = this.isSign('(', 1);
    if (token.word === 'exists' && followed) return this.exists(token);
    if (AGGREGATE_NAMES.has(token.word) && followed) return this.aggregate(token);
    if (followed && !RESERVED.has(token.word) && token.word !== 'in') {
      const known = [...AGGREGATES, 'exists'];
      const nearest = nearestName(token.word, known);
      const hint = nearest === null ? `; known are ${listed(known)}` : `; did you mean "${nearest}"?`;
      throw new Misread(token.at, `unknown function "${shortened(token.text)}"${hint}`, {
        expected: 'a function',
        nearest,
      });
    }
    if (
      token.word === 'current' &&
      (this.peek(1).kind === 'word' || this.peek(1).kind === 'bracket') &&
      !this.operatorAt(1)
    ) {
      this.next++;
      const name = this.take();
      return { kind: 'name', at: token.at, scope: 'current', name: name.word, bracket: name.kind === 'bracket' };
    }
    if (this.isSign('.', 1)) {
      if (token.word !== 'customer') {
        throw new Misread(
          token.at,
          `"${shortened(token.text)}." is not known here; only "customer." leads to another scope`,
          {
            expected: 'customer.',
            nearest: nearestName(token.word, ['customer']),
          },
        );
      }
      this.next += 2;
      return { ...this.fieldName(), at: token.at, scope: 'customer' };
    }
    return this.literal();
  }

  /** True when the word at that place is an operator, so that the word before it is a name of its own. */
  private operatorAt(ahead: number): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && (RESERVED.has(token.word) || token.word === 'in');
  }

  private fieldName(): NameExpr {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'bracket') throw this.wrong('the name of a field');
    this.next++;
    return { kind: 'name', at: token.at, scope: 'here', name: token.word, bracket: token.kind === 'bracket' };
  }

  /** literal = number [currency] | string | day | duration | "today" | "yes" | "no" | word */
  private literal(): Expr {
    const token = this.peek();
    const { at } = token;
    switch (token.kind) {
      case 'number': {
        const duration = this.durationHere();
        if (duration !== null) return { kind: 'duration', at, ...duration };
        this.next++;
        const word = this.peek();
        const isCurrency = word.kind === 'word' && /^[A-Z]{3}$/.test(word.text) && !RESERVED.has(word.word);
        if (isCurrency) this.next++;
        return { kind: 'number', at, decimal: token.text, currency: isCurrency ? word.text : null };
      }
      case 'string':
        this.next++;
        return { kind: 'string', at, text: token.text };
      case 'date':
      case 'quarter':
      case 'month':
        return { kind: 'day', at, day: this.dayLike() };
      case 'word':
        if (RESERVED.has(token.word)) throw this.wrong('a value');
        this.next++;
        if (token.word === 'today') return { kind: 'day', at, day: { kind: 'today', minus: null } };
        if (token.word === 'yes' || token.word === 'no') return { kind: 'yesno', at, yes: token.word === 'yes' };
        return { kind: 'name', at, scope: 'here', name: token.word, bracket: false };
      case 'bracket':
      case 'sign':
      case 'end':
        throw this.wrong('a value');
    }
  }

  private asOfDay(): DayLike {
    this.next += 2;
    return this.dayLike();
  }

  private dayLike(): DayLike {
    const token = this.peek();
    if (token.kind === 'date' || token.kind === 'quarter' || token.kind === 'month') {
      this.next++;
      if (token.kind === 'date') return { kind: 'date', day: token.value };
      return token.kind === 'quarter' ? quarterOf(token) : monthOf(token);
    }
    if (!this.acceptWord('today')) throw this.wrong('a day, such as 2026-03-31, 2026-Q1, 2026-03 or today - 1 year');
    if (!this.isSign('-')) return { kind: 'today', minus: null };
    this.next++;
    const minus = this.durationHere();
    if (minus === null) this.next--;
    return { kind: 'today', minus };
  }

  private exists(token: Token): Expr {
    return this.nested(() => {
      this.next += 2;
      const relationAt = this.peek().at;
      const relation = this.relation();
      const where = this.acceptWord('where') ? this.or() : null;
      if (!this.acceptSign(')')) throw this.wrong(where === null ? '"where" or ")"' : '"and", "or" or ")"');
      return { kind: 'exists', at: token.at, relation, relationAt, where };
    });
  }

  private aggregate(token: Token): Expr {
    return this.nested(() => {
      this.next += 2;
      const relationAt = this.peek().at;
      const relation = this.relation();
      const field = this.acceptSign('.') ? this.fieldName() : null;
      const where = this.acceptWord('where') ? this.or() : null;
      if (!this.acceptSign(')')) throw this.wrong(where === null ? '".", "where" or ")"' : '"and", "or" or ")"');
      return { kind: 'aggregate', at: token.at, fn: token.word as AggregateFn, relation, relationAt, field, where };
    });
  }

  private relation(): string {
    const token = this.peek();
    if (token.kind !== 'word' || RESERVED.has(token.word)) throw this.wrong('the name of a relation, such as touches');
    this.next++;
    return token.word;
  }
}

function quarterOf(token: Token): { kind: 'quarter'; year: number; quarter: 1 | 2 | 3 | 4 } {
  return { kind: 'quarter', year: token.value >> 4, quarter: (token.value & 15) as 1 | 2 | 3 | 4 };
}

function monthOf(token: Token): { kind: 'month'; year: number; month: number } {
  return { kind: 'month', year: token.value >> 4, month: token.value & 15 };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
