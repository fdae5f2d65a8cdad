import type { EntityName } from '#engine/base/entities.ts';
import { bareHeaderKey, headerKey } from '../detect/headers.ts';
import type { ColumnFinding } from '../detect/columns.ts';
import type { Layout } from '../detect/layout.ts';
import type { ColumnMapping, EntityMapping, Mapping } from './schema.ts';

export type ProposedColumn = {
  readonly header: string;
  readonly field: string | null;
  readonly confidence: number;
  readonly why: string;
};
export type Proposal = {
  readonly mapping: Mapping;
  readonly columns: readonly ProposedColumn[];
  readonly confidence: number;
};

type Words = Readonly<Record<string, string>>;

/** Header words per entity and field. Keys with `party.` and `account.` name the row's customer. */
const CUSTOMER: Words = {
  customer_external_id:
    'customer id|customer|customer no|customer number|customer external id|client id|kundennummer|kunde|kunden nr|customer code|account code|account id|accountid|account external id|code client|external id customer|cust id|custid|customer key',
  customer_email:
    'customer email|email|e mail|email address|e mail adresse|contact email|email customer|mail|correo|courriel|billing email|person email|requester email|recipient email',
  customer_name:
    'customer name|company|company name|account name|account|firma|client|client name|kundenname|organisation|organization|name|contact name|contact|société|empresa|company / account',
};

/** Who took part, for rows of activities and documents: a person and the company, each by what the file tells. */
const PARTIES: Words = {
  'party.external_id': 'associated contact ids|contact id|contact ids',
  'party.given_name': 'first name|given name|firstname|vorname|prénom|nombre',
  'party.family_name': 'last name|family name|lastname|surname|nachname|nom|apellidos',
  'party.phone': 'phone number|phone|caller|from number|telephone|telefon|mobile',
  'account.external_id': 'associated company ids|company id|company ids',
  'account.name': 'company / account|customer company',
};

