import { TextHash } from '#engine/base/text-hash.ts';

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

/** The last hash. */
export const hashed = new TextHash();

/** Hashes a text into `hashed`. */
export function hash(text: string): void {
  hashed.reset();
  hashed.text(text);
  hashed.finish();
}
