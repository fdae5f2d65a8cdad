import { expect, test } from 'vitest';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { touches, touchesAudit, touchGaps, touchStrip } from './index.ts';
import type { TouchAuditReport, TouchesReport, TouchGapsReport, TouchRow, TouchStripReport } from './types.ts';

type Asked = Record<string, unknown>;

const DAY_0 = parseIsoDay('2026-01-01');
/** Day n of mission's examples: day 0 is 2026-01-01. */
const at = (n: number): string => isoDay(DAY_0 + n);

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  touch(party: number, n: number, more: Record<string, string | number> = {}): void {
    this.add('touch', { party, day: at(n), channel: 'email', direction: 'out', team: 'sales', ...more });
  }
  dispute(party: number, opened: number, closed: number | null): void {
    this.add('ticket', { party, day: at(opened), closed_day: closed === null ? null : at(closed), is_dispute: 1 });
  }
  order(party: number, n: number): void {
    this.add('purchase', { party, day: at(n), kind: 'invoice', amount: 10_000, currency: 'EUR', status: 'Paid' });
  }
  touches(n: number, input: Asked = {}): TouchesReport {
    return touches.run(this.session.context(), touches.parse({ asOf: at(n), ...input }));
  }
  row(n: number, input: Asked = {}): TouchRow {
    return this.touches(n, input).customers[0]!;
  }
  audit(n: number, input: Asked = {}): TouchAuditReport {
    return touchesAudit.run(this.session.context(), touchesAudit.parse({ asOf: at(n), ...input }));
  }
  strip(n: number, input: Asked = {}): TouchStripReport {
    return touchStrip.run(this.session.context(), touchStrip.parse({ asOf: at(n), ...input }));
  }
  gaps(n: number, input: Asked = {}): TouchGapsReport {
    return touchGaps.run(this.session.context(), touchGaps.parse({ asOf: at(n), ...input }));
  }
}

test('T1 T2 T3 T4: the barrage of the article, days 0 to 4 and 95 as of day 120, has the published spacing', () => {
  const w = new Case();
  const c = w.customer();
  for (const n of [0, 1, 2, 3, 4, 95, 130]) w.touch(c, n);
  w.touch(c, 2, { team: 'marketing', channel: 'call' });
  w.touch(c, 96, { direction: 'in' });
  const row = w.row(120);
  expect(row).toMatchObject({
    touches: 7,
    firstDay: at(0),
    lastDay: at(95),
    meanGap: 19,
    sdGap: 36,
    maxGap: 91,
    openGap: 25,
  });
  expect(row.burstiness).toBeCloseTo(0.926174, 6);
  const alone = w.row(0);
  expect([alone.meanGap, alone.sdGap, alone.maxGap, alone.burstiness, alone.openGap]).toEqual([
    null,
    null,
    null,
    null,
    0,
  ]);
  expect([w.row(1).meanGap, w.row(1).sdGap, w.row(1).burstiness]).toEqual([1, null, null]);
});

test('T5: evenness is 0.056, 1 and 0.5 for the three examples; the window limits nothing else', () => {
  const evenness = (days: readonly (readonly [number, string])[], input: Asked = {}): TouchRow => {
    const w = new Case();
    const c = w.customer();
    for (const [n, team] of days) w.touch(c, n, { team });
    return w.row(90, input);
  };
  expect(
    evenness([
      [1, 'sales'],
      [2, 'sales'],
      [3, 'sales'],
      [4, 'sales'],
    ]).evenness,
  ).toBeCloseTo(0.0556, 4);
  expect(
    evenness([
      [18, 'marketing'],
      [36, 'sales'],
      [54, 'marketing'],
      [72, 'sales'],
    ]).evenness,
  ).toBeCloseTo(1, 12);
  expect(
    evenness([
      [30, 'sales'],
      [30, 'marketing'],
      [60, 'sales'],
      [60, 'marketing'],
    ]).evenness,
  ).toBeCloseTo(0.5, 12);
  expect(
    evenness([
      [30, 'sales'],
      [30, 'sales'],
      [60, 'sales'],
    ]).evenness,
  ).toBeCloseTo(1, 12);
  expect(evenness([[30, 'service']]).evenness).toBeNull();
  const narrow = evenness(
    [
      [10, 'sales'],
      [75, 'sales'],
    ],
    { window: 30 },
  );
  expect([narrow.evenness, narrow.touches, narrow.maxGap]).toEqual([1, 2, 65]);
  expect(evenness([[10, 'sales']], { window: 30 }).evenness).toBeNull();
});

