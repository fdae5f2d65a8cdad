import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';

/** An inverse stands in the log up to this many characters; the input of a longer one lies in `large_inverse`. */
const MAX_INVERSE = 65_536;

/** A call that takes a change back. */
type Inverse = { readonly command: string; readonly input: unknown };

export type ChangeEntry = {
  command: string;
  /** One sentence an analyst would accept in an audit. */
  sentence: string;
  author?: string | null;
  /** Seconds since 1970. */
  at: number;
  versionBefore: number;
  versionAfter: number;
  /** What takes the change back: `{command, input}`; null when nothing can. */
  inverse: Inverse | null;
};

/** Appends to the change log and answers the entry's id. Runs inside the caller's transaction. */
export function recordChange(db: WriteDb, entry: ChangeEntry): number {
  const whole = entry.inverse === null ? null : JSON.stringify(entry.inverse);
  const large = whole !== null && whole.length > MAX_INVERSE;
  const inverse = large ? JSON.stringify({ command: entry.inverse!.command, large: true }) : whole;
  const id = db.run(
    'INSERT INTO change(command, sentence, author, at, version_before, version_after, inverse) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [entry.command, entry.sentence, entry.author ?? null, entry.at, entry.versionBefore, entry.versionAfter, inverse],
  ).lastId;
  if (large) {
    db.run('INSERT INTO large_inverse(change, input) VALUES (?, ?)', [
      id,
      deflateRawSync(JSON.stringify(entry.inverse!.input)),
    ]);
  }
  return id;
}

/** What takes a change back; null when nothing does, or when there is no such change. */
export function readInverse(db: ReadDb, change: number): Inverse | null {
  const text = db.get('SELECT inverse FROM change WHERE id = ?', [change])?.[0];
  if (typeof text !== 'string') return null;
  const { command, input, large } = JSON.parse(text) as { command: string; input?: unknown; large?: true };
  if (large !== true) return { command, input };
  const kept = db.get('SELECT input FROM large_inverse WHERE change = ?', [change])?.[0];
  if (!(kept instanceof Uint8Array)) throw new Error(`the inverse of change ${change} is not kept`);
  return { command, input: JSON.parse(inflateRawSync(kept).toString('utf8')) as unknown };
}
