import { useMemo } from 'react';
import type { ReactNode } from 'react';
import {
  formatCount,
  formatDay,
  formatDays,
  formatMoney,
  formatNumber,
  formatPoints,
  formatShare,
  formatValue,
} from '../../kit/index.ts';
import { changeOf, moveSentence, standSentence, TOP_DOWN } from '../../kit/figures/moves.ts';
import { plain } from '../../kit/figures/Parts.tsx';
import { intervalWords, scoreSentence } from '../../kit/figures/npsWords.ts';
import { GapBars } from '../../kit/figures/GapBars.tsx';
import { RungBars } from '../../kit/figures/RungBars.tsx';
import { Sankey } from '../../kit/figures/Sankey.tsx';
import { ScoreBars } from '../../kit/figures/ScoreBars.tsx';
import { ScoreTrend } from '../../kit/figures/ScoreTrend.tsx';
import type { Slides } from './useSlides.ts';

export const SLIDES = [
  'Planning meeting',
  'Where customers stand',
  'Who moved',
  'NPS',
  'Touch rhythm',
  'Needs attention',
] as const;

const ROWS = 8;

/** One slide: a title, the finding, the figure. */
export function Slide({
  number,
  slides,
  workspace,
  size,
}: {
  number: number;
  slides: Slides;
  workspace: string;
  size: { width: number; height: number };
}) {
  const scale = Math.max(0.75, Math.min(size.width / 1360, size.height / 765));
  const room = Math.max(240, size.height - 215 * scale);
  const { ladder, migration, nps, trend, touches, gaps, from, asOf } = slides;
  const changes = useMemo(
    () =>
      migration.data
        ? new Map(
            TOP_DOWN.map((rung) => {
              const { before, after } = changeOf(migration.data.matrix, rung);
              return [rung, after - before] as const;
            }),
          )
        : null,
    [migration.data],
  );
  const since = from === '' ? '' : formatDay(from);
  switch (number) {
    case 0:
      return (
        <Frame scale={scale} title={workspace}>
          <p className="slide-lead">Joint planning of sales and marketing</p>
          <p className="slide-lead">{asOf === null ? '' : `As of ${formatDay(asOf)}, compared with ${since}`}</p>
          <p className="slide-lead dim">
            {slides.words === ''
              ? `All ${formatCount(ladder.data?.customers ?? 0, 'customer')}`
              : `${slides.words} · ${formatCount(ladder.data?.customers ?? 0, 'customer')}`}
          </p>
          <p className="slide-note">
            Arrow keys turn the pages, Escape ends. Every figure is computed now from the workspace.
          </p>
        </Frame>
      );
    case 1: {
      const lapsed = ladder.data?.rungs.find((r) => r.rung === 'lapsed');
      return (
        <Frame
          scale={scale}
          title={`Where ${formatCount(ladder.data?.customers ?? 0, 'customer stands', 'customers stand')}`}
          finding={migration.data ? plain(standSentence(migration.data, lapsed)) : ''}
        >
          {ladder.data ? (
            <RungBars
              large
              rungs={ladder.data.rungs}
              changes={changes}
              compared={`since ${from === '' ? '' : formatDay(from, false)}`}
              selected={null}
            />
          ) : null}
        </Frame>
      );
    }
    case 2:
      return (
        <Frame
          scale={scale}
          title={`Who moved since ${since}`}
          finding={migration.data ? plain(moveSentence(migration.data)) : ''}
        >
          <div className="slide-halves">
            {migration.data ? (
              <Sankey
                moves={migration.data.matrix}
                from={from}
                to={asOf ?? ''}
                height={room}
                label={Math.round(128 * scale)}
              />
            ) : null}
            <Rows
              title="Fell, largest revenue first"
              head={['Customer', 'Move', 'Why']}
              rows={(slides.fallen.data?.rows ?? []).map((r) => [r.name, `${r.from ?? ''} → ${r.to}`, r.evidence])}
            />
          </div>
        </Frame>
      );
    case 3:
      return (
        <Frame scale={scale} title="NPS" finding={nps.data ? plain(scoreSentence(nps.data)) : ''}>
          <div className="slide-halves">
            <div>
              <p className="slide-score">
                {formatPoints(nps.data?.nps ?? null)}{' '}
                <span>
                  {nps.data ? `${intervalWords(nps.data.interval)}, ${formatCount(nps.data.responses, 'answer')}` : ''}
                </span>
              </p>
              {nps.data ? (
                <ScoreBars
                  scale={1.22 * scale}
                  distribution={nps.data.distribution}
                  selected={null}
                  height={Math.max(160, room - 130 * scale)}
                />
              ) : null}
            </div>
            {trend.data ? <ScoreTrend scale={1.22 * scale} points={trend.data.points} height={room} /> : null}
          </div>
        </Frame>
      );
    case 4: {
      const summary = touches.data?.summary;
      const client = summary?.targets.find((t) => t.rung === 'client');
      return (
        <Frame
          scale={scale}
          title="Touch rhythm"
          finding={
            summary && summary.medianOpenGap !== null
              ? `Half of the customers were touched within ${formatDays(summary.medianOpenGap)}; ${formatShare(summary.beyondTarget)} are beyond the target of their rung.`
              : ''
          }
        >
          <div className="slide-halves">
            {gaps.data ? (
              <GapBars
                scale={1.22 * scale}
                bins={gaps.data.bins}
                target={client ? { days: client.days, label: `target for clients: ${client.days} d` } : null}
                height={room}
              />
            ) : null}
            <Rows
              title="Findings"
              head={['Finding', 'Customers']}
              rows={(summary?.findings ?? []).map((f) => [f.label, formatNumber(f.customers)])}
            />
          </div>
        </Frame>
      );
    }
    default: {
      const unanswered = (slides.detractors.data?.rows ?? []).filter((r) => r.answeredBy === null);
      const dispute = byCustomer(slides.audit.data?.inDispute ?? []);
      return (
        <Frame
          scale={scale}
          title="Needs attention"
          finding={`${formatCount(unanswered.length, 'detractor')} without any touch since the answer; ${formatCount(dispute.length, 'customer')} sold to during a dispute; ${formatCount(slides.silent.data?.total ?? 0, 'client or better', 'clients or better')} silent beyond target.`}
        >
          <div className="slide-thirds">
            <Rows
              title="Detractors not answered"
              head={['Customer', 'Score', 'Day']}
              rows={unanswered
                .slice(0, ROWS)
                .map((r) => [
                  r.name ?? 'unknown',
                  String(r.score),
                  formatDay(r.answered, asOf === null || r.answered.slice(0, 4) !== asOf.slice(0, 4)),
                ])}
            />
            <Rows
              title="Sold to in a dispute"
              head={['Customer', 'Touches', 'Latest', 'By']}
              rows={dispute
                .slice(0, ROWS)
                .map((d) => [
                  d.name,
                  String(d.touches),
                  formatDay(d.latest, asOf === null || d.latest.slice(0, 4) !== asOf.slice(0, 4)),
                  d.teams,
                ])}
            />
            <Rows
              title="Silent, largest revenue first"
              head={['Customer', 'Silent', 'Revenue']}
              rows={(slides.silent.data?.rows ?? []).map((r) => [
                formatValue(r['name'] as string, 'text'),
                formatValue(r['openGap'] as number, 'days'),
                formatMoney(r['revenue12m'] as never, { compact: true }),
              ])}
            />
          </div>
        </Frame>
      );
    }
  }
}

