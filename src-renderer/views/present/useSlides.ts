import { useAsOf, useEngine, useSelection, whereOf } from '../../data/index.ts';
import { quarterEndBefore } from '../../kit/figures/days.ts';

/** Rows of a list that a room can read. */
const ROWS = 8;

/** Everything the slides show, for the selection and day of the window. */
export function useSlides() {
  const { asOf, fiscalYearStart } = useAsOf();
  const clauses = useSelection((s) => s.clauses);
  const where = whereOf(clauses);
  const filter = where === undefined ? {} : { where };
  const and = (text: string): { where: string } => ({ where: where === undefined ? text : `(${where}) and (${text})` });
  const from = asOf === null ? '' : quarterEndBefore(asOf, fiscalYearStart);
  const ready = { enabled: asOf !== null };
  return {
    asOf,
    from,
    words: clauses.map((c) => c.sentence).join(' · '),
    ladder: useEngine('ladder', filter, ready),
    migration: useEngine('migration', { ...filter, from }, ready),
    fallen: useEngine('ladderList', { ...filter, from, direction: 'down', limit: ROWS }, ready),
    nps: useEngine('nps', filter, ready),
    trend: useEngine('npsTrend', filter, ready),
    touches: useEngine('touches', { ...filter, limit: 0 }, ready),
    gaps: useEngine('touchGaps', filter, ready),
    detractors: useEngine('npsList', { ...filter, class: 'detractor', limit: 200 }, ready),
    audit: useEngine('touchesAudit', filter, ready),
    silent: useEngine(
      'customers',
      {
        ...and('touch_class = silent and rung >= client and not lapsed'),
        columns: ['name', 'rung', 'owner', 'open_gap', 'revenue_12m'],
        sort: 'revenue_12m:desc',
        limit: ROWS,
      },
      ready,
    ),
  };
}

export type Slides = ReturnType<typeof useSlides>;
