import { expect, test } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { receiveBulletin, setNpsText, undoChange } from '#engine/commands/index.ts';
import { byExposure } from '#engine/methods/nps-estimates.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { NpsFixture, type Asked } from './nps.fixture.ts';
import { npsBenchmarks, npsBulletin, npsSpots, npsTexts } from './index.ts';

class Case extends NpsFixture {
  private readonly session = new ReadSession(this.db);

  get ctx(): ReadContext {
    return this.session.context();
  }

  spots(input: Asked = {}) {
    return npsSpots.run(this.ctx, npsSpots.parse({ asOf: '2026-06-30', ...input }));
  }

  /** Answers of a survey by customers that share an amount of revenue. */
  point(survey: string, detractors: number, answers: number, euros: number): void {
    for (let i = 0; i < answers; i++) {
      const party = this.customer();
      this.answer(party, '2026-05-01', i < detractors ? 3 : 8, { survey, kind: 'transactional' });
      if (i === 0)
        this.add('purchase', { party, day: '2026-04-01', kind: 'invoice', amount: euros * 100, currency: 'EUR' });
    }
  }
}

test('N34: onboarding 10 % of 300k, billing 32 % of 180k, renewal 21 % of 240k: billing is the most vulnerable spot (B31)', () => {
  expect(
    byExposure([
      { name: 'onboarding', share: 0.1, revenue: 300 },
      { name: 'billing', share: 0.32, revenue: 180 },
      { name: 'renewal', share: 0.21, revenue: 240 },
      { name: 'nobody', share: null, revenue: 900 },
    ]).map(({ name, exposure }) => [name, exposure === null ? null : Number(exposure.toFixed(6))]),
  ).toEqual([
    ['billing', 57.6],
    ['renewal', 50.4],
    ['onboarding', 30],
    ['nobody', null],
  ]);
  const w = new Case();
  w.point('onboarding', 5, 50, 300_000);
  w.point('billing', 16, 50, 180_000);
  w.point('renewal', 21, 100, 240_000);
  const { points, by } = w.spots();
  expect(by).toBe('survey');
  expect(points.map((p) => [p.rank, p.point, p.detractorShare, p.exposure12m[0]!.minor / 100])).toEqual([
    [1, 'billing', 0.32, 57_600],
    [2, 'renewal', 0.21, 50_400],
    [3, 'onboarding', 0.1, 30_000],
  ]);
  expect(points[0]!.exposureLow[0]!.minor).toBeLessThan(5_760_000);
  expect(points[0]!.exposureHigh[0]!.minor).toBeGreaterThan(5_760_000);
});

test('N34: points are those of the rules, with lapsed customers and open tickets; a point of customers has all of them', () => {
  const w = new Case();
  w.setText(
    'rules',
    `minimum: 1 answer
business hours: mon-fri 9:00-17:00
point north: where region = 'North'
point delivery: survey 'Delivery'`,
  );
  const north = w.customer({ region: 'North' });
  w.customer({ region: 'North' });
  w.add('ticket', { party: north, day: '2026-06-01', status: 'open' });
  w.add('purchase', { party: north, day: '2024-01-01', kind: 'invoice', amount: 100, currency: 'EUR' });
  w.answer(north, '2026-05-01', 2, { kind: 'relational' });
  w.answer(w.customer(), '2026-05-02', 2, { kind: 'transactional', survey: 'Delivery' });
  const { points, by } = w.spots();
  expect(by).toBe('rules');
  expect(points.map((p) => [p.point, p.kind, p.responses, p.customers, p.lapsed, p.openTickets])).toEqual([
    ['north', 'relational', 1, 2, 1, 1],
    ['delivery', 'transactional', 1, 1, 0, 0],
  ]);
  expect(w.spots({ by: 'region' }).points.map((p) => [p.point, p.customers])).toEqual([['North', 2]]);
});

