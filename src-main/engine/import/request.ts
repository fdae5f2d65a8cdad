import { readFileSync } from 'node:fs';
import { todayUtc } from '#engine/base/clock.ts';
import type { Cancel, WorkspaceSettings } from '#engine/base/context.ts';
import type { ReadDb } from '#engine/base/db.ts';
import type { EntityName } from '#engine/base/entities.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { TEAMS, type Team } from '#engine/base/vocabulary.ts';
import type { DateOrder } from './detect/dates.ts';
import { madeOf, openExport, type ExportFile } from './detect/export-file.ts';
import { HEAD_BYTES, inspect } from './detect/sniff.ts';
import type { Exceptions } from './exceptions.ts';
import type { FileRequest, Mapper, MapOutcome } from './import.ts';
import { mapFile } from './mapping/map-file.ts';
import { mappingOf, planImport, type ImportPlan, type PlanOptions } from './mapping/plan.ts';
import {
  parseMapping,
  type ColumnMapping,
  type EntityMapping,
  type FileLayout,
  type Mapping,
} from './mapping/schema.ts';
import { storedExport, type ByteUnit } from './raw-blocks.ts';
import { rememberedFor } from './remembered.ts';
import { readHead, type ByteSource } from './read/source.ts';

/** How a person wants a file to be read; everything is optional and detected if absent. */
export type ReadingOptions = {
  readonly profile?: string | undefined;
  /** A mapping file, already parsed as JSON. */
  readonly mapping?: unknown;
  readonly as?: EntityName | undefined;
  readonly dateOrder?: DateOrder | null | undefined;
  readonly source?: string | undefined;
  readonly constants?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Sheet of a workbook, by name or number from 1; over the one a mapping file names. */
  readonly sheet?: string | undefined;
  /** Encoding, delimiter and header as a person says they are; over the mapping and what is detected. */
  readonly layout?: FileLayout | undefined;
  /** The file is a full export: rows of the last one that it lacks are flagged. Over what the mapping or profile says. */
  readonly snapshot?: boolean | undefined;
  /** Read the file like the last import of its kind: its mapping, source and choices. */
  readonly again?: boolean | undefined;
  /** What is left out of the import. */
  readonly exceptions?: Exceptions | undefined;
};

/** What is kept with a batch: enough to read its stored bytes again in the same way, and to trace a cell to its column. */
type StoredMapping = Mapping & {
  readonly reading: Omit<ReadingOptions, 'mapping' | 'exceptions' | 'again'> & {
    readonly given: boolean;
    /** How the file is written, when it is not text. */
    readonly format?: 'xlsx' | 'json';
  };
};

export type PreparedFile = { readonly plan: ImportPlan; readonly request: FileRequest };

/** Plans how a file is read and answers the request to stage it. Throws as `planImport` does, naming file and remedy. */
export function prepareFile(
  db: ReadDb,
  settings: WorkspaceSettings,
  path: string,
  asked: ReadingOptions,
  cancel?: Cancel,
): PreparedFile {
  const options = asked.again ? repeated(db, path, asked) : asked;
  const mapping = options.mapping === undefined ? undefined : parseMapping(options.mapping);
  // In one order: a mapping that was kept is compared with another as text.
  const { profile, as, dateOrder, source, constants, sheet, layout, exceptions } = options;
  const stored = {
    profile,
    as,
    dateOrder,
    source,
    constants,
    sheet,
    layout,
    snapshot: options.snapshot,
    given: mapping !== undefined,
  };
  const file = openExport(path, {
    sheet: options.sheet ?? mapping?.file?.sheet,
    ...(cancel ? { checkCancel: () => cancel.check() } : {}),
  });
  const plan = planFrom(file, mapping, stored, settings);
  const { inspection } = plan;
  const snapshot = options.snapshot ?? plan.mapping.snapshot ?? plan.profile?.snapshot;
  const { file: written, ...shared } = plan.mapping;
  const kept: StoredMapping = {
    ...shared,
    ...(snapshot ? { snapshot } : {}),
    file: {
      ...written,
      encoding: inspection.encoding,
      delimiter: inspection.delimiter,
      ...(file.sheet === null ? {} : { sheet: file.sheet }),
    },
    // A source that would be taken anyway is no choice: reading a file again like itself keeps the same.
    reading: {
      ...withoutUndefined({ ...stored, source: source === plan.source ? undefined : source }),
      ...(file.format === 'text' ? {} : { format: file.format }),
    },
  };
  return {
    plan,
    request: {
      path,
      name: file.name,
      open: () => file.raw(),
      source: options.source ?? plan.source,
      profile: plan.profile?.id ?? null,
      mapping: kept,
      fingerprint: plan.fingerprint,
      unit: file.format === 'text' ? unitOfEncoding(inspection.encoding) : 'byte',
      mapper: mapperFor(db, settings, plan, file, cancel),
      ...(exceptions ? { exceptions } : {}),
    },
  };
}

