export {
  importCancel,
  importCommit,
  importDryRun,
  importNow,
  importSample,
  redoImport,
  undoImport,
} from './imports.ts';
export { setAsOf, setOwnerTeams, setSettings } from './settings.ts';
export { undoChange } from './undo-change.ts';
