import { Button } from '../../kit/controls.tsx';
import { copyText } from '../../kit/csv.ts';
import { Icon } from '../../kit/Icon.tsx';
import { EmptyState } from '../../kit/states.tsx';
import { useNotices } from '../../data/notify.ts';

/** What happened in this window and in the host, newest last. */
export function OutputPanel() {
  const log = useNotices((s) => s.log);
  const { clearLog } = useNotices.getState();
  if (log.length === 0)
    return (
      <EmptyState
        icon="output"
        title="Nothing yet"
        needs="Messages of imports, commands and slow answers are kept here until the window is closed."
      />
    );
  return (
    <>
      <ul className="lines mono">
        {log.map((line) => (
          <li key={line.id} className="line">
            <Icon name={line.level} className={`severity-${line.level}`} />
            <span className="dim">{line.at.slice(11, 19)}</span>
            <span>{line.text}</span>
          </li>
        ))}
      </ul>
      <div className="panel-foot">
        <Button kind="quiet" onClick={() => copyText(log.map((l) => `${l.at} ${l.level} ${l.text}`.trim()).join('\n'))}>
          Copy all
        </Button>
        <Button kind="quiet" onClick={clearLog}>
          Clear
        </Button>
      </div>
    </>
  );
}
