import { LadderlineError } from '#engine/base/errors.ts';

const MAGIC: readonly (readonly [signature: string, what: string, todo: string])[] = [
  ['PK\u0003\u0004', 'an archive within an archive', 'Unpack it and import the files inside.'],
  ['PK\u0005\u0006', 'an empty ZIP archive', 'Export the data again as CSV.'],
  ['\u00D0\u00CF\u0011\u00E0', 'an old Excel or Word file', 'Save the sheet as XLSX or CSV and import that.'],
  ['%PDF-', 'a PDF document', 'Export the data as CSV; figures in a PDF cannot be imported.'],
  ['SQLite format 3\u0000', 'an SQLite database', 'Export the table as CSV and import that.'],
  ['\u007FELF', 'a program', 'Choose the exported CSV file.'],
  ['MZ\u0090', 'a program', 'Choose the exported CSV file.'],
  ['\u0089PNG', 'a picture', 'Choose the exported CSV file.'],
  ['\u00FF\u00D8\u00FF', 'a picture', 'Choose the exported CSV file.'],
  ['GIF8', 'a picture', 'Choose the exported CSV file.'],
  ['\u001F\u008B', 'an archive within an archive', 'Unpack it and import the file inside.'],
  ['7z\u00BC\u00AF', 'a 7-Zip archive', 'Unpack it and import the CSV inside.'],
  ['Rar!', 'a RAR archive', 'Unpack it and import the CSV inside.'],
  ['BZh', 'a bzip2 archive', 'Unpack it and import the CSV inside.'],
  ['\u0028\u00B5\u002F\u00FD', 'a zstd archive', 'Unpack it and import the CSV inside.'],
  ['PAR1', 'a Parquet file', 'Export the data as CSV and import that.'],
];

/** `utf-16-le` or `utf-16-be` when every other byte is mostly NUL and the rest is text; else null. */
export function utf16Pattern(head: Uint8Array): 'utf-16-le' | 'utf-16-be' | null {
  const n = Math.min(head.length - (head.length % 2), 64 * 1024);
  if (n < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0) even += 1;
    if (head[i + 1] === 0) odd += 1;
  }
  const units = n / 2;
  if (odd > units * 0.4 && even < units * 0.02) return 'utf-16-le';
  if (even > units * 0.4 && odd < units * 0.02) return 'utf-16-be';
  return null;
}

/** Why these first bytes are no delimited text, as a sentence with what to do; null when they may be. */
export function refusal(head: Uint8Array): string | null {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64)).toString(
    'latin1',
    0,
    Math.min(head.length, 64),
  );
  for (const [signature, what, todo] of MAGIC) if (start.startsWith(signature)) return `It is ${what}. ${todo}`;
  if (head.length === 0) return 'It is empty. Export the data again.';
  if (/^\s*(<\?xml|<!doctype|<html)/i.test(start))
    return 'It is a web page or XML, not a table. Download the export itself, as CSV.';
  const n = Math.min(head.length, 64 * 1024);
  let nul = 0;
  let control = 0;
  let printable = 0;
  for (let i = 0; i < n; i += 1) {
    const c = head[i]!;
    if (c === 0) nul += 1;
    else if (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 12) control += 1;
    else if (c > 32) printable += 1;
  }
  // UTF-16 text of any language has fewer than half its bytes zero, UTF-32 text has three of four.
  if (nul > n * 0.6 && printable > n * 0.1)
    return 'It is text in UTF-32, or a damaged copy of one, which is not read. Save it as UTF-8 and import that.';
  if (head.length >= 2 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)))
    return null;
  if (utf16Pattern(head)) return null;
  if (printable === 0) return 'It holds no text, only blanks or zero bytes. Export the data again.';
  if (nul > n * 0.1 || control > n * 0.02)
    return 'It is a binary file, not a table of text. Choose the exported CSV file.';
  return null;
}

/** Throws `not-an-export` when the first bytes of a file cannot be delimited text. */
export function refuseBinary(head: Uint8Array, fileName: string): void {
  const reason = refusal(head);
  if (reason)
    throw new LadderlineError('not-an-export', `${fileName} cannot be imported. ${reason}`, { file: fileName });
}
