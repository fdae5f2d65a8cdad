import { formatValue, moneyValue } from '../format.ts';
import type { ValueKind } from '../format.ts';
import type { CellData, Column } from './types.ts';

/** The value a client-side sort compares: money by its first currency, unknown values last whatever the direction. */
export function sortValue(value: CellData): string | number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return value.toLowerCase();
  if (typeof value === 'number') return value;
  return moneyValue(value) ?? undefined;
}

export function compareValues(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

export function isNumeric(kind: ValueKind | undefined): boolean {
  return kind === 'number' || kind === 'days' || kind === 'money' || kind === 'share' || kind === 'points';
}

/** What a copied cell says: numbers plain, everything else as shown; unknown is empty. */
export function copyValue<Row>(column: Column<Row>, row: Row): string | number {
  const value = column.value(row);
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return value;
  return formatValue(value, column.kind ?? 'text');
}

const DEFAULT_SIZES: Record<ValueKind, number> = {
  text: 180,
  number: 90,
  days: 100,
  day: 110,
  money: 130,
  share: 90,
  points: 90,
  rung: 120,
  yesno: 80,
};

/** Pixels a column starts with: enough for its kind and for its header. */
export function defaultSize(kind: ValueKind | undefined, header: string): number {
  return Math.max(DEFAULT_SIZES[kind ?? 'text'], Math.ceil(header.length * 6.6) + 34);
}
