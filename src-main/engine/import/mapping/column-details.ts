import type { EntityName } from '#engine/base/entities.ts';
import type { ColumnFinding } from '../detect/columns.ts';
import { headerKey } from '../detect/headers.ts';
import type { Layout } from '../detect/layout.ts';
import type { GroupRule } from './schema.ts';
import { isDateField } from './value-fit.ts';
import { phraseOf, zoneInHeader } from './words.ts';

export type ProposedColumn = {
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
  readonly why: string;
};
/** Line items of one document are one row when its amount is the document's. */
export function groupOf(
  { group }: Layout,
  columns: readonly ColumnFinding[],
  chosen: { readonly entity: EntityName; readonly columns: readonly ProposedColumn[] },
): { group: GroupRule } | null {
  if (!group || chosen.entity !== 'transaction') return null;
  const at = (field: string): number => chosen.columns.findIndex((column) => column.field === field);
  if (at('amount') < 0 || group.varies.has(at('amount'))) return null;
  return { group: { columns: [group.column], continues: group.continues } };
}

/** The zone that the header of an instant names. */
export function zoneOf({ header, field }: ProposedColumn): { zone: string } | null {
  const zone = isDateField(field ?? '') ? zoneInHeader(header) : null;
  return zone === null ? null : { zone };
}

/** In a file of invoices a charge is an invoice, not its payment. */
export function invoiceWords(
  { field }: ProposedColumn,
  { entity, columns }: { readonly entity: EntityName; readonly columns: readonly ProposedColumn[] },
): { values: Record<string, string> } | null {
  const invoices = columns.some((c) => c.field === 'number' && /\binvoice\b/.test(phraseOf(c.header).text));
  return entity === 'transaction' && field === 'kind' && invoices
    ? { values: { charge: 'invoice', purchase: 'invoice', renewal: 'invoice' } }
    : null;
}

/** What a number in a duration column counts, when its header says so. */
export function unitOf({ header, field }: ProposedColumn): { unit: 'minutes' | 'hours' } | null {
  if (field !== 'duration_s') return null;
  if (/\b(?:min|mins|minutes|minuten)\b/i.test(header)) return { unit: 'minutes' };
  return /\b(?:hrs?|hours|stunden)\b/i.test(header) ? { unit: 'hours' } : null;
}

/** The column with the time of day of a date: of the same name with "time" for "date", or the only one of times. */
export function timeOf(
  column: ProposedColumn,
  all: readonly ProposedColumn[],
  columns: readonly ColumnFinding[],
): { time: string; zoneColumn?: string } | null {
  const at = columns.findIndex((c) => c.header === column.header);
  if (!isDateField(column.field ?? '') || columns[at]?.type !== 'date') return null;
  const free = columns.filter((c) => c.type === 'time' && all.some((p) => p.header === c.header && p.field === null));
  const wanted = headerKey(column.header).replace(/date|datum/, 'time');
  const named = free.find((c) =>
    [wanted, headerKey(column.header).replace(/datum/, 'uhrzeit'), 'time', 'uhrzeit'].includes(headerKey(c.header)),
  );
  if (!named) return null;
  const zone = columns.find(
    (c) => /^(?:time ?zone|zone|zeitzone|fuseau horaire)$/.test(phraseOf(c.header).text) && c.type === 'text',
  );
  return { time: named.header, ...(zone ? { zoneColumn: zone.header } : {}) };
}
