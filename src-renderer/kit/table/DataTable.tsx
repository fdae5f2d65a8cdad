import { useVirtualizer } from '@tanstack/react-virtual';
import { defaultRangeExtractor } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent } from 'react';
import { toTsv } from '../csv.ts';
import { formatCount, formatNumber, formatValue } from '../format.ts';
import { Icon } from '../Icon.tsx';
import { Isolated } from '../Isolated.tsx';
import { MenuButton } from '../Menu.tsx';
import { capital, RungBadge } from '../marks.tsx';
import { EmptyState, ErrorState, Loading } from '../states.tsx';
import type { Column, DataTableProps } from './types.ts';
import { useTableModel } from './useTableModel.ts';
import { copyValue, isNumeric } from './values.ts';

const ROW = 24;
/** Browsers cannot lay out more pixels than this; rows beyond are reached by filtering. */
const MOST_ROWS = 1_250_000;
const NO_RANGE = (): void => {};

/** Row -1 is the header. */
type Place = { row: number; column: number };

/**
 * The table of the workbench: TanStack Table and Virtual under an ARIA grid. One tab stop; arrow keys move the focus from cell to cell.
 * Enter opens a row or sorts by a header; Shift+Left/Right on a header resizes, Ctrl+Shift+Left/Right moves the column; Ctrl+C copies with headers.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    rows,
    offset = 0,
    rowKey,
    onOpen,
    onFocusRow,
    selected,
    empty,
    isLoading,
    error,
    refetch,
    height,
    toolbar,
  } = props;
  const windowed = props.total !== undefined;
  const total = Math.min(props.total ?? rows.length, MOST_ROWS);
  const [room, setRoom] = useState(0);
  const { table, reset } = useTableModel(props, room);
  const model = table.getRowModel().rows;
  const columns = table.getVisibleLeafColumns();
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const scroll = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState<number | null>(null);
  const wanted = useRef(false);
  const observeRoom = useCallback((element: HTMLDivElement | null) => {
    scroll.current = element;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setRoom(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      scroll.current = null;
    };
  }, []);
  const onRange = props.onRange ?? NO_RANGE;

  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised by a compiler here
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: ROW + 2,
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range);
      const { row } = place;
      return row >= 0 && row < total && !inView.includes(row) ? [...inView, row].sort((a, b) => a - b) : inView;
    },
  });
  const items = virtual.getVirtualItems();
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => onRange(first, last), [onRange, first, last]);

  const rowAt = (index: number): Row | null => model[index - offset]?.original.row ?? null;
  const width = table.getTotalSize();
  const column = Math.min(place.column, columns.length - 1);

  useLayoutEffect(() => {
    if (!wanted.current) return;
    const cell = scroll.current?.querySelector<HTMLElement>(`[data-cell="${place.row}:${column}"]`);
    if (cell) {
      wanted.current = false;
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  });

  const go = (row: number, col: number, extend = false): void => {
    const next = {
      row: Math.max(-1, Math.min(total - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, col)),
    };
    setAnchor(extend ? (anchor ?? place.row) : null);
    wanted.current = true;
    setPlace(next);
    if (next.row >= 0) virtual.scrollToIndex(next.row);
    const there = next.row >= 0 ? rowAt(next.row) : null;
    if (there !== null && next.row !== place.row) onFocusRow?.(there);
  };

  const openCell = (row: Row | null, col: number): void => {
    if (row === null) return;
    const own = columns[col]?.columnDef.meta?.column.onOpen as ((row: Row) => void) | undefined;
    if (own) own(row);
    else onOpen?.(row);
  };

  const onHeaderKey = (e: KeyboardEvent): boolean => {
    const target = columns[column];
    if (!target) return false;
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0 && e.shiftKey && e.ctrlKey) {
      const order = table.getAllLeafColumns().map((c) => c.id);
      const shown = columns.map((c) => c.id);
      const neighbour = shown[column + step];
      if (neighbour !== undefined) {
        const rest = order.filter((id) => id !== target.id);
        rest.splice(rest.indexOf(neighbour) + (step > 0 ? 1 : 0), 0, target.id);
        table.setColumnOrder(rest);
        go(-1, column + step);
      }
      return true;
    }
    if (step !== 0 && e.shiftKey) {
      table.setColumnSizing((sizes) => ({
        ...sizes,
        [target.id]: Math.max(48, Math.min(800, target.getSize() + step * 16)),
      }));
      return true;
    }
    if (e.key === 'Enter' || e.key === ' ') {
      if (target.getCanSort()) target.toggleSorting();
      return true;
    }
    return false;
  };

  const page = (): number => Math.max(1, Math.floor((scroll.current?.clientHeight ?? 240) / ROW) - 2);
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.altKey) return;
    const { row } = place;
    if (row === -1 && onHeaderKey(e)) {
      e.preventDefault();
      e.stopPropagation();
      return;
    }
    const end = columns.length - 1;
    const mod = e.ctrlKey || e.metaKey;
    if (e.key === 'ArrowDown') go(row + 1, column, e.shiftKey);
    else if (e.key === 'ArrowUp') go(row - 1, column, e.shiftKey && row > 0);
    else if (e.key === 'ArrowRight' && !mod) go(row, column + 1);
    else if (e.key === 'ArrowLeft' && !mod) go(row, column - 1);
    else if (e.key === 'Home') go(mod ? 0 : row, 0);
    else if (e.key === 'End') go(mod ? total - 1 : row, end);
    else if (e.key === 'PageDown' && !mod) go(Math.max(0, row) + page(), column, e.shiftKey);
    else if (e.key === 'PageUp' && !mod) go(Math.max(0, row - page()), column, e.shiftKey);
    else if (e.key === 'Enter' && row >= 0) openCell(rowAt(row), column);
    else if (e.key === 'a' && mod) {
      setAnchor(0);
      setPlace({ row: total - 1, column });
    } else if (e.key === 'Escape' && anchor !== null) setAnchor(null);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  const marked = anchor === null ? null : ([Math.min(anchor, place.row), Math.max(anchor, place.row)] as const);
  const onCopy = (e: ClipboardEvent): void => {
    const shown = columns.map((c) => c.columnDef.meta?.column as unknown as Column<Row>);
    const [from, to] = marked ?? [Math.max(0, place.row), Math.max(0, place.row)];
    const picked = Array.from({ length: to - from + 1 }, (_, i) => rowAt(from + i)).filter((r): r is Row => r !== null);
    e.clipboardData.setData(
      'text/plain',
      toTsv([shown.map((c) => c.header), ...picked.map((r) => shown.map((c) => copyValue(c, r)))]),
    );
    e.preventDefault();
  };

  const drawnWidth = Math.max(width, 100);
  const sizes = columns.map((c) => c.getSize());

  return (
    <div
      className={height === undefined ? 'table-box table-fill' : 'table-box'}
      style={height === undefined ? undefined : { height }}
    >
      {props.hideToolbar ? null : (
        <div className="table-line">
          {toolbar}
          <span className="table-count" role="status">
            {marked ? `${formatNumber(marked[1] - marked[0] + 1)} of ` : ''}
            {formatCount(props.total ?? rows.length, 'row')}
            {(props.total ?? 0) > MOST_ROWS
              ? `; the first ${formatNumber(MOST_ROWS)} can be scrolled to, filter to reach the others`
              : ''}
          </span>
          <MenuButton
            label={`Columns: ${label}`}
            className="icon-btn"
            items={() => [
              ...table.getAllLeafColumns().map((c) => ({
                id: c.id,
                label: String(c.columnDef.header),
                checked: c.getIsVisible(),
                disabled: c.getIsVisible() && columns.length === 1,
                stay: true,
                run: () => c.toggleVisibility(),
              })),
              { kind: 'line' as const, id: 'line' },
              { id: 'reset', label: 'Reset columns', run: reset },
            ]}
          >
            <Icon name="settings" />
          </MenuButton>
        </div>
      )}
      {error && rows.length === 0 ? (
        <ErrorState error={error} retry={refetch} />
      ) : isLoading ? (
        <Loading />
      ) : total === 0 ? (
        <EmptyState {...(empty ?? { title: 'No rows', needs: 'Nothing meets the conditions that are set.' })} />
      ) : (
        <div
          ref={observeRoom}
          className="grid"
          role="grid"
          aria-label={label}
          aria-rowcount={total + 1}
          aria-colcount={columns.length}
          aria-multiselectable="true"
          onKeyDown={onKeyDown}
          onCopy={onCopy}
        >
          <div className="grid-head" role="rowgroup" style={{ width: drawnWidth }}>
            <div role="row" aria-rowindex={1} className="grid-row grid-header">
              {headers.map((header, i) => {
                const meta = header.column.columnDef.meta?.column;
                const sorted = header.column.getIsSorted();
                const resize = header.getResizeHandler();
                return (
                  <div
                    key={header.id}
                    role="columnheader"
                    aria-colindex={i + 1}
                    aria-sort={
                      sorted === 'asc'
                        ? 'ascending'
                        : sorted === 'desc'
                          ? 'descending'
                          : header.column.getCanSort()
                            ? 'none'
                            : undefined
                    }
                    tabIndex={place.row === -1 && column === i ? 0 : -1}
                    data-cell={`-1:${i}`}
                    className={`grid-cell grid-head-cell${isNumeric(meta?.kind) ? ' num' : ''}${header.column.getCanSort() ? ' sortable' : ''}`}
                    style={{ width: sizes[i] }}
                    title={meta?.meaning ?? String(header.column.columnDef.header)}
                    onFocus={() => setPlace({ row: -1, column: i })}
                    onClick={() => {
                      if (header.column.getCanSort()) header.column.toggleSorting();
                    }}
                  >
                    <span className="grid-head-text">{String(header.column.columnDef.header)}</span>
                    {sorted ? <Icon name={sorted === 'asc' ? 'arrow-up' : 'arrow-down'} /> : null}
                    <span
                      className="grid-resize"
                      aria-hidden="true"
                      onMouseDown={resize}
                      onTouchStart={resize}
                      onClick={(e) => e.stopPropagation()}
                    />
                  </div>
                );
              })}
            </div>
          </div>
          <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize(), width: drawnWidth }}>
            {items.map((item) => {
              const row = rowAt(item.index);
              const key = row === null ? `waiting-${item.index}` : rowKey(row);
              const on =
                (row !== null && selected !== undefined && selected === key) ||
                (marked !== null && item.index >= marked[0] && item.index <= marked[1]);
              return (
                <div
                  key={windowed ? item.index : key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={on}
                  className={`grid-row${on ? ' on' : ''}${row === null ? ' waiting' : ''}`}
                  style={{ transform: `translateY(${item.start}px)` }}
                  onDoubleClick={() => {
                    if (row !== null) onOpen?.(row);
                  }}
                >
                  {columns.map((c, i) => {
                    const meta = c.columnDef.meta?.column as unknown as Column<Row> | undefined;
                    const here = place.row === item.index && column === i;
                    return (
                      <div
                        key={c.id}
                        role="gridcell"
                        aria-colindex={i + 1}
                        tabIndex={here ? 0 : -1}
                        data-cell={`${item.index}:${i}`}
                        className={`grid-cell${isNumeric(meta?.kind) ? ' num' : ''}${meta?.onOpen ? ' grid-door' : ''}`}
                        style={{ width: sizes[i] }}
                        onPointerEnter={(e) => {
                          const cell = e.currentTarget;
                          cell.title = cell.scrollWidth > cell.clientWidth ? (cell.textContent ?? '') : '';
                        }}
                        onFocus={() => {
                          if (!here) setPlace({ row: item.index, column: i });
                        }}
                        onClick={(e) => {
                          go(item.index, i, e.shiftKey);
                          if (meta?.onOpen && row !== null && !e.shiftKey) meta.onOpen(row);
                        }}
                      >
                        {row === null || !meta ? null : meta.cell ? meta.cell(row) : <Plain column={meta} row={row} />}
                      </div>
                    );
                  })}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

function Plain<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const value = column.value(row);
  if (value === null || value === undefined) return <span className="dim">—</span>;
  if (column.kind === 'rung' && typeof value === 'string') return <RungBadge rung={value} label={capital(value)} />;
  const text = formatValue(value, column.kind ?? 'text');
  return column.kind === undefined || column.kind === 'text' ? <Isolated text={text} title={text} /> : <>{text}</>;
}
