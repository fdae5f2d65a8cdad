import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { openOrigin, type ExportFile } from './detect/export-file.ts';
import type { ByteFile } from './read/byte-file.ts';
import type { ByteSource } from './read/source.ts';

/** Bytes of the file per block before deflating: any line is read back by inflating one block (about 1 ms). */
export const BLOCK_BYTES = 256 * 1024;
/** A line longer than this is cut into several blocks. */
const LONGEST_BLOCK = 32 * 1024 * 1024;
/** Files up to this size are packed on the spot; longer ones by a worker while the rows are read. */
const INLINE_BYTES = 1024 * 1024;
/** A block is cut once it can be seen whether a line ends at its limit: two bytes more. */
const SLOT_BYTES = BLOCK_BYTES + 2;
/** Blocks that may wait for the worker, in memory that both share. */
const SLOTS = 16;

/** How line ends look in bytes. */
export type ByteUnit = 'byte' | 'utf-16-le' | 'utf-16-be';

type BlockEntry = { lineLo: number; lineHi: number; bytes: number; offset: number; length: number };

/** What is known of a file after it has been read once. */
export type Archive = {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly blocks: readonly BlockEntry[];
};

type Packer = { pack(bytes: Uint8Array): void; finish(): { sha256: string; bytes: number; blocks: BlockEntry[] } };

/**
 * Deflates blocks, numbers their lines (LF, CRLF and lone CR end a line), hashes the bytes and appends the result to a
 * file. Self-contained: its text is also what the worker runs.
 */
function makePacker(
  modules: { zlib: typeof zlib; createHash: typeof createHash; writeSync: typeof writeSync },
  handle: number,
  unit: ByteUnit,
): Packer {
  const hash = modules.createHash('sha256');
  const blocks: BlockEntry[] = [];
  const width = unit === 'byte' ? 1 : 2;
  const low = unit === 'utf-16-be' ? 1 : 0;
  const high = 1 - low;
  let line = 1;
  let total = 0;
  let offset = 0;
  let carriageReturn = false;
  return {
    pack(bytes) {
      hash.update(bytes);
      const first = line;
      let ended = false;
      if (width === 1) {
        if (carriageReturn && bytes[0] === 10) line--;
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) line++;
        for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] !== 10) line++;
        const last = bytes[bytes.length - 1];
        carriageReturn = last === 13;
        ended = carriageReturn || last === 10;
      } else {
        const count = bytes.length - (bytes.length % width);
        for (let i = 0; i < count; i += width) {
          const value = bytes[i + high] === 0 ? bytes[i + low] : -1;
          if (value === 10) {
            if (!carriageReturn) line++;
            carriageReturn = false;
            ended = true;
          } else if (value === 13) {
            line++;
            carriageReturn = true;
            ended = true;
          } else {
            carriageReturn = false;
            ended = false;
          }
        }
      }
      const packed = modules.zlib.deflateRawSync(bytes, { level: 1 });
      let done = 0;
      while (done < packed.length) done += modules.writeSync(handle, packed, done, packed.length - done, offset + done);
      blocks.push({
        lineLo: first,
        lineHi: ended ? line - 1 : line,
        bytes: bytes.length,
        offset,
        length: packed.length,
      });
      offset += packed.length;
      total += bytes.length;
    },
    finish: () => ({ sha256: hash.digest('hex'), bytes: total, blocks }),
  };
}

const workerText = (): string => `
const { parentPort, workerData } = require('node:worker_threads');
const zlib = require('node:zlib');
const { createHash } = require('node:crypto');
const { writeSync } = require('node:fs');
const packer = (${makePacker.toString()})({ zlib, createHash, writeSync }, workerData.handle, workerData.unit);
const done = new Int32Array(workerData.done);
const ring = new Uint8Array(workerData.ring);
// The reader waits for blocks to be done and reads no messages meanwhile: after a failure all count as done.
let failure = null;
parentPort.on('message', (block) => {
  if (block === null) {
    if (failure !== null) throw failure;
    parentPort.postMessage(packer.finish());
    parentPort.close();
    return;
  }
  try {
    if (failure === null) packer.pack(block instanceof Uint8Array ? block : ring.subarray(block.from, block.to));
    if (failure === null) Atomics.add(done, 0, 1);
  } catch (error) {
    failure = error;
    Atomics.store(done, 0, 0x7fffffff);
  }
  Atomics.notify(done, 0);
});
`;

