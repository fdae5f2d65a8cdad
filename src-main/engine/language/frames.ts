import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { RELATIONS, UNITS, type Field } from './catalogue.ts';
import { gathered, gatheredOutcome, type Col, type Outcome } from './columns.ts';
import type { Condition } from './check.ts';
import { rulesOf } from './definitions/current.ts';
import { peaksByRules, standingsOn } from './definitions/spells.ts';
import { conditionOver } from './evaluate.ts';
import { factColumn } from './facts/index.ts';
import { fold } from './fold.ts';
import type { Evaluating, Frame, RelationRows, Standings } from './frame.ts';
import { namedOf, type Named } from './named.ts';
import { ranksOf } from './ranks.ts';
import { cellColumn, customerAttribute, peopleOf, rareRows, rowAttribute, type People, type RareRows } from './rare.ts';
import { countingOrders, derivedColumn } from './relation.ts';
import type { FactColumn, UnitName } from './types.ts';

/** One evaluation: frames and folded texts are shared by its parts. */
export class Evaluation implements Evaluating {
  readonly ctx: ReadContext;
  readonly vectors: Vectors;
  readonly ruled = new Map<string, Outcome>();
  private readonly frames = new Map<string, Frame>();

  constructor(ctx: ReadContext, vectors: Vectors) {
    this.ctx = ctx;
    this.vectors = vectors;
  }

  get named(): Named {
    return namedOf(this.ctx);
  }

  other(ctx: ReadContext, vectors: Vectors): Evaluation {
    return new Evaluation(ctx, vectors);
  }

  customers(asOf: Day): CustomerFrame {
    return this.frame(`customer ${asOf}`, () => new CustomerFrame(this, asOf));
  }

  standings(asOf: Day): Standings | null {
    const { rules } = rulesOf(this.ctx, this.vectors).ladder;
    return rules === null ? null : standingsOn(rules, asOf, this);
  }

  peaks(asOf: Day): Int32Array | null {
    const { rules } = rulesOf(this.ctx, this.vectors).ladder;
    return rules === null ? null : peaksByRules(this.ctx, rules, asOf, this);
  }

  holds(condition: Condition, asOf: Day): Outcome {
    return conditionOver(condition, this.customers(asOf));
  }

  rows(relation: string, asOf: Day): RelationRows {
    return RELATIONS.get(relation)?.vectors === null
      ? this.frame(`${relation} ${asOf}`, () => new RareFrame(this, relation, asOf))
      : this.frame(`${relation} ${asOf}`, () => new RelationFrame(this, relation, asOf, false));
  }

  /** All rows of a relation, those of no customer among them. */
  everyRow(relation: string, asOf: Day): RelationFrame {
    return this.frame(`every ${relation} ${asOf}`, () => new RelationFrame(this, relation, asOf, true));
  }

  people(asOf: Day): PeopleFrame {
    return this.frame(`person ${asOf}`, () => new PeopleFrame(this, asOf));
  }

  rowsOfPeople(relation: string, asOf: Day): RelationRows {
    return this.frame(`person's ${relation} ${asOf}`, () => new PersonRowsFrame(this, relation, asOf));
  }

  /** The frame of a unit's own scope. */
  units(unit: UnitName, asOf: Day): Frame {
    if (unit === 'customer') return this.customers(asOf);
    return unit === 'person' ? this.people(asOf) : this.everyRow(UNITS[unit].scope, asOf);
  }

  private frame<F extends Frame>(key: string, make: () => F): F {
    const held = this.frames.get(key) as F | undefined;
    if (held) return held;
    const made = make();
    this.frames.set(key, made);
    return made;
  }
}

const FOLDED: Kept<Map<string, (string | null)[]>> = { name: 'language.folded', make: () => new Map() };

class CustomerFrame implements Frame {
  readonly evaluation: Evaluation;
  readonly asOf: Day;
  readonly n: number;
  readonly owner = null;

