import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDay } from '#engine/base/days.ts';
import { packMissing } from './load.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Vectors } from './types.ts';
import { Fixture } from './workspace.fixture.ts';
import type { Row } from './workspace.fixture.ts';

/** Orders as a reader would list them: external id, day, net, currency, voided, credits. */
function listOrders(fixture: Fixture, vectors: Vectors = fixture.vectors()): unknown[] {
  const orders = vectors.relation('orders');
  const { credits } = vectors;
  const exts = new Map(fixture.db.all('SELECT id, ext FROM purchase').map((r) => [r[0] as number, r[1] as string]));
  const list = [];
  for (let o = 0; o < orders.rows; o++) {
    const voided = orders.column('voided').values[o]!;
    const reduced = [];
    for (let k = credits.start[o]!; k < credits.start[o + 1]!; k++)
      reduced.push(`${isoDay(credits.day[k]!)} ${credits.amount[k]!}`);
    list.push({
      ext: exts.get(orders.id[o]!),
      day: isoDay(orders.day[o]!),
      net: orders.column('net').values[o]!,
      ...(voided === UNKNOWN_INT ? {} : { voided: isoDay(voided) }),
      ...(reduced.length === 0 ? {} : { credits: reduced }),
    });
  }
  return list;
}

function withRows(...rows: Row[]): Fixture {
  const fixture = new Fixture();
  fixture.customer();
  fixture.customer();
  rows.forEach((row) => fixture.add('purchase', { party: 1, currency: 'EUR', ...row }));
  return fixture;
}

const invoice = (ext: string, day: string, amount: number | null, more: Row = {}): Row => ({
  ext,
  kind: 'invoice',
  day,
  amount,
  ...more,
});
const payment = (ext: string, day: string, amount: number, more: Row = {}): Row => ({
  ext,
  kind: 'payment',
  day,
  amount,
  ...more,
});
const refund = (ext: string, day: string, amount: number, more: Row = {}): Row => ({
  ext,
  kind: 'refund',
  day,
  amount,
  ...more,
});
const credit = (ext: string, day: string, amount: number, more: Row = {}): Row => ({
  ext,
  kind: 'credit_note',
  day,
  amount,
  ...more,
});

describe('which documents are orders', () => {
  it('takes invoices that are issued, net of tax, and leaves drafts and void ones', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 1210, { tax: 210, status: 'Paid' }),
      invoice('b', '2026-01-02', 500, { status: 'Awaiting Payment' }),
      invoice('c', '2026-01-03', 500, { status: 'DRAFT' }),
      invoice('d', '2026-01-04', 500, { status: 'Voided' }),
      invoice('e', '2026-01-05', 500, { status: 'Awaiting_Approval' }),
      invoice('f', '2026-01-06', 500),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 1000 },
      { ext: 'b', day: '2026-01-02', net: 500 },
      { ext: 'f', day: '2026-01-06', net: 500 },
    ]);
  });

  it('takes paid payments without an invoice and leaves failed and pending ones', () => {
    const fixture = withRows(
      payment('a', '2026-01-01', 100, { status: 'succeeded' }),
      payment('b', '2026-01-02', 100, { status: 'Failed' }),
      payment('c', '2026-01-03', 100, { status: 'requires_payment_method' }),
      payment('d', '2026-01-04', 100, { status: 'Pending' }),
      payment('e', '2026-01-05', 100),
      payment('f', '2026-01-06', 100, { status: 'Canceled' }),
    );
    expect(listOrders(fixture).map((o) => (o as { ext: string }).ext)).toEqual(['a', 'e']);
  });

  it('takes rows of a list without kinds as sales documents, but no word that is not understood, and no ageing row', () => {
    const fixture = withRows(
      { ext: 'a', day: '2026-01-01', amount: 100 },
      { ext: 'b', day: '2026-01-02', amount: 100, kind_raw: 'payout' },
      invoice('c', '2026-01-03', null, { open_balance: 400 }),
    );
    expect(listOrders(fixture)).toEqual([{ ext: 'a', day: '2026-01-01', net: 100 }]);
  });
});

