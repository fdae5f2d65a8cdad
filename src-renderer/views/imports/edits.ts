import type { Result } from '#contract/api.ts';

export type Preview = Result<'importPreview'>;
export type Mapping = NonNullable<Preview['mapping']>;
type EntityMapping = Mapping['entities'][number];
export type ColumnMapping = Exclude<EntityMapping['columns'][string], readonly unknown[]>;
export type RecipeStep = NonNullable<Mapping['recipe']>[number];
export type Policy = NonNullable<EntityMapping['policy']>;

/** What a person changed about one column; what is absent stays as proposed. */
export type ColumnEdit = Partial<
  Pick<ColumnMapping, 'policy' | 'dateOrder' | 'decimal' | 'currency' | 'zone' | 'values' | 'sensitive'>
> & {
  /** `entity.field`, ATTRIBUTE or LEFT_OUT. */
  readonly to?: string;
};

/** Everything a person changed about a mapping. */
export type Edits = {
  readonly columns: Readonly<Record<string, ColumnEdit>>;
  /** All cleaning steps, in place of those of the mapping. */
  readonly recipe?: readonly RecipeStep[];
  /** Column that says when the source last changed a row. */
  readonly modified?: string;
  readonly rank?: number;
};

export const NO_EDITS: Edits = { columns: {} };
/** The column is kept as an attribute of its row. */
export const ATTRIBUTE = '';
/** The column is not imported. */
export const LEFT_OUT = '-';

export const isEdited = ({ columns, recipe, modified, rank }: Edits): boolean =>
  Object.keys(columns).length > 0 || recipe !== undefined || modified !== undefined || rank !== undefined;

/** Headers are compared as the importer compares them: without case, space and underscore alike. */
export const headerKey = (header: string): string =>
  header
    .trim()
    .toLowerCase()
    .replace(/[\s_\u00A0]+/g, ' ');

const listed = (mapped: EntityMapping['columns'][string]): readonly ColumnMapping[] =>
  (Array.isArray(mapped) ? mapped : [mapped]) as readonly ColumnMapping[];

/** What a column fills in each entity. */
export function mappedOf(mapping: Mapping, header: string): { entity: string; mapped: ColumnMapping }[] {
  return mapping.entities.flatMap(({ entity, columns }) =>
    Object.entries(columns)
      .filter(([name]) => headerKey(name) === headerKey(header))
      .flatMap(([, mapped]) => listed(mapped).map((each) => ({ entity, mapped: each }))),
  );
}

export const isLeftOut = (mapping: Mapping, header: string): boolean =>
  (mapping.ignore ?? []).some((name) => headerKey(name) === headerKey(header));

/** Where a reading sends each column, by header. */
export function targetsOf({ columns, mapping }: Preview): Record<string, string> {
  return Object.fromEntries(
    columns.map(({ header, fields }) => [
      header,
      fields[0] ?? (mapping && isLeftOut(mapping, header) ? LEFT_OUT : ATTRIBUTE),
    ]),
  );
}

/** The mapping with a person's changes, ready to cross the process line. */
export function editedMapping(mapping: Mapping, { columns, recipe, modified, rank }: Edits): Mapping {
  const edits = new Map(Object.entries(columns).map(([header, edit]) => [headerKey(header), { header, edit }]));
  const entities = mapping.entities.map((entity, at) => {
    const kept: Record<string, ColumnMapping | ColumnMapping[]> = {};
    for (const [name, mapped] of Object.entries(entity.columns)) {
      const { to, ...how } = edits.get(headerKey(name))?.edit ?? {};
      if (to !== undefined) continue;
      const list = listed(mapped).map((each) => ({ ...each, ...how }));
      kept[name] = list.length === 1 ? list[0]! : list;
    }
    for (const { header, edit } of edits.values()) {
      const { to, ...how } = edit;
      const known = mappedOf(mapping, header).length > 0;
      if (to?.startsWith(`${entity.entity}.`)) kept[header] = { ...how, field: to.slice(entity.entity.length + 1) };
      else if (at === 0 && (to === ATTRIBUTE || (to === undefined && !known)) && how.sensitive === true)
        kept[header] = { field: header, sensitive: true };
    }
    const asks = Object.values(kept).some((each) => listed(each).some((one) => one.policy === 'newest'));
    return { ...entity, columns: kept, ...(asks && modified !== undefined ? { modified } : {}) };
  });
  const ignored = new Set(mapping.ignore ?? []);
  for (const { header, edit } of edits.values()) {
    if (edit.to === undefined) continue;
    for (const name of ignored) if (headerKey(name) === headerKey(header)) ignored.delete(name);
    if (edit.to === LEFT_OUT) ignored.add(header);
  }
  const filled = entities.filter((entity) => Object.keys(entity.columns).length > 0);
  const { file: _, ...shared } = mapping;
  // Through JSON: undefined members do not cross the process line.
  return JSON.parse(
    JSON.stringify({
      ...shared,
      ignore: ignored.size > 0 ? [...ignored] : undefined,
      recipe: recipe === undefined ? mapping.recipe : recipe.length > 0 ? recipe : undefined,
      rank: rank ?? mapping.rank,
      entities: filled.length > 0 ? filled : entities,
    }),
  ) as Mapping;
}

/** The changes with one column changed; an empty change takes the column back to what is proposed. */
export function withColumn(
  edits: Edits,
  header: string,
  change: { [K in keyof ColumnEdit]?: ColumnEdit[K] | undefined },
): Edits {
  const merged = Object.fromEntries(
    Object.entries({ ...edits.columns[header], ...change }).filter(([, value]) => value !== undefined),
  ) as ColumnEdit;
  const { [header]: _, ...others } = edits.columns;
  return { ...edits, columns: Object.keys(merged).length > 0 ? { ...others, [header]: merged } : others };
}
