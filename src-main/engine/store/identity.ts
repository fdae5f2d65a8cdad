import { closeSync, constants, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { EXIT, LadderlineError } from '#engine/base/errors.ts';

/** `PRAGMA application_id` of every workspace: "LADR" in ASCII. */
export const APPLICATION_ID = 0x4c414452;

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

export function unusable(code: string, message: string, detail?: unknown): LadderlineError {
  return new LadderlineError(code, message, detail, EXIT.workspace);
}

/**
 * Looks at a file without opening it as a database and throws (exit 3) when it cannot be a workspace of this
 * schema: missing, a folder, not a regular file, unreadable, empty, another format, another program's database,
 * damaged or written by a newer version. Never changes a byte. Answers the schema number in the header.
 */
export function inspectWorkspaceFile(path: string, newestSchema: number): { schema: number } {
  let kind;
  try {
    lstatSync(path);
    kind = statSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw unusable(
        'workspace-missing',
        `There is no workspace at ${path}. Check the path, or make one with \`ladderline new\`.`,
      );
    }
    if (code === 'ELOOP') {
      throw unusable(
        'workspace-not-a-file',
        `${path} is a link that leads back to itself. Name the workspace file itself.`,
      );
    }
    if (code === 'EACCES' || code === 'EPERM') throw denied(path);
    throw unusable(
      'workspace-unreadable',
      `${path} cannot be reached (${code ?? 'unknown error'}). Check the drive and the path.`,
    );
  }
  if (kind.isDirectory()) {
    throw unusable('workspace-is-a-folder', `${path} is a folder. Name a workspace file (*.ladderline) inside it.`);
  }
  if (!kind.isFile()) {
    throw unusable(
      'workspace-not-a-file',
      `${path} is not a regular file (it is a pipe, socket or device). Name a workspace file (*.ladderline).`,
    );
  }
  if (kind.size === 0) {
    throw unusable(
      'workspace-empty',
      `${path} is empty (0 bytes): it is not a workspace. Make a new one elsewhere, or restore a backup.`,
    );
  }
  const header = readHeader(path);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC) {
    throw unusable(
      'workspace-not-ours',
      `${path} is not a Ladderline workspace: it does not begin like one. Import it as an export, or choose a *.ladderline file. The file was not changed.`,
    );
  }
  if (header.readUInt32BE(68) !== APPLICATION_ID) {
    throw unusable(
      'workspace-not-ours',
      `${path} is a database of another program, not a Ladderline workspace. Choose a *.ladderline file. The file was not changed.`,
    );
  }
  const schema = header.readUInt32BE(60);
  if (schema > newestSchema) throw newer(path, schema, newestSchema);
  return { schema };
}

export function newer(path: string, schema: number, newestSchema: number): LadderlineError {
  return unusable(
    'workspace-newer',
    `${path} was written by a newer Ladderline (schema ${schema}; this version reads up to ${newestSchema}). Update Ladderline, or restore the snapshot made before the update. The file was not changed.`,
    { schema, newestSchema },
  );
}

function denied(path: string): LadderlineError {
  return unusable(
    'workspace-unreadable',
    `${path} cannot be read: permission denied. Give this user read and write access to it.`,
  );
}

function readHeader(path: string): Buffer {
  let handle;
  try {
    // O_NONBLOCK: a pipe put in the file's place between the check and here must not hang.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') throw denied(path);
    throw unusable(
      'workspace-unreadable',
      `${path} cannot be opened (${code ?? 'unknown error'}). Close other programs that use it and try again.`,
    );
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const n = readSync(handle, header, 0, HEADER_BYTES, 0);
    return header.subarray(0, n);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw unusable(
      'disk-error',
      `Reading ${path} failed (${code}); nothing was changed. Check the drive and try again.`,
    );
  } finally {
    closeSync(handle);
  }
}
