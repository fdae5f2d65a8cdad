import {
  ADVOCACY_KINDS,
  CHANNELS,
  DIRECTIONS,
  LEAD_STATUSES,
  NPS_CLASSES,
  RUNGS,
  SEVERITIES,
  SURVEY_KINDS,
  TEAMS,
  TOUCH_CLASSES,
  TOUCH_LEVELS,
} from '#engine/base/vocabulary.ts';
import type { RelationName } from '#engine/vectors/types.ts';
import type { CatalogueEntry, FactType, UnitName } from './types.ts';

/**
 * Where a field lies: a column of the vectors, a rule of `relation.ts` over several, a column read by SQL on first use
 * (`rare.ts`), or an attribute by its name in the source.
 */
export type FieldSource =
  | { readonly column: string; readonly planned: boolean }
  | { readonly derived: string }
  | { readonly rare: string }
  | { readonly attribute: string };

export type Field = CatalogueEntry & {
  /** Facts of a customer have none. */
  readonly source: FieldSource | null;
};

type Options = { unit?: string; set?: readonly string[]; history?: boolean; label?: string };

function entry(
  relation: string,
  name: string,
  type: FactType,
  meaning: string,
  source: FieldSource | null,
  options: Options,
): Field {
  const unit =
    options.unit ??
    { days: 'days', day: 'day', money: 'major units of a currency', share: '0 to 1' }[type as string] ??
    null;
  return {
    relation,
    name,
    label: options.label ?? name.replaceAll('_', ' '),
    type,
    unit,
    history: options.history ?? true,
    meaning,
    ...(options.set ? { set: options.set } : {}),
    source,
  };
}

const fact = (name: string, type: FactType, meaning: string, options: Options = {}): Field =>
  entry('customer', name, type, meaning, null, options);
const current = (name: string, type: FactType, meaning: string): Field => fact(name, type, meaning, { history: false });

type Columns = (
  name: string,
  type: FactType,
  meaning: string,
  options?: Options & { column?: string; planned?: boolean; derived?: true; rare?: true },
) => Field;

const of =
  (relation: string): Columns =>
  (name, type, meaning, options = {}) =>
    entry(
      relation,
      name,
      type,
      meaning,
      options.derived
        ? { derived: name }
        : options.rare
          ? { rare: options.column ?? name }
          : { column: options.column ?? name, planned: options.planned ?? false },
      options,
    );

const touches = of('touches');
const purchases = of('purchases');
const responses = of('responses');
const tickets = of('tickets');
const leads = of('leads');
const subscriptions = of('subscriptions');
const opportunities = of('opportunities');
const advocacy = of('advocacy');
const partnerships = of('partnerships');
const rareOf =
  (relation: string): Columns =>
  (name, type, meaning, options = {}) =>
    of(relation)(name, type, meaning, { ...options, rare: true });
const answers = rareOf('answers');
const memberships = rareOf('memberships');
const attributes = rareOf('attributes');
const persons = rareOf('person');

