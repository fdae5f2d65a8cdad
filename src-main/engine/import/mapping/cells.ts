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

/** Writes one field of a row into its values. */
export type Setter = (row: Row, values: Values) => void;

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
