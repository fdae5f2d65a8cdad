import { useMemo } from 'react';
import { formatCount, formatDay, formatNumber, formatShare } from '../format.ts';
import { capital, rungFill } from '../marks.tsx';
import { moveAlong } from '../Tabs.tsx';
import { directionOf, TOP_DOWN } from './moves.ts';
import { ribbon, sankeyLayout } from './sankey.ts';
import { useSize } from '../useSize.ts';

export type SankeyMove = {
  readonly from: string;
  readonly to: string;
  readonly customers: number;
  readonly share: number | null;
};

const LABEL = 118;
const BAR = 10;
/** Room for the two days above, in the size of the drawing's text. */
const DAYS = 18;

/** Who stood where on two days. Ribbons that rise are blue, that fall orange, the others grey; each opens its customers. */
export function Sankey({
  moves,
  from,
  to,
  height,
  selected,
  onMove,
  onRung,
  label = LABEL,
}: {
  moves: readonly SankeyMove[];
  from: string;
  to: string;
  height: number;
  selected?: { from: string; to: string } | null;
  onMove?: (from: string, to: string) => void;
  onRung?: (rung: string) => void;
  label?: number;
}) {
  const large = label / LABEL;
  const top = DAYS * large;
  const [ref, { width }] = useSize<HTMLDivElement>();
  const { left, right } = useMemo(() => {
    const some = (pick: (m: SankeyMove) => string, id: string): boolean =>
      moves.some((m) => pick(m) === id && (m.customers > 0 || (id !== 'new' && id !== 'gone')));
    return {
      left: [...TOP_DOWN.filter((r) => some((m) => m.from, r)), ...(some((m) => m.from, 'new') ? ['new'] : [])],
      right: [...TOP_DOWN.filter((r) => some((m) => m.to, r)), ...(some((m) => m.to, 'gone') ? ['gone'] : [])],
    };
  }, [moves]);
  const layout = useMemo(
    () => sankeyLayout(left, right, moves, { height: height - top - 2, gap: 5, minSlot: 15 * large }),
    [left, right, moves, height, top, large],
  );
  const [x0, x1] = [label + BAR, width - label - BAR];
  const shares = new Map(moves.map((m) => [`${m.from} ${m.to}`, m.share]));
  const ordered = layout.links.toSorted(
    (a, b) =>
      Number(directionOf(a.from, a.to) !== 'stay') - Number(directionOf(b.from, b.to) !== 'stay') ||
      b.customers - a.customers,
  );
  return (
    <div className="sankey" ref={ref} style={{ height }}>
      {width > 0 ? (
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={`Moves between rungs, ${formatDay(from)} to ${formatDay(to)}`}
          onKeyDown={(e) => moveAlong(e, '[data-mark]')}
        >
          <text x={label + BAR} y={11 * large} textAnchor="end" className="axis-text">
            {formatDay(from)}
          </text>
          <text x={width - label - BAR} y={11 * large} className="axis-text">
            {formatDay(to)}
          </text>
          {ordered.map((link, i) => {
            const d = ribbon(x0, top + link.y0, x1, top + link.y1);
            const kind = directionOf(link.from, link.to);
            const share = shares.get(`${link.from} ${link.to}`) ?? null;
            const words = `${capital(link.from)} to ${link.to}: ${formatCount(link.customers, 'customer')}${share === null ? '' : `, ${formatShare(share)} of ${link.from}`}`;
            const on = selected?.from === link.from && selected.to === link.to;
            return (
              <g
                key={`${link.from} ${link.to}`}
                className={`ribbon ribbon-${kind}${on ? ' on' : ''}`}
                {...(onMove
                  ? {
                      role: 'button',
                      tabIndex: i === 0 ? 0 : -1,
                      'data-mark': true,
                      'aria-label': words,
                      'aria-pressed': on,
                      onClick: () => onMove(link.from, link.to),
                      onKeyDown: (e) => {
                        if (e.key !== 'Enter' && e.key !== ' ') return;
                        e.preventDefault();
                        onMove(link.from, link.to);
                      },
                    }
                  : {})}
              >
                <title>{words}</title>
                <path d={d} strokeWidth={Math.max(link.thickness, 1)} className="ribbon-ink" />
                <path d={d} strokeWidth={Math.max(link.thickness, 8)} className="ribbon-reach" />
              </g>
            );
          })}
          {layout.nodes.map((node) => {
            const onLeft = node.side === 'left';
            const name = node.id === 'new' ? 'New' : node.id === 'gone' ? 'Gone' : capital(node.id);
            const open = onRung && !onLeft && node.id !== 'gone' ? () => onRung(node.id) : undefined;
            return (
              <g key={`${node.side} ${node.id}`} className={open ? 'node node-door' : 'node'} onClick={open}>
                <rect
                  x={onLeft ? label : width - label - BAR}
                  y={top + node.y}
                  width={BAR}
                  height={node.height}
                  fill={node.id === 'new' ? 'var(--dim)' : node.id === 'lapsed' ? 'none' : rungFill(node.id)}
                  stroke={node.id === 'lapsed' ? 'var(--edge)' : 'none'}
                  strokeDasharray="3 2"
                />
                {onLeft ? (
                  <text x={label - 7} y={top + node.middle + 4 * large} textAnchor="end" className="node-text">
                    {name} <tspan className="node-count">{formatNumber(node.customers)}</tspan>
                  </text>
                ) : (
                  <text x={width - label + 7} y={top + node.middle + 4 * large} className="node-text">
                    <tspan className="node-count strong">{formatNumber(node.customers)}</tspan> {name}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      ) : null}
    </div>
  );
}