describe('which payments settle an invoice', () => {
  it('one that names it by external id or number, whatever its amount and date', () => {
    const fixture = withRows(
      invoice('inv-1', '2026-01-01', 1000, { number: 'R-1' }),
      payment('p1', '2026-09-01', 300, { invoice_ext: 'inv-1' }),
      payment('p2', '2026-09-02', 300, { invoice_ext: 'R-1' }),
      payment('p3', '2026-09-03', 300, { invoice_ext: 'inv-9' }),
    );
    expect(listOrders(fixture).map((o) => (o as { ext: string }).ext)).toEqual(['inv-1', 'p3']);
  });

  it('one that names an invoice of another source, within the customer only', () => {
    const fixture = withRows(
      invoice('inv-1', '2026-01-01', 1000, { number: 'R-1' }),
      payment('p1', '2026-09-01', 300, { source: 'crm', invoice_ext: 'R-1' }),
      payment('p2', '2026-09-02', 300, { source: 'crm', invoice_ext: 'inv-1' }),
      payment('p3', '2026-09-03', 300, { source: 'crm', invoice_ext: 'R-1', party: 2 }),
    );
    expect(listOrders(fixture).map((o) => (o as { ext: string }).ext)).toEqual(['inv-1', 'p3']);
  });

  it('one of the same currency and gross amount 0 to 60 days later, each invoice once', () => {
    const fixture = withRows(
      invoice('inv-1', '2026-01-01', 1000, { tax: 100 }),
      payment('same day before', '2025-12-31', 1000),
      payment('day 60', '2026-03-02', 1000),
      payment('second', '2026-03-02', 1000, { tax: 1 }),
      invoice('inv-2', '2026-04-01', 700),
      payment('day 61', '2026-06-01', 700),
      invoice('inv-3', '2026-07-01', 800),
      payment('other currency', '2026-07-01', 800, { currency: 'USD' }),
      payment('other amount', '2026-07-01', 801),
      payment('same day', '2026-07-01', 800),
      payment('other customer', '2026-07-01', 800, { party: 2 }),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'same day before', day: '2025-12-31', net: 1000 },
      { ext: 'inv-1', day: '2026-01-01', net: 900 },
      { ext: 'day 60', day: '2026-03-02', net: 1000 },
      { ext: 'inv-2', day: '2026-04-01', net: 700 },
      { ext: 'day 61', day: '2026-06-01', net: 700 },
      { ext: 'inv-3', day: '2026-07-01', net: 800 },
      { ext: 'other currency', day: '2026-07-01', net: 800 },
      { ext: 'other amount', day: '2026-07-01', net: 801 },
      { ext: 'other customer', day: '2026-07-01', net: 800 },
    ]);
  });

  it('monthly invoices of one amount are each settled by their own payment', () => {
    const fixture = withRows(
      invoice('jan', '2026-01-01', 50),
      payment('p-jan', '2026-01-05', 50),
      invoice('feb', '2026-02-01', 50),
      invoice('mar', '2026-03-01', 50),
      payment('p-feb', '2026-03-03', 50),
      payment('p-mar', '2026-03-04', 50),
    );
    expect(listOrders(fixture).map((o) => (o as { ext: string }).ext)).toEqual(['jan', 'feb', 'mar']);
  });

  it('CONTROL: a draft or void invoice settles nothing, so its payment is an order', () => {
    const fixture = withRows(
      invoice('void', '2026-01-01', 50, { status: 'VOIDED' }),
      payment('p1', '2026-01-05', 50),
      payment('p2', '2026-01-06', 60, { invoice_ext: 'void' }),
    );
    expect(listOrders(fixture).map((o) => (o as { ext: string }).ext)).toEqual(['p1', 'p2']);
  });
});

