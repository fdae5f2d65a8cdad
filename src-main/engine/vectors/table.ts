import type { ReadDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { float64, int32 } from './allocate.ts';
import { ChunkedTable } from './chunks.ts';
import type { ChangedChunk, ChunkState } from './chunks.ts';
import { customersOf, membershipChange } from './customers.ts';
import type { Membership, MembershipChange } from './customers.ts';
import { groupRows } from './group.ts';
import type { Grouping } from './group.ts';
import { NET, ORDER, readGrouped, readGroupedArray, readGroupedHead, START } from './grouped.ts';
import { ColumnCache } from './memory.ts';
import type { MemoryBudget } from './memory.ts';
import { applySplice, spliceGrouping } from './splice.ts';
import { EVENT_COLUMNS } from './tables.ts';
import type { PackedType, RelationSpec } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Column, Relation, RelationName } from './types.ts';

/** What the relations of one data version are read from. */
export type TableSource = {
  readonly db: ReadDb;
  readonly dataVersion: number;
  readonly membership: Membership;
  readonly budget: MemoryBudget;
  /** The team of each owner by term id, UNKNOWN_INT where the owner table has none. */
  ownerTeams(): Int32Array;
  /** The same for relations that have a team, null for others. */
  ownerTeamsOf(spec: RelationSpec): Int32Array | null;
};

type TableState = {
  readonly chunks: ChunkedTable;
  readonly start: Int32Array;
  readonly day: Int32Array;
  /** Packed position of each grouped row; null when it can no longer be read. Few questions need it. */
  readonly order: () => Int32Array | null;
  /** How many appends the order is made from when it is asked for. */
  readonly appends: number;
  /** Changes when and only when something that the relation says may have changed. */
  readonly token: object;
  /** The kept grouping of exactly these rows, null when there is none. */
  readonly mark: number | null;
  /** Columns by name, `id` and `party` among them. */
  readonly cache: ColumnCache;
  /** Columns that were in use before a change: each is brought up to date when it is asked for, or dropped at the next. */
  readonly pending: Map<string, () => Column>;
};

/** A grouping of an earlier moment. */
type FormerTable = {
  readonly chunks: ChunkState;
  readonly start: Int32Array;
  readonly day: Int32Array;
  /** Null when it can no longer be read. */
  readonly order: () => Int32Array | null;
  readonly appends: number;
  readonly columns: readonly (readonly [name: string, column: Column])[];
};

/** A relation over one table, grouped by customer; columns are gathered on first use. */
export class TableRelation implements Relation {
  readonly name: RelationName;
  readonly rows: number;
  readonly start: Int32Array;
  readonly day: Int32Array;
  readonly columns: readonly string[];
  readonly chunks: ChunkedTable;
  readonly mark: number | null;
  private readonly spec: RelationSpec;
  private readonly cache: ColumnCache;
  private readonly constants = new Map<string, Int32Array | Float64Array>();
  private readonly teams: Int32Array | null;
  private readonly vectors: TableSource;
  readonly token: object;
  private readonly pending: Map<string, () => Column>;
  private readonly appends: number;
  private readonly readOrder: () => Int32Array | null;
  private order: Int32Array | null = null;

  constructor(vectors: TableSource, spec: RelationSpec, state: TableState = readTable(vectors, spec)) {
    this.vectors = vectors;
    this.spec = spec;
    this.name = spec.name;
    this.columns = [...spec.columns.keys()];
    this.teams = vectors.ownerTeamsOf(spec);
    this.chunks = state.chunks;
    this.rows = state.day.length;
    this.start = state.start;
    this.day = state.day;
    this.readOrder = state.order;
    this.pending = state.pending;
    this.appends = state.appends;
    this.token = state.token;
    this.mark = state.mark;
    this.cache = state.cache;
  }

  /** The relation at a later version: only rows of changed chunks and of customers whose parties changed are read. */
  static refreshed(
    vectors: TableSource,
    former: TableRelation,
    membership: Membership,
    sameCustomers: boolean,
  ): TableRelation {
    const { spec, cache } = former;
    const chunks = new ChunkedTable(vectors.db, spec.table, vectors.dataVersion);
    const sameTeams = former.teams === null || sameInts(vectors.ownerTeams(), former.teams);
    if (!sameTeams) {
      cache.delete('team');
      former.pending.delete('team');
    }
    const { start, day } = former;
    if (sameCustomers && chunks.changedSince(former.chunks).length === 0)
      return new TableRelation(vectors, spec, {
        ...former.state(),
        chunks,
        token: sameTeams ? former.token : {},
      });
    const columns = cache.entries();
    cache.clear();
    const change = sameCustomers ? null : membershipChange(membership, vectors.membership);
    const state =
      sameCustomers || change
        ? spliceTable(
            vectors,
            spec,
            chunks,
            { chunks: former.chunks, start, day, order: former.laterOrder(), appends: former.appends, columns },
            change,
          )
        : null;
    return state ? new TableRelation(vectors, spec, state) : new TableRelation(vectors, spec);
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
    const pending = this.pending.get(name);
    if (pending) {
      this.pending.delete(name);
      const column = pending();
      this.cache.set(name, column, column.values.byteLength);
      return column;
    }
    const net = name === 'net' && this.mark !== null ? this.keptNet(this.mark) : null;
    const column: Column = net
      ? { kind: 'money', values: net }
      : columnOf(this.spec, name, this.teams, (from) => this.grouped(from));
    this.chunks.check(db);
    const shared = [...this.constants.values()].includes(column.values);
    this.cache.set(name, column, shared ? 0 : column.values.byteLength);
    return column;
  }

