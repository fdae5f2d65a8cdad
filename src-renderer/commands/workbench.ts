import { engine, pick } from '../data/engine.ts';
import { notify } from '../data/notify.ts';
import { runCommand } from '../data/run.ts';
import { useSelection } from '../data/selection.ts';
import { useTheme } from '../data/theme.ts';
import type { ThemeChoice } from '../data/theme.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { offerFiles, setAsOf } from '../data/workspace.ts';
import { openView, showDialog, showPanel, useWorkbench } from '../data/workbench.ts';
import type { PanelTab } from '../data/workbench.ts';
import { commandById, execute } from './registry.ts';
import type { Command } from './types.ts';

const hasWorkspace = (): boolean => useOpenWorkspace.getState().info !== null;
const bench = () => useWorkbench.getState();
const hasTab = (): boolean => bench().active !== null;
const withTab = (act: (key: string) => void) => (): void => {
  const { active } = bench();
  if (active !== null) act(active);
};

/** Lets a person choose exports and hands them to the Imports view. */
export async function chooseFiles(): Promise<void> {
  await receiveTokens(await pick('files'));
}

const WORKSPACE_TOKEN = 'workspace:';

/** Files that were dropped or picked: a workspace is opened, exports go to the Imports view. */
export async function receiveTokens(tokens: string[]): Promise<void> {
  const workspace = tokens.find((t) => t.startsWith(WORKSPACE_TOKEN));
  if (workspace !== undefined) {
    if (tokens.length > 1)
      notify({
        level: 'info',
        text: 'A workspace and other files were dropped together; the workspace was opened. Drop the other files again to import them into it.',
      });
    useOpenWorkspace.getState().opened(await engine.workspaceOpen({ token: workspace.slice(WORKSPACE_TOKEN.length) }));
    return;
  }
  const offered = await offerFiles(tokens);
  if (offered) openView('imports', { set: offered.set }, { title: offered.title });
}

export async function openWorkspaceFile(): Promise<void> {
  const [token] = await pick('workspace');
  if (token !== undefined)
    useOpenWorkspace.getState().opened(await engine.workspaceOpen({ token: token.replace(WORKSPACE_TOKEN, '') }));
}

export async function openSample(): Promise<void> {
  useOpenWorkspace
    .getState()
    .opened(await runCommand('workspaceSample', {}, { label: 'Open the sample workspace', quiet: true }));
}

async function undoNewest(): Promise<void> {
  const { changes } = await engine.history({});
  const newest = changes.find((c) => c.undoable && !c.undone);
  if (!newest) return notify({ level: 'info', text: 'There is nothing to undo.' });
  await runCommand('undoChange', { change: newest.id }, { label: `Undo: ${newest.sentence}`, quiet: true });
  notify({ level: 'info', text: `Undone: ${newest.sentence}` });
}

const FILE: Command[] = [
  {
    id: 'file.sample',
    label: 'Open Sample Workspace',
    keywords: 'demo example tour',
    menu: { menu: 'File', group: 1 },
    run: openSample,
  },
  {
    id: 'file.new',
    label: 'New Workspace…',
    key: 'Ctrl+N',
    keywords: 'create',
    menu: { menu: 'File', group: 1 },
    run: () => showDialog('new-workspace'),
  },
  {
    id: 'file.open',
    label: 'Open Workspace…',
    key: 'Ctrl+O',
    menu: { menu: 'File', group: 1 },
    run: openWorkspaceFile,
  },
  {
    id: 'file.import',
    label: 'Import Files…',
    key: 'Ctrl+I',
    keywords: 'csv tsv export add data',
    menu: { menu: 'File', group: 2 },
    run: chooseFiles,
  },
  {
    id: 'file.close',
    label: 'Close Workspace',
    menu: { menu: 'File', group: 9 },
    when: hasWorkspace,
    run: async () => {
      await engine.workspaceClose({});
      useOpenWorkspace.getState().opened(null);
    },
  },
];

const EDIT: Command[] = [
  {
    id: 'edit.undo',
    label: 'Undo Last Change',
    key: 'Ctrl+Z',
    menu: { menu: 'Edit', group: 1 },
    when: hasWorkspace,
    run: undoNewest,
  },
  { id: 'edit.copy', label: 'Copy', menu: { menu: 'Edit', group: 2 }, run: () => void document.execCommand('copy') },
  {
    id: 'edit.asOf',
    label: 'Set As-of Day…',
    key: 'Ctrl+Shift+D',
    keywords: 'date day time travel',
    menu: { menu: 'Edit', group: 3 },
    when: hasWorkspace,
    run: () => showDialog('as-of'),
  },
  {
    id: 'edit.asOfNewest',
    label: 'As of the Newest Observed Day',
    keywords: 'date today reset',
    menu: { menu: 'Edit', group: 3 },
    when: hasWorkspace,
    run: () => setAsOf(null),
  },
];

