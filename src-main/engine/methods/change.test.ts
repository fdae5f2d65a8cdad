import { describe, expect, it } from 'vitest';
import {
  binomialLowerTail,
  binomialUpperTail,
  ClusteredCounts,
  clusteredMix,
  cohenH,
  marginalHomogeneity,
  mcnemar,
  rankSum,
  volumeChange,
} from './change.ts';
import { mixDifference } from './drift.ts';

/** A small generator (mulberry32), so that a simulation is the same every time. */
function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function poisson(next: () => number, mean: number): number {
  let k = 0;
  for (let p = next(); p > Math.exp(-mean); p *= next()) k++;
  return k;
}

describe('values computed with SciPy 1.17.1', () => {
  it('the exact test of the same units twice', () => {
    // scipy.stats.binomtest(k, n, 0.5).pvalue
    expect(mcnemar(5, 15)).toBeCloseTo(0.04138946533203125, 12);
    expect(mcnemar(0, 6)).toBeCloseTo(0.03125, 12);
    expect(mcnemar(7, 7)).toBe(1);
    expect(mcnemar(0, 0)).toBeNull();
    expect(mcnemar(490_000, 510_000)).toBeGreaterThan(0);
  });

  it('the mix of the same units in several categories', () => {
    // Two categories: McNemar's chi-square without correction, (b - c)^2 / (b + c).
    expect(
      marginalHomogeneity([
        [59, 6],
        [16, 80],
      ])!.chi2,
    ).toBeCloseTo(100 / 22, 12);
    // d' S^-1 d by NumPy
    const found = marginalHomogeneity([
      [20, 10, 5],
      [3, 30, 15],
      [0, 5, 40],
    ])!;
    expect([found.chi2, found.df]).toEqual([expect.closeTo(13.76470588235294, 9), 2]);
    expect(found.p).toBeCloseTo(0.0010257277265580751, 9);
    expect(
      marginalHomogeneity([
        [5, 0],
        [0, 7],
      ]),
    ).toBeNull();
    expect(
      marginalHomogeneity([
        [5, 2, 0],
        [1, 7, 0],
        [0, 0, 9],
      ])!.df,
    ).toBe(1);
  });

  it('binomial tails', () => {
    expect(binomialLowerTail(3, 20, 0.3)).toBeCloseTo(0.10708680450373087, 12);
    expect(binomialUpperTail(12, 20, 0.3)).toBeCloseTo(0.0051381615351214025, 12);
    expect([binomialLowerTail(20, 20, 0.3), binomialUpperTail(0, 20, 0.3), binomialUpperTail(21, 20, 0.3)]).toEqual([
      1, 1, 0,
    ]);
  });

  it('the rank sum with ties', () => {
    // scipy.stats.mannwhitneyu(b, a, method='asymptotic')
    const found = rankSum([1, 2, 2, 3, 5, 8, 9, 12], [2, 4, 7, 9, 13, 14])!;
    expect(found.p).toBeCloseTo(0.24267281403960383, 10);
    expect(found.superiority).toBeCloseTo(0.6979166666666666, 12);
    expect(rankSum([], [1])).toBeNull();
    expect(rankSum([4, 4], [4, 4])!.p).toBeNull();
  });

  it('the distance of two shares', () => {
    expect(cohenH(0.4, 0.5)).toBeCloseTo(0.201358, 6);
    expect(cohenH(0, 1)).toBeCloseTo(Math.PI, 12);
  });
});

