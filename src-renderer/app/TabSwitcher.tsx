import { useEffect, useState } from 'react';
import { useWorkbench } from '../data/workbench.ts';
import { titleOf } from './TabStrip.tsx';

/** Ctrl+Tab: the tabs in the order they were used, chosen when Ctrl is let go. */
export function TabSwitcher() {
  const [at, setAt] = useState<number | null>(null);
  const tabs = useWorkbench((s) => s.tabs);
  const used = useWorkbench((s) => s.used);
  const order = [...used, ...tabs.map((t) => t.key).filter((k) => !used.includes(k))];

  useEffect(() => {
    const down = (e: KeyboardEvent): void => {
      if (e.key !== 'Tab' || !e.ctrlKey) return;
      e.preventDefault();
      const count = order.length;
      if (count > 1) setAt((now) => ((now ?? 0) + (e.shiftKey ? -1 : 1) + count) % count);
    };
    const up = (e: KeyboardEvent): void => {
      if (e.key !== 'Control' || at === null) return;
      const key = order[at];
      setAt(null);
      if (key !== undefined) useWorkbench.getState().activate(key);
    };
    const away = (): void => setAt(null);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', away);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', away);
    };
  });

  if (at === null) return null;
  return (
    <div className="switcher" role="listbox" aria-label="Open tabs, last used first">
      {order.map((key, i) => {
        const tab = tabs.find((t) => t.key === key);
        return tab ? (
          <div key={key} role="option" aria-selected={i === at} className="switcher-item">
            {titleOf(tab)}
          </div>
        ) : null;
      })}
    </div>
  );
}
