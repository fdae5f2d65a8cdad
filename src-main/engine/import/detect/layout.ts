import type { Profile } from '../profiles/define.ts';
import { signatureMatch } from '../profiles/define.ts';
import { HeaderIndex, headerKey, uniqueHeaders } from './headers.ts';
import { dateShape } from './dates.ts';
import { looksNumeric } from './numbers.ts';
import { blank, emptyBehind, headsPeriods, looksLikeHeader, speaksOfColumns, tableWidth } from './header-row.ts';
import type { RowGroup } from './row-groups.ts';

/** How many records from the start are searched for a header (exports/README.md 10). */
const HEADER_SEARCH = 30;

export type Candidate = { readonly profile: string; readonly confidence: number; readonly matched: number };

export type Layout = {
  /** Non-empty records before the header. */
  readonly preambleRecords: number;
  readonly preamble: readonly string[];
  readonly headerRows: number;
  /** Index of the first header record among all records; records up to `dataFrom` are not data. */
  readonly dataFrom: number;
  readonly headers: readonly string[];
  /** Longer texts of the columns (the question of a survey), '' when there is none. */
  readonly labels: readonly string[];
  /** IANA zone that a header row names, or null. */
  readonly zone: string | null;
  readonly profile: Profile | null;
  readonly confidence: number;
  readonly candidates: readonly Candidate[];
  /** True when the profile was recognised by shape and its columns count by position. */
  readonly positional: boolean;
  /** Line items of documents in a file that no profile knows. */
  readonly group?: RowGroup | null;
  /** Places of columns whose values repeat too often to name a row, in such a file. */
  readonly repeats?: ReadonlySet<number>;
};

function matchProfiles(
  profiles: readonly Profile[],
  headers: readonly string[],
): { profile: Profile; matched: number; mapped: number }[] {
  const index = new HeaderIndex(headers);
  return profiles
    .map((profile) => ({ profile, matched: signatureMatch(profile, index), mapped: 0 }))
    .filter((match) => match.matched > 0)
    .map((match) => ({ ...match, mapped: mappedColumns(match.profile, index) }))
    .sort((a, b) => b.matched - a.matched || b.mapped - a.mapped || (a.profile.id < b.profile.id ? -1 : 1));
}

function mappedColumns(profile: Profile, index: HeaderIndex): number {
  const names = new Set(profile.entities.flatMap((entity) => Object.keys(entity.columns)));
  return [...names].filter((name) => index.find(name, profile.aliases?.[name]) >= 0).length;
}

/** Finds preamble, header rows and profile among the first records of a file. */
export function findLayout(
  records: readonly (readonly string[])[],
  profiles: readonly Profile[],
  told: {
    preambleRecords?: number | undefined;
    headerRows?: number | undefined;
    profile?: Profile | undefined;
    /** Columns that a mapping names: the record that has them all is the header. */
    columns?: readonly string[] | undefined;
  } = {},
): Layout {
  const filled = records.map((cells, i) => ({ cells, i })).filter(({ cells }) => !blank(cells));
  const none: Layout = {
    preambleRecords: 0, preamble: [], headerRows: 0, dataFrom: 0, headers: [], labels: [], zone: null,
    profile: null, confidence: 0, candidates: [], positional: false,
  }; // prettier-ignore
  if (filled.length === 0) return none;

  let best: { at: number; profile: Profile; matched: number; all: ReturnType<typeof matchProfiles> } | null = null;
  for (let at = 0; at < Math.min(filled.length, HEADER_SEARCH); at += 1) {
    const all = matchProfiles(told.profile ? [told.profile] : profiles, filled[at]!.cells);
    if (all[0] && (!best || all[0].matched > best.matched))
      best = { at, profile: all[0].profile, matched: all[0].matched, all };
  }

  const width = tableWidth(records);
  const filledWidth = width - emptyBehind(records, width);
  const titled = filled.findIndex(
    ({ cells }) =>
      cells.length >= filledWidth && cells.filter((cell) => cell.trim() !== '').length >= Math.max(1, filledWidth / 2),
  );
  let at =
    best?.at ??
    (titled >= 0 && titled < HEADER_SEARCH ? titled : filled.findIndex(({ cells }) => cells.length >= width));
  if (!best) {
    const spoken = filled.slice(0, HEADER_SEARCH).findIndex(({ cells }) => speaksOfColumns(cells, width));
    if (spoken >= 0 && (spoken > at || !looksLikeHeader(filled[at]!.cells))) at = spoken;
  }
  if (told.preambleRecords !== undefined) at = Math.min(told.preambleRecords, filled.length - 1);
  let named = false;
  if (told.columns && told.columns.length > 0) {
    const found = filled.slice(0, HEADER_SEARCH).findIndex(({ cells }) => {
      const index = new HeaderIndex(cells);
      return told.columns!.every((name) => index.find(name) >= 0);
    });
    if (found >= 0) [at, named] = [found, true];
  }
  const first = filled[at]!;
  const preamble = filled.slice(0, at).map(({ cells }) => cells.filter((cell) => cell !== '').join(' '));
  const shape = best
    ? null
    : shapeProfile(
        told.profile ? [told.profile] : profiles,
        filled.slice(at).map(({ cells }) => cells),
      );
  const headed =
    told.headerRows ??
    (best || shape || named || looksLikeHeader(first.cells) || headsPeriods(first.cells, filled[at + 1]?.cells)
      ? 1
      : 0);
  if (headed === 0) {
    return {
      ...none,
      preambleRecords: at,
      preamble,
      dataFrom: first.i,
      headers: Array.from({ length: width }, (_, i) => String(i + 1)),
      labels: Array.from({ length: width }, () => ''),
      profile: told.profile ?? null,
    };
  }
  const second = filled[at + 1]?.cells;
  const third = filled[at + 2]?.cells;
  const rows = told.headerRows ?? headerRowCount(first.cells, second, third, best?.profile ?? null);
  const joined = joinHeaders(first.cells, rows >= 2 ? second : undefined, rows >= 3 ? third : undefined);
  const { headers } = joined;
  const labels = joined.labels.map((label) => label.slice(0, 2000));
  const profile = best?.profile ?? shape ?? told.profile ?? null;
  const candidates = best
    ? best.all.map((match) => ({
        profile: match.profile.id,
        confidence: confidenceOf(match, best.all),
        matched: match.matched,
      }))
    : shape
      ? [{ profile: shape.id, confidence: 0.8, matched: 0 }]
      : [];
  return {
    preambleRecords: at,
    preamble,
    headerRows: rows,
    dataFrom: (filled[at + rows - 1] ?? first).i + 1,
    headers,
    labels,
    zone: rows >= 3 ? zoneOf(third ?? []) : null,
    profile,
    confidence: candidates[0]?.confidence ?? 0,
    candidates,
    positional: shape !== null,
  };
}