  constructor(evaluation: Evaluation, asOf: Day) {
    this.evaluation = evaluation;
    this.asOf = asOf;
    this.n = evaluation.vectors.customers.count;
  }

  field(field: Field): Col {
    const { ctx, vectors } = this.evaluation;
    if (field.source !== null && 'attribute' in field.source)
      return customerAttribute(ctx, field.source.attribute, field.type, this.asOf, vectors.customers);
    return columnOfFact(ctx, field, factColumn(ctx, vectors, field.name, this.asOf, this.evaluation), this.n);
  }

  at(asOf: Day): Frame {
    return this.evaluation.customers(asOf);
  }

  rows(relation: string): RelationRows {
    return this.evaluation.rows(relation, this.asOf);
  }

  present(): null {
    return null;
  }
}

function columnOfFact(ctx: ReadContext, field: Field, column: FactColumn, n: number): Col {
  switch (column.type) {
    case 'number':
    case 'days':
    case 'share':
    case 'yesno':
      return { k: 'float', v: column.values };
    case 'day':
      return { k: 'int', v: column.values };
    case 'set':
      return { k: 'set', v: column.values, rank: Int32Array.from(column.members, (_, i) => i) };
    case 'money':
      return { k: 'money', v: column.values, currency: column.currency };
    case 'text': {
      if (column.terms) return { k: 'terms', v: column.terms };
      const kept = ctx.kept(FOLDED);
      let folded = kept.get(field.name);
      if (!folded) {
        folded = Array.from({ length: n }, (_, i) => {
          const text = column.at(i);
          return text === null ? null : fold(text);
        });
        kept.set(field.name, folded);
      }
      const texts = folded;
      return { k: 'texts', folded: (i) => texts[i] ?? null, written: (i) => column.at(i) };
    }
  }
}

const CUSTOMER_OF_ROW = new WeakMap<Pick<Relation, 'start'>, Int32Array>();

/** Customer index of each row, -1 for rows of no customer. */
function customerOfRow(relation: Pick<Relation, 'start'>, customers: number): Int32Array {
  let owner = CUSTOMER_OF_ROW.get(relation);
  if (!owner) {
    owner = new Int32Array(relation.start[customers + 1]!).fill(-1);
    for (let c = 0; c < customers; c++) owner.fill(c, relation.start[c]!, relation.start[c + 1]!);
    CUSTOMER_OF_ROW.set(relation, owner);
  }
  return owner;
}

/** Rows of one relation in the vectors, grouped by customer; with `every` also those of no customer. */
class RelationFrame implements RelationRows {
  readonly evaluation: Evaluation;
  readonly name: string;
  readonly asOf: Day;
  readonly n: number;
  readonly relation: Relation;
  readonly groups: number;
  private owners: Int32Array | null = null;
  private readonly every: boolean;
  private readonly columns = new Map<string, Col>();

  constructor(evaluation: Evaluation, name: string, asOf: Day, every: boolean) {
    this.evaluation = evaluation;
    this.name = name;
    this.asOf = asOf;
    this.every = every;
    this.relation = evaluation.vectors.relation(RELATIONS.get(name)!.vectors!);
    this.groups = evaluation.vectors.customers.count;
    this.n = this.relation.start[every ? this.groups + 1 : this.groups]!;
  }

  /** Made when it is asked for: most questions of rows never ask for their customers. */
  get owner(): Int32Array {
    if (!this.owners) {
      const owner = customerOfRow(this.relation, this.groups);
      this.owners = this.every ? owner : owner.subarray(0, this.n);
    }
    return this.owners;
  }

  at(asOf: Day): Frame {
    return this.every ? this.evaluation.everyRow(this.name, asOf) : this.evaluation.rows(this.name, asOf);
  }

  rows(relation: string): RelationRows {
    return this.evaluation.rows(relation, this.asOf);
  }

  counting(): Outcome | null {
    return this.name === 'purchases' ? countingOrders(this.relation, this.n, this.asOf) : null;
  }

