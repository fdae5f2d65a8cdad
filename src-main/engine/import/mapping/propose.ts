import type { EntityName } from '#engine/base/entities.ts';
import { CHANNELS } from '#engine/base/vocabulary.ts';
import { headerKey } from '../detect/headers.ts';
import type { ColumnFinding } from '../detect/columns.ts';
import type { Layout } from '../detect/layout.ts';
import { activityOf } from './activities.ts';
import { bothWays } from './both-ways.ts';
import { customerWishes, ownColumns } from './customer-columns.ts';
import { groupOf, invoiceWords, timeOf, unitOf, zoneOf, type ProposedColumn } from './column-details.ts';
import { FIELDS, NEEDED, SUBJECTS, TELLING } from './fields.ts';
import type { ColumnMapping, EntityMapping, Mapping } from './schema.ts';
import { fits, isDateField, vocabularyFit, type Wish } from './value-fit.ts';
import { closedWord } from './values.ts';
import { phraseOf } from './words.ts';

export type { ProposedColumn } from './column-details.ts';

export type Proposal = {
  readonly mapping: Mapping;
  readonly columns: readonly ProposedColumn[];
  readonly confidence: number;
};

/** Headers of what describes a customer from outside: demographics, lifestyle, market research. */
const DESCRIBES =
  /\b(age|gender|income|household|education|occupation|lifestyle|segment|region|employees|turnover|persona|interest|panel|attitude|awareness|preference|purchasing power|buying pattern|competitor|share of wallet|haushalt|einkommen|alter|beruf)\b/i;

/** Headers of personal data of special care; the column is marked. */
const SENSITIVE =
  /\b(iban|bic|bank account|account no|credit card|card number|social security|ssn|national insurance|passport|id card|date of birth|birth ?date|birthday|geburtsdatum|gender|sex|religion|ethnic|nationality|health|diagnosis|disability|union|political|salary|income|einkommen|gehalt|konfession|sexual)\b/i;

const RECOMMEND = /recommend|empfehl|recommand|recomend|aanbevelen|consigli/i;
const WHY =
  /reason|\bwhy\b|improve|better|tell us|comment|feedback|warum|grund\b|pourquoi|raison|por qué|motivo|perché|waarom/i;
/** A score that can be nothing but an answer about recommending. */
const SCORE = /nps|likel|recommend|ltr|score|rating|answer/;
/** What only files of leads have. */
const OF_LEADS =
  /\b(?:lead(?! source)|prospect|inquiry|enquiry|scan|scanned|form|mql|sql|utm|converted|how did you hear)\b/;

type Named = { readonly field: string; readonly rank: number };

const indexes = new Map<EntityName, ReadonlyMap<string, readonly Named[]>>();

/** The fields that a phrase names in an entity. */
function namesOf(entity: EntityName): ReadonlyMap<string, readonly Named[]> {
  const known = indexes.get(entity);
  if (known) return known;
  const names = new Map<string, Named[]>();
  const add = (phrase: string, field: string, rank: number): void => {
    const list = names.get(phrase) ?? [];
    if (list.some((n) => n.field === field)) return;
    names.set(phrase, [...list, { field, rank }]);
  };
  for (const [field, words] of Object.entries(FIELDS[entity] ?? {})) {
    words.split('|').forEach((word, rank) => {
      add(word, field, rank);
      add(phraseOf(word).text, field, rank);
    });
    // An invoice's own id is the row's; a payment has one besides.
    const rank = field === 'invoice_id' ? 5 : 0;
    add(headerKey(field), field, rank);
    add(phraseOf(field).text, field, rank);
  }
  indexes.set(entity, names);
  return names;
}

const subjects = new Map<EntityName, RegExp>();

function subjectOf(entity: EntityName): RegExp {
  let pattern = subjects.get(entity);
  if (!pattern) {
    pattern = new RegExp(`^(?:${SUBJECTS[entity] ?? '$^'})s? (?=.)`);
    subjects.set(entity, pattern);
  }
  return pattern;
}

/** What the words of a header say it is, for one entity. */
function headerWishes(entity: EntityName, column: ColumnFinding, at: number, ours: boolean): Wish[] {
  const names = namesOf(entity);
  const { text, qualifier } = phraseOf(column.header);
  const own = text.replace(subjectOf(entity), '');
  const plain = headerKey(column.header);
  const tries: [string, number][] = [
    [plain, 0.95],
    [text, qualifier === '' ? 0.95 : 0.85],
    [own, qualifier === '' ? 0.9 : 0.8],
  ];
  const wishes: Wish[] = [];
  for (const [phrase, sure] of tries) {
    for (const { field, rank } of names.get(phrase) ?? []) {
      if (ours && /^(?:customer|respondent|party|account)|email$|^name$/.test(field)) continue;
      const weight = fits(field, column) * vocabularyFit(entity, field, column) * sure - rank * 0.005;
      if (weight > 0.2) wishes.push({ at, field, weight, why: `header "${column.header}" is a usual name of it` });
    }
  }
  const parts = /^(party|account)\.(.+)$/.exec(column.header);
  if (parts) wishes.push({ at, field: column.header, weight: 0.99, why: 'the header is a mapping name' });
  return wishes;
}