test("N36: the score beside benchmarks of the user's own file, exact or with counts, by the values of a field", () => {
  const w = new Case();
  for (const [industry, scores] of [
    ['Retail', [...Array<number>(40).fill(10), ...Array<number>(10).fill(3)]],
    ['Banking', [...Array<number>(20).fill(10), ...Array<number>(20).fill(3)]],
  ] as const)
    for (const score of scores) w.answer(w.customer({ industry }), '2026-05-01', score);
  w.setText(
    'benchmarks',
    'Industry;NPS;Promoters;Passives;Detractors;Year;Source\nretail;20;;;;2026;"Own; survey"\nBanking;;50;30;20;2025;\nMining;10;;;;;\n',
  );
  const report = npsBenchmarks.run(w.ctx, npsBenchmarks.parse({ asOf: '2026-06-30', by: 'industry' }));
  expect(report.benchmarks).toBe(3);
  expect(report.rows.map((r) => [r.name, r.nps, r.exact, r.source, r.verdict])).toEqual([
    ['retail', 20, true, 'Own; survey', 'above'],
    ['Banking', 30, false, null, 'not told apart'],
  ]);
  expect(npsBenchmarks.run(w.ctx, npsBenchmarks.parse({ asOf: '2026-06-30' })).rows).toHaveLength(3);
  const set = (text: string) =>
    w.db.transaction(() => setNpsText.run(writeContext(w.db, 1), setNpsText.parse({ kind: 'benchmarks', text })));
  expect(() => set('name,nps\nRetail,abc')).toThrow(/line 2: the NPS "abc" is not a number/);
  expect(() => set('name,nps\nRetail,120')).toThrow(/line 2: the NPS is missing or not between/);
  expect(() => set('a,b\n1,2')).toThrow(/line 1: the header names neither/);
});

test('N37: one bulletin for everybody, with a digest of its figures, and who has it', async () => {
  const w = new Case();
  w.answers([9, 11, 11], { wave: 'before', day: '2026-03-01' });
  w.answers([5, 12, 19], { wave: 'after', day: '2026-05-01' });
  const bulletin = (input: Asked = {}) => npsBulletin.run(w.ctx, npsBulletin.parse({ asOf: '2026-06-30', ...input }));
  const one = bulletin();
  expect([one.wave, one.score.shown, one.before!.wave, one.change!.difference!.toFixed(1)]).toEqual([
    'after',
    39,
    'before',
    '30.0',
  ]);
  expect(bulletin().digest).toBe(one.digest);
  expect(one.digest).toMatch(/^[0-9a-f]{12}$/);
  const receive = (person: string, team: string, digest: string): void =>
    void w.db.transaction(() =>
      receiveBulletin.run(
        writeContext(w.db, 1_790_000_000),
        receiveBulletin.parse({ wave: 'after', person, team, digest, day: '2026-06-30', asOf: '2026-06-30' }),
      ),
    );
  receive('Ines', 'sales', one.digest);
  receive('Tom', 'marketing', one.digest);
  expect(bulletin().receipts.map((r) => [r.person, r.team, r.same])).toEqual([
    ['Ines', 'sales', true],
    ['Tom', 'marketing', true],
  ]);
  expect(bulletin().digest).toBe(one.digest);
  w.answer(w.customer(), '2026-05-02', 0, { wave: 'after' });
  w.commit();
  expect(bulletin().digest).not.toBe(one.digest);
  expect(bulletin().receipts.map((r) => r.same)).toEqual([false, false]);
  expect(() => receive('Ann', 'service', one.digest)).toThrow(/by now, not/);
  await undoChange.run(
    writeContext(w.db, 1_790_000_001),
    undoChange.parse({ change: w.db.count('SELECT max(id) FROM change') }),
  );
  expect(bulletin().receipts.map((r) => r.person)).toEqual(['Ines']);
  expect(() => bulletin({ wave: 'none such' })).toThrow(/there are before, after/);
  expect(() => npsBulletin.run(new Case().ctx, npsBulletin.parse({}))).toThrow(/no answer to report on/);
});

test('N38: rules, themes and benchmarks are versions that can be taken back', async () => {
  const w = new Case();
  const set = (kind: string, text: string | null) =>
    w.db.transaction(() => setNpsText.run(writeContext(w.db, 1_790_000_000), setNpsText.parse({ kind, text })));
  const rules = 'minimum: 7 answers\nbusiness hours: mon-fri 9:00-17:00';
  expect(set('rules', rules)).toEqual({ kind: 'rules', version: 1 });
  expect(() => set('rules', rules)).toThrow(/already; nothing was changed/);
  expect(set('rules', null)).toEqual({ kind: 'rules', version: 2 });
  const inUse = () => npsTexts.run(w.ctx, {}).texts.find((one) => one.kind === 'rules')!;
  expect([inUse().version, inUse().versions.length]).toEqual([2, 2]);
  await undoChange.run(
    writeContext(w.db, 1_790_000_001),
    undoChange.parse({ change: w.db.count('SELECT max(id) FROM change') }),
  );
  expect([inUse().version, inUse().text]).toEqual([1, rules]);
  expect(() => set('rules', 'minimum: 0')).toThrow(/NPS rules 1:9/);
  expect(() => set('themes', 'Price: (dear')).toThrow(/themes 1:7 search "\(dear": a parenthesis is not closed/);
  expect(inUse().version).toBe(1);
});
