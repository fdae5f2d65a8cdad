import {
  ChartFrame,
  chartState,
  formatCount,
  formatMoney,
  formatNumber,
  formatPoints,
  formatShare,
  Select,
  useRemembered,
} from '../../kit/index.ts';
import { openList, useEngine } from '../../data/index.ts';
import { Bars } from './Bars.tsx';
import { groupDraft } from './clauses.ts';
import type { NpsModel } from './model.ts';

const OWN = '';
const FIELDS = ['survey', 'channel', 'wave', 'rung', 'region', 'industry', 'owner'] as const;

/** Where customers might break up: detractor share x revenue by point of the journey, and benchmarks beside the score. */
export function Spots({ model }: { model: NpsModel }) {
  const [by, setBy] = useRemembered<string>('nps.spots.by', OWN);
  const query = useEngine('npsSpots', {
    ...model.where,
    ...model.settings,
    ...(by === OWN ? {} : { by }),
  });
  const report = query.data;
  const top = report?.points[0];
  return (
    <>
      <ChartFrame
        id="nps.spots"
        title="Vulnerable spots"
        finding={
          top && top.detractorShare !== null
            ? `${top.point ?? 'Unknown'}: ${formatShare(top.detractorShare)} detractors x ${formatMoney(top.revenue12m)} = ${formatMoney(top.exposure12m)} (${formatMoney(top.exposureLow)} to ${formatMoney(top.exposureHigh)}).`
            : 'No point of the journey has answers.'
        }
        stale={query.isPlaceholderData}
        state={chartState(
          query,
          report?.points.length === 0
            ? { title: 'No points of a journey', needs: 'Answers with a survey, or points in the NPS rules.' }
            : null,
        )}
        actions={
          <Select
            inline
            label="points"
            value={by}
            onChange={setBy}
            choices={[
              { value: OWN, label: report && by === OWN ? `as set (${report.by})` : 'as set' },
              ...FIELDS.map((value) => ({ value: value as string, label: value })),
            ]}
          />
        }
        twin={{
          columns: [
            { label: 'Point' },
            ...[
              'Answers',
              'NPS',
              'Detractors',
              'Low',
              'High',
              'Customers',
              'Revenue 12 months',
              'Exposure',
              'Exposure low',
              'Exposure high',
              'Lapsed',
              'Open tickets',
            ].map((label) => ({ label, numeric: true })),
          ],
          rows: (report?.points ?? []).map((p) => [
            p.point ?? 'unknown',
            p.responses,
            formatPoints(p.nps, 1),
            formatShare(p.detractorShare),
            formatShare(p.low),
            formatShare(p.high),
            p.customers,
            formatMoney(p.revenue12m),
            formatMoney(p.exposure12m),
            formatMoney(p.exposureLow),
            formatMoney(p.exposureHigh),
            p.lapsed,
            p.openTickets,
          ]),
        }}
      >
        {report ? (
          <>
            <Bars
              label="Detractor share x revenue by point; a row lists its customers"
              wide
              {...(report.by === 'rules'
                ? {}
                : {
                    onOpen: (key) => {
                      const draft = groupDraft(report.by, key === ' ' ? null : key);
                      openList({
                        title: `Customers: ${draft.sentence}`,
                        where:
                          model.where.where === undefined ? draft.text : `(${model.where.where}) and (${draft.text})`,
                      });
                    },
                  })}
              rows={report.points.slice(0, 24).map((p) => ({
                key: p.point ?? ' ',
                name: p.point ?? 'unknown',
                value: inCurrency(p.exposure12m, report.currency)[0]?.minor ?? 0,
                low: inCurrency(p.exposureLow, report.currency)[0]?.minor ?? null,
                high: inCurrency(p.exposureHigh, report.currency)[0]?.minor ?? null,
                figure: formatMoney(p.exposure12m, { compact: true }),
                note: `${formatShare(p.detractorShare)} of ${formatCount(p.responses, 'answer')}, ${formatNumber(p.lapsed)} lapsed`,
                few: !p.enough,
              }))}
            />
            <p className="unknown-note">
              Detractor share times revenue of 12 months of the customers there; whiskers from the interval of the
              share. Hollow: fewer than {report.minimum} answers. Ranked in {report.currency}.
            </p>
          </>
        ) : null}
      </ChartFrame>
      <Benchmarks model={model} />
    </>
  );
}

const inCurrency = <M extends { currency: string }>(list: readonly M[], currency: string): M[] =>
  list.filter((one) => one.currency === currency);

const BENCH_FIELDS = ['industry', 'region', 'country', 'rung', 'type'] as const;

function Benchmarks({ model }: { model: NpsModel }) {
  const [by, setBy] = useRemembered<string>('nps.benchmarks.by', OWN);
  const query = useEngine('npsBenchmarks', { ...model.where, ...model.settings, ...(by === OWN ? {} : { by }) });
  const report = query.data;
  const told = report?.rows.filter((r) => r.verdict === 'above' || r.verdict === 'below') ?? [];
  return (
    <ChartFrame
      id="nps.benchmarks"
      title="Beside benchmarks"
      finding={
        report
          ? `${formatNumber(told.length)} of ${formatCount(report.rows.length, 'benchmark')} can be told apart from the score: ${formatNumber(told.filter((r) => r.verdict === 'above').length)} above, ${formatNumber(told.filter((r) => r.verdict === 'below').length)} below.`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(
        query,
        report?.benchmarks === 0
          ? {
              title: 'No benchmarks',
              needs:
                'A file of benchmarks of your own, kept on the page Rules: name; NPS, or promoters, passives and detractors.',
            }
          : report?.rows.length === 0
            ? {
                title: 'No benchmark has the name of a value',
                needs: 'Choose another field, or compare the score of all.',
              }
            : null,
      )}
      actions={
        <Select
          inline
          label="scores of"
          value={by}
          onChange={setBy}
          choices={[
            { value: OWN, label: 'all answers' },
            ...BENCH_FIELDS.map((value) => ({ value: value as string, label: `each ${value}` })),
          ]}
        />
      }
      twin={{
        columns: [
          { label: 'Benchmark' },
          ...['Its NPS', 'Its answers', 'Own NPS', 'Own answers', 'Difference', 'Low', 'High'].map((label) => ({
            label,
            numeric: true,
          })),
          { label: 'Own score is' },
          { label: 'Source' },
        ],
        rows: (report?.rows ?? []).map((r) => [
          r.name,
          formatPoints(r.nps, 1),
          r.responses,
          formatPoints(r.score.nps, 1),
          r.score.responses,
          formatPoints(r.difference, 1),
          formatPoints(r.low, 1),
          formatPoints(r.high, 1),
          r.verdict,
          [r.source, r.year].filter((text) => text !== null).join(', '),
        ]),
      }}
    >
      {report ? (
        <Bars
          label="Own score less benchmark"
          rows={report.rows.slice(0, 24).map((r) => ({
            key: r.name,
            name: r.name,
            value: r.difference,
            low: r.low,
            high: r.high,
            figure: formatPoints(r.difference),
            note: `${formatPoints(r.score.nps)} beside ${formatPoints(r.nps)}, ${r.verdict}`,
            few: !r.score.enough,
          }))}
        />
      ) : null}
    </ChartFrame>
  );
}
