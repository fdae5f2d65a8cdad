import { basename } from 'node:path';
import { LadderlineError } from '#engine/base/errors.ts';
import { PROFILES } from '../profiles/index.ts';
import { statOf } from '../read/regular-file.ts';
import { diskFile, memoryFile, type ByteFile } from '../read/byte-file.ts';
import { compoundReason, isCompound } from '../read/compound.ts';
import { textSource } from '../read/encoding.ts';
import { inflate, inflateHead } from '../read/inflate.ts';
import { jsonColumns, jsonRows, jsonShape, JsonText } from '../read/json-text.ts';
import { RecordReader } from '../read/reader.ts';
import type { MadeText } from '../read/row-notes.ts';
import { bytesSource, openFile, readHead, type ByteSource } from '../read/source.ts';
import { Workbook, type Sheet } from '../read/workbook.ts';
import { openEntry, openZip, readEntry, shownName, type Zip, type ZipEntry } from '../read/zip.ts';
import { headRecords } from './delimiter.ts';
import { detectEncoding } from './encoding.ts';
import { findLayout } from './layout.ts';

/** What was decided about a file before its text was looked at. */
export type Note = { readonly what: string; readonly value: string; readonly why: string };

export type SheetInfo = { readonly name: string; readonly hidden: boolean; readonly range: string | null };

/** What `inspect` need not find out about text that was made from another format. */
export type Made = Pick<ExportFile, 'notes' | 'format'> & { readonly layout: NonNullable<ExportFile['layout']> };

/** The part of an export that `inspect` is told; undefined for a file that is text itself. */
export function madeOf({ layout, notes, format }: ExportFile): Made | undefined {
  return layout === undefined ? undefined : { layout, notes, format };
}

type Closable = ByteSource & { close?(): void };

/** A file to import, whatever it is packed or written in. */
export type ExportFile = {
  /** Name in the ledger: `archive.zip/entry.csv` for a file in an archive. */
  readonly name: string;
  /** How the bytes are written. Text is read as it is; the others are made into text. */
  readonly format: 'text' | 'xlsx' | 'json';
  /** The sheet that is read. */
  readonly sheet: string | null;
  readonly sheets: readonly SheetInfo[];
  readonly notes: readonly Note[];
  /** Layout of made text; undefined for a file that is text itself. */
  readonly layout: { readonly preambleRecords?: number; readonly headerRows?: number } | undefined;
  /** The file's own bytes, those that are kept with the batch. */
  raw(): Closable;
  /** The text of its records; of a file that is text, its own bytes. */
  text(checkCancel?: () => void): Closable & Partial<Pick<MadeText, 'consumed'>>;
  /**
   * Rows `first` to `last` (1-based) as the file has them, '' for an empty one, none beyond the last: a sheet's row as a line
   * of CSV, a record of JSON as its JSON. Reads from the start. Undefined for a file that is text: its bytes hold its lines.
   */
  readonly rows?: (first: number, last: number) => string[];
};

export type ExportOptions = {
  /** Sheet to read, by name or number from 1; default: the first visible one with a table. */
  readonly sheet?: string | undefined;
  /** Look at the first 4 MB of a JSON file only to find its columns. */
  readonly preview?: boolean | undefined;
  readonly checkCancel?: () => void;
};

/** Where the bytes of a file are. */
export type Origin = {
  readonly name: string;
  source(): Closable;
  /** Bytes at any place, for formats with a directory at their end. */
  file(): ByteFile;
  /** At least `length` first bytes, found faster than by `source`; null when that is not possible. */
  head?(length: number): Buffer | null;
};

const HEAD = 64 * 1024;
const JSON_HEAD = 2 << 20;
const PREVIEW_BYTES = 4 << 20;
/** A packed workbook within an archive is unpacked into memory; larger ones are refused. */
const WORKBOOK_IN_ARCHIVE = 64 << 20;
const NOT_TABLES =
  /\.(?:pdf|png|jpe?g|gif|svg|webp|mp[34]|wav|m4a|docx?|pptx?|html?|xml|md|exe|dll|js|css|ics|vcf|eml)$/i;
