import { LadderlineError } from '#engine/base/errors.ts';
import { AT_ONCE, type Unpacked } from './inflate.ts';
import { formatKind, type FormatKind } from './number-formats.ts';
import type { MadeText } from './row-notes.ts';
import { SharedStrings } from './shared-strings.ts';
import { MOST_COLUMNS, SheetText, type Merge } from './sheet.ts';
import { bytesSource } from './source.ts';
import { damagedXml, refuseDoctype, tagsOf } from './xml.ts';
import { entryHead, openEntry, readEntry, type Zip, type ZipEntry } from './zip.ts';

const PART_LIMIT = 16 << 20;
const MERGE_TAIL = 8 << 20;

export type Sheet = {
  readonly name: string;
  readonly hidden: boolean;
  /** Used range as the sheet states it (`A1:L100`), or null. */
  readonly range: string | null;
  /** False when the sheet holds no row. */
  readonly filled: boolean;
  readonly entry: ZipEntry;
};

/** An XLSX workbook (ECMA-376): its sheets, and what reading them needs. Nothing outside the file is looked at. */
export class Workbook {
  readonly sheets: readonly Sheet[];
  readonly #name: string;
  readonly #date1904: boolean;
  readonly #styles: readonly FormatKind[];
  readonly #stringsEntry: ZipEntry | undefined;
  readonly #part: (name: string) => ZipEntry | undefined;
  #strings: SharedStrings | null = null;
  #held: { readonly name: string; readonly bytes: Buffer } | null = null;
  readonly #merges = new Map<string, Merge[]>();

