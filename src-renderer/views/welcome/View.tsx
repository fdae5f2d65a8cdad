import { useState } from 'react';
import { Button, Sentence } from '../../kit/controls.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { chooseFiles, openSample, openWorkspaceFile, run } from '../../commands/index.ts';
import { engine, notifyError, useEngine, useOpenWorkspace } from '../../data/index.ts';
import { Icon } from '../../kit/Icon.tsx';
import './welcome.css';

/** The first tab: open the sample, make a workspace, bring files, go on with a recent one. */
export default function Welcome() {
  const info = useOpenWorkspace((s) => s.info);
  const [opening, setOpening] = useState<string | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);

  const during = (what: string, act: () => Promise<unknown>) => async (): Promise<void> => {
    setOpening(what);
    setFailed(null);
    try {
      await act();
    } catch (error) {
      setFailed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setOpening(null);
    }
  };

  return (
    <div className="welcome">
      <p className="welcome-name">Ladderline</p>
      <Sentence dim>
        The exports of sales, marketing, accounts and service become one workspace: the rung of every customer, NPS with
        its interval, and the rhythm of touches.
      </Sentence>
      {failed ? <ErrorState title="The workspace was not opened" error={failed} /> : null}
      <div className="welcome-columns">
        <section aria-labelledby="welcome-start">
          <h2 id="welcome-start">Start</h2>
          <ul className="welcome-list">
            <Start
              icon="beaker"
              label="Open the sample workspace"
              note="an invented firm with about 400 customers and three years of exports"
              busy={opening === 'sample'}
              run={during('sample', openSample)}
            />
            <Start
              icon="new-file"
              label="New workspace…"
              note="choose currency, time zone and fiscal year"
              run={() => run('file.new')}
            />
            <Start
              icon="folder-opened"
              label="Open workspace…"
              note="a .ladderline file"
              busy={opening === 'open'}
              run={during('open', openWorkspaceFile)}
            />
            <Start
              icon="cloud-download"
              label="Import files…"
              note="CSV or TSV exports, 1 to 50 at a time; or drop them anywhere in this window"
              busy={opening === 'files'}
              run={during('files', chooseFiles)}
            />
          </ul>
          {info ? (
            <Button kind="primary" onClick={() => run('go.quickOpen')}>
              Go to a customer or view in {info.name}
            </Button>
          ) : null}
        </section>
        <Recent />
        <section aria-labelledby="welcome-how">
          <h2 id="welcome-how">How it works</h2>
          <ol className="welcome-how">
            <li>
              Drop the exports as they are. What each column means is detected and shown; a dry run counts what would
              change.
            </li>
            <li>
              Read the ladder, NPS and touches. Every number opens the list behind it, and every row its source line.
            </li>
            <li>Select in one view and the others follow. The selection stands as words below; Escape clears it.</li>
            <li>Undo any import in any order. Files are never changed, and nothing leaves this machine.</li>
          </ol>
        </section>
      </div>
    </div>
  );
}

function Start({
  icon,
  label,
  note,
  busy = false,
  run: act,
}: {
  icon: string;
  label: string;
  note: string;
  busy?: boolean;
  run: () => void | Promise<void>;
}) {
  return (
    <li>
      <button type="button" className="welcome-start" disabled={busy} onClick={() => void act()}>
        <Icon name={busy ? 'sync' : icon} className={busy ? 'spin' : ''} />
        <span>
          <span className="welcome-label">{label}</span>
          <span className="dim">{busy ? 'opening' : note}</span>
        </span>
      </button>
    </li>
  );
}

function Recent() {
  const { data } = useEngine('recents', {}, { always: true });
  const open = async (id: string): Promise<void> => {
    try {
      useOpenWorkspace.getState().opened(await engine.workspaceOpen({ recent: id }));
    } catch (error) {
      notifyError(error, 'The workspace was not opened');
    }
  };
  return (
    <section aria-labelledby="welcome-recent">
      <h2 id="welcome-recent">Recent</h2>
      {!data || data.recents.length === 0 ? (
        <Sentence dim>Workspaces that were open before are listed here.</Sentence>
      ) : (
        <ul className="welcome-list">
          {data.recents.map((r) => (
            <li key={r.id}>
              <button type="button" className="welcome-start" disabled={r.missing} onClick={() => void open(r.id)}>
                <Icon name={r.missing ? 'warning' : 'database'} />
                <span>
                  <span className="welcome-label">{r.name}</span>
                  {r.missing ? <span className="dim">no longer where it was</span> : null}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
