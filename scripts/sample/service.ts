import { AS_OF, day, workday } from './calendar.ts';
import type { Day } from './calendar.ts';
import type { Company, Lead, LeadState, Ticket } from './model.ts';
import type { Random } from './random.ts';

const SUBJECTS = [
  'Certificate missing',
  'How do I export the gauge list?',
  'Courier did not come',
  'Display defect on caliper',
  'Change of contact',
  'Question about the report',
  'Delivery date',
];
const DISPUTE_SUBJECTS = [
  'Invoice charged twice',
  'Dispute: gauges returned damaged',
  'Dispute: calibration not carried out',
];

/** Tickets with the dates known so far; `number` is given at the end, in order of opening. */
export type TicketDraft = Omit<Ticket, 'number'>;

export function addTickets(
  random: Random,
  companies: Company[],
  planted: ReadonlyMap<Company, readonly TicketDraft[]>,
): void {
  const r = random.stream('tickets');
  const drafts: { c: Company; t: TicketDraft }[] = [];
  let pastDisputes = 11;
  const openDisputes = [day('2026-09-07'), day('2026-09-21')];
  for (const c of companies) {
    for (const t of planted.get(c) ?? []) drafts.push({ c, t });
    if (c.story !== null || c.orders.length === 0) continue;
    for (let i = r.pick([0, 0, 1, 1, 2, 3]); i > 0; i -= 1) {
      const at = workday(r.int(Math.max(day('2024-01-08'), c.orders[0]!.day), AS_OF - 6));
      if (at > AS_OF) continue;
      const closed = workday(at + r.int(0, 9));
      drafts.push({
        c,
        t: {
          day: at,
          minute: r.int(8 * 60, 16 * 60),
          contact: r.pick(c.contacts),
          subject: r.pick(SUBJECTS),
          dispute: false,
          closed: closed > AS_OF ? null : closed,
        },
      });
    }
    const quiet = (from: Day, to: Day): boolean =>
      !c.sends.some((s) => s.day >= from && s.day <= to) &&
      !c.calls.some((k) => k.direction === 'out' && k.day >= from && k.day <= to) &&
      !c.appointments.some((a) => a.day >= from && a.day <= to);
    if (pastDisputes > 0 && r.chance(8)) {
      const at = workday(r.int(Math.max(day('2025-02-03'), c.orders[0]!.day), day('2026-07-10')));
      pastDisputes -= 1;
      drafts.push({
        c,
        t: {
          day: at,
          minute: r.int(8 * 60, 16 * 60),
          contact: c.contacts[0]!,
          subject: r.pick(DISPUTE_SUBJECTS),
          dispute: true,
          closed: workday(at + r.int(10, 45)),
        },
      });
    } else if (
      openDisputes.length > 0 &&
      c.to === 'client' &&
      c.pays === 'transfer' &&
      quiet(openDisputes[0]!, AS_OF)
    ) {
      drafts.push({
        c,
        t: {
          day: openDisputes.shift()!,
          minute: r.int(8 * 60, 16 * 60),
          contact: c.contacts[0]!,
          subject: r.pick(DISPUTE_SUBJECTS),
          dispute: true,
          closed: null,
        },
      });
    }
  }
  drafts.sort((a, b) => a.t.day - b.t.day || a.t.minute - b.t.minute || a.c.index - b.c.index);
  drafts.forEach(({ c, t }, i) => c.tickets.push({ ...t, number: 14001 + i }));
}

const SOURCES = ['Web', 'Trade Show', 'Partner Referral', 'Phone Inquiry', 'Purchased List'];

export function addLeads(random: Random, companies: readonly Company[]): void {
  const r = random.stream('leads');
  const drafts: { c: Company; lead: Omit<Lead, 'id'> }[] = [];
  const add = (c: Company, state: LeadState, created: Day, over: Partial<Omit<Lead, 'id'>> = {}): void => {
    const assigned = state === 'never-assigned' ? null : Math.min(AS_OF, workday(created + r.int(0, 1)));
    const followUp =
      assigned === null || state === 'black-hole' || state === 'inside-sla'
        ? null
        : Math.min(AS_OF, workday(assigned + r.pick([0, 0, 1, 1, 2, 4, 9])));
    const closed =
      state === 'converted' || state === 'rejected' ? Math.min(AS_OF, (followUp ?? created) + r.int(3, 30)) : null;
    const lastActivity =
      closed ??
      (followUp === null
        ? null
        : state === 'worked'
          ? Math.min(AS_OF, Math.max(followUp, AS_OF - r.int(2, 20)))
          : followUp);
    drafts.push({
      c,
      lead: {
        contact: c.contacts[0]!,
        created,
        assigned,
        followUp,
        closed,
        lastActivity,
        state,
        rating: r.pick(['Hot', 'Warm', 'Warm', 'Cold', '']),
        source: r.pick(SOURCES),
        ...over,
      },
    });
  };
  const leadOnly = companies.filter((c) => c.variant === 'lead-only');
  leadOnly.forEach((c) => {
    if (c.story === 'black-hole')
      add(c, 'black-hole', day('2026-05-12'), { assigned: day('2026-05-13'), rating: 'Hot', source: 'Trade Show' });
  });
  leadOnly
    .filter((c) => c.story === null)
    .forEach((c, i) => {
      // Companies known from a lead alone, never touched by anybody: no outbound touch can count as a follow-up.
      if (i < 12) add(c, 'black-hole', workday(c.created));
      else add(c, 'never-assigned', workday(c.created));
    });
  const prospects = companies.filter((c) => c.to === 'prospect' && c.salesforceId !== null && c.from === 'prospect');
  prospects.forEach((c, i) => {
    const created = workday(Math.max(day('2025-10-06') + r.int(0, 270), c.created));
    if (i % 4 === 0) add(c, 'worked', created);
    if (i % 4 === 1) add(c, 'stalled', created);
    if (i % 4 === 2) add(c, 'rejected', created);
  });
  companies
    .filter((c) => c.from === 'new' && c.salesforceId !== null)
    .forEach((c, i) => {
      if (i < 2) add(c, 'inside-sla', day('2026-09-29'), { assigned: day('2026-09-30'), contact: c.contacts[0]! });
      else add(c, 'worked', workday(c.created));
    });
  companies
    .filter((c) => c.orders.length === 1 && c.orders[0]!.day >= day('2025-12-01') && c.to === 'customer')
    .forEach((c) => {
      const closed = c.orders[0]!.day;
      const created = workday(closed - r.int(20, 60));
      const followUp = workday(created + r.int(0, 3));
      add(c, 'converted', created, { followUp, closed, lastActivity: closed });
    });
  drafts.sort((a, b) => a.lead.created - b.lead.created || a.c.index - b.c.index);
  drafts.forEach(({ c, lead }, i) => c.leads.push({ ...lead, id: `00QTm${String(4001 + i).padStart(9, '0')}AAMA` }));
}
