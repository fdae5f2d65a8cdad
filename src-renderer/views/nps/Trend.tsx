import { useState } from 'react';
import { ChartFrame, formatPoints, Select } from '../../kit/index.ts';
import { compareSentence, waveLabel } from '../../kit/figures/npsWords.ts';
import { ScoreTrend } from '../../kit/figures/ScoreTrend.tsx';
import { useEngine, useSelection } from '../../data/index.ts';
import { waveDraft } from './clauses.ts';
import type { NpsModel } from './model.ts';
import { VIEW } from './model.ts';

/** The score per wave or fiscal quarter, and whether two of them differ by more than chance. */
export function Trend({ model }: { model: NpsModel }) {
  const { trend, where, settings, narrowed } = model;
  const brush = useSelection((s) => s.brush);
  const [picked, setPicked] = useState<{ a: string; b: string } | null>(null);
  const points = trend.data?.points ?? [];
  const by = trend.data?.by ?? 'wave';
  const named = points.flatMap((p) => (p.value === null ? [] : [p.value]));
  const held = picked !== null && named.includes(picked.a) && named.includes(picked.b) ? picked : null;
  const a = held?.a ?? named.at(-2) ?? '';
  const b = held?.b ?? named.at(-1) ?? '';
  const comparable = by === 'wave' && a !== '' && b !== '' && a !== b;
  const compared = useEngine('npsCompare', { ...where, ...settings, a, b }, { enabled: comparable });
  const sentence =
    points.length < 2
      ? `Only one ${by} has answers; a trend needs two.`
      : !comparable
        ? by === 'quarter'
          ? 'The answers carry no wave; the score is drawn per fiscal quarter.'
          : 'Choose two different waves to compare.'
        : compared.error
          ? compared.error.message
          : compared.data
            ? compareSentence(compared.data, settings.level)
            : 'Comparing the last two waves.';
  const choices = named.map((value) => ({ value, label: value }));
  const selected = points.find((p) => waveDraft(by, p).text === model.clause?.text)?.value;
  return (
    <ChartFrame
      id="nps.trend"
      title={`Score per ${by === 'wave' ? 'wave' : 'fiscal quarter'}`}
      finding={sentence}
      stale={trend.isPlaceholderData}
      state={
        trend.error && !trend.data
          ? { kind: 'failed', error: trend.error, retry: () => void trend.refetch() }
          : !trend.data
            ? { kind: 'loading' }
            : points.length === 0
              ? { kind: 'empty', title: 'No answer', needs: 'A trend needs answers of at least two waves or quarters.' }
              : undefined
      }
      actions={
        by === 'wave' && named.length > 1 ? (
          <>
            <Select
              inline
              label="compare"
              value={b}
              choices={choices}
              onChange={(value) => setPicked({ a, b: value })}
            />
            <Select inline label="with" value={a} choices={choices} onChange={(value) => setPicked({ a: value, b })} />
          </>
        ) : null
      }
      twin={{
        columns: [
          { label: by === 'wave' ? 'Wave' : 'Quarter' },
          { label: 'From' },
          { label: 'To' },
          { label: 'Answers', numeric: true },
          { label: 'NPS', numeric: true },
          { label: 'Low', numeric: true },
          { label: 'High', numeric: true },
        ],
        rows: points.map((p) => [
          p.value ?? 'none',
          p.from,
          p.to,
          p.responses,
          formatPoints(p.nps, 1),
          formatPoints(p.interval.low, 1),
          formatPoints(p.interval.high, 1),
        ]),
      }}
    >
      <ScoreTrend
        points={points}
        selected={narrowed.wave ?? selected ?? ''}
        onOpen={(value) => {
          const point = points.find((p) => p.value === value);
          if (point) brush(VIEW, waveDraft(by, point));
        }}
      />
      <p className="unknown-note">
        {points.length > 0
          ? `First: ${waveLabel(points[0]!)}. Latest: ${waveLabel(points.at(-1)!)}. Whiskers are intervals.`
          : ''}
      </p>
    </ChartFrame>
  );
}
