import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  DataTable,
  Door,
  formatCount,
  formatDays,
  formatNumber,
  formatShare,
  RungBadge,
  Segmented,
  TeamMark,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useEngine, useSelection } from '../../data/index.ts';
import { CountBars } from './CountBars.tsx';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';
import { cadenceSentence, evennessSentence } from './words.ts';

type Cadence = Result<'touchCadence'>;
type Rung = Cadence['rungs'][number];
type Alert = Cadence['alerts']['rows'][number];
type Evenness = Result<'touchEvenness'>;
type EvenRow = Evenness['rows'][number];
type Bursts = Result<'touchBursts'>;
type BurstRow = Bursts['rows'][number];

const open = (r: { customer: string; name: string }): void => openCustomer(r.customer, r.name);
const HEIGHT = 236;
const LIMIT = 2000;

/** Whether touches keep to the rungs' targets and to each customer's own rhythm, and whether the two teams complement each other. */
export function Balance({ model }: { model: TouchesModel }) {
  return (
    <>
      <Rungs model={model} />
      <div className="touches-halves">
        <Gain model={model} />
        <BurstList model={model} />
      </div>
      <Late model={model} />
    </>
  );
}

function Rungs({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchCadence', where);
  const { brush } = useSelection.getState();
  const data = query.data;
  const pick = (r: Rung, more: string, words: string) => (): void =>
    brush(VIEW, { key: 'rung', text: `${r.where}${more}`, sentence: `${r.rung}${words}` });
  const columns: readonly Column<Rung>[] = [
    {
      id: 'rung',
      header: 'Rung',
      size: 110,
      value: (r) => r.rung,
      cell: (r) => <RungBadge rung={r.rung} label={capital(r.rung)} />,
      onOpen: (r) => pick(r, '', '')(),
    },
    { id: 'target', header: 'Target', kind: 'days', size: 70, value: (r) => r.target },
    {
      id: 'customers',
      header: 'Customers',
      kind: 'number',
      size: 84,
      value: (r) => r.customers,
      onOpen: (r) => pick(r, '', '')(),
    },
    { id: 'open', header: 'Median open gap', kind: 'days', size: 116, value: (r) => r.medianOpenGap },
    { id: 'mean', header: 'Median mean gap', kind: 'days', size: 120, value: (r) => r.medianMeanGap },
    {
      id: 'beyond',
      header: 'Beyond target',
      size: 180,
      kind: 'share',
      value: (r) => r.share,
      cell: (r) =>
        r.share === null
          ? '—'
          : `${formatShare(r.share)} (${formatShare(r.low, { decimals: 0 })} to ${formatShare(r.high, { decimals: 0 })})`,
      onOpen: (r) => pick(r, ` and open_gap > ${r.target} days`, ', beyond target')(),
    },
    {
      id: 'silent',
      header: 'Silent',
      kind: 'number',
      size: 64,
      value: (r) => r.silent,
      onOpen: (r) => pick(r, ` and open_gap > ${r.silence}`, ', silent')(),
    },
    {
      id: 'never',
      header: 'Never',
      kind: 'number',
      size: 60,
      value: (r) => r.never,
      onOpen: (r) => pick(r, ' and touch_class = never', ', never touched')(),
    },
    {
      id: 'pressure',
      header: 'Median pressure',
      kind: 'number',
      size: 112,
      meaning: 'Weights of outbound touches by channel, halved every half-life of the rules.',
      value: (r) => r.medianPressure,
    },
    ...(['under', 'on', 'over'] as const).map((level): Column<Rung> => ({
      id: level,
      header: capital(level),
      kind: 'number',
      size: 104,
      meaning:
        level === 'over'
          ? 'Over a cap, or above the pressure of the rung.'
          : level === 'under'
            ? 'Never touched, due, silent, or below the pressure of the rung.'
            : 'Within target, caps and pressure.',
      value: (r) => r.levels[level],
      onOpen: (r) => pick(r, ` and touch_level = ${level}`, `, ${level}-touched`)(),
    })),
  ];
  return (
    <ChartFrame
      id="touches.cadence"
      title="Cadence and pressure by rung"
      finding={data ? cadenceSentence(data.rungs) : null}
      stale={query.isPlaceholderData}
      state={chartState(query)}
      twin={{
        columns: [{ label: 'Rung' }, { label: 'Target', numeric: true }, { label: 'Pressure of the rules' }],
        rows: (data?.rungs ?? []).map((r) => [r.rung, r.target, r.pressure.join('; ') || null]),
      }}
    >
      <DataTable<Rung>
        id="touches.cadence.rungs"
        label="Cadence and pressure by rung"
        columns={columns}
        rows={data?.rungs ?? []}
        rowKey={(r) => r.rung}
        height={220}
        hideToolbar
      />
    </ChartFrame>
  );
}

const EVEN: readonly Column<EvenRow>[] = [
  { id: 'name', header: 'Customer', size: 190, value: (r) => r.name, onOpen: open },
  {
    id: 'gain',
    header: 'Gain',
    kind: 'number',
    size: 60,
    value: (r) => r.gain,
    cell: (r) => formatNumber(r.gain, { decimals: 2 }),
  },
  {
    id: 'both',
    header: 'Both',
    kind: 'number',
    size: 60,
    value: (r) => r.both,
    cell: (r) => formatNumber(r.both, { decimals: 2 }),
  },
  {
    id: 'sales',
    header: 'Sales',
    kind: 'number',
    size: 60,
    value: (r) => r.sales,
    cell: (r) => formatNumber(r.sales, { decimals: 2 }),
  },
  {
    id: 'marketing',
    header: 'Marketing',
    kind: 'number',
    size: 80,
    value: (r) => r.marketing,
    cell: (r) => formatNumber(r.marketing, { decimals: 2 }),
  },
  { id: 'shared', header: 'Same day', kind: 'number', size: 74, value: (r) => r.sharedDays },
];

function Gain({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchEvenness', { ...where, limit: LIMIT });
  const { brush } = useSelection.getState();
  const selected = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/gain`)?.text ?? null);
  const data = query.data;
  const shown = (data?.bins ?? []).filter((bin) => bin.from >= -0.5 && bin.to <= 0.5);
  return (
    <ChartFrame
      id="touches.gain"
      title="What the coordination of sales and marketing gains"
      finding={
        data ? (
          <>
            {evennessSentence(data)}{' '}
            {data.collide > 0 ? (
              <Door
                onOpen={() =>
                  brush(VIEW, {
                    key: 'gain',
                    text: data.where.collide,
                    sentence: 'touches of both teams fall together',
                  })
                }
              >
                {formatCount(data.collide, 'customer')} whose touches fall together
              </Door>
            ) : null}
          </>
        ) : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.together === 0
          ? {
              title: 'No customer was touched by both teams',
              needs: 'The gain compares the evenness of sales and marketing together with that of each.',
            }
          : null,
      )}
      twin={{
        columns: [
          { label: 'Customer' },
          { label: 'Both', numeric: true },
          { label: 'Sales', numeric: true },
          { label: 'Marketing', numeric: true },
          { label: 'Gain', numeric: true },
        ],
        rows: (data?.rows ?? []).map((r) => [r.name, r.both, r.sales, r.marketing, r.gain]),
      }}
    >
      <CountBars
        label="Customers by coordination gain"
        selected={selected}
        bars={shown.map((bin) => ({
          id: bin.where,
          label: formatNumber(bin.from, { decimals: 1 }),
          words: `gain from ${formatNumber(bin.from, { decimals: 1 })} to ${formatNumber(bin.to, { decimals: 1 })}`,
          count: bin.customers,
          fill: bin.from < 0 ? 'var(--falling)' : 'var(--rising)',
          onOpen: () =>
            brush(VIEW, {
              key: 'gain',
              text: bin.where,
              sentence: `coordination gain from ${formatNumber(bin.from, { decimals: 1 })} to ${formatNumber(bin.to, { decimals: 1 })}`,
            }),
        }))}
      />
      <DataTable<EvenRow>
        id="touches.evenness"
        label="Evenness of both teams, least gain first"
        columns={EVEN}
        rows={data?.rows ?? []}
        rowKey={(r) => r.customer}
        onOpen={open}
        height={HEIGHT}
        hideToolbar
      />
    </ChartFrame>
  );
}

const BURSTS: readonly Column<BurstRow>[] = [
  { id: 'name', header: 'Customer', size: 160, value: (r) => r.name, onOpen: open },
  { id: 'from', header: 'From', kind: 'day', size: 98, value: (r) => r.from },
  { id: 'to', header: 'To', kind: 'day', size: 98, value: (r) => r.to, hidden: true },
  { id: 'touches', header: 'Touches', kind: 'number', size: 70, value: (r) => r.touches },
  {
    id: 'lead',
    header: 'Made by',
    size: 136,
    whole: true,
    value: (r) => r.lead.team,
    cell: (r) => <TeamMark team={r.lead.team} label={`${r.lead.team} ${formatShare(r.lead.share, { decimals: 0 })}`} />,
  },
  {
    id: 'silence',
    header: 'Then silent',
    kind: 'days',
    size: 92,
    value: (r) => r.silence,
    cell: (r) => (r.silence === null ? '—' : `${formatDays(r.silence)}${r.open ? ' so far' : ''}`),
  },
];

function BurstList({ model: { where } }: { model: TouchesModel }) {
  const [only, setOnly] = useRemembered<'barrages' | 'bursts'>('touches.bursts', 'barrages');
  const query = useEngine('touchBursts', { ...where, only, limit: LIMIT });
  const { brush } = useSelection.getState();
  const data = query.data;
  const team = data?.byTeam.toSorted((a, b) => b.barrages - a.barrages || b.bursts - a.bursts)[0];
  return (
    <ChartFrame
      id="touches.bursts"
      title="Barrage, then silence"
      actions={
        <Segmented
          label="What is listed"
          value={only}
          onChange={setOnly}
          choices={[
            { value: 'barrages', label: 'then silence' },
            { value: 'bursts', label: 'all bursts' },
          ]}
        />
      }
      finding={
        data ? (
          <>
            <Door onOpen={() => brush(VIEW, { key: 'burst', text: data.where.bursts, sentence: 'met by a burst' })}>
              {formatCount(data.bursts, 'burst')}
            </Door>{' '}
            ({data.rule.touches} touches in {data.rule.within} days);{' '}
            <Door
              onOpen={() =>
                brush(VIEW, { key: 'burst', text: data.where.barrages, sentence: 'met by a barrage, then silence' })
              }
            >
              {formatNumber(data.barrages)}
            </Door>{' '}
            followed by {formatCount(data.rule.silence, 'day')} of silence
            {team && team.bursts > 0
              ? `. ${capital(team.team)} led ${formatNumber(team.bursts)} of the bursts and ${formatNumber(team.barrages)} of those.`
              : '.'}
          </>
        ) : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        data && data.bursts === 0
          ? { title: 'No burst of touches', needs: 'A burst is several touches within a few days, as the rules say.' }
          : null,
      )}
      twin={{
        columns: [
          { label: 'Customer' },
          { label: 'From' },
          { label: 'To' },
          { label: 'Touches', numeric: true },
          { label: 'Teams' },
          { label: 'Silence', numeric: true },
        ],
        rows: (data?.rows ?? []).map((r) => [
          r.name,
          r.from,
          r.to,
          r.touches,
          Object.entries(r.teams)
            .map(([name, n]) => `${name} ${n}`)
            .join(', '),
          r.silence,
        ]),
      }}
    >
      <DataTable<BurstRow>
        id="touches.bursts.list"
        label={only === 'bursts' ? 'Bursts of touches' : 'Bursts followed by silence'}
        columns={BURSTS}
        rows={data?.rows ?? []}
        rowKey={(r) => `${r.customer} ${r.from}`}
        onOpen={open}
        height={HEIGHT + 120}
        hideToolbar
        empty={{ title: 'No burst was followed by silence', needs: 'All bursts are listed under "all bursts".' }}
      />
    </ChartFrame>
  );
}

const LATE: readonly Column<Alert>[] = [
  { id: 'name', header: 'Customer', size: 220, value: (r) => r.name, onOpen: open },
  { id: 'open', header: 'Open gap', kind: 'days', size: 80, value: (r) => r.openGap },
  { id: 'mean', header: 'Own mean gap', kind: 'days', size: 106, value: (r) => r.meanGap },
  { id: 'gaps', header: 'Gaps', kind: 'number', size: 60, value: (r) => r.gaps },
  {
    id: 'k',
    header: 'Regularity k',
    kind: 'number',
    size: 96,
    meaning: 'Shape of the own gamma rhythm: 1 is random, more is regular; needs five gaps.',
    value: (r) => r.k,
    cell: (r) => formatNumber(r.k, { decimals: 1 }),
  },
  {
    id: 'p',
    header: 'p',
    kind: 'number',
    size: 116,
    meaning: "Chance of a gap even longer under the customer's own rhythm.",
    value: (r) => r.p,
    cell: (r) => (r.p < 0.0001 ? 'below 0.0001' : formatNumber(r.p, { decimals: 4 })),
  },
  {
    id: 'empirical',
    header: 'Empirical p',
    kind: 'number',
    size: 96,
    meaning:
      'Own gaps at least as long as the open one, plus one, over the gaps plus one: with few gaps it cannot be small.',
    value: (r) => r.pEmpirical,
  },
  {
    id: 'adjusted',
    header: 'Adjusted p',
    kind: 'number',
    size: 116,
    meaning: 'After Benjamini and Hochberg over all customers with a gap.',
    value: (r) => r.adjusted,
    cell: (r) => (r.adjusted < 0.0001 ? 'below 0.0001' : formatNumber(r.adjusted, { decimals: 4 })),
  },
];

function Late({ model: { where } }: { model: TouchesModel }) {
  const query = useEngine('touchCadence', where);
  const { brush } = useSelection.getState();
  const alerts = query.data?.alerts;
  return (
    <ChartFrame
      id="touches.late"
      title="Late for their own rhythm"
      finding={
        alerts ? (
          alerts.selected === 0 || alerts.where === null ? (
            `None of ${formatCount(alerts.tested, 'customer')} with a rhythm is late for it at a false discovery rate of ${formatShare(alerts.rate, { decimals: 0 })}.`
          ) : (
            <>
              <Door
                onOpen={() => brush(VIEW, { key: 'late', text: alerts.where!, sentence: 'late for their own rhythm' })}
              >
                {formatCount(alerts.selected, 'customer')}
              </Door>{' '}
              of {formatNumber(alerts.tested)} with a rhythm; at a false discovery rate of{' '}
              {formatShare(alerts.rate, { decimals: 0 })} at most {formatNumber(alerts.expectedFalse, { decimals: 1 })}{' '}
              of them are expected to be false. Of {formatCount(alerts.untested, 'customer')} without a gap nothing is
              said.
            </>
          )
        ) : null
      }
      stale={query.isPlaceholderData}
      state={chartState(query)}
      twin={{
        columns: [
          { label: 'Customer' },
          { label: 'Open gap', numeric: true },
          { label: 'Mean gap', numeric: true },
          { label: 'Gaps', numeric: true },
          { label: 'p', numeric: true },
        ],
        rows: (alerts?.rows ?? []).map((r) => [r.name, r.openGap, r.meanGap, r.gaps, r.p]),
      }}
    >
      <DataTable<Alert>
        id="touches.late.list"
        label="Customers late for their own rhythm"
        columns={LATE}
        rows={alerts?.rows ?? []}
        rowKey={(r) => r.customer}
        onOpen={open}
        height={200}
        hideToolbar
        empty={{
          title: 'Nobody is late for the own rhythm',
          needs: 'A rhythm needs a gap; five gaps make it regular or not.',
        }}
      />
    </ChartFrame>
  );
}