describe('refunds and credit notes', () => {
  it('reduce the document they name; an order is void from the day on which they reach its net', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 1000),
      invoice('b', '2026-02-01', 1000),
      credit('c1', '2026-03-01', 400, { invoice_ext: 'a' }),
      credit('c2', '2026-05-01', 600, { invoice_ext: 'a' }),
      credit('c3', '2026-06-01', 1, { invoice_ext: 'a' }),
      credit('draft', '2026-06-01', 999, { invoice_ext: 'b', status: 'Draft' }),
      refund('failed', '2026-06-01', 999, { invoice_ext: 'b', status: 'failed' }),
    );
    expect(listOrders(fixture)).toEqual([
      {
        ext: 'a',
        day: '2026-01-01',
        net: 1000,
        voided: '2026-05-01',
        credits: ['2026-03-01 400', '2026-05-01 600', '2026-06-01 1'],
      },
      { ext: 'b', day: '2026-02-01', net: 1000 },
    ]);
  });

  it('else reduce the newest order of the customer and currency that is not later', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 100),
      invoice('b', '2026-02-01', 200),
      invoice('usd', '2026-02-15', 300, { currency: 'USD' }),
      invoice('other', '2026-02-16', 300, { party: 2 }),
      invoice('later', '2026-04-01', 300),
      refund('r', '2026-03-01', -50),
      credit('unknown name', '2026-03-02', 30, { invoice_ext: 'nowhere' }),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 100 },
      { ext: 'b', day: '2026-02-01', net: 200, credits: ['2026-03-01 50', '2026-03-02 30'] },
      { ext: 'usd', day: '2026-02-15', net: 300 },
      { ext: 'later', day: '2026-04-01', net: 300 },
      { ext: 'other', day: '2026-02-16', net: 300 },
    ]);
  });

  it('are net of their own tax, with either sign', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 1210, { tax: 210 }),
      refund('r', '2026-02-01', -605, { tax: -105, invoice_ext: 'a' }),
      credit('c', '2026-03-01', 605, { tax: 105, invoice_ext: 'a' }),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 1000, voided: '2026-03-01', credits: ['2026-02-01 500', '2026-03-01 500'] },
    ]);
  });

  it('that name a payment reduce the invoice which it settles', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 100),
      payment('p', '2026-01-03', 100),
      refund('r', '2026-02-01', 100, { invoice_ext: 'p' }),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 100, voided: '2026-02-01', credits: ['2026-02-01 100'] },
    ]);
  });

  it('of a draft invoice reduce nothing', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 100),
      invoice('draft', '2026-01-02', 100, { status: 'draft' }),
      credit('c', '2026-02-01', 100, { invoice_ext: 'draft' }),
    );
    expect(listOrders(fixture)).toEqual([{ ext: 'a', day: '2026-01-01', net: 100 }]);
  });

  it("a payment's own refunded amount reduces it, beyond the refund rows that name it", () => {
    const fixture = withRows(
      payment('p1', '2026-01-01', 100, { refunded: 100 }),
      payment('p2', '2026-01-02', 200, { refunded: 150 }),
      refund('r', '2026-02-01', 150, { invoice_ext: 'p2' }),
      payment('p3', '2026-01-03', 300, { refunded: 0 }),
    );
    expect(listOrders(fixture)).toEqual([
      { ext: 'p1', day: '2026-01-01', net: 100, voided: '2026-01-01', credits: ['2026-01-01 100'] },
      { ext: 'p2', day: '2026-01-02', net: 200, credits: ['2026-02-01 150'] },
      { ext: 'p3', day: '2026-01-03', net: 300 },
    ]);
  });

  it('an invoice of nothing or less never counts as an order', () => {
    const fixture = withRows(invoice('a', '2026-01-01', 0), invoice('b', '2026-01-02', -5));
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 0, voided: '2026-01-01' },
      { ext: 'b', day: '2026-01-02', net: -5, voided: '2026-01-02' },
    ]);
  });
});

describe('rows without a customer', () => {
  it('are orders of nobody: only what they name links them', () => {
    const fixture = withRows(
      invoice('a', '2026-01-01', 100, { party: null }),
      payment('p', '2026-01-02', 100, { party: null }),
      payment('q', '2026-01-03', 100, { party: null, invoice_ext: 'a' }),
      refund('r', '2026-01-04', 100, { party: null }),
    );
    const orders = fixture.vectors().relation('orders');
    expect(listOrders(fixture)).toEqual([
      { ext: 'a', day: '2026-01-01', net: 100 },
      { ext: 'p', day: '2026-01-02', net: 100 },
    ]);
    expect([...orders.start]).toEqual([0, 0, 0, 2]);
  });
});

describe('the order of import makes no difference', () => {
  const day = fc.integer({ min: 1, max: 9 }).map((d) => `2026-01-0${d}`);
  const row = fc.record({
    kind: fc.constantFrom('invoice', 'payment', 'refund', 'credit_note'),
    day,
    party: fc.constantFrom(1, 2, null),
    amount: fc.constantFrom(100, 200, -100),
    tax: fc.constantFrom(null, 10),
    refunded: fc.constantFrom(null, null, 50),
    currency: fc.constantFrom('EUR', 'USD'),
    status: fc.constantFrom(null, 'paid', 'draft', 'failed'),
    invoice_ext: fc.constantFrom(null, null, '0', '3', 'gone'),
  });

  /** Orders without ids: what any figure is made of. */
  const figures = (fixture: Fixture): string[] =>
    listOrders(fixture)
      .map((o) => JSON.stringify({ ...(o as object), ext: undefined }))
      .sort();

  it('holds for random purchases, and with packed chunks', () => {
    const [a, b] = [withRows(), withRows()];
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }).chain((rows) =>
          fc.tuple(
            fc.constant(rows),
            fc.shuffledSubarray(
              rows.map((_, i) => i),
              { minLength: rows.length, maxLength: rows.length },
            ),
          ),
        ),
        ([rows, shuffled]) => {
          for (const fixture of [a, b]) {
            fixture.db.run('DELETE FROM purchase');
            fixture.db.run('DELETE FROM vector');
          }
          rows.forEach((r, i) => a.add('purchase', { ...r, ext: String(i) }));
          shuffled.forEach((i) => b.add('purchase', { ...rows[i]!, ext: String(i) }));
          expect(figures(b)).toEqual(figures(a));
          packMissing(b.db);
          expect(figures(b)).toEqual(figures(a));
        },
      ),
      { numRuns: 100 },
    );
  });
});
