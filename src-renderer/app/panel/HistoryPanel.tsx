import { Button } from '../../kit/controls.tsx';
import { formatDay } from '../../kit/format.ts';
import { Answer, EmptyState } from '../../kit/states.tsx';
import { useEngine } from '../../data/query.ts';
import { useCommand } from '../../data/run.ts';
import { useOpenWorkspace } from '../../data/version.ts';

/** `24 Nov 2026 07:44 UTC` of an ISO moment. */
function momentText(iso: string): string {
  const time = /T(\d{2}:\d{2})/.exec(iso)?.[1];
  return time === undefined ? formatDay(iso) : `${formatDay(iso)} ${time} UTC`;
}

/** Every change as one sentence, newest first; each that can be undone has its own button, in any order. */
export function HistoryPanel() {
  const open = useOpenWorkspace((s) => s.info !== null);
  const history = useEngine('history', {});
  const undo = useCommand('undoChange', { label: 'Undo' });
  if (!open)
    return (
      <EmptyState icon="history" title="No history" needs="Changes of a workspace appear here once one is open." />
    );
  return (
    <Answer
      of={history}
      what="Reading history"
      empty={(r) =>
        r.changes.length === 0
          ? {
              icon: 'history',
              title: 'No changes yet',
              needs: 'Imports, settings and merges are listed here and can be undone in any order.',
            }
          : null
      }
    >
      {(report) => (
        <ul className="lines">
          {report.changes.map((c) => (
            <li key={c.id} className={c.undone ? 'line line-undone' : 'line'}>
              <span className="dim num">{momentText(c.at)}</span>
              <span className="line-text">{c.sentence}</span>
              {c.undone ? <span className="dim">undone</span> : null}
              {c.undoable && !c.undone ? (
                <Button
                  kind="quiet"
                  icon="discard"
                  disabled={undo.running}
                  aria-label={`Undo: ${c.sentence}`}
                  onClick={() => void undo.run({ change: c.id })}
                >
                  Undo
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}
