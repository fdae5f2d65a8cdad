import { defineProfile } from '../define.ts';

/** Attendees: one order spans several people; each attendee is a touch at an event. */
export const eventbriteAttendees = defineProfile({
  id: 'eventbrite.attendees',
  vendor: 'eventbrite',
  title: 'Eventbrite attendees',
  signature: ['Order #', 'Order Date', 'Ticket Type', 'Attendee #', 'Attendee Status'],
  dateOrder: 'mdy',
  entities: [
    {
      entity: 'touch',
      constants: { channel: 'event', direction: 'out', team: 'marketing' },
      columns: {
        'Attendee #': { field: 'external_id' },
        'Order Date': { field: 'at' },
        'Attendee Status': { field: 'outcome' },
        'Ticket Type': { field: 'campaign' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        Email: { field: 'party.email' },
        Company: { field: 'account.name' },
      },
    },
  ],
});
