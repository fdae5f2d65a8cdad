import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('xero', () => {
  it('sales invoices: 14 lines are 10 documents, totals count once, a credit note is one', () => {
    const { plan, rows, facts } = collect(sample('xero--sales-invoices.csv'), 'invoices.csv');
    expect([plan.profile?.id, plan.source, facts.read, facts.used, facts.records, rows.length]).toEqual([
      'xero.sales-invoices',
      'xero',
      14,
      14,
      10,
      10,
    ]);
    expect(rows[0]).toMatchObject({
      ext: 'INV-3400', line: 2, account: { kind: 'company', name: 'Harbour Mill Bakery Ltd' }, party: { email: 'nadia@harbourmill.example', company: 'Harbour Mill Bakery Ltd' },
      values: { number: 'INV-3400', kind: 'invoice', kind_raw: 'Sales invoice', day: '2026-01-01', due_day: '2026-02-01', amount: 96_000, tax: 16_000, open_balance: 96_000, currency: 'GBP', status: 'Awaiting Payment' },
    }); // prettier-ignore
    expect(rows[0]!.values['at']).toBeUndefined();
    expect(
      rows.filter((row) => row.values['kind'] === 'credit_note').map((row) => [row.ext, row.values['amount']]),
    ).toEqual([['INV-3408', 101_280]]);
    expect(facts.controlTotals.amounts.find((a) => a.currency === 'GBP')?.minor).toBe(96_000 + 54_660 + 94_620);
    expect(facts.decisions.find((d) => d.column === 'InvoiceDate')).toMatchObject({
      value: 'dmy',
      why: 'profile xero.sales-invoices writes dmy',
    });
  });

  it('refuses dates that a spreadsheet has rewritten in part, and takes them once told', () => {
    const bytes = sample('damaged/xero--sales-invoices--mixed-dates.csv');
    expect(() => collect(bytes, 'invoices.csv')).toThrow(/"InvoiceDate".+mixed.+--date-order/);
    expect(collect(bytes, 'invoices.csv', { dateOrder: 'dmy' }).rows.length).toBeGreaterThan(0);
  });

  it('follows a value that contradicts the profile', () => {
    const text =
      'ContactName,InvoiceNumber,InvoiceDate,InvoiceAmountPaid,InvoiceAmountDue,LineAmount,Total\nA,1,01/17/2026,0,1,1,1\nB,2,01/02/2026,0,1,1,1\n';
    expect(collect(text, 'us.csv').rows.map((row) => row.values['day'])).toEqual(['2026-01-17', '2026-01-02']);
  });
});
