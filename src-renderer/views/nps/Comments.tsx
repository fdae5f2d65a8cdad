import { useEffect, useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Button,
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatNumber,
  formatPoints,
  formatShare,
  Segmented,
  Select,
  TextField,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openLineage, useCommand, useEngine, useEnginePages } from '../../data/index.ts';
import { Bars } from './Bars.tsx';
import type { NpsModel } from './model.ts';
import type { NpsClass } from './types.ts';

type Report = Result<'npsVerbatims'>;
type Row = Report['rows'][number];
const read = (report: Report) => ({ total: report.total, rows: report.rows });
/** Asked this long after the last key. */
const PAUSE_MS = 250;
const ANY = '*';

const open = (r: Row): void =>
  r.customer === null ? openLineage({ table: 'response', id: r.id }) : openCustomer(r.customer, r.name ?? r.customer);

const COLUMNS: readonly Column<Row>[] = [
  { id: 'score', header: 'Score', kind: 'number', value: (r) => r.score, size: 56 },
  {
    id: 'verbatim',
    header: 'In their words',
    value: (r) => r.verbatim,
    cell: (r) => <span title={r.verbatim ?? ''}>{r.verbatim}</span>,
    size: 420,
  },
  { id: 'themes', header: 'Themes', value: (r) => r.themes.join(', '), size: 140 },
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 180, onOpen: open },
  { id: 'rung', header: 'Rung', kind: 'rung', value: (r) => r.rung, size: 96 },
  {
    id: 'answered',
    header: 'Day',
    kind: 'day',
    value: (r) => r.answered,
    size: 96,
    onOpen: (r) => openLineage({ table: 'response', id: r.id }),
    meaning: 'Day of the answer; opens the line of its source file',
  },
  { id: 'wave', header: 'Wave', value: (r) => r.wave, size: 80 },
];

/** What people say: search, themes and phrases with what they do to the score, and the comments. */
export function Comments({ model }: { model: NpsModel }) {
  const [text, setText] = useState('');
  const [search, setSearch] = useState('');
  const [theme, setTheme] = useState(ANY);
  const [of, setOf] = useState<NpsClass | 'all'>('all');
  const [chosen, setChosen] = useState<Row | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const base = { ...model.where, ...model.settings };
  const query = useEngine('npsThemes', base);
  const report = query.data;
  const asked = {
    ...base,
    ...(search.trim() === '' ? {} : { search }),
    ...(theme === ANY ? {} : { theme }),
    ...(of === 'all' ? {} : { class: of }),
  };
  const pages = useEnginePages('npsVerbatims', asked, read);
  const found = pages.report;
  const strongest = report?.themes
    .filter((t) => t.impact !== null && t.responses > 0)
    .toSorted((a, b) => Math.abs(b.impact!) - Math.abs(a.impact!))[0];
  return (
    <>
      <div className="nps-top">
        <ChartFrame
          id="nps.themes"
          title="Themes"
          finding={
            report
              ? report.themes.length === 0
                ? `${formatCount(report.comments, 'comment')}; no theme is set yet.`
                : `${formatNumber(report.unsorted)} of ${formatCount(report.comments, 'comment')} are of no theme.${strongest ? ` ${strongest.theme} does most: without it the score would be ${formatPoints(strongest.npsWithout)} instead of ${formatPoints(report.score.nps)}.` : ''}`
              : null
          }
          stale={query.isPlaceholderData}
          state={chartState(
            query,
            report?.themes.length === 0
              ? {
                  title: 'No theme yet',
                  needs:
                    'Themes are searches kept on the page Rules, such as "Price: expensive or price"; a comment chosen below can be put into one by hand.',
                }
              : null,
          )}
          twin={{
            columns: [
              { label: 'Theme' },
              ...['Answers', 'Share', 'NPS', 'NPS without', 'Impact', 'Contribution', 'By hand'].map((label) => ({
                label,
                numeric: true,
              })),
              { label: 'Search' },
            ],
            rows: (report?.themes ?? []).map((t) => [
              t.theme,
              t.responses,
              formatShare(t.share),
              formatPoints(t.nps, 1),
              formatPoints(t.npsWithout, 1),
              formatPoints(t.impact, 1),
              formatPoints(t.contribution, 1),
              t.byHand,
              t.search,
            ]),
          }}
        >
          {report ? (
            <>
              <Bars
                label="Impact of each theme on the score; a row lists its comments"
                selected={theme}
                onOpen={(key) => setTheme(key === theme ? ANY : key)}
                rows={report.themes.map((t) => ({
                  key: t.theme,
                  name: t.theme,
                  value: t.impact,
                  figure: formatPoints(t.impact, 1),
                  note: `${formatCount(t.responses, 'answer')}, NPS ${formatPoints(t.nps)}`,
                  few: t.responses < report.minimum,
                }))}
              />
              <p className="unknown-note">
                Impact: the score less the score without the theme. Themes overlap, so impacts do not add up.
              </p>
            </>
          ) : null}
        </ChartFrame>
        <ChartFrame
          id="nps.phrases"
          title="Key phrases"
          finding={
            report
              ? `${formatCount(report.phrases.length, 'phrase')} that at least 3 comments share${report.phrasesFrom < report.comments ? `, from ${formatNumber(report.phrasesFrom)} of ${formatCount(report.comments, 'comment')}` : ''}. A phrase searches its comments.`
              : null
          }
          stale={query.isPlaceholderData}
          state={chartState(
            query,
            report?.phrases.length === 0
              ? { title: 'No phrase', needs: 'Words that at least 3 comments of the selection share.' }
              : null,
          )}
          twin={{
            columns: [
              { label: 'Phrase' },
              ...['Answers', 'NPS', 'Impact', 'Keyness'].map((label) => ({ label, numeric: true })),
            ],
            rows: (report?.phrases ?? []).map((p) => [
              p.phrase,
              p.responses,
              formatPoints(p.nps, 1),
              formatPoints(p.impact, 1),
              p.keyness === null ? null : formatNumber(p.keyness, { decimals: 1 }),
            ]),
          }}
        >
          {report ? (
            <div className="nps-phrases">
              <Bars
                label="Impact of each phrase on the score; a row searches for it"
                onOpen={(key) => setText(`"${key}"`)}
                rows={report.phrases.slice(0, 24).map((p) => ({
                  key: p.phrase,
                  name: p.phrase,
                  value: p.impact,
                  figure: formatPoints(p.impact, 1),
                  note: `${formatCount(p.responses, 'answer')}, NPS ${formatPoints(p.nps)}`,
                }))}
              />
            </div>
          ) : null}
        </ChartFrame>
      </div>
      <section className="nps-list" aria-label="Comments">
        <header className="list-head nps-search">
          <h2>Comments</h2>
          <TextField
            label="Search comments"
            hideLabel
            placeholder={'words, "a phrase", begin*, or, -not'}
            value={text}
            onChange={setText}
            error={pages.error && search !== '' ? pages.error.message : null}
          />
          <Select
            inline
            label="theme"
            value={theme}
            onChange={setTheme}
            choices={[
              { value: ANY, label: 'any' },
              { value: '', label: 'none' },
              ...(report?.themes ?? []).map((t) => ({ value: t.theme, label: t.theme })),
            ]}
          />
          <Segmented
            label="Whose comments"
            value={of}
            onChange={setOf}
            choices={[
              { value: 'all', label: 'all' },
              { value: 'detractor', label: 'detractors' },
              { value: 'passive', label: 'passives' },
              { value: 'promoter', label: 'promoters' },
            ]}
          />
          {found ? (
            <span className="dim">
              {formatNumber(found.total)} of {formatCount(found.comments, 'comment')}
              {found.total > 0 ? `, NPS ${formatPoints(found.score.nps)}` : ''}
            </span>
          ) : null}
        </header>
        <div className="nps-split">
          <DataTable<Row>
            id="nps.comments"
            label="Comments"
            columns={COLUMNS}
            {...pages}
            rowKey={(r) => r.id}
            onOpen={setChosen}
            selected={chosen?.id ?? null}
            hideToolbar
            empty={{ title: 'No comment', needs: 'No comment of the selection is found.' }}
          />
          {chosen ? (
            <ThemeForm
              key={chosen.id}
              row={chosen}
              themes={(report?.themes ?? []).map((t) => t.theme)}
              onClose={() => setChosen(null)}
            />
          ) : null}
        </div>
      </section>
    </>
  );
}

