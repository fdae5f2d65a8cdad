import type { ReactNode } from 'react';
import type { Value, ValueKind } from '../format.ts';
import type { EmptyStateProps } from '../states.tsx';

/** The plain value of a cell: sorted, copied and, without `cell`, shown by `kind`. */
export type CellData = Value;

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  /** What the column means, shown as the tooltip of its header. */
  readonly meaning?: string;
  /** How the value is written and aligned (default `text`). */
  readonly kind?: ValueKind;
  readonly value: (row: Row) => CellData;
  /** Drawn instead of the formatted value. */
  readonly cell?: (row: Row) => ReactNode;
  /** Enter or a click on this cell, when it leads elsewhere than the row. */
  readonly onOpen?: (row: Row) => void;
  readonly size?: number;
  /** Never made narrower to avoid sideways scrolling: a mark and its words must be read whole. */
  readonly whole?: boolean;
  readonly sortable?: boolean;
  /** Not shown until chosen. */
  readonly hidden?: boolean;
};

export type SortState = { id: string; desc: boolean } | null;

export type DataTableProps<Row> = {
  /** Column widths, order and choice are remembered under it. */
  id: string;
  /** The accessible name. */
  label: string;
  columns: readonly Column<Row>[];
  /** All rows, or with `total` the window of rows from `offset` on, null where a page has not arrived. Keep it stable. */
  rows: readonly (Row | null)[];
  offset?: number;
  /** Number of all rows when `rows` is a window; then sorting is up to the caller. */
  total?: number;
  onRange?: (first: number, last: number) => void;
  rowKey: (row: Row) => string;
  /** With `onSort` the rows come sorted; without it the table sorts them itself. */
  sort?: SortState;
  onSort?: (sort: SortState) => void;
  /** Enter or double click on a row. */
  onOpen?: (row: Row) => void;
  /** The row with the focus has changed. */
  onFocusRow?: (row: Row) => void;
  /** Key of the row drawn as selected. */
  selected?: string | null;
  isLoading?: boolean;
  error?: Error | null;
  refetch?: () => void;
  empty?: EmptyStateProps;
  /** Pixels; without it the table fills its parent. */
  height?: number;
  /** Placed at the left of the line above the table. */
  toolbar?: ReactNode;
  hideToolbar?: boolean;
};
