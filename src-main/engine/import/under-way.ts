import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { isoInstant, nowSeconds } from '#engine/base/clock.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { workspaceFile } from '#engine/store/space.ts';
import { isAlive } from './private-folder.ts';

/**
 * A note that lies in a private folder while an import runs. A process that is killed leaves it behind: the next start says
 * what was taken back, and can ask for the same again. It lies with the user's temporary files and not beside the workspace,
 * because a workspace can come from someone else.
 */
const PREFIX = 'ladderline-under-way-';
const FILE = 'import.json';

const Note = z.object({
  pid: z.int(),
  workspace: z.string(),
  file: z.string(),
  startedAt: z.int(),
  /** Newest batch when the import began. */
  lastBatch: z.int(),
  command: z.enum(['importNow', 'importCorrections']),
  input: z.record(z.string(), z.unknown()),
});
type Note = z.output<typeof Note>;

/** What to call an import, and how to ask for it again. */
export type UnderWay = Pick<Note, 'file' | 'command' | 'input'>;

/** An import whose process ended before it could answer. */
export type Interrupted = {
  readonly id: string;
  readonly file: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** The batch, when the import had been saved just before the end; null when nothing of it was written. */
  readonly batch: string | null;
  readonly sentence: string;
};

/** Folders of the imports that this very process is at. */
const own = new Set<string>();

/** Notes an import until `done` is called. A note that cannot be written is no reason to refuse the import. */
export function noteUnderWay(db: ReadDb, what: UnderWay): { done(): void } {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    own.add(basename(folder));
    const note: Note = {
      ...what,
      pid: process.pid,
      workspace: workspaceFile(db),
      startedAt: nowSeconds(),
      lastBatch: db.count('SELECT max(id) FROM batch'),
    };
    writeFileSync(join(folder, FILE), JSON.stringify(note), { flag: 'wx', mode: 0o600 });
  } catch {
    return { done() {} };
  }
  return {
    done() {
      rmSync(folder, { recursive: true, force: true });
      own.delete(basename(folder));
    },
  };
}

/** Imports of a workspace whose process is gone, oldest first. */
export function interruptedImports(db: ReadDb): Interrupted[] {
  const path = workspaceFile(db);
  return notes()
    .filter(({ note }) => note.workspace === path)
    .map(({ id, note }) => {
      const batch = db.get('SELECT id FROM batch WHERE id > ? AND file = ? ORDER BY id LIMIT 1', [
        note.lastBatch,
        note.file,
      ])?.[0];
      const startedAt = isoInstant(note.startedAt);
      const when = `${startedAt.slice(0, 10)} ${startedAt.slice(11, 16)} UTC`;
      return {
        id,
        file: note.file,
        startedAt,
        batch: typeof batch === 'number' ? String(batch) : null,
        sentence:
          typeof batch === 'number'
            ? `The import of ${note.file} (${when}) ended unexpectedly after it had been saved: it is batch ${batch}.`
            : `The import of ${note.file} (${when}) ended unexpectedly. Nothing of it was written; the workspace is as it was before.`,
      };
    });
}

/** How to ask for an interrupted import of a workspace again: the command and its input. Throws `no-interrupted`. */
export function interruptedRequest(db: ReadDb, id: string): Pick<Note, 'command' | 'input'> {
  const path = workspaceFile(db);
  const found = notes().find((held) => held.id === id && held.note.workspace === path);
  if (!found) {
    throw new LadderlineError(
      'no-interrupted',
      'There is no interrupted import of this name. It may have been imported again already: see the ledger of imports.',
    );
  }
  return { command: found.note.command, input: found.note.input };
}

/** Forgets one interrupted import of a workspace; nothing happens when there is none of this id. */
export function forgetInterrupted(db: ReadDb, id: string): void {
  const path = workspaceFile(db);
  if (notes().some((held) => held.id === id && held.note.workspace === path))
    rmSync(join(tmpdir(), id), { recursive: true, force: true });
}

/** Forgets the interrupted imports of a workspace of the same file: it has been imported since. */
export function forgetInterruptedOf(db: ReadDb, what: UnderWay): void {
  const path = workspaceFile(db);
  for (const { id, note } of notes()) {
    if (note.workspace !== path || note.command !== what.command || note.input['file'] !== what.input['file']) continue;
    rmSync(join(tmpdir(), id), { recursive: true, force: true });
  }
}

/** Notes that dead processes of this user left behind; what is no note is ignored, those of workspaces that are gone are removed. */
function notes(): { id: string; note: Note }[] {
  let names: string[];
  try {
    names = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
  const found: { id: string; note: Note }[] = [];
  for (const id of names) {
    try {
      const folder = lstatSync(join(tmpdir(), id));
      // Another user must not be able to name a file that this one would import.
      if (!folder.isDirectory() || (process.getuid !== undefined && folder.uid !== process.getuid())) continue;
      const note = Note.parse(JSON.parse(readFileSync(join(tmpdir(), id, FILE), 'utf8')));
      if (!existsSync(note.workspace)) rmSync(join(tmpdir(), id), { recursive: true, force: true });
      else if (!own.has(id) && (note.pid === process.pid || !isAlive(note.pid))) found.push({ id, note });
    } catch {
      // Half-written when its process ended, or of another version: nothing can be said of it.
    }
  }
  return found.toSorted((a, b) => a.note.startedAt - b.note.startedAt || (a.id < b.id ? -1 : 1));
}
