import type { EntityName } from '#engine/base/entities.ts';
import type { ColumnFinding } from '../detect/columns.ts';
import { fits, type Wish } from './value-fit.ts';
import { phraseOf } from './words.ts';

/** Words for whom a row is about, the surest first. */
const ROLES: readonly (readonly [pattern: RegExp, sure: number])[] = [
  [/^(?:primary |main |associated )?(?:customer|client|requester|invitee|buyer|attendee|respondent|recipient|contact|registrant|payer|shopper|participant|donor|subscriber|patient|guest)(?: |$)/, 0.88],
  [/^(?:bill to|billing|sold to|end user|submitter|reporter|reported by|raised by|caller|external|member|person|lead|prospect|primary contact primary)(?: |$)/, 0.8],
  [/^(?:from|sender|author|user)(?: |$)/, 0.66],
  [/^(?:visitor|to|callee)(?: |$)/, 0.6],
]; // prettier-ignore
const COMPANY =
  /^(?:associated |parent |related )?(?:company account|account|company|organization|customer company)(?: |$)/;
const PHONE = /^'?\+?\(?\d[\d\s().-]{6,}$/;
const STAFF =
  /(?:^|\s)(?:agent|assignee|assigned|owner|teammate|staff|host|organizer|rep|sales ?person|employee|operator|advisor|consultant|manager|technician|created by|updated by|handled by|sent by|cc|bcc|reply to|internal)(?:\s|$)/;

/** True when the words name somebody of our own. */
export function isStaff(text: string): boolean {
  return STAFF.test(text) && !/^customer (?:owner|manager)?$/.test(text);
}

/** Columns about our own people: never a customer. Beside numbers from outside, a bare name or address is our own line's. */
export function ownColumns(columns: readonly ColumnFinding[]): ReadonlySet<number> {
  const phrases = columns.map(({ header }) => phraseOf(header).text);
  const line = phrases.some((text) => /^external (?:number|phone)$/.test(text));
  return new Set(phrases.flatMap((text, at) => (isStaff(text) || (line && /^(?:name|email)$/.test(text)) ? [at] : [])));
}

type Part = 'name' | 'id' | 'email' | 'first' | 'last' | 'phone' | 'company';

const PARTS: Readonly<Record<string, Part>> = {
  '': 'name', name: 'name', 'full name': 'name', id: 'id', number: 'id', key: 'id', code: 'id', 'reference id': 'id', 'external id': 'id', reference: 'id', email: 'email', 'first name': 'first', 'last name': 'last', phone: 'phone', company: 'company', organization: 'company', handle: 'email', 'user id': 'id', 'name id': 'id', uid: 'id', 'screen name': 'name', username: 'name',
}; // prettier-ignore

type Fields = Readonly<Record<Part, string>>;

const OF_ROWS: Fields = {
  name: 'customer_name', id: 'customer_external_id', email: 'customer_email', first: 'party.given_name', last: 'party.family_name', phone: 'party.phone', company: 'account.name',
}; // prettier-ignore
const OF_ANSWERS: Fields = { ...OF_ROWS, name: 'party.name', id: 'respondent_external_id', email: 'respondent_email' };
const OF_TICKETS: Fields = { ...OF_ROWS, name: 'party.name' };
const OF_DEALS: Fields = { ...OF_ROWS, name: 'party.name', id: 'party.external_id', email: 'party.email' };

const FIELDS_OF: Readonly<Partial<Record<EntityName, Fields>>> = {
  transaction: OF_ROWS, subscription: OF_TICKETS, touch: OF_ROWS, ticket: OF_TICKETS, survey_response: OF_ANSWERS, opportunity: OF_DEALS,
}; // prettier-ignore