const FIELDS: Readonly<Partial<Record<EntityName, Words>>> = {
  account: {
    external_id: 'id|account id|accountid|record id|customer id|kundennummer|company id|external id|account number|client id|key',
    name: 'name|account name|company|company name|firma|customer|customer name|organisation|organization|client',
    parent_external_id: 'parent id|parent account|parent account id|parent|parent external id', type: 'type|account type|customer type', industry: 'industry|sector|branche|industry sector',
    website: 'website|website url|url|homepage|web', domain: 'domain|company domain name|email domain', phone: 'phone|telephone|phone number|telefon|main phone',
    tax_id: 'tax id|vat|vat number|vat id|ust id|ust idnr|siret|ein', postcode: 'postcode|zip|postal code|plz|zip code|billing postal code|code postal',
    region: 'region|state|province|county|bundesland|territory', country: 'country|land|country/region|pays|billing country', owner: 'owner|account owner|company owner|account manager|betreuer|sales rep|rep',
    created_at: 'created|created at|create date|created date|date created|createddate|customer since|since', deleted: 'deleted|is deleted|isdeleted',
  },
  party: {
    external_id: 'id|contact id|record id|person id|customer id|external id|key', account_external_id: 'account id|accountid|company id|account external id',
    name: 'name|full name|contact name|contact', given_name: 'first name|given name|firstname|vorname|prénom|nombre', family_name: 'last name|family name|lastname|surname|nachname|nom|apellidos',
    email: 'email|e mail|email address|e mail adresse|mail', phone: 'phone|phone number|mobile|telefon|telephone', title: 'title|job title|position|funktion', company: 'company|company name|account name|organization|organisation|firma|associated company',
    owner: 'owner|contact owner|account manager|betreuer', created_at: 'created|created at|create date|created date|date created', consent: 'consent|email consent|marketing consent|email marketing consent',
    opt_out: 'opt out|email opt out|unsubscribed|do not email', unsubscribed_at: 'unsubscribed at|unsub time|unsubscribe date', email_bounced: 'bounced|email bounced', tags: 'tags|tag|labels',
  },
  transaction: {
    external_id: 'id|transaction id|payment id|invoice id|order id|external id|beleg id', number: 'number|invoice number|invoice no|invoice|order number|order|document|document number|rechnungsnummer|num|invoice #|order #|belegnummer|facture',
    ...CUSTOMER, at: 'date|at|invoice date|order date|transaction date|payment date|rechnungsdatum|datum|created|created at|belegdatum|day',
    due_at: 'due|due at|due on|due date|fällig|faelligkeit|fälligkeit', paid_at: 'paid at|paid|paid on|date paid|payment received', kind: 'kind|type|transaction type|typ|art',
    amount: 'amount|total|gross|betrag|net amount|sum|umsatz|invoice total|value|brutto|total amount|revenue|montant|importe|price', tax: 'tax|vat|tax total|steuer|mwst|taxes', fee: 'fee|fees|gebühr',
    refunded: 'refunded|amount refunded|refunded amount', open_balance: 'open balance|balance|amount due|outstanding|open|offen|outstanding balance', currency: 'currency|ccy|währung|waehrung|devise|currency code',
    status: 'status|state|invoice status|payment status', invoice_id: 'invoice reference|settles invoice', product: 'product|item|product name|sku|artikel|produkt|line item', quantity: 'quantity|qty|menge|anzahl', memo: 'memo|description|notes|reference|bemerkung',
  },
  subscription: {
    external_id: 'id|subscription id|contract id|external id|vertragsnummer|contract number', ...CUSTOMER, status: 'status|state', amount: 'amount|mrr|price|value|betrag', currency: 'currency', interval: 'interval|period|billing period|term',
    started_at: 'start|started|started at|start date|contract start|begin|beginn', renews_at: 'renews|renews at|renewal|renewal date|current period end|next renewal', cancelled_at: 'cancelled at|canceled at|cancelled|canceled', ended_at: 'ended at|end date|ended|end', cancel_reason: 'cancel reason|cancellation reason|churn reason', product: 'product|plan|product name',
  },
  survey_response: {
    external_id: 'id|response id|respondent id|responseid|answer id|token|external id', respondent_external_id: 'customer id|customer|contact id|respondent|respondent external id|customer external id|client id|account id|custom data 1|external reference|kundennummer',
    respondent_email: 'email|e mail|email address|respondent email|recipient email|e mail adresse', survey: 'survey|survey name|questionnaire|umfrage', kind: 'kind|survey type|survey kind|nps type', wave: 'wave|welle|quarter|survey wave',
    asked_at: 'asked at|sent|sent at|survey sent at|invited at|start date|invitation date', answered_at: 'answered at|responded|responded at|date|datum|response date|end date|submitted|submitted at|recorded date|timestamp|completed at|day|answered',
    score: 'score|nps|nps score|rating|bewertung|answer|likelihood|likelihood to recommend|recommend|empfehlung|weiterempfehlung|punkte|note', scale_max: 'scale max', scale_min: 'scale min',
    verbatim: 'comment|verbatim|comments|reason|feedback|kommentar|why|begründung|text|commentaire|open answer', channel: 'channel|delivery method|medium', complete: 'complete|finished|completed',
  },
  touch: {
    external_id: 'id|touch id|activity id|call id|external id|record id|event id|post id|tweet id|message id|hit id', ...CUSTOMER, ...PARTIES,
    at: 'at|date|datetime|activity date|touch date|datum|timestamp|day|start date|sent at|created at|date time|when|mail date|mailing date|drop date|call date|call time|posted at|post date|published|published at|posted|visit time|visited at|visit start|page view time|event time|time',
    channel: 'channel|activity type|type|kanal|medium|canal|touch type', direction: 'direction|call direction|richtung|in out|inbound outbound', team: 'team|department|abteilung', owner: 'owner|user|assigned|assigned to|rep|agent|activity assigned to|sales rep|mitarbeiter|by',
    campaign: 'campaign|campaign name|kampagne|job no|job number|mailing|utm campaign', purpose: 'purpose|zweck', goal: 'goal|ziel', outcome: 'outcome|result|call outcome|call disposition|disposition|action result|returned|status|ergebnis|answered|sentiment',
    duration_s: 'duration|time on page|session duration|visit duration|duration s|call duration|seconds|duration seconds|dauer|in call duration', text: 'text|notes|note|post text|message|tweet|post|body preview|subject|comments|description|notiz|body|summary|page url|page|url|page path|landing page|page title', cost: 'cost|costs|kosten', location: 'location|ort|place',
  },
  ticket: {
    external_id: 'id|ticket id|case id|case number|number|ticket|ticket number|external id', ...CUSTOMER, subject: 'subject|title|betreff|summary|description', status: 'status|state', severity: 'severity|priority|priorität|urgency',
    opened_at: 'opened|opened at|created|created at|created time|date|created date|open date|datum', first_reply_at: 'first reply|first reply at|first response at|first response', closed_at: 'closed|closed at|solved at|resolved|resolved at|closed time|resolved time|closed date', owner: 'owner|assignee|agent|assigned to',
    dispute: 'dispute|is dispute|disputed|reklamation|complaint', dispute_reason: 'dispute reason', channel: 'channel|via|source', csat: 'csat|satisfaction|satisfaction score',
  },
  lead: {
    external_id: 'id|lead id|record id|external id', name: 'name|full name|contact name|lead name', company: 'company|company name|firma|organization|company / account|account name', email: 'email|e mail|email address', phone: 'phone|phone number|mobile|telefon|phone number',
    source: 'source|lead source|original source|quelle|how did you hear about us|origin|lead type|show|trade show|event name|messe', first_source: 'first source', status: 'status|lead status', rating: 'rating|lead rating', stage: 'stage|lifecycle stage', 'party.given_name': 'first name|given name|firstname|vorname', 'party.family_name': 'last name|family name|lastname|surname|nachname',
    created_at: 'created|created at|created time|create date|created date|date|date created|submitted|submitted at|submitted date|submission date|scan date|lead date|datum',
    assigned_to: 'assigned to|owner|lead owner|assignee|sales rep|scanned by|rep', assigned_at: 'assigned at|assigned date|assigned', first_followup_at: 'first followup at|first follow up|followed up|first contact|first contacted at|first touch', mql_at: 'mql at|mql date', sal_at: 'sal at|sal date', sql_at: 'sql at|sql date', converted_at: 'converted at|converted date|conversion date|closed',
    reject_reason: 'reject reason|lost reason|disqualified reason', cost: 'cost|lead cost', currency: 'currency', campaign: 'campaign|campaign name|source campaign|form name',
  },
  opportunity: {
    external_id: 'id|deal id|opportunity id|record id', account_external_id: 'account id|accountid|company id|associated company ids', name: 'name|deal name|opportunity name|title', stage: 'stage|deal stage|stage name', amount: 'amount|value|deal value', currency: 'currency',
    close_date: 'close date|closedate|expected close date|closing date', won: 'won|is won|iswon', lost_reason: 'lost reason|closed lost reason', owner: 'owner|deal owner', created_at: 'created|create date|created date|created at',
  },
  campaign: {
    external_id: 'id|campaign id', name: 'name|campaign|campaign name|title', channel: 'channel|campaign channel|type', starts_at: 'start|starts at|start date|begins', ends_at: 'end|ends at|end date', sent_at: 'sent|sent at|send time|send date', recipients: 'recipients|total recipients|sent to|size',
    opens: 'opens|unique opens', clicks: 'clicks|unique clicks', unsubscribes: 'unsubscribes|unsubscribed', revenue: 'revenue|total revenue|total gross sales', cost: 'cost|budget|spend', currency: 'currency', offer: 'offer',
  },
  advocacy: { external_id: 'id|external id', ...CUSTOMER, kind: 'kind|type|advocacy|advocacy kind|art', at: 'at|date|day|datum', referred_external_id: 'referred|referred id|referred customer|referred external id' },
  partnership: { external_id: 'id|external id|agreement id', ...CUSTOMER, kind: 'kind|type|partnership|partner type', starts_at: 'starts at|start|start date|from|begin|valid from', ends_at: 'ends at|end|end date|to|until|valid to' },
  consent: { customer_external_id: 'customer id|party|customer|contact id', customer_email: 'email|e mail|email address', channel: 'channel', basis: 'basis|legal basis', granted_at: 'granted at|granted|date|opt in date', withdrawn_at: 'withdrawn at|withdrawn|opt out date' },
  offer: { external_id: 'id|offer id', ...CUSTOMER, said_by: 'said by|team', product: 'product', discount: 'discount', price: 'price', currency: 'currency', valid_from: 'valid from', valid_to: 'valid to', at: 'at|date' },
  briefing: { person: 'person|owner|rep', campaign: 'campaign', at: 'at|date', score: 'score' },
  answer: { ...CUSTOMER, question: 'question', value: 'value|answer', by: 'by|asked by', at: 'at|date', verified: 'verified' },
  attribute: { ...CUSTOMER, name: 'attribute|attribute name', value: 'value|attribute value', at: 'at|date' },
}; // prettier-ignore