/** Facts of a customer as of a day. */
export const FACTS: readonly Field[] = [
  fact(
    'rung',
    'set',
    "Rung of Payne's ladder by the workspace's rules; a lapsed customer keeps the rung its evidence gives.",
    { set: RUNGS },
  ),
  fact('peak_rung', 'set', 'Highest rung held on any day so far.', { set: RUNGS }),
  fact(
    'lapsed',
    'yesno',
    'No order that counts for more than 365 days; partners with at least two order days do not lapse.',
  ),
  fact(
    'nps',
    'number',
    'Score of the latest answer, 0 to 10: relational if the customer gave any, else transactional.',
    { unit: 'score', label: 'last score' },
  ),
  fact('nps_class', 'set', 'Class of that answer: 0-6 detractor, 7-8 passive, 9-10 promoter.', {
    set: NPS_CLASSES,
    label: 'NPS class',
  }),
  fact('last_answer', 'day', 'Day of that answer.'),
  fact('purchases', 'number', 'Orders that count: net above zero after the credits dated so far.', { unit: 'orders' }),
  fact('first_purchase', 'day', 'Day of the first order that counts.'),
  fact('last_purchase', 'day', 'Day of the latest order that counts.'),
  fact('revenue_12m', 'money', 'Net of the orders of the last 365 days minus the credits dated in them.', {
    label: 'revenue in 12 months',
  }),
  fact('revenue_total', 'money', 'Net of all orders minus all credits so far.', { label: 'revenue in total' }),
  fact('touches_90d', 'number', 'Outbound touches of the last 90 days.', {
    unit: 'touches',
    label: 'touches in 90 days',
  }),
  fact('touches_total', 'number', 'Outbound touches so far.', { unit: 'touches', label: 'touches in total' }),
  fact('first_touch', 'day', 'Day of the first outbound touch.'),
  fact('last_touch', 'day', 'Day of the latest outbound touch.'),
  fact('open_gap', 'days', 'Days since the latest outbound touch.'),
  fact('mean_gap', 'days', 'Mean gap between days with outbound touches.'),
  fact('sd_gap', 'days', 'Standard deviation (population) of those gaps; needs two.'),
  fact('max_gap', 'days', 'Longest of those gaps, the open gap left out.'),
  fact('worst_gap', 'days', 'Longest gap, the open gap included.'),
  fact(
    'burstiness',
    'number',
    "Kim and Jo's A with n = number of gaps: -1 regular, 0 random, 1 bursty; needs two gaps.",
    { unit: '-1 to 1' },
  ),
  fact(
    'memory',
    'number',
    'Correlation of successive gaps: above 0 long gaps follow long ones; needs three gaps that differ.',
    { unit: '-1 to 1' },
  ),
  fact(
    'local_variation',
    'number',
    'Local variation of successive gaps (Shinomoto): 0 regular, 1 random; needs two gaps.',
    { unit: '0 to 3' },
  ),
  fact(
    'rhythm_p',
    'number',
    "Chance of a gap even longer than the open one under the customer's own rhythm; needs a gap.",
    { unit: '0 to 1', label: 'own rhythm p' },
  ),
  fact('evenness', 'share', 'Evenness of sales and marketing touches over the last 90 days; 1 is perfectly even.'),
  fact('evenness_sales', 'share', 'The same of the touches of sales alone.'),
  fact('evenness_marketing', 'share', 'The same of the touches of marketing alone.'),
  fact(
    'coordination_gain',
    'number',
    'Evenness of both teams less that of the more even one: below 0 their touches fall together; needs touches of both.',
    { unit: '-1 to 1' },
  ),
  fact('pressure', 'number', 'Contact pressure: weights of the outbound touches by channel, halved every 14 days.', {
    unit: 'points',
    label: 'contact pressure',
  }),
  fact(
    'touch_level',
    'set',
    'Over a cap or above the pressure of its rung; under: never touched, due, silent or below it; else on.',
    { set: TOUCH_LEVELS },
  ),
  fact('people_touched', 'number', 'Persons of the customer with an outbound touch in the last 365 days.', {
    unit: 'persons',
  }),
  fact('bursts', 'number', 'Runs of at least 4 outbound days within 7 days.', { unit: 'bursts' }),
  fact('barrages', 'number', 'Bursts followed by at least 60 days without an outbound touch.', { unit: 'barrages' }),
  fact('silences', 'number', "Gaps longer than 1.5 times the target of the customer's rung, the open gap included.", {
    unit: 'silences',
  }),
  fact('collisions', 'number', 'Pairs of outbound touches by different teams at most 3 days apart.', { unit: 'pairs' }),
  fact('touches_in_dispute', 'number', 'Commercial touches made while the customer had an open dispute.', {
    unit: 'touches',
  }),
  fact(
    'touch_class',
    'set',
    "Never touched; over a cap; due: open gap above the rung's target; silent: above 1.5 times it; on target.",
    { set: TOUCH_CLASSES },
  ),
  fact('open_disputes', 'number', 'Disputes opened and not closed.', { unit: 'disputes' }),
  fact('open_tickets', 'number', 'Tickets opened and not closed.', { unit: 'tickets' }),
  fact('open_leads', 'number', 'Leads neither converted nor marked bad or sale.', { unit: 'leads' }),
  fact('renews_at', 'day', 'Next renewal of a running subscription.', { label: 'next renewal' }),
  fact('completeness', 'share', 'Share of the questions asked in this workspace that are answered for the customer.'),
  fact('created', 'day', 'First day on which the customer is known.'),
  current('sources', 'number', 'Number of sources that know the customer.'),
  current('owner', 'text', 'Owner of the account.'),
  current('region', 'text', 'Region.'),
  current('country', 'text', 'Country.'),
  current('industry', 'text', 'Industry.'),
  current('type', 'text', 'Type of account.'),
  current('name', 'text', 'Name.'),
  current('email_domain', 'text', 'Company domain, else the domain of the first e-mail address.'),
];

