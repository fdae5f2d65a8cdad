import { useEffect } from 'react';
import type { KeyboardEvent } from 'react';
import {
  Button,
  EmptyState,
  formatBytes,
  formatCount,
  formatNumber,
  Icon,
  IconButton,
  ViewControls,
} from '../../kit/index.ts';
import { usePendingFiles } from '../../data/index.ts';
import { chooseFiles, useViewCommands } from '../../commands/index.ts';
import type { Command, ViewProps } from '../../commands/index.ts';
import { Detail } from './Detail.tsx';
import { Ledger } from './Ledger.tsx';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import './imports.css';

const ICONS: Readonly<Record<Item['state'], string>> = {
  waiting: 'circle-outline',
  looking: 'sync',
  ready: 'circle-outline',
  checking: 'sync',
  checked: 'checklist',
  importing: 'sync',
  done: 'pass',
  failed: 'warning',
};

/** Failures that a choice in the view settles. */
const DECISIONS: ReadonlySet<string> = new Set(['date-order', 'no-mapping']);

function stateWords({ state, checked, committed, error }: Item): string {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'looking':
      return 'being looked at';
    case 'ready':
      return 'not checked';
    case 'checking':
      return 'being checked';
    case 'checked': {
      if (checked!.already) return 'imported before';
      const sum = (of: 'created' | 'updated'): number => checked!.entities.reduce((n, e) => n + e[of], 0);
      return `${formatNumber(sum('created'))} new, ${formatNumber(sum('updated'))} changed${checked!.rejected > 0 ? `, ${formatNumber(checked!.rejected)} rejected` : ''}`;
    }
    case 'importing':
      return 'being imported';
    case 'done':
      return committed?.batch ? `imported as batch ${committed.batch}` : 'imported before';
    case 'failed':
      return error !== null && DECISIONS.has(error.code) ? 'needs a decision' : 'cannot be imported';
    default:
      return unexpected(state);
  }
}

function unexpected(state: never): never {
  throw new Error(`unexpected state ${String(state)}`);
}

const selectedItem = (): Item | undefined => {
  const { items, selected } = useQueue.getState();
  return items.find((i) => i.file.token === selected) ?? items[0];
};
const isWaiting = (item: Item): boolean => item.state === 'ready' || item.state === 'checked';
const withItem = (act: (token: string) => unknown) => (): void => {
  const item = selectedItem();
  if (item) act(item.file.token);
};

const COMMANDS: readonly Command[] = [
  {
    id: 'imports.import',
    label: 'Import the Selected File',
    key: 'Ctrl+Enter',
    inText: true,
    keywords: 'commit merge',
    when: () => selectedItem()?.state === 'checked',
    run: withItem((token) => void useQueue.getState().commit(token)),
  },
  {
    id: 'imports.check',
    label: 'Check the Selected File',
    keywords: 'dry run preview counts',
    when: () => {
      const item = selectedItem();
      return item !== undefined && (isWaiting(item) || item.state === 'failed');
    },
    run: withItem((token) => void useQueue.getState().check(token)),
  },
  {
    id: 'imports.all',
    label: 'Import All Files of the List',
    keywords: 'queue every commit',
    when: () => useQueue.getState().items.some(isWaiting),
    run: () => useQueue.getState().importAll(),
  },
  {
    id: 'imports.remove',
    label: 'Take the Selected File off the List',
    when: () => selectedItem() !== undefined,
    run: withItem((token) => useQueue.getState().remove(token)),
  },
];

/** Files that wait, what was found in each, and the ledger of what was imported. */
export default function Imports({ active }: ViewProps) {
  const pending = usePendingFiles((s) => s.files);
  const { items, selected } = useQueue();
  const { add, importAll, clearDone } = useQueue.getState();
  useViewCommands(active, COMMANDS);
  useEffect(() => {
    if (pending.length > 0) add(usePendingFiles.getState().take());
  }, [pending, add]);
  const current = items.find((item) => item.file.token === selected) ?? items[0];
  const waiting = items.filter(isWaiting).length;
  const busy = items.some((item) => item.state === 'importing');
  return (
    <div className="imports">
      <ViewControls>
        {items.some((item) => item.state === 'done') ? (
          <Button kind="quiet" onClick={clearDone}>
            Clear imported
          </Button>
        ) : null}
        {waiting > 1 ? (
          <Button kind="primary" disabled={busy} onClick={() => void importAll()}>
            Import all {formatNumber(waiting)}
          </Button>
        ) : null}
        <Button icon="folder-opened" onClick={() => void chooseFiles()}>
          Choose files
        </Button>
      </ViewControls>
      {current === undefined ? (
        <div className="imports-drop">
          <EmptyState
            icon="cloud-upload"
            title="Drop exports anywhere in this window"
            needs="CSV, Excel, JSON or ZIP files as the systems of sales, marketing, accounts and service write them: contacts, invoices, payments, answers, tickets, calls, meetings. 1 to 50 at a time. Each is checked before anything is written, and every import can be undone."
            action={{ label: 'Choose files', run: () => void chooseFiles() }}
          />
        </div>
      ) : (
        <div className="imports-queue">
          <FileList items={items} selected={current.file.token} />
          <Detail key={current.file.token} item={current} />
        </div>
      )}
      <Ledger />
    </div>
  );
}

function FileList({ items, selected }: { items: readonly Item[]; selected: string }) {
  const { select, remove } = useQueue.getState();
  const onKeyDown = (e: KeyboardEvent<HTMLElement>): void => {
    const rows = [...e.currentTarget.querySelectorAll<HTMLElement>('.imports-file')];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const token = items[at]!.file.token;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    if (to !== undefined && items[to]) {
      select(items[to].file.token);
      rows[to]?.focus();
    } else if (e.key === 'Delete') {
      (rows[at + 1] ?? rows[at - 1])?.focus();
      remove(token);
    } else return;
    e.preventDefault();
  };
  return (
    <section className="imports-files" aria-label="Files to import">
      <h2 className="imports-title">{formatCount(items.length, 'file')}</h2>
      <ul onKeyDown={onKeyDown}>
        {items.map((item) => {
          const { token, name, bytes } = item.file;
          return (
            <li key={token} className={token === selected ? 'on' : undefined}>
              <button
                type="button"
                className="imports-file"
                aria-pressed={token === selected}
                title={name}
                onClick={() => select(token)}
              >
                <Icon name={ICONS[item.state]} className={ICONS[item.state] === 'sync' ? 'spin' : ''} />
                <span className="imports-what">
                  <span className="imports-name">{name}</span>
                  <span className={item.state === 'failed' ? 'imports-state warning-text' : 'imports-state dim'}>
                    {item.looked?.sniff.profile ?? (item.looked ? 'own mapping' : formatBytes(bytes))} ·{' '}
                    {stateWords(item)}
                  </span>
                </span>
              </button>
              <IconButton icon="close" label={`Take ${name} off the list`} onClick={() => remove(token)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
