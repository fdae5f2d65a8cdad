import { useState } from 'react';
import type { Input, Result } from '#contract/api.ts';
import {
  Button,
  ChartFrame,
  chartState,
  DataTable,
  Door,
  formatCount,
  formatNumber,
  formatPoints,
  formatShare,
  Icon,
  Segmented,
  Select,
  TextField,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openLineage, useAsOf, useCommand, useEngine, useEnginePages } from '../../data/index.ts';
import { Bars } from './Bars.tsx';
import type { NpsModel } from './model.ts';

type Report = Result<'npsCases'>;
type Row = Report['rows'][number];
type Status = NonNullable<NonNullable<Input<'npsCases'>>['status']> | 'all';
const read = (report: Report) => ({ total: report.total, rows: report.rows });
const hours = (value: number): string => `${formatNumber(value, { decimals: value < 10 ? 1 : 0 })} h`;

const open = (r: Row): void =>
  r.customer === null ? openLineage({ table: 'response', id: r.id }) : openCustomer(r.customer, r.name ?? r.customer);

function State({ row }: { row: Row }) {
  if (row.overdue)
    return (
      <span className="nps-unanswered">
        <Icon name="warning" /> overdue
      </span>
    );
  return (
    <>
      {row.status}
      {row.late ? <span className="dim">, late</span> : null}
    </>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'score', header: 'Score', kind: 'number', value: (r) => r.score, size: 56 },
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 180, onOpen: open },
  {
    id: 'status',
    header: 'Status',
    value: (r) => (r.overdue ? 'overdue' : r.status),
    cell: (r) => <State row={r} />,
    size: 110,
    whole: true,
  },
  { id: 'owner', header: 'Owner', value: (r) => r.owner, size: 120 },
  {
    id: 'due',
    header: 'Answer by',
    value: (r) => r.due,
    size: 140,
    meaning: 'When the business hours of the alert run out',
  },
  {
    id: 'hours',
    header: 'Hours',
    kind: 'number',
    value: (r) => r.hours,
    cell: (r) => `${hours(r.hours)} of ${formatNumber(r.limit)}`,
    size: 92,
    meaning: 'Business hours to the follow-up, or so far, and those that the alert allows',
  },
  {
    id: 'followed',
    header: 'Followed up',
    value: (r) => (r.followedUp === null ? null : `${r.followedUp}, ${r.followedBy ?? ''}`),
    size: 180,
    meaning: 'What was recorded, else the first outbound touch that no campaign sent',
  },
  { id: 'verbatim', header: 'In their words', value: (r) => r.verbatim, size: 240 },
  { id: 'outcome', header: 'Outcome', value: (r) => r.outcome, size: 100 },
  { id: 'answered', header: 'Answered', kind: 'day', value: (r) => r.answered, size: 96 },
  { id: 'alert', header: 'Alert', value: (r) => r.alert, size: 100 },
];

/** Beside a form there is less room; the form has their words. */
const FEWER = COLUMNS.filter(({ id }) => id !== 'verbatim' && id !== 'outcome' && id !== 'alert' && id !== 'answered');

