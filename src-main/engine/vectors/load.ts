import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { float64, int32 } from './allocate.ts';
import { ChunkedTable, packMissingChunks, workspaceChanged } from './chunks.ts';
import {
  customersOf,
  distinctKnown,
  firstKnown,
  indexById,
  leastKnown,
  readDomains,
  readMembers,
  readMembership,
  readNames,
} from './customers.ts';
import type { Attribute, Members, Membership } from './customers.ts';
import { groupRows, inverseOf } from './group.ts';
import { documentLinks, packLinks } from './links.ts';
import { nameOrder, packNameOrder } from './name-rank.ts';
import { deriveOrders } from './orders.ts';
import type { Orders } from './orders.ts';
import { EVENT_COLUMNS, RELATIONS } from './tables.ts';
import { applySplice, spliceGrouping } from './splice.ts';
import type { PackedType, RelationSpec } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Column, Credits, CustomerVectors, Relation, RelationName, Vectors } from './types.ts';

/** The vectors of a context's data version, kept between calls. */
export function vectorsOf(ctx: ReadContext): Vectors {
  return ctx.kept({
    name: 'vectors',
    make: ({ db, dataVersion }) => loadVectors(db, dataVersion),
    refresh: (previous, { db, dataVersion }) => loadVectors(db, dataVersion, previous),
  });
}

/**
 * Vectors at a data version. Relations and columns are read on first use, from packed chunks where there are any and
 * from the tables where not. Throws `workspace-changed` when rows changed in between. `previous`, of an earlier version
 * of the same workspace, lends what has not changed since.
 */
export function loadVectors(db: ReadDb, dataVersion: number, previous?: Vectors): Vectors {
  const vectors = new LoadedVectors(db, dataVersion, previous instanceof LoadedVectors ? previous : null);
  if (readDataVersion(db) !== dataVersion) throw workspaceChanged();
  return vectors;
}

/**
 * Builds what is missing of the caches in table `vector` and answers the number of pieces built (0: complete).
 * The writer calls it when idle after a commit; `atMost` bounds the pieces of one call. Changes no figure.
 */
export function packMissing(db: WriteDb, atMost = Number.POSITIVE_INFINITY): number {
  const built = packMissingChunks(db, atMost);
  if (built >= atMost) return built;
  return (
    built +
    db.transaction(() => {
      packLinks(db, new ChunkedTable(db, 'purchase', readDataVersion(db)));
      return packNameOrder(db) ? 1 : 0;
    })
  );
}

const SPECS = new Map<RelationName, RelationSpec>(RELATIONS.map((spec) => [spec.name, spec]));

class LoadedVectors implements Vectors {
  readonly dataVersion: number;
  readonly db: ReadDb;
  readonly customers: LoadedCustomers;
  readonly membership: Membership;
  private readonly relations = new Map<RelationName, Relation>();
  private readonly observed = new Map<Day, Day | null>();
  private readonly terms: (string | undefined)[];
  private readonly termIds: Map<string, number>;
  private derived: Orders | null = null;
  private teams: Int32Array | null = null;

  constructor(db: ReadDb, dataVersion: number, previous: LoadedVectors | null) {
    this.db = db;
    this.dataVersion = dataVersion;
    this.terms = [];
    this.termIds = new Map();
    for (const [id, text] of db.all('SELECT id, text FROM term')) {
      this.terms[id as number] = text as string;
      this.termIds.set(text as string, id as number);
    }
    const membership = readMembership(db);
    const sameCustomers = previous !== null && sameMembership(previous.membership, membership);
    this.membership = sameCustomers ? previous.membership : membership;
    this.customers = new LoadedCustomers(this);
    if (!sameCustomers) return;
    for (const [name, relation] of previous.relations) {
      if (relation instanceof TableRelation) this.relations.set(name, TableRelation.refreshed(this, relation));
    }
    const [before, now] = [previous.relations.get('purchases'), this.relations.get('purchases')];
    if (previous.derived && before && now && before.day === now.day) this.derived = previous.derived;
  }

