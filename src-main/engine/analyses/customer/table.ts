import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { never } from '#engine/base/errors.ts';
import type { CellValue, ColumnInfo, ExternalId, ValueType } from '#engine/base/report.ts';
import { language } from '#engine/language/index.ts';
import type { CatalogueEntry, FactColumn } from '#engine/language/types.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import {
  camelCase,
  customerId,
  externalIdsOf,
  factNamed,
  moneyAt,
  orderedBy,
  pageOf,
  populationAt,
  sortOf,
} from '../population/index.ts';
import type { CustomersReport } from './types.ts';

/** Columns shown when none are asked for. */
const DEFAULT_COLUMNS: readonly string[] = [
  'name',
  'rung',
  'lapsed',
  'owner',
  'region',
  'revenue_12m',
  'purchases',
  'last_purchase',
  'nps',
  'nps_class',
  'open_gap',
  'touch_class',
  'open_disputes',
];

export type CustomersQuery = {
  asOf: Day;
  where: string | undefined;
  columns: readonly string[] | undefined;
  sort: string | undefined;
  limit: number;
  offset: number;
};

/** `customers`: one page of the customer table; by name unless another order is asked for. */
export function listCustomers(ctx: ReadContext, query: CustomersQuery): CustomersReport {
  const { asOf } = query;
  const entries = distinct((query.columns ?? DEFAULT_COLUMNS).map((name) => factNamed(name, 'customers')));
  const sort = sortOf(query.sort ?? 'name', 'customers');
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const page = pageOf(population, () => orderedBy(ctx, sort, asOf), query.offset, query.limit);
  const externalIds = externalIdsOf(ctx, vectors, page);
  const cells = entries.map((entry) => ({
    id: camelCase(entry.name),
    at: cellsOf(vectors, language.fact(ctx, entry.name, asOf)),
  }));
  return {
    asOf: isoDay(asOf),
    total: population.count,
    unknown: population.unknown,
    clauses: population.clauses,
    columns: entries.map(columnInfo),
    rows: page.map((i) => {
      const row: Record<string, CellValue | ExternalId[]> = {
        customer: customerId(vectors, i),
        externalIds: externalIds.get(i) ?? [],
      };
      for (const { id, at } of cells) row[id] = at(i);
      return row;
    }),
  };
}

function distinct(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}

/** A fact as a column of a table. */
export function columnInfo(entry: CatalogueEntry): ColumnInfo {
  const label = entry.label.charAt(0).toUpperCase() + entry.label.slice(1);
  return { id: camelCase(entry.name), label, type: valueType(entry), meaning: entry.meaning };
}

function valueType({ name, type }: CatalogueEntry): ValueType {
  switch (type) {
    case 'set':
      return name.endsWith('rung') ? 'rung' : 'text';
    case 'number':
    case 'days':
    case 'day':
    case 'money':
    case 'share':
    case 'text':
    case 'yesno':
      return type;
    default:
      return never(type);
  }
}

/** A fact as cell values; unknown is null. */
export function cellsOf(vectors: Vectors, column: FactColumn): (index: number) => CellValue {
  switch (column.type) {
    case 'set':
      return (i) => (column.values[i] === UNKNOWN_INT ? null : (column.members[column.values[i]!] ?? null));
    case 'text':
      return (i) => column.at(i);
    case 'day':
      return (i) => (column.values[i] === UNKNOWN_INT ? null : isoDay(column.values[i]!));
    case 'yesno':
      return (i) => (Number.isNaN(column.values[i]) ? null : column.values[i] === 1);
    case 'number':
    case 'days':
    case 'share':
      return (i) => (Number.isNaN(column.values[i]) ? null : column.values[i]!);
    case 'money':
      return (i) => moneyAt(vectors, column, i);
    default:
      return never(column);
  }
}
