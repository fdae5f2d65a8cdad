import { isoDay } from '#engine/base/days.ts';
import { fieldsOf, RELATIONS, type Field } from '../catalogue.ts';
import { SPAN, START, WORDS, type Dice } from './random.fixture.ts';

/** Facts that sum fractions: only compared by order with values they do not take. */
export const FRACTIONS: ReadonlySet<string> = new Set([
  'sd_gap',
  'burstiness',
  'memory',
  'local_variation',
  'rhythm_p',
  'evenness',
  'evenness_sales',
  'evenness_marketing',
  'coordination_gain',
  'pressure',
  'mean_gap',
  'completeness',
]);

/** Facts that are vectors only. */
export const WITHOUT_SQL: ReadonlySet<string> = new Set(['rhythm_p']);

type Scope = { readonly relation: string; readonly inAsOf: boolean };

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Random texts over the whole catalogue, well typed. */
export class TextDice {
  private readonly dice: Dice;
  /** Aggregates and facts left: SQLite joins and nests only so much. */
  private budget = 0;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  text(scope: string): string {
    this.budget = 7;
    return this.condition({ relation: scope, inAsOf: false }, 3);
  }

  private condition(scope: Scope, depth: number): string {
    const { dice } = this;
    if (depth > 0) {
      switch (dice.below(9)) {
        case 0:
          return `(${this.condition(scope, depth - 1)} and ${this.condition(scope, depth - 1)})`;
        case 1:
          return `(${this.condition(scope, depth - 1)} or ${this.condition(scope, depth - 1)})`;
        case 2:
          return `not (${this.condition(scope, depth - 1)})`;
        case 3:
          return `((${this.condition({ ...scope, inAsOf: true }, depth - 1)}) as of ${this.dayLike()})`;
        case 4:
          if (this.budget > 0) return this.aggregate(scope, depth - 1);
          break;
        case 5:
          return `(${this.condition(scope, depth - 1)}) is ${dice.pick(['', 'not '])}yes`;
        case 6:
          return `(${this.condition(scope, depth - 1)}) is ${dice.pick(['known', 'unknown'])}`;
      }
    }
    return this.leaf(scope);
  }

  private leaf(scope: Scope): string {
    const { dice } = this;
    const special = dice.below(12);
    if (special === 0) return `${dice.once(2) ? 'not ' : ''}in list 'people''s LIST'`;
    if (special === 1 && !scope.inAsOf)
      return dice.pick([
        "in segment 'Buyers'",
        "in segment 'key'",
        "in segment 'Listed'",
        "recorded in segment 'Key'",
        `in segment 'Buyers' as of ${this.dayLike()}`,
        `recorded in segment 'Key' as of ${this.dayLike()}`,
      ]);
    if (special === 2 && this.budget > 0) {
      this.budget--;
      const ranked = this.field(scope, (f) => f.type !== 'text' && f.type !== 'yesno' && !FRACTIONS.has(f.name));
      if (ranked !== null) return `top ${dice.pick(['2', '3', '40%'])} by ${this.named(ranked, scope)}`;
    }
    if (special === 3) return this.attribute(scope);
    if (special === 4) return this.arithmetic(scope);
    this.budget--;
    const outer = scope.relation !== 'customer' && dice.once(3);
    const field = this.field(outer ? { ...scope, relation: 'customer' } : scope, () => true)!;
    const written = outer ? this.outer(field, scope) : this.named(field, scope);
    return written === null ? 'yes = yes' : this.test(written, field);
  }

  private field(scope: Scope, fits: (field: Field) => boolean): Field | null {
    const fields = [...fieldsOf(scope.relation).values()].filter(
      (field) => fits(field) && !(scope.relation === 'customer' && WITHOUT_SQL.has(field.name)),
    );
    return fields.length === 0 ? null : this.dice.pick(fields);
  }

  private named(field: Field, scope: Scope): string {
    return scope.inAsOf && !field.history ? `current ${field.name}` : field.name;
  }

