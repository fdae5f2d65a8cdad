import { expect, test } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { ReadSession } from '#engine/session.ts';
import { NpsFixture } from './nps.fixture.ts';
import { npsBias, npsCompare, npsCoverage, npsMoves, npsRevenue, npsSample, npsSilent, npsTrend } from './index.ts';

class Case extends NpsFixture {
  private readonly session = new ReadSession(this.db);

  get ctx(): ReadContext {
    return this.session.context();
  }
}

const order = (w: Case, party: number, day: string, euros: number): void =>
  void w.add('purchase', { party, day, kind: 'invoice', amount: euros * 100, currency: 'EUR' });

test('N14: a customer weighs by its revenue, with the effective number of customers; roles weigh within a customer', () => {
  const w = new Case();
  const scores = [10, 9, 8, 7, 3, 2, 10];
  const weights = [5000, 1000, 2000, 500, 4000, 300, 800];
  scores.forEach((score, i) => {
    const party = w.customer();
    order(w, party, '2026-05-01', weights[i]!);
    w.answer(party, '2026-05-02', score);
  });
  const report = w.nps({ weight: 'revenue_12m', interval: 'wald' });
  const mean = (5000 + 1000 + 800 - 4000 - 300) / 13_600;
  expect(report.unit).toBe('customer');
  expect(report.nps).toBeCloseTo(mean * 100, 9);
  expect(report.weighted!.effective).toBeCloseTo(13_600 ** 2 / weights.reduce((sum, x) => sum + x * x, 0), 9);
  expect(report.weighted!.unweighted).toBeCloseTo(100 / 7, 9);
  expect(report.weighted!.excluded).toBe(0);
  const nobody = w.customer();
  w.answer(nobody, '2026-05-02', 10);
  w.commit();
  expect(w.nps({ weight: 'revenue_12m' }).weighted!.excluded).toBe(1);

  const roles = new Case();
  const company = roles.customer();
  for (const [title, score] of [
    ['Managing director', 10],
    ['Clerk', 2],
  ] as const) {
    const person = roles.add('party', { kind: 'person', name: title, title });
    roles.join(person, company);
    roles.answer(person, '2026-05-01', score);
  }
  expect(roles.nps({ roles: true }).nps).toBe(0);
  roles.setText(
    'rules',
    "minimum: 1 answer\nbusiness hours: mon-fri 9:00-17:00\nrole head: 3 where title contains 'director'",
  );
  expect(roles.nps({ roles: true }).nps).toBeCloseTo(50, 9);
  expect(() => roles.nps({ weight: 'region' })).toThrow(/neither a number nor an amount/);
});

test('N15: a score has as many answers as the workspace asks for, or says that it has not; it is rounded from the counts', () => {
  const w = new Case();
  w.answers([236, 200, 564]);
  expect([w.nps().enough, w.nps().shown, w.nps().minimum]).toEqual([true, 33, 30]);
  const half = new Case();
  half.answers([43, 57, 100]);
  expect([half.nps().nps, half.nps().shown]).toEqual([28.499999999999996, 29]);
  const few = new Case();
  few.answers([1, 0, 2]);
  expect([few.nps().enough, few.nps().nps!.toFixed(1)]).toEqual([false, '33.3']);
  few.setText('rules', 'minimum: 3 answers\nbusiness hours: mon-fri 9:00-17:00');
  expect(few.nps().enough).toBe(true);
});

