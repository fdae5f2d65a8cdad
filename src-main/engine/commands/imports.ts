import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { WriteContext } from '#engine/base/context.ts';
import { defineCommand } from '#engine/base/define.ts';
import { ENTITIES, type EntityName } from '#engine/base/entities.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import {
  correctedLines,
  correctedText,
  noteFixed,
  prepareCorrections,
  rejectRecords,
  withPrivateFile,
} from '#engine/import/corrections.ts';
import { Exceptions } from '#engine/import/exceptions.ts';
import type { Plan } from '#engine/import/dry-run.ts';
import {
  commit,
  dryRun,
  importFile,
  redo,
  retype,
  stageFile,
  undo,
  type BatchReport,
  type FileRequest,
  type StagedFile,
} from '#engine/import/import.ts';
import {
  changedMapping,
  prepareFile,
  readMappingFile,
  storedMapper,
  type ReadingOptions,
} from '#engine/import/request.ts';
import { FileLayout } from '#engine/import/mapping/schema.ts';
import { SampleManifest } from '#engine/import/sample.ts';
import {
  forgetInterrupted,
  forgetInterruptedOf,
  interruptedRequest,
  noteUnderWay,
  type UnderWay,
} from '#engine/import/under-way.ts';
import { setOwnerTeams } from './settings.ts';

const Batch = z.coerce.number().int().positive();
const EntityNames = z.enum(ENTITIES.map((e) => e.name) as [EntityName, ...EntityName[]]);

/** How to read a file; everything but the file is detected if absent. */
const Reading = {
  file: z.string().min(1),
  profile: z.string().optional(),
  /** A mapping in the form of a mapping file, or the path of one. */
  mapping: z.unknown().optional(),
  mapFile: z.string().optional(),
  as: EntityNames.optional(),
  dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  source: z.string().min(1).max(100).optional(),
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  sheet: z.string().min(1).optional(),
  layout: FileLayout.optional(),
  snapshot: z.boolean().optional(),
  /** Read the file like the last import of its kind. */
  again: z.boolean().optional(),
  /** What is left out; kept with the batch. */
  exceptions: Exceptions.optional(),
};
type ReadingInput = z.output<z.ZodObject<typeof Reading>>;

function readingOf(input: ReadingInput): ReadingOptions {
  const mapping = input.mapFile === undefined ? input.mapping : readMappingFile(input.mapFile);
  return {
    profile: input.profile,
    as: input.as,
    dateOrder: input.dateOrder,
    source: input.source,
    constants: input.constants,
    sheet: input.sheet,
    layout: input.layout,
    exceptions: input.exceptions,
    snapshot: input.snapshot,
    again: input.again,
    mapping,
  };
}

/** The one staged file of this process: a second dry run drops the first. */
let held: { id: string; staged: StagedFile; plan: Plan; reading: ReadingOptions } | null = null;
let nextStaging = 1;

function drop(): void {
  held?.staged.close();
  held = null;
}

/** Stages a file and answers what committing it would do; the workspace is not changed. */
export const importDryRun = defineCommand({
  name: 'importDryRun',
  input: z.object({ ...Reading, limit: z.int().min(0).max(1000).default(100) }),
  transaction: 'own',
  async run(ctx, input) {
    drop();
    const options = readingOf(input);
    const { plan: reading, request } = prepareFile(ctx.db, ctx.settings, input.file, options, ctx.cancel);
    const staged = await stageFile(ctx.db, request, { cancel: ctx.cancel, progress: (p) => ctx.progress(p) });
    try {
      const { plan, report } = dryRun(ctx.db, staged, input.limit);
      const id = `S-${nextStaging++}`;
      held = { id, staged, plan, reading: options };
      return { staging: id, provisional: reading.inspection.provisional, ...report };
    } catch (error) {
      staged.close();
      throw error;
    }
  },
});

