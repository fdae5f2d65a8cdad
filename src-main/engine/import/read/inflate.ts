import * as zlib from 'node:zlib';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { LadderlineError } from '#engine/base/errors.ts';
import type { ByteSource } from './source.ts';

/** Unpacked bytes per packed byte beyond which a file is refused: real exports stay below 40. */
export const RATIO_LIMIT = 100;
/** The ratio is not looked at before this many bytes: a few packed zeros prove nothing. */
const RATIO_FROM = 1 << 20;
/** Whatever states to unpack to at most this is unpacked at once; anything larger by a thread, piece by piece. */
export const AT_ONCE = 64 << 20;
/** Packed bytes of unknown content up to which they are unpacked at once. */
const PACKED_AT_ONCE = 512 * 1024;
const PIECE = 64 * 1024;
/** Packed pieces that may wait for the thread. */
const AHEAD = 4;

export type Packing = 'deflate-raw' | 'gzip';

export type InflateOptions = {
  /** Named in messages. */
  readonly name: string;
  readonly packing: Packing;
  /** Size its directory states; more is refused, less is damage. Null: not stated. */
  readonly declared: number | null;
  /** Unpack at once up to this size; default AT_ONCE. */
  readonly atOnce?: number;
};

/** An unpacked stream. `close` ends its thread; it is idempotent. */
export type Unpacked = ByteSource & {
  /** Packed bytes consumed so far. */
  readonly packed: number;
  close(): void;
};

export function unsafe(name: string, what: string): LadderlineError {
  return new LadderlineError(
    'unsafe-archive',
    `${name} cannot be imported: ${what} Nothing was unpacked. Unpack it with another program if you trust it, and import the file inside.`,
    { file: name },
  );
}

function damaged(name: string): LadderlineError {
  return new LadderlineError(
    'damaged-archive',
    `${name} cannot be imported: its packed data are damaged or cut off. Export or download it again.`,
    { file: name },
  );
}

const tooMuch = (name: string): LadderlineError =>
  unsafe(name, `it unpacks to more than ${RATIO_LIMIT} times its size, as no export does.`);
const lying = (name: string, declared: number): LadderlineError =>
  unsafe(name, `it unpacks to more than the ${declared} bytes it states.`);

/** Runs in the thread. Self-contained: its text is what the worker executes. */
function inflateInThread(
  modules: { zlib: typeof zlib },
  port: MessagePort,
  packing: string,
  shared: SharedArrayBuffer,
): void {
  const told = new Int32Array(shared);
  const tell = (message: unknown, transfer: ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
    Atomics.add(told, 0, 1);
    Atomics.notify(told, 0);
  };
  const stream =
    packing === 'gzip'
      ? modules.zlib.createGunzip({ chunkSize: 256 * 1024 })
      : modules.zlib.createInflateRaw({ chunkSize: 256 * 1024 });
  stream.on('data', (piece: Buffer) => {
    const copy = new Uint8Array(piece);
    tell(copy, [copy.buffer]);
  });
  stream.on('end', () => tell('end'));
  stream.on('error', () => tell('damaged'));
  port.on('message', (piece: Uint8Array | null) => {
    if (piece === null) stream.end();
    else stream.write(piece, () => tell('more'));
  });
}

/**
 * Unpacks a stream. Small ones are unpacked at once, larger ones by a thread while the caller reads. More bytes than stated,
 * or more than RATIO_LIMIT times the packed ones, throw `unsafe-archive`; what zlib cannot read throws `damaged-archive`.
 */
export function inflate(source: ByteSource, options: InflateOptions): Unpacked {
  const small =
    options.declared !== null ? options.declared <= AT_ONCE : source.size !== null && source.size <= PACKED_AT_ONCE;
  return small ? unpackAtOnce(source, options) : unpackInThread(source, options);
}

/** Unpacks what is held in memory; the same limits. */
export function unpackWhole(packed: Uint8Array, { name, packing, declared }: InflateOptions): Buffer {
  const limit = declared ?? Math.max(RATIO_FROM, packed.length * RATIO_LIMIT);
  const refusal = (): LadderlineError => (declared === null ? tooMuch(name) : lying(name, declared));
  // One piece of the stated size: nothing is joined, nothing is held twice.
  const options = {
    maxOutputLength: limit + 1,
    ...(declared === null ? {} : { chunkSize: Math.max(64, declared + 1) }),
  };
  let out: Buffer;
  try {
    out = packing === 'gzip' ? zlib.gunzipSync(packed, options) : zlib.inflateRawSync(packed, options);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? refusal() : damaged(name);
  }
  if (out.length > limit) throw refusal();
  if (declared !== null && out.length < declared) throw damaged(name);
  return out;
}

