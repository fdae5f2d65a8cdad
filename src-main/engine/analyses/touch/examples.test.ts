import { expect, test } from 'vitest';
import type { Analysis } from '#engine/base/define.ts';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { DEFAULT_TOUCH } from '#engine/language/definitions/defaults.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import {
  touchAfterPurchase,
  touchBursts,
  touchCadence,
  touchCalendar,
  touchDepth,
  touches,
  touchesAudit,
  touchEvenness,
  touchHandovers,
  touchInbound,
  touchMix,
  touchOffers,
} from './index.ts';

const DAY_0 = parseIsoDay('2026-01-01');
/** Day n of the worked examples: day 0 is 2026-01-01. */
const at = (n: number): string => isoDay(DAY_0 + n);
/** Seconds since 1970 of an hour of day n. */
const time = (n: number, hour: number): number => (DAY_0 + n) * 86_400 + hour * 3600;

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  touch(party: number, n: number, more: Record<string, string | number | null> = {}): number {
    return this.add('touch', { party, day: at(n), channel: 'email', direction: 'out', team: 'sales', ...more });
  }
  order(party: number, n: number, more: Record<string, string | number | null> = {}): void {
    this.add('purchase', {
      party,
      day: at(n),
      kind: 'invoice',
      amount: 10_000,
      currency: 'EUR',
      status: 'Paid',
      ...more,
    });
  }
  define(lines: string): void {
    this.db.run(
      "INSERT INTO definition(kind, name, version, text, made_at) SELECT 'touch', 'touch', coalesce(max(version), 0) + 1, ?, 0 FROM definition",
      [DEFAULT_TOUCH + lines],
    );
    this.commit();
  }
  ask<I, A, R>(analysis: Analysis<string, I, A, R>, n: number, input: Record<string, unknown> = {}): R {
    return analysis.run(this.session.context(), analysis.parse({ asOf: at(n), ...input }));
  }
  /** How many customers a clause selects. */
  count(n: number, where: string): number {
    return this.ask(touches, n, { where, limit: 0 }).total;
  }
}

test('T11: the audit of disputes says which team and who made them (B1)', () => {
  const w = new Case();
  const c = w.customer();
  w.add('ticket', { party: c, day: at(10), closed_day: at(24), is_dispute: 1 });
  for (const n of [2, 12, 15]) w.touch(c, n, { owner: 'Ada' });
  w.touch(c, 16, { team: 'marketing', owner: "O'Neil" });
  const { inDisputeBy } = w.ask(touchesAudit, 60);
  expect(inDisputeBy.team).toEqual([
    { team: 'sales', touches: 2 },
    { team: 'marketing', touches: 1 },
  ]);
  expect(inDisputeBy.owner.map(({ owner, touches: n }) => [owner, n])).toEqual([
    ['Ada', 2],
    ["O'Neil", 1],
  ]);
  for (const { where } of inDisputeBy.owner) expect(w.count(60, where)).toBe(1);
});

test('T20 T21 T22: kinds of touches with purpose, outcome and cost, recorded or by the rate of the channel', () => {
  const w = new Case();
  const [a, b] = [w.customer({ name: 'A' }), w.customer({ name: 'B' })];
  w.touch(a, 1, { channel: 'visit', owner: 'Ada', purpose: 'renewal', outcome: 'met', cost: 20_000, currency: 'EUR' });
  w.touch(a, 2, { channel: 'visit', owner: 'Ada', purpose: 'renewal' });
  w.touch(b, 3, { channel: 'visit', owner: 'Ben' });
  w.touch(b, 4, { owner: 'Ben', outcome: 'opened' });
  w.touch(b, 5, { owner: 'Ben', direction: 'in', channel: 'call' });
  w.touch(b, 90);
  w.define('cost visit: 120 EUR\ncost call: 8 USD\n');
  const kinds = w.ask(touchMix, 60);
  expect(
    kinds.rows.map((r) => [r.value, r.touches, r.inbound, r.customers, r.cost, r.costRecorded, r.costByRate]),
  ).toEqual([
    ['visit', 3, 0, 2, [{ currency: 'EUR', minor: 44_000 }], 1, 2],
    ['call', 1, 1, 1, [{ currency: 'USD', minor: 800 }], 0, 1],
    ['email', 1, 0, 1, [], 0, 0],
  ]);
  expect([kinds.total.touches, kinds.unpriced, kinds.total.coverage]).toEqual([5, ['email'], 0.2]);
  const reps = w.ask(touchMix, 60, { by: 'owner' });
  expect(reps.rows.map((r) => [r.value, r.withPurpose, r.withOutcome, r.documented, r.coverage])).toEqual([
    ['Ben', 0, 1, 0, 0],
    ['Ada', 2, 1, 1, 0.5],
  ]);
  for (const row of [...kinds.rows, ...reps.rows]) expect(w.count(60, row.where!)).toBe(row.customers);
  expect(w.ask(touchMix, 60, { by: 'customer' }).rows.map((r) => [r.name, r.cost])).toEqual([
    ['A', [{ currency: 'EUR', minor: 32_000 }]],
    [
      'B',
      [
        { currency: 'EUR', minor: 12_000 },
        { currency: 'USD', minor: 800 },
      ],
    ],
  ]);
  expect(w.ask(touchMix, 60, { by: 'goal', from: at(3) }).rows.map((r) => [r.value, r.touches, r.where])).toEqual([
    [null, 3, `exists(touches where goal is unknown and day >= ${at(3)})`],
  ]);
});