test('T6 T12: at 1.5 times the target a gap is no silence yet; one day later it is', () => {
  const w = new Case();
  const c = w.customer();
  w.order(c, 0);
  w.touch(c, 0);
  expect([30, 31, 45, 46].map((n) => w.row(n).class)).toEqual(['on', 'due', 'due', 'silent']);
  expect([w.row(45).silences, w.row(46).silences]).toEqual([[], [{ from: at(0), to: at(46), days: 46, open: true }]]);
  w.touch(c, 46);
  w.commit();
  expect(w.row(50).silences).toEqual([{ from: at(0), to: at(46), days: 46, open: false }]);
  expect(w.row(50).class).toBe('on');
  expect([w.row(400).rung, w.row(46 + 90).class]).toEqual(['lapsed', 'silent']);
  const never = new Case();
  never.customer();
  expect(never.row(10)).toMatchObject({ class: 'never', openGap: null, touches: 0 });
});

test('T7 T8: three marketing and one sales touch within four days, then 71 days: a burst and a barrage', () => {
  const w = new Case();
  const c = w.customer();
  for (const n of [1, 2, 3]) w.touch(c, n, { team: 'marketing' });
  w.touch(c, 4);
  w.touch(c, 75);
  expect(w.row(80).bursts).toEqual([{ from: at(1), to: at(4), touches: 4, teams: { sales: 1, marketing: 3 } }]);
  expect([w.touches(80).summary.bursts, w.touches(80).summary.barrages]).toEqual([1, 1]);
  expect([w.touches(63).summary.barrages, w.touches(64).summary.barrages]).toEqual([0, 1]);
  const even = new Case();
  const calm = even.customer();
  for (const n of [18, 36, 54, 72]) even.touch(calm, n);
  expect([even.touches(300).summary.bursts, even.touches(300).summary.barrages]).toEqual([0, 0]);
});

test('T9: pairs of two named teams at most three days apart, each once, newest first', () => {
  const w = new Case();
  const c = w.customer({ name: 'Anvil' });
  w.touch(c, 10);
  w.touch(c, 13, { team: 'marketing' });
  w.touch(c, 14, { team: 'service' });
  w.touch(c, 13, { team: 'unknown' });
  w.touch(w.customer(), 13);
  const { collisions, collisionPairs } = w.audit(60);
  expect(collisionPairs).toBe(2);
  expect(collisions.map((p) => [p.name, p.days, p.first.day, p.first.team, p.second.day, p.second.team])).toEqual([
    ['Anvil', 1, at(13), 'marketing', at(14), 'service'],
    ['Anvil', 3, at(10), 'sales', at(13), 'marketing'],
  ]);
  expect(w.touches(60).summary.collisions).toBe(2);
  expect(w.audit(12).collisionPairs).toBe(0);
  const newest = w.audit(60, { limit: 1 });
  expect([newest.collisionPairs, newest.collisions.map((p) => p.second.day)]).toEqual([2, [at(14)]]);
  expect(w.audit(60, { limit: 0 })).toMatchObject({ collisionPairs: 2, collisions: [] });
});

test('T10 T11 T16: 5 of 12 touches lie in disputes, 12.8 against 3.0 per 100 days, 4.2 times', () => {
  const w = new Case();
  const [c1, c2, c3] = ['one', 'two', 'three'].map((name) => w.customer({ name, created_day: at(0) })) as [
    number,
    number,
    number,
  ];
  w.dispute(c1, 10, 24);
  w.dispute(c2, 40, 60);
  w.dispute(c3, 5, 10);
  for (const n of [2, 12, 15, 40, 70]) w.touch(c1, n);
  for (const n of [8, 45, 50, 58, 80]) w.touch(c2, n, { team: 'marketing' });
  for (const n of [30, 60]) w.touch(c3, n);
  w.touch(c1, 11, { purpose: 'dispute' });
  w.touch(c1, 11, { team: 'service' });
  w.touch(c1, 11, { direction: 'in' });
  const { inDispute, disputeRate } = w.audit(89);
  expect(inDispute.map((d) => [d.name, d.touch.day, d.opened, d.closed])).toEqual([
    ['two', at(58), at(40), at(60)],
    ['two', at(50), at(40), at(60)],
    ['two', at(45), at(40), at(60)],
    ['one', at(15), at(10), at(24)],
    ['one', at(12), at(10), at(24)],
  ]);
  // The audit starts with the first commercial touch, day 2: 88 days each, of which 39 in disputes.
  expect(disputeRate).toMatchObject({ insideTouches: 5, disputeDays: 39 });
  expect(disputeRate.inside).toBeCloseTo(12.82, 2);
  expect(disputeRate.outside).toBeCloseTo((100 * 7) / (3 * 88 - 39), 10);
  expect(w.touches(89).summary).toMatchObject({ inDispute: 5, openDisputes: 0 });
  const then = w.audit(50);
  expect([then.inDispute.length, then.inDispute[0]!.closed, w.touches(50).summary.openDisputes]).toEqual([4, null, 1]);
  const none = new Case();
  none.touch(none.customer(), 1);
  expect(none.audit(10).disputeRate).toEqual({
    inside: null,
    outside: null,
    ratio: null,
    insideTouches: 0,
    disputeDays: 0,
  });
});

