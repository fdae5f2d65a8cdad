import type { KeyboardEvent } from 'react';
import { formatNumber } from '../format.ts';

/** What Recharts hands to a bar's shape. */
export type BarBox = { x?: number; y?: number; width?: number; height?: number; index?: number };

/** A bar that opens the list behind it, by mouse and keyboard. The first of a chart is its tab stop; arrows move (`moveAlong` with `[data-mark]`). */
export function BarMark({
  box,
  fill,
  words,
  count,
  first,
  on,
  hollow = false,
  base,
  onOpen,
}: {
  box: BarBox;
  fill: string;
  words: string;
  count: number | null;
  first: boolean;
  on: boolean;
  hollow?: boolean;
  base: number;
  onOpen: (() => void) | null;
}) {
  const { x = 0, y = 0, width = 0, height = 0 } = box;
  const key = (e: KeyboardEvent): void => {
    if (e.key !== 'Enter' && e.key !== ' ') return;
    e.preventDefault();
    onOpen?.();
  };
  return (
    <g
      className={`mark${on ? ' on' : ''}`}
      data-mark
      {...(onOpen
        ? {
            role: 'button',
            tabIndex: first ? 0 : -1,
            'aria-label': words,
            'aria-pressed': on,
            onClick: onOpen,
            onKeyDown: key,
          }
        : { role: 'img', 'aria-label': words })}
    >
      <title>{words}</title>
      <rect x={x} y={0} width={width} height={Math.max(0, base)} fill="transparent" />
      <rect
        x={x}
        y={y}
        width={width}
        height={Math.max(height, 0)}
        fill={hollow ? 'var(--bg)' : fill}
        stroke={on ? 'var(--focus)' : hollow ? fill : 'none'}
        strokeWidth={on ? 2 : 1}
      />
      {count !== null && count > 0 ? (
        <text x={x + width / 2} y={y - 4} textAnchor="middle">
          {formatNumber(count)}
        </text>
      ) : null}
    </g>
  );
}
