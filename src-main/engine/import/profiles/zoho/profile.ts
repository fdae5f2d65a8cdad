import { defineProfile } from '../define.ts';

/** Leads: ids carry the prefix `zcrm_`, lookups come as a pair `X.id`, `X`; `-None-` is empty. */
export const zohoLeads = defineProfile({
  id: 'zoho.leads',
  vendor: 'zoho',
  title: 'Zoho CRM leads',
  signature: ['Record Id', 'Lead Owner.id', 'Lead Owner', 'Lead Status'],
  placeholders: ['-None-'],
  entities: [
    {
      entity: 'lead',
      columns: {
        'Record Id': { field: 'external_id', strip: 'zcrm_' },
        'Lead Name': { field: 'name' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        Company: { field: 'company' },
        Email: { field: 'email' },
        Phone: { field: 'phone' },
        'Lead Source': { field: 'source' },
        'Lead Status': { field: 'status' },
        Rating: { field: 'rating' },
        'Created Time': { field: 'created_at' },
        'Lead Owner': { field: 'assigned_to' },
        'Converted Date Time': { field: 'converted_at' },
      },
    },
  ],
});
