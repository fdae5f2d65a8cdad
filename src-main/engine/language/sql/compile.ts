import { isoDay, type Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import type { Field } from '../catalogue.ts';
import type { Condition, Membership, Value } from '../check.ts';
import { fold } from '../fold.ts';
import { dayMeant, monthsOf, daysOf, moved, rangeOf } from '../period.ts';
import { attributesOf } from '../rare.ts';
import type { CompareOp, DayLike, Duration } from '../tree.ts';
import type { FactType, UnitName } from '../types.ts';
import { FACT_GROUPS, factOf, TIMELESS, type Fact } from './facts.ts';
import { isCommercial, npsClass, type Making, type Parts } from './parts.ts';
import { columnName, ROWS, type RowSource } from './rows.ts';
import { bind, bindDay, joined, list, name, number, sql, word, type Sql } from './text.ts';

/** A value in SQL. Plain values are numbers, days (their number) and yes/no (1 and 0); NULL is unknown. */
export type Term =
  | { readonly k: 'plain'; readonly sql: Sql }
  | { readonly k: 'text'; readonly sql: Sql; readonly folded: boolean }
  | { readonly k: 'set'; readonly sql: Sql; readonly words: readonly string[] }
  | { readonly k: 'member'; readonly index: number; readonly words: readonly string[] }
  | { readonly k: 'money'; readonly sql: Sql; readonly currency: Sql; readonly literal: boolean };

type Cte = { readonly name: string; readonly body: Sql };

/** A join of more tables, or a statement with more nested parts, is refused by SQLite. */
const MOST_JOINS = 60;

export function tooLarge(): LadderlineError {
  return new LadderlineError(
    'sql-too-large',
    'This text reads more facts than one SQL statement can hold. Show the SQL of a part of it.',
  );
}

/** Collects the named parts (CTEs) of a statement; equal parts are made once. */
export class Compiler implements Parts {
  readonly making: Making;
  readonly ctes: Cte[] = [];
  private readonly names = new Map<string, string>();
  private readonly bodies = new Map<string, string>();

  constructor(making: Making) {
    this.making = making;
  }

  /** A part under its own name, the day in it when it is another one than the statement's. */
  dated(label: string, asOf: Day, body: () => Sql): string {
    const { making } = this;
    const called = asOf === making.asOf ? label : `${label}_${daySuffix(asOf)}`;
    const held = this.names.get(called);
    if (held !== undefined) return held;
    const made = body();
    this.names.set(called, called);
    this.ctes.push({ name: called, body: made });
    return called;
  }

  /** A part under a numbered name. */
  numbered(label: string, body: Sql, as?: string): string {
    const { key } = body;
    const held = this.bodies.get(key);
    if (held !== undefined) return held;
    const called = as ?? this.alias(label);
    this.bodies.set(key, called);
    this.ctes.push({ name: called, body });
    return called;
  }

  alias(label: string): string {
    return `${label}_${++this.aliases}`;
  }

  private aliases = 0;

  /** The part that holds a fact. */
  group(label: string, asOf: Day): Sql {
    return name(this.dated(label, asOf, () => FACT_GROUPS[label]!(this, asOf)));
  }

  /** Orders with their net after the credits dated up to a day. */
  orders(asOf: Day): Sql {
    return this.group('purchase_rows', asOf);
  }

  customers(asOf: Day): Scope {
    return new Scope(this, new Source(sql`customers u`, sql`u.id`, sql`u.id`, null), asOf);
  }

  /** Rows of a relation; with `every` also those of no customer. */
  rows(relation: string, asOf: Day): Scope {
    const rows = relation === 'purchases' ? this.orderRows(asOf) : ROWS[relation]!;
    return new Scope(this, new Source(rows.from, rows.id, sql`u.customer`, { relation, rows, asOf }), asOf);
  }

  private orderRows(asOf: Day): RowSource {
    return {
      from: sql`${this.orders(asOf)} u`,
      id: sql`u.unit`,
      day: sql`u.day`,
      order: sql`u.customer IS NULL, u.customer, u.day, u.unit`,
      table: 'purchase',
    };
  }

  people(asOf: Day): Scope {
    return new Scope(this, new Source(sql`persons u`, sql`u.id`, sql`u.customer`, null), asOf);
  }

  units(unit: UnitName, asOf: Day): Scope {
    switch (unit) {
      case 'customer':
        return this.customers(asOf);
      case 'person':
        return this.people(asOf);
      case 'lead':
        return this.rows('leads', asOf);
      case 'touch':
        return this.rows('touches', asOf);
      case 'ticket':
        return this.rows('tickets', asOf);
    }
  }

  /** The customers of whom a condition holds. */
  holding(condition: Condition, asOf: Day): string {
    const scope = this.customers(asOf);
    const holds = scope.condition(condition);
    return this.numbered('members', sql`SELECT u.id AS unit FROM ${scope.from(holds)} WHERE ${holds}`);
  }
}

function daySuffix(day: Day): string {
  return day > -719_000 && day < 2_900_000 ? isoDay(day).replaceAll('-', '_') : `day_${String(day).replace('-', 'm')}`;
}

type RowsAt = { readonly relation: string; readonly rows: RowSource; readonly asOf: Day };

/** Aggregates over the rows of one relation on one day, by unit: one part with a column for each. */
type Grouped = { readonly alias: string; readonly on: 'owner' | 'id'; readonly rows: Scope; readonly columns: Sql[] };

/** The FROM of a scope; scopes of other days share it. */
class Source {
  readonly base: Sql;
  readonly id: Sql;
  readonly owner: Sql;
  readonly rows: RowsAt | null;
  readonly joins = new Map<string, Sql>();
  /** Rows of relations whose aggregates are joined when the FROM is written. */
  readonly pending = new Map<string, Grouped>();

  constructor(base: Sql, id: Sql, owner: Sql, rows: RowsAt | null) {
    this.base = base;
    this.id = id;
    this.owner = owner;
    this.rows = rows;
  }
}

/** Units with what is joined to them, as of a day; mirrors the frames of the evaluator. */
export class Scope {
  readonly compiler: Compiler;
  readonly source: Source;
  readonly asOf: Day;

  constructor(compiler: Compiler, source: Source, asOf: Day) {
    this.compiler = compiler;
    this.source = source;
    this.asOf = asOf;
  }

  /** The FROM; with `used` only what that piece reads is joined. */
  from(used?: Sql): Sql {
    const { base, joins, pending, owner, id } = this.source;
    for (const { alias, on, rows, columns } of pending.values()) {
      const selected = columns.map((column, i) => sql`${column} AS ${name(`v${i + 1}`)}`);
      const body = sql`SELECT ${rows.grouping!} AS unit,
    ${list(selected, ',\n    ')}
  FROM ${rows.from()}
  WHERE ${rows.grouping!} IS NOT NULL AND ${rows.present()!}
  GROUP BY 1`;
      const cte = this.compiler.numbered(alias.replace(/_\d+$/, ''), body, alias);
      const as = cte === alias ? sql`${name(cte)}` : sql`${name(cte)} AS ${name(alias)}`;
      joins.set(alias, sql`LEFT JOIN ${as} ON ${name(alias)}.unit = +${on === 'owner' ? owner : id}`);
    }
    pending.clear();
    const text = used?.text;
    const joined = [...joins].flatMap(([alias, join]) =>
      text === undefined || text.includes(`${alias}.`) ? [join] : [],
    );
    if (joined.length > MOST_JOINS) throw tooLarge();
    return joined.length === 0 ? base : sql`${base}\n  ${list(joined, '\n  ')}`;
  }

  /** True where the units are the customers. */
  private get isCustomers(): boolean {
    return this.source.id === this.source.owner || this.source.base.text === 'customers u';
  }

  at(asOf: Day): Scope {
    return new Scope(this.compiler, this.source, asOf);
  }

  private earlier(day: DayLike): Day {
    return Math.min(this.asOf, dayMeant(day, this.asOf, this.compiler.making.ctx.settings.fiscalYearStart));
  }

  /** Joins a part on the unit's customer, or on the unit itself. Without `+` the types of the keys keep SQLite from an index. */
  private join(cte: string, on: 'owner' | 'id' = 'owner'): Sql {
    const alias = name(cte);
    const key = on === 'owner' ? this.source.owner : this.source.id;
    this.source.joins.set(cte, sql`LEFT JOIN ${alias} ON ${alias}.unit = +${key}`);
    return alias;
  }

  /** `none` where a customer has no row of a part, NULL where there is no customer. */
  private orNone(alias: Sql, value: Sql, none: Sql): Sql {
    const filled = sql`iif(${alias}.unit IS NULL, ${none}, ${value})`;
    return this.isCustomers ? filled : sql`iif(${this.source.owner} IS NULL, NULL, ${filled})`;
  }

  /** 1 for rows that are there on the day. */
  present(): Sql | null {
    const { rows, base } = this.source;
    if (rows !== null) {
      const happened = sql`${rows.rows.day} <= ${bindDay(this.asOf)}`;
      const counting = this.counting();
      return counting === null ? happened : sql`(${happened} AND ${counting})`;
    }
    return base.text === 'persons u'
      ? sql`(u.created_number IS NULL OR u.created_number <= ${bindDay(this.asOf)})`
      : null;
  }

  private net(): Sql {
    const { rows } = this.source;
    if (rows!.asOf === this.asOf) return sql`u.net`;
    const alias = this.join(
      this.compiler.dated('purchase_rows', this.asOf, () => FACT_GROUPS.purchase_rows!(this.compiler, this.asOf)),
      'id',
    );
    return sql`${alias}.net`;
  }

  private counting(): Sql | null {
    if (this.source.rows?.relation !== 'purchases') return null;
    const net = this.net();
    return sql`(${net} IS NULL OR ${net} > 0)`;
  }

  condition(condition: Condition): Sql {
    const { ctx } = this.compiler.making;
    switch (condition.k) {
      case 'and':
      case 'or':
        return joined(
          condition.k === 'and' ? 'AND' : 'OR',
          condition.items.map((item) => this.condition(item)),
        );
      case 'not':
        return sql`(NOT ${this.condition(condition.item)})`;
      case 'compare':
        return this.compare(condition.op, this.value(condition.left), this.value(condition.right));
      case 'is': {
        const [left, right] = [this.value(condition.left), this.value(condition.right)];
        const not = condition.negated ? sql`NOT ` : sql``;
        if (left.k === 'money' || right.k === 'money') {
          const same = this.compare('=', left, right);
          return sql`(${not}(coalesce(${same}, 0) OR (${plain(left)} IS NULL AND ${plain(right)} IS NULL)))`;
        }
        const [a, b] = this.sides(left, right);
        return sql`(${a} IS ${not}${b})`;
      }
      case 'known': {
        const item = this.value(condition.item);
        const value = item.k === 'member' ? word(item.words[item.index]!) : item.sql;
        return condition.known ? sql`(${value} IS NOT NULL)` : sql`(${value} IS NULL)`;
      }
      case 'in':
        return this.memberOf(condition);
      case 'period': {
        const { first, last } = rangeOf(condition.period, this.asOf, ctx.settings.fiscalYearStart);
        const not = condition.negated ? sql`NOT ` : sql``;
        return sql`(${plain(this.value(condition.item))} ${not}BETWEEN ${bindDay(first)} AND ${bindDay(last)})`;
      }
      case 'text':
        return this.matches(folded(this.value(condition.item)), condition.op, condition.pattern);
      case 'flag':
        return sql`(${plain(this.value(condition.item))} <> 0)`;
      case 'exists': {
        const found = sql`(coalesce(${this.aggregate(condition, (_, filter) => sql`count(*)${filter(null)}`)}, 0) > 0)`;
        return condition.of === 'customer' && !this.isCustomers
          ? sql`iif(${this.source.owner} IS NULL, NULL, ${found})`
          : found;
      }
      case 'membership':
        return this.membership(condition);
      case 'listed': {
        const item = folded(this.value(condition.item));
        const not = condition.negated ? sql`NOT ` : sql``;
        return sql`(${item} ${not}IN (SELECT value FROM json_each(${bind(JSON.stringify([...condition.keys]))})))`;
      }
      case 'top':
        return this.top(condition);
      case 'as-of':
        return this.at(this.earlier(condition.day)).condition(condition.item);
    }
  }

  private compare(op: CompareOp, left: Term, right: Term): Sql {
    const sign = OPS[op];
    if (left.k === 'money' || right.k === 'money') {
      if (left.k !== 'money' || right.k !== 'money') throw new Error('money is compared with money');
      const [x, y] = [this.hoisted(left), this.hoisted(right)];
      const [a, b] = [x.currency, y.currency];
      return sql`iif(${a} = ${b} OR ${x.sql} = 0 OR ${y.sql} = 0 OR ${a} IS NULL OR ${b} IS NULL, ${x.sql} ${sign} ${y.sql}, NULL)`;
    }
    const ordered = op !== '=' && op !== '!=';
    if (ordered && (left.k === 'set' || right.k === 'set' || left.k === 'member' || right.k === 'member'))
      return sql`(${rank(left)} ${sign} ${rank(right)})`;
    const [a, b] = this.sides(left, right);
    return sql`(${a} ${sign} ${b})`;
  }

  /** Two values as SQL compares them for equality. */
  private sides(left: Term, right: Term): [Sql, Sql] {
    const side = (term: Term): Sql =>
      term.k === 'text' ? folded(term) : term.k === 'member' ? word(term.words[term.index]!) : term.sql;
    return [side(left), side(right)];
  }

  private memberOf(condition: Extract<Condition, { k: 'in' }>): Sql {
    const item = this.value(condition.item);
    const set = condition.set.map((value) => this.value(value));
    const not = condition.negated ? sql`NOT ` : sql``;
    if (item.k === 'money') {
      const any = joined(
        'OR',
        set.map((member) => this.compare('=', item, member)),
      );
      return condition.negated ? sql`(NOT ${any})` : any;
    }
    if (item.k === 'set' || item.k === 'member') {
      const words = set.flatMap((member) => (member.k === 'member' ? [word(member.words[member.index]!)] : []));
      return sql`(${this.sides(item, item)[0]} ${not}IN (${list(words)}))`;
    }
    const members = set.map((member) => this.sides(member, member)[0]);
    const value = this.sides(item, item)[0];
    if (members.length <= 100 || members.some((member) => member.parameters.length !== 1 || member.text !== '?'))
      return sql`(${value} ${not}IN (${list(members)}))`;
    const literals = members.map((member) => member.parameters[0]!);
    return sql`(${value} ${not}IN (SELECT value FROM json_each(${bind(JSON.stringify(literals))})))`;
  }

  private matches(text: Sql, op: Extract<Condition, { k: 'text' }>['op'], pattern: string): Sql {
    const glob = pattern.replaceAll('[', '[[]');
    switch (op) {
      case 'contains':
        return sql`(instr(${text}, ${bind(pattern)}) > 0)`;
      case 'starts with':
        return sql`(instr(${text}, ${bind(pattern)}) = 1)`;
      case 'ends with':
        return sql`(${text} GLOB ${bind(`*${glob.replaceAll('*', '[*]').replaceAll('?', '[?]')}`)})`;
      case 'matches':
        return sql`(${text} GLOB ${bind(glob)})`;
    }
  }

  private membership(condition: Membership): Sql {
    const { compiler } = this;
    const asOf = condition.day === null ? this.asOf : this.earlier(condition.day);
    const owner = this.source.owner;
    const part = condition.rule === null ? this.recorded(condition, asOf) : compiler.holding(condition.rule, asOf);
    const member = sql`${owner} IN (SELECT unit FROM ${name(part)})`;
    return this.isCustomers ? sql`(${member})` : sql`(${owner} IS NOT NULL AND ${member})`;
  }

  private recorded({ of, name: called }: Membership, asOf: Day): string {
    const { compiler } = this;
    const { named } = compiler.making;
    const segment = of === 'segment' ? named.segment(called) : null;
    if (of === 'list' || segment?.kind === 'listed') {
      const listName = of === 'list' ? called : (named.list(segment!.definition)?.name ?? segment!.definition);
      const keys = name(
        compiler.numbered(
          'keys',
          sql`SELECT fold(trim(j.value)) AS key FROM list, json_each(list.keys) j WHERE list.name = ${bind(listName)} AND list.removed IS NULL`,
        ),
      );
      return compiler.numbered(
        'members',
        sql`SELECT id AS unit FROM customers WHERE 'c-' || id IN (SELECT key FROM ${keys}) OR fold(name) IN (SELECT key FROM ${keys})
  UNION SELECT customer FROM memberships
  WHERE fold(trim(external_id)) IN (SELECT key FROM ${keys}) OR fold(trim(email)) IN (SELECT key FROM ${keys}) OR fold(trim(name)) IN (SELECT key FROM ${keys})`,
      );
    }
    return compiler.numbered(
      'members',
      sql`SELECT coalesce(c.redirect, m.customer) AS unit
  FROM segment s JOIN segment_member m ON m.segment = s.id JOIN customer c ON c.id = m.customer
  WHERE s.name = ${bind(segment?.name ?? called)} AND s.removed IS NULL
    AND m.day = (SELECT max(day) FROM segment_member f WHERE f.segment = s.id AND f.day <= ${bindDay(asOf)})`,
    );
  }

  private top(condition: Extract<Condition, { k: 'top' }>): Sql {
    const { ctx } = this.compiler.making;
    const by = this.value(condition.by);
    let value = by.k === 'set' || by.k === 'member' ? rank(by) : plain(by);
    if (by.k === 'money' && !by.literal) {
      const found = this.hoisted(by);
      // Of several currencies only the workspace's ranks.
      const own = sql`(${found.sql} = 0 OR ${found.currency} = ${bind(ctx.settings.currency)})`;
      const several = this.part(
        'currencies',
        sql`SELECT count(DISTINCT currency) AS n FROM (SELECT ${found.currency} AS currency FROM ${this.from(sql`${found.sql} ${found.currency}`)} WHERE ${this.rowsAlone()} AND ${found.sql} IS NOT 0)`,
      );
      value = sql`iif((SELECT n FROM ${several}) < 2 OR ${own}, ${found.sql}, NULL)`;
    }
    const there = this.present();
    const order = this.source.rows?.rows.order ?? this.source.id;
    const ranked = this.compiler.numbered(
      'ranked',
      sql`SELECT unit, iif(value IS NULL, NULL, row_number() OVER (ORDER BY value DESC, place)) AS n, count(value) OVER () AS known
  FROM (SELECT ${this.source.id} AS unit, row_number() OVER (ORDER BY ${order}) AS place, ${value} AS value
    FROM ${this.from(sql`${value} ${order} ${there ?? sql``}`)} WHERE ${there === null ? this.rowsAlone() : sql`${there} AND ${this.rowsAlone()}`})`,
    );
    const alias = this.join(ranked, 'id');
    const wanted = condition.percent
      ? sql`ceil(${bind(condition.count)} * ${alias}.known / 100.0 - 1e-9)`
      : bind(Math.ceil(condition.count));
    return sql`iif(${alias}.unit IS NULL, 0, ${alias}.n <= ${wanted})`;
  }

  /** Set by the aggregates: which rows a ranking inside `where` is about. */
  rowsAlone(): Sql {
    return this.grouping === null ? sql`1` : sql`${this.grouping} IS NOT NULL`;
  }

  /** What the rows of this scope are grouped by; null where they are the units. */
  grouping: Sql | null = null;

  private part(label: string, body: Sql): Sql {
    return name(this.compiler.numbered(label, body));
  }

  /** The rows of a relation that an aggregate reads, and the name they are joined by. */
  private grouped(relation: string, of: 'unit' | 'customer'): Grouped {
    const { pending } = this.source;
    const byPerson = of === 'unit' && this.source.base.text === 'persons u';
    const key = `${relation} ${of} ${this.asOf}`;
    let group = pending.get(key);
    if (!group) {
      const rows = this.compiler.rows(relation, this.asOf);
      rows.grouping = byPerson ? sql`u.party` : sql`u.customer`;
      group = { alias: this.compiler.alias(relation), on: of === 'customer' ? 'owner' : 'id', rows, columns: [] };
      pending.set(key, group);
    }
    return group;
  }

  /** A column over the rows of a relation; NULL for units without rows. */
  private aggregate(
    { relation, where, of }: { relation: string; where: Condition | null; of: 'unit' | 'customer' },
    column: (rows: Scope, filter: (known: Sql | null) => Sql) => Sql,
  ): Sql {
    const group = this.grouped(relation, of);
    const holds = where === null ? null : group.rows.condition(where);
    const filter = (known: Sql | null): Sql => {
      const tests = [...(holds === null ? [] : [holds]), ...(known === null ? [] : [sql`${known} IS NOT NULL`])];
      return tests.length === 0 ? sql`` : sql` FILTER (WHERE ${list(tests, ' AND ')})`;
    };
    const made = column(group.rows, filter);
    const { key } = made;
    let at = group.columns.findIndex((one) => one.key === key);
    if (at < 0) at = group.columns.push(made) - 1;
    return sql`${name(group.alias)}.${name(`v${at + 1}`)}`;
  }

  value(value: Value): Term {
    const { ctx } = this.compiler.making;
    switch (value.k) {
      case 'const':
        return { k: 'plain', sql: bind(value.value) };
      case 'money':
        return { k: 'money', sql: bind(value.minor), currency: bind(value.currency), literal: true };
      case 'day':
        return { k: 'plain', sql: bindDay(dayMeant(value.day, this.asOf, ctx.settings.fiscalYearStart)) };
      case 'text':
        return { k: 'text', sql: bind(fold(value.text)), folded: true };
      case 'member':
        return { k: 'member', index: value.index, words: value.words! };
      case 'field':
        return this.field(value.field, value.outer);
      case 'sum':
        return value.type === 'money' ? this.moneySum(value) : this.sum(value);
      case 'shift':
        return { k: 'plain', sql: this.shift(value) };
      case 'product':
        return this.product(value);
      case 'negative': {
        const item = this.value(value.item);
        return item.k === 'money' ? { ...item, sql: sql`(-${item.sql})` } : { k: 'plain', sql: sql`(-${plain(item)})` };
      }
      case 'aggregate':
        return this.aggregated(value);
      case 'as-of':
        return this.at(this.earlier(value.day)).value(value.item);
      case 'condition':
        return { k: 'plain', sql: this.condition(value.item) };
    }
  }

  private sum(value: Extract<Value, { k: 'sum' }>): Term {
    const terms = value.rest.map(({ sign, term }) => sql`${sign === 1 ? sql`+` : sql`-`} ${plain(this.value(term))}`);
    return { k: 'plain', sql: sql`(${list([plain(this.value(value.first)), ...terms], ' ')})` };
  }

  private moneySum(value: Extract<Value, { k: 'sum' }>): Term {
    let held = this.money(value.first);
    for (const { sign, term } of value.rest) {
      const [a, b] = [this.hoisted(held), this.hoisted(this.money(term))];
      const [x, y, own, other] = [a.sql, b.sql, a.currency, b.currency];
      const fits = sql`(${own} = ${other} OR ${x} = 0 OR ${y} = 0 OR ${own} IS NULL OR ${other} IS NULL)`;
      held = {
        k: 'money',
        sql: sql`iif(${fits}, ${x} ${sign === 1 ? sql`+` : sql`-`} ${y}, NULL)`,
        currency: sql`iif(${fits} AND (${x} = 0 OR ${own} IS NULL) AND ${other} IS NOT NULL, ${other}, ${own})`,
        literal: false,
      };
    }
    return held;
  }

  private money(value: Value): Extract<Term, { k: 'money' }> {
    const term = this.value(value);
    if (term.k !== 'money') throw new Error('not an amount of money');
    return term;
  }

  /** An amount whose text is short: a long one becomes a part of its own, so that statements do not grow with every use. */
  private hoisted(term: Extract<Term, { k: 'money' }>): Extract<Term, { k: 'money' }> {
    if (term.sql.length + term.currency.length < 160) return term;
    const cte = this.compiler.numbered(
      'amounts',
      sql`SELECT ${this.source.id} AS unit, ${term.sql} AS value, ${term.currency} AS currency FROM ${this.from(sql`${term.sql} ${term.currency}`)}`,
    );
    const alias = this.join(cte, 'id');
    return { k: 'money', sql: sql`${alias}.value`, currency: sql`${alias}.currency`, literal: term.literal };
  }

  private shift(value: Extract<Value, { k: 'shift' }>): Sql {
    const { ctx } = this.compiler.making;
    const fixed = value.day.k === 'day' ? dayMeant(value.day.day, this.asOf, ctx.settings.fiscalYearStart) : null;
    if (fixed !== null && value.steps.every(({ by }) => isDuration(by) || by.k === 'const')) {
      let day = fixed;
      for (const { sign, by } of value.steps)
        day = isDuration(by) ? moved(day, by, sign) : day + sign * (by.k === 'const' ? by.value : 0);
      return bindDay(day);
    }
    let day = plain(this.value(value.day));
    for (const { sign, by } of value.steps) {
      const op = sign === 1 ? sql`+` : sql`-`;
      if (!isDuration(by)) {
        day = sql`(${day} ${op} ${plain(this.value(by))})`;
        continue;
      }
      const months = monthsOf(by);
      day =
        months === null
          ? sql`(${day} ${op} ${bind(daysOf(by))})`
          : // Months clamp to the last day of the month ('floor').
            sql`(unixepoch(${day} * 86400, 'unixepoch', ${bind(`${String(sign * months)} months`)}, 'floor') / 86400)`;
    }
    return day;
  }

  private product(value: Extract<Value, { k: 'product' }>): Term {
    let held = this.value(value.first);
    for (const { op, term } of value.rest) {
      const other = this.value(term);
      const apply = (a: Sql, b: Sql): Sql =>
        op === '*' ? sql`(1.0 * ${a} * ${b})` : sql`(1.0 * ${a} / nullif(${b}, 0))`;
      if (held.k === 'money' && other.k === 'money') {
        const [a, b] = [this.hoisted(held), this.hoisted(other)];
        const fits = sql`${a.currency} = ${b.currency} OR ${a.sql} = 0 OR ${b.sql} = 0 OR ${a.currency} IS NULL OR ${b.currency} IS NULL`;
        held = { k: 'plain', sql: sql`iif(${fits}, ${apply(a.sql, b.sql)}, NULL)` };
      } else if (held.k === 'money') held = { ...held, sql: apply(held.sql, plain(other)), literal: false };
      else if (other.k === 'money') held = { ...other, sql: apply(plain(held), other.sql), literal: false };
      else held = { k: 'plain', sql: apply(plain(held), plain(other)) };
    }
    return held;
  }

  private aggregated(value: Extract<Value, { k: 'aggregate' }>): Term {
    const { fn, field } = value;
    const outside = value.of === 'customer' && !this.isCustomers;
    const orZero = (found: Sql): Sql =>
      outside ? sql`iif(${this.source.owner} IS NULL, NULL, coalesce(${found}, 0))` : sql`coalesce(${found}, 0)`;
    const cell = (rows: Scope): Sql => {
      const term = rows.field(field!, false);
      return term.k === 'text' ? folded(term) : term.k === 'member' ? bind(term.index) : term.sql;
    };
    switch (fn) {
      case 'count': {
        const counted = this.aggregate(
          value,
          (rows, filter) => sql`count(*)${filter(field === null ? null : cell(rows))}`,
        );
        return { k: 'plain', sql: orZero(counted) };
      }
      case 'distinct': {
        const counted = this.aggregate(value, (rows, filter) => sql`count(DISTINCT ${cell(rows)})${filter(null)}`);
        return { k: 'plain', sql: orZero(counted) };
      }
      case 'days_since_last':
      case 'days_since_first': {
        const extreme = fn === 'days_since_last' ? sql`max` : sql`min`;
        const day = this.aggregate(
          value,
          (rows, filter) => sql`${extreme}(${field === null ? rows.source.rows!.rows.day : cell(rows)})${filter(null)}`,
        );
        return { k: 'plain', sql: sql`(${bindDay(this.asOf)} - ${day})` };
      }
      case 'sum':
      case 'avg':
      case 'min':
      case 'max': {
        const call = name(fn);
        if (field!.type !== 'money') {
          const found = this.aggregate(value, (rows, filter) => sql`${call}(${cell(rows)})${filter(null)}`);
          return { k: 'plain', sql: fn === 'sum' ? orZero(found) : found };
        }
        const money = (rows: Scope): Extract<Term, { k: 'money' }> => {
          const term = rows.field(field!, false);
          if (term.k !== 'money') throw new Error('not an amount of money');
          return term;
        };
        const several = this.aggregate(
          value,
          (rows, filter) => sql`count(DISTINCT coalesce(${money(rows).currency}, ''))${filter(money(rows).sql)}`,
        );
        const amount = this.aggregate(
          value,
          (rows, filter) => sql`${call}(${money(rows).sql})${filter(money(rows).sql)}`,
        );
        const currency = this.aggregate(
          value,
          (rows, filter) => sql`max(${money(rows).currency})${filter(money(rows).sql)}`,
        );
        const one = sql`iif(coalesce(${several}, 0) > 1, NULL, ${fn === 'sum' ? sql`coalesce(${amount}, 0)` : amount})`;
        return {
          k: 'money',
          sql: outside && fn === 'sum' ? sql`iif(${this.source.owner} IS NULL, NULL, ${one})` : one,
          currency: sql`iif(${several} > 1, NULL, ${currency})`,
          literal: false,
        };
      }
    }
  }

  /** A field of the unit, or with `outer` of its customer. */
  field(field: Field, outer: boolean): Term {
    const { source } = field;
    if (outer || this.isCustomers) {
      if (source !== null && 'attribute' in source) return this.customerAttribute(field, source.attribute);
      return this.fact(field);
    }
    if (source !== null && 'attribute' in source) return this.rowAttribute(field, source.attribute);
    if (source !== null && 'derived' in source) return this.derived(field);
    const isPurchase = field.relation === 'purchases';
    const column =
      isPurchase && field.type === 'day' ? 'day' : isPurchase && field.name === 'gross' ? 'gross' : columnName(field);
    const raw = sql`u.${name(column)}`;
    switch (field.type) {
      case 'text':
        // Cells that SQL reads may be empty, which says nothing.
        return { k: 'text', sql: source !== null && 'rare' in source ? sql`nullif(${raw}, '')` : raw, folded: false };
      case 'set':
        return { k: 'set', sql: raw, words: field.set! };
      case 'money':
        return { k: 'money', sql: raw, currency: sql`u.currency`, literal: false };
      case 'day': {
        const visible =
          field.name === 'day' ||
          field.relation === 'person' ||
          (source !== null && 'column' in source && source.planned);
        return { k: 'plain', sql: visible ? raw : sql`iif(${raw} <= ${bindDay(this.asOf)}, ${raw}, NULL)` };
      }
      default:
        return { k: 'plain', sql: raw };
    }
  }

  private fact(field: Field): Term {
    const fact: Fact = factOf(field.name);
    if ('column' in fact && this.isCustomers) return { k: 'text', sql: sql`u.${name(fact.column)}`, folded: false };
    if ('aggregate' in fact) {
      const all = { relation: 'purchases', where: null, of: this.isCustomers ? 'unit' : 'customer' } as const;
      const found = this.aggregate(all, () => fact.aggregate);
      if (fact.none === null) return { k: 'plain', sql: found };
      const filled = sql`coalesce(${found}, ${fact.none})`;
      return { k: 'plain', sql: this.isCustomers ? filled : sql`iif(${this.source.owner} IS NULL, NULL, ${filled})` };
    }
    const part = 'column' in fact ? 'customer_names' : fact.group;
    const on = TIMELESS.has(part) ? this.compiler.making.asOf : this.asOf;
    const alias = this.join(this.compiler.dated(part, on, () => FACT_GROUPS[part]!(this.compiler, on)));
    const raw = sql`${alias}.${name(field.name)}`;
    const none = 'none' in fact ? fact.none : null;
    const value = none === null ? raw : this.orNone(alias, raw, none);
    switch (field.type) {
      case 'text':
        return { k: 'text', sql: value, folded: false };
      case 'set':
        return { k: 'set', sql: value, words: field.set! };
      case 'money':
        return { k: 'money', sql: value, currency: sql`${alias}.${name(`${field.name}_currency`)}`, literal: false };
      default:
        return { k: 'plain', sql: value };
    }
  }

  private customerAttribute(field: Field, attribute: string): Term {
    const info = attributesOf(this.compiler.making.ctx, 'customer').get(fold(attribute));
    const wanted = bind(info?.name ?? attribute);
    const newest =
      info?.history === false
        ? sql`SELECT m.customer, j.value, row_number() OVER (PARTITION BY m.customer ORDER BY m.kind, m.batch DESC, m.party DESC) AS n
    FROM memberships m, json_each(m.attributes) j WHERE j.key = ${wanted} AND j.value IS NOT NULL`
        : sql`SELECT customer, value, row_number() OVER (PARTITION BY customer ORDER BY day_number DESC, id DESC) AS n
    FROM attributes WHERE name = ${wanted} AND trim(coalesce(value, '')) <> '' AND day_number <= ${bindDay(this.asOf)} AND customer IS NOT NULL`;
    const cte = this.compiler.numbered('attribute', sql`SELECT customer AS unit, value FROM (${newest}) WHERE n = 1`);
    return cell(sql`${this.join(cte)}.value`, field.type);
  }

  private rowAttribute(field: Field, attribute: string): Term {
    const { ctx } = this.compiler.making;
    const info = attributesOf(ctx, field.relation).get(fold(attribute));
    const value = sql`(SELECT j.value FROM json_each(u.attributes) j WHERE j.key = ${bind(info?.name ?? attribute)})`;
    return cell(value, field.type);
  }

  /** Fields that are rules over several columns; mirrors relation.ts. */
  private derived(field: Field): Term {
    const at = bindDay(this.asOf);
    const open = (column: Sql): Sql => sql`(${column} IS NULL OR ${column} > ${at})`;
    switch (`${field.relation}.${field.name}`) {
      case 'touches.is_commercial':
        return { k: 'plain', sql: isCommercial(sql`u`) };
      case 'touches.in_dispute':
        return {
          k: 'plain',
          sql: sql`(${isCommercial(sql`u`)} AND EXISTS (SELECT 1 FROM ${this.compiler.group('disputes', this.compiler.making.asOf)} d WHERE d.customer = u.customer AND u.day_number >= d.opened AND (d.closed IS NULL OR u.day_number < d.closed)))`,
        };
      case 'purchases.net':
        return { k: 'money', sql: this.net(), currency: sql`u.currency`, literal: false };
      case 'responses.class':
        return { k: 'set', sql: npsClass(sql`u.score`), words: field.set! };
      case 'tickets.open':
        return { k: 'plain', sql: open(sql`u.closed_day_number`) };
      case 'leads.open':
        return {
          k: 'plain',
          sql: sql`(${open(sql`u.converted_day_number`)} AND coalesce(u.status, '') NOT IN ('bad', 'sale'))`,
        };
      case 'subscriptions.active':
        return { k: 'plain', sql: sql`(${open(sql`u.cancelled_day_number`)} AND ${open(sql`u.ended_day_number`)})` };
      default:
        throw new Error(`no rule makes ${field.relation}.${field.name}`);
    }
  }
}

const OPS: Readonly<Record<CompareOp, Sql>> = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

function isDuration(by: Duration | Value): by is Duration {
  return 'unit' in by;
}

function plain(term: Term): Sql {
  if (term.k === 'member') return bind(term.index);
  if (term.k === 'set') return rank(term);
  return term.sql;
}

function folded(term: Term): Sql {
  if (term.k !== 'text') throw new Error('not a text');
  return term.folded ? term.sql : sql`fold(${term.sql})`;
}

/** The position of a word in its set; -1 for a word outside it. */
function rank(term: Term): Sql {
  if (term.k === 'member') return bind(term.index);
  if (term.k !== 'set') return plain(term);
  const arms = term.words.map((one, i) => sql`WHEN ${word(one)} THEN ${number(i)}`);
  return sql`(CASE ${term.sql} ${list(arms, ' ')} ELSE iif(${term.sql} IS NULL, NULL, -1) END)`;
}

/** A cell of a type that its values have shown, as `cellColumn` reads it. */
function cell(value: Sql, type: FactType): Term {
  const trimmed = sql`trim(${value})`;
  if (type === 'text') return { k: 'text', sql: sql`nullif(CAST(${value} AS TEXT), '')`, folded: false };
  if (type === 'day') {
    return {
      k: 'plain',
      sql: sql`iif(date(${trimmed}) = ${trimmed}, unixepoch(${trimmed}) / 86400, NULL)`,
    };
  }
  return {
    k: 'plain',
    sql: sql`iif(${trimmed} GLOB '[0-9]*' AND NOT ${trimmed} GLOB '*[^0-9.]*' AND NOT ${trimmed} GLOB '*.' AND NOT ${trimmed} GLOB '*.???????????*', CAST(${trimmed} AS REAL), NULL)`,
  };
}
