/** Arrays over shared memory, so that worker threads read one copy. */
export function int32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}

export function float64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}
