/** Keys beyond this are forgotten with all others: the memory stays below 100 MB. */
const MOST = 1 << 20;
const MOST_BYTES = 48 << 20;
/** Words before a key: its value and its length. */
const HEAD = 2;

/** Numbers by keys that are bytes: an open-addressed table over copies of the keys. */
export class ByteKeys {
  /** Two words a slot: where its key begins in the store (in words; 0 is none) and the key's hash. */
  #slots = new Int32Array(2 * 1024);
  /** For each key its value, its length and its bytes. */
  #words = new Int32Array(4096);
  #bytes = new Uint8Array(this.#words.buffer);
  #used = HEAD;
  #count = 0;
  #slot = 0;
  #hash = 0;
  #from = 0;
  #to = 0;
  #source: Uint8Array = this.#bytes;

  /** The number of a key, 0 when it has none yet: `set` then gives it one. */
  get(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const hash = hashOf(bytes, from, to);
    const slots = this.#slots;
    const wrap = slots.length / 2 - 1;
    const held = this.#bytes;
    for (let i = hash & wrap; ; i = (i + 1) & wrap) {
      const place = slots[2 * i]!;
      if (place === 0) {
        this.#slot = i;
        this.#hash = hash;
        this.#source = bytes;
        this.#from = from;
        this.#to = to;
        return 0;
      }
      if (slots[2 * i + 1] !== hash || this.#words[place + 1] !== length) continue;
      const start = (place + HEAD) * 4;
      let k = 0;
      while (k < length && held[start + k] === bytes[from + k]) k += 1;
      if (k === length) return this.#words[place]!;
    }
  }

  /** Gives the key that `get` just did not find its number. */
  set(value: number): void {
    const length = this.#to - this.#from;
    const words = HEAD + ((length + 3) >> 2);
    if (words * 4 > MOST_BYTES / 2) return;
    if (this.#count === MOST || (this.#used + words) * 4 > MOST_BYTES) this.#forget();
    const place = this.#used;
    if (place + words > this.#words.length) {
      const larger = new Int32Array(Math.max(this.#words.length * 2, place + words));
      larger.set(this.#words.subarray(0, place));
      this.#words = larger;
      this.#bytes = new Uint8Array(larger.buffer);
    }
    this.#words[place] = value;
    this.#words[place + 1] = length;
    this.#bytes.set(this.#source.subarray(this.#from, this.#to), (place + HEAD) * 4);
    this.#used = place + words;
    this.#count += 1;
    this.#slots[2 * this.#slot] = place;
    this.#slots[2 * this.#slot + 1] = this.#hash;
    if (this.#count * 4 > this.#slots.length) this.#spread();
  }

  #forget(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#used = HEAD;
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

/** A 32-bit hash of `bytes[from..to)`, four bytes at a time. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  let p = from;
  for (; p + 4 <= to; p += 4) {
    const word = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
    hash = Math.imul(hash ^ word, 0xcc9e2d51);
    hash = ((hash << 15) | (hash >>> 17)) + 0x52dce729;
  }
  for (; p < to; p += 1) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