/** Fields of the relations, visible inside `where` and after the relation's name. */
export const RELATION_FIELDS: readonly Field[] = [
  touches('day', 'day', 'Day of the touch.'),
  touches('channel', 'set', 'Channel.', { set: CHANNELS }),
  touches('direction', 'set', 'In: from the customer; out: to the customer.', { set: DIRECTIONS }),
  touches('team', 'set', 'Team that made the touch, or that it went to.', { set: TEAMS }),
  touches('owner', 'text', 'Person who made the touch.'),
  touches('campaign', 'text', 'Campaign.'),
  touches('purpose', 'text', 'Purpose.'),
  touches('goal', 'text', 'Goal.'),
  touches('outcome', 'text', 'Outcome.'),
  touches('cost', 'money', 'Cost.'),
  touches('duration_s', 'number', 'Duration.', { unit: 'seconds', label: 'duration' }),
  touches('is_commercial', 'yesno', 'Outbound by sales or marketing, and not for service, a dispute or billing.', {
    derived: true,
  }),
  touches('in_dispute', 'yesno', 'Commercial, and made while the customer had an open dispute.', { derived: true }),
  purchases('day', 'day', 'Day of the order.'),
  purchases('net', 'money', 'Net of the order less the credits dated so far.', { derived: true }),
  purchases('gross', 'money', 'Net of the order before credits.', { column: 'net' }),
  purchases('product', 'text', 'Product.'),
  purchases('currency', 'text', 'Currency.'),
  responses('day', 'day', 'Day of the answer.'),
  responses('score', 'number', 'Score, 0 to 10.', { unit: 'score' }),
  responses('class', 'set', 'Detractor 0-6, passive 7-8, promoter 9-10.', { set: NPS_CLASSES, derived: true }),
  responses('kind', 'set', 'Kind of survey.', { set: SURVEY_KINDS }),
  responses('survey', 'text', 'Survey.'),
  responses('wave', 'text', 'Wave.'),
  responses('channel', 'text', 'Channel of the answer.'),
  responses('asked_at', 'day', 'Day of the question.', { column: 'asked_day', label: 'asked' }),
  tickets('day', 'day', 'Day on which the ticket was opened.'),
  tickets('is_dispute', 'yesno', 'The ticket is a dispute.'),
  tickets('open', 'yesno', 'Not closed on the day.', { derived: true }),
  tickets('closed_at', 'day', 'Day on which it was closed.', { column: 'closed_day', label: 'closed' }),
  tickets('first_reply_at', 'day', 'Day of the first reply.', { column: 'first_reply_day', label: 'first reply' }),
  tickets('severity', 'set', 'Severity.', { set: SEVERITIES }),
  tickets('status', 'text', 'Status in its source; it has no history.', { history: false }),
  tickets('owner', 'text', 'Owner of the ticket.', { history: false }),
  tickets('channel', 'text', 'Channel.'),
  tickets('csat', 'number', 'Satisfaction score.'),
  leads('day', 'day', 'Day on which the lead was created.'),
  leads('source', 'text', 'Source of the lead.', { column: 'lead_source' }),
  leads('first_source', 'text', 'First source.'),
  leads('status', 'set', 'Status; it has no history.', { set: LEAD_STATUSES, history: false }),
  leads('rating', 'text', 'Rating.', { history: false }),
  leads('stage', 'text', 'Stage.', { history: false }),
  leads('open', 'yesno', 'Neither converted nor marked bad or sale.', { derived: true }),
  leads('assigned_to', 'text', 'Person the lead is assigned to.', { history: false }),
  leads('assigned_at', 'day', 'Day of assignment.', { column: 'assigned_day', label: 'assigned' }),
  leads('first_followup_at', 'day', 'Day of the first follow-up.', {
    column: 'first_followup_day',
    label: 'first follow-up',
  }),
  leads('mql_at', 'day', 'Day it became marketing qualified.', { column: 'mql_day', label: 'marketing qualified' }),
  leads('sal_at', 'day', 'Day sales accepted it.', { column: 'sal_day', label: 'sales accepted' }),
  leads('sql_at', 'day', 'Day it became sales qualified.', { column: 'sql_day', label: 'sales qualified' }),
  leads('converted_at', 'day', 'Day of conversion.', { column: 'converted_day', label: 'converted' }),
  leads('reject_reason', 'text', 'Reason of rejection.', { history: false }),
  leads('cost', 'money', 'Cost.'),
  leads('campaign', 'text', 'Campaign.'),
  subscriptions('day', 'day', 'Day on which it started.'),
  subscriptions('active', 'yesno', 'Neither cancelled nor ended on the day.', { derived: true }),
  subscriptions('amount', 'money', 'Amount per period.'),
  subscriptions('interval', 'text', 'Period of payment.', { column: 'period' }),
  subscriptions('product', 'text', 'Product.'),
  subscriptions('status', 'text', 'Status in its source; it has no history.', { history: false }),
  subscriptions('renews_at', 'day', 'Day of the next renewal.', {
    column: 'renews_day',
    planned: true,
    label: 'renewal',
  }),
  subscriptions('cancelled_at', 'day', 'Day of cancellation.', { column: 'cancelled_day', label: 'cancelled' }),
  subscriptions('ended_at', 'day', 'Day of the end.', { column: 'ended_day', label: 'ended' }),
  opportunities('day', 'day', 'Day on which it was created.'),
  opportunities('amount', 'money', 'Amount.'),
  opportunities('stage', 'text', 'Stage; it has no history.', { history: false }),
  opportunities('won', 'yesno', 'Won; it has no history.', { history: false }),
  opportunities('close_date', 'day', 'Day on which it closes or was closed.', {
    column: 'close_date_day',
    planned: true,
  }),
  opportunities('lost_reason', 'text', 'Reason of loss.', { history: false }),
  opportunities('owner', 'text', 'Owner.', { history: false }),
  advocacy('day', 'day', 'Day of the recommendation.'),
  advocacy('kind', 'set', 'Kind of recommendation.', { set: ADVOCACY_KINDS }),
  partnerships('day', 'day', 'First day of the agreement.'),
  partnerships('kind', 'text', 'Kind of agreement.'),
  partnerships('ends_at', 'day', 'Day on which the agreement no longer holds.', {
    column: 'ends_day',
    planned: true,
    label: 'end',
  }),
  answers('day', 'day', 'Day of the answer.'),
  answers('question', 'text', 'Question of the customer profile.'),
  answers('value', 'text', 'What was answered.'),
  answers('by', 'text', 'Who answered.', { column: 'answered_by', label: 'answered by' }),
  answers('verified', 'yesno', 'The answer was verified.'),
  memberships('source', 'text', 'Source that knows the customer.', { history: false }),
  memberships('kind', 'text', 'Person or company.', { history: false }),
  memberships('external_id', 'text', 'Key in that source.', { history: false }),
  memberships('name', 'text', 'Name in that source.', { history: false }),
  memberships('email', 'text', 'E-mail address in that source.', { history: false }),
  memberships('method', 'text', 'Why the record belongs to the customer.', { history: false }),
  attributes('day', 'day', 'Day on which the attribute was stated.'),
  attributes('name', 'text', 'Name of the attribute.'),
  attributes('value', 'text', 'Value of the attribute.'),
];

