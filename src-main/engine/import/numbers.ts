const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** A growing list of 32-bit numbers that never copies what it holds. */
export class Numbers {
  private readonly chunks: Int32Array[] = [];
  length = 0;

  push(value: number): void {
    const at = this.length & (CHUNK - 1);
    if (at === 0) this.chunks.push(new Int32Array(CHUNK));
    this.chunks[this.length >>> CHUNK_BITS]![at] = value;
    this.length++;
  }

  at(index: number): number {
    return this.chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)]!;
  }

  set(index: number, value: number): void {
    this.chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)] = value;
  }
}
