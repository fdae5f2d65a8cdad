import { Misread } from '../errors.ts';

/** One line of a definition: `key words: body`, with the offsets of both; a body may go on over indented lines. */
export type DefinitionLine = {
  readonly key: string;
  /** The key as it is written. */
  readonly written: string;
  readonly at: number;
  readonly body: string;
  readonly bodyAt: number;
};

const LONGEST = 65_536;

/** Cuts a definition into its lines; blank lines and lines of notes (`--`) are left out. */
export function linesOf(text: string): DefinitionLine[] {
  if (text.length > LONGEST)
    throw new Misread(LONGEST, `a definition is at most ${LONGEST} characters long`, { expected: 'a shorter text' });
  const found: { key: string; written: string; at: number; body: string; bodyAt: number }[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const bare = (/^((?:[^'-]|'(?:[^']|'')*'?|-(?!-))*)--/.exec(line)?.[1] ?? line).trimEnd();
    if (bare.trim() !== '') {
      if (/^\s/.test(line)) {
        const last = found.at(-1);
        if (!last) throw new Misread(at, 'the first line is indented; a line begins with its name and a colon');
        // Blanks keep the offsets of what follows.
        last.body = last.body.padEnd(at - last.bodyAt, ' ') + bare;
      } else {
        const colon = bare.indexOf(':');
        if (colon < 0)
          throw new Misread(at, 'a line is a name, a colon and what it means, as in "client: purchases > 1"', {
            expected: '":"',
          });
        const written = bare.slice(0, colon).trim().replace(/\s+/g, ' ');
        found.push({ key: written.toLowerCase(), written, at, body: bare.slice(colon + 1), bodyAt: at + colon + 1 });
      }
    }
    at += line.length + 1;
  }
  return found;
}

/** Runs `work` on a part of a text; the place of its errors is told in the whole text. */
export function shifted<T>(by: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    throw new Misread(error.at + by, error.message, {
      ...(error.expected === null ? {} : { expected: error.expected }),
      nearest: error.nearest,
      unsupported: error.unsupported,
    });
  }
}
