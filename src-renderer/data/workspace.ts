import { create } from 'zustand';
import type { Result } from '#contract/api.ts';
import type { WorkspaceInfo } from '#contract/transport.ts';
import { engine, transport } from './engine.ts';
import { useEngine } from './query.ts';
import { useOpenWorkspace } from './version.ts';
import { runCommand } from './run.ts';

export { useOpenWorkspace } from './version.ts';

/** Follows the topics `workspace` and `changed`. Called once at start. */
export function followWorkspace(): void {
  const { opened, changed } = useOpenWorkspace.getState();
  transport.on('workspace', (info) => opened(info));
  transport.on('changed', ({ dataVersion }) => changed(dataVersion));
}

/** The open workspace, or null; `status` is its `status` report once it is known. */
export function useWorkspace(): { info: WorkspaceInfo | null; status: Result<'status'> | undefined } {
  const info = useOpenWorkspace((s) => s.info);
  const { data } = useEngine('status', {});
  return { info, status: info ? data : undefined };
}

/** The day everything is shown as of: `YYYY-MM-DD`, and whether a person set it. */
export function useAsOf(): { asOf: string | null; set: boolean; fiscalYearStart: number } {
  const { status } = useWorkspace();
  return { asOf: status?.asOf ?? null, set: status?.asOfSet ?? false, fiscalYearStart: status?.fiscalYearStart ?? 1 };
}

/** True when nothing with a day has been imported, so that no figure can be computed; false until that is known. */
export function useNothingDated(): boolean {
  const { status } = useWorkspace();
  return status !== undefined && status.asOf === null;
}

/** Sets the workspace's as-of day; null returns to the newest observed day. */
export async function setAsOf(asOf: string | null): Promise<void> {
  await runCommand('setAsOf', { day: asOf }, { label: 'Set as-of day' });
}

type PendingFile = { token: string; name: string; bytes: number; /** Files that came together. */ set: string };

/** Files dropped or picked that the Imports view has not taken yet. */
export const usePendingFiles = create<{
  files: PendingFile[];
  add(files: PendingFile[]): void;
  take(): PendingFile[];
}>()((set, get) => ({
  files: [],
  add: (files) => set({ files: [...get().files, ...files] }),
  take: () => {
    const { files } = get();
    if (files.length > 0) set({ files: [] });
    return files;
  },
}));
export type { PendingFile };

/**
 * Hands files behind tokens to the Imports view as one set; makes a workspace first when none is open. Answers the set and its
 * title, null when there is no file.
 */
export async function offerFiles(tokens: string[]): Promise<{ set: string; title: string } | null> {
  const [set] = tokens;
  if (set === undefined) return null;
  if (!useOpenWorkspace.getState().info) useOpenWorkspace.getState().opened(await engine.workspaceScratch({}));
  const { files } = await engine.fileNames({ tokens });
  const [first] = files;
  if (!first) return null;
  usePendingFiles.getState().add(files.map((file) => ({ ...file, set })));
  return { set, title: files.length === 1 ? first.name : `${files.length} files` };
}