  private keptNet(mark: number): Float64Array | null {
    return readGroupedArray(this.vectors.db, this.spec.table, mark, NET, 'real', this.rows) as Float64Array | null;
  }

  /** A table column in grouped order. Columns of one value share one array: arrays are never written to. */
  private grouped(from: string): Int32Array | Float64Array {
    const { db } = this.vectors;
    const { chunks, rows, mark } = this;
    const type = chunks.typeOf(from);
    const kept = mark === null ? null : readGrouped(db, this.spec.table, mark, from, type, rows);
    const values = kept ?? chunks.column(db, from);
    if ('constant' in values) return this.constant(type, values.constant);
    if (kept) return values;
    return values instanceof Float64Array ? gatherReals(values, this.orderOf()) : gatherInts(values, this.orderOf());
  }

  /** Packed position of each grouped row. */
  private orderOf(): Int32Array {
    // What it is read from may have been replaced since: grouping the same rows again gives the same order.
    this.order ??= this.readOrder() ?? groupTable(this.vectors, this.chunks).order;
    return this.order;
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
    const { chunks, start, day, mark, cache, pending, appends, token } = this;
    return { chunks, start, day, order: this.laterOrder(), appends, mark, cache, pending, token };
  }

  /** The order for a relation that is made of this one; it holds on to no column. */
  private laterOrder(): () => Int32Array | null {
    const { order, readOrder } = this;
    return order ? () => order : readOrder;
  }
}

/** A table grouped by customer: from the kept grouping where there is one, with what changed since. */
function readTable(vectors: TableSource, spec: RelationSpec): TableState {
  const { db, membership, dataVersion, budget } = vectors;
  const chunks = new ChunkedTable(db, spec.table, dataVersion);
  const kept = readKeptGrouping(vectors, spec);
  if (kept) {
    if (chunks.changedSince(kept.chunks).length === 0) {
      chunks.check(db);
      const { start, day, mark } = kept;
      return {
        chunks,
        start,
        day,
        order: kept.order,
        appends: 0,
        mark,
        cache: new ColumnCache(budget),
        pending: new Map(),
        token: {},
      };
    }
    const spliced = spliceTable(vectors, spec, chunks, { ...kept, columns: [] }, null);
    if (spliced) return spliced;
  }
  const { start, day, order } = groupTable({ db, membership }, chunks);
  return {
    chunks,
    start,
    day,
    order: () => order,
    appends: 0,
    mark: null,
    cache: new ColumnCache(budget),
    pending: new Map(),
    token: {},
  };
}

export function groupTable({ db, membership }: Pick<TableSource, 'db' | 'membership'>, chunks: ChunkedTable): Grouping {
  const [party, account, day] = chunks.read(db, ['party', 'account_party', 'day']) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  chunks.check(db);
  return groupRows(customersOf(membership, party, account), day, membership.id.length);
}

/** The kept grouping of a table by the present membership, whatever changed in the table since; null without one. */
function readKeptGrouping(
  { db, membership }: TableSource,
  { table }: RelationSpec,
): (Omit<FormerTable, 'columns'> & { mark: number }) | null {
  const head = membership.stamp === null ? null : readGroupedHead(db, table);
  if (!head || head.membership !== membership.stamp || head.groups !== membership.id.length + 2) return null;
  const { mark, rows, chunks } = head;
  const read = (name: string, n: number): Int32Array | null =>
    readGroupedArray(db, table, mark, name, 'int', n) as Int32Array | null;
  const start = read(START, head.groups);
  const day = read('day', rows);
  if (!start || !day) return null;
  const order = (): Int32Array | null => read(ORDER, rows);
  return { chunks, start, day, order, appends: 0, mark };
}

/** An order is made from at most so many appends. */
const MOST_APPENDS = 8;

/** More fresh rows than this are grouped anew: their keys would not be exact. */
const MOST_FRESH = 2 ** 22;