test('N16: the interval is narrowed when more than 5 % of everybody answered, as published for 48 of 120', () => {
  const w = new Case();
  w.answers([7, 13, 28]);
  const whole = w.nps({ population: 120 });
  expect(whole.finitePopulation).toBeCloseTo(Math.sqrt((120 - 48) / 119), 9);
  const plain = w.nps().interval;
  expect(whole.interval.high! - whole.interval.low!).toBeCloseTo(
    (plain.high! - plain.low!) * whole.finitePopulation!,
    9,
  );
  expect(
    [w.nps({ population: 48 }).interval.low, w.nps({ population: 48 }).interval.high].map((x) => x!.toFixed(6)),
  ).toEqual(Array(2).fill(((100 * 21) / 51).toFixed(6)));
  expect(w.nps({ population: 10_000 }).finitePopulation).toBeNull();
  expect(w.nps({ population: 'customers' })).toMatchObject({ finitePopulation: 0, unit: 'customer' });
  expect(() => w.nps({ population: 47 })).toThrow(/47 is less than the 48 that answered/);
  const groups = w.nps({ population: 120, by: 'rung' }).groups;
  expect(groups.map((g) => g.finitePopulation)).toEqual([null]);
});

test('N17: each wave is tested against the one before', () => {
  const w = new Case();
  w.answers([9, 11, 11], { wave: 'before', day: '2026-03-01' });
  w.answers([5, 12, 19], { wave: 'after', day: '2026-06-01' });
  const [before, after] = npsTrend.run(w.ctx, npsTrend.parse({ asOf: '2026-06-30', interval: 'wald' })).points;
  expect([before!.change, after!.value]).toEqual([null, 'after']);
  expect([after!.change!.difference!.toFixed(4), after!.change!.p!.toFixed(6)]).toEqual(['32.4373', '0.082923']);
});

test('N18: those on both sides are paired, and the overlap says which comparison is reported', () => {
  const w = new Case();
  const compare = (input = {}) =>
    npsCompare.run(w.ctx, npsCompare.parse({ asOf: '2026-06-30', a: 'A', b: 'B', ...input }));
  // Ten of each of two moves and eighty who stayed: mean change 10 / 100 with variance 0.2 - 0.01.
  const both = (from: number, to: number, n: number): void => {
    for (let i = 0; i < n; i++) {
      const party = w.customer();
      w.answer(party, '2026-03-01', from, { wave: 'A' });
      w.answer(party, '2026-05-01', to, { wave: 'B' });
    }
  };
  both(8, 8, 80);
  both(8, 10, 15);
  both(8, 3, 5);
  const { paired, report } = compare();
  expect([paired.n, paired.overlap, report]).toEqual([100, 1, 'paired']);
  expect(paired.difference).toBeCloseTo(10, 9);
  expect((paired.high! - paired.low!) / 2).toBeCloseTo(100 * 1.959963984540054 * Math.sqrt((0.2 - 0.01) / 100), 6);
  w.answers([0, 100, 0], { wave: 'B', day: '2026-05-02' });
  w.commit();
  expect([compare().paired.overlap, compare().report]).toEqual([0.5, 'both']);
  w.answers([0, 900, 0], { wave: 'A', day: '2026-03-02' });
  w.commit();
  expect(compare().report).toBe('independent');
  expect(compare({ unit: 'customer' }).paired.unit).toBe('customer');
});

test('N19: a change is split into who answered and how, and both parts add up to it', () => {
  const w = new Case();
  const answers = (region: string, wave: string, counts: readonly [number, number, number]): void => {
    const scores = counts.flatMap((n, i) => Array<number>(n).fill([2, 8, 10][i]!));
    for (const score of scores) {
      w.answer(w.customer({ region }), wave === 'A' ? '2026-03-01' : '2026-05-01', score, { wave });
    }
  };
  answers('North', 'A', [1, 2, 7]);
  answers('South', 'A', [5, 3, 2]);
  answers('North', 'B', [1, 1, 3]);
  answers('South', 'B', [8, 4, 3]);
  const { decomposition } = npsCompare.run(
    w.ctx,
    npsCompare.parse({ asOf: '2026-06-30', a: 'A', b: 'B', by: 'region' }),
  );
  expect(decomposition!.mix! + decomposition!.rate!).toBeCloseTo(decomposition!.difference!, 9);
  expect(decomposition!.difference).toBeCloseTo(-15 - 15, 9);
  const north = decomposition!.groups.find((g) => g.value === 'North')!;
  expect([north.before, north.after]).toEqual([
    { responses: 10, nps: 60 },
    { responses: 5, nps: 40 },
  ]);
  expect(north.mix).toBeCloseTo((0.25 - 0.5) * 50, 9);
  expect(north.rate).toBeCloseTo(((0.5 + 0.25) / 2) * -20, 9);
});