function zoneOf(cells: readonly string[]): string | null {
  for (const cell of cells) {
    const zone = /"timeZone":"([^"]+)"/.exec(cell)?.[1];
    if (zone) return zone === 'Z' ? 'UTC' : zone;
  }
  return null;
}

function confidenceOf(match: { matched: number }, all: readonly { matched: number }[]): number {
  if (match.matched < all[0]!.matched) return 0.5;
  const rivals = all.filter((other) => other.matched === match.matched).length;
  return rivals > 1 ? 0.8 : match.matched >= 3 ? 1 : match.matched === 2 ? 0.9 : 0.7;
}

function shapeProfile(profiles: readonly Profile[], rows: readonly (readonly string[])[]): Profile | null {
  const [header, ...data] = rows;
  if (!header || data.length === 0) return null;
  return (
    profiles.find(
      (p) => p.byShape && p.byShape.headers.length === header.length && p.byShape.test(data.slice(0, 20)),
    ) ?? null
  );
}

function headerRowCount(
  first: readonly string[],
  second: readonly string[] | undefined,
  third: readonly string[] | undefined,
  profile: Profile | null,
): number {
  if (!second) return 1;
  if (third?.some((cell) => cell.startsWith('{"ImportId"'))) return 3;
  const keyAt = Math.max(
    0,
    first.findIndex((cell) => /^(?:respondent|response|collector) ?id$/i.test(cell.trim())),
  );
  const isOptionRow =
    second.length === first.length &&
    (second[keyAt] ?? '').trim() === '' &&
    second.some((cell) => /^(open-ended response|response|other \(please specify\))$/i.test(cell.trim()));
  if (isOptionRow) return 2;
  const codes = codedColumns(first);
  if (codes >= first.length * 0.5 && first.length >= 4 && looksLikeHeader(second)) return 2;
  const gaps = first.filter((cell) => cell.trim() === '').length;
  if (gaps > 0 && second.length === first.length && (second[0] ?? '').trim() === '' && looksLikeOptions(first, second))
    return 2;
  return profile?.headerRows === 2 && second.length === first.length && (second[0] ?? '').trim() === '' ? 2 : 1;
}

/** Number of headers that are codes of columns (`V1`, `Q2_4`). */
function codedColumns(headers: readonly string[]): number {
  return headers.filter((cell) => /^[VQ]\d+(_\w+)?$/i.test(cell.trim())).length;
}

/** True when the second row is filled under the blanks of the first. */
function looksLikeOptions(first: readonly string[], second: readonly string[]): boolean {
  const under = first.flatMap((cell, i) => (cell.trim() === '' ? [second[i] ?? ''] : []));
  return (
    under.every((cell) => cell.trim() !== '') &&
    !second.some((cell) => looksNumeric(cell) || dateShape(cell.trim()) !== null)
  );
}

