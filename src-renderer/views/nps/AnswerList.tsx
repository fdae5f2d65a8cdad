import type { Result } from '#contract/api.ts';
import { DataTable, formatCount, Icon, RungBadge, Segmented, useRemembered } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openLineage, useEnginePages } from '../../data/index.ts';
import type { NpsModel } from './model.ts';
import type { NpsClass } from './types.ts';

type Row = Result<'npsList'>['rows'][number];
const read = (report: Result<'npsList'>) => ({ total: report.total, rows: report.rows });

const source = (r: Row): void => openLineage({ table: 'response', id: r.id });
const open = (r: Row): void => (r.customer === null ? source(r) : openCustomer(r.customer, r.name ?? r.customer));

/** A score with the word of its class; detractors carry a mark besides. */
function Score({ row }: { row: Row }) {
  return (
    <>
      <strong
        className={row.class === 'detractor' ? 'direction-down' : row.class === 'promoter' ? 'direction-up' : 'dim'}
      >
        {row.score}
      </strong>{' '}
      {row.class}
    </>
  );
}

function Reply({ row }: { row: Row }) {
  if (row.class !== 'detractor') return <span className="dim">—</span>;
  if (row.answeredBy === null)
    return (
      <span className="nps-unanswered">
        <Icon name="warning" /> not answered
      </span>
    );
  return <>{row.answeredBy}</>;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'score', header: 'Score', size: 104, whole: true, value: (r) => r.score, cell: (r) => <Score row={r} /> },
  {
    id: 'name',
    header: 'Customer',
    size: 180,
    value: (r) => r.name,
    cell: (r) => r.name ?? <span className="dim">no customer</span>,
    onOpen: open,
  },
  {
    id: 'verbatim',
    header: 'In their words',
    size: 254,
    value: (r) => r.verbatim,
    cell: (r) => (r.verbatim ? <span title={r.verbatim}>{r.verbatim}</span> : <span className="dim">—</span>),
  },
  {
    id: 'reply',
    header: 'Answered by',
    size: 200,
    meaning: 'First outbound touch of any team on or after the day of a detractor’s answer',
    value: (r) => (r.class === 'detractor' ? (r.answeredBy ?? 'not answered') : null),
    cell: (r) => <Reply row={r} />,
  },
  {
    id: 'answered',
    header: 'Day',
    kind: 'day',
    size: 96,
    value: (r) => r.answered,
    onOpen: source,
    meaning: 'Day of the answer; opens the line of its source file',
  },
  { id: 'wave', header: 'Wave', size: 80, value: (r) => r.wave },
  {
    id: 'rung',
    header: 'Rung',
    size: 100,
    value: (r) => r.rung,
    cell: (r) => (r.rung ? <RungBadge rung={r.rung} /> : <span className="dim">—</span>),
  },
  { id: 'respondent', header: 'Respondent', size: 130, value: (r) => r.respondent },
];

/** The answers behind the figures: detractors first, and whether anybody answered them. */
export function AnswerList({ model }: { model: NpsModel }) {
  const { where, settings, narrowed, group } = model;
  const [own, setOwn] = useRemembered<NpsClass | 'all'>('nps.list', 'detractor');
  const chosen = narrowed.class !== undefined || narrowed.score !== undefined;
  const shown = chosen ? null : own;
  const filter = [where.where, group?.text].filter((t) => t !== undefined);
  const joined = filter.length === 0 ? undefined : filter.map((t) => `(${t})`).join(' and ');
  const input = {
    ...settings,
    ...(joined === undefined ? {} : { where: joined }),
    ...narrowed,
    ...(shown === null || shown === 'all' ? {} : { class: shown }),
  };
  const pages = useEnginePages('npsList', input, read);
  const loaded = pages.rows.filter((r) => r !== null);
  const unanswered = loaded.filter((r) => r.class === 'detractor' && r.answeredBy === null).length;
  const title =
    narrowed.score !== undefined
      ? `Answers of ${narrowed.score}`
      : chosen || shown !== 'all'
        ? `Answers by ${(narrowed.class ?? shown) as string}s`
        : 'All answers';
  const all = loaded.length === pages.total;
  return (
    <section className="nps-list" aria-label={title}>
      <header className="list-head">
        <h2>{title}</h2>
        {chosen ? null : (
          <Segmented
            label="Which answers are listed"
            value={own}
            onChange={setOwn}
            choices={[
              { value: 'detractor', label: 'detractors' },
              { value: 'passive', label: 'passives' },
              { value: 'promoter', label: 'promoters' },
              { value: 'all', label: 'all' },
            ]}
          />
        )}
        <span className="dim">
          {formatCount(pages.total, 'answer')}, newest first{group ? ` · ${group.sentence}` : ''}
        </span>
        {unanswered > 0 ? (
          <span className="nps-unanswered">
            <Icon name="warning" /> {unanswered} {all ? 'detractors' : `of the ${loaded.length} shown`} not answered
            since
          </span>
        ) : null}
      </header>
      <DataTable<Row>
        id="nps"
        label={title}
        columns={COLUMNS}
        {...pages}
        rowKey={(r) => r.id}
        onOpen={open}
        hideToolbar
        empty={{ title: 'No answer', needs: 'No answer is in this list.' }}
      />
    </section>
  );
}
