import { AS_OF, day, isoDay, QUARTER_START } from './calendar.ts';
import type { Company, LeadState, World } from './model.ts';
import { castOf } from './stories.ts';
import { clientQuarters, collisionPairs, migration, npsOfWaves, rungCounts, rungOn, touchTruth } from './truth.ts';
import { hubspotCompanyName } from './writers/hubspot.ts';
import type { OutlookNotes } from './writers/outlook.ts';
import type { SampleFile } from './writers/sample-file.ts';
import { stripeIdentity } from './writers/stripe.ts';
import type { StripeNotes } from './writers/stripe.ts';
import { xeroIdentity } from './writers/xero.ts';
import type { XeroNotes } from './writers/xero.ts';

export type Notes = { stripe: StripeNotes; xero: XeroNotes; outlook: OutlookNotes };

/** One planted story: who, and the figures a reader must find. */
export type Story = {
  readonly id: string;
  readonly customer: string;
  readonly domain: string;
  readonly contact: string;
  readonly facts: Readonly<Record<string, unknown>>;
};

const iso = (d: number | null): string | null => (d === null ? null : isoDay(d));

/** The names and keys one firm goes by. */
export function duplicateOf(c: Company) {
  return {
    salesforce: c.name,
    salesforceId: c.salesforceId,
    hubspot: hubspotCompanyName(c),
    hubspotIds: c.contacts.flatMap((p) => (p.hubspotId ? [p.hubspotId] : [])),
    stripe: c.stripeId ? { id: c.stripeId, name: stripeIdentity(c).name, email: stripeIdentity(c).email } : null,
    xero: xeroIdentity(c),
    taxId: c.vatId,
    postcode: c.postcode,
    orders: c.orders.length,
  };
}

function stories(companies: readonly Company[]): Story[] {
  const story = (id: string, c: Company, facts: Record<string, unknown>): Story => ({
    id,
    customer: c.name,
    domain: c.domain,
    contact: c.contacts[0]!.email,
    facts: { rung: rungOn(c, AS_OF), ...facts },
  });
  const dispute = castOf(companies, 'dispute');
  const ticket = dispute.tickets.find((t) => t.dispute)!;
  const since = (d: number): boolean => d >= ticket.day && d <= AS_OF;
  const sayDo = castOf(companies, 'say-do');
  const fallen = castOf(companies, 'fallen-supporter');
  const lead = castOf(companies, 'black-hole');
  const collisions = castOf(companies, 'collisions');
  const barrage = castOf(companies, 'barrage');
  const scores = (c: Company): unknown =>
    [...c.answers].sort((a, b) => a.day - b.day).map((a) => ({ answered: isoDay(a.day), score: a.score }));
  return [
    story('dispute', dispute, {
      ticket: String(ticket.number),
      opened: isoDay(ticket.day),
      salesCalls: dispute.calls.filter((k) => k.team === 'sales' && since(k.day)).map((k) => isoDay(k.day)),
      marketingEmails: dispute.sends.filter((s) => since(s.day)).map((s) => isoDay(s.day)),
      serviceCalls: dispute.calls.filter((k) => k.team === 'service' && since(k.day)).map((k) => isoDay(k.day)),
      openInvoice: dispute.orders.at(-1)!.number,
    }),
    story('barrage', barrage, { ...touchTruth([barrage]).barrages[0] }),
    story('say-do', sayDo, { scores: scores(sayDo), advocacyActs: sayDo.advocacy.length }),
    story('black-hole', lead, {
      lead: lead.leads[0]!.id,
      created: iso(lead.leads[0]!.created),
      assigned: iso(lead.leads[0]!.assigned),
      owner: lead.owner.name,
      firstFollowUp: iso(lead.leads[0]!.followUp),
      rating: lead.leads[0]!.rating,
    }),
    story(
      'duplicate-spelling',
      castOf(companies, 'duplicate-spelling'),
      duplicateOf(castOf(companies, 'duplicate-spelling')),
    ),
    story(
      'duplicate-tax-id',
      castOf(companies, 'duplicate-tax-id'),
      duplicateOf(castOf(companies, 'duplicate-tax-id')),
    ),
    story(
      'duplicate-postcode',
      castOf(companies, 'duplicate-postcode'),
      duplicateOf(castOf(companies, 'duplicate-postcode')),
    ),
    story('fallen-supporter', fallen, {
      scores: scores(fallen),
      rungOn: { '2026-06-30': rungOn(fallen, QUARTER_START), '2026-09-30': rungOn(fallen, AS_OF) },
    }),
    story('collisions', collisions, {
      pairsWithin3Days: collisionPairs(collisions),
      nextHighest: Math.max(...companies.filter((c) => c !== collisions).map(collisionPairs)),
      since: '2026-03-10',
    }),
  ];
}

