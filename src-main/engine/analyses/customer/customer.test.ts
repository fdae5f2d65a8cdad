import { expect, test } from 'vitest';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { formatCell } from './format.ts';
import { customer, customers, timeline } from './index.ts';
import type { CustomerReport, CustomersReport, TimelineReport } from './types.ts';

type Asked = Record<string, unknown>;

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  constructor() {
    super();
    this.db.run(
      `INSERT INTO batch(id, file, sha256, bytes, source, mapping, fingerprint, base_version, state, day, started_at, ended_at,
         read, used, skipped, rejected, records, entities, facts)
       VALUES (1, 'books.csv', 'x', 1, 1, '{}', 'x', 0, 'live', 20000, 0, 0, 0, 0, 0, 0, 0, '[]', '{}')`,
    );
  }
  order(party: number, day: string, amount: number, more: Record<string, string | number> = {}): number {
    return this.add('purchase', { party, day, kind: 'invoice', amount, currency: 'EUR', status: 'Paid', ...more });
  }
  touch(party: number, day: string, more: Record<string, string | number> = {}): void {
    this.add('touch', { party, day, channel: 'call', direction: 'out', team: 'sales', ...more });
  }
  customers(input: Asked = {}): CustomersReport {
    return customers.run(this.session.context(), customers.parse({ asOf: '2026-06-30', ...input }));
  }
  record(id: string, asOf = '2026-06-30'): CustomerReport {
    return customer.run(this.session.context(), customer.parse({ id, asOf }));
  }
  timeline(id: string, input: Asked = {}): TimelineReport {
    return timeline.run(this.session.context(), timeline.parse({ id, asOf: '2026-06-30', ...input }));
  }
}

test('C1: rows carry the asked facts under camelCase names; unknown is null, money a list', () => {
  const w = new Case();
  const party = w.customer({ name: 'Anvil', owner: 'Ada', ext: 'A-1' });
  w.order(party, '2026-03-01', 12_345);
  w.customer({ name: 'Bolt', ext: 'B-1' });
  const { columns, rows } = w.customers({
    columns: ['name', 'revenue_12m', 'openGap', 'last_purchase', 'lapsed', 'rung', 'owner', 'name'],
  });
  expect(columns.map((c) => [c.id, c.type])).toEqual([
    ['name', 'text'],
    ['revenue12m', 'money'],
    ['openGap', 'days'],
    ['lastPurchase', 'day'],
    ['lapsed', 'yesno'],
    ['rung', 'rung'],
    ['owner', 'text'],
  ]);
  expect(rows).toEqual([
    {
      customer: 'C-1',
      externalIds: [{ source: 'books', kind: 'company', id: 'A-1' }],
      name: 'Anvil',
      revenue12m: [{ currency: 'EUR', minor: 12_345 }],
      openGap: null,
      lastPurchase: '2026-03-01',
      lapsed: false,
      rung: 'customer',
      owner: 'Ada',
    },
    {
      customer: 'C-2',
      externalIds: [{ source: 'books', kind: 'company', id: 'B-1' }],
      name: 'Bolt',
      revenue12m: [],
      openGap: null,
      lastPurchase: null,
      lapsed: false,
      rung: 'prospect',
      owner: null,
    },
  ]);
  expect(w.customers().columns.length).toBeGreaterThanOrEqual(12);
  expect(() => w.customers({ columns: ['nam'] })).toThrow('no field "nam"');
});