test('N20: revenue by promoters, passives, detractors and silent customers adds up to that of all', () => {
  const w = new Case();
  for (const [score, euros] of [
    [10, 500],
    [8, 300],
    [2, 150],
    [null, 50],
  ] as const) {
    const party = w.customer();
    order(w, party, '2026-05-01', euros);
    if (score !== null) w.answer(party, '2026-05-02', score);
  }
  const report = npsRevenue.run(w.ctx, npsRevenue.parse({ asOf: '2026-06-30' }));
  expect(report.classes.map((c) => [c.class, c.customers, c.revenue12m[0]!.minor, c.revenueShare])).toEqual([
    ['promoter', 1, 50_000, 0.5],
    ['passive', 1, 30_000, 0.3],
    ['detractor', 1, 15_000, 0.15],
    ['silent', 1, 5000, 0.05],
  ]);
  expect(report.revenue12m).toEqual([{ currency: 'EUR', minor: 100_000 }]);
});

test('N21: known, invited and heard customers and contacts; rates over what was delivered', () => {
  const w = new Case();
  const [a, b] = [w.customer({ region: 'North' }), w.customer({ region: 'South' })];
  w.customer({ region: 'South' });
  const people = [a, a, b, b].map((customer, i) => {
    const person = w.add('party', { kind: 'person', name: `P${i}`, email_bounced: i === 2 ? 1 : 0 });
    w.join(person, customer);
    return person;
  });
  w.answer(people[0]!, '2026-05-01', 9);
  w.answer(people[1]!, '2026-05-01', null);
  w.answer(people[2]!, '2026-05-01', null);
  w.answer(people[3]!, '2026-05-01', null, { complete: 0 });
  const report = npsCoverage.run(w.ctx, npsCoverage.parse({ asOf: '2026-06-30', by: 'region' }));
  expect(report.customers).toEqual({ known: 3, invited: 2, responding: 1, coverage: 1 / 3 });
  expect(report.contacts).toEqual({ known: 4, invited: 4, responding: 1, coverage: 0.25 });
  expect(report.rates).toEqual({
    invited: 4,
    bounced: 1,
    delivered: 3,
    answered: 1,
    partial: 1,
    responseRate: 1 / 3,
    withPartial: 2 / 3,
    gross: 0.25,
  });
  expect(report.groups.map((g) => [g.value, g.customers.known, g.customers.responding])).toEqual([
    ['South', 2, 0],
    ['North', 1, 1],
  ]);
});

test('N22: the score by where customers stood on two days; who was not known entered', () => {
  const w = new Case();
  const rises = w.customer({ created_day: '2025-01-01' });
  order(w, rises, '2026-05-01', 100);
  const stays = w.customer({ created_day: '2025-01-01' });
  const enters = w.customer({ created_day: '2026-04-01' });
  w.answer(rises, '2026-05-02', 10);
  w.answer(stays, '2026-05-02', 2);
  w.answer(enters, '2026-05-02', 8);
  w.answer(null, '2026-05-02', 0);
  w.answer(w.customer(), '2025-12-01', 0);
  const report = npsMoves.run(w.ctx, npsMoves.parse({ from: '2025-12-31', to: '2026-06-30' }));
  expect(report.directions.map((d) => [d.direction, d.responses, d.nps])).toEqual([
    ['up', 1, 100],
    ['stay', 1, -100],
    ['down', 0, null],
    ['entered', 1, 0],
  ]);
  expect(report.moves.map((m) => [m.from, m.to, m.nps])).toEqual([
    ['prospect', 'prospect', -100],
    ['prospect', 'customer', 100],
    ['new', 'prospect', 0],
  ]);
  expect(report.unknown).toBe(1);
  expect(() => npsMoves.run(w.ctx, npsMoves.parse({ from: '2026-06-30', to: '2026-06-30' }))).toThrow(LadderlineError);
});

