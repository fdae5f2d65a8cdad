import { formatNumber, formatSeconds } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { EmptyState, Progress } from '../../kit/states.tsx';
import { useTasks } from '../../data/run.ts';
import type { Task } from '../../data/run.ts';

const ICONS: Record<Task['state'], string> = {
  running: 'sync',
  done: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

/** Commands that run and those that ran, newest first. */
export function ProgressPanel() {
  const tasks = useTasks((s) => s.tasks);
  if (tasks.length === 0)
    return (
      <EmptyState
        icon="loading"
        title="Nothing is running"
        needs="Imports, undo and reports show here how far they are; each can be cancelled."
      />
    );
  return (
    <ul className="lines">
      {tasks.map((task) => (
        <li key={task.id} className="line">
          {task.state === 'running' ? (
            <Progress
              label={task.label}
              done={task.progress?.done ?? null}
              total={task.progress?.total ?? null}
              note={noteOf(task)}
              onCancel={task.cancel}
            />
          ) : (
            <>
              <Icon name={ICONS[task.state]} className={task.state === 'failed' ? 'severity-error' : ''} />
              <span>{task.label}</span>
              <span className="dim">{task.error ?? task.state}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function noteOf({ progress }: Task): string {
  if (!progress) return '';
  const parts = [
    `${progress.what}: ${formatNumber(progress.done)}${progress.total === null ? '' : ` of ${formatNumber(progress.total)}`}`,
  ];
  if (progress.rate !== null) parts.push(`${formatNumber(Math.round(progress.rate))} a second`);
  if (progress.etaSeconds !== null) parts.push(`about ${formatSeconds(progress.etaSeconds)} left`);
  return parts.join(' · ');
}
