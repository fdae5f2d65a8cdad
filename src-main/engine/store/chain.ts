import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import type { Cell, TableShape } from './cells.ts';
import type { CellState, Entry, TablePolicies } from './policy.ts';
import { EMPTY_CELL, taken, wins } from './policy.ts';
import type { SeenChunk } from './seen.ts';
import { policiesOf, seenInRange } from './seen.ts';

/** Values of columns, by name. */
export type Values = Record<string, SqlValue>;

/** One live batch that saw a row. */
type Appearance = { readonly batch: number; readonly line: number; readonly mask: number };

/** The before-image of a row that a batch changed. */
type Version = {
  readonly batch: number;
  readonly line: number;
  readonly before: Values;
  state: 'kept' | 'changed' | 'new';
};

/** What a batch with policies carried for a row, whether or not it shows. */
type Claim = { readonly stamp: number | null; readonly values: Values };

/** What taking a batch out of a row's history did. */
export type Removal = {
  readonly what: 'removed' | 'rehomed' | 'unchanged';
  readonly restored: boolean;
  readonly kept: boolean;
};

type SeenPlace = { readonly chunk: SeenChunk; at: number };

/** Moves on to a row and answers its place in the chunk, -1 when it is not in it. */
function seenAt(place: SeenPlace, id: number): number {
  const { ids } = place.chunk;
  let at = place.at;
  while (at < ids.length && ids[at]! < id) at++;
  place.at = at;
  return ids[at] === id ? at : -1;
}

const has = (mask: number, cell: number): boolean => ((mask >>> cell) & 1) === 1;

/**
 * Edits the histories of rows in one table. The state of a row is the fold of what its live batches carry, in batch
 * order: the later batch wins per cell, a blank is not carried. The first batch that saw the row is its creator and
 * holds no version; each later one holds the before-image of the cells it changed. So the value that a batch carried
 * for a cell is the before-image in the next version that names the cell, or the row's current value.
 * Values that a batch carries under another policy than overwrite need not show at all: they are kept as claims, and the
 * cells of a row with claims are folded anew (`policy.ts`).
 *
 * `batch` is the one that is taken out or put in; rows are visited in ascending id order, window by window.
 */
export class Chains {
  private readonly db: WriteDb;
  private readonly shape: TableShape;
  private readonly batch: number;
  private chunks: SeenPlace[] = [];
  private versions = new Map<number, Version[]>();
  private claims = new Map<number, Map<number, Claim>>();
  private readonly policies = new Map<number, TablePolicies>();
  private readonly select: string;

  constructor(db: WriteDb, shape: TableShape, batch: number, own?: TablePolicies) {
    this.db = db;
    if (own !== undefined) this.policies.set(batch, own);
    this.shape = shape;
    this.batch = batch;
    this.select = `SELECT ${shape.columns.map((c) => c.name).join(', ')} FROM ${shape.table} WHERE id = ?`;
  }

  /** Loads what other live batches saw between two ids; false when none saw any. */
  open(lo: number, hi: number): boolean {
    this.chunks = seenInRange(this.db, this.shape.table, lo, hi)
      .filter((chunk) => chunk.batch !== this.batch)
      .map((chunk) => ({ chunk, at: 0 }));
    this.versions.clear();
    this.claims.clear();
    if (this.chunks.length === 0) return false;
    for (const [row, batch, stamp, values] of this.db.iterate(
      'SELECT row, batch, stamp, vals FROM claim WHERE tbl = ? AND row BETWEEN ? AND ?',
      [this.shape.table, lo, hi],
    )) {
      let list = this.claims.get(row as number);
      if (list === undefined) this.claims.set(row as number, (list = new Map()));
      list.set(batch as number, { stamp: stamp as number | null, values: JSON.parse(values as string) as Values });
    }
    for (const [row, batch, line, before] of this.db.iterate(
      'SELECT row, batch, line, before FROM version WHERE tbl = ? AND row BETWEEN ? AND ? ORDER BY row, batch',
      [this.shape.table, lo, hi],
    )) {
      const version: Version = {
        batch: batch as number,
        line: line as number,
        before: JSON.parse(before as string) as Values,
        state: 'kept',
      };
      const list = this.versions.get(row as number);
      if (list) list.push(version);
      else this.versions.set(row as number, [version]);
    }
    return true;
  }

