import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Answer,
  Button,
  copyText,
  EmptyState,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatPoints,
  formatShare,
  Select,
  TextField,
  TwinTable,
} from '../../kit/index.ts';
import { useCommand, useEngine } from '../../data/index.ts';

type Report = Result<'npsBulletin'>;
type Team = 'sales' | 'marketing' | 'service' | 'accounts';
const NEWEST = '';

/** One page about a wave for both teams, its figures the same whoever reads it, and who has it. */
export function Bulletin() {
  const [wave, setWave] = useState(NEWEST);
  const trend = useEngine('npsTrend', {});
  const query = useEngine('npsBulletin', wave === NEWEST ? {} : { wave });
  const waves = (trend.data?.points ?? []).flatMap((p) => (p.value === null ? [] : [p.value])).toReversed();
  const none = (query.error as { code?: unknown } | null)?.code === 'no-wave' && query.data === undefined;
  if (none)
    return <EmptyState title="No answer to report on" needs="A bulletin needs answers of a wave or a quarter." />;
  return (
    <section className="nps-bulletin" aria-label="Bulletin">
      <Answer of={query} what="Writing the bulletin">
        {(report) => (
          <>
            <header className="list-head">
              <h2>
                NPS bulletin, {report.by} {report.wave}
              </h2>
              <Select
                inline
                label={report.by}
                value={wave}
                onChange={setWave}
                choices={[{ value: NEWEST, label: 'newest' }, ...waves.map((value) => ({ value, label: value }))]}
              />
              <Button icon="copy" onClick={() => copyText(linesOf(report).join('\n'))}>
                Copy as text
              </Button>
              <span className="dim">
                figures <code>{report.digest}</code>, as of {formatDay(report.asOf)}
              </span>
            </header>
            {linesOf(report)
              .slice(1)
              .map((line) => (
                <p key={line} className="finding">
                  {line}
                </p>
              ))}
            <div className="nps-top">
              <TwinTable label="NPS by rung" twin={rungs(report)} />
              <TwinTable label="Customers and revenue by answer" twin={classes(report)} />
            </div>
            {report.themes.length > 0 ? <TwinTable label="Themes" twin={themes(report)} /> : null}
            <Receipts report={report} />
          </>
        )}
      </Answer>
    </section>
  );
}

/** The bulletin in sentences. */
function linesOf(r: Report): string[] {
  const s = r.score;
  return [
    `NPS bulletin, ${r.by} ${r.wave} (${formatDay(r.from, true)} to ${formatDay(r.to, true)}), figures ${r.digest}`,
    s.enough
      ? `NPS ${formatPoints(s.shown)} (${formatNumber(s.interval.level * 100)} % interval ${formatPoints(s.interval.low)} to ${formatPoints(s.interval.high)}) from ${formatCount(s.responses, 'answer')}: ${formatCount(s.promoters, 'promoter')}, ${formatCount(s.passives, 'passive')}, ${formatCount(s.detractors, 'detractor')}.`
      : `${formatCount(s.responses, 'answer')}: a score is published from ${formatNumber(s.minimum)} answers on.`,
    ...(r.account.enough
      ? [
          `One vote per customer: ${formatPoints(r.account.nps)} (${formatPoints(r.account.interval.low)} to ${formatPoints(r.account.interval.high)}) from ${formatCount(r.account.responses, 'customer')}.`,
        ]
      : []),
    r.change === null || r.before === null || r.change.difference === null
      ? 'There is no earlier score to compare with.'
      : `Against ${r.before.wave}: ${formatPoints(r.change.difference, 1)} points (${formatPoints(r.change.low, 1)} to ${formatPoints(r.change.high, 1)}), ${r.change.low! > 0 || r.change.high! < 0 ? 'more than chance' : 'no more than chance may do'}.${r.paired === null || r.paired.difference === null ? '' : ` Those in both: ${formatPoints(r.paired.difference, 1)} (${formatPoints(r.paired.low, 1)} to ${formatPoints(r.paired.high, 1)}), ${formatNumber(r.paired.n)} people.`}`,
    `${formatNumber(r.customers.responding)} of ${formatCount(r.customers.known, 'customer')} (${formatShare(r.customers.coverage)}) and ${formatNumber(r.contacts.responding)} of ${formatCount(r.contacts.known, 'contact')} were heard; ${r.rates === null ? 'the response rate is unknown' : `response rate ${formatShare(r.rates.responseRate)}`}.`,
    `${formatCount(r.cases.cases, 'case')}: ${formatNumber(r.cases.overdue)} overdue, ${formatNumber(r.cases.followed)} followed up, ${formatNumber(r.cases.closed)} closed.`,
    ...(r.phrases.length === 0
      ? []
      : [`Said most: ${r.phrases.map((p) => `${p.phrase} (${formatNumber(p.responses)})`).join(', ')}.`]),
  ];
}

