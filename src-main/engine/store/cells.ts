import type { ColumnType, EntityName } from '#engine/base/entities.ts';
import { columnsOf, ENTITIES } from '#engine/base/entities.ts';

/**
 * The smallest part of a row that an import carries or leaves: one field with all its columns (`day` + `at`,
 * `status` + `status_raw`). A row carries a cell when any of its columns is not null.
 */
export type Cell = { readonly name: string; readonly columns: readonly string[] };

export type DataColumn = {
  readonly name: string;
  readonly type: ColumnType;
  readonly term: boolean;
  readonly cell: number;
};

/** A table that imports fill: its cells in bit order and its data columns. */
export type TableShape = {
  readonly table: string;
  readonly cells: readonly Cell[];
  readonly columns: readonly DataColumn[];
  readonly entities: readonly EntityName[];
};

/** Columns of a party that its own row and the rows naming it both tell. */
export const TWICE_TOLD = ['name', 'email', 'phone', 'company', 'account_ext'] as const;
const TWICE = new Set<string>(TWICE_TOLD);

/** The column of `table` that holds column `name` of an entity row. */
export function storedColumn(table: string, name: string): string {
  return table === 'party' && TWICE.has(name) ? `row_${name}` : name;
}

/** Masks are unsigned 32-bit numbers: bit i says whether cell i is carried. */
export const MAX_CELLS = 32;

function shapeOf(table: string): TableShape {
  const cells: { name: string; columns: string[] }[] = [];
  const columns: DataColumn[] = [];
  const known = new Map<string, number>();
  const add = (cellName: string, column: string, type: ColumnType, term: boolean): void => {
    if (columns.some((c) => c.name === column)) return;
    let cell = known.get(cellName);
    if (cell === undefined) {
      cell = cells.length;
      known.set(cellName, cell);
      cells.push({ name: cellName, columns: [] });
    }
    cells[cell]!.columns.push(column);
    columns.push({ name: column, type, term, cell });
  };
  if (table === 'party') {
    add('kind_told', 'kind_told', 'INTEGER', false);
    for (const name of TWICE_TOLD) add(`ref_${name}`, `ref_${name}`, 'TEXT', false);
  } else {
    add('party', 'party', 'INTEGER', false);
    add('account_party', 'account_party', 'INTEGER', false);
  }
  const entities = ENTITIES.filter((e) => e.table === table);
  for (const entity of entities) {
    for (const column of columnsOf(entity)) {
      const stored = storedColumn(table, column.name);
      add(
        stored === 'at' ? 'day' : stored.replace(/_raw$/, '').replace(/_at$/, '_day'),
        stored,
        column.type,
        column.term,
      );
    }
  }
  add('attributes', 'attributes', 'TEXT', false);
  if (cells.length > MAX_CELLS) throw new Error(`table ${table} has ${cells.length} cells; a mask holds ${MAX_CELLS}`);
  return { table, cells, columns, entities: entities.map((e) => e.name) };
}

/** Tables that imports fill, parties first: events name them. */
export const TABLES: readonly TableShape[] = [...new Set(['party', ...ENTITIES.map((e) => e.table)])].map(shapeOf);

const BY_TABLE = new Map(TABLES.map((t) => [t.table, t]));

/** The shape of a table; throws on a table that imports do not fill (a programming error). */
export function shapeOfTable(table: string): TableShape {
  const shape = BY_TABLE.get(table);
  if (shape === undefined) throw new Error(`${table} is not a table that imports fill`);
  return shape;
}
