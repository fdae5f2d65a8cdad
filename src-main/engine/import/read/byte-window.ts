import type { ByteSource } from './source.ts';

const START = 256 * 1024;

/** The part of a stream that a scanner looks at. Bytes before `at` are forgotten at the next `more`. */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafe(START);
  at = 0;
  end = 0;
  ended = false;
  readonly #source: ByteSource;
  readonly #limit: number;

  /** `limit`: how far ahead of `at` a scanner may have to look. */
  constructor(source: ByteSource, limit: number) {
    this.#source = source;
    this.#limit = limit;
  }

  /** Reads on; false when nothing more comes: the stream has ended, or `limit` bytes are there already. */
  more(): boolean {
    if (this.ended) return false;
    if (this.at > 0) {
      this.bytes.copyWithin(0, this.at, this.end);
      this.end -= this.at;
      this.at = 0;
    }
    if (this.end === this.bytes.length) {
      if (this.end >= this.#limit) return false;
      const larger = Buffer.allocUnsafe(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, this.end);
      this.bytes = larger;
    }
    const before = this.end;
    while (!this.ended && this.end < this.bytes.length) {
      const got = this.#source.read(this.bytes.subarray(this.end));
      if (got === 0) this.ended = true;
      this.end += got;
    }
    return this.end > before;
  }
}
