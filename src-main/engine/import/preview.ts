import { z } from 'zod';
import { todayUtc, isoInstant } from '#engine/base/clock.ts';
import type { Cancel, WorkspaceSettings } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import {
  columnsOf,
  entityOf,
  type EntitySpec,
  type FieldSpec,
  type PartyRef,
  type RowSink,
} from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { decimalOf } from '#engine/base/money.ts';
import type { ColumnFinding } from './detect/columns.ts';
import { openExport, madeOf, type ExportFile, type Note, type SheetInfo } from './detect/export-file.ts';
import { RowSorter } from './detect/layout.ts';
import { inspect, type Inspection } from './detect/sniff.ts';
import { mapFile } from './mapping/map-file.ts';
import { mappingOf, type BoundColumn, type ImportPlan } from './mapping/plan.ts';
import { proposeMapping } from './mapping/propose.ts';
import type { Mapping } from './mapping/schema.ts';
import { PROFILES } from './profiles/index.ts';
import { RecordReader } from './read/reader.ts';
import { readHead } from './read/source.ts';
import { rememberedFor, type Remembered } from './remembered.ts';
import { ownerTable, prepareFile, type ReadingOptions } from './request.ts';

/** What layout and first rows are read from. */
const FIRST_BYTES = 256 * 1024;
/** Rows looked through for the words of a column. */
const WORD_ROWS = 5000;
/** A column of more words than this is no list of words. */
const MOST_WORDS = 60;
/** What stands for no value in any export. */
const PLACEHOLDER = /^(--?|-none-|null|n\/a|#n\/a)$/i;
/** Longer texts are cut in a preview. */
const MOST_TEXT = 300;

/** One column of the file: what it was taken for, what it fills, and why. */
export type PreviewColumn = Omit<ColumnFinding, 'why'> & {
  /** Why its values are read as they are: the rule that decided type, order of dates or decimal mark. */
  readonly typeWhy: string;
  /** What it fills, as `entity.field`; none when it is kept as an attribute or left out. */
  readonly fields: readonly string[];
  /** What the importer proposes without any choice of a person. */
  readonly proposed: { readonly field: string | null; readonly confidence: number; readonly why: string };
  readonly sensitive: boolean;
  /** Its words by frequency among the first rows, when they are few; null for other columns and sensitive ones. */
  readonly words: readonly { readonly text: string; readonly rows: number }[] | null;
};

/** One of the first rows: its cells, and what each becomes (null: nothing). Both stand in the order of the columns. */
export type PreviewRow = {
  readonly line: number;
  readonly cells: readonly string[];
  readonly mapped: readonly (string | null)[];
  readonly fate: 'used' | 'skipped' | 'rejected' | 'open';
  readonly column: string | null;
  readonly reason: string | null;
};

/** How the columns stand against those of an earlier file. */
export type HeaderChanges = {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly moved: readonly string[];
};

export type ImportPreview = {
  readonly file: string;
  readonly format: ExportFile['format'];
  readonly encoding: string;
  readonly encodingWhy: string;
  readonly bom: boolean;
  readonly delimiter: string;
  readonly preamble: readonly string[];
  readonly preambleRecords: number;
  readonly headerRows: number;
  readonly sheet: string | null;
  readonly sheets: readonly SheetInfo[];
  readonly notes: readonly Note[];
  readonly profile: {
    readonly id: string;
    readonly title: string;
    readonly confidence: number;
    readonly why: string;
  } | null;
  readonly columns: readonly PreviewColumn[];
  readonly rows: readonly PreviewRow[];
  /** Data rows among the first 256 KiB; all of the file when `whole`. */
  readonly seen: number;
  readonly whole: boolean;
  /** The reading as a mapping file with the file's own headers; null while it cannot be read. */
  readonly mapping: Mapping | null;
  readonly source: string | null;
  readonly snapshot: boolean;
  /** Choices in force that the file itself does not tell: a person's, or those of the import that is repeated. */
  readonly choices: {
    readonly constants: Readonly<Record<string, string | number | boolean>>;
    readonly dateOrder: string | null;
  };
  /** The last import of its kind, how the columns changed since, and whether its choices are used. */
  readonly remembered:
    | ({ readonly batch: string; readonly file: string; readonly day: string; readonly used: boolean } & HeaderChanges)
    | null;
  /** What keeps the file from being read: an undecided order of dates, rows of no known kind. */
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly detail: Readonly<Record<string, unknown>>;
  } | null;
};

