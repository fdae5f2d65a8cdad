import { useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

export type TabItem<T extends string> = { id: T; label: string; badge?: string | number | null };

/** Moves among the tabs of a strip with the arrow keys, Home and End; focus follows. */
export function moveAlong(e: KeyboardEvent<Element>, selector: string): void {
  move(e, selector, e.key);
}

/** As `moveAlong`, for rows that lie below each other: up and down move among them too. */
export function moveAmongRows(e: KeyboardEvent<Element>, selector: string): void {
  move(e, selector, e.key === 'ArrowDown' ? 'ArrowRight' : e.key === 'ArrowUp' ? 'ArrowLeft' : e.key);
}

function move(e: KeyboardEvent<Element>, selector: string, key: string): void {
  const list = [...e.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const now = list.indexOf(document.activeElement as HTMLElement);
  if (now < 0) return;
  let next: HTMLElement | undefined;
  if (key === 'ArrowRight') next = list[(now + 1) % list.length];
  else if (key === 'ArrowLeft') next = list.at(now - 1);
  else if (key === 'Home') next = list[0];
  else if (key === 'End') next = list.at(-1);
  if (!next) return;
  e.preventDefault();
  next.focus();
}

/** A row of tabs over one area (WAI-ARIA tabs; arrows move, Enter or click chooses). */
export function Tabs<T extends string>({
  label,
  items,
  value,
  onChange,
  children,
  className = '',
}: {
  label: string;
  items: readonly TabItem<T>[];
  value: T;
  onChange: (value: T) => void;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <div className={`tabs ${className}`}>
      <div className="tabs-strip" role="tablist" aria-label={label} onKeyDown={(e) => moveAlong(e, '[role=tab]')}>
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="tab"
            id={`${id}-${item.id}`}
            aria-controls={`${id}-area`}
            aria-selected={item.id === value}
            tabIndex={item.id === value ? 0 : -1}
            onClick={() => onChange(item.id)}
          >
            {item.label}
            {item.badge !== undefined && item.badge !== null ? (
              <span className={String(item.badge) === '0' ? 'count-badge none' : 'count-badge'}>{item.badge}</span>
            ) : null}
          </button>
        ))}
      </div>
      <div className="tabs-area" role="tabpanel" id={`${id}-area`} aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </div>
  );
}