  /** Throws `damaged-workbook`, `damaged-archive` or `unsafe-archive`. */
  constructor(zip: Zip) {
    this.#name = zip.name;
    const parts = new Map(zip.entries.map((entry) => [partName(entry.name), entry] as const));
    this.#part = (name) => parts.get(partName(name));
    const text = (name: string): string | null => {
      const entry = this.#part(name);
      return entry ? decodePart(readEntry(zip, entry, PART_LIMIT)) : null;
    };
    const main = mainPart(text('_rels/.rels'), zip.name) ?? 'xl/workbook.xml';
    const workbook = text(main);
    if (workbook === null) throw damagedXml(zip.name, 'the workbook has no list of sheets');
    const folder = main.replace(/[^/]*$/, '');
    const links = new Map<string, { type: string; target: string }>();
    for (const { name, attributes } of tagsOf(
      text(`${folder}_rels/${main.slice(folder.length)}.rels`) ?? '',
      zip.name,
    )) {
      const [id, target] = [attributes.get('Id'), attributes.get('Target')];
      if (name !== 'Relationship' || !id || !target || attributes.get('TargetMode') === 'External') continue;
      links.set(id, { type: (attributes.get('Type') ?? '').replace(/^.*\//, ''), target: resolved(folder, target) });
    }
    let date1904 = false;
    const sheets: Sheet[] = [];
    for (const { name, attributes, closing } of tagsOf(workbook, zip.name)) {
      if (closing) continue;
      if (name === 'workbookPr') date1904 = /^(1|true|on)$/.test(attributes.get('date1904') ?? '');
      if (name !== 'sheet') continue;
      const link = links.get(attributes.get('id') ?? '');
      const entry = link && (link.type === 'worksheet' || link.type === '') ? this.#part(link.target) : undefined;
      if (!entry) continue;
      const head = entryHead(zip, entry).toString('latin1');
      sheets.push({
        name: attributes.get('name') ?? `Sheet${sheets.length + 1}`,
        hidden: /^(hidden|veryHidden)$/.test(attributes.get('state') ?? ''),
        range: /<(?:\w+:)?dimension\s[^>]*ref="([A-Z0-9:]{2,30})"/.exec(head)?.[1] ?? null,
        filled:
          head === '' ||
          /<(?:\w+:)?(?:v|t|is)[\s>]/.test(head) ||
          !/<\/(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*\/>/.test(head),
        entry,
      });
    }
    if (sheets.length === 0) throw damagedXml(zip.name, 'the workbook has no sheet of cells');
    this.sheets = sheets;
    this.#date1904 = date1904;
    const linked = (type: string, otherwise: string): string =>
      [...links.values()].find((link) => link.type === type)?.target ?? `${folder}${otherwise}`;
    this.#styles = stylesOf(text(linked('styles', 'styles.xml')) ?? '', zip.name);
    this.#stringsEntry = this.#part(linked('sharedStrings', 'sharedStrings.xml'));
  }

  /** The sheet of that name (case does not matter), or its number from 1; throws `no-sheet`. */
  sheet(wanted: string): Sheet {
    const key = wanted.trim().toLowerCase();
    const found =
      this.sheets.find((sheet) => sheet.name === wanted) ??
      this.sheets.find((sheet) => sheet.name.trim().toLowerCase() === key) ??
      (/^\d+$/.test(key) ? this.sheets[Number(key) - 1] : undefined);
    if (found) return found;
    throw new LadderlineError(
      'no-sheet',
      `${this.#name} has no sheet "${wanted}"; its sheets are ${this.sheets.map((s) => `"${s.name}"${s.hidden ? ' (hidden)' : ''}`).join(', ')}.`,
      { sheets: this.sheets.map((s) => s.name) },
    );
  }

  /** Opens the rows of a sheet as delimited text. `zip` is the same archive, perhaps opened anew. */
  open(zip: Zip, sheet: Sheet, checkCancel: () => void = () => {}): MadeText {
    if (!this.#strings) {
      if (this.#stringsEntry) {
        const source = openEntry(zip, this.#stringsEntry);
        try {
          this.#strings = SharedStrings.read(source, zip.name, checkCancel);
        } finally {
          source.close();
        }
      } else {
        this.#strings = new SharedStrings();
      }
    }
    const merges = this.mergesOf(zip, sheet, checkCancel);
    return new SheetText(this.#rowsOf(zip, sheet), {
      name: `${zip.name}, sheet "${sheet.name}"`,
      strings: this.#strings,
      styles: this.#styles,
      date1904: this.#date1904,
      merges,
      checkCancel,
    });
  }

  /** The sheet's XML. That of the last sheet is kept when it is not large: it is read several times. */
  #rowsOf(zip: Zip, sheet: Sheet): Unpacked {
    const { entry } = sheet;
    if (entry.bytes > AT_ONCE) return openEntry(zip, entry);
    if (this.#held?.name !== entry.name) this.#held = { name: entry.name, bytes: readEntry(zip, entry, AT_ONCE) };
    const { bytes } = this.#held;
    const source = bytesSource(bytes);
    let done = 0;
    return {
      size: bytes.length,
      get packed() {
        return bytes.length === 0 ? 0 : Math.floor((done / bytes.length) * entry.packed);
      },
      read(buffer) {
        const n = source.read(buffer);
        done += n;
        return n;
      },
      close() {},
    };
  }

  /** Merges that run over several rows, in row order. They stand behind the rows, so the sheet is unpacked once for them. */
  mergesOf(zip: Zip, sheet: Sheet, checkCancel: () => void = () => {}): readonly Merge[] {
    const known = this.#merges.get(sheet.entry.name);
    if (known) return known;
    const merges: Merge[] = [];
    const tag = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g;
    for (const [, letters, first, last] of tailOf(this.#rowsOf(zip, sheet), checkCancel).matchAll(tag)) {
      let column = 0;
      for (const letter of letters!) column = column * 26 + letter.charCodeAt(0) - 64;
      if (column <= MOST_COLUMNS && Number(last) > Number(first))
        merges.push({ column: column - 1, first: Number(first), last: Number(last) });
    }
    merges.sort((a, b) => a.first - b.first || a.column - b.column);
    this.#merges.set(sheet.entry.name, merges);
    return merges;
  }
}

/** What follows the rows of a sheet, at most 8 MB. */
function tailOf(source: Unpacked, checkCancel: () => void): string {
  const bytes = Buffer.allocUnsafe(1 << 20);
  const overlap = 64;
  let kept = 0;
  let tail: string | null = null;
  try {
    for (;;) {
      const n = source.read(bytes.subarray(kept));
      if (n === 0) return tail ?? '';
      checkCancel();
      const end = kept + n;
      kept = 0;
      if (tail !== null) {
        if (tail.length < MERGE_TAIL) tail += bytes.toString('latin1', 0, end);
        continue;
      }
      const at = endOfRows(bytes.subarray(0, end));
      if (at >= 0) {
        tail = bytes.toString('latin1', at, end);
      } else {
        kept = Math.min(overlap, end);
        bytes.copyWithin(0, end - kept, end);
      }
    }
  } finally {
    source.close();
  }
}

/** Place of the end tag of `sheetData`, with or without a prefix, or -1. */
function endOfRows(bytes: Buffer): number {
  for (let at = bytes.indexOf('sheetData>', 0, 'latin1'); at >= 0; at = bytes.indexOf('sheetData>', at + 1, 'latin1'))
    if (/<\/(?:\w+:)?$/.test(bytes.toString('latin1', Math.max(0, at - 32), at))) return at;
  return -1;
}

function partName(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}

function resolved(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : `${folder}${target}`;
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function mainPart(rels: string | null, name: string): string | null {
  for (const { attributes } of tagsOf(rels ?? '', name)) {
    const target = attributes.get('Target');
    if (target && attributes.get('Type')?.endsWith('/officeDocument')) return resolved('', target);
  }
  return null;
}

function decodePart(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le', 2);
  return bytes.toString('utf8');
}

/** Kind of number format of every cell style. */
function stylesOf(text: string, part: string): FormatKind[] {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw refuseDoctype(part);
  const codes = new Map<number, string>();
  const kinds = new Map<number, FormatKind>();
  const styles: FormatKind[] = [];
  let inStyles = false;
  for (const { name, attributes, closing } of tagsOf(text, part)) {
    if (name === 'cellXfs') inStyles = !closing;
    else if (closing) continue;
    else if (name === 'numFmt' && !inStyles)
      codes.set(Number(attributes.get('numFmtId')), attributes.get('formatCode') ?? '');
    else if (name === 'xf' && inStyles) {
      const id = Number(attributes.get('numFmtId') ?? 0);
      let kind = kinds.get(id);
      if (kind === undefined) kinds.set(id, (kind = formatKind(id, codes.get(id))));
      styles.push(kind);
    }
  }
  return styles;
}
