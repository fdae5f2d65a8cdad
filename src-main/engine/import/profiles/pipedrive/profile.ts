import { defineProfile } from '../define.ts';

/** Deals of the list view: `Entity - Label` headers, no id unless the view has one. */
export const pipedriveDeals = defineProfile({
  id: 'pipedrive.deals',
  vendor: 'pipedrive',
  title: 'Pipedrive deals',
  signature: ['Deal - Title', 'Deal - Value', 'Deal - Status'],
  aliases: {
    'Deal - Currency of value': ['Deal - Currency'],
    'Deal - Stage': ['Deal - Stage (pipeline)'],
    'Person - Email (Work)': ['Person - Email'],
  },
  entities: [
    {
      entity: 'opportunity',
      columns: {
        'Deal - ID': { field: 'external_id' },
        'Deal - Title': { field: 'name' },
        'Deal - Value': { field: 'amount' },
        'Deal - Currency of value': { field: 'currency' },
        'Deal - Stage': { field: 'stage' },
        'Deal - Status': { field: 'won', values: { won: 'yes', lost: 'no', open: '' } },
        'Deal - Expected close date': { field: 'close_date' },
        'Deal - Lost reason': { field: 'lost_reason' },
        'Deal - Owner': { field: 'owner' },
        'Deal - Deal created': { field: 'created_at' },
        'Deal - Organization': { field: 'account.name' },
        'Person - Name': { field: 'party.name' },
        'Person - Email (Work)': { field: 'party.email', split: ',' },
      },
    },
  ],
});

export const pipedrivePeople = defineProfile({
  id: 'pipedrive.people',
  vendor: 'pipedrive',
  title: 'Pipedrive people',
  signature: ['Person - Name', 'Person - Organization'],
  aliases: { 'Person - Email (Work)': ['Person - Email'], 'Person - Phone (Work)': ['Person - Phone'] },
  entities: [
    {
      entity: 'party',
      columns: {
        'Person - ID': { field: 'external_id' },
        'Person - Name': { field: 'name' },
        'Person - First name': { field: 'given_name' },
        'Person - Last name': { field: 'family_name' },
        'Person - Organization': { field: 'company' },
        'Person - Email (Work)': { field: 'email', split: ',' },
        'Person - Phone (Work)': { field: 'phone', split: ',' },
        'Person - Job title': { field: 'title' },
        'Person - Owner': { field: 'owner' },
        'Person - Person created': { field: 'created_at' },
        'Person - Marketing status': { field: 'consent' },
      },
    },
  ],
});
