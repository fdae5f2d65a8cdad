import { describe, expect, test } from 'vitest';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { changeDetail, changes } from './index.ts';
import type { Change, ChangeDetailReport, ChangesReport } from './types.ts';

type Asked = Record<string, unknown>;
type More = Record<string, string | number>;

const SINCE = '2026-06-30';
const DAY_0 = parseIsoDay(SINCE);
/** Day n counted from the day since which is asked: 1 is the first after it. */
const at = (n: number): string => isoDay(DAY_0 + n);
const AS_OF = at(91);

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  touch(party: number | null, n: number, more: More = {}): void {
    this.add('touch', { party, day: at(n), channel: 'email', direction: 'out', team: 'marketing', ...more });
  }
  order(party: number, n: number, more: More = {}): void {
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
  answer(party: number, n: number, score: number, more: More = {}): void {
    this.add('response', { party, day: at(n), score, kind: 'relational', ...more });
  }
  ask(input: Asked = {}): ChangesReport {
    return changes.run(this.ctx, changes.parse({ asOf: AS_OF, since: SINCE, ...input }));
  }
  detail(id: string, input: Asked = {}): ChangeDetailReport {
    return changeDetail.run(this.ctx, changeDetail.parse({ asOf: AS_OF, since: SINCE, id, ...input }));
  }
  found(id: string, input: Asked = {}): Change {
    const change = this.ask(input).all.find((c) => c.id === id);
    if (!change) throw new Error(`${id} was not compared`);
    return change;
  }
  behind(change: Change): number {
    return language.filter(this.ctx, change.where, parseIsoDay(AS_OF)).trueCount;
  }
  /** The same day of every week of the 26 before and the 13 since. */
  weekly(party: number, before: number, since: number, more: More = {}): void {
    for (let w = -26; w < 13; w++)
      for (let k = 0; k < (w < 0 ? before : since); k++) this.touch(party, 7 * w + 1 + (k % 7), more);
  }
  get ctx() {
    return this.session.context();
  }
}

test('W1: a workspace in which nothing changes says so', () => {
  const w = new Case();
  for (let i = 0; i < 40; i++) {
    const c = w.customer();
    w.touch(c, -200);
    w.order(c, -190 + i);
    w.order(c, -185 + i);
    w.weekly(c, 1, 1);
  }
  const report = w.ask();
  expect([report.significant, report.changes, report.answer]).toEqual([
    0,
    [],
    `Nothing changed significantly since ${SINCE}: none of ${report.compared} comparisons is beyond chance.`,
  ]);
  expect(report.leastAdjusted).toBeGreaterThan(0.1);
  expect(report.expectedFalse).toBe(0);
  expect(new Case().ask()).toMatchObject({ compared: 0, leastAdjusted: null, changes: [] });
});

test('W1 W2: p values are adjusted for all comparisons, the answer is cut to its largest', () => {
  const w = new Case();
  for (let i = 0; i < 6; i++) w.weekly(w.customer(), 4, 1, { team: 'sales', channel: 'call' });
  const report = w.ask({ limit: 2 });
  expect(report.changes).toHaveLength(2);
  expect(report.significant).toBeGreaterThan(2);
  expect(report.answer).toContain(
    `${report.significant} changes since ${SINCE} among ${report.compared} comparisons; the 2 largest are named`,
  );
  const sizes = report.all.filter((c) => c.significant).map((c) => c.size);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(report.all.every((c) => c.adjusted >= c.p && c.significant === c.adjusted <= 0.1)).toBe(true);
  expect(report.expectedFalse).toBeCloseTo(0.1 * report.significant, 12);
  expect(w.ask({ q: 1e-12 }).all.every((c) => c.significant === c.adjusted <= 1e-12)).toBe(true);
});

