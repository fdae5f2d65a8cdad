import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { ENTITIES, type EntityName } from '#engine/base/entities.ts';
import { usage } from '#engine/base/errors.ts';
import { rejectRecords, type RejectRecords } from './corrections.ts';
import { madeOf, openExport, type ExportFile } from './detect/export-file.ts';
import { HEAD_BYTES, inspect, sniff as sniffFile, type SniffResult } from './detect/sniff.ts';
import { batchDetail, ownerTeamRows, type BatchDetail } from './batch-detail.ts';
import { lineageOf, listImports, originOf, rejectsOf, sourceLines as linesOf } from './ledger.ts';
import type { LedgerRow, Lineage, Rejects, SourceLines } from './ledger.ts';
import { driftOf } from './drift.ts';
import { missingRows, type Missing } from './missing.ts';
import { unresolvedKeys, type Unresolved } from './unresolved.ts';
import { noMapping } from './mapping/plan.ts';
import { proposeMapping } from './mapping/propose.ts';
import { FileLayout } from './mapping/schema.ts';
import { previewFile, PreviewRecords, type ImportPreview } from './preview.ts';
import { profileOf, PROFILES } from './profiles/index.ts';
import { rememberedFor } from './remembered.ts';
import { headersOf } from './request.ts';
import { readHead } from './read/source.ts';

const Batch = z.coerce.number().int().positive();

/** `imports`: the ledger, oldest first. */
export const imports = defineAnalysis({
  name: 'imports',
  lane: 'reader',
  input: z.object({}),
  run: (ctx): { batches: LedgerRow[] } => ({ batches: listImports(ctx.db) }),
});

