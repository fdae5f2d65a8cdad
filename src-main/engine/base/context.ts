import type { ReadDb, WriteDb } from './db.ts';
import type { Day } from './days.ts';

/** Settings kept in the workspace (choices.md, Workspace defaults). */
export type WorkspaceSettings = {
  readonly unit: 'company' | 'person';
  readonly currency: string;
  readonly timezone: string;
  /** Month 1-12 in which the fiscal year starts. */
  readonly fiscalYearStart: number;
  readonly ladderMode: 5 | 6;
  readonly dateOrder: 'dmy' | 'mdy' | 'ymd' | null;
  /** The day set by `as-of W D`, or null for the newest observed event day. */
  readonly asOf: Day | null;
};

/** Cooperative cancel: long loops call `check()` every few thousand units; it throws `CancelledError`. */
export interface Cancel {
  check(): void;
}

export type Progress = { readonly done: number; readonly total: number | null; readonly what: string };

/** A value that is computed once per data version and kept by the worker; `refresh` may reuse the former one. */
export type Kept<T> = {
  readonly name: string;
  make(ctx: ReadContext): T;
  refresh?(previous: T, ctx: ReadContext): T;
};

/** What every analysis gets. It cannot write. */
export interface ReadContext {
  readonly db: ReadDb;
  readonly settings: WorkspaceSettings;
  /** Number raised by every write transaction. */
  readonly dataVersion: number;
  /** The day to use when the input names none: `settings.asOf`, else the newest observed event day. */
  defaultAsOf(): Day;
  readonly cancel: Cancel;
  progress(progress: Progress): void;
  kept<T>(key: Kept<T>): T;
}

/** What every command gets; it runs inside one transaction of the writer unless it says `transaction: 'own'`. */
export interface WriteContext extends Omit<ReadContext, 'kept'> {
  readonly db: WriteDb;
  /** Seconds since 1970 at which the command was asked for. */
  readonly now: number;
  /** A context for questions about the workspace as it is at this point of the transaction. */
  reading(): ReadContext;
}
