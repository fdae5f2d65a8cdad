import { readExactly, type ByteFile } from './byte-file.ts';

/** The first bytes of an OLE compound file: old Office formats, and new ones behind a password (MS-CFB 2.2). */
export function isCompound(head: Uint8Array): boolean {
  return head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11 && head[3] === 0xe0;
}

/** Why a compound file cannot be imported, by the names in its directory, and what to do. */
export function compoundReason(file: ByteFile): string {
  const header = readExactly(file, 0, 512);
  const shift = header.length === 512 ? header.readUInt16LE(30) : 0;
  const at = shift === 9 || shift === 12 ? (header.readUInt32LE(48) + 1) * 2 ** shift : 0;
  const directory = at > 0 && at < file.size ? readExactly(file, at, 4096) : Buffer.alloc(0);
  const names: string[] = [];
  for (let i = 0; i + 128 <= directory.length; i += 128) {
    const length = directory.readUInt16LE(i + 64);
    if (length >= 2 && length <= 64) names.push(directory.toString('utf16le', i, i + length - 2));
  }
  if (names.includes('EncryptedPackage'))
    return 'It is a workbook protected by a password. Open it with the password, save it without one, and import that.';
  if (names.includes('Workbook') || names.includes('Book'))
    return 'It is an old Excel workbook (XLS). Save it as XLSX or CSV and import that.';
  if (names.includes('WordDocument')) return 'It is an old Word document. Save its table as CSV and import that.';
  return 'It is an old Office file (or one protected by a password). Save the sheet as XLSX or CSV and import that.';
}
