import { isoDay, isoMinute, TODAY } from '../calendar.ts';
import type { Company, Staff, World } from '../model.ts';
import { csv, record } from '../csv.ts';
import { SALESFORCE_ACCOUNTS, SALESFORCE_CONTACTS, SALESFORCE_LEADS } from './headers.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

const ADMIN = '005Tm00000Admi0AAA';
const EXPORTED = `${isoDay(TODAY)}T04:10:00.000Z`;
const stamp = (day: number): string => `${isoDay(day)}T08:20:00.000Z`;

const typeOf = (c: Company): string =>
  c.to === 'partner' ? 'Partner' : c.to === 'prospect' ? 'Prospect' : 'Customer - Direct';

/** Upper-case API names, every value quoted, LF: what Data Loader writes. `VATID__C` is a custom column. */
export function salesforceAccounts({ companies }: World): SampleFile {
  const headers = [...SALESFORCE_ACCOUNTS, 'VATID__C'];
  const file = csv({ quote: 'all', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const known = companies.filter((c) => c.salesforceId !== null);
  for (const c of known) {
    file.add(
      record(headers, {
        ID: c.salesforceId ?? '',
        ISDELETED: 'false',
        NAME: c.name,
        TYPE: typeOf(c),
        BILLINGSTREET: c.street,
        BILLINGCITY: c.city,
        BILLINGSTATE: c.region,
        BILLINGPOSTALCODE: c.postcode,
        BILLINGCOUNTRY: c.country,
        PHONE: c.phone,
        ACCOUNTNUMBER: String(c.index + 1).padStart(6, '0'),
        WEBSITE: `https://www.${c.domain}`,
        INDUSTRY: c.industry,
        ANNUALREVENUE: `${c.employees * 140000}.0`,
        NUMBEROFEMPLOYEES: String(c.employees),
        DESCRIPTION: c.index % 60 === 7 ? 'Deliveries through gate 2,\nplease ring first' : '',
        RATING: ['', 'Warm', 'Hot', 'Cold'][c.index % 4] ?? '',
        OWNERID: c.owner.userId,
        CREATEDDATE: stamp(c.created),
        CREATEDBYID: ADMIN,
        LASTMODIFIEDDATE: EXPORTED,
        LASTMODIFIEDBYID: ADMIN,
        SYSTEMMODSTAMP: EXPORTED,
        VATID__C: c.index % 3 === 0 || c.story !== null ? c.vatId : '',
      }),
    );
  }
  // Accounts merged away: they stay in a full export, marked deleted, pointing to the account that took them in.
  known
    .filter((c) => c.to === 'client')
    .slice(0, 3)
    .forEach((c, i) => {
      file.add(
        record(headers, {
          ID: `001Tm${String(9001 + i).padStart(9, '0')}AAMA`,
          ISDELETED: 'true',
          MASTERRECORDID: c.salesforceId ?? '',
          NAME: c.base,
          OWNERID: c.owner.userId,
          CREATEDDATE: stamp(c.created),
        }),
      );
    });
  return { name: 'salesforce--accounts.csv', bytes: file.bytes(), records: file.records, planted: [] };
}

/** Mixed-case API names, every value quoted, CRLF, booleans 0/1: the weekly data export. */
export function salesforceContacts({ companies }: World): SampleFile {
  const headers = SALESFORCE_CONTACTS;
  const file = csv({ quote: 'all', eol: '\r\n', delimiter: ',', encoding: 'utf-8' }, headers);
  for (const c of companies) {
    for (const p of c.contacts) {
      if (p.salesforceId === null) continue;
      file.add(
        record(headers, {
          Id: p.salesforceId,
          IsDeleted: '0',
          AccountId: c.salesforceId ?? '',
          LastName: p.family,
          FirstName: p.given,
          Salutation: p.salutation,
          Name: `${p.given} ${p.family}`,
          MailingCity: c.city,
          MailingState: c.region,
          MailingPostalCode: c.postcode,
          MailingCountry: c.country,
          Phone: p.phone,
          Email: p.email,
          Title: p.title,
          LeadSource: ['Web', 'Trade Show', '', 'Partner Referral'][c.index % 4] ?? '',
          OwnerId: c.owner.userId,
          CreatedDate: `${isoMinute(p.created, 510)}:15`,
          CreatedById: ADMIN,
          LastModifiedDate: `${isoMinute(TODAY, 250)}:00`,
          LastModifiedById: ADMIN,
          SystemModstamp: `${isoMinute(TODAY, 250)}:00`,
          IsEmailBounced: p.email !== '' && c.sends.some((s) => s.contact === p && s.result === 'Bounced') ? '1' : '0',
        }),
      );
    }
  }
  return { name: 'salesforce--contacts.csv', bytes: file.bytes(), records: file.records, planted: [] };
}

const QUEUE = '00GTm000000Web0AAA';
const STATUS = {
  'black-hole': 'Open - Not Contacted',
  'never-assigned': 'Open - Not Contacted',
  'inside-sla': 'Open - Not Contacted',
  worked: 'Working - Contacted',
  stalled: 'Working - Contacted',
  converted: 'Closed - Converted',
  rejected: 'Closed - Not Converted',
} as const;

/** The leads object of the data export, with two custom columns at the end for assignment and first follow-up. */
export function salesforceLeads({ companies }: World): SampleFile {
  const headers = [...SALESFORCE_LEADS, 'Assigned_At__c', 'First_Followup_At__c'];
  const file = csv({ quote: 'all', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const at = (day: number | null, time: string): string => (day === null ? '' : `${isoDay(day)}T${time}.000Z`);
  const leads = companies
    .flatMap((c) => c.leads.map((lead) => ({ c, lead })))
    .sort((a, b) => (a.lead.id < b.lead.id ? -1 : 1));
  const owner = (s: Staff): string => s.userId;
  for (const { c, lead } of leads) {
    file.add(
      record(headers, {
        Id: lead.id,
        IsDeleted: 'false',
        LastName: lead.contact.family,
        FirstName: lead.contact.given,
        Salutation: lead.contact.salutation,
        Name: `${lead.contact.given} ${lead.contact.family}`,
        Title: lead.contact.title,
        Company: c.name,
        City: c.city,
        State: c.region,
        PostalCode: c.postcode,
        Country: c.country,
        Phone: lead.contact.phone,
        Email: lead.contact.email,
        Website: `https://www.${c.domain}`,
        LeadSource: lead.source,
        Status: STATUS[lead.state],
        Industry: c.industry,
        Rating: lead.rating,
        NumberOfEmployees: String(c.employees),
        OwnerId: lead.assigned === null ? QUEUE : owner(c.owner),
        IsConverted: lead.state === 'converted' ? 'true' : 'false',
        ConvertedDate: lead.state === 'converted' && lead.closed !== null ? isoDay(lead.closed) : '',
        ConvertedAccountId: lead.state === 'converted' ? (c.salesforceId ?? '') : '',
        ConvertedContactId: lead.state === 'converted' ? (lead.contact.salesforceId ?? '') : '',
        IsUnreadByOwner: lead.state === 'black-hole' || lead.state === 'never-assigned' ? 'true' : 'false',
        CreatedDate: at(lead.created, '07:30:00'),
        CreatedById: ADMIN,
        LastModifiedDate: at(lead.lastActivity ?? lead.assigned ?? lead.created, '15:45:00'),
        LastModifiedById: ADMIN,
        SystemModstamp: at(lead.lastActivity ?? lead.assigned ?? lead.created, '15:45:00'),
        LastActivityDate: lead.lastActivity === null ? '' : isoDay(lead.lastActivity),
        Assigned_At__c: at(lead.assigned, '09:00:00'),
        First_Followup_At__c: at(lead.followUp, '12:10:00'),
      }),
    );
  }
  const planted: PlantedRow[] = [];
  return { name: 'salesforce--leads.csv', bytes: file.bytes(), records: file.records, planted };
}
