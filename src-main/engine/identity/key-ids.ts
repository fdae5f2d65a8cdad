/** Integers 1, 2, ... for texts in order of appearance. Only a 64-bit hash of a text is kept: 12 bytes a slot, no objects. */
export class KeyIds {
  private slots = new Int32Array(3 * 1024);
  private used = 0;
  private high = 0;
  private low = 0;

  /** How many texts have an id. */
  get count(): number {
    return this.used;
  }

  /** The id of a text; a new one if it has none. */
  idOf(text: string): number {
    const at = this.place(text);
    const { slots } = this;
    if (slots[at + 2] !== 0) return slots[at + 2]!;
    slots[at] = this.high;
    slots[at + 1] = this.low;
    slots[at + 2] = ++this.used;
    if (this.used * 4 > (slots.length / 3) * 3) this.grow();
    return this.used;
  }

  /** The id of a text, 0 when it has none. */
  find(text: string): number {
    return this.slots[this.place(text) + 2]!;
  }

  private place(text: string): number {
    hash(text);
    this.high = hashed.high;
    this.low = hashed.low;
    const { slots } = this;
    const wrap = slots.length / 3 - 1;
    for (let i = this.low & wrap; ; i = (i + 1) & wrap) {
      const at = 3 * i;
      if (slots[at + 2] === 0 || (slots[at] === this.high && slots[at + 1] === this.low)) return at;
    }
  }

  private grow(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    const wrap = slots.length / 3 - 1;
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      let i = old[from + 1]! & wrap;
      while (slots[3 * i + 2] !== 0) i = (i + 1) & wrap;
      slots[3 * i] = old[from]!;
      slots[3 * i + 1] = old[from + 1]!;
      slots[3 * i + 2] = old[from + 2]!;
    }
    this.slots = slots;
  }
}

/** The last hash: two independent 32-bit mixes (constants of MurmurHash3). */
export const hashed = { high: 0, low: 0 };

/** Hashes a text into `hashed`. */
export function hash(text: string): void {
  let high = 0x9747b28c | 0;
  let low = 0x2f0b4c47;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0xcc9e2d51);
    high = (high << 15) | (high >>> 17);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low = ((low << 13) | (low >>> 19)) + 0x52dce729;
  }
  high = avalanche(Math.imul(high ^ text.length, 0x1b873593) ^ low);
  hashed.low = avalanche(Math.imul(low ^ text.length, 0xc2b2ae35) ^ (high >>> 3));
  hashed.high = high;
}

function avalanche(value: number): number {
  let v = value;
  v ^= v >>> 16;
  v = Math.imul(v, 0x85ebca6b);
  v ^= v >>> 13;
  v = Math.imul(v, 0xc2b2ae35);
  return v ^ (v >>> 16);
}
