import { expect, test } from 'vitest';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { ladder, ladderList, migration } from './index.ts';
import type { LadderReport, MigrationReport } from './types.ts';

type Asked = Record<string, unknown>;

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  firm(name: string): number {
    return this.customer({ name });
  }
  invoice(party: number, day: string, amount = 1000, more: Record<string, string | number> = {}): void {
    this.add('purchase', { party, kind: 'invoice', day, amount, currency: 'EUR', ...more });
  }
  credit(party: number, day: string, amount: number, invoice: string): void {
    this.add('purchase', { party, kind: 'credit_note', day, amount, currency: 'EUR', invoice_ext: invoice });
  }
  answer(party: number, day: string, score: number, kind = 'relational'): void {
    this.add('response', { party, day, score, kind });
  }
  ladder(input: Asked): LadderReport {
    return ladder.run(this.session.context(), ladder.parse(input));
  }
  standings(asOf: string, more: Asked = {}): Record<string, number> {
    return Object.fromEntries(
      this.ladder({ asOf, ...more })
        .rungs.filter((r) => r.customers > 0)
        .map((r) => [r.rung, r.customers]),
    );
  }
  migration(input: Asked): MigrationReport {
    return migration.run(this.session.context(), migration.parse(input));
  }
  moves(from: string, to: string): Record<string, number> {
    return Object.fromEntries(
      this.migration({ from, to })
        .matrix.filter((m) => m.customers > 0)
        .map((m) => [`${m.from} > ${m.to}`, m.customers]),
    );
  }
  list(input: Asked) {
    return ladderList.run(this.session.context(), ladderList.parse(input));
  }
}

const D = '2026-06-30';

test('L1 L2 L3 L4 L5: an order counts while its net is above zero; days, not orders, make a client', () => {
  const w = new Case();
  w.firm('Never bought');
  const draft = w.firm('Draft only');
  w.invoice(draft, '2026-06-01', 1000, { status: 'Draft' });
  const oneDay = w.firm('Two orders one day');
  w.invoice(oneDay, '2026-06-01');
  w.invoice(oneDay, '2026-06-01');
  const client = w.firm('Two days');
  w.invoice(client, '2026-05-01');
  w.invoice(client, '2026-06-01');
  const credited = w.firm('Fully credited');
  w.invoice(credited, '2026-06-01', 1000, { ext: 'INV-1' });
  w.credit(credited, '2026-06-20', 1000, 'INV-1');
  expect(w.standings(D)).toEqual({ prospect: 3, customer: 1, client: 1 });
  expect(w.standings('2026-06-19')).toEqual({ prospect: 2, customer: 2, client: 1 });
});

test('L6: the latest answer within 365 days makes a supporter; the boundary day is out, the as-of day is in', () => {
  const w = new Case();
  const firms = ['out', 'in', 'today', 'later detractor', 'transactional ignored'].map((name) => {
    const party = w.firm(name);
    w.invoice(party, '2026-05-01');
    w.invoice(party, '2026-06-01');
    return party;
  });
  w.answer(firms[0]!, '2025-06-30', 10);
  w.answer(firms[1]!, '2025-07-01', 9);
  w.answer(firms[2]!, D, 10);
  w.answer(firms[3]!, '2026-05-01', 10);
  w.answer(firms[3]!, '2026-06-01', 8);
  w.answer(firms[4]!, '2026-05-01', 10);
  w.answer(firms[4]!, '2026-06-01', 0, 'transactional');
  expect(w.standings(D)).toEqual({ client: 2, supporter: 3 });
});

test('L7: behaviour beats attitude, until a later detractor answer', () => {
  const w = new Case();
  const [a, b] = ['advocate', 'cancelled'].map((name) => {
    const party = w.firm(name);
    w.invoice(party, '2026-05-01');
    w.invoice(party, '2026-06-01');
    w.add('advocacy', { party, kind: 'referral', day: '2026-06-10' });
    return party;
  });
  w.answer(a!, '2026-06-10', 3);
  w.answer(b!, '2026-06-11', 3);
  expect(w.standings(D)).toEqual({ client: 1, advocate: 1 });
});

test('L8: a partner agreement [start, end) lifts a client, in six rungs only', () => {
  const w = new Case();
  const covered = w.firm('covered');
  const ended = w.firm('ended today');
  for (const party of [covered, ended]) {
    w.invoice(party, '2026-05-01');
    w.invoice(party, '2026-06-01');
  }
  w.add('partnership', { party: covered, day: D });
  w.add('partnership', { party: ended, day: '2026-01-01', ends_day: D });
  expect(w.standings(D)).toEqual({ client: 1, partner: 1 });
  expect(w.standings(D, { mode: 5 })).toEqual({ client: 2 });
  expect(w.ladder({ asOf: D, mode: 5 }).rungs.map((r) => r.rung)).toEqual([
    'prospect',
    'customer',
    'client',
    'supporter',
    'advocate',
    'lapsed',
  ]);
});

test('L9: more than 365 days without an order is lapsed, except for partners with two order days', () => {
  const w = new Case();
  const edge = w.firm('exactly 365 days');
  w.invoice(edge, '2025-06-30');
  const lapsed = w.firm('366 days');
  w.invoice(lapsed, '2025-06-29');
  const partner = w.firm('partner');
  w.invoice(partner, '2024-05-01');
  w.invoice(partner, '2024-06-01');
  w.add('partnership', { party: partner, day: '2024-01-01' });
  expect(w.standings(D)).toEqual({ customer: 1, partner: 1, lapsed: 1 });
});