const SELECTION: Command[] = [
  {
    id: 'selection.clear',
    label: 'Clear Selection',
    key: 'Escape',
    keywords: 'reset filter all customers',
    menu: { menu: 'Selection', group: 1 },
    when: () => useSelection.getState().clauses.some((c) => !c.pinned),
    run: () => useSelection.getState().clear(),
  },
  {
    id: 'selection.negateLast',
    label: 'Negate Last Clause',
    keywords: 'not invert exclude',
    menu: { menu: 'Selection', group: 1 },
    when: () => useSelection.getState().clauses.length > 0,
    run: () => {
      const last = useSelection.getState().clauses.at(-1);
      if (last) useSelection.getState().negate(last.id);
    },
  },
  {
    id: 'selection.pinLast',
    label: 'Pin or Unpin Last Clause',
    keywords: 'keep hold filter',
    menu: { menu: 'Selection', group: 1 },
    when: () => useSelection.getState().clauses.length > 0,
    run: () => {
      const last = useSelection.getState().clauses.at(-1);
      if (last) useSelection.getState().pin(last.id);
    },
  },
  {
    id: 'selection.removeLast',
    label: 'Remove Last Clause',
    menu: { menu: 'Selection', group: 1 },
    when: () => useSelection.getState().clauses.length > 0,
    run: () => {
      const last = useSelection.getState().clauses.at(-1);
      if (last) useSelection.getState().remove(last.id);
    },
  },
];

const GO: Command[] = [
  {
    id: 'go.back',
    label: 'Back to the Former Selection',
    key: 'Alt+Left',
    menu: { menu: 'Selection', group: 2 },
    when: () => useSelection.getState().past.length > 0,
    run: () => useSelection.getState().back(),
  },
  {
    id: 'go.forward',
    label: 'Forward to the Next Selection',
    key: 'Alt+Right',
    menu: { menu: 'Selection', group: 2 },
    when: () => useSelection.getState().future.length > 0,
    run: () => useSelection.getState().forward(),
  },
  {
    id: 'go.quickOpen',
    label: 'Go to Customer or View…',
    key: 'Ctrl+P',
    keywords: 'search find quick open',
    inText: true,
    menu: { menu: 'Go', group: 1 },
    run: () => useWorkbench.setState({ quick: '' }),
  },
  {
    id: 'go.palette',
    label: 'Show All Commands…',
    key: ['Ctrl+Shift+P', 'F1'],
    keywords: 'palette',
    inText: true,
    menu: { menu: 'Go', group: 1 },
    run: () => useWorkbench.setState({ quick: '>' }),
  },
];

function panelCommand(panelTab: PanelTab, label: string, key?: string): Command {
  return {
    id: `view.panel.${panelTab}`,
    label: `Show ${label}`,
    ...(key === undefined ? {} : { key }),
    keywords: panelTab === 'history' ? 'panel undo redo changes' : 'panel',
    menu: { menu: 'View', group: 3 },
    run: () => showPanel(panelTab),
  };
}

function themeCommand(choice: ThemeChoice, label: string): Command {
  return {
    id: `view.theme.${choice}`,
    label: `Theme: ${label}`,
    keywords: 'colour color dark light contrast appearance',
    menu: { menu: 'View', group: 5 },
    checked: () => useTheme.getState().choice === choice,
    run: () => useTheme.getState().choose(choice),
  };
}

const VIEW: Command[] = [
  {
    id: 'view.sideBar',
    label: 'Side Bar',
    key: 'Ctrl+B',
    keywords: 'toggle show hide',
    menu: { menu: 'View', group: 2 },
    checked: () => bench().layout.sideBar,
    run: () => bench().setLayout({ sideBar: !bench().layout.sideBar }),
  },
  {
    id: 'view.panel',
    label: 'Panel',
    key: 'Ctrl+J',
    keywords: 'toggle show hide',
    menu: { menu: 'View', group: 2 },
    checked: () => bench().layout.panel,
    run: () => bench().setLayout({ panel: !bench().layout.panel }),
  },
  {
    id: 'view.sideWider',
    label: 'Make Side Bar Wider',
    keywords: 'resize',
    run: () => bench().setLayout({ sideWidth: Math.min(600, bench().layout.sideWidth + 40) }),
  },
  {
    id: 'view.sideNarrower',
    label: 'Make Side Bar Narrower',
    keywords: 'resize',
    run: () => bench().setLayout({ sideWidth: Math.max(160, bench().layout.sideWidth - 40) }),
  },
  {
    id: 'view.panelHigher',
    label: 'Make Panel Higher',
    keywords: 'resize',
    run: () => bench().setLayout({ panel: true, panelHeight: Math.min(700, bench().layout.panelHeight + 60) }),
  },
  {
    id: 'view.panelLower',
    label: 'Make Panel Lower',
    keywords: 'resize',
    run: () => bench().setLayout({ panelHeight: Math.max(90, bench().layout.panelHeight - 60) }),
  },
  panelCommand('problems', 'Problems', 'Ctrl+Shift+M'),
  panelCommand('list', 'List', 'Ctrl+Shift+L'),
  panelCommand('output', 'Output', 'Ctrl+Shift+U'),
  panelCommand('progress', 'Progress'),
  panelCommand('history', 'History', 'Ctrl+Shift+H'),
  themeCommand('system', 'As the System'),
  themeCommand('light', 'Light'),
  themeCommand('dark', 'Dark'),
  themeCommand('hc-light', 'High Contrast Light'),
  themeCommand('hc-dark', 'High Contrast Dark'),
];