/** A case per detractor: who answers, by when, what came of it; and whether answering helped. */
export function Loop({ model }: { model: NpsModel }) {
  const [status, setStatus] = useRemembered<Status>('nps.cases', 'overdue');
  const [chosen, setChosen] = useState<Row | null>(null);
  const query = useEngine('npsCases', { ...model.where, limit: 0 });
  const pages = useEnginePages('npsCases', { ...model.where, ...(status === 'all' ? {} : { status }) }, read);
  const report = query.data;
  const s = report?.summary;
  return (
    <>
      <div className="nps-top">
        <ChartFrame
          id="nps.cases"
          title={s ? formatCount(s.cases, 'case') : 'Cases'}
          finding={
            s ? (
              <>
                <Door onOpen={() => setStatus('overdue')} label={`${formatCount(s.overdue, 'case')} overdue`}>
                  {formatNumber(s.overdue)}
                </Door>{' '}
                overdue. {formatNumber(s.kept.within)} of {formatNumber(s.kept.cases)} were followed up in time
                {s.kept.share === null
                  ? ''
                  : `: ${formatShare(s.kept.share)} (95 % interval ${formatShare(s.kept.low)} to ${formatShare(s.kept.high)})`}
                .{' '}
                {s.medianHours === null
                  ? 'Fewer than half are followed up, so there is no median time.'
                  : `Half are followed up within ${hours(s.medianHours)} of business.`}
              </>
            ) : null
          }
          stale={query.isPlaceholderData}
          state={chartState(
            query,
            s?.cases === 0
              ? { title: 'No case', needs: 'No answer of the selection is named by an alert of the NPS rules.' }
              : null,
          )}
          twin={{
            columns: [
              { label: 'Owner' },
              ...[
                'Cases',
                'Open',
                'In work',
                'Followed up',
                'Closed',
                'Overdue',
                'In time',
                'Median hours',
                'Mean hours',
              ].map((label) => ({ label, numeric: true })),
            ],
            rows: (report?.owners ?? []).map((o) => [
              o.owner ?? 'nobody',
              o.cases,
              o.open,
              o.working,
              o.followed,
              o.closed,
              o.overdue,
              formatShare(o.kept.share),
              o.medianHours === null ? null : hours(o.medianHours),
              o.meanHours === null ? null : hours(o.meanHours),
            ]),
          }}
        >
          {report ? (
            <Bars
              label="Share followed up in time by owner"
              rows={report.owners.slice(0, 12).map((o) => ({
                key: o.owner ?? ' ',
                name: o.owner ?? 'nobody',
                value: o.kept.share,
                low: o.kept.low,
                high: o.kept.high,
                figure: formatShare(o.kept.share),
                note: `${formatCount(o.cases, 'case')}, ${formatNumber(o.overdue)} overdue`,
                few: o.kept.cases < 10,
              }))}
            />
          ) : null}
        </ChartFrame>
        <Recovery model={model} />
      </div>
      <section className="nps-list" aria-label="Cases">
        <header className="list-head">
          <h2>Cases</h2>
          <Segmented<Status>
            label="Which cases are listed"
            value={status}
            onChange={setStatus}
            choices={[
              { value: 'overdue', label: 'overdue' },
              { value: 'open', label: 'open' },
              { value: 'working', label: 'in work' },
              { value: 'followed', label: 'followed up' },
              { value: 'closed', label: 'closed' },
              { value: 'all', label: 'all' },
            ]}
          />
          <span className="dim">{formatCount(pages.total, 'case')}, newest answer first; a row opens its form</span>
        </header>
        <div className="nps-split">
          <DataTable<Row>
            id="nps.cases"
            label="Cases"
            columns={chosen ? FEWER : COLUMNS}
            {...pages}
            rowKey={(r) => r.id}
            onOpen={setChosen}
            selected={chosen?.id ?? null}
            hideToolbar
            empty={{ title: 'No case', needs: 'No case of the selection is in this list.' }}
          />
          {chosen ? <CaseForm key={chosen.id} row={chosen} onClose={() => setChosen(null)} /> : null}
        </div>
      </section>
    </>
  );
}

const OUTCOMES = ['', 'resolved', 'not resolved', 'not reached', 'nothing to do'] as const;

