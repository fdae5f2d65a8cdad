import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { classify, type LadderEvidence } from '#engine/methods/ladder.ts';
import { fakeContext, fakeVectors, languageOver, type FakeInput, type FakeRow } from '../vectors.fixture.ts';
import { peakColumn, rungAt, rungColumn, rungSpells } from './rung.ts';

type Case = {
  id: string;
  input: { customers: Record<string, Record<string, never[]>>; asOf: string };
  expected: Record<string, { rung: string; occasions: number; flags: string[] }>;
};

const ORACLES = join(import.meta.dirname, '../../../../tests/reference/oracles.json');
const cases = (JSON.parse(readFileSync(ORACLES, 'utf8')) as { cases: Case[] }).cases.filter(
  ({ id }) => id === 'ladder.classify#1' || id === 'ladder.classify#2',
);

type Published = {
  orders?: { id: string; date: string; amount: number }[];
  credits?: { order: string; date: string; amount: number }[];
  nps?: { date: string; score: number }[];
  advocacy?: { date: string; kind: string }[];
  partner?: { start: string; end: string | null }[];
};

function asVectors(customers: readonly Published[]): FakeInput {
  const orders: FakeRow[] = [];
  const credits: { order: number; day: string; amount: number }[] = [];
  const rows = (make: (customer: Published, c: number) => FakeRow[]): FakeRow[] => customers.flatMap(make);
  customers.forEach((customer, c) => {
    for (const order of customer.orders ?? []) {
      for (const credit of (customer.credits ?? []).filter((k) => k.order === order.id)) {
        credits.push({ order: orders.length, day: credit.date, amount: credit.amount });
      }
      orders.push({ c, day: order.date, net: order.amount });
    }
  });
  return {
    customers: customers.length,
    credits,
    rows: {
      orders,
      responses: rows(({ nps = [] }, c) => nps.map(({ date, score }) => ({ c, day: date, score }))),
      advocacy: rows(({ advocacy = [] }, c) => advocacy.map(({ date, kind }) => ({ c, day: date, kind }))),
      partnerships: rows(({ partner = [] }, c) => partner.map(({ start, end }) => ({ c, day: start, ends_day: end }))),
    },
  };
}

