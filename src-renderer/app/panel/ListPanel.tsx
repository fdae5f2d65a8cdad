import { EmptyState } from '../../kit/states.tsx';
import { useWorkbench } from '../../data/workbench.ts';
import { CustomerList } from './CustomerList.tsx';

/** The list behind the number that was opened last. */
export function ListPanel() {
  const list = useWorkbench((s) => s.list);
  if (!list)
    return (
      <EmptyState
        icon="list-flat"
        title="No list is open"
        needs="A number, a bar or a cell in a view opens the list of customers behind it here."
      />
    );
  return (
    <div className="list-panel">
      {list.content === undefined ? (
        <CustomerList title={list.title} where={list.where} asOf={list.asOf} />
      ) : (
        <>
          <h3 className="list-title">{list.title}</h3>
          {list.content}
        </>
      )}
    </div>
  );
}
