import type { Entries } from '#engine/registry.ts';
import type { AskOptions, WorkspaceInfo } from './transport.ts';

type Entry = Entries[number];
type Asked<E> = E extends { readonly asked?: infer A } ? Exclude<A, undefined> : never;
type Answered<E> = E extends { run(...args: never[]): infer R } ? Awaited<R> : never;
type Call<I, R> = {} extends I
  ? (input?: I, options?: AskOptions) => Promise<R>
  : (input: I, options?: AskOptions) => Promise<R>;

/** Services of the host that are neither analyses nor commands: which workspace is open, session state, files. */
export type HostServices = {
  workspaceInfo: Call<{}, WorkspaceInfo | null>;
  workspaceNew: Call<{ token: string; unit?: 'company' | 'person'; currency?: string; timezone?: string; fiscalYearStart?: number }, WorkspaceInfo>;
  workspaceOpen: Call<{ token: string } | { recent: string }, WorkspaceInfo>;
  /** A workspace in the application's own folder, for files dropped before any workspace is open. */
  workspaceScratch: Call<{}, WorkspaceInfo>;
  workspaceSample: Call<{}, WorkspaceInfo>;
  workspaceClose: Call<{}, null>;
  recents: Call<{}, { recents: { id: string; name: string; missing: boolean }[] }>;
  /** Names of files behind one-time tokens. */
  fileNames: Call<{ tokens: string[] }, { files: { token: string; name: string; bytes: number }[] }>;
  stateGet: Call<{ key: string }, { value: unknown }>;
  stateSet: Call<{ key: string; value: unknown }, null>;
  /** Writes text to the file behind a save token. */
  saveText: Call<{ token: string; text: string }, { bytes: number }>;
  tourShot: Call<{ name: string }, null>;
  tourEnd: Call<{}, null>;
};

/** Everything the window can ask. */
export type Api = { [E in Entry as E['name']]: Call<Asked<E>, Answered<E>> } & HostServices;
export type ApiName = keyof Api;
export type Input<N extends ApiName> = Parameters<Api[N]>[0];
export type Result<N extends ApiName> = Awaited<ReturnType<Api[N]>>;
