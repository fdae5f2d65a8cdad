import { useSelection } from './selection.ts';
import { openView } from './workbench.ts';

/** What a view shows when it counts nobody: that the selection is too narrow, else what it needs. */
export function useNobody(needs: string): { title: string; needs: string; action: { label: string; run: () => void } } {
  const selected = useSelection((s) => s.clauses.length > 0);
  return selected
    ? {
        title: 'No customer passes the selection',
        needs: 'The conditions stand in the side bar; each can be taken away there.',
        action: { label: 'Clear the selection', run: () => useSelection.getState().clear() },
      }
    : { title: 'No customer yet', needs, action: { label: 'Go to imports', run: () => openView('imports') } };
}