/** Every dispute with its outbound sales and marketing touches inside `[opened, closed)`, up to the as-of day. */
function disputes(companies: readonly Company[], stripe: StripeNotes) {
  const inside = (c: Company, opened: number, closed: number | null): number => {
    const during = (d: number): boolean => d >= opened && (closed === null ? d <= AS_OF : d < closed);
    return (
      c.calls.filter((k) => k.direction === 'out' && k.team === 'sales' && during(k.day)).length +
      c.appointments.filter((a) => during(a.day)).length +
      c.sends.filter((s) => during(s.day)).length
    );
  };
  const zendesk = companies.flatMap((c) =>
    c.tickets
      .filter((t) => t.dispute)
      .map((t) => ({
        customer: c.name,
        source: 'zendesk',
        opened: isoDay(t.day),
        closed: iso(t.closed),
        commercialTouches: inside(c, t.day, t.closed),
      })),
  );
  const card = companies.find((c) => c.name === stripe.disputed.company)!;
  return [
    ...zendesk,
    {
      customer: card.name,
      source: 'stripe',
      opened: isoDay(stripe.disputed.day),
      closed: null,
      commercialTouches: inside(card, stripe.disputed.day, null),
    },
  ].sort((a, b) => (a.opened < b.opened ? -1 : 1));
}

/** Revenue of `(as-of - 365, as-of]` in cents, kept apart by where it is booked. Xero is net of tax and of credit notes dated in the window; Stripe states no sales tax. */
function revenue12m(companies: readonly Company[]) {
  const inWindow = (d: number): boolean => d > AS_OF - 365 && d <= AS_OF;
  const xero: Record<Company['currency'], number> = { EUR: 0, CHF: 0 };
  let stripeWebShop = 0;
  for (const c of companies) {
    for (const o of c.orders) {
      if (o.paidBy === 'card') stripeWebShop += inWindow(o.day) ? o.net + o.tax : 0;
      else xero[c.currency] += (inWindow(o.day) ? o.net : 0) - (o.credit && inWindow(o.credit.day) ? o.credit.net : 0);
    }
  }
  return { xero, stripeWebShopBeforeRefunds: { EUR: stripeWebShop } };
}

/** What must be found in the sample, by the definitions of the ladder, the score and the touches; computed from the world, not from the files. */
export function expectedOf({ companies }: World, files: readonly SampleFile[], notes: Notes) {
  const leads = companies.flatMap((c) => c.leads);
  const leadStates: Record<LeadState, number> = {
    'black-hole': 0,
    'never-assigned': 0,
    'inside-sla': 0,
    worked: 0,
    stalled: 0,
    converted: 0,
    rejected: 0,
  };
  for (const lead of leads) leadStates[lead.state] += 1;
  const openDisputes = companies.flatMap((c) =>
    c.tickets
      .filter((t) => t.dispute && t.closed === null)
      .map((t) => ({ customer: c.name, source: 'zendesk', opened: isoDay(t.day) })),
  );
  openDisputes.push({
    customer: notes.stripe.disputed.company,
    source: 'stripe',
    opened: isoDay(notes.stripe.disputed.day),
  });
  const fellTo = (to: string): string[] =>
    companies.filter((c) => c.from === 'client' && c.to === to).map((c) => c.name);
  return {
    asOf: isoDay(AS_OF),
    customers: companies.length,
    rungs: Object.fromEntries(
      [day('2026-03-31'), QUARTER_START, AS_OF].map((d) => [isoDay(d), rungCounts(companies, d)]),
    ),
    migration: { from: isoDay(QUARTER_START), to: isoDay(AS_OF), moves: migration(companies, QUARTER_START, AS_OF) },
    clientQuarters: clientQuarters(companies),
    clientsWhoFell: { lapsed: fellTo('lapsed'), 'fully credited': fellTo('customer') },
    nps: npsOfWaves(companies),
    openDisputes,
    disputes: disputes(companies, notes.stripe),
    revenue12m: revenue12m(companies),
    touches: touchTruth(companies),
    leads: { total: leads.length, states: leadStates },
    stories: stories(companies),
    stripe: notes.stripe,
    xero: notes.xero,
    outlook: notes.outlook,
    hubspot: {
      newInSecondWeek: companies
        .flatMap((c) => c.contacts)
        .filter((p) => p.hubspotId !== null && p.created > day('2026-09-21')).length,
      changedInSecondWeek: 4,
    },
    files: files.map((f) => ({ file: f.name, bytes: f.bytes.length, records: f.records, planted: f.planted })),
  };
}

export type Expected = ReturnType<typeof expectedOf>;
