import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatMoney,
  formatNumber,
  formatShare,
  RungBadge,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useEnginePages } from '../../data/index.ts';
import type { useLadder } from './model.ts';
import { RateRows } from './RateRows.tsx';

type Report = Result<'ladderReferrals'>;
type Row = Report['rows'][number];
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Referrer', value: (r) => r.name, size: 180, onOpen: open },
  { id: 'standing', header: 'Rung', kind: 'rung', value: (r) => r.standing, size: 100 },
  {
    id: 'whom',
    header: 'Whom, and what came of it',
    size: 250,
    value: (r) => r.referrals.map((x) => `${x.name ?? x.external ?? 'nobody named'} (${x.outcome})`).join('; '),
  },
  { id: 'n', header: 'Referrals', kind: 'number', value: (r) => r.referrals.length, size: 76 },
  {
    id: 'won',
    header: 'Won',
    kind: 'number',
    value: (r) => r.won,
    size: 54,
    meaning: 'Referred customers whose first order lies after the referral',
  },
  { id: 'open', header: 'Open', kind: 'number', value: (r) => r.open, size: 54, meaning: 'Referred, no order yet' },
  {
    id: 'brought',
    header: 'Revenue brought',
    kind: 'money',
    value: (r) => r.revenueBrought,
    size: 134,
    meaning: 'Net of the orders of the referred customers after the referral, credits taken off',
  },
  { id: 'own', header: 'Own 12 months', kind: 'money', value: (r) => r.revenue12m, size: 120 },
  { id: 'last', header: 'Last referral', kind: 'day', value: (r) => r.last, size: 100 },
];
const read = (report: Report) => ({ total: report.total, rows: report.rows });
const OF_OUTCOME: Readonly<Record<string, string>> = {
  'bought before': 'named somebody who had bought before',
  earlier: 'named somebody already referred',
  own: 'named the referrer',
  unnamed: 'named nobody known',
};

/** Who refers, what came of it, and the revenue it brought. */
export function Referrals({ model }: { model: ReturnType<typeof useLadder> }) {
  const query = useEngine('ladderReferrals', { ...model.where, limit: 0 });
  const pages = useEnginePages('ladderReferrals', { ...model.where }, read);
  const report = query.data;
  const standings = report?.standings ?? [];
  return (
    <>
      <ChartFrame
        id="ladder.referrals"
        title="Customers and revenue that referrals brought"
        finding={report ? referralWords(report) : null}
        stale={query.isPlaceholderData}
        state={chartState(
          query,
          report?.referrals === 0
            ? {
                title: 'No referrals',
                needs: 'Referrals come from a file of recommendations: who, when, the kind referral, and whom.',
              }
            : null,
        )}
        twin={{
          columns: [
            { label: 'Rung of the referrer' },
            ...[
              'Customers',
              'Referrers',
              'Referrals',
              'Won',
              'Won of won and open',
              '95 % low',
              '95 % high',
              'Revenue brought',
              'Own revenue 12 months',
            ].map((label) => ({ label, numeric: true })),
          ],
          rows: standings.map((s) => [
            s.standing,
            s.customers,
            s.referrers,
            s.referrals,
            s.won.customers,
            formatShare(s.won.share),
            formatShare(s.won.low),
            formatShare(s.won.high),
            formatMoney(s.revenueBrought),
            formatMoney(s.revenue12m),
          ]),
        }}
      >
        <RateRows
          label="Share of each rung that refers"
          rows={standings
            .filter((s) => s.customers > 0)
            .map((s) => ({
              key: s.standing,
              name: <RungBadge rung={s.standing} />,
              words: `${capital(s.standing)}, brought ${formatMoney(s.revenueBrought)}`,
              share: s.referrers / s.customers,
              low: null,
              high: null,
              customers: s.referrers,
              of: s.customers,
              few: s.customers < 30,
            }))}
        />
        <p className="legend">
          Share of the customers of each rung that referred somebody. Brought:{' '}
          {standings
            .filter((s) => s.revenueBrought.some((m) => m.minor > 0))
            .map((s) => `${s.standing} ${formatMoney(s.revenueBrought)}`)
            .join(', ') || 'nothing'}
        </p>
      </ChartFrame>
      <section className="ladder-list" aria-label="Referral ledger">
        <header className="list-head">
          <h2>Referral ledger</h2>
          {report ? (
            <span className="dim">{formatCount(report.total, 'referrer')} · sorted by the revenue brought</span>
          ) : null}
        </header>
        <DataTable<Row>
          id="ladder.referrals"
          label="Referral ledger"
          columns={COLUMNS}
          {...pages}
          rowKey={(r) => r.customer}
          onOpen={open}
          hideToolbar
          empty={{ title: 'No referrals', needs: 'No customer of the selection has referred anybody.' }}
        />
      </section>
    </>
  );
}

function referralWords(report: Report): string {
  const { won } = report;
  const others = report.outcomes
    .filter((x) => x.referrals > 0 && OF_OUTCOME[x.outcome] !== undefined)
    .map((x) => `${formatNumber(x.referrals)} ${OF_OUTCOME[x.outcome]}`);
  const opened = report.outcomes.find((x) => x.outcome === 'open')!.referrals;
  const interval = won.low === null ? '' : ` (95 % interval ${formatShare(won.low)} to ${formatShare(won.high)})`;
  return `${formatCount(report.referrals, 'referral')}: ${formatNumber(won.customers)} of ${formatNumber(won.customers + opened)} that could bring a customer did${interval}, with ${formatMoney(report.revenueBrought)} since.${others.length > 0 ? ` ${capital(others.join(', '))}.` : ''}`;
}
