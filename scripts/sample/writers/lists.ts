import { clock, dmy } from '../calendar.ts';
import { csv } from '../csv.ts';
import type { CsvBuilder } from '../csv.ts';
import type { World } from '../model.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

/** Lists kept by hand in a spreadsheet and saved as CSV by a German Excel: semicolons, cp1252, dd.MM.yyyy. */
const spreadsheet = (headers: readonly string[]): CsvBuilder =>
  csv({ quote: 'needed', eol: '\r\n', delimiter: ';', encoding: 'cp1252' }, headers);
const done = (name: string, file: CsvBuilder, planted: PlantedRow[] = []): SampleFile => ({
  name,
  bytes: file.bytes(),
  records: file.records,
  planted,
});

export function advocacyList({ companies }: World): SampleFile {
  const file = spreadsheet(['Account ID', 'Company', 'E-mail', 'Date', 'Kind', 'Referred account']);
  const acts = companies
    .flatMap((c) => c.advocacy.map((a) => ({ c, a })))
    .sort((x, y) => x.a.day - y.a.day || x.c.index - y.c.index);
  for (const { c, a } of acts)
    file.add([c.salesforceId ?? '', c.name, a.contact.email, dmy(a.day, '.'), a.kind, a.referred ?? '']);
  return done('advocacy.csv', file);
}

export function partnershipList({ companies }: World): SampleFile {
  const file = spreadsheet(['Account ID', 'Company', 'Agreement', 'Start', 'End']);
  for (const c of companies)
    if (c.agreement)
      file.add([
        c.salesforceId ?? '',
        c.name,
        c.agreement.kind,
        dmy(c.agreement.starts, '.'),
        c.agreement.ends === null ? '' : dmy(c.agreement.ends, '.'),
      ]);
  return done('partnerships.csv', file);
}

export function mailingSends({ companies }: World): SampleFile {
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, [
    'Sent at',
    'Recipient',
    'Mailing',
    'Result',
  ]);
  const sends = companies
    .flatMap((c) => c.sends.map((s) => ({ c, s })))
    .sort((x, y) => x.s.day - y.s.day || x.s.minute - y.s.minute || x.c.index - y.c.index);
  const planted: PlantedRow[] = [];
  sends.forEach(({ s }, i) => {
    file.add([`${dmy(s.day, '.')} ${clock(s.minute)}`, s.contact.email, s.mailing, s.result]);
    if (i === 2500)
      planted.push({
        line: file.add(['pending', s.contact.email, s.mailing, '']),
        column: 'Sent at',
        value: 'pending',
        outcome: 'reject',
        why: 'no date',
      });
    if (i === 7200)
      planted.push({
        line: file.add([`${dmy(s.day, '.')} ${clock(s.minute)}`, '', s.mailing, 'Delivered']),
        column: 'Recipient',
        value: '',
        outcome: 'kept without a customer',
        why: 'no key: counts in totals, never per customer',
      });
  });
  return done('mailings--sends.csv', file, planted);
}

export function ownerTeams({ staff }: World): SampleFile {
  const file = spreadsheet(['Owner', 'Team']);
  for (const s of staff) {
    file.add([s.name, s.team]);
    file.add([s.userId, s.team]);
  }
  return done('owner-teams.csv', file);
}

const excel = { encoding: 'cp1252', delimiter: ';' };
const germanDay = (field: string): Record<string, string> => ({ field, dateOrder: 'dmy', zone: 'Europe/Berlin' });

/** Mapping files beside the exports, by file name. */
export const MAPS: Readonly<Record<string, unknown>> = {
  'advocacy.map.json': {
    entity: 'advocacy',
    source: 'salesforce',
    file: excel,
    columns: {
      'Account ID': { field: 'customer_external_id' },
      Company: { field: 'customer_name' },
      Date: germanDay('at'),
      Kind: {
        field: 'kind',
        values: {
          Referral: 'referral',
          Reference: 'reference',
          'Case study': 'case_study',
          Testimonial: 'testimonial',
          Review: 'review',
        },
      },
      'Referred account': { field: 'referred_external_id' },
    },
  },
  'partnerships.map.json': {
    entity: 'partnership',
    source: 'salesforce',
    file: excel,
    columns: {
      'Account ID': { field: 'customer_external_id' },
      Company: { field: 'customer_name' },
      Agreement: { field: 'kind' },
      Start: germanDay('starts_at'),
      End: germanDay('ends_at'),
    },
  },
  'mailings--sends.map.json': {
    entity: 'touch',
    source: 'mailings',
    columns: {
      'Sent at': germanDay('at'),
      Recipient: { field: 'customer_email' },
      Mailing: { field: 'campaign' },
      Result: { field: 'outcome' },
    },
    constants: { channel: 'email', direction: 'out', team: 'marketing' },
  },
  'salesforce--leads.map.json': {
    entity: 'lead',
    source: 'salesforce',
    columns: {
      Id: { field: 'external_id' },
      Name: { field: 'name' },
      Company: { field: 'company' },
      Email: { field: 'email' },
      Phone: { field: 'phone' },
      LeadSource: { field: 'source' },
      Status: {
        field: 'status',
        values: {
          'Open - Not Contacted': 'unknown',
          'Working - Contacted': 'warm',
          'Closed - Converted': 'sale',
          'Closed - Not Converted': 'bad',
        },
      },
      Rating: { field: 'rating' },
      OwnerId: { field: 'assigned_to' },
      CreatedDate: { field: 'created_at' },
      ConvertedDate: { field: 'converted_at' },
      Assigned_At__c: { field: 'assigned_at' },
      First_Followup_At__c: { field: 'first_followup_at' },
    },
  },
  'owner-teams.map.json': {
    entity: 'owner_team',
    file: excel,
    columns: { Owner: { field: 'owner' }, Team: { field: 'team' } },
  },
};
