import { decimalOf } from '#engine/base/money.ts';
import type { CellValue } from '#engine/base/report.ts';

/** A cell as one value for text tables and CSV: money as `1234.56 EUR`, several currencies joined by ` + `, yes/no as words. */
export function formatCell(value: CellValue | readonly unknown[] | undefined): string | number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return value;
  return value.map((each) => formatPart(each)).join(' + ');
}

function formatPart(part: unknown): string {
  const { currency, minor, source, id } = part as Partial<Record<'currency' | 'source' | 'id', string>> & {
    minor?: number;
  };
  if (currency !== undefined && minor !== undefined) return `${decimalOf(minor, currency)} ${currency}`;
  return source !== undefined && id !== undefined ? `${source}:${id}` : String(part);
}
