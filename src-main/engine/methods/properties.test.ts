import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear, markovRemoval, positionBased, shapley, timeDecay } from './attribution.ts';
import { chooseLevels, fractionalBudget, greedyBudget, knapsack } from './budget.ts';
import { dayLength, instantOf, localDay, localMillis, startOfDay } from './calendar.ts';
import { psi } from './drift.ts';
import { jaroWinkler } from './identity.ts';
import { classify, DEFAULT_RULES, migrationCounts } from './ladder.ts';
import { auc } from './logit.ts';
import { absorbingChain, quasiStationary } from './markov.ts';
import { allocate } from './money.ts';
import { adjustedWald, npsOf, npsRound, scoreInterval, wald } from './nps.ts';
import { evenInsert, evenInsertDays, minimaxInsert } from './plan.ts';
import { bgAlive, bgExpectation, bgPmf, paretoAlive } from './purchase.ts';
import { sbgCurve } from './renewal.ts';
import { inboundEpisodes } from './response.ts';
import { frequencyCap } from './rhythm.ts';
import { evennessE, gapEvenness, spacingOf, visibleDays } from './spacing.ts';
import { survival } from './survival.ts';
import { collisionPairs } from './touch.ts';

const counts = fc
  .record({ detractors: fc.nat(200), passives: fc.nat(200), promoters: fc.nat(200) })
  .filter((c) => c.detractors + c.passives + c.promoters > 0);
const days = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 30 });
/** Equal within a relative tolerance, or both undefined. */
const near = (a: number | null, b: number | null, tolerance = 1e-9): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
/** Undefined, or inside the limits up to rounding. */
const within = (v: number | null, low: number, high: number): boolean =>
  v === null || (v >= low - 1e-9 && v <= high + 1e-9);
const sorted = (list: number[]): number[] => [...list].sort((a, b) => a - b);

describe('NPS', () => {
  it('exchanging promoters and detractors mirrors the score and every interval', () => {
    fc.assert(
      fc.property(counts, (c) => {
        const mirrored = { ...c, detractors: c.promoters, promoters: c.detractors };
        expect(near(npsOf(c).nps, -npsOf(mirrored).nps!)).toBe(true);
        expect(npsRound(c)).toBe(npsRound(mirrored) === 0 ? 0 : -npsRound(mirrored)!);
        for (const f of [wald, adjustedWald, scoreInterval]) {
          expect(near(f(c, 1.96).lo, -f(mirrored, 1.96).hi!)).toBe(true);
          expect(near(f(c, 1.96).hi, -f(mirrored, 1.96).lo!)).toBe(true);
        }
      }),
    );
  });

  it('the score interval contains the estimate and stays within -1 and 1', () => {
    fc.assert(
      fc.property(counts, (c) => {
        const { lo, hi } = scoreInterval(c, 1.96);
        const nps = npsOf(c).nps!;
        expect(-1 <= lo! && lo! <= nps + 1e-9 && nps <= hi! + 1e-9 && hi! <= 1).toBe(true);
      }),
    );
  });
});

const event = fc.integer({ min: 19000, max: 20500 });
const customer = fc.record({
  orders: fc.array(
    fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), date: event, amount: fc.integer({ min: 1, max: 50 }) }),
    { maxLength: 6 },
  ),
  credits: fc.array(
    fc.record({ order: fc.constantFrom('a', 'b', 'c', 'd'), date: event, amount: fc.integer({ min: 1, max: 60 }) }),
    { maxLength: 3 },
  ),
  nps: fc.array(fc.record({ date: event, score: fc.integer({ min: 0, max: 10 }) }), { maxLength: 4 }),
  advocacy: fc.array(fc.record({ date: event }), { maxLength: 3 }),
  partner: fc.array(fc.record({ start: event, end: fc.option(event) }), { maxLength: 2 }),
});