/** Merges the staged file in one transaction. */
export const importCommit = defineCommand({
  name: 'importCommit',
  input: z.object({ staging: z.string(), onReject: z.enum(['keep', 'abort']).default('keep') }),
  transaction: 'own',
  async run(ctx, input): Promise<BatchReport> {
    if (held?.id !== input.staging) {
      throw new LadderlineError(
        'no-staging',
        'The checked file is no longer held; check it again before importing it.',
      );
    }
    const { staged, plan, reading } = held;
    const { path } = staged.request;
    const again = { command: 'importNow' as const, input: { ...reading, file: path, onReject: input.onReject } };
    try {
      return await noted(ctx, { file: nameOf(staged.request), ...again }, () =>
        commit(
          ctx.db,
          staged,
          plan,
          { onReject: input.onReject, strict: true },
          { cancel: ctx.cancel, progress: (p) => ctx.progress(p) },
        ),
      );
    } finally {
      drop();
    }
  },
});

/** Forgets a staged file. */
export const importCancel = defineCommand({
  name: 'importCancel',
  input: z.object({ staging: z.string().optional() }),
  transaction: 'own',
  run(_ctx, input) {
    const dropped = held !== null && (input.staging === undefined || held.id === input.staging);
    if (dropped) drop();
    return { dropped };
  },
});

/** Stages and merges one file at once (command line, sample workspace). */
export const importNow = defineCommand({
  name: 'importNow',
  input: z.object({ ...Reading, onReject: z.enum(['keep', 'abort']).default('keep') }),
  transaction: 'own',
  run(ctx, input) {
    drop();
    const { file, onReject } = input;
    const reading = readingOf(input);
    const { request } = prepareFile(ctx.db, ctx.settings, file, reading, ctx.cancel);
    const again = { command: 'importNow' as const, input: { ...reading, file, onReject } };
    return noted(ctx, { file: nameOf(request), ...again }, () => importPrepared(ctx, request, onReject));
  },
});

const nameOf = (request: FileRequest): string => request.name ?? basename(request.path);

async function importPrepared(
  ctx: WriteContext,
  request: FileRequest,
  onReject: 'keep' | 'abort',
): Promise<BatchReport> {
  return importFile(ctx.db, request, { onReject }, { cancel: ctx.cancel, progress: (p) => ctx.progress(p) });
}

/** Runs an import under a note of it; when it is done, an interrupted import of the same file needs no mention any more. */
async function noted<T>(ctx: WriteContext, what: UnderWay, work: () => T | Promise<T>): Promise<T> {
  const note = noteUnderWay(ctx.db, what);
  try {
    const result = await work();
    forgetInterruptedOf(ctx.db, what);
    return result;
  } finally {
    note.done();
  }
}

/** Asks for an import again whose process ended before it could answer, with the mapping and choices it had. */
export const importInterrupted = defineCommand({
  name: 'importInterrupted',
  input: z.object({ id: z.string().min(1) }),
  transaction: 'own',
  async run(ctx, input): Promise<BatchReport> {
    const { command, input: asked } = interruptedRequest(ctx.db, input.id);
    const report =
      command === 'importNow'
        ? await importNow.run(ctx, importNow.parse(asked))
        : await importCorrections.run(ctx, importCorrections.parse(asked));
    forgetInterrupted(ctx.db, input.id);
    return report;
  },
});

/** Imports a file of corrected rejects with the mapping of the batch that rejected them. */
export const importCorrections = defineCommand({
  name: 'importCorrections',
  input: z.object({ batch: Batch, file: z.string().min(1), onReject: z.enum(['keep', 'abort']).default('keep') }),
  transaction: 'own',
  run: (ctx, input) =>
    noted(ctx, { file: basename(input.file), command: 'importCorrections', input }, () =>
      corrected(ctx, input.batch, input.file, input.onReject),
    ),
});

/** Corrects rejected rows of a batch, cells by header, and imports those rows alone; nothing is imported if one is still rejected. */
export const fixReject = defineCommand({
  name: 'fixReject',
  input: z.object({
    batch: Batch,
    rows: z
      .array(z.object({ line: z.int().min(1), values: z.record(z.string(), z.string()) }))
      .min(1)
      .max(10_000),
  }),
  transaction: 'own',
  run(ctx, input) {
    const records = rejectRecords(ctx.db, ctx.settings, input.batch, { limit: 1_000_000, offset: 0 }, ctx.cancel);
    // A name within an archive may be longer than a drive takes.
    const name = `${records.file.replace(/[\\/:]/g, '-').slice(-60)} corrected.csv`;
    return withPrivateFile(name, correctedText(records, input.rows), (path) =>
      corrected(ctx, input.batch, path, 'abort'),
    );
  },
});