/**
 * A byte source that keeps what passes through it: deflated blocks in a private file, cut at line ends, and the SHA-256.
 * `finish` must be called once the reader has seen the end; `abandon` after a failure.
 */
export class ArchivingSource implements ByteSource {
  readonly size: number | null;
  private readonly inner: ByteSource;
  private readonly path: string;
  private readonly unit: ByteUnit;
  private readonly handle: number;
  private readonly packer: Packer;
  private worker: Worker | null = null;
  private workerFailed: Error | null = null;
  private readonly done = new Int32Array(new SharedArrayBuffer(4));
  private readonly ring: SharedArrayBuffer | null;
  private posted = 0;
  /** Slot of the ring in which the block is collected; -1 when it has memory of its own. */
  private slot = -1;
  private block: Uint8Array;
  private filled = 0;
  private passed = 0;
  private ended = false;
  private readonly onBytes: (passed: number) => void;

  /** `onBytes` is told how many bytes have passed, at each read; it may throw to cancel. */
  constructor(inner: ByteSource, path: string, unit: ByteUnit, onBytes: (passed: number) => void = () => {}) {
    this.inner = inner;
    this.size = inner.size;
    this.path = path;
    this.unit = unit;
    this.onBytes = onBytes;
    this.handle = openSync(path, 'wx', 0o600);
    this.packer = makePacker({ zlib, createHash, writeSync }, this.handle, unit);
    // A worker continues neither hash nor line numbers of another packer, so the choice is made once, by size.
    this.ring = inner.size === null || inner.size > INLINE_BYTES ? new SharedArrayBuffer(SLOTS * SLOT_BYTES) : null;
    if (this.ring !== null) this.startWorker(this.ring);
    this.block = this.emptyBlock(SLOT_BYTES);
  }

  read(buffer: Uint8Array): number {
    const n = this.inner.read(buffer);
    if (n === 0) {
      this.ended = true;
      return 0;
    }
    this.keep(buffer.subarray(0, n));
    this.passed += n;
    this.onBytes(this.passed);
    return n;
  }

