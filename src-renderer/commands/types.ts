import type { ComponentType } from 'react';
import type { Params } from '../data/workbench.ts';

export type MenuId = 'File' | 'Edit' | 'Selection' | 'View' | 'Go' | 'Help';

/** One action of a person. Menus, the palette, keys and buttons all read this object. */
export type Command = {
  /** `group.action`, stable. */
  readonly id: string;
  readonly label: string;
  /** Other words somebody may look for. */
  readonly keywords?: string;
  /** `Ctrl+Shift+P`, `F6`, `Ctrl+K Ctrl+S` (a chord), `?`; Ctrl is Command on a Mac. Several are tried in order, the first is shown. */
  readonly key?: string | readonly string[];
  /** Place in the menu bar; groups are parted by lines. */
  readonly menu?: { readonly menu: MenuId; readonly group: number };
  /** False greys the command out in menus and hides it from keys and palette. */
  readonly when?: () => boolean;
  /** For choices: whether it is the one in force. */
  readonly checked?: () => boolean;
  /** True also runs from its key while text is being typed. */
  readonly inText?: boolean;
  readonly run: () => void | Promise<unknown>;
};

export type ViewProps = {
  readonly params: Params;
  /** False while the tab is in the background. */
  readonly active: boolean;
  /** Renames the view's tab. */
  readonly setTitle: (title: string) => void;
};

/** `views/<name>/index.ts` exports one of these, made with `defineView`. */
export type ViewDescriptor = {
  /** Folder name; also the `view` of its selection clauses. */
  readonly id: string;
  readonly title: string;
  /** A codicon name without prefix: `layers`, `graph`. */
  readonly icon: string;
  /** Place in the activity bar; without one the view is not there (a customer, a source file). */
  readonly order?: number;
  readonly key?: string;
  readonly keywords?: string;
  /** Shown without an open workspace too (Welcome, Imports). */
  readonly withoutWorkspace?: boolean;
  /** True when selection and as-of day do not bear on it; the breadcrumb line then leaves them out. */
  readonly timeless?: boolean;
  /** True when every figure is as of a day: a workspace without one shows what to import instead. */
  readonly dated?: boolean;
  readonly component: () => Promise<{ default: ComponentType<ViewProps> }>;
  readonly sideBar?: () => Promise<{ default: ComponentType<ViewProps> }>;
  readonly commands?: readonly Command[];
};

/** States the type of a view's descriptor. */
export function defineView(view: ViewDescriptor): ViewDescriptor {
  return view;
}
