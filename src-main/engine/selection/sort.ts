import { UNKNOWN_INT } from '#engine/vectors/types.ts';

const DIGIT = 11;
const BUCKETS = 1 << DIGIT;
const MASK = BUCKETS - 1;
/** Widest span of whole numbers that is sorted by counting. */
const COUNTED_SPAN = 1 << 21;
const SHORT_RUN = 48;

/** Indexes in an order; those without a value come after the first `known`. */
export type Ordered = { readonly order: Int32Array; readonly known: number };

/** Indexes ordered by value; NaN and UNKNOWN_INT last in both directions, equal values by index. */
export function orderOf(values: Int32Array | Float64Array, descending: boolean): Int32Array {
  return orderedRows(values, descending, null).order;
}

/**
 * Indexes with `only[i] === 1` (null: all) ordered by value, equal values by index, then those without a value by index.
 * Whole numbers of a small span are sorted by counting, others by radix on their bits.
 */
export function orderedRows(values: Int32Array | Float64Array, descending: boolean, only: Uint8Array | null): Ordered {
  const n = values.length;
  const rows = new Int32Array(n);
  const unknown = new Int32Array(n);
  let known = 0;
  let missing = 0;
  let [low, high] = [Infinity, -Infinity];
  let whole = true;
  for (let i = 0; i < n; i++) {
    if (only !== null && only[i] === 0) continue;
    const v = values[i]!;
    if (v !== v || v === UNKNOWN_INT) {
      unknown[missing++] = i;
      continue;
    }
    rows[known++] = i;
    if (v < low) low = v;
    if (v > high) high = v;
    if (whole && v !== Math.floor(v)) whole = false;
  }
  const order = new Int32Array(known + missing);
  order.set(unknown.subarray(0, missing), known);
  const sorted = order.subarray(0, known);
  if (known === 0) return { order, known };
  const span = high - low;
  const input = rows.subarray(0, known);
  if (whole && span < Math.max(COUNTED_SPAN, known)) countingSort(values, input, low, high, descending, sorted);
  else if (whole && span < 2 ** 32) {
    const keys = new Uint32Array(known);
    for (let k = 0; k < known; k++) keys[k] = descending ? high - values[input[k]!]! : values[input[k]!]! - low;
    sorted.set(input);
    radixSort(keys, sorted);
  } else floatSort(values, input, descending, sorted);
  return { order, known };
}

function countingSort(
  values: Int32Array | Float64Array,
  rows: Int32Array,
  low: number,
  high: number,
  descending: boolean,
  out: Int32Array,
): void {
  const at = new Int32Array(high - low + 2);
  const [base, sign] = descending ? [high, -1] : [low, 1];
  for (let k = 0; k < rows.length; k++) at[sign * (values[rows[k]!]! - base) + 1]!++;
  for (let b = 1; b < at.length; b++) at[b]! += at[b - 1]!;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!;
    out[at[sign * (values[row]! - base)]!++] = row;
  }
}

/** Sorts ids by their keys, both in place; equal keys keep their order. */
function radixSort(keys: Uint32Array, ids: Int32Array): void {
  const n = keys.length;
  const counts = [new Int32Array(BUCKETS), new Int32Array(BUCKETS), new Int32Array(BUCKETS)] as const;
  const [first, second, third] = counts;
  for (let k = 0; k < n; k++) {
    const key = keys[k]!;
    first[key & MASK]!++;
    second[(key >>> DIGIT) & MASK]!++;
    third[key >>> (2 * DIGIT)]!++;
  }
  let fromKeys: Uint32Array = keys;
  let fromIds: Int32Array = ids;
  let toKeys: Uint32Array = new Uint32Array(n);
  let toIds: Int32Array = new Int32Array(n);
  for (let pass = 0; pass < 3; pass++) {
    const count = counts[pass]!;
    const shift = pass * DIGIT;
    if (count[(fromKeys[0]! >>> shift) & MASK] === n) continue;
    let at = 0;
    for (let b = 0; b < BUCKETS; b++) {
      const size = count[b]!;
      count[b] = at;
      at += size;
    }
    for (let k = 0; k < n; k++) {
      const key = fromKeys[k]!;
      const to = count[(key >>> shift) & MASK]!++;
      toKeys[to] = key;
      toIds[to] = fromIds[k]!;
    }
    [fromKeys, fromIds, toKeys, toIds] = [toKeys, toIds, fromKeys, fromIds];
  }
  if (fromIds !== ids) {
    keys.set(fromKeys);
    ids.set(fromIds);
  }
}

/** Numbers as their bits: sorted by the high word, then by the low word wherever high words are equal. */
function floatSort(values: Int32Array | Float64Array, rows: Int32Array, descending: boolean, out: Int32Array): void {
  const n = rows.length;
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  const high = new Uint32Array(n);
  const low = new Uint32Array(values.length);
  const flip = descending ? 0xffffffff : 0;
  for (let k = 0; k < n; k++) {
    const row = rows[k]!;
    // Adding 0 makes -0 and 0 one value.
    bits[0] = values[row]! + 0;
    const sign = words[1]! >>> 31 === 1 ? 0xffffffff : 0;
    high[k] = words[1]! ^ (sign | 0x80000000) ^ flip;
    low[row] = words[0]! ^ sign ^ flip;
  }
  out.set(rows);
  radixSort(high, out);
  for (let from = 0; from < n;) {
    let to = from + 1;
    let sorted = true;
    while (to < n && high[to] === high[from]) {
      if (low[out[to]!]! < low[out[to - 1]!]!) sorted = false;
      to++;
    }
    if (!sorted) sortRun(low, out.subarray(from, to));
    from = to;
  }
}

function sortRun(low: Uint32Array, run: Int32Array): void {
  if (run.length > SHORT_RUN) {
    const keys = new Uint32Array(run.length);
    for (let k = 0; k < keys.length; k++) keys[k] = low[run[k]!]!;
    if (run.length > BUCKETS) radixSort(keys, run);
    else run.sort((a, b) => low[a]! - low[b]! || a - b);
    return;
  }
  for (let k = 1; k < run.length; k++) {
    const row = run[k]!;
    const key = low[row]!;
    let j = k - 1;
    for (; j >= 0 && low[run[j]!]! > key; j--) run[j + 1] = run[j]!;
    run[j + 1] = row;
  }
}