  /** Inside `as of` the current value of a customer's field cannot be written from a row. */
  private outer(field: Field, scope: Scope): string | null {
    return scope.inAsOf && !field.history ? null : `customer.${field.name}`;
  }

  private test(written: string, field: Field): string {
    const { dice } = this;
    const op = dice.pick(['<', '<=', '>', '>=', '=', '!=']);
    const order = dice.pick(['<', '<=', '>', '>=']);
    const not = dice.pick(['', 'not ']);
    if (dice.once(6)) return `${written} is ${dice.pick(['known', 'unknown'])}`;
    if (FRACTIONS.has(field.name)) return `${written} ${order} ${this.literal(field)}`;
    switch (field.type) {
      case 'text':
        return dice.pick([
          `${written} ${dice.pick(['=', '!='])} ${this.literal(field)}`,
          `${written} is ${not}${this.literal(field)}`,
          `${written} ${not}in (${this.literal(field)}, ${this.literal(field)})`,
          `${written} ${dice.pick(['contains', 'starts with', 'ends with'])} ${quote(dice.pick(['m', 'IA', '*', '', '[x]', 'td', "'"]))}`,
          `${written} matches ${quote(dice.pick(['m*', '*A', '[x]?*', 'm?a*', '', '*']))}`,
          `${written} ${not}in list 'People''s list'`,
        ]);
      case 'set':
        return dice.pick([
          `${written} ${op} ${this.literal(field)}`,
          `${written} is ${not}${this.literal(field)}`,
          `${written} ${not}in (${this.literal(field)}, ${this.literal(field)})`,
        ]);
      case 'yesno':
        return dice.pick([written, `${written} = no`, `${written} is ${not}yes`]);
      case 'day':
        return dice.pick([
          `${written} ${op} ${this.dayLike()}`,
          `${written} ${not}in ${this.period()}`,
          `${written} between ${this.date()} and ${this.date()}`,
          `${written} > today - ${dice.below(9)} ${dice.pick(['days', 'weeks', 'months', 'quarters'])}`,
          `${written} + ${1 + dice.below(4)} ${dice.pick(['weeks', 'months'])} ${order} ${this.dayLike()}`,
          `today - ${written} ${op} ${dice.below(200)} days`,
        ]);
      default:
        return dice.pick([
          `${written} ${op} ${this.literal(field)}`,
          `${written} is ${not}${this.literal(field)}`,
          `${written} ${not}in (${this.literal(field)}, ${this.literal(field)})`,
          `${written} between ${this.literal(field)} and ${this.literal(field)}`,
        ]);
    }
  }

  private literal(field: Field): string {
    const { dice } = this;
    switch (field.type) {
      case 'text':
        return quote(dice.pick([...WORDS, 'Mia Ltd', 'acme.com', 'books', 'company']));
      case 'set':
        return dice.pick(field.set!);
      case 'yesno':
        return dice.pick(['yes', 'no']);
      case 'day':
        return this.date();
      case 'days':
        return `${dice.below(120)}${FRACTIONS.has(field.name) ? '.317' : ''}${dice.once(2) ? ' days' : ''}`.replace(
          '.317 days',
          '.317',
        );
      case 'share':
        return dice.pick(['0.317', '0.713', '0.9317']);
      case 'money':
        return `${dice.pick(['0', '10', '25', '900', '35.5', '15'])} ${dice.pick(['EUR', 'EUR', 'USD', 'CHF'])}`;
      case 'number':
        return FRACTIONS.has(field.name) ? dice.pick(['-0.317', '0.117']) : String(dice.below(8));
    }
  }

  private date(): string {
    return isoDay(START + this.dice.below(SPAN));
  }

  private dayLike(): string {
    const { dice } = this;
    return dice.pick([
      this.date(),
      '2025-Q2',
      '2026-02',
      'today',
      `today - ${dice.below(200)} days`,
      'today - 5 months',
    ]);
  }

