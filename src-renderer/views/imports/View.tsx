import { useEffect } from 'react';
import { Button, EmptyState, IconButton, ViewControls, formatBytes, formatCount, formatNumber, useRemembered } from '../../kit/index.ts';
import { pick, offerFiles, usePendingFiles } from '../../data/index.ts';
import type { ViewProps } from '../../commands/index.ts';
import { Detail } from './Detail.tsx';
import { Ledger } from './Ledger.tsx';
import { useQueue, type Item } from './queue.ts';
import './imports.css';

async function choose(): Promise<void> {
  await offerFiles(await pick('files'));
}

const STATES: Record<Item['state'], string> = {
  looking: 'looking at it',
  ready: 'not checked yet',
  checking: 'being checked',
  checked: 'checked, not imported',
  importing: 'being imported',
  done: 'imported',
  failed: 'needs attention',
};

/** Files that wait, what was found in each, and the ledger of what was imported. */
export default function Imports({ active }: ViewProps) {
  const pending = usePendingFiles((s) => s.files);
  const { items, selected, add, importAll, clearDone } = useQueue();
  useEffect(() => {
    if (active && pending.length > 0) add(usePendingFiles.getState().take());
  }, [active, pending, add]);
  const current = items.find((item) => item.file.token === selected) ?? items[0];
  const waiting = items.filter((item) => item.state !== 'done');
  const busy = items.some((item) => item.state === 'checking' || item.state === 'importing');
  const [width] = useRemembered('imports.list', 300);
  return (
    <div className="imports">
      <ViewControls>
        <Button icon="folder-opened" onClick={() => void choose()}>
          Choose files
        </Button>
        {waiting.length > 1 ? (
          <Button kind="primary" disabled={busy} onClick={() => void importAll()}>
            Import all {formatNumber(waiting.length)}
          </Button>
        ) : null}
        {items.some((item) => item.state === 'done') ? (
          <Button kind="quiet" onClick={clearDone}>
            Clear imported
          </Button>
        ) : null}
      </ViewControls>
      {items.length === 0 ? (
        <div className="imports-drop">
          <EmptyState
            icon="cloud-upload"
            title="Drop exports anywhere in this window"
            needs="CSV or TSV files as the CRM, billing, survey, ticket, telephone and calendar systems write them, 1 to 50 at a time. Each is checked before anything is written, and every import can be undone."
            action={{ label: 'Choose files', run: () => void choose() }}
          />
        </div>
      ) : (
        <div className="imports-queue" style={{ gridTemplateColumns: `${width}px minmax(0, 1fr)` }}>
          <FileList items={items} selected={current?.file.token ?? null} />
          {current ? <Detail key={current.file.token} item={current} /> : null}
        </div>
      )}
      <Ledger />
    </div>
  );
}

function FileList({ items, selected }: { items: readonly Item[]; selected: string | null }) {
  const { select, remove } = useQueue();
  return (
    <section className="imports-files" aria-label="Files to import">
      <h2>{formatCount(items.length, 'file')}</h2>
      <ul>
        {items.map((item) => (
          <li key={item.file.token} className={item.file.token === selected ? 'on' : undefined}>
            <button type="button" aria-pressed={item.file.token === selected} onClick={() => select(item.file.token)}>
              <span className="imports-name">{item.file.name}</span>
              <span className={item.state === 'failed' ? 'imports-state warning-text' : 'imports-state dim'}>
                {item.looked?.sniff.profile ?? (item.looked ? 'no known export' : formatBytes(item.file.bytes))} · {STATES[item.state]}
              </span>
            </button>
            <IconButton icon="close" label={`Take ${item.file.name} off the list`} onClick={() => remove(item.file.token)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

