import { useCallback, useState } from 'react';
import { create } from 'zustand';
import type { ApiName, Input, Result } from '#contract/api.ts';
import type { Topics } from '#contract/transport.ts';
import { transport } from './engine.ts';
import { notify, notifyError, useNotices } from './notify.ts';

export type Task = {
  id: number;
  name: string;
  label: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  progress: Topics['progress'] | null;
  error: string | null;
  cancel(): void;
};

/** What the engine is doing for this window, newest first; at most 50 finished ones are kept. */
export const useTasks = create<{ tasks: Task[]; nextId: number }>()(() => ({ tasks: [], nextId: 1 }));

function update(id: number, change: Partial<Task>): void {
  useTasks.setState(({ tasks }) => ({ tasks: tasks.map((t) => (t.id === id ? { ...t, ...change } : t)) }));
}

/** Follows the topics `progress` and `log`. Called once at start. */
export function followProgress(): void {
  transport.on('progress', (progress) => {
    const task = useTasks.getState().tasks.find((t) => t.state === 'running' && t.name === progress.name);
    if (task) update(task.id, { progress });
  });
  // A notification is a line of the log too.
  transport.on('log', (line) =>
    line.level === 'error' ? notify({ level: 'error', text: line.text }) : useNotices.getState().append(line),
  );
}

export type RunOptions = {
  /** What the Progress panel calls it; the name of the call otherwise. */
  label?: string;
  signal?: AbortSignal;
  /** True when the caller shows errors itself. */
  quiet?: boolean;
};

/** Runs a command of the engine with a line in the Progress panel; a failure is notified unless `quiet`, and thrown. */
export async function runCommand<N extends ApiName>(
  name: N,
  input: Input<N>,
  options: RunOptions = {},
): Promise<Result<N>> {
  const aborter = new AbortController();
  options.signal?.addEventListener('abort', () => aborter.abort(), { once: true });
  const id = useTasks.getState().nextId;
  const task: Task = {
    id,
    name,
    label: options.label ?? name,
    state: 'running',
    progress: null,
    error: null,
    cancel: () => aborter.abort(),
  };
  useTasks.setState(({ tasks }) => ({ nextId: id + 1, tasks: [task, ...tasks].slice(0, 50) }));
  try {
    const result = (await transport.ask(name, input ?? {}, { signal: aborter.signal })) as Result<N>;
    update(id, { state: 'done' });
    return result;
  } catch (error) {
    const cancelled = (error as { code?: unknown }).code === 'cancelled';
    update(id, {
      state: cancelled ? 'cancelled' : 'failed',
      error: error instanceof Error ? error.message : String(error),
    });
    if (!options.quiet && !cancelled) notifyError(error, task.label);
    throw error;
  }
}

export type CommandState<N extends ApiName> = {
  /** Runs the command; the result, or null when it failed or was cancelled (the failure is in `error` and notified). */
  run(input: Input<N>): Promise<Result<N> | null>;
  running: boolean;
  error: Error | null;
  cancel(): void;
  progress: Topics['progress'] | null;
};

/** A command of the engine for a button: `const undo = useCommand('undoImport', { label: 'Undo import' })`. */
export function useCommand<N extends ApiName>(name: N, options: Omit<RunOptions, 'signal'> = {}): CommandState<N> {
  const [state, setState] = useState<{ aborter: AbortController | null; error: Error | null }>({
    aborter: null,
    error: null,
  });
  const progress = useTasks((s) =>
    state.aborter ? (s.tasks.find((t) => t.name === name && t.state === 'running')?.progress ?? null) : null,
  );
  const { label, quiet } = options;
  const run = useCallback(
    async (input: Input<N>) => {
      const aborter = new AbortController();
      setState({ aborter, error: null });
      try {
        const passed: RunOptions = { signal: aborter.signal };
        if (label !== undefined) passed.label = label;
        if (quiet !== undefined) passed.quiet = quiet;
        const result = await runCommand(name, input, passed);
        setState({ aborter: null, error: null });
        return result;
      } catch (error) {
        setState({ aborter: null, error: error instanceof Error ? error : new Error(String(error)) });
        return null;
      }
    },
    [name, label, quiet],
  );
  const { aborter } = state;
  return { run, running: aborter !== null, error: state.error, cancel: () => aborter?.abort(), progress };
}
