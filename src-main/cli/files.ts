import { readFileSync } from 'node:fs';
import { LadderlineError } from '#engine/base/errors.ts';

/** A text file that an argument names, without a byte order mark; throws `file-unreadable` with the path in the message. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new LadderlineError('file-unreadable', `${file} cannot be read (${code}). Check the path and the spelling.`);
  }
}
