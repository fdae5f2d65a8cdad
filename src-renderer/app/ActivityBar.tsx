import { Icon } from '../kit/Icon.tsx';
import { openView, useWorkbench } from '../data/workbench.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { ACTIVITY, viewById } from './views.ts';

/** One button per view; the view in front is marked. Up and down walk, one tab stop. */
export function ActivityBar() {
  const tabs = useWorkbench((s) => s.tabs);
  const active = useWorkbench((s) => s.active);
  const hasWorkspace = useOpenWorkspace((s) => s.info !== null);
  const view = tabs.find((t) => t.key === active)?.view;
  const inBar = ACTIVITY.some((v) => v.id === view);
  return (
    <nav
      className="activity"
      data-part="activity"
      aria-label="Views"
      onKeyDown={(e) => {
        if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
        const list = [...e.currentTarget.querySelectorAll<HTMLElement>('button:not([disabled])')];
        const at = list.indexOf(document.activeElement as HTMLElement);
        list.at((at + (e.key === 'ArrowDown' ? 1 : -1)) % list.length)?.focus();
        e.preventDefault();
      }}
    >
      {ACTIVITY.map((v, i) => (
        <button
          key={v.id}
          type="button"
          className="activity-item"
          aria-label={v.title}
          title={v.title}
          aria-current={v.id === view ? 'page' : undefined}
          disabled={!hasWorkspace && !viewById(v.id)?.withoutWorkspace}
          tabIndex={v.id === view || (!inBar && i === 0) ? 0 : -1}
          onClick={() => openView(v.id)}
        >
          <Icon name={v.icon} />
        </button>
      ))}
    </nav>
  );
}
