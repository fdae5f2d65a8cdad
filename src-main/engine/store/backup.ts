import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { copyBytes, requireSpace, workspaceFile } from './space.ts';

/**
 * Writes a compact copy of the workspace to `target`: VACUUM INTO a `.partial` file, `quick_check`, fsync, rename, fsync of
 * the folder. The copy is one file that also opens from a read-only drive. An existing `target` is replaced only by a
 * verified copy. Takes about 5 s per GB. Throws when there is too little room for it (`no-space`) and when the copy is not sound; then
 * nothing remains of it.
 */
export function snapshotTo(db: WriteDb, target: string): void {
  requireSpace(target, copyBytes(db), `A copy of ${basename(workspaceFile(db))}`);
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    // VACUUM INTO accepts an existing empty file: made here so that it is never readable by others.
    closeSync(openSync(partial, 'wx', 0o600));
    db.run('VACUUM INTO ?', [partial]);
    chmodSync(partial, 0o600);
    db.run('ATTACH ? AS copy', [partial]);
    let found;
    try {
      found = db.get('PRAGMA copy.quick_check')?.[0];
    } finally {
      db.exec('DETACH copy');
    }
    if (found !== 'ok') {
      throw new LadderlineError(
        'snapshot-damaged',
        `The copy ${target} is not sound (${String(found)}); it was removed. Run \`ladderline check\` on the workspace.`,
      );
    }
    syncFile(partial);
    renameSync(partial, target);
    syncFolder(dirname(target));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a rename in a folder durable; where folders cannot be synced (Windows) there is nothing to do. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * `ok`, or what is wrong in SQLite's words, one problem a line (`PRAGMA integrity_check` and `foreign_key_check`).
 * Takes about 20 s per GB; `quick` leaves index contents out.
 */
export function checkIntegrity(db: ReadDb, depth: 'quick' | 'full' = 'full'): string {
  const problems = db
    .all(depth === 'quick' ? 'PRAGMA quick_check' : 'PRAGMA integrity_check')
    .map((row) => String(row[0]))
    .filter((text) => text !== 'ok');
  for (const [table, row, parent] of db.all('PRAGMA foreign_key_check')) {
    problems.push(`row ${String(row)} of ${String(table)} names a row of ${String(parent)} that does not exist`);
  }
  return problems.length === 0 ? 'ok' : problems.join('\n');
}

/**
 * A verified copy in a folder, named after the workspace and its data version; answers the file. An equal copy made before
 * is replaced by the new one.
 */
export function backupTo(db: WriteDb, workspace: string, folder: string): string {
  if (!existsSync(folder))
    throw new LadderlineError(
      'no-folder',
      `The folder ${folder} does not exist. Make it first, or choose another one.`,
    );
  const version = db.count("SELECT value FROM workspace WHERE key = 'dataVersion'");
  const target = join(folder, `${basename(workspace, '.ladderline')}-v${version}.ladderline`);
  if (resolve(target) === resolve(workspace))
    throw new LadderlineError('same-file', `${target} is the workspace itself. Choose another folder.`);
  snapshotTo(db, target);
  return target;
}
