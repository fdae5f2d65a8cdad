import { describe, expect, it } from 'vitest';
import { classify } from './ladder.ts';
import { medianOf } from './method.ts';
import { barrages } from './rhythm.ts';
import { evennessE, wilson } from './spacing.ts';
import { survival } from './survival.ts';
import { disputeAudit } from './touch.ts';
import { inboundEpisodes } from './response.ts';
import { calc } from './methods.ts';
import { differenceOfShares } from './share.ts';

/** Worked examples of the features that no other product has; each number was computed by hand. */
describe('worked examples', () => {
  it('B1: five of twelve touches fall into disputes, 4.2 times denser than outside', () => {
    const disputes = [
      { customer: 'C1', opened: 10, closed: 24 },
      { customer: 'C2', opened: 40, closed: 60 },
      { customer: 'C3', opened: 5, closed: 10 },
    ];
    const days = { C1: [2, 12, 15, 40, 70], C2: [8, 45, 50, 58, 80], C3: [30, 60] };
    const touches = Object.entries(days).flatMap(([customer, list]) =>
      list.map((day) => ({ customer, day, commercial: true })),
    );
    const audit = disputeAudit(['C1', 'C2', 'C3'], disputes, touches, 0, 90);
    expect([audit.inside, audit.total, audit.dispute_days, audit.other_days]).toEqual([5, 12, 39, 231]);
    expect(audit.per_100_dispute_days).toBeCloseTo(12.8, 1);
    expect(audit.per_100_other_days).toBeCloseTo(3.0, 1);
    expect(audit.ratio).toBeCloseTo(4.2, 1);
  });

  it('B2: evenness of one team and of both', () => {
    const E = (days: number[]): number => evennessE(days, 90, 90)!;
    expect(E([1, 2, 3, 4])).toBeCloseTo(0.056, 3);
    expect(E([18, 36, 54, 72])).toBeCloseTo(1, 12);
    expect([E([18, 54]), E([36, 72])].map((v) => Number(v.toFixed(12)))).toEqual([0.8, 0.8]);
    expect(E([30, 60])).toBeCloseTo(1, 12);
    expect(E([30, 30, 60, 60])).toBeCloseTo(0.5, 12);
    expect(evennessE([], 90, 90)).toBeNull();
    expect(evennessE([0, 95], 90, 90)).toBeNull();
  });

  it('B26: a plan before and after two more mailings', () => {
    expect(evennessE([10, 30, 50, 70], 90, 90)).toBeCloseTo(0.889, 3);
    expect(evennessE([10, 20, 22, 30, 50, 70], 90, 90)).toBeCloseTo(0.722, 3);
  });

  it('B3: a barrage, then 71 days of silence', () => {
    expect(barrages([1, 2, 3, 4, 75], 90, 4, 7, 60)).toEqual([{ start: 1, end: 4, n: 4, silence: 71, open: false }]);
    expect(barrages([1, 2, 3, 4], 90, 4, 7, 60)).toEqual([{ start: 1, end: 4, n: 4, silence: 86, open: true }]);
    expect(barrages([18, 36, 54, 72], 90, 4, 7, 60)).toEqual([]);
  });

  it('B4: replies after 2, 5, 26 and 71 hours, one never', () => {
    const messages = [2, 5, 26, 71, null].flatMap((hours, i) => [
      { customer: `C${i}`, dir: 'in' as const, minute: 0 },
      ...(hours === null ? [] : [{ customer: `C${i}`, dir: 'out' as const, minute: hours * 60 }]),
    ]);
    const episodes = inboundEpisodes(messages, 10_000);
    expect(medianOf(episodes.filter((e) => e.answered).map((e) => e.duration / 60))).toBe(15.5);
    expect(episodes.filter((e) => !e.answered)).toHaveLength(1);
  });

  it('B8: buyers without a touch after their first purchase', () => {
    const curve = survival([5, 12, 12, 45, 30, 60, 90, 90, 90, 90], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const at = (t: number): number => curve.S[curve.times.indexOf(t)]!;
    expect([at(5), at(12)].map((v) => Number(v.toFixed(12)))).toEqual([0.9, 0.7]);
    expect(at(45)).toBeCloseTo(0.583, 3);
  });

  it('B9: customers handed back buy again more often', () => {
    const d = differenceOfShares({ k: 28, n: 70 }, { k: 8, n: 42 });
    expect([d.difference, d.low, d.high].map((v) => Math.round(100 * v!))).toEqual([21, 3, 36]);
  });

  it('B15: shares of migration with Wilson intervals', () => {
    const points = (k: number, n: number): number[] =>
      [(100 * k) / n, 100 * wilson(k, n).low!, 100 * wilson(k, n).high!].map((v) => Number(v.toFixed(1)));
    expect(points(8, 60)).toEqual([13.3, 6.9, 24.2]);
    expect(points(5, 40)).toEqual([12.5, 5.5, 26.1]);
  });

  it('B16: nine of sixty promoters ever referred anybody', () => {
    const { low, high } = wilson(9, 60);
    expect([low!, high!].map((v) => Math.round(100 * v))).toEqual([8, 26]);
  });

  it('B17: the mix of buyers has drifted', () => {
    expect((calc('drift.psi', { expected: [60, 30, 10], actual: [35, 35, 30] }) as { psi: number }).psi).toBeCloseTo(
      0.362,
      3,
    );
  });

  it('B20: the plan that gains most within the budget', () => {
    const options = (p: number, margin: number): number[][] => [
      [40, Math.min(0.08, 1 - p) * margin - 40],
      [300, Math.min(0.2, 1 - p) * margin - 300],
    ];
    const customers = [options(0.6, 5000), options(0.9, 9000), options(0.2, 800), options(0.5, 2000)].map((o, i) => ({
      cust: 'ABCD'[i],
      options: o,
    }));
    const best = calc('budget.multiple_choice', { customers, budget: 700 }) as {
      gain: number;
      cost: number;
      choice: number[];
    };
    expect([Math.round(best.gain), best.cost, best.choice]).toEqual([1524, 420, [1, 0, 0, 0]]);
  });

  it('B24: a call within two days against mail only', () => {
    const d = differenceOfShares({ k: 12, n: 60 }, { k: 3, n: 50 });
    expect([d.difference, d.low, d.high].map((v) => Math.round(100 * v!))).toEqual([14, 1, 26]);
  });

  it('a customer whose only order was refunded later is a prospect again', () => {
    const refunded = { orders: [{ id: 'o', date: 100, amount: 10 }], credits: [{ order: 'o', date: 150, amount: 10 }] };
    expect([classify(refunded, 149).rung, classify(refunded, 150).rung]).toEqual(['customer', 'prospect']);
  });
});
