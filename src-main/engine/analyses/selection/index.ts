import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { selectionOf } from '#engine/selection/selection.ts';
import { asOfDay, customerId, factNamed, orderedBy, sortOf } from '../population/index.ts';
import { vectorsOf } from '#engine/vectors/load.ts';

export type SelectionBar = {
  label: string;
  /** The clause that selects the bar; null when no text does. */
  text: string | null;
  count: number;
  /** Sum of the measure: minor units for money; null without a measure. */
  sum: number | null;
  /** Customers of the bar without a measure. */
  unmeasured: number;
  /** Customers of the bar left out because a clause is unknown and none is false. */
  undecided: number;
  /** Customers of the bar by part of the split. */
  parts?: number[];
  /** Net promoter score of the bar's customers, -100 to 100, when the split is `nps_class`; null without an answer. */
  nps?: number | null;
};

export type SelectionReport = {
  asOf: string;
  total: number;
  unknown: number;
  clauses: { id: string; text: string; true: number; unknown: number }[];
  views: { id: string; fact: string; currency: string | null; parts: string[] | null; bars: SelectionBar[] }[];
  /** Customer ids of the page asked for. */
  page: string[];
};

const Id = z.string().min(1).max(200);

/**
 * `crossFilter` (X1-X9): customers under a list of clauses, counted in several views at once, and a page of them in an
 * order. Every question brings the whole list; what the last question left behind only makes the answer faster.
 */
export const crossFilter = defineAnalysis({
  name: 'crossFilter',
  input: z.object({
    asOf: z.string().optional(),
    clauses: z
      .array(z.object({ id: Id, text: z.string().min(1).max(65_536) }))
      .max(200)
      .default([]),
    views: z
      .array(
        z.object({
          id: Id,
          fact: z.string(),
          measure: z.string().optional(),
          split: z.string().optional(),
          own: z.array(Id).max(200).default([]),
          bars: z.int().min(1).max(200).default(24),
          edges: z.array(z.number()).min(1).max(200).optional(),
        }),
      )
      .max(20)
      .default([]),
    sort: z.string().default('name'),
    limit: z.int().min(0).max(10_000).default(0),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): SelectionReport {
    const asOf = asOfDay(ctx, input.asOf);
    const views = input.views.map(({ id, fact, measure, split, own, bars, edges }) => {
      if (edges?.some((edge, k) => k > 0 && edge <= edges[k - 1]!))
        throw usage('crossFilter: edges: write them rising.');
      const named = (name: string): string => factNamed(name, 'crossFilter').name;
      return {
        id,
        fact: named(fact),
        measure: measure === undefined ? null : named(measure),
        split: split === undefined ? null : named(split),
        own,
        most: bars,
        edges: edges ?? null,
      };
    });
    const sort = sortOf(input.sort, 'crossFilter');
    const selection = selectionOf(ctx, asOf);
    selection.setClauses(ctx, input.clauses);
    const figures = selection.setViews(ctx, views);
    const { kept, undecided } = selection.total();
    const rows =
      input.limit === 0
        ? []
        : selection.rowsIn(orderedBy(ctx, sort, asOf)).subarray(input.offset, input.offset + input.limit);
    const vectors = vectorsOf(ctx);
    return {
      asOf: isoDay(asOf),
      total: kept,
      unknown: undecided,
      clauses: input.clauses.map(({ id, text }) => {
        const { holds, unknown } = selection.clauseCount(id);
        return { id, text, true: holds, unknown };
      }),
      views: views.map(({ id, fact, measure, split }, v) => ({
        id,
        fact,
        currency: figures[v]!.currency,
        parts: figures[v]!.parts === null ? null : [...figures[v]!.parts],
        bars: barsOf(figures[v]!, measure !== null, split === 'nps_class'),
      })),
      page: Array.from(rows, (i) => customerId(vectors, i)),
    };
  },
});

function barsOf(
  { bars, parts, figures }: ReturnType<ReturnType<typeof selectionOf>['setViews']>[number],
  measured: boolean,
  nps: boolean,
): SelectionBar[] {
  const width = parts?.length ?? 1;
  return bars.map(({ label, text }, b) => {
    const own = <T extends Float64Array>(list: T): number[] => [...list.subarray(b * width, (b + 1) * width)];
    const sum = (list: Float64Array): number => own(list).reduce((a, c) => a + c, 0);
    const bar: SelectionBar = {
      label,
      text,
      count: sum(figures.count),
      sum: measured ? sum(figures.sum) : null,
      unmeasured: sum(figures.unmeasured),
      undecided: sum(figures.undecided),
    };
    if (parts === null) return bar;
    bar.parts = own(figures.count);
    if (nps) {
      const of = (part: string): number => bar.parts![parts.indexOf(part)]!;
      const answered = of('promoter') + of('passive') + of('detractor');
      bar.nps = answered === 0 ? null : (100 * (of('promoter') - of('detractor'))) / answered;
    }
    return bar;
  });
}
