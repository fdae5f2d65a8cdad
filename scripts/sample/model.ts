import type { Day } from './calendar.ts';

export type Rung = 'prospect' | 'customer' | 'client' | 'supporter' | 'advocate' | 'partner' | 'lapsed';
export type Team = 'sales' | 'marketing' | 'service' | 'accounts';
export type StoryId =
  | 'dispute'
  | 'barrage'
  | 'say-do'
  | 'black-hole'
  | 'duplicate-spelling'
  | 'duplicate-tax-id'
  | 'duplicate-postcode'
  | 'fallen-supporter'
  | 'collisions';

export type Staff = { readonly name: string; readonly team: Team; readonly userId: string; readonly email: string };

export type Contact = {
  readonly given: string;
  readonly family: string;
  readonly salutation: string;
  readonly title: string;
  readonly email: string;
  readonly phone: string;
  readonly created: Day;
  /** Record ids, present when the person is known there. */
  salesforceId: string | null;
  hubspotId: string | null;
  newsletter: boolean;
};

export type OrderLine = {
  readonly code: string;
  readonly text: string;
  readonly quantity: number;
  readonly unit: number;
  readonly net: number;
  readonly tax: number;
};
/** `paidBy`: Xero invoice settled by transfer, Xero invoice settled by a Stripe card payment, or a Stripe payment without an invoice. Money in cents. */
export type Order = {
  day: Day;
  lines: OrderLine[];
  net: number;
  tax: number;
  paidBy: 'transfer' | 'card-for-invoice' | 'card';
  paidDay: Day | null;
  number: string;
  credit: { day: Day; lines: OrderLine[]; net: number; tax: number; number: string } | null;
};

export type Answer = {
  readonly wave: number;
  readonly contact: Contact;
  readonly day: Day;
  readonly minute: number;
  readonly score: number | null;
};
export type Advocacy = {
  readonly kind: 'Referral' | 'Reference' | 'Case study' | 'Testimonial' | 'Review';
  readonly day: Day;
  readonly contact: Contact;
  referred: string | null;
};
export type Call = {
  readonly day: Day;
  readonly minute: number;
  readonly contact: Contact;
  readonly direction: 'in' | 'out';
  readonly team: 'sales' | 'service' | 'accounts';
  readonly answered: boolean;
  readonly comment: string;
};
export type Appointment = {
  readonly day: Day;
  readonly minute: number;
  readonly contact: Contact;
  readonly kind: 'visit' | 'event';
  readonly subject: string;
};
export type Send = {
  readonly day: Day;
  readonly minute: number;
  readonly contact: Contact;
  readonly mailing: string;
  readonly result: 'Delivered' | 'Opened' | 'Clicked' | 'Bounced';
};
export type Ticket = {
  readonly day: Day;
  readonly minute: number;
  readonly contact: Contact;
  readonly subject: string;
  readonly dispute: boolean;
  readonly closed: Day | null;
  readonly number: number;
};
export type LeadState =
  | 'black-hole'
  | 'never-assigned'
  | 'inside-sla'
  | 'worked'
  | 'stalled'
  | 'converted'
  | 'rejected';
export type Lead = {
  readonly contact: Contact;
  readonly id: string;
  readonly created: Day;
  readonly assigned: Day | null;
  readonly followUp: Day | null;
  readonly closed: Day | null;
  readonly lastActivity: Day | null;
  readonly state: LeadState;
  readonly rating: 'Hot' | 'Warm' | 'Cold' | '';
  readonly source: string;
};

export type Company = {
  readonly index: number;
  readonly base: string;
  readonly name: string;
  readonly domain: string;
  readonly phone: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly country: 'Germany' | 'Austria' | 'Switzerland';
  readonly postcode: string;
  readonly currency: 'EUR' | 'CHF';
  readonly vatId: string;
  readonly industry: string;
  readonly employees: number;
  readonly owner: Staff;
  readonly story: StoryId | null;
  /** Rungs the plan asks for on 2026-06-30 (`new`: not known yet) and on 2026-09-30. */
  readonly from: Rung | 'new';
  readonly to: Rung;
  readonly variant: string;
  readonly created: Day;
  readonly salesforceId: string | null;
  readonly stripeId: string | null;
  readonly pays: 'transfer' | 'card' | 'both';
  readonly rhythm: 'even' | 'normal' | 'bursty' | 'sparse' | 'never';
  readonly dial: string;
  readonly contacts: Contact[];
  readonly orders: Order[];
  readonly answers: Answer[];
  readonly advocacy: Advocacy[];
  readonly calls: Call[];
  readonly appointments: Appointment[];
  readonly sends: Send[];
  readonly tickets: Ticket[];
  readonly leads: Lead[];
  agreement: { readonly kind: string; readonly starts: Day; readonly ends: Day | null } | null;
};

export type World = {
  readonly firm: { readonly name: string; readonly trade: string; readonly domain: string };
  readonly staff: readonly Staff[];
  readonly companies: Company[];
};

/** The four survey waves: first and last day of answering. */
export const WAVES: readonly { readonly wave: string; readonly year: number; readonly month: number }[] = [
  { wave: '2025-03', year: 2025, month: 3 },
  { wave: '2025-09', year: 2025, month: 9 },
  { wave: '2026-03', year: 2026, month: 3 },
  { wave: '2026-09', year: 2026, month: 9 },
];