test('C2: any fact orders the rows, unknown last in both directions, ties by id', () => {
  const w = new Case();
  for (const [name, owner, touched] of [
    ['Delta', 'Zoe', '2026-06-01'],
    ['alpha', 'Ann', null],
    ['Écho', null, '2026-05-01'],
    ['Bravo', 'Ann', '2026-06-01'],
  ] as const) {
    const party = w.customer({ name, owner });
    if (touched) w.touch(party, touched);
  }
  const names = (sort: string): unknown[] => w.customers({ sort, columns: ['name'] }).rows.map((r) => r['name']);
  expect(names('name')).toEqual(['alpha', 'Bravo', 'Delta', 'Écho']);
  expect(names('name:desc')).toEqual(['Écho', 'Delta', 'Bravo', 'alpha']);
  expect(names('open_gap')).toEqual(['Delta', 'Bravo', 'Écho', 'alpha']);
  expect(names('openGap:desc')).toEqual(['Écho', 'Delta', 'Bravo', 'alpha']);
  expect(names('owner')).toEqual(['alpha', 'Bravo', 'Delta', 'Écho']);
  expect(names('owner:desc')).toEqual(['Delta', 'alpha', 'Bravo', 'Écho']);
});

test('C3: the total is of the filter, not of the page; unknown customers are counted', () => {
  const w = new Case();
  for (const name of ['A', 'B', 'C']) w.touch(w.customer({ name }), '2026-06-01');
  w.customer({ name: 'D' });
  const report = w.customers({ where: 'open_gap > 10', limit: 1, offset: 1, columns: ['name'] });
  expect([report.total, report.unknown, report.rows.map((r) => r['name'])]).toEqual([3, 1, ['B']]);
  expect(report.clauses).toEqual([{ text: expect.any(String), true: 3, unknown: 1 }]);
});

test('C4 C5 C6: the record by either id, the evidence with its rows, the next step', () => {
  const w = new Case();
  const party = w.customer({ name: 'Anvil', ext: 'A-1' });
  const orders = [w.order(party, '2026-01-10', 100), w.order(party, '2026-03-01', 200)];
  const answer = w.add('response', { party, day: '2026-04-01', score: 7, kind: 'relational' });
  const record = w.record('books:A-1');
  expect(record).toEqual(w.record('C-1'));
  expect(record.evidence).toEqual({
    rung: 'client',
    lapsed: false,
    peakRung: 'client',
    facts: [
      {
        sentence: 'Orders on 2 days, the last on 2026-03-01, 121 days ago.',
        table: 'purchase',
        rows: orders.map(String),
      },
      { sentence: 'The latest answer is 7, given on 2026-04-01.', table: 'response', rows: [String(answer)] },
    ],
    next: 'An answer of 9 or 10 makes a supporter (the latest is 7).',
    lasts: { until: '2027-03-01', because: 'the last order is then 365 days ago' },
    flags: [],
  });
  expect(record.identity.parties[0]).toMatchObject({
    externalId: 'A-1',
    kind: 'company',
    method: 'alone',
    ref: { table: 'party', file: 'books.csv', line: 1 },
  });
  expect(() => w.record('C-99')).toThrow('no customer "C-99"');
  expect(w.record('C-1', '2025-12-31').evidence).toMatchObject({
    rung: 'prospect',
    next: 'A first order makes a customer.',
  });
});

test('C7: spells adjoin, each with its reason; a lapse ends with a new order', () => {
  const w = new Case();
  const party = w.customer({ name: 'Anvil', created_day: '2024-01-01' });
  w.order(party, '2024-02-01', 100);
  w.order(party, '2024-03-01', 100);
  w.order(party, '2025-06-01', 100);
  expect(w.record('C-1').rungHistory).toEqual([
    { rung: 'prospect', from: '2024-01-01', to: '2024-02-01', evidence: 'no order yet' },
    { rung: 'customer', from: '2024-02-01', to: '2024-03-01', evidence: 'first order 2024-02-01' },
    { rung: 'client', from: '2024-03-01', to: '2025-03-02', evidence: 'ordered 2024-03-01' },
    { rung: 'lapsed', from: '2025-03-02', to: '2025-06-01', evidence: 'no order for 366 days (last 2024-03-01)' },
    { rung: 'client', from: '2025-06-01', to: '2026-06-02', evidence: 'ordered 2025-06-01' },
    { rung: 'lapsed', from: '2026-06-02', to: null, evidence: 'no order for 366 days (last 2025-06-01)' },
  ]);
});

