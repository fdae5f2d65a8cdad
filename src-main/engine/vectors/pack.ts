import { UNKNOWN_INT } from './types.ts';

/*
 * One packed column of one chunk: 8 bytes of header (width, form, low, a spare byte, base as int32), then the values,
 * little-endian. Forms: 0 = integers, 1 = integers that are read as reals, 2 = reals as they are, 3 = base, base + 1, ...
 * Width 0 means that every value equals base; 1, 2 and 3 bytes hold value - base + low, where low is 1 when 0 stands for
 * unknown, else 0; 4 and 8 hold the value itself.
 */
const HEADER = 8;
const INTEGERS = 0;
const INTEGERS_AS_REALS = 1;
const REALS = 2;
const SEQUENCE = 3;

/**
 * Packs integers (UNKNOWN_INT for unknown) in the narrowest of 0, 1, 2, 3 or 4 bytes a value. Values outside 32 bits
 * cannot be held: such columns are reals.
 */
export function packInts(values: Int32Array, form: typeof INTEGERS | typeof INTEGERS_AS_REALS = INTEGERS): Uint8Array {
  const n = values.length;
  let least = 2147483647;
  let most = UNKNOWN_INT;
  let unknown = 0;
  let rising = 0;
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    if (v === UNKNOWN_INT) {
      unknown++;
      continue;
    }
    if (v < least) least = v;
    if (v > most) most = v;
    if (v === values[0]! + i) rising++;
  }
  if (unknown === n || (unknown === 0 && least === most))
    return header(0, form, 0, unknown === n ? UNKNOWN_INT : least, 0);
  if (rising === n && form === INTEGERS) return header(0, SEQUENCE, 0, values[0]!, 0);
  const low = unknown > 0 ? 1 : 0;
  const codes = most - least + 1 + low;
  const width = codes <= 0x100 ? 1 : codes <= 0x10000 ? 2 : codes <= 0x1000000 ? 3 : 4;
  const packed = header(width, form, low, width === 4 ? 0 : least, n * width);
  if (width === 4) {
    new Int32Array(packed.buffer, HEADER, n).set(values);
    return packed;
  }
  for (let i = 0, at = HEADER; i < n; i++) {
    const code = values[i] === UNKNOWN_INT ? 0 : values[i]! - least + low;
    packed[at++] = code;
    if (width > 1) packed[at++] = code >> 8;
    if (width > 2) packed[at++] = code >> 16;
  }
  return packed;
}

/** Packs reals (NaN for unknown); whole numbers that fit in 32 bits take as little room as integers. */
export function packReals(values: Float64Array): Uint8Array {
  const n = values.length;
  const ints = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) {
      ints[i] = UNKNOWN_INT;
      continue;
    }
    const whole = v | 0;
    if (whole !== v || whole === UNKNOWN_INT) {
      const packed = header(8, REALS, 0, 0, n * 8);
      new Float64Array(packed.buffer, HEADER, n).set(values);
      return packed;
    }
    ints[i] = whole;
  }
  return packInts(ints, INTEGERS_AS_REALS);
}

/** Unpacks `n` integers into `target` from `offset` on; UNKNOWN_INT for unknown. */
export function unpackInts(data: Uint8Array, target: Int32Array, offset: number, n: number): void {
  const width = data[0]!;
  const low = data[2]!;
  const base = baseOf(data);
  const shift = base - low;
  if (width === 0) {
    if (data[1] === SEQUENCE) for (let i = 0; i < n; i++) target[offset + i] = base + i;
    else target.fill(base, offset, offset + n);
  } else if (width === 1) {
    for (let i = 0; i < n; i++) {
      const code = data[HEADER + i]!;
      target[offset + i] = code < low ? UNKNOWN_INT : code + shift;
    }
  } else if (width === 2) {
    const codes = new Uint16Array(aligned(data, 2).buffer, alignedOffset(data, 2), n);
    for (let i = 0; i < n; i++) {
      const code = codes[i]!;
      target[offset + i] = code < low ? UNKNOWN_INT : code + shift;
    }
  } else if (width === 3) {
    for (let i = 0, at = HEADER; i < n; i++, at += 3) {
      const code = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);
      target[offset + i] = code < low ? UNKNOWN_INT : code + shift;
    }
  } else target.set(new Int32Array(aligned(data, 4).buffer, alignedOffset(data, 4), n), offset);
}

