import { useMemory } from '../kit/memory.ts';
import { engine } from './engine.ts';
import { notifyError } from './notify.ts';
import { useSelection } from './selection.ts';
import type { Clause } from './selection.ts';
import { useTheme } from './theme.ts';
import type { ThemeChoice } from './theme.ts';
import { useOpenWorkspace } from './version.ts';
import { LAYOUT, useWorkbench } from './workbench.ts';
import type { Layout, Tab } from './workbench.ts';

const SAVE_AFTER_MS = 300;

type WindowState = {
  layout: Layout;
  theme: ThemeChoice;
  memory: Record<string, unknown>;
  workspace: { name: string; sample: boolean } | null;
};
type WorkspaceState = { tabs: Tab[]; active: string | null; clauses: Clause[] };

const WINDOW_KEY = 'window';
const keyOf = (info: { name: string; sample: boolean }): string =>
  `workspace:${info.sample ? 'sample' : info.name}`.slice(0, 90);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function read(key: string): Promise<Record<string, unknown>> {
  const { value } = await engine.stateGet({ key });
  return isRecord(value) ? value : {};
}

/** Runs `save` once after the last of several changes. */
function debounced(save: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
}

let restoring = false;

/** Restores theme, layout and the workspace that was open, then keeps them saved. Called once at start. */
export async function startSession(): Promise<void> {
  try {
    const saved = (await read(WINDOW_KEY)) as Partial<WindowState>;
    useMemory.setState({ values: isRecord(saved.memory) ? saved.memory : {} });
    useTheme.getState().choose(saved.theme ?? 'system');
    useWorkbench.setState({ layout: { ...LAYOUT, ...(isRecord(saved.layout) ? saved.layout : {}), zen: false } });
    keepSaved();
    await reopen(saved.workspace ?? null);
    restoreOnce();
  } catch (error) {
    notifyError(error, 'The last session was not restored');
    useOpenWorkspace.getState().opened(null);
    restoreOnce();
  }
}

async function reopen(last: WindowState['workspace']): Promise<void> {
  const { opened } = useOpenWorkspace.getState();
  const info = await engine.workspaceInfo({});
  if (info) return opened(info);
  if (last?.sample) return opened(await engine.workspaceSample({}));
  const { recents } = await engine.recents({});
  const found = last ? recents.find((r) => r.name === last.name && !r.missing) : undefined;
  opened(found ? await engine.workspaceOpen({ recent: found.id }) : null);
}

function keepSaved(): void {
  const saveWindow = debounced(() => {
    const { info } = useOpenWorkspace.getState();
    const value: WindowState = {
      layout: useWorkbench.getState().layout,
      theme: useTheme.getState().choice,
      memory: useMemory.getState().values,
      workspace: info ? { name: info.name, sample: info.sample } : null,
    };
    engine
      .stateSet({ key: WINDOW_KEY, value })
      .catch((error: unknown) => notifyError(error, 'The layout was not saved'));
  });
  const saveWorkspace = debounced(() => {
    const { info } = useOpenWorkspace.getState();
    if (!info || restoring) return;
    const { tabs, active } = useWorkbench.getState();
    const value: WorkspaceState = { tabs: [...tabs], active, clauses: [...useSelection.getState().clauses] };
    engine
      .stateSet({ key: keyOf(info), value })
      .catch((error: unknown) => notifyError(error, 'The open tabs were not saved'));
  });

  useMemory.subscribe(saveWindow);
  useTheme.subscribe(saveWindow);
  useSelection.subscribe((now, former) => {
    if (now.clauses !== former.clauses) saveWorkspace();
  });
  useWorkbench.subscribe((now, former) => {
    if (now.layout !== former.layout) saveWindow();
    if (now.tabs !== former.tabs || now.active !== former.active) saveWorkspace();
  });
  useOpenWorkspace.subscribe((now, former) => {
    if (now.info !== former.info) saveWindow();
    restoreOnce();
  });
}

let restoredEpoch = -1;

/** Restores what belongs to the open workspace, once for every time one is opened. */
function restoreOnce(): void {
  const { known, epoch } = useOpenWorkspace.getState();
  if (!known || epoch === restoredEpoch) return;
  restoredEpoch = epoch;
  void restoreWorkspace();
}

/** Tabs and selection of the workspace that has just been opened; the start view when nothing is saved. */
async function restoreWorkspace(): Promise<void> {
  const { info, epoch } = useOpenWorkspace.getState();
  restoring = true;
  try {
    const saved = (info ? await read(keyOf(info)) : {}) as Partial<WorkspaceState>;
    if (useOpenWorkspace.getState().epoch !== epoch) return;
    const tabs = Array.isArray(saved.tabs) ? saved.tabs.filter(isTab) : [];
    useWorkbench
      .getState()
      .restoreTabs(tabs, tabs.some((t) => t.key === saved.active) ? (saved.active ?? null) : (tabs[0]?.key ?? null));
    useSelection.getState().restore(Array.isArray(saved.clauses) ? saved.clauses.filter(isClause) : []);
    if (tabs.length > 0) return;
    if (!info) return useWorkbench.getState().open('welcome');
    const { asOf } = await engine.status({});
    // Files dropped on no workspace have made one and opened a tab of their own by now.
    if (useOpenWorkspace.getState().epoch === epoch && useWorkbench.getState().tabs.length === 0)
      useWorkbench.getState().open(asOf === null ? 'imports' : START_VIEW);
  } finally {
    restoring = false;
  }
}

const START_VIEW = 'ladder';

function isTab(value: unknown): value is Tab {
  return (
    isRecord(value) &&
    typeof value['key'] === 'string' &&
    typeof value['view'] === 'string' &&
    isRecord(value['params'])
  );
}

function isClause(value: unknown): value is Clause {
  return (
    isRecord(value) &&
    ['id', 'view', 'text', 'sentence'].every((k) => typeof value[k] === 'string') &&
    [undefined, true].includes(value['pinned'] as undefined)
  );
}