const isScore = (text: string): boolean => /^(?:\d|10)$/.test(text);

/** The score of a file that is said to hold answers: the one question on a scale from 0 to 10, else the one column of such numbers. */
function statedScore(columns: readonly ColumnFinding[], layout: Layout): Wish[] {
  const fitting = columns.flatMap(({ samples }, at) => (samples.length > 0 && samples.every(isScore) ? [at] : []));
  const scaled = fitting.filter((at) => /\b0\D{1,4}10\b/.test(layout.labels[at] ?? columns[at]!.header));
  const [at, ...others] = scaled.length > 0 ? scaled : fitting;
  if (at === undefined || others.length > 0) return [];
  const why =
    scaled.length > 0 ? 'the only question on a scale from 0 to 10' : 'the only column of numbers from 0 to 10';
  return [{ at, field: 'score', weight: scaled.length > 0 ? 0.7 : 0.5, why }];
}

function proposeFor(
  entity: EntityName,
  columns: readonly ColumnFinding[],
  layout: Layout,
  fileName: string,
  stated = false,
): { columns: ProposedColumn[]; score: number; constants: Readonly<Record<string, string>> } {
  const words = FIELDS[entity] ?? {};
  const ours = ownColumns(columns);
  const wishes = columns.flatMap((column, at) => headerWishes(entity, column, at, ours.has(at)));
  wishes.push(...customerWishes(entity, columns, subjectOf(entity)));
  if (entity === 'survey_response')
    columns.forEach((column, at) => {
      if (RECOMMEND.test(layout.labels[at] ?? column.header) && !/group$|category$/i.test(column.header))
        wishes.push({ at, field: 'score', weight: 0.99, why: 'the question asks how likely a recommendation is' });
      else if (/(?:score|rating)$/.test(phraseOf(column.header).text) && /\b0\D{1,4}10\b/.test(column.header))
        wishes.push({
          at,
          field: 'score',
          weight: 0.85 * fits('score', column),
          why: 'the header names the scale from 0 to 10',
        });
      else if (column.type === 'text' && WHY.test(layout.labels[at] ?? column.header))
        wishes.push({ at, field: 'verbatim', weight: 0.8, why: 'the question asks for a reason' });
    });
  if (stated && entity === 'survey_response' && !wishes.some((w) => w.field === 'score'))
    wishes.push(...statedScore(columns, layout));
  if (!wishes.some((w) => w.field.endsWith('email'))) {
    const at = columns.findIndex((c, i) => c.type === 'email' && !ours.has(i));
    const field = Object.keys(words).find((name) => name.endsWith('email'));
    if (at >= 0 && field) wishes.push({ at, field, weight: 0.6, why: 'every value is an e-mail address' });
  }
  const main = entity === 'survey_response' ? 'answered_at' : Object.keys(words).find(isDateField);
  const describes = entity === 'party' || entity === 'account';
  if (main && !describes && !wishes.some((w) => w.field === main)) {
    const dates = columns.flatMap((c, at) => (c.type === 'date' || c.type === 'datetime' ? [at] : []));
    if (dates.length === 1) wishes.push({ at: dates[0]!, field: main, weight: 0.5, why: 'the only column of dates' });
  }
  if (!wishes.some((w) => w.field === 'external_id') && words['external_id'] !== undefined) {
    const [first] = columns;
    if (
      first &&
      first.samples.length > 1 &&
      / (?:id|number)$/.test(phraseOf(first.header).text) &&
      !wishes.some((w) => w.at === 0)
    )
      wishes.push({ at: 0, field: 'external_id', weight: 0.5, why: 'the first column is named as an id' });
  }
  const activity = entity === 'touch' ? activityOf(columns) : null;
  const constants: Record<string, string> = activity ? { ...activity.constants } : {};
  for (const name of Object.keys(constants)) {
    const told = wishes.find((w) => w.field === name && (name !== 'channel' || namesChannels(columns[w.at]!)));
    if (told) delete constants[name];
    else for (let i = wishes.length - 1; i >= 0; i -= 1) if (wishes[i]!.field === name) wishes.splice(i, 1);
  }
  if (constants['channel'] === 'social')
    for (let i = wishes.length - 1; i >= 0; i -= 1)
      if (wishes[i]!.field === 'owner' && /author/i.test(columns[wishes[i]!.at]!.header)) wishes.splice(i, 1);
  if (!describes)
    for (const [i, wish] of wishes.entries())
      if (
        wish.field === 'external_id' &&
        layout.repeats?.has(wish.at) &&
        columns[wish.at]!.header !== layout.group?.column
      )
        wishes[i] = { ...wish, weight: wish.weight * 0.2 };
  wishes.sort((a, b) => b.weight - a.weight || a.at - b.at);
  const taken = new Map<number, Wish>();
  const fields = new Set<string>();
  for (const wish of wishes) {
    if (taken.has(wish.at) || fields.has(wish.field) || wish.weight < 0.2) continue;
    taken.set(wish.at, wish);
    fields.add(wish.field);
  }
  const named = [...taken.values()].some(
    ({ at, field }) =>
      (field === 'number' || field === 'external_id') &&
      /\b(?:invoice|order|bill|sale)\b/.test(phraseOf(columns[at]!.header).text),
  );
  if (entity === 'transaction' && named && !fields.has('kind')) constants['kind'] = 'invoice';
  return {
    constants,
    columns: columns.map((column, at) => {
      const wish = taken.get(at);
      return wish
        ? { header: column.header, field: wish.field, confidence: Math.round(wish.weight * 100) / 100, why: wish.why }
        : { header: column.header, field: null, confidence: 0, why: 'kept as an attribute of its row' };
    }),
    score: scoreOf(entity, columns, taken, fields, activity !== null, fileName),
  };
}