export type PreviewOptions = ReadingOptions & {
  readonly records: number;
  /** Repeat the last import of its kind unless a person chose otherwise. */
  readonly auto?: boolean;
};

/** Errors that a choice in the preview settles; others are thrown. */
const SETTLED = new Set(['no-mapping', 'date-order', 'decimal-mark', 'score-scale', 'no-column', 'usage', 'bad-zone']);

/**
 * What the importer makes of the first rows of a file, by the code that imports it: detection with reasons, the mapping in
 * force, each cell beside its value.
 */
export function previewFile(
  db: ReadDb,
  settings: WorkspaceSettings,
  path: string,
  asked: PreviewOptions,
  cancel: Cancel,
): ImportPreview {
  const file = openExport(path, { sheet: asked.sheet, preview: true, checkCancel: () => cancel.check() });
  const inspection = inspectHead(file, settings, asked);
  const found = rememberedFor(db, inspection.layout.headers);
  const again = asked.again ?? (asked.auto === true && found !== null && isWorthRepeating(found, asked));
  const raw = readRows(file, inspection, asked.records, cancel);
  let plan: ImportPlan | null = null;
  let problem: ImportPreview['problem'] = null;
  let reading: ReadingOptions & { source?: string } = {};
  let snapshot = false;
  let source: string | null = null;
  let mapped: Map<number, MappedLine> = new Map();
  let unmapped: Mapping | null = null;
  try {
    const { records: _, auto: __, ...options } = asked;
    const prepared = prepareFile(db, settings, path, { ...options, again }, cancel);
    ({ plan } = prepared);
    source = prepared.request.source;
    const kept = prepared.request.mapping as Mapping & { reading: typeof reading };
    ({ reading } = kept);
    snapshot = kept.snapshot === true;
    mapped = mapRows(db, settings, plan, file, raw.rows.at(-1)?.line ?? 0, cancel);
  } catch (error) {
    if (!(error instanceof LadderlineError) || !SETTLED.has(error.code)) throw error;
    problem = { code: error.code, message: error.message, detail: (error.detail ?? {}) as Record<string, unknown> };
    if (error.code === 'no-mapping' && asked.as !== undefined) {
      // What a row is was said, what its columns are was not: a person maps them.
      source = asked.source ?? file.name.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
      unmapped = { source, entities: [{ entity: asked.as, columns: {} }] };
      problem = {
        code: 'no-columns',
        message: `No column of ${file.name} is known to tell of a row of that kind. Choose the fields of its columns.`,
        detail: {},
      };
    }
  }
  const shown = plan?.inspection ?? inspection;
  const { layout } = shown;
  const proposal = proposeMapping(layout, shown.columns.findings, plan ? undefined : asked.as, file.name);
  const mapping = plan ? mappingOf(plan) : unmapped;
  const bound = layout.headers.map((_, at) => (plan ? boundAt(plan, at) : []));
  const sensitive = bound.map((list) => list.some(({ column }) => column.mapping.sensitive === true));
  const profile = layout.profile;
  return {
    file: file.name,
    format: file.format,
    encoding: shown.encoding,
    encodingWhy: shown.encodingWhy,
    bom: shown.bom,
    delimiter: shown.delimiter,
    preamble: layout.preamble,
    preambleRecords: layout.preambleRecords,
    headerRows: layout.headerRows,
    sheet: file.sheet,
    sheets: file.sheets,
    notes: shown.notes,
    profile: profile
      ? {
          id: profile.id,
          title: profile.title,
          confidence: layout.confidence,
          why: `the columns ${profile.signature.flat().slice(0, 5).join(', ')} are all there`,
        }
      : null,
    columns: shown.columns.findings.map(({ why, ...finding }, at): PreviewColumn => ({
      ...finding,
      typeWhy: why,
      fields: bound[at]!.map(({ entity, column }) => `${entity}.${column.mapping.field}`).filter(
        (f) => !isAttribute(f),
      ),
      proposed: {
        field: proposal.columns[at]?.field ?? null,
        confidence: proposal.columns[at]?.confidence ?? 0,
        why: proposal.columns[at]?.why ?? '',
      },
      sensitive: sensitive[at]!,
      words: sensitive[at] ? null : raw.words[at]!,
    })),
    rows: raw.rows.map(({ line, cells }): PreviewRow => {
      const own = mapped.get(line);
      return {
        line,
        cells,
        mapped: bound.map((list) =>
          own ? (list.map((each) => valueOf(own, each)).find((v) => v !== null) ?? null) : null,
        ),
        fate: own?.fate ?? 'open',
        column: own?.column ?? null,
        reason: own?.reason ?? null,
      };
    }),
    seen: raw.seen,
    whole: raw.whole,
    mapping,
    source,
    snapshot,
    choices: { constants: reading.constants ?? {}, dateOrder: reading.dateOrder ?? null },
    remembered: found && {
      batch: String(found.batch),
      file: found.file,
      day: isoDay(found.day),
      used: again && problem?.code !== 'no-mapping',
      ...headerChanges(found.headers, layout.headers),
    },
    problem,
  };
}

