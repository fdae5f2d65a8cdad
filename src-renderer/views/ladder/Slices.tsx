import { useState } from 'react';
import {
  capital,
  ChartFrame,
  formatCount,
  formatMoney,
  formatNumber,
  formatShare,
  rungFill,
  RungBadge,
  Segmented,
  useRemembered,
} from '../../kit/index.ts';
import { useSelection } from '../../data/index.ts';
import type { Result } from '#contract/api.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { VIEW } from './model.ts';
import { RateRows } from './RateRows.tsx';
import { sliceDraft, sliceLabel } from './target.ts';

type Report = Result<'ladder'>;
const MOST = 14;

const share = (group: Report['groups'][number], pick: (rung: string) => boolean): number =>
  group.rungs.reduce((n, r) => (pick(r.rung) ? n + r.customers : n), 0) / Math.max(1, group.customers);
const ABOVE = new Set(['client', 'supporter', 'advocate', 'partner']);

/** The rungs of each value of a field, as one bar of shares per value; a value or a segment selects its customers. */
export function Slices({ field, report, stale }: { field: string; report: Report; stale: boolean }) {
  const brush = useSelection((s) => s.brush);
  const [as, setAs] = useRemembered<'bars' | 'multiples'>('ladder.slicesAs', 'bars');
  const label = sliceLabel(field);
  const shown = report.groups.slice(0, MOST);
  const order = TOP_DOWN.filter((r) => report.rungs.some((x) => x.rung === r));
  const select = (value: string | null): void => brush(VIEW, { key: 'slice', ...sliceDraft(field, value) });
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
      actions={
        <Segmented
          label="Show slices as"
          value={as}
          onChange={setAs}
          choices={[
            { value: 'bars', label: 'Bars' },
            { value: 'multiples', label: 'Small multiples' },
          ]}
        />
      }
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
      {as === 'multiples' ? <Multiples groups={shown} order={order} onOpen={select} /> : null}
      <div className="slices" hidden={as !== 'bars'}>
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

/** The rungs of each value as bars on one scale of shares; each opens its customers. */
function Multiples({
  groups,
  order,
  onOpen,
}: {
  groups: Report['groups'];
  order: readonly string[];
  onOpen: (value: string | null) => void;
}) {
  const most = Math.max(0.01, ...groups.flatMap((g) => g.rungs.map((r) => r.share ?? 0)));
  return (
    <div className="multiples">
      {groups.map((g) => (
        <button
          key={g.value ?? ' '}
          type="button"
          className="multiple"
          title={`Select ${g.value ?? 'unknown'}`}
          onClick={() => onOpen(g.value)}
        >
          <span className="multiple-head">
            <span className="slice-name">{g.value ?? 'unknown'}</span>
            <span className="num dim">{formatNumber(g.customers)}</span>
          </span>
          {order.map((rung) => {
            const r = g.rungs.find((x) => x.rung === rung);
            if (!r) return null;
            return (
              <span
                key={rung}
                className="mini-row"
                title={`${capital(rung)}: ${formatCount(r.customers, 'customer')}, ${formatShare(r.share)} (${formatShare(r.low)} to ${formatShare(r.high)})`}
              >
                <span className="dim">{capital(rung)}</span>
                <span className="mini-track" aria-hidden="true">
                  <span
                    className={rung === 'lapsed' ? 'hatched' : undefined}
                    style={{
                      width: `${((r.share ?? 0) / most) * 100}%`,
                      ...(rung === 'lapsed' ? {} : { background: rungFill(rung) }),
                    }}
                  />
                </span>
                <span className="num">{formatShare(r.share)}</span>
              </span>
            );
          })}
        </button>
      ))}
    </div>
  );
}

/** Who rose and fell, by value of a field. */
export function MovesBySlice({ field, moves, stale }: { field: string; moves: Result<'migration'>; stale: boolean }) {
  const [way, setWay] = useState<'up' | 'down'>('up');
  const label = sliceLabel(field);
  const word = way === 'up' ? 'rose' : 'fell';
  const known = moves.groups.filter((g) => g.up.share !== null);
  const large = known.filter((g) => g.enough).toSorted((a, b) => b[way].share! - a[way].share!);
  const [best, worst] = [large[0], large.at(-1)];
  const apart = best && worst && best !== worst ? best[way].low! > worst[way].high! : null;
  return (
    <ChartFrame
      id="ladder.movesBySlice"
      title={`Who ${word}, by ${label}`}
      finding={
        apart === null
          ? `No two values of ${label} have ${moves.minimum} customers each, too few to compare.`
          : `${formatShare(best![way].share)} of ${best!.value ?? 'unknown'} ${word} and ${formatShare(worst![way].share)} of ${worst!.value ?? 'unknown'}, the most and the fewest of the values with at least ${moves.minimum} customers; ${apart ? 'their intervals lie apart' : 'their intervals overlap'}.`
      }
      stale={stale}
      actions={
        <Segmented
          label="Direction by slice"
          value={way}
          onChange={setWay}
          choices={[
            { value: 'up', label: 'rose' },
            { value: 'down', label: 'fell' },
          ]}
        />
      }
      twin={{
        columns: [
          { label: capital(label) },
          ...['Customers', 'Rose', 'Fell', 'Stayed', 'New', 'Share that rose', 'Share that fell'].map((head) => ({
            label: head,
            numeric: true,
          })),
        ],
        rows: moves.groups.map((g) => [
          g.value ?? 'unknown',
          g.customers,
          g.up.customers,
          g.down.customers,
          g.stay.customers,
          g.entered,
          formatShare(g.up.share),
          formatShare(g.down.share),
        ]),
      }}
    >
      <RateRows
        label={`Share that ${word}, by ${label}`}
        rows={known.slice(0, MOST).map((g) => ({
          key: g.value ?? ' ',
          name: g.value ?? 'unknown',
          words: g.value ?? 'unknown',
          ...g[way],
          of: g.up.customers + g.down.customers + g.stay.customers,
          few: !g.enough,
        }))}
      />
    </ChartFrame>
  );
}