  present(): Outcome {
    return happened(this.relation.day, this.n, this.asOf, this.counting());
  }

  field(field: Field, outer: boolean): Col {
    const key = `${outer ? 'customer.' : ''}${field.source !== null && 'attribute' in field.source ? '[]' : ''}${field.name}`;
    let column = this.columns.get(key);
    if (!column) {
      column = outer ? gathered(this.evaluation.customers(this.asOf).field(field), this.owner) : this.ofRow(field);
      this.columns.set(key, column);
    }
    return column;
  }

  private ofRow(field: Field): Col {
    const source = field.source!;
    if ('derived' in source) return derivedColumn(this, field);
    if ('attribute' in source) {
      const values = rowAttribute(this.evaluation.ctx, this.name, source.attribute);
      const { id } = this.relation;
      return cellColumn(
        Array.from({ length: this.n }, (_, r) => values.get(id[r]!) ?? null),
        field.type,
      );
    }
    if ('rare' in source) throw new Error(`${this.name}.${field.name} does not lie in the vectors`);
    if (source.column === 'day') return { k: 'int', v: this.relation.day };
    const column = this.relation.column(source.column);
    switch (column.kind) {
      case 'money':
        return { k: 'money', v: column.values, currency: this.relation.column('currency').values as Int32Array };
      case 'real':
        return { k: 'float', v: column.values };
      case 'day':
        return { k: 'int', v: source.planned ? column.values : upTo(column.values, this.asOf) };
      case 'term':
        return field.set ? { k: 'set', v: column.values, rank: ranksOf(field.set) } : { k: 'terms', v: column.values };
      case 'int':
        return { k: 'int', v: column.values };
    }
  }
}

/** 1 for rows dated up to the day that count. */
function happened(day: Int32Array, n: number, asOf: Day, counting: Outcome | null): Outcome {
  const out = new Uint8Array(n);
  for (let r = 0; r < n; r++) out[r] = day[r]! <= asOf && (counting === null || counting[r] === 1) ? 1 : 0;
  return out;
}

/** Rows that SQL reads on first use, grouped by customer. */
class RareFrame implements RelationRows {
  readonly evaluation: Evaluation;
  readonly name: string;
  readonly asOf: Day;
  readonly n: number;
  readonly relation: RareRows;
  readonly groups: number;
  readonly owner: Int32Array;

  constructor(evaluation: Evaluation, name: string, asOf: Day) {
    this.evaluation = evaluation;
    this.name = name;
    this.asOf = asOf;
    this.relation = rareRows(evaluation.ctx, name, evaluation.vectors.customers);
    this.groups = evaluation.vectors.customers.count;
    this.n = this.relation.day.length;
    this.owner = customerOfRow(this.relation, this.groups);
  }

  at(asOf: Day): Frame {
    return this.evaluation.rows(this.name, asOf);
  }

  rows(relation: string): RelationRows {
    return this.evaluation.rows(relation, this.asOf);
  }

  counting(): null {
    return null;
  }

  present(): Outcome {
    return happened(this.relation.day, this.n, this.asOf, null);
  }

  field(field: Field, outer: boolean): Col {
    if (outer) return gathered(this.evaluation.customers(this.asOf).field(field), this.owner);
    const source = field.source!;
    if (field.name === 'day') return { k: 'int', v: this.relation.day };
    if ('attribute' in source) {
      const values = rowAttribute(this.evaluation.ctx, this.name, source.attribute);
      return cellColumn(
        Array.from(this.relation.id, (id) => values.get(id) ?? null),
        field.type,
      );
    }
    const cells = 'rare' in source ? this.relation.cells.get(source.rare) : undefined;
    return cellColumn(cells ?? new Array<null>(this.n).fill(null), field.type);
  }
}

/** The people of the workspace. */
class PeopleFrame implements Frame {
  readonly evaluation: Evaluation;
  readonly asOf: Day;
  readonly people: People;