  relation(name: RelationName): Relation {
    let relation = this.relations.get(name);
    if (relation) return relation;
    if (name === 'orders') relation = new OrdersRelation(this.relation('purchases'), this.orders());
    else {
      const spec = SPECS.get(name);
      if (!spec) throw new LadderlineError('unknown-relation', `There is no relation "${String(name)}".`);
      relation = new TableRelation(this, spec);
    }
    this.relations.set(name, relation);
    return relation;
  }

  get credits(): Credits {
    return this.orders().credits;
  }

  text(term: number): string | null {
    return this.terms[term] ?? null;
  }

  term(text: string): number | null {
    return this.termIds.get(text) ?? null;
  }

  newestObservedDay(limit: Day): Day | null {
    let newest = this.observed.get(limit);
    if (newest !== undefined) return newest;
    let found = UNKNOWN_INT;
    const look = (day: Int32Array, score?: Int32Array): void => {
      for (let i = 0; i < day.length; i++) {
        const d = day[i]!;
        if (d > found && d <= limit && (score === undefined || score[i] !== UNKNOWN_INT)) found = d;
      }
    };
    look(this.relation('orders').day);
    for (const [name, columns] of [
      ['touches', ['day']],
      ['tickets', ['day']],
      ['responses', ['day', 'score']],
    ] as const) {
      // Grouping by customer is the costly part of a relation; a day can be had without it.
      const [day, score] = this.loaded(name) ? this.columnsOf(name, columns) : this.ungrouped(name, columns);
      look(day!, score);
    }
    newest = found === UNKNOWN_INT ? null : found;
    this.observed.set(limit, newest);
    return newest;
  }

  /** The team of each owner by term id, UNKNOWN_INT where the owner table has none. */
  ownerTeams(): Int32Array {
    if (this.teams) return this.teams;
    this.teams = new Int32Array(this.terms.length).fill(UNKNOWN_INT);
    for (const [owner, team] of this.db.all('SELECT owner, team FROM owner_team'))
      this.teams[owner as number] = team as number;
    this.checkVersion();
    return this.teams;
  }

  ownerTeamsOf(spec: RelationSpec): Int32Array | null {
    return spec.name === 'touches' ? this.ownerTeams() : null;
  }

  /** For reads that have no chunks to compare: the workspace must be at the version of these vectors. */
  checkVersion(): void {
    if (readDataVersion(this.db) !== this.dataVersion) throw workspaceChanged();
  }

  private loaded(name: RelationName): boolean {
    return this.relations.has(name);
  }

  private columnsOf(name: RelationName, columns: readonly string[]): Int32Array[] {
    const relation = this.relation(name);
    return columns.map((column) => (column === 'day' ? relation.day : (relation.column(column).values as Int32Array)));
  }

  private ungrouped(name: RelationName, columns: readonly string[]): Int32Array[] {
    const table = new ChunkedTable(this.db, SPECS.get(name)!.table, this.dataVersion);
    const values = table.read(this.db, columns) as Int32Array[];
    table.check(this.db);
    return values;
  }

  private orders(): Orders {
    if (this.derived) return this.derived;
    const purchases = this.relation('purchases') as TableRelation;
    const links = documentLinks(this.db, purchases.chunks);
    purchases.chunks.check(this.db);
    this.derived = deriveOrders(purchases, links, (term) => this.text(term));
    return this.derived;
  }
}

function sameMembership(a: Membership, b: Membership): boolean {
  return a.accountFirst === b.accountFirst && same(a.id, b.id) && same(a.customerOfParty, b.customerOfParty);
}

