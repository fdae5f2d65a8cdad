import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { monotonicMs, nowSeconds, todayUtc } from '#engine/base/clock.ts';
import type { Cancel, Progress } from '#engine/base/context.ts';
import type { WriteDb } from '#engine/base/db.ts';
import type { RowSink } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { resolveCustomers } from '#engine/identity/resolve.ts';
import { recordChange } from '#engine/store/changes.ts';
import { raiseVersion, readDataVersion } from '#engine/store/settings.ts';
import type { UndoResult } from '#engine/store/undo.ts';
import { batchState, undoBatch } from '#engine/store/undo.ts';
import { createdLines, differenceKinds, differences } from './differences.ts';
import type { Difference, DifferenceKind } from './differences.ts';
import { planMerge } from './dry-run.ts';
import type { EntityCount, Plan } from './dry-run.ts';
import { mergeStaged } from './merge.ts';
import { driftAgainst, type Drift } from './drift.ts';
import { stagedMissing, stagedUnresolved, type StagedMissing, type StagedUnresolved } from './gaps.ts';
import { Exceptions, NO_EXCEPTIONS, policiesOf, ranges } from './exceptions.ts';
import { HeadMisled, type ControlCheck } from './mapping/map-file.ts';
import type { StepReport } from './mapping/recipe.ts';
import type { FileShape } from './mapping/shape.ts';
import { exceptionsText, knownFile, twinOf } from './known-file.ts';
import type { Twin } from './known-file.ts';
import { makePrivateFolder } from './private-folder.ts';
import { ArchivingSource, storeBlocks, storedSource } from './raw-blocks.ts';
import type { Archive, ByteUnit } from './raw-blocks.ts';
import { openFile } from './read/source.ts';
import type { ByteSource } from './read/source.ts';
import { requireMergeSpace, StagingSpace } from './space.ts';
import { Staging } from './staging.ts';

/** What a mapper tells about a file once it has read it. */
export type MapOutcome = {
  /** Source rows read: data rows without preamble, header and footer. */
  readonly read: number;
  /** Logical records, when they are not the staged rows (an invoice of several lines is one). */
  readonly records?: number;
  /** What is worth keeping about the file (encoding, delimiter, notes); JSON. */
  readonly facts?: unknown;
  /** Totals the file states about itself, beside those found; JSON. */
  readonly control?: unknown;
};

/**
 * Reads a file's bytes and hands its mapped rows to the sink. With `trustHead` it may throw HeadMisled at any time; it is then
 * called again, without it, for the same bytes and an empty sink.
 */
export type Mapper = (
  source: ByteSource,
  sink: RowSink,
  how?: { readonly trustHead?: boolean },
) => MapOutcome | Promise<MapOutcome>;

/** One file to import and how to read it. */
export type FileRequest = {
  readonly path: string;
  /** Name shown in the ledger; default: the file's own name. */
  readonly name?: string;
  /** Opens the file's own bytes; default: the file at `path`. */
  readonly open?: () => ByteSource & { close?(): void };
  /** Source that the file's keys belong to (choices.md, Source). */
  readonly source: string;
  readonly profile: string | null;
  /** The mapping in the form of a mapping file; kept with the batch and used again by redo. */
  readonly mapping: unknown;
  /** Fingerprint of the header, by which a saved mapping is recognised. */
  readonly fingerprint: string;
  readonly unit?: ByteUnit;
  readonly mapper: Mapper;
  /** What a person leaves out of it. */
  readonly exceptions?: Exceptions;
};

export type ImportProgress = Progress & {
  readonly rows: number;
  readonly bytes: number;
  readonly rowsPerSecond: number;
};

export type ImportHooks = {
  readonly cancel?: Cancel;
  readonly progress?: (progress: ImportProgress) => void;
  /** Folder under which the private staging folder is made; default: the system's temporary folder. */
  readonly tempRoot?: string;
};

export type CommitOptions = {
  readonly onReject?: 'keep' | 'abort';
  readonly author?: string | null;
  /** Refuse when the workspace changed since `plan` was made and the counts are no longer the same. */
  readonly strict?: boolean;
  /** Finds the customers again inside the same transaction. */
  readonly resolve?: (db: WriteDb, dataVersion: number) => unknown;
};

