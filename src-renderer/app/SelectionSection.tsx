import { IconButton } from '../kit/controls.tsx';
import { formatCount, formatNumber } from '../kit/format.ts';
import { SideSection } from '../kit/slots.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useSelection } from '../data/selection.ts';
import { openView } from '../data/workbench.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { useSelectionCount } from '../data/selectionCount.ts';

/** The selection as words, each clause with how many customers it could not decide. */
export function SelectionSection() {
  const clauses = useSelection((s) => s.clauses);
  const { negate, pin, remove, clear } = useSelection.getState();
  const open = useOpenWorkspace((s) => s.info !== null);
  const count = useSelectionCount();
  if (!open) return null;
  return (
    <SideSection
      id="selection"
      title="Selection"
      note={
        clauses.length > 0 ? (
          <button type="button" className="link" onClick={clear}>
            Esc clears
          </button>
        ) : (
          'all customers'
        )
      }
    >
      {clauses.length === 0 ? (
        <p className="side-text">
          Click a bar, a rung or a number in a view: the other views then show those customers only.
        </p>
      ) : (
        <ul className="clauses">
          {clauses.map((clause) => {
            const unknown = count?.clauses.find(({ id }) => id === clause.id)?.unknown ?? 0;
            return (
              <li key={clause.id}>
                <button
                  type="button"
                  className="side-row"
                  title={`${clause.text}\nSelected in ${clause.view}`}
                  onClick={() => openView(clause.view)}
                >
                  <span className="side-label">{clause.sentence}</span>
                </button>
                {unknown > 0 ? (
                  <span
                    className="unknown"
                    title={`${formatCount(unknown, 'customer')} left out because a value is unknown`}
                  >
                    <Icon name="question" /> {formatNumber(unknown)}
                  </span>
                ) : null}
                <IconButton
                  icon={clause.pinned ? 'pinned' : 'pin'}
                  label={`Pin: ${clause.sentence}`}
                  aria-pressed={clause.pinned === true}
                  onClick={() => pin(clause.id)}
                />
                <IconButton
                  icon="circle-slash"
                  label={`Negate: ${clause.sentence}`}
                  onClick={() => negate(clause.id)}
                />
                <IconButton icon="close" label={`Remove: ${clause.sentence}`} onClick={() => remove(clause.id)} />
              </li>
            );
          })}
        </ul>
      )}
      {count && clauses.length > 0 ? (
        <p className="side-text" role="status">
          {formatNumber(count.selected)} of {formatCount(count.all, 'customer')}
          {count.unknown > 0 ? `; ${formatNumber(count.unknown)} left out because a value is unknown` : ''}
        </p>
      ) : null}
    </SideSection>
  );
}