  constructor(evaluation: Evaluation, asOf: Day) {
    this.evaluation = evaluation;
    this.asOf = asOf;
    this.people = peopleOf(evaluation.ctx, evaluation.vectors.customers);
  }

  get n(): number {
    return this.people.count;
  }

  get owner(): Int32Array {
    return this.people.owner;
  }

  at(asOf: Day): Frame {
    return this.evaluation.people(asOf);
  }

  rows(relation: string): RelationRows {
    return this.evaluation.rowsOfPeople(relation, this.asOf);
  }

  present(): Outcome {
    const created = this.people.cells.get('created_day')!;
    const out = new Uint8Array(this.n);
    for (let i = 0; i < out.length; i++) out[i] = created[i] === null || (created[i] as number) <= this.asOf ? 1 : 0;
    return out;
  }

  field(field: Field, outer: boolean): Col {
    if (outer) return gathered(this.evaluation.customers(this.asOf).field(field), this.owner);
    const source = field.source!;
    if ('attribute' in source) {
      const values = rowAttribute(this.evaluation.ctx, 'person', source.attribute);
      return cellColumn(
        Array.from(this.people.id, (id) => values.get(id) ?? null),
        field.type,
      );
    }
    return cellColumn(this.people.cells.get('rare' in source ? source.rare : field.name)!, field.type);
  }
}

/** Rows of a relation grouped by the person they name: the rows of all customers in another order. */
class PersonRowsFrame implements RelationRows {
  readonly evaluation: Evaluation;
  readonly name: string;
  readonly asOf: Day;
  readonly n: number;
  readonly relation: Pick<Relation, 'start' | 'day'>;
  readonly groups: number;
  readonly owner: Int32Array;
  /** Row of the relation behind each row here. */
  private readonly from: Int32Array;
  private readonly base: RelationFrame;

  constructor(evaluation: Evaluation, name: string, asOf: Day) {
    this.evaluation = evaluation;
    this.name = name;
    this.asOf = asOf;
    this.base = evaluation.everyRow(name, asOf);
    const people = peopleOf(evaluation.ctx, evaluation.vectors.customers);
    const { party, day } = this.base.relation;
    const start = new Int32Array(people.count + 2);
    const person = new Int32Array(this.base.n);
    for (let r = 0; r < person.length; r++) {
      person[r] = people.indexOf(party[r]!);
      if (person[r]! >= 0) start[person[r]! + 1]!++;
    }
    for (let p = 0; p <= people.count; p++) start[p + 1]! += start[p]!;
    const next = start.slice();
    const from = new Int32Array(start[people.count]!);
    for (let r = 0; r < person.length; r++) if (person[r]! >= 0) from[next[person[r]!]!++] = r;
    for (let p = 0; p < people.count; p++) {
      from.subarray(start[p]!, start[p + 1]!).sort((a, b) => day[a]! - day[b]! || a - b);
    }
    this.from = from;
    this.n = from.length;
    this.groups = people.count;
    this.relation = { start, day: from.map((r) => day[r]!) };
    this.owner = from.map((r) => this.base.owner[r]!);
  }

  at(asOf: Day): Frame {
    return this.evaluation.rowsOfPeople(this.name, asOf);
  }

  rows(relation: string): RelationRows {
    return this.evaluation.rows(relation, this.asOf);
  }

  counting(): Outcome | null {
    const counting = this.base.counting();
    return counting === null ? null : gatheredOutcome(counting, this.from, 0);
  }

  present(): Outcome {
    return happened(this.relation.day, this.n, this.asOf, this.counting());
  }

  field(field: Field, outer: boolean): Col {
    return gathered(this.base.field(field, outer), this.from);
  }
}

/** Days that have happened; later ones are unknown on the day. */
function upTo(days: Int32Array, asOf: Day): Int32Array {
  if (!days.some((day) => day > asOf)) return days;
  return days.map((day) => (day > asOf ? UNKNOWN_INT : day));
}
