import type { Cancel, Kept, Progress, ReadContext, WorkspaceSettings, WriteContext } from '#engine/base/context.ts';
import { todayUtc } from '#engine/base/clock.ts';
import type { Day } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { readDataVersion, readSettings } from '#engine/store/settings.ts';
import { vectorsOf } from '#engine/vectors/load.ts';

/** What a caller may bring to one call. */
export type CallHooks = {
  readonly cancel?: Cancel;
  readonly progress?: (progress: Progress) => void;
};

const NEVER_CANCELLED: Cancel = { check() {} };

/** Keeps what analyses compute once per data version: vectors, facts, sort orders. */
class KeptValues {
  private readonly values = new Map<string, { version: number; value: unknown }>();

  of<T>(key: Kept<T>, ctx: ReadContext): T {
    const held = this.values.get(key.name);
    if (held && held.version === ctx.dataVersion) return held.value as T;
    const value = held && key.refresh ? key.refresh(held.value as T, ctx) : key.make(ctx);
    this.values.set(key.name, { version: ctx.dataVersion, value });
    return value;
  }

  clear(): void {
    this.values.clear();
  }
}

/** One reader of one workspace: contexts for analyses, with kept values shared between calls. */
export class ReadSession {
  readonly db: ReadDb;
  private readonly kept = new KeptValues();

  constructor(db: ReadDb) {
    this.db = db;
  }

  /** A context at the workspace's current data version. */
  context(hooks: CallHooks = {}): ReadContext {
    const kept = this.kept;
    const ctx: ReadContext = {
      db: this.db,
      settings: readSettings(this.db),
      dataVersion: readDataVersion(this.db),
      cancel: hooks.cancel ?? NEVER_CANCELLED,
      progress: hooks.progress ?? (() => {}),
      defaultAsOf: () => defaultAsOf(ctx),
      kept: (key) => kept.of(key, ctx),
    };
    return ctx;
  }

  /** Runs an analysis; once more when another process changed the workspace while its rows were being read. */
  run<Input, Report>(
    analysis: { parse(input: unknown): Input; run(ctx: ReadContext, input: Input): Report },
    input: unknown,
    hooks: CallHooks = {},
  ): Report {
    const parsed = analysis.parse(input);
    try {
      return analysis.run(this.context(hooks), parsed);
    } catch (error) {
      if (!(error instanceof LadderlineError) || error.code !== 'workspace-changed') throw error;
      return analysis.run(this.context(hooks), parsed);
    }
  }

  close(): void {
    this.kept.clear();
    this.db.close();
  }
}

/**
 * The day set for the workspace, else the newest observed event day that is not after the newest import's day
 * (choices.md, As-of day); the newest import's day when nothing was observed, today for an empty workspace.
 */
function defaultAsOf(ctx: ReadContext): Day {
  if (ctx.settings.asOf !== null) return ctx.settings.asOf;
  const newestImport = ctx.db.get("SELECT max(day) FROM batch WHERE state = 'live'")?.[0] as number | null | undefined;
  if (newestImport === null || newestImport === undefined) return todayUtc();
  return vectorsOf(ctx).newestObservedDay(newestImport) ?? newestImport;
}

/** A context for a command on the writer's own connection. */
export function writeContext(db: WriteDb, now: number, hooks: CallHooks = {}): WriteContext {
  const settings: WorkspaceSettings = readSettings(db);
  return {
    db,
    settings,
    dataVersion: readDataVersion(db),
    now,
    cancel: hooks.cancel ?? NEVER_CANCELLED,
    progress: hooks.progress ?? (() => {}),
    defaultAsOf: () => new ReadSession(db).context().defaultAsOf(),
    reading: () => new ReadSession(db).context(hooks),
  };
}