async function corrected(
  ctx: WriteContext,
  batch: number,
  path: string,
  onReject: 'keep' | 'abort',
): Promise<BatchReport & { fixed: number }> {
  drop();
  const request = prepareCorrections(ctx.db, ctx.settings, batch, path, ctx.cancel);
  const report = await importFile(
    ctx.db,
    request,
    { onReject },
    { cancel: ctx.cancel, progress: (p) => ctx.progress(p) },
  );
  const by = Number(report.batch ?? report.already?.batch);
  const lines = correctedLines(path, new Set(rejectLines(ctx, by)));
  const fixed = ctx.db.transaction(() => noteFixed(ctx.db, batch, by, lines));
  return { ...report, fixed };
}

const rejectLines = (ctx: WriteContext, batch: number): number[] =>
  ctx.db.all('SELECT DISTINCT line FROM reject WHERE batch = ?', [batch]).map(([line]) => line as number);

/** Imports the bundled sample exports into an empty workspace, in their order. */
export const importSample = defineCommand({
  name: 'importSample',
  input: z.object({ folder: z.string() }),
  transaction: 'own',
  async run(ctx, input) {
    const manifest = SampleManifest.parse(JSON.parse(readFileSync(join(input.folder, 'sample.json'), 'utf8')));
    if (manifest.ownerTeams) {
      const { rows } = manifest.ownerTeams;
      await ctx.db.transaction(() => setOwnerTeams.run(ctx, setOwnerTeams.parse({ rows })));
    }
    const batches: BatchReport[] = [];
    drop();
    for (const [i, file] of manifest.files.entries()) {
      ctx.progress({ what: `Importing ${file.file}`, done: i, total: manifest.files.length });
      const reading: ReadingOptions = {
        dateOrder: file.dateOrder ?? undefined,
        constants: file.constants,
        mapping: file.map === null ? undefined : readMappingFile(join(input.folder, file.map)),
      };
      const { request } = prepareFile(ctx.db, ctx.settings, join(input.folder, file.file), reading, ctx.cancel);
      batches.push(await importPrepared({ ...ctx, progress: () => {} }, request, 'keep'));
    }
    return { batches };
  },
});

/** Undoes an import, in any order. */
export const undoImport = defineCommand({
  name: 'undoImport',
  input: z.object({ batch: Batch }),
  transaction: 'own',
  run: (ctx, input) => undo(ctx.db, input.batch),
});

/**
 * Reads a stored import again with another mapping, or with one column as something else (another field, order of dates, decimal
 * mark, currency, zone, value map). `stored` is a mapping as it was kept, for taking the change back.
 */
export const retypeImport = defineCommand({
  name: 'retype',
  input: z.object({
    batch: Batch,
    mapping: z.unknown().optional(),
    mapFile: z.string().optional(),
    column: z.string().optional(),
    as: z
      .strictObject({
        field: z.string().min(1).optional(),
        dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
        zone: z.string().min(1).optional(),
        decimal: z.enum(['.', ',']).optional(),
        currency: z
          .string()
          .regex(/^[A-Z]{3}$/)
          .optional(),
        values: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
    stored: z.unknown().optional(),
  }),
  transaction: 'own',
  run(ctx, input) {
    drop();
    const { batch, column, as } = input;
    const told = input.mapFile === undefined ? input.mapping : readMappingFile(input.mapFile);
    if (told === undefined && column === undefined && input.stored === undefined)
      throw usage('retype: name a column, or give a mapping.');
    const mapping = input.stored ?? changedMapping(ctx.db, ctx.settings, batch, { mapping: told, column, as });
    return retype(
      ctx.db,
      batch,
      mapping,
      (stored) => storedMapper(ctx.db, ctx.settings, stored, ctx.cancel),
      {},
      { cancel: ctx.cancel, progress: (p) => ctx.progress(p) },
    );
  },
});

/** Merges an undone import again from its stored bytes. */
export const redoImport = defineCommand({
  name: 'redoImport',
  input: z.object({ batch: Batch }),
  transaction: 'own',
  run(ctx, input) {
    // A checked file that waits holds the one place where rows are staged.
    drop();
    return redo(
      ctx.db,
      input.batch,
      (stored) => storedMapper(ctx.db, ctx.settings, stored, ctx.cancel),
      {},
      { cancel: ctx.cancel, progress: (p) => ctx.progress(p) },
    );
  },
});