/** Commercial touches in disputes, one row per customer, the newest first as they come. */
function byCustomer(
  rows: readonly { customer: string; name: string; touch: { day: string; team: string } }[],
): { name: string; touches: number; latest: string; teams: string }[] {
  const groups = new Map<string, { name: string; days: string[]; teams: Set<string> }>();
  for (const { customer, name, touch } of rows) {
    const group = groups.get(customer) ?? { name, days: [], teams: new Set<string>() };
    group.days.push(touch.day);
    group.teams.add(touch.team);
    groups.set(customer, group);
  }
  return [...groups.values()].map((g) => ({
    name: g.name,
    touches: g.days.length,
    latest: g.days[0] ?? '',
    teams: [...g.teams].join(', '),
  }));
}

function Frame({
  title,
  finding,
  scale,
  children,
}: {
  title: string;
  finding?: string;
  scale: number;
  children: ReactNode;
}) {
  return (
    <div className="slide" style={{ fontSize: 17 * scale }}>
      <h2>{title}</h2>
      {finding ? <p className="slide-finding">{finding}</p> : null}
      <div className="slide-body">{children}</div>
    </div>
  );
}

function Rows({ title, head, rows }: { title: string; head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <table className="slide-table">
      <caption>{title}</caption>
      <thead>
        <tr>
          {head.map((h) => (
            <th key={h} scope="col">
              {h}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 ? (
          <tr>
            <td colSpan={head.length}>none</td>
          </tr>
        ) : (
          rows.map((row, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of a slide never move
            <tr key={i}>
              {row.map((cell, c) => (
                // oxlint-disable-next-line react/no-array-index-key -- nor do its cells
                <td key={c} className={cell.length <= 12 ? 'tight' : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
