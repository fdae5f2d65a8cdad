import { dayOf } from '#engine/base/days.ts';
import { AS_OF, day, weekday, workday } from './calendar.ts';
import type { Day } from './calendar.ts';
import type { Appointment, Call, Company, Contact, Send } from './model.ts';
import type { Random } from './random.ts';

const CALL_LOG_START = day('2025-07-01');
const CALENDAR_START = day('2024-10-01');
/** Second Tuesdays from July 2024 on, when the mailing tool came into use. */
const FIRST_NEWSLETTER_MONTH = { year: 2024, month: 7 };
const NEWSLETTERS = 27;

const CAMPAIGNS: readonly (readonly [name: string, iso: string, percent: number])[] = [
  ['Accreditation extended', '2024-09-17', 50],
  ['Year-end calibration slots 2024', '2024-12-03', 50],
  ['Price list 2025', '2025-01-21', 70],
  ['Spring calibration offer 2025', '2025-03-04', 45],
  ['Open days 2025: invitation', '2025-04-15', 60],
  ['Gauge management webinar', '2025-06-17', 40],
  ['Autumn service packages 2025', '2025-09-16', 45],
  ['House fair 2025: invitation', '2025-09-30', 60],
  ['Accreditation renewed', '2025-11-18', 55],
  ['Year-end calibration slots', '2025-12-02', 45],
  ['Price list 2026', '2026-01-20', 70],
  ['Spring calibration offer 2026', '2026-03-17', 45],
  ['Open days 2026: invitation', '2026-04-21', 60],
  ['Caliper trade-in', '2026-06-23', 40],
  ['Autumn service packages 2026', '2026-09-15', 45],
];
const COMMENTS = [
  'Wants a quote for recalibration',
  'Call back next week',
  'Asked about the licence',
  'Schedules the maintenance visit',
  'No need at the moment',
  '',
  '',
  '',
  '',
  '',
];
const SERVICE_COMMENTS = ['Asks for certificate copy', 'Display defect', 'When does the courier come?', '', '', ''];

export const callOut = (
  at: Day,
  minute: number,
  contact: Contact,
  team: Call['team'] = 'sales',
  comment = '',
): Call => ({ day: at, minute, contact, direction: 'out', team, answered: true, comment });
export const visit = (at: Day, minute: number, contact: Contact, subject: string): Appointment => ({
  day: at,
  minute,
  contact,
  kind: 'visit',
  subject,
});
export const send = (
  at: Day,
  minute: number,
  contact: Contact,
  mailing: string,
  result: Send['result'] = 'Delivered',
): Send => ({ day: at, minute, contact, mailing, result });

/** Days with outbound touches of any team, sorted, one per day. */
export function outboundDays(c: Company, until: Day = AS_OF): Day[] {
  const days = new Set<Day>();
  for (const s of c.sends) days.add(s.day);
  for (const k of c.calls) if (k.direction === 'out') days.add(k.day);
  for (const a of c.appointments) days.add(a.day);
  return [...days].filter((d) => d <= until).sort((a, b) => a - b);
}

export type Barrage = {
  readonly from: Day;
  readonly to: Day;
  readonly touches: number;
  readonly silentDays: number;
  readonly open: boolean;
};

/** Bursts of at least 4 outbound days within 7, followed by at least 60 days without outbound (the open gap included). */
export function barrages(c: Company): Barrage[] {
  const days = outboundDays(c);
  const found: Barrage[] = [];
  for (let end = 3; end < days.length; end += 1) {
    const last = days[end]!;
    const next = days[end + 1];
    const silentDays = (next ?? AS_OF) - last;
    if (silentDays < 60 || last - days[end - 3]! > 6) continue;
    let start = end - 3;
    while (start > 0 && last - days[start - 1]! <= 6) start -= 1;
    found.push({ from: days[start]!, to: last, touches: end - start + 1, silentDays, open: next === undefined });
  }
  return found;
}

function mailings(r: Random, companies: readonly Company[]): void {
  const newsletterDays: Day[] = [];
  const newsletterNames: string[] = [];
  for (let i = 0; i < NEWSLETTERS; i += 1) {
    const months = FIRST_NEWSLETTER_MONTH.year * 12 + FIRST_NEWSLETTER_MONTH.month - 1 + i;
    const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
    const first = dayOf(year, month, 1);
    newsletterDays.push(first + ((9 - weekday(first)) % 7) + 7);
    newsletterNames.push(`Newsletter ${year}-${String(month).padStart(2, '0')}`);
  }
  const result = (): Send['result'] =>
    r.pick(['Delivered', 'Delivered', 'Delivered', 'Delivered', 'Opened', 'Opened', 'Opened', 'Clicked']);
  for (const c of companies) {
    if (c.story !== null || c.rhythm === 'never') continue;
    const subscribed = c.rhythm === 'sparse' ? r.chance(12) : r.chance(72);
    const campaigns = c.rhythm !== 'sparse' || r.chance(35);
    for (const contact of c.contacts) {
      contact.newsletter = subscribed && r.chance(90);
      const from = r.chance(70) ? newsletterDays[0]! : r.pick(newsletterDays);
      const bounces = r.chance(1);
      if (contact.newsletter) {
        newsletterDays.forEach((at, i) => {
          if (at < from || at < contact.created) return;
          c.sends.push(send(at, 9 * 60 + 30, contact, newsletterNames[i]!, bounces ? 'Bounced' : result()));
        });
      }
      if (!campaigns) continue;
      for (const [name, iso, percent] of CAMPAIGNS) {
        if (r.chance(percent) && day(iso) >= contact.created)
          c.sends.push(send(day(iso), 10 * 60 + 15, contact, name, bounces ? 'Bounced' : result()));
      }
    }
  }
}

