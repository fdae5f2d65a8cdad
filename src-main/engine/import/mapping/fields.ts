import type { EntityName } from '#engine/base/entities.ts';

/**
 * What the columns of exports are called, by entity and field: English words as `phraseOf` writes them, the usual name first. A
 * word of the entity before them (`ticket subject`, `invoice status`) need not be listed.
 */
type Words = Readonly<Record<string, string>>;

/** Who a row is about, for rows of activities and documents. */
const CUSTOMER: Words = {
  customer_external_id: 'customer id|customer number|customer code|customer external id|external id customer|customer key|account code',
  customer_email: 'customer email|email|contact email|billing email',
  customer_name: 'customer name|contact name',
}; // prettier-ignore

/** Where the row itself has no field for a name. */
const { customer_external_id, customer_email } = CUSTOMER as { customer_external_id: string; customer_email: string };
const KEYS: Words = { customer_external_id, customer_email };

export const FIELDS: Readonly<Partial<Record<EntityName, Words>>> = {
  account: {
    external_id: 'id|account id|record id|customer id|customer number|company id|external id|account number|key|reference|code|organization id',
    name: 'name|account name|company|customer|customer name|organization|account', parent_external_id: 'parent id|parent account id|parent account|parent|parent external id',
    type: 'type|account type|customer type|contact type', industry: 'industry|sector|industry sector', website: 'website|website url|url|homepage|web|web site', domain: 'domain|company domain name|email domain', phone: 'phone|company phone',
    tax_id: 'tax id|tax number|tax registration number|ust id|ust idnr|siret|ein', postcode: 'postcode|billing postcode', region: 'region|state|province|county|territory|state region|billing state', country: 'country|country region|billing country',
    owner: 'owner|account owner|company owner|account manager|sales rep|rep|owned by|responsible user', created_at: 'created|customer since|since', deleted: 'deleted|is deleted',
  },
  party: {
    external_id: 'id|contact id|record id|person id|customer id|customer number|external id|key|user id|subscriber id|profile id|prospect id|lead id|reference', account_external_id: 'account id|company id|organization id|account external id',
    name: 'name|full name|contact name|contact|person', given_name: 'first name', family_name: 'last name', email: 'email', phone: 'phone|sms', title: 'title|job title|position|funktion|role|occupation', company: 'company|organization|account|associated company|employer',
    owner: 'owner|contact owner|account manager|owned by|responsible user', created_at: 'created|signed up|sign up|subscribed|opt in|confirmed', consent: 'consent|email consent|marketing consent|email marketing consent|email permission status|marketing status|opt in status',
    opt_out: 'opt out|email opt out|opted out|do not email|unsubscribed from all email|unsubscribed from emails|unsubscribed', unsubscribed_at: 'unsubscribed|confirmed opt out date|opt out date|opted out date|unsub time', email_bounced: 'bounced|email bounced|is email bounced', tags: 'tags|tag|labels|groups',
  },
  transaction: {
    external_id: 'id|transaction id|payment id|invoice id|order id|external id|beleg id|receipt id', number: 'invoice number|number|order number|document number|invoice|order|document|invoice id|receipt number|reference number|bill number|sale number|credit note number',
    ...CUSTOMER, at: 'invoice date|order date|transaction date|date|at|issued|sale date|created|payment date|paid|purchase date|purchased|posting date|billing date|belegdatum|day|date ordered|processed',
    due_at: 'due|payment due', paid_at: 'paid|payment received|fully paid', kind: 'kind|type|transaction type|document type|event type|doc type',
    amount: 'amount|total|invoice total|order total|gross amount|total amount|gross|amount paid|payment amount|total collected|net amount|order total amount|revenue|value|order value|sum|price|total price|gross sales|sale amount|net sales|sales|subtotal|sub total|amount excl tax|line total|line amount|item total|extended price|spend|spent',
    tax: 'tax|tax total|total tax|tax amount|taxes|sales tax|order total tax amount', fee: 'fee|fees|processing fee|card processing fees|transaction fee', refunded: 'refunded|amount refunded|refunded amount|refund amount|order refund amount|partial refunds|total refunded',
    open_balance: 'open balance|balance|amount due|outstanding|outstanding balance|balance due|open amount|amount outstanding|open|invoice amount due', currency: 'currency|presentment currency', status: 'status|state|invoice status|order status|payment status|financial status|transaction status',
    invoice_id: 'settles invoice|applied to invoice|related invoice|original invoice', product: 'product|product name|item name|item|sku|line item|lineitem name|item description|product code|service', quantity: 'quantity|units|item quantity|lineitem quantity', memo: 'memo|description|notes|reference|details|memo description|transaction description',
  },
  subscription: {
    external_id: 'id|subscription id|contract id|external id|contract number|subscription number|number', ...KEYS, status: 'status|state', amount: 'amount|mrr|price|value|unit amount|total recurring amount|recurring amount|monthly amount|plan amount|arr|monthly charges|monthly recurring revenue|total', currency: 'currency',
    interval: 'interval|period|billing period unit|billing period|billing frequency|billing interval|frequency|billing cycle|term', started_at: 'started|activated|contract start|effective|created', renews_at: 'renews|current period ended|current term ended|current period ends|renewal|expires', cancelled_at: 'canceled|canceled on',
    ended_at: 'ended|contract end|terminated|expired', cancel_reason: 'cancel reason|churn reason|reason', product: 'plan name|plan|product|product name|plan id|plan code|item|tier|package',
  },
  survey_response: {
    external_id: 'id|response id|respondent id|responseid|answer id|token|external id|submission id|entry id|record id|survey id', respondent_external_id: 'customer id|contact id|respondent external id|customer external id|account id|custom data 1|external reference|external data reference|customer number|person id|user id|member id|external id',
    respondent_email: 'email|respondent email|recipient email|customer email|contact email|person email|user email', survey: 'survey|survey name|questionnaire|survey title|form name', kind: 'kind|survey type|survey kind|nps type|touchpoint type', wave: 'wave|welle|quarter|survey wave|period|cycle',
    asked_at: 'asked at|asked|sent|survey sent|invited|started|survey started|last sent', answered_at: 'responded|answered|survey responded|returned|date|ended|recorded|response received|created|survey date|feedback date|recorded date|at|date time|day|last responded|rated|time',
    score: 'nps score|nps|score|likelihood to recommend|ltr|nps rating|recommend|rating|answer|likelihood|recommendation|recommendation score|willingness to recommend|response|note|value|latest score',
    scale_max: 'scale max', scale_min: 'scale min', verbatim: 'comment|verbatim|comments|feedback|reason|nps comment|score reason|response text|survey comment|feedback text|why|text|open answer|additional comments|nps feedback|customer comment|message|begründung|commentaire|reason for score|notes',
    channel: 'channel|delivery method|medium|source channel|survey channel|delivery channel|distribution channel', complete: 'complete|finished|is complete',
  },
  touch: {
    external_id: 'id|chat id|touch id|activity id|call id|message id|event id|task id|record id|external id|post id|tweet id|hit id|call uuid|meeting id|attendee id|registration id|interaction id|review id|number', ...CUSTOMER,
    at: 'date|at|activity date|touch date|date time|call date|message date|event date|call started|started|sent|call time|posted|visited|visit|meeting date|time|due|join time|joined|registered|mail date|date sent|responded|day|when|page view time|event time|scheduled|received|contacted|last contacted|created|completed|event started|activity created|order date|occurred',
    channel: 'channel|activity type|type|touch type|medium|interaction type|event type|message type|activity|communication type|task subtype|kind|contact method|method', direction: 'direction|call direction|in out|inbound outbound|call type|message direction|inbound or outbound', team: 'team|department|business unit', owner: 'owner|user|assigned|assigned to|assigned to user|rep|agent|activity assigned to|sales rep|by|user name|sent by|created by|staff|host|organizer|meeting organizer|advisor|agent name|handled by|employee|author|assignee|operator|completed by|called by',
    campaign: 'campaign|campaign name|job number|mailing|email name|event name|event title|webinar name|utm campaign|topic|cadence|sequence|session default channel group|campaign title', purpose: 'purpose|call purpose|reason|event type name', goal: 'goal', outcome: 'outcome|result|call outcome|call disposition|disposition|action result|call result|returned|status|answered|sentiment|attended|attendance status|attendee status|call status|last call status|meeting outcome|delivery status|action|rating',
    duration_s: 'duration|call duration|duration s|in call duration|talk time|talk duration|time on page|session duration|visit duration|seconds|duration seconds|call length|duration in seconds|billed duration|time in session|chat duration in seconds|chat duration|length|duration total|conversation duration', text: 'text|notes|note|post text|message|tweet|post|body|body preview|subject|comments|comment|description|summary|content|snippet|page url|page|url|page path|landing page|page title|title|message body|activity subject|message text|mention|call notes|review|review text',
    cost: 'cost|costs|price|call charge|charge', currency: 'currency', location: 'location|place|venue|city',
  },
  ticket: {
    external_id: 'id|ticket id|case id|case number|number|ticket number|issue key|issue id|conversation id|request id|incident number|external id|key|reference|complaint id', ...KEYS, subject: 'subject|title|summary|ticket name|name|short description|description|topic|issue|complaint|case subject|reason|category',
    status: 'status|state|case status|stage', severity: 'severity|priority|urgency|impact', opened_at: 'opened|created|date|started|reported|requested|date received|received|complaint date|at', first_reply_at: 'first reply|first reply at|first responded|first response|first response at|first replied|initial responded', closed_at: 'closed|resolved|solved|ended|completed|resolution', owner: 'owner|assignee|agent|assigned to|assigned|assignee name|teammate currently assigned|teammate assigned|agent name|case owner|ticket owner|assigned agent|responsible|technician|handled by',
    dispute: 'dispute|is dispute|disputed|consumer disputed', dispute_reason: 'dispute reason', channel: 'channel|via|source|origin|case origin|ticket channel|initial channel|submitted via|contact channel|type', csat: 'csat|satisfaction|satisfaction score|satisfaction rating|survey score|csat score|rating|conversation rating|customer satisfaction|happiness rating|rate',
  },
  lead: {
    external_id: 'id|lead id|record id|external id|prospect id|lead number', name: 'name|full name|contact name|lead name|contact|primary contact name', company: 'company|organization|account|company account|display name|account name', email: 'email|primary contact primary email|contact email', phone: 'phone|primary contact primary phone',
    source: 'source|lead source|original source|how did you hear about us|origin|lead type|show|trade show|event name|referrer|utm source|source name|lead origin|acquisition source|messe|lead generation source|channel|origen|original traffic source', first_source: 'first source|first touch source', status: 'status|lead status|status label|lead state|person status', rating: 'rating|lead rating|grade|temperature|lead grade|lead quality', stage: 'stage|lifecycle stage|lead stage|funnel stage',
    'party.given_name': 'first name', 'party.family_name': 'last name', created_at: 'created|date|responded|scanned|scan date|lead date|created time|inquiry date|enquiry date|received|lead created|at|date time|entry date|captured|first seen',
    assigned_to: 'assigned to|owner|lead owner|assignee|sales rep|scanned by|rep|assigned user|owner name|account manager|responsible user', assigned_at: 'assigned|assigned at', first_followup_at: 'first followup at|first follow up|followed up|first contact|first contacted|first touch|first contacted at|first response', mql_at: 'mql|mql at|mql date|became mql|became a marketing qualified lead', sal_at: 'sal|sal at|sal date|sales accepted|accepted', sql_at: 'sql|sql at|sql date|became sql|became a sales qualified lead', converted_at: 'converted|became customer|became a customer',
    reject_reason: 'reject reason|lost reason|disqualified reason|unqualified reason|disqualification reason|rejection reason', cost: 'cost|lead cost|cost per lead', currency: 'currency', campaign: 'campaign|campaign name|source campaign|form name|utm campaign|campaign title|primary campaign',
  },
  opportunity: {
    external_id: 'id|deal id|opportunity id|record id|external id|opportunity number', account_external_id: 'account id|company id|associated company id|organization id|customer id|customer number', name: 'name|deal name|opportunity name|title|opportunity|deal|topic|potential name', stage: 'stage|deal stage|stage name|pipeline stage|sales stage|status|status reason',
    amount: 'amount|value|deal value|bid amount|expected revenue|opportunity amount|deal amount|est revenue|estimated revenue|estimated value|total amount|forecast amount|annual contract value|acv', currency: 'currency|bid currency|deal currency of value|currency of value', close_date: 'closed|close date|expected closed|expected close|actual closed|forecast closed|est closed|estimated closed|closing|won time|expected close date', won: 'won|is won', lost_reason: 'lost reason|closed lost reason|loss reason|reason lost|reason won lost|reason for loss',
    owner: 'owner|deal owner|opportunity owner|sales rep|responsible user|assigned to|rep|sales person|salesperson|user responsible', created_at: 'created|deal created|opened',
  },
  campaign: {
    external_id: 'id|campaign id|unique id|message id', name: 'campaign name|campaign|name|title|campaign title|email name|newsletter|subject|subject line', channel: 'channel|campaign channel|type|campaign type|message type', starts_at: 'started|start', ends_at: 'ended|end', sent_at: 'sent|send time|delivered|send', recipients: 'recipients|total recipients|sent to|size|sent count|emails sent|total sent|delivered|deliveries|successful deliveries|number sent|audience size',
    opens: 'unique opens|opens|opened|total opens|open count|open', clicks: 'unique clicks|clicks|clicked|total clicks|click count|click', unsubscribes: 'unsubscribes|unsubscribed|opt outs|total unsubscribes|unsubscribe count', revenue: 'revenue|total revenue|total gross sales|sales', cost: 'cost|budget|spend|amount spent|actual cost|budgeted cost', currency: 'currency', offer: 'offer',
  },
  advocacy: { external_id: 'id|external id', ...CUSTOMER, kind: 'kind|type|advocacy|advocacy kind', at: 'at|date|day', referred_external_id: 'referred|referred id|referred customer|referred external id' },
  partnership: { external_id: 'id|external id|agreement id', ...CUSTOMER, kind: 'kind|type|partnership|partner type', starts_at: 'starts at|started|from|begin|valid from|start', ends_at: 'ends at|ended|to|until|valid to|end' },
  consent: { customer_external_id: 'customer id|party|customer|contact id', customer_email: 'email', channel: 'channel', basis: 'basis|legal basis', granted_at: 'granted at|granted|date|opt in', withdrawn_at: 'withdrawn at|withdrawn|opt out' },
  offer: { external_id: 'id|offer id', ...CUSTOMER, said_by: 'said by|team', product: 'product', discount: 'discount', price: 'price', currency: 'currency', valid_from: 'valid from', valid_to: 'valid to', at: 'at|date' },
  briefing: { person: 'person|owner|rep', campaign: 'campaign', at: 'at|date', score: 'score' },
  answer: { ...CUSTOMER, question: 'question', value: 'value|answer', by: 'by|asked by', at: 'at|date', verified: 'verified' },
  attribute: { ...CUSTOMER, customer_external_id: `${customer_external_id}|id`, name: 'attribute|attribute name', value: 'value|attribute value', at: 'at|date' },
}; // prettier-ignore

