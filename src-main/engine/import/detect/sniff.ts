import { RecordReader, type Delimiter } from '../read/reader.ts';
import { bytesSource, readHead, rejoin, type ByteSource } from '../read/source.ts';
import type { Encoding } from '../read/encoding.ts';
import { refuseBinary } from '../read/refuse.ts';
import { PROFILES } from '../profiles/index.ts';
import type { Profile } from '../profiles/define.ts';
import type { GroupRule } from '../mapping/schema.ts';
import { ColumnCollector, decideColumns, type ColumnDecisions, type ColumnFinding } from './columns.ts';
import type { DateOrder } from './dates.ts';
import { detectDelimiter, headRecords } from './delimiter.ts';
import { detectEncoding } from './encoding.ts';
import type { Made, Note, SheetInfo } from './export-file.ts';
import { HeaderIndex } from './headers.ts';
import { findLayout, RowSorter, type Candidate, type Layout } from './layout.ts';
import { findRowGroup, repeating } from './row-groups.ts';

/** The preview decides on this much (choices.md, Dates in files). */
export const HEAD_BYTES = 2 << 20;

/** What the importer sees in a file: the JSON of `sniff` (cli.md). */
export type SniffResult = {
  readonly file: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  /** The most common line end as escapes: `\n`, `\r\n` or `\r`. */
  readonly eol: string;
  readonly preambleRecords: number;
  readonly headerRows: number;
  readonly footerRecords: number;
  /** Data records as a reader without resynchronisation counts them; blank ones left out. */
  readonly rawRecords: number;
  /** Documents: rows of one invoice or order count once, a repeated header not at all. */
  readonly logicalRecords: number;
  readonly columns: readonly ColumnFinding[];
  readonly profile: string | null;
  readonly confidence: number;
  readonly candidates: readonly Candidate[];
  readonly records: readonly Record<string, string>[];
  /** True when columns were decided on the first 2 MiB only. */
  readonly provisional: boolean;
  /** Of a workbook or JSON file: how it is written. */
  readonly format?: 'xlsx' | 'json';
  readonly sheet?: string;
  readonly sheets?: readonly SheetInfo[];
  readonly notes?: readonly Note[];
};

export type SniffOptions = {
  /** Number of cleaned records to return. */
  readonly records?: number;
  readonly dateOrder?: DateOrder | null;
  readonly workspaceOrder?: DateOrder | null;
  readonly profile?: Profile | undefined;
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: Delimiter | undefined;
  readonly preambleRecords?: number | undefined;
  readonly headerRows?: number | undefined;
  readonly group?: GroupRule | undefined;
  /** Columns that a mapping names. */
  readonly columns?: readonly string[] | undefined;
  /** Stop after the head: counts then cover the head only. For a preview of a large file. */
  readonly headOnly?: boolean;
  readonly checkCancel?: () => void;
  /** Set for text that was made from a workbook or from JSON. */
  readonly made?: Made | undefined;
};

/** How a file is built, decided on its head. */
export type Inspection = {
  readonly file: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly encodingWhy: string;
  readonly delimiter: Delimiter;
  readonly layout: Layout;
  readonly columns: ColumnDecisions;
  /** What was decided before the text was looked at: the sheet, the list. */
  readonly notes: readonly Note[];
  /** True when the file is larger than the head. */
  readonly provisional: boolean;
};

/** Decides encoding, delimiter, layout and columns on the head of a file. Throws `not-an-export` for what is no table. */
export function inspect(head: Uint8Array, whole: boolean, fileName: string, given: SniffOptions = {}): Inspection {
  const { made } = given;
  const options: SniffOptions = made
    ? {
        ...given,
        encoding: 'utf-8',
        delimiter: ',',
        preambleRecords: given.preambleRecords ?? made.layout.preambleRecords,
        headerRows: given.headerRows ?? made.layout.headerRows,
      }
    : given;
  const notes = made?.notes ?? [];
  if (!made) refuseBinary(head, fileName);
  const found = made
    ? { encoding: 'utf-8' as const, bom: false, why: made.format === 'xlsx' ? 'text of a workbook' : 'text of JSON' }
    : detectEncoding(head);
  const encoding = options.encoding ?? found.encoding;
  const guessed = options.delimiter
    ? {
        delimiter: options.delimiter,
        records: headRecords(head.subarray(0, 128 * 1024), encoding, options.delimiter, 200),
      }
    : detectDelimiter(head, encoding);
  const { delimiter } = guessed;
  const sizing = findLayout(guessed.records, PROFILES, options);
  const records = headRecords(head.subarray(0, 128 * 1024), encoding, delimiter, 200, sizing.headers.length);
  const shape = findLayout(records, PROFILES, options);
  const collectors = shape.headers.map((header) => new ColumnCollector(header));
  const sorter = new RowSorter(shape);
  const cells: string[] = [];
  const reader = new RecordReader(bytesSource(head), { encoding, delimiter, width: shape.headers.length });
  let index = 0;
  let n = 0;
  while ((n = reader.next()) > 0) {
    for (let r = 0; r < n; r += 1, index += 1) {
      if (index < shape.dataFrom) continue;
      if (!whole && r === n - 1 && reader.consumed >= head.length - 3) continue;
      const width = reader.cells(r, cells);
      if (reader.damage.has(r) || sorter.kindOf(cells, width) !== 'data') continue;
      for (let i = 0; i < collectors.length; i += 1) collectors[i]!.add(i < width ? cells[i]! : '');
    }
  }
  const { profile } = shape;
  const layout: Layout =
    profile || shape.headerRows === 0
      ? shape
      : { ...shape, group: findRowGroup(collectors), repeats: repeating(collectors) };
  const columns = decideColumns(collectors, {
    toldOrder: options.dateOrder ?? null,
    profile: profile
      ? { id: profile.id, dateOrder: profile.dateOrder ?? null, decimal: profile.decimal ?? null }
      : null,
    workspaceOrder: options.workspaceOrder ?? null,
    delimiter,
  });
  if (
    encoding === 'utf-8' &&
    !options.encoding &&
    !found.bom &&
    collectors.some((c) => c.scientific > 0) &&
    head.every((byte) => byte < 0x80)
  ) {
    const encodingWhy =
      'only ASCII so far, and a spreadsheet has rewritten its numbers: such programs save windows-1252';
    return {
      file: fileName,
      encoding: 'cp1252',
      bom: false,
      encodingWhy,
      delimiter,
      layout,
      columns,
      notes,
      provisional: !whole,
    };
  }
  return {
    file: fileName,
    encoding,
    bom: found.bom,
    encodingWhy: found.why,
    delimiter,
    layout,
    columns,
    notes,
    provisional: !whole,
  };
}