  /** Other live batches that saw the row, oldest first. Ids must ascend from call to call. */
  private others(id: number): Appearance[] {
    const found: Appearance[] = [];
    for (const place of this.chunks) {
      const at = seenAt(place, id);
      if (at < 0) continue;
      const { batch, lines, masks } = place.chunk;
      found.push({ batch, line: lines[at]!, mask: masks[at]! });
    }
    return found;
  }

  /** True when no live batch before this one saw the row: this one made it. Ids must ascend from call to call. */
  isFirst(id: number): boolean {
    for (const place of this.chunks) {
      if (place.chunk.batch > this.batch) continue;
      if (seenAt(place, id) >= 0) return false;
    }
    return true;
  }

  /**
   * The next batch of a row that this one made, when that carries every cell this one carries: taking this one out then only
   * makes it the row's maker, without a before-image. Null for other rows and rows with claims. Ids must ascend.
   */
  heir(id: number, mask: number): { batch: number; line: number } | null {
    if (this.claims.has(id)) return null;
    for (const place of this.chunks) {
      const at = seenAt(place, id);
      if (at < 0) continue;
      const { batch, lines, masks } = place.chunk;
      return (mask & ~masks[at]!) === 0 ? { batch, line: lines[at]! } : null;
    }
    return null;
  }

  /** True when this batch changed the row: it holds a before-image. */
  changed(id: number): boolean {
    return this.versions.get(id)?.some((version) => version.batch === this.batch) ?? false;
  }

  /** True when some batch carried values for the row under a policy of its own. */
  claimed(id: number): boolean {
    return this.claims.has(id);
  }

  /** What the live batches make of cells of a row: value, date and rank. Ids must ascend from call to call. */
  states(id: number, cells: readonly number[]): CellState[] {
    const history = this.others(id);
    const row = new RowEdit(this.db, this.select, this.shape, id, this.versions.get(id) ?? []);
    return cells.map((c) => {
      let state = EMPTY_CELL;
      history.forEach((at, i) => {
        const entry = this.entry(row, id, at, c);
        if (entry !== null && wins(entry, state, i === 0)) state = taken(entry);
      });
      return state;
    });
  }

  private policyOf(batch: number, cell: Cell): { policy: Entry['policy']; rank: number } {
    let policies = this.policies.get(batch);
    if (policies === undefined) this.policies.set(batch, (policies = policiesOf(this.db, batch, this.shape.table)));
    const own = policies[cell.name];
    return { policy: own?.policy ?? 'overwrite', rank: own?.rank ?? Number.POSITIVE_INFINITY };
  }

  /** What a batch of the row's history carries for a cell; null when nothing. */
  private entry(row: RowEdit, id: number, at: Appearance, c: number): Entry | null {
    if (!has(at.mask, c)) return null;
    const cell = this.shape.cells[c]!;
    const policy = this.policyOf(at.batch, cell);
    if (policy.policy === 'overwrite') return { values: row.valueAfter(at.batch, cell), stamp: null, ...policy };
    const claim = this.claims.get(id)?.get(at.batch);
    if (claim === undefined) throw new Error(`batch ${at.batch} has no claim on row ${id} of ${this.shape.table}`);
    return { values: pick(claim.values, cell), stamp: claim.stamp, ...policy };
  }

  /** Folds every cell of a row again over a history of batches; true when a visible value changed. */
  private refold(row: RowEdit, id: number, history: readonly Appearance[], own?: Claim): boolean {
    let changed = false;
    this.shape.cells.forEach((cell, c) => {
      const entries = history.map((at): Entry | null => {
        if (own === undefined || at.batch !== this.batch) return this.entry(row, id, at, c);
        if (!has(at.mask, c)) return null;
        return { values: pick(own.values, cell), stamp: own.stamp, ...this.policyOf(at.batch, cell) };
      });
      const shown = row.current(cell);
      let state = EMPTY_CELL;
      history.forEach((at, i) => {
        const entry = entries[i]!;
        const before = state.values ?? nulls(cell);
        if (entry !== null && wins(entry, state, i === 0)) state = taken(entry);
        if (i === 0 || same(before, state.values ?? nulls(cell))) row.clear(at.batch, cell);
        else row.setBefore(at, cell, before);
      });
      const now = state.values ?? nulls(cell);
      if (same(shown, now)) return;
      row.set(cell, now);
      changed = true;
    });
    return changed;
  }

