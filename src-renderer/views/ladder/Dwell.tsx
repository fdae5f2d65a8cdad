import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatDays,
  formatMoney,
  formatNumber,
  formatShare,
  RungBadge,
  rungFill,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useEnginePages } from '../../data/index.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { Curve } from './Curve.tsx';
import type { CurvePoint } from './Curve.tsx';
import type { useLadder } from './model.ts';
import { sliceLabel } from './target.ts';

type Row = Result<'ladderStuck'>['rows'][number];
type Standing = Row['standing'];
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 200, onOpen: open },
  { id: 'standing', header: 'Rung', kind: 'rung', value: (r) => r.standing, size: 100 },
  { id: 'since', header: 'Since', kind: 'day', value: (r) => r.since, size: 96 },
  { id: 'days', header: 'Days', kind: 'number', value: (r) => r.days, size: 64 },
  {
    id: 'after',
    header: 'Stuck after',
    kind: 'number',
    value: (r) => r.after,
    size: 84,
    meaning: 'Days by which three quarters of the spells on the rung have ended',
  },
  { id: 'why', header: 'Why there', value: (r) => r.evidence, size: 230 },
  { id: 'next', header: 'What would lift it', value: (r) => r.next, size: 320 },
  { id: 'revenue', header: 'Revenue 12 months', kind: 'money', value: (r) => r.revenue12m, size: 134 },
];
const MOST_GROUPS = 12;
const read = (report: Result<'ladderStuck'>) => ({ total: report.total, rows: report.rows });

const AFTER = [90, 180, 365] as const;

/** Share of the stays that last longer than so many days; null beyond the longest seen. */
function shareAfter(curve: Result<'ladderDwell'>['curves'][number], day: number): string | null {
  const last = curve.points.at(-1);
  if (!last || (last.day < day && last.share > 0)) return null;
  return formatShare(curve.points.findLast((p) => p.day <= day)?.share ?? 1);
}

const pointsOf = (curve: Result<'ladderDwell'>['curves'][number]): CurvePoint[] => [
  { x: 0, y: 1, low: 1, high: 1 },
  ...curve.points.map((p) => ({ x: p.day, y: p.share, low: p.low, high: p.high })),
];

