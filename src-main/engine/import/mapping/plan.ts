import { entityOf, type EntityName } from '#engine/base/entities.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import type { DateOrder } from '../detect/dates.ts';
import type { Made } from '../detect/export-file.ts';
import { AlikeIndex, HeaderIndex } from '../detect/headers.ts';
import { inspect, type Inspection, type SniffOptions } from '../detect/sniff.ts';
import { profileOf } from '../profiles/index.ts';
import type { Profile } from '../profiles/define.ts';
import { mappingFingerprint } from './fingerprint.ts';
import { proposeMapping } from './propose.ts';
import { kindOfName, type ColumnMapping, type EntityMapping, type FileOptions, type Mapping } from './schema.ts';

export type PlanOptions = {
  readonly profile?: string | undefined;
  readonly mapping?: Mapping | undefined;
  readonly as?: EntityName | undefined;
  /** Values for every row of the entities that have the field, over those of the mapping (the wave of a survey file). */
  readonly constants?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** `--date-order`: rules over everything the file says. */
  readonly dateOrder?: DateOrder | null | undefined;
  readonly workspaceOrder?: DateOrder | null | undefined;
  /** How the file is written, over what the mapping says and what is detected. */
  readonly file?: FileOptions | undefined;
  /** Set for text that was made from a workbook or from JSON. */
  readonly made?: Made | undefined;
};

/** A column of the file that an entity reads. */
export type BoundColumn = {
  readonly at: number;
  readonly header: string;
  readonly mapping: ColumnMapping;
  readonly time: number;
  readonly zone: number;
};

export type BoundEntity = {
  readonly name: EntityName;
  readonly columns: readonly BoundColumn[];
  readonly constants: Readonly<Record<string, string | number | boolean>>;
  readonly key: readonly string[];
  /** Column that says when the source last changed the row, or null. */
  readonly modified: BoundColumn | null;
  readonly when: { readonly columns: readonly number[]; readonly is: readonly string[] | null } | null;
};

/** Everything needed to turn the bytes of one file into rows; decided before the pass. */
export type ImportPlan = {
  readonly file: string;
  readonly source: string;
  readonly profile: Profile | null;
  readonly mapping: Mapping;
  readonly fingerprint: string;
  readonly inspection: Inspection;
  readonly index: HeaderIndex;
  readonly entities: readonly BoundEntity[];
  readonly dateOrder: DateOrder | null;
  readonly workspaceOrder: DateOrder | null;
};

/**
 * Decides how a file is imported from its first bytes (`head`, at most 2 MiB; `whole` when it is all of it). The mapping is
 * the one given, else the profile's (given or recognised), else the proposed one. Throws `no-profile`, `no-column`,
 * `no-mapping`, `not-an-export` or `usage`.
 */
export function planImport(head: Uint8Array, whole: boolean, fileName: string, options: PlanOptions = {}): ImportPlan {
  const told = options.profile === undefined ? null : profileOf(options.profile);
  if (options.profile !== undefined && !told) {
    throw usage(`There is no import profile "${options.profile}".`, { profile: options.profile });
  }
  const file: FileOptions = { ...options.mapping?.file, ...options.file };
  const sniffing: SniffOptions = {
    profile: told ?? undefined,
    dateOrder: options.dateOrder ?? null,
    workspaceOrder: options.workspaceOrder ?? null,
    encoding: file.encoding,
    delimiter: file.delimiter,
    preambleRecords: file.preambleRecords,
    headerRows: file.headerRows,
    columns: options.mapping ? namedColumns(options.mapping) : undefined,
    made: options.made,
  };
  const inspection = inspect(head, whole, fileName, sniffing);
  const { layout } = inspection;
  const profile = layout.profile;
  const proposal = options.mapping ? null : proposeMapping(layout, inspection.columns.findings, options.as, fileName);
  const mapping = options.mapping ? inherit(options.mapping, profile, layout.headers) : proposal!.mapping;
  if (proposal && proposal.confidence === 0 && !profile) {
    throw noMapping(fileName, layout.headers);
  }
  const byProfile = !options.mapping && profile !== null && !options.as;
  const index = new HeaderIndex(
    byProfile && layout.positional ? (profile.byShape?.headers ?? layout.headers) : layout.headers,
  );
  const aliases = byProfile ? (profile.aliases ?? {}) : {};
  const base = fileName.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
  return {
    file: fileName,
    source: mapping.source ?? (options.as ? undefined : profile?.vendor) ?? base,
    profile: byProfile ? profile : null,
    mapping,
    fingerprint: mappingFingerprint(layout.headers),
    inspection,
    index,
    entities: mapping.entities.map((entity) =>
      bind(entity, index, aliases, layout.labels, byProfile ? profile : null, fileName, options.constants ?? {}),
    ),
    dateOrder: options.dateOrder ?? null,
    workspaceOrder: options.workspaceOrder ?? null,
  };
}

