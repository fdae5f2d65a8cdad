import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import type { Cell, TableShape } from './cells.ts';
import type { SeenChunk } from './seen.ts';
import { seenInRange } from './seen.ts';

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

/** What taking a batch out of a row's history did. */
export type Removal = {
  readonly what: 'removed' | 'rehomed' | 'unchanged';
  readonly restored: boolean;
  readonly kept: boolean;
};

const has = (mask: number, cell: number): boolean => ((mask >>> cell) & 1) === 1;

/**
 * Edits the histories of rows in one table. The state of a row is the fold of what its live batches carry, in batch
 * order: the later batch wins per cell, a blank is not carried. The first batch that saw the row is its creator and
 * holds no version; each later one holds the before-image of the cells it changed. So the value that a batch carried
 * for a cell is the before-image in the next version that names the cell, or the row's current value.
 *
 * `batch` is the one that is taken out or put in; rows are visited in ascending id order, window by window.
 */
export class Chains {
  private readonly db: WriteDb;
  private readonly shape: TableShape;
  private readonly batch: number;
  private chunks: { chunk: SeenChunk; at: number }[] = [];
  private versions = new Map<number, Version[]>();
  private readonly select: string;

  constructor(db: WriteDb, shape: TableShape, batch: number) {
    this.db = db;
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
    if (this.chunks.length === 0) return false;
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
      const { ids, lines, masks } = place.chunk;
      let at = place.at;
      while (at < ids.length && ids[at]! < id) at++;
      place.at = at;
      if (at < ids.length && ids[at] === id)
        found.push({ batch: place.chunk.batch, line: lines[at]!, mask: masks[at]! });
    }
    return found;
  }

  /** Takes the batch out of a row that it created (`creator`) or changed. `removed` rows are left to the caller. */
  remove(id: number, mask: number, creator: boolean): Removal {
    const others = this.others(id);
    const first = others[0];
    if (first === undefined) return { what: 'removed', restored: false, kept: false };
    const row = new RowEdit(this.db, this.select, this.shape, id, this.versions.get(id) ?? []);
    const result = creator ? this.removeCreator(row, others, first, mask) : this.removeLater(row, others);
    row.flush(id);
    return result;
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
  insert(id: number, line: number, mask: number, values: Values): boolean {
    const others = this.others(id);
    const first = others[0];
    if (first === undefined) throw new Error(`row ${id} of ${this.shape.table} is seen by no live batch`);
    const row = new RowEdit(this.db, this.select, this.shape, id, this.versions.get(id) ?? []);
    const self: Appearance = { batch: this.batch, line, mask };
    let changed = false;
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