/** True for a column that is named as a channel, or whose values all are words for one. */
function namesChannels({ header, samples }: ColumnFinding): boolean {
  if (/channel|activity|interaction|medium|kanal/i.test(header)) return true;
  const words = samples.map((sample) => closedWord('touch', 'channel', CHANNELS, sample));
  return words.length > 0 && words.every((word) => word !== null && word !== 'other');
}

/** How likely the rows of a file are of that entity; below zero when it lacks what they cannot do without. */
function scoreOf(
  entity: EntityName,
  columns: readonly ColumnFinding[],
  taken: ReadonlyMap<number, Wish>,
  fields: ReadonlySet<string>,
  activity: boolean,
  fileName: string,
): number {
  const needed = NEEDED[entity] ?? [];
  if (needed.length === 0) return -1;
  const telling = (TELLING[entity] ?? []).filter((name) => fields.has(name)).length + (activity ? 2 : 0);
  const met = needed.every((any, i) => any.some((name) => fields.has(name)) || (activity && i === 1));
  if (!met) return telling * 0.1 - 1;
  const phrases = columns.map((column) => phraseOf(column.header).text);
  const subject = subjectOf(entity);
  const own = phrases.filter((text) => subject.test(`${text} `) || subject.test(text)).length;
  const person = entity === 'party' || entity === 'account';
  const total = [...taken.values()].reduce((sum, wish) => sum + wish.weight, 0);
  const named = new RegExp(`(?:^|[^\\p{L}])(?:${SUBJECTS[entity] ?? '$^'})(?:s|ies)?(?:[^\\p{L}]|$)`, 'u').test(
    fileName
      .toLowerCase()
      .replace(/.*[\\/]/, '')
      .replace(/activities/, 'activity')
      .replace(/inquiries/, 'inquiry'),
  );
  let score =
    telling * (person ? 1.2 : 2) +
    Math.min(own, person ? 1 : 4) * 1.5 +
    (named ? 1.5 : 0) +
    total / Math.max(4, columns.length);
  if (entity === 'lead') {
    const evidence = [
      fields.has('source'),
      fields.has('rating') || fields.has('stage'),
      fields.has('mql_at') || fields.has('sql_at') || fields.has('converted_at') || fields.has('first_followup_at'),
      fields.has('status') && phrases.some((text) => /\blead\b/.test(text)),
      phrases.some((text) => OF_LEADS.test(text)),
    ].filter(Boolean).length;
    if (evidence < 2) score -= telling * 1.5;
  }
  if (entity === 'survey_response') {
    const scoreAt = [...taken].find(([, wish]) => wish.field === 'score')![0];
    if (!SCORE.test(phrases[scoreAt]!) && taken.get(scoreAt)!.weight < 0.99) score -= 3;
    if (own === 0 && !fields.has('verbatim') && !/nps|likel|recommend/.test(phrases[scoreAt]!)) score -= 3;
  }
  return score;
}

/**
 * The mapping that the importer proposes: the profile's, else header synonyms and values, each column with a confidence and
 * a reason. `as` fixes the entity.
 */