describe('the ladder', () => {
  it('events after the day change nothing, nor does the order of rows', () => {
    fc.assert(
      fc.property(customer, event, (c, asOf) => {
        const before = {
          orders: c.orders.filter((o) => o.date <= asOf),
          credits: c.credits.filter((o) => o.date <= asOf),
          nps: c.nps.filter((o) => o.date <= asOf),
          advocacy: c.advocacy.filter((o) => o.date <= asOf),
          partner: c.partner,
        };
        const reversed = {
          orders: [...c.orders].reverse(),
          credits: [...c.credits].reverse(),
          nps: [...c.nps].reverse(),
          advocacy: [...c.advocacy].reverse(),
          partner: [...c.partner].reverse(),
        };
        expect(classify(before, asOf)).toEqual(classify(c, asOf));
        expect(classify(reversed, asOf)).toEqual(classify(c, asOf));
      }),
    );
  });

  it('migration keeps every customer: row sums are the first day, column sums the second', () => {
    fc.assert(
      fc.property(fc.array(customer, { maxLength: 12 }), event, event, (customers, from, to) => {
        const matrix = migrationCounts(customers, from, to);
        const tally = (asOf: number): Record<string, number> =>
          customers.reduce<Record<string, number>>((t, c) => {
            const { rung } = classify(c, asOf, DEFAULT_RULES);
            return { ...t, [rung]: (t[rung] ?? 0) + 1 };
          }, {});
        const columns: Record<string, number> = {};
        for (const row of matrix.values()) for (const [rung, n] of row) columns[rung] = (columns[rung] ?? 0) + n;
        expect(
          Object.fromEntries([...matrix].map(([r, row]) => [r, [...row.values()].reduce((a, b) => a + b, 0)])),
        ).toEqual(tally(from));
        expect(columns).toEqual(tally(to));
      }),
    );
  });

  it('absorption probabilities add up to 1 where customers can be lost; the quasi-stationary mix reproduces itself', () => {
    const row = fc
      .array(fc.integer({ min: 1, max: 20 }), { minLength: 4, maxLength: 4 })
      .map((r) => r.map((v) => v / r.reduce((a, b) => a + b, 0)));
    fc.assert(
      fc.property(row, row, row, (a, b, c) => {
        const states = ['x', 'y', 'z', 'lost'];
        const P = [a, b, c, [0, 0, 0, 1]];
        absorbingChain(states, P, ['lost']).B.forEach((r) => expect(near(r[0]!, 1, 1e-9)).toBe(true));
        const { eigenvalue, mix } = quasiStationary(states, P, ['lost']);
        mix!.forEach((_, j) =>
          expect(
            near(
              mix!.reduce((s, v, i) => s + v * P[i]![j]!, 0),
              eigenvalue! * mix![j]!,
              1e-9,
            ),
          ).toBe(true),
        );
      }),
    );
  });
});

