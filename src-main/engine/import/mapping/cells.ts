import type { RowTexts } from '#engine/base/entities.ts';
import { isScientific } from '../detect/numbers.ts';
import type { BoundColumn, BoundEntity } from './plan.ts';

/** What an entity's setters fill: aligned with `columnsOf(entity)`. */
export type Values = (string | number | null)[];

export type Row = {
  /** Cleaned cells of the current record. */
  readonly cells: string[];
  line: number;
  /** Set when the row cannot be loaded. */
  failed: boolean;
};

/**
 * Reads one plain cell, bytes `from` to `to` of a block, ASCII and not empty, as its setter reads the text of it; false when the
 * text must be read after all, with nothing written.
 */
export type ByteReader = (bytes: Uint8Array, from: number, to: number, values: Values, texts: RowTexts) => boolean;

/** Writes one field of a row into its values. */
export type Setter = ((row: Row, values: Values) => void) & {
  /** Set where the field depends on one plain cell alone, `at`, and an empty cell writes nothing. */
  readonly plain?: { readonly at: number; readonly read: ByteReader };
};

/** A setter that also reads plain bytes. */
export function withBytes(set: Setter, column: BoundColumn, read: ByteReader): Setter {
  const { strip, split, pattern } = column.mapping;
  if (strip !== undefined || split !== undefined || pattern !== undefined) return set;
  return Object.assign(set, { plain: { at: column.at, read } });
}

/** The text of a cell without what exports put around it: spaces, an apostrophe that guards against formulas. */
export function cleaned(text: string): string {
  let clean = text;
  const a = clean.charCodeAt(0);
  const z = clean.charCodeAt(clean.length - 1);
  if (a <= 32 || z <= 32 || a === 160 || z === 160) clean = clean.trim();
  return a === 39 && /^'[=+\-@\t\d]/.test(clean) ? clean.slice(1) : clean;
}

/** The text that a column contributes to a field. */
export type ColumnText = (cells: readonly string[]) => string;

/** True when the row fulfils the condition of an entity. */
export function holds(when: NonNullable<BoundEntity['when']>, cells: readonly string[]): boolean {
  for (const at of when.columns) {
    const cell = cells[at]!;
    if (cell === '') continue;
    if (!when.is || when.is.includes(cell.toLowerCase())) return true;
  }
  return false;
}

/** A key or telephone number that a spreadsheet has cut. */
export function isScientificLong(text: string): boolean {
  return text.length < 16 && isScientific(text);
}

/** The text a column contributes: prefix dropped, first of several values, or what the pattern finds. */
export function textReader(column: BoundColumn): ColumnText {
  const { at, mapping } = column;
  const { strip, split } = mapping;
  const pattern = mapping.pattern === undefined ? null : new RegExp(mapping.pattern, 'iu');
  if (strip === undefined && split === undefined && !pattern) return (cells) => cells[at]!;
  return (cells) => {
    let text = cells[at]!;
    if (text === '') return '';
    if (split !== undefined) {
      const cut = text.indexOf(split);
      if (cut >= 0) text = text.slice(0, cut).trim();
    }
    if (strip !== undefined && text.startsWith(strip)) text = text.slice(strip.length);
    if (!pattern) return text;
    const match = pattern.exec(text);
    return match ? (match[1] ?? match[0]) : '';
  };
}

const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;

/** JSON string of a text; the common case needs no escaping. */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}