const EMPTY: Omit<SniffResult, 'file'> = {
  encoding: 'utf-8', bom: false, delimiter: ',', eol: '\\r\\n', preambleRecords: 0, headerRows: 0, footerRecords: 0,
  rawRecords: 0, logicalRecords: 0, columns: [], profile: null, confidence: 0, candidates: [], records: [], provisional: false,
}; // prettier-ignore

/**
 * What the importer sees in a file (cli.md, `sniff`). An empty file gives an empty result; whatever is no delimited text
 * throws `not-an-export`.
 */
export function sniff(source: ByteSource, fileName: string, options: SniffOptions = {}): SniffResult {
  const head = readHead(source, HEAD_BYTES);
  if (head.length === 0) return { file: fileName, ...EMPTY };
  const whole = source.size !== null ? head.length >= source.size : head.length < HEAD_BYTES;
  const inspection = inspect(head, whole, fileName, options);
  const { layout, encoding, delimiter } = inspection;
  const rest = options.headOnly ? bytesSource(head) : rejoin(head, source);
  const counts = countRows(rest, inspection, options);
  return {
    file: fileName,
    encoding,
    bom: inspection.bom,
    delimiter,
    eol: counts.eol,
    preambleRecords: layout.preambleRecords,
    headerRows: layout.headerRows,
    footerRecords: counts.footerRecords,
    rawRecords: counts.rawRecords,
    logicalRecords: counts.logicalRecords,
    columns: inspection.columns.findings,
    profile: layout.profile?.id ?? null,
    confidence: layout.confidence,
    candidates: layout.candidates,
    records: counts.records,
    provisional: inspection.provisional,
  };
}

/** Tells whether a row continues the document of the row above it. */
export class Grouper {
  readonly #columns: readonly number[];
  readonly #continues: boolean;
  #last: string | null = null;

  constructor(
    rule: GroupRule | undefined,
    index: HeaderIndex,
    aliases: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.#columns = (rule?.columns ?? []).map((name) => index.find(name, aliases[name])).filter((at) => at >= 0);
    this.#continues = rule?.continues ?? false;
  }

  get active(): boolean {
    return this.#columns.length > 0;
  }

  continues(cells: readonly string[]): boolean {
    let key = '';
    for (const at of this.#columns) key += `${cells[at] ?? ''}\u001f`;
    const empty = key.length === this.#columns.length;
    if (empty && this.#continues) return this.#last !== null;
    const same = !empty && key === this.#last;
    this.#last = key;
    return same;
  }
}

function countRows(source: ByteSource, inspection: Inspection, options: SniffOptions) {
  const { layout, encoding, delimiter } = inspection;
  const reader = new RecordReader(source, { encoding, delimiter, width: layout.headers.length });
  const sorter = new RowSorter(layout);
  const lines = layout.group;
  const group =
    options.group ??
    layout.profile?.group ??
    (lines ? { columns: [lines.column], continues: lines.continues } : undefined);
  const grouper = new Grouper(group, new HeaderIndex(layout.headers), layout.profile?.aliases);
  const wanted = options.records ?? 0;
  const records: Record<string, string>[] = [];
  const cells: string[] = [];
  let index = 0;
  let raw = 0;
  let logical = 0;
  let pending = 0;
  let n = 0;
  while ((n = reader.next()) > 0) {
    options.checkCancel?.();
    for (let r = 0; r < n; r += 1, index += 1) {
      if (index < layout.dataFrom) continue;
      const width = reader.cells(r, cells);
      const kind = reader.damage.has(r) ? 'data' : sorter.kindOf(cells, width);
      if (kind === 'blank') continue;
      if (kind === 'footer') {
        pending += 1;
        continue;
      }
      raw += 1 + pending;
      logical += pending;
      pending = 0;
      if (kind === 'header') continue;
      if (!grouper.active || !grouper.continues(cells)) logical += 1;
      if (records.length < wanted) {
        const record = Object.create(null) as Record<string, string>;
        layout.headers.forEach((header, i) => {
          record[header] = i < width ? cells[i]! : '';
        });
        records.push(record);
      }
    }
  }
  const { crlf, lf, cr, rescued } = reader.facts;
  const eol = crlf >= lf && crlf >= cr && crlf > 0 ? '\\r\\n' : lf >= cr && lf > 0 ? '\\n' : cr > 0 ? '\\r' : '\\n';
  return { rawRecords: raw - rescued, logicalRecords: logical, footerRecords: pending, records, eol };
}
