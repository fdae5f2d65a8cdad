import { customers } from '#engine/analyses/customer/index.ts';
import type { CustomersReport } from '#engine/analyses/customer/types.ts';
import type { Money } from '#engine/base/money.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { Asking, narrowed, shared, type Figure, type Page, type Question } from '../../page.ts';
import { money, shareWithInterval } from '../../words.ts';

const SHOWN = 7;

type Topic = {
  id: string;
  title: string;
  /** Who is on the list. */
  clause: string;
  /** Out of whom. */
  base: string;
  baseWords: string;
  columns: readonly string[];
  sentence: string;
};

const TOPICS: readonly Topic[] = [
  {
    id: 'attention.detractors',
    title: 'Detractors nobody has answered',
    clause:
      'nps_class = detractor and last_answer > today - 365 days and (last_touch is unknown or last_touch < last_answer)',
    base: 'nps_class = detractor and last_answer > today - 365 days',
    baseWords: 'detractors of the last 365 days',
    columns: ['name', 'owner', 'rung', 'nps', 'last_answer', 'last_touch', 'revenue_12m'],
    sentence: 'had no outbound touch since their answer',
  },
  {
    id: 'attention.disputes',
    title: 'Sold to during an open dispute',
    clause: 'open_disputes > 0 and exists(touches where in_dispute)',
    base: 'open_disputes > 0',
    baseWords: 'customers with an open dispute',
    columns: ['name', 'owner', 'rung', 'touches_in_dispute', 'open_disputes', 'last_touch', 'revenue_12m'],
    sentence: 'got commercial touches in a dispute',
  },
  {
    id: 'attention.silent',
    title: 'Silent clients',
    clause: 'rung >= client and not lapsed and touch_class = silent',
    base: 'rung >= client and not lapsed',
    baseWords: 'clients, supporters, advocates and partners',
    columns: ['name', 'owner', 'rung', 'open_gap', 'last_touch', 'last_purchase', 'revenue_12m'],
    sentence: 'are silent beyond 1.5 times their target',
  },
];

/** The attention list: who needs somebody now, and whose customer it is. */
export const attention: Page = {
  id: 'attention',
  title: 'Who needs attention',
  build(ctx, question) {
    const asking = new Asking(ctx);
    return { figures: TOPICS.map((topic) => figureOf(asking, question, topic)), evidence: asking.evidence };
  },
};

function figureOf(asking: Asking, question: Question, topic: Topic): Figure {
  const ask = (clause: string, limit: number): CustomersReport =>
    asking.ask(topic.id, customers, {
      ...shared(question),
      where: narrowed(question, clause),
      columns: [...topic.columns],
      sort: 'revenue_12m:desc',
      limit,
    });
  const list = ask(topic.clause, SHOWN);
  const base = ask(topic.base, 0);
  const [k, n] = [list.total, base.total];
  const { low, high } = wilson(k, n);
  return {
    id: topic.id,
    title: topic.title,
    finding:
      n === 0
        ? `There are no ${topic.baseWords}.`
        : `${k} of ${n} ${topic.baseWords} ${topic.sentence}: ${shareWithInterval(k / n, low, high)}.`,
    span: 12,
    drawing: null,
    table: {
      columns: list.columns.map((c) => ({
        label: c.label,
        right: c.type === 'number' || c.type === 'days' || c.type === 'money',
      })),
      rows: list.rows.map((row) =>
        list.columns.map(({ id }) => {
          const value = row[id];
          if (value === null || value === undefined) return '–';
          return typeof value === 'object' ? money(value as Money[]) : String(value);
        }),
      ),
    },
  };
}