  /** Reads to the end whatever the mapper left (a footer it did not need), then closes the archive. */
  async finish(): Promise<Archive> {
    const rest = new Uint8Array(BLOCK_BYTES);
    while (!this.ended) this.read(rest);
    if (this.filled > 0) this.send(this.filled);
    this.filled = 0;
    const worker = this.worker;
    if (worker === null) {
      closeSync(this.handle);
      return { path: this.path, ...this.packer.finish() };
    }
    try {
      const result = await new Promise<ReturnType<Packer['finish']>>((resolve, reject) => {
        if (this.workerFailed) reject(this.workerFailed);
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', (code) => {
          if (code !== 0) reject(new Error(`the packing thread ended with code ${code}`));
        });
        worker.postMessage(null);
      });
      return { path: this.path, ...result };
    } finally {
      await worker.terminate();
      closeSync(this.handle);
    }
  }

  async abandon(): Promise<void> {
    await this.worker?.terminate();
    try {
      closeSync(this.handle);
    } catch {
      // Closed by `finish` already.
    }
  }

  private startWorker(ring: SharedArrayBuffer): void {
    const worker = new Worker(workerText(), {
      eval: true,
      workerData: { handle: this.handle, unit: this.unit, done: this.done.buffer, ring },
    });
    worker.on('error', (error) => {
      this.workerFailed = error instanceof Error ? error : new Error(String(error));
      Atomics.store(this.done, 0, 0x7fffffff);
      Atomics.notify(this.done, 0);
    });
    worker.unref();
    this.worker = worker;
  }

  private keep(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const n = Math.min(bytes.length - from, this.block.length - this.filled);
      this.block.set(bytes.subarray(from, from + n), this.filled);
      this.filled += n;
      from += n;
      if (this.filled === this.block.length) this.endBlock();
    }
  }

  /** Sends what of the full block ends at a line end and goes on with the rest; without a line end the block grows. */
  private endBlock(): void {
    const { block, filled } = this;
    const cut = this.cut();
    if (cut === 0) {
      this.slot = -1;
      this.block = new Uint8Array(block.length * 2);
      this.block.set(block);
      return;
    }
    this.send(cut);
    const rest = filled - cut;
    this.block = this.emptyBlock(rest + 2);
    this.block.set(block.subarray(cut, filled));
    this.filled = rest;
  }

  /** Memory for at least `bytes` bytes: the next slot of the ring when they fit. */
  private emptyBlock(bytes: number): Uint8Array {
    this.slot = -1;
    if (bytes > SLOT_BYTES) return new Uint8Array(bytes * 2);
    if (this.ring === null) return new Uint8Array(SLOT_BYTES);
    this.slot = this.posted % SLOTS;
    this.waitFor(SLOTS - 1);
    return new Uint8Array(this.ring, this.slot * SLOT_BYTES, SLOT_BYTES);
  }

  /** Waits until at most `waiting` blocks are not packed yet. */
  private waitFor(waiting: number): void {
    for (;;) {
      if (this.workerFailed) throw this.workerFailed;
      const done = Atomics.load(this.done, 0);
      if (this.posted - done <= waiting) return;
      Atomics.wait(this.done, 0, done, 1000);
    }
  }

  /** Where to end the block: after the last line end within its size, else after the first one behind it; 0 to wait. */
  private cut(): number {
    const bytes = this.block;
    for (let i = BLOCK_BYTES; i > 0; i -= this.unit === 'byte' ? 1 : 2) if (this.endsLine(bytes, i)) return i;
    for (let i = BLOCK_BYTES; i < this.filled; i += this.unit === 'byte' ? 1 : 2) if (this.endsLine(bytes, i)) return i;
    return this.filled >= LONGEST_BLOCK ? this.filled - (this.filled % 2) : 0;
  }

  /** True when a line ends just before position i (LF, or CR not followed by LF). */
  private endsLine(bytes: Uint8Array, i: number): boolean {
    const at = (k: number): number => {
      if (this.unit === 'byte') return bytes[k]!;
      const [first, second] = [bytes[k]!, bytes[k + 1]!];
      return this.unit === 'utf-16-le' ? first | (second << 8) : (first << 8) | second;
    };
    const width = this.unit === 'byte' ? 1 : 2;
    const last = at(i - width);
    if (last === 10) return true;
    return last === 13 && i < this.filled && at(i) !== 10;
  }

  /** Sends the first bytes of the block; its memory must not be written to again before its turn. */
  private send(length: number): void {
    if (this.worker === null) {
      this.packer.pack(this.block.subarray(0, length));
      return;
    }
    if (this.slot >= 0) {
      const from = this.slot * SLOT_BYTES;
      this.worker.postMessage({ from, to: from + length });
      this.posted++;
      return;
    }
    this.waitFor(SLOTS);
    const copy = this.block.slice(0, length);
    this.worker.postMessage(copy, [copy.buffer]);
    this.posted++;
  }
}

/** Copies the archived blocks of a file into the workspace. Runs inside the caller's transaction. */
export function storeBlocks(db: WriteDb, batch: number, archive: Archive): void {
  const handle = openSync(archive.path, 'r');
  try {
    archive.blocks.forEach((block, seq) => {
      const data = new Uint8Array(block.length);
      let done = 0;
      while (done < data.length) {
        const n = readSync(handle, data, done, data.length - done, block.offset + done);
        if (n === 0) throw new Error('the archive of the file ends too early');
        done += n;
      }
      db.run('INSERT INTO raw_block(batch, seq, line_lo, line_hi, bytes, data) VALUES (?, ?, ?, ?, ?, ?)', [
        batch,
        seq,
        block.lineLo,
        block.lineHi,
        block.bytes,
        data,
      ]);
    });
  } finally {
    closeSync(handle);
  }
}