/** The state of a table from an earlier grouping; null when grouping all rows anew is the shorter way. */
function spliceTable(
  vectors: TableSource,
  spec: RelationSpec,
  chunks: ChunkedTable,
  former: FormerTable,
  change: MembershipChange | null,
): TableState | null {
  const { db, membership, budget } = vectors;
  const changed = chunks.changedSince(former.chunks);
  const freshChunks = changed.filter(({ chunk, keep }) => keep < (chunks.size[chunk] ?? 0));
  const appended = freshChunks.reduce((n, { chunk, keep }) => n + chunks.size[chunk]! - keep, 0);
  if (appended * 2 > chunks.rows) return null;

  const isAppend = change === null && isAppendOnly(former.chunks, chunks, changed);
  const before = isAppend ? new Int32Array(0) : former.order();
  if (!before) return null;
  const gone = isAppend ? before : goneRows(before, former.chunks, changed);
  const moving = moved(before, former.chunks, chunks);
  const movers = change ? rowsOfGroups(former.start, change.affected, gone) : new Int32Array(0);
  const total = appended + movers.length;
  if (total * 2 > chunks.rows || total >= MOST_FRESH) return null;

  const names = [...new Set([...EVENT_COLUMNS, ...former.columns.flatMap(([name]) => sourcesOf(spec, name))])];
  const values = new Map(chunks.read(db, names, freshChunks).map((column, i) => [names[i]!, column]));
  const [party, account, day] = ['party', 'account_party', 'day'].map((name) => {
    const own = values.get(name) as Int32Array;
    if (movers.length === 0) return own;
    const all = name === 'day' ? former.day : (chunks.read(db, [name])[0] as Int32Array);
    const joined = new Int32Array(total);
    joined.set(own);
    for (let i = 0; i < movers.length; i++) {
      const row = movers[i]!;
      joined[appended + i] = all[name === 'day' ? row : moving[row]!]!;
    }
    return joined;
  }) as [Int32Array, Int32Array, Int32Array];
  const position = new Int32Array(total);
  let at = 0;
  for (const { chunk, keep } of freshChunks) {
    for (let i = keep; i < chunks.size[chunk]!; i++) position[at++] = chunks.offset[chunk]! + i;
  }
  for (let i = 0; i < movers.length; i++) position[appended + i] = moving[movers[i]!]!;

  const customers = customersOf(membership, party, account);
  /** Fresh rows by packed position, as `groupRows` wants them. */
  const byPosition = movers.length === 0 ? null : ascending(position);
  const groups = byPosition
    ? groupRows(gatherInts(customers, byPosition), gatherInts(day, byPosition), membership.id.length)
    : groupRows(customers, day, membership.id.length);
  const rowOf = byPosition ? gatherInts(byPosition, groups.order) : groups.order;
  const groupOf = change?.groupOf ?? Int32Array.from({ length: membership.id.length + 1 }, (_, c) => c);
  if (change?.affected.at(-1) === 1) groupOf[groupOf.length - 1] = -1;
  const { splice, start } = spliceGrouping(
    { grouping: { start: former.start, order: moving, day: former.day }, gone, groupOf },
    groups,
    isAppend ? () => Number.POSITIVE_INFINITY : (i) => position[rowOf[i]!]!,
  );

  const spliced = (name: string, { kind, values: old }: Column): Column => {
    const own = columnOf(spec, name, vectors.ownerTeamsOf(spec), (from) => values.get(from)!).values;
    const fill = <T extends Int32Array | Float64Array>(before: T, fresh: T, out: T): T => {
      for (let i = 0; i < total; i++) {
        const row = rowOf[i]!;
        fresh[i] = row < appended ? own[row]! : before[movers[row - appended]!]!;
      }
      return applySplice(splice, before, fresh, out);
    };
    if (old instanceof Float64Array)
      return { kind: kind as 'money' | 'real', values: fill(old, new Float64Array(total), float64(splice.rows)) };
    return { kind: kind as 'int' | 'term' | 'day', values: fill(old, new Int32Array(total), int32(splice.rows)) };
  };
  const pending = new Map(former.columns.map(([name, column]) => [name, () => spliced(name, column)]));
  const freshOrder = gatherInts(position, rowOf);
  const orderFrom = (old: Int32Array | null): Int32Array | null =>
    old && applySplice(splice, old, freshOrder, int32(splice.rows));
  const later = isAppend && former.appends < MOST_APPENDS;
  const order = later ? null : orderFrom(isAppend ? former.order() : moving);
  const state: TableState = {
    chunks,
    start,
    day: applySplice(splice, former.day, groups.day, int32(splice.rows)),
    order: later ? () => orderFrom(former.order()) : () => order,
    appends: later ? former.appends + 1 : 0,
    token: {},
    mark: null,
    cache: new ColumnCache(budget),
    pending,
  };
  chunks.check(db);
  return state;
}

