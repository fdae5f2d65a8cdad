import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReadSession } from '#engine/session.ts';
import { Firms } from './case.fixture.ts';
import { ladder, ladderOutlook, migration, migrationChange, migrationSteps } from './index.ts';

const opened = (): Firms => new Firms((db) => new ReadSession(db));

const [FROM, TO] = ['2026-03-31', '2026-06-30'];
const per = (share: number | null): string | null => (share === null ? null : (share * 100).toFixed(1));

/** The worked example of a ladder migration: 60 customers, of whom 8 rise and 2 fall; 40 clients, of whom 5 rise and 5 fall. */
function example(): Firms {
  const w = opened();
  w.firms(60, 'Customer').forEach((party, k) => {
    if (k < 2) w.credited(party, '2026-01-10', '2026-05-05');
    else w.invoice(party, '2026-01-10');
    if (k >= 2 && k < 10) w.invoice(party, '2026-05-10');
  });
  w.firms(40, 'Client').forEach((party, k) => {
    w.invoice(party, '2026-01-10');
    if (k < 5) w.credited(party, '2026-02-10', '2026-05-05');
    else w.invoice(party, '2026-02-10');
    if (k >= 5 && k < 10) w.answer(party, '2026-05-10', 9);
  });
  return w;
}

test('B15 L24: 8 of 60 customers and 5 of 40 clients rise, which does not differ', () => {
  const { rows, comparisons, ...report } = example().ask(migration, { from: FROM, to: TO });
  const told = rows
    .filter((r) => r.customers > 0)
    .map((r) => [
      r.from,
      r.customers,
      ...[r.up, r.down, r.stay].map((x) => `${x.customers}: ${per(x.share)} (${per(x.low)}-${per(x.high)})`),
    ]);
  expect(told).toEqual([
    ['customer', 60, '8: 13.3 (6.9-24.2)', '2: 3.3 (0.9-11.4)', '50: 83.3 (72.0-90.7)'],
    ['client', 40, '5: 12.5 (5.5-26.1)', '5: 12.5 (5.5-26.1)', '30: 75.0 (59.8-85.8)'],
  ]);
  const compared = comparisons.filter((c) => c.a === 'customer' && c.b === 'client');
  expect(compared.map((c) => [c.direction, per(c.difference), c.differs])).toEqual([
    ['up', '0.8', false],
    ['down', '-9.2', false],
  ]);
  expect(comparisons.find((c) => c.a === 'client' && c.direction === 'up')!.differs).toBeNull();
  expect([report.up, report.down, report.stay]).toEqual([13, 7, 80]);
  expect(report.mobility).toMatchObject({ stay: 0.8, up: 0.13, down: 0.07, net_up: 0.06 });
});

test('L23: shares of all at the start, the minimum, and the revenue before', () => {
  const report = example().ask(migration, { from: FROM, to: TO, minimum: 50 });
  const cell = (from: string, to: string) => report.matrix.find((m) => m.from === from && m.to === to)!;
  expect([cell('customer', 'client').shareOfStart, cell('customer', 'client').enough]).toEqual([0.08, true]);
  expect([cell('client', 'supporter').shareOfStart, cell('client', 'supporter').enough]).toEqual([0.05, false]);
  expect(cell('customer', 'client').revenueBefore).toEqual([{ currency: 'EUR', minor: 8000 }]);
  expect(cell('customer', 'client').revenue).toEqual([{ currency: 'EUR', minor: 16_000 }]);
  expect(report.comparisons.map((c) => c.differs)).not.toContain(false);
});

test('L16 L24: slices are the moves of each value, and add up', () => {
  const w = opened();
  for (const [region, rises] of [
    ['North', true],
    ['North', false],
    ['South', false],
    [null, true],
  ] as const) {
    const party = w.firm('F', { region });
    w.invoice(party, '2026-01-10');
    if (rises) w.invoice(party, '2026-05-10');
  }
  const { groups, ...whole } = w.ask(migration, { from: FROM, to: TO, by: 'region' });
  expect(groups.map((g) => [g.value, g.customers, g.up.customers, g.stay.customers, g.enough])).toEqual([
    ['North', 2, 1, 1, false],
    ['South', 1, 0, 1, false],
    [null, 1, 1, 0, false],
  ]);
  expect(groups.reduce((n, g) => n + g.up.customers, 0)).toBe(whole.up);
});

test('L25: steps conserve customers, and those of one standing are followed to the end', () => {
  const w = example();
  w.customer({ name: 'later', created_day: '2026-04-15' });
  const days = ['2026-01-31', FROM, TO];
  const all = w.ask(migrationSteps, { days });
  for (const day of days) {
    const { rungs, customers } = w.ask(ladder, { asOf: day });
    const nodes = all.nodes.filter((n) => n.day === day);
    expect(nodes.map((n) => [n.standing, n.customers])).toEqual(rungs.map((r) => [r.rung, r.customers]));
    const into = all.flows.filter((f) => f.to === day).reduce((n, f) => n + f.customers, 0);
    expect(into).toBe(day === days[0] ? 0 : customers);
  }
  const one = w.ask(migrationSteps, { days, start: 'customer' });
  expect(one.customers).toBe(100);
  for (const day of days)
    expect(one.nodes.filter((n) => n.day === day).reduce((n, x) => n + x.shareOfStart!, 0)).toBeCloseTo(1, 12);
  const flow = one.flows.find((f) => f.to === TO && f.a === 'client' && f.b === 'supporter')!;
  expect([flow.customers, flow.share, flow.shareOfStart, flow.enough]).toEqual([5, 0.125, 0.05, true]);
  expect(w.ask(migrationSteps, { from: '2025-12-01', to: TO, every: 'quarter' }).days).toEqual([
    '2025-12-31',
    FROM,
    TO,
  ]);
  expect(() => w.ask(migrationSteps, {})).toThrow('migrationSteps: the days are missing');
  expect(() => w.ask(migrationSteps, { days: [TO, FROM] })).toThrow('does not lie after');
});