test('T23: evenness 0.8 and 0.8 make 1.0, a gain of 0.2; both on days 30 and 60 lose 0.5 (B2)', () => {
  const w = new Case();
  const [turns, clash, early, alone, quiet] = ['turns', 'clash', 'early', 'alone', 'quiet'].map((name) =>
    w.customer({ name }),
  ) as [number, number, number, number, number];
  for (const n of [18, 54]) w.touch(turns, n, { team: 'marketing' });
  for (const n of [36, 72]) w.touch(turns, n);
  for (const n of [30, 60]) for (const team of ['sales', 'marketing']) w.touch(clash, n, { team });
  for (const n of [1, 2, 3, 4]) w.touch(early, n);
  w.touch(alone, 45);
  w.touch(quiet, 45, { team: 'service' });
  const report = w.ask(touchEvenness, 90);
  const round = (x: number | null): number | null => (x === null ? null : Math.round(x * 1000) / 1000);
  expect(
    report.rows.map((r) => [r.name, round(r.both), round(r.sales), round(r.marketing), round(r.gain), r.sharedDays]),
  ).toEqual([
    ['clash', 0.5, 1, 1, -0.5, 2],
    ['turns', 1, 0.8, 0.8, 0.2, 0],
  ]);
  expect(report).toMatchObject({ touched: 4, together: 2, silent: 1, complement: 1, collide: 1, total: 2 });
  expect(w.ask(touchEvenness, 90, { sort: 'both' }).rows.map((r) => [r.name, round(r.both), r.gain !== null])).toEqual([
    ['early', 0.056, false],
    ['clash', 0.5, true],
    ['turns', 1, true],
    ['alone', 1, false],
  ]);
  expect(w.count(90, report.where.collide)).toBe(1);
  expect(w.count(90, report.where.silent)).toBe(1);
  for (const bin of report.bins) expect([bin.from, w.count(90, bin.where)]).toEqual([bin.from, bin.customers]);
  expect(w.ask(touchEvenness, 90, { window: 30 }).touched).toBe(1);
});

test('T24: three touches of marketing and one of sales in days 1 to 4, the next on day 75: 71 days of silence, 75 % marketing (B3)', () => {
  const w = new Case();
  const c = w.customer();
  for (const n of [1, 2, 3]) w.touch(c, n, { team: 'marketing' });
  w.touch(c, 4);
  w.touch(c, 75);
  const calm = w.customer();
  for (const n of [18, 36, 54, 72]) w.touch(calm, n);
  const busy = w.customer();
  for (const n of [60, 61, 62, 63]) w.touch(busy, n);
  const report = w.ask(touchBursts, 80);
  expect(report.rows).toEqual([
    {
      customer: `C-${c}`,
      name: 'Invented Ltd',
      from: at(1),
      to: at(4),
      touches: 4,
      teams: { sales: 1, marketing: 3 },
      lead: { team: 'marketing', share: 0.75 },
      silence: 71,
      open: false,
    },
  ]);
  expect([report.bursts, report.barrages, report.customers]).toEqual([2, 1, 2]);
  expect(report.byTeam).toEqual([
    { team: 'sales', bursts: 1, barrages: 0, touches: 5 },
    { team: 'marketing', bursts: 1, barrages: 1, touches: 3 },
  ]);
  expect(w.ask(touchBursts, 80, { only: 'bursts' }).rows.map((r) => [r.from, r.silence])).toEqual([
    [at(60), null],
    [at(1), 71],
  ]);
  expect(w.count(80, report.where.barrages)).toBe(1);
});

