import { useRemembered } from '../../kit/memory.ts';
import { useEngine, useSelection, useWhereInput } from '../../data/index.ts';

export const VIEW = 'touches';
export type Sort = 'worst_gap:desc' | 'open_gap:desc' | 'evenness:asc' | 'revenue_12m:desc' | 'name:asc';

export const PAGES = [
  { value: 'rhythm', label: 'Rhythm' },
  { value: 'balance', label: 'Balance' },
  { value: 'replies', label: 'Replies' },
  { value: 'kinds', label: 'Kinds' },
  { value: 'plan', label: 'Plan' },
  { value: 'rules', label: 'Rules' },
] as const;
export type Page = (typeof PAGES)[number]['value'];

/** What the Touches view and its side bar share. */
export function useTouches() {
  const [page, setPage] = useRemembered<Page>('touches.page', 'rhythm');
  const [weeks, setWeeks] = useRemembered<string>('touches.weeks', '39');
  const [sort, setSort] = useRemembered<Sort>('touches.sort', 'worst_gap:desc');
  const where = useWhereInput(VIEW);
  const summary = useEngine('touches', { ...where, limit: 0 });
  const own = useSelection((s) => s.clauses.find((c) => c.id === VIEW)?.text);
  return { page, setPage, weeks: Number(weeks), setWeeks, sort, setSort, where, summary, own };
}

export type TouchesModel = ReturnType<typeof useTouches>;
