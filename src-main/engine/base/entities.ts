import {
  ADVOCACY_KINDS,
  CHANNELS,
  DIRECTIONS,
  LEAD_STATUSES,
  SEVERITIES,
  SURVEY_KINDS,
  TEAMS,
  TRANSACTION_KINDS,
} from './vocabulary.ts';

/**
 * What a mapping may name (data-model.md, "Names in a mapping") and the table columns each name fills.
 *
 * - `text`, `id`, `email`, `phone`: one TEXT column, as given.
 * - `term`: a low-cardinality text, interned in the `term` table (INTEGER column). With `set`, the mapped word is
 *   a member of that closed set and the source's own word is kept in `<column>_raw` when it differs.
 * - `instant`: two INTEGER columns, `<stem>_day` and `<stem>_at` (UTC seconds, null for a date without time);
 *   the entity's main instant fills `day` (never null) and `at`.
 * - `money`: INTEGER minor units of the row's `currency`.
 * - `integer`, `real`, `boolean` (0/1), `score`: numbers.
 * - `reference`: names the customer, account or another row; no column of its own unless `column` is given.
 */
export type FieldType =
  | 'text'
  | 'id'
  | 'email'
  | 'phone'
  | 'term'
  | 'instant'
  | 'money'
  | 'integer'
  | 'real'
  | 'boolean'
  | 'score'
  | 'reference';

export type FieldSpec = {
  readonly name: string;
  readonly type: FieldType;
  /** Table column when it is not the field's own name. */
  readonly column?: string;
  /** The instant that fills `day` and `at`. Later ones in the list serve when the first is empty. */
  readonly main?: true;
  readonly set?: readonly string[];
};

export type EntityName =
  | 'account'
  | 'party'
  | 'transaction'
  | 'subscription'
  | 'survey_response'
  | 'touch'
  | 'ticket'
  | 'lead'
  | 'opportunity'
  | 'campaign'
  | 'briefing'
  | 'answer'
  | 'advocacy'
  | 'partnership'
  | 'offer'
  | 'consent'
  | 'attribute';

export type EntitySpec = {
  readonly name: EntityName;
  /** Table its rows go to. `account` and `party` share `party`. */
  readonly table: string;
  readonly fields: readonly FieldSpec[];
};

export type ColumnType = 'INTEGER' | 'TEXT' | 'REAL';

/** A table column filled by an entity. `term` columns are handed over as text and interned by the store. */
export type ColumnSpec = { readonly name: string; readonly type: ColumnType; readonly term: boolean };

const text = (name: string, column?: string): FieldSpec =>
  column ? { name, type: 'text', column } : { name, type: 'text' };
const term = (name: string, set?: readonly string[], column?: string): FieldSpec => ({
  name,
  type: 'term',
  ...(set ? { set } : {}),
  ...(column ? { column } : {}),
});
const of = (type: FieldType, ...names: string[]): FieldSpec[] => names.map((name) => ({ name, type }));
const main = (name: string): FieldSpec => ({ name, type: 'instant', main: true });
const customer = of('reference', 'customer_external_id', 'customer_name', 'customer_email');