const ARCHIVES = /\.(?:zip|gz|tgz|7z|rar|tar|bz2|xz)$/i;

/**
 * Opens a file to import. `path` may go on inside an archive: `exports.zip/deals.csv`. Throws `file-missing`,
 * `file-unreadable`, `not-a-file`, `not-an-export`, `several-files` (an archive with more than one file), `no-sheet`,
 * `password`, `damaged-archive`, `damaged-workbook` or `unsafe-archive`. Bytes that are no table of text are found out later,
 * by `inspect`.
 */
export function openExport(path: string, options: ExportOptions = {}): ExportFile {
  const { archive, inside } = splitPath(path);
  const stat = statOf(archive);
  const origin: Origin = {
    name: basename(archive),
    source: () => openFile(archive),
    file: () => diskFile(archive, stat ? { size: stat.size, mtimeMs: stat.mtimeMs } : undefined),
  };
  return openOrigin(origin, inside, options);
}

/** Opens what `origin` holds: a stored batch, or a file. */
export function openOrigin(origin: Origin, inside: string | null, options: ExportOptions = {}): ExportFile {
  const head = headOf(origin, HEAD);
  if (isZip(head)) {
    const zip = withZip(origin, (z) => z);
    const workbook = inside === null ? workbookParts(zip) : 'archive';
    if (workbook === 'xlsx') return openWorkbook(origin, options);
    if (workbook !== 'archive') throw refused(origin.name, workbook);
    return openOrigin(entryOrigin(origin, chosenEntry(zip, inside)), null, options);
  }
  if (inside !== null)
    throw new LadderlineError('file-missing', `There is no file ${inside} in ${origin.name}: it is no ZIP archive.`);
  if (isCompound(head)) {
    const file = origin.file();
    try {
      throw refused(origin.name, compoundReason(file));
    } finally {
      file.close();
    }
  }
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = gzipOrigin(origin);
    const first = headOf(unpacked, HEAD);
    if (first[0] === 0x1f && first[1] === 0x8b)
      throw refused(origin.name, 'It is packed twice. Unpack it once and import the result.');
    if (isZip(first) && workbookParts(withZip(unpacked, (z) => z)) !== 'xlsx')
      throw refused(origin.name, 'It is an archive within an archive. Unpack it and import the files inside.');
    return openOrigin(unpacked, null, options);
  }
  const json = jsonIn(origin, head);
  return json ? openJson(origin, json, options) : openText(origin);
}

function refused(name: string, reason: string): LadderlineError {
  return new LadderlineError('not-an-export', `${name} cannot be imported. ${reason}`, { file: name });
}

function splitPath(path: string): { archive: string; inside: string | null } {
  if (statOf(path)) return { archive: path, inside: null };
  for (let at = path.length; at > 0;) {
    at = Math.max(path.lastIndexOf('/', at - 1), path.lastIndexOf('\\', at - 1));
    if (at <= 0) break;
    if (statOf(path.slice(0, at))?.isFile())
      return { archive: path.slice(0, at), inside: path.slice(at + 1).replaceAll('\\', '/') };
  }
  return { archive: path, inside: null };
}

function headOf(origin: Origin, length: number): Buffer {
  const fast = origin.head?.(length);
  if (fast) return fast.subarray(0, length);
  const source = origin.source();
  try {
    const head = readHead(source, length);
    return Buffer.from(head.buffer, head.byteOffset, head.length);
  } finally {
    source.close?.();
  }
}

function withZip<T>(origin: Origin, ask: (zip: Zip) => T): T {
  const file = origin.file();
  try {
    return ask(openZip(file, origin.name));
  } finally {
    file.close();
  }
}

