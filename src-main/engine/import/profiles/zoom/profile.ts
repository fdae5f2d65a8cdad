import { defineProfile } from '../define.ts';

/**
 * Webinar attendee report: several tables stand below each other, the attendees among them. Whoever registered and did not come
 * is left out; who joined again has a row for each stay.
 */
export const zoomWebinarAttendees = defineProfile({
  id: 'zoom.webinar-attendees',
  vendor: 'zoom',
  title: 'Zoom webinar attendee report',
  signature: [
    'Attended',
    ['User Name (Original Name)', 'User Name'],
    'Join Time',
    'Leave Time',
    'Time in Session (minutes)',
  ],
  // The hosts and panelists stand in a table of the same columns before the attendees.
  orSignature: [
    ['Attended', 'Approval Status', 'Registration Time', 'Join Time', 'Leave Time', 'Time in Session (minutes)'],
  ],
  placeholders: ['--'],
  dateOrder: 'mdy',
  entities: [
    {
      entity: 'touch',
      when: { columns: ['Attended'], is: ['yes'] },
      columns: {
        'Join Time': { field: 'at' },
        'User Name (Original Name)': { field: 'party.name' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        Email: { field: 'party.email' },
        Attended: { field: 'outcome', values: { yes: 'attended' } },
        'Time in Session (minutes)': { field: 'duration_s', unit: 'minutes' },
      },
      constants: { channel: 'event', direction: 'out', team: 'marketing' },
    },
  ],
});
