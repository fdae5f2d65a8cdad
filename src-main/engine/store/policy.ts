import type { SqlValue } from '#engine/base/db.ts';

/**
 * What a value of an import does to the value that earlier imports left:
 *
 * - `overwrite` replaces it (a blank replaces nothing);
 * - `keep` counts only where the import makes the row;
 * - `fill` counts only where there is none;
 * - `newest` replaces it unless the source changed that one later (`stamp`; a value without a date is the oldest);
 * - `priority` replaces it unless it came from a source of a better rank (1 is best; imports without a rank are last).
 */
export const POLICIES = ['overwrite', 'keep', 'fill', 'newest', 'priority'] as const;
export type Policy = (typeof POLICIES)[number];

export type CellPolicy = { readonly policy: Policy; readonly rank?: number };

/** Policies of one import in one table, by cell; cells that are not named are overwritten. */
export type TablePolicies = Readonly<Record<string, CellPolicy>>;

/** A value that one import carries for one cell, and how it asks to be taken. */
export type Entry = {
  readonly values: readonly SqlValue[];
  readonly policy: Policy;
  readonly rank: number;
  readonly stamp: number | null;
};

/** The cell after some imports; `values` is null while none has given one. */
export type CellState = {
  readonly values: readonly SqlValue[] | null;
  readonly rank: number;
  readonly stamp: number | null;
};

export const EMPTY_CELL: CellState = { values: null, rank: Number.POSITIVE_INFINITY, stamp: null };

/** True when the entry becomes the value of the cell; `creates` when its import is the first that knows the row. */
export function wins(entry: Pick<Entry, 'policy' | 'rank' | 'stamp'>, state: CellState, creates: boolean): boolean {
  switch (entry.policy) {
    case 'overwrite':
      return true;
    case 'keep':
      return creates;
    case 'fill':
      return state.values === null;
    case 'newest':
      return (
        state.values === null || (entry.stamp ?? Number.NEGATIVE_INFINITY) >= (state.stamp ?? Number.NEGATIVE_INFINITY)
      );
    case 'priority':
      return state.values === null || entry.rank <= state.rank;
  }
}

/** The cell once the entry was taken; an overwriting value has neither date nor rank. */
export function taken(entry: Entry): CellState {
  return {
    values: entry.values,
    stamp: entry.policy === 'newest' ? entry.stamp : null,
    rank: entry.policy === 'priority' ? entry.rank : Number.POSITIVE_INFINITY,
  };
}