function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5 || head[2] === 7);
}

/** What a ZIP is: a workbook, an ordinary archive, or another format's container, then the reason to refuse it. */
function workbookParts(zip: Zip): string {
  const names = new Set(zip.entries.map((e) => e.name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()));
  const has = (start: string): boolean => [...names].some((name) => name.startsWith(start));
  if (names.has('xl/workbook.bin')) return 'It is a binary workbook (XLSB). Save it as XLSX or CSV and import that.';
  if (names.has('[content_types].xml')) {
    if (has('xl/workbook')) return 'xlsx';
    if (has('word/')) return 'It is a Word document. Save its table as CSV and import that.';
    if (has('ppt/')) return 'It is a presentation. Export the data as CSV.';
    return [...names].some((name) => /(?:^|\/)workbook\d*\.xml$/.test(name)) ? 'xlsx' : 'archive';
  }
  if (names.has('mimetype') && names.has('content.xml'))
    return 'It is an OpenDocument file (ODS). Save the sheet as XLSX or CSV and import that.';
  if (has('index/') && [...names].some((name) => name.endsWith('.iwa')))
    return 'It is a Numbers document. Export it as XLSX or CSV and import that.';
  return 'archive';
}

/** Files of an archive under names that are unique and may be shown. */
function filesOf(zip: Zip): {
  files: { name: string; entry: ZipEntry }[];
  leftOut: { name: string; reason: string }[];
} {
  const files: { name: string; entry: ZipEntry }[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  const seen = new Map<string, number>();
  for (const entry of zip.entries) {
    let name = shownName(entry.name);
    const last = name.replace(/^.*\//, '');
    if (
      entry.folder ||
      name.startsWith('__MACOSX/') ||
      last.startsWith('.') ||
      /^(?:thumbs\.db|desktop\.ini)$/i.test(last)
    )
      continue;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (times > 1) name = `${name} (${times})`;
    if (entry.link) leftOut.push({ name, reason: 'It is a link to another file.' });
    else if (entry.bytes === 0) leftOut.push({ name, reason: 'It is empty.' });
    else if (ARCHIVES.test(name))
      leftOut.push({ name, reason: 'It is an archive within the archive. Unpack it and import the files inside.' });
    else if (NOT_TABLES.test(name)) leftOut.push({ name, reason: 'It is no table.' });
    else files.push({ name, entry });
  }
  return { files, leftOut };
}

function chosenEntry(zip: Zip, inside: string | null): { name: string; entry: ZipEntry } {
  const { files, leftOut } = filesOf(zip);
  if (inside !== null) {
    const found = files.find((file) => file.name === inside) ?? files.find((file) => file.entry.name === inside);
    if (found) return found;
    const left = leftOut.find((file) => file.name === inside);
    if (left) throw refused(`${zip.name}/${inside}`, left.reason);
    throw new LadderlineError(
      'file-missing',
      `${zip.name} holds no file ${inside}. It holds ${listed(files.map((f) => f.name)) || 'none that can be imported'}.`,
    );
  }
  if (files.length === 1) return files[0]!;
  if (files.length === 0)
    throw refused(
      zip.name,
      `It is a ZIP archive without a file that can be imported${leftOut.length > 0 ? ` (${listed(leftOut.map((f) => f.name))})` : ''}. Export the data again as CSV.`,
    );
  throw new LadderlineError(
    'several-files',
    `${zip.name} holds ${files.length} files: ${listed(files.map((f) => f.name))}. Import them one by one as ${zip.name}/${files[0]!.name}.`,
    { files: files.map((f) => f.name) },
  );
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 8).join(', ')}${names.length > 8 ? `, and ${names.length - 8} more` : ''}`;

function entryOrigin(archive: Origin, { name, entry }: { name: string; entry: ZipEntry }): Origin {
  let held: Buffer | null = null;
  return {
    name: `${archive.name}/${name}`,
    source() {
      const file = archive.file();
      try {
        const inner = openEntry(openZip(file, archive.name), entry);
        return { size: inner.size, read: (buffer) => inner.read(buffer), close: () => (inner.close(), file.close()) };
      } catch (error) {
        file.close();
        throw error;
      }
    },
    file: () => memoryFile((held ??= withZip(archive, (zip) => readEntry(zip, entry, WORKBOOK_IN_ARCHIVE)))),
  };
}

function gzipOrigin(packed: Origin): Origin {
  const source = (): Closable => {
    const inner = packed.source();
    const unpacked = inflate(inner, { name: packed.name, packing: 'gzip', declared: null });
    return { size: null, read: (buffer) => unpacked.read(buffer), close: () => (unpacked.close(), inner.close?.()) };
  };
  let held: Buffer | null = null;
  return {
    name: packed.name,
    source,
    head(length) {
      const start = inflateHead(headOf(packed, HEAD), 'gzip');
      return start.length >= length ? start : null;
    },
    file() {
      if (held) return memoryFile(held);
      const unpacked = source();
      const parts: Buffer[] = [];
      let total = 0;
      try {
        for (;;) {
          const part = Buffer.allocUnsafe(1 << 20);
          const n = unpacked.read(part);
          if (n === 0) break;
          parts.push(part.subarray(0, n));
          if ((total += n) > WORKBOOK_IN_ARCHIVE)
            throw refused(
              packed.name,
              'It is a packed workbook of more than 64 MB. Unpack it and import the workbook.',
            );
        }
      } finally {
        unpacked.close?.();
      }
      return memoryFile((held = Buffer.concat(parts)));
    },
  };
}

function openText(origin: Origin): ExportFile {
  return {
    name: origin.name,
    format: 'text',
    sheet: null,
    sheets: [],
    notes: [],
    layout: undefined,
    raw: () => origin.source(),
    text: () => origin.source(),
  };
}

type JsonFound = { shape: NonNullable<ReturnType<typeof jsonShape>>; encoding: 'utf-8' | 'utf-16-le' | 'utf-16-be' };

function jsonIn(origin: Origin, head: Buffer): JsonFound | null {
  const found = detectEncoding(head).encoding;
  const encoding = found === 'utf-16-le' || found === 'utf-16-be' ? found : 'utf-8';
  const decoded = (bytes: Buffer): Buffer => {
    const text = textSource(bytesSource(bytes), encoding);
    const all = readHead(text, bytes.length * 2);
    return Buffer.from(all.buffer, all.byteOffset, all.length);
  };
  const start = decoded(head.subarray(0, 4096)).toString('latin1').trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) return null;
  const longer = head.length < HEAD ? head : headOf(origin, JSON_HEAD);
  const shape = jsonShape(decoded(longer), longer.length < (longer === head ? HEAD : JSON_HEAD));
  return shape ? { shape, encoding } : null;
}

function openJson(origin: Origin, { shape, encoding }: JsonFound, options: ExportOptions): ExportFile {
  let names: readonly string[] | null = null;
  const open = (): Closable => {
    const source = origin.source();
    const text = textSource(source, encoding);
    return { size: source.size, read: (buffer) => text.read(buffer), close: () => source.close?.() };
  };
  const columns = (checkCancel: () => void): readonly string[] => {
    if (names) return names;
    const source = open();
    let left = options.preview ? PREVIEW_BYTES : Infinity;
    const limited: ByteSource = {
      size: null,
      read(buffer) {
        const n = left <= 0 ? 0 : source.read(buffer);
        left -= n;
        return n;
      },
    };
    try {
      return (names = jsonColumns(limited, shape, origin.name, checkCancel));
    } finally {
      source.close?.();
    }
  };
  const notes: Note[] = [
    {
      what: 'records',
      value: 'JSON',
      why:
        shape.kind === 'lines'
          ? 'one object a line'
          : shape.kind === 'stream'
            ? 'objects one after the other'
            : shape.under === null
              ? 'the items of the list'
              : `the items of the list "${shape.under}"; what stands beside it is left out`,
    },
  ];
  return {
    name: origin.name,
    format: 'json',
    sheet: null,
    sheets: [],
    notes,
    layout: { preambleRecords: 0, headerRows: 1 },
    raw: () => origin.source(),
    text: (checkCancel = options.checkCancel ?? (() => {})) =>
      new JsonText(open(), shape, columns(checkCancel), origin.name, checkCancel),
    rows(first, last) {
      const source = open();
      try {
        return collectRows(jsonRows(source, shape, origin.name), first, last);
      } finally {
        source.close?.();
      }
    },
  };
}

function openWorkbook(origin: Origin, options: ExportOptions): ExportFile {
  const checkCancel = options.checkCancel ?? (() => {});
  const file = origin.file();
  try {
    const zip = openZip(file, origin.name);
    const workbook = new Workbook(zip);
    const { sheet, why } = chooseSheet(workbook, zip, options.sheet, checkCancel);
    const merges = workbook.mergesOf(zip, sheet, checkCancel);
    const text = (check = checkCancel): ReturnType<ExportFile['text']> => {
      const opened = origin.file();
      try {
        const made = workbook.open(openZip(opened, origin.name), sheet, check);
        return {
          size: null,
          notes: made.notes,
          get consumed() {
            return made.consumed;
          },
          read: (buffer) => made.read(buffer),
          close: () => (made.close(), opened.close()),
        };
      } catch (error) {
        opened.close();
        throw error;
      }
    };
    const notes: Note[] = [{ what: 'sheet', value: sheet.name, why }];
    for (const other of workbook.sheets) {
      if (other === sheet || !other.filled) continue;
      notes.push({
        what: 'left out',
        value: `sheet "${other.name}"`,
        why: other.hidden ? 'a hidden sheet; name it to read it' : 'another sheet; name it to read it',
      });
    }
    if (merges.length > 0)
      notes.push({
        what: 'merged cells',
        value: String(merges.length),
        why: 'texts and dates are repeated in the rows below; numbers stand in the first row only',
      });
    return {
      name: origin.name,
      format: 'xlsx',
      sheet: sheet.name,
      sheets: workbook.sheets.map(({ name, hidden, range }) => ({ name, hidden, range })),
      notes,
      layout: {},
      raw: () => origin.source(),
      text,
      rows(first, last) {
        const made = text();
        try {
          return collectRows(recordLines(made), first, last);
        } finally {
          made.close?.();
        }
      },
    };
  } finally {
    file.close();
  }
}

/** The records of made text with their row numbers, each as a line of CSV. */
function* recordLines(source: ByteSource): Generator<{ line: number; text: string }> {
  const reader = new RecordReader(source, { encoding: 'utf-8', delimiter: ',' });
  const cells: string[] = [];
  for (let n = reader.next(); n > 0; n = reader.next()) {
    for (let r = 0; r < n; r += 1) {
      const width = reader.cells(r, cells);
      const texts = cells.slice(0, width).map((c) => (/[",\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c));
      yield { line: reader.lines[r]!, text: texts.join(',') };
    }
  }
}

function collectRows(rows: Iterable<{ line: number; text: string }>, first: number, last: number): string[] {
  const found: string[] = [];
  for (const { line, text } of rows) {
    if (line > last) {
      while (found.length < last - first + 1) found.push('');
      break;
    }
    if (line < first) continue;
    while (found.length < line - first) found.push('');
    found[line - first] = text;
  }
  return found;
}

/** The sheet to read: the one named, else the first visible one whose columns are known, else the first with a table. */
function chooseSheet(
  workbook: Workbook,
  zip: Zip,
  wanted: string | undefined,
  checkCancel: () => void,
): { sheet: Sheet; why: string } {
  if (wanted !== undefined) return { sheet: workbook.sheet(wanted), why: 'it was named' };
  const visible = workbook.sheets.filter((sheet) => !sheet.hidden && sheet.filled);
  if (visible.length === 0) {
    const hidden = workbook.sheets.filter((sheet) => sheet.hidden && sheet.filled).map((sheet) => `"${sheet.name}"`);
    throw new LadderlineError(
      'empty-file',
      hidden.length > 0
        ? `${zip.name} has rows in hidden sheets only (${hidden.join(', ')}). Name the sheet to import it.`
        : `${zip.name} holds no row; there is nothing to import. Export it again and check that it has rows.`,
    );
  }
  if (visible.length === 1) {
    return {
      sheet: visible[0]!,
      why: workbook.sheets.length === 1 ? 'the only sheet' : 'the only visible sheet with rows',
    };
  }
  let best: { sheet: Sheet; rank: number; why: string } | null = null;
  for (const sheet of visible.slice(0, 20)) {
    const { rank, why } = rankOf(workbook, zip, sheet, checkCancel);
    if (!best || rank > best.rank) best = { sheet, rank, why };
  }
  return { sheet: best!.sheet, why: best!.why };
}

function rankOf(workbook: Workbook, zip: Zip, sheet: Sheet, checkCancel: () => void): { rank: number; why: string } {
  const text = workbook.open(zip, sheet, checkCancel);
  try {
    const layout = findLayout(headRecords(readHead(text, HEAD), 'utf-8', ',', 50), PROFILES);
    if (layout.profile)
      return { rank: 10 + (layout.candidates[0]?.matched ?? 0), why: `its columns are those of ${layout.profile.id}` };
    if (layout.headerRows > 0 && layout.headers.length > 1)
      return { rank: 2, why: 'the first visible sheet with a table' };
    return { rank: layout.headers.length > 0 ? 1 : 0, why: 'the first visible sheet with rows' };
  } finally {
    text.close();
  }
}

/** A file that a path stands for: an archive stands for each file in it. */
export type Expanded = { readonly path: string; readonly name: string; readonly bytes: number };

/**
 * The files that a person's paths stand for: ZIP archives are opened (only their directories are read), all else stays. Files
 * of an archive that are no exports are listed with the reason. An archive that cannot be read stays as it is: importing it
 * says why.
 */
export function expandFiles(paths: readonly string[]): {
  files: Expanded[];
  leftOut: { name: string; reason: string }[];
} {
  const files: Expanded[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const path of paths) {
    const { archive, inside } = splitPath(path);
    const name = basename(archive);
    const held = filesIn(archive, name);
    if (inside !== null) {
      const entry = held?.files.find((file) => file.name === inside)?.entry;
      files.push({ path, name: `${name}/${inside}`, bytes: entry?.bytes ?? 0 });
    } else if (!held || held.files.length === 0) {
      files.push({ path, name, bytes: statOf(path)?.size ?? 0 });
    } else {
      for (const file of held.files)
        files.push({ path: `${path}/${file.name}`, name: `${name}/${file.name}`, bytes: file.entry.bytes });
      for (const file of held.leftOut) leftOut.push({ name: `${name}/${file.name}`, reason: file.reason });
    }
  }
  return { files, leftOut };
}

/** Files of an ordinary ZIP archive; null for any other file, and for an archive that cannot be read. */
function filesIn(path: string, name: string): ReturnType<typeof filesOf> | null {
  if (!statOf(path)?.isFile()) return null;
  try {
    const file = diskFile(path);
    try {
      const head = Buffer.alloc(4);
      if (file.readAt(head, 0) < 4 || !isZip(head)) return null;
      const zip = openZip(file, name);
      return workbookParts(zip) === 'archive' ? filesOf(zip) : null;
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof LadderlineError) return null;
    throw error;
  }
}