/** What a file of that entity cannot do without: one of each list. */
const NEEDED: Readonly<Partial<Record<EntityName, readonly (readonly string[])[]>>> = {
  transaction: [['at'], ['amount', 'open_balance']],
  subscription: [
    ['started_at', 'renews_at'],
    ['amount', 'interval', 'renews_at', 'status'],
  ],
  survey_response: [['score'], ['answered_at', 'asked_at']],
  touch: [['at'], ['channel', 'direction', 'outcome', 'duration_s']],
  ticket: [['opened_at'], ['status', 'severity', 'subject']],
  lead: [
    ['source', 'status', 'rating', 'assigned_to'],
    ['email', 'name', 'company', 'party.family_name'],
  ],
  opportunity: [['stage', 'close_date'], ['amount']],
  campaign: [['recipients', 'sent_at', 'starts_at'], ['name']],
  account: [['name'], ['external_id', 'website', 'domain', 'industry', 'tax_id', 'postcode', 'country', 'owner']],
  party: [['email', 'given_name', 'family_name']],
};

/** Words that make an entity likely when several fit. */
const TELLING: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  transaction: ['number', 'due_at', 'tax', 'open_balance', 'amount', 'paid_at', 'refunded'],
  subscription: ['renews_at', 'interval', 'cancelled_at', 'started_at'],
  survey_response: ['score', 'verbatim', 'survey', 'asked_at'],
  touch: ['channel', 'direction', 'duration_s', 'outcome', 'team'],
  ticket: ['severity', 'first_reply_at', 'closed_at', 'dispute', 'subject'],
  lead: [
    'source',
    'rating',
    'status',
    'assigned_to',
    'created_at',
    'campaign',
    'first_followup_at',
    'mql_at',
    'converted_at',
  ],
  opportunity: ['stage', 'close_date', 'lost_reason'],
  campaign: ['recipients', 'opens', 'clicks'],
  account: ['industry', 'website', 'tax_id', 'parent_external_id', 'domain'],
  party: ['given_name', 'family_name', 'title', 'tags'],
};

