import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusteredCounts, clusteredMix, marginalHomogeneity, mcnemar, rankSum, volumeChange } from './change.ts';
import { benjaminiHochberg, cusum, ewma, mixDifference, psi, robustZ } from './drift.ts';
import { jaroWinkler } from './identity.ts';
import { netRevenue } from './money.ts';
import { dedupeAnswers, mixAndRate } from './nps.ts';
import { profileScore } from './profile.ts';
import { regularity } from './spacing.ts';

const near = (a: number | null, b: number | null, tolerance = 1e-9): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
const mix = fc.array(fc.nat(60), { minLength: 3, maxLength: 6 });

describe('has it changed', () => {
  it('before and after can be exchanged', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        expect(near(mcnemar(a, b), mcnemar(b, a))).toBe(true);
      }),
    );
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [x, y] = [rankSum(a, b)!, rankSum(b, a)!];
        expect(near(x.p, y.p) && near(x.superiority, 1 - y.superiority)).toBe(true);
      }),
    );
    const table = fc.array(fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(table, (t) => {
        const turned = t.map((_, i) => t.map((row) => row[i]!));
        const [x, y] = [marginalHomogeneity(t), marginalHomogeneity(turned)];
        expect(near(x?.chi2 ?? null, y?.chi2 ?? null, 1e-7)).toBe(true);
      }),
    );
  });

  it('a sample against itself has not changed', () => {
    fc.assert(
      fc.property(mix, (a) => {
        const { chi2, p } = mixDifference(a, a);
        expect((psi(a, a).psi ?? 0) <= 1e-12 && (chi2 ?? 0) <= 1e-9 && (p ?? 1) > 0.999).toBe(true);
      }),
    );
  });

  it('a mix of which each customer has one row is tested as independent rows are, or more carefully', () => {
    fc.assert(
      fc.property(mix, mix, (a, b) => {
        const [x, y] = [a, b].map((cells) => {
          const counts = new ClusteredCounts(3);
          cells.slice(0, 3).forEach((n, j) => {
            for (let k = 0; k < n; k++) counts.add([0, 1, 2].map((c) => (c === j ? 1 : 0)));
          });
          return counts;
        });
        const found = clusteredMix(x!, y!);
        const plain = mixDifference(a.slice(0, 3), b.slice(0, 3));
        expect(found === null ? plain.p === null : near(found.chi2, plain.chi2) && found.p >= plain.p! - 1e-12).toBe(
          true,
        );
      }),
    );
  });

  it('more of a stream than before is never less surprising than a little more', () => {
    const weeks = fc.array(fc.nat(30), { minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(weeks, fc.integer({ min: 1, max: 13 }), fc.nat(60), (baseline, exposure, more) => {
        const { expected } = volumeChange(baseline, 0, exposure);
        const at = Math.ceil(expected) + more;
        const [x, y] = [at, at + 5].map((observed) => volumeChange(baseline, observed, exposure).p);
        expect(x === null || (x! >= 0 && x! <= 1 && y! <= x! + 1e-9)).toBe(true);
      }),
    );
  });

  it('adjusted p values keep the order of p, are never smaller, and do not depend on the order of rows', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(ps, (p) => {
        const { adjusted } = benjaminiHochberg(p);
        const turned = benjaminiHochberg([...p].reverse()).adjusted.reverse();
        p.forEach((x, i) => {
          expect(adjusted[i]! >= x - 1e-12 && adjusted[i]! <= 1 && near(adjusted[i]!, turned[i]!)).toBe(true);
          p.forEach((y, j) => expect(x <= y ? adjusted[i]! <= adjusted[j]! + 1e-12 : true).toBe(true));
        });
      }),
    );
  });

  it('charts turn with their series, and robust z does not depend on unit or origin', () => {
    const series = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 24 }), (x, scale) => {
        const z = x.map((v) => v / 10);
        const [up, down] = [cusum(z), cusum(z.map((v) => -v))];
        expect(up.upper).toEqual(down.lower);
        const [a, b] = [
          ewma(x, 3, 2),
          ewma(
            x.map((v) => v * scale),
            3 * scale,
            2 * scale,
          ),
        ];
        expect(
          a.z.every((v, i) => near(v * scale, b.z[i]!)) && a.signals_1based.join() === b.signals_1based.join(),
        ).toBe(true);
        const [r, s] = [
          robustZ(x, 7),
          robustZ(
            x.map((v) => v * scale + 100),
            7 * scale + 100,
          ),
        ];
        expect(near(r.z, s.z, 1e-7)).toBe(true);
      }),
    );
  });
});