const TABS: Command[] = [
  {
    id: 'tab.close',
    label: 'Close Tab',
    key: ['Ctrl+W', 'Ctrl+F4'],
    menu: { menu: 'Go', group: 4 },
    when: hasTab,
    run: withTab((key) => bench().close(key)),
  },
  {
    id: 'tab.closeOthers',
    label: 'Close Other Tabs',
    menu: { menu: 'Go', group: 4 },
    when: () => bench().tabs.length > 1,
    run: withTab((key) => bench().closeOthers(key)),
  },
  { id: 'tab.closeAll', label: 'Close All Tabs', key: 'Ctrl+K Ctrl+W', when: hasTab, run: () => bench().closeAll() },
  {
    id: 'tab.reopen',
    label: 'Reopen Closed Tab',
    key: 'Ctrl+Shift+T',
    menu: { menu: 'Go', group: 4 },
    when: () => bench().closed.length > 0,
    run: () => bench().reopen(),
  },
  {
    id: 'tab.keep',
    label: 'Keep Tab',
    key: 'Ctrl+K Enter',
    keywords: 'preview',
    when: hasTab,
    run: withTab((key) => bench().keep(key)),
  },
  {
    id: 'tab.pin',
    label: 'Pin or Unpin Tab',
    key: 'Ctrl+K Shift+Enter',
    menu: { menu: 'Go', group: 4 },
    when: hasTab,
    run: withTab((key) => bench().pin(key, !bench().tabs.find((t) => t.key === key)?.pinned)),
  },
  {
    id: 'tab.moveLeft',
    label: 'Move Tab Left',
    key: 'Ctrl+Shift+PageUp',
    when: hasTab,
    run: withTab((key) => bench().move(key, bench().tabs.findIndex((t) => t.key === key) - 1)),
  },
  {
    id: 'tab.moveRight',
    label: 'Move Tab Right',
    key: 'Ctrl+Shift+PageDown',
    when: hasTab,
    run: withTab((key) => bench().move(key, bench().tabs.findIndex((t) => t.key === key) + 1)),
  },
  { id: 'tab.next', label: 'Next Tab', key: 'Ctrl+PageDown', inText: true, when: hasTab, run: () => step(1) },
  { id: 'tab.previous', label: 'Former Tab', key: 'Ctrl+PageUp', inText: true, when: hasTab, run: () => step(-1) },
];

function step(by: 1 | -1): void {
  const { tabs, active, activate } = bench();
  const at = tabs.findIndex((t) => t.key === active);
  const next = tabs.at((at + by) % tabs.length);
  if (next) activate(next.key);
}

const HELP: Command[] = [
  {
    id: 'help.welcome',
    label: 'Welcome',
    keywords: 'start recent',
    menu: { menu: 'Help', group: 1 },
    run: () => openView('welcome'),
  },
  {
    id: 'help.keys',
    label: 'Keyboard Shortcuts',
    key: ['Ctrl+K Ctrl+S', '?'],
    keywords: 'cheat sheet help',
    menu: { menu: 'Help', group: 1 },
    run: () => showDialog('keys'),
  },
  {
    id: 'help.about',
    label: 'About Ladderline',
    keywords: 'version',
    menu: { menu: 'Help', group: 2 },
    run: () => showDialog('about'),
  },
];

/** What the frame itself can do. Each view adds its own commands and one "Open" command. */
export const WORKBENCH_COMMANDS: readonly Command[] = [
  ...FILE,
  ...EDIT,
  ...SELECTION,
  ...GO,
  ...VIEW,
  ...TABS,
  ...HELP,
];

/** For buttons: runs a command by id and says so when there is none. */
export function run(id: string): void {
  const command = commandById(id);
  if (!command) throw new Error(`there is no command "${id}"`);
  void execute(command);
}