/** True when the values of a column are keys rather than names: no blank in them, and digits. */
function areKeys({ type, samples }: ColumnFinding): boolean {
  if (type === 'integer') return true;
  return samples.length > 0 && samples.every((sample) => /\d/.test(sample) && /^[\w.:/#-]+$/.test(sample));
}

type Role = {
  readonly at: number;
  readonly company: boolean;
  readonly part: Part;
  readonly sure: number;
  readonly text: string;
};

/** What the words behind a role say, by the values where they leave it open. */
function partOf(rest: string, column: ColumnFinding): Part | undefined {
  const open = rest === '' || rest === 'number' || rest === 'handle';
  if (open && column.type === 'email') return 'email';
  if (open && column.samples.length > 0 && column.samples.every((sample) => PHONE.test(sample))) return 'phone';
  return rest === '' && areKeys(column) ? 'id' : PARTS[rest];
}

function rolesOf(columns: readonly ColumnFinding[], subject: RegExp): Role[] {
  const ours = ownColumns(columns);
  return columns.flatMap((column, at): Role[] => {
    const whole = phraseOf(column.header).text;
    const own = whole.replace(subject, '');
    const text =
      PARTS[own] !== undefined && own !== '' && own !== whole && !['id', 'name'].includes(PARTS[own])
        ? own
        : /^(?:contact|organization|person|company)/.test(own)
          ? own
          : whole;
    if (ours.has(at)) return [];
    const bare = PARTS[text];
    if (bare !== undefined && text !== '' && ['email', 'first', 'last', 'phone', 'company'].includes(bare))
      return [{ at, company: bare === 'company', part: bare === 'company' ? 'name' : bare, sure: 0.86, text }];
    if (text === 'full name' || (text === 'name' && columns.length > 2))
      return [{ at, company: false, part: 'name', sure: text === 'name' ? 0.7 : 0.86, text }];
    if (/^(?:screen name|username|handle)$/.test(text)) return [{ at, company: false, part: 'name', sure: 0.66, text }];
    const firm = COMPANY.exec(text);
    if (firm) {
      const part = partOf(text.slice(firm[0].length).trim(), column);
      if (part) return [{ at, company: part === 'name' || part === 'id', part, sure: 0.84, text }];
    }
    for (const [pattern, sure] of ROLES) {
      const match = pattern.exec(text);
      const part = match ? partOf(text.slice(match[0].length).trim(), column) : undefined;
      if (part) return [{ at, company: part === 'company', part: part === 'company' ? 'name' : part, sure, text }];
    }
    return [];
  });
}

/**
 * The columns that say whom a row of an activity or document is about. A company beside a person is the person's account; a
 * company alone is the customer.
 */
export function customerWishes(entity: EntityName, columns: readonly ColumnFinding[], subject: RegExp): Wish[] {
  const fields = FIELDS_OF[entity];
  if (!fields) return [];
  const roles = rolesOf(columns, subject);
  const person = roles.some(({ company, part }) => !company && part !== 'id' && part !== 'phone');
  const personId = roles.some(({ company, part }) => !company && part === 'id');
  // In books of account an account beside a customer is a ledger account: every customer would share it.
  const ledger = entity === 'transaction' && roles.some(({ text }) => /^(?:customer|bill to|buyer)\b/.test(text));
  const firm = roles.some(({ company, part }) => company && part === 'name');
  const wishes: Wish[] = [];
  for (const { at, company, part, sure, text } of roles) {
    if (ledger && /^account\b/.test(text)) continue;
    const column = columns[at]!;
    let field: string;
    if (!company)
      field =
        entity === 'subscription' && part === 'name' && !firm && /^(?:customer|client)\b/.test(text)
          ? 'account.name'
          : fields[part];
    else if (part === 'id') field = personId || entity === 'opportunity' ? 'account.external_id' : fields.id;
    else field = person || fields.name !== 'customer_name' ? 'account.name' : fields.name;
    const weight = fits(field, column) * sure;
    if (weight > 0.1)
      wishes.push({
        at,
        field,
        weight,
        why: `header "${column.header}" names ${company ? 'the company' : 'who the row is about'}`,
      });
  }
  return wishes;
}
