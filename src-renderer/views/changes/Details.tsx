import type { ReactNode } from 'react';
import {
  Answer,
  Button,
  ChartFrame,
  formatCount,
  formatNumber,
  formatShare,
  Segmented,
  useRemembered,
} from '../../kit/index.ts';
import { openList, useEngine } from '../../data/index.ts';
import type { ChangesModel } from './model.ts';
import { SeriesChart } from './SeriesChart.tsx';
import { nameOf, pWords, seriesSentence, valueWords } from './words.ts';
import type { Change, Detail, Series } from './words.ts';

/** One change: what is seen, by which test, its charts, and the customers behind it. */
export function Details({ model, id }: { model: ChangesModel; id: string }) {
  const answer = useEngine('changeDetail', { ...model.question, id });
  return (
    <section className="changes-details" aria-label="The chosen change">
      <Answer of={answer} what="Reading the change">
        {({ change, details }) => (
          <>
            <header className="changes-head">
              <h2>{nameOf(change)}</h2>
              {change.where === null ? null : (
                <Button onClick={() => openList({ title: sentenceOf(change), where: change.where! })}>
                  List the customers behind it
                </Button>
              )}
            </header>
            <p className="sentence">{change.sentence}.</p>
            <p className="sentence dim">
              {change.test}: p {pWords(change.p)}, adjusted for all comparisons {pWords(change.adjusted)};{' '}
              {change.significant ? 'significant' : 'not beyond chance'}. Size{' '}
              {formatNumber(change.size, { decimals: 2 })}.
            </p>
            {details.map((detail) => (
              <One key={detail.kind} change={change} detail={detail} />
            ))}
          </>
        )}
      </Answer>
    </section>
  );
}

function sentenceOf(change: Change): string {
  return change.whereSentence ?? nameOf(change);
}

function One({ change, detail }: { change: Change; detail: Detail }): ReactNode {
  switch (detail.kind) {
    case 'series':
      return <SeriesFrame change={change} series={detail} />;
    case 'cells':
      return <CellsFrame change={change} detail={detail} />;
    default:
      return <FlowFrame change={change} detail={detail} />;
  }
}

function SeriesFrame({ change, series }: { change: Change; series: Series }) {
  const [as, setAs] = useRemembered<'ewma' | 'cusum'>('changes.chart', 'ewma');
  const value = (x: number | null): string => valueWords({ unit: series.unit, currency: change.currency }, x);
  const block = series.unit === 'points' ? 'wave' : 'week';
  return (
    <ChartFrame
      id="changes.series"
      title={as === 'ewma' ? `Each ${block}, and its moving average since the day` : `Cumulative sums since the day`}
      finding={seriesSentence(series)}
      actions={
        <Segmented
          label="Chart"
          value={as}
          onChange={setAs}
          choices={[
            { value: 'ewma', label: 'EWMA' },
            { value: 'cusum', label: 'CUSUM' },
          ]}
        />
      }
      twin={{
        columns: [
          { label: block === 'wave' ? 'Wave' : 'Week from' },
          { label: 'To' },
          { label: 'Value', numeric: true },
          { label: 'z', numeric: true },
          { label: 'Robust z', numeric: true },
          { label: 'EWMA', numeric: true },
          { label: 'Low', numeric: true },
          { label: 'High', numeric: true },
          { label: 'CUSUM up', numeric: true },
          { label: 'CUSUM down', numeric: true },
          { label: 'Beyond' },
        ],
        rows: series.points.map((p) => [
          p.label,
          p.to,
          value(p.value),
          two(p.z),
          two(p.robustZ),
          p.ewma === null ? null : value(p.ewma),
          p.low === null ? null : value(p.low),
          p.high === null ? null : value(p.high),
          two(p.upper),
          two(p.lower),
          p.signal ?? (p.partial ? `${block} not counted` : null),
        ]),
      }}
    >
      <SeriesChart series={series} as={as} label={`${nameOf(change)}: ${seriesSentence(series)}`} value={value} />
      <p className="unknown-note">
        {as === 'ewma'
          ? `Grey line: level before the day (${value(series.center)}). Orange: moving average (lambda 0.1), dashed: its limits (L 2.7).`
          : 'Blue: sum of what is above the level, orange below it, in standard deviations (k 0.5); dashed: the limit (h 5).'}{' '}
        Ringed: beyond a limit. Hollow: {block === 'week' ? 'a week that is not over' : 'fewer than 10 answers'}.
      </p>
    </ChartFrame>
  );
}

