import { forgetInterrupted, importInterrupted, useInterrupted } from '../data/interrupted.ts';
import { useTasks } from '../data/run.ts';
import { Button, IconButton } from '../kit/controls.tsx';
import { Icon } from '../kit/Icon.tsx';

/** Above the views: what was taken back when a process ended during an import, until it is imported again or dismissed. */
export function Interrupted() {
  const imports = useInterrupted((s) => s.imports);
  const running = useInterrupted((s) => s.running);
  const progress = useTasks(
    (s) => s.tasks.find((t) => t.name === 'importInterrupted' && t.state === 'running')?.progress ?? null,
  );
  const percent = progress?.total ? ` (${Math.round((progress.done / progress.total) * 100)} %)` : '';
  return (
    <div className="interrupted" role="status" aria-label="Interrupted imports">
      {imports.length === 0 ? null : (
        <ul>
          {imports.map((one) => (
            <li key={one.id}>
              <Icon name={one.batch === null ? 'warning' : 'info'} />
              <p>{one.sentence}</p>
              {one.batch !== null ? null : running === one.id ? (
                <span className="interrupted-running">Importing{percent}</span>
              ) : (
                <Button disabled={running !== null} onClick={() => void importInterrupted(one)}>
                  Import again
                </Button>
              )}
              <IconButton
                icon="close"
                label={`Dismiss ${one.file}`}
                disabled={running === one.id}
                onClick={() => void forgetInterrupted(one)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
