import { Fragment } from 'react';
import type { Result } from '#contract/api.ts';
import {
  DataTable,
  Door,
  EmptyState,
  ErrorState,
  formatCount,
  formatDays,
  formatNumber,
  Loading,
  Tabs,
  TeamMark,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openLineage, useEngine, useSelection } from '../../data/index.ts';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';
import { breachSentence, capSentence, collisionSentence, disputeSentence } from './words.ts';

type Report = Result<'touchesAudit'>;
type Collision = Report['collisions'][number];
type InDispute = Report['inDispute'][number];
type Breach = Report['capBreaches'][number];
type Touch = Collision['first'];

const LIMIT = 2000;
const HEIGHT = 220;

const what = (t: Touch): string => `${t.channel}, ${t.team}`;
const by = (t: Touch): string | null => t.owner ?? t.campaign;
const line = (t: Touch): void => openLineage({ table: 'touch', id: t.id });

const COLLISIONS: readonly Column<Collision>[] = [
  { id: 'name', header: 'Customer', size: 180, value: (r) => r.name, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'apart', header: 'Apart', kind: 'days', size: 60, value: (r) => r.days },
  { id: 'day1', header: 'First', size: 104, kind: 'day', value: (r) => r.first.day, onOpen: (r) => line(r.first) },
  {
    id: 'team1',
    header: 'Team',
    size: 144,
    whole: true,
    value: (r) => what(r.first),
    cell: (r) => <TeamMark team={r.first.team} label={what(r.first)} />,
  },
  { id: 'day2', header: 'Second', size: 104, kind: 'day', value: (r) => r.second.day, onOpen: (r) => line(r.second) },
  {
    id: 'team2',
    header: 'Team',
    size: 144,
    whole: true,
    value: (r) => what(r.second),
    cell: (r) => <TeamMark team={r.second.team} label={what(r.second)} />,
  },
];

const IN_DISPUTE: readonly Column<InDispute>[] = [
  { id: 'name', header: 'Customer', size: 176, value: (r) => r.name, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'day', header: 'When', size: 98, kind: 'day', value: (r) => r.touch.day, onOpen: (r) => line(r.touch) },
  {
    id: 'touch',
    header: 'Touch',
    size: 144,
    whole: true,
    value: (r) => what(r.touch),
    cell: (r) => <TeamMark team={r.touch.team} label={what(r.touch)} />,
  },
  { id: 'by', header: 'By', size: 120, value: (r) => by(r.touch) },
  {
    id: 'dispute',
    header: 'Dispute',
    size: 200,
    value: (r) => `${r.closed === null ? `open since ${r.opened}` : `${r.opened} to ${r.closed}`}, ${r.ticket}`,
  },
  { id: 'purpose', header: 'Purpose', size: 80, value: (r) => r.touch.purpose },
];

const BREACHES: readonly Column<Breach>[] = [
  { id: 'name', header: 'Customer', size: 180, value: (r) => r.name, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'from', header: 'First', size: 104, kind: 'day', value: (r) => r.from },
  { id: 'to', header: 'Last', size: 104, kind: 'day', value: (r) => r.to },
  { id: 'touches', header: 'Touches', size: 72, kind: 'number', value: (r) => r.touches },
  { id: 'cap', header: 'Cap', size: 360, value: (r) => capSentence(r.cap) },
];

const MOST_NAMED = 3;

/** The teams and the persons behind the touches in disputes; each person is the door to the customers. */
function MadeBy({ report }: { report: Report }) {
  const { team, owner } = report.inDisputeBy;
  const brush = useSelection((s) => s.brush);
  const named = owner.filter((o) => o.owner !== null).slice(0, MOST_NAMED);
  if (team.length === 0) return null;
  return (
    <>
      By {team.map((t) => `${t.team} ${formatNumber(t.touches)}`).join(', ')}
      {named.length > 0 ? '; most by ' : ''}
      {named.map((o, i) => (
        <Fragment key={o.owner}>
          {i > 0 ? ', ' : ''}
          <Door
            onOpen={() =>
              brush(VIEW, { key: 'rep', text: o.where, sentence: `sold to in a dispute by ${o.owner ?? ''}` })
            }
          >
            {o.owner} {formatNumber(o.touches)}
          </Door>
        </Fragment>
      ))}
      .
    </>
  );
}