/** Unpacks `n` reals into `target` from `offset` on; NaN for unknown. */
export function unpackReals(data: Uint8Array, target: Float64Array, offset: number, n: number): void {
  if (data[1] === REALS) {
    target.set(new Float64Array(aligned(data, 8).buffer, alignedOffset(data, 8), n), offset);
    return;
  }
  if (data[0] === 0) {
    const base = baseOf(data);
    target.fill(base === UNKNOWN_INT ? Number.NaN : base, offset, offset + n);
    return;
  }
  const low = data[2]!;
  const shift = baseOf(data) - low;
  const width = data[0]!;
  if (width === 4) {
    const ints = new Int32Array(aligned(data, 4).buffer, alignedOffset(data, 4), n);
    for (let i = 0; i < n; i++) target[offset + i] = ints[i]! === UNKNOWN_INT ? Number.NaN : ints[i]!;
  } else if (width === 3) {
    for (let i = 0, at = HEADER; i < n; i++, at += 3) {
      const code = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);
      target[offset + i] = code < low ? Number.NaN : code + shift;
    }
  } else {
    const codes =
      width === 1 ? data.subarray(HEADER) : new Uint16Array(aligned(data, 2).buffer, alignedOffset(data, 2), n);
    for (let i = 0; i < n; i++) {
      const code = codes[i]!;
      target[offset + i] = code < low ? Number.NaN : code + shift;
    }
  }
}

/** The value that every row of a packed chunk has (UNKNOWN_INT for unknown), or null when they differ. */
export function constantOf(data: Uint8Array): number | null {
  return data[0] === 0 && data[1] !== SEQUENCE ? baseOf(data) : null;
}

function baseOf(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset, HEADER).getInt32(4, true);
}

function header(width: number, form: number, low: number, base: number, bytes: number): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(HEADER + bytes);
  packed[0] = width;
  packed[1] = form;
  packed[2] = low;
  new DataView(packed.buffer).setInt32(4, base, true);
  return packed;
}

/** The same bytes in a buffer in which the values begin at a multiple of `width`. */
function aligned(data: Uint8Array, width: number): Uint8Array {
  return (data.byteOffset + HEADER) % width === 0 ? data : data.slice();
}

function alignedOffset(data: Uint8Array, width: number): number {
  return (data.byteOffset + HEADER) % width === 0 ? data.byteOffset + HEADER : HEADER;
}

/**
 * Decodes a JSONB array of numbers and nulls (SQLite's binary JSON: a header nibble pair per element, digits as text)
 * into integers or reals. It is how many rows leave SQLite at a time without a call per value.
 */
export function decodeJsonb(data: Uint8Array, real: false): Int32Array;
export function decodeJsonb(data: Uint8Array, real: true): Float64Array;
export function decodeJsonb(data: Uint8Array, real: boolean): Int32Array | Float64Array {
  const end = data.length;
  const begin = 1 + sizeBytes(data[0]!);
  let n = 0;
  for (let at = begin; at < end; n++) {
    const head = data[at]!;
    at += head < 0xc0 ? 1 + (head >> 4) : 1 + sizeBytes(head) + longSize(data, at);
  }
  const out = real ? new Float64Array(n) : new Int32Array(n);
  const unknown = real ? Number.NaN : UNKNOWN_INT;
  let at = begin;
  for (let k = 0; k < n; k++) {
    const head = data[at]!;
    const type = head & 15;
    const length = head < 0xc0 ? head >> 4 : longSize(data, at);
    at += 1 + sizeBytes(head);
    const stop = at + length;
    if (type === JSONB_NULL) {
      out[k] = unknown;
    } else if (type === JSONB_INT && length < 16) {
      const negative = data[at] === 45;
      let v = 0;
      for (let i = negative ? at + 1 : at; i < stop; i++) v = v * 10 + data[i]! - 48;
      if (negative) v = -v;
      out[k] = real || (v <= 2147483647 && v > UNKNOWN_INT) ? v : UNKNOWN_INT;
    } else {
      let text = '';
      for (let i = at; i < stop; i++) text += String.fromCharCode(data[i]!);
      const v = Number(text);
      out[k] = real || (v <= 2147483647 && v > UNKNOWN_INT) ? v : UNKNOWN_INT;
    }
    at = stop;
  }
  return out;
}

const JSONB_NULL = 0;
const JSONB_INT = 3;

/** Bytes after an element's first one that hold its size (sizes up to 11 lie in the first byte itself). */
function sizeBytes(head: number): number {
  return head < 0xc0 ? 0 : 1 << ((head >> 4) - 12);
}

function longSize(data: Uint8Array, at: number): number {
  let size = 0;
  for (let i = 1; i <= sizeBytes(data[at]!); i++) size = size * 256 + data[at + i]!;
  return size;
}