describe('what must add up or not matter', () => {
  it('mix and rate add up to the change of the score', () => {
    const side = fc.array(fc.tuple(fc.nat(50), fc.integer({ min: -100, max: 100 })), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(side, side, (a, b) => {
        const of = (rows: [number, number][]): Map<string, { n: number; nps: number | null }> =>
          new Map(rows.map(([n, nps], i) => [`s${i}`, { n, nps: n === 0 ? null : nps / 100 }]));
        const found = mixAndRate(of(a), of(b));
        expect(found.delta === null || near(found.mix! + found.rate!, found.delta)).toBe(true);
      }),
    );
  });

  it('the regularity of gaps does not depend on the unit of time', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(gaps, (g) => {
        const [days, hours] = [regularity(g), regularity(g.map((x) => x * 24))];
        expect(near(days.k_mle, hours.k_mle, 1e-6) && near(days.k_minka, hours.k_minka, 1e-6)).toBe(true);
      }),
    );
  });

  it('credits of a profile add up to its filled weight', () => {
    const field = fc.record({
      w: fc.integer({ min: 1, max: 5 }),
      v: fc.constantFrom('', 'x', ' '),
      by: fc.constantFrom('r1', 'r2'),
      firstBy: fc.constantFrom('r1', 'r3', null),
      notApplicable: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (list) => {
        const fields = list.map(({ w }, i) => ({ f: `f${i}`, w, cat: 'c' }));
        const values = new Map(list.map(({ w: _, ...value }, i) => [`f${i}`, { ...value, verified: null }]));
        const { credit } = profileScore(fields, values, 100);
        const filled = list.reduce((s, f) => s + (!f.notApplicable && f.v.trim() !== '' ? f.w : 0), 0);
        expect(
          near(
            [...credit.values()].reduce((a, b) => a + b, 0),
            filled,
          ),
        ).toBe(true);
      }),
    );
  });

  it('Jaro-Winkler does not know which word comes first', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(jaroWinkler(a, b)).toEqual(jaroWinkler(b, a));
      }),
    );
  });

  it('answers in any order keep the same ones, and twice the same rows change nothing', () => {
    const answer = fc.record({
      customer: fc.constantFrom('A', 'B'),
      contact: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: 1, max: 40 }),
      score: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(answer, { maxLength: 10, selector: (a) => `${a.contact} ${a.at}` }), (rows) => {
        for (const policy of ['latest', 'first'] as const) {
          const kept = dedupeAnswers(rows, 5, 30, policy);
          expect(dedupeAnswers([...rows].reverse(), 5, 30, policy)).toEqual(kept);
          expect(dedupeAnswers([...rows, ...rows], 5, 30, policy)).toEqual(kept);
        }
      }),
    );
  });

  it('money after the day is not there yet', () => {
    const invoice = fc.record({ date: fc.integer({ min: 20_454, max: 20_634 }), minor: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(invoice, { maxLength: 8 }), (list) => {
        const invoices = list.map((v, i) => ({ ...v, id: `I${i}`, currency: 'EUR' }));
        const asOf = 20_543;
        const all = netRevenue(invoices, [], [], asOf);
        expect(
          netRevenue(
            invoices.filter((v) => v.date <= asOf),
            [],
            [],
            asOf,
          ).book,
        ).toEqual(all.book);
      }),
    );
  });
});
