import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Icon } from './Icon.tsx';

export type MenuItem =
  | { kind: 'line'; id: string }
  | {
      kind?: 'item';
      id: string;
      label: string;
      key?: string | undefined;
      checked?: boolean | undefined;
      disabled?: boolean | undefined;
      /** Keeps the menu open, for check marks. */
      stay?: boolean | undefined;
      run: () => void;
    };

type Place = { x: number; y: number };

/** An open menu at a place in the window. Arrow keys, Home, End, first letters, Enter, Escape. */
export function MenuList({
  label,
  items,
  at,
  onClose,
  onStep,
}: {
  label: string;
  items: readonly MenuItem[];
  at: Place;
  onClose: (restoreFocus: boolean) => void;
  onStep?: (by: 1 | -1) => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);

  useLayoutEffect(() => {
    const menu = ref.current;
    if (!menu) return;
    const { width, height } = menu.getBoundingClientRect();
    setPlace({
      x: Math.max(4, Math.min(at.x, window.innerWidth - width - 4)),
      y: Math.max(4, Math.min(at.y, window.innerHeight - height - 4)),
    });
  }, [at.x, at.y, items.length]);

  useEffect(() => {
    const menu = ref.current;
    choices(menu)[0]?.focus();
    const outside = (e: PointerEvent): void => {
      if (menu && e.target instanceof Node && !menu.contains(e.target)) onClose(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
    // oxlint-disable-next-line react/exhaustive-deps -- once per opening
  }, [label]);

  const onKeyDown = (e: KeyboardEvent): void => {
    const list = choices(ref.current);
    const now = list.indexOf(document.activeElement as HTMLElement);
    const go = (to: number): void => list[(to + list.length) % list.length]?.focus();
    if (e.key === 'ArrowDown') go(now + 1);
    else if (e.key === 'ArrowUp') go(now < 0 ? -1 : now - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(-1);
    else if (e.key === 'Escape') onClose(true);
    else if (e.key === 'Tab') onClose(true);
    else if (e.key === 'ArrowLeft' && onStep) onStep(-1);
    else if (e.key === 'ArrowRight' && onStep) onStep(1);
    else if (e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey) {
      const wanted = e.key.toLowerCase();
      const order = [...list.slice(now + 1), ...list.slice(0, now + 1)];
      order.find((el) => el.textContent?.toLowerCase().startsWith(wanted))?.focus();
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return createPortal(
    <div
      ref={ref}
      className="menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      style={{ left: place.x, top: place.y }}
      onKeyDown={onKeyDown}
    >
      {items.map((item) =>
        item.kind === 'line' ? (
          <div key={item.id} className="menu-line" role="separator" />
        ) : (
          <button
            key={item.id}
            type="button"
            className="menu-item"
            role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
            aria-checked={item.checked}
            aria-disabled={item.disabled ? true : undefined}
            tabIndex={-1}
            onPointerMove={(e) => e.currentTarget.focus()}
            onClick={() => {
              if (item.disabled) return;
              if (!item.stay) onClose(true);
              item.run();
            }}
          >
            <span className="menu-check">{item.checked ? <Icon name="check" /> : null}</span>
            <span className="menu-label">{item.label}</span>
            {item.key ? <kbd>{item.key}</kbd> : null}
          </button>
        ),
      )}
    </div>,
    document.body,
  );
}

function choices(menu: HTMLElement | null): HTMLElement[] {
  return menu ? [...menu.querySelectorAll<HTMLElement>('.menu-item')] : [];
}

/** A button that opens a menu below itself. */
export function MenuButton({
  label,
  children,
  items,
  className = 'btn btn-quiet',
}: {
  label: string;
  children: ReactNode;
  items: () => readonly MenuItem[];
  className?: string;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<Place | null>(null);
  const open = (): void => {
    const box = button.current?.getBoundingClientRect();
    if (box) setAt({ x: box.left, y: box.bottom + 2 });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        aria-label={label}
        title={label}
        onClick={() => (at ? setAt(null) : open())}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowDown') return;
          e.preventDefault();
          open();
        }}
      >
        {children}
      </button>
      {at ? (
        <MenuList
          label={label}
          items={items()}
          at={at}
          onClose={(restore) => {
            setAt(null);
            if (restore) button.current?.focus();
          }}
        />
      ) : null}
    </>
  );
}