type Activity = {
  readonly headers: readonly RegExp[];
  readonly constants: Readonly<Record<string, string>>;
};

/** Activities that their headers tell although no column names a channel. */
const ACTIVITIES: readonly Activity[] = [
  {
    headers: [
      /^(platform|network|social network|handle|author|author name|username|screen name|profile)$/,
      /^(post|tweet|post text|post url|post id|tweet id|message|permalink|mention)$/,
    ],
    constants: { channel: 'social', direction: 'in' },
  },
  {
    headers: [
      /^(page|page url|url|page path|landing page|page title)$/,
      /^(visitor|visitor id|visitor email|session|session id|client id|user id|email|customer id|time on page|referrer|utm .+)$/,
    ],
    constants: { channel: 'web', direction: 'in' },
  },
  {
    headers: [/^((mail|mailing|drop) date|versanddatum)$/],
    constants: { channel: 'mail', direction: 'out', team: 'marketing' },
  },
  {
    headers: [/^(call (disposition|duration|outcome|result|date|time)|action result)$/],
    constants: { channel: 'call' },
  },
];

function activityOf(columns: readonly ColumnFinding[]): Activity | null {
  const keys = columns.map((column) => bareHeaderKey(column.header));
  return ACTIVITIES.find(({ headers }) => headers.every((pattern) => keys.some((key) => pattern.test(key)))) ?? null;
}

/** Headers of what describes a customer from outside: demographics, lifestyle, market research. */
const DESCRIBES =
  /\b(age|gender|income|household|education|occupation|lifestyle|segment|region|employees|turnover|persona|interest|panel|attitude|awareness|preference|purchasing power|buying pattern|competitor|share of wallet|haushalt|einkommen|alter|beruf)\b/i;

