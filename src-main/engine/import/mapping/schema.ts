import { z } from 'zod';
import { ENTITIES, entityOf, type EntityName } from '#engine/base/entities.ts';
import { usage } from '#engine/base/errors.ts';
import { POLICIES } from '#engine/store/policy.ts';
import { RecipeStep } from './recipe.ts';
import { ENCODINGS } from '../read/encoding.ts';

const names = ENTITIES.map((entity) => entity.name) as [EntityName, ...EntityName[]];

const columnSchema = z.strictObject({
  field: z.string().min(1),
  dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  /** IANA zone of times without an offset. */
  zone: z.string().min(1).optional(),
  decimal: z.enum(['.', ',']).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as EUR')
    .optional(),
  /** Source word -> our word; words not listed are read as they are. Case does not matter. */
  values: z.record(z.string(), z.string()).optional(),
  /** Column with the time of day of this date. */
  time: z.string().optional(),
  /** Column with the zone or offset of this instant. */
  zoneColumn: z.string().optional(),
  /** Takes the first part of a cell that lists several values. */
  split: z.string().min(1).optional(),
  /** Drops this prefix of the value. */
  strip: z.string().min(1).optional(),
  /** Yes when the cell contains one of these words. */
  contains: z.array(z.string().min(1)).optional(),
  /** Yes when the cell is filled with anything but one of these words. */
  filled: z.array(z.string()).optional(),
  /** What a number in a duration column counts; seconds if absent. */
  unit: z.enum(['seconds', 'minutes', 'hours']).optional(),
  /** What the value does to an earlier one (`store/policy.ts`); over the policy of the entity. */
  policy: z.enum(POLICIES).optional(),
  /** Personal data of special care: marked, and its words are not kept with the shape of the file. */
  sensitive: z.boolean().optional(),
  /** Keeps the value only when it matches this pattern; the first group when it has one. */
  pattern: z.string().optional(),
});

const conditionSchema = z.strictObject({
  columns: z.array(z.string()).min(1),
  /** Any of the columns holds one of these words; without the list, any of them is filled. */
  is: z.array(z.string()).optional(),
});

const entitySchema = z.strictObject({
  entity: z.enum(names),
  columns: z.record(z.string(), z.union([columnSchema, z.array(columnSchema)])),
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  key: z.array(z.string()).min(1).optional(),
  /** What the values of a row do to earlier ones; overwrite if absent. */
  policy: z.enum(POLICIES).optional(),
  /** Column that says when the source last changed the row: the policy `newest` compares by it. */
  modified: z.string().min(1).optional(),
  when: conditionSchema.optional(),
});

const fileSchema = z.strictObject({
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  preambleRecords: z.int().min(0).optional(),
  headerRows: z.int().min(0).max(3).optional(),
  footerRecords: z.int().min(0).optional(),
  sheet: z.string().optional(),
});

/** How a text file is written, when a person says so instead of the detection. */
export const FileLayout = fileSchema.pick({ encoding: true, delimiter: true, preambleRecords: true, headerRows: true });
export type FileLayout = z.infer<typeof FileLayout>;

const groupSchema = z.strictObject({
  /** Neighbouring rows with the same values here are one document. */
  columns: z.array(z.string()).min(1),
  /** A row with these columns empty continues the one above. */
  continues: z.boolean().optional(),
});

const skipSchema = z.strictObject({
  column: z.string(),
  is: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  reason: z.string(),
});

const sectionSchema = z.strictObject({
  /** A row with this column filled and nothing else heads a section or totals it. */
  column: z.string(),
  /** Only rows of sections whose name matches are read. */
  keep: z.string().optional(),
});

const sharedShape = {
  source: z.string().min(1).optional(),
  file: fileSchema.optional(),
  group: groupSchema.optional(),
  skip: z.array(skipSchema).optional(),
  sections: sectionSchema.optional(),
  placeholders: z.array(z.string()).optional(),
  /** Cleaning steps, in their order. */
  recipe: z.array(RecipeStep).max(200).optional(),
  /** Columns that are not kept as attributes either. */
  ignore: z.array(z.string()).optional(),
  /** The file is a full export: rows of the last one that it lacks are flagged, never deleted. */
  snapshot: z.boolean().optional(),
  /** Rank of the file's source for the policy `priority`: 1 is best, a file without a rank is last. */
  rank: z.int().min(1).max(1000).optional(),
};

