import type { Analysis, Command } from '#engine/base/define.ts';
import { customer, customers, timeline } from '#engine/analyses/customer/index.ts';
import { definitionPreview, definitions, ladder, ladderList, migration } from '#engine/analyses/ladder/index.ts';
import { nps, npsCompare, npsList, npsTrend } from '#engine/analyses/nps/index.ts';
import { segment, segmentCompare, segments, segmentWhy, units } from '#engine/analyses/segment/index.ts';
import { crossFilter } from '#engine/analyses/selection/index.ts';
import { touches, touchesAudit, touchGaps, touchStrip } from '#engine/analyses/touch/index.ts';
import { changeDetail, changes } from '#engine/analyses/warning/index.ts';
import {
  complete,
  describe,
  fields,
  history,
  problems,
  search,
  showSql,
  status,
} from '#engine/analyses/workspace/index.ts';
import { memory } from '#engine/analyses/workspace/memory.ts';
import {
  drift,
  importDetail,
  importPreview,
  imports,
  lineage,
  missing,
  ownerTeams,
  profiles,
  rejectRows,
  rejects,
  remembered,
  sniff,
  sourceLines,
  unresolved,
} from '#engine/import/questions.ts';
import {
  dropDefinition,
  fixReject,
  freezeSegment,
  importCancel,
  importCommit,
  importCorrections,
  importDryRun,
  importInterrupted,
  importNow,
  importSample,
  redoImport,
  retypeImport,
  removeList,
  removeSegment,
  resetDefinition,
  restoreNamed,
  saveList,
  saveSegment,
  setAsOf,
  setDefinition,
  setOwnerTeams,
  setSettings,
  undoChange,
  undoImport,
  unfreezeSegment,
} from '#engine/commands/index.ts';
import { reportHtml } from '#engine/report/index.ts';

/** THE table of contents: every analysis and command, one line each. The contract's types derive from it. */
export const ENTRIES = [
  status,
  problems,
  imports,
  profiles,
  rejects,
  rejectRows,
  drift,
  missing,
  unresolved,
  remembered,
  importPreview,
  importDetail,
  ownerTeams,
  lineage,
  sourceLines,
  history,
  search,
  fields,
  describe,
  complete,
  memory,
  showSql,
  sniff,
  customers,
  customer,
  timeline,
  ladder,
  migration,
  ladderList,
  definitions,
  definitionPreview,
  nps,
  npsTrend,
  npsCompare,
  npsList,
  touches,
  touchesAudit,
  touchStrip,
  touchGaps,
  changes,
  changeDetail,
  segments,
  segment,
  segmentWhy,
  segmentCompare,
  units,
  crossFilter,
  reportHtml,
  importDryRun,
  importInterrupted,
  importNow,
  importCommit,
  importCancel,
  importSample,
  importCorrections,
  fixReject,
  undoImport,
  redoImport,
  retypeImport,
  undoChange,
  setAsOf,
  setOwnerTeams,
  setSettings,
  setDefinition,
  resetDefinition,
  dropDefinition,
  saveSegment,
  freezeSegment,
  unfreezeSegment,
  removeSegment,
  saveList,
  removeList,
  restoreNamed,
] as const;

export type Entries = typeof ENTRIES;
export type { Bridge, BridgeInput } from '#engine/known/bridge.ts';

type AnyAnalysis = Analysis<string, unknown, unknown, unknown>;
type AnyCommand = Command<string, unknown, unknown, unknown>;

const BY_NAME: ReadonlyMap<string, AnyAnalysis | AnyCommand> = new Map(
  ENTRIES.map((entry) => [entry.name, entry as unknown as AnyAnalysis | AnyCommand]),
);

export function findAnalysis(name: string): AnyAnalysis | null {
  const entry = BY_NAME.get(name);
  return entry?.kind === 'analysis' ? entry : null;
}

export function findCommand(name: string): AnyCommand | null {
  const entry = BY_NAME.get(name);
  return entry?.kind === 'command' ? entry : null;
}