/** Headers of personal data of special care; the column is marked. */
const SENSITIVE =
  /\b(iban|bic|bank account|account no|credit card|card number|social security|ssn|national insurance|passport|id card|date of birth|birth ?date|birthday|geburtsdatum|gender|sex|religion|ethnic|nationality|health|diagnosis|disability|union|political|salary|income|einkommen|gehalt|konfession|sexual)\b/i;

const DATE_FIELD = /_at$|^at$|_date$/;
const RECOMMEND = /recommend|empfehl|recommand|recomend|aanbevelen|consigli/i;

/** A value check per field: how far the column's values fit it, 0..1. */
function fits(field: string, column: ColumnFinding): number {
  const { type } = column;
  if (type === 'empty') return 0.6;
  if (DATE_FIELD.test(field)) return type === 'date' || type === 'datetime' ? 1 : 0;
  if (field.endsWith('email')) return type === 'email' ? 1 : 0.1;
  if (/^(amount|tax|fee|refunded|open_balance|cost|revenue|price)$/.test(field))
    return type === 'decimal' || type === 'integer' ? 1 : 0;
  if (/^(score|recipients|opens|clicks|unsubscribes|quantity|scale_max|scale_min)$/.test(field))
    return type === 'integer' || type === 'id' ? 1 : type === 'decimal' ? 0.6 : field === 'score' ? 0.4 : 0;
  if (field === 'duration_s') return type === 'integer' || type === 'time' ? 1 : 0.2;
  if (type === 'date' || type === 'datetime') return 0.1;
  if (/^(opt_out|won|deleted|dispute|complete|verified|email_bounced)$/.test(field))
    return type === 'boolean' || type === 'integer' ? 1 : 0.3;
  return 1;
}

function proposeFor(
  entity: EntityName,
  columns: readonly ColumnFinding[],
  layout: Layout,
): { columns: ProposedColumn[]; score: number; constants: Readonly<Record<string, string>> } {
  const words = FIELDS[entity] ?? {};
  const names = new Map<string, { field: string; rank: number }[]>();
  for (const [field, list] of Object.entries(words)) {
    list.split('|').forEach((word, rank) => {
      const key = headerKey(word);
      names.set(key, [...(names.get(key) ?? []), { field, rank }]);
    });
    const own = headerKey(field);
    if (!names.get(own)?.some((n) => n.field === field))
      names.set(own, [...(names.get(own) ?? []), { field, rank: 0 }]);
  }
  const wishes: { at: number; field: string; weight: number; why: string }[] = [];
  columns.forEach((column, at) => {
    const key = headerKey(column.header).replace(/[-./]/g, ' ').replace(/\s+/g, ' ');
    const tries = [headerKey(column.header), key, bareHeaderKey(column.header)];
    tries.forEach((text, i) => {
      for (const { field, rank } of names.get(text) ?? []) {
        const fit = fits(field, column);
        if (fit > 0)
          wishes.push({
            at,
            field,
            weight: fit * (i === 2 ? 0.85 : 0.95) - rank * 0.005,
            why: `header "${column.header}" is a usual name of it`,
          });
      }
    });
    if (entity === 'survey_response' && RECOMMEND.test(layout.labels[at] ?? column.header)) {
      wishes.push({ at, field: 'score', weight: 0.99, why: 'the question asks how likely a recommendation is' });
    }
    const parts = /^(party|account)\.(.+)$/.exec(column.header);
    if (parts) wishes.push({ at, field: column.header, weight: 0.99, why: 'the header is a mapping name' });
  });
  if (!wishes.some((w) => w.field.endsWith('email'))) {
    const at = columns.findIndex((c) => c.type === 'email');
    const field = Object.keys(words).find((name) => name.endsWith('email'));
    if (at >= 0 && field) wishes.push({ at, field, weight: 0.6, why: 'every value is an e-mail address' });
  }
  const main = entity === 'survey_response' ? 'answered_at' : Object.keys(words).find((name) => DATE_FIELD.test(name));
  if (main && !wishes.some((w) => w.field === main)) {
    const dates = columns.flatMap((c, at) => (c.type === 'date' || c.type === 'datetime' ? [at] : []));
    if (dates.length === 1) wishes.push({ at: dates[0]!, field: main, weight: 0.5, why: 'the only column of dates' });
  }
  const activity = entity === 'touch' ? activityOf(columns) : null;
  const constants = activity ? { ...activity.constants } : {};
  for (const name of Object.keys(constants)) {
    const column = wishes.find(
      (w) => w.field === name && (name !== 'channel' || /channel|activity/i.test(columns[w.at]!.header)),
    );
    if (column) delete constants[name];
    else for (let i = wishes.length - 1; i >= 0; i -= 1) if (wishes[i]!.field === name) wishes.splice(i, 1);
  }
  wishes.sort((a, b) => b.weight - a.weight || a.at - b.at);
  const taken = new Map<number, (typeof wishes)[number]>();
  const fields = new Set<string>();
  for (const wish of wishes) {
    if (taken.has(wish.at) || fields.has(wish.field)) continue;
    taken.set(wish.at, wish);
    fields.add(wish.field);
  }
  const needed = NEEDED[entity] ?? [];
  const met = needed.every((any, i) => any.some((name) => fields.has(name)) || (activity !== null && i === 1));
  const telling = (TELLING[entity] ?? []).filter((name) => fields.has(name)).length + (activity ? 2 : 0);
  const total = [...taken.values()].reduce((sum, wish) => sum + wish.weight, 0);
  return {
    constants,
    columns: columns.map((column, at) => {
      const wish = taken.get(at);
      return wish
        ? { header: column.header, field: wish.field, confidence: Math.round(wish.weight * 100) / 100, why: wish.why }
        : { header: column.header, field: null, confidence: 0, why: 'kept as an attribute of its row' };
    }),
    score:
      met && needed.length > 0
        ? telling * 2 + total / Math.max(4, columns.length)
        : needed.length === 0
          ? -1
          : telling * 0.1 - 1,
  };
}

