import type { WriteDb } from '#engine/base/db.ts';

/** An inverse is kept inline up to this many characters; a larger one must be a pointer (batch, identity run, definition version). */
export const MAX_INVERSE = 65_536;

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
  inverse: { command: string; input: unknown } | null;
};

/** Appends to the change log and answers the entry's id. Runs inside the caller's transaction. */
export function recordChange(db: WriteDb, entry: ChangeEntry): number {
  const inverse = entry.inverse === null ? null : JSON.stringify(entry.inverse);
  if (inverse !== null && inverse.length > MAX_INVERSE) {
    throw new Error(`the inverse of "${entry.command}" has ${inverse.length} characters; keep a pointer instead`);
  }
  return db.run(
    'INSERT INTO change(command, sentence, author, at, version_before, version_after, inverse) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [entry.command, entry.sentence, entry.author ?? null, entry.at, entry.versionBefore, entry.versionAfter, inverse],
  ).lastId;
}
