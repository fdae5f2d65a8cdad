/** UTF-8 text that grows. */
export class TextBuffer {
  bytes = Buffer.allocUnsafe(64 * 1024);
  length = 0;

  /** Makes room for `more` bytes. */
  ensure(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Appends bytes as they are. */
  copy(from: Uint8Array, start: number, end: number): void {
    const n = end - start;
    this.ensure(n);
    const { bytes } = this;
    let at = this.length;
    if (n <= 32) for (let i = start; i < end; i += 1) bytes[at++] = from[i]!;
    else bytes.set(from.subarray(start, end), at);
    this.length += n;
  }

  /** Appends a text. */
  text(text: string): void {
    this.ensure(text.length * 3);
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.length++] = value;
  }

  /** Puts what was appended since `from` in quotes when a delimited file needs them (RFC 4180). */
  quoteFrom(from: number): void {
    let quotes = 0;
    let needed = false;
    const end = this.length;
    for (let i = from; i < end; i += 1) {
      const c = this.bytes[i]!;
      if (c === 34) quotes += 1;
      else if (c === 44 || c === 10 || c === 13) needed = true;
    }
    if (quotes === 0 && !needed) return;
    this.ensure(quotes + 2);
    const { bytes } = this;
    let to = end + quotes + 1;
    this.length = to + 1;
    bytes[to--] = 34;
    for (let i = end - 1; i >= from; i -= 1) {
      const c = bytes[i]!;
      bytes[to--] = c;
      if (c === 34) bytes[to--] = 34;
    }
    bytes[from] = 34;
  }
}