/** What a file of that entity cannot do without: one of each list. */
export const NEEDED: Readonly<Partial<Record<EntityName, readonly (readonly string[])[]>>> = {
  transaction: [['at'], ['amount', 'open_balance']],
  subscription: [
    ['started_at', 'renews_at'],
    ['amount', 'interval', 'renews_at', 'status'],
  ],
  survey_response: [['score'], ['answered_at', 'asked_at', 'verbatim']],
  touch: [['at'], ['channel', 'direction', 'outcome', 'duration_s']],
  ticket: [['opened_at'], ['status', 'severity', 'subject']],
  lead: [
    ['source', 'status', 'rating', 'assigned_to'],
    ['email', 'name', 'company', 'party.family_name'],
  ],
  opportunity: [
    ['stage', 'close_date'],
    ['amount', 'stage'],
    ['name', 'amount'],
  ],
  campaign: [['recipients', 'sent_at', 'starts_at'], ['name']],
  account: [['name'], ['external_id', 'website', 'domain', 'industry', 'tax_id', 'postcode', 'country', 'owner']],
  party: [['email', 'given_name', 'family_name']],
  answer: [['question'], ['value']],
};

/** Words that make an entity likely when several fit. */
export const TELLING: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  transaction: ['number', 'due_at', 'tax', 'open_balance', 'amount', 'paid_at', 'refunded'],
  subscription: ['renews_at', 'interval', 'cancelled_at', 'started_at'],
  survey_response: ['score', 'verbatim', 'survey', 'asked_at'],
  touch: ['channel', 'direction', 'duration_s', 'outcome', 'team'],
  ticket: ['severity', 'first_reply_at', 'closed_at', 'dispute', 'subject'],
  lead: ['source', 'rating', 'status', 'assigned_to', 'created_at', 'campaign', 'first_followup_at', 'mql_at', 'converted_at'],
  opportunity: ['stage', 'close_date', 'lost_reason'],
  campaign: ['recipients', 'opens', 'clicks'],
  account: ['industry', 'website', 'tax_id', 'parent_external_id', 'domain'],
  answer: ['question', 'value'],
  party: ['given_name', 'family_name', 'title', 'tags', 'unsubscribed_at', 'opt_out', 'consent'],
}; // prettier-ignore

/** What rows of an entity are called: in front of a header (`ticket status`) and in the name of a file. */
export const SUBJECTS: Readonly<Partial<Record<EntityName, string>>> = {
  transaction: 'invoice|order|transaction|payment|bill|receipt|sale|sales|refund|charge|purchase',
  subscription: 'subscription|contract|plan|membership|current period|current term',
  survey_response: 'survey|response|respondent|nps|feedback|questionnaire|submission|latest',
  touch: 'call|activity|touch|message|event|meeting|appointment|visit|task|sms|interaction|engagement|communication|post',
  ticket: 'ticket|case|issue|incident|conversation|request|complaint',
  lead: 'lead|prospect|inquiry|enquiry|custom lead|custom',
  opportunity: 'opportunity|deal|potential|forecast',
  campaign: 'campaign|newsletter|mailing',
  account: 'account|company|organization|customer',
  answer: 'questionnaire|panel',
  party: 'contact|person|profile|subscriber|member|user|customer|patient|guest|attendee|donor',
}; // prettier-ignore