/** Neither a profile nor the headers tell what a row of the file is. */
export function noMapping(fileName: string, headers: readonly string[]): LadderlineError {
  return new LadderlineError(
    'no-mapping',
    `${fileName} is not an export that is known, and its columns (${headers.slice(0, 6).join(', ')}${headers.length > 6 ? ', …' : ''}) do not tell what a row is. Say it with --as ENTITY or give a mapping file with --map.`,
    { file: fileName, headers },
  );
}

/**
 * A mapping made by hand for an export that is known keeps what its profile says about how a column is read (value maps, split
 * rules, zone and the like) where it sends the column to the same field and says nothing else; and the profile's words for empty.
 */
function inherit(mapping: Mapping, profile: Profile | null, headers: readonly string[]): Mapping {
  if (profile === null) return mapping;
  const index = new HeaderIndex(headers);
  const there = (name: string | undefined): boolean => name === undefined || index.find(name) >= 0;
  const entities = mapping.entities.map((entity): EntityMapping => {
    const known = profile.entities.find((e) => e.entity === entity.entity);
    if (!known) return entity;
    const columns = Object.entries(entity.columns).map(([name, mapped]) => {
      const at = index.find(name);
      const own = Object.entries(known.columns).find(
        ([column]) => at >= 0 && index.find(column, profile.aliases?.[column]) === at,
      )?.[1];
      const read = (told: ColumnMapping): ColumnMapping => {
        const field = ownName(entity.entity, told.field);
        const same = [own ?? []].flat().find((each) => ownName(entity.entity, each.field) === field);
        const instant = entityOf(entity.entity)!.fields.some((f) => f.name === field && f.type === 'instant');
        const zone = profile.zone !== undefined && instant ? { zone: profile.zone } : {};
        if (!same || !there(same.time) || !there(same.zoneColumn)) return { ...zone, ...told };
        return { ...zone, ...same, ...told };
      };
      return [name, Array.isArray(mapped) ? mapped.map(read) : read(mapped)] as const;
    });
    return { ...entity, columns: Object.fromEntries(columns) };
  });
  return { ...mapping, placeholders: mapping.placeholders ?? profile.placeholders, entities };
}

function bind(
  entity: EntityMapping,
  index: HeaderIndex,
  aliases: Readonly<Record<string, readonly string[]>>,
  labels: readonly string[],
  profile: Profile | null,
  fileName: string,
  extra: Readonly<Record<string, string | number | boolean>>,
): BoundEntity {
  const find = (name: string): number => {
    const question = profile?.questions?.find((q) => q.column === name);
    if (question) {
      const asked = profile!.questions![0]!;
      const first = labels.findIndex((label) => asked.pattern.test(label));
      return question === asked ? first : labels.findIndex((label, i) => i > first && question.pattern.test(label));
    }
    return index.find(name, aliases[name]);
  };
  const alike = profile ? null : new AlikeIndex(index);
  const need = (name: string): number => {
    const at = alike ? alike.find(name) : find(name);
    if (at >= 0 || profile) return at;
    throw new LadderlineError(
      'no-column',
      `${fileName} has no column "${name}", which the mapping names. Its columns are ${index.headers.slice(0, 12).join(', ')}${index.headers.length > 12 ? ', …' : ''}.`,
      { file: fileName, column: name },
    );
  };
  const columns: BoundColumn[] = [];
  for (const [name, mapped] of Object.entries(entity.columns)) {
    const at = need(name);
    if (at < 0) continue;
    for (const mapping of Array.isArray(mapped) ? mapped : [mapped]) {
      columns.push({
        at,
        header: index.headers[at]!,
        mapping: { ...mapping, field: ownName(entity.entity, mapping.field) },
        time: mapping.time === undefined ? -1 : need(mapping.time),
        zone: mapping.zoneColumn === undefined ? -1 : need(mapping.zoneColumn),
      });
    }
  }
  const when = entity.when
    ? {
        columns: entity.when.columns.map(find).filter((at) => at >= 0),
        is: entity.when.is?.map((word) => word.toLowerCase()) ?? null,
      }
    : null;
  const modifiedAt = entity.modified === undefined ? -1 : need(entity.modified);
  const modified: BoundColumn | null =
    modifiedAt < 0
      ? null
      : { at: modifiedAt, header: index.headers[modifiedAt]!, mapping: { field: 'modified' }, time: -1, zone: -1 };
  const constants: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(entity.constants ?? {})) constants[ownName(entity.entity, name)] = value;
  for (const [name, value] of Object.entries(extra)) {
    if (entityOf(entity.entity)!.fields.some((field) => field.name === name)) constants[name] = value;
  }
  return { name: entity.entity, columns, constants, key: entity.key ?? [], modified, when };
}