const rungs = (r: Report) => ({
  columns: [{ label: 'Rung' }, ...['Answers', 'NPS', 'Low', 'High'].map((label) => ({ label, numeric: true }))],
  rows: r.rungs.map((g) => [
    g.value ?? 'no customer',
    g.responses,
    g.enough ? formatPoints(g.nps) : `below ${r.score.minimum}`,
    g.enough ? formatPoints(g.interval.low) : null,
    g.enough ? formatPoints(g.interval.high) : null,
  ]),
});
const classes = (r: Report) => ({
  columns: [
    { label: 'Answer' },
    ...['Customers', 'Revenue 12 months', 'Share'].map((label) => ({ label, numeric: true })),
  ],
  rows: r.revenue.map((c) => [c.class, c.customers, formatMoney(c.revenue12m), formatShare(c.revenueShare)]),
});
const themes = (r: Report) => ({
  columns: [{ label: 'Theme' }, ...['Answers', 'NPS', 'Impact'].map((label) => ({ label, numeric: true }))],
  rows: r.themes.map((t) => [t.theme, t.responses, formatPoints(t.nps), formatPoints(t.impact, 1)]),
});

/** Who has the bulletin, and whether with these figures. */
function Receipts({ report }: { report: Report }) {
  const [person, setPerson] = useState('');
  const [team, setTeam] = useState<Team>('sales');
  const receive = useCommand('receiveBulletin', { label: 'Record a receipt' });
  const record = async (): Promise<void> => {
    const done = await receive.run({
      wave: report.wave,
      digest: report.digest,
      person: person.trim(),
      team,
      asOf: report.asOf,
    });
    if (done !== null) setPerson('');
  };
  return (
    <section aria-label="Who has it">
      <header className="list-head">
        <h2>Who has it</h2>
        <span className="dim">
          {report.receipts.length === 0
            ? 'nobody yet'
            : `${formatCount(report.receipts.filter((r) => r.same).length, 'person', 'people')} with these figures`}
        </span>
      </header>
      {report.receipts.length > 0 ? (
        <TwinTable
          label="Receipts"
          twin={{
            columns: [{ label: 'Person' }, { label: 'Team' }, { label: 'Day' }, { label: 'Figures' }],
            rows: report.receipts.map((r) => [r.person, r.team, r.day, r.same ? 'these' : 'earlier ones']),
          }}
        />
      ) : null}
      <form
        className="nps-receipt"
        onSubmit={(e) => {
          e.preventDefault();
          void record();
        }}
      >
        <TextField label="Person" value={person} onChange={setPerson} maxLength={200} />
        <Select<Team>
          label="Team"
          value={team}
          onChange={setTeam}
          choices={(['sales', 'marketing', 'service', 'accounts'] as const).map((value) => ({ value, label: value }))}
        />
        <Button type="submit" disabled={person.trim() === '' || receive.running}>
          Record the receipt
        </Button>
      </form>
      {receive.error ? (
        <p className="field-error" role="alert">
          {receive.error.message}
        </p>
      ) : null}
    </section>
  );
}
