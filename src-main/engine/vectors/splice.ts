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

/**
 * Replaces the rows of changed chunks in a grouping. `former` is the grouping before; `isGone` tells of a former packed
 * position whether its chunk changed; `fresh` groups the rows of the changed chunks as they are now; `endOfChunk` gives
 * for a fresh packed position the former packed position at which its chunk ended.
 */
export function spliceGrouping(
  former: Grouping,
  isGone: Uint8Array,
  fresh: Grouping,
  endOfChunk: (freshPosition: number) => number,
): { splice: Splice; start: Int32Array } {
  const customers = former.start.length - 2;
  const oldRows = former.order.length;
  const freshRows = fresh.order.length;
  const from: number[] = [];
  const to: number[] = [];
  const length: number[] = [];
  const freshRow = new Int32Array(freshRows);
  const start = int32(customers + 2);

  let kept = 0;
  let source = 0;
  let target = 0;
  const flush = (end: number): void => {
    if (end <= source) return;
    from.push(source);
    to.push(target);
    length.push(end - source);
    target += end - source;
    source = end;
  };
  for (let c = 0; c <= customers; c++) {
    const [lo, hi] = [former.start[c]!, former.start[c + 1]!];
    let next = fresh.start[c]!;
    const freshEnd = fresh.start[c + 1]!;
    start[c] = kept + next;
    for (let i = lo; i < hi; i++) {
      const position = former.order[i]!;
      if (isGone[position] === 1) {
        flush(i);
        source = i + 1;
        continue;
      }
      while (next < freshEnd && comesFirst(next, i, position)) {
        flush(i);
        freshRow[next++] = target++;
      }
      kept++;
    }
    if (next < freshEnd) flush(hi);
    for (; next < freshEnd; next++) freshRow[next] = target++;
  }
  flush(oldRows);
  start[customers + 1] = target;

  /** Fresh rows sort by day, then by chunk: rows of one changed chunk are all fresh. */
  function comesFirst(freshIndex: number, oldIndex: number, oldPosition: number): boolean {
    const difference = fresh.day[freshIndex]! - former.day[oldIndex]!;
    return difference < 0 || (difference === 0 && endOfChunk(fresh.order[freshIndex]!) <= oldPosition);
  }

  const splice = {
    rows: target,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    length: Int32Array.from(length),
    freshRow,
  };
  return { splice, start };
}

/** The present array: kept runs of `former`, and `fresh` values (in fresh grouped order) at their rows. */
export function applySplice<T extends Int32Array | Float64Array>(splice: Splice, former: T, fresh: T, out: T): T {
  const { from, to, length, freshRow } = splice;
  for (let k = 0; k < from.length; k++) {
    const [source, target, n] = [from[k]!, to[k]!, length[k]!];
    if (n > 24) out.set(former.subarray(source, source + n), target);
    else for (let i = 0; i < n; i++) out[target + i] = former[source + i]!;
  }
  for (let k = 0; k < freshRow.length; k++) out[freshRow[k]!] = fresh[k]!;
  return out;
}
