import { lazy } from 'react';
import type { ComponentType, LazyExoticComponent } from 'react';
import type { Command, ViewDescriptor, ViewProps } from '../commands/types.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { openView } from '../data/workbench.ts';
import { VIEWS } from '../views/index.ts';

type LazyView = LazyExoticComponent<ComponentType<ViewProps>>;
export type ReadyView = ViewDescriptor & { View: LazyView; SideBar: LazyView | null };

const READY: ReadonlyMap<string, ReadyView> = new Map(
  VIEWS.map((v: ViewDescriptor) => [
    v.id,
    { ...v, View: lazy(v.component), SideBar: v.sideBar ? lazy(v.sideBar) : null },
  ]),
);

export function viewById(id: string): ReadyView | undefined {
  return READY.get(id);
}

/** Views of the activity bar in their order. */
export const ACTIVITY: readonly ReadyView[] = [...READY.values()]
  .filter((v) => v.order !== undefined)
  .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

/** "Open X" for each view of the activity bar, and what the views add themselves. */
export function viewCommands(): Command[] {
  const open = ACTIVITY.map((view, i): Command => ({
    id: `open.${view.id}`,
    label: `Open ${view.title}`,
    key: view.key ?? (i < 9 ? `Ctrl+${i + 1}` : []),
    ...(view.keywords === undefined ? {} : { keywords: view.keywords }),
    menu: { menu: 'View', group: 1 },
    when: () => view.withoutWorkspace === true || useOpenWorkspace.getState().info !== null,
    run: () => openView(view.id),
  }));
  return [...open, ...[...READY.values()].flatMap((v) => v.commands ?? [])];
}
