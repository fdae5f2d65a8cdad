import { useEffect } from 'react';
import { create } from 'zustand';
import { notifyError } from '../data/notify.ts';
import type { Command } from './types.ts';

/** Every command of the window. */
export const useCommandTable = create<{ commands: readonly Command[] }>()(() => ({ commands: [] }));

/** Adds commands; a second command with the same id is a programming error. Returns what removes them again. */
export function registerCommands(added: readonly Command[]): () => void {
  useCommandTable.setState(({ commands }) => {
    const ids = new Set(commands.map((c) => c.id));
    for (const { id } of added) {
      if (ids.has(id)) throw new Error(`two commands are named "${id}"`);
      ids.add(id);
    }
    return { commands: [...commands, ...added] };
  });
  return () => useCommandTable.setState(({ commands }) => ({ commands: commands.filter((c) => !added.includes(c)) }));
}

/** Commands that exist while a view is active: `useViewCommands(active, commands)`; keep `commands` stable. */
export function useViewCommands(active: boolean, commands: readonly Command[]): void {
  useEffect(() => (active ? registerCommands(commands) : undefined), [active, commands]);
}

export function commandById(id: string): Command | undefined {
  return useCommandTable.getState().commands.find((c) => c.id === id);
}

export function isEnabled(command: Command): boolean {
  return command.when?.() ?? true;
}

/** Runs a command when it is enabled; a failure is notified. */
export async function execute(command: Command): Promise<void> {
  if (!isEnabled(command)) return;
  try {
    await command.run();
  } catch (error) {
    notifyError(error, command.label);
  }
}

/** Runs a command by id; false when there is none or it is not enabled. */
export function runById(id: string): boolean {
  const command = commandById(id);
  if (!command || !isEnabled(command)) return false;
  void execute(command);
  return true;
}

export function keysOf(command: Command): readonly string[] {
  return command.key === undefined ? [] : typeof command.key === 'string' ? [command.key] : command.key;
}