export type ColumnMapping = z.infer<typeof columnSchema>;
export type EntityMapping = z.infer<typeof entitySchema>;
export type FileOptions = z.infer<typeof fileSchema>;
export type GroupRule = z.infer<typeof groupSchema>;
export type SectionRule = z.infer<typeof sectionSchema>;
export type SkipRule = z.infer<typeof skipSchema>;

/** A mapping with its entities in a list: the form everything inside uses. */
export type Mapping = {
  readonly source?: string | undefined;
  readonly file?: FileOptions | undefined;
  readonly group?: GroupRule | undefined;
  readonly skip?: readonly SkipRule[] | undefined;
  readonly sections?: SectionRule | undefined;
  readonly placeholders?: readonly string[] | undefined;
  readonly rank?: number | undefined;
  readonly recipe?: readonly RecipeStep[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly snapshot?: boolean | undefined;
  readonly entities: readonly EntityMapping[];
};

const manySchema = z.strictObject({ ...sharedShape, entities: z.array(entitySchema).min(1) });
const oneSchema = z.strictObject({ ...sharedShape, ...entitySchema.shape });

/**
 * Reads a mapping file (already parsed JSON), with one entity or a list of them. Throws `usage` with the path of the first
 * wrong entry.
 */
export function parseMapping(input: unknown): Mapping {
  const many = typeof input === 'object' && input !== null && 'entities' in input;
  const result = many ? manySchema.safeParse(input) : oneSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw usage(`Mapping file: ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'not valid'}`, {
      path: issue?.path ?? [],
    });
  }
  if ('entities' in result.data) {
    result.data.entities.forEach(checkFields);
    return result.data;
  }
  const { source, file, group, skip, sections, placeholders, recipe, ignore, snapshot, rank, ...entity } = result.data;
  checkFields(entity);
  return { source, file, group, skip, sections, placeholders, recipe, ignore, snapshot, rank, entities: [entity] };
}

/** Prefixes that name the customer of a row of another entity (choices.md, Mapping names). */
export const CUSTOMER_PREFIXES = ['party.', 'account.'] as const;

const CUSTOMER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'party.': ['external_id', 'email', 'name', 'given_name', 'family_name', 'phone', 'company', 'account_external_id'],
  'account.': ['external_id', 'name', 'domain', 'phone'],
};

/** `customer` for a name that identifies the row's customer, `field` for one of the entity's own, `attribute` otherwise. */
export function kindOfName(entityName: EntityName, name: string): 'customer' | 'field' | 'attribute' {
  const own = name.startsWith(`${entityName}.`) ? name.slice(entityName.length + 1) : name;
  if (entityOf(entityName)?.fields.some((field) => field.name === own)) return 'field';
  for (const prefix of CUSTOMER_PREFIXES) {
    if (name.startsWith(prefix) && CUSTOMER_FIELDS[prefix]!.includes(name.slice(prefix.length))) return 'customer';
  }
  return 'attribute';
}

function checkFields(mapping: EntityMapping): void {
  const spec = entityOf(mapping.entity)!;
  const policies = [mapping.policy, ...Object.values(mapping.columns).flatMap((c) => [c].flat().map((m) => m.policy))];
  if (policies.includes('newest') && mapping.modified === undefined) {
    throw usage(
      `Mapping file: the policy "newest" of ${spec.name} needs "modified": the column that says when the source last changed a row.`,
    );
  }
  for (const name of mapping.key ?? []) {
    const mapped = Object.values(mapping.columns).some((c) =>
      (Array.isArray(c) ? c : [c]).some((m) => m.field === name),
    );
    if (!mapped && mapping.constants?.[name] === undefined) {
      throw usage(`Mapping file: key names "${name}", but no column or constant of ${spec.name} fills it.`);
    }
  }
}
