import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { isMac, keyText } from '../commands/keys.ts';
import { execute, isEnabled, keysOf, useCommandTable } from '../commands/registry.ts';
import { Icon } from '../kit/Icon.tsx';
import { useMemory } from '../kit/memory.ts';
import { useEngine } from '../data/query.ts';
import { openCustomer, openView, useWorkbench } from '../data/workbench.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { ranked } from './ranked.ts';
import { titleOf } from './TabStrip.tsx';
import { ACTIVITY } from './views.ts';

type Entry = { id: string; label: string; note?: string; key?: string | undefined; icon: string; run: () => void };

const RECENT = 'palette.recent';
const MOST_RECENT = 20;
const ROW = 26;

/** Quick open (customers, tabs, views) and, behind `>`, every command with its key. A combobox over a virtual listbox. */
export function QuickInput() {
  const quick = useWorkbench((s) => s.quick);
  return quick === null ? null : <Open start={quick} />;
}

const shut = (): void => useWorkbench.setState({ quick: null });

function Open({ start }: { start: string }) {
  const [text, setText] = useState(start);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { entries, searching } = useEntries(text);
  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised by a compiler here
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 6,
  });

  useEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body)
        before.focus();
    };
  }, []);
  useEffect(() => setText(start), [start]);

  const go = (to: number): void => {
    if (entries.length === 0) return;
    const next = (to + entries.length) % entries.length;
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const take = (entry: Entry | undefined): void => {
    if (!entry) return;
    shut();
    entry.run();
  };
  const current = entries[Math.min(at, entries.length - 1)];

  return (
    <div
      className="quick-ground"
      onPointerDown={(e) => {
        if (e.target === e.currentTarget) shut();
      }}
    >
      <div
        className="quick"
        role="dialog"
        aria-label={text.startsWith('>') ? 'All commands' : 'Go to customer or view'}
      >
        <input
          ref={input}
          className="input quick-input"
          role="combobox"
          aria-label={text.startsWith('>') ? 'Command' : 'Customer, view or tab; > for commands'}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${current.id}` : undefined}
          placeholder="Customer, view or tab; > for commands"
          value={text}
          spellCheck={false}
          onChange={(e) => {
            setText(e.target.value);
            setAt(0);
          }}
          onKeyDown={(e) => {
            if (e.key === 'ArrowDown') go(at + 1);
            else if (e.key === 'ArrowUp') go(at - 1);
            else if (e.key === 'PageDown') go(Math.min(entries.length - 1, at + 10));
            else if (e.key === 'PageUp') go(Math.max(0, at - 10));
            else if (e.key === 'Enter') take(current);
            else if (e.key === 'Escape' || e.key === 'Tab') shut();
            else return;
            e.preventDefault();
            e.stopPropagation();
          }}
        />
        <div ref={list} className="quick-list" role="listbox" id={`${id}-list`} aria-label="Results" tabIndex={-1}>
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const entry = entries[item.index];
              if (!entry) return null;
              return (
                <div
                  key={entry.id}
                  id={`${id}-${entry.id}`}
                  role="option"
                  aria-selected={entry === current}
                  aria-setsize={entries.length}
                  aria-posinset={item.index + 1}
                  className="quick-item"
                  style={{ position: 'absolute', top: item.start, left: 0, right: 0, height: ROW }}
                  onPointerMove={() => setAt(item.index)}
                  onClick={() => take(entry)}
                >
                  <Icon name={entry.icon} />
                  <span className="quick-label">{entry.label}</span>
                  {entry.note ? <span className="dim">{entry.note}</span> : null}
                  {entry.key ? <kbd>{entry.key}</kbd> : null}
                </div>
              );
            })}
          </div>
        </div>
        {searching ? (
          <p className="side-text" role="status">
            Searching customers
          </p>
        ) : null}
        {entries.length === 0 && !searching ? (
          <p className="side-text" role="status">
            Nothing is named like “{text.replace(/^>/, '').trim()}”.
          </p>
        ) : null}
      </div>
    </div>
  );
}

function useEntries(text: string): { entries: Entry[]; searching: boolean } {
  const isCommand = text.startsWith('>');
  const needle = (isCommand ? text.slice(1) : text).trim();
  const places = usePlaces();
  const commands = useCommandEntries();
  const customers = useCustomerEntries(isCommand ? '' : needle);
  const entries = useMemo(() => {
    if (isCommand)
      return ranked(
        commands,
        needle,
        (e) => `${e.label} ${e.words}`,
        (e) => e.label,
      );
    return [...customers.entries, ...ranked(places, needle, (e) => e.label)];
  }, [isCommand, needle, commands, places, customers.entries]);
  return { entries, searching: customers.searching };
}

function useCustomerEntries(needle: string): { entries: Entry[]; searching: boolean } {
  const asked = useDeferredValue(needle);
  const { data, isFetching } = useEngine('search', { text: asked, limit: 30 }, { enabled: asked.length > 0 });
  const entries = useMemo(
    () =>
      needle === '' || !data
        ? []
        : data.hits.map((hit) => ({
            id: `customer-${hit.customer}`,
            label: hit.name,
            note: hit.detail,
            icon: 'organization',
            run: () => openCustomer(hit.customer, hit.name),
          })),
    [needle, data],
  );
  return { entries, searching: needle !== '' && isFetching };
}

function usePlaces(): Entry[] {
  const tabs = useWorkbench((s) => s.tabs);
  const used = useWorkbench((s) => s.used);
  const open = useOpenWorkspace((s) => s.info !== null);
  return useMemo(() => {
    const rank = (key: string): number => used.indexOf(key) + 1 || 999;
    const openTabs = [...tabs]
      .sort((a, b) => rank(a.key) - rank(b.key))
      .map((tab): Entry => ({
        id: `tab-${tab.key}`,
        label: titleOf(tab),
        note: 'open tab',
        icon: 'window',
        run: () => useWorkbench.getState().activate(tab.key),
      }));
    const views = ACTIVITY.filter((v) => open || v.withoutWorkspace)
      .filter((v) => !tabs.some((t) => t.key === v.id))
      .map((v): Entry => ({
        id: `view-${v.id}`,
        label: v.title,
        note: 'view',
        icon: v.icon,
        run: () => openView(v.id),
      }));
    return [...openTabs, ...views];
  }, [tabs, used, open]);
}

function useCommandEntries(): (Entry & { words: string })[] {
  const commands = useCommandTable((s) => s.commands);
  const recent = useMemory((s) => s.values[RECENT]);
  return useMemo(() => {
    const order = Array.isArray(recent) ? (recent as string[]) : [];
    const rank = (id: string): number => order.indexOf(id) + 1 || MOST_RECENT + 1;
    const mac = isMac();
    return commands
      .filter(isEnabled)
      .sort((a, b) => rank(a.id) - rank(b.id) || (a.label < b.label ? -1 : 1))
      .map((c) => {
        const [key] = keysOf(c);
        return {
          id: c.id,
          label: c.label,
          words: c.keywords ?? '',
          icon: c.checked?.() ? 'check' : 'blank',
          key: key === undefined ? undefined : keyText(key, mac),
          run: () => {
            useMemory.setState((s) => ({
              values: { ...s.values, [RECENT]: [c.id, ...order.filter((k) => k !== c.id)].slice(0, MOST_RECENT) },
            }));
            void execute(c);
          },
        };
      });
  }, [commands, recent]);
}
