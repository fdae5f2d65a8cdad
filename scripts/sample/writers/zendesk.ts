import { isoMinute } from '../calendar.ts';
import { csv, record } from '../csv.ts';
import type { World } from '../model.ts';
import { ZENDESK_TICKETS } from './headers.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

const AGENTS = ['Paula Stroh', 'Kerem Aydin', 'Wiebke Tamm'];

export function zendeskTickets({ companies }: World): SampleFile {
  const headers = ZENDESK_TICKETS;
  const file = csv({ quote: 'all', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const tickets = companies.flatMap((c) => c.tickets.map((t) => ({ c, t }))).sort((a, b) => a.t.number - b.t.number);
  const planted: PlantedRow[] = [];
  tickets.forEach(({ c, t }, i) => {
    const opened = isoMinute(t.day, t.minute);
    const replied = isoMinute(t.day, t.minute + 12 + (t.number % 40));
    const solved = t.closed === null ? '' : isoMinute(t.closed, 16 * 60 + 50);
    const cells = {
      'Summation column': '1',
      Id: String(t.number),
      Requester: `${t.contact.given} ${t.contact.family}`,
      'Requester id': String(380000000000 + c.index * 17),
      'Requester email': t.contact.email,
      'Requester domain': c.domain,
      Submitter: `${t.contact.given} ${t.contact.family}`,
      Assignee: t.dispute ? '-' : (AGENTS[t.number % 3] ?? ''),
      Group: t.dispute ? 'Billing' : 'Support',
      Subject: t.subject,
      Tags: t.dispute ? 'dispute billing' : ['howto', 'certificate', 'delivery'][t.number % 3]!,
      Status:
        t.closed === null
          ? t.number % 2 === 0 || t.dispute
            ? 'Open'
            : 'Pending'
          : t.number % 3 === 0
            ? 'Closed'
            : 'Solved',
      Priority: t.dispute ? 'Urgent' : ['Low', 'Normal', 'Normal', 'High'][t.number % 4]!,
      Via: ['Mail', 'Web form', 'Phone call', 'Chat'][t.number % 4]!,
      'Ticket type': t.dispute ? 'Problem' : 'Question',
      'Created at': opened,
      'Updated at': solved === '' ? replied : solved,
      'Assigned at': isoMinute(t.day, t.minute + 10),
      Organization: c.name,
      'Initially assigned at': isoMinute(t.day, t.minute + 10),
      'Solved at': solved,
      'Satisfaction Score': t.closed === null ? '' : ['Offered', 'Good', 'Good', 'Not Offered', 'Bad'][t.number % 5]!,
      'Group stations': '1',
      'Assignee stations': '1',
      Reopens: '0',
      Replies: String(1 + (t.number % 4)),
      'First reply time in minutes': String(12 + (t.number % 40)),
      'Full resolution time in minutes':
        t.closed === null ? '' : String((t.closed - t.day) * 1440 + 16 * 60 + 50 - t.minute),
      'Ticket Category [list]': t.dispute ? 'Dispute' : '',
    };
    file.add(record(headers, cells));
    if (i === 100) {
      const line = file.add(
        record(headers, { ...cells, Id: '13999', 'Created at': '2025-13-04 09:10', 'Solved at': '' }),
      );
      planted.push({ line, column: 'Created at', value: '2025-13-04 09:10', outcome: 'reject', why: 'no such month' });
    }
  });
  return { name: 'zendesk--tickets.csv', bytes: file.bytes(), records: file.records, planted };
}
