import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'ladderline-staging-';

/**
 * Makes a folder that only this user may enter (0700), with a random name that also tells which process owns it. Folders
 * whose process was ended go first.
 */
export function makePrivateFolder(root: string = tmpdir()): string {
  cleanPrivateFolders(root);
  return mkdtempSync(join(root, `${PREFIX}${process.pid}-`));
}

/** Removes staging folders whose process is gone; answers how many. Called when a writer starts. */
export function cleanPrivateFolders(root: string = tmpdir()): number {
  let removed = 0;
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return 0;
  }
  for (const name of names) {
    const match = /^ladderline-staging-(\d+)-/.exec(name);
    if (!match || isAlive(Number(match[1]))) continue;
    try {
      rmSync(join(root, name), { recursive: true, force: true });
      removed++;
    } catch {
      // Another user's folder: not ours to remove.
    }
  }
  return removed;
}

/** True while a process of this machine has the id, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