test('L26: moves that differ are told apart from moves that do not', () => {
  const w = example();
  const report = w.ask(migrationChange, { from: FROM, to: TO });
  expect(report.periods.map((p) => [p.from, p.to, p.customers])).toEqual([
    ['2025-12-31', FROM, 0],
    [FROM, TO, 100],
  ]);
  expect([report.changed, report.chi2, report.df, report.p]).toEqual([null, null, 0, null]);
  const moved = w.ask(migrationChange, { from: FROM, to: TO, beforeFrom: '2026-02-28', beforeTo: FROM });
  expect(moved.changed).toBe(true);
  expect(moved.rows.find((r) => r.from === 'client')).toMatchObject({
    customers: [40, 40],
    up: [{ customers: 0 }, { customers: 5 }],
    upDifference: { difference: 0.125 },
  });
  const [chi2, df] = moved.rows.reduce(([x, n], r) => [x + (r.chi2 ?? 0), n + r.df], [0, 0]);
  expect([chi2.toFixed(9), df]).toEqual([moved.chi2!.toFixed(9), moved.df]);
  const same = w.ask(migrationChange, { from: FROM, to: TO, beforeFrom: FROM, beforeTo: TO });
  expect([same.chi2, same.p, same.changed]).toEqual([0, 1, false]);
});

test('L27: the outlook starts from today, keeps everybody, and counts periods until lapse', () => {
  const w = opened();
  // Of ten customers one rises and two lapse each half year.
  w.firms(10).forEach((party, k) => {
    w.invoice(party, k < 2 ? '2025-05-01' : '2026-01-10');
    if (k === 2) w.invoice(party, '2026-05-10');
  });
  const report = w.ask(ladderOutlook, { from: FROM, to: TO, periods: 3 });
  const now = w.ask(ladder, { asOf: TO });
  const first = report.forecast[0]!.standings;
  expect(first.map((s) => [s.standing, s.customers, s.low])).toEqual(
    ['lapsed', 'prospect', 'customer', 'client', 'supporter', 'advocate', 'partner'].map((s) => {
      const n = now.rungs.find((r) => r.rung === s)!.customers;
      return [s, n, n];
    }),
  );
  for (const { standings } of report.forecast)
    expect(standings.reduce((n, s) => n + s.customers, 0)).toBeCloseTo(10, 9);
  expect(report.rates[2]).toEqual([0.2, 0, 0.7, 0.1, 0, 0, 0]);
  // Nobody was seen to leave client, so the time of customers until lapse is not defined.
  expect(report.unseen).toEqual(['lapsed', 'prospect', 'client', 'supporter', 'advocate', 'partner']);
  expect(report.untilLapsed.find((r) => r.from === 'customer')).toMatchObject({ total: null });
  expect(report.untilLapsed.find((r) => r.from === 'customer')!.perVisit).toBeCloseTo(10 / 3, 9);
  expect(report.weak).toEqual(['customer']);
  expect(report.forecast[1]!.standings[2]).toMatchObject({ customers: 7 * 0.7 });
});

test('L16 L25: for any history the moves conserve customers', () => {
  const event = fc.tuple(fc.nat(3), fc.nat(5), fc.integer({ min: 0, max: 700 }), fc.nat(10));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const w = opened();
      const parties = w.firms(6);
      const day = (back: number): number => 20_634 - back;
      for (const [kind, c, back, score] of events) {
        const party = parties[c]!;
        if (kind < 2) w.add('purchase', { party, kind: 'invoice', day: day(back), amount: 5, currency: 'EUR' });
        else if (kind === 2) w.add('response', { party, day: day(back), score, kind: 'relational' });
        else w.add('advocacy', { party, day: day(back), kind: 'review' });
      }
      const asked = { days: ['2025-06-30', '2025-12-31', TO] };
      const { nodes, flows } = w.ask(migrationSteps, asked);
      for (const node of nodes) {
        const out = flows.filter((f) => f.from === node.day && f.a === node.standing);
        const into = flows.filter((f) => f.to === node.day && f.b === node.standing);
        const sum = (some: typeof flows): number => some.reduce((n, f) => n + f.customers, 0);
        expect(sum(out)).toBe(node.day === TO ? 0 : node.customers);
        expect(sum(into)).toBe(node.day === asked.days[0] ? 0 : node.customers);
      }
    }),
    { numRuns: 15 },
  );
}, 60_000);