/** Puts a comment into a theme by hand, or takes it out. */
function ThemeForm({ row, themes, onClose }: { row: Row; themes: readonly string[]; onClose: () => void }) {
  const [theme, setTheme] = useState(themes[0] ?? '');
  const sort = useCommand('setNpsTheme', { label: 'Sort a comment' });
  const put = async (present: boolean | null): Promise<void> => {
    if ((await sort.run({ theme: theme.trim(), answers: [row.id], present })) !== null) onClose();
  };
  const named = theme.trim() !== '';
  return (
    <form
      className="nps-form"
      aria-label={`Comment of ${row.name ?? 'no customer'}`}
      onSubmit={(e) => e.preventDefault()}
    >
      <h3>
        {row.name ?? 'No customer'}, {row.score}
      </h3>
      <p className="nps-quote">{row.verbatim}</p>
      <p className="dim">{row.themes.length === 0 ? 'Of no theme.' : `Themes: ${row.themes.join(', ')}.`}</p>
      {themes.length > 0 ? (
        <Select
          label="A theme there is"
          value={themes.includes(theme) ? theme : ''}
          onChange={setTheme}
          choices={[{ value: '', label: 'another' }, ...themes.map((value) => ({ value, label: value }))]}
        />
      ) : null}
      <TextField label="Theme" value={theme} onChange={setTheme} maxLength={60} />
      {sort.error ? (
        <p className="field-error" role="alert">
          {sort.error.message}
        </p>
      ) : null}
      <div className="nps-buttons">
        <Button kind="primary" disabled={!named || sort.running} onClick={() => void put(true)}>
          Put in
        </Button>
        <Button disabled={!named || sort.running} onClick={() => void put(false)}>
          Take out
        </Button>
        <Button disabled={!named || sort.running} onClick={() => void put(null)}>
          Leave to the words
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Close the form
        </Button>
      </div>
    </form>
  );
}