describe('W3: the same customers on two days', () => {
  const fallen = (): Case => {
    const w = new Case();
    for (let i = 0; i < 30; i++) {
      const c = w.customer();
      w.order(c, -400);
      // Eighteen of them lapse within the quarter: their last order is 366 to 383 days back by its end.
      w.order(c, i < 18 ? 91 - 366 - i : -100);
    }
    const late = w.customer();
    w.order(late, 5);
    w.order(late, 6);
    return w;
  };

  test('counts, exact p and the customers behind them', () => {
    const w = fallen();
    const lapsed = w.found('rung:lapsed');
    expect([lapsed.before, lapsed.after, lapsed.direction]).toEqual([0, 18, 'up']);
    expect(lapsed.p).toBeCloseTo(2 * 0.5 ** 18, 12);
    expect(lapsed.sentence).toBe('Lapsed customers: 0 to 18 of 30 customers known on both days; 18 came, 0 left');
    expect(w.behind(lapsed)).toBe(18);
    const clients = w.found('rung:client');
    expect([clients.before, clients.after, clients.direction]).toEqual([30, 12, 'down']);
    expect(w.behind(clients)).toBe(18);
    expect(w.detail('rung:client').details[0]).toEqual({
      kind: 'flow',
      known: 30,
      before: 30,
      after: 12,
      joined: 0,
      left: 18,
    });
  });

  test('the mix of rungs has PSI with its critical value, and is tested as of the same customers', () => {
    const w = fallen();
    const mix = w.found('mix:rungs');
    // One pair of categories: Stuart and Maxwell's test is McNemar's chi-square, 18.
    expect(mix.p).toBeCloseTo(2.209e-5, 7);
    expect(w.behind(mix)).toBe(18);
    const cells = w.detail('mix:rungs').details[0]!;
    expect(cells).toMatchObject({ kind: 'cells', sameCustomers: true, chi2: 18, df: 1 });
    if (cells.kind !== 'cells') throw new Error('cells are expected');
    expect(cells.cells.find((c) => c.label === 'client')).toMatchObject({ before: 30, after: 12 });
    expect(cells.critical95).toBeCloseTo(12.5915872 * (2 / 30), 5);
  });

  test('tickets, disputes and classes of touches are states', () => {
    const w = new Case();
    for (let i = 0; i < 12; i++) {
      const c = w.customer();
      w.touch(c, -10);
      w.add('ticket', { party: c, day: at(20), is_dispute: 1, closed_day: i < 2 ? at(30) : null });
    }
    const disputes = w.found('state:open_disputes');
    expect([disputes.before, disputes.after, w.behind(disputes)]).toEqual([0, 10, 10]);
    const silent = w.found('state:silent');
    expect([silent.before, silent.after, w.behind(silent)]).toEqual([0, 12, 12]);
  });
});

test('W4 W5: moves are compared with as long a time before', () => {
  const w = new Case();
  for (let i = 0; i < 60; i++) {
    const c = w.customer({ region: i % 2 ? 'North' : 'South' });
    w.order(c, -800);
    // Twenty of the North fall since the day, nobody did before.
    w.order(c, i % 2 && i < 40 ? 91 - 366 - i : -180);
  }
  const fell = w.found('moves:down');
  expect([fell.before, fell.after, w.behind(fell)]).toEqual([0, 20 / 60, 20]);
  expect(fell.sentence).toBe('Customers who fell: 33.3 % (20 of 60), 0 % (0 of 60) in the 91 days before');
  const all = w.found('moves:all');
  expect(all.p).toBeLessThan(1e-4);
  expect(w.detail('moves:all').details[0]).toMatchObject({
    kind: 'cells',
    cells: expect.arrayContaining([{ label: 'client → lapsed', before: 0, after: 20, term: null }]) as unknown,
  });
  const north = w.found('moves:down@North', { by: 'region' });
  expect([north.group, north.after, w.behind(north)]).toEqual(['North', 20 / 30, 20]);
  expect(w.ask({ by: 'region' }).all.some((c) => c.id === 'moves:down@South')).toBe(false);
});

