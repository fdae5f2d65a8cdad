import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatDays,
  formatNumber,
  formatShare,
  Segmented,
  Select,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useEnginePages } from '../../data/index.ts';
import type { useLadder } from './model.ts';
import { RateRows } from './RateRows.tsx';

type Report = Result<'nextTime'>;
type Row = Report['list'][number];
type State = 'again' | 'not' | 'open';
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 240, onOpen: open },
  { id: 'purchases', header: 'Order days', kind: 'number', value: (r) => r.purchases, size: 90 },
  { id: 'last', header: 'Last order', kind: 'day', value: (r) => r.last, size: 110 },
  { id: 'days', header: 'Days since', kind: 'number', value: (r) => r.days, size: 90 },
  { id: 'revenue', header: 'Revenue 12 months', kind: 'money', value: (r) => r.revenue12m, size: 140 },
];
const read = (report: Report) => ({ total: report.total, rows: report.list });
const WITHIN = ['90', '180', '365', '730'] as const;
const nth = (n: number): string =>
  n === 10 ? '10th and later' : `${n}${n === 1 ? 'st' : n === 2 ? 'nd' : n === 3 ? 'rd' : 'th'}`;
const STATES: Record<State, string> = {
  open: 'still have time',
  not: 'did not come back in time',
  again: 'came back in time',
};

/** Of those who bought n times, how many buy again in time, and who still has time. */
export function NextTime({ model }: { model: ReturnType<typeof useLadder> }) {
  const { where, slice } = model;
  const [within, setWithin] = useRemembered<(typeof WITHIN)[number]>('ladder.within', '365');
  const [n, setN] = useState(1);
  const [state, setState] = useState<State>('open');
  const asked = { ...where, within: Number(within) };
  const query = useEngine('nextTime', { ...asked, limit: 0, ...(slice === 'none' ? {} : { by: slice }) });
  const pages = useEnginePages('nextTime', { ...asked, n, state }, read);
  const report = query.data;
  const rows = report?.rows ?? [];
  const row = (r: Report['rows'][number]): (string | number | null)[] => [
    r.n === 10 ? '10 and later' : r.n,
    r.reached,
    r.decided,
    r.again.customers,
    formatShare(r.again.share),
    formatShare(r.again.low),
    formatShare(r.again.high),
    r.open,
    formatShare(r.expected),
    r.medianDays,
  ];
  return (
    <>
      <ChartFrame
        id="ladder.nextTime"
        title={`The next time: who bought again within ${formatDays(Number(within))}`}
        finding={report ? nextWords(report) : null}
        stale={query.isPlaceholderData}
        state={chartState(
          query,
          report && rows.length === 0
            ? { title: 'No orders', needs: 'This needs orders or invoices of the customers selected.' }
            : null,
        )}
        actions={
          <Select
            inline
            label="expected within"
            value={within}
            onChange={setWithin}
            choices={WITHIN.map((value) => ({ value, label: formatDays(Number(value)) }))}
          />
        }
        twin={{
          columns: [
            { label: slice === 'none' ? 'Purchase' : 'Group and purchase' },
            ...[
              'Buyers',
              'Time is over',
              'Bought again',
              'Share',
              '95 % low',
              '95 % high',
              'Still have time',
              'Expected (Kaplan-Meier)',
              'Median days',
            ].map((label) => ({ label, numeric: true })),
          ],
          rows: [
            ...rows.map(row),
            ...(report?.groups ?? []).flatMap((g) =>
              g.rows.map((r) => [`${g.value ?? 'unknown'}, ${r.n}`, ...row(r).slice(1)]),
            ),
          ],
        }}
      >
        <RateRows
          label="Share that bought again in time, by number of the purchase"
          selected={String(n)}
          onOpen={(key) => setN(Number(key))}
          rows={rows.map((r) => ({
            key: String(r.n),
            name: `${nth(r.n)} purchase`,
            words: `After the ${nth(r.n)} purchase`,
            ...r.again,
            of: r.decided,
            few: !r.enough,
          }))}
        />
        {slice !== 'none' && report ? (
          <div className="multiples multiples-wide">
            {report.groups.slice(0, 12).map((g) => (
              <div key={g.value ?? ' '} className="multiple">
                <span className="multiple-head">{g.value ?? 'unknown'}</span>
                <RateRows
                  small
                  label={`Share that bought again, ${g.value ?? 'unknown'}`}
                  rows={g.rows.slice(0, 4).map((r) => ({
                    key: String(r.n),
                    name: nth(r.n),
                    words: `After the ${nth(r.n)} purchase`,
                    ...r.again,
                    of: r.decided,
                    few: !r.enough,
                  }))}
                />
              </div>
            ))}
          </div>
        ) : null}
        <p className="legend">
          Of buyers whose time is over. Who still has time stands in the table; so does the share expected of all of
          them.
        </p>
      </ChartFrame>
      <section className="ladder-list" aria-label="Buyers behind the figure">
        <header className="list-head">
          <h2>
            After the {nth(n)} purchase: {STATES[state]}
          </h2>
          <Segmented
            label="Which buyers are listed"
            value={state}
            onChange={setState}
            choices={[
              { value: 'open', label: 'still have time' },
              { value: 'not', label: 'did not' },
              { value: 'again', label: 'did' },
            ]}
          />
          {pages.report ? (
            <span className="dim">{formatCount(pages.report.total, 'customer')} · sorted by revenue</span>
          ) : null}
        </header>
        <DataTable<Row>
          id="ladder.nextTime"
          label="Buyers behind the figure"
          columns={COLUMNS}
          {...pages}
          rowKey={(r) => r.customer}
          onOpen={open}
          hideToolbar
          empty={{ title: 'Nobody', needs: 'No buyer of the selection is on this list.' }}
        />
      </section>
    </>
  );
}

function nextWords({ rows }: Report): string {
  const told = rows.filter((r) => r.enough).slice(0, 3);
  if (told.length === 0) return 'Fewer than 30 buyers have had the time to come back after any purchase.';
  const parts = told.map(
    (r) =>
      `${formatNumber(r.again.customers)} of ${formatNumber(r.decided)} after the ${nth(r.n)} (${formatShare(r.again.share)}, 95 % interval ${formatShare(r.again.low)} to ${formatShare(r.again.high)})`,
  );
  const open_ = rows.reduce((sum, r) => sum + r.open, 0);
  return `Bought again in time: ${parts.join(', ')}. ${formatCount(open_, 'buyer')} still ${open_ === 1 ? 'has' : 'have'} time.`;
}
