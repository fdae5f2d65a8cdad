import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  formatDay,
  formatNumber,
  formatShare,
  RungBadge,
  Segmented,
} from '../../kit/index.ts';
import { openList, useEngine } from '../../data/index.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { RateRows } from './RateRows.tsx';
import { rateDraft } from './target.ts';

type Moves = Result<'migration'>;
type Way = 'up' | 'down';
const WORD: Record<Way, string> = { up: 'rise', down: 'fall' };
const CHOICES = [
  { value: 'up', label: 'rose' },
  { value: 'down', label: 'fell' },
] as const;

/** Neighbouring rungs whose rates differ by more than chance, in words. */
export function comparedWords({ comparisons, minimum }: Moves, way: Way): string {
  const asked = comparisons.filter((c) => c.direction === way && c.differs !== null);
  if (asked.length === 0)
    return `No two neighbouring rungs have ${minimum} customers each, too few to compare how many ${WORD[way]}.`;
  const differ = asked.filter((c) => c.differs);
  if (differ.length === 0)
    return `How many ${WORD[way]} does not differ between neighbouring rungs of at least ${minimum} customers by more than chance.`;
  return differ
    .map(
      (c) =>
        `${capital(c.difference! > 0 ? c.a : c.b)} customers ${WORD[way]} more often than ${c.difference! > 0 ? c.b : c.a} ones, by ${formatShare(Math.abs(c.difference!))} (95 % interval ${formatShare(Math.min(Math.abs(c.low!), Math.abs(c.high!)))} to ${formatShare(Math.max(Math.abs(c.low!), Math.abs(c.high!)))}).`,
    )
    .join(' ');
}

/** Of each standing, who rose and who fell, with intervals. */
export function RatesByRung({ moves, where }: { moves: Moves; where: { where?: string } }) {
  const [way, setWay] = useState<Way>('up');
  const rows = TOP_DOWN.flatMap((rung) => moves.rows.find((r) => r.from === rung) ?? []);
  return (
    <ChartFrame
      id="ladder.rates"
      title={`Who ${way === 'up' ? 'rose' : 'fell'}, by where they stood on ${formatDay(moves.from)}`}
      finding={comparedWords(moves, way)}
      actions={<Segmented label="Direction" value={way} onChange={setWay} choices={CHOICES} />}
      twin={{
        columns: [
          { label: 'Stood on' },
          { label: 'Customers', numeric: true },
          { label: 'Rose', numeric: true },
          { label: 'Rose, 95 %', numeric: true },
          { label: 'Fell', numeric: true },
          { label: 'Fell, 95 %', numeric: true },
          { label: 'Stayed', numeric: true },
        ],
        rows: rows.map((r) => [
          r.from,
          r.customers,
          formatShare(r.up.share),
          r.up.low === null ? null : `${formatShare(r.up.low)} to ${formatShare(r.up.high)}`,
          formatShare(r.down.share),
          r.down.low === null ? null : `${formatShare(r.down.low)} to ${formatShare(r.down.high)}`,
          formatShare(r.stay.share),
        ]),
      }}
    >
      <RateRows
        label={`Share that ${way === 'up' ? 'rose' : 'fell'}`}
        onOpen={(rung) => {
          const { text, sentence } = rateDraft(rung, way, moves.from);
          openList({
            title: capital(sentence),
            where: where.where === undefined ? text : `(${where.where}) and ${text}`,
          });
        }}
        rows={rows.map((r) => ({
          key: r.from,
          name: <RungBadge rung={r.from} />,
          words: capital(r.from),
          ...r[way],
          of: r.customers,
          few: !r.enough,
        }))}
      />
      <p className="legend">
        <span>dot: share, line: 95 % interval, hollow: fewer than {moves.minimum} customers</span>
        <span>
          mobility {formatNumber(moves.mobility.shorrocks, { decimals: 2 })} (Shorrocks, 0 nobody moves, 1 as by chance)
        </span>
      </p>
    </ChartFrame>
  );
}

/** Whether the moves differ from those of the period before. */
export function MovesChange({ from, where }: { from: string; where: { where?: string } }) {
  const query = useEngine('migrationChange', { ...where, from });
  const report = query.data;
  const [way, setWay] = useState<Way>('up');
  const rows = report ? TOP_DOWN.flatMap((rung) => report.rows.find((r) => r.from === rung) ?? []) : [];
  return (
    <ChartFrame
      id="ladder.change"
      title="Did the moves change?"
      finding={report ? changeWords(report) : null}
      stale={query.isPlaceholderData}
      state={chartState(query)}
      actions={<Segmented label="Direction of the change" value={way} onChange={setWay} choices={CHOICES} />}
      twin={{
        columns: [
          { label: 'Stood on' },
          ...['Customers then', 'Customers now', 'Rose then', 'Rose now', 'Fell then', 'Fell now', 'p'].map(
            (label) => ({
              label,
              numeric: true,
            }),
          ),
        ],
        rows: rows.map((r) => [
          r.from,
          ...r.customers,
          ...r.up.map((x) => formatShare(x.share)),
          ...r.down.map((x) => formatShare(x.share)),
          r.p === null ? null : formatNumber(r.p, { decimals: 4 }),
        ]),
      }}
    >
      <RateRows
        label={`Share that ${way === 'up' ? 'rose' : 'fell'}, then and now`}
        rows={rows
          .filter((r) => r.customers[0] + r.customers[1] > 0)
          .flatMap((r) =>
            r[way].map((x, k) => ({
              key: `${r.from} ${k}`,
              name:
                k === 0 ? (
                  <RungBadge rung={r.from} label={`${capital(r.from)}, then`} />
                ) : (
                  <span className="then">now</span>
                ),
              words: `${capital(r.from)}, ${k === 0 ? 'then' : 'now'}`,
              ...x,
              of: r.customers[k]!,
              few: r.customers[k]! < 30,
            })),
          )}
      />
    </ChartFrame>
  );
}

function changeWords(report: Result<'migrationChange'>): string {
  const [before, now] = report.periods;
  if (report.changed === null || !before || !now)
    return 'Nobody stood anywhere in both periods, so they cannot be compared.';
  const test = `chi-square ${formatNumber(report.chi2, { decimals: 1 })}, ${report.df} degrees of freedom, p ${report.p! < 0.0001 ? 'below 0.0001' : formatNumber(report.p, { decimals: 4 })}`;
  const then = `from ${formatDay(before.from)} to ${formatDay(before.to)}`;
  const rough =
    report.small > 0 ? ` ${report.small} of ${report.cells} expected counts are below 5, where the test is rough.` : '';
  return report.changed
    ? `Customers moved otherwise than ${then} (${test}).${rough}`
    : `The moves do not differ from those ${then} by more than chance (${test}).${rough}`;
}
