import { expect, test } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { npsInterval } from '#engine/methods/nps.ts';
import { ReadSession } from '#engine/session.ts';
import { NpsFixture, type Asked } from './nps.fixture.ts';
import { npsCompare, npsList, npsTrend } from './index.ts';

class Case extends NpsFixture {
  private readonly session = new ReadSession(this.db);

  get ctx(): ReadContext {
    return this.session.context();
  }
}

test('N1 N2: 5, 12 and 19 answers give 38.9 with the published intervals', () => {
  const w = new Case();
  w.answers([5, 12, 19], { kind: 'relational' });
  const report = w.nps();
  expect([report.responses, report.detractors, report.passives, report.promoters]).toEqual([36, 5, 12, 19]);
  expect(report.nps).toBeCloseTo(38.888889, 5);
  expect(report.interval).toMatchObject({ method: 'adjusted_wald', level: 0.95 });
  expect([report.interval.low, report.interval.high].map((x) => x!.toFixed(4))).toEqual(['13.1575', '58.6373']);
  const wald = w.nps({ interval: 'wald' }).interval;
  expect([wald.low, wald.high].map((x) => x!.toFixed(4))).toEqual(['15.4367', '62.3410']);
  const score = w.nps({ interval: 'score' }).interval;
  expect([score.low, score.high].map((x) => x!.toFixed(4))).toEqual(['12.9362', '59.3667']);
  expect(report.distribution).toEqual([0, 0, 0, 5, 0, 0, 0, 0, 12, 0, 19]);
});

test('N2: half, a third and a sixth of 30 answers give 33.3 +/- 26.7, of 200 answers +/- 10.3 (Wald)', () => {
  const w = new Case();
  w.answers([5, 10, 15]);
  const { nps: value, interval } = w.nps({ interval: 'wald' });
  expect([value!, (interval.high! - interval.low!) / 2].map((x) => x.toFixed(1))).toEqual(['33.3', '26.7']);
  const { lo, hi } = npsInterval({ detractors: 200 / 6, passives: 400 / 6, promoters: 100 }, 'wald');
  expect((50 * (hi! - lo!)).toFixed(1)).toBe('10.3');
});

