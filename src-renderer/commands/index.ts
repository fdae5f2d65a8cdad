export { defineView } from './types.ts';
export type { Command, MenuId, ViewDescriptor, ViewProps } from './types.ts';
export { commandById, execute, registerCommands, runById, useViewCommands } from './registry.ts';
export { chooseFiles, openSample, openWorkspaceFile, receiveTokens, run } from './workbench.ts';