/** What is recorded about one case. */
function CaseForm({ row, onClose }: { row: Row; onClose: () => void }) {
  const [owner, setOwner] = useState(row.owner ?? '');
  const [status, setStatus] = useState<'open' | 'working' | 'closed'>(row.status === 'followed' ? 'open' : row.status);
  const [outcome, setOutcome] = useState(row.outcome ?? '');
  const [followed, setFollowed] = useState(row.followedBy === 'recorded' ? (row.followedUp ?? '') : '');
  const [note, setNote] = useState(row.note ?? '');
  const save = useCommand('setNpsCase', { label: 'Record a case' });
  const { asOf } = useAsOf();
  const wrongDay = followed !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(followed);
  const keep = async (): Promise<void> => {
    const done = await save.run({
      answers: [row.id],
      ...(owner === (row.owner ?? '') ? {} : { owner: owner === '' ? null : owner }),
      status,
      outcome: outcome === '' ? null : outcome,
      note: note === '' ? null : note,
      followedUp: followed === '' ? null : followed,
    });
    if (done !== null) onClose();
  };
  return (
    <form
      className="nps-form"
      aria-label={`Case of ${row.name ?? 'no customer'}`}
      onSubmit={(e) => {
        e.preventDefault();
        void keep();
      }}
    >
      <h3>
        {row.name ?? 'No customer'}, {row.score}
      </h3>
      {row.verbatim ? <p className="nps-quote">{row.verbatim}</p> : null}
      <TextField label="Owner" value={owner} onChange={setOwner} maxLength={300} />
      <Select
        label="Status"
        value={status}
        onChange={setStatus}
        choices={[
          { value: 'open', label: 'open' },
          { value: 'working', label: 'in work' },
          { value: 'closed', label: 'closed' },
        ]}
      />
      <Select
        label="Outcome"
        value={outcome}
        onChange={setOutcome}
        choices={[...new Set([...OUTCOMES, outcome])].map((value) => ({
          value,
          label: value === '' ? 'none yet' : value,
        }))}
      />
      <TextField
        label="Followed up on"
        placeholder="2026-09-25"
        value={followed}
        onChange={setFollowed}
        error={wrongDay ? 'A day such as 2026-09-25.' : null}
        {...(asOf !== null && followed > asOf && !wrongDay
          ? { hint: 'Later than the as-of day: it counts from then on.' }
          : {})}
      />
      <TextField label="Note" value={note} onChange={setNote} maxLength={1000} />
      {save.error ? (
        <p className="field-error" role="alert">
          {save.error.message}
        </p>
      ) : null}
      <div className="nps-buttons">
        <Button kind="primary" type="submit" disabled={wrongDay || save.running}>
          Record
        </Button>
        <Button onClick={onClose}>Close the form</Button>
        <Button kind="quiet" onClick={() => open(row)}>
          Open the customer
        </Button>
      </div>
    </form>
  );
}

/** The next score of detractors, with and without a follow-up. */
function Recovery({ model }: { model: NpsModel }) {
  const query = useEngine('npsRecovery', { ...model.where, ...model.settings });
  const report = query.data;
  const arms = report
    ? ([
        ['followed up', report.followed],
        ['not followed up', report.notFollowed],
      ] as const)
    : [];
  const d = report?.recovered;
  return (
    <ChartFrame
      id="nps.recovery"
      title="Detractors who answered again"
      finding={
        report && d
          ? d.difference === null
            ? 'Not both groups have detractors who answered again.'
            : `${formatShare(report.followed.recoveredShare)} of those followed up are detractors no longer, ${formatShare(report.notFollowed.recoveredShare)} of the others: difference ${formatPoints(100 * d.difference)} points (${formatPoints(100 * (d.low ?? 0))} to ${formatPoints(100 * (d.high ?? 0))})${report.enough ? '' : `; a group has fewer than ${report.minimum}`}.`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(query)}
      twin={{
        columns: [
          { label: 'Detractors' },
          ...[
            'Number',
            'Answered again',
            'Next NPS',
            'Low',
            'High',
            'Detractors no longer',
            'Share',
            'Share low',
            'Share high',
          ].map((label) => ({ label, numeric: true })),
        ],
        rows: arms.map(([name, arm]) => [
          name,
          arm.detractors,
          arm.again,
          formatPoints(arm.next.nps, 1),
          formatPoints(arm.next.interval.low, 1),
          formatPoints(arm.next.interval.high, 1),
          arm.recovered,
          formatShare(arm.recoveredShare),
          formatShare(arm.low),
          formatShare(arm.high),
        ]),
      }}
    >
      {report ? (
        <>
          <Bars
            label="Share of detractors no longer detractors"
            rows={arms.map(([name, arm]) => ({
              key: name,
              name,
              value: arm.recoveredShare,
              low: arm.low,
              high: arm.high,
              figure: formatShare(arm.recoveredShare),
              note: `${formatNumber(arm.recovered)} of ${formatNumber(arm.again)}, next NPS ${formatPoints(arm.next.nps)}`,
              few: arm.again < report.minimum,
            }))}
          />
          <p className="unknown-note">
            Nobody is followed up at random, so this shows what goes together, not what helps.
          </p>
        </>
      ) : null}
    </ChartFrame>
  );
}