test('N3: without answers everything is null and nothing is zero', () => {
  const report = new Case().nps();
  expect([report.nps, report.interval.low, report.interval.high, report.responseRate]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('N4: relational and transactional answers are never pooled; an unknown kind counts as relational', () => {
  const w = new Case();
  const party = w.customer();
  w.answer(party, '2026-05-01', 10, { kind: 'relational' });
  w.answer(w.customer(), '2026-05-02', 9);
  w.answer(party, '2026-05-03', 0, { kind: 'transactional' });
  expect([w.nps().responses, w.nps().kind]).toEqual([2, 'relational']);
  expect([w.nps({ kind: 'transactional' }).responses, w.nps({ kind: 'transactional' }).nps]).toEqual([1, -100]);
  const only = new Case();
  only.answer(only.customer(), '2026-05-01', 2, { kind: 'transactional' });
  expect([only.nps().kind, only.nps().responses]).toEqual(['transactional', 1]);
});

test('N5 N6: the as-of day and both ends of a range are included', () => {
  const w = new Case();
  for (const day of ['2026-04-01', '2026-05-31', '2026-06-30', '2026-07-01']) w.answer(w.customer(), day, 10);
  expect(w.nps().responses).toBe(3);
  expect(w.nps({ from: '2026-04-01', to: '2026-05-31' }).responses).toBe(2);
});

test('N7 N8: one answer per respondent and wave, else survey, else quarter; ties by external id, then the lower score', () => {
  const w = new Case();
  const party = w.customer();
  w.answer(party, '2026-04-01', 3, { wave: 'W1' });
  w.answer(party, '2026-05-01', 10, { wave: 'W1' });
  w.answer(party, '2026-05-02', 8, { wave: 'W2' });
  w.answer(party, '2026-01-02', 5);
  w.answer(party, '2026-02-02', 7);
  w.answer(party, '2026-04-02', 9);
  const scores = (input: Asked): number[] =>
    npsList.run(w.ctx, npsList.parse({ asOf: '2026-06-30', ...input })).rows.map((r) => r.score);
  expect(scores({}).sort()).toEqual([10, 7, 8, 9]);
  expect(scores({ dedup: 'first' }).sort()).toEqual([3, 5, 8, 9]);
  expect(scores({ dedup: 'none' })).toHaveLength(6);
  const tie = new Case();
  const twice = tie.customer();
  tie.answer(twice, '2026-05-01', 9, { ext: 'b', wave: 'W' });
  tie.answer(twice, '2026-05-01', 2, { ext: 'a', wave: 'W' });
  expect(tie.nps().nps).toBe(100);
  expect(tie.nps({ dedup: 'first' }).nps).toBe(-100);
});

test('N9: an answer of nobody counts in the total and in no filtered figure', () => {
  const w = new Case();
  w.answer(null, '2026-05-01', 10);
  w.answer(null, '2026-05-01', 10);
  w.answer(w.customer({ name: 'Known' }), '2026-05-01', 0);
  expect([w.nps().responses, w.nps().nps!.toFixed(2)]).toEqual([3, '33.33']);
  expect(w.nps({ where: "name contains 'known'" }).responses).toBe(1);
});

test('N10: per customer the mean of its respondents, then the mean of customers', () => {
  const w = new Case();
  const [a, b] = [w.customer(), w.customer()];
  const colleagues = [10, 10, 3].map((score) => {
    const person = w.add('party', { kind: 'person', name: 'P' });
    w.join(person, a);
    w.answer(person, '2026-05-01', score);
    return person;
  });
  expect(colleagues).toHaveLength(3);
  w.answer(b, '2026-05-01', 0);
  const report = w.nps({ unit: 'customer' });
  expect([report.responses, report.promoters, report.detractors]).toEqual([2, 1, 1]);
  expect(report.nps).toBeCloseTo(((1 / 3 - 1) / 2) * 100, 9);
  expect(report.interval.method).toBe('wald');
});

test('N11: the difference of two waves, as published for 36 against 31 answers, with its sign', () => {
  const w = new Case();
  w.answers([5, 12, 19], { wave: 'after' });
  w.answers([9, 11, 11], { wave: 'before' });
  const forth = npsCompare.run(
    w.ctx,
    npsCompare.parse({ asOf: '2026-06-30', a: 'before', b: 'after', interval: 'wald' }),
  );
  const back = npsCompare.run(
    w.ctx,
    npsCompare.parse({ asOf: '2026-06-30', a: 'after', b: 'before', interval: 'wald' }),
  );
  expect(forth.difference!.toFixed(4)).toBe('32.4373');
  expect(forth.p!.toFixed(6)).toBe('0.082923');
  expect(back.difference).toBeCloseTo(-forth.difference!, 12);
  expect(() => npsCompare.run(w.ctx, npsCompare.parse({ a: 'nowhere', b: 'after' }))).toThrow(
    /neither a wave with answers nor a filter/,
  );
});

test('N12: a detractor is answered at the first outbound touch on or after the day of the answer', () => {
  const w = new Case();
  const party = w.customer();
  w.answer(party, '2026-05-10', 2);
  w.add('touch', { party, day: '2026-05-09', channel: 'call', direction: 'out', team: 'sales' });
  w.add('touch', { party, day: '2026-05-11', channel: 'email', direction: 'in', team: 'service' });
  w.add('touch', { party, day: '2026-05-13', channel: 'call', direction: 'out', team: 'service' });
  const silent = w.customer();
  w.answer(silent, '2026-05-01', 0);
  const rows = npsList.run(w.ctx, npsList.parse({ asOf: '2026-06-30', class: 'detractor' })).rows;
  expect(rows.map((r) => r.answeredBy)).toEqual(['2026-05-13, 3 days later, call by service', null]);
});

test('N13: the response rate needs unanswered invitations', () => {
  const w = new Case();
  w.answer(w.customer(), '2026-05-01', 10);
  expect([w.nps().invited, w.nps().responseRate]).toEqual([null, null]);
  for (let i = 0; i < 3; i++) w.answer(w.customer(), '2026-05-01', null);
  w.commit();
  expect([w.nps().invited, w.nps().responseRate]).toEqual([4, 0.25]);
});

test('groups: waves oldest first, rungs in their order, the trend over waves or quarters', () => {
  const w = new Case();
  w.answer(w.customer(), '2026-05-01', 10, { wave: 'second' });
  w.answer(w.customer(), '2026-02-01', 0, { wave: 'first' });
  expect(w.nps({ by: 'wave' }).groups.map((g) => [g.value, g.nps])).toEqual([
    ['first', -100],
    ['second', 100],
  ]);
  expect(w.nps({ by: 'rung' }).groups.map((g) => [g.value, g.responses])).toEqual([['prospect', 2]]);
  const trend = npsTrend.run(w.ctx, npsTrend.parse({ asOf: '2026-06-30' }));
  expect([trend.by, trend.points.map((p) => [p.value, p.from])]).toEqual([
    'wave',
    [
      ['first', '2026-02-01'],
      ['second', '2026-05-01'],
    ],
  ]);
  const quarters = new Case();
  quarters.answer(quarters.customer(), '2026-05-01', 10);
  expect(npsTrend.run(quarters.ctx, npsTrend.parse({ asOf: '2026-06-30' }))).toMatchObject({
    by: 'quarter',
    points: [{ value: '2026-Q2' }],
  });
});

test('groups by an attribute of the answer or of its customer, as the source calls it', () => {
  const w = new Case();
  w.answer(w.customer({ attributes: '{"Plan":"gold"}' }), '2026-05-01', 10, { attributes: '{"Region":"EMEA"}' });
  w.answer(w.customer(), '2026-05-02', 0, { attributes: '{"Region":"EMEA"}' });
  w.answer(null, '2026-05-03', 8, { attributes: '{"Region":"APAC"}' });
  const groups = (by: string): unknown => w.nps({ by }).groups.map((g) => [g.value, g.responses, g.nps]);
  const regions = [
    ['EMEA', 2, 0],
    ['APAC', 1, 0],
  ];
  expect(groups('[Region]')).toEqual(regions);
  expect(groups('Region')).toEqual(regions);
  expect(groups('[plan]')).toEqual([
    [null, 2, -50],
    ['gold', 1, 100],
  ]);
  expect(() => groups('[Shoe size]')).toThrow(/No customer has an attribute \[Shoe size\]/);
});
