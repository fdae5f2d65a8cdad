import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('stripe', () => {
  it('customers: people, several of whom may share an address', () => {
    const { plan, rows } = collect(sample('stripe--customers.csv'), 'customers.csv');
    expect([plan.profile?.id, plan.source, rows.length]).toEqual(['stripe.customers', 'stripe', 13]);
    expect(rows[0]).toMatchObject({
      ext: 'cus_LdR00000000000',
      values: { email: 'nadia@harbourmill.example', created_at: Date.UTC(2025, 0, 3, 10, 20) / 1000 },
    });
    expect([rows[7]!.values['email'], rows[12]!.values['email']]).toEqual([
      'hello@fieldfern.example',
      'hello@fieldfern.example',
    ]);
  });

  it('payments: minor units per currency, UTC by header, a dispute is a ticket too', () => {
    const { plan, rows, facts } = collect(sample('stripe--payments.csv'), 'payments.csv');
    expect([plan.profile?.id, facts.controlTotals.rows]).toEqual(['stripe.payments', { transaction: 25, ticket: 1 }]);
    expect(rows[0]).toMatchObject({
      ext: 'ch_3Ld00000000000000000000', party: { kind: 'person', externalId: 'cus_LdR00000000000', email: 'nadia@harbourmill.example' },
      values: { kind: 'payment', amount: 4900, fee: 172, currency: 'GBP', status: 'Paid', invoice_ext: 'in_1Ld0000000000', at: Date.UTC(2026, 0, 1, 0, 30) / 1000 },
    }); // prettier-ignore
    expect(rows.find((row) => row.entity === 'ticket')).toMatchObject({
      party: { email: 'marcus.lee@brightwater.example' },
      values: { is_dispute: 1, status: 'needs_response' },
    });
  });

  it('payments saved from an American spreadsheet: month first by a value, blank rows are no rows, the same amounts', () => {
    const saved = collect(sample('damaged/stripe--payments--excel-us.csv'), 'payments.csv');
    const original = collect(sample('stripe--payments.csv'), 'payments.csv');
    const brief = (c: typeof saved) =>
      c.rows.map((row) => [row.entity, row.ext, row.values['day'], row.values['amount'], row.values['currency']]);
    expect(brief(saved)).toEqual(brief(original));
    expect(saved.facts.decisions.find((d) => d.what === 'date order')).toMatchObject({
      column: 'Created (UTC)',
      value: 'mdy',
    });
  });
});
