import { termOf, type LEAD_STATUSES } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Day } from '#engine/base/days.ts';
import type { FactColumn } from '../types.ts';
import { days, ints, numbers, unknownInts, unknownNumbers } from './column.ts';
import type { FactInput, Reducer } from './column.ts';

/** True while something that began stays open on a day: no end, or one after it. */
export function openOn(end: number, asOf: Day): boolean {
  return end === UNKNOWN_INT || end > asOf;
}

const CLOSED_LEADS: ReadonlySet<number> = new Set(
  (['bad', 'sale'] satisfies (typeof LEAD_STATUSES)[number][]).map(termOf),
);

/** A lead is open while it is neither converted nor marked bad or sale (the mark has no history). */
export function leadIsOpen(status: number, converted: number, asOf: Day): boolean {
  return openOn(converted, asOf) && !CLOSED_LEADS.has(status);
}

/** open_tickets, open_disputes: opened so far and not closed. */
export const ticketFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const tickets = vectors.relation('tickets');
  const closed = ints(tickets, 'closed_day');
  const dispute = ints(tickets, 'is_dispute');
  const open = new Float64Array(n);
  const disputes = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let r = tickets.start[c]!; r < tickets.start[c + 1]! && tickets.day[r]! <= asOf; r++) {
      if (!openOn(closed[r]!, asOf)) continue;
      open[c]!++;
      if (dispute[r] === 1) disputes[c]!++;
    }
  }
  return { open_tickets: numbers('number', open), open_disputes: numbers('number', disputes) };
};

export const leadFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const leads = vectors.relation('leads');
  const status = ints(leads, 'status');
  const converted = ints(leads, 'converted_day');
  const open = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let r = leads.start[c]!; r < leads.start[c + 1]! && leads.day[r]! <= asOf; r++) {
      if (leadIsOpen(status[r]!, converted[r]!, asOf)) open[c]!++;
    }
  }
  return { open_leads: numbers('number', open) };
};

/** renews_at: the earliest renewal not before the day among subscriptions that run on it. */
export const renewalFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const subscriptions = vectors.relation('subscriptions');
  const renews = ints(subscriptions, 'renews_day');
  const cancelled = ints(subscriptions, 'cancelled_day');
  const ended = ints(subscriptions, 'ended_day');
  const next = unknownInts(n);
  for (let c = 0; c < n; c++) {
    for (let r = subscriptions.start[c]!; r < subscriptions.start[c + 1]! && subscriptions.day[r]! <= asOf; r++) {
      if (!openOn(cancelled[r]!, asOf) || !openOn(ended[r]!, asOf)) continue;
      const on = renews[r]!;
      if (on !== UNKNOWN_INT && on >= asOf && (next[c] === UNKNOWN_INT || on < next[c]!)) next[c] = on;
    }
  }
  return { renews_at: days(next) };
};

/**
 * completeness: distinct questions with a value for the customer over the distinct questions asked in the workspace so far.
 * Unknown for everybody when nobody answered anything.
 */
export const completenessFacts: Reducer = ({ ctx, vectors, asOf }) => {
  const out = unknownNumbers(vectors.customers.count);
  const questions = ctx.db.count(
    'SELECT count(DISTINCT question) FROM answer WHERE day <= ? AND question IS NOT NULL',
    [asOf],
  );
  if (questions > 0) {
    out.fill(0);
    const rows = ctx.db.all(
      `SELECT customer, count(DISTINCT question) FROM answers
       WHERE customer IS NOT NULL AND day_number <= ? AND question IS NOT NULL AND trim(coalesce(value, '')) <> ''
       GROUP BY 1`,
      [asOf],
    );
    for (const [customer, answered] of rows) {
      const index = vectors.customers.indexOf(customer as number);
      if (index >= 0) out[index] = (answered as number) / questions;
    }
  }
  return { completeness: numbers('share', out) };
};

const termText = ({ vectors }: FactInput, name: 'owner' | 'region' | 'country' | 'industry' | 'type'): FactColumn => {
  const terms = vectors.customers.term(name);
  return { type: 'text', terms, at: (i) => (terms[i] === UNKNOWN_INT ? null : vectors.text(terms[i]!)) };
};

export const ownerFact: Reducer = (input) => ({ owner: termText(input, 'owner') });
export const regionFact: Reducer = (input) => ({ region: termText(input, 'region') });
export const countryFact: Reducer = (input) => ({ country: termText(input, 'country') });
export const industryFact: Reducer = (input) => ({ industry: termText(input, 'industry') });
export const typeFact: Reducer = (input) => ({ type: termText(input, 'type') });
export const nameFact: Reducer = ({ vectors }) => ({ name: { type: 'text', at: (i) => vectors.customers.name(i) } });
export const domainFact: Reducer = ({ vectors }) => ({
  email_domain: { type: 'text', at: (i) => vectors.customers.emailDomain(i) },
});
export const sourcesFact: Reducer = ({ vectors }) => ({
  sources: numbers('number', Float64Array.from(vectors.customers.sources())),
});
export const createdFact: Reducer = ({ vectors }) => ({ created: days(vectors.customers.created) });
