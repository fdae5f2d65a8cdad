import * as zlib from 'node:zlib';
import { LadderlineError } from '#engine/base/errors.ts';
import { readExactly, sectionSource, type ByteFile } from './byte-file.ts';
import { inflate, inflateHead, RATIO_LIMIT, unpackWhole, unsafe, type Unpacked } from './inflate.ts';

/** Limits that the directory must keep before anything is unpacked (OWASP ASVS 5.2.3). */
export const ENTRY_LIMIT = 2000;
export const ENTRY_BYTES = 200_000_000;
/** Entries below this size may have any ratio. */
const RATIO_FROM = 1 << 20;
const DIRECTORY_LIMIT = 4 << 20;

export type ZipEntry = {
  /** As the archive states it; never used as a path. */
  readonly name: string;
  readonly bytes: number;
  readonly packed: number;
  readonly method: number;
  readonly crc: number;
  readonly offset: number;
  readonly encrypted: boolean;
  readonly folder: boolean;
  readonly link: boolean;
};

export type Zip = { readonly name: string; readonly file: ByteFile; readonly entries: readonly ZipEntry[] };

function broken(name: string, what: string): LadderlineError {
  return new LadderlineError('damaged-archive', `${name} cannot be imported: ${what} Export or download it again.`, {
    file: name,
  });
}

/** A count of bytes that does not fit a number, or none at all, is as wrong as one that is too large. */
function wide(bytes: Buffer, at: number): number {
  return at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : Number.NaN;
}

/**
 * Reads the central directory of a ZIP archive (PKWARE APPNOTE 6.3, with zip64) and checks it against bombs before anything
 * is unpacked: number of entries, stated size and ratio of each, and that no two share bytes. Throws `damaged-archive` or
 * `unsafe-archive`.
 */
export function openZip(file: ByteFile, name: string): Zip {
  const tailLength = Math.min(file.size, 65_557 + 20);
  const tailFrom = file.size - tailLength;
  const tail = readExactly(file, tailFrom, tailLength);
  let end = -1;
  for (let i = tail.length - 22; i >= 0 && end < 0; i -= 1)
    if (tail.readUInt32LE(i) === 0x06054b50 && i + 22 + tail.readUInt16LE(i + 20) <= tail.length) end = i;
  if (end < 0)
    throw broken(name, 'the directory at the end of the archive is missing; the file is cut off or damaged.');
  let count = tail.readUInt16LE(end + 10);
  let size = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  let endsAt = tailFrom + end;
  if (tail.readUInt16LE(end + 4) !== 0 && tail.readUInt16LE(end + 4) !== 0xffff)
    throw broken(name, 'it is one part of an archive in several parts.');
  if (end >= 20 && tail.readUInt32LE(end - 20) === 0x07064b50) {
    const at = wide(tail, end - 12);
    const record = Number.isSafeInteger(at) && at < file.size ? readExactly(file, at, 56) : Buffer.alloc(0);
    if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50)
      throw broken(name, 'its zip64 directory is damaged.');
    count = wide(record, 32);
    size = wide(record, 40);
    offset = wide(record, 48);
    endsAt = at;
  }
  if (count > ENTRY_LIMIT || size > DIRECTORY_LIMIT)
    throw unsafe(name, `it holds ${count} files; at most ${ENTRY_LIMIT} are taken.`);
  // What stands before the archive in the file (a self-extracting program) shifts every offset.
  const shift = endsAt - size - offset;
  if (!(shift >= 0) || !(offset >= 0)) throw broken(name, 'its directory is damaged.');
  const directory = readExactly(file, offset + shift, size);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw broken(name, 'its directory is damaged.');
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const commentLength = directory.readUInt16LE(at + 32);
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > directory.length) throw broken(name, 'its directory is damaged.');
    const flags = directory.readUInt16LE(at + 8);
    const rawName = directory.subarray(at + 46, at + 46 + nameLength);
    const text = flags & 0x800 || isUtf8(rawName) ? rawName.toString('utf8') : rawName.toString('latin1');
    let packed = directory.readUInt32LE(at + 20);
    let bytes = directory.readUInt32LE(at + 24);
    let local = directory.readUInt32LE(at + 42);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2)) {
      if (extra.readUInt16LE(e) !== 1) continue;
      let k = e + 4;
      if (bytes === 0xffffffff) [bytes, k] = [wide(extra, k), k + 8];
      if (packed === 0xffffffff) [packed, k] = [wide(extra, k), k + 8];
      if (local === 0xffffffff) local = wide(extra, k);
      break;
    }
    const unixMode = directory.readUInt16LE(at + 4) >> 8 === 3 ? directory.readUInt32LE(at + 38) >>> 16 : 0;
    entries.push({
      name: text,
      bytes,
      packed,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      offset: local + shift,
      encrypted: (flags & 1) !== 0,
      folder: text.endsWith('/') || text.endsWith('\\'),
      link: (unixMode & 0xf000) === 0xa000,
    });
    at = next;
  }
  check(name, entries, offset + shift);
  return { name, file, entries };
}

