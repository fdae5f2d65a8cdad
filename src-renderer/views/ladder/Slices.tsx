import {
  capital,
  ChartFrame,
  formatCount,
  formatMoney,
  formatNumber,
  formatShare,
  rungFill,
  RungBadge,
} from '../../kit/index.ts';
import { quoted, useSelection } from '../../data/index.ts';
import type { Result } from '#contract/api.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { VIEW } from './model.ts';

type Report = Result<'ladder'>;
const MOST = 14;

const share = (group: Report['groups'][number], pick: (rung: string) => boolean): number =>
  group.rungs.reduce((n, r) => (pick(r.rung) ? n + r.customers : n), 0) / Math.max(1, group.customers);
const ABOVE = new Set(['client', 'supporter', 'advocate', 'partner']);

/** The rungs of each value of a field, as one bar of shares per value; a value or a segment selects its customers. */
export function Slices({ field, report, stale }: { field: string; report: Report; stale: boolean }) {
  const brush = useSelection((s) => s.brush);
  const label = field.replaceAll('_', ' ');
  const shown = report.groups.slice(0, MOST);
  const order = TOP_DOWN.filter((r) => report.rungs.some((x) => x.rung === r));
  const select = (value: string | null): void =>
    brush(VIEW, {
      key: 'slice',
      text: value === null ? `${field} is unknown` : `${field} = ${quoted(value)}`,
      sentence: value === null ? `${label} is unknown` : `${label} is ${value}`,
    });
  const large = shown
    .filter((g) => g.value !== null && g.customers >= 10)
    .toSorted((a, b) => share(b, (r) => ABOVE.has(r)) - share(a, (r) => ABOVE.has(r)));
  const [best, worst] = [large[0], large.at(-1)];
  const finding =
    best && worst && best !== worst
      ? `Clients or higher are ${formatShare(share(best, (r) => ABOVE.has(r)))} of ${best.value} (${formatCount(best.customers, 'customer')}) and ${formatShare(share(worst, (r) => ABOVE.has(r)))} of ${worst.value} (${formatNumber(worst.customers)}), the highest and lowest of the values with at least 10 customers.`
      : `No two values of ${label} have 10 customers each, too few to compare.`;
  return (
    <ChartFrame
      id="ladder.slices"
      title={`Rungs by ${label}`}
      finding={`${finding}${report.groups.length > MOST ? ` The ${MOST} largest of ${formatNumber(report.groups.length)} values are drawn; the table has all.` : ''}`}
      stale={stale}
      state={report.groups.length === 0 ? { kind: 'loading' } : undefined}
      twin={{
        columns: [
          { label: capital(label) },
          { label: 'Customers', numeric: true },
          ...order.map((r) => ({ label: capital(r), numeric: true })),
        ],
        rows: report.groups.map((g) => [
          g.value ?? 'unknown',
          g.customers,
          ...order.map((r) => g.rungs.find((x) => x.rung === r)?.customers ?? 0),
        ]),
      }}
    >
      <div className="slices">
        {shown.map((g) => (
          <button
            key={g.value ?? ' '}
            type="button"
            className="slice"
            onClick={() => select(g.value)}
            title={`Select ${g.value ?? `unknown ${label}`}`}
          >
            <span className="slice-name">{g.value ?? 'unknown'}</span>
            <span className="slice-count">{formatNumber(g.customers)}</span>
            <span className="slice-bar" aria-hidden="true">
              {order.map((rung) => {
                const r = g.rungs.find((x) => x.rung === rung);
                if (!r || r.customers === 0) return null;
                const part = r.customers / g.customers;
                return (
                  <span
                    key={rung}
                    className={rung === 'lapsed' ? 'hatched' : undefined}
                    style={{ width: `${part * 100}%`, ...(rung === 'lapsed' ? {} : { background: rungFill(rung) }) }}
                    title={`${capital(rung)}: ${formatCount(r.customers, 'customer')}, ${formatShare(r.share)} (${formatShare(r.low)} to ${formatShare(r.high)}), ${formatMoney(r.revenue12m)}`}
                  />
                );
              })}
            </span>
            <span className="slice-share">{formatShare(share(g, (r) => ABOVE.has(r)))}</span>
          </button>
        ))}
      </div>
      <p className="legend">
        {order.map((r) => (
          <RungBadge key={r} rung={r} />
        ))}
        <span className="dim">percentage: client or higher</span>
      </p>
    </ChartFrame>
  );
}