/** `touch.at` on a touch row is `at`. */
function ownName(entity: EntityName, field: string): string {
  const own = field.startsWith(`${entity}.`) ? field.slice(entity.length + 1) : field;
  return own !== field && kindOfName(entity, own) === 'field' && entityOf(entity)!.fields.some((f) => f.name === own)
    ? own
    : field;
}

function namedColumns(mapping: Mapping): string[] {
  return [...new Set(mapping.entities.flatMap((entity) => Object.keys(entity.columns)))];
}

/**
 * The plan as a mapping file (cli.md): real header names, and whatever the profile, the workspace or the analyst decided
 * written out, so that the same bytes give the same rows without the profile.
 */
export function mappingOf(plan: ImportPlan): Mapping {
  const { inspection, profile, mapping } = plan;
  const { layout } = inspection;
  const header = (at: number): string => layout.headers[at]!;
  const real = (name: string): string => {
    const at = plan.index.find(name, profile?.aliases?.[name]);
    return at >= 0 ? header(at) : name;
  };
  const present = (name: string): boolean => plan.index.find(name, profile?.aliases?.[name]) >= 0;
  const entities = plan.entities.map((bound, i): EntityMapping => {
    const written = mapping.entities[i]!;
    const spec = entityOf(bound.name)!;
    const columns = new Map<string, ColumnMapping[]>();
    for (const column of bound.columns) {
      const field = spec.fields.find((f) => f.name === column.mapping.field);
      const decision = inspection.columns.orders[column.at];
      const decided =
        field?.type === 'instant' && decision?.order && /was given$|^profile |^workspace /.test(decision.why)
          ? decision.order
          : undefined;
      const zone =
        field?.type === 'instant'
          ? (column.mapping.zone ??
            (/\butc\b|\bgmt\b/i.test(column.header) ? undefined : (layout.zone ?? profile?.zone)))
          : undefined;
      const mark = field?.type === 'money' || field?.type === 'real' ? inspection.columns.marks[column.at] : null;
      const order = column.mapping.dateOrder ?? decided;
      const decimal =
        column.mapping.decimal ?? (mark && !mark.ambiguous && mark.decimal === ',' ? mark.decimal : undefined);
      const told: ColumnMapping = {
        ...column.mapping,
        ...(order ? { dateOrder: order } : {}),
        ...(zone ? { zone } : {}),
        ...(decimal ? { decimal } : {}),
        ...(column.time >= 0 ? { time: header(column.time) } : {}),
        ...(column.zone >= 0 ? { zoneColumn: header(column.zone) } : {}),
      };
      columns.set(header(column.at), [...(columns.get(header(column.at)) ?? []), told]);
    }
    return {
      entity: bound.name,
      columns: Object.fromEntries([...columns].map(([name, list]) => [name, list.length === 1 ? list[0]! : list])),
      ...(Object.keys(bound.constants).length > 0 ? { constants: bound.constants } : {}),
      ...(bound.key.length > 0 ? { key: [...bound.key] } : {}),
      ...(written.policy ? { policy: written.policy } : {}),
      ...(bound.modified ? { modified: header(bound.modified.at) } : {}),
      ...(bound.when
        ? { when: { columns: bound.when.columns.map(header), ...(bound.when.is ? { is: [...bound.when.is] } : {}) } }
        : {}),
    };
  });
  const group =
    mapping.group && mapping.group.columns.some(present)
      ? { ...mapping.group, columns: mapping.group.columns.filter(present).map(real) }
      : undefined;
  const skip = (mapping.skip ?? [])
    .filter((rule) => present(rule.column))
    .map((rule) => ({ ...rule, column: real(rule.column) }));
  return {
    source: plan.source,
    file: {
      encoding: inspection.encoding,
      delimiter: inspection.delimiter,
      preambleRecords: layout.preambleRecords,
      headerRows: layout.headerRows,
    },
    ...(group ? { group } : {}),
    ...(skip.length > 0 ? { skip } : {}),
    ...(mapping.sections && present(mapping.sections.column)
      ? { sections: { ...mapping.sections, column: real(mapping.sections.column) } }
      : {}),
    ...(mapping.ignore && mapping.ignore.length > 0 ? { ignore: [...mapping.ignore] } : {}),
    ...(mapping.snapshot ? { snapshot: true } : {}),
    ...(mapping.recipe && mapping.recipe.length > 0 ? { recipe: [...mapping.recipe] } : {}),
    ...(mapping.rank === undefined ? {} : { rank: mapping.rank }),
    ...(mapping.placeholders && mapping.placeholders.length > 0 ? { placeholders: [...mapping.placeholders] } : {}),
    entities,
  };
}

/** The mapping in the shape of a mapping file: one entity is written flat. */
export function mappingFile(mapping: Mapping): unknown {
  if (mapping.entities.length !== 1) return mapping;
  const { entities, ...shared } = mapping;
  return { ...entities[0], ...shared };
}