test('T25: targets, pressure and levels by rung; every row selects its customers', () => {
  const w = new Case();
  const [on, due, silent, never] = [w.customer(), w.customer(), w.customer(), w.customer()];
  w.touch(on, 90);
  w.touch(due, 50);
  w.touch(silent, 10);
  w.order(never, 95);
  w.define('pressure prospect: 0.001 to 9\n');
  const { rungs, levels } = w.ask(touchCadence, 100);
  expect(rungs.find(({ rung }) => rung === 'prospect')).toMatchObject({
    target: 45,
    silence: 67.5,
    customers: 3,
    never: 0,
    beyond: 2,
    share: 2 / 3,
    silent: 1,
    medianOpenGap: 50,
    pressure: ['pressure prospect: 0.001 to 9'],
    levels: { under: 2, on: 1, over: 0 },
  });
  expect(rungs.find(({ rung }) => rung === 'customer')).toMatchObject({ customers: 1, never: 1, share: null });
  for (const row of [...rungs, ...levels])
    expect([row.where, w.count(100, row.where)]).toEqual([row.where, row.customers]);
});

test('T26: a gap unusual for the own rhythm is told at the false discovery rate of the rules', () => {
  const w = new Case();
  const [late, usual] = [w.customer({ name: 'late' }), w.customer({ name: 'usual' })];
  w.customer();
  for (let n = 0; n <= 60; n += 10) w.touch(late, n + (n % 20 === 0 ? 1 : 0));
  for (const n of [0, 40, 50, 130]) w.touch(usual, n);
  const { alerts } = w.ask(touchCadence, 150);
  expect(alerts).toMatchObject({ rate: 0.1, tested: 2, untested: 1, selected: 1 });
  expect(alerts.rows.map((r) => [r.name, r.openGap, r.gaps, r.p < 1e-6, r.adjusted <= 0.1])).toEqual([
    ['late', 89, 6, true, true],
  ]);
  expect(alerts.expectedFalse).toBeCloseTo(0.1, 12);
  expect(w.count(150, alerts.where!)).toBe(1);
  expect(w.ask(touchCadence, 61).alerts).toMatchObject({ selected: 0, where: null });
});

test('T27: five inbound touches, answered after 2, 5, 26 and 71 hours, one text not: median 15.5 hours, 1 of 5 (B4)', () => {
  const w = new Case();
  const ask = (n: number, hour: number, channel: string, team: string, after: number | null, by = team): void => {
    const c = w.customer();
    w.touch(c, n, { direction: 'in', channel, team, at: time(n, hour) });
    if (after === null) return;
    const answered = time(n, hour) + after * 3600;
    w.touch(c, Math.floor(answered / 86_400) - DAY_0, { team: by, at: answered });
  };
  // Day 4 is Monday 5 January 2026.
  ask(4, 9, 'call', 'sales', 2);
  ask(4, 10, 'email', 'service', 5);
  ask(5, 9, 'social', 'marketing', 26, 'service');
  ask(5, 10, 'email', 'service', 71);
  ask(6, 16, 'text', 'sales', null);
  const report = w.ask(touchInbound, 11);
  expect(report.total).toMatchObject({ episodes: 5, answered: 4, open: 1, unanswered: 0.2, elapsedMedian: 15.5 });
  expect(report.byChannel[0]).toMatchObject({ value: 'text', episodes: 1, unanswered: 1 });
  // 2, 5, 8 + 2 and 7 + 8 + 8 + 0 working hours: Monday to Friday, 9 to 17.
  expect(report.total.hours).toMatchObject({ timed: 5, medianAnswered: 7.5 });
  expect(report.total.sla).toEqual({ met: 2, missed: 3, pending: 0, attainment: 0.4 });
  expect(report.otherTeam).toEqual({ answered: 4, byOther: 1, share: 0.25 });
  expect(report.answeredBy).toContainEqual({ asked: 'marketing', by: 'service', episodes: 1 });
  expect(report.rows.map((r) => [r.asked.channel, r.days, r.hours])).toEqual([['text', 5, 1 + 8 * 3]]);
});