function same(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

type TableState = {
  readonly chunks: ChunkedTable;
  readonly start: Int32Array;
  /** Grouped row of each packed position. */
  readonly place: Int32Array;
  readonly day: Int32Array;
  /** Columns by name, `id` and `party` among them. */
  readonly cache: Map<string, Column>;
};

/** A relation over one table, grouped by customer; columns are gathered on first use. */
class TableRelation implements Relation {
  readonly name: RelationName;
  readonly rows: number;
  readonly start: Int32Array;
  readonly day: Int32Array;
  readonly columns: readonly string[];
  readonly chunks: ChunkedTable;
  private readonly spec: RelationSpec;
  private readonly place: Int32Array;
  private readonly cache: Map<string, Column>;
  private readonly constants = new Map<string, Int32Array | Float64Array>();
  private readonly teams: Int32Array | null;
  private readonly vectors: LoadedVectors;

  constructor(vectors: LoadedVectors, spec: RelationSpec, state: TableState = readTable(vectors, spec.table)) {
    this.vectors = vectors;
    this.spec = spec;
    this.name = spec.name;
    this.columns = [...spec.columns.keys()];
    this.teams = vectors.ownerTeamsOf(spec);
    this.chunks = state.chunks;
    this.rows = state.place.length;
    this.start = state.start;
    this.place = state.place;
    this.day = state.day;
    this.cache = state.cache;
  }

  /** The relation at a later version of the same membership: only changed chunks are read. */
  static refreshed(vectors: LoadedVectors, former: TableRelation): TableRelation {
    const { spec } = former;
    const { db, membership, dataVersion } = vectors;
    const chunks = new ChunkedTable(db, spec.table, dataVersion);
    const changed = chunks.changedSince(former.chunks);
    const cache = new Map(former.cache);
    if (former.teams && !same(vectors.ownerTeams(), former.teams)) cache.delete('team');
    if (changed.length === 0) return new TableRelation(vectors, spec, { ...former.state(), cache });
    const freshChunks = changed.filter((chunk) => chunk < chunks.chunks);
    const freshRows = freshChunks.reduce((n, chunk) => n + chunks.span(chunk).rows, 0);
    if (freshRows * 2 > chunks.rows) return new TableRelation(vectors, spec);

    const names = [...new Set([...EVENT_COLUMNS, ...[...cache.keys()].flatMap((name) => sourcesOf(spec, name))])];
    const values = new Map(chunks.read(db, names, freshChunks).map((column, i) => [names[i]!, column]));
    const [id, party, account, day] = EVENT_COLUMNS.map((name) => values.get(name)) as [
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    const fresh = groupRows(customersOf(membership, party, account), day, membership.id.length);
    const isGone = new Uint8Array(former.chunks.rows);
    for (const chunk of changed) {
      const { first, rows } = former.chunks.span(chunk);
      isGone.fill(1, first, first + rows);
    }
    const endOfChunk = new Int32Array(id.length);
    const position = new Int32Array(id.length);
    let at = 0;
    for (const chunk of freshChunks) {
      const before = former.chunks.span(chunk);
      const { first, rows } = chunks.span(chunk);
      endOfChunk.fill(before.first + before.rows, at, at + rows);
      for (let i = 0; i < rows; i++) position[at + i] = first + i;
      at += rows;
    }
    const order = inverseOf(former.place, new Int32Array(former.rows));
    const { splice, start } = spliceGrouping(
      { start: former.start, order, day: former.day },
      isGone,
      fresh,
      (i) => endOfChunk[i]!,
    );
    const columns = new Map<string, Column>();
    for (const [name, column] of cache) {
      const now = columnOf(spec, name, vectors.ownerTeamsOf(spec), (from) => {
        const column = values.get(from)!;
        return column instanceof Float64Array ? gatherReals(column, fresh.order) : gatherInts(column, fresh.order);
      });
      if (now.values instanceof Float64Array) {
        const values = applySplice(splice, column.values as Float64Array, now.values, float64(splice.rows));
        columns.set(name, { kind: column.kind as 'money' | 'real', values });
      } else {
        const values = applySplice(splice, column.values as Int32Array, now.values, int32(splice.rows));
        columns.set(name, { kind: column.kind as 'int' | 'term' | 'day', values });
      }
    }
    const place = inverseOf(
      applySplice(
        splice,
        moved(order, former.chunks, chunks),
        gatherInts(position, fresh.order),
        new Int32Array(splice.rows),
      ),
    );
    const state: TableState = {
      chunks,
      start,
      place,
      day: applySplice(splice, former.day, gatherInts(day, fresh.order), int32(splice.rows)),
      cache: columns,
    };
    chunks.check(db);
    return new TableRelation(vectors, spec, state);
  }

  column(name: string): Column {
    const column = this.cache.get(name);
    if (column) return column;
    if (!this.spec.columns.has(name)) throw unknownColumn(this, name);
    return this.keep(name);
  }

  get id(): Int32Array {
    return (this.cache.get('id') ?? this.keep('id')).values as Int32Array;
  }

  get party(): Int32Array {
    return (this.cache.get('party') ?? this.keep('party')).values as Int32Array;
  }

  private keep(name: string): Column {
    const { db } = this.vectors;
    const column = columnOf(this.spec, name, this.teams, (from) => this.scattered(from));
    this.chunks.check(db);
    this.cache.set(name, column);
    return column;
  }

  /** A table column in grouped order. Columns of one value share one array: arrays are never written to. */
  private scattered(from: string): Int32Array | Float64Array {
    const { db } = this.vectors;
    const { chunks, place, rows } = this;
    let found: { constant: number } | null;
    let out: Int32Array | Float64Array = new Int32Array(0);
    if (chunks.typeOf(from) === 'real') {
      let reals = new Float64Array(0) as Float64Array;
      const begin = (): void => void (out = reals = float64(rows));
      found = chunks.visit<Float64Array>(db, from, begin, (first, values, n) => {
        for (let i = 0; i < n; i++) reals[place[first + i]!] = values[i]!;
      });
    } else {
      let ints = new Int32Array(0) as Int32Array;
      const begin = (): void => void (out = ints = int32(rows));
      found = chunks.visit<Int32Array>(db, from, begin, (first, values, n) => {
        for (let i = 0; i < n; i++) ints[place[first + i]!] = values[i]!;
      });
    }
    return found === null ? out : this.constant(chunks.typeOf(from), found.constant);
  }

  private constant(type: PackedType, value: number): Int32Array | Float64Array {
    const key = `${type} ${value}`;
    let values = this.constants.get(key);
    if (!values) {
      values = type === 'real' ? float64(this.rows).fill(value) : int32(this.rows).fill(value);
      this.constants.set(key, values);
    }
    return values;
  }

  private state(): TableState {
    const { chunks, start, place, day, cache } = this;
    return { chunks, start, place, day, cache };
  }
}

function readTable({ db, membership, dataVersion }: LoadedVectors, table: string): TableState {
  const chunks = new ChunkedTable(db, table, dataVersion);
  const [party, account, day] = chunks.read(db, ['party', 'account_party', 'day']) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  chunks.check(db);
  const grouping = groupRows(customersOf(membership, party, account), day, membership.id.length);
  return { start: grouping.start, place: inverseOf(grouping.order), day: grouping.day, chunks, cache: new Map() };
}

/** Columns that every relation has beside those of its list. */
const OWN_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['id', 'id'],
  ['party', 'party'],
]);

