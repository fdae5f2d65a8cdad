import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { LadderlineError } from '#engine/base/errors.ts';

/** What lies at a path, or undefined when that cannot be told; opening it then says why. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Opens a regular file for reading; the caller closes the descriptor. A pipe or a device is refused without waiting for it. Throws
 * `file-missing`, `file-unreadable` or `not-a-file` with the path in the message.
 */
export function openRegular(path: string): { fd: number; stat: Stats } {
  let fd: number;
  try {
    // Without NONBLOCK opening a pipe waits until somebody writes into it.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new LadderlineError('file-missing', `There is no file ${path}. Check the path and the spelling.`);
    if (code === 'ELOOP')
      throw new LadderlineError(
        'not-a-file',
        `${path} is a link that leads back to itself. Name the exported file itself.`,
      );
    throw new LadderlineError(
      'file-unreadable',
      `${path} cannot be opened (${code ?? 'unknown reason'}). Check that it is readable and not locked by another program.`,
    );
  }
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new LadderlineError('not-a-file', `${path} is not a file. Name the exported file itself.`);
  }
  return { fd, stat };
}
