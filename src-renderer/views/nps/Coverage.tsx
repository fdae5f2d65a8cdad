import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatMoney,
  formatNumber,
  formatPoints,
  formatShare,
  Select,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useEnginePages } from '../../data/index.ts';
import { Bars } from './Bars.tsx';
import type { NpsModel } from './model.ts';

type Row = Result<'npsSilent'>['rows'][number];
type Heard = Result<'npsRevenue'>['classes'][number]['class'];
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 230, onOpen: open },
  { id: 'revenue', header: 'Revenue 12 months', kind: 'money', value: (r) => r.revenue12m, size: 140 },
  { id: 'renews', header: 'Renews', kind: 'day', value: (r) => r.renewsAt, size: 100 },
  { id: 'answered', header: 'Last answer', kind: 'day', value: (r) => r.lastAnswer, size: 100 },
  {
    id: 'invited',
    header: 'Invited',
    value: (r) => (r.invited === null ? null : r.invited ? 'yes' : 'no'),
    size: 80,
    meaning: 'Whether an invitation without an answer is in the data',
  },
];
const read = (report: Result<'npsSilent'>) => ({ total: report.total, rows: report.rows });
const NAMES: Record<Heard, string> = {
  promoter: 'Promoters',
  passive: 'Passives',
  detractor: 'Detractors',
  silent: 'Silent customers',
};
const ALL = '';

/** Who is heard and who is not: coverage, revenue behind each answer, silent customers, and whether the heard are like all. */
export function Coverage({ model }: { model: NpsModel }) {
  const waves = (model.trend.data?.by === 'wave' ? model.trend.data.points : []).flatMap((p) =>
    p.value === null ? [] : [p.value],
  );
  const [wave, setWave] = useState(ALL);
  const range = wave !== ALL && waves.includes(wave) ? { wave } : {};
  const asked = { ...model.where, ...model.settings, ...range };
  const coverage = useEngine('npsCoverage', { ...asked, by: 'rung' });
  const revenue = useEngine('npsRevenue', asked);
  const [shown, setShown] = useRemembered<Heard>('nps.heard', 'silent');
  const pages = useEnginePages('npsSilent', { ...asked, class: shown }, read);
  const sample = useEngine('npsSample', asked);
  const c = coverage.data;
  const r = revenue.data;
  const silent = r?.classes.find((one) => one.class === 'silent');
  const list = pages.report;
  const choose = (
    <Select
      inline
      label="answers of"
      value={wave}
      onChange={setWave}
      choices={[{ value: ALL, label: 'all waves' }, ...waves.map((value) => ({ value, label: value }))]}
    />
  );
  return (
    <>
      <div className="nps-top">
        <ChartFrame
          id="nps.coverage"
          title="Customers heard"
          finding={
            c
              ? `${formatNumber(c.customers.responding)} of ${formatCount(c.customers.known, 'customer')} (${formatShare(c.customers.coverage)}) and ${formatNumber(c.contacts.responding)} of ${formatCount(c.contacts.known, 'contact')} answered${c.rates === null ? '; invitations without an answer are not in the data, so the response rate is unknown' : `; response rate ${formatShare(c.rates.responseRate)} of ${formatCount(c.rates.delivered, 'invitation')}`}.`
              : null
          }
          stale={coverage.isPlaceholderData}
          state={chartState(coverage)}
          actions={choose}
          twin={{
            columns: [
              { label: 'Rung' },
              ...['Customers', 'Invited', 'Heard', 'Coverage', 'Contacts', 'Contacts heard', 'Response rate'].map(
                (label) => ({ label, numeric: true }),
              ),
            ],
            rows: (c ? [{ value: 'all', ...c }, ...c.groups] : []).map((g) => [
              g.value ?? 'unknown',
              g.customers.known,
              g.customers.invited,
              g.customers.responding,
              formatShare(g.customers.coverage),
              g.contacts.known,
              g.contacts.responding,
              formatShare(g.rates?.responseRate ?? null),
            ]),
          }}
        >
          {c ? (
            <Bars
              label="Share of customers heard by rung"
              rows={c.groups.map((g) => ({
                key: g.value ?? ' ',
                name: g.value ?? 'unknown',
                value: g.customers.coverage,
                figure: formatShare(g.customers.coverage),
                note: `${formatNumber(g.customers.responding)} of ${formatNumber(g.customers.known)}`,
              }))}
            />
          ) : null}
          {sample.data && sample.data.needed !== null ? (
            <p className="unknown-note">
              {formatCount(sample.data.needed, 'answer')} give a margin of ±{formatNumber(sample.data.margin)} points;{' '}
              {sample.data.more === 0
                ? 'there are enough'
                : `${formatNumber(sample.data.more ?? 0)} more are needed${sample.data.invitations === null ? '' : `, about ${formatCount(sample.data.invitations, 'invitation')}`}`}
              .
            </p>
          ) : null}
        </ChartFrame>
        <ChartFrame
          id="nps.revenue"
          title="Revenue of 12 months by answer"
          finding={
            r && silent
              ? `${formatCount(silent.customers, 'silent customer')} with ${formatMoney(silent.revenue12m)}${silent.revenueShare === null ? '' : ` (${formatShare(silent.revenueShare)} of the revenue)`}.`
              : null
          }
          stale={revenue.isPlaceholderData}
          state={chartState(revenue)}
          twin={{
            columns: [
              { label: 'Class' },
              ...['Customers', 'Share', 'Revenue 12 months', 'Share of revenue'].map((label) => ({
                label,
                numeric: true,
              })),
            ],
            rows: (r?.classes ?? []).map((one) => [
              NAMES[one.class],
              one.customers,
              formatShare(one.share),
              formatMoney(one.revenue12m),
              formatShare(one.revenueShare),
            ]),
          }}
        >
          {r ? (
            <>
              <Bars
                label="Customers by answer; a row lists them"
                wide
                selected={shown}
                onOpen={(key) => setShown(key as Heard)}
                rows={r.classes.map((one) => ({
                  key: one.class,
                  name: NAMES[one.class],
                  value: one.revenueShare ?? one.share,
                  figure: formatMoney(one.revenue12m, { compact: true }),
                  note: formatCount(one.customers, 'customer'),
                }))}
              />
              <p className="unknown-note">
                {r.classes.some((one) => one.revenueShare === null) && r.revenue12m.length > 1
                  ? 'Bars: share of customers, since revenue is in several currencies. '
                  : 'Bars: share of revenue. '}
                A row lists its customers below.
              </p>
            </>
          ) : null}
        </ChartFrame>
      </div>
      <Bias model={model} range={range} />
      <section className="nps-list" aria-label={NAMES[shown]}>
        <header className="list-head">
          <h2>{NAMES[shown]}</h2>
          {list ? (
            <span className="dim">
              {formatCount(list.total, 'customer')}, largest revenue first
              {shown === 'silent'
                ? `; ${formatNumber(list.due)} renew within ${formatNumber(list.renewsWithin)} days${list.due > 0 ? ` with ${formatMoney(list.dueRevenue12m)}` : ''}`
                : ''}
            </span>
          ) : null}
        </header>
        <DataTable<Row>
          id="nps.silent"
          label={NAMES[shown]}
          columns={COLUMNS}
          {...pages}
          rowKey={(row) => row.customer}
          onOpen={open}
          hideToolbar
          empty={{ title: 'Nobody', needs: 'No customer of the selection is in this list.' }}
        />
      </section>
    </>
  );
}

