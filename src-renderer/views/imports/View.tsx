import { useEffect, useMemo } from 'react';
import { Button, EmptyState, formatCount, ViewControls } from '../../kit/index.ts';
import { openView, usePendingFiles } from '../../data/index.ts';
import { chooseFiles, useViewCommands } from '../../commands/index.ts';
import type { Command, ViewProps } from '../../commands/index.ts';
import { Batch } from './Batch.tsx';
import { FileSet } from './FileSet.tsx';
import { Ledger } from './Ledger.tsx';
import { currentOf, isImportable, isWaiting, itemsOf, useQueue } from './queue.ts';
import './imports.css';

/** Imports: a set of files that came together, one import in detail, or where to begin and the ledger. */
export default function Imports({ params, active, setTitle }: ViewProps) {
  const pending = usePendingFiles((s) => s.files);
  const { add } = useQueue.getState();
  useEffect(() => {
    if (pending.length > 0) add(usePendingFiles.getState().take());
  }, [pending, add]);
  if (params.batch !== undefined) return <Batch batch={params.batch} setTitle={setTitle} />;
  if (params.set !== undefined) return <SetTab set={params.set} active={active} />;
  return <Start />;
}

/** Where to begin, the sets that are open, and what was imported. */
function Start() {
  const items = useQueue((s) => s.items);
  const sets = useMemo(() => [...new Set(items.map((item) => item.file.set))], [items]);
  return (
    <div className="imports">
      <ViewControls>
        <Button icon="folder-opened" onClick={() => void chooseFiles()}>
          Choose files
        </Button>
      </ViewControls>
      <div className="imports-drop">
        <EmptyState
          icon="cloud-upload"
          title="Drop exports anywhere in this window"
          needs="CSV, Excel, JSON, ZIP or gzip files as the systems of sales, marketing, accounts and service write them: contacts, invoices, payments, answers, tickets, calls, meetings. 1 to 50 at a time. Each is checked before anything is written, and every import can be undone."
          action={{ label: 'Choose files', run: () => void chooseFiles() }}
        />
      </div>
      {sets.length > 0 ? (
        <ul className="imports-sets" aria-label="Files that wait">
          {sets.map((set) => {
            const own = itemsOf(items, set);
            const title = own.length === 1 ? own[0]!.file.name : `${own.length} files`;
            return (
              <li key={set}>
                <Button kind="quiet" icon="files" onClick={() => openView('imports', { set }, { title })}>
                  {title}
                </Button>{' '}
                <span className="dim">
                  {formatCount(own.filter((item) => item.state !== 'done').length, 'file')} not imported yet
                </span>
              </li>
            );
          })}
        </ul>
      ) : null}
      <Ledger />
    </div>
  );
}

function SetTab({ set, active }: { set: string; active: boolean }) {
  const commands = useMemo(() => commandsOf(set), [set]);
  useViewCommands(active, commands);
  return (
    <div className="imports">
      <FileSet set={set} />
      <Ledger below />
    </div>
  );
}

function commandsOf(set: string): readonly Command[] {
  const current = () => currentOf(useQueue.getState(), set);
  const own = () => itemsOf(useQueue.getState().items, set);
  const withItem = (act: (token: string) => unknown) => (): void => {
    const item = current();
    if (item) act(item.file.token);
  };
  return [
    {
      id: 'imports.import',
      label: 'Import the Selected File',
      key: 'Ctrl+Enter',
      inText: true,
      keywords: 'commit merge',
      when: () => current()?.state === 'checked',
      run: withItem((token) => void useQueue.getState().commit(token)),
    },
    {
      id: 'imports.check',
      label: 'Check the Selected File',
      keywords: 'dry run preview counts',
      when: () => {
        const item = current();
        return item !== undefined && (isWaiting(item) || item.state === 'failed');
      },
      run: withItem((token) => void useQueue.getState().check(token)),
    },
    {
      id: 'imports.cancel',
      label: 'Cancel the Check or Import of the Selected File',
      keywords: 'stop abort',
      when: () => ['checking', 'importing'].includes(current()?.state ?? ''),
      run: withItem((token) => useQueue.getState().cancel(token)),
    },
    {
      id: 'imports.all',
      label: 'Import All Files of the List',
      keywords: 'queue every commit',
      when: () => own().some(isImportable),
      run: () => useQueue.getState().importAll(set),
    },
    {
      id: 'imports.remove',
      label: 'Take the Selected File off the List',
      when: () => current() !== undefined,
      run: withItem((token) => useQueue.getState().remove(token)),
    },
  ];
}