describe('a count against the weeks before it', () => {
  const weeks = [6, 7, 6, 8, 5, 7, 6, 7];

  it('counts that vary like Poisson ones: the conditional test', () => {
    const found = volumeChange(weeks, 12, 4);
    expect(found.method).toBe('binomial');
    expect(found.expected).toBe(26);
    // 2 * scipy.stats.binom.cdf(12, 64, 1/3)
    expect(found.p).toBeCloseTo(0.014937173580496711, 10);
  });

  it('nothing anywhere says nothing; nothing where something was expected says much', () => {
    expect(volumeChange([0, 0, 0, 0], 0, 2).p).toBeNull();
    expect(volumeChange([0, 0, 0, 0], 9, 2).p).toBeLessThan(0.001);
    expect(volumeChange(weeks, 0, 4).p).toBeLessThan(1e-6);
    expect(() => volumeChange([], 1, 1)).toThrow(RangeError);
  });

  it.each([
    ['Poisson', 0, 0.06],
    ['weeks that share some of a level with the next', 0.4, 0.1],
    ['weeks that share most of it, of which 26 tell too little', 0.7, 0.17],
  ])('%s: an unchanged stream is called changed about as often as p says', (_, persistence, most) => {
    const next = random(7);
    let alarms = 0;
    const runs = 1500;
    for (let k = 0; k < runs; k++) {
      let level = 0;
      const series = Array.from({ length: 34 }, () => {
        level = persistence * level + (persistence === 0 ? 0 : (next() - 0.5) * 12);
        return poisson(next, Math.max(0.5, 12 + level));
      });
      const p = volumeChange(
        series.slice(0, 26),
        series.slice(26).reduce((a, b) => a + b, 0),
        8,
      ).p!;
      if (p < 0.05) alarms++;
    }
    expect(alarms / runs).toBeLessThan(most);
    expect(alarms / runs).toBeGreaterThan(0.01);
  });

  it('a stream that halves is found', () => {
    const next = random(11);
    let found = 0;
    for (let k = 0; k < 200; k++) {
      const before = Array.from({ length: 26 }, () => poisson(next, 12));
      const after = Array.from({ length: 8 }, () => poisson(next, 6)).reduce((a, b) => a + b, 0);
      if (volumeChange(before, after, 8).p! < 0.01) found++;
    }
    expect(found).toBeGreaterThan(195);
  });
});

describe('mixes of rows that come from the same customers', () => {
  const counts = (clusters: readonly (readonly number[])[]): ClusteredCounts => {
    const made = new ClusteredCounts(clusters[0]!.length);
    for (const cluster of clusters) made.add(cluster);
    return made;
  };

  it('one row a customer: Pearson up to the finite sample', () => {
    const rows = (a: number, b: number): number[][] => [
      ...Array<number[]>(a).fill([1, 0]),
      ...Array<number[]>(b).fill([0, 1]),
    ];
    const found = clusteredMix(counts(rows(60, 40)), counts(rows(45, 55)))!;
    expect(found.chi2).toBeCloseTo(mixDifference([60, 40], [45, 55]).chi2!, 10);
    expect(found.effect).toBeCloseTo(1, 1);
    expect(found.df).toBe(1);
  });

  it('every row ten times over is no more evidence', () => {
    const once = clusteredMix(
      counts(Array.from({ length: 100 }, (_, i) => (i < 60 ? [1, 0] : [0, 1]))),
      counts(Array.from({ length: 100 }, (_, i) => (i < 45 ? [1, 0] : [0, 1]))),
    )!;
    const tenfold = clusteredMix(
      counts(Array.from({ length: 100 }, (_, i) => (i < 60 ? [10, 0] : [0, 10]))),
      counts(Array.from({ length: 100 }, (_, i) => (i < 45 ? [10, 0] : [0, 10]))),
    )!;
    expect(tenfold.chi2).toBeCloseTo(once.chi2 * 10, 8);
    expect(tenfold.effect / once.effect).toBeCloseTo(10, 0);
    expect(tenfold.corrected / once.corrected).toBeCloseTo(1, 1);
  });

  it('without rows or with one category there is no mix', () => {
    expect(clusteredMix(counts([[1, 0]]), counts([[0, 0]]))).toBeNull();
    expect(clusteredMix(counts([[1, 0]]), counts([[3, 0]]))).toBeNull();
  });
});
