import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Answer,
  ChartFrame,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatShare,
  Segmented,
  useRemembered,
} from '../../kit/index.ts';
import type { Twin } from '../../kit/index.ts';
import { addMonths } from '../../kit/figures/days.ts';
import { changeOf, moveSentence, standSentence, TOP_DOWN } from '../../kit/figures/moves.ts';
import type { LadderTarget } from '../../kit/figures/moves.ts';
import { Parts } from '../../kit/figures/Parts.tsx';
import { RungBars } from '../../kit/figures/RungBars.tsx';
import { Sankey } from '../../kit/figures/Sankey.tsx';
import { useEngine, useNobody } from '../../data/index.ts';
import type { useLadder } from './model.ts';
import { LadderList } from './LadderList.tsx';
import { Matrix } from './Matrix.tsx';
import { MovesChange, RatesByRung } from './Rates.tsx';
import { MovesBySlice, Slices } from './Slices.tsx';
import { Steps } from './Steps.tsx';
import { ruleWords } from './words.ts';

const SANKEY_HEIGHT = 300;

/** Where customers stand, who moved between two days, and why. */
export function Moves({ model }: { model: ReturnType<typeof useLadder> }) {
  const { asOf, from, ladder, migration, target, select } = model;
  const [as, setAs] = useRemembered<'flow' | 'matrix' | 'steps'>('ladder.moves', 'flow');
  const every = model.preset === 'year' ? 'year' : 'quarter';
  /** Four days, the last of them the as-of day. */
  const steps = useEngine(
    'migrationSteps',
    { ...model.where, from: from === null ? '' : addMonths(from, every === 'year' ? -24 : -9), every },
    { enabled: as === 'steps' && from !== null },
  );
  const report = ladder.data;
  const nobody = useNobody('The ladder needs orders or invoices; NPS answers and referrals lift customers further.');
  const moves = migration.data;
  const changes = useMemo(() => {
    if (!moves) return null;
    return new Map(
      TOP_DOWN.map((rung) => {
        const { before, after } = changeOf(moves.matrix, rung);
        return [rung, after - before] as const;
      }),
    );
  }, [moves]);
  const lapsed = report?.rungs.find((r) => r.rung === 'lapsed');
  const since = from === null ? '' : formatDay(from);
  const rule = report && target?.kind === 'rung' ? ruleWords(report, target.rung) : null;
  const selectedMove = target?.kind === 'move' ? target : null;

  const state = (query: { error: unknown; refetch: () => unknown }, ready: boolean, none: boolean) =>
    query.error && !ready
      ? { kind: 'failed' as const, error: query.error, retry: () => void query.refetch() }
      : !ready
        ? { kind: 'loading' as const }
        : none
          ? {
              kind: 'empty' as const,
              ...nobody,
            }
          : undefined;

  return (
    <>
      <div className="ladder-figures">
        <ChartFrame
          id="ladder.stand"
          title={`Where ${report && report.customers > 0 ? formatCount(report.customers, 'customer stands', 'customers stand') : 'customers stand'}`}
          finding={<Parts parts={standSentence(moves, lapsed)} onOpen={select} />}
          stale={ladder.isPlaceholderData}
          state={state(ladder, report !== undefined, report?.customers === 0)}
          twin={{
            columns: [
              { label: 'Rung' },
              { label: 'Customers', numeric: true },
              { label: 'Share', numeric: true },
              { label: '95 % low', numeric: true },
              { label: '95 % high', numeric: true },
              { label: 'Revenue 12 months', numeric: true },
              { label: `Change since ${since}`, numeric: true },
            ],
            rows: TOP_DOWN.flatMap((rung) => {
              const r = report?.rungs.find((x) => x.rung === rung);
              return r
                ? [
                    [
                      rung,
                      r.customers,
                      formatShare(r.share),
                      formatShare(r.low),
                      formatShare(r.high),
                      formatMoney(r.revenue12m),
                      changes ? formatNumber(changes.get(rung) ?? 0, { signed: true }) : null,
                    ],
                  ]
                : [];
            }),
          }}
        >
          {report ? (
            <RungBars
              rungs={report.rungs}
              names={report.names}
              changes={changes}
              compared={`since ${from ? formatDay(from, false) : ''}`}
              selected={target?.kind === 'rung' ? target.rung : null}
              onOpen={(rung) => select({ kind: 'rung', rung })}
            />
          ) : null}
          {rule === null ? null : <p className="rule-note">{rule}</p>}
          {report && report.unknown > 0 ? (
            <p className="unknown-note">
              {formatCount(report.unknown, 'customer')} left out because a value the selection asks for is unknown.
            </p>
          ) : null}
        </ChartFrame>
        <ChartFrame
          id="ladder.moved"
          title={
            from !== null && asOf !== null
              ? `Who moved, ${formatDay(from, from.slice(0, 4) !== asOf.slice(0, 4))} → ${formatDay(asOf)}`
              : 'Who moved'
          }
          finding={moves ? <Parts parts={moveSentence(moves)} onOpen={select} /> : null}
          stale={migration.isPlaceholderData}
          state={state(
            migration,
            moves !== undefined,
            moves ? moves.up + moves.down + moves.stay + moves.entered === 0 : false,
          )}
          actions={
            <Segmented
              label="Show moves as"
              value={as}
              onChange={setAs}
              choices={[
                { value: 'flow', label: 'Flow' },
                { value: 'matrix', label: 'Matrix' },
                { value: 'steps', label: 'Steps' },
              ]}
            />
          }
          twin={as === 'steps' && steps.data ? stepsTwin(steps.data) : movesTwin(moves)}
        >
          {moves && as === 'flow' ? (
            <>
              <Sankey
                moves={moves.matrix}
                from={moves.from}
                to={moves.to}
                height={SANKEY_HEIGHT}
                selected={selectedMove}
                onMove={(a, b) => select({ kind: 'move', from: a, to: b })}
                onRung={(rung) =>
                  select(rung === 'new' ? { kind: 'direction', direction: 'entered' } : { kind: 'rung', rung })
                }
              />
              <p className="legend">
                <span className="key key-up">▲ rose</span> <span className="key key-down">▼ fell</span>{' '}
                <span className="key">grey stayed or new</span>
              </p>
            </>
          ) : null}
          {moves && as === 'matrix' ? (
            <Matrix moves={moves.matrix} selected={selectedMove} onOpen={(to: LadderTarget) => select(to)} />
          ) : null}
          {moves && as === 'steps' ? (
            <Answer of={steps} what="Following the steps">
              {(answer) => <Steps report={answer} height={SANKEY_HEIGHT} />}
            </Answer>
          ) : null}
        </ChartFrame>
      </div>
      {moves && moves.up + moves.down + moves.stay > 0 && from !== null ? (
        <div className="ladder-figures">
          <RatesByRung moves={moves} where={model.where} />
          <MovesChange from={from} where={model.where} />
        </div>
      ) : null}
      {model.slice !== 'none' && report ? (
        <Slices field={model.slice} report={report} stale={ladder.isPlaceholderData} />
      ) : null}
      {model.slice !== 'none' && moves && moves.groups.length > 0 ? (
        <MovesBySlice field={model.slice} moves={moves} stale={migration.isPlaceholderData} />
      ) : null}
      {from !== null ? <LadderList model={model} from={from} /> : null}
    </>
  );
}

