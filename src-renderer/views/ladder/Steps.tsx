import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import { capital, formatCount, formatDay, formatNumber, formatShare, rungFill, useSize } from '../../kit/index.ts';
import { directionOf, TOP_DOWN } from '../../kit/figures/moves.ts';
import { ribbon } from '../../kit/figures/sankey.ts';

type Report = Result<'migrationSteps'>;
const TOP = 18;
const BAR = 8;
const GAP = 5;
const SIDE = 104;

type Placed = { x: number; nodes: Map<string, { y: number; height: number; customers: number }> };

/** Columns of one scale: a node for each standing on each day, new customers in the column before they came. */
function layoutOf(report: Report, width: number, height: number): { columns: Placed[]; scale: number } {
  const order = [...TOP_DOWN, 'new'];
  const sums = report.days.map((day, k) => {
    const values = new Map<string, number>();
    for (const n of report.nodes) if (n.day === day && n.customers > 0) values.set(n.standing, n.customers);
    const fresh = report.flows.filter((f) => f.from === day && f.a === 'new' && f.to === report.days[k + 1]);
    const n = fresh.reduce((sum, f) => sum + f.customers, 0);
    if (n > 0) values.set('new', n);
    return values;
  });
  const room = height - TOP - 4;
  const scale = Math.min(
    ...sums.map((values) => {
      const total = [...values.values()].reduce((a, b) => a + b, 0);
      return total === 0 ? Number.POSITIVE_INFINITY : (room - GAP * (values.size - 1)) / total;
    }),
  );
  const columns = sums.map((values, k): Placed => {
    const nodes: Placed['nodes'] = new Map();
    let y = TOP;
    for (const id of order) {
      const customers = values.get(id);
      if (customers === undefined) continue;
      nodes.set(id, { y, height: Math.max(1, customers * scale), customers });
      y += customers * scale + GAP;
    }
    return { x: SIDE + ((width - 2 * SIDE - BAR) * k) / Math.max(1, sums.length - 1), nodes };
  });
  return { columns, scale };
}

/** Who stood where on several days. Each ribbon says its share of the step before and of all at the start. */
export function Steps({ report, height }: { report: Report; height: number }) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const { columns, scale } = useMemo(() => layoutOf(report, width, height), [report, width, height]);
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  const take = (map: Map<string, number>, key: string, start: number, thickness: number): number => {
    const at = map.get(key) ?? start;
    map.set(key, at + thickness);
    return at + thickness / 2;
  };
  const rank = (id: string): number => [...TOP_DOWN, 'new'].indexOf(id);
  const flows = report.flows.toSorted((a, b) =>
    a.from < b.from ? -1 : a.from > b.from ? 1 : rank(a.a) - rank(b.a) || rank(a.b) - rank(b.b),
  );
  const ends = new Map(
    flows.map((f) => {
      const k = report.days.indexOf(f.from);
      const left = columns[k]?.nodes.get(f.a);
      return [f, take(out, `${k} ${f.a}`, left?.y ?? 0, f.customers * scale)] as const;
    }),
  );
  const links = flows
    .toSorted((a, b) => rank(a.b) - rank(b.b) || rank(a.a) - rank(b.a))
    .map((f) => {
      const k = report.days.indexOf(f.to);
      const right = columns[k]?.nodes.get(f.b);
      return { f, k, y0: ends.get(f)!, y1: take(into, `${k} ${f.b}`, right?.y ?? 0, f.customers * scale) };
    });
  return (
    <div className="sankey" ref={ref} style={{ height }}>
      {width > 0 ? (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`Moves over ${report.days.length} days; the table has every flow`}
        >
          {links.map(({ f, k, y0, y1 }) => {
            const kind = directionOf(f.a, f.b);
            const words = `${formatDay(f.from)} to ${formatDay(f.to)}, ${capital(f.a)} to ${f.b}: ${formatCount(f.customers, 'customer')}${f.share === null ? '' : `, ${formatShare(f.share)} of the step before, ${formatShare(f.shareOfStart)} of the start`}`;
            return (
              <g key={`${f.from} ${f.a} ${f.b}`} className={`ribbon ribbon-${kind}`}>
                <title>{words}</title>
                <path
                  d={ribbon(columns[k - 1]!.x + BAR, y0, columns[k]!.x, y1)}
                  strokeWidth={Math.max(1, f.customers * scale)}
                  className="ribbon-ink"
                />
              </g>
            );
          })}
          {columns.map(({ x, nodes }, k) => {
            const first = k === 0;
            const last = k === columns.length - 1;
            return (
              <g key={report.days[k]}>
                <text
                  x={first ? x + BAR : last ? x : x + BAR / 2}
                  y={11}
                  textAnchor={first ? 'end' : last ? 'start' : 'middle'}
                  className="axis-text"
                >
                  {formatDay(report.days[k]!, first || last)}
                </text>
                {[...nodes].map(([id, node]) => {
                  const share =
                    report.nodes.find((n) => n.day === report.days[k] && n.standing === id)?.shareOfStart ?? null;
                  return (
                    <g key={id}>
                      <title>{`${capital(id)} on ${formatDay(report.days[k]!)}: ${formatCount(node.customers, 'customer')}${share === null ? '' : `, ${formatShare(share)} of the start`}`}</title>
                      <rect
                        x={x}
                        y={node.y}
                        width={BAR}
                        height={node.height}
                        fill={id === 'new' ? 'var(--dim)' : id === 'lapsed' ? 'none' : rungFill(id)}
                        stroke={id === 'lapsed' ? 'var(--edge)' : 'none'}
                        strokeDasharray="3 2"
                      />
                      {(first || last) && node.height >= 9 ? (
                        <text
                          x={first ? x - 6 : x + BAR + 6}
                          y={node.y + node.height / 2 + 4}
                          textAnchor={first ? 'end' : 'start'}
                          className="node-text"
                        >
                          {first ? `${capital(id)} ` : ''}
                          <tspan className={last ? 'node-count strong' : 'node-count'}>
                            {formatNumber(node.customers)}
                          </tspan>
                          {last ? ` ${capital(id)}` : ''}
                        </text>
                      ) : null}
                    </g>
                  );
                })}
              </g>
            );
          })}
        </svg>
      ) : null}
    </div>
  );
}
