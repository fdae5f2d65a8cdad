import { rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { undoChange } from '#engine/commands/index.ts';
import { cleanPrivateFolders, makePrivateFolder } from '#engine/import/private-folder.ts';
import { writeContext, type CallHooks } from '#engine/session.ts';
import { copyWorkspace, openWriter } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';

/** A change of the log: it brought the workspace from one version to the next. */
export type LoggedChange = {
  readonly id: number;
  readonly command: string;
  readonly sentence: string;
  readonly before: number;
  readonly after: number;
  readonly day: Day;
  readonly invertible: boolean;
};

/** The changes after a version, newest first. */
export function changesAfter(db: ReadDb, version: number): LoggedChange[] {
  return db
    .all(
      `SELECT id, command, sentence, version_before, version_after, at, inverse IS NOT NULL FROM change
       WHERE version_after > ? ORDER BY id DESC`,
      [version],
    )
    .map(([id, command, sentence, before, after, at, invertible]) => ({
      id: id as number,
      command: command as string,
      sentence: sentence as string,
      before: before as number,
      after: after as number,
      day: Math.floor((at as number) / 86_400),
      invertible: invertible === 1,
    }));
}

/** The data version that a text names (KN1): `12`, `B-3` or `2026-03-31`. */
export function versionNamed(db: ReadDb, text: string): number {
  const current = readDataVersion(db);
  const asked = text.trim();
  if (/^\d{1,9}$/.test(asked)) {
    const version = Number(asked);
    if (version > current)
      throw usage(`There is no version ${version}; the workspace is at version ${current}.`, { current });
    return version;
  }
  const batch = /^B-(\d{1,9})$/i.exec(asked);
  if (batch) {
    const row = db.get('SELECT base_version FROM batch WHERE id = ?', [Number(batch[1])]);
    const after =
      row === null
        ? null
        : db.get('SELECT min(version_after) FROM change WHERE version_before >= ?', [row[0] as number])?.[0];
    if (typeof after !== 'number')
      throw usage(`There is no import ${asked}. \`ladderline imports\` lists them.`, { current });
    return after;
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(asked)) {
    const end = (parseIsoDay(asked, 'known-at day') + 1) * 86_400;
    return db.count('SELECT max(version_after) FROM change WHERE at < ?', [end]);
  }
  throw usage(
    `"${asked.slice(0, 60)}" names no version; write a number up to ${current}, an import such as B-3, or a day such as 2026-03-31.`,
  );
}

/** A version of a definition that was dropped and is back was made when the log says so. */
const MADE_AS_BEFORE = `UPDATE definition SET made_at = coalesce((
  SELECT at FROM change c WHERE c.id < ? AND c.inverse ->> '$.command' = 'dropDefinition'
    AND c.inverse ->> '$.input.kind' = definition.kind AND c.inverse ->> '$.input.version' = definition.version
  ORDER BY c.id DESC LIMIT 1), made_at)`;

/** A private copy of a workspace, to be taken back change by change. `close` removes it. */
export class PastWorkspace {
  readonly path: string;
  readonly db: WriteDb;
  private readonly folder: string;
  private readonly hooks: CallHooks;

  constructor(workspace: string, hooks: CallHooks = {}, tempRoot?: string) {
    this.hooks = hooks;
    cleanPrivateFolders(tempRoot);
    requireRoom(workspace, tempRoot ?? tmpdir());
    this.folder = makePrivateFolder(tempRoot);
    try {
      this.path = join(this.folder, 'known.ladderline');
      copyWorkspace(workspace, this.path);
      this.db = openWriter(this.path);
      // Nothing here has to survive a loss of power, and packed columns are of the newest version.
      this.db.exec('PRAGMA synchronous = OFF');
      this.db.run('DELETE FROM vector');
      this.db.run('DELETE FROM rung_spell');
    } catch (error) {
      rmSync(this.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Takes back the newest change, which must be `change`; the workspace is then as it was before it. */
  async takeBack(change: LoggedChange): Promise<void> {
    const { db } = this;
    if (!change.invertible) {
      throw new LadderlineError(
        'not-knowable',
        `What was known before "${change.sentence}" (${isoDay(change.day)}) cannot be shown: that change cannot be taken back. Versions from ${change.after} on can.`,
        { from: change.after },
      );
    }
    db.run('UPDATE change SET undone_by = NULL WHERE id = ?', [change.id]);
    // The inverse of an import is an undo, also of one that was undone and merged again since.
    const ctx = writeContext(db, 0, this.hooks);
    await undoChange.run(ctx, { change: change.id });
    if (change.command === 'dropDefinition') db.run(MADE_AS_BEFORE, [change.id]);
    db.transaction(() => {
      db.run('UPDATE change SET undone_by = NULL WHERE undone_by >= ?', [change.id]);
      db.run('DELETE FROM change WHERE id >= ?', [change.id]);
      db.run('DELETE FROM large_inverse WHERE change >= ?', [change.id]);
      const gone = db.all('SELECT id FROM batch WHERE base_version >= ?', [change.before]).map(([id]) => id as number);
      for (const id of gone) {
        for (const table of ['reject', 'raw_block', 'seen', 'coverage', 'version', 'claim'])
          db.run(`DELETE FROM ${table} WHERE batch = ?`, [id]);
        db.run('DELETE FROM batch WHERE id = ?', [id]);
      }
      db.run("UPDATE workspace SET value = ? WHERE key = 'dataVersion'", [change.before]);
      db.run('DELETE FROM membership_log WHERE version > ?', [change.before]);
    });
  }

  close(): void {
    try {
      this.db.close();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/** Throws `disk-full` when the temporary folder has no room for a copy of the workspace. */
function requireRoom(workspace: string, root: string): void {
  const need = statSync(workspace, { throwIfNoEntry: false })?.size ?? 0;
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize > need * 1.2) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new LadderlineError(
    'disk-full',
    `A copy of ${workspace} needs ${megabytes(need * 1.2)}, and ${root} has ${megabytes(bavail * bsize)} free. Free some space, or set TMPDIR to a folder on another disk, and try again.`,
  );
}

/** The workspace as known at a version (KN2-KN5). The caller closes it. */
export async function asKnownAt(
  workspace: string,
  version: number,
  hooks: CallHooks = {},
  tempRoot?: string,
): Promise<PastWorkspace> {
  const past = new PastWorkspace(workspace, hooks, tempRoot);
  try {
    const changes = changesAfter(past.db, version);
    const tell = (done: number): Progress => ({ what: 'Taking back later changes', done, total: changes.length });
    for (const [i, change] of changes.entries()) {
      hooks.cancel?.check();
      hooks.progress?.(tell(i));
      await past.takeBack(change);
    }
    return past;
  } catch (error) {
    past.close();
    throw error;
  }
}