/** The headers of a file as the importer finds them. */
export function headersOf(path: string, sheet?: string, layout: FileLayout = {}): readonly string[] {
  const file = openExport(path, { sheet });
  const text = file.text();
  try {
    const head = readHead(text, HEAD_BYTES);
    const whole = text.size === null ? head.length < HEAD_BYTES : head.length >= text.size;
    return inspect(head, whole, file.name, { ...layout, made: madeOf(file) }).layout.headers;
  } finally {
    text.close?.();
  }
}

/** The choices of the last import of the file's kind, under those that are made now. Throws `no-mapping` when there is none. */
function repeated(db: ReadDb, path: string, options: ReadingOptions): ReadingOptions {
  const found = rememberedFor(db, headersOf(path, options.sheet, options.layout));
  if (found === null) {
    throw new LadderlineError(
      'no-mapping',
      `${path} is like no file that was imported before: none has most of its columns. Import it without --again, and give a mapping with --map if need be.`,
    );
  }
  const { reading, file: _, ...mapping } = found.stored as StoredMapping;
  const { given, format: __, ...choices } = reading;
  const told = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return {
    source: found.source,
    ...choices,
    ...(given && options.profile === undefined && options.as === undefined ? { mapping } : {}),
    ...told,
  };
}

/** A change of one column of a stored batch: what it is read as. */
export type ColumnChange = Partial<Omit<ColumnMapping, 'field'>> & { readonly field?: string | undefined };

/**
 * The stored mapping of a batch with another mapping, or with one column read otherwise. Throws `usage` for a column that the file
 * does not have, or whose field must be named.
 */
export function changedMapping(
  db: ReadDb,
  settings: WorkspaceSettings,
  batch: number,
  change: { readonly mapping?: unknown; readonly column?: string | undefined; readonly as?: ColumnChange | undefined },
): unknown {
  const row = db.get('SELECT file, mapping FROM batch WHERE id = ?', [batch]);
  if (row === null)
    throw new LadderlineError('no-batch', `There is no batch ${batch}. \`ladderline imports\` lists them.`);
  const [file, text] = row as [string, string];
  const stored = JSON.parse(text) as StoredMapping;
  const reading = { ...stored.reading, given: true };
  if (change.mapping !== undefined) {
    const mapping = parseMapping(change.mapping);
    return { ...mapping, file: { ...stored.file, ...mapping.file }, reading };
  }
  const plan = storedPlan(db, settings, { batch, file, mapping: stored });
  const mapping = mappingOf(plan);
  const at = plan.index.find(change.column ?? '', plan.profile?.aliases?.[change.column ?? '']);
  const header = plan.inspection.layout.headers[at];
  if (header === undefined) throw usage(`${file} has no column "${change.column ?? ''}".`);
  const { field, ...how } = change.as ?? {};
  let found = false;
  const entities = mapping.entities.map((entity): EntityMapping => {
    const known = entity.columns[header];
    if (known === undefined) return entity;
    found = true;
    const list = (Array.isArray(known) ? known : [known]).map((one) => ({ ...one, ...how, field: field ?? one.field }));
    return { ...entity, columns: { ...entity.columns, [header]: list.length === 1 ? list[0]! : list } };
  });
  if (!found) {
    if (field === undefined) throw usage(`Column "${header}" is kept as an attribute; say which field it fills.`);
    const [first, ...others] = entities;
    entities.splice(
      0,
      entities.length,
      { ...first!, columns: { ...first!.columns, [header]: { ...how, field } } },
      ...others,
    );
  }
  const { file: told, ...rest } = mapping;
  return { ...parseMapping({ ...rest, entities }), file: { ...told, ...stored.file }, reading };
}

/** How the stored bytes of a batch are read. */
export function storedPlan(
  db: ReadDb,
  settings: WorkspaceSettings,
  stored: { batch: number; file: string; mapping: unknown },
): ImportPlan {
  const { reading, ...mapping } = stored.mapping as StoredMapping;
  const file = storedExport(db, stored.batch, stored.file, mapping.file?.sheet);
  return planFrom(file, reading.given ? mapping : undefined, reading, settings);
}

