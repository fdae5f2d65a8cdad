import { create } from 'zustand';
import type { ReactNode } from 'react';

export type Params = Readonly<Record<string, string>>;
export type Tab = {
  /** `view` plus its params: the same place opens the same tab. */
  readonly key: string;
  readonly view: string;
  readonly params: Params;
  readonly title: string;
  /** A preview tab is replaced by the next one; it stays when pinned, edited or double-clicked. */
  readonly preview: boolean;
  readonly pinned: boolean;
};
export type PanelTab = 'problems' | 'list' | 'output' | 'progress' | 'history';
export type DialogId = 'as-of' | 'new-workspace' | 'keys' | 'about';

/** The list behind a number, shown in the panel. */
export type ListContent = {
  title: string;
  /** Customers by a clause of the language; the panel draws the table. */
  where?: string;
  asOf?: string;
  /** Or anything else a view wants listed; not restored after a restart. */
  content?: ReactNode;
};

export type Layout = {
  sideBar: boolean;
  sideWidth: number;
  panel: boolean;
  panelHeight: number;
  panelTab: PanelTab;
  zen: boolean;
};

export type OpenOptions = { title?: string; preview?: boolean; pinned?: boolean };

type Workbench = {
  tabs: readonly Tab[];
  active: string | null;
  /** Keys, most recently used first. */
  used: readonly string[];
  closed: readonly Tab[];
  layout: Layout;
  list: ListContent | null;
  dialog: DialogId | null;
  /** Text the quick input starts with, or null when it is closed. */
  quick: string | null;
  open(view: string, params?: Params, options?: OpenOptions): void;
  activate(key: string): void;
  close(key: string): void;
  closeOthers(key: string): void;
  closeAll(): void;
  reopen(): void;
  keep(key: string): void;
  pin(key: string, pinned: boolean): void;
  rename(key: string, title: string): void;
  move(key: string, to: number): void;
  setLayout(change: Partial<Layout>): void;
  restoreTabs(tabs: readonly Tab[], active: string | null): void;
};

export const LAYOUT: Layout = {
  sideBar: true,
  sideWidth: 270,
  panel: false,
  panelHeight: 190,
  panelTab: 'problems',
  zen: false,
};
const MAX_CLOSED = 20;

export function tabKey(view: string, params: Params = {}): string {
  const parts = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.length === 0 ? view : `${view}?${parts.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')}`;
}

export const useWorkbench = create<Workbench>()((set, get) => {
  const used = (key: string): string[] => [key, ...get().used.filter((k) => k !== key)];
  const shut = (gone: readonly Tab[]): void => {
    if (gone.length === 0) return;
    const keys = new Set(gone.map((t) => t.key));
    const tabs = get().tabs.filter((t) => !keys.has(t.key));
    const order = get().used.filter((k) => !keys.has(k));
    const active = get().active;
    set({
      tabs,
      used: order,
      closed: [...gone, ...get().closed].slice(0, MAX_CLOSED),
      active: active !== null && keys.has(active) ? (order[0] ?? tabs.at(-1)?.key ?? null) : active,
    });
  };
  const change = (key: string, part: Partial<Tab>): void =>
    set({ tabs: get().tabs.map((t) => (t.key === key ? { ...t, ...part } : t)) });

  return {
    tabs: [],
    active: null,
    used: [],
    closed: [],
    layout: LAYOUT,
    list: null,
    dialog: null,
    quick: null,
    open: (view, params = {}, options = {}) => {
      const key = tabKey(view, params);
      const { tabs } = get();
      const held = tabs.find((t) => t.key === key);
      if (held) {
        if (options.title !== undefined && options.title !== held.title) change(key, { title: options.title });
        if (options.preview === false && held.preview) change(key, { preview: false });
      } else {
        const preview = options.preview ?? false;
        const tab: Tab = { key, view, params, title: options.title ?? '', preview, pinned: options.pinned ?? false };
        const replaced = preview ? tabs.findIndex((t) => t.preview) : -1;
        if (replaced >= 0) {
          const old = tabs[replaced]!;
          set({ tabs: tabs.with(replaced, tab), used: get().used.filter((k) => k !== old.key) });
        } else {
          const at = tabs.findIndex((t) => t.key === get().active) + 1 || tabs.length;
          set({ tabs: tabs.toSpliced(at, 0, tab) });
        }
      }
      set({ active: key, used: used(key) });
    },
    activate: (key) => set({ active: key, used: used(key) }),
    close: (key) => shut(get().tabs.filter((t) => t.key === key)),
    closeOthers: (key) => shut(get().tabs.filter((t) => t.key !== key && !t.pinned)),
    closeAll: () => shut(get().tabs.filter((t) => !t.pinned)),
    reopen: () => {
      const [tab, ...closed] = get().closed;
      if (!tab) return;
      set({ closed });
      get().open(tab.view, tab.params, { title: tab.title, pinned: tab.pinned });
    },
    keep: (key) => change(key, { preview: false }),
    pin: (key, pinned) => {
      change(key, { pinned, preview: false });
      const tabs = get().tabs;
      set({ tabs: [...tabs.filter((t) => t.pinned), ...tabs.filter((t) => !t.pinned)] });
    },
    rename: (key, title) => {
      if (get().tabs.some((t) => t.key === key && t.title !== title)) change(key, { title });
    },
    move: (key, to) => {
      const { tabs } = get();
      const from = tabs.findIndex((t) => t.key === key);
      const tab = tabs[from];
      if (!tab) return;
      const rest = tabs.toSpliced(from, 1);
      const pinnedCount = rest.filter((t) => t.pinned).length;
      const [least, most] = tab.pinned ? [0, pinnedCount] : [pinnedCount, rest.length];
      set({ tabs: rest.toSpliced(Math.min(most, Math.max(least, to)), 0, tab) });
    },
    setLayout: (part) => set({ layout: { ...get().layout, ...part } }),
    restoreTabs: (tabs, active) => set({ tabs, active, used: active === null ? [] : [active], closed: [], list: null }),
  };
});

/** Opens a view in a tab: `openView('customer', { id }, { title: name, preview: true })`. */
export function openView(view: string, params?: Params, options?: OpenOptions): void {
  useWorkbench.getState().open(view, params, options);
}

/** Opens a customer in the preview tab. */
export function openCustomer(id: string, name: string, options: OpenOptions = {}): void {
  openView('customer', { id }, { title: name, preview: true, ...options });
}

/** Opens the source file of a batch at a line. */
export function openSource(batch: string, line: number, file?: string): void {
  openView('source', { batch, line: String(line) }, { title: file ?? `Import ${batch}`, preview: true });
}

/** Opens the source row a value came from: `table` and `id` as in a SourceRef. */
export function openLineage(ref: { table: string; id: string }, column?: string): void {
  const params = { table: ref.table, id: ref.id, ...(column === undefined ? {} : { column }) };
  openView('source', params, { title: 'Source line', preview: true });
}

/** Shows the list behind a number in the panel. */
export function openList(list: ListContent): void {
  const { setLayout } = useWorkbench.getState();
  useWorkbench.setState({ list });
  setLayout({ panel: true, panelTab: 'list' });
}

export function showPanel(panelTab: PanelTab): void {
  useWorkbench.getState().setLayout({ panel: true, panelTab });
}

export function showDialog(dialog: DialogId | null): void {
  useWorkbench.setState({ dialog });
}
