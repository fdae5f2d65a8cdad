import { useState } from 'react';
import {
  ChartFrame,
  Crumbs,
  formatDay,
  formatNumber,
  Segmented,
  Select,
  TextField,
  useRemembered,
  ViewControls,
} from '../../kit/index.ts';
import { isDay, quarterName } from '../../kit/figures/days.ts';
import { useEngine, useNobody, useAsOf } from '../../data/index.ts';
import { ChangeList } from './ChangeList.tsx';
import { Details } from './Details.tsx';
import { useChanges } from './model.ts';
import type { ChangesModel, Preset, Weeks } from './model.ts';
import { answerSentence, nameOf, pWords, valueWords } from './words.ts';
import '../../kit/figures/figures.css';
import './changes.css';

/** What changed since a day, largest first, or that nothing did; one change with its charts beside it. */
export default function Changes() {
  const model = useChanges();
  const { report, picked, setPicked } = model;
  const [which, setWhich] = useRemembered<'named' | 'all'>('changes.which', 'named');
  const data = report.data;
  const nobody = useNobody('A comparison needs touches, orders, answers or tickets of some months.');
  const rows = data ? (which === 'all' || data.changes.length === 0 ? data.all : data.changes) : [];
  const chosen = rows.find((c) => c.id === picked)?.id ?? rows[0]?.id ?? null;
  return (
    <div className="changes analysis">
      <Controls model={model} />
      {data ? <Crumbs items={[`since ${formatDay(data.since)}`]} /> : null}
      <div className="changes-both">
        <ChartFrame
          id="changes.all"
          title={data ? `What changed since ${formatDay(data.since)}` : 'What changed'}
          finding={data ? answerSentence(data) : null}
          stale={report.isPlaceholderData}
          state={
            report.error && !data
              ? { kind: 'failed', error: report.error, retry: () => void report.refetch() }
              : !data
                ? { kind: 'loading' }
                : data.compared === 0
                  ? { kind: 'empty', ...nobody, ...(data.customers === 0 ? {} : { title: answerSentence(data) }) }
                  : undefined
          }
          actions={
            data && data.changes.length > 0 ? (
              <Segmented
                label="Which comparisons are listed"
                value={which}
                onChange={setWhich}
                choices={[
                  { value: 'named', label: 'largest' },
                  { value: 'all', label: `all ${formatNumber(data.compared)}` },
                ]}
              />
            ) : null
          }
          twin={{
            columns: [
              { label: 'Change' },
              { label: 'Before', numeric: true },
              { label: 'Since', numeric: true },
              { label: 'Size', numeric: true },
              { label: 'p', numeric: true },
              { label: 'Adjusted p', numeric: true },
              { label: 'Significant' },
              { label: 'Seen' },
              { label: 'Test' },
            ],
            rows: rows.map((c) => [
              nameOf(c),
              valueWords(c, c.before),
              valueWords(c, c.after),
              formatNumber(c.size, { decimals: 2 }),
              pWords(c.p),
              pWords(c.adjusted),
              c.significant ? 'yes' : 'no',
              c.sentence,
              c.test,
            ]),
          }}
        >
          <div className="changes-row changes-columns" aria-hidden="true">
            <span />
            <span>change</span>
            <span className="num">before → since</span>
            <span className="changes-size">size</span>
            <span className="num">adjusted p</span>
          </div>
          <ChangeList changes={rows} picked={chosen} onPick={setPicked} />
          {data ? (
            <p className="unknown-note">
              Before: {formatNumber(model.question.baselineWeeks ?? 26)} weeks from {formatDay(data.from)}; moves: as
              long as the time since. Faint: not beyond chance.
            </p>
          ) : null}
        </ChartFrame>
        {chosen === null || !data ? null : <Details model={model} id={chosen} />}
      </div>
    </div>
  );
}

function Controls({ model }: { model: ChangesModel }) {
  const { asOf, preset, setPreset, own, setOwn, by, setBy, weeks, setWeeks, report } = model;
  const { fiscalYearStart } = useAsOf();
  const { data: catalogue } = useEngine('fields', { relation: 'customer' });
  const [typed, setTyped] = useState(own);
  const error =
    typed === '' || (isDay(typed) && (asOf === null || typed < asOf))
      ? null
      : `A day before ${asOf ?? 'the as-of day'}, such as 2026-03-31.`;
  const fields =
    catalogue?.fields.filter(
      (f) => (f.type === 'text' && f.name !== 'name') || (f.type === 'set' && f.name !== 'peak_rung'),
    ) ?? [];
  return (
    <ViewControls>
      <Select<Preset>
        inline
        label="since"
        value={preset}
        onChange={setPreset}
        choices={[
          {
            value: 'default',
            label:
              report.data && preset === 'default'
                ? `end of ${quarterName(report.data.since, fiscalYearStart)}`
                : 'last quarter over by 4 weeks',
          },
          { value: 'quarter', label: 'end of last quarter' },
          { value: 'month', label: 'four weeks ago' },
          { value: 'year', label: 'one year ago' },
          { value: 'day', label: 'another day' },
        ]}
      />
      {preset === 'day' ? (
        <TextField
          label="Day since which is asked"
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
      <Select<Weeks>
        inline
        label="against"
        value={weeks}
        onChange={setWeeks}
        choices={[
          { value: '13', label: '13 weeks before' },
          { value: '26', label: '26 weeks before' },
          { value: '52', label: '52 weeks before' },
        ]}
      />
      <Select
        inline
        label="by"
        value={by}
        onChange={setBy}
        choices={[{ value: 'none', label: 'nothing' }, ...fields.map((f) => ({ value: f.name, label: f.label }))]}
      />
    </ViewControls>
  );
}
