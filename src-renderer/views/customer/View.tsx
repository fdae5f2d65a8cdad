import { useEffect, useMemo, useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Answer,
  Button,
  Crumbs,
  DataTable,
  Door,
  RungBadge,
  Tabs,
  formatCount,
  formatDay,
  formatDays,
  formatMoney,
  formatNumber,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openLineage, openList, openView, useEngine } from '../../data/index.ts';
import type { ViewProps } from '../../commands/index.ts';
import { SourceRows } from './SourceRows.tsx';
import { Timeline } from './Timeline.tsx';
import './customer.css';

type Report = Result<'customer'>;
type Ref = { table: string; id: string };

const openRef = (row: { ref: Ref }): void => openLineage(row.ref);

/** One customer: who it is in every source, where it stands and why, its money, voices, cases and touches. */
export default function Customer({ params, setTitle }: ViewProps) {
  const { id } = params;
  const customer = useEngine('customer', { id: id ?? '' }, { enabled: id !== undefined });
  const name = customer.data?.name;
  useEffect(() => {
    if (name !== undefined) setTitle(name);
  }, [name, setTitle]);
  return (
    <Answer of={customer} what="Reading the customer">
      {(report) => <Record_ report={report} />}
    </Answer>
  );
}

function Record_({ report }: { report: Report }) {
  const { evidence, identity, money } = report;
  return (
    <div className="customer">
      <Crumbs items={[report.id]} />
      <header className="customer-head">
        <h2>{report.name}</h2>
        <RungBadge rung={report.rung} />
        <span className="dim">
          {[
            identity.owner && `owner ${identity.owner}`,
            identity.region,
            identity.country,
            identity.industry,
            identity.domain,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </header>
      <div className="customer-top">
        <section aria-labelledby="customer-why">
          <h3 id="customer-why">Why {report.rung}</h3>
          <ul className="customer-facts">
            {evidence.facts.map((fact) => (
              <li key={fact.sentence}>
                <Fact fact={fact} />
              </li>
            ))}
          </ul>
          {evidence.next ? <p className="sentence">One rung up: {evidence.next}</p> : null}
          {evidence.lasts ? (
            <p className="sentence dim">
              Without anything new it lasts until {formatDay(evidence.lasts.until)}: {evidence.lasts.because}.
            </p>
          ) : null}
          {evidence.lapsed ? <p className="sentence dim">Highest rung so far: {evidence.peakRung}.</p> : null}
        </section>
        <History spells={report.rungHistory} />
        <section aria-labelledby="customer-figures">
          <h3 id="customer-figures">In figures</h3>
          <dl className="customer-figures">
            <Figure label="Revenue 12 months" value={formatMoney(money.revenue12m)} />
            <Figure label="Revenue in all" value={formatMoney(money.revenueTotal)} />
            <Figure
              label="Orders"
              value={`${formatNumber(money.orders)}${money.lastOrder ? `, last ${formatDay(money.lastOrder)}` : ''}`}
            />
            <Figure label="Open balance" value={formatMoney(money.openBalance)} />
            <Figure
              label="Since last touch"
              value={report.touches.openGap === null ? 'never touched' : formatDays(report.touches.openGap)}
            />
            <Figure
              label="Gaps"
              value={
                report.touches.meanGap === null
                  ? 'not enough touches'
                  : `mean ${formatNumber(report.touches.meanGap, { decimals: 1 })} d, longest ${formatDays(report.touches.maxGap ?? 0)}`
              }
            />
            <Figure
              label="Evenness, 90 days"
              value={
                report.touches.evenness === null ? 'no touch' : formatNumber(report.touches.evenness, { decimals: 2 })
              }
            />
            <Figure label="Touch rhythm" value={report.touches.class} />
          </dl>
        </section>
      </div>
      <Timeline customer={report.id} name={report.name} spells={report.rungHistory} />
      <Lists report={report} />
    </div>
  );
}

/** A fact behind the rung: one row opens its source line, several are listed with theirs. */
function Fact({ fact }: { fact: Report['evidence']['facts'][number] }) {
  const { sentence, table, rows } = fact;
  const [first] = rows;
  if (table === null || first === undefined) return <>{sentence}</>;
  if (rows.length === 1)
    return (
      <Door label={`${sentence} Open the source line`} onOpen={() => openLineage({ table, id: first })}>
        {sentence}
      </Door>
    );
  return (
    <Door
      label={`${sentence} List the ${rows.length} source lines`}
      onOpen={() => openList({ title: sentence, content: <SourceRows table={table} rows={rows} /> })}
    >
      {sentence}
    </Door>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

/** The rungs one after the other, newest first, each with what changed; the timeline draws them on its scale. */
function History({ spells }: { spells: Report['rungHistory'] }) {
  const [all, setAll] = useState(false);
  const newest = [...spells].reverse();
  const shown = all ? newest : newest.slice(0, SPELLS_SHOWN);
  return (
    <section aria-labelledby="customer-history">
      <h3 id="customer-history">Rungs over time</h3>
      <ol className="customer-history">
        {shown.map((spell) => (
          <li key={spell.from}>
            <span className="num">{formatDay(spell.from)}</span>
            <RungBadge rung={spell.rung} />
            <span className="dim" title={spell.evidence}>
              {spell.evidence}
            </span>
          </li>
        ))}
      </ol>
      {newest.length > SPELLS_SHOWN ? (
        <Button kind="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${formatNumber(newest.length)}`}
        </Button>
      ) : null}
    </section>
  );
}

/** Spells shown before the rest is asked for. */
const SPELLS_SHOWN = 4;

type Area = 'purchases' | 'touches' | 'responses' | 'tickets' | 'leads' | 'sources' | 'answers';

const PURCHASES: readonly Column<Report['money']['purchases'][number]>[] = [
  { id: 'day', header: 'Day', kind: 'day', size: 100, value: (r) => r.day, onOpen: openRef },
  { id: 'kind', header: 'Document', size: 110, value: (r) => r.kind.replace('_', ' ') },
  { id: 'number', header: 'Number', size: 130, value: (r) => r.number },
  { id: 'net', header: 'Net', kind: 'money', size: 120, value: (r) => r.net },
  { id: 'status', header: 'Status', size: 110, value: (r) => r.status },
  { id: 'counts', header: 'Counts as order', kind: 'yesno', size: 110, value: (r) => r.counts },
  { id: 'note', header: 'Note', size: 300, value: (r) => r.note },
];
const TOUCHES: readonly Column<Report['touches']['rows'][number]>[] = [
  { id: 'day', header: 'Day', kind: 'day', size: 100, value: (r) => r.day, onOpen: openRef },
  { id: 'channel', header: 'Channel', size: 80, value: (r) => r.channel },
  { id: 'direction', header: 'Direction', size: 80, value: (r) => r.direction },
  { id: 'team', header: 'Team', size: 90, value: (r) => r.team },
  { id: 'owner', header: 'By', size: 140, value: (r) => r.owner },
  { id: 'campaign', header: 'Campaign', size: 200, value: (r) => r.campaign },
  { id: 'purpose', header: 'Purpose', size: 120, value: (r) => r.purpose },
  { id: 'outcome', header: 'Outcome', size: 140, value: (r) => r.outcome },
  { id: 'dispute', header: 'In a dispute', kind: 'yesno', size: 90, value: (r) => r.inDispute },
];
const RESPONSES: readonly Column<Report['responses'][number]>[] = [
  { id: 'day', header: 'Answered', kind: 'day', size: 100, value: (r) => r.day, onOpen: openRef },
  { id: 'score', header: 'Score', kind: 'number', size: 60, value: (r) => r.score },
  { id: 'class', header: 'Class', size: 90, value: (r) => r.class },
  { id: 'wave', header: 'Wave', size: 90, value: (r) => r.wave },
  { id: 'survey', header: 'Survey', size: 160, value: (r) => r.survey },
  { id: 'verbatim', header: 'In their words', size: 460, value: (r) => r.verbatim },
];
const TICKETS: readonly Column<Report['tickets'][number]>[] = [
  { id: 'opened', header: 'Opened', kind: 'day', size: 100, value: (r) => r.opened, onOpen: openRef },
  { id: 'closed', header: 'Closed', kind: 'day', size: 100, value: (r) => r.closed },
  { id: 'dispute', header: 'Dispute', kind: 'yesno', size: 70, value: (r) => r.dispute },
  { id: 'severity', header: 'Severity', size: 80, value: (r) => r.severity },
  { id: 'status', header: 'Status', size: 90, value: (r) => r.status },
  { id: 'subject', header: 'Subject', size: 420, value: (r) => r.subject },
];
const LEADS: readonly Column<Report['leads'][number]>[] = [
  { id: 'created', header: 'Created', kind: 'day', size: 100, value: (r) => r.created, onOpen: openRef },
  { id: 'name', header: 'Name', size: 180, value: (r) => r.name },
  { id: 'status', header: 'Status', size: 90, value: (r) => r.status },
  { id: 'assignedTo', header: 'Assigned to', size: 150, value: (r) => r.assignedTo },
  { id: 'assigned', header: 'Assigned', kind: 'day', size: 100, value: (r) => r.assigned },
  { id: 'first', header: 'First follow-up', kind: 'day', size: 110, value: (r) => r.firstFollowUp },
];
const PARTIES: readonly Column<Report['identity']['parties'][number]>[] = [
  { id: 'source', header: 'Source', size: 120, value: (r) => r.source, onOpen: openRef },
  { id: 'kind', header: 'Kind', size: 80, value: (r) => r.kind },
  { id: 'name', header: 'Name', size: 200, value: (r) => r.name },
  { id: 'email', header: 'E-mail', size: 250, value: (r) => r.email },
  { id: 'phone', header: 'Phone', size: 140, value: (r) => r.phone },
  { id: 'ext', header: 'Id in the source', size: 200, value: (r) => r.externalId },
  {
    id: 'method',
    header: 'Why it belongs here',
    size: 200,
    value: (r) => (r.method === 'alone' ? 'first of this customer' : r.method),
  },
];
const ANSWERS: readonly Column<Report['answers'][number]>[] = [
  { id: 'question', header: 'Question', size: 260, value: (r) => r.question },
  { id: 'value', header: 'Answer', size: 260, value: (r) => r.value },
  { id: 'by', header: 'By', size: 140, value: (r) => r.by },
  { id: 'day', header: 'Day', kind: 'day', size: 100, value: (r) => r.day },
];

function Lists({ report }: { report: Report }) {
  const [area, setArea] = useRemembered<Area>('customer.list', 'purchases');
  const rowId = (row: { ref: Ref }): string => `${row.ref.table}-${row.ref.id}`;
  const lists = useMemo(
    () => ({
      purchases: (
        <DataTable
          id="customer.purchases"
          label="Money"
          columns={PURCHASES}
          rows={report.money.purchases}
          rowKey={rowId}
          onOpen={openRef}
          hideToolbar
          height={300}
          empty={{
            title: 'No document',
            needs: 'Invoices, payments, refunds and credit notes of this customer are listed here.',
          }}
        />
      ),
      touches: (
        <DataTable
          id="customer.touches"
          label="Touches"
          columns={TOUCHES}
          rows={report.touches.rows}
          rowKey={rowId}
          onOpen={openRef}
          hideToolbar
          height={300}
          empty={{
            title: 'Never touched',
            needs: 'Visits, calls, mails, e-mails and events of both teams are listed here.',
          }}
        />
      ),
      responses: (
        <DataTable
          id="customer.responses"
          label="Survey answers"
          columns={RESPONSES}
          rows={report.responses}
          rowKey={rowId}
          onOpen={openRef}
          hideToolbar
          height={300}
          empty={{ title: 'No answer', needs: 'Survey answers of the people of this customer are listed here.' }}
        />
      ),
      tickets: (
        <DataTable
          id="customer.tickets"
          label="Tickets"
          columns={TICKETS}
          rows={report.tickets}
          rowKey={rowId}
          onOpen={openRef}
          hideToolbar
          height={300}
          empty={{ title: 'No ticket', needs: 'Service tickets and disputes are listed here.' }}
        />
      ),
      leads: (
        <DataTable
          id="customer.leads"
          label="Leads"
          columns={LEADS}
          rows={report.leads}
          rowKey={rowId}
          onOpen={openRef}
          hideToolbar
          height={300}
          empty={{ title: 'No lead', needs: 'Leads that named this customer are listed here.' }}
        />
      ),
      sources: (
        <DataTable
          id="customer.sources"
          label="Identity and sources"
          columns={PARTIES}
          rows={report.identity.parties}
          rowKey={(p) => p.party}
          onOpen={openRef}
          hideToolbar
          height={300}
        />
      ),
      answers: (
        <DataTable
          id="customer.answers"
          label="Profile answers"
          columns={ANSWERS}
          rows={report.answers}
          rowKey={(a) => `${a.question}-${a.day}`}
          hideToolbar
          height={300}
          empty={{
            title: 'No profile answer',
            needs: 'Answers of the profile questionnaire are listed here.',
            action: { label: 'Go to imports', run: () => openView('imports') },
          }}
        />
      ),
    }),
    [report],
  );
  return (
    <Tabs
      label="Rows behind this customer"
      value={area}
      onChange={setArea}
      items={[
        { id: 'purchases', label: 'Money', badge: report.money.purchases.length },
        { id: 'touches', label: 'Touches', badge: report.touches.total },
        { id: 'responses', label: 'Answers', badge: report.responses.length },
        { id: 'tickets', label: 'Tickets', badge: report.tickets.length },
        { id: 'leads', label: 'Leads', badge: report.leads.length },
        { id: 'sources', label: `Identity: ${formatCount(report.identity.parties.length, 'record')}` },
        { id: 'answers', label: 'Profile', badge: report.answers.length || null },
      ]}
    >
      {lists[area]}
    </Tabs>
  );
}