/**
 * The mapping that the importer proposes: the profile's, else header synonyms and values, each column with a confidence and
 * a reason. `as` fixes the entity.
 */
export function proposeMapping(layout: Layout, columns: readonly ColumnFinding[], as?: EntityName): Proposal {
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
    const tried = proposeFor(entity, columns, layout);
    if (!best || tried.score > best.score) best = { entity, ...tried };
  }
  const chosen = best!.score < 0 && !as ? (describing(columns, layout) ?? best!) : best!;
  const mapped: Record<string, ColumnMapping> = Object.create(null) as Record<string, ColumnMapping>;
  for (const column of chosen.columns) {
    if (column.field === null) continue;
    const finding = columns.find((c) => c.header === column.header)!;
    mapped[column.header] = {
      field: column.field,
      ...(finding.dateOrder && DATE_FIELD.test(column.field) && finding.dateOrder !== 'ymd'
        ? { dateOrder: finding.dateOrder }
        : {}),
      ...(finding.decimal === ',' ? { decimal: ',' as const } : {}),
      ...(finding.currency ? { currency: finding.currency } : {}),
      ...(column.field.endsWith('external_id') && finding.samples.some((sample) => sample.includes(';'))
        ? { split: ';' }
        : {}),
      ...timeOf(column, chosen.columns, columns),
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
    mapping: { entities: [entity] },
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
  const party = proposeFor('party', columns, layout);
  const account = proposeFor('account', columns, layout);
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

/** The column with the time of day of a date: of the same name with "time" for "date", or the only one of times. */
function timeOf(
  column: ProposedColumn,
  all: readonly ProposedColumn[],
  columns: readonly ColumnFinding[],
): { time: string } | null {
  const at = columns.findIndex((c) => c.header === column.header);
  if (!DATE_FIELD.test(column.field ?? '') || columns[at]?.type !== 'date') return null;
  const free = columns.filter((c) => c.type === 'time' && all.some((p) => p.header === c.header && p.field === null));
  const wanted = headerKey(column.header).replace(/date|datum/, 'time');
  const named = free.find((c) =>
    [wanted, headerKey(column.header).replace(/datum/, 'uhrzeit'), 'time', 'uhrzeit'].includes(headerKey(c.header)),
  );
  return named ? { time: named.header } : null;
}