/** The stored bytes of a batch's file at any place. Throws `raw-missing` as `storedSource` does. */
export function storedFile(db: ReadDb, batch: number): ByteFile {
  const { size } = storedSource(db, batch);
  const blocks: { key: number; from: number; bytes: number }[] = [];
  let from = 0;
  for (const [key, bytes] of db.all('SELECT rowid, bytes FROM raw_block WHERE batch = ? ORDER BY seq', [batch]) as [
    number,
    number,
  ][]) {
    blocks.push({ key, from, bytes });
    from += bytes;
  }
  let held: { index: number; data: Uint8Array } | null = null;
  return {
    size: size!,
    readAt(buffer, position) {
      if (position < 0 || position >= from) return 0;
      let [low, high] = [0, blocks.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (blocks[middle]!.from <= position) low = middle;
        else high = middle - 1;
      }
      const block = blocks[low]!;
      if (held?.index !== low)
        held = {
          index: low,
          data: inflate(db.get('SELECT data FROM raw_block WHERE rowid = ?', [block.key])![0] as Uint8Array),
        };
      const at = position - block.from;
      const n = Math.min(buffer.length, block.bytes - at);
      buffer.set(held.data.subarray(at, at + n));
      return n;
    },
    close() {},
  };
}

/** The stored bytes of a batch's file, block by block. Throws `raw-missing` when the workspace does not hold them. */
export function storedSource(db: ReadDb, batch: number): ByteSource {
  const size = db.count('SELECT sum(bytes) FROM raw_block WHERE batch = ?', [batch]);
  const bytes = db.count('SELECT bytes FROM batch WHERE id = ?', [batch]);
  if (size !== bytes) {
    throw new LadderlineError(
      'raw-missing',
      `The workspace does not hold the whole file of batch ${batch} (${size} of ${bytes} bytes). Import the file again.`,
    );
  }
  const keys = db
    .all('SELECT rowid FROM raw_block WHERE batch = ? ORDER BY seq', [batch])
    .map((row) => row[0] as number);
  let block: Uint8Array = new Uint8Array(0);
  let at = 0;
  let next = 0;
  return {
    size,
    read(buffer) {
      while (at >= block.length) {
        const key = keys[next++];
        if (key === undefined) return 0;
        block = inflate(db.get('SELECT data FROM raw_block WHERE rowid = ?', [key])![0] as Uint8Array);
        at = 0;
      }
      const n = Math.min(buffer.length, block.length - at);
      buffer.set(block.subarray(at, at + n));
      at += n;
      return n;
    },
  };
}

/** The stored bytes of a batch as the file they were. */
export function storedExport(db: ReadDb, batch: number, name: string, sheet?: string): ExportFile {
  return openOrigin({ name, source: () => storedSource(db, batch), file: () => storedFile(db, batch) }, null, {
    sheet,
  });
}

/** Bytes of the physical lines `first`..`last` (1-based, both included) with their line ends, and the line the bytes begin with. */
export function storedLines(
  db: ReadDb,
  batch: number,
  first: number,
  last: number,
): { from: number; bytes: Uint8Array } | null {
  // The blocks that hold the lines: from the last one that begins at or before `first` (several when a line is longer than a block).
  const start = db.get('SELECT max(line_lo) FROM raw_block WHERE batch = ? AND line_lo <= ?', [batch, first])?.[0];
  if (typeof start !== 'number') return null;
  const rows = db.all('SELECT data FROM raw_block WHERE batch = ? AND line_lo >= ? AND line_lo <= ? ORDER BY seq', [
    batch,
    start,
    last,
  ]);
  return { from: start, bytes: Buffer.concat(rows.map((row) => inflate(row[0] as Uint8Array))) };
}

function inflate(data: Uint8Array): Uint8Array {
  return zlib.inflateRawSync(data);
}
