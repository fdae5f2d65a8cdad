import Papa from 'papaparse';
import { decodeAll, type Encoding } from '../read/encoding.ts';
import { encode } from '../read/encode.testing.ts';
import { sample, type CatalogEntry, type ExpectedFile } from '../read/shared-samples.testing.ts';
import type { Delimiter } from '../read/reader.ts';

/** A table of an export: what stands above the header, the header rows, the data, what stands below. */
export type Table = {
  readonly name: string;
  readonly preamble: readonly (readonly string[])[];
  readonly header: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
  readonly footer: readonly (readonly string[])[];
};

/** How a table is written down. */
export type Written = {
  readonly delimiter: Delimiter;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly eol: '\n' | '\r\n' | '\r';
  readonly quotes: 'needed' | 'all';
};

const AS_USUAL: Written = { delimiter: ',', encoding: 'utf-8', bom: false, eol: '\n', quotes: 'needed' };

/** Numbers from 0 to below 1 that depend on the seed alone. */
export function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}

const blank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** The table of a shared sample, cut where its expected result says. Null for one that no other parser can read. */
export function sampleTable(name: string, expected: ExpectedFile): Table | null {
  if (expected.columns === 0 || expected.raw_records === 0 || name.includes('unclosed')) return null;
  const text = decodeAll(sample(name), expected.encoding as Encoding);
  const records = Papa.parse<string[]>(text, { delimiter: expected.delimiter }).data.filter((cells) => !blank(cells));
  const at = expected.preamble_records + expected.header_rows;
  return {
    name,
    preamble: records.slice(0, expected.preamble_records),
    header: records.slice(expected.preamble_records, at),
    rows: records.slice(at, records.length - expected.footer_records),
    footer: records.slice(records.length - expected.footer_records),
  };
}

const FIRMS = [
  'Harbour Mill',
  'Péniche SARL',
  'Café Brücke',
  'O’Neill & Sons',
  'Fjordlys AS',
  'Carpați, Ionescu',
  'Plain Ltd',
];
const PEOPLE = [
  'Nadia Okafor',
  'Élodie Marchand',
  'Jürgen Groß',
  'Siobhán O’Connell',
  'Leif Sørensen',
  'Ann Lee',
  'Bo Li',
];

/** A value that a column of that name holds in row `i`. */
function invented(header: string, i: number, random: () => number): string {
  const h = header.toLowerCase();
  const day = `2026-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + ((i * 7) % 28)).padStart(2, '0')}`;
  if (random() < 0.1 && !/(^|[ .])id$|#|name|num|email|date|time|created|likely/.test(h)) return '';
  if (/e-?mail/.test(h)) return `person${i}@firm${i % 7}.example`;
  if (/^v?\d+$|^v1$/.test(h)) return `R_${i}00x`;
  if (/likely|recommend/.test(h)) return String((i * 3) % 11);
  if (/^isdeleted$|^iswon$|^is[a-z]+$|^has[a-z]+$|converted$|locked/.test(h)) return i % 2 ? 'true' : 'false';
  if (/(^|[ _.])ids?$|[a-z]id$|^id$|#|^num$|number$|checksum/.test(h) && !/phone/.test(h)) return `${100_000 + i * 37}`;
  if (/date|created|time|_at$|timestamp|at \(utc\)|modstamp|\(utc\)/.test(h) && !/minutes|hrs|tracked|update/.test(h))
    return `${day} ${String(8 + (i % 10)).padStart(2, '0')}:05:00`;
  if (/amount|total|balance|debit|credit|price|revenue|gross|value|mrr/.test(h)) return (10 + i * 13.37).toFixed(2);
  if (/phone|mobile|fax/.test(h)) return `+44 1632 96${String(1000 + i)}`;
  if (/first.?name/.test(h)) return PEOPLE[i % PEOPLE.length]!.split(' ')[0]!;
  if (/last.?name|family/.test(h)) return PEOPLE[i % PEOPLE.length]!.split(' ')[1]!;
  if (/company|account|organi|customer|firm/.test(h)) return FIRMS[i % FIRMS.length]!;
  if (/name|owner|agent|user|rep$/.test(h)) return PEOPLE[(i * 3) % PEOPLE.length]!;
  if (/description|comment|notes|memo|reason|subject/.test(h))
    return i % 4 === 0 ? `two lines,\nof "text" ${i}` : `some words ${i}`;
  return ['alpha', 'beta', 'gamma'][i % 3]!;
}

/** The second header row of exports that have one. */
const SECOND_ROW: Readonly<Record<string, readonly string[]>> = {
  'SurveyMonkey responses (older)': ['', 'Response', 'Webinar', 'Trade show', 'None', 'Open-Ended Response', 'Response'],
  'Qualtrics responses (legacy)': [
    'ResponseID', 'ResponseSet', 'Name', 'ExternalDataReference', 'EmailAddress', 'IPAddress', 'Status', 'StartDate', 'EndDate', 'Finished',
    'How likely are you to recommend us?', 'Why?', 'LocationLatitude', 'LocationLongitude', 'LocationAccuracy', '',
  ],
}; // prettier-ignore

/** A table with the header of a catalogue entry and invented rows. */
export function inventedTable(entry: CatalogEntry, rows = 14, seed = 1): Table {
  const random = seeded(seed + entry.export.length);
  const second = SECOND_ROW[`${entry.vendor} ${entry.export}`];
  const header = second ? [entry.headers, entry.headers.map((_, i) => second[i] ?? '')] : [entry.headers];
  return {
    name: `${entry.vendor} ${entry.export}`,
    preamble: [],
    header,
    rows: Array.from({ length: rows }, (_, i) => entry.headers.map((name) => invented(name, i, random))),
    footer: [],
  };
}

/** The bytes of a table. */
export function write(table: Table, given: Partial<Written> = {}): Buffer {
  const how = { ...AS_USUAL, ...given };
  const cell = (text: string): string =>
    how.quotes === 'all' || text.includes(how.delimiter) || /["\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const text = [...table.preamble, ...table.header, ...table.rows, ...table.footer]
    .map((cells) => cells.map(cell).join(how.delimiter) + how.eol)
    .join('');
  const mark = !how.bom
    ? []
    : how.encoding === 'utf-8'
      ? [0xef, 0xbb, 0xbf]
      : how.encoding === 'utf-16-le'
        ? [0xff, 0xfe]
        : [0xfe, 0xff];
  return Buffer.concat([Buffer.from(mark), encode(text, how.encoding)]);
}

/** The table with every text in the characters that a narrow encoding has. */
export function narrowed(table: Table): Table {
  const narrow = (rows: Table['rows']): string[][] =>
    rows.map((cells) => cells.map((text) => [...text].map((c) => (c.charCodeAt(0) < 256 ? c : '?')).join('')));
  return {
    ...table,
    preamble: narrow(table.preamble),
    header: narrow(table.header),
    rows: narrow(table.rows),
    footer: narrow(table.footer),
  };
}