/** An import is repeated when a person decided something about it that neither a profile nor the file tells. */
function isWorthRepeating(found: Remembered, asked: ReadingOptions): boolean {
  if (asked.mapping !== undefined || asked.profile !== undefined || asked.as !== undefined) return false;
  const { given, format: _, ...choices } = (found.stored as { reading: Record<string, unknown> }).reading;
  return given === true || found.profile === null || Object.keys(choices).length > 0;
}

/** Columns that came, went or stand in another order (those outside the longest run of columns that kept their order). */
export function headerChanges(before: readonly string[], now: readonly string[]): HeaderChanges {
  const place = new Map(before.map((header, i) => [header.trim().toLowerCase(), i]));
  const places = now.map((header) => place.get(header.trim().toLowerCase()) ?? -1);
  const known = new Set(now.map((header) => header.trim().toLowerCase()));
  const shared = now.flatMap((header, i) => (places[i]! < 0 ? [] : [{ header, at: places[i]! }]));
  const kept = longestRising(shared.map(({ at }) => at));
  return {
    added: now.filter((_, i) => places[i]! < 0),
    gone: before.filter((header) => !known.has(header.trim().toLowerCase())),
    moved: shared.filter((_, i) => !kept.has(i)).map(({ header }) => header),
  };
}

/** Places of a longest rising run. */
function longestRising(values: readonly number[]): Set<number> {
  const length = values.map(() => 1);
  const from = values.map(() => -1);
  let best = -1;
  for (let i = 0; i < values.length; i += 1) {
    for (let j = 0; j < i; j += 1)
      if (values[j]! < values[i]! && length[j]! + 1 > length[i]!) [length[i], from[i]] = [length[j]! + 1, j];
    if (best < 0 || length[i]! > length[best]!) best = i;
  }
  const kept = new Set<number>();
  for (let i = best; i >= 0; i = from[i]!) kept.add(i);
  return kept;
}

function inspectHead(file: ExportFile, settings: WorkspaceSettings, asked: PreviewOptions): Inspection {
  const text = file.text();
  try {
    const head = readHead(text, FIRST_BYTES);
    if (head.length === 0) {
      throw new LadderlineError(
        'empty-file',
        `${file.name} is empty; there is nothing to import. Export it again and check that it has rows.`,
      );
    }
    const whole = text.size === null ? head.length < FIRST_BYTES : head.length >= text.size;
    const profile = asked.profile === undefined ? undefined : PROFILES.find((p) => p.id === asked.profile);
    return inspect(head, whole, file.name, {
      ...asked.layout,
      profile,
      dateOrder: asked.dateOrder ?? null,
      workspaceOrder: settings.dateOrder,
      made: madeOf(file),
    });
  } finally {
    text.close?.();
  }
}

