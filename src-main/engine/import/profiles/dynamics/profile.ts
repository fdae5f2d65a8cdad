import { defineProfile } from '../define.ts';

/** Leads: the vendor gives a workbook; re-saved as CSV its hidden columns name the entity. Without a creation date the day of the last change is taken. */
export const dynamicsLeads = defineProfile({
  id: 'dynamics.leads',
  vendor: 'dynamics',
  title: 'Microsoft Dynamics 365 leads',
  signature: ['(Do Not Modify) Lead', '(Do Not Modify) Row Checksum'],
  entities: [
    {
      entity: 'lead',
      columns: {
        '(Do Not Modify) Lead': { field: 'external_id' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        'Company Name': { field: 'company' },
        Email: { field: 'email' },
        'Business Phone': { field: 'phone' },
        'Lead Source': { field: 'source' },
        'Status Reason': { field: 'status' },
        Rating: { field: 'rating' },
        Owner: { field: 'assigned_to' },
        'Created On': { field: 'created_at' },
        '(Do Not Modify) Modified On': { field: 'created_at' },
        'Source Campaign': { field: 'campaign' },
      },
    },
  ],
});

export const dynamicsContacts = defineProfile({
  id: 'dynamics.contacts',
  vendor: 'dynamics',
  title: 'Microsoft Dynamics 365 contacts',
  signature: ['(Do Not Modify) Contact', '(Do Not Modify) Row Checksum'],
  entities: [
    {
      entity: 'party',
      columns: {
        '(Do Not Modify) Contact': { field: 'external_id' },
        'Full Name': { field: 'name' },
        'First Name': { field: 'given_name' },
        'Last Name': { field: 'family_name' },
        'Job Title': { field: 'title' },
        'Account Name': { field: 'company' },
        'Email 1': { field: 'email' },
        Email: { field: 'email' },
        Mobile: { field: 'phone' },
        'Account Manager': { field: 'owner' },
      },
    },
  ],
});
