import type { Bridge, BridgeInput, Entries, Interrupted } from '#engine/registry.ts';
import type { AskOptions, WorkspaceInfo } from './transport.ts';

type Entry = Entries[number];
type Asked<E> = E extends { readonly asked?: infer A } ? Exclude<A, undefined> : never;
type Answered<E> = E extends { run(...args: never[]): infer R } ? Awaited<R> : never;
type Call<I, R> = {} extends I
  ? (input?: I, options?: AskOptions) => Promise<R>
  : (input: I, options?: AskOptions) => Promise<R>;
type Shape<I, R> = { input: I; result: R };

/** Services of the host that are neither analyses nor commands: which workspace is open, session state, files. */
type HostServices = {
  workspaceInfo: Shape<{}, WorkspaceInfo | null>;
  workspaceNew: Shape<
    { token: string; unit?: 'company' | 'person'; currency?: string; timezone?: string; fiscalYearStart?: number },
    WorkspaceInfo
  >;
  workspaceOpen: Shape<{ token: string } | { recent: string }, WorkspaceInfo>;
  /** A workspace in the application's own folder, for files dropped before any workspace is open. */
  workspaceScratch: Shape<{}, WorkspaceInfo>;
  workspaceSample: Shape<{}, WorkspaceInfo>;
  workspaceClose: Shape<{}, null>;
  recents: Shape<{}, { recents: { id: string; name: string; missing: boolean }[] }>;
  /** Names of files behind one-time tokens. */
  fileNames: Shape<{ tokens: string[] }, { files: { token: string; name: string; bytes: number }[] }>;
  stateGet: Shape<{ key: string }, { value: unknown }>;
  stateSet: Shape<{ key: string; value: unknown }, null>;
  /** Writes text to the file behind a save token. */
  saveText: Shape<{ token: string; text: string }, { bytes: number }>;
  /** Imports of the open workspace whose process ended before it could answer; `importInterrupted` asks for one again. */
  interrupted: Shape<{}, { imports: readonly Interrupted[] }>;
  interruptedForget: Shape<{ id: string }, { imports: readonly Interrupted[] }>;
  tourShot: Shape<{ name: string }, null>;
  tourEnd: Shape<{}, null>;
};

/** Over the whole history of the open workspace: what no single version can answer. */
type History = { bridge: Shape<BridgeInput, Bridge> };

type Shapes = { [E in Entry as E['name']]: Shape<Asked<E>, Answered<E>> } & HostServices & History;

/** Everything the window can ask. */
export type Api = { [N in keyof Shapes]: Call<Shapes[N]['input'], Shapes[N]['result']> };
export type ApiName = keyof Shapes;
export type Input<N extends ApiName> = Shapes[N]['input'];
export type Result<N extends ApiName> = Shapes[N]['result'];