/** Table columns from which `columnOf` makes a column. */
function sourcesOf(spec: RelationSpec, name: string): readonly string[] {
  const from = OWN_COLUMNS.get(name) ?? spec.columns.get(name)?.from;
  if (from) return [from];
  return name === 'net' ? ['amount', 'tax'] : name === 'team' ? ['team', 'owner'] : ['kind'];
}

/** A column from table columns, which `read` answers in the wanted row order. */
function columnOf(
  spec: RelationSpec,
  name: string,
  teams: Int32Array | null,
  read: (from: string) => Int32Array | Float64Array,
): Column {
  if (name === 'id') return { kind: 'int', values: read('id') as Int32Array };
  if (name === 'party') return { kind: 'int', values: zeroUnknown(read('party') as Int32Array) };
  const { kind, from } = spec.columns.get(name)!;
  if (from !== null) {
    const values = read(from);
    return kind === 'money' || kind === 'real'
      ? { kind, values: values as Float64Array }
      : { kind, values: values as Int32Array };
  }
  switch (name) {
    case 'net':
      return { kind: 'money', values: netOf(read('amount') as Float64Array, read('tax') as Float64Array) };
    case 'team':
      return { kind: 'term', values: teamOf(read('team') as Int32Array, read('owner') as Int32Array, teams!) };
    case 'kind':
    case 'kind_known': {
      const values = (read('kind') as Int32Array).slice();
      const relational = termOf('relational');
      for (let i = 0; i < values.length; i++) {
        const known = values[i] !== UNKNOWN_INT;
        if (name === 'kind_known') values[i] = known ? 1 : 0;
        else if (!known) values[i] = relational;
      }
      return { kind: name === 'kind' ? 'term' : 'int', values };
    }
    default:
      throw new Error(`column ${name} of ${spec.name} cannot be derived`);
  }
}