test('T13 T14: Monday weeks; a silence frames the empty weeks, a burst its own', () => {
  const w = new Case();
  const c = w.customer();
  // 2026-01-05 is a Monday: day 4.
  for (const n of [4, 5, 6, 8]) w.touch(c, n);
  w.touch(c, 4 + 7 * 12);
  const { weeks, rows } = w.strip(4 + 7 * 13 + 2, { weeks: 14 });
  expect([weeks[0], weeks.at(-1), weeks.length]).toEqual([at(4), at(4 + 7 * 13), 14]);
  expect(rows[0]!.counts).toEqual([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  expect(rows[0]!.frames).toEqual([
    { kind: 'burst', from: 0, to: 0, days: 5 },
    { kind: 'silence', from: 1, to: 11, days: 80 },
  ]);
  expect([rows[0]!.worstGap, rows[0]!.openGap]).toEqual([80, 9]);
  expect(w.strip(4 + 7 * 13 + 2, { weeks: 4 }).rows[0]!.frames).toEqual([
    { kind: 'silence', from: 0, to: 1, days: 80 },
  ]);
});

test('T15: gaps fall into half-open bins, the last without an end', () => {
  const w = new Case();
  for (const n of [100, 91, 90, 80, 0]) w.touch(w.customer(), n);
  w.customer();
  expect(w.gaps(100, { binDays: 10, bins: 3 })).toEqual({
    asOf: at(100),
    binDays: 10,
    bins: [
      { from: 0, to: 10, customers: 2, beyondTarget: 0 },
      { from: 10, to: 20, customers: 1, beyondTarget: 0 },
      { from: 20, to: null, customers: 2, beyondTarget: 1 },
    ],
    never: 1,
    median: 10,
    beyondTarget: 0.2,
  });
});

test('T17: an episode runs from the first unanswered inbound to the first outbound of any team', () => {
  const w = new Case();
  const [a, b] = [w.customer(), w.customer()];
  w.touch(a, 1);
  w.touch(a, 10, { direction: 'in' });
  w.touch(a, 12, { direction: 'in' });
  w.touch(a, 14, { team: 'service' });
  w.touch(a, 20, { direction: 'in' });
  w.touch(a, 20);
  w.touch(b, 30, { direction: 'in' });
  expect(w.audit(40).inbound).toEqual({ episodes: 3, answered: 2, open: 1, medianDays: 4 });
  expect(new Case().audit(1).inbound).toEqual({ episodes: 0, answered: 0, open: 0, medianDays: null });
});

test('each finding selects as many customers as it counts', () => {
  const w = new Case();
  const [burst, sold, both] = [w.customer(), w.customer(), w.customer()];
  w.customer();
  for (const n of [1, 2, 3, 4]) w.touch(burst, n);
  w.dispute(sold, 80, null);
  w.touch(sold, 85);
  w.touch(both, 88);
  w.touch(both, 89, { team: 'service' });
  const { summary } = w.touches(90);
  expect(summary.findings.map((f) => [f.id, f.customers])).toEqual([
    ['silent', 1],
    ['barrage', 1],
    ['dispute', 1],
    ['collision', 1],
    ['never', 1],
  ]);
  for (const finding of summary.findings)
    expect([finding.id, w.touches(90, { where: finding.where }).total]).toEqual([finding.id, finding.customers]);
});

test('the page is worst open gap first, never touched last; sort, limit and offset change the page and not the summary', () => {
  const w = new Case();
  for (const [name, n] of [
    ['A', 50],
    ['B', 10],
    ['C', 70],
  ] as const)
    w.touch(w.customer({ name }), n);
  w.customer({ name: 'D' });
  const names = (input: Asked): string[] => w.touches(80, input).customers.map((c) => c.name);
  expect(names({})).toEqual(['B', 'A', 'C', 'D']);
  expect(names({ sort: 'openGap' })).toEqual(['C', 'A', 'B', 'D']);
  expect(names({ sort: 'name:desc', limit: 2, offset: 1 })).toEqual(['C', 'B']);
  expect(w.touches(80, { limit: 0 })).toMatchObject({ total: 4, customers: [], summary: { customers: 4, touches: 3 } });
  expect(() => w.touches(80, { sort: 'gapp' })).toThrow('no field "gapp"');
  expect(() => w.touches(80, { sort: 'name:up' })).toThrow('field:desc');
});
