import type { KeyboardEvent } from 'react';
import {
  Button,
  EmptyState,
  formatBytes,
  formatCount,
  formatNumber,
  Icon,
  IconButton,
  Isolated,
  ViewControls,
} from '../../kit/index.ts';
import { chooseFiles } from '../../commands/index.ts';
import { Detail } from './Detail.tsx';
import { currentOf, entitiesOf, isImportable, itemsOf, useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import { entityName } from './words.ts';

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
const DECISIONS: ReadonlySet<string> = new Set(['date-order', 'no-mapping', 'no-columns']);

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

/** What a file was recognised as. */
function kindWords(item: Item): string {
  const { preview } = item;
  if (!preview) return formatBytes(item.file.bytes);
  if (preview.profile) return preview.profile.id;
  const entities = entitiesOf(item);
  return entities.length === 0 ? 'unknown rows' : entities.map((e) => entityName(e, 2)).join(', ');
}

/** The files of a set in the order in which they are imported, and the selected one in detail. */
export function FileSet({ set }: { set: string }) {
  const queue = useQueue();
  const items = itemsOf(queue.items, set);
  const current = currentOf(queue, set);
  const waiting = items.filter(isImportable).length;
  const busy = items.some((item) => item.state === 'importing');
  return (
    <>
      <ViewControls>
        {items.some((item) => item.state === 'done') ? (
          <Button kind="quiet" onClick={() => queue.clearDone(set)}>
            Clear imported
          </Button>
        ) : null}
        {waiting > 1 ? (
          <Button
            kind="primary"
            disabled={busy}
            title="In the order of the list: customers before what they did. A file that fails stops no other."
            onClick={() => void queue.importAll(set)}
          >
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
            icon="files"
            title="No file waits here"
            needs="The files of this tab were imported, taken off the list, or let go when the program was closed. What was imported is in the ledger."
            action={{ label: 'Choose files', run: () => void chooseFiles() }}
          />
        </div>
      ) : (
        <div className={items.length > 1 ? 'imports-queue' : 'imports-queue imports-one'}>
          <FileList items={items} selected={current.file.token} />
          <Detail key={current.file.token} item={current} />
        </div>
      )}
    </>
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
      <h2 className="imports-title">
        {formatCount(items.length, 'file')}
        {items.length > 1 ? <span className="dim">in the order of import</span> : null}
      </h2>
      <ul onKeyDown={onKeyDown}>
        {items.map((item) => {
          const { token, name } = item.file;
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
                  <span className="imports-name">
                    <Isolated text={name} />
                  </span>
                  <span className={item.state === 'failed' ? 'imports-state warning-text' : 'imports-state dim'}>
                    {kindWords(item)} · {stateWords(item)}
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
