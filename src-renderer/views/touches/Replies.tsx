import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  DataTable,
  Door,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatShare,
  TeamMark,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openLineage, useEngine, useSelection } from '../../data/index.ts';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';
import { SurvivalCurve } from './SurvivalCurve.tsx';
import { afterSentence, handoverSentence, inboundSentence } from './words.ts';

type Inbound = Result<'touchInbound'>;
type Group = Inbound['byChannel'][number];
type Unanswered = Inbound['rows'][number];
type After = Result<'touchAfterPurchase'>['rows'][number];
type Offer = Result<'touchOffers'>['rows'][number];
type Statement = NonNullable<Offer['billed']>;
type Handovers = Result<'touchHandovers'>;
type Waiting = Handovers['rows'][number];

const open = (r: { customer: string; name: string }): void => openCustomer(r.customer, r.name);
const HEIGHT = 200;
const LIMIT = 2000;

/** Whether those who come forward are answered, buyers heard of again, promises kept, and customers handed over. */
export function Replies({ model }: { model: TouchesModel }) {
  return (
    <>
      <Answered model={model} />
      <div className="touches-halves">
        <AfterPurchase model={model} />
        <Handed model={model} />
      </div>
      <Promises model={model} />
    </>
  );
}

const hours = (value: number | null): string => formatNumber(value, { decimals: 1 });

const GROUPS: readonly Column<Group>[] = [
  { id: 'value', header: 'Channel', size: 100, value: (r) => r.value },
  { id: 'episodes', header: 'Times', kind: 'number', size: 70, value: (r) => r.episodes },
  { id: 'open', header: 'Unanswered', kind: 'number', size: 92, value: (r) => r.open },
  { id: 'share', header: 'Share', kind: 'share', size: 72, value: (r) => r.unanswered },
  {
    id: 'hours',
    header: 'Median working hours',
    kind: 'number',
    size: 152,
    meaning: 'By Kaplan and Meier, unanswered ones censored.',
    value: (r) => r.hours.p50,
    cell: (r) => hours(r.hours.p50),
  },
  { id: 'days', header: 'Median days', kind: 'days', size: 96, value: (r) => r.days.p50 },
  { id: 'sla', header: 'In time', kind: 'share', size: 72, value: (r) => r.sla.attainment },
];

const UNANSWERED: readonly Column<Unanswered>[] = [
  { id: 'name', header: 'Customer', size: 190, value: (r) => r.name, onOpen: open },
  {
    id: 'day',
    header: 'Came forward',
    kind: 'day',
    size: 110,
    value: (r) => r.asked.day,
    onOpen: (r) => openLineage({ table: 'touch', id: r.asked.id }),
  },
  {
    id: 'to',
    header: 'To',
    size: 150,
    whole: true,
    value: (r) => `${r.asked.channel}, ${r.asked.team}`,
    cell: (r) => <TeamMark team={r.asked.team} label={`${r.asked.channel}, ${r.asked.team}`} />,
  },
  { id: 'days', header: 'Waits', kind: 'days', size: 66, value: (r) => r.days },
  {
    id: 'hours',
    header: 'Working hours',
    kind: 'number',
    size: 108,
    value: (r) => r.hours,
    cell: (r) => hours(r.hours),
  },
];