/** How long customers stay on each rung, and who stands there longer than most. */
export function Dwell({ model }: { model: ReturnType<typeof useLadder> }) {
  const { where } = model;
  const [rung, setRung] = useState<Standing | null>(null);
  const query = useEngine('ladderDwell', { ...where });
  const sliced = useEngine(
    'ladderDwell',
    { ...where, rung: rung ?? 'client', by: model.slice },
    { enabled: rung !== null && model.slice !== 'none' },
  );
  const groups = rung === null || model.slice === 'none' ? [] : (sliced.data?.groups ?? []).slice(0, MOST_GROUPS);
  const report = query.data;
  const pages = useEnginePages('ladderStuck', { ...where, ...(rung === null ? {} : { rung }) }, read);
  const curves = report ? TOP_DOWN.flatMap((s) => report.curves.find((c) => c.standing === s) ?? []) : [];
  const longest = Math.max(1, ...curves.flatMap((c) => c.points.map((p) => p.day)));
  const stuck = curves.reduce((n, c) => n + c.stuck, 0);
  const client = curves.find((c) => c.standing === 'client');
  return (
    <>
      <ChartFrame
        id="ladder.dwell"
        title="How long customers stay on a rung"
        finding={`${
          client?.median === null || client === undefined
            ? 'Fewer than half of the stays as a client have ended.'
            : `Half of the stays as a client have ended after ${formatDays(client.median)}.`
        } ${formatCount(stuck, 'customer stands', 'customers stand')} on a rung longer than three quarters of the stays there lasted.`}
        stale={query.isPlaceholderData}
        state={chartState(
          query,
          report?.customers === 0
            ? { title: 'Nobody', needs: 'No customer of the selection has stood anywhere yet.' }
            : null,
        )}
        twin={{
          columns: [
            { label: 'Rung' },
            ...[
              'Stays',
              'Open',
              'Ended up',
              'Ended down',
              'Median days',
              'Three quarters by',
              'Days per move',
              ...AFTER.map((day) => `Still there after ${day} days`),
              'Stuck after',
              'Stuck',
            ].map((label) => ({ label, numeric: true })),
          ],
          rows: curves.map((c) => [
            c.standing,
            c.spells,
            c.open,
            c.up,
            c.down,
            c.median,
            c.p75,
            c.meanDays === null ? null : formatNumber(c.meanDays, { decimals: 0 }),
            ...AFTER.map((day) => shareAfter(c, day)),
            c.stuckAfter === null ? null : `${c.stuckAfter}${c.stuckBy === 'rose' ? ' (of those who rose)' : ''}`,
            c.stuck,
          ]),
        }}
      >
        <div className="multiples">
          {curves.map((c) => (
            <button
              key={c.standing}
              type="button"
              className="multiple"
              aria-pressed={rung === c.standing}
              title={`List who is stuck on ${c.standing}`}
              onClick={() => setRung(rung === c.standing ? null : c.standing)}
            >
              <span className="multiple-head">
                <RungBadge rung={c.standing} />
                <span className="num dim">
                  {c.median === null ? 'no median' : `median ${formatDays(c.median)}`}
                  {c.stuck > 0 ? (
                    <>
                      {' · '}
                      <strong>{formatNumber(c.stuck)} stuck</strong>
                    </>
                  ) : null}
                </span>
              </span>
              <Curve
                points={pointsOf(c)}
                xEnd={longest}
                yEnd={1}
                stepped
                colour={c.standing === 'lapsed' ? 'var(--edge)' : rungFill(c.standing)}
                words={`${capital(c.standing)}: ${formatCount(c.spells, 'stay')}, ${formatNumber(c.open)} still open, ${c.median === null ? 'no median' : `median ${formatDays(c.median)}`}, ${formatCount(c.stuck, 'customer')} stuck`}
                xLabel={(x) => (x === 0 ? '0' : formatDays(x))}
                yLabel={(y) => formatShare(y, { decimals: 0 })}
                marks={c.median === null ? [] : [c.median]}
              />
            </button>
          ))}
        </div>
        {groups.length > 0 ? (
          <section aria-label={`Stays on ${rung} by ${sliceLabel(model.slice)}`}>
            <h2 className="section-title">
              {capital(rung!)} by {sliceLabel(model.slice)}
            </h2>
            <div className="multiples">
              {groups.map(({ value, curve }) => (
                <div key={value ?? ' '} className="multiple">
                  <span className="multiple-head">
                    <span className="slice-name">{value ?? 'unknown'}</span>
                    <span className="num dim">
                      {curve.median === null ? 'no median' : `median ${formatDays(curve.median)}`} · n{' '}
                      {formatNumber(curve.spells)}
                    </span>
                  </span>
                  <Curve
                    points={pointsOf(curve)}
                    xEnd={longest}
                    yEnd={1}
                    stepped
                    colour={rung === 'lapsed' ? 'var(--edge)' : rungFill(rung!)}
                    words={`${value ?? 'unknown'}: ${formatCount(curve.spells, 'stay')}, ${curve.median === null ? 'no median' : `median ${formatDays(curve.median)}`}`}
                    xLabel={(x) => (x === 0 ? '0' : formatDays(x))}
                    yLabel={(y) => formatShare(y, { decimals: 0 })}
                    marks={curve.median === null ? [] : [curve.median]}
                  />
                </div>
              ))}
            </div>
          </section>
        ) : null}
        <p className="legend">
          Kaplan-Meier: share of the stays that have lasted so long, stays that go on are censored; the upright line is
          the median.
        </p>
      </ChartFrame>
      <section className="ladder-list" aria-label="Stuck customers">
        <header className="list-head">
          <h2>{rung === null ? 'Stuck on a rung' : `Stuck on ${rung}`}</h2>
          {pages.report && pages.report.total > 0 ? (
            <span className="dim">
              {formatCount(pages.report.total, 'customer')} · {formatMoney(pages.report.revenue12m, { compact: true })}{' '}
              of revenue in 12 months · sorted by revenue
            </span>
          ) : null}
        </header>
        <DataTable<Row>
          id="ladder.stuck"
          label="Stuck customers"
          columns={COLUMNS}
          {...pages}
          rowKey={(r) => r.customer}
          onOpen={open}
          hideToolbar
          empty={{
            title: 'Nobody is stuck',
            needs:
              'No customer stands on a rung longer than three quarters of the stays there lasted, or too few stays have ended to say.',
          }}
        />
      </section>
    </>
  );
}
