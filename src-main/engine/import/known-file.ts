import { createHash } from 'node:crypto';
import type { Cancel } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { ranges } from './exceptions.ts';
import type { Exceptions } from './exceptions.ts';
import { openFile } from './read/source.ts';
import type { ByteSource } from './read/source.ts';

/** What makes two readings of the same bytes the same. */
type Reading = {
  readonly path: string;
  readonly source: string;
  readonly mapping: unknown;
  readonly exceptions?: Exceptions;
  readonly open?: () => ByteSource & { close?(): void };
};

/** The live batch that holds the same bytes read the same way. */
export type Twin = { batch: string; day: string; message: string };

/** Live batches of a source that were read with the same mapping and exceptions. */
const READ_ALIKE = `FROM batch b JOIN source s ON s.id = b.source
  WHERE b.state = 'live' AND s.name = ? AND b.mapping = ? AND b.exceptions IS ?`;
const readAlike = (request: Reading): (string | null)[] => [
  request.source,
  JSON.stringify(request.mapping),
  exceptionsText(request),
];

/** The batch that holds a file already. Its bytes are hashed, not mapped, and only when a batch has as many. */
export function knownFile(db: ReadDb, request: Reading, cancel?: Cancel): Twin | null {
  const source = request.open?.() ?? openFile(request.path);
  try {
    if (source.size === null) return null;
    const alike = db.get(`SELECT max(b.id) ${READ_ALIKE} AND b.bytes = ?`, [...readAlike(request), source.size]);
    if (typeof alike?.[0] !== 'number') return null;
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (let n = source.read(buffer); n > 0; n = source.read(buffer)) {
      cancel?.check();
      hash.update(buffer.subarray(0, n));
    }
    return twinOf(db, request, hash.digest('hex'));
  } finally {
    source.close?.();
  }
}

/** The live batch that holds bytes with this hash, read in the same way. */
export function twinOf(db: ReadDb, request: Reading, sha256: string): Twin | null {
  const row = db.get(`SELECT b.id, b.day, b.file ${READ_ALIKE} AND b.sha256 = ? ORDER BY b.id DESC LIMIT 1`, [
    ...readAlike(request),
    sha256,
  ]);
  if (row === null) return null;
  const [batch, day, file] = row as [number, number, string];
  return {
    batch: String(batch),
    day: isoDay(day),
    message: `This file was already imported on ${isoDay(day)} as batch ${batch} (${file}); nothing was changed.`,
  };
}

/** The exceptions of a request as they are kept with its batch; null when nothing is left out. */
export function exceptionsText(request: Reading): string | null {
  const { exceptions } = request;
  if (exceptions === undefined || Object.values(exceptions).every((list) => list.length === 0)) return null;
  return JSON.stringify({ ...exceptions, lines: ranges(exceptions.lines) });
}