function movesTwin(moves: Result<'migration'> | undefined): Twin {
  return {
    columns: [
      { label: 'From' },
      { label: 'To' },
      { label: 'Customers', numeric: true },
      { label: 'Share of from', numeric: true },
      { label: '95 % low', numeric: true },
      { label: '95 % high', numeric: true },
      { label: 'Share of all at the start', numeric: true },
      { label: 'Revenue 12 months', numeric: true },
      { label: 'The 12 months before', numeric: true },
    ],
    rows: (moves?.matrix ?? [])
      .filter((m) => m.customers > 0)
      .map((m) => [
        m.from,
        m.to,
        m.customers,
        formatShare(m.share),
        formatShare(m.low),
        formatShare(m.high),
        formatShare(m.shareOfStart),
        formatMoney(m.revenue),
        formatMoney(m.revenueBefore),
      ]),
  };
}

function stepsTwin(report: Result<'migrationSteps'>): Twin {
  return {
    columns: [
      { label: 'From' },
      { label: 'To' },
      { label: 'Move' },
      { label: 'Customers', numeric: true },
      { label: 'Share of the step before', numeric: true },
      { label: '95 %', numeric: true },
      { label: 'Share of the start', numeric: true },
    ],
    rows: report.flows.map((f) => [
      f.from,
      f.to,
      `${f.a} to ${f.b}`,
      f.customers,
      formatShare(f.share),
      f.low === null ? null : `${formatShare(f.low)} to ${formatShare(f.high)}`,
      formatShare(f.shareOfStart),
    ]),
  };
}