export type BatchReport = {
  /** Null when the file had been imported already. */
  batch: string | null;
  file: string;
  source: string;
  profile: string | null;
  read: number;
  used: number;
  skipped: number;
  rejected: number;
  records: number;
  entities: EntityCount[];
  /** What the file states about itself against what was loaded, if it states anything. */
  control?: readonly ControlCheck[];
  /** What each step of the recipe did, if there is one. */
  recipe?: readonly StepReport[];
  seconds: number;
  /** The live batch that holds the same bytes read the same way. */
  already: Twin | null;
};

export type DryRunReport = Omit<BatchReport, 'batch'> & {
  differences: Difference[];
  /** Rows that would change, by entity and field: what exceptions can leave out as a whole. */
  kinds: DifferenceKind[];
  rejects: RejectLine[];
  /** How the file differs from the last one of its kind. */
  drift: Drift;
  /** Of a full export: rows of the last one that it lacks; null for other files. */
  missing: StagedMissing | null;
  /** Customers whom rows name and nothing describes yet. */
  unresolved: StagedUnresolved[];
};
export type RejectLine = { line: number; column: string | null; value: string | null; reason: string };

/** A file whose rows are staged. `close` must be called; until the commit nothing of it is in the workspace. */
export type StagedFile = {
  readonly request: FileRequest;
  readonly staging: Staging;
  readonly archive: Archive;
  readonly outcome: MapOutcome;
  readonly startedAt: number;
  readonly startedMs: number;
  close(): void;
};

const NEVER: Cancel = { check() {} };
/** Progress is told at most this often. */
const PROGRESS_MS = 200;

class Reporter {
  private readonly hooks: ImportHooks;
  private readonly started = monotonicMs();
  private last = -Infinity;

  constructor(hooks: ImportHooks) {
    this.hooks = hooks;
  }

  tell(what: string, done: number, total: number | null, rows: number, force = false): void {
    (this.hooks.cancel ?? NEVER).check();
    const now = monotonicMs();
    if (!force && now - this.last < PROGRESS_MS) return;
    this.last = now;
    const seconds = Math.max(0.001, (now - this.started) / 1000);
    this.hooks.progress?.({ what, done, total, rows, bytes: done, rowsPerSecond: Math.round(rows / seconds) });
  }
}

/**
 * Reads and maps a file into staging. On failure or cancel nothing remains. Exceptions that leave out all new rows of an entity are
 * settled into source lines against the workspace as it is: the file is then read twice.
 */
export async function stageFile(db: WriteDb, request: FileRequest, hooks: ImportHooks = {}): Promise<StagedFile> {
  const { exceptions } = request;
  if (exceptions === undefined || exceptions.created.length === 0) return await stageOnly(db, request, hooks);
  const first = await stageOnly(db, request, hooks);
  let lines: Exceptions['lines'];
  try {
    planMerge(db, first.staging, request.source, hooks.cancel);
    lines = exceptions.created.flatMap((entity) =>
      createdLines(db, first.staging, entity).map(([a, b]): [number, number] => [a, b]),
    );
  } finally {
    first.close();
  }
  const settled = { ...exceptions, lines: ranges([...exceptions.lines, ...lines]).map(([a, b]) => [a, b]) };
  return await stageOnly(db, { ...request, exceptions: Exceptions.parse(settled) }, hooks);
}

async function stageOnly(db: WriteDb, request: FileRequest, hooks: ImportHooks): Promise<StagedFile> {
  return await stageSource(db, request, request.open ?? (() => openFile(request.path)), hooks);
}

async function stageSource(
  db: WriteDb,
  request: FileRequest,
  open: () => ByteSource & { close?(): void },
  hooks: ImportHooks,
): Promise<StagedFile> {
  for (const trustHead of [true, false]) {
    const source = open();
    try {
      return await stageOnce(db, request, source, trustHead, hooks);
    } catch (error) {
      if (!trustHead || !(error instanceof HeadMisled)) throw error;
    } finally {
      source.close?.();
    }
  }
  throw new Error('a mapper that decides on all rows cannot be misled by the head');
}

