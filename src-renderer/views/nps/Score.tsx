import {
  ChartFrame,
  formatCount,
  formatDay,
  formatNumber,
  formatPoints,
  formatShare,
  Select,
} from '../../kit/index.ts';
import { DotInterval } from '../../kit/figures/DotInterval.tsx';
import { NpsScale } from '../../kit/figures/NpsScale.tsx';
import {
  classOfScore,
  distributionSentence,
  groupSentence,
  methodName,
  scoreSentence,
} from '../../kit/figures/npsWords.ts';
import type { NpsFigures, NpsTarget } from '../../kit/figures/npsWords.ts';
import { Parts } from '../../kit/figures/Parts.tsx';
import { ScoreBars } from '../../kit/figures/ScoreBars.tsx';
import { useEngine, useNobody, useSelection } from '../../data/index.ts';
import { classDraft, groupDraft, scoreDraft } from './clauses.ts';
import type { NpsModel } from './model.ts';
import { VIEW } from './model.ts';
import { AnswerList } from './AnswerList.tsx';
import { Trend } from './Trend.tsx';

const row = (name: string, g: NpsFigures): (string | number | null)[] => [
  name,
  g.responses,
  g.promoters,
  g.passives,
  g.detractors,
  formatPoints(g.nps, 1),
  formatPoints(g.interval.low, 1),
  formatPoints(g.interval.high, 1),
];
const COLUMNS = ['Answers', 'Promoters', 'Passives', 'Detractors', 'NPS', 'Low', 'High'].map((label) => ({
  label,
  numeric: true,
}));
const OWN_FIELDS = ['rung', 'wave', 'quarter', 'survey', 'channel'] as const;

/** The score with its interval, where it comes from, how it moves, who said what. */
export function Score({ model }: { model: NpsModel }) {
  const { report, narrowed, by } = model;
  const brush = useSelection((s) => s.brush);
  const data = report.data;
  const none = data?.responses === 0;
  const nobody = useNobody('The score needs survey answers with a score from 0 to 10.');
  const select = (to: NpsTarget): void => {
    switch (to.kind) {
      case 'class':
        return brush(VIEW, classDraft(to.class));
      case 'score':
        return brush(VIEW, scoreDraft(to.score));
      case 'group':
      case 'wave':
        return brush(VIEW, groupDraft(to.kind === 'wave' ? 'wave' : by, to.kind === 'wave' ? to.wave : to.value));
      default:
        return undefined;
    }
  };
  const state =
    report.error && !data
      ? { kind: 'failed' as const, error: report.error, retry: () => void report.refetch() }
      : !data
        ? { kind: 'loading' as const }
        : none
          ? {
              kind: 'empty' as const,
              ...nobody,
              title: 'No answer passes the selection and the settings above',
            }
          : undefined;
  const label = by.replaceAll('_', ' ');
  return (
    <>
      <div className="nps-top">
        <ChartFrame
          id="nps.score"
          title={
            data
              ? `NPS of ${formatCount(data.responses, 'answer')}${data.unit === 'customer' ? ', one vote per customer' : ''}`
              : 'NPS'
          }
          finding={data ? <Parts parts={scoreSentence(data)} onOpen={select} /> : null}
          stale={report.isPlaceholderData}
          state={state}
          twin={{ columns: [{ label: 'Of' }, ...COLUMNS], rows: data ? [row('all', data)] : [] }}
        >
          {data ? (
            <>
              <NpsScale report={data} />
              <p className="unknown-note">
                {data.kind} answers,{' '}
                {data.dedup === 'latest'
                  ? 'the latest of each respondent per wave'
                  : data.dedup === 'first'
                    ? 'the first of each respondent per wave'
                    : 'every answer'}
                ; {methodName(data.interval.method)} interval
                {data.weighted
                  ? `; as much weight as ${formatNumber(data.weighted.effective ?? 0, { decimals: 1 })} equal customers, unweighted ${formatPoints(data.weighted.unweighted, 1)}, ${formatNumber(data.weighted.excluded)} without revenue left out`
                  : ''}
                {data.enough ? '' : `; fewer than the ${data.minimum} answers that a score is published with`}; as of{' '}
                {formatDay(data.asOf)}
                {data.unknown > 0
                  ? `; ${formatCount(data.unknown, 'customer')} left out because a value the selection asks for is unknown`
                  : ''}
                .
              </p>
            </>
          ) : null}
        </ChartFrame>
        <ChartFrame
          id="nps.distribution"
          title="Answers per score"
          finding={data ? <Parts parts={distributionSentence(data.distribution)} onOpen={select} /> : null}
          stale={report.isPlaceholderData}
          state={state}
          twin={{
            columns: [
              { label: 'Score' },
              { label: 'Class' },
              { label: 'Answers', numeric: true },
              { label: 'Share', numeric: true },
            ],
            rows: (data?.distribution ?? []).map((n, score) => [
              String(score),
              classOfScore(score),
              n,
              formatShare(data && data.responses > 0 ? n / data.responses : null),
            ]),
          }}
        >
          {data ? (
            <ScoreBars
              distribution={data.distribution}
              selected={narrowed}
              onScore={(score) => select({ kind: 'score', score })}
              onClass={(of) => select({ kind: 'class', class: of })}
            />
          ) : null}
        </ChartFrame>
      </div>
      <div className="nps-middle">
        <Trend model={model} />
        <ChartFrame
          id="nps.groups"
          title={`By ${label}`}
          finding={data ? <Parts parts={groupSentence(data.groups, label)} onOpen={select} /> : null}
          stale={report.isPlaceholderData}
          state={state}
          actions={<ByField model={model} />}
          twin={{
            columns: [{ label }, ...COLUMNS],
            rows: (data?.groups ?? []).map((g) => row(g.value ?? 'unknown', g)),
          }}
        >
          {data ? (
            <>
              <div className="nps-groups">
                <DotInterval
                  rows={data.groups.slice(0, 40)}
                  label={`NPS by ${label}`}
                  overall={data.nps}
                  few={data.minimum}
                  selected={data.groups.find((g) => groupDraft(by, g.value).text === model.group?.text)?.value}
                  onOpen={(value) => select({ kind: 'group', value })}
                />
              </div>
              <p className="unknown-note">
                Dashed line: all answers. Hollow: fewer than the {data.minimum} answers that a score is published with.
                {data.groups.length > 40
                  ? ` The first 40 of ${formatNumber(data.groups.length)} values are drawn; the table has all.`
                  : ''}
              </p>
            </>
          ) : null}
        </ChartFrame>
      </div>
      <AnswerList model={model} />
    </>
  );
}

function ByField({ model }: { model: NpsModel }) {
  const { data: catalogue } = useEngine('fields', { relation: 'customer' });
  const fields =
    catalogue?.fields.filter(
      (f) =>
        (f.type === 'text' && f.name !== 'name') || (f.type === 'set' && f.name !== 'rung' && f.name !== 'nps_class'),
    ) ?? [];
  return (
    <Select
      inline
      label="by"
      value={model.by}
      onChange={model.setBy}
      choices={[
        ...OWN_FIELDS.map((f) => ({ value: f as string, label: f })),
        ...fields.map((f) => ({ value: f.name, label: f.label })),
      ]}
    />
  );
}
