import { int32 } from './allocate.ts';
import type { Grouping } from './group.ts';

/** How a grouped array of an earlier version becomes the present one: runs that are copied, rows that are new. */
export type Splice = {
  readonly rows: number;
  /** Runs of kept rows: from[i] .. from[i] + length[i] - 1 go to to[i] and on. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly length: Int32Array;
  /** Present grouped row of each fresh row, in fresh grouped order. */
  readonly freshRow: Int32Array;
};

/** A grouping of an earlier version, its packed positions given as they are now. */
export type Former = {
  readonly grouping: Grouping;
  /** Grouped rows that are no longer there, or are among the fresh ones, ascending. */
  readonly gone: Int32Array;
  /** Former group of each present group, -1 when none of its rows are kept; ascending where it is not -1. */
  readonly groupOf: Int32Array;
};

/**
 * Replaces rows in a grouping: those of `former` that are not gone, and the fresh ones, sorted by (group, day, packed
 * position) as `groupRows` would. `positionOf` gives the packed position of a fresh row (by its place in fresh order).
 * Linear in groups and in rows of the groups that change.
 */
export function spliceGrouping(
  { grouping, gone, groupOf }: Former,
  fresh: Grouping,
  positionOf: (freshRow: number) => number,
): { splice: Splice; start: Int32Array } {
  const groups = groupOf.length;
  const from: number[] = [];
  const to: number[] = [];
  const length: number[] = [];
  const freshRow = new Int32Array(fresh.order.length);
  const start = int32(groups + 1);
  const { start: formerStart, order, day } = grouping;

  let source = 0;
  let runEnd = 0;
  let target = 0;
  const keep = (lo: number, hi: number): void => {
    if (lo >= hi) return;
    if (lo !== runEnd) {
      flush();
      source = lo;
    }
    runEnd = hi;
  };
  const flush = (): void => {
    if (runEnd > source) {
      from.push(source);
      to.push(target);
      length.push(runEnd - source);
      target += runEnd - source;
    }
    source = runEnd;
  };
  let g = 0;
  for (let c = 0; c < groups; c++) {
    const former = groupOf[c]!;
    let next = fresh.start[c]!;
    const freshEnd = fresh.start[c + 1]!;
    start[c] = target + runEnd - source;
    const hi = former < 0 ? 0 : formerStart[former + 1]!;
    let at = former < 0 ? 0 : formerStart[former]!;
    while (g < gone.length && gone[g]! < at) g++;
    if (next === freshEnd && (g === gone.length || gone[g]! >= hi)) {
      keep(at, hi);
      continue;
    }
    for (; at < hi; at++) {
      if (g < gone.length && gone[g] === at) {
        g++;
        continue;
      }
      while (
        next < freshEnd &&
        (fresh.day[next]! < day[at]! || (fresh.day[next] === day[at] && positionOf(next) < order[at]!))
      ) {
        flush();
        freshRow[next++] = target++;
      }
      keep(at, at + 1);
    }
    if (next < freshEnd) flush();
    for (; next < freshEnd; next++) freshRow[next] = target++;
  }
  flush();
  start[groups] = target;
  const splice = {
    rows: target,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    length: Int32Array.from(length),
    freshRow,
  };
  return { splice, start };
}

const LONG_RUN = 1024;

/** The present array: kept runs of `former`, and `fresh` values (in fresh grouped order) at their rows. */
export function applySplice<T extends Int32Array | Float64Array>(splice: Splice, former: T, fresh: T, out: T): T {
  const { from, to, length, freshRow } = splice;
  for (let k = 0; k < from.length; k++) {
    const [source, target, n] = [from[k]!, to[k]!, length[k]!];
    // A view of a short run costs more than its rows.
    if (n > LONG_RUN) out.set(former.subarray(source, source + n), target);
    else for (let i = 0; i < n; i++) out[target + i] = former[source + i]!;
  }
  for (let k = 0; k < freshRow.length; k++) out[freshRow[k]!] = fresh[k]!;
  return out;
}