function Answered({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchInbound', { ...where, limit: LIMIT });
  const { brush } = useSelection.getState();
  const data = query.data;
  return (
    <ChartFrame
      id="touches.inbound"
      title="How those who come forward are answered"
      finding={
        data ? (
          <>
            {inboundSentence(data)}{' '}
            {data.total.episodes > 0 ? (
              <Door onOpen={() => brush(VIEW, { key: 'inbound', text: data.where, sentence: 'came forward' })}>
                The customers
              </Door>
            ) : null}
          </>
        ) : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.total.episodes === 0
          ? { title: 'No inbound touch', needs: 'How fast customers are answered needs touches with the direction in.' }
          : null,
      )}
      twin={{
        columns: [{ label: 'Asked' }, { label: 'Answered by' }, { label: 'Times', numeric: true }],
        rows: (data?.answeredBy ?? []).map((r) => [r.asked, r.by, r.episodes]),
      }}
    >
      <div className="touches-halves">
        <DataTable<Group>
          id="touches.inbound.channels"
          label="Inbound by channel, least answered first"
          columns={GROUPS}
          rows={data?.byChannel ?? []}
          rowKey={(r) => r.value}
          height={HEIGHT}
          hideToolbar
        />
        <DataTable<Unanswered>
          id="touches.inbound.open"
          label="Not answered, longest waiting first"
          columns={UNANSWERED}
          rows={data?.rows ?? []}
          rowKey={(r) => r.asked.id}
          onOpen={open}
          height={HEIGHT}
          hideToolbar
          empty={{ title: 'Everybody was answered', needs: 'Inbound touches that nobody answered are listed here.' }}
        />
      </div>
    </ChartFrame>
  );
}

const AFTER: readonly Column<After>[] = [
  { id: 'name', header: 'Customer', size: 220, value: (r) => r.name, onOpen: open },
  { id: 'bought', header: 'First order', kind: 'day', size: 104, value: (r) => r.bought },
  { id: 'days', header: 'Untouched', kind: 'days', size: 90, value: (r) => r.days },
];

function AfterPurchase({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchAfterPurchase', { ...where, limit: LIMIT });
  const data = query.data;
  return (
    <ChartFrame
      id="touches.after"
      title="Silence after the first order"
      finding={data ? afterSentence(data) : null}
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.buyers === 0
          ? { title: 'Nobody has bought', needs: 'The curve begins with the first order.' }
          : null,
      )}
      twin={{
        columns: [
          { label: 'Day', numeric: true },
          { label: 'At risk', numeric: true },
          { label: 'Touched', numeric: true },
          { label: 'Untouched', numeric: true },
          { label: 'Low', numeric: true },
          { label: 'High', numeric: true },
        ],
        rows: (data?.curve ?? []).map((p) => [p.day, p.atRisk, p.touched, p.share, p.low, p.high]),
      }}
    >
      {data ? <SurvivalCurve points={data.curve} marks={data.at.map((one) => one.day)} /> : null}
      <DataTable<After>
        id="touches.after.list"
        label="Buyers not touched since their first order, longest first"
        columns={AFTER}
        rows={data?.rows ?? []}
        rowKey={(r) => r.customer}
        onOpen={open}
        height={HEIGHT}
        hideToolbar
        empty={{ title: 'Every buyer was touched', needs: 'Buyers without an outbound touch since are listed here.' }}
      />
    </ChartFrame>
  );
}

const said = (s: Statement | null): string =>
  s === null
    ? '—'
    : `${s.discount === null ? (s.price === null ? 'unsaid' : formatMoney([s.price])) : formatShare(s.discount)}, ${formatDay(s.day)}`;

const PROMISES: readonly Column<Offer>[] = [
  { id: 'name', header: 'Customer', size: 200, value: (r) => r.name, onOpen: open },
  { id: 'product', header: 'Product', size: 140, value: (r) => (r.billed ?? r.sales ?? r.marketing)?.product ?? null },
  { id: 'marketing', header: 'Marketing said', size: 170, value: (r) => said(r.marketing) },
  { id: 'sales', header: 'Sales said', size: 170, value: (r) => said(r.sales) },
  { id: 'billed', header: 'Accounts billed', size: 170, value: (r) => said(r.billed) },
  { id: 'owed', header: 'Owed', kind: 'money', size: 110, value: (r) => (r.owed === null ? null : [r.owed]) },
];