describe('spacing', () => {
  it('does not depend on the order of touches, nor on touches after the day', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 400 }), (list, asOf) => {
        const of = (input: number[]): unknown => {
          const visible = visibleDays(input, asOf);
          return [spacingOf(visible, 0, visible.length, asOf), evennessE(visible, asOf, 90)];
        };
        expect(of([...list].reverse())).toEqual(of(list));
        expect(of(list.filter((d) => d <= asOf))).toEqual(of(list));
      }),
    );
  });

  it('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(days, (list) => {
        const a = visibleDays(list, null);
        const [x, y] = [spacingOf(a), spacingOf(a.map((d) => d * 24))];
        for (const k of ['cv', 'B', 'A', 'M', 'LV'] as const) expect(near(x[k], y[k], 1e-7)).toBe(true);
      }),
    );
  });

  it('B and A lie between -1 and 1, E and Pielou between 0 and 1', () => {
    fc.assert(
      fc.property(days, (list) => {
        const a = visibleDays(list, null);
        const s = spacingOf(a);
        const { pielou, e } = gapEvenness(a.slice(1).map((d, i) => d - a[i]!));
        expect([s.B, s.A, s.M].every((v) => within(v, -1, 1))).toBe(true);
        expect([evennessE(a, 400, 400), pielou, e].every((v) => within(v, 0, 1))).toBe(true);
      }),
    );
  });

  it('the frequency cap agrees with counting every window', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 4 }), (list, window, cap) => {
        const a = sorted(list);
        const count = (t: number): number => a.filter((d) => d > t - window && d <= t).length;
        const expected = [...new Set(a)].map((day) => ({ day, count: count(day) })).filter((v) => v.count > cap);
        expect(frequencyCap(a, window, cap).violations).toEqual(expected);
      }),
    );
  });

  it('collisions are all pairs of different teams within the days', () => {
    const touch = fc.record({
      customer: fc.constantFrom('A', 'B'),
      day: fc.integer({ min: 0, max: 20 }),
      team: fc.constantFrom('sales', 'marketing', 'service'),
    });
    fc.assert(
      fc.property(fc.array(touch, { maxLength: 20 }), fc.integer({ min: 0, max: 5 }), (touches, n) => {
        const expected = touches.flatMap((a, i) =>
          touches.flatMap((b, j) =>
            j > i && a.customer === b.customer && a.team !== b.team && Math.abs(a.day - b.day) <= n ? [[i, j]] : [],
          ),
        );
        expect(collisionPairs(touches, n)).toEqual(expected);
      }),
    );
  });

  it('every inbound belongs to exactly one episode and order does not matter', () => {
    const message = fc.record({
      customer: fc.constantFrom('A', 'B'),
      minute: fc.integer({ min: 0, max: 30 }),
      dir: fc.constantFrom('in' as const, 'out' as const),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const episodes = inboundEpisodes(messages, 25);
        expect(inboundEpisodes([...messages].reverse(), 25)).toEqual(episodes);
        for (const m of messages.filter((x) => x.dir === 'in' && x.minute <= 25)) {
          expect(
            episodes.filter((e) => e.customer === m.customer && e.start <= m.minute && m.minute <= e.start + e.duration)
              .length,
          ).toBeGreaterThanOrEqual(1);
        }
        expect(episodes.every((e) => e.duration >= 0)).toBe(true);
      }),
    );
  });
});

describe('planning', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
  /** Every way to cut the gaps `k` times. */
  const allocations = (n: number, k: number): number[][] =>
    n === 1
      ? [[k + 1]]
      : Array.from({ length: k + 1 }, (_, i) => allocations(n - 1, k - i).map((rest) => [i + 1, ...rest])).flat();

  it('the greedy cuts are optimal, and more touches never make gaps less even', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 5 }), (g, k) => {
        const all = allocations(g.length, k);
        expect(
          near(evenInsert(g, k).sum_sq, Math.min(...all.map((m) => g.reduce((s, v, i) => s + (v * v) / m[i]!, 0)))),
        ).toBe(true);
        expect(
          near(minimaxInsert(g, k).max_gap, Math.min(...all.map((m) => Math.max(...g.map((v, i) => v / m[i]!))))),
        ).toBe(true);
        expect(evenInsert(g, k + 1).sum_sq!).toBeLessThanOrEqual(evenInsert(g, k).sum_sq! + 1e-9);
      }),
    );
  });

  it('days agree with trying every choice, the first of equal ones', () => {
    const some = fc.array(fc.integer({ min: 1, max: 11 }), { maxLength: 3 });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 3 }), (fixed, blackout, insert) => {
        const free = Array.from({ length: 11 }, (_, i) => i + 1).filter(
          (d) => !fixed.includes(d) && !blackout.includes(d),
        );
        let best: { cost: number; chosen: number[] } | null = null;
        const visit = (from: number, chosen: number[]): void => {
          if (chosen.length === insert) {
            const points = sorted([0, 12, ...new Set([...fixed, ...chosen])]);
            const cost = points.slice(1).reduce((s, d, i) => s + (d - points[i]!) ** 2, 0);
            if (!best || cost < best.cost) best = { cost, chosen };
            return;
          }
          for (let i = from; i < free.length; i++) visit(i + 1, [...chosen, free[i]!]);
        };
        visit(0, []);
        const found = best as { cost: number; chosen: number[] } | null;
        expect(evenInsertDays(fixed, 0, 12, insert, blackout)).toEqual({
          sum_sq: found?.cost ?? null,
          insert_days: found?.chosen ?? null,
        });
      }),
    );
  });
});

