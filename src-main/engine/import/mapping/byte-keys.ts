/** Keys beyond this are forgotten with all others: the memory stays below 100 MB. */
const MOST = 1 << 20;
const MOST_BYTES = 32 << 20;

/** Numbers by keys that are bytes: an open-addressed table over copies of the keys. */
export class ByteKeys {
  /** Two words a slot: the key's number from 1 (0 is none) and its hash. */
  #slots = new Int32Array(2 * 1024);
  #starts = new Int32Array(1024);
  #values = new Int32Array(1024);
  #bytes = new Uint8Array(16 * 1024);
  #count = 0;
  #slot = 0;
  #hash = 0;
  #from = 0;
  #to = 0;
  #source: Uint8Array = this.#bytes;

  /** The number of a key, 0 when it has none yet: `set` then gives it one. */
  get(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    let hash = length;
    for (let p = from; p < to; p += 1) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    const slots = this.#slots;
    const wrap = slots.length / 2 - 1;
    const held = this.#bytes;
    for (let i = hash & wrap; ; i = (i + 1) & wrap) {
      const key = slots[2 * i]!;
      if (key === 0) {
        this.#slot = i;
        this.#hash = hash;
        this.#source = bytes;
        this.#from = from;
        this.#to = to;
        return 0;
      }
      if (slots[2 * i + 1] !== hash) continue;
      const start = this.#starts[key - 1]!;
      if (this.#starts[key]! - start !== length) continue;
      let k = 0;
      while (k < length && held[start + k] === bytes[from + k]) k += 1;
      if (k === length) return this.#values[key - 1]!;
    }
  }

  /** Gives the key that `get` just did not find its number. */
  set(value: number): void {
    const length = this.#to - this.#from;
    if (length > MOST_BYTES / 2) return;
    if (this.#count === MOST || this.#starts[this.#count]! + length > MOST_BYTES) this.#forget();
    const start = this.#starts[this.#count]!;
    if (start + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, start + length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#bytes.set(this.#source.subarray(this.#from, this.#to), start);
    if (this.#count + 2 > this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#values = doubled(this.#values);
    }
    this.#starts[this.#count + 1] = start + length;
    this.#values[this.#count] = value;
    this.#count += 1;
    this.#slots[2 * this.#slot] = this.#count;
    this.#slots[2 * this.#slot + 1] = this.#hash;
    if (this.#count * 4 > this.#slots.length) this.#spread();
  }

  #forget(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#slot = this.#hash & (this.#slots.length / 2 - 1);
  }

  #spread(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const wrap = slots.length / 2 - 1;
    for (let k = 0; k < old.length; k += 2) {
      if (old[k] === 0) continue;
      let i = old[k + 1]! & wrap;
      while (slots[2 * i] !== 0) i = (i + 1) & wrap;
      slots[2 * i] = old[k]!;
      slots[2 * i + 1] = old[k + 1]!;
    }
    this.#slots = slots;
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