/** Touches at the wrong moment, row by row; a day opens its source line. */
export function Audit({ model }: { model: TouchesModel }) {
  const { where } = model;
  const [tab, setTab] = useRemembered<'dispute' | 'collisions' | 'caps' | 'inbound'>('touches.audit', 'dispute');
  const query = useEngine('touchesAudit', { ...where, limit: LIMIT });
  const data = query.data;
  const rules = model.summary.data?.summary.rules;
  const within = rules?.collision ?? 3;
  const caps = rules?.caps ?? [];
  return (
    <section className="touches-audit" aria-label="Touches at the wrong moment">
      <Tabs
        label="Touches at the wrong moment"
        value={tab}
        onChange={setTab}
        items={[
          {
            id: 'dispute',
            label: 'Sold to in a dispute',
            badge: data ? formatNumber(model.summary.data?.summary.inDispute ?? data.inDispute.length) : null,
          },
          {
            id: 'collisions',
            label: `Two teams within ${formatCount(within, 'day')}`,
            badge: data ? formatNumber(data.collisionPairs) : null,
          },
          {
            id: 'caps',
            label: 'Over a cap',
            badge: data && caps.length > 0 ? formatNumber(data.capBreachCount) : null,
          },
          { id: 'inbound', label: 'Inbound', badge: data?.inbound ? formatNumber(data.inbound.open) : null },
        ]}
      >
        {!data ? (
          query.error ? (
            <ErrorState error={query.error} retry={() => void query.refetch()} />
          ) : (
            <Loading what="Looking for touches at the wrong moment" />
          )
        ) : (
          body(data)
        )}
      </Tabs>
    </section>
  );

  function body(report: Report) {
    switch (tab) {
      case 'dispute':
        return (
          <>
            <p className="finding">
              {disputeSentence(report)} <MadeBy report={report} />
            </p>
            <DataTable<InDispute>
              id="touches.dispute"
              label="Commercial touches during an open dispute"
              columns={IN_DISPUTE}
              rows={report.inDispute}
              rowKey={(r) => `${r.touch.id} ${r.ticket}`}
              onOpen={(r) => openCustomer(r.customer, r.name)}
              height={HEIGHT}
              hideToolbar
              empty={{
                title: 'Nobody was sold to in a dispute',
                needs: 'Disputes come from tickets that are marked as disputes.',
              }}
            />
          </>
        );
      case 'collisions':
        return (
          <>
            <p className="finding">
              {collisionSentence(report, within)}
              {report.collisionPairs > report.collisions.length
                ? ` The newest ${formatNumber(report.collisions.length)} are listed.`
                : ''}
            </p>
            <DataTable<Collision>
              id="touches.collisions"
              label={`Touches by two teams within ${formatCount(within, 'day')}`}
              columns={COLLISIONS}
              rows={report.collisions}
              rowKey={(r) => `${r.first.id} ${r.second.id}`}
              onOpen={(r) => openCustomer(r.customer, r.name)}
              height={HEIGHT}
              hideToolbar
              empty={{
                title: 'No collision',
                needs: `Two teams never touched the same customer within ${formatCount(within, 'day')}. Teams come from the exports or from the owners.`,
              }}
            />
          </>
        );
      case 'caps':
        return (
          <>
            <p className="finding">
              {breachSentence(report, caps)}
              {report.capBreachCount > report.capBreaches.length
                ? ` The newest ${formatNumber(report.capBreaches.length)} are listed.`
                : ''}
            </p>
            <DataTable<Breach>
              id="touches.caps"
              label="Stretches of touches above a cap"
              columns={BREACHES}
              rows={report.capBreaches}
              rowKey={(r) => `${r.customer} ${r.cap} ${r.from}`}
              onOpen={(r) => openCustomer(r.customer, r.name)}
              height={HEIGHT}
              hideToolbar
              empty={
                caps.length === 0
                  ? {
                      title: 'No cap is set',
                      needs:
                        'A cap is a line of the rules of touches, such as "cap email: 4 in 30 days where rung < client".',
                    }
                  : { title: 'Nobody is over a cap', needs: 'Stretches above a cap are listed here.' }
              }
            />
          </>
        );
      case 'inbound':
        return report.inbound ? (
          <p className="finding">
            Customers came forward {formatCount(report.inbound.episodes, 'time')};{' '}
            {formatNumber(report.inbound.answered)} were answered, {formatNumber(report.inbound.open)} are open; the
            median answer took {formatDays(report.inbound.medianDays, 1)}.
          </p>
        ) : (
          <EmptyState
            title="No inbound touch"
            needs="How fast customers are answered needs touches with the direction in."
          />
        );
      default:
        return null;
    }
  }
}
