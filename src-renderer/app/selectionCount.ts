import { useEngine } from '../data/query.ts';
import { useSelection, whereOf } from '../data/selection.ts';
import { useWorkspace } from '../data/workspace.ts';

type SelectionCount = { selected: number; all: number; unknown: number; clauses: { true: number; unknown: number }[] };

/** How many customers the whole selection keeps, and how many it cannot decide; null while not known. */
export function useSelectionCount(): SelectionCount | null {
  const clauses = useSelection((s) => s.clauses);
  const where = whereOf(clauses);
  const { status } = useWorkspace();
  const { data } = useEngine(
    'customers',
    { ...(where === undefined ? {} : { where }), limit: 1 },
    { enabled: where !== undefined },
  );
  if (!status) return null;
  const all = status.customers;
  if (where === undefined) return { selected: all, all, unknown: 0, clauses: [] };
  return data ? { selected: data.total, all, unknown: data.unknown, clauses: data.clauses } : null;
}
