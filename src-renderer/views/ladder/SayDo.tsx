import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  DataTable,
  Door,
  formatCount,
  formatMoney,
  formatNumber,
  formatShare,
  Segmented,
  useRemembered,
} from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, openList, useEngine, useEnginePages } from '../../data/index.ts';
import type { useLadder } from './model.ts';
import { RateRows } from './RateRows.tsx';

type Report = Result<'sayDo'>;
type Row = Report['rows'][number];
type List = Report['list'];
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 210, onOpen: open },
  { id: 'standing', header: 'Rung', kind: 'rung', value: (r) => r.standing, size: 100 },
  { id: 'owner', header: 'Owner', value: (r) => r.owner, size: 130 },
  { id: 'score', header: 'Score', kind: 'number', value: (r) => r.score, size: 56 },
  { id: 'answered', header: 'Answered', kind: 'day', value: (r) => r.answered, size: 100 },
  { id: 'acted', header: 'Recommended', kind: 'day', value: (r) => r.acted, size: 110 },
  { id: 'kind', header: 'How', value: (r) => r.kind, size: 96 },
  {
    id: 'dispute',
    header: 'Dispute',
    value: (r) => r.dispute,
    size: 150,
    meaning: 'A dispute that is open: not the moment to ask',
  },
  { id: 'revenue', header: 'Revenue 12 months', kind: 'money', value: (r) => r.revenue12m, size: 134 },
];
const read = (report: Report) => ({ total: report.total, rows: report.rows });
const LISTS: Record<List, string> = {
  ask: 'Promoters to ask',
  unsaid: 'Recommended without being promoters',
  done: 'Promoters who recommended',
};
const SAYS: Record<Report['classes'][number]['says'], string> = {
  promoter: 'answered 9 or 10',
  passive: 'answered 7 or 8',
  detractor: 'answered 0 to 6',
  silent: 'no answer',
};
const SAID: Record<Report['classes'][number]['says'], string> = {
  promoter: 'Promoters, 9–10',
  passive: 'Passives, 7–8',
  detractor: 'Detractors, 0–6',
  silent: 'No answer',
};
const RECENT = 'day > today - 365 days';
/** The customers of a class in the language. */
const TEXTS: Record<Report['classes'][number]['says'], string> = {
  promoter: 'nps >= 9 and last_answer > today - 365 days',
  passive: 'nps_class = passive and last_answer > today - 365 days',
  detractor: 'nps_class = detractor and last_answer > today - 365 days',
  silent: 'last_answer is unknown or last_answer <= today - 365 days',
};

/** What customers say and what they do: who of each answer recommended, and whom to ask. */
export function SayDo({ model }: { model: ReturnType<typeof useLadder> }) {
  const [list, setList] = useRemembered<List>('ladder.sayDo', 'ask');
  const query = useEngine('sayDo', { ...model.where, limit: 0 });
  const pages = useEnginePages('sayDo', { ...model.where, list }, read);
  const report = query.data;
  const promoters = report?.classes[0];
  const both = (text: string): string =>
    model.where.where === undefined ? text : `(${model.where.where}) and (${text})`;
  return (
    <>
      <ChartFrame
        id="ladder.sayDo"
        title="What customers say, and what they do"
        finding={
          report && promoters ? (
            <>
              {promoters.customers === 0
                ? 'Nobody answered 9 or 10 within a year. '
                : `${formatNumber(promoters.does.customers)} of ${formatCount(promoters.customers, 'promoter')} recommended within a year: ${formatShare(promoters.does.share)} (95 % interval ${formatShare(promoters.does.low)} to ${formatShare(promoters.does.high)}). `}
              <Door
                onOpen={() =>
                  openList({
                    title: LISTS.ask,
                    where: both(`${TEXTS.promoter} and not exists(advocacy where ${RECENT})`),
                  })
                }
                label={`${formatCount(report.ask, 'promoter')} without a recommendation`}
              >
                {formatNumber(report.ask)}
              </Door>{' '}
              promoters with {formatMoney(promoters.revenueWithout)} of revenue in 12 months did not;{' '}
              {formatNumber(report.unsaid)} recommended without being promoters.
            </>
          ) : null
        }
        stale={query.isPlaceholderData}
        state={chartState(
          query,
          report?.customers === 0 ? { title: 'Nobody', needs: 'No customer of the selection.' } : null,
        )}
        twin={{
          columns: [
            { label: 'Says' },
            ...[
              'Customers',
              'Recommended',
              'Share',
              '95 % low',
              '95 % high',
              'Revenue 12 months',
              'Of those who did not',
            ].map((label) => ({
              label,
              numeric: true,
            })),
          ],
          rows: (report?.classes ?? []).map((c) => [
            c.says,
            c.customers,
            c.does.customers,
            formatShare(c.does.share),
            formatShare(c.does.low),
            formatShare(c.does.high),
            formatMoney(c.revenue12m),
            formatMoney(c.revenueWithout),
          ]),
        }}
      >
        <RateRows
          label="Share that recommended, by what they say"
          onOpen={(says) =>
            openList({
              title: `Recommended within a year: ${SAID[says as keyof typeof SAID]}`,
              where: both(`(${TEXTS[says as keyof typeof TEXTS]}) and exists(advocacy where ${RECENT})`),
            })
          }
          rows={(report?.classes ?? []).map((c) => ({
            key: c.says,
            name: SAID[c.says],
            words: `${capital(c.says)}, ${SAYS[c.says]}`,
            ...c.does,
            of: c.customers,
            few: c.customers < 30,
          }))}
        />
        <p className="legend">
          Share with a recommendation (referral, reference, case study, testimonial, review) within 365 days.
        </p>
      </ChartFrame>
      <section className="ladder-list" aria-label={LISTS[list]}>
        <header className="list-head">
          <h2>{LISTS[list]}</h2>
          <Segmented
            label="Which customers are listed"
            value={list}
            onChange={setList}
            choices={[
              { value: 'ask', label: 'to ask' },
              { value: 'unsaid', label: 'no promoters' },
              { value: 'done', label: 'did' },
            ]}
          />
          {pages.report ? (
            <span className="dim">{formatCount(pages.report.total, 'customer')} · sorted by revenue</span>
          ) : null}
        </header>
        <DataTable<Row>
          id="ladder.sayDo"
          label={LISTS[list]}
          columns={COLUMNS}
          {...pages}
          rowKey={(r) => r.customer}
          onOpen={open}
          hideToolbar
          empty={{ title: 'Nobody', needs: 'No customer of the selection is on this list.' }}
        />
      </section>
    </>
  );
}
