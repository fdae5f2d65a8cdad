import { realpathSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ReadDb } from '#engine/base/db.ts';
import { EXIT, LadderlineError } from '#engine/base/errors.ts';

/** What stays free on a drive whatever is written to it (trust rule R31). */
export const SPARE_BYTES = 200 * 1024 * 1024;

/** The file of a connection, by its real name. */
export function workspaceFile(db: ReadDb): string {
  return realpathSync(String(db.get('PRAGMA database_list')?.[2]));
}

/** Bytes that this user may still write to the drive of a folder; null where the drive does not say. */
export function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/**
 * Throws `no-space` (nothing has been written) when the drive that holds `path` has less room than `bytes` and 200 MB to spare.
 * `what` begins the sentence, for example `A backup of w.ladderline`. A drive that does not tell its room is taken as it is.
 */
export function requireSpace(
  path: string,
  bytes: number,
  what: string,
  free: (folder: string) => number | null = freeBytes,
): void {
  const folder = dirname(path);
  const room = free(folder);
  if (room === null || room >= bytes + SPARE_BYTES) return;
  const megabytes = (n: number): string => `${Math.ceil(n / 1_000_000)} MB`;
  throw new LadderlineError(
    'no-space',
    `${what} needs about ${megabytes(bytes)} on the drive that holds ${folder}, and ${megabytes(SPARE_BYTES)} to spare; ${megabytes(room)} are free. Nothing was changed. Free ${megabytes(bytes + SPARE_BYTES - room)} there, then try again.`,
    { needed: bytes, spare: SPARE_BYTES, free: room, folder },
    EXIT.workspace,
  );
}

/**
 * Bytes of a compact copy of the workspace: its pages but for the free ones. A copy packs pages that were filled at random tighter,
 * so it is at most this large.
 */
export function copyBytes(db: ReadDb): number {
  return (db.count('PRAGMA page_count') - db.count('PRAGMA freelist_count')) * db.count('PRAGMA page_size');
}