/** The mapper of a stored batch, for redo: the same reading of the same bytes. */
export function storedMapper(
  db: ReadDb,
  settings: WorkspaceSettings,
  stored: { batch: number; file: string; mapping: unknown },
  cancel?: Cancel,
): Mapper {
  const { reading, ...mapping } = stored.mapping as StoredMapping;
  const file = storedExport(db, stored.batch, stored.file, mapping.file?.sheet);
  const plan = planFrom(file, reading.given ? mapping : undefined, reading, settings);
  return mapperFor(db, settings, plan, file, cancel);
}

function planFrom(
  file: ExportFile,
  mapping: Mapping | undefined,
  reading: StoredMapping['reading'],
  settings: WorkspaceSettings,
): ImportPlan {
  const { name } = file;
  const source = file.text();
  try {
    const head = readHead(source, HEAD_BYTES);
    if (head.length === 0) {
      throw new LadderlineError(
        'empty-file',
        `${name} is empty; there is nothing to import. Export it again and check that it has rows.`,
      );
    }
    const whole = source.size !== null ? head.length >= source.size : head.length < HEAD_BYTES;
    const options: PlanOptions = {
      profile: reading.profile,
      mapping,
      as: reading.as,
      constants: reading.constants,
      dateOrder: reading.dateOrder ?? null,
      workspaceOrder: settings.dateOrder,
      file: reading.layout,
      made: madeOf(file),
    };
    return planImport(head, whole, name, options);
  } finally {
    source.close?.();
  }
}

function mapperFor(
  db: ReadDb,
  settings: WorkspaceSettings,
  plan: ImportPlan,
  file: ExportFile,
  cancel: Cancel | undefined,
): Mapper {
  return (source, sink, { trustHead = false } = {}): MapOutcome => {
    const reopened: { close?(): void }[] = [];
    const open = (): ReturnType<ExportFile['text']> => {
      const again = file.text(cancel ? () => cancel.check() : undefined);
      reopened.push(again);
      return again;
    };
    try {
      const facts = mapFile(plan, file.format === 'text' ? source : inStep(open(), source), sink, {
        settings,
        ...(cancel ? { checkCancel: () => cancel.check() } : {}),
        ...ownerTable(db),
        reopen: open,
        importDay: todayUtc(),
        trustHead,
      });
      const { controlTotals, columns, read, records, encoding, bom, delimiter, decisions, shape, recipe } = facts;
      const doubts = columns.filter((c) => c.ambiguous).map((c) => ({ header: c.header, why: c.why }));
      return {
        read,
        records,
        control: controlTotals,
        facts: {
          encoding,
          bom,
          delimiter,
          decisions,
          doubts,
          shape,
          ...(recipe.length > 0 ? { recipe } : {}),
        },
      };
    } finally {
      for (const again of reopened) again.close?.();
    }
  };
}

/** Text made from a file, whose own bytes are read from `raw` in step: they are kept, and their number is the progress. */
function inStep(text: ReturnType<ExportFile['text']>, raw: ByteSource): ByteSource {
  const scratch = new Uint8Array(256 * 1024);
  let passed = 0;
  return {
    size: text.size,
    notes: text.notes,
    read(buffer) {
      const n = text.read(buffer);
      while (passed < (text.consumed ?? 0)) {
        const got = raw.read(scratch);
        if (got === 0) break;
        passed += got;
      }
      return n;
    },
  };
}

/** The workspace's owner table as look-ups by the owner as a source writes it. */
export function ownerTable(db: ReadDb): {
  ownerTeam(owner: string): Team | null;
  ownerName(owner: string): string | null;
} {
  const teams = new Map<string, Team>();
  const names = new Map<string, string>();
  const rows = db.all(
    `SELECT o.text, t.text, n.text FROM owner_team x JOIN term o ON o.id = x.owner JOIN term t ON t.id = x.team
     LEFT JOIN term n ON n.id = x.name`,
  );
  for (const [owner, team, name] of rows) {
    const known = TEAMS.find((t) => t === team);
    if (known) teams.set(owner as string, known);
    if (name !== null) names.set(owner as string, name as string);
  }
  return { ownerTeam: (owner) => teams.get(owner) ?? null, ownerName: (owner) => names.get(owner) ?? null };
}

function unitOfEncoding(encoding: string): ByteUnit {
  return encoding === 'utf-16-le' || encoding === 'utf-16-be' ? encoding : 'byte';
}

/** Parses a mapping file; the message names the file and the place. */
export function readMappingFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new LadderlineError(
      'unreadable',
      `The mapping file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    );
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new LadderlineError(
      'bad-json',
      `The mapping file ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined && v !== null)) as T;
}
