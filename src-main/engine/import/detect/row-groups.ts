import { phraseOf } from '../mapping/words.ts';
import type { ColumnCollector } from './columns.ts';

/** Neighbouring rows that are one document: the column that names it, and the columns that differ between its rows. */
export type RowGroup = {
  readonly column: string;
  /** A row with the column empty continues the one above. */
  readonly continues: boolean;
  /** Places of columns whose values differ within a document: its lines. */
  readonly varies: ReadonlySet<number>;
};

const DOCUMENT =
  /\b(?:invoice|order|document|receipt|bill|sale|credit note|quote|cart)\b.*\b(?:number|id|name|code|reference)$|^(?:invoice|order|number)$/;
const LINE = /\b(?:line ?item|line|item|items|product|sku|article|quantity)\b/;

/**
 * The documents of a file of line items that no profile knows: a number that repeats on neighbouring rows and nowhere else, beside
 * a column of what each line sells. Null when there are none.
 */
export function findRowGroup(collectors: readonly ColumnCollector[]): RowGroup | null {
  const phrases = collectors.map((c) => phraseOf(c.header).text);
  if (!phrases.some((text) => LINE.test(text))) return null;
  for (const [at, text] of phrases.entries()) {
    if (!DOCUMENT.test(text) || LINE.test(text)) continue;
    const group = groupBy(collectors, at);
    if (group) return group;
  }
  return null;
}

function groupBy(collectors: readonly ColumnCollector[], at: number): RowGroup | null {
  const { rows, header } = collectors[at]!;
  const seen = new Set<string>();
  const varies = new Set<number>();
  let repeats = 0;
  let blanks = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const value = rows[i]!;
    const continued = i > 0 && (value === '' || value === rows[i - 1]);
    if (value === '') {
      if (i === 0) return null;
      blanks += 1;
    } else if (!continued || rows[i - 1] === '') {
      if (seen.has(value)) return null;
      seen.add(value);
    }
    if (!continued) continue;
    repeats += 1;
    collectors.forEach((c, j) => {
      const cell = c.rows[i] ?? '';
      if (cell !== '' && cell !== c.rows[i - 1]) varies.add(j);
    });
  }
  // Blanks alone are rows without a number, unless most columns of those rows are blank as well.
  if (repeats === 0 || varies.size === 0 || (blanks > 0 && varies.size > collectors.length / 2)) return null;
  return { column: header, continues: blanks > 0, varies };
}

/** Places of columns in which more than one value in ten has been there before: no keys of rows. */
export function repeating(collectors: readonly ColumnCollector[]): ReadonlySet<number> {
  return new Set(
    collectors.flatMap(({ rows }, at) => {
      const filled = rows.filter((text) => text !== '');
      return filled.length >= 5 && new Set(filled).size < filled.length * 0.9 ? [at] : [];
    }),
  );
}
