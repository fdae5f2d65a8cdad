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

  /** As `text`, for a text of ASCII characters that still is bytes. */
  bytes(bytes: Uint8Array, from: number, to: number): void {
    let high = this.high;
    let low = this.low;
    for (let i = from; i < to; i++) {
      const unit = bytes[i]!;
      high = Math.imul(high ^ unit, 0xcc9e2d51);
      high = (high << 15) | (high >>> 17);
      low = Math.imul(low ^ unit, 0x85ebca6b);
      low = ((low << 13) | (low >>> 19)) + 0x52dce729;
    }
    this.high = Math.imul(high ^ (to - from), 0x1b873593);
    this.low = Math.imul(low ^ (to - from), 0xc2b2ae35);
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