const PERSON_FIELDS: readonly Field[] = [
  persons('name', 'text', 'Name of the person.', { history: false }),
  persons('email', 'text', 'E-mail address.', { history: false }),
  persons('phone', 'text', 'Telephone number.', { history: false }),
  persons('title', 'text', 'Title or position.', { history: false }),
  persons('company', 'text', 'Company as its source writes it.', { history: false }),
  persons('owner', 'text', 'Owner of the person.', { history: false }),
  persons('source', 'text', 'Source that knows the person.', { history: false }),
  persons('external_id', 'text', 'Key of the person in that source.', { history: false }),
  persons('opt_out', 'yesno', 'The person does not want to be written to.', { history: false, label: 'opted out' }),
  persons('created', 'day', 'First day on which the source knows the person.', { column: 'created_day' }),
];

/** Relations of the language and the vectors they read. `purchases` are the orders that count (rule N2 of SPEC.md). */
export const RELATIONS: ReadonlyMap<
  string,
  { readonly vectors: RelationName | null; readonly label: string; readonly one: string }
> = new Map([
  ['touches', { vectors: 'touches', label: 'touches', one: 'touch' }],
  ['purchases', { vectors: 'orders', label: 'purchases', one: 'purchase' }],
  ['responses', { vectors: 'responses', label: 'responses', one: 'response' }],
  ['tickets', { vectors: 'tickets', label: 'tickets', one: 'ticket' }],
  ['leads', { vectors: 'leads', label: 'leads', one: 'lead' }],
  ['subscriptions', { vectors: 'subscriptions', label: 'subscriptions', one: 'subscription' }],
  ['opportunities', { vectors: 'opportunities', label: 'opportunities', one: 'opportunity' }],
  ['advocacy', { vectors: 'advocacy', label: 'recommendations', one: 'recommendation' }],
  ['partnerships', { vectors: 'partnerships', label: 'partner agreements', one: 'partner agreement' }],
  ['answers', { vectors: null, label: 'profile answers', one: 'profile answer' }],
  ['memberships', { vectors: null, label: 'records', one: 'record' }],
  ['attributes', { vectors: null, label: 'attributes', one: 'attribute' }],
]);