  /** Takes the batch out of a row that it created (`creator`) or changed. `removed` rows are left to the caller. */
  remove(id: number, mask: number, creator: boolean): Removal {
    const others = this.others(id);
    const first = others[0];
    if (first === undefined) return { what: 'removed', restored: false, kept: false };
    const row = new RowEdit(this.db, this.select, this.shape, id, this.versions.get(id) ?? []);
    const result = this.claims.has(id)
      ? this.removeClaimed(row, id, others, creator)
      : creator
        ? this.removeCreator(row, others, first, mask)
        : this.removeLater(row, others);
    row.flush(id);
    return result;
  }

  private removeClaimed(row: RowEdit, id: number, others: Appearance[], creator: boolean): Removal {
    const kept = row.version(this.batch) !== undefined;
    const restored = this.refold(row, id, others);
    row.drop(this.batch);
    if (creator) row.home(others[0]!.batch, others[0]!.line);
    return { what: creator ? 'rehomed' : 'unchanged', restored, kept: kept && !restored };
  }

  private removeCreator(row: RowEdit, others: Appearance[], first: Appearance, mask: number): Removal {
    let restored = false;
    this.shape.cells.forEach((cell, c) => {
      if (has(first.mask, c)) {
        row.clear(first.batch, cell);
      } else if (has(mask, c)) {
        const next = others.find((o) => o.batch > first.batch && has(o.mask, c));
        if (next) row.setBefore(next, cell, nulls(cell));
        else {
          row.set(cell, nulls(cell));
          restored = true;
        }
      }
    });
    row.home(first.batch, first.line);
    return { what: 'rehomed', restored, kept: false };
  }

  private removeLater(row: RowEdit, others: Appearance[]): Removal {
    const own = row.version(this.batch);
    if (own === undefined) return { what: 'unchanged', restored: false, kept: false };
    let restored = false;
    let kept = false;
    this.shape.cells.forEach((cell, c) => {
      if (!names(own.before, cell)) return;
      const before = pick(own.before, cell);
      const next = others.find((o) => o.batch > this.batch && has(o.mask, c));
      if (next) {
        kept = true;
        if (same(before, row.valueAfter(next.batch, cell))) row.clear(next.batch, cell);
        else row.setBefore(next, cell, before);
      } else {
        row.set(cell, before);
        restored = true;
      }
    });
    row.drop(this.batch);
    return { what: 'unchanged', restored, kept };
  }

  /** Puts the batch into the history of a row that other live batches saw; true when a visible value changed. */
  insert(id: number, line: number, mask: number, values: Values, stamp: number | null = null): boolean {
    const others = this.others(id);
    const first = others[0];
    if (first === undefined) throw new Error(`row ${id} of ${this.shape.table} is seen by no live batch`);
    const row = new RowEdit(this.db, this.select, this.shape, id, this.versions.get(id) ?? []);
    const self: Appearance = { batch: this.batch, line, mask };
    let changed = false;
    if (this.claims.has(id)) {
      const history = [...others, self].sort((a, b) => a.batch - b.batch);
      changed = this.refold(row, id, history, { stamp, values });
      if (this.batch < first.batch) row.home(this.batch, line);
      row.flush(id);
      return changed;
    }
    this.shape.cells.forEach((cell, c) => {
      const carried = has(mask, c) ? pick(values, cell) : null;
      if (this.batch < first.batch) {
        if (has(first.mask, c)) {
          const before = carried ?? nulls(cell);
          if (!same(before, row.valueAfter(first.batch, cell))) row.setBefore(first, cell, before);
          return;
        }
        if (carried === null) return;
        changed = this.pass(row, others, cell, c, carried, first.batch) || changed;
        return;
      }
      if (carried === null) return;
      const before = row.valueAfter(this.batch, cell);
      changed = this.pass(row, others, cell, c, carried, this.batch) || changed;
      if (!same(carried, before)) row.setBefore(self, cell, before);
    });
    if (this.batch < first.batch) row.home(this.batch, line);
    row.flush(id);
    return changed;
  }

  /** Hands a carried value to the next batch after `from` that carries the cell, or makes it the current value. */
  private pass(row: RowEdit, others: Appearance[], cell: Cell, c: number, carried: SqlValue[], from: number): boolean {
    const next = others.find((o) => o.batch > from && has(o.mask, c));
    if (next === undefined) {
      if (same(row.current(cell), carried)) return false;
      row.set(cell, carried);
      return true;
    }
    if (same(carried, row.valueAfter(next.batch, cell))) row.clear(next.batch, cell);
    else row.setBefore(next, cell, carried);
    return false;
  }
}

