import { join } from 'node:path';
import type { DataColumn, TableShape } from '#engine/store/cells.ts';
import type { TablePolicies } from '#engine/store/policy.ts';
import type { PageTable } from '#engine/store/page-writer.ts';
import { HashSet64, RepeatedHashes } from './key-set.ts';
import { FewNumbers, Numbers } from './numbers.ts';

/** Rows of one table as they were read, in file order: row n has id n. Line 0 marks a row that was dropped as repeated. */
export class StagedTable {
  readonly shape: TableShape;
  /** Columns behind `ext`, `line`, `kind`. */
  readonly columns: readonly DataColumn[];
  readonly lines = new Numbers();
  readonly masks = new FewNumbers();
  readonly entities = new FewNumbers();
  /** Hashes of the keys of parties: rows look them up. */
  readonly keys = new HashSet64();
  /** Hashes of the keys of events: only whether one comes again matters. */
  readonly repeatedKeys: RepeatedHashes;
  /** Ids whose key was probably seen before. */
  suspects: number[] = [];
  /** Union of all masks. */
  carried = 0;
  live = 0;
  readonly first: number;
  writer: PageTable | null = null;
  /** Content hashes of rows without an external id, and how often those came that came again. */
  readonly contents = new HashSet64();
  readonly repeats = new Map<string, number>();
  /** Policies other than overwrite, by cell; null when there are none. */
  readonly policies: TablePolicies | null;
  /** When the source last changed each row (seconds), for cells whose newest value counts. */
  readonly stamps: (number | null)[] = [];

  constructor(shape: TableShape, policies: TablePolicies | null, folder: string) {
    this.shape = shape;
    this.repeatedKeys = new RepeatedHashes(join(folder, `keys-${shape.table}`));
    this.policies = policies;
    this.columns = shape.columns;
    this.first = shape.table === 'party' ? 3 : 2;
  }

  get table(): string {
    return this.shape.table;
  }

  get count(): number {
    return this.lines.length;
  }

  stamp(id: number): number | null {
    return this.stamps[id - 1] ?? null;
  }

  /** Numbers of the cells with a policy. */
  policied(): number[] {
    const { policies } = this;
    return policies === null
      ? []
      : this.shape.cells.flatMap((cell, i) => (policies[cell.name] !== undefined ? [i] : []));
  }

  mask(id: number): number {
    return this.masks.at(id - 1) >>> 0;
  }

  line(id: number): number {
    return this.lines.at(id - 1);
  }
}