describe('F1 the rung follows from orders, answers, recommendations and agreements', () => {
  it('knows both cases', () => {
    expect(cases.map(({ id }) => id)).toEqual(['ladder.classify#1', 'ladder.classify#2']);
  });

  it.each(cases)('$id', ({ input, expected }) => {
    const ids = Object.keys(input.customers);
    const vectors = fakeVectors(asVectors(ids.map((id) => input.customers[id] as Published)));
    const found = ids.map((id, c) => {
      const { rung, lapsed, occasions, flags } = rungAt(vectors, c, parseIsoDay(input.asOf), 6);
      return [id, { rung: lapsed ? 'lapsed' : rung, occasions, flags }];
    });
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

/** Days of a small world, so that windows and boundaries are hit. */
const day = fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constantFrom(0, 1, 364, 365, 366, 367, 730, 731));
const life = fc.record({
  orders: fc.array(fc.record({ day, net: fc.constantFrom(0, 5, 10, 10, 10) }), { maxLength: 6 }),
  credits: fc.array(fc.record({ order: fc.nat(5), day, amount: fc.constantFrom(3, 5, 10) }), { maxLength: 4 }),
  nps: fc.array(fc.record({ day, score: fc.integer({ min: 0, max: 10 }) }), { maxLength: 4 }),
  advocacy: fc.array(fc.record({ day }), { maxLength: 3 }),
  partner: fc.array(fc.record({ day, length: fc.option(fc.integer({ min: -5, max: 400 })) }), { maxLength: 2 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

function vectorsOfLives(lives: readonly Life[]): ReturnType<typeof fakeVectors> {
  const orders: FakeRow[] = [];
  const credits: { order: number; day: number; amount: number }[] = [];
  lives.forEach((one, c) => {
    one.orders.forEach(({ day: on, net }, i) => {
      for (const credit of one.credits)
        if (credit.order === i) credits.push({ order: orders.length, day: credit.day, amount: credit.amount });
      orders.push({ c, day: on, net });
    });
  });
  return fakeVectors({
    customers: lives.length,
    credits,
    rows: {
      orders,
      responses: lives.flatMap(({ nps }, c) => nps.map(({ day: on, score }) => ({ c, day: on, score }))),
      advocacy: lives.flatMap(({ advocacy }, c) => advocacy.map(({ day: on }) => ({ c, day: on, kind: 'referral' }))),
      partnerships: lives.flatMap(({ partner }, c) =>
        partner.map(({ day: on, length }) => ({ c, day: on, ends_day: length === null ? null : on + length })),
      ),
    },
  });
}

function evidenceOf({ orders, credits, nps, advocacy, partner }: Life): LadderEvidence {
  return {
    orders: orders.map(({ day: date, net: amount }, i) => ({ id: String(i), date, amount })),
    credits: credits.map(({ order, day: date, amount }) => ({ order: String(order), date, amount })),
    nps: nps.map(({ day: date, score }) => ({ date, score })),
    advocacy: advocacy.map(({ day: date }) => ({ date })),
    partner: partner.map(({ day: start, length }) => ({ start, end: length === null ? null : start + length })),
  };
}

describe('F2 one rule, read three ways', () => {
  it('agrees with the published rule on every day, one by one and for all customers', () => {
    fc.assert(
      fc.property(
        fc.array(life, { minLength: 1, maxLength: 4 }),
        day,
        fc.constantFrom(5 as const, 6 as const),
        (lives, asOf, mode) => {
          const vectors = vectorsOfLives(lives);
          const all = rungColumn(vectors, asOf, mode);
          lives.forEach((one, c) => {
            const place = classify(evidenceOf(one), asOf, {
              mode,
              windowDays: 365,
              lapseDays: 365,
              promoterMin: 9,
              detractorMax: 6,
              lapse: 'fixed',
            });
            const { rung, lapsed, occasions, flags } = rungAt(vectors, c, asOf, mode);
            expect({ rung: lapsed ? 'lapsed' : rung, occasions, flags }).toEqual(place);
            expect([RUNGS[all.rung[c]!], all.lapsed[c] === 1]).toEqual([rung, lapsed]);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('spells equal the rung of every single day, adjoin, and differ from their neighbours', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(5 as const, 6 as const), (one, mode) => {
        const vectors = vectorsOfLives([one]);
        const until = 1400;
        const spells = rungSpells(vectors, 0, mode, until);
        expect(spells.map(({ to }) => to)).toEqual(spells.map((_, i) => spells[i + 1]?.from ?? null));
        const standings = spells.map(({ rung, lapsed }) => `${rung} ${lapsed}`);
        expect(standings.filter((standing, i) => standing === standings[i + 1])).toEqual([]);
        const wrong = spells.flatMap((spell) => {
          const days = Array.from({ length: (spell.to ?? until + 1) - spell.from }, (_, i) => spell.from + i);
          return days.filter((d) => {
            const { rung, lapsed } = rungAt(vectors, 0, d, mode);
            return rung !== spell.rung || lapsed !== spell.lapsed;
          });
        });
        expect(wrong).toEqual([]);
        const first = spells[0]?.from ?? until;
        for (let d = -1; d < first; d++) expect(rungAt(vectors, 0, d, mode).rung).toBe('prospect');
      }),
      { numRuns: 150 },
    );
  });

  it('the peak is the highest rung of any day so far', () => {
    fc.assert(
      fc.property(
        life,
        fc.integer({ min: 0, max: 1200 }),
        fc.constantFrom(5 as const, 6 as const),
        (one, asOf, mode) => {
          const vectors = vectorsOfLives([one]);
          let highest = 0;
          for (let d = 0; d <= asOf; d++) highest = Math.max(highest, RUNGS.indexOf(rungAt(vectors, 0, d, mode).rung));
          expect(peakColumn(vectors, asOf, mode)[0]).toBe(highest);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('rows in another order change nothing', () => {
    const shuffled = life.chain((one) =>
      fc
        .record({
          nps: fc.shuffledSubarray(one.nps, { minLength: one.nps.length }),
          advocacy: fc.shuffledSubarray(one.advocacy, { minLength: one.advocacy.length }),
          partner: fc.shuffledSubarray(one.partner, { minLength: one.partner.length }),
        })
        .map((other) => [one, { ...one, ...other }] as const),
    );
    fc.assert(
      fc.property(shuffled, day, ([a, b], asOf) => {
        const standing = (one: Life): unknown => {
          const {
            answerRow: _a,
            advocacyRow: _b,
            partnershipRow: _c,
            ...rest
          } = rungAt(vectorsOfLives([one]), 0, asOf, 6);
          return rest;
        };
        expect(standing(b)).toEqual(standing(a));
      }),
    );
  });
});

describe('F3 the answer that counts', () => {
  const input = (responses: FakeRow[]): FakeInput => ({
    customers: 1,
    rows: {
      responses,
      orders: [
        { c: 0, day: 10, net: 1 },
        { c: 0, day: 20, net: 1 },
      ],
    },
  });
  it('is relational when the customer gave a relational answer, else transactional', () => {
    const vectors = fakeVectors(
      input([
        { c: 0, day: 30, score: 9 },
        { c: 0, day: 40, score: 2, kind: 'transactional' },
      ]),
    );
    const { lastScore, rung } = rungAt(vectors, 0, 50, 6);
    expect({ lastScore, rung }).toEqual({ lastScore: 9, rung: 'supporter' });
    expect(rungAt(fakeVectors(input([{ c: 0, day: 40, score: 10, kind: 'transactional' }])), 0, 50, 6).rung).toBe(
      'supporter',
    );
  });

  it('is the lower of two on one day, and not a score outside 0 to 10', () => {
    const vectors = fakeVectors(
      input([
        { c: 0, day: 30, score: 4 },
        { c: 0, day: 30, score: 9 },
        { c: 0, day: 31, score: 11 },
      ]),
    );
    expect(rungAt(vectors, 0, 50, 6).lastScore).toBe(4);
  });

  it('is a fact without a window; the rung needs it within 365 days', () => {
    const vectors = fakeVectors(input([{ c: 0, day: 30, score: 9 }]));
    const nps = languageOver(vectors).fact(fakeContext(), 'nps', 395);
    expect([
      nps.type === 'number' && nps.values[0],
      rungAt(vectors, 0, 394, 6).rung,
      rungAt(vectors, 0, 395, 6).rung,
    ]).toEqual([9, 'supporter', 'client']);
  });
});
