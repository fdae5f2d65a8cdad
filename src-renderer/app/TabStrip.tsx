import { useEffect, useRef, useState } from 'react';
import { Icon } from '../kit/Icon.tsx';
import { MenuList } from '../kit/Menu.tsx';
import { moveAlong } from '../kit/Tabs.tsx';
import { useWorkbench } from '../data/workbench.ts';
import type { Tab } from '../data/workbench.ts';
import { viewById } from './views.ts';

const DRAG_TYPE = 'application/x-ladderline-tab';

export function titleOf(tab: Tab): string {
  return tab.title || viewById(tab.view)?.title || tab.view;
}

/** The open tabs. Double click keeps a preview, the middle button closes, dragging and the "Move Tab" commands reorder. */
export function TabStrip() {
  const tabs = useWorkbench((s) => s.tabs);
  const active = useWorkbench((s) => s.active);
  const { activate, close, closeOthers, closeAll, keep, pin, move } = useWorkbench.getState();
  const strip = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ tab: Tab; x: number; y: number } | null>(null);
  const [over, setOver] = useState<string | null>(null);

  useEffect(() => {
    strip.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  if (tabs.length === 0) return <div className="tab-strip" />;
  return (
    <div
      ref={strip}
      className="tab-strip"
      role="tablist"
      aria-label="Open tabs"
      onKeyDown={(e) => moveAlong(e, '[role=tab]')}
    >
      {tabs.map((tab, i) => (
        <div
          key={tab.key}
          className={`tab${tab.preview ? ' tab-preview' : ''}${over === tab.key ? ' tab-over' : ''}${tab.key === active ? ' tab-on' : ''}`}
          role="presentation"
        >
          <button
            type="button"
            role="tab"
            id={`tab-${tab.key}`}
            aria-selected={tab.key === active}
            aria-controls={tab.key === active ? `area-${tab.key}` : undefined}
            tabIndex={tab.key === active ? 0 : -1}
            draggable
            title={`${titleOf(tab)}${tab.preview ? ' (preview: double-click to keep)' : ''}`}
            onClick={() => activate(tab.key)}
            onDoubleClick={() => keep(tab.key)}
            onAuxClick={(e) => {
              if (e.button === 1) close(tab.key);
            }}
            onContextMenu={(e) => {
              e.preventDefault();
              const box = e.currentTarget.getBoundingClientRect();
              setMenu({ tab, x: e.clientX || box.left, y: e.clientY || box.bottom });
            }}
            onKeyDown={(e) => {
              if (e.key === 'Delete') close(tab.key);
            }}
            onDragStart={(e) => {
              e.dataTransfer.setData(DRAG_TYPE, tab.key);
              e.dataTransfer.effectAllowed = 'move';
            }}
            onDragOver={(e) => {
              if (!e.dataTransfer.types.includes(DRAG_TYPE)) return;
              e.preventDefault();
              setOver(tab.key);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(e) => {
              setOver(null);
              const key = e.dataTransfer.getData(DRAG_TYPE);
              if (key) move(key, i);
            }}
          >
            {tab.pinned ? <Icon name="pinned" /> : null}
            <span className="tab-title">{titleOf(tab)}</span>
            {/* For the pointer only: a tab may hold no other control, and Delete or Ctrl+W close it from the keyboard. */}
            <span
              className="tab-close"
              aria-hidden="true"
              title={`Close ${titleOf(tab)}`}
              onClick={(e) => {
                e.stopPropagation();
                close(tab.key);
              }}
            >
              <Icon name="close" />
            </span>
          </button>
        </div>
      ))}
      {menu ? (
        <MenuList
          label="Tab"
          at={menu}
          onClose={() => setMenu(null)}
          items={[
            { id: 'close', label: 'Close', key: 'Ctrl+W', run: () => close(menu.tab.key) },
            { id: 'others', label: 'Close Others', run: () => closeOthers(menu.tab.key) },
            { id: 'all', label: 'Close All', run: closeAll },
            { kind: 'line', id: 'line' },
            { id: 'keep', label: 'Keep', disabled: !menu.tab.preview, run: () => keep(menu.tab.key) },
            { id: 'pin', label: menu.tab.pinned ? 'Unpin' : 'Pin', run: () => pin(menu.tab.key, !menu.tab.pinned) },
          ]}
        />
      ) : null}
    </div>
  );
}
