import { defineProfile } from '../define.ts';

/** Tickets: a dash is empty, tags are separated by spaces; the tag `dispute` raises the dispute flag. */
export const zendeskTickets = defineProfile({
  id: 'zendesk.tickets',
  vendor: 'zendesk',
  title: 'Zendesk tickets',
  signature: ['Summation column', 'Requester external id', 'Satisfaction Score'],
  placeholders: ['-'],
  entities: [
    {
      entity: 'ticket',
      columns: {
        Id: { field: 'external_id' },
        Subject: { field: 'subject' },
        Requester: { field: 'party.name' },
        'Requester email': { field: 'party.email' },
        'Requester external id': { field: 'party.external_id' },
        Organization: { field: 'account.name' },
        Status: { field: 'status' },
        Priority: { field: 'severity' },
        'Created at': { field: 'opened_at' },
        'Solved at': { field: 'closed_at' },
        Assignee: { field: 'owner' },
        Via: { field: 'channel' },
        Tags: { field: 'dispute', contains: ['dispute', 'chargeback'] },
      },
    },
  ],
});
