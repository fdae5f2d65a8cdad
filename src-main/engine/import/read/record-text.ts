import { decodeAll, type Encoding } from './encoding.ts';
import type { Delimiter } from './reader.ts';

/**
 * The text of the record that starts `skipLines` physical lines into a raw block, without its line end: quoted line ends
 * belong to it. `bytes` start at the start of a line. A quote that is not closed within the block ends at its own line.
 */
export function recordTextAt(bytes: Uint8Array, encoding: Encoding, delimiter: Delimiter, skipLines = 0): string {
  const text = decodeAll(bytes, encoding);
  let start = 0;
  for (let skipped = 0; skipped < skipLines; skipped += 1) {
    const next = nextLine(text, start);
    if (next < 0) return '';
    start = next;
  }
  const stop = delimiter.charCodeAt(0);
  let fieldStart = true;
  let firstEnd = -1;
  let quoted = false;
  for (let i = start; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 34) {
        if (text.charCodeAt(i + 1) === 34) i += 1;
        else quoted = false;
      } else if ((c === 10 || c === 13) && firstEnd < 0) {
        firstEnd = i;
      }
    } else if (c === 34 && fieldStart) {
      quoted = true;
      fieldStart = false;
    } else if (c === 10 || c === 13) {
      return text.slice(start, i);
    } else {
      fieldStart = c === stop;
    }
  }
  return text.slice(start, quoted && firstEnd >= 0 ? firstEnd : text.length).replace(/[\r\n]+$/, '');
}

function nextLine(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 10) return i + 1;
    if (c === 13) return text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1;
  }
  return -1;
}