type RawRow = { readonly line: number; readonly cells: readonly string[] };

/** The first rows as they are written, the words of columns of few words, and how many rows were looked at. */
function readRows(
  file: ExportFile,
  { encoding, delimiter, layout }: Inspection,
  wanted: number,
  cancel: Cancel,
): { rows: RawRow[]; words: PreviewColumn['words'][]; seen: number; whole: boolean } {
  const source = file.text(() => cancel.check());
  const width = layout.headers.length;
  const rows: RawRow[] = [];
  const counts: (Map<string, number> | null)[] = layout.headers.map(() => new Map());
  let seen = 0;
  let whole = true;
  try {
    const reader = new RecordReader(source, { encoding, delimiter, width });
    const sorter = new RowSorter(layout);
    const cells: string[] = [];
    let index = 0;
    let n = 0;
    while (whole && (n = reader.next()) > 0) {
      cancel.check();
      for (let r = 0; r < n; r += 1, index += 1) {
        if (index < layout.dataFrom) continue;
        const count = reader.cells(r, cells);
        const kind = reader.damage.has(r) ? 'data' : sorter.kindOf(cells, count);
        if (kind === 'blank' || kind === 'header' || kind === 'footer') continue;
        seen += 1;
        if (rows.length < wanted)
          rows.push({
            line: reader.lines[r]!,
            cells: Array.from({ length: width }, (_, i) => (i < count ? cells[i]!.slice(0, MOST_TEXT) : '')),
          });
        if (seen > WORD_ROWS) continue;
        for (let i = 0; i < width && i < count; i += 1) {
          const own = counts[i];
          const text = cells[i]!.trim();
          if (!own || text === '' || PLACEHOLDER.test(text)) continue;
          if (text.length > 60 || (own.size >= MOST_WORDS && !own.has(text))) counts[i] = null;
          else own.set(`${text}`, (own.get(text) ?? 0) + 1);
        }
      }
      if (reader.consumed >= FIRST_BYTES) whole = false;
    }
  } finally {
    source.close?.();
  }
  const words = counts.map((own) => {
    const filled = own ? [...own.values()].reduce((a, b) => a + b, 0) : 0;
    // Names and keys are no lists of words: there nearly every row has its own.
    if (!own || own.size === 0 || (own.size > 12 && own.size > filled / 2)) return null;
    return [...own]
      .map(([text, n]) => ({ text, rows: n }))
      .sort((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
  });
  return { rows, words, seen, whole };
}

type MappedEntity = {
  readonly ext: string | null;
  readonly party: PartyRef | null;
  readonly account: PartyRef | null;
  readonly values: ReadonlyMap<string, string | number>;
  readonly attributes: Readonly<Record<string, string>>;
};
type MappedLine = {
  fate: PreviewRow['fate'];
  column: string | null;
  reason: string | null;
  readonly entities: Map<string, MappedEntity>;
};

class EnoughRows extends Error {}

/** Maps the rows up to a line as an import would. */
function mapRows(
  db: ReadDb,
  settings: WorkspaceSettings,
  plan: ImportPlan,
  file: ExportFile,
  last: number,
  cancel: Cancel,
): Map<number, MappedLine> {
  const lines = new Map<number, MappedLine>();
  const refs: PartyRef[] = [];
  const names = new Map<EntitySpec, readonly string[]>();
  const at = (line: number, fate: MappedLine['fate']): MappedLine => {
    if (line > last) throw new EnoughRows();
    let own = lines.get(line);
    if (!own) lines.set(line, (own = { fate, column: null, reason: null, entities: new Map() }));
    own.fate = fate;
    return own;
  };
  const sink: RowSink = {
    party: (ref) => refs.push(ref),
    row(entity, line, ext, party, account, values, attributes) {
      let columns = names.get(entity);
      if (!columns) names.set(entity, (columns = columnsOf(entity).map((c) => c.name)));
      const filled = new Map<string, string | number>();
      columns.forEach((name, i) => {
        const value = values[i];
        if (value !== null && value !== undefined) filled.set(name, typeof value === 'string' ? `${value}` : value);
      });
      at(line, 'used').entities.set(entity.name, {
        ext,
        party: refs[party - 1] ?? null,
        account: refs[account - 1] ?? null,
        values: filled,
        attributes: attributes === null ? {} : (JSON.parse(attributes) as Record<string, string>),
      });
    },
    reject(line, column, _value, reason) {
      const own = at(line, 'rejected');
      own.column ??= column;
      own.reason ??= reason;
    },
    skip(line, reason) {
      at(line, 'skipped').reason ??= reason;
    },
  };
  const source = file.text(() => cancel.check());
  try {
    mapFile(plan, source, sink, {
      settings,
      checkCancel: () => cancel.check(),
      ...ownerTable(db),
      importDay: todayUtc(),
    });
  } catch (error) {
    if (!(error instanceof EnoughRows)) throw error;
  } finally {
    source.close?.();
  }
  return lines;
}

type Bound = { readonly entity: string; readonly spec: EntitySpec; readonly column: BoundColumn };

function boundAt(plan: ImportPlan, at: number): Bound[] {
  return plan.entities.flatMap((entity) =>
    entity.columns
      .filter((column) => column.at === at)
      .map((column) => ({ entity: entity.name, spec: entityOf(entity.name)!, column })),
  );
}

const isAttribute = (field: string): boolean => {
  const [entity, ...rest] = field.split('.');
  const name = rest.join('.');
  return !/^(party|account)\./.test(name) && !entityOf(entity!)?.fields.some((f) => f.name === name);
};

/** What a column of a row became in one of its entities, as text. */
function valueOf(row: MappedLine, { entity, spec, column }: Bound): string | null {
  const own = row.entities.get(entity);
  if (!own) return null;
  const { field } = column.mapping;
  const known = spec.fields.find((f) => f.name === field);
  if (known) return ownValue(own, known, column);
  const [whose, what] = field.split('.') as [string, string?];
  if (whose === 'party' || whose === 'account')
    return reference(whose === 'party' ? own.party : own.account, what ?? '');
  return own.attributes[field] ?? null;
}

function ownValue(own: MappedEntity, field: FieldSpec, column: BoundColumn): string | null {
  const name = field.column ?? field.name;
  const value = own.values.get(name);
  switch (field.type) {
    case 'id':
      return own.ext;
    case 'reference': {
      const ref = /account/.test(field.name) ? (own.account ?? own.party) : own.party;
      return reference(ref, field.name.replace(/^(customer|respondent|account)_?/, '') || 'external_id');
    }
    case 'instant': {
      const stem = name.replace(/_at$/, '');
      // A later main date serves when the first is empty: the row has one day only.
      const day = own.values.get(field.main ? 'day' : `${stem}_day`);
      const at = own.values.get(field.main ? 'at' : `${stem}_at`);
      if (typeof at === 'number') return isoInstant(at);
      return typeof day === 'number' ? isoDay(day) : null;
    }
    case 'money': {
      if (typeof value !== 'number') return null;
      const currency = String(own.values.get('currency') ?? column.mapping.currency ?? '');
      return currency === '' ? String(value / 100) : `${decimalOf(value, currency)} ${currency}`;
    }
    case 'boolean':
      return value === undefined ? null : value === 0 ? 'no' : 'yes';
    default:
      return value === undefined ? null : String(value);
  }
}

function reference(ref: PartyRef | null, what: string): string | null {
  if (ref === null) return null;
  switch (what) {
    case 'email':
      return ref.email;
    case 'name':
    case 'given_name':
    case 'family_name':
      return ref.name;
    case 'phone':
      return ref.phone ?? null;
    case 'company':
      return ref.company ?? null;
    case 'account_external_id':
      return ref.accountExternalId ?? null;
    case 'domain':
      return ref.externalId;
    default:
      return ref.externalId ?? ref.email ?? ref.name;
  }
}

export const PreviewRecords = z.int().min(1).max(500).default(50);
