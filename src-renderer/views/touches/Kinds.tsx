import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  DataTable,
  Door,
  formatCount,
  formatMoney,
  formatNumber,
  formatShare,
  Select,
  TeamMark,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useSelection } from '../../data/index.ts';
import { CountBars } from './CountBars.tsx';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';

type Mix = Result<'touchMix'>;
type Row = Mix['rows'][number];
type By = Mix['by'];
type Depth = Result<'touchDepth'>;
type DepthRow = Depth['rows'][number];

const CHOICES: readonly { value: By; label: string }[] = [
  { value: 'channel', label: 'channel' },
  { value: 'team', label: 'team' },
  { value: 'direction', label: 'direction' },
  { value: 'purpose', label: 'purpose' },
  { value: 'goal', label: 'goal' },
  { value: 'outcome', label: 'outcome' },
  { value: 'owner', label: 'person' },
  { value: 'campaign', label: 'campaign' },
  { value: 'customer', label: 'customer' },
];

/** What touches are, what they cost, how many are documented, and how many persons they reach. */
export function Kinds({ model }: { model: TouchesModel }) {
  return (
    <>
      <MixTable model={model} />
      <PersonsReached model={model} />
    </>
  );
}

function MixTable({ model: { where } }: { model: TouchesModel }) {
  const [by, setBy] = useRemembered<By>('touches.kinds', 'channel');
  const query = useEngine('touchMix', { ...where, by, limit: 1000 });
  const { brush } = useSelection.getState();
  const data = query.data;
  const label = CHOICES.find((c) => c.value === by)!.label;
  const open = (r: Row): void => {
    if (r.where !== null)
      brush(VIEW, { key: 'kind', text: r.where, sentence: `touches with ${label} ${r.value ?? 'unknown'}` });
    else if (r.value !== null) openCustomer(r.value, r.name ?? r.value);
  };
  const columns: readonly Column<Row>[] = [
    {
      id: 'value',
      header: `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
      size: 200,
      value: (r) => r.name ?? r.value ?? 'unknown',
      ...(by === 'team' ? { cell: (r: Row) => <TeamMark team={r.value ?? 'unknown'} /> } : {}),
      onOpen: open,
    },
    { id: 'touches', header: 'Touches', kind: 'number', size: 80, value: (r) => r.touches },
    { id: 'out', header: 'Out', kind: 'number', size: 70, value: (r) => r.outbound },
    { id: 'in', header: 'In', kind: 'number', size: 60, value: (r) => r.inbound },
    { id: 'customers', header: 'Customers', kind: 'number', size: 86, value: (r) => r.customers, onOpen: open },
    { id: 'cost', header: 'Cost', kind: 'money', size: 130, value: (r) => (r.cost.length === 0 ? null : r.cost) },
    {
      id: 'rate',
      header: 'At the rate',
      kind: 'number',
      size: 90,
      meaning: 'Touches that came without a cost and are counted at the rate of their channel in the rules.',
      value: (r) => r.costByRate,
    },
    { id: 'purpose', header: 'With purpose', kind: 'number', size: 100, value: (r) => r.withPurpose },
    { id: 'outcome', header: 'With outcome', kind: 'number', size: 102, value: (r) => r.withOutcome },
    {
      id: 'coverage',
      header: 'Documented',
      kind: 'share',
      size: 96,
      meaning: 'Share of the touches with a purpose and an outcome.',
      value: (r) => r.coverage,
    },
  ];
  return (
    <ChartFrame
      id="touches.kinds"
      title={`Touches by ${label}`}
      actions={<Select<By> inline label="by" value={by} onChange={setBy} choices={CHOICES} />}
      finding={
        data
          ? `${formatCount(data.total.touches, 'touch', 'touches')} with ${formatCount(data.total.customers, 'customer')}; ${formatShare(data.total.coverage)} have a purpose and an outcome. ${
              data.total.cost.length === 0
                ? 'No touch has a cost; the rules can name a rate per channel.'
                : `They cost ${formatMoney(data.total.cost)}: ${formatNumber(data.total.costRecorded)} by their own cost, ${formatNumber(data.total.costByRate)} at the rate of their channel${data.unpriced.length > 0 ? `; without either: ${data.unpriced.join(', ')}` : ''}.`
            }`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.total.touches === 0
          ? { title: 'No touch', needs: 'Touches come from calls, visits, mails, campaigns and tickets.' }
          : null,
      )}
      twin={{
        columns: [
          { label },
          { label: 'Touches', numeric: true },
          { label: 'Customers', numeric: true },
          { label: 'Documented', numeric: true },
        ],
        rows: (data?.rows ?? []).map((r) => [r.name ?? r.value ?? 'unknown', r.touches, r.customers, r.coverage]),
      }}
    >
      <DataTable<Row>
        id={`touches.kinds.${by}`}
        label={`Touches by ${label}`}
        columns={columns}
        rows={data?.rows ?? []}
        rowKey={(r) => r.value ?? ''}
        onOpen={open}
        height={Math.min(320, 46 + 24 * (data?.rows.length ?? 1))}
        hideToolbar
      />
    </ChartFrame>
  );
}

const PEOPLE: readonly Column<DepthRow>[] = [
  { id: 'name', header: 'Customer', size: 220, value: (r) => r.name, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'known', header: 'Persons known', kind: 'number', size: 112, value: (r) => r.known },
  { id: 'touched', header: 'Touched', kind: 'number', size: 76, value: (r) => r.touched },
  { id: 'share', header: 'Share', kind: 'share', size: 76, value: (r) => r.share },
];

function PersonsReached({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchDepth', { ...where, limit: 2000 });
  const { brush } = useSelection.getState();
  const selected = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/people`)?.text ?? null);
  const data = query.data;
  const pick = (text: string, sentence: string): void => brush(VIEW, { key: 'people', text, sentence });
  return (
    <ChartFrame
      id="touches.depth"
      title="Persons reached per customer"
      finding={
        data ? (
          <>
            In {formatCount(data.days, 'day')} nobody was reached at{' '}
            <Door onOpen={() => pick(data.where.none, 'no person touched')}>{formatCount(data.none, 'customer')}</Door>,
            one person at{' '}
            <Door onOpen={() => pick(data.where.one, 'one person touched')}>{formatNumber(data.one)}</Door>, several at{' '}
            <Door onOpen={() => pick(data.where.several, 'several persons touched')}>{formatNumber(data.several)}</Door>
            .
          </>
        ) : null
      }
      stale={query.isPlaceholderData}
      state={chartState(query)}
      twin={{
        columns: [{ label: 'Persons' }, { label: 'Customers', numeric: true }],
        rows: (data?.bins ?? []).map((bin) => [`${bin.people}${bin.orMore ? ' or more' : ''}`, bin.customers]),
      }}
    >
      <div className="touches-halves">
        <CountBars
          label="Customers by persons touched"
          selected={selected}
          bars={(data?.bins ?? []).map((bin) => ({
            id: bin.where,
            label: `${bin.people}${bin.orMore ? '+' : ''}`,
            words: `${formatCount(bin.people, 'person', 'persons')}${bin.orMore ? ' or more' : ''} touched`,
            count: bin.customers,
            fill: 'var(--mark)',
            onOpen: () =>
              pick(bin.where, `${formatCount(bin.people, 'person', 'persons')}${bin.orMore ? ' or more' : ''} touched`),
          }))}
        />
        <DataTable<DepthRow>
          id="touches.depth.list"
          label="Persons touched, fewest first"
          columns={PEOPLE}
          rows={data?.rows ?? []}
          rowKey={(r) => r.customer}
          onOpen={(r) => openCustomer(r.customer, r.name)}
          height={220}
          hideToolbar
        />
      </div>
    </ChartFrame>
  );
}
