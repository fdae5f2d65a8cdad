import { createColumnHelper, functionalUpdate, useTable } from '@tanstack/react-table';
import type { ColumnOrderState, ColumnSizingState, ColumnVisibilityState, SortingState } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useRemembered } from '../memory.ts';
import { FEATURES } from './features.ts';
import type { Features } from './features.ts';
import { fitted } from './fit.ts';
import type { Column, DataTableProps } from './types.ts';
import { compareValues, defaultSize, sortValue } from './values.ts';

type Wrapped<Row> = { readonly row: Row | null };
type Kept = { sizes: ColumnSizingState; shown: ColumnVisibilityState; order: ColumnOrderState };
const NOTHING: Kept = { sizes: {}, shown: {}, order: [] };

/**
 * The TanStack table behind a DataTable: columns, their widths, order and choice (remembered), and sorting. Columns whose
 * width nobody has set fill `room` pixels.
 */
export function useTableModel<Row>(
  { id, columns, rows, total, sort, onSort, rowKey }: DataTableProps<Row>,
  room: number,
) {
  const [kept, setKept] = useRemembered<Kept>(`table.${id}`, NOTHING);
  const [ownSort, setOwnSort] = useState<SortingState>([]);
  const manual = onSort !== undefined || total !== undefined;
  const sorting = useMemo(() => (onSort ? (sort ? [sort] : []) : ownSort), [onSort, sort, ownSort]);
  const hidden = useMemo(
    () => Object.fromEntries(columns.filter((c) => c.hidden).map((c) => [c.id, false])),
    [columns],
  );
  const columnVisibility = useMemo(() => ({ ...hidden, ...kept.shown }), [hidden, kept.shown]);
  const columnSizing = useMemo(
    () =>
      fitted(
        columns
          .filter((c) => columnVisibility[c.id] !== false)
          .map((c) => {
            const own = kept.sizes[c.id];
            return {
              id: c.id,
              size: own ?? sizeOf(c),
              whole: c.whole === true,
              text: own === undefined && (c.kind === undefined || c.kind === 'text'),
            };
          }),
        room,
      ),
    [columns, columnVisibility, kept.sizes, room],
  );
  const data = useMemo(() => rows.map((row): Wrapped<Row> => ({ row })), [rows]);

  const defs = useMemo(() => {
    const helper = createColumnHelper<Features, Wrapped<Row>>();
    return helper.columns(
      columns.map((column) =>
        helper.accessor((wrapped) => (wrapped.row === null ? undefined : sortValue(column.value(wrapped.row))), {
          id: column.id,
          header: column.header,
          size: sizeOf(column),
          minSize: 48,
          maxSize: 800,
          enableSorting: column.sortable !== false && (onSort !== undefined || total === undefined),
          sortUndefined: 'last',
          sortDescFirst: false,
          sortFn: (a, b, columnId) => compareValues(a.getValue(columnId), b.getValue(columnId)),
          meta: { column: column as Column<never> },
        }),
      ),
    );
  }, [columns, onSort, total]);

  const table = useTable({
    features: FEATURES,
    columns: defs,
    data,
    getRowId: (wrapped, index) => (wrapped.row === null ? `waiting-${index}` : rowKey(wrapped.row)),
    manualSorting: manual,
    enableMultiSort: false,
    enableSortingRemoval: true,
    columnResizeMode: 'onChange',
    state: { sorting, columnVisibility, columnSizing, columnOrder: kept.order },
    onSortingChange: (updater) => {
      const next = functionalUpdate(updater, sorting);
      if (onSort) onSort(next[0] ?? null);
      else setOwnSort(next);
    },
    onColumnVisibilityChange: (updater) => setKept({ ...kept, shown: functionalUpdate(updater, columnVisibility) }),
    onColumnSizingChange: (updater) => {
      const next = functionalUpdate(updater, columnSizing);
      const set = Object.entries(next).filter(([column, size]) => size !== columnSizing[column]);
      if (set.length > 0) setKept({ ...kept, sizes: { ...kept.sizes, ...Object.fromEntries(set) } });
    },
    onColumnOrderChange: (updater) => setKept({ ...kept, order: functionalUpdate(updater, kept.order) }),
  });
  return { table, reset: () => setKept(NOTHING) };
}

/** What a column starts with. */
function sizeOf<Row>(column: Column<Row>): number {
  return column.size ?? defaultSize(column.kind, column.header);
}

export type TableModel<Row> = ReturnType<typeof useTableModel<Row>>['table'];
