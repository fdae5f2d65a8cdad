import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { ChunkedTable, packMissingChunks, workspaceChanged } from './chunks.ts';
import {
  distinctKnown,
  firstKnown,
  indexById,
  leastKnown,
  packMembership,
  readDomains,
  readMembers,
  readMembership,
  readNames,
} from './customers.ts';
import type { Attribute, Members, Membership } from './customers.ts';
import { readGroupedHead } from './grouped.ts';
import { hasKeptOrders, readKeptOrders, writeKeptOrders } from './kept-orders.ts';
import { documentLinks, packLinks } from './links.ts';
import { ColumnCache, MemoryBudget, memoryLimit, memoryOf } from './memory.ts';
import { nameOrder, packNameOrder } from './name-rank.ts';
import { deriveOrders } from './orders.ts';
import type { Orders } from './orders.ts';
import { packGroupedPiece } from './pack-grouped.ts';
import { gatherInts, gatherReals, sameInts, TableRelation, unknownColumn } from './table.ts';
import type { TableSource } from './table.ts';
import { RELATIONS } from './tables.ts';
import type { RelationSpec } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Column, Credits, CustomerVectors, Relation, RelationName, Vectors } from './types.ts';

/** The vectors of a context's data version, kept between calls. */
export function vectorsOf(ctx: ReadContext): Vectors {
  return ctx.kept({
    name: 'vectors',
    make: ({ db, dataVersion }) => loadVectors(db, dataVersion, undefined, memoryOf(ctx)),
    refresh: (previous, { db, dataVersion }) => loadVectors(db, dataVersion, previous, memoryOf(ctx)),
  });
}

/**
 * Vectors at a data version. Relations and columns are read on first use, from packed chunks where there are any and
 * from the tables where not. Throws `workspace-changed` when rows changed in between. `previous`, of an earlier version
 * of the same workspace, lends what has not changed since. Columns are kept within `budget`.
 */
export function loadVectors(
  db: ReadDb,
  dataVersion: number,
  previous?: Vectors,
  budget: MemoryBudget = new MemoryBudget(memoryLimit()),
): Vectors {
  const vectors = new LoadedVectors(db, dataVersion, previous instanceof LoadedVectors ? previous : null, budget);
  if (readDataVersion(db) !== dataVersion) throw workspaceChanged();
  return vectors;
}

/** Tables of fewer rows are grouped when they are read. */
const KEPT_GROUPED_FROM = 100_000;

/**
 * Builds what is missing of the caches in table `vector` and answers the number of pieces built (0: complete).
 * The writer calls it when idle after a commit; `atMost` bounds the pieces of one call. Changes no figure.
 */
export function packMissing(
  db: WriteDb,
  atMost = Number.POSITIVE_INFINITY,
  keepGroupedFrom: number = KEPT_GROUPED_FROM,
): number {
  let built = packMissingChunks(db, atMost);
  let left = atMost - built;
  const pieces: (() => boolean)[] = [
    () => packMembership(db),
    () => (packLinks(db, new ChunkedTable(db, 'purchase', readDataVersion(db))), false),
    ...RELATIONS.map((spec) => (): boolean => packGroupedPiece(db, spec.table, keepGroupedFrom)),
    () => packOrders(db, keepGroupedFrom),
    () => packNameOrder(db),
  ];
  for (const piece of pieces) {
    for (; left > 0 && db.transaction(piece); left -= PIECE_IN_CHUNKS) built++;
    if (left <= 0) return built;
  }
  return built;
}

/** A piece of a kept grouping takes as long as so many chunks. */
const PIECE_IN_CHUNKS = 4;

/** Keeps the orders of the kept grouping of purchases; true when they were written. */
function packOrders(db: WriteDb, keepFrom: number): boolean {
  const head = readGroupedHead(db, 'purchase');
  if (!head || head.rows < keepFrom || hasKeptOrders(db, head.mark)) return false;
  const vectors = loadVectors(db, readDataVersion(db)) as LoadedVectors;
  if ((vectors.relation('purchases') as TableRelation).mark !== head.mark) return false;
  writeKeptOrders(db, head.mark, vectors.orders());
  return true;
}

const SPECS = new Map<RelationName, RelationSpec>(RELATIONS.map((spec) => [spec.name, spec]));

class LoadedVectors implements Vectors, TableSource {
  readonly dataVersion: number;
  readonly db: ReadDb;
  readonly budget: MemoryBudget;
  readonly customers: LoadedCustomers;
  readonly membership: Membership;
  private readonly relations = new Map<RelationName, Relation>();
  private readonly observed = new Map<Day, Day | null>();
  private readonly terms: (string | undefined)[];
  private readonly termIds: Map<string, number>;
  private derived: Orders | null = null;
  private teams: Int32Array | null = null;

