import { clock12, day, mdyPlain } from '../calendar.ts';
import { csv, record } from '../csv.ts';
import type { World } from '../model.ts';
import { OUTLOOK_CALENDAR } from './headers.ts';
import type { SampleFile } from './sample-file.ts';

export type OutlookNotes = { planned: number; withoutAttendee: number };

/** The calendar of the sales team: cp1252, CRLF, M/d/yyyy. A few appointments lie after the as-of day. */
export function outlookCalendar({ companies }: World): { file: SampleFile; notes: OutlookNotes } {
  const headers = OUTLOOK_CALENDAR;
  const file = csv({ quote: 'needed', eol: '\r\n', delimiter: ',', encoding: 'cp1252' }, headers);
  const planned = companies
    .filter((c) => c.to === 'supporter' && c.story === null)
    .slice(0, 4)
    .map((c, i) => ({
      c,
      a: {
        day: day('2026-10-06') + i,
        minute: 600,
        contact: c.contacts[0]!,
        kind: 'visit' as const,
        subject: `Visit: ${c.base}`,
      },
    }));
  const all = [...companies.flatMap((c) => c.appointments.map((a) => ({ c, a }))), ...planned].sort(
    (x, y) => x.a.day - y.a.day || x.a.minute - y.a.minute || x.c.index - y.c.index,
  );
  const common = { Priority: 'Normal', Private: 'False', Sensitivity: 'Normal', 'Show time as': '2' };
  all.forEach(({ c, a }, i) => {
    file.add(
      record(headers, {
        ...common,
        Subject: a.subject,
        'Start Date': mdyPlain(a.day),
        'Start Time': clock12(a.minute, 0, false),
        'End Date': mdyPlain(a.day),
        'End Time': clock12(a.minute + 60, 0, false),
        'All day event': 'False',
        'Reminder on/off': 'True',
        'Reminder Date': mdyPlain(a.day),
        'Reminder Time': clock12(a.minute - 15, 0, false),
        'Meeting Organizer': c.owner.name,
        'Required Attendees': `${a.contact.email};${c.owner.email}`,
        Categories: a.kind === 'visit' ? 'Field visit;Customer' : 'Event;Customer',
        Description: i % 40 === 3 ? 'Agenda:\n1. certificates\n2. gauge list' : '',
        Location: a.kind === 'visit' ? c.city : 'Kassel',
      }),
    );
  });
  const holidays: readonly (readonly [string, string])[] = [
    ['Tag der Deutschen Einheit', '2025-10-03'],
    ['Weihnachten', '2025-12-25'],
    ['Tag der Arbeit', '2026-05-01'],
  ];
  for (const [subject, iso] of holidays) {
    file.add(
      record(headers, {
        ...common,
        Subject: subject,
        'Start Date': mdyPlain(day(iso)),
        'Start Time': '12:00:00 AM',
        'End Date': mdyPlain(day(iso) + 1),
        'End Time': '12:00:00 AM',
        'All day event': 'True',
        'Reminder on/off': 'False',
        'Show time as': '3',
      }),
    );
  }
  return {
    file: { name: 'outlook--calendar.csv', bytes: file.bytes(), records: file.records, planted: [] },
    notes: { planned: planned.length, withoutAttendee: holidays.length },
  };
}
