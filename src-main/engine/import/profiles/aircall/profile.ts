import { defineProfile } from '../define.ts';

/** Calls: the customer is a telephone number, written without its plus sign. */
export const aircallCalls = defineProfile({
  id: 'aircall.calls',
  vendor: 'aircall',
  title: 'Aircall calls',
  signature: ['line', 'datetime (utc)', 'direction', 'missed_call_reason'],
  aliases: {
    'datetime (utc)': ['date (utc)'],
    'in-call duration': ['duration (in call)'],
    'datetime (tz offset incl.)': ['date (tz offset incl.)'],
  },
  placeholders: ['[No associated user]'],
  entities: [
    {
      entity: 'touch',
      constants: { channel: 'call' },
      columns: {
        'call id': { field: 'external_id' },
        'datetime (utc)': { field: 'at', zone: 'UTC' },
        'datetime (tz offset incl.)': { field: 'at', zoneColumn: 'number timezone' },
        direction: { field: 'direction' },
        'customer number': { field: 'party.phone' },
        user: { field: 'owner' },
        team: { field: 'team' },
        answered: { field: 'outcome', values: { yes: 'answered', no: 'not answered' } },
        'in-call duration': { field: 'duration_s' },
        comments: { field: 'text' },
      },
    },
  ],
});
