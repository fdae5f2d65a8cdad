import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  ChartFrame,
  chartState,
  formatCount,
  formatDay,
  formatNumber,
  formatPoints,
  formatShare,
  Select,
  TextField,
} from '../../kit/index.ts';
import { DotInterval } from '../../kit/figures/DotInterval.tsx';
import { isDay } from '../../kit/figures/days.ts';
import { useAsOf, useEngine } from '../../data/index.ts';
import { Bars } from './Bars.tsx';
import type { NpsModel } from './model.ts';
import { useRemembered } from '../../kit/memory.ts';

const FIELDS = ['rung', 'region', 'owner', 'industry', 'country', 'channel'] as const;

/** What changed between two waves: by chance or not, because others answered or because they answered otherwise. */
export function Change({ model }: { model: NpsModel }) {
  const points = model.trend.data?.points ?? [];
  const named = points.flatMap((p) => (p.value === null ? [] : [p.value]));
  const [picked, setPicked] = useState<{ a: string; b: string } | null>(null);
  const held = picked !== null && named.includes(picked.a) && named.includes(picked.b) ? picked : null;
  const a = held?.a ?? named.at(-2) ?? '';
  const b = held?.b ?? named.at(-1) ?? '';
  const [by, setBy] = useRemembered<string>('nps.change.by', 'rung');
  const comparable = model.trend.data?.by === 'wave' && a !== '' && b !== '' && a !== b;
  const query = useEngine('npsCompare', { ...model.where, ...model.settings, a, b, by }, { enabled: comparable });
  const report = comparable ? query.data : undefined;
  const parts = report?.decomposition ?? null;
  const state =
    model.trend.data && !comparable
      ? {
          kind: 'empty' as const,
          title: 'There are no two waves to compare',
          needs: 'Two waves with answers, chosen above.',
        }
      : chartState(query);
  const waves = named.map((value) => ({ value, label: value }));
  const pick = (
    <>
      <Select inline label="compare" value={b} choices={waves} onChange={(value) => setPicked({ a, b: value })} />
      <Select inline label="with" value={a} choices={waves} onChange={(value) => setPicked({ a: value, b })} />
    </>
  );
  return (
    <>
      <div className="nps-top">
        <ChartFrame
          id="nps.change"
          title={report ? `${report.a.value} to ${report.b.value}` : 'Change between two waves'}
          finding={report ? changeSentence(report) : null}
          stale={query.isPlaceholderData}
          state={state}
          actions={named.length > 1 ? pick : null}
          twin={{
            columns: [
              { label: 'Comparison' },
              ...['Answers or pairs', 'Difference', 'Low', 'High', 'z', 'p'].map((label) => ({
                label,
                numeric: true,
              })),
            ],
            rows: report ? comparisons(report) : [],
          }}
        >
          {report ? (
            <>
              <Bars
                label="Difference as two samples and as pairs"
                rows={comparisons(report).map(([name, n, difference, low, high]) => ({
                  key: String(name),
                  name: String(name),
                  value: Number(difference),
                  low: Number(low),
                  high: Number(high),
                  figure: formatPoints(Number(difference)),
                  note: `n ${formatNumber(Number(n))}`,
                  few: !report.enough,
                }))}
              />
              <p className="unknown-note">
                {formatShare(report.paired.overlap)} of those who are in either wave are in both. Whiskers are
                intervals.
              </p>
            </>
          ) : null}
        </ChartFrame>
        <ChartFrame
          id="nps.mix"
          title="Who answered, and how they answered"
          finding={
            parts
              ? `Of ${formatPoints(parts.difference, 1)} points ${formatPoints(parts.mix, 1)} come from who answered and ${formatPoints(parts.rate, 1)} from how they answered.`
              : null
          }
          stale={query.isPlaceholderData}
          state={state}
          actions={
            <Select
              inline
              label="by"
              value={by}
              onChange={setBy}
              choices={FIELDS.map((value) => ({ value: value as string, label: value }))}
            />
          }
          twin={{
            columns: [
              { label: by },
              ...['Answers before', 'NPS before', 'Answers after', 'NPS after', 'Mix', 'Rate'].map((label) => ({
                label,
                numeric: true,
              })),
            ],
            rows: (parts?.groups ?? []).map((g) => [
              g.value ?? 'unknown',
              g.before.responses,
              formatPoints(g.before.nps, 1),
              g.after.responses,
              formatPoints(g.after.nps, 1),
              formatPoints(g.mix, 1),
              formatPoints(g.rate, 1),
            ]),
          }}
        >
          {parts ? (
            <Bars
              label={`Points of the change by ${by}`}
              rows={parts.groups.slice(0, 12).map((g) => ({
                key: g.value ?? ' ',
                name: g.value ?? 'unknown',
                value: (g.mix ?? 0) + (g.rate ?? 0),
                figure: formatPoints((g.mix ?? 0) + (g.rate ?? 0), 1),
                note: `mix ${formatPoints(g.mix, 1)}, rate ${formatPoints(g.rate, 1)}`,
              }))}
            />
          ) : null}
        </ChartFrame>
      </div>
      <Moves model={model} />
    </>
  );
}

