export {
  fixReject,
  importCancel,
  importCommit,
  importCorrections,
  importDryRun,
  importInterrupted,
  importNow,
  importSample,
  redoImport,
  retypeImport,
  undoImport,
} from './imports.ts';
export { dropDefinition, resetDefinition, setDefinition } from './definitions.ts';
export {
  dropNpsText,
  receiveBulletin,
  restoreNpsCases,
  restoreNpsThemes,
  restoreReceipt,
  setNpsCase,
  setNpsText,
  setNpsTheme,
} from './nps.ts';
export {
  freezeSegment,
  removeList,
  removeSegment,
  restoreNamed,
  saveList,
  saveSegment,
  unfreezeSegment,
} from './segments.ts';
export { setAsOf, setOwnerTeams, setSettings } from './settings.ts';
export { undoChange } from './undo-change.ts';