test('T27: without times the days are counted, and a reply of the same day takes none', () => {
  const w = new Case();
  const c = w.customer();
  w.touch(c, 10);
  w.touch(c, 10, { direction: 'in' });
  const other = w.customer();
  w.touch(other, 10, { direction: 'in', at: time(10, 15) });
  w.touch(other, 10, { at: time(10, 9) });
  expect(w.ask(touchInbound, 20).total).toMatchObject({ episodes: 2, answered: 1, days: { p25: 0, p50: 0 } });
  expect(w.ask(touchInbound, 20).total.hours).toMatchObject({ timed: 1, medianAnswered: null });
  expect(new Case().ask(touchInbound, 20).total).toMatchObject({ episodes: 0, unanswered: null, elapsedMedian: null });
});

test('T28: ten buyers, touched on day 5, 12, 12 and 45: S(5) 0.9, S(12) 0.7, S(45) 0.583, naively 0.6 (B8)', () => {
  const w = new Case();
  const asOf = 200;
  const buy = (watched: number, touched: number | null): void => {
    const c = w.customer();
    w.order(c, asOf - watched);
    // A touch of the day itself and one about the invoice do not end the silence.
    w.touch(c, asOf - watched);
    w.touch(c, asOf - watched + 1, { purpose: 'billing' });
    if (touched !== null) w.touch(c, asOf - watched + touched);
  };
  for (const day of [5, 12, 12, 45]) buy(100, day);
  for (const day of [30, 60, 90, 90, 90, 90]) buy(day, null);
  w.customer();
  const report = w.ask(touchAfterPurchase, asOf);
  expect(report).toMatchObject({ buyers: 10, touched: 4, untouched: 6, medianDays: null });
  const share = new Map(report.curve.map((point) => [point.day, point.share]));
  expect([share.get(5), share.get(12)]).toEqual([0.9, expect.closeTo(0.7, 12)]);
  expect(share.get(45)).toBeCloseTo(0.7 * (5 / 6), 12);
  expect(report.at.map((one) => [one.day, one.naive])).toEqual([
    [30, 0.7],
    [60, 0.6],
    [90, 0.6],
  ]);
  expect(report.at[2]!.share).toBeCloseTo(0.583, 3);
  expect(report.rows.map((r) => r.days)).toEqual([90, 90, 90, 90, 60, 30]);
});

test('T29: an offer of 15 %, a quote of 0 % and an invoice at 10 %: two conflicts, 5 % owed (B11)', () => {
  const w = new Case();
  const c = w.customer({ name: 'Anvil', created_day: at(0) });
  const offer = (said_by: string, day: string, discount: number, valid_to_day: string | null, more = {}): number =>
    w.add('offer', { party: c, said_by, day, discount, valid_to_day, product: 'Gauge', ...more });
  offer('marketing', '2026-03-01', 15, '2026-03-31');
  offer('sales', '2026-03-10', 0, null);
  w.order(c, parseIsoDay('2026-03-20') - DAY_0, {
    amount: 90_000,
    product: 'gauge',
    attributes: '{"Discount %":"10"}',
  });
  w.order(c, parseIsoDay('2026-04-20') - DAY_0, { amount: 90_000, product: 'gauge', attributes: '{"Discount":"0"}' });
  w.order(c, parseIsoDay('2026-03-21') - DAY_0, { amount: 90_000, product: 'Table', attributes: '{"Discount":"0"}' });
  const report = w.ask(touchOffers, 120);
  expect(
    report.rows.map((r) => [
      r.kind,
      r.day,
      r.marketing?.discount,
      r.sales?.discount,
      r.billed?.discount,
      r.owedShare,
      r.owed,
    ]),
  ).toEqual([
    ['billed', '2026-03-20', 0.15, 0, 0.1, 0.05, { currency: 'EUR', minor: 5000 }],
    ['sales', '2026-03-10', 0.15, 0, undefined, null, null],
  ]);
  expect(report).toMatchObject({ offers: 2, marketing: 1, sales: 1, contradictions: 2, invoices: 2, comparable: 2 });
  expect(report.owed).toEqual([{ currency: 'EUR', minor: 5000 }]);
  expect(w.ask(touchOffers, parseIsoDay('2026-03-15') - DAY_0).contradictions).toBe(1);
  expect(new Case().ask(touchOffers, 10)).toMatchObject({ offers: 0, contradictions: 0, rows: [] });
});

