import { useEngine } from './query.ts';
import { useSelection } from './selection.ts';
import { useWorkspace } from './workspace.ts';

type SelectionCount = {
  selected: number;
  all: number;
  unknown: number;
  /** By the place of the clause in the selection. */
  clauses: { id: string; true: number; unknown: number }[];
};

/** How many customers the whole selection keeps, and how many it and each clause cannot decide; null while not known. */
export function useSelectionCount(): SelectionCount | null {
  const clauses = useSelection((s) => s.clauses);
  const { status } = useWorkspace();
  const asked = clauses.map(({ id, text }) => ({ id, text }));
  const { data } = useEngine('crossFilter', { clauses: asked }, { enabled: clauses.length > 0 });
  if (!status) return null;
  const all = status.customers;
  if (clauses.length === 0) return { selected: all, all, unknown: 0, clauses: [] };
  return data ? { selected: data.total, all, unknown: data.unknown, clauses: data.clauses } : null;
}