function Promises({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchOffers', { ...where, limit: LIMIT });
  const data = query.data;
  return (
    <ChartFrame
      id="touches.offers"
      title="What marketing said, sales said and accounts billed"
      finding={
        data
          ? data.contradictions === 0
            ? `No contradiction among ${formatCount(data.offers, 'offer')}; ${formatNumber(data.comparable)} of ${formatCount(data.invoices, 'invoice')} within their validity state a discount or a price.`
            : `${formatCount(data.contradictions, 'contradiction')} among ${formatCount(data.offers, 'offer')} to ${formatCount(data.customers, 'customer')}${data.owed.length > 0 ? `; ${formatMoney(data.owed)} are owed against what was promised` : ''}.`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.offers === 0
          ? {
              title: 'No offer is recorded',
              needs: 'Offers are imported with who said them, the discount or price, and how long they hold.',
            }
          : null,
      )}
      twin={{
        columns: [
          { label: 'Customer' },
          { label: 'Marketing said' },
          { label: 'Sales said' },
          { label: 'Accounts billed' },
          { label: 'Owed share', numeric: true },
        ],
        rows: (data?.rows ?? []).map((r) => [r.name, said(r.marketing), said(r.sales), said(r.billed), r.owedShare]),
      }}
    >
      <DataTable<Offer>
        id="touches.offers.list"
        label="Contradictions, newest first"
        columns={PROMISES}
        rows={data?.rows ?? []}
        rowKey={(r) => `${r.kind} ${(r.billed ?? r.sales)?.id ?? ''}`}
        onOpen={open}
        height={HEIGHT}
        hideToolbar
        empty={{ title: 'No contradiction', needs: 'Statements about one product that differ are listed here.' }}
      />
    </ChartFrame>
  );
}

const WAITING: readonly Column<Waiting>[] = [
  { id: 'name', header: 'Customer', size: 220, value: (r) => r.name, onOpen: open },
  { id: 'bought', header: 'First order', kind: 'day', size: 104, value: (r) => r.bought },
  { id: 'days', header: 'Ago', kind: 'days', size: 70, value: (r) => r.days },
  { id: 'offered', header: 'Offered back', kind: 'day', size: 108, value: (r) => r.offered },
];

function Handed({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchHandovers', { ...where, limit: LIMIT });
  const data = query.data;
  const ways = data
    ? ([
        ['to sales', data.toSales],
        ['back to marketing', data.toMarketing],
      ] as const)
    : [];
  return (
    <ChartFrame
      id="touches.handovers"
      title="Hand-overs, there and back"
      finding={data ? handoverSentence(data) : null}
      stale={query.isPlaceholderData}
      state={chartState(query)}
      twin={{
        columns: [
          { label: 'Way' },
          { label: 'Offered', numeric: true },
          { label: 'Accepted', numeric: true },
          { label: 'Declined', numeric: true },
          { label: 'Open', numeric: true },
          { label: 'Median days', numeric: true },
        ],
        rows: ways.map(([way, w]) => [way, w.offered, w.accepted, w.declined, w.open, w.lagDays]),
      }}
    >
      <table className="small-table">
        <thead>
          <tr>
            <th scope="col">Way</th>
            <th scope="col">Offered</th>
            <th scope="col">Accepted</th>
            <th scope="col">Declined</th>
            <th scope="col">Open</th>
            <th scope="col">Median days</th>
          </tr>
        </thead>
        <tbody>
          {ways.map(([way, w]) => (
            <tr key={way}>
              <th scope="row">{way}</th>
              {[w.offered, w.accepted, w.declined, w.open, w.lagDays].map((value, i) => (
                // oxlint-disable-next-line react/no-array-index-key -- a cell is known by its column
                <td key={i}>{formatNumber(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <DataTable<Waiting>
        id="touches.handovers.list"
        label="First buyers who were not handed back and have not bought again, longest ago first"
        columns={WAITING}
        rows={data?.rows ?? []}
        rowKey={(r) => r.customer}
        onOpen={open}
        height={HEIGHT}
        hideToolbar
        empty={{
          title: 'Nobody waits',
          needs: 'First buyers who were not handed back and have not bought again are listed here.',
        }}
      />
    </ChartFrame>
  );
}
