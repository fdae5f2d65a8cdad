import { dateShape, parseTime } from '../../detect/dates.ts';
import { yesNo } from '../../mapping/values.ts';
import { defineProfile } from '../define.ts';

const HEADERS = [
  'Subject', 'Start Date', 'Start Time', 'End Date', 'End Time', 'All day event', 'Reminder on/off', 'Reminder Date', 'Reminder Time',
  'Meeting Organizer', 'Required Attendees', 'Optional Attendees', 'Meeting Resources', 'Billing Information', 'Categories', 'Description',
  'Location', 'Mileage', 'Priority', 'Private', 'Sensitivity', 'Show time as',
]; // prettier-ignore

const isTime = (text: string): boolean => parseTime(text, { day: 0, seconds: -1, offset: 0 });

/**
 * Calendar: the same 22 columns in every language, so a translated file is recognised by its shape. The channel is in the
 * categories, else in words of the subject; an appointment without any of them is a visit to its attendees.
 */
export const outlookCalendar = defineProfile({
  id: 'outlook.calendar',
  vendor: 'outlook',
  title: 'Microsoft Outlook calendar',
  signature: ['Subject', 'Start Date', 'Start Time', 'All day event', 'Reminder on/off'],
  byShape: {
    headers: HEADERS,
    test: (rows) =>
      rows.length > 0 &&
      rows.every((cells) => {
        const [, date = '', time = '', , , allDay = '', reminder = ''] = cells;
        return (
          cells.length === 22 &&
          dateShape(date) !== null &&
          isTime(time) &&
          yesNo(allDay) !== null &&
          yesNo(reminder) !== null
        );
      }),
  },
  skip: [
    {
      column: 'Private',
      is: ['true', 'wahr', 'vrai', 'verdadero', 'vero', 'waar'],
      reason: 'The appointment is private.',
    },
    {
      column: 'All day event',
      is: ['true', 'wahr', 'vrai', 'verdadero', 'vero', 'waar'],
      reason: 'The entry lasts all day: it is no appointment with a customer.',
    },
  ],
  entities: [
    {
      entity: 'touch',
      constants: { channel: 'visit', direction: 'out', team: 'sales' },
      columns: {
        'Start Date': { field: 'at', time: 'Start Time' },
        Categories: {
          field: 'channel',
          pattern:
            '(?<![\\p{L}])(field visit|visit|besuch|visite|phone|call|anruf|telefon|event|webinar|e-?mail|mail)(?![\\p{L}])',
          values: { visite: 'visit' },
        },
        Subject: [
          { field: 'text' },
          {
            field: 'channel',
            pattern:
              '(?<![\\p{L}])(calls?|phone|telefonat|anruf|appel|webinar|trade show|messe|conference|e-?mail)(?![\\p{L}])',
            values: { calls: 'call', telefonat: 'call', anruf: 'call', appel: 'call' },
          },
        ],
        'Meeting Organizer': { field: 'owner' },
        'Required Attendees': { field: 'party.email', split: ';' },
        Location: { field: 'location' },
      },
    },
  ],
});