test('T30: 28 of 70 handed back and 8 of 42 others bought again: 21 points more, 3 to 36 (B9)', () => {
  const w = new Case();
  const buyer = (n: number, handed: boolean, again: boolean): void => {
    const c = w.customer();
    w.order(c, n);
    if (handed) {
      w.add('attribute', { party: c, name: 'Hand-back', value: 'offered', day: at(n + 1) });
      w.add('attribute', { party: c, name: 'hand_back', value: 'Accepted', day: at(n + 4) });
    }
    if (again) w.order(c, n + 30);
  };
  for (let i = 0; i < 70; i++) buyer(10, true, i < 28);
  for (let i = 0; i < 42; i++) buyer(10, false, i < 8);
  const lead = w.customer();
  for (const [mql, sal, reason] of [
    [5, 8, null],
    [6, null, 'no budget'],
    [7, null, null],
  ] as const)
    w.add('lead', {
      party: lead,
      day: at(1),
      mql_day: at(mql),
      sal_day: sal === null ? null : at(sal),
      reject_reason: reason,
    });
  const report = w.ask(touchHandovers, 100);
  expect(report).toMatchObject({
    firstBuyers: 112,
    handBackRate: 70 / 112,
    handedBack: { n: 70, again: 28, share: 0.4 },
    notHandedBack: { n: 42, again: 8 },
    toMarketing: { offered: 70, accepted: 70, declined: 0, open: 0, lagDays: 3 },
    toSales: { offered: 3, accepted: 1, declined: 1, open: 1 },
  });
  const points = Object.values(report.difference).map((x) => Math.round(100 * x!));
  expect(points).toEqual([21, 3, 36]);
  expect(report.rows).toHaveLength(34);
  // Before the hand-back was accepted nobody is handed back.
  expect(w.ask(touchHandovers, 12)).toMatchObject({
    handBackRate: 0,
    toMarketing: { offered: 70, accepted: 0, open: 70 },
  });
});

test('T32: touches by day and team; every day selects its customers', () => {
  const w = new Case();
  const [a, b] = [w.customer(), w.customer()];
  w.touch(a, 8);
  w.touch(a, 8, { team: 'marketing' });
  w.touch(b, 8);
  w.touch(b, 9, { direction: 'in' });
  const { days, busiest } = w.ask(touchCalendar, 10, { from: at(7) });
  expect(days.map((d) => [d.day, d.outbound, d.inbound, d.customers, d.byTeam, d.closed])).toEqual([
    [at(7), 0, 0, 0, {}, false],
    [at(8), 3, 0, 2, { sales: 2, marketing: 1 }, false],
    [at(9), 0, 1, 0, {}, true],
    [at(10), 0, 0, 0, {}, true],
  ]);
  expect(busiest).toBe(at(8));
  expect(days.map((d) => w.count(10, d.where))).toEqual([0, 2, 0, 0]);
  expect(() => w.ask(touchCalendar, 10, { from: at(11) })).toThrow('before the as-of day');
});

test('T33: persons touched against those known; every bin selects its customers', () => {
  const w = new Case();
  const company = w.customer({ name: 'Anvil' });
  for (const name of ['Anna', 'Ben', 'Cleo']) {
    const person = w.add('party', { kind: 'person', name });
    w.join(person, company);
    if (name !== 'Cleo') w.touch(person, 5);
  }
  w.touch(w.customer({ name: 'Bolt' }), 5);
  const report = w.ask(touchDepth, 10);
  expect(report.rows.map((r) => [r.name, r.known, r.touched, r.share])).toEqual([
    ['Bolt', 0, 0, null],
    ['Anvil', 3, 2, 2 / 3],
  ]);
  expect([report.none, report.one, report.several]).toEqual([1, 0, 1]);
  for (const bin of report.bins) expect(w.count(10, bin.where)).toBe(bin.customers);
});