/** `rejects`: the rows of a batch that were not loaded. */
export const rejects = defineAnalysis({
  name: 'rejects',
  lane: 'reader',
  input: z.object({
    batch: Batch,
    limit: z.int().min(0).max(100_000).default(1000),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input): Rejects => rejectsOf(ctx.db, input.batch, input.limit, input.offset),
});

/** `rejectRows`: rejected source rows in the columns of their own file, as a grid corrects them. */
export const rejectRows = defineAnalysis({
  name: 'rejectRows',
  lane: 'reader',
  input: z.object({
    batch: Batch,
    limit: z.int().min(0).max(100_000).default(1000),
    offset: z.int().min(0).default(0),
  }),
  run: (ctx, input): RejectRecords => rejectRecords(ctx.db, ctx.settings, input.batch, input, ctx.cancel),
});

/** `remembered`: the last import that a file can be read like (`again`), or null. */
export const remembered = defineAnalysis({
  name: 'remembered',
  lane: 'reader',
  input: z.object({ file: z.string().min(1), sheet: z.string().min(1).optional() }),
  run(ctx, input): { batch: string; file: string; source: string; day: string } | null {
    const found = rememberedFor(ctx.db, headersOf(input.file, input.sheet));
    return found && { batch: String(found.batch), file: found.file, source: found.source, day: isoDay(found.day) };
  },
});

/** `importDetail`: what is kept of one import: how it was read, what the file states about itself, what was left out. */
export const importDetail = defineAnalysis({
  name: 'importDetail',
  lane: 'reader',
  input: z.object({ batch: Batch }),
  run: (ctx, input): BatchDetail => batchDetail(ctx.db, input.batch),
});

/** `ownerTeams`: which team each owner belongs to. */
export const ownerTeams = defineAnalysis({
  name: 'ownerTeams',
  lane: 'reader',
  input: z.object({}),
  run: (ctx) => ({ rows: ownerTeamRows(ctx.db) }),
});

/** `importPreview`: what the importer makes of the first rows of a file, before anything is read as a whole. */
export const importPreview = defineAnalysis({
  name: 'importPreview',
  lane: 'reader',
  input: z.object({
    file: z.string().min(1),
    records: PreviewRecords,
    auto: z.boolean().default(false),
    profile: z.string().optional(),
    mapping: z.unknown().optional(),
    as: z.enum(ENTITIES.map((e) => e.name) as [EntityName, ...EntityName[]]).optional(),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
    source: z.string().min(1).max(100).optional(),
    constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    sheet: z.string().min(1).optional(),
    layout: FileLayout.optional(),
    snapshot: z.boolean().optional(),
    again: z.boolean().optional(),
  }),
  run: (ctx, { file, ...options }): ImportPreview => previewFile(ctx.db, ctx.settings, file, options, ctx.cancel),
});

/** `drift`: how a file differs from the last one of its kind. */
export const drift = defineAnalysis({
  name: 'drift',
  lane: 'reader',
  input: z.object({ batch: Batch }),
  run: (ctx, input) => driftOf(ctx.db, input.batch),
});

/** `missing`: rows of earlier full exports that the newest one of their kind does not hold. */
export const missing = defineAnalysis({
  name: 'missing',
  lane: 'reader',
  input: z.object({ limit: z.int().min(0).max(100_000).default(1000) }),
  run: (ctx, input): Missing => missingRows(ctx.db, input.limit, ctx.cancel),
});

/** `unresolved`: keys that rows name and that no import describes yet. */
export const unresolved = defineAnalysis({
  name: 'unresolved',
  lane: 'reader',
  input: z.object({}),
  run: (ctx): { relations: Unresolved[] } => ({ relations: unresolvedKeys(ctx.db) }),
});

/** `lineage`: the source record and column a cell came from, by external id and column; or the record that made a row, by its id. */
export const lineage = defineAnalysis({
  name: 'lineage',
  lane: 'reader',
  input: z.union([
    z.object({ table: z.string(), key: z.string(), column: z.string() }),
    z.object({ table: z.string(), id: z.coerce.number().int().positive() }),
  ]),
  run: (ctx, input): Lineage =>
    'id' in input ? originOf(ctx.db, input.table, input.id) : lineageOf(ctx.db, input.table, input.key, input.column),
});

/** `sourceLines`: the file's own lines around a line. */
export const sourceLines = defineAnalysis({
  name: 'sourceLines',
  lane: 'reader',
  input: z.object({ batch: Batch, line: z.int().min(1), around: z.int().min(0).max(200).default(20) }),
  run: (ctx, input): SourceLines => linesOf(ctx.db, input.batch, input.line, input.around),
});

/**
 * `sniff`: what the importer sees in a file, and the mapping it proposes with a confidence and a reason per column.
 * `preview` reads the first 2 MiB only.
 */
export const sniff = defineAnalysis({
  name: 'sniff',
  lane: 'reader',
  input: z.object({
    file: z.string().min(1),
    records: z.int().min(0).max(1000).default(0),
    profile: z.string().optional(),
    as: z.enum(ENTITIES.map((e) => e.name) as [EntityName, ...EntityName[]]).optional(),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
    preview: z.boolean().default(false),
    sheet: z.string().min(1).optional(),
  }),
  run(ctx, input) {
    return lookAt(input.file, {
      records: input.records,
      profile: input.profile,
      as: input.as,
      dateOrder: input.dateOrder ?? null,
      workspaceOrder: ctx.settings.dateOrder,
      preview: input.preview,
      sheet: input.sheet,
    });
  },
});

export type LookOptions = {
  /** False: only what is in the file, also where its columns do not tell what a row is. */
  propose?: boolean | undefined;
  records?: number;
  profile?: string | undefined;
  as?: EntityName | undefined;
  dateOrder?: 'dmy' | 'mdy' | 'ymd' | null;
  workspaceOrder?: 'dmy' | 'mdy' | 'ymd' | null;
  preview?: boolean;
  /** Sheet of a workbook, by name or number from 1. */
  sheet?: string | undefined;
};

/** Looks at a file without a workspace. */
export function lookAt(path: string, options: LookOptions): { sniff: SniffResult; proposal: Proposal | null } {
  const file = openExport(path, { sheet: options.sheet, preview: options.preview });
  const text = file.text();
  let seen: SniffResult;
  try {
    seen = sniffFile(text, file.name, {
      records: options.records ?? 0,
      dateOrder: options.dateOrder ?? null,
      workspaceOrder: options.workspaceOrder ?? null,
      profile: (options.profile === undefined ? null : profileOf(options.profile)) ?? undefined,
      headOnly: options.preview ?? false,
      made: madeOf(file),
    });
  } finally {
    text.close?.();
  }
  if (file.format !== 'text') {
    seen = {
      ...seen,
      format: file.format,
      ...(file.sheet === null ? {} : { sheet: file.sheet, sheets: file.sheets }),
      notes: file.notes,
    };
  }
  const wanted = seen.columns.length > 0 && options.propose !== false;
  return { sniff: seen, proposal: wanted ? proposalOf(file, options) : null };
}

type Proposal = ReturnType<typeof proposeMapping>;

/**
 * The mapping the importer proposes. With `as` there is always one, even if no column is recognised: a person maps them.
 * Throws `no-mapping` when neither profile nor columns tell what a row is, `usage` for an unknown profile.
 */
export function proposalOf(from: string | ExportFile, options: LookOptions): Proposal {
  const profile = options.profile === undefined ? undefined : (profileOf(options.profile) ?? undefined);
  if (options.profile !== undefined && !profile) {
    throw usage(`There is no import profile "${options.profile}".`, { profile: options.profile });
  }
  const file = typeof from === 'string' ? openExport(from, { sheet: options.sheet }) : from;
  const text = file.text();
  try {
    const head = readHead(text, HEAD_BYTES);
    const whole = text.size === null ? head.length < HEAD_BYTES : head.length >= text.size;
    const { layout, columns } = inspect(head, whole, file.name, {
      profile,
      dateOrder: options.dateOrder ?? null,
      workspaceOrder: options.workspaceOrder ?? null,
      made: madeOf(file),
    });
    const proposal = proposeMapping(layout, columns.findings, options.as, file.name);
    if (proposal.confidence === 0 && !layout.profile && options.as === undefined)
      throw noMapping(file.name, layout.headers);
    // Among several sheets the one that was read is part of the mapping.
    if (file.sheet === null || file.sheets.length < 2) return proposal;
    return { ...proposal, mapping: { ...proposal.mapping, file: { ...proposal.mapping.file, sheet: file.sheet } } };
  } finally {
    text.close?.();
  }
}

/** `profiles`: what a mapping may name: the import profiles, and the entities with their fields. */
export const profiles = defineAnalysis({
  name: 'profiles',
  lane: 'reader',
  input: z.object({}),
  run: () => ({
    profiles: PROFILES.map((p) => ({ id: p.id, vendor: p.vendor, title: p.title })),
    entities: ENTITIES.map((e) => ({
      name: e.name,
      fields: e.fields.map((f) => f.name),
      kinds: e.fields.map((f) => ({ name: f.name, type: f.type, words: f.set ?? [] })),
    })),
  }),
});