async function stageOnce(
  db: WriteDb,
  request: FileRequest,
  source: ByteSource,
  trustHead: boolean,
  hooks: ImportHooks,
): Promise<StagedFile> {
  const startedAt = nowSeconds();
  const startedMs = monotonicMs();
  const reporter = new Reporter(hooks);
  const folder = makePrivateFolder(hooks.tempRoot);
  let staging: Staging | null = null;
  let archiving: ArchivingSource | null = null;
  try {
    const exceptions = request.exceptions ?? NO_EXCEPTIONS;
    const held = new Staging(db, {
      folder,
      policies: policiesOf(request.mapping, exceptions),
      leftOut: ranges(exceptions.lines),
    });
    staging = held;
    const name = request.name ?? basename(request.path);
    const what = `Reading ${name}`;
    const space = new StagingSpace(folder, source.size, name);
    archiving = new ArchivingSource(source, `${folder}/raw`, request.unit ?? 'byte', (passed) => {
      space.passed(passed);
      reporter.tell(what, passed, source.size, held.rowsRead);
    });
    const outcome = await request.mapper(archiving, held, { trustHead });
    const archive = await archiving.finish();
    reporter.tell('Comparing repeated rows', archive.bytes, archive.bytes, held.rowsRead, true);
    held.finish();
    return {
      request,
      staging: held,
      archive,
      outcome,
      startedAt,
      startedMs,
      close() {
        try {
          held.close();
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    };
  } catch (error) {
    await archiving?.abandon();
    staging?.close();
    rmSync(folder, { recursive: true, force: true });
    throw stagingError(error, folder);
  }
}

/** Errors of the private folder in words; all others pass unchanged. */
function stagingError(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof LadderlineError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  const place = dirname(folder);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LadderlineError(
      'disk-full',
      `The disk that holds the temporary folder ${place} is full; nothing was imported. Free some space, or set TMPDIR to a folder on another disk, and try again.`,
    );
  }
  return new LadderlineError(
    'staging-failed',
    `Writing to the temporary folder ${place} failed (${code}); nothing was imported. Check the drive, or set TMPDIR to another folder, and try again.`,
  );
}

/** Counts, up to `limit` changed cells and rejects of a staged file; writes nothing to the workspace. */
export function dryRun(
  db: WriteDb,
  staged: StagedFile,
  limit = 100,
  hooks: ImportHooks = {},
): { plan: Plan; report: DryRunReport } {
  const plan = planMerge(db, staged.staging, staged.request.source, hooks.cancel);
  const rejects = db
    .all('SELECT line, col, value, reason FROM stage.reject ORDER BY id LIMIT ?', [limit])
    .map(([line, column, value, reason]) => ({ line, column, value, reason }) as RejectLine);
  const { batch: _, ...counts } = report(staged, plan, null, already(db, staged));
  return {
    plan,
    report: {
      ...counts,
      differences: differences(db, staged.staging, plan, limit),
      kinds: differenceKinds(db, staged.staging, plan),
      rejects,
      drift: driftOfStaged(db, staged),
      missing: isSnapshot(staged.request) ? stagedMissing(db, staged.staging, staged.request, hooks.cancel) : null,
      unresolved: stagedUnresolved(db, staged.staging, plan, hooks.cancel),
    },
  };
}

const isSnapshot = ({ mapping }: FileRequest): boolean => (mapping as { snapshot?: boolean } | null)?.snapshot === true;

function driftOfStaged(db: WriteDb, staged: StagedFile): Drift {
  const { shape } = (staged.outcome.facts ?? {}) as { shape?: FileShape };
  if (shape === undefined) return { against: null, lines: [] };
  const { profile, fingerprint, source } = staged.request;
  return driftAgainst(db, { profile, fingerprint, source, before: Number.MAX_SAFE_INTEGER }, shape);
}

/**
 * Merges a staged file in one transaction and answers its batch. When the workspace changed since the plan was made, the
 * join is redone first. A file whose very bytes are in a live batch with the same mapping makes no batch.
 */
export function commit(
  db: WriteDb,
  staged: StagedFile,
  plan: Plan | null,
  options: CommitOptions = {},
  hooks: ImportHooks = {},
): BatchReport {
  const { request, staging, archive, outcome } = staged;
  const reporter = new Reporter(hooks);
  const name = request.name ?? basename(request.path);
  const rows = staging.rowsRead;
  return db.transaction(() => {
    const twin = already(db, staged);
    if (twin) return report(staged, { entities: plan?.entities ?? [] }, null, twin);
    if (options.onReject === 'abort' && staging.rejected > 0) {
      const [line, column, value, reason] = db.get(
        'SELECT line, col, value, reason FROM stage.reject ORDER BY id LIMIT 1',
      )!;
      throw new LadderlineError(
        'rejected-rows',
        `${name}: ${staging.rejected} rows would be rejected, the first on line ${String(line)}${column === null ? '' : `, column ${String(column)}`}: ${String(reason)}${value === null ? '' : ` ("${String(value)}")`}. Nothing was imported; correct the file, or import with --on-reject keep.`,
        { rejected: staging.rejected, line, column, value, reason },
      );
    }
    const before = readDataVersion(db);
    let current = plan;
    if (current === null || current.version !== before) {
      current = planMerge(db, staging, request.source, hooks.cancel);
      if (options.strict && plan !== null && JSON.stringify(plan.entities) !== JSON.stringify(current.entities)) {
        throw new LadderlineError(
          'plan-changed',
          `The workspace changed since ${name} was checked, and the import would do something else now. Look at the new counts and confirm again.`,
          {
            entities: current.entities,
          },
        );
      }
    }
    requireMergeSpace(db, staging, current, archive, name);
    const source = current.sourceId ?? db.run('INSERT INTO source(name) VALUES (?)', [request.source]).lastId;
    const batch = db.count('SELECT max(id) FROM batch') + 1;
    const { used, records } = totals(staged);
    db.run(
      `INSERT INTO batch(id, file, sha256, bytes, source, profile, mapping, fingerprint, base_version, state, day, started_at, ended_at,
         read, used, skipped, rejected, records, entities, facts, control, exceptions)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        batch,
        name,
        archive.sha256,
        archive.bytes,
        source,
        request.profile,
        JSON.stringify(request.mapping),
        request.fingerprint,
        before,
        todayUtc(),
        staged.startedAt,
        nowSeconds(),
        outcome.read,
        used,
        staging.skipped,
        staging.rejected,
        records,
        JSON.stringify(current.entities),
        JSON.stringify(factsOf(staged)),
        outcome.control === undefined ? null : JSON.stringify(outcome.control),
        exceptionsText(request),
      ],
    );
    mergeStaged(db, staging, current, source, batch, (what) =>
      reporter.tell(what, archive.bytes, archive.bytes, rows, true),
    );
    db.run(
      'INSERT INTO reject(batch, line, col, value, reason) SELECT ?, line, col, value, reason FROM stage.reject ORDER BY id',
      [batch],
    );
    reporter.tell('Keeping the file', archive.bytes, archive.bytes, rows, true);
    storeBlocks(db, batch, archive);
    const version = raiseVersion(db);
    reporter.tell('Finding customers', archive.bytes, archive.bytes, rows, true);
    if (current.customers) (options.resolve ?? resolveCustomers)(db, version);
    recordChange(db, {
      command: 'import',
      sentence: `Imported ${name} as batch ${batch}: ${countWords(current.entities)}.`,
      author: options.author ?? null,
      at: nowSeconds(),
      versionBefore: before,
      versionAfter: version,
      inverse: { command: 'undo', input: { batch: String(batch) } },
    });
    reporter.tell('Saving', archive.bytes, archive.bytes, rows, true);
    return report(staged, current, batch, null);
  });
}

/** Stages, plans and merges one file. Cancel or failure leaves nothing behind. */
export async function importFile(
  db: WriteDb,
  request: FileRequest,
  options: CommitOptions = {},
  hooks: ImportHooks = {},
): Promise<BatchReport> {
  const startedMs = monotonicMs();
  const twin = knownFile(db, request, hooks.cancel);
  if (twin) return reportOfTwin(db, request, twin, startedMs);
  const staged = await stageFile(db, request, hooks);
  try {
    const plan = already(db, staged) ? null : planMerge(db, staged.staging, request.source, hooks.cancel);
    return commit(db, staged, plan, options, hooks);
  } finally {
    staged.close();
  }
}

export type UndoReport = { batch: string } & UndoResult;

/** Undoes a batch in one transaction; in any order, see `undoBatch`. */
export function undo(db: WriteDb, batch: number, options: CommitOptions = {}): UndoReport {
  return db.transaction(() => {
    const before = readDataVersion(db);
    const { counts: result, parties } = undoBatch(db, batch);
    const version = raiseVersion(db);
    if (parties) (options.resolve ?? resolveCustomers)(db, version);
    const file = String(db.get('SELECT file FROM batch WHERE id = ?', [batch])?.[0]);
    recordChange(db, {
      command: 'undo',
      sentence: `Undid batch ${batch} (${file}): ${result.removed} rows removed, ${result.rehomed} kept by other imports, ${result.restored} earlier values restored.`,
      author: options.author ?? null,
      at: nowSeconds(),
      versionBefore: before,
      versionAfter: version,
      inverse: { command: 'redo', input: { batch: String(batch) } },
    });
    return { batch: String(batch), ...result };
  });
}

/** How a stored batch is read again: the mapper made from its mapping. */
export type MapperOf = (stored: {
  batch: number;
  file: string;
  source: string;
  profile: string | null;
  mapping: unknown;
  unit: ByteUnit;
}) => Mapper;

/**
 * Merges an undone batch again from its stored bytes and mapping, at its own place in the order: a later live batch that
 * carries a cell keeps its value.
 */
export async function redo(
  db: WriteDb,
  batch: number,
  mapperOf: MapperOf,
  options: CommitOptions = {},
  hooks: ImportHooks = {},
): Promise<BatchReport> {
  if (batchState(db, batch) === 'live') {
    throw new LadderlineError('batch-live', `Batch ${batch} is in the workspace already; nothing was changed.`);
  }
  const { request, sourceId } = storedRequest(db, batch, mapperOf);
  const { name: file, source } = request;
  const staged = await stageSource(db, request, () => storedSource(db, batch), hooks);
  const reporter = new Reporter(hooks);
  try {
    return db.transaction(() => {
      const before = readDataVersion(db);
      const plan = planMerge(db, staged.staging, source, hooks.cancel);
      requireMergeSpace(db, staged.staging, plan, staged.archive, file);
      db.run("UPDATE batch SET state = 'live' WHERE id = ?", [batch]);
      mergeStaged(db, staged.staging, plan, sourceId, batch, (what) =>
        reporter.tell(what, 0, null, staged.staging.rowsRead, true),
      );
      const version = raiseVersion(db);
      (options.resolve ?? resolveCustomers)(db, version);
      recordChange(db, {
        command: 'redo',
        sentence: `Merged batch ${batch} (${file}) again: ${countWords(plan.entities)}.`,
        author: options.author ?? null,
        at: nowSeconds(),
        versionBefore: before,
        versionAfter: version,
        inverse: { command: 'undo', input: { batch: String(batch) } },
      });
      return report(staged, plan, batch, null);
    });
  } finally {
    staged.close();
  }
}

/** How a batch is read again from its stored bytes: with the mapping it was read with (`old`), or with another. */
function storedRequest(
  db: WriteDb,
  batch: number,
  mapperOf: MapperOf,
  mapping?: unknown,
): { request: FileRequest & { readonly name: string }; sourceId: number; old: string } {
  const [file, source, profile, old, sourceId, fingerprint, exceptions] = db.get(
    `SELECT b.file, s.name, b.profile, b.mapping, b.source, b.fingerprint, b.exceptions
     FROM batch b JOIN source s ON s.id = b.source WHERE b.id = ?`,
    [batch],
  ) as [string, string, string | null, string, number, string, string | null];
  const used: unknown = mapping === undefined ? JSON.parse(old) : mapping;
  const unit = unitOf(used);
  const request = {
    path: file,
    name: file,
    source,
    profile,
    mapping: used,
    fingerprint,
    unit,
    mapper: mapperOf({ batch, file, source, profile, mapping: used, unit }),
    ...(exceptions === null ? {} : { exceptions: Exceptions.parse(JSON.parse(exceptions)) }),
  };
  return { request, sourceId, old };
}

/**
 * Reads the stored bytes of a live batch again with another mapping, at its own place in the order: its rows become what they would
 * be had it been imported so. One change; its inverse is the same with the mapping that was.
 */
export async function retype(
  db: WriteDb,
  batch: number,
  mapping: unknown,
  mapperOf: MapperOf,
  options: CommitOptions = {},
  hooks: ImportHooks = {},
): Promise<BatchReport> {
  if (batchState(db, batch) === 'undone') {
    throw new LadderlineError(
      'batch-undone',
      `Batch ${batch} is undone; nothing was changed. \`ladderline redo\` merges it again.`,
    );
  }
  const { request, sourceId, old } = storedRequest(db, batch, mapperOf, mapping);
  const { name: file, source } = request;
  const staged = await stageSource(db, request, () => storedSource(db, batch), hooks);
  const reporter = new Reporter(hooks);
  try {
    return db.transaction(() => {
      const before = readDataVersion(db);
      undoBatch(db, batch);
      const plan = planMerge(db, staged.staging, source, hooks.cancel);
      const { staging, outcome } = staged;
      requireMergeSpace(db, staging, plan, staged.archive, file);
      const { used, records } = totals(staged);
      db.run(
        `UPDATE batch SET state = 'live', mapping = ?, read = ?, used = ?, skipped = ?, rejected = ?, records = ?, facts = ?, control = ?
         WHERE id = ?`,
        [
          JSON.stringify(mapping),
          outcome.read,
          used,
          staging.skipped,
          staging.rejected,
          records,
          JSON.stringify(factsOf(staged)),
          outcome.control === undefined ? null : JSON.stringify(outcome.control),
          batch,
        ],
      );
      mergeStaged(db, staging, plan, sourceId, batch, (what) => reporter.tell(what, 0, null, staging.rowsRead, true));
      db.run('DELETE FROM reject WHERE batch = ?', [batch]);
      db.run(
        'INSERT INTO reject(batch, line, col, value, reason) SELECT ?, line, col, value, reason FROM stage.reject ORDER BY id',
        [batch],
      );
      const version = raiseVersion(db);
      (options.resolve ?? resolveCustomers)(db, version);
      recordChange(db, {
        command: 'retype',
        sentence: `Read batch ${batch} (${file}) with another mapping: ${countWords(plan.entities)}.`,
        author: options.author ?? null,
        at: nowSeconds(),
        versionBefore: before,
        versionAfter: version,
        inverse: { command: 'retype', input: { batch: String(batch), stored: JSON.parse(old) as unknown } },
      });
      return report(staged, plan, batch, null);
    });
  } finally {
    staged.close();
  }
}

function totals(staged: StagedFile): { used: number; records: number } {
  const { staging, outcome } = staged;
  return {
    used: Math.max(0, outcome.read - staging.skipped - staging.rejected),
    records: outcome.records ?? staging.records(),
  };
}

function report(
  staged: StagedFile,
  plan: { readonly entities: EntityCount[] },
  batch: number | null,
  twin: Twin | null,
): BatchReport {
  return {
    batch: batch === null ? null : String(batch),
    file: staged.request.name ?? basename(staged.request.path),
    source: staged.request.source,
    profile: staged.request.profile,
    read: staged.outcome.read,
    ...totals(staged),
    skipped: staged.staging.skipped,
    rejected: staged.staging.rejected,
    entities: plan.entities,
    ...controlOf(staged.outcome),
    ...recipeOf(staged.outcome),
    seconds: Math.round(monotonicMs() - staged.startedMs) / 1000,
    already: twin,
  };
}

/** What is known of a file that was not read again: the counts of its batch. */
function reportOfTwin(db: WriteDb, request: FileRequest, twin: Twin, startedMs: number): BatchReport {
  const [read, used, skipped, rejected, records] = db.get(
    'SELECT read, used, skipped, rejected, records FROM batch WHERE id = ?',
    [Number(twin.batch)],
  ) as [number, number, number, number, number];
  return {
    batch: null,
    file: request.name ?? basename(request.path),
    source: request.source,
    profile: request.profile,
    read,
    used,
    skipped,
    rejected,
    records,
    entities: [],
    seconds: Math.round(monotonicMs() - startedMs) / 1000,
    already: twin,
  };
}

function controlOf(outcome: MapOutcome): { control?: readonly ControlCheck[] } {
  const { checks = [] } = (outcome.control ?? {}) as { checks?: readonly ControlCheck[] };
  return checks.length === 0 ? {} : { control: checks };
}

function recipeOf(outcome: MapOutcome): { recipe?: readonly StepReport[] } {
  const { recipe } = (outcome.facts ?? {}) as { recipe?: readonly StepReport[] };
  return recipe === undefined ? {} : { recipe };
}

function factsOf(staged: StagedFile): unknown {
  const { staging, outcome } = staged;
  const own = {
    skips: Object.fromEntries(staging.skips),
    repeatedChanged: staging.repeatedChanged,
  };
  return typeof outcome.facts === 'object' && outcome.facts !== null ? { ...outcome.facts, ...own } : own;
}

/** The live batch that holds the same bytes under the same source and mapping. */
function already(db: WriteDb, staged: StagedFile): Twin | null {
  return twinOf(db, staged.request, staged.archive.sha256);
}

function countWords(entities: readonly EntityCount[]): string {
  if (entities.length === 0) return 'no rows';
  return entities.map((e) => `${e.entity} ${e.created} new, ${e.updated} changed, ${e.unchanged} unchanged`).join('; ');
}

/** The byte unit of a file by the encoding its mapping names. */
export function unitOf(mapping: unknown): ByteUnit {
  const encoding = (mapping as { file?: { encoding?: unknown } } | null)?.file?.encoding;
  return encoding === 'utf-16-le' || encoding === 'utf-16-be' ? encoding : 'byte';
}
