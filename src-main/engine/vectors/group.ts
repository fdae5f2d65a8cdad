import { int32 } from './allocate.ts';

/** Rows of a table grouped by customer; `order[i]` is the packed position (row-id order) of grouped row i. */
export type Grouping = { readonly start: Int32Array; readonly order: Int32Array; readonly day: Int32Array };

/**
 * Groups rows by customer and sorts each group by (day, row id). `customerOf` holds a customer index per packed row,
 * or -1 for rows of no customer, which come last. Counting sort by customer, then a sort of each slice by day, which
 * is nearly free when rows came in the order of time.
 */
export function groupRows(customerOf: Int32Array, day: Int32Array, customers: number): Grouping {
  const rows = customerOf.length;
  const start = int32(customers + 2);
  const next = new Int32Array(customers + 1);
  for (let i = 0; i < rows; i++) {
    const c = customerOf[i]!;
    next[c < 0 ? customers : c]!++;
  }
  let sum = 0;
  for (let c = 0; c <= customers; c++) {
    start[c] = sum;
    sum += next[c]!;
    next[c] = start[c]!;
  }
  start[customers + 1] = rows;
  const order = int32(rows);
  const sorted = int32(rows);
  for (let i = 0; i < rows; i++) {
    const c = customerOf[i]!;
    const at = next[c < 0 ? customers : c]!++;
    order[at] = i;
    sorted[at] = day[i]!;
  }
  for (let c = 0; c <= customers; c++) sortSlice(sorted, order, start[c]!, start[c + 1]!);
  return { start, order, day: sorted };
}

const INSERTION_LIMIT = 48;

/** Sorts rows lo..hi-1 by day; `order` ascends where days are equal because the scatter above is stable. */
function sortSlice(day: Int32Array, order: Int32Array, lo: number, hi: number): void {
  let sortedUpTo = lo + 1;
  while (sortedUpTo < hi && day[sortedUpTo - 1]! <= day[sortedUpTo]!) sortedUpTo++;
  if (sortedUpTo >= hi) return;
  if (hi - lo <= INSERTION_LIMIT) {
    for (let i = sortedUpTo; i < hi; i++) {
      const d = day[i]!;
      const o = order[i]!;
      let j = i - 1;
      while (j >= lo && day[j]! > d) {
        day[j + 1] = day[j]!;
        order[j + 1] = order[j]!;
        j--;
      }
      day[j + 1] = d;
      order[j + 1] = o;
    }
    return;
  }
  // Day and position in one exact double: days span less than 2^22, positions less than 2^31.
  let first = day[lo]!;
  for (let i = lo + 1; i < hi; i++) if (day[i]! < first) first = day[i]!;
  const keys = new Float64Array(hi - lo);
  for (let i = lo; i < hi; i++) keys[i - lo] = (day[i]! - first) * 2147483648 + order[i]!;
  keys.sort();
  for (let i = lo; i < hi; i++) {
    const key = keys[i - lo]!;
    const days = Math.floor(key / 2147483648);
    day[i] = days + first;
    order[i] = key - days * 2147483648;
  }
}