/** Amount without tax. Exports write refunds with either sign; the tax has the sign of the amount. */
function netOf(amount: Float64Array, tax: Float64Array): Float64Array {
  const values = float64(amount.length);
  for (let i = 0; i < values.length; i++) {
    const [a, t] = [amount[i]!, tax[i]!];
    values[i] = Number.isNaN(t) ? a : a < 0 ? a + Math.abs(t) : a - t;
  }
  return values;
}

/** The team of a touch, else its owner's, else `unknown` (choices.md, Team and direction). */
function teamOf(team: Int32Array, owner: Int32Array, teams: Int32Array): Int32Array {
  const unknown = termOf('unknown');
  const values = int32(team.length);
  for (let i = 0; i < values.length; i++) {
    let t = team[i]!;
    if (t === UNKNOWN_INT || t === unknown) {
      const own = owner[i] === UNKNOWN_INT ? UNKNOWN_INT : (teams[owner[i]!] ?? UNKNOWN_INT);
      t = own === UNKNOWN_INT ? unknown : own;
    }
    values[i] = t;
  }
  return values;
}

/** Packed positions as they are once chunks before them have grown or shrunk. */
function moved(order: Int32Array, former: ChunkedTable, now: ChunkedTable): Int32Array {
  const shift = new Int32Array(former.rows);
  let any = false;
  for (let chunk = 0; chunk < former.chunks; chunk++) {
    const { first, rows } = former.span(chunk);
    const by = now.span(chunk).first - first;
    if (by !== 0) any = true;
    shift.fill(by, first, first + rows);
  }
  return any ? order.map((position) => position + shift[position]!) : order;
}

function zeroUnknown(values: Int32Array): Int32Array {
  const out = int32(values.length);
  for (let i = 0; i < out.length; i++) out[i] = values[i] === UNKNOWN_INT ? 0 : values[i]!;
  return out;
}

class OrdersRelation implements Relation {
  readonly name = 'orders';
  readonly rows: number;
  readonly start: Int32Array;
  readonly day: Int32Array;
  readonly columns = ['net', 'currency', 'product', 'voided'] as const;
  private readonly purchases: Relation;
  private readonly orders: Orders;
  private readonly cache = new Map<string, Column>();
  private ids: Int32Array | null = null;
  private parties: Int32Array | null = null;

  constructor(purchases: Relation, orders: Orders) {
    this.purchases = purchases;
    this.orders = orders;
    this.rows = orders.purchaseRow.length;
    this.start = orders.start;
    this.day = gatherInts(purchases.day, orders.purchaseRow);
  }

  get id(): Int32Array {
    this.ids ??= gatherInts(this.purchases.id, this.orders.purchaseRow);
    return this.ids;
  }

  get party(): Int32Array {
    this.parties ??= gatherInts(this.purchases.party, this.orders.purchaseRow);
    return this.parties;
  }