  constructor(db: ReadDb, dataVersion: number, previous: LoadedVectors | null, budget: MemoryBudget) {
    this.db = db;
    this.dataVersion = dataVersion;
    this.budget = budget;
    this.terms = [];
    this.termIds = new Map();
    for (const [id, text] of db.all('SELECT id, text FROM term')) {
      this.terms[id as number] = text as string;
      this.termIds.set(text as string, id as number);
    }
    const membership = readMembership(db, previous?.membership);
    const sameCustomers = previous !== null && sameMembership(previous.membership, membership);
    this.membership = sameCustomers
      ? { ...membership, id: previous.membership.id, customerOfParty: previous.membership.customerOfParty }
      : membership;
    this.customers = new LoadedCustomers(this);
    if (previous === null) return;
    for (const [name, relation] of previous.relations) {
      if (relation instanceof TableRelation)
        this.relations.set(name, TableRelation.refreshed(this, relation, previous.membership, sameCustomers));
      else (relation as OrdersRelation).release();
    }
    const before = previous.relations.get('purchases');
    const now = this.relations.get('purchases');
    if (before instanceof TableRelation && now instanceof TableRelation && before.token === now.token)
      this.derived = previous.derived;
  }

  relation(name: RelationName): Relation {
    let relation = this.relations.get(name);
    if (relation) return relation;
    if (name === 'orders') relation = new OrdersRelation(this.relation('purchases'), this.orders(), this.budget);
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

  orders(): Orders {
    if (this.derived) return this.derived;
    const purchases = this.relation('purchases') as TableRelation;
    this.derived = purchases.mark === null ? null : readKeptOrders(this.db, purchases.mark, purchases);
    if (this.derived) return this.derived;
    const links = documentLinks(this.db, purchases.chunks);
    purchases.chunks.check(this.db);
    this.derived = deriveOrders(purchases, links, (term) => this.text(term));
    return this.derived;
  }
}

function sameMembership(a: Membership, b: Membership): boolean {
  if (a.stamp !== null && a.stamp === b.stamp) return a.accountFirst === b.accountFirst;
  return a.accountFirst === b.accountFirst && sameInts(a.id, b.id) && sameInts(a.customerOfParty, b.customerOfParty);
}

export class OrdersRelation implements Relation {
  readonly name = 'orders';
  readonly rows: number;
  readonly start: Int32Array;
  readonly day: Int32Array;
  readonly columns = ['net', 'currency', 'product', 'voided'] as const;
  /** Orders are derived anew when and only when purchases changed. */
  readonly token: object;
  private readonly purchases: Relation;
  private readonly orders: Orders;
  private readonly cache: ColumnCache;
  private ids: Int32Array | null = null;
  private parties: Int32Array | null = null;

  constructor(purchases: Relation, orders: Orders, budget: MemoryBudget) {
    this.cache = new ColumnCache(budget);
    this.purchases = purchases;
    this.orders = orders;
    this.token = orders;
    this.rows = orders.voided.length;
    this.start = orders.start;
    this.day = this.ints(purchases.day);
  }

  get id(): Int32Array {
    this.ids ??= this.ints(this.purchases.id);
    return this.ids;
  }

  get party(): Int32Array {
    this.parties ??= this.ints(this.purchases.party);
    return this.parties;
  }

  column(name: string): Column {
    let column = this.cache.get(name);
    if (column) return column;
    if (name === 'voided') column = { kind: 'day', values: this.orders.voided };
    else if (name === 'net') {
      const net = this.purchases.column('net').values as Float64Array;
      const { purchaseRow } = this.orders;
      column = { kind: 'money', values: purchaseRow ? gatherReals(net, purchaseRow) : net };
    } else if (name === 'currency' || name === 'product') {
      column = { kind: 'term', values: this.ints(this.purchases.column(name).values as Int32Array) };
    } else throw unknownColumn(this, name);
    const shared = name === 'voided' || this.orders.purchaseRow === null;
    this.cache.set(name, column, shared ? 0 : column.values.byteLength);
    return column;
  }

  private ints(values: Int32Array): Int32Array {
    const { purchaseRow } = this.orders;
    return purchaseRow ? gatherInts(values, purchaseRow) : values;
  }

  /** Gives its columns back to the budget. */
  release(): void {
    this.cache.clear();
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
