import { closeSync, readSync } from 'node:fs';
import { LadderlineError } from '#engine/base/errors.ts';
import { openRegular } from './regular-file.ts';
import type { ByteSource } from './source.ts';

/** Bytes at any place of a file: what an archive with its directory at the end needs. */
export interface ByteFile {
  readonly size: number;
  /** Fills the start of `buffer` from `position`; the number of bytes written, 0 beyond the end. */
  readAt(buffer: Uint8Array, position: number): number;
  close(): void;
}

/**
 * A file on disk. Throws `file-missing`, `file-unreadable` or `not-a-file`. With `expected` it throws `file-changed` when
 * size or modification time are no longer those of the first opening.
 */
export function diskFile(path: string, expected?: { size: number; mtimeMs: number }): ByteFile & { mtimeMs: number } {
  const { fd, stat } = openRegular(path);
  const { size, mtimeMs } = stat;
  if (expected && (expected.size !== size || expected.mtimeMs !== mtimeMs)) {
    closeSync(fd);
    throw new LadderlineError(
      'file-changed',
      `${path} was changed by another program while it was being read; nothing was imported. Close it there and import it again.`,
    );
  }
  return {
    size,
    mtimeMs,
    readAt(buffer, position) {
      try {
        return readSync(fd, buffer, 0, buffer.length, position);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
        throw new LadderlineError(
          'file-unreadable',
          `${path} cannot be read beyond byte ${position} (${code}); nothing was imported. Copy the file to another drive and import the copy.`,
        );
      }
    },
    close: () => closeSync(fd),
  };
}

/** A file held in memory. */
export function memoryFile(bytes: Uint8Array): ByteFile {
  return {
    size: bytes.length,
    readAt(buffer, position) {
      const n = Math.max(0, Math.min(buffer.length, bytes.length - position));
      buffer.set(bytes.subarray(position, position + n));
      return n;
    },
    close() {},
  };
}

/** Exactly `length` bytes from `position`; fewer when the file ends before. */
export function readExactly(file: ByteFile, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let n = 0;
  while (n < length) {
    const got = file.readAt(bytes.subarray(n), position + n);
    if (got === 0) break;
    n += got;
  }
  return bytes.subarray(0, n);
}

/** `length` bytes of a file from `position`, in order. */
export function sectionSource(file: ByteFile, position = 0, length = file.size - position): ByteSource {
  let at = 0;
  return {
    size: length,
    read(buffer) {
      const n = file.readAt(buffer.subarray(0, Math.min(buffer.length, length - at)), position + at);
      at += n;
      return n;
    },
  };
}