type Compared = Result<'npsCompare'>;

function comparisons(report: Compared): (string | number)[][] {
  const row = (name: string, n: number, d: Pick<Compared, 'difference' | 'low' | 'high' | 'z' | 'p'>) =>
    d.difference === null || d.low === null || d.high === null
      ? []
      : [[name, n, d.difference, d.low, d.high, d.z ?? '', d.p ?? '']];
  return [
    ...row('two samples', report.a.responses + report.b.responses, report),
    ...row(report.paired.unit === 'customer' ? 'same customers' : 'same people', report.paired.n, report.paired),
  ];
}

function changeSentence(report: Compared): string {
  const of = report.report === 'paired' ? report.paired : report;
  if (of.difference === null || of.low === null || of.high === null) return 'One of the waves has no answers.';
  const clear = of.low > 0 || of.high < 0;
  const way =
    report.report === 'both'
      ? 'Both comparisons are reported, since part of the people are in both waves.'
      : report.report === 'paired'
        ? 'Nearly everybody is in both waves, so the pairs count.'
        : 'Few are in both waves, so the two samples count.';
  return `${formatPoints(of.difference, 1)} points (${formatPoints(of.low, 1)} to ${formatPoints(of.high, 1)}): ${clear ? 'more than chance' : 'no more than chance may do'}. ${way}${report.enough ? '' : ` A wave has fewer than ${report.minimum} answers.`}`;
}

const DIRECTIONS = { up: 'rose', stay: 'stayed', down: 'fell', entered: 'entered' } as const;

/** The score of those who rose, stayed and fell. */
function Moves({ model }: { model: NpsModel }) {
  const { asOf } = useAsOf();
  const [day, setDay] = useRemembered('nps.moves.from', '');
  const from = isDay(day) && (asOf === null || day < asOf) ? day : yearBefore(asOf);
  const query = useEngine(
    'npsMoves',
    { ...model.where, ...model.settings, from: from ?? '' },
    { enabled: from !== null },
  );
  const report = query.data;
  const heard = report?.directions.filter((d) => d.responses > 0) ?? [];
  return (
    <ChartFrame
      id="nps.moves"
      title={report ? `NPS by rung move since ${formatDay(report.from)}` : 'NPS by rung move'}
      finding={
        report
          ? heard.length === 0
            ? 'Nobody answered between the two days.'
            : `${heard.map((d) => `Those who ${DIRECTIONS[d.direction]}: ${d.responses < report.minimum ? `${formatCount(d.responses, 'answer')}, too few` : formatPoints(d.nps)}`).join('. ')}.`
          : null
      }
      stale={query.isPlaceholderData}
      state={chartState(query)}
      actions={
        <TextField label="Since" hideLabel className="nps-day" placeholder={from ?? ''} value={day} onChange={setDay} />
      }
      twin={{
        columns: [
          { label: 'From' },
          { label: 'To' },
          ...['Answers', 'NPS', 'Low', 'High'].map((label) => ({ label, numeric: true })),
        ],
        rows: (report?.moves ?? []).map((m) => [
          m.from,
          m.to,
          m.responses,
          formatPoints(m.nps, 1),
          formatPoints(m.interval.low, 1),
          formatPoints(m.interval.high, 1),
        ]),
      }}
    >
      {report ? (
        <>
          <DotInterval
            label="NPS by rung move"
            overall={model.report.data?.nps ?? null}
            few={report.minimum}
            rows={report.directions.map((d) => ({ ...d, value: DIRECTIONS[d.direction] }))}
          />
          <p className="unknown-note">
            Answers given after {formatDay(report.from)}. Hollow: fewer than {report.minimum} answers. The table has
            every move.
          </p>
        </>
      ) : null}
    </ChartFrame>
  );
}

function yearBefore(asOf: string | null): string | null {
  if (asOf === null) return null;
  const day = `${Number(asOf.slice(0, 4)) - 1}${asOf.slice(4)}`;
  return day.endsWith('-02-29') ? `${day.slice(0, 8)}28` : day;
}