export const ENTITIES: readonly EntitySpec[] = [
  {
    name: 'account',
    table: 'party',
    fields: [
      ...of('id', 'external_id'),
      ...of('text', 'name'),
      text('parent_external_id', 'parent_ext'),
      term('type'),
      term('industry'),
      ...of('text', 'website', 'domain'),
      ...of('phone', 'phone'),
      ...of('text', 'tax_id', 'postcode'),
      term('region'),
      term('country'),
      term('owner'),
      ...of('instant', 'created_at'),
      ...of('boolean', 'deleted'),
    ],
  },
  {
    name: 'party',
    table: 'party',
    fields: [
      ...of('id', 'external_id'),
      text('account_external_id', 'account_ext'),
      ...of('text', 'name', 'given_name', 'family_name'),
      ...of('email', 'email'),
      ...of('phone', 'phone'),
      ...of('text', 'title', 'company', 'tax_id'),
      term('owner'),
      ...of('instant', 'created_at'),
      term('consent'),
      ...of('boolean', 'opt_out'),
      ...of('instant', 'unsubscribed_at'),
      ...of('boolean', 'email_bounced'),
      ...of('text', 'tags'),
    ],
  },
  {
    name: 'transaction',
    table: 'purchase',
    fields: [
      ...of('id', 'external_id'),
      ...of('text', 'number'),
      ...customer,
      main('at'),
      ...of('instant', 'due_at', 'paid_at'),
      term('kind', TRANSACTION_KINDS),
      ...of('money', 'amount', 'tax', 'fee', 'refunded', 'open_balance'),
      term('currency'),
      term('status'),
      text('invoice_id', 'invoice_ext'),
      term('product'),
      ...of('real', 'quantity'),
      ...of('text', 'memo'),
    ],
  },
  {
    name: 'subscription',
    table: 'subscription',
    fields: [
      ...of('id', 'external_id'),
      ...of('reference', 'customer_external_id', 'customer_email'),
      term('status'),
      ...of('money', 'amount'),
      term('currency'),
      term('interval', undefined, 'period'),
      main('started_at'),
      ...of('instant', 'renews_at', 'cancelled_at', 'ended_at'),
      ...of('text', 'cancel_reason'),
      term('product'),
    ],
  },
  {
    name: 'survey_response',
    table: 'response',
    fields: [
      ...of('id', 'external_id'),
      ...of('reference', 'respondent_external_id', 'respondent_email'),
      term('survey'),
      term('kind', SURVEY_KINDS),
      term('wave'),
      main('answered_at'),
      { name: 'asked_at', type: 'instant' },
      ...of('score', 'score'),
      ...of('integer', 'scale_min', 'scale_max'),
      ...of('text', 'verbatim'),
      term('channel'),
      ...of('boolean', 'complete'),
    ],
  },
  {
    name: 'touch',
    table: 'touch',
    fields: [
      ...of('id', 'external_id'),
      ...of('reference', 'customer_external_id', 'customer_email', 'customer_name'),
      main('at'),
      term('channel', CHANNELS),
      term('direction', DIRECTIONS),
      term('team', TEAMS),
      term('owner'),
      term('campaign'),
      term('purpose'),
      term('goal'),
      term('outcome'),
      ...of('integer', 'duration_s'),
      ...of('text', 'text'),
      ...of('money', 'cost'),
      term('currency'),
      ...of('text', 'location'),
    ],
  },
  {
    name: 'ticket',
    table: 'ticket',
    fields: [
      ...of('id', 'external_id'),
      ...of('reference', 'customer_external_id', 'customer_email'),
      ...of('text', 'subject'),
      term('status'),
      term('severity', SEVERITIES),
      main('opened_at'),
      ...of('instant', 'first_reply_at', 'closed_at'),
      term('owner'),
      { name: 'dispute', type: 'boolean', column: 'is_dispute' },
      ...of('text', 'dispute_reason'),
      term('channel'),
      ...of('real', 'csat'),
    ],
  },
  {
    name: 'lead',
    table: 'lead',
    fields: [
      ...of('id', 'external_id'),
      ...of('text', 'name', 'company'),
      ...of('email', 'email'),
      ...of('phone', 'phone'),
      term('source', undefined, 'lead_source'),
      term('first_source'),
      term('status', LEAD_STATUSES),
      term('rating'),
      term('stage'),
      main('created_at'),
      term('assigned_to'),
      ...of('instant', 'assigned_at', 'first_followup_at', 'mql_at', 'sal_at', 'sql_at', 'converted_at'),
      term('reject_reason'),
      ...of('money', 'cost'),
      term('currency'),
      term('campaign'),
    ],
  },
  {
    name: 'opportunity',
    table: 'opportunity',
    fields: [
      ...of('id', 'external_id'),
      ...of('reference', 'account_external_id'),
      ...of('text', 'name'),
      term('stage'),
      ...of('money', 'amount'),
      term('currency'),
      ...of('instant', 'close_date'),
      ...of('boolean', 'won'),
      term('lost_reason'),
      term('owner'),
      main('created_at'),
    ],
  },
  {
    name: 'campaign',
    table: 'campaign',
    fields: [
      ...of('id', 'external_id'),
      ...of('text', 'name'),
      term('channel'),
      main('starts_at'),
      ...of('instant', 'ends_at', 'sent_at'),
      ...of('integer', 'recipients', 'opens', 'clicks', 'unsubscribes'),
      ...of('money', 'revenue', 'cost'),
      term('currency'),
      ...of('text', 'offer'),
    ],
  },
  {
    name: 'briefing',
    table: 'briefing',
    fields: [term('person'), term('campaign'), main('at'), ...of('score', 'score')],
  },
  {
    name: 'answer',
    table: 'answer',
    fields: [
      ...of('reference', 'customer', 'customer_external_id', 'customer_email', 'customer_name'),
      term('question'),
      ...of('text', 'value'),
      term('by', undefined, 'answered_by'),
      main('at'),
      ...of('boolean', 'verified'),
    ],
  },
  {
    name: 'advocacy',
    table: 'advocacy',
    fields: [
      ...of('reference', 'customer', 'customer_external_id', 'customer_email', 'customer_name'),
      ...of('id', 'external_id'),
      term('kind', ADVOCACY_KINDS),
      main('at'),
      text('referred_external_id', 'referred_ext'),
    ],
  },
  {
    name: 'partnership',
    table: 'partnership',
    fields: [
      ...of('reference', 'customer', 'customer_external_id', 'customer_email', 'customer_name'),
      ...of('id', 'external_id'),
      term('kind'),
      main('starts_at'),
      ...of('instant', 'ends_at'),
    ],
  },
  {
    name: 'offer',
    table: 'offer',
    fields: [
      ...of('reference', 'customer', 'customer_external_id', 'customer_email', 'customer_name'),
      ...of('id', 'external_id'),
      term('said_by', TEAMS),
      term('product'),
      ...of('real', 'discount'),
      ...of('money', 'price'),
      term('currency'),
      main('at'),
      ...of('instant', 'valid_from', 'valid_to'),
    ],
  },
  {
    name: 'consent',
    table: 'consent',
    fields: [
      ...of('reference', 'party', 'customer_external_id', 'customer_email'),
      term('channel', CHANNELS),
      term('basis'),
      main('granted_at'),
      ...of('instant', 'withdrawn_at'),
    ],
  },
  {
    name: 'attribute',
    table: 'attribute',
    fields: [
      ...of('reference', 'customer', 'customer_external_id', 'customer_email', 'customer_name'),
      term('name'),
      ...of('text', 'value'),
      main('at'),
    ],
  },
];

