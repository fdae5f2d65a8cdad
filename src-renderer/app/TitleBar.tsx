import { useRef, useState } from 'react';
import { isMac, keyText } from '../commands/keys.ts';
import { execute, isEnabled, keysOf, useCommandTable } from '../commands/registry.ts';
import type { Command, MenuId } from '../commands/types.ts';
import { Icon } from '../kit/Icon.tsx';
import { MenuList } from '../kit/Menu.tsx';
import type { MenuItem } from '../kit/Menu.tsx';
import { useOpenWorkspace } from '../data/version.ts';
import { useWorkbench } from '../data/workbench.ts';

const MENUS: readonly MenuId[] = ['File', 'Edit', 'Selection', 'View', 'Go', 'Help'];

function itemsOf(menu: MenuId, commands: readonly Command[]): MenuItem[] {
  const mine = commands.filter((c) => c.menu?.menu === menu);
  const groups = [...new Set(mine.map((c) => c.menu?.group ?? 0))].sort((a, b) => a - b);
  return groups.flatMap((group, i) => [
    ...(i > 0 ? [{ kind: 'line' as const, id: `line-${group}` }] : []),
    ...mine.filter((c) => c.menu?.group === group).map(itemOf),
  ]);
}

function itemOf(command: Command): MenuItem {
  const [key] = keysOf(command);
  return {
    id: command.id,
    label: command.label,
    key: key === undefined ? undefined : keyText(key, isMac()),
    checked: command.checked?.(),
    disabled: !isEnabled(command),
    run: () => void execute(command),
  };
}

/** The menus, read from the commands. Left and right walk from menu to menu. */
function MenuBar() {
  const commands = useCommandTable((s) => s.commands);
  const bar = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<{ index: number; x: number; y: number } | null>(null);
  const [current, setCurrent] = useState(0);

  const buttonAt = (i: number): HTMLElement | undefined =>
    bar.current?.querySelectorAll<HTMLElement>('[role=menuitem]')[i];
  const openAt = (index: number): void => {
    const box = buttonAt(index)?.getBoundingClientRect();
    setOpen({ index, x: box?.left ?? 0, y: box?.bottom ?? 0 });
  };
  const go = (to: number): void => {
    const next = (to + MENUS.length) % MENUS.length;
    setCurrent(next);
    if (open === null) buttonAt(next)?.focus();
    else openAt(next);
  };

  return (
    <div
      ref={bar}
      className="menubar"
      role="menubar"
      aria-label="Menu"
      onKeyDown={(e) => {
        if (e.key === 'ArrowRight') go(current + 1);
        else if (e.key === 'ArrowLeft') go(current - 1);
        else if (e.key === 'ArrowDown') openAt(current);
        else return;
        e.preventDefault();
      }}
    >
      {MENUS.map((menu, i) => (
        <button
          key={menu}
          type="button"
          role="menuitem"
          aria-haspopup="menu"
          aria-expanded={open?.index === i}
          tabIndex={i === current ? 0 : -1}
          onFocus={() => setCurrent(i)}
          onPointerDown={(e) => e.stopPropagation()}
          onClick={() => (open?.index === i ? setOpen(null) : openAt(i))}
          onPointerEnter={() => {
            if (open !== null) go(i);
          }}
        >
          {menu}
        </button>
      ))}
      {open !== null ? (
        <MenuList
          key={open.index}
          label={MENUS[open.index] ?? ''}
          items={itemsOf(MENUS[open.index] ?? 'File', commands)}
          at={open}
          onStep={(by) => go(open.index + by)}
          onClose={(restore) => {
            if (restore) buttonAt(open.index)?.focus();
            setOpen(null);
          }}
        />
      ) : null}
    </div>
  );
}

export function TitleBar() {
  const info = useOpenWorkspace((s) => s.info);
  return (
    <header className="title" data-part="title">
      <span className="logo" aria-hidden="true">
        <Icon name="layers" />
      </span>
      <MenuBar />
      <button
        type="button"
        className="command-centre"
        aria-haspopup="dialog"
        onClick={() => useWorkbench.setState({ quick: '' })}
      >
        <Icon name="search" />
        <span>{info ? `Search ${info.name}` : 'Search'}</span>
        <kbd>{keyText('Ctrl+P', isMac())}</kbd>
      </button>
      <span />
    </header>
  );
}
