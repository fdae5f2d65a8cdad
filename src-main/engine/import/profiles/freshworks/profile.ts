import { defineProfile } from '../define.ts';

/** Freshservice tickets; labels differ in case between accounts. */
export const freshserviceTickets = defineProfile({
  id: 'freshservice.tickets',
  vendor: 'freshservice',
  title: 'Freshservice tickets',
  signature: [
    'Ticket Id',
    'Requester Name',
    'Requester Email',
    'Requester VIP',
    'Initial Response Time',
    'Last Updated Time',
  ],
  placeholders: ['No Agent'],
  entities: [
    {
      entity: 'ticket',
      columns: {
        'Ticket Id': { field: 'external_id' },
        Subject: [{ field: 'subject' }, { field: 'dispute', contains: ['dispute', 'chargeback'] }],
        'Requester Name': { field: 'party.name' },
        'Requester Email': { field: 'party.email' },
        Company: { field: 'account.name' },
        Status: { field: 'status' },
        Priority: { field: 'severity' },
        'Created Time': { field: 'opened_at' },
        'Initial Response Time': { field: 'first_reply_at' },
        'Closed Time': { field: 'closed_at' },
        'Resolved Time': { field: 'closed_at' },
        Agent: { field: 'owner' },
        Source: { field: 'channel' },
      },
    },
  ],
});

export const freshdeskTickets = defineProfile({
  id: 'freshdesk.tickets',
  vendor: 'freshdesk',
  title: 'Freshdesk tickets',
  signature: ['Ticket ID', 'Initial response time', 'Time tracked', 'Agent interactions', 'Customer interactions'],
  placeholders: ['No Agent'],
  aliases: { 'Full name': ['Full Name', 'Requester Name'], 'Company Name': ['Company'] },
  entities: [
    {
      entity: 'ticket',
      columns: {
        'Ticket ID': { field: 'external_id' },
        Subject: { field: 'subject' },
        'Full name': { field: 'party.name' },
        Email: { field: 'party.email' },
        'Contact ID': { field: 'party.external_id' },
        'Company Name': { field: 'account.name' },
        Status: { field: 'status' },
        Priority: { field: 'severity' },
        'Created time': { field: 'opened_at' },
        'Initial response time': { field: 'first_reply_at' },
        'Closed time': { field: 'closed_at' },
        'Resolved time': { field: 'closed_at' },
        Agent: { field: 'owner' },
        Source: { field: 'channel' },
        Tags: { field: 'dispute', contains: ['dispute', 'chargeback'] },
      },
    },
  ],
});
