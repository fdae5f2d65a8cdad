import { create } from 'zustand';
import type { Result } from '#contract/api.ts';
import { engine, transport } from './engine.ts';
import { notify } from './notify.ts';
import { runCommand } from './run.ts';
import { useOpenWorkspace } from './version.ts';

type InterruptedImport = Result<'interrupted'>['imports'][number];

/** Imports of the open workspace whose process ended before it could answer, and the one that runs again. */
export const useInterrupted = create<{ imports: readonly InterruptedImport[]; running: string | null }>()(() => ({
  imports: [],
  running: null,
}));

/** Asks at every workspace that is opened and, while there are any, at every change. Called once at start. */
export function followInterrupted(): void {
  transport.on('interrupted', (imports) => useInterrupted.setState({ imports }));
  useOpenWorkspace.subscribe((now, former) => {
    if (now.info === null) useInterrupted.setState({ imports: [] });
    else if (now.epoch !== former.epoch) void ask();
    else if (now.dataVersion !== former.dataVersion && useInterrupted.getState().imports.length > 0) void ask();
  });
}

async function ask(): Promise<void> {
  try {
    useInterrupted.setState(await engine.interrupted({}));
  } catch {
    // A workspace that cannot be read is told by everything else that is asked of it.
  }
}

/** Imports the same file again with the mapping it had; a failure is notified and the import stays in the list. */
export async function importInterrupted({ id, file }: InterruptedImport): Promise<void> {
  useInterrupted.setState({ running: id });
  try {
    const report = await runCommand('importInterrupted', { id }, { label: `Import ${file} again` });
    notify({
      level: 'info',
      text: report.already ? report.already.message : `${file} is batch ${report.batch}: ${report.used} rows used.`,
    });
  } catch {
    // Notified by runCommand.
  } finally {
    useInterrupted.setState({ running: null });
    await ask();
  }
}

export async function forgetInterrupted({ id }: InterruptedImport): Promise<void> {
  useInterrupted.setState(await engine.interruptedForget({ id }));
}
