import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import { ChartFrame, formatCount, formatDays, formatNumber, useRemembered } from '../../kit/index.ts';
import { binName, GapBars } from '../../kit/figures/GapBars.tsx';
import type { GapBin } from '../../kit/figures/GapBars.tsx';
import { Parts } from '../../kit/figures/Parts.tsx';
import { useEngine, useEnginePages, useNobody, useSelection, whereOf } from '../../data/index.ts';
import { Audit } from './Audit.tsx';
import { Lanes } from './Lanes.tsx';
import { VIEW } from './model.ts';
import type { TouchesModel } from './model.ts';
import { Strip } from './Strip.tsx';
import type { StripRow } from './words.ts';
import { gapSentence, stripSentence } from './words.ts';

const BIN_DAYS = 10;
const BINS = 19;
const read = (report: Result<'touchStrip'>) => ({ total: report.total, rows: report.rows });

/** Customers by weeks, one of them by team, their gaps, and what happened at the wrong moment. */
export function Rhythm({ model }: { model: TouchesModel }) {
  const { weeks, sort, where, summary } = model;
  const { brush } = useSelection.getState();
  const everything = useSelection((s) => whereOf(s.clauses));
  const gapClause = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/gap`)?.text);
  const pages = useEnginePages(
    'touchStrip',
    { ...(everything === undefined ? {} : { where: everything }), weeks, sort },
    read,
  );
  const gaps = useEngine('touchGaps', { ...where, binDays: BIN_DAYS, bins: BINS });
  const [picked, setPicked] = useState<StripRow | null>(null);
  const [shown] = useRemembered('touches.rows', 14);
  const strip = pages.report;
  const nobody = useNobody('The strip needs calls, visits, mails or campaigns.');
  const row = picked ?? telling(pages.rows, shown);
  const s = summary.data?.summary;
  const failed = (query: { error: unknown; refetch: () => unknown }) => ({
    kind: 'failed' as const,
    error: query.error,
    retry: () => void query.refetch(),
  });
  const target = targetOf(model);
  return (
    <>
      <ChartFrame
        id="touches.strip"
        title={`Touch rhythm of ${strip && strip.total > 0 ? formatCount(strip.total, 'customer') : 'customers'}, by week`}
        finding={
          s ? (
            <>
              <Parts
                parts={stripSentence(s)}
                onOpen={(f) => brush(VIEW, { text: f.where, sentence: f.label.toLowerCase() })}
              />{' '}
              An orange frame is a silence, an amber dashed frame a burst; stronger blue is more touches.
            </>
          ) : null
        }
        stale={summary.isPlaceholderData}
        state={
          pages.error && !strip
            ? failed({ error: pages.error, refetch: pages.refetch })
            : !strip
              ? { kind: 'loading' }
              : strip.total === 0
                ? {
                    kind: 'empty',
                    ...nobody,
                  }
                : undefined
        }
        twin={{
          columns: [
            { label: 'Customer' },
            { label: 'Rung' },
            { label: 'Worst gap', numeric: true },
            { label: 'Open gap', numeric: true },
            { label: 'Evenness', numeric: true },
            { label: 'Class' },
            { label: 'Touches', numeric: true },
            { label: 'Frames' },
          ],
          rows: pages.rows.flatMap((r) =>
            r
              ? [
                  [
                    r.name,
                    r.rung,
                    formatDays(r.worstGap),
                    formatDays(r.openGap),
                    formatNumber(r.evenness, { decimals: 2 }),
                    r.class,
                    r.counts.reduce((a, b) => a + b, 0),
                    r.frames.map((f) => `${f.kind} ${f.days} days`).join(', ') || null,
                  ],
                ]
              : [],
          ),
        }}
      >
        {strip ? (
          <Strip {...pages} weeks={strip.weeks} shown={shown} selected={row?.customer ?? null} onSelect={setPicked} />
        ) : null}
      </ChartFrame>
      {row && strip ? <Lanes row={row} weeks={strip.weeks} /> : null}
      <div className="touches-lower">
        <ChartFrame
          id="touches.gaps"
          title="Open gap on the day"
          finding={gaps.data ? gapSentence(gaps.data) : null}
          stale={gaps.isPlaceholderData}
          state={
            gaps.error && !gaps.data
              ? failed(gaps)
              : !gaps.data
                ? { kind: 'loading' }
                : gaps.data.median === null
                  ? {
                      kind: 'empty',
                      title: 'No gap to draw',
                      needs: 'A gap is the time since the last touch; no customer of the selection has been touched.',
                    }
                  : undefined
          }
          twin={{
            columns: [
              { label: 'Days since last touch' },
              { label: 'Customers', numeric: true },
              { label: 'Beyond target', numeric: true },
            ],
            rows: [
              ...(gaps.data?.bins ?? []).map((b) => [binName(b), b.customers, b.beyondTarget]),
              ['never touched', gaps.data?.never ?? 0, null],
            ],
          }}
        >
          {gaps.data ? (
            <GapBars
              bins={gaps.data.bins}
              target={target}
              selected={gaps.data.bins.find((b) => gapText(b) === gapClause)?.from ?? null}
              onOpen={(bin) => brush(VIEW, { key: 'gap', text: gapText(bin), sentence: `open gap of ${binName(bin)}` })}
            />
          ) : null}
        </ChartFrame>
        <Audit model={model} />
      </div>
    </>
  );
}

/** The row in sight with the most touches: lanes of a customer nobody touched would be empty. */
function telling(rows: readonly (StripRow | null)[], shown: number): StripRow | null {
  const inSight = rows.slice(0, shown).filter((r) => r !== null);
  const touches = (r: StripRow): number => r.counts.reduce((a, b) => a + b, 0);
  return inSight.toSorted((a, b) => touches(b) - touches(a))[0] ?? null;
}

function gapText(bin: GapBin): string {
  return bin.to === null
    ? `open_gap >= ${bin.from} days`
    : `open_gap >= ${bin.from} days and open_gap < ${bin.to} days`;
}

/** The target of clients, the largest group that has been won. */
function targetOf({ summary }: TouchesModel): { days: number; label: string } | null {
  const client = summary.data?.summary.targets.find((t) => t.rung === 'client');
  return client ? { days: client.days, label: `target for clients: ${client.days} d` } : null;
}
