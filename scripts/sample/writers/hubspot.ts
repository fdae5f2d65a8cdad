import { FIRST_WEEK, isoDay, isoMinute, SECOND_WEEK } from '../calendar.ts';
import type { Day } from '../calendar.ts';
import { csv, record } from '../csv.ts';
import type { Company, Contact, World } from '../model.ts';
import { HUBSPOT_CONTACTS } from './headers.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

/** How HubSpot spells a firm: as in Salesforce, without its legal form, or (one story) otherwise. */
export function hubspotCompanyName(c: Company): string {
  if (c.story === 'duplicate-spelling') return 'Falkenrohde Fein-Mechanik';
  return c.index % 8 === 3 ? c.base : c.name;
}

/** The same address as in Salesforce, for every seventh person in other case. */
export function hubspotEmail(c: Company, p: Contact): string {
  const odd = Number(p.hubspotId) % 7 === 2;
  return odd
    ? `${p.given.charAt(0)}${p.email.slice(1, p.email.indexOf('@'))}@${c.domain.charAt(0).toUpperCase()}${c.domain.slice(1)}`
    : p.email;
}

const lifecycle = (c: Company): string =>
  c.orders.length > 0
    ? 'Customer'
    : c.leads.some((l) => l.state === 'worked')
      ? 'Sales Qualified Lead'
      : c.leads.length > 0
        ? 'Lead'
        : 'Subscriber';
const leadStatus = (c: Company): string => {
  const state = c.leads[0]?.state;
  if (c.orders.length > 0 || state === undefined) return '';
  return {
    'black-hole': 'NEW',
    'never-assigned': 'NEW',
    'inside-sla': 'OPEN',
    worked: 'IN_PROGRESS',
    stalled: 'ATTEMPTED_TO_CONTACT',
    converted: 'OPEN_DEAL',
    rejected: 'UNQUALIFIED',
  }[state];
};

/** A weekly full export: everything known on the day of the export. */
export function hubspotContacts({ companies }: World, on: Day): SampleFile {
  const headers = HUBSPOT_CONTACTS;
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const people = companies.flatMap((c) => c.contacts.filter((p) => p.hubspotId !== null).map((p) => ({ c, p })));
  people.sort((a, b) => a.p.created - b.p.created || Number(a.p.hubspotId) - Number(b.p.hubspotId));
  const later = people.filter(({ p }) => p.created > FIRST_WEEK);
  const earlier = people.filter(({ p }) => p.created <= FIRST_WEEK);
  const progressed = new Set(
    earlier
      .filter(({ c }) => leadStatus(c) === 'ATTEMPTED_TO_CONTACT')
      .slice(0, 4)
      .map(({ p }) => p),
  );
  const write = (c: Company, p: Contact): void => {
    const bought = c.orders[0]?.day;
    const lead = c.leads[0];
    file.add(
      record(headers, {
        'Record ID': p.hubspotId ?? '',
        'First Name': p.given,
        'Last Name': p.family,
        Email: hubspotEmail(c, p),
        'Phone Number': p.phone,
        'Lead Status': progressed.has(p) && on >= SECOND_WEEK ? 'IN_PROGRESS' : leadStatus(c),
        'Create Date': isoMinute(p.created, 9 * 60 + 14),
        'Associated Company': hubspotCompanyName(c),
        'Country/Region': c.country,
        'Contact owner': c.owner.name,
        'Lifecycle Stage': lifecycle(c),
        'Original Source':
          ['Organic Search', 'Direct Traffic', 'Offline Sources', 'Email Marketing'][c.index % 4] ?? '',
        'Became a Marketing Qualified Lead Date':
          lead && lead.state !== 'never-assigned' ? `${isoDay(lead.created)} 00:00` : '',
        'Became a Sales Qualified Lead Date':
          lead?.followUp != null && lead.state === 'worked' ? `${isoDay(lead.followUp)} 00:00` : '',
        'Became a Customer Date': bought === undefined ? '' : `${isoDay(bought)} 00:00`,
        'Marketing contact status': p.newsletter ? 'Marketing contact' : 'Non-marketing contact',
      }),
    );
  };
  for (const { c, p } of earlier) write(c, p);
  // HubSpot's own duplicates: a second record of the same person, with the address in capitals.
  const doubled = earlier.filter(
    ({ c, p }, i) => (c.story === 'duplicate-spelling' && p === c.contacts[0]) || i % 80 === 41,
  );
  doubled.forEach(({ c, p }, i) => {
    file.add(
      record(headers, {
        'Record ID': String(61299000001 + i),
        'First Name': p.given,
        'Last Name': p.family,
        Email: p.email.toUpperCase(),
        'Create Date': '2026-02-11 18:30',
        'Associated Company': hubspotCompanyName(c),
        'Lifecycle Stage': 'Lead',
      }),
    );
  });
  const line = file.add(record(headers, { 'Create Date': '2026-07-20 00:00', 'Lifecycle Stage': 'Subscriber' }));
  const planted: PlantedRow[] = [
    {
      line,
      column: 'Record ID',
      value: '',
      outcome: 'reject',
      why: 'row without a key: no record id, no e-mail, no name',
    },
  ];
  if (on >= SECOND_WEEK) for (const { c, p } of later) write(c, p);
  return { name: `hubspot--contacts-${isoDay(on)}.csv`, bytes: file.bytes(), records: file.records, planted };
}