function isUtf8(bytes: Buffer): boolean {
  return !bytes.toString('utf8').includes('\uFFFD');
}

function check(name: string, entries: readonly ZipEntry[], directoryAt: number): void {
  for (const entry of entries) {
    const inside = `${name}/${shownName(entry.name)}`;
    if (
      !Number.isSafeInteger(entry.bytes) ||
      !Number.isSafeInteger(entry.packed) ||
      !Number.isSafeInteger(entry.offset)
    )
      throw broken(name, 'its directory is damaged.');
    if (entry.bytes > ENTRY_BYTES)
      throw unsafe(
        inside,
        `it would unpack to ${Math.ceil(entry.bytes / 1e6)} MB; at most ${ENTRY_BYTES / 1e6} MB are taken from an archive or workbook.`,
      );
    if (entry.bytes > RATIO_FROM && entry.bytes > entry.packed * RATIO_LIMIT)
      throw unsafe(inside, `it would unpack to more than ${RATIO_LIMIT} times its size, as no export does.`);
  }
  let free = 0;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset < free) throw unsafe(name, 'two of its files share the same bytes, as in a bomb.');
    free = entry.offset + 30 + entry.packed;
  }
  if (free > directoryAt) throw broken(name, 'its directory does not fit its files.');
}

/** An entry's name as it may be shown: no control or direction characters, forward slashes. */
export function shownName(name: string): string {
  return name.replaceAll('\\', '/').replace(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

function dataAt(zip: Zip, entry: ZipEntry): number {
  const header = readExactly(zip.file, entry.offset, 30);
  const at = header.length < 30 ? -1 : entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (at < 0 || header.readUInt32LE(0) !== 0x04034b50 || at + entry.packed > zip.file.size)
    throw broken(`${zip.name}/${shownName(entry.name)}`, 'its place in the archive is damaged.');
  return at;
}

function refuseUnreadable(name: string, entry: ZipEntry): void {
  if (entry.encrypted)
    throw new LadderlineError(
      'password',
      `${name} is protected by a password. Unpack it with the password and import the file inside.`,
      { file: name },
    );
  if (entry.method !== 0 && entry.method !== 8)
    throw new LadderlineError(
      'packing',
      `${name} is packed by a method that is not read (number ${entry.method}). Pack it as an ordinary ZIP (deflate), or import the file inside.`,
      { file: name },
    );
  if (entry.method === 0 && entry.packed !== entry.bytes) throw unsafe(name, 'its stated sizes contradict each other.');
}

/** The bytes of one entry, unpacked while they are read; checked against stated size, ratio and CRC-32. */
export function openEntry(zip: Zip, entry: ZipEntry): Unpacked {
  const name = `${zip.name}/${shownName(entry.name)}`;
  refuseUnreadable(name, entry);
  const section = sectionSource(zip.file, dataAt(zip, entry), entry.packed);
  let at = 0;
  const inner: Unpacked =
    entry.method === 8
      ? inflate(section, { name, packing: 'deflate-raw', declared: entry.bytes })
      : {
          size: entry.bytes,
          get packed() {
            return at;
          },
          read(buffer) {
            const n = section.read(buffer);
            at += n;
            return n;
          },
          close() {},
        };
  let crc = 0;
  let done = 0;
  return {
    size: entry.bytes,
    get packed() {
      return inner.packed;
    },
    read(buffer) {
      if (buffer.length === 0) return 0;
      const n = inner.read(buffer);
      if (n > 0) {
        crc = zlib.crc32(buffer.subarray(0, n), crc);
        done += n;
      } else if (done !== entry.bytes || crc !== entry.crc) {
        inner.close();
        throw broken(name, 'its check sum is wrong.');
      }
      return n;
    },
    close: () => inner.close(),
  };
}

/** All of an entry, checked in the same way. An entry larger than `limit` throws `unsafe-archive`. */
export function readEntry(zip: Zip, entry: ZipEntry, limit: number): Buffer {
  const name = `${zip.name}/${shownName(entry.name)}`;
  if (entry.bytes > limit)
    throw unsafe(
      name,
      `it takes ${Math.ceil(entry.bytes / 1e6)} MB; at most ${Math.floor(limit / 1e6)} MB are read of such a part.`,
    );
  refuseUnreadable(name, entry);
  const packed = readExactly(zip.file, dataAt(zip, entry), entry.packed);
  const bytes =
    entry.method === 8 ? unpackWhole(packed, { name, packing: 'deflate-raw', declared: entry.bytes }) : packed;
  if (bytes.length !== entry.bytes || zlib.crc32(bytes) !== entry.crc) throw broken(name, 'its check sum is wrong.');
  return bytes;
}

/** The first unpacked bytes of an entry (about 1 to 100 KB); empty when they cannot be read. */
export function entryHead(zip: Zip, entry: ZipEntry): Buffer {
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) return Buffer.alloc(0);
  const packed = readExactly(zip.file, dataAt(zip, entry), Math.min(entry.packed, 16 * 1024));
  return entry.method === 8 ? inflateHead(packed) : packed;
}