/** At least two digits that say something. */
const small = (x: number | null): string =>
  formatNumber(x, { decimals: x === null || x === 0 || Math.abs(x) >= 0.01 ? 3 : 5 });

const two = (x: number | null): string | null => (x === null ? null : formatNumber(x, { decimals: 2 }));

function CellsFrame({ change, detail }: { change: Change; detail: Extract<Detail, { kind: 'cells' }> }) {
  const sum = (side: 'before' | 'after'): number => detail.cells.reduce((n, c) => n + c[side], 0);
  const totals = { before: sum('before'), after: sum('after') };
  const shareOf = (c: (typeof detail.cells)[number], side: 'before' | 'after'): number | null =>
    totals[side] === 0 ? null : c[side] / totals[side];
  const largest = Math.max(0.01, ...detail.cells.flatMap((c) => [shareOf(c, 'before') ?? 0, shareOf(c, 'after') ?? 0]));
  const finding =
    detail.psi === null
      ? `${formatNumber(totals.before)} before and ${formatNumber(totals.after)} since.`
      : `PSI ${small(detail.psi)}, ${(detail.band ?? '').replace(/\(.*/, '')}; independent samples of this size stay below ${small(detail.critical95)} in 95 of 100 cases${
          detail.effect === null || detail.effect === 1
            ? ''
            : `, and rows of the same customers below ${small((detail.critical95 ?? 0) * detail.effect)}`
        }.${detail.sameCustomers ? ' These are the same customers on two days, so that it only describes.' : ''}`;
  return (
    <ChartFrame
      id="changes.cells"
      title={change.kind === 'rung' ? 'The mix of rungs' : 'Before and since'}
      finding={finding}
      twin={{
        columns: [
          { label: 'Cell' },
          { label: 'Before', numeric: true },
          { label: 'Since', numeric: true },
          { label: 'Share before', numeric: true },
          { label: 'Share since', numeric: true },
          { label: 'Part of PSI', numeric: true },
        ],
        rows: detail.cells.map((c) => [
          c.label,
          c.before,
          c.after,
          formatShare(shareOf(c, 'before')),
          formatShare(shareOf(c, 'after')),
          c.term === null ? null : formatNumber(c.term, { decimals: 4 }),
        ]),
      }}
    >
      <div className="changes-cells">
        {detail.cells.map((c) => (
          <div className="changes-cell" key={c.label}>
            <span className="changes-cell-name">{c.label}</span>
            <span className="changes-pair">
              {(['before', 'after'] as const).map((side) => (
                <span key={side} className="changes-cell-track">
                  <span
                    className={`changes-cell-bar ${side}`}
                    style={{ width: `calc((100% - 110px) * ${(shareOf(c, side) ?? 0) / largest})` }}
                  />
                  <span className="num">
                    {formatShare(shareOf(c, side))} <span className="dim">{formatNumber(c[side])}</span>
                  </span>
                </span>
              ))}
            </span>
          </div>
        ))}
      </div>
      <p className="legend">
        <span className="key">
          <span className="changes-key before" aria-hidden="true" /> before
        </span>
        <span className="key">
          <span className="changes-key after" aria-hidden="true" /> since
        </span>
      </p>
    </ChartFrame>
  );
}

function FlowFrame({ change, detail }: { change: Change; detail: Extract<Detail, { kind: 'flow' }> }) {
  const stayed = detail.before - detail.left;
  const width = (n: number): string => `${(100 * n) / Math.max(1, detail.left + stayed + detail.joined)}%`;
  return (
    <ChartFrame
      id="changes.flow"
      title={`${nameOf(change)}: who left, stayed and came`}
      finding={`${formatCount(detail.known, 'customer')} known on both days: ${formatNumber(detail.before)} before, ${formatNumber(detail.after)} now.`}
      twin={{
        columns: [{ label: 'Customers' }, { label: 'Number', numeric: true }],
        rows: [
          ['left', detail.left],
          ['stayed', stayed],
          ['came', detail.joined],
          ['known on both days', detail.known],
        ],
      }}
    >
      <div className="changes-flow">
        <span className="changes-part left" style={{ width: width(detail.left) }} />
        <span className="changes-part stayed" style={{ width: width(stayed) }} />
        <span className="changes-part came" style={{ width: width(detail.joined) }} />
      </div>
      <p className="legend">
        <span className="key key-down">× {formatNumber(detail.left)} left</span>
        <span className="key">{formatNumber(stayed)} stayed</span>
        <span className="key key-up">+ {formatNumber(detail.joined)} came</span>
      </p>
    </ChartFrame>
  );
}
