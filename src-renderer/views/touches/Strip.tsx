import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { formatDays, formatNumber, tokenColour, useSize } from '../../kit/index.ts';
import { openCustomer, useTheme } from '../../data/index.ts';
import {
  columnsOf,
  FIGURES_WIDTH,
  GUTTER,
  monthTicks,
  NAME_WIDTH,
  ROW,
  scrollTo,
  visibleRows,
  weekAt,
  weekX,
} from './geometry.ts';
import type { Cursor } from './paint.ts';
import { paintStrip } from './paint.ts';
import type { StripRow } from './words.ts';
import { cellWords, rowWords } from './words.ts';

/** Browsers cannot lay out taller boxes than this. */
const MOST_ROWS = 1_000_000;

type Props = {
  rows: readonly (StripRow | null)[];
  offset: number;
  total: number;
  weeks: readonly string[];
  shown: number;
  onRange: (first: number, last: number) => void;
  selected: string | null;
  onSelect: (row: StripRow) => void;
};

/**
 * Customers by weeks on a canvas. Only visible rows are drawn and asked for. The arrow keys move a cursor over the cells,
 * Enter opens the customer, Space shows its lanes; what stands under the cursor is announced.
 */
export function Strip({ rows, offset, total, weeks, shown, onRange, selected, onSelect }: Props) {
  const [whole, { width }] = useSize<HTMLDivElement>();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((s) => s.theme);
  const [top, setTop] = useState(0);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [focused, setFocused] = useState(false);
  const [tip, setTip] = useState<{ x: number; y: number; text: string } | null>(null);
  const count = Math.min(total, MOST_ROWS);
  const height = Math.max(1, Math.min(shown, count)) * ROW;
  const inner = Math.max(0, width - GUTTER);
  const columns = columnsOf(inner, Math.max(1, weeks.length));
  const visible = visibleRows(top, height, count);
  const rowAt = useCallback((i: number): StripRow | null => rows[i - offset] ?? null, [rows, offset]);
  const band = Math.max(0, inner - NAME_WIDTH - FIGURES_WIDTH);

  useEffect(() => {
    if (visible.last >= 0) onRange(visible.first, visible.last);
  }, [visible.first, visible.last, onRange]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || band === 0) return;
    const scale = window.devicePixelRatio || 1;
    element.width = Math.round(band * scale);
    element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, band, height);
    const some = Array.from({ length: Math.max(0, visible.last - visible.first + 1) }, (_, i) =>
      rowAt(visible.first + i),
    );
    const ink = {
      mark: tokenColour('--mark'),
      faint: tokenColour('--mark-faint'),
      silence: tokenColour('--falling'),
      burst: tokenColour('--warning'),
      focus: tokenColour('--focus'),
      background: tokenColour('--bg'),
    };
    paintStrip(context, some, visible.first, columns, focused ? cursor : null, ink, visible.first * ROW - top);
    // oxlint-disable-next-line react/exhaustive-deps -- `columns` is made of band and weeks
  }, [rowAt, visible.first, visible.last, top, band, height, weeks.length, cursor, focused, theme]);

  const moveTo = (next: Cursor): void => {
    const row = Math.max(0, Math.min(count - 1, next.row));
    const week = Math.max(0, Math.min(weeks.length - 1, next.week));
    setCursor({ row, week });
    const element = box.current;
    if (element) element.scrollTop = scrollTo(row, element.scrollTop, height);
  };

  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.altKey || count === 0) return;
    const at = cursor ?? { row: visible.first, week: weeks.length - 1 };
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const mod = e.ctrlKey || e.metaKey;
    const row = rowAt(at.row);
    switch (e.key) {
      case 'ArrowDown':
        moveTo({ ...at, row: at.row + 1 });
        break;
      case 'ArrowUp':
        moveTo({ ...at, row: at.row - 1 });
        break;
      case 'ArrowRight':
        moveTo({ ...at, week: at.week + 1 });
        break;
      case 'ArrowLeft':
        moveTo({ ...at, week: at.week - 1 });
        break;
      case 'PageDown':
        if (mod) return;
        moveTo({ ...at, row: at.row + page });
        break;
      case 'PageUp':
        if (mod) return;
        moveTo({ ...at, row: at.row - page });
        break;
      case 'Home':
        moveTo(mod ? { row: 0, week: at.week } : { ...at, week: 0 });
        break;
      case 'End':
        moveTo(mod ? { row: count - 1, week: at.week } : { ...at, week: weeks.length - 1 });
        break;
      case 'Enter':
        if (row) openCustomer(row.customer, row.name);
        break;
      case ' ':
        if (row) onSelect(row);
        break;
      default:
        return;
    }
    e.preventDefault();
    e.stopPropagation();
  };

  const placeOf = (e: PointerEvent | React.MouseEvent): { row: number; week: number | null; x: number; y: number } => {
    const bounds = box.current!.getBoundingClientRect();
    const [x, y] = [e.clientX - bounds.left, e.clientY - bounds.top];
    return { row: Math.floor((y + top) / ROW), week: weekAt(columns, x), x, y };
  };

  const under = cursor ? rowAt(cursor.row) : null;
  const said = cursor && under ? cellWords(under, cursor.week, weeks[cursor.week] ?? '') : '';
  const ticks = monthTicks(weeks, columns.step);

  return (
    <div ref={whole} className="strip">
      <div className="strip-head" aria-hidden="true">
        {ticks.map((t) => (
          <span key={t.week} className="strip-tick" style={{ left: weekX(columns, t.week) }}>
            {t.label}
          </span>
        ))}
        <span className="strip-label" style={{ right: width - inner + 62 }}>
          worst gap
        </span>
        <span className="strip-label" style={{ right: width - inner + 4 }}>
          evenness
        </span>
      </div>
      <div
        ref={box}
        className="strip-scroll"
        style={{ height }}
        tabIndex={0}
        role="application"
        aria-roledescription="touch strip"
        aria-label={`Outbound touches of ${formatNumber(total)} customers by week, worst first. Arrow keys move over the cells, Enter opens the customer, Space shows its lanes. The same figures are in the table.`}
        onKeyDown={onKeyDown}
        onFocus={() => {
          setFocused(true);
          if (!cursor && count > 0) setCursor({ row: visible.first, week: weeks.length - 1 });
        }}
        onBlur={() => setFocused(false)}
        onScroll={(e) => {
          setTop(e.currentTarget.scrollTop);
          setTip(null);
        }}
        onPointerMove={(e) => {
          const at = placeOf(e);
          const row = rowAt(at.row);
          setTip(
            row
              ? {
                  x: at.x,
                  y: at.y,
                  text: at.week === null ? rowWords(row) : cellWords(row, at.week, weeks[at.week] ?? ''),
                }
              : null,
          );
        }}
        onPointerLeave={() => setTip(null)}
        onClick={(e) => {
          const at = placeOf(e);
          const row = rowAt(at.row);
          if (!row) return;
          setCursor({ row: at.row, week: at.week ?? weeks.length - 1 });
          onSelect(row);
        }}
        onDoubleClick={(e) => {
          const row = rowAt(placeOf(e).row);
          if (row) openCustomer(row.customer, row.name);
        }}
      >
        <div style={{ height: count * ROW, position: 'relative' }}>
          <canvas
            ref={canvas}
            className="strip-canvas"
            style={{ width: band, height, left: NAME_WIDTH, top }}
            aria-hidden="true"
          />
          {Array.from({ length: Math.max(0, visible.last - visible.first + 1) }, (_, k) => {
            const i = visible.first + k;
            const row = rowAt(i);
            return (
              <div
                key={i}
                className={`strip-row${row && row.customer === selected ? ' on' : ''}`}
                style={{ top: i * ROW, width: inner }}
                aria-hidden="true"
              >
                <span className="strip-name">{row ? row.name : '…'}</span>
                <span className={`strip-gap${row?.class === 'silent' ? ' silent' : ''}`}>
                  {row ? formatDays(row.worstGap) : ''}
                </span>
                <span className="strip-even">{row ? formatNumber(row.evenness, { decimals: 2 }) : ''}</span>
              </div>
            );
          })}
        </div>
      </div>
      {tip ? (
        <div className="strip-tip" style={{ left: Math.min(tip.x + 14, Math.max(0, width - 380)), top: tip.y + 38 }}>
          {tip.text}
        </div>
      ) : null}
      <p className="hidden-label" aria-live="polite">
        {focused ? said : ''}
      </p>
    </div>
  );
}