function nulls(cell: Cell): SqlValue[] {
  return cell.columns.map(() => null);
}

function names(values: Values, cell: Cell): boolean {
  return Object.hasOwn(values, cell.columns[0]!);
}

function pick(values: Values, cell: Cell): SqlValue[] {
  return cell.columns.map((column) => values[column] ?? null);
}

function same(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  return a.every((value, i) => value === b[i]);
}

/** One row's pending edits: its current values, its versions, its home. */
class RowEdit {
  private readonly db: WriteDb;
  private readonly select: string;
  private readonly shape: TableShape;
  private readonly id: number;
  private readonly versions: Version[];
  private readonly dropped: number[] = [];
  private loaded: Values | null = null;
  private readonly sets: Values = {};
  private newHome: { batch: number; line: number } | null = null;

  constructor(db: WriteDb, select: string, shape: TableShape, id: number, versions: Version[]) {
    this.db = db;
    this.select = select;
    this.shape = shape;
    this.id = id;
    this.versions = versions;
  }

  version(batch: number): Version | undefined {
    return this.versions.find((v) => v.batch === batch);
  }

  current(cell: Cell): SqlValue[] {
    if (this.loaded === null) {
      const row = this.db.get(this.select, [this.id]);
      if (row === null) throw new Error(`row ${this.id} of ${this.shape.table} is missing`);
      const loaded: Values = {};
      this.shape.columns.forEach((column, i) => (loaded[column.name] = row[i]!));
      this.loaded = loaded;
    }
    return pick({ ...this.loaded, ...this.sets }, cell);
  }

  /** The fold of the cell after a batch: the before-image in the next version that names it, else the current value. */
  valueAfter(batch: number, cell: Cell): SqlValue[] {
    const next = this.versions.find((v) => v.batch > batch && names(v.before, cell));
    return next ? pick(next.before, cell) : this.current(cell);
  }

  set(cell: Cell, values: readonly SqlValue[]): void {
    cell.columns.forEach((column, i) => (this.sets[column] = values[i]!));
  }

  setBefore(at: Appearance, cell: Cell, values: readonly SqlValue[]): void {
    let version = this.version(at.batch);
    if (version === undefined) {
      version = { batch: at.batch, line: at.line, before: {}, state: 'new' };
      this.versions.push(version);
      this.versions.sort((a, b) => a.batch - b.batch);
    }
    for (const [i, column] of cell.columns.entries()) version.before[column] = values[i]!;
    if (version.state === 'kept') version.state = 'changed';
  }

  clear(batch: number, cell: Cell): void {
    const version = this.version(batch);
    if (version === undefined || !names(version.before, cell)) return;
    for (const column of cell.columns) delete version.before[column];
    if (version.state === 'kept') version.state = 'changed';
  }

  drop(batch: number): void {
    const at = this.versions.findIndex((v) => v.batch === batch);
    if (at < 0) return;
    this.versions.splice(at, 1);
    this.dropped.push(batch);
  }

  home(batch: number, line: number): void {
    this.newHome = { batch, line };
  }

  flush(id: number): void {
    const { db } = this;
    const { table } = this.shape;
    for (const batch of this.dropped)
      db.run('DELETE FROM version WHERE tbl = ? AND row = ? AND batch = ?', [table, id, batch]);
    for (const version of this.versions) {
      if (version.state === 'kept') continue;
      if (Object.keys(version.before).length === 0) {
        if (version.state === 'changed')
          db.run('DELETE FROM version WHERE tbl = ? AND row = ? AND batch = ?', [table, id, version.batch]);
      } else {
        db.run('INSERT OR REPLACE INTO version(tbl, row, batch, line, before) VALUES (?, ?, ?, ?, ?)', [
          table,
          id,
          version.batch,
          version.line,
          JSON.stringify(version.before),
        ]);
      }
    }
    const columns = Object.keys(this.sets);
    if (columns.length > 0) {
      db.run(`UPDATE ${table} SET ${columns.map((c) => `${c} = ?`).join(', ')} WHERE id = ?`, [
        ...Object.values(this.sets),
        id,
      ]);
    }
    if (this.newHome)
      db.run(`UPDATE ${table} SET batch = ?, line = ? WHERE id = ?`, [this.newHome.batch, this.newHome.line, id]);
  }
}
