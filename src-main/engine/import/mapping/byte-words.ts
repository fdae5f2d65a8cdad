import { hashOf } from './byte-keys.ts';

/** Texts longer than this are read as texts. */
const LONGEST = 64;
const SLOTS = 1 << 12;
/** The table takes this many words; a column of more is read as texts. */
const MOST = SLOTS / 2;

/** Finds what belongs to a word by its bytes, without making a text of a word that came before. */
export class ByteWords<T> {
  readonly #make: (text: string) => T;
  /** Number of the word in each slot, from 1; 0 is none. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #starts = new Int32Array(MOST + 2);
  readonly #values: T[] = [];
  #bytes = new Uint8Array(4096);

  /** `make` answers what belongs to a word that comes for the first time. */
  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  /** What belongs to the ASCII text `bytes[from..to)`; null when it is too long, or the words are too many. */
  of(bytes: Uint8Array, from: number, to: number): T | null {
    const length = to - from;
    if (length > LONGEST) return null;
    const hash = hashOf(bytes, from, to);
    const starts = this.#starts;
    const held = this.#bytes;
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const word = this.#slots[slot]!;
      if (word === 0) return this.#values.length === MOST ? null : this.#add(slot, bytes, from, to);
      const start = starts[word]!;
      if (starts[word + 1]! - start !== length) continue;
      let k = 0;
      while (k < length && held[start + k] === bytes[from + k]) k += 1;
      if (k === length) return this.#values[word - 1]!;
    }
  }

  #add(slot: number, bytes: Uint8Array, from: number, to: number): T {
    const value = this.#make(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'));
    this.#values.push(value);
    const word = this.#values.length;
    const start = this.#starts[word]!;
    const end = start + to - from;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#starts[word + 1] = end;
    this.#slots[slot] = word;
    return value;
  }
}
