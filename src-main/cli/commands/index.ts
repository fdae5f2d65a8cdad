import type { CliCommand } from './command.ts';
import { calcCommand } from './calc.ts';
import { changesCommand } from './changes.ts';
import { customerCommand, customersCommand } from './customers.ts';
import {
  driftCommand,
  importCommand,
  importsCommand,
  lineageCommand,
  mapCommand,
  missingCommand,
  redoCommand,
  rejectsCommand,
  retypeCommand,
  sniffCommand,
  undoCommand,
  unresolvedCommand,
} from './imports.ts';
import { definitionCommand } from './definitions.ts';
import { bridgeCommand, versionsCommand } from './known.ts';
import { ladderCommand } from './ladder.ts';
import { npsCommand } from './nps.ts';
import { reportCommand } from './report.ts';
import { listCommand, segmentCommand, selectCommand } from './segments.ts';
import { touchesCommand } from './touches.ts';
import {
  asOfCommand,
  backupCommand,
  checkCommand,
  fieldsCommand,
  newCommand,
  sqlCommand,
  sqlOfCommand,
  statusCommand,
} from './workspace.ts';

/** Every command of the command line, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [
  newCommand,
  sniffCommand,
  mapCommand,
  importCommand,
  importsCommand,
  undoCommand,
  redoCommand,
  rejectsCommand,
  retypeCommand,
  driftCommand,
  missingCommand,
  unresolvedCommand,
  lineageCommand,
  asOfCommand,
  statusCommand,
  versionsCommand,
  bridgeCommand,
  fieldsCommand,
  customersCommand,
  customerCommand,
  selectCommand,
  segmentCommand,
  listCommand,
  definitionCommand,
  ladderCommand,
  npsCommand,
  touchesCommand,
  changesCommand,
  reportCommand,
  sqlCommand,
  sqlOfCommand,
  backupCommand,
  checkCommand,
  calcCommand,
];
