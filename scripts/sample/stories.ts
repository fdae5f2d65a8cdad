import { day } from './calendar.ts';
import type { Company, StoryId } from './model.ts';
import { callOut, send, visit } from './rhythm.ts';
import type { TicketDraft } from './service.ts';

/** The company cast for a story. */
export function castOf(companies: readonly Company[], story: StoryId): Company {
  const found = companies.find((c) => c.story === story);
  if (!found) throw new Error(`nobody plays "${story}"`);
  return found;
}

/** Writes the touches and tickets of the planted stories; ordinary touches of these companies come from here alone. */
export function plantStories(companies: readonly Company[]): Map<Company, TicketDraft[]> {
  const tickets = new Map<Company, TicketDraft[]>();
  const cast = (story: StoryId): { c: Company; first: Company['contacts'][number] } => {
    const c = castOf(companies, story);
    return { c, first: c.contacts[0]! };
  };
  const calls = (c: Company, days: readonly string[], minute = 600): void => {
    for (const d of days) c.calls.push(callOut(day(d), minute, c.contacts[0]!));
  };
  const sends = (c: Company, list: readonly (readonly [string, string])[]): void => {
    for (const [d, mailing] of list) c.sends.push(send(day(d), 9 * 60 + 30, c.contacts[0]!, mailing, 'Opened'));
  };

  {
    const { c, first } = cast('dispute');
    tickets.set(c, [
      {
        day: day('2026-08-11'),
        minute: 9 * 60 + 10,
        contact: first,
        subject: 'Invoice for maintenance visit disputed',
        dispute: true,
        closed: null,
      },
      {
        day: day('2025-11-20'),
        minute: 11 * 60,
        contact: first,
        subject: 'Certificate missing',
        dispute: false,
        closed: day('2025-11-21'),
      },
    ]);
    calls(c, ['2025-11-06', '2026-01-15', '2026-03-26', '2026-05-28', '2026-07-09']);
    for (const d of ['2026-08-20', '2026-09-03', '2026-09-17'])
      c.calls.push(callOut(day(d), 14 * 60 + 5, first, 'sales', 'Offers the autumn service package'));
    c.calls.push(callOut(day('2026-08-13'), 10 * 60, first, 'service', 'Discusses the disputed invoice'));
    sends(c, [
      ['2026-01-20', 'Price list 2026'],
      ['2026-04-21', 'Open days 2026: invitation'],
      ['2026-08-25', 'Caliper trade-in, last call'],
      ['2026-09-08', 'Newsletter 2026-09'],
      ['2026-09-15', 'Autumn service packages 2026'],
    ]);
  }
  {
    const { c, first } = cast('barrage');
    calls(c, ['2025-09-04', '2025-12-11', '2026-02-19', '2026-04-16']);
    sends(c, [
      ['2026-06-08', 'Caliper trade-in, first look'],
      ['2026-06-11', 'Summer calibration slots'],
    ]);
    calls(c, ['2026-06-09', '2026-06-12'], 11 * 60);
    c.appointments.push(visit(day('2026-06-10'), 13 * 60, first, `Visit: ${c.base}`));
  }
  {
    const { c } = cast('collisions');
    for (const [i, d] of [
      '2026-03-10',
      '2026-04-14',
      '2026-05-12',
      '2026-06-09',
      '2026-07-14',
      '2026-08-11',
      '2026-09-08',
    ].entries()) {
      sends(c, [[d, `Newsletter 2026-${String(i + 3).padStart(2, '0')}`]]);
      c.calls.push(
        callOut(
          day(d) + (i % 3),
          15 * 60,
          c.contacts[0]!,
          'sales',
          i % 2 === 0 ? 'Did not know about the newsletter' : '',
        ),
      );
    }
    sends(c, [
      ['2026-03-17', 'Spring calibration offer 2026'],
      ['2026-06-23', 'Caliper trade-in'],
      ['2026-09-15', 'Autumn service packages 2026'],
    ]);
    calls(c, ['2026-03-19', '2026-06-24', '2026-09-16'], 9 * 60);
  }
  {
    const { c, first } = cast('say-do');
    calls(c, ['2025-08-14', '2025-11-13', '2026-02-12', '2026-05-14', '2026-08-13']);
    c.appointments.push(visit(day('2026-04-09'), 600, first, `Visit: ${c.base}`));
    sends(c, [
      ['2025-09-30', 'House fair 2025: invitation'],
      ['2026-01-20', 'Price list 2026'],
      ['2026-07-14', 'Newsletter 2026-07'],
    ]);
  }
  {
    const { c, first } = cast('fallen-supporter');
    calls(c, ['2025-08-21', '2025-10-23', '2026-01-22']);
    c.appointments.push(visit(day('2026-03-19'), 9 * 60, first, `Visit: ${c.base}`));
    tickets.set(c, [
      {
        day: day('2026-07-02'),
        minute: 10 * 60,
        contact: first,
        subject: 'Courier did not come',
        dispute: false,
        closed: day('2026-07-16'),
      },
      {
        day: day('2026-07-23'),
        minute: 9 * 60,
        contact: first,
        subject: 'Gauges back too late, line stood still',
        dispute: false,
        closed: day('2026-08-06'),
      },
    ]);
  }
  for (const story of ['duplicate-spelling', 'duplicate-tax-id', 'duplicate-postcode'] as const) {
    const { c, first } = cast(story);
    calls(c, ['2025-07-24', '2025-10-09', '2026-01-08', '2026-04-02', '2026-07-02']);
    c.appointments.push(visit(day('2026-09-10'), 600, first, `Visit: ${c.base}`));
    sends(c, [
      ['2025-11-18', 'Accreditation renewed'],
      ['2026-01-20', 'Price list 2026'],
    ]);
  }
  return tickets;
}
