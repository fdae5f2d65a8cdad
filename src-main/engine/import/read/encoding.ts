import { TextDecoder } from 'node:util';
import type { ByteSource } from './source.ts';

/** Encodings that are turned into UTF-8 before anything is cut: their name here, and in the WHATWG Encoding Standard. */
const TRANSCODED = {
  cp1250: 'windows-1250', cp1251: 'windows-1251', cp1253: 'windows-1253', cp1254: 'windows-1254', 'iso-8859-2': 'iso-8859-2',
  'koi8-r': 'koi8-r', 'shift-jis': 'shift_jis', 'euc-jp': 'euc-jp', gb18030: 'gb18030', big5: 'big5', 'euc-kr': 'euc-kr',
} as const; // prettier-ignore
export type TranscodedEncoding = keyof typeof TRANSCODED;
export const TRANSCODED_ENCODINGS = Object.keys(TRANSCODED) as TranscodedEncoding[];

export const ENCODINGS = [
  'utf-8', 'utf-16-le', 'utf-16-be', 'cp1252', 'latin1', 'cp1250', 'cp1251', 'cp1253', 'cp1254', 'iso-8859-2', 'koi8-r',
  'shift-jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr',
] as const; // prettier-ignore
export type Encoding = (typeof ENCODINGS)[number];

function isTranscoded(encoding: Encoding): encoding is TranscodedEncoding {
  return Object.hasOwn(TRANSCODED, encoding);
}

/** A decoder of one of them; `fatal` throws a TypeError at bytes that mean nothing, else they become U+FFFD. */
export function transcoder(encoding: TranscodedEncoding, fatal = false): TextDecoder {
  return new TextDecoder(TRANSCODED[encoding], { fatal });
}

/** What windows-1252 puts at 0x80-0x9F; the five unassigned bytes stay C1 controls, as in the WHATWG table. */
const CP1252_HIGH =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178';

/** A Latin-1 reading of bytes as the windows-1252 text they stand for. */
export function cp1252Text(latin1: string): string {
  return latin1.replace(/[\u0080-\u009F]/g, (c) => CP1252_HIGH.charAt(c.charCodeAt(0) - 0x80));
}

/**
 * Bytes of one field as text; bytes that are not valid UTF-8 are read as windows-1252 and `onFallback` is called. Text that
 * holds U+FFFD, the sign of a character that was lost (half a surrogate pair, bytes without a meaning), calls `onLost`.
 */
export function decodeField(
  bytes: Buffer,
  start: number,
  end: number,
  encoding: Encoding,
  onFallback: () => void,
  onLost: () => void = () => {},
): string {
  if (encoding === 'latin1') return bytes.toString('latin1', start, end);
  if (encoding === 'cp1252') return cp1252Text(bytes.toString('latin1', start, end));
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\uFFFD')) return text;
  if (bytes.subarray(start, end).indexOf('\uFFFD', 0, 'utf8') < 0) {
    onFallback();
    return cp1252Text(bytes.toString('latin1', start, end));
  }
  onLost();
  return text;
}

/** Length of the byte order mark at the start: 3 for UTF-8, 2 for UTF-16, else 0. */
export function bomLength(bytes: Uint8Array): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 2;
  return 0;
}

/** Turns a UTF-16 source into a UTF-8 one, chunk by chunk. Lone surrogates become U+FFFD. */
export function utf16Source(source: ByteSource, bigEndian: boolean): ByteSource {
  const raw = Buffer.allocUnsafe(256 * 1024);
  let kept = 0;
  let ready: Buffer = Buffer.alloc(0);
  let at = 0;
  let ended = false;
  const fill = (): void => {
    const got = source.read(raw.subarray(kept));
    const n = kept + got;
    if (got === 0) ended = true;
    let usable = n - (n % 2);
    const unit = (i: number): number => (bigEndian ? (raw[i]! << 8) | raw[i + 1]! : raw[i]! | (raw[i + 1]! << 8));
    if (!ended && usable >= 2) {
      const last = unit(usable - 2);
      if (last >= 0xd800 && last <= 0xdbff) usable -= 2;
    }
    const units = Buffer.from(raw.subarray(0, usable));
    if (bigEndian) units.swap16();
    ready = Buffer.from(units.toString('utf16le', 0, units.length).toWellFormed(), 'utf8');
    at = 0;
    raw.copyWithin(0, usable, n);
    kept = n - usable;
  };
  return {
    size: source.size,
    read(buffer) {
      while (at >= ready.length && !ended) fill();
      const n = Math.min(buffer.length, ready.length - at);
      buffer.set(ready.subarray(at, at + n));
      at += n;
      return n;
    },
  };
}

/** Turns a source in another encoding into a UTF-8 one, chunk by chunk. */
function transcodedSource(source: ByteSource, encoding: TranscodedEncoding): ByteSource {
  const decoder = transcoder(encoding);
  const raw = Buffer.allocUnsafe(256 * 1024);
  let ready = Buffer.alloc(0);
  let at = 0;
  let ended = false;
  return {
    size: source.size,
    read(buffer) {
      while (at >= ready.length && !ended) {
        const n = source.read(raw);
        ended = n === 0;
        ready = Buffer.from(decoder.decode(raw.subarray(0, n), { stream: !ended }), 'utf8');
        at = 0;
      }
      const n = Math.min(buffer.length, ready.length - at);
      buffer.set(ready.subarray(at, at + n));
      at += n;
      return n;
    },
  };
}

/** UTF-8 bytes (UTF-16 transcoded), or the bytes themselves for the one-byte encodings; the mark is dropped. */
export function textSource(source: ByteSource, encoding: Encoding): ByteSource {
  const inner =
    encoding === 'utf-16-le' || encoding === 'utf-16-be'
      ? utf16Source(source, encoding === 'utf-16-be')
      : isTranscoded(encoding)
        ? transcodedSource(source, encoding)
        : source;
  if (encoding === 'cp1252' || encoding === 'latin1') return inner;
  let first = true;
  return {
    size: source.size,
    read(buffer) {
      let n = inner.read(buffer);
      if (first && n > 0) {
        while (n < 3 && buffer.length >= 3) {
          const got = inner.read(buffer.subarray(n));
          if (got === 0) break;
          n += got;
        }
        first = false;
        if (n >= 3 && bomLength(buffer) === 3) {
          buffer.copyWithin(0, 3, n);
          n -= 3;
          if (n === 0) n = inner.read(buffer);
        }
      }
      return n;
    },
  };
}

/** Whole bytes as text in that encoding, without the mark. */
export function decodeAll(bytes: Uint8Array, encoding: Encoding): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (encoding) {
    case 'utf-8':
      return buffer.toString('utf8', bomLength(bytes) === 3 ? 3 : 0, buffer.length);
    case 'utf-16-le':
      return buffer.toString('utf16le', bomLength(bytes) === 2 ? 2 : 0, buffer.length - (buffer.length % 2));
    case 'utf-16-be': {
      const swapped = Buffer.from(buffer.subarray(0, buffer.length - (buffer.length % 2)));
      swapped.swap16();
      return swapped.toString('utf16le', bomLength(bytes) === 2 ? 2 : 0, swapped.length);
    }
    case 'cp1252':
      return cp1252Text(buffer.toString('latin1', 0, buffer.length));
    case 'latin1':
      return buffer.toString('latin1', 0, buffer.length);
    default:
      return transcoder(encoding).decode(buffer);
  }
}
