import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

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

const PARTITIONS = 256;
/** Hashes that wait in memory for each partition. */
const WAITING = 1024;
/** A hash in two halves, and the id it came with. */
const WORDS = 3;
const BLOCK_BYTES = WAITING * WORDS * 4;

/**
 * Finds the hashes that come more than once among any number of them, in about 5 MB of memory: they wait in 256 partitions by
 * their last bits; blocks of a partition that are full go to a file, and in the end one partition after the other is compared.
 */
export class RepeatedHashes {
  private readonly path: string;
  private handle = -1;
  private blocks = 0;
  /** Numbers of the blocks of each partition, in order. */
  private readonly written: number[][] = Array.from({ length: PARTITIONS }, () => []);
  private waiting: Int32Array<ArrayBuffer> | null = null;
  private readonly counts = new Int32Array(PARTITIONS);

  /** `path` is of a file that does not exist; it is made when memory does not suffice. */
  constructor(path: string) {
    this.path = path;
  }

  add(high: number, low: number, id: number): void {
    const waiting = (this.waiting ??= new Int32Array(PARTITIONS * WAITING * WORDS));
    const partition = low & (PARTITIONS - 1);
    let n = this.counts[partition]!;
    if (n === WAITING) {
      this.write(waiting, partition);
      n = 0;
    }
    const at = (partition * WAITING + n) * WORDS;
    waiting[at] = high;
    waiting[at + 1] = low;
    waiting[at + 2] = id;
    this.counts[partition] = n + 1;
  }

  /** Ids of the hashes that had come before with another id, ascending. Ends the use of the set. */
  repeated(): number[] {
    const { waiting } = this;
    if (waiting === null) return [];
    const found: number[] = [];
    let slots = new Int32Array(4096);
    const block = new Int32Array(WAITING * WORDS);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const blocks = this.written[partition]!;
      const rest = this.counts[partition]!;
      const total = blocks.length * WAITING + rest;
      let size = slots.length;
      while (size < total * 4) size *= 2;
      if (size > slots.length) slots = new Int32Array(size);
      else slots.fill(0);
      for (const number of blocks) {
        this.read(block, number);
        probe(slots, block, WAITING, found);
      }
      const from = partition * WAITING * WORDS;
      probe(slots, waiting.subarray(from, from + rest * WORDS), rest, found);
    }
    this.close();
    return found.sort((a, b) => a - b);
  }

  /** Deletes the file, if there is one. */
  close(): void {
    this.waiting = null;
    if (this.handle < 0) return;
    closeSync(this.handle);
    this.handle = -1;
    rmSync(this.path, { force: true });
  }

  private write(waiting: Int32Array<ArrayBuffer>, partition: number): void {
    if (this.handle < 0) this.handle = openSync(this.path, 'wx+', 0o600);
    const bytes = new Uint8Array(waiting.buffer, partition * BLOCK_BYTES, BLOCK_BYTES);
    const place = this.blocks * BLOCK_BYTES;
    let done = 0;
    while (done < BLOCK_BYTES) done += writeSync(this.handle, bytes, done, BLOCK_BYTES - done, place + done);
    this.written[partition]!.push(this.blocks++);
  }

  private read(block: Int32Array<ArrayBuffer>, number: number): void {
    const bytes = new Uint8Array(block.buffer);
    let done = 0;
    while (done < BLOCK_BYTES) {
      const n = readSync(this.handle, bytes, done, BLOCK_BYTES - done, number * BLOCK_BYTES + done);
      if (n === 0) throw new Error('the file of waiting hashes ends too early');
      done += n;
    }
  }
}

/** Puts hashes into a table of (high, low) pairs that is at most half full; ids of those that were in it go to `found`. */
function probe(slots: Int32Array, hashes: Int32Array, n: number, found: number[]): void {
  const wrap = slots.length / 2 - 1;
  for (let k = 0; k < n; k++) {
    const low = hashes[k * WORDS + 1]!;
    const high = hashes[k * WORDS]! === 0 && low === 0 ? 1 : hashes[k * WORDS]!;
    for (let i = (low >>> 8) & wrap; ; i = (i + 1) & wrap) {
      const a = slots[2 * i];
      const b = slots[2 * i + 1];
      if (a === 0 && b === 0) {
        slots[2 * i] = high;
        slots[2 * i + 1] = low;
        break;
      }
      if (a === high && b === low) {
        found.push(hashes[k * WORDS + 2]!);
        break;
      }
    }
  }
}
