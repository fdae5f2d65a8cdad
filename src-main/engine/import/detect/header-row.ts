import { ENTITIES } from '#engine/base/entities.ts';
import { FIELDS } from '../mapping/fields.ts';
import { phraseOf } from '../mapping/words.ts';
import { dateShape } from './dates.ts';
import { looksNumeric } from './numbers.ts';

/** True for a record without any text. */
export const blank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/**
 * Number of cells of the records that hold the table: the width that most cells stand in, wide records counting less than their
 * width so that a few damaged ones do not decide. Of equals the one that comes first.
 */
export function tableWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const cells of records) if (!blank(cells)) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const several = [...counts.values()].some((n) => n > 1);
  let best = 0;
  let most = 0;
  for (const [width, n] of counts) {
    const weight = several && n === 1 ? 0 : n * width ** 0.7;
    if (weight > most) [best, most] = [width, weight];
  }
  return best;
}

/** True for a row of names: no number, date or address in it, and at least half filled. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (filled.length < Math.max(1, cells.length * 0.5)) return false;
  return !filled.some(
    (cell) => cell.length > 300 || looksNumeric(cell) || dateShape(cell.trim()) !== null || /@.+\./.test(cell),
  );
}

/** Number of columns at the end that are empty in every record of the table: a delimiter behind each row. */
export function emptyBehind(records: readonly (readonly string[])[], width: number): number {
  let empty = width;
  for (const cells of records) {
    if (cells.length !== width) continue;
    let behind = 0;
    while (behind < empty && cells[width - 1 - behind]!.trim() === '') behind += 1;
    empty = behind;
  }
  return empty === width ? 0 : empty;
}

const PERIOD =
  /^(?:(?:19|20)\d\d|(?:q[1-4]|\p{L}{3,9})[\s/.-]*(?:\d{2}|(?:19|20)\d\d)|(?:19|20)\d\d[\s/.-]*(?:q?[1-4]|\d\d))$/iu;

/** True for a header with years or months among its names, above values that are none. */
export function headsPeriods(cells: readonly string[], below: readonly string[] | undefined): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const periods = cells.flatMap((cell, at) => (PERIOD.test(cell.trim()) ? [at] : []));
  if (periods.length < 2 || periods.length === filled.length || !below) return false;
  if (new Set(filled).size < filled.length || periods.some((at) => PERIOD.test((below[at] ?? '').trim()))) return false;
  return filled.every((cell) => PERIOD.test(cell.trim()) || (!looksNumeric(cell) && dateShape(cell.trim()) === null));
}

let vocabulary: ReadonlySet<string> | null = null;

/** Words that are names of columns in any export. */
function columnWords(): ReadonlySet<string> {
  vocabulary ??= new Set(
    ENTITIES.flatMap(({ name }) =>
      Object.entries(FIELDS[name] ?? {}).flatMap(([field, words]) => [
        phraseOf(field).text,
        ...words.split('|').map((word) => phraseOf(word).text),
      ]),
    ),
  );
  return vocabulary;
}

/** True when most cells of a row are usual names of columns, and it is about as wide as the table. */
export function speaksOfColumns(cells: readonly string[], width: number): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (filled.length < 2 || filled.length < width / 2 || new Set(filled).size < filled.length) return false;
  if (filled.some((cell) => cell.length > 60)) return false;
  const known = filled.filter((cell) => columnWords().has(phraseOf(cell).text)).length;
  return known >= 2 && known >= filled.length * 0.6 && looksLikeHeader(cells);
}
