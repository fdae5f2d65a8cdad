import { closeSync, fstatSync, readSync } from 'node:fs';
import { LadderlineError } from '#engine/base/errors.ts';
import { openRegular } from './regular-file.ts';

/** What the maker of delimited text knows of its records, counted from 0 without blank lines. */
export interface RowNotes {
  /** Row number in the file itself (1-based): a sheet's row, a line of JSON, the place in a list. */
  lineOf(record: number): number;
  /** Why the record cannot be read, with what to do; undefined for a good one. */
  faultOf(record: number): string | undefined;
}

/**
 * Bytes in order, read by whoever holds it. A caller that must hash or archive the same bytes wraps one source in
 * another; nothing else reads the file during a pass.
 */
export interface ByteSource {
  /** Fills the start of `buffer`; the number of bytes written, 0 at the end. */
  read(buffer: Uint8Array): number;
  /** Size in bytes, or null when it is not known beforehand. */
  readonly size: number | null;
  /** With text made from another format: its records' own row numbers. Such text is well-formed. */
  readonly notes?: RowNotes | undefined;
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    size: bytes.length,
    read(buffer) {
      const n = Math.min(buffer.length, bytes.length - at);
      buffer.set(bytes.subarray(at, at + n));
      at += n;
      return n;
    },
  };
}

/**
 * A source over an open file descriptor, from its start. The caller closes the descriptor. A read that fails throws
 * `file-unreadable` with the path in the message.
 */
function descriptorSource(fd: number, path: string): ByteSource {
  let at = 0;
  return {
    size: fstatSync(fd).size,
    read(buffer) {
      let n: number;
      try {
        n = readSync(fd, buffer, 0, buffer.length, at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
        throw new LadderlineError(
          'file-unreadable',
          `${path} cannot be read beyond byte ${at} (${code}); nothing was imported. Copy the file to another drive and import the copy.`,
        );
      }
      at += n;
      return n;
    },
  };
}

/** Opens a file for one pass. Throws `file-missing`, `file-unreadable` or `not-a-file` with the path in the message. */
export function openFile(path: string): ByteSource & { close(): void } {
  const { fd } = openRegular(path);
  return { ...descriptorSource(fd, path), close: () => closeSync(fd) };
}

/** The first `limit` bytes of a source. */
export function readHead(source: ByteSource, limit: number): Uint8Array {
  const buffer = new Uint8Array(source.size === null ? limit : Math.min(limit, source.size));
  let n = 0;
  while (n < buffer.length) {
    const got = source.read(buffer.subarray(n));
    if (got === 0) break;
    n += got;
  }
  return buffer.subarray(0, n);
}

/** A source that gives `head` again and then the rest of `source`. */
export function rejoin(head: Uint8Array, source: ByteSource): ByteSource {
  let at = 0;
  return {
    size: source.size,
    notes: source.notes,
    read(buffer) {
      if (at < head.length) {
        const n = Math.min(buffer.length, head.length - at);
        buffer.set(head.subarray(at, at + n));
        at += n;
        return n;
      }
      return source.read(buffer);
    },
  };
}