test('L10 L11: customers not yet known are left out; shares have intervals; revenue is of the last 365 days net of credits', () => {
  const w = new Case();
  w.customer({ name: 'later', created_day: '2026-07-01' });
  const party = w.firm('buyer');
  w.invoice(party, '2025-06-30', 70_000);
  w.invoice(party, '2025-07-01', 11_900, { tax: 1900 });
  w.invoice(party, '2026-06-01', 500, { ext: 'INV-9' });
  w.credit(party, '2026-06-15', 100, 'INV-9');
  w.invoice(party, '2026-06-02', 300, { currency: 'USD' });
  const report = w.ladder({ asOf: D });
  expect(report.customers).toBe(1);
  const client = report.rungs[2]!;
  expect(client.revenue12m).toEqual([
    { currency: 'EUR', minor: 10_400 },
    { currency: 'USD', minor: 300 },
  ]);
  expect([client.share, client.low, client.high].map((x) => x?.toFixed(4))).toEqual(['1.0000', '0.2065', '1.0000']);
  expect(report.rungs[0]).toMatchObject({ rung: 'prospect', customers: 0, share: 0 });
});

test('L12: advocacy without two order days changes no rung', () => {
  const w = new Case();
  const party = w.firm('fan');
  w.add('advocacy', { party, kind: 'review', day: '2026-06-01' });
  w.add('partnership', { party, day: '2026-01-01' });
  expect(w.standings(D)).toEqual({ prospect: 1 });
});

function moving(): Case {
  const w = new Case();
  const stays = w.firm('stays');
  w.invoice(stays, '2026-01-10');
  w.invoice(stays, '2026-02-10');
  const rises = w.firm('rises');
  w.invoice(rises, '2026-02-01');
  w.invoice(rises, '2026-05-01');
  const lapses = w.firm('lapses');
  w.invoice(lapses, '2025-05-01', 9000);
  const falls = w.firm('falls');
  w.invoice(falls, '2026-01-01', 2000);
  w.invoice(falls, '2026-02-01', 1000, { ext: 'INV-F' });
  w.credit(falls, '2026-05-05', 1000, 'INV-F');
  w.customer({ name: 'enters', created_day: '2026-04-15' });
  return w;
}

test('L13 L14 L15 L16: moves, their direction, shares of the start, and sums that hold', () => {
  const w = moving();
  expect(w.moves('2026-03-31', D)).toEqual({
    'new > prospect': 1,
    'customer > client': 1,
    'customer > lapsed': 1,
    'client > customer': 1,
    'client > client': 1,
  });
  const report = w.migration({ from: '2026-03-31', to: D });
  expect([report.up, report.down, report.stay, report.entered, report.left]).toEqual([1, 2, 1, 1, 0]);
  const cell = report.matrix.find((m) => m.from === 'client' && m.to === 'customer')!;
  expect([cell.share, cell.low?.toFixed(4), cell.high?.toFixed(4)]).toEqual([0.5, '0.0945', '0.9055']);
  expect(report.matrix.find((m) => m.from === 'new' && m.to === 'prospect')!.share).toBeNull();
  expect(report.matrix.find((m) => m.from === 'partner' && m.to === 'partner')!.share).toBeNull();
  const sums = (side: 'from' | 'to'): Record<string, number> => {
    const out: Record<string, number> = {};
    for (const m of report.matrix)
      if (m.customers > 0 && m[side] !== 'new') out[m[side]] = (out[m[side]] ?? 0) + m.customers;
    return out;
  };
  expect(sums('from')).toEqual(w.standings('2026-03-31'));
  expect(sums('to')).toEqual(w.standings(D));
});

test('L17: the filter of a migration is evaluated as of its last day', () => {
  const w = moving();
  const report = w.migration({ from: '2026-03-31', to: D, where: 'rung = client' });
  expect(report.matrix.filter((m) => m.customers > 0).map((m) => `${m.from} > ${m.to}`)).toEqual([
    'customer > client',
    'client > client',
  ]);
});

test('L18: the list behind a move is sorted by revenue and names the facts that differ', () => {
  const w = moving();
  const down = w.list({ from: '2026-03-31', asOf: D, direction: 'down' });
  expect(down.rows.map((r) => [r.name, r.from, r.to, r.evidence])).toEqual([
    ['falls', 'client', 'customer', '1 order fully credited 2026-05-05'],
    ['lapses', 'customer', 'lapsed', 'no order for 425 days (last 2025-05-01)'],
  ]);
  const up = w.list({ from: '2026-03-31', asOf: D, direction: 'up' });
  expect(up.rows.map((r) => [r.name, r.evidence])).toEqual([['rises', 'ordered 2026-05-01']]);
  expect(w.list({ asOf: D, rung: 'client' }).rows.map((r) => [r.name, r.evidence])).toEqual([
    ['stays', 'orders on 2 days, no answer yet'],
    ['rises', 'orders on 2 days, no answer yet'],
  ]);
});

test('bad days and fields are told in words', () => {
  const w = new Case();
  expect(() => w.ladder({ asOf: '2026-02-30' })).toThrow(
    'as-of day "2026-02-30" is not a calendar day; write it as YYYY-MM-DD.',
  );
  expect(() => w.migration({ from: '2026-07-01', to: D })).toThrow(/lies after/);
  expect(() => w.ladder({ by: 'revenu_12m' })).toThrow(/revenue_12m/);
});