describe('sums are kept', () => {
  const path = fc.record({
    path: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }),
    conversions: fc.nat(20),
    nulls: fc.nat(20),
  });

  it('credits of every attribution add up to the conversions', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 10 }), (paths) => {
        const total = paths.reduce((s, p) => s + p.conversions, 0);
        const timed = paths.map((p) => ({ ...p, times: p.path.map((_, i) => i * 3) }));
        for (const credits of [linear(paths), positionBased(paths), timeDecay(timed), shapley(paths)])
          expect(
            near(
              [...credits.values()].reduce((a, b) => a + b, 0),
              total,
            ),
          ).toBe(true);
        const markov = markovRemoval(paths);
        const credits = [...markov.credit.values()];
        expect(
          total > 0
            ? near(
                credits.reduce<number>((a, b) => a + b!, 0),
                total,
                1e-7,
              )
            : credits.every((v) => v === null),
        ).toBe(true);
      }),
    );
  });

  it('allocated parts add up to the total and are within one unit of their share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 }),
        (total, weights) => {
          const parts = allocate(total, weights);
          const all = weights.reduce((a, b) => a + b, 0);
          expect(parts === null).toBe(all === 0);
          expect(parts?.reduce((a, b) => a + b, 0) ?? total).toBe(total);
          expect((parts ?? []).every((p, i) => Math.abs(p - (total * weights[i]!) / all) < 1 + 1e-6)).toBe(true);
        },
      ),
    );
  });

  it('a knapsack is as good as trying every subset; greedy below, the fractional bound above', () => {
    const item = fc.record({ cost: fc.integer({ min: 0, max: 20 }), gain: fc.integer({ min: -5, max: 30 }) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), fc.nat(60), (list, budget) => {
        const items = list.map((v, i) => ({ id: `i${i}`, ...v }));
        let best = 0;
        for (let mask = 0; mask < 1 << items.length; mask++) {
          const chosen = items.filter((_, i) => (mask >> i) & 1);
          if (chosen.reduce((s, i) => s + i.cost, 0) <= budget)
            best = Math.max(
              best,
              chosen.reduce((s, i) => s + i.gain, 0),
            );
        }
        const exact = knapsack(items, budget);
        expect(exact.gain).toBe(best);
        expect(exact.cost).toBeLessThanOrEqual(budget);
        expect(greedyBudget(items, budget).gain).toBeLessThanOrEqual(best);
        expect(fractionalBudget(items, budget)).toBeGreaterThanOrEqual(best - 1e-9);
      }),
    );
  });

  it('one offer per customer is as good as trying every combination', () => {
    const option = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: -5, max: 20 }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ options: fc.array(option, { maxLength: 3 }) }), { maxLength: 5 }),
        fc.nat(40),
        (customers, budget) => {
          const best = (i: number, left: number): number =>
            i === customers.length
              ? 0
              : Math.max(
                  best(i + 1, left),
                  ...customers[i]!.options.filter((o) => o[0] <= left).map((o) => o[1] + best(i + 1, left - o[0])),
                );
          const found = chooseLevels(customers, budget);
          expect(found.gain).toBe(best(0, budget));
          expect(found.cost).toBeLessThanOrEqual(budget);
        },
      ),
    );
  });
});