export function proposeMapping(
  layout: Layout,
  columns: readonly ColumnFinding[],
  as?: EntityName,
  fileName = '',
): Proposal {
  if (layout.profile && !as) {
    const { profile } = layout;
    const fieldOf = new Map<string, string>();
    for (const entity of profile.entities) {
      for (const [name, mapped] of Object.entries(entity.columns)) {
        const first = Array.isArray(mapped) ? mapped[0]! : mapped;
        if (!fieldOf.has(headerKey(name))) fieldOf.set(headerKey(name), `${entity.entity}.${first.field}`);
        for (const alias of profile.aliases?.[name] ?? [])
          fieldOf.set(headerKey(alias), `${entity.entity}.${first.field}`);
      }
    }
    const questionAt = new Map<number, string>();
    const [asked] = profile.questions ?? [];
    const first = asked ? layout.labels.findIndex((label) => asked.pattern.test(label)) : -1;
    for (const question of profile.questions ?? []) {
      const at =
        question === asked ? first : layout.labels.findIndex((label, i) => i > first && question.pattern.test(label));
      if (at >= 0) questionAt.set(at, question.column);
    }
    return {
      mapping: {
        source: profile.vendor,
        group: profile.group,
        skip: profile.skip,
        sections: profile.sections,
        placeholders: profile.placeholders,
        entities: profile.entities,
      },
      columns: columns.map(({ header }, at) => {
        const question = questionAt.get(at);
        const field = fieldOf.get(headerKey(question ?? header)) ?? null;
        const reason = `profile ${profile.id}${question === undefined ? '' : ': the question asks for it'}`;
        return {
          header,
          field,
          confidence: field ? layout.confidence : 0,
          why: field ? reason : 'kept as an attribute of its row',
        };
      }),
      confidence: layout.confidence,
    };
  }
  const entities = as ? [as] : (Object.keys(NEEDED) as EntityName[]);
  let best: ({ entity: EntityName } & ReturnType<typeof proposeFor>) | null = null;
  for (const entity of entities) {
    const tried = proposeFor(entity, columns, layout, fileName, as !== undefined);
    if (!best || tried.score > best.score) best = { entity, ...tried };
  }
  const chosen = best!.score < 0 && !as ? (describing(columns, layout) ?? best!) : best!;
  const mapped: Record<string, ColumnMapping> = Object.create(null) as Record<string, ColumnMapping>;
  for (const column of chosen.columns) {
    if (column.field === null) continue;
    const finding = columns.find((c) => c.header === column.header)!;
    mapped[column.header] = {
      field: column.field,
      ...(finding.dateOrder && isDateField(column.field) && finding.dateOrder !== 'ymd'
        ? { dateOrder: finding.dateOrder }
        : {}),
      ...(finding.decimal === ',' ? { decimal: ',' as const } : {}),
      ...(finding.currency ? { currency: finding.currency } : {}),
      ...(column.field.endsWith('external_id') && finding.samples.some((sample) => sample.includes(';'))
        ? { split: ';' }
        : {}),
      ...timeOf(column, chosen.columns, columns),
      ...zoneOf(column),
      ...invoiceWords(column, chosen),
      ...unitOf(column),
      ...(SENSITIVE.test(column.header) ? { sensitive: true } : {}),
    };
  }
  for (const { header, field } of chosen.columns)
    if (field === null && SENSITIVE.test(header)) mapped[header] = { field: header, sensitive: true };
  const entity: EntityMapping = {
    entity: chosen.entity,
    columns: mapped,
    ...(Object.keys(chosen.constants).length > 0 ? { constants: { ...chosen.constants } } : {}),
  };
  const weights = chosen.columns.filter((c) => c.field !== null).map((c) => c.confidence);
  const mean = weights.length === 0 ? 0 : weights.reduce((a, b) => a + b, 0) / weights.length;
  return {
    mapping: {
      ...groupOf(layout, columns, chosen),
      entities: chosen.entity === 'touch' ? bothWays(entity, columns) : [entity],
    },
    columns: chosen.columns,
    confidence: chosen.score < 0 && !as ? 0 : Math.round(mean * 100) / 100,
  };
}

/** A file that only describes customers (demographics, market research): its rows are parties, every other column an attribute. */
function describing(
  columns: readonly ColumnFinding[],
  layout: Layout,
): ({ entity: EntityName } & ReturnType<typeof proposeFor>) | null {
  if (!columns.some((column) => DESCRIBES.test(column.header.replace(/_/g, ' ')))) return null;
  const party = proposeFor('party', columns, layout, '');
  const account = proposeFor('account', columns, layout, '');
  for (const [entity, tried, keys] of [
    ['party', party, ['email']],
    ['account', account, ['external_id', 'domain', 'name']],
    ['party', party, ['external_id']],
  ] as const) {
    if (tried.columns.some((column) => column.field !== null && keys.some((key) => key === column.field)))
      return { entity, ...tried, score: 0 };
  }
  return null;
}
