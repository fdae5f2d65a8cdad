import { day as dayOfIso, isoMinute } from '../calendar.ts';
import type { Day } from '../calendar.ts';
import { csv, decimal, record } from '../csv.ts';
import type { Company, World } from '../model.ts';
import { STRIPE_CUSTOMERS, STRIPE_PAYMENTS } from './headers.ts';
import type { SampleFile } from './sample-file.ts';

/** Whom Stripe knows: name, address and description of the customer object. */
export function stripeIdentity(c: Company): { name: string; email: string; description: string } {
  if (c.story === 'duplicate-spelling')
    return { name: 'FALKENROHDE FEINMECHANIK', email: `einkauf@${c.domain}`, description: '' };
  if (c.story === 'duplicate-tax-id')
    return { name: 'Quellmar-Gruppe Einkauf', email: 'buchhaltung@quellmar-gruppe.example', description: '' };
  const p = c.contacts[0]!;
  return { name: `${p.given} ${p.family}`, email: p.email, description: c.index % 2 === 0 ? c.name : '' };
}

/** Card payments of a company, oldest first. Money in cents, gross. */
export function cardPayments(c: Company): { day: Day; gross: number; number: string }[] {
  return c.orders
    .filter((o) => o.paidBy !== 'transfer')
    .map((o) => ({ day: o.paidDay ?? o.day, gross: o.net + o.tax, number: o.number }))
    .sort((a, b) => a.day - b.day);
}

const DISPUTE_DAY = dayOfIso('2026-09-18');
const card = (companies: readonly Company[]): Company[] => companies.filter((c) => c.stripeId !== null);

export function stripeCustomers({ companies }: World): SampleFile {
  const headers = [...STRIPE_CUSTOMERS, 'vat_id (metadata)'];
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, headers);
  for (const c of card(companies)) {
    const who = stripeIdentity(c);
    const paid = cardPayments(c);
    file.add(
      record(headers, {
        id: c.stripeId ?? '',
        Description: who.description,
        Email: who.email,
        Name: who.name,
        'Created (UTC)': isoMinute(Math.min(...paid.map((p) => p.day), c.orders[0]!.day), 7 * 60 + 20),
        Delinquent: 'false',
        'Total Spend': decimal(paid.reduce((total, p) => total + p.gross, 0)),
        'Payment Count': String(paid.length),
        'Refunded Volume': '0.00',
        'Dispute Losses': '0.00',
        'segment (metadata)': c.employees > 250 ? 'enterprise' : c.employees > 50 ? 'mid-market' : '',
        'vat_id (metadata)': c.story === 'duplicate-tax-id' || c.index % 5 === 0 ? c.vatId : '',
      }),
    );
  }
  return { name: 'stripe--customers.csv', bytes: file.bytes(), records: file.records, planted: [] };
}

export type StripeNotes = {
  duplicateId: string;
  failed: number;
  refunded: number;
  disputed: { company: string; day: Day };
};

export function stripePayments({ companies }: World): { file: SampleFile; notes: StripeNotes } {
  const headers = STRIPE_PAYMENTS;
  const file = csv({ quote: 'needed', eol: '\r\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const all = card(companies).flatMap((c) => cardPayments(c).map((p) => ({ c, p })));
  all.sort((a, b) => b.p.day - a.p.day || a.c.index - b.c.index);
  let failed = 0;
  let refunded = 0;
  const disputedAt = all.findIndex(
    ({ c, p }) => c.pays === 'card' && c.to === 'client' && p.number === '' && p.day < DISPUTE_DAY,
  );
  let disputed: StripeNotes['disputed'] | null = null;
  const write = (
    c: Company,
    i: number,
    day: Day,
    cents: number,
    number: string,
    state: 'Paid' | 'Failed',
    refund: number,
  ): string[] => {
    const who = stripeIdentity(c);
    const amount = decimal(cents);
    const isDisputed = i === disputedAt && state === 'Paid';
    if (isDisputed) disputed = { company: c.name, day: DISPUTE_DAY };
    return record(headers, {
      id: `${state === 'Failed' ? 'py_' : 'ch_'}3Tm${String(500000 + i * 13)}AbCdEf`,
      Description: number === '' ? 'Web shop order' : `Payment for ${number}`,
      'Seller Message':
        state === 'Paid' ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      'Created (UTC)': isoMinute(day, 7 * 60 + (i % 480)),
      Amount: amount,
      'Amount Refunded': decimal(refund),
      Currency: 'eur',
      'Converted Amount': amount,
      'Converted Amount Refunded': decimal(refund),
      Fee: state === 'Paid' ? decimal(Math.floor((cents * 15) / 1000) + 25) : '0.00',
      Tax: '0.00',
      'Converted Currency': 'eur',
      Mode: 'Live',
      Status: state,
      'Statement Descriptor': 'TARNHOLT MESSTECHNIK',
      'Customer ID': c.stripeId ?? '',
      'Customer Description': who.description,
      'Customer Email': who.email,
      Captured: state === 'Paid' ? 'true' : 'false',
      'Card Last4': String(1000 + ((c.index * 7) % 9000)),
      'Card Brand': c.index % 3 === 0 ? 'MasterCard' : 'Visa',
      'Card Exp Month': String(1 + (c.index % 12)),
      'Card Exp Year': '2029',
      'Card Issue Country': 'DE',
      'Disputed Amount': isDisputed ? amount : '',
      'Dispute Status': isDisputed ? 'needs_response' : '',
      'Dispute Reason': isDisputed ? 'product_not_received' : '',
      'Dispute Date (UTC)': isDisputed ? isoMinute(DISPUTE_DAY, 600) : '',
      'Payment Source Type': 'card',
      'PaymentIntent ID': `pi_3Tm${String(700000 + i * 13)}Gh`,
    });
  };
  let duplicate: string[] | null = null;
  all.forEach(({ c, p }, i) => {
    if (i % 23 === 11) {
      failed += 1;
      file.add(write(c, i, p.day, p.gross, p.number, 'Failed', 0));
    }
    const refund = i % 31 === 17 && i !== disputedAt ? Math.floor(p.gross / 10) : 0;
    if (refund > 0) refunded += 1;
    const row = write(c, i, p.day, p.gross, p.number, 'Paid', refund);
    file.add(row);
    if (i === 20) duplicate = row;
  });
  // The same charge once more at the end, as overlapping exports pasted together give.
  if (duplicate === null || disputed === null) throw new Error('too few card payments');
  file.add(duplicate);
  return {
    file: { name: 'stripe--payments.csv', bytes: file.bytes(), records: file.records, planted: [] },
    notes: { duplicateId: duplicate[0]!, failed, refunded, disputed },
  };
}
