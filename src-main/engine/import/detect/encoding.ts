import { isUtf8 } from 'node:buffer';
import { bomLength, type Encoding } from '../read/encoding.ts';
import { utf16Pattern } from '../read/refuse.ts';
import { otherEncoding } from './other-encoding.ts';

export type EncodingFinding = { encoding: Encoding; bom: boolean; why: string };

/**
 * Byte order mark > UTF-16 by its NUL pattern > valid UTF-8 > what the letters of a language tell > windows-1252 (Latin-1 when it
 * holds bytes windows-1252 does not assign).
 */
export function detectEncoding(head: Uint8Array): EncodingFinding {
  const mark = bomLength(head);
  if (mark === 3) return { encoding: 'utf-8', bom: true, why: 'byte order mark' };
  if (mark === 2) return { encoding: head[0] === 0xff ? 'utf-16-le' : 'utf-16-be', bom: true, why: 'byte order mark' };
  const wide = utf16Pattern(head);
  if (wide) return { encoding: wide, bom: false, why: 'every other byte is zero' };
  if (isUtf8(withoutCutCharacter(head))) return { encoding: 'utf-8', bom: false, why: 'all bytes are valid UTF-8' };
  const text = decodable(head);
  if (text > 0.999)
    return {
      encoding: 'utf-8',
      bom: false,
      why: 'nearly all characters are valid UTF-8; the others are read as windows-1252',
    };
  const other = otherEncoding(head);
  if (other) return { encoding: other.encoding, bom: false, why: other.why };
  for (const byte of head) {
    if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) {
      return { encoding: 'latin1', bom: false, why: 'not UTF-8, and bytes that windows-1252 does not assign' };
    }
  }
  return { encoding: 'cp1252', bom: false, why: 'not valid UTF-8: read as windows-1252' };
}

/** Drops up to three bytes of a character that the end of the head cuts. */
function withoutCutCharacter(head: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, head.length); back += 1) {
    const byte = head[head.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
  }
  return head;
}

/** Share of the non-ASCII characters that are valid UTF-8 when at least a thousand are, else 0. */
function decodable(head: Uint8Array): number {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('utf8', 0, head.length);
  let good = 0;
  let bad = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0xfffd) bad += 1;
    else if (c > 0x7f) good += 1;
  }
  return good >= 1000 ? good / (good + bad) : 0;
}
