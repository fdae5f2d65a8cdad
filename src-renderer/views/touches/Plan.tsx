import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatDay,
  formatDays,
  formatNumber,
  RungBadge,
  Select,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useSelection } from '../../data/index.ts';
import { Calendar } from './Calendar.tsx';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';

type Report = Result<'touchPlan'>;
type Row = Report['rows'][number];

const LIMIT = 500;
const WHY = {
  dispute: 'a dispute is open',
  cap: 'a cap would be broken',
  days: 'too few days are free',
} as const;
const CHANNELS = ['call', 'visit', 'email', 'mail', 'event', 'text', 'social'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', size: 200, value: (r) => r.name, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'rung', header: 'Rung', size: 100, value: (r) => r.rung, cell: (r) => <RungBadge rung={r.rung} /> },
  { id: 'open', header: 'Open gap', kind: 'days', size: 78, value: (r) => r.openGap },
  { id: 'target', header: 'Target', kind: 'days', size: 66, value: (r) => r.target },
  {
    id: 'days',
    header: 'Next touches',
    size: 260,
    value: (r) => r.days.join(', ') || null,
    cell: (r) => (r.days.length === 0 ? '—' : r.days.map((day) => formatDay(day, false)).join(', ')),
  },
  {
    id: 'evenness',
    header: 'Evenness, then',
    size: 116,
    kind: 'number',
    value: (r) => r.after.evenness,
    cell: (r) =>
      `${formatNumber(r.before.evenness, { decimals: 2 })} → ${formatNumber(r.after.evenness, { decimals: 2 })}`,
  },
  {
    id: 'longest',
    header: 'Longest gap, then',
    size: 136,
    kind: 'days',
    value: (r) => r.after.longest,
    cell: (r) => `${formatDays(r.before.longest)} → ${formatDays(r.after.longest)}`,
  },
  {
    id: 'why',
    header: 'Fewer because',
    size: 170,
    value: (r) => (r.limitedBy === null ? null : WHY[r.limitedBy]),
  },
];

/** The calendar of touches and the days of the next ones: even gaps within caps, around closed days and disputes. */
export function Plan({ model: { where } }: { model: TouchesModel }) {
  const [goal, setGoal] = useRemembered<'even' | 'minimax'>('touches.goal', 'even');
  const [days, setDays] = useRemembered('touches.horizon', '45');
  const [channel, setChannel] = useRemembered<(typeof CHANNELS)[number]>('touches.planned', 'call');
  const plan = useEngine('touchPlan', { ...where, goal, days: Number(days), channel, limit: LIMIT });
  const calendar = useEngine('touchCalendar', where);
  const { brush } = useSelection.getState();
  const selected = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/day`)?.text ?? null);
  const past = calendar.data;
  const data = plan.data;
  const planned = useMemo(() => new Map(data?.byDay.map((one) => [one.day, one.touches])), [data]);
  const inDispute = past?.days.reduce((n, d) => n + d.inDispute, 0) ?? 0;
  const outbound = past?.days.reduce((n, d) => n + d.outbound, 0) ?? 0;
  const busiest = past?.days.find((d) => d.day === past.busiest);
  const short = data?.rows.filter((r) => r.limitedBy !== null).length ?? 0;
  return (
    <>
      <ChartFrame
        id="touches.calendar"
        title="Calendar of outbound touches"
        finding={
          past
            ? busiest
              ? `${formatCount(outbound, 'outbound touch', 'outbound touches')} since ${formatDay(past.from)}, most on ${formatDay(busiest.day)} (${formatNumber(busiest.outbound)}); ${formatNumber(inDispute)} of them during a dispute. Framed days from the as-of day on hold the touches planned below.`
              : `No outbound touch since ${formatDay(past.from)}.`
            : null
        }
        stale={calendar.isPlaceholderData}
        state={chartState(calendar)}
        twin={{
          columns: [
            { label: 'Day' },
            { label: 'Outbound', numeric: true },
            { label: 'Inbound', numeric: true },
            { label: 'Customers', numeric: true },
            { label: 'In a dispute', numeric: true },
            { label: 'Teams' },
          ],
          rows: (past?.days ?? [])
            .filter((d) => d.outbound + d.inbound > 0)
            .toReversed()
            .map((d) => [
              d.day,
              d.outbound,
              d.inbound,
              d.customers,
              d.inDispute,
              Object.entries(d.byTeam)
                .map(([team, n]) => `${team} ${n}`)
                .join(', '),
            ]),
        }}
      >
        {past ? (
          <Calendar
            days={past.days}
            planned={planned}
            selected={selected}
            onOpen={(d) => brush(VIEW, { key: 'day', text: d.where, sentence: `touched on ${formatDay(d.day)}` })}
          />
        ) : null}
      </ChartFrame>
      <ChartFrame
        id="touches.plan"
        title="The next touches"
        actions={
          <>
            <Select
              inline
              label="by"
              value={channel}
              onChange={setChannel}
              choices={CHANNELS.map((value) => ({ value, label: value }))}
            />
            <Select
              inline
              label="within"
              value={days}
              onChange={setDays}
              choices={['14', '30', '45', '60', '90'].map((value) => ({ value, label: `${value} days` }))}
            />
            <Select<'even' | 'minimax'>
              inline
              label="so that"
              value={goal}
              onChange={setGoal}
              choices={[
                { value: 'even', label: 'gaps are even' },
                { value: 'minimax', label: 'the longest gap is short' },
              ]}
            />
          </>
        }
        finding={
          data
            ? `${formatCount(data.planned, 'touch', 'touches')} by ${data.channel} until ${formatDay(data.to)} for ${data.rows.length < data.total ? `the ${formatNumber(data.rows.length)} of ${formatCount(data.total, 'customer')} with the longest open gaps` : formatCount(data.total, 'customer')}; for ${formatNumber(short)} there are fewer than the target asks for.${data.caps.length > 0 ? ` Kept: ${data.caps.join('; ')}.` : ' No cap bears on this channel.'}`
            : null
        }
        stale={plan.isPlaceholderData}
        state={chartState(
          plan,
          data && data.total === 0
            ? { title: 'No customer', needs: 'The plan is made for customers of the selection.' }
            : null,
        )}
        twin={{
          columns: [
            { label: 'Customer' },
            { label: 'Days' },
            { label: 'Evenness before', numeric: true },
            { label: 'Evenness after', numeric: true },
            { label: 'Longest before', numeric: true },
            { label: 'Longest after', numeric: true },
          ],
          rows: (data?.rows ?? []).map((r) => [
            r.name,
            r.days.join(' ') || null,
            r.before.evenness,
            r.after.evenness,
            r.before.longest,
            r.after.longest,
          ]),
        }}
      >
        <DataTable<Row>
          id="touches.plan.list"
          label="Planned touches, longest open gap first"
          columns={COLUMNS}
          rows={data?.rows ?? []}
          rowKey={(r) => r.customer}
          onOpen={(r) => openCustomer(r.customer, r.name)}
          height={320}
          hideToolbar
        />
      </ChartFrame>
    </>
  );
}