describe('NPS', () => {
  const falling = (): Case => {
    const w = new Case();
    for (let i = 0; i < 40; i++) {
      const c = w.customer();
      w.answer(c, -60, i < 30 ? 10 : 8, { wave: 'spring' });
      w.answer(c, 40, i < 20 ? 3 : i < 30 ? 10 : 8, { wave: 'summer' });
    }
    return w;
  };

  test('W6: answers since the day against those before it', () => {
    const w = falling();
    const score = w.found('nps:relational');
    expect([score.before, score.after, score.direction, w.behind(score)]).toEqual([75, -25, 'down', 20]);
    expect(score.p).toBeLessThan(1e-6);
    expect(score.sentence).toMatch(/^NPS: \+75 to −25, a difference of −100 \(adjusted Wald 95 %: −\d/);
    w.answer(w.customer(), 50, 2, { kind: 'transactional' });
    w.commit();
    expect(w.ask().notCompared).toContainEqual({
      label: 'NPS after a transaction',
      group: null,
      reason: '0 answers before and 1 answer since; each side needs 10',
    });
  });

  test('W7: who answered again, paired', () => {
    const w = falling();
    const again = w.found('nps:same-customers');
    expect([again.before, again.after, w.behind(again)]).toEqual([75, -25, 20]);
    // Half of 40 customers fell by 2: mean -1, population standard deviation 1.
    expect(again.size).toBeCloseTo(1, 9);
    const alone = new Case();
    for (let i = 0; i < 20; i++) alone.answer(alone.customer(), i - 30, 9);
    expect(alone.ask().all.some((c) => c.id === 'nps:same-customers')).toBe(false);
  });

  test('W8: waves before set the level, those since are charted', () => {
    const [series] = falling().detail('nps:relational').details;
    if (series?.kind !== 'series') throw new Error('a series is expected');
    expect(series.center).toBeCloseTo(75, 9);
    expect(series.sigma).toBeCloseTo(100 * Math.sqrt(0.75 - 0.75 ** 2), 9);
    const [spring, summer] = series.points;
    expect([spring!.label, spring!.after, spring!.ewma, spring!.upper]).toEqual(['spring', false, null, null]);
    const z = (-25 - 75) / (series.sigma! / Math.sqrt(40));
    expect(summer!.z).toBeCloseTo(z, 9);
    expect(summer!.lower).toBeCloseTo(-z - 0.5, 9);
    expect(summer!.ewma).toBeCloseTo(75 + (0.1 * z * series.sigma!) / Math.sqrt(40), 9);
    expect(summer!.signal).toBe('both');
    expect(series.changedAfter).toBe(isoDay(parseIsoDay(at(40)) - 1));
  });
});

describe('volumes', () => {
  test('W9: equal weeks before, a third of them since', () => {
    const w = new Case();
    w.weekly(w.customer(), 3, 1);
    const touches = w.found('volume:touches');
    expect([touches.before, touches.after, touches.direction]).toEqual([3, 1, 'down']);
    expect(touches.sentence).toBe('Outbound touches: 13 since, 39 expected from the 26 weeks before (−67 %)');
    expect(touches.test).toBe('conditional test of two Poisson counts');
    expect(touches.size).toBeCloseTo(Math.log(39.5 / 13.5), 12);
    // 2 * scipy.stats.binom.cdf(13, 91, 1/3)
    expect(touches.p).toBeCloseTo(6.475150548304406e-5, 12);
  });

  test('W8 W9: the charts find the week, and leave out one that is not over', () => {
    const w = new Case();
    const c = w.customer();
    for (let week = -26; week < 13; week++) {
      const n = week < 4 ? 6 + (week % 3) : 1;
      for (let k = 0; k < n; k++) w.touch(c, 7 * week + 1 + (k % 7));
    }
    const [series] = w.detail('volume:touches', { asOf: at(90) }).details;
    if (series?.kind !== 'series') throw new Error('a series is expected');
    expect(series.points).toHaveLength(39);
    expect(series.changedAfter).toBe(at(28));
    expect(series.points.at(-1)).toMatchObject({ partial: true, ewma: null, z: null, from: at(85), to: at(90) });
    expect(series.points[30]!.robustZ).toBeLessThan(-2.5);
    expect(series.points.slice(0, 26).every((p) => p.signal === null && p.ewma === null)).toBe(true);
  });

  test('W9: weeks before the first row say nothing; eight are needed', () => {
    const w = new Case();
    const c = w.customer();
    for (let n = -69; n <= 91; n++) w.touch(c, n);
    expect(w.found('volume:touches')).toMatchObject({ before: 7, after: 7 });
    const short = new Case();
    const d = short.customer();
    for (let n = -50; n <= 91; n++) short.touch(d, n);
    expect(short.ask().notCompared).toContainEqual({
      label: 'Outbound touches',
      group: null,
      reason: '7 weeks before the day; a comparison needs 8',
    });
  });

  test('W9: fewer of them opens those who have none since, more of them those who have', () => {
    const w = new Case();
    for (let i = 0; i < 10; i++) w.weekly(w.customer(), 2, i < 7 ? 0 : 2, { channel: 'visit', team: 'sales' });
    expect(w.behind(w.found('volume:touches.visit'))).toBe(7);
    const more = new Case();
    for (let i = 0; i < 10; i++) more.weekly(more.customer(), 1, i < 7 ? 3 : 0);
    expect(more.behind(more.found('volume:touches'))).toBe(7);
  });

  test('W9: rows of no customer count until a filter asks for customers', () => {
    const w = new Case();
    w.weekly(w.customer({ region: 'North' }), 1, 1);
    for (let n = 1; n <= 91; n++) w.touch(null, n);
    expect(w.found('volume:touches').after).toBe(8);
    expect(w.found('volume:touches', { where: "region = 'North'" }).after).toBe(1);
  });

  test('W10: groups have their own streams and the mix over them', () => {
    const w = new Case();
    for (let i = 0; i < 80; i++) w.weekly(w.customer({ region: i < 40 ? 'North' : 'South' }), 1, i < 40 ? 1 : 3);
    const report = w.ask({ by: 'region' });
    const south = report.all.find((c) => c.id === 'volume:touches@South')!;
    expect([south.group, south.before, south.after, w.behind(south)]).toEqual(['South', 40, 120, 40]);
    expect(report.all.find((c) => c.id === 'volume:touches@North')!.significant).toBe(false);
    const mix = report.all.find((c) => c.id === 'mix:touches.region')!;
    expect([mix.significant, w.behind(mix)]).toEqual([true, 40]);
    const attribute = w.customer({ attributes: '{"Plan":"gold"}' });
    w.weekly(attribute, 1, 1);
    w.commit();
    const gold = w.found('volume:touches@gold', { by: '[Plan]' });
    expect([gold.after, w.behind(gold)]).toEqual([1, 1]);
    expect(() => w.ask({ by: 'revenue_12m' })).toThrow(/no field with few values/);
    expect(() => w.ask({ by: 'regoin' })).toThrow(/there is no field/);
  });
});

test('W11: a mix moves, and rows of one customer are no independent evidence', () => {
  const shifted = (perCustomer: number, customers: number): Change => {
    const w = new Case();
    for (let i = 0; i < customers; i++) {
      const c = w.customer();
      for (let k = 0; k < perCustomer; k++) {
        w.touch(c, -20, { channel: i < 0.7 * customers ? 'email' : 'call' });
        w.touch(c, 20, { channel: i < 0.5 * customers ? 'email' : 'call' });
      }
    }
    const change = w.found('mix:touches.channel');
    const [cells] = w.detail('mix:touches.channel').details;
    if (cells?.kind !== 'cells') throw new Error('cells are expected');
    expect(cells.cells.map((c) => [c.label, c.before, c.after])).toEqual([
      ['call', 0.3 * customers * perCustomer, 0.5 * customers * perCustomer],
      ['email', 0.7 * customers * perCustomer, 0.5 * customers * perCustomer],
    ]);
    expect(w.behind(change)).toBe(0.5 * customers);
    expect(cells.psi).toBeCloseTo(0.2 * Math.log(0.5 / 0.3) + 0.2 * Math.log(0.7 / 0.5), 12);
    expect(cells.critical95).toBeCloseTo(3.841459 * (2 / (customers * perCustomer)), 6);
    return change;
  };
  const [one, many] = [shifted(1, 40), shifted(10, 40)];
  expect(Math.abs(Math.log(one.p / many.p))).toBeLessThan(0.3);
  expect(one.size).toBeCloseTo(many.size, 9);
});

test('W12: revenue by the rank sum of weeks', () => {
  const w = new Case();
  const c = w.customer();
  w.order(c, -300);
  for (let week = -26; week < 13; week++)
    w.order(c, 7 * week + 3, { amount: week < 0 ? 10_000 + 100 * week : 4_000 + week });
  const revenue = w.found('money:EUR');
  expect([revenue.before, revenue.after, revenue.currency, revenue.direction]).toEqual([8650, 4006, 'EUR', 'down']);
  expect(revenue.size).toBe(2);
  expect(revenue.sentence).toBe('Revenue in EUR: 40.06 EUR a week, 86.50 EUR a week in the 26 weeks before (−54 %)');
  expect(w.ask({ since: at(70) }).notCompared.map((n) => n.reason)).toContain(
    '26 weeks before and 3 whole since; 8 and 4 are needed',
  );
});

describe('W13: days', () => {
  test('what is dated after the as-of day changes nothing', () => {
    const w = new Case();
    for (let i = 0; i < 12; i++) {
      const c = w.customer();
      w.weekly(c, 2, 1);
      w.order(c, -50);
      w.answer(c, -40, 9);
      w.answer(c, 40, 5);
    }
    const before = w.ask();
    const later = w.customer();
    w.touch(later, 92);
    w.order(later, 100);
    w.answer(later, 120, 0);
    w.add('ticket', { party: later, day: at(99), is_dispute: 1 });
    w.commit();
    expect(w.ask()).toEqual(before);
  });

  test('the default day is the end of the last quarter that is over by four weeks', () => {
    const w = new Case();
    const since = (asOf: string): string => changes.run(w.ctx, changes.parse({ asOf })).since;
    expect([since('2026-09-30'), since('2026-10-27'), since('2026-10-28')]).toEqual([
      '2026-06-30',
      '2026-06-30',
      '2026-09-30',
    ]);
    expect(() => w.ask({ since: AS_OF })).toThrow(/not before the as-of day/);
  });
});

test('W14: every filter of an answer can be asked, and an unknown change is named', () => {
  const w = new Case();
  for (let i = 0; i < 30; i++) {
    const c = w.customer({ region: i % 3 ? 'North' : "O'Hara" });
    w.weekly(c, 1, i % 4);
    w.order(c, -300 + i);
    w.order(c, i % 2 ? -20 : 20);
    w.answer(c, -40, i % 11);
    w.answer(c, 40, (i * 3) % 11);
    w.add('ticket', { party: c, day: at(-30 + i), severity: 'high' });
    w.add('lead', { party: c, day: at(-60 + i), lead_source: i % 2 ? 'Web' : 'Fair' });
  }
  const report = w.ask({ by: 'region' });
  expect(report.all.length).toBeGreaterThan(25);
  for (const change of report.all) {
    expect(() => language.filter(w.ctx, change.where, parseIsoDay(AS_OF))).not.toThrow();
    expect(w.detail(change.id, { by: 'region' }).change).toEqual(change);
  }
  const north = w.found('moves:up', { where: "region = 'North'" });
  expect(north.where).toMatch(/^\(region = 'North'\) and \(/);
  expect(w.behind(north)).toBeLessThan(w.behind(w.found('moves:up')));
  expect(new Set(report.all.map((c) => c.id)).size).toBe(report.all.length);
  expect(() => w.detail('volume:nothing')).toThrow(/no comparison "volume:nothing"/);
});