describe('distributions', () => {
  it('Kaplan-Meier without censoring is the share still waiting', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }), (time) => {
        const curve = survival(
          time,
          time.map(() => 1),
        );
        curve.times.forEach((t, i) =>
          expect(near(curve.S[i]!, time.filter((x) => x > t).length / time.length)).toBe(true),
        );
      }),
    );
  });

  it('PSI and Jaro-Winkler are symmetric', () => {
    const mix = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(mix, mix, (a, b) => {
        expect(near(psi(a, b).psi, psi(b, a).psi)).toBe(true);
      }),
    );
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const s = jaroWinkler(a, b);
        expect(s.jaro_winkler >= s.jaro - 1e-12 && s.jaro_winkler <= 1 + 1e-12).toBe(true);
        expect(jaroWinkler(a, a).jaro_winkler).toBe(1);
      }),
    );
    expect(jaroWinkler('dixon', 'dicksonx')).toEqual(jaroWinkler('dicksonx', 'dixon'));
  });

  it('turning the outcomes round gives 1 - AUC', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 5 })), { maxLength: 20 }),
        (rows) => {
          const [y, p] = [rows.map((r) => r[0]), rows.map((r) => r[1] / 5)];
          const a = auc(y, p);
          expect(
            near(
              a,
              a === null
                ? auc(
                    y.map((v) => 1 - v),
                    p,
                  )
                : 1 -
                    auc(
                      y.map((v) => 1 - v),
                      p,
                    )!,
            ),
          ).toBe(true);
        },
      ),
    );
  });

  const params = fc.record({
    r: fc.double({ min: 0.2, max: 3, noNaN: true }),
    alpha: fc.double({ min: 1, max: 20, noNaN: true }),
    a: fc.double({ min: 0.3, max: 3, noNaN: true }),
    b: fc.double({ min: 0.5, max: 6, noNaN: true }),
  });

  it('sBG survival is the product of its retentions, and retention rises', () => {
    fc.assert(
      fc.property(params, ({ a, b }) => {
        const { retention, survival: S } = sbgCurve(a, b, 12);
        let product = 1;
        retention.forEach((r, t) => expect(near(S[t]!, (product *= r))).toBe(true));
        retention.slice(1).forEach((r, t) => expect(r).toBeGreaterThan(retention[t]!));
      }),
    );
  });

  it('BG/NBD probabilities add up to 1 and their mean is the expectation', () => {
    fc.assert(
      fc.property(params, (p) => {
        const pmf = Array.from({ length: 400 }, (_, x) => bgPmf(p, 5, x));
        expect(
          near(
            pmf.reduce((a, b) => a + b, 0),
            1,
            1e-6,
          ),
        ).toBe(true);
        expect(
          near(
            pmf.reduce((s, v, x) => s + x * v, 0),
            bgExpectation('bgnbd', p, 5),
            1e-4,
          ),
        ).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('P(alive) does not depend on the unit of time, and without a repeat purchase MBG/NBD is below BG/NBD', () => {
    fc.assert(
      fc.property(
        params,
        fc.integer({ min: 0, max: 10 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 60, noNaN: true }),
        (p, x, share, T) => {
          const c = { x, tx: x === 0 ? 0 : share * T, T };
          const hours = { x, tx: c.tx * 24, T: T * 24 };
          expect(near(bgAlive('bgnbd', p, c), bgAlive('bgnbd', { ...p, alpha: p.alpha * 24 }, hours), 1e-9)).toBe(true);
          expect(bgAlive('mbgnbd', p, { x: 0, tx: 0, T })).toBeLessThan(bgAlive('bgnbd', p, { x: 0, tx: 0, T }));
          const pareto = { r: p.r, alpha: p.alpha, s: p.a, beta: p.b };
          expect(
            near(paretoAlive(pareto, c), paretoAlive({ ...pareto, alpha: p.alpha * 24, beta: p.b * 24 }, hours), 1e-7),
          ).toBe(true);
        },
      ),
    );
  });
});

describe('models fitted to CDNOW', () => {
  it('each customer is less likely alive under MBG/NBD than under BG/NBD', () => {
    const bg = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    const mbg = { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 };
    for (const [x, tx, T] of [
      [0, 0, 38.86],
      [1, 1.71, 38.86],
      [2, 30.43, 38.86],
      [26, 30.86, 31],
      [2, 10, 38.86],
    ] as const) {
      expect(bgAlive('mbgnbd', mbg, { x, tx, T })).toBeLessThan(bgAlive('bgnbd', bg, { x, tx, T }));
    }
  });
});

describe('time zones', () => {
  it('the start of a local day is on that day, the moment before is not, and lengths add up', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Pacific/Kiritimati',
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: 10_000, max: 21_000 }), (tz, d) => {
        const start = startOfDay(d, tz);
        expect([localDay(start, tz), localDay(start - 1, tz)]).toEqual([d, d - 1]);
        expect(near(startOfDay(d + 1, tz) - start, dayLength(d, tz) * 3_600_000)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('a wall-clock time that exists comes back from its instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1.5e9, max: 1.9e9 }), (seconds) => {
        const local = localMillis(seconds * 1000, 'Europe/Berlin');
        expect(localMillis(instantOf(local, 'Europe/Berlin'), 'Europe/Berlin')).toBe(local);
      }),
      { numRuns: 60 },
    );
  });
});
