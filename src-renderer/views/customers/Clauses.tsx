import { Button, Icon, IconButton, formatCount, formatNumber } from '../../kit/index.ts';
import { useSelection, useSelectionCount } from '../../data/index.ts';
import type { Clause } from '../../data/index.ts';

/** The whole selection as chips: each clause in words, with what it could not decide; and the way back and forward. */
export function Clauses({ onSql }: { onSql: () => void }) {
  const { clauses, past, future } = useSelection();
  const { back, forward } = useSelection.getState();
  const count = useSelectionCount();
  return (
    <div className="clause-bar">
      <IconButton
        icon="arrow-left"
        label="Back to the former selection (Alt+Left)"
        disabled={past.length === 0}
        onClick={back}
      />
      <IconButton
        icon="arrow-right"
        label="Forward to the next selection (Alt+Right)"
        disabled={future.length === 0}
        onClick={forward}
      />
      {clauses.length === 0 ? (
        <span className="dim">Nothing is selected.</span>
      ) : (
        <ul className="chips" aria-label="Clauses of the selection">
          {clauses.map((clause) => (
            <Chip
              key={clause.id}
              clause={clause}
              unknown={count?.clauses.find(({ id }) => id === clause.id)?.unknown ?? 0}
            />
          ))}
        </ul>
      )}
      <Button kind="quiet" icon="code" onClick={onSql}>
        Show SQL
      </Button>
    </div>
  );
}

function Chip({ clause, unknown }: { clause: Clause; unknown: number }) {
  const { negate, pin, remove } = useSelection.getState();
  return (
    <li className={clause.pinned ? 'chip chip-pinned' : 'chip'}>
      <span className="chip-words" title={clause.text}>
        {clause.sentence}
      </span>
      {unknown > 0 ? (
        <span
          className="chip-unknown"
          title={`${formatCount(unknown, 'customer')} left out because a value is unknown`}
        >
          <Icon name="question" /> {formatNumber(unknown)} unknown
        </span>
      ) : null}
      <IconButton
        icon={clause.pinned ? 'pinned' : 'pin'}
        label={`Pin: ${clause.sentence}`}
        aria-pressed={clause.pinned === true}
        onClick={() => pin(clause.id)}
      />
      <IconButton icon="circle-slash" label={`Negate: ${clause.sentence}`} onClick={() => negate(clause.id)} />
      <IconButton icon="close" label={`Remove: ${clause.sentence}`} onClick={() => remove(clause.id)} />
    </li>
  );
}
