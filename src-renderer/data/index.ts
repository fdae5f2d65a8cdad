export { engine, pick, tokensOf, transport } from './engine.ts';
export type { PickKind } from './engine.ts';
export { useEngine, useEnginePages } from './query.ts';
export type { EngineOptions, Pages } from './query.ts';
export { runCommand, useCommand, useTasks } from './run.ts';
export type { CommandState, RunOptions, Task } from './run.ts';
export { errorParts, notify, notifyError, useNotices } from './notify.ts';
export { quoted, useSelection, useWhere, useWhereInput, whereOf } from './selection.ts';
export type { Clause } from './selection.ts';
export { useSelectionCount } from './selectionCount.ts';
export { useNobody } from './nobody.ts';
export { useTheme } from './theme.ts';
export type { Theme, ThemeChoice } from './theme.ts';
export {
  openCustomer,
  openLineage,
  openList,
  openSource,
  openView,
  showDialog,
  showPanel,
  useWorkbench,
} from './workbench.ts';
export type { Layout, ListContent, PanelTab, Params, Tab } from './workbench.ts';
export { offerFiles, setAsOf, useAsOf, usePendingFiles, useOpenWorkspace, useWorkspace } from './workspace.ts';
export type { PendingFile } from './workspace.ts';