/** Whether no row is gone and every fresh row comes after all others in packed order. */
function isAppendOnly(former: ChunkState, now: ChunkState, changed: readonly ChangedChunk[]): boolean {
  const first = changed[0]?.chunk ?? now.size.length;
  const kept = new Map(changed.map(({ chunk, keep }) => [chunk, keep]));
  for (const { chunk, keep } of changed) if (keep < (former.size[chunk] ?? 0)) return false;
  for (let chunk = first + 1; chunk < now.size.length; chunk++) {
    if ((kept.get(chunk) ?? now.size[chunk]!) > 0) return false;
  }
  return true;
}

/** Grouped rows whose packed row changed or is no more, ascending. */
function goneRows(order: Int32Array, former: ChunkState, changed: readonly ChangedChunk[]): Int32Array {
  const ranges = changed.flatMap(({ chunk, keep }) => {
    const first = (former.offset[chunk] ?? 0) + keep;
    const end = (former.offset[chunk] ?? 0) + (former.size[chunk] ?? 0);
    return end > first ? [[first, end] as const] : [];
  });
  const total = ranges.reduce((n, [first, end]) => n + end - first, 0);
  const gone = new Int32Array(total);
  if (total === 0) return gone;
  let at = 0;
  const [only] = ranges;
  if (ranges.length === 1) {
    const [first, end] = only!;
    for (let r = 0; at < total; r++) if (order[r]! >= first && order[r]! < end) gone[at++] = r;
    return gone;
  }
  const isGone = new Uint8Array(former.rows);
  for (const [first, end] of ranges) isGone.fill(1, first, end);
  for (let r = 0; at < total; r++) if (isGone[order[r]!] === 1) gone[at++] = r;
  return gone;
}

/** Rows of the marked groups that are not gone, ascending. */
function rowsOfGroups(start: Int32Array, marked: Uint8Array, gone: Int32Array): Int32Array {
  const rows: number[] = [];
  let g = 0;
  for (let c = 0; c < marked.length; c++) {
    if (marked[c] === 0) continue;
    for (let r = start[c]!; r < start[c + 1]!; r++) {
      while (g < gone.length && gone[g]! < r) g++;
      if (gone[g] !== r) rows.push(r);
    }
  }
  return Int32Array.from(rows);
}

/** Indexes in ascending order of distinct values below 2^31; at most MOST_FRESH of them. */
function ascending(values: Int32Array): Int32Array {
  const keys = Float64Array.from(values, (value, i) => value * MOST_FRESH + i).sort();
  return Int32Array.from(keys, (key) => key % MOST_FRESH);
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
      return { kind: 'term', values: teamOf(read('team') as Int32Array, () => read('owner') as Int32Array, teams!) };
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
export function netOf(amount: Float64Array, tax: Float64Array): Float64Array {
  const values = float64(amount.length);
  for (let i = 0; i < values.length; i++) {
    const [a, t] = [amount[i]!, tax[i]!];
    values[i] = Number.isNaN(t) ? a : a < 0 ? a + Math.abs(t) : a - t;
  }
  return values;
}

/** The team of a touch, else its owner's, else `unknown` (choices.md, Team and direction). */
function teamOf(team: Int32Array, owners: () => Int32Array, teams: Int32Array): Int32Array {
  const unknown = termOf('unknown');
  let open = 0;
  for (let i = 0; i < team.length; i++) if (team[i] === UNKNOWN_INT || team[i] === unknown) open++;
  if (open === 0) return team;
  const owner = owners();
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
function moved(order: Int32Array, former: ChunkState, now: ChunkState): Int32Array {
  const by = former.offset.map((first, chunk) => (now.offset[chunk] ?? now.rows) - first);
  if (by.every((shift, chunk) => shift === 0 || former.size[chunk] === 0)) return order;
  const shift = new Int32Array(former.rows);
  by.forEach((value, chunk) => shift.fill(value, former.offset[chunk]!, former.offset[chunk]! + former.size[chunk]!));
  return order.map((position) => position + shift[position]!);
}

function zeroUnknown(values: Int32Array): Int32Array {
  const out = int32(values.length);
  for (let i = 0; i < out.length; i++) out[i] = values[i] === UNKNOWN_INT ? 0 : values[i]!;
  return out;
}

export function sameInts(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function gatherInts(values: Int32Array, order: Int32Array): Int32Array {
  const out = int32(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i]!]!;
  return out;
}

export function gatherReals(values: Float64Array, order: Int32Array): Float64Array {
  const out = float64(order.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i]!]!;
  return out;
}

export function unknownColumn(relation: Relation, name: string): LadderlineError {
  const known = ['day', 'id', 'party', ...relation.columns].join(', ');
  return new LadderlineError('unknown-column', `${relation.name} has no column "${name}"; its columns are ${known}.`);
}
