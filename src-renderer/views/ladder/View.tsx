import { useState } from 'react';
import { Crumbs, formatDay, Loading, Select, Tabs, TextField, useRemembered, ViewControls } from '../../kit/index.ts';
import { isDay, quarterName } from '../../kit/figures/days.ts';
import { runCommand, useEngine } from '../../data/index.ts';
import { Dwell } from './Dwell.tsx';
import { useLadder } from './model.ts';
import type { Preset } from './model.ts';
import { Moves } from './Moves.tsx';
import { NextTime } from './NextTime.tsx';
import { Outlook } from './Outlook.tsx';
import { Referrals } from './Referrals.tsx';
import { Rules } from './Rules.tsx';
import { SayDo } from './SayDo.tsx';
import '../../kit/figures/figures.css';
import './ladder.css';

/** Days whose years are slices. */
const COHORTS = [
  { value: 'first_purchase by year', label: 'year of first order' },
  { value: 'created by year', label: 'year first known' },
];

const PAGES = [
  { id: 'moves', label: 'Moves' },
  { id: 'outlook', label: 'Outlook' },
  { id: 'dwell', label: 'Time on rungs' },
  { id: 'referrals', label: 'Referrals' },
  { id: 'sayDo', label: 'Say and do' },
  { id: 'nextTime', label: 'Next time' },
  { id: 'rules', label: 'Rules' },
] as const;
type Page = (typeof PAGES)[number]['id'];

/** The ladder: where customers stand and move, where that leads, and the rules it rests on. */
export default function Ladder() {
  const model = useLadder();
  const { asOf, from } = model;
  const [page, setPage] = useRemembered<Page>('ladder.page', 'moves');
  return (
    <div className="ladder analysis">
      <Controls model={model} />
      {from !== null && asOf !== null ? (
        <Crumbs items={[`${formatDay(from, from.slice(0, 4) !== asOf.slice(0, 4))} → ${formatDay(asOf)}`]} />
      ) : null}
      <Tabs label="Ladder" className="ladder-tabs" items={PAGES} value={page} onChange={setPage}>
        {page === 'moves' ? (
          <Moves model={model} />
        ) : from === null ? (
          <Loading what="Reading the days" />
        ) : (
          pageOf(page)
        )}
      </Tabs>
    </div>
  );

  function pageOf(of: Exclude<Page, 'moves'>) {
    switch (of) {
      case 'outlook':
        return <Outlook model={model} from={from!} />;
      case 'dwell':
        return <Dwell model={model} />;
      case 'referrals':
        return <Referrals model={model} />;
      case 'sayDo':
        return <SayDo model={model} />;
      case 'nextTime':
        return <NextTime model={model} />;
      case 'rules':
        return <Rules from={from!} />;
      default:
        return of satisfies never;
    }
  }
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
        choices={[
          { value: 'none', label: 'nothing' },
          ...fields.map((f) => ({ value: f.name, label: f.label })),
          ...COHORTS,
        ]}
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