/** The scope whose fields a unit has at the top level of a text, and how one and many of it are called. */
export const UNITS: Readonly<
  Record<UnitName, { readonly scope: string; readonly one: string; readonly many: string }>
> = {
  customer: { scope: 'customer', one: 'customer', many: 'customers' },
  person: { scope: 'person', one: 'person', many: 'people' },
  lead: { scope: 'leads', one: 'lead', many: 'leads' },
  touch: { scope: 'touches', one: 'touch', many: 'touches' },
  ticket: { scope: 'tickets', one: 'ticket', many: 'tickets' },
};

export const CATALOGUE: readonly Field[] = [...FACTS, ...RELATION_FIELDS, ...PERSON_FIELDS];

/** Facts that are the same as an expression of this language. The others are built-in rules. */
export const EXPRESSIONS: ReadonlyMap<string, string> = new Map([
  ['purchases', 'count(purchases)'],
  ['first_purchase', 'min(purchases.day)'],
  ['last_purchase', 'max(purchases.day)'],
  ['touches_90d', 'count(touches where direction = out and day in last 90 days)'],
  ['touches_total', 'count(touches where direction = out)'],
  ['first_touch', 'min(touches.day where direction = out)'],
  ['last_touch', 'max(touches.day where direction = out)'],
  ['open_gap', 'days_since_last(touches where direction = out)'],
  ['touches_in_dispute', 'count(touches where in_dispute)'],
  ['open_disputes', 'count(tickets where is_dispute and open)'],
  ['open_tickets', 'count(tickets where open)'],
  ['open_leads', 'count(leads where open)'],
  ['renews_at', 'min(subscriptions.renews_at where active and renews_at >= today)'],
]);

const BY_SCOPE = new Map<string, Map<string, Field>>();
for (const field of CATALOGUE) {
  const scope = BY_SCOPE.get(field.relation) ?? new Map<string, Field>();
  scope.set(field.name, field);
  BY_SCOPE.set(field.relation, scope);
}

/** Fields of a scope (`customer` or a relation) by name. */
export function fieldsOf(scope: string): ReadonlyMap<string, Field> {
  return BY_SCOPE.get(scope) ?? new Map();
}
