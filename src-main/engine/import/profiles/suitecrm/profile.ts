import { defineProfile } from '../define.ts';

/** Leads: date format, delimiter and decimal mark follow the user's preferences; a guard apostrophe stands before = + - @. */
export const suitecrmLeads = defineProfile({
  id: 'suitecrm.leads',
  vendor: 'suitecrm',
  title: 'SuiteCRM leads',
  signature: ['Lead Source Description', 'Referred By', 'Assigned User', 'Primary Address Postalcode'],
  dateOrder: 'mdy',
  skip: [{ column: 'Deleted', is: ['1'], reason: 'The record is deleted in SuiteCRM.' }],
  entities: [
    {
      entity: 'lead',
      columns: {
        ID: { field: 'external_id' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        'Account Name': { field: 'company' },
        'Email Address': { field: 'email', split: ';' },
        'Office Phone': { field: 'phone' },
        'Lead Source': { field: 'source' },
        Status: { field: 'status' },
        'Assigned to': { field: 'assigned_to' },
        'Date Created': { field: 'created_at' },
      },
    },
  ],
});
