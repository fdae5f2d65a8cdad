import type { WireError } from '#engine/base/errors.ts';
import type { Interrupted } from '#engine/registry.ts';

/** One question to the host. `id` is unique per transport. */
export type Ask = {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  /** Answers an analysis as it was answered at this version: a number, an import (`B-3`) or a day. */
  readonly knownAt?: string;
};
/** Asks the host to stop working on a question; the question is then answered with the error `cancelled`. */
export type CancelAsk = { readonly cancel: number };
export type ToHost = Ask | CancelAsk;

export type Answer =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** News that nobody asked for. */
export type Topics = {
  progress: {
    call: number;
    name: string;
    what: string;
    done: number;
    total: number | null;
    rate: number | null;
    etaSeconds: number | null;
    /** Of imports: source rows read so far, and a second. */
    rows?: number;
    rowsPerSecond?: number;
  };
  changed: { dataVersion: number };
  workspace: WorkspaceInfo | null;
  log: { level: 'info' | 'warning' | 'error'; text: string; at: string };
  tour: { views: string[] | null };
  /** Imports of the open workspace whose process ended before it could answer. */
  interrupted: readonly Interrupted[];
};

export type WorkspaceInfo = {
  /** File name without folder and extension; the window never sees a path. */
  name: string;
  dataVersion: number;
  sample: boolean;
};

export type News = { [T in keyof Topics]: { readonly topic: T; readonly value: Topics[T] } }[keyof Topics];
export type ToWindow = Answer | News;

/** The seam between the window and the host: anything that can post and receive structured-cloneable messages. */
export interface Wire<Out, In> {
  post(message: Out): void;
  listen(receive: (message: In) => void): void;
}

export type AskOptions = {
  readonly signal?: AbortSignal;
  /** Of analyses: the workspace as known at a version, an import (`B-3`) or a day; now if absent. */
  readonly knownAt?: string;
};

/** Asks questions over a wire and hands out news. */
export interface Transport {
  ask(name: string, input: unknown, options?: AskOptions): Promise<unknown>;
  on<T extends keyof Topics>(topic: T, receive: (value: Topics[T]) => void): () => void;
}