  column(name: string): Column {
    let column = this.cache.get(name);
    if (column) return column;
    const { purchaseRow, voided } = this.orders;
    if (name === 'voided') column = { kind: 'day', values: voided };
    else if (name === 'net') {
      column = { kind: 'money', values: gatherReals(this.purchases.column('net').values as Float64Array, purchaseRow) };
    } else if (name === 'currency' || name === 'product') {
      column = { kind: 'term', values: gatherInts(this.purchases.column(name).values as Int32Array, purchaseRow) };
    } else throw unknownColumn(this, name);
    this.cache.set(name, column);
    return column;
  }
}

class LoadedCustomers implements CustomerVectors {
  readonly count: number;
  readonly id: Int32Array;
  readonly indexOf: (customerId: number) => number;
  private readonly vectors: LoadedVectors;
  private readonly attributes = new Map<Attribute, Int32Array>();
  private partyTable: ChunkedTable | null = null;
  private memberParties: (Members & { id: Int32Array }) | null = null;
  private createdDays: Int32Array | null = null;
  private names: string[] | null = null;
  private domains: (string | null)[] | null = null;
  private rank: Int32Array | null = null;
  private sourceCounts: Int32Array | null = null;

  constructor(vectors: LoadedVectors) {
    this.vectors = vectors;
    this.id = vectors.membership.id;
    this.count = this.id.length;
    this.indexOf = indexById(this.id);
  }

  get created(): Int32Array {
    if (this.createdDays) return this.createdDays;
    const created = leastKnown(this.members(), this.partyColumn('created_day'));
    for (const { name } of RELATIONS) {
      const { start, day } = this.vectors.relation(name);
      for (let c = 0; c < this.count; c++) {
        if (start[c] === start[c + 1]) continue;
        const first = day[start[c]!]!;
        if (created[c] === UNKNOWN_INT || first < created[c]!) created[c] = first;
      }
    }
    this.createdDays = created;
    return created;
  }

  term(name: Attribute): Int32Array {
    let values = this.attributes.get(name);
    if (!values) {
      values = firstKnown(this.members(), this.partyColumn(name));
      this.attributes.set(name, values);
    }
    return values;
  }

  name(index: number): string {
    return this.allNames()[index] ?? '';
  }

  emailDomain(index: number): string | null {
    if (!this.domains) {
      this.domains = readDomains(this.vectors.db, this.members(), this.vectors.membership.customerOfParty);
      this.vectors.checkVersion();
    }
    return this.domains[index] ?? null;
  }

  nameRank(): Int32Array {
    this.rank ??= nameOrder(this.vectors.db, this.vectors.membership, this.allNames());
    return this.rank;
  }

  sources(): Int32Array {
    this.sourceCounts ??= distinctKnown(this.members(), this.partyColumn('source'));
    return this.sourceCounts;
  }

  private allNames(): string[] {
    if (!this.names) {
      this.names = readNames(this.vectors.db, this.vectors.membership);
      this.vectors.checkVersion();
    }
    return this.names;
  }

  private parties(): ChunkedTable {
    this.partyTable ??= new ChunkedTable(this.vectors.db, 'party', this.vectors.dataVersion);
    return this.partyTable;
  }

  private members(): Members & { id: Int32Array } {
    if (!this.memberParties) {
      this.memberParties = readMembers(this.vectors.db, this.parties(), this.vectors.membership);
      this.vectors.checkVersion();
    }
    return this.memberParties;
  }

  private partyColumn(name: string): Int32Array {
    const [values] = this.parties().read(this.vectors.db, [name]);
    this.parties().check(this.vectors.db);
    return values as Int32Array;
  }
}

function gatherInts(values: Int32Array, order: Int32Array): Int32Array {
  const out = int32(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i]!]!;
  return out;
}

function gatherReals(values: Float64Array, order: Int32Array): Float64Array {
  const out = float64(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i]!]!;
  return out;
}

function unknownColumn(relation: Relation, name: string): LadderlineError {
  const known = ['day', 'id', 'party', ...relation.columns].join(', ');
  return new LadderlineError('unknown-column', `${relation.name} has no column "${name}"; its columns are ${known}.`);
}
