/** A 64-bit hash of texts, as two unsigned halves (two independent 32-bit mixes; MurmurHash3 constants). */
export class TextHash {
  high = 0;
  low = 0;

  reset(): void {
    this.high = 0x9747b28c | 0;
    this.low = 0x2f0b4c47;
  }

  text(text: string): void {
    let high = this.high;
    let low = this.low;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      high = Math.imul(high ^ unit, 0xcc9e2d51);
      high = (high << 15) | (high >>> 17);
      low = Math.imul(low ^ unit, 0x85ebca6b);
      low = ((low << 13) | (low >>> 19)) + 0x52dce729;
    }
    this.high = Math.imul(high ^ text.length, 0x1b873593);
    this.low = Math.imul(low ^ text.length, 0xc2b2ae35);
  }

  /** A separator that no text can imitate: `seven` of these differ from any character. */
  mark(code: number): void {
    this.high = Math.imul(this.high ^ (0x10000 + code), 0xe6546b64);
    this.low = Math.imul(this.low ^ (0x20000 + code), 0x38b34ae5);
  }

  finish(): void {
    this.high = avalanche(this.high ^ this.low);
    this.low = avalanche(Math.imul(this.low, 0x9e3779b1) ^ (this.high >>> 3));
  }

  hex(): string {
    return (this.high >>> 0).toString(16).padStart(8, '0') + (this.low >>> 0).toString(16).padStart(8, '0');
  }
}

function avalanche(value: number): number {
  let v = value;
  v ^= v >>> 16;
  v = Math.imul(v, 0x85ebca6b);
  v ^= v >>> 13;
  v = Math.imul(v, 0xc2b2ae35);
  return v ^ (v >>> 16);
}

/** A set of 64-bit hashes in 8 bytes a slot: unique keys cost one probe, no objects. A hit means "probably seen". */
export class HashSet64 {
  private slots: Int32Array = new Int32Array(2 * 1024);
  private size = 0;

  /** Adds a hash; true when it was there already. */
  add(high: number, low: number): boolean {
    // (0, 0) marks an empty slot.
    const h = high === 0 && low === 0 ? 1 : high;
    if (this.size * 3 > this.slots.length) this.grow();
    const slots = this.slots;
    const wrap = slots.length / 2 - 1;
    for (let i = low & wrap; ; i = (i + 1) & wrap) {
      const a = slots[2 * i];
      const b = slots[2 * i + 1];
      if (a === h && b === low) return true;
      if (a === 0 && b === 0) {
        slots[2 * i] = h;
        slots[2 * i + 1] = low;
        this.size++;
        return false;
      }
    }
  }

  has(high: number, low: number): boolean {
    const h = high === 0 && low === 0 ? 1 : high;
    const slots = this.slots;
    const wrap = slots.length / 2 - 1;
    for (let i = low & wrap; ; i = (i + 1) & wrap) {
      const a = slots[2 * i];
      const b = slots[2 * i + 1];
      if (a === h && b === low) return true;
      if (a === 0 && b === 0) return false;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    const wrap = this.slots.length / 2 - 1;
    for (let k = 0; k < old.length; k += 2) {
      const a = old[k]!;
      const b = old[k + 1]!;
      if (a === 0 && b === 0) continue;
      let i = b & wrap;
      while (this.slots[2 * i] !== 0 || this.slots[2 * i + 1] !== 0) i = (i + 1) & wrap;
      this.slots[2 * i] = a;
      this.slots[2 * i + 1] = b;
    }
  }
}
