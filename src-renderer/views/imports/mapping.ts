import type { Result } from '#contract/api.ts';

type Proposal = NonNullable<Result<'sniff'>['proposal']>;
export type Mapping = Proposal['mapping'];
export type ProposedColumn = Proposal['columns'][number];
type EntityMapping = Mapping['entities'][number];

/** Headers are compared as the importer compares them: without case, space and underscore alike. */
const key = (header: string): string =>
  header
    .trim()
    .toLowerCase()
    .replace(/[\s_\u00A0]+/g, ' ');

const firstField = (mapped: EntityMapping['columns'][string]): string =>
  Array.isArray(mapped) ? mapped[0]!.field : (mapped as { field: string }).field;

/**
 * The file's own header behind a name of the mapping: profiles also name columns by an alias or by the question of a
 * survey, and name columns that a file need not have (null).
 */
function headerOf(
  entity: EntityMapping,
  name: string,
  mapping: Mapping,
  columns: readonly ProposedColumn[],
): string | null {
  const own = columns.find((c) => key(c.header) === key(name));
  if (own) return own.header;
  const named = new Set(mapping.entities.flatMap((e) => Object.keys(e.columns)).map(key));
  const wanted = `${entity.entity}.${firstField(entity.columns[name]!)}`;
  return columns.find((c) => c.field === wanted && !named.has(key(c.header)))?.header ?? null;
}

/** Which fields each column fills, as `entity.field`; a column may fill several. */
export function fieldsByHeader(
  mapping: Mapping,
  columns: readonly ProposedColumn[],
): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const entity of mapping.entities) {
    for (const [name, mapped] of Object.entries(entity.columns)) {
      const header = headerOf(entity, name, mapping, columns);
      if (header === null) continue;
      const list = (Array.isArray(mapped) ? mapped : [mapped]) as readonly { field: string }[];
      fields.set(header, [...(fields.get(header) ?? []), ...list.map((m) => `${entity.entity}.${m.field}`)]);
    }
  }
  return fields;
}

/**
 * The proposed mapping with some columns sent elsewhere: `changes` gives `entity.field` by header, '' keeps the column as
 * an attribute. The answer names only columns the file has, so that it can be used in place of a profile.
 */
export function mappingWith(
  mapping: Mapping,
  columns: readonly ProposedColumn[],
  changes: Readonly<Record<string, string>>,
): Mapping {
  const present = new Set(columns.map((c) => key(c.header)));
  const isHere = (name: string | undefined): boolean => name === undefined || present.has(key(name));
  const entities = mapping.entities.map((entity) => {
    const kept: Record<string, unknown> = {};
    for (const [name, mapped] of Object.entries(entity.columns)) {
      const header = headerOf(entity, name, mapping, columns);
      if (header === null || changes[header] !== undefined) continue;
      const list = (Array.isArray(mapped) ? mapped : [mapped]).map(({ time, zoneColumn, ...rest }) => ({
        ...rest,
        ...(time !== undefined && isHere(time) ? { time } : {}),
        ...(zoneColumn !== undefined && isHere(zoneColumn) ? { zoneColumn } : {}),
      }));
      kept[header] = list.length === 1 ? list[0] : list;
    }
    for (const [header, target] of Object.entries(changes)) {
      if (target.startsWith(`${entity.entity}.`)) kept[header] = { field: target.slice(entity.entity.length + 1) };
    }
    return { ...entity, columns: kept };
  });
  const filled = entities.filter((entity) => Object.keys(entity.columns).length > 0);
  // Through JSON: undefined members do not cross the process line.
  return JSON.parse(JSON.stringify({ ...mapping, entities: filled.length > 0 ? filled : entities })) as Mapping;
}