  private period(): string {
    const { dice } = this;
    const unit = dice.pick(['days', 'weeks', 'months', 'quarters', 'years']);
    return dice.pick([
      `last ${1 + dice.below(9)} ${unit}`,
      `previous ${1 + dice.below(3)} ${unit}`,
      `this ${unit.slice(0, -1)}`,
      '2025-Q3',
      '2025-11',
      `${isoDay(START + 50)} .. ${isoDay(START + 50 + dice.below(400))}`,
    ]);
  }

  /** Attributes that the workspace may lack are asked for by the caller, which leaves out what does not check. */
  private attribute(scope: Scope): string {
    const { dice } = this;
    const at =
      scope.relation === 'customer'
        ? dice.pick(['Staff', 'Founded', 'Motto', 'Plan', 'Seats'])
        : { touches: 'Room', purchases: 'Channel', person: 'Plan' }[scope.relation];
    if (at === undefined) return 'customer.[Staff] > 30';
    const name = `[${at}]`;
    return dice.pick([
      `${name} is ${dice.pick(['known', 'unknown'])}`,
      `${name} ${dice.pick(['<', '>', '='])} ${dice.pick(['30', '7.5', '1950-01-01', quote('gold')])}`,
      `${name} contains 'o'`,
    ]);
  }

  private arithmetic(scope: Scope): string {
    const { dice } = this;
    if (scope.relation !== 'customer') return 'customer.purchases + 1 > customer.touches_total / customer.open_tickets';
    this.budget -= 2;
    return dice.pick([
      'purchases * 2 - touches_90d > 1',
      'touches_total / open_tickets >= 2',
      'revenue_12m - revenue_total < 0 EUR',
      'revenue_12m + revenue_total / 2 - 10 EUR >= 15 EUR',
      'revenue_total / revenue_12m > 1',
      'revenue_12m * 2 is revenue_total',
      '-revenue_12m < revenue_total + sum(leads.cost)',
      'last_purchase - first_purchase > open_gap',
      'last_touch - 1 month >= first_touch',
      '(purchases as of today - 60 days) < purchases',
      '(rung as of 2025-Q4) is not rung',
      'rung >= peak_rung',
      'owner = region',
    ]);
  }

  private aggregate(scope: Scope, depth: number): string {
    const { dice } = this;
    this.budget -= 2;
    const relation = dice.pick([...RELATIONS.keys()]);
    const inner = { relation, inAsOf: scope.inAsOf };
    const where = dice.once(4) ? '' : ` where ${this.condition(inner, depth)}`;
    const of = (fits: (field: Field) => boolean): Field | null =>
      this.field(inner, (field) => fits(field) && (field.history || !scope.inAsOf));
    const order = dice.pick(['<', '<=', '>', '>=', '=', '!=']);
    switch (dice.below(6)) {
      case 0:
        return `${dice.pick(['', 'not '])}exists(${relation}${where})`;
      case 1:
        return `count(${relation}${where}) ${order} ${dice.below(4)}`;
      case 2: {
        const field = of((f) => f.type !== 'money');
        if (field !== null) return `distinct(${relation}.${field.name}${where}) ${order} ${dice.below(4)}`;
        break;
      }
      case 3: {
        const field = of((f) => f.type === 'day');
        return `${dice.pick(['days_since_last', 'days_since_first'])}(${relation}${field !== null && dice.once(2) ? `.${field.name}` : ''}${where}) ${order} ${dice.below(200)} days`;
      }
      case 4: {
        const field = of((f) => f.type === 'money');
        if (field !== null)
          return `${dice.pick(['sum', 'avg', 'min', 'max'])}(${relation}.${field.name}${where}) ${order} ${this.literal(field)}`;
        break;
      }
      case 5: {
        const field = of((f) => f.type === 'number');
        if (field !== null)
          return `${dice.pick(['sum', 'avg', 'min', 'max', 'count'])}(${relation}.${field.name}${where}) ${order} ${dice.below(9)}`;
        const day = of((f) => f.type === 'day');
        if (day !== null)
          return `${dice.pick(['min', 'max'])}(${relation}.${day.name}${where}) ${order} ${this.date()}`;
      }
    }
    return `count(${relation}${where}) > 0`;
  }
}