test('C8: each document says whether it is an order that counts, and why not', () => {
  const w = new Case();
  const party = w.customer({ name: 'Anvil' });
  w.order(party, '2026-01-01', 1000, { ext: 'I-1', number: 'I-1', open_balance: 250 });
  w.order(party, '2026-02-01', 500, { ext: 'I-2', status: 'Draft' });
  w.order(party, '2026-03-01', 700, { ext: 'I-3', number: 'I-3' });
  w.add('purchase', {
    party,
    day: '2026-04-01',
    kind: 'credit_note',
    amount: 700,
    currency: 'EUR',
    status: 'Paid',
    invoice_ext: 'I-3',
  });
  w.add('purchase', { party, day: '2026-05-01', kind: 'payment', amount: 90, currency: 'EUR', status: 'Failed' });
  const { money } = w.record('C-1');
  expect(money.purchases.map((p) => [p.day, p.kind, p.counts, p.note])).toEqual([
    ['2026-05-01', 'payment', false, 'Failed: no money moved'],
    ['2026-04-01', 'credit_note', false, 'reduces an order'],
    ['2026-03-01', 'invoice', false, 'fully credited on 2026-04-01'],
    ['2026-02-01', 'invoice', false, 'Draft: not issued'],
    ['2026-01-01', 'invoice', true, null],
  ]);
  expect(money).toMatchObject({
    orders: 1,
    firstOrder: '2026-01-01',
    lastOrder: '2026-01-01',
    openBalance: [{ currency: 'EUR', minor: 250 }],
    revenue12m: [{ currency: 'EUR', minor: 1000 }],
  });
  expect(w.record('C-1', '2026-03-15').money.orders).toBe(2);
});

test('C9 C10: later rows are not there; the newest marks, in lanes, with what lies behind them', () => {
  const w = new Case();
  const party = w.customer({ name: 'Anvil' });
  w.add('ticket', { party, day: '2026-06-01', closed_day: '2026-07-05', is_dispute: 1, ext: 'T-1' });
  w.touch(party, '2026-05-01', { team: 'marketing', campaign: 'Spring' });
  w.touch(party, '2026-06-10', { owner: 'Ada' });
  w.touch(party, '2026-06-11', { direction: 'in' });
  w.touch(party, '2026-06-12', { team: 'unknown' });
  w.touch(party, '2026-07-01');
  w.order(party, '2026-05-20', 1200);
  w.add('response', { party, day: '2026-06-20', score: 4 });
  const line = w.timeline('C-1');
  expect(line.lanes).toEqual(['sales', 'marketing', 'service', 'accounts', 'inbound', 'unknown']);
  expect(line.marks.map((m) => [m.day, line.lanes[m.lane], m.label, m.inDispute])).toEqual([
    ['2026-05-01', 'marketing', 'call, Spring', false],
    ['2026-06-10', 'sales', 'call by Ada', true],
    ['2026-06-11', 'inbound', 'call', false],
    ['2026-06-12', 'unknown', 'call', false],
  ]);
  expect([line.from, line.to, line.purchases, line.responses]).toEqual([
    '2026-05-01',
    '2026-06-30',
    [{ day: '2026-05-20', label: '12.00 EUR' }],
    [{ day: '2026-06-20', score: 4 }],
  ]);
  expect(line.disputes).toEqual([{ id: '1', opened: '2026-06-01', closed: null }]);
  expect(w.timeline('C-1', { limit: 1 }).marks.map((m) => m.day)).toEqual(['2026-06-12']);
  expect(w.record('C-1')).toMatchObject({
    touches: { total: 4, class: 'on' },
    tickets: [{ closed: null, dispute: true }],
  });
});

test('cells as text: money with its currency, yes and no as words, nothing for unknown', () => {
  const cells = [
    [
      { currency: 'EUR', minor: -1250 },
      { currency: 'JPY', minor: 300 },
    ],
    [],
    true,
    false,
    null,
    0.5,
    'x',
  ] as const;
  expect(cells.map((c) => formatCell(c as never))).toEqual(['-12.50 EUR + 300 JPY', '', 'yes', 'no', null, 0.5, 'x']);
});