test('N23: silent customers by revenue, those that renew soon counted apart', () => {
  const w = new Case();
  const large = w.customer({ name: 'Large' });
  order(w, large, '2026-05-01', 900);
  w.add('subscription', { party: large, day: '2025-08-01', renews_day: '2026-08-01', status: 'active' });
  const small = w.customer({ name: 'Small' });
  order(w, small, '2026-05-01', 100);
  const heard = w.customer({ name: 'Heard' });
  order(w, heard, '2026-05-01', 1000);
  w.answer(heard, '2026-05-02', 9);
  w.answer(small, '2026-05-02', null);
  const report = npsSilent.run(w.ctx, npsSilent.parse({ asOf: '2026-06-30' }));
  expect([report.silent, report.revenueShare, report.due, report.dueRevenue12m]).toEqual([
    2,
    0.5,
    1,
    [{ currency: 'EUR', minor: 90_000 }],
  ]);
  expect(report.rows.map((r) => [r.name, r.invited, r.renewsAt])).toEqual([
    ['Large', false, '2026-08-01'],
    ['Small', true, null],
  ]);
  expect(npsSilent.run(w.ctx, npsSilent.parse({ asOf: '2026-06-30', due: true })).total).toBe(1);
  const promoters = npsSilent.run(w.ctx, npsSilent.parse({ asOf: '2026-06-30', class: 'promoter' }));
  expect([promoters.silent, promoters.rows.map((r) => r.name)]).toEqual([2, ['Heard']]);
});

test('N24: answers needed for a margin, as published for shares of .5 and .2', () => {
  const w = new Case();
  w.answers([20, 30, 50]);
  w.answers([0, 0, 0]);
  for (let i = 0; i < 100; i++) w.answer(w.customer(), '2026-05-01', null);
  const report = npsSample.run(w.ctx, npsSample.parse({ asOf: '2026-06-30', margin: 10 }));
  expect([report.needed, report.more, report.invitations]).toEqual([235, 135, 270]);
  expect(npsSample.run(new Case().ctx, npsSample.parse({})).needed).toBeNull();
});

test('N25: those who answered against all customers, and the score re-weighted to them', () => {
  const w = new Case();
  const region = (name: string, customers: number, scores: readonly number[]): void => {
    for (let i = 0; i < customers; i++) {
      const party = w.customer({ region: name });
      if (scores[i] !== undefined) w.answer(party, '2026-05-01', scores[i]!);
    }
  };
  region('North', 20, [10, 10, 10, 10, 10, 10, 10, 10, 2, 8]);
  region('South', 60, [2, 2, 8, 10]);
  region('West', 20, []);
  const report = npsBias.run(w.ctx, npsBias.parse({ asOf: '2026-06-30', fields: ['region'] }));
  const [south, north, west] = report.fields[0]!.strata;
  expect([south!.share, south!.respondingShare, south!.nps]).toEqual([0.6, 4 / 14, -25]);
  expect([north!.nps, west!.nps]).toEqual([70, null]);
  expect(report.nps).toBeCloseTo((100 * (7 - 1)) / 14, 9);
  expect(report.fields[0]!.nps).toBeCloseTo((60 * -25 + 20 * 70) / 80, 9);
  expect([report.fields[0]!.covered, report.fields[0]!.biased]).toEqual([0.8, true]);
  const se = Math.sqrt((0.75 ** 2 * (3 / 4 - 0.0625)) / 4 + (0.25 ** 2 * (9 / 10 - 0.49)) / 10);
  expect((report.fields[0]!.high! - report.fields[0]!.low!) / 2).toBeCloseTo(100 * 1.959963984540054 * se, 6);
  expect(npsBias.run(w.ctx, npsBias.parse({ asOf: '2026-06-30' })).fields.map((f) => f.field)).toEqual([
    'rung',
    'region',
    'revenue',
  ]);
});
