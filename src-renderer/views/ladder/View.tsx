import { useMemo, useState } from 'react';
import {
  ChartFrame,
  Crumbs,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatShare,
  Segmented,
  Select,
  TextField,
  useRemembered,
  ViewControls,
} from '../../kit/index.ts';
import { isDay, quarterName } from '../../kit/figures/days.ts';
import { changeOf, moveSentence, standSentence, TOP_DOWN } from '../../kit/figures/moves.ts';
import type { LadderTarget } from '../../kit/figures/moves.ts';
import { Parts } from '../../kit/figures/Parts.tsx';
import { RungBars } from '../../kit/figures/RungBars.tsx';
import { Sankey } from '../../kit/figures/Sankey.tsx';
import { runCommand, useEngine, useNobody } from '../../data/index.ts';
import { useLadder } from './model.ts';
import type { Preset } from './model.ts';
import { LadderList } from './LadderList.tsx';
import { Matrix } from './Matrix.tsx';
import { Slices } from './Slices.tsx';
import { ruleWords } from './words.ts';
import '../../kit/figures/figures.css';
import './ladder.css';

const SANKEY_HEIGHT = 300;

/** Where customers stand, who moved between two days, and why. */
export default function Ladder() {
  const model = useLadder();
  const { asOf, from, ladder, migration, target, select } = model;
  const [as, setAs] = useRemembered<'flow' | 'matrix'>('ladder.moves', 'flow');
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
    <div className="ladder analysis">
      <Controls model={model} />
      {from !== null && asOf !== null ? (
        <Crumbs items={[`${formatDay(from, from.slice(0, 4) !== asOf.slice(0, 4))} → ${formatDay(asOf)}`]} />
      ) : null}
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
              ]}
            />
          }
          twin={{
            columns: [
              { label: 'From' },
              { label: 'To' },
              { label: 'Customers', numeric: true },
              { label: 'Share of from', numeric: true },
              { label: '95 % low', numeric: true },
              { label: '95 % high', numeric: true },
              { label: 'Revenue 12 months', numeric: true },
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
                formatMoney(m.revenue),
              ]),
          }}
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
        </ChartFrame>
      </div>
      {model.slice !== 'none' && report ? (
        <Slices field={model.slice} report={report} stale={ladder.isPlaceholderData} />
      ) : null}
      {from !== null ? <LadderList model={model} from={from} /> : null}
    </div>
  );
}

/** Compare day, slice and number of rungs, in the breadcrumb line. */
function Controls({ model }: { model: ReturnType<typeof useLadder> }) {
  const { asOf, preset, setPreset, own, setOwn, slice, setSlice, ladder, fiscalYearStart } = model;
  const { data: catalogue } = useEngine('fields', { relation: 'customer' });
  const [typed, setTyped] = useState(own);
  const error =
    typed === '' || (isDay(typed) && (asOf === null || typed < asOf))
      ? null
      : `A day before ${asOf ?? 'the as-of day'}, such as 2026-03-31.`;
  const fields =
    catalogue?.fields.filter(
      (f) =>
        (f.type === 'text' && f.name !== 'name') || (f.type === 'set' && f.name !== 'rung' && f.name !== 'peak_rung'),
    ) ?? [];
  return (
    <ViewControls>
      <Select<Preset>
        inline
        label="compare with"
        value={preset}
        onChange={setPreset}
        choices={[
          {
            value: 'quarter',
            label:
              asOf === null
                ? 'quarter before'
                : `end of ${quarterName(model.from && preset === 'quarter' ? model.from : asOf, fiscalYearStart)}`,
          },
          { value: 'year', label: 'one year earlier' },
          { value: 'day', label: 'another day' },
        ]}
      />
      {preset === 'day' ? (
        <TextField
          label="Day to compare with"
          hideLabel
          className="day-field"
          placeholder="2026-03-31"
          value={typed}
          error={error}
          onChange={(value) => {
            setTyped(value);
            if (isDay(value)) setOwn(value);
          }}
        />
      ) : null}
      <Select
        inline
        label="slice by"
        value={slice}
        onChange={setSlice}
        choices={[{ value: 'none', label: 'nothing' }, ...fields.map((f) => ({ value: f.name, label: f.label }))]}
      />
      <Select
        inline
        label="rungs"
        value={String(ladder.data?.mode ?? 6)}
        onChange={(mode) =>
          void runCommand('setSettings', { ladderMode: mode === '5' ? 5 : 6 }, { label: 'Set the number of rungs' })
        }
        choices={[
          { value: '6', label: 'six (Payne 1994)' },
          { value: '5', label: 'five (1991, no partner)' },
        ]}
      />
    </ViewControls>
  );
}