function unpackAtOnce(source: ByteSource, options: InflateOptions): Unpacked {
  let bytes: Buffer | null = null;
  let at = 0;
  return {
    size: options.declared,
    get packed() {
      return bytes === null ? 0 : (source.size ?? bytes.length);
    },
    read(buffer) {
      bytes ??= unpackWhole(readAll(source), options);
      const n = Math.min(buffer.length, bytes.length - at);
      buffer.set(bytes.subarray(at, at + n));
      at += n;
      return n;
    },
    close() {},
  };
}

function unpackInThread(source: ByteSource, { name, packing, declared }: InflateOptions): Unpacked {
  let port: MessagePort | null = null;
  let worker: Worker | null = null;
  const told = new Int32Array(new SharedArrayBuffer(4));
  let seen = 0;
  let waiting = 0;
  let sent = 0;
  let out = 0;
  let fed = false;
  let ended = false;
  let piece = new Uint8Array(0);
  let at = 0;

  const start = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    worker = new Worker(
      `const { workerData } = require('node:worker_threads');
(${inflateInThread.toString()})({ zlib: require('node:zlib') }, workerData.port, workerData.packing, workerData.told);`,
      { eval: true, workerData: { port: port2, packing, told: told.buffer }, transferList: [port2] },
    );
    worker.unref();
    worker.on('error', () => {});
    port1.unref();
    return (port = port1);
  };
  const feed = (): void => {
    const pipe = port ?? start();
    while (!fed && waiting < AHEAD) {
      const bytes = new Uint8Array(PIECE);
      const n = source.read(bytes);
      if (n === 0) {
        fed = true;
        pipe.postMessage(null);
        return;
      }
      sent += n;
      waiting += 1;
      const packed = n === bytes.length ? bytes : bytes.slice(0, n);
      pipe.postMessage(packed, [packed.buffer]);
    }
  };
  const close = (): void => {
    void worker?.terminate();
    port?.close();
    ended = true;
    piece = new Uint8Array(0);
    at = 0;
  };
  const check = (): void => {
    if (declared !== null && out > declared) throw lying(name, declared);
    if (out > RATIO_FROM && out > sent * RATIO_LIMIT) throw tooMuch(name);
  };
  const receive = (): void => {
    for (;;) {
      feed();
      const before = Atomics.load(told, 0);
      const message = receiveMessageOnPort(port!)?.message as Uint8Array<ArrayBuffer> | string | undefined;
      if (message === undefined) {
        if (before === seen && Atomics.wait(told, 0, before, 30_000) === 'timed-out') throw damaged(name);
        continue;
      }
      seen += 1;
      if (message === 'more') {
        waiting -= 1;
      } else if (message === 'end') {
        if (declared !== null && out < declared) throw damaged(name);
        close();
        return;
      } else if (typeof message === 'string') {
        throw damaged(name);
      } else {
        piece = message;
        at = 0;
        out += message.length;
        check();
        return;
      }
    }
  };
  return {
    size: declared,
    get packed() {
      return Math.max(0, sent - waiting * PIECE);
    },
    read(buffer) {
      while (at >= piece.length) {
        if (ended) return 0;
        try {
          receive();
        } catch (error) {
          close();
          throw error;
        }
      }
      const n = Math.min(buffer.length, piece.length - at);
      buffer.set(piece.subarray(at, at + n));
      at += n;
      return n;
    },
    close,
  };
}

function readAll(source: ByteSource): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.allocUnsafe(Math.max(4096, Math.min(source.size ?? PIECE, 1 << 20)));
    const n = source.read(part);
    if (n === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, n));
  }
}

/** The first unpacked bytes from the first packed bytes; empty when they cannot be read, or are suspiciously many. */
export function inflateHead(packed: Uint8Array, packing: Packing = 'deflate-raw'): Buffer {
  const options = {
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
    maxOutputLength: Math.max(RATIO_FROM, packed.length * RATIO_LIMIT),
  };
  try {
    return packing === 'gzip' ? zlib.gunzipSync(packed, options) : zlib.inflateRawSync(packed, options);
  } catch {
    return Buffer.alloc(0);
  }
}
