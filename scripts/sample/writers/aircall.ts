import { berlinOffsetHours, isoMinute } from '../calendar.ts';
import { csv, record } from '../csv.ts';
import type { World } from '../model.ts';
import { AIRCALL_CALLS } from './headers.ts';
import type { SampleFile } from './sample-file.ts';

const OWN_NUMBER = '496990009999';
const LINE = { sales: 'Sales', service: 'Support line', accounts: 'Accounts' } as const;
const TEAM = { sales: 'Sales', service: 'Support', accounts: 'Accounts' } as const;

export function aircallCalls({ companies, staff }: World): SampleFile {
  const headers = AIRCALL_CALLS;
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const calls = companies
    .flatMap((c) => c.calls.map((k) => ({ c, k })))
    .sort((a, b) => a.k.day - b.k.day || a.k.minute - b.k.minute || a.c.index - b.c.index);
  const service = staff.filter((s) => s.team === 'service');
  const accounts = staff.find((s) => s.team === 'accounts')!;
  calls.forEach(({ c, k }, i) => {
    const number = (k.contact.phone || c.phone).replace('+', '');
    const seconds = String((i * 7) % 60).padStart(2, '0');
    const talk = k.answered ? 40 + ((c.index * 13 + k.day) % 560) : 0;
    const user =
      k.team === 'sales' ? c.owner.name : k.team === 'accounts' ? accounts.name : service[i % service.length]!.name;
    file.add(
      record(headers, {
        line: LINE[k.team],
        'datetime (tz offset incl.)': `${isoMinute(k.day, k.minute)}:${seconds}`,
        'number timezone': 'Europe/Berlin',
        'datetime (utc)': `${isoMinute(k.day, k.minute - berlinOffsetHours(k.day) * 60)}:${seconds}.083`,
        country_code: c.country === 'Germany' ? 'DE' : c.country === 'Austria' ? 'AT' : 'CH',
        direction: k.direction === 'out' ? 'outbound' : 'inbound',
        from: k.direction === 'out' ? OWN_NUMBER : number,
        to: k.direction === 'out' ? number : OWN_NUMBER,
        answered: k.answered ? 'Yes' : 'No',
        missed_call_reason: !k.answered && k.direction === 'in' ? 'no_available_agent' : '',
        user: !k.answered && k.direction === 'in' ? '[No associated user]' : user,
        'duration (total)': String(talk + 10),
        'duration (in call)': String(talk),
        comments: k.comment,
        team: TEAM[k.team],
        'call direction - type': k.direction === 'out' ? 'Outbound - External' : 'Inbound - External',
        'aircall number': OWN_NUMBER,
        'customer number': number,
        'in-call duration': String(talk),
        'call id': String(3250000000 + i),
      }),
    );
  });
  return { name: 'aircall--calls.csv', bytes: file.bytes(), records: file.records, planted: [] };
}