/** Whether those who answered are like all customers, and the score re-weighted to them. */
function Bias({ model, range }: { model: NpsModel; range: { wave?: string } }) {
  const query = useEngine('npsBias', { ...model.where, ...model.settings, ...range });
  const report = query.data;
  const [field, setField] = useRemembered('nps.bias', 'rung');
  const of = report?.fields.find((f) => f.field === field) ?? report?.fields[0];
  return (
    <ChartFrame
      id="nps.bias"
      title="Are the heard like all customers?"
      finding={
        report && of
          ? of.p === null
            ? 'There is nothing to compare.'
            : `By ${of.field} they are ${of.biased ? 'not like all' : 'not told apart from all'} (p ${of.p < 0.001 ? 'below 0.001' : formatNumber(of.p, { decimals: 3 })}). Per customer the score is ${formatPoints(report.nps, 1)}; re-weighted to all customers ${formatPoints(of.nps, 1)} (${formatPoints(of.low, 1)} to ${formatPoints(of.high, 1)})${of.covered !== null && of.covered < 1 ? `, over ${formatShare(of.covered)} of them` : ''}.`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(query)}
      actions={
        <Select
          inline
          label="by"
          value={of?.field ?? field}
          onChange={setField}
          choices={(report?.fields ?? []).map((f) => ({ value: f.field, label: f.field }))}
        />
      }
      twin={{
        columns: [
          { label: of?.field ?? 'Stratum' },
          ...['Customers', 'Share', 'Heard', 'Share of heard', 'NPS'].map((label) => ({ label, numeric: true })),
        ],
        rows: (of?.strata ?? []).map((s) => [
          s.value ?? 'unknown',
          s.customers,
          formatShare(s.share),
          s.responding,
          formatShare(s.respondingShare),
          formatPoints(s.nps, 1),
        ]),
      }}
    >
      {of ? (
        <>
          <Bars
            label="Share of the heard less share of all customers"
            wide
            rows={of.strata.map((s) => ({
              key: s.value ?? ' ',
              name: s.value ?? 'unknown',
              value: (s.respondingShare ?? 0) - (s.share ?? 0),
              figure: `${formatShare(s.respondingShare)} of ${formatShare(s.share)}`,
              note: `NPS ${formatPoints(s.nps)}`,
            }))}
          />
          <p className="unknown-note">
            Bars: share of those heard less share of all customers; to the right they are heard more often than they are
            many.
          </p>
        </>
      ) : null}
    </ChartFrame>
  );
}
