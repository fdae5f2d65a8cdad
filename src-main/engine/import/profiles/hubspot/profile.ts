import { defineProfile } from '../define.ts';

const ALIASES = {
  'Record ID': ['Record Id', 'Contact ID', 'Object ID'],
  'Phone Number': ['Phone'],
  'Country/Region': ['Country'],
};

/** Contacts: columns are the view's, in any order. A contact with a lead status or an MQL or SQL date is a lead too. */
export const hubspotContacts = defineProfile({
  id: 'hubspot.contacts',
  vendor: 'hubspot',
  title: 'HubSpot contacts',
  signature: ['Record ID', 'First Name', 'Contact owner', 'Create Date'],
  aliases: ALIASES,
  entities: [
    {
      entity: 'party',
      columns: {
        'Record ID': { field: 'external_id' },
        'First Name': { field: 'given_name' },
        'Last Name': { field: 'family_name' },
        Email: { field: 'email' },
        'Phone Number': { field: 'phone' },
        'Associated Company': { field: 'company' },
        'Associated Company IDs': { field: 'account_external_id', split: ';' },
        'Job Title': { field: 'title' },
        'Contact owner': { field: 'owner' },
        'Create Date': { field: 'created_at' },
        'Marketing contact status': { field: 'consent' },
        'Unsubscribed from all email': { field: 'opt_out' },
      },
    },
    {
      entity: 'lead',
      when: {
        columns: ['Lead Status', 'Became a Marketing Qualified Lead Date', 'Became a Sales Qualified Lead Date'],
      },
      columns: {
        'Record ID': { field: 'external_id' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        Email: { field: 'email' },
        'Phone Number': { field: 'phone' },
        'Associated Company': { field: 'company' },
        'Lead Status': { field: 'status' },
        'Original Source': { field: 'source' },
        'Create Date': { field: 'created_at' },
        'Contact owner': { field: 'assigned_to' },
        'Lifecycle Stage': { field: 'stage' },
        'Became a Marketing Qualified Lead Date': { field: 'mql_at' },
        'Became a Sales Qualified Lead Date': { field: 'sql_at' },
        'Became a Customer Date': { field: 'converted_at' },
      },
    },
  ],
});

export const hubspotCompanies = defineProfile({
  id: 'hubspot.companies',
  vendor: 'hubspot',
  title: 'HubSpot companies',
  signature: ['Record ID', 'Company name', 'Company owner'],
  aliases: ALIASES,
  entities: [
    {
      entity: 'account',
      columns: {
        'Record ID': { field: 'external_id' },
        'Company name': { field: 'name' },
        'Website URL': { field: 'website' },
        'Company Domain Name': { field: 'domain' },
        Industry: { field: 'industry' },
        'Phone Number': { field: 'phone' },
        'Postal Code': { field: 'postcode' },
        'State/Region': { field: 'region' },
        'Country/Region': { field: 'country' },
        'Company owner': { field: 'owner' },
        'Create Date': { field: 'created_at' },
      },
    },
  ],
});

export const hubspotDeals = defineProfile({
  id: 'hubspot.deals',
  vendor: 'hubspot',
  title: 'HubSpot deals',
  signature: ['Record ID', 'Deal Name', 'Deal Stage', 'Deal owner'],
  aliases: ALIASES,
  entities: [
    {
      entity: 'opportunity',
      columns: {
        'Record ID': { field: 'external_id' },
        'Deal Name': { field: 'name' },
        'Deal Stage': { field: 'stage' },
        Amount: { field: 'amount' },
        Currency: { field: 'currency' },
        'Deal owner': { field: 'owner' },
        'Associated Company IDs': { field: 'account.external_id', split: ';' },
        'Associated Contact IDs': { field: 'party.external_id', split: ';' },
        'Close Date': { field: 'close_date' },
        'Create Date': { field: 'created_at' },
        'Closed Lost Reason': { field: 'lost_reason' },
      },
    },
  ],
});
