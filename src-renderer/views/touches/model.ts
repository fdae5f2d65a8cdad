import { useRemembered } from '../../kit/memory.ts';
import { useEngine, useSelection, useWhereInput } from '../../data/index.ts';

export const VIEW = 'touches';
export type Sort = 'worst_gap:desc' | 'open_gap:desc' | 'evenness:asc' | 'revenue_12m:desc' | 'name:asc';

/** What the Touches view and its side bar share. */
export function useTouches() {
  const [weeks, setWeeks] = useRemembered<string>('touches.weeks', '39');
  const [sort, setSort] = useRemembered<Sort>('touches.sort', 'worst_gap:desc');
  const where = useWhereInput(VIEW);
  const summary = useEngine('touches', { ...where, limit: 0 });
  const own = useSelection((s) => s.clauses.find((c) => c.id === VIEW)?.text);
  return { weeks: Number(weeks), setWeeks, sort, setSort, where, summary, own };
}

export type TouchesModel = ReturnType<typeof useTouches>;