function joinHeaders(
  first: readonly string[],
  second: readonly string[] | undefined,
  third: readonly string[] | undefined,
): { headers: string[]; labels: string[] } {
  const labels = first.map((cell) => cell.trim());
  if (!second) return { headers: uniqueHeaders(first), labels };
  if (third) return { headers: uniqueHeaders(first), labels: first.map((_, i) => second[i] ?? '') };
  if (codedColumns(first) >= first.length * 0.5)
    return { headers: uniqueHeaders(first.map((cell, i) => second[i] || cell)), labels: [...second] };
  let question = '';
  const joined = first.map((cell, i) => {
    const option = (second[i] ?? '').trim();
    const alone =
      cell.trim() !== '' &&
      ((first[i + 1] ?? '').trim() !== '' || i + 1 === first.length || (second[i + 1] ?? '') === '');
    if (cell.trim() !== '') question = cell.trim();
    if (option === '' || (alone && /^(open-ended )?response$/i.test(option)))
      return question === '' ? option : cell.trim() || question;
    return question === '' ? option : `${question} | ${option}`;
  });
  return { headers: uniqueHeaders(joined), labels: joined };
}

export type RowKind = 'data' | 'blank' | 'header' | 'footer';

const TOTAL = /^(?:grand |sub)?totals?\b|^(?:sum|summe|gesamt|gesamtsumme|somme)\b/i;

const TOTAL_ALONE = /^(?:grand |sub)?(?:totals?|sum|summe|gesamt|somme)\s*:?$/i;
/** How lines below a table begin. */
const CLOSING =
  /^(?:(?:report |file )?(?:generated|exported|created|printed|produced|downloaded|run) (?:by|on|at|from)\b|filter(?:s|ed by)?\b\s*:?|date range\b|reporting period\b|as of\b|end of (?:report|file)|copyright\b|©|confidential\b|(?:number of|total) (?:rows|records)\b|(?:rows|records)\s*:|page \d+|erstellt am\b|exportiert am\b|seite \d+)/i;

/** Tells data rows from blank rows, repeated headers and what may be a footer. Cheap for ordinary rows. */
export class RowSorter {
  readonly #headers: readonly string[];
  readonly #width: number;

  constructor(layout: Layout) {
    this.#headers = layout.headerRows > 0 ? layout.headers.map(headerKey) : [];
    this.#width = layout.headers.length;
  }

  /** Kind of a record with `n` cells. */
  kindOf(cells: readonly string[], n: number): RowKind {
    const first = cells[0]!;
    if (first === '') {
      let i = 1;
      while (i < n && cells[i]!.trim() === '') i += 1;
      if (i >= n) return 'blank';
      const c = cells[i]!.charCodeAt(0) | 32;
      const total = (c === 116 || c === 103 || c === 115) && TOTAL_ALONE.test(cells[i]!);
      return total && this.#sparse(cells, n) ? 'footer' : 'data';
    }
    if (n === 1 && this.#width > 2) return first.trim() === '' ? 'blank' : 'footer';
    if (this.#width > 3 && (n === 2 || (n === this.#width && cells[1] === '')) && this.#closes(cells, n))
      return 'footer';
    const c = first.charCodeAt(0) | 32;
    if ((c === 116 || c === 103 || c === 115) && TOTAL.test(first) && this.#sparse(cells, n)) return 'footer';
    if (
      this.#headers.length > 0 &&
      n === this.#width &&
      headerKeyFast(first, this.#headers[0]!) &&
      this.#repeatsHeader(cells)
    )
      return 'header';
    return first.trim() === '' && blank(cells.slice(0, n)) ? 'blank' : 'data';
  }

  /**
   * True when a record of full width with `filled` cells that are not empty is a data row for certain, as its first cell, the
   * plain bytes `from` to `to`, tells; false when `kindOf` must decide.
   */
  isData(bytes: Uint8Array, from: number, to: number, filled: number): boolean {
    if (filled === 0 || this.#width === 1) return false;
    const few = Math.max(3, Math.floor(this.#width / 3));
    if (from === to) return filled > few;
    if (filled === 1 && this.#width > 3) return false;
    const first = bytes[from]!;
    const c = first | 32;
    if ((c === 116 || c === 103 || c === 115) && filled <= few) return false;
    const key = this.#headers[0] ?? '';
    if (this.#headers.length === 0 || to - from < key.length || to - from > key.length + 4) return true;
    return (first >= 65 && first <= 90 ? c : first) !== key.charCodeAt(0) && first !== 95;
  }

  /** True for what programs write below a table: a few words about it and nothing in its columns. */
  #closes(cells: readonly string[], n: number): boolean {
    for (let i = 2; i < n; i += 1) if (cells[i] !== '') return false;
    return CLOSING.test(cells[0]!);
  }

  #sparse(cells: readonly string[], n: number): boolean {
    let filled = 0;
    for (let i = 0; i < n; i += 1) if (cells[i] !== '') filled += 1;
    return filled <= Math.max(3, Math.floor(this.#width / 3)) && filled < this.#width;
  }

  #repeatsHeader(cells: readonly string[]): boolean {
    let same = 0;
    for (let i = 0; i < this.#width; i += 1) if (headerKey(cells[i]!) === this.#headers[i]) same += 1;
    return same >= Math.max(1, this.#width * 0.8);
  }
}

function headerKeyFast(cell: string, key: string): boolean {
  return cell.length >= key.length && cell.length <= key.length + 4 && headerKey(cell) === key;
}