function salesDays(r: Random, c: Company): Day[] {
  const start = Math.max(CALENDAR_START, c.created + 5);
  const days: Day[] = [];
  if (c.rhythm === 'even') for (let d = start + r.int(0, 40); d < AS_OF; d += 45 + r.int(-3, 3)) days.push(d);
  if (c.rhythm === 'normal') for (let d = start + r.int(0, 90); d < AS_OF; d += r.int(35, 150)) days.push(d);
  if (c.rhythm === 'bursty')
    for (let d = start + r.int(0, 120); d < AS_OF; d += r.int(100, 190)) days.push(d, d + 2, d + 5);
  if (c.rhythm === 'sparse') for (let i = r.int(0, 2); i > 0; i -= 1) days.push(r.int(start, AS_OF - 5));
  return days.map(workday).filter((d) => d < AS_OF);
}

function salesTouches(r: Random, companies: readonly Company[]): void {
  const openDays: readonly (readonly [name: string, iso: string])[] = [
    ['Open days Kassel', '2025-05-14'],
    ['House fair', '2025-10-15'],
    ['Open days Kassel', '2026-05-20'],
  ];
  for (const c of companies) {
    if (c.story !== null) continue;
    const mailed = new Set(c.sends.map((s) => s.day));
    const clashes = (d: Day): boolean => [-3, -2, -1, 0, 1, 2, 3].some((k) => mailed.has(d + k));
    for (const planned of salesDays(r, c)) {
      let at = planned;
      // Most representatives look at the mailing calendar before they call.
      if (r.chance(70)) for (let k = 0; k < 8 && clashes(at); k += 1) at = workday(at + 2);
      if (at >= AS_OF) continue;
      const contact = r.pick(c.contacts);
      const minute = r.int(8, 15) * 60 + r.int(0, 11) * 5;
      if (at >= CALL_LOG_START && r.chance(74)) {
        const answered = r.chance(78);
        c.calls.push({
          day: at,
          minute,
          contact,
          direction: 'out',
          team: 'sales',
          answered,
          comment: answered ? r.pick(COMMENTS) : '',
        });
      } else if (at < CALL_LOG_START ? r.chance(30) : true) {
        c.appointments.push(
          visit(at, minute, contact, r.pick([`Visit: ${c.base}`, `Besuch – ${c.base}`, `Field visit ${c.base}`])),
        );
      }
    }
    for (const [name, iso] of openDays) {
      if (c.rhythm !== 'never' && c.rhythm !== 'sparse' && day(iso) > c.created && r.chance(13)) {
        c.appointments.push({
          day: day(iso),
          minute: r.int(9, 15) * 60,
          contact: c.contacts[0]!,
          kind: 'event',
          subject: `${name}: ${c.base}`,
        });
      }
    }
    const buyer = c.orders.length > 0;
    if (buyer) {
      for (let i = r.pick([0, 0, 0, 1, 1, 2]); i > 0; i -= 1) {
        c.calls.push({
          day: workday(r.int(CALL_LOG_START, AS_OF - 4)),
          minute: r.int(8 * 60, 16 * 60),
          contact: r.pick(c.contacts),
          direction: 'in',
          team: 'service',
          answered: r.chance(88),
          comment: r.pick(SERVICE_COMMENTS),
        });
      }
      if (r.chance(18))
        c.calls.push({
          ...callOut(workday(r.int(CALL_LOG_START, AS_OF - 4)), r.int(9 * 60, 16 * 60), r.pick(c.contacts), 'service'),
          comment: 'Returns the call',
        });
      if (r.chance(10))
        c.calls.push(
          callOut(
            workday(r.int(CALL_LOG_START, AS_OF - 4)),
            r.int(9 * 60, 16 * 60),
            c.contacts[0]!,
            'accounts',
            'Reminder of an open invoice',
          ),
        );
      if (r.chance(14))
        c.calls.push({
          day: workday(r.int(CALL_LOG_START, AS_OF - 4)),
          minute: r.int(9 * 60, 16 * 60),
          contact: r.pick(c.contacts),
          direction: 'in',
          team: 'sales',
          answered: r.chance(80),
          comment: '',
        });
    }
  }
}

/** Ordinary companies show no barrage: the last sales touch of an accidental one is taken out. */
function removeAccidentalBarrages(companies: readonly Company[]): void {
  for (const c of companies) {
    if (c.story !== null) continue;
    for (let found = barrages(c)[0]; found; found = barrages(c)[0]) {
      const { from, to } = found;
      const inside = (d: Day): boolean => d >= from && d <= to;
      const call = c.calls.findLastIndex((k) => k.direction === 'out' && inside(k.day));
      const appointment = c.appointments.findLastIndex((a) => inside(a.day));
      if (call >= 0) c.calls.splice(call, 1);
      else if (appointment >= 0) c.appointments.splice(appointment, 1);
      else
        c.sends.splice(
          c.sends.findLastIndex((s) => inside(s.day)),
          1,
        );
    }
  }
}

export function addTouches(random: Random, companies: readonly Company[]): void {
  mailings(random.stream('mailings'), companies);
  salesTouches(random.stream('sales'), companies);
  removeAccidentalBarrages(companies);
}