const BY_NAME = new Map<string, EntitySpec>(ENTITIES.map((entity) => [entity.name, entity]));

/** The entity of that name, or null. */
export function entityOf(name: string): EntitySpec | null {
  return BY_NAME.get(name) ?? null;
}

/**
 * Table columns filled by an entity, in the order in which rows are handed to staging. References and `external_id`
 * are not among them: they travel as the row's party, account and key.
 */
export function columnsOf(entity: EntitySpec): ColumnSpec[] {
  const columns: ColumnSpec[] = [];
  const add = (name: string, type: ColumnType, isTerm = false): void => {
    columns.push({ name, type, term: isTerm });
  };
  for (const field of entity.fields) {
    const name = field.column ?? field.name;
    switch (field.type) {
      case 'id':
      case 'reference':
        break;
      case 'text':
      case 'email':
      case 'phone':
        add(name, 'TEXT');
        break;
      case 'term':
        add(name, 'INTEGER', true);
        if (field.set) add(`${name}_raw`, 'INTEGER', true);
        break;
      case 'instant': {
        const stem = name.replace(/_at$/, '');
        add(field.main ? 'day' : `${stem}_day`, 'INTEGER');
        add(field.main ? 'at' : `${stem}_at`, 'INTEGER');
        break;
      }
      case 'money':
      case 'integer':
      case 'boolean':
      case 'score':
        add(name, 'INTEGER');
        break;
      case 'real':
        add(name, 'REAL');
        break;
    }
  }
  return columns;
}

/** Who a row names, as its own source knows them. At least one of externalId, email, name is set. */
export type PartyRef = {
  /** Null when the row does not tell a person from a company. */
  readonly kind: 'person' | 'company' | null;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone?: string | null;
  readonly company?: string | null;
  readonly accountExternalId?: string | null;
};

/**
 * Values of a row that still are bytes of the file: value i is the ASCII text `bytes[from[i]..to[i])` where `from[i]` is not
 * negative, the row's external id likewise. Valid during the call that hands them over.
 */
export type RowTexts = {
  bytes: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  keyFrom: number;
  keyTo: number;
};

/**
 * Where the mapped rows of one file go. Handles returned by `party` are small positive integers; 0 means none.
 * `values` is aligned with `columnsOf(entity)`, term columns as text; the array is reused by the caller.
 */
export interface RowSink {
  /** False for a source line that a person left out: it is handed to `skip` and names nobody. */
  wants?(line: number): boolean;
  readonly takesBytes?: boolean;
  /** True when a row of a party or account that has a key need not be named by `party` as well. */
  readonly keepsOwnRows?: boolean;
  party(ref: PartyRef): number;
  row(
    entity: EntitySpec,
    line: number,
    externalId: string | null,
    party: number,
    account: number,
    values: readonly (string | number | null)[],
    attributes: string | null,
    /** When the source last changed the row (seconds since 1970), if the mapping names a column for it. */
    stamp?: number | null,
    /** Texts that stand for values and for the external id, handed over only to a sink that `takesBytes`. */
    texts?: RowTexts | null,
  ): void;
  /** A source row that is not loaded: physical line (1-based), column header, value, reason in words. */
  reject(line: number, column: string | null, value: string | null, reason: string): void;
  /** A source row left out on purpose (deleted in its source, a test answer): counted, not a reject. */
  skip(line: number, reason: string): void;
}
