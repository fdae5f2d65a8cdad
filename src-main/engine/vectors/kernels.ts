import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Relation } from './types.ts';

type Slices = Pick<Relation, 'start' | 'day'>;

/** First row of lo..hi-1 whose day is later than `day`, `hi` when none is. */
export function rowAfter(days: Int32Array, lo: number, hi: number, day: Day): number {
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (days[mid]! > day) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

/** A condition on one column of `countCoded`: whether it holds of a value, UNKNOWN_INT among them; asked once a value. */
export type Coded = { readonly values: Int32Array; readonly holds: (value: number) => boolean };

const OPEN = 2;

/** Rows per customer with after < day <= upTo for which every condition holds. Values are term ids. */
export function countCoded(
  { start, day }: Slices,
  after: Day,
  upTo: Day,
  conditions: readonly Coded[],
  out: Float64Array,
): void {
  const columns = conditions.map(({ values }) => values);
  /** Verdicts by value + 1, 0 for unknown: 0, 1, or OPEN while it has not been asked. */
  const verdicts = conditions.map(() => new Uint8Array(256).fill(OPEN));
  const ask = (k: number, value: number): number => {
    const at = value === UNKNOWN_INT ? 0 : value + 1;
    let table = verdicts[k]!;
    if (at >= table.length) {
      verdicts[k] = new Uint8Array(at * 2).fill(OPEN);
      verdicts[k].set(table);
      table = verdicts[k];
    }
    return (table[at] = conditions[k]!.holds(value) ? 1 : 0);
  };
  for (let c = 0; c < out.length; c++) {
    let n = 0;
    const lo = start[c]!;
    for (let r = rowAfter(day, lo, start[c + 1]!, upTo) - 1; r >= lo && day[r]! > after; r--) {
      let holds = 1;
      for (let k = 0; k < columns.length && holds === 1; k++) {
        const value = columns[k]![r]!;
        const verdict = verdicts[k]![value === UNKNOWN_INT ? 0 : value + 1];
        holds = verdict === undefined || verdict === OPEN ? ask(k, value) : verdict;
      }
      n += holds;
    }
    out[c] = n;
  }
}
