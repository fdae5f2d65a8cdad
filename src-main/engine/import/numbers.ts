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

/** A growing list of numbers most of which are among few values: a byte each, as long as there are no more than 255. */
export class FewNumbers {
  private readonly values: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly chunks: Uint8Array[] = [];
  private many: Numbers | null = null;
  private last = Number.NaN;
  private lastPlace = 0;
  length = 0;

  push(value: number): void {
    if (this.many !== null) this.many.push(value);
    else if ((this.length & (CHUNK - 1)) === 0) this.chunks.push(new Uint8Array(CHUNK));
    this.length++;
    this.set(this.length - 1, value);
  }

  at(index: number): number {
    return this.many === null
      ? this.values[this.chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)]!]!
      : this.many.at(index);
  }

  set(index: number, value: number): void {
    if (this.many !== null) {
      this.many.set(index, value);
      return;
    }
    if (value !== this.last) {
      let place = this.places.get(value);
      if (place === undefined) {
        if (this.values.length === 256) {
          this.spread();
          this.set(index, value);
          return;
        }
        place = this.values.length;
        this.values.push(value);
        this.places.set(value, place);
      }
      this.last = value;
      this.lastPlace = place;
    }
    this.chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)] = this.lastPlace;
  }

  private spread(): void {
    const many = new Numbers();
    for (let i = 0; i < this.length; i++) many.push(this.at(i));
    this.many = many;
    this.chunks.length = 0;
  }
}
