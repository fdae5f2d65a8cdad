import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS } from '#engine/base/vocabulary.ts';
import { fakeContext, fakeVectors, languageOver, type FakeInput, type FakeRow } from './vectors.fixture.ts';

const DAY = 1000;
const CUSTOMERS = 4;
const owner = fc.constantFrom('Mia', 'MIA', 'Noé', 'Ann', null);
const touches = fc.array(
  fc.record({
    c: fc.oneof(fc.nat(CUSTOMERS - 1), fc.constant(null)),
    day: fc.integer({ min: 850, max: 1010 }),
    channel: fc.constantFrom(...CHANNELS, null),
    direction: fc.constantFrom('in', 'out'),
    owner,
    cost: fc.constantFrom(null, 0, 100, 250),
    currency: fc.constantFrom('EUR', 'USD'),
  }),
  { maxLength: 30 },
);
const responses = fc.array(
  fc.record({
    c: fc.nat(CUSTOMERS - 1),
    day: fc.integer({ min: 600, max: 1010 }),
    score: fc.integer({ min: 0, max: 10 }),
  }),
  { maxLength: 6 },
);
const orders = fc.array(
  fc.record({ c: fc.nat(CUSTOMERS - 1), day: fc.integer({ min: 300, max: 1010 }), net: fc.constantFrom(0, 100, 900) }),
  { maxLength: 8 },
);
const world = fc.record({
  touches,
  responses,
  orders,
  owners: fc.array(owner, { minLength: CUSTOMERS, maxLength: CUSTOMERS }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function inputOf({ owners, ...rows }: World): FakeInput {
  return { customers: owners.map((name) => (name === null ? {} : { owner: name })), rows };
}

const CLAUSES = [
  'nps > 6',
  'nps_class is promoter',
  'nps_class != passive',
  'lapsed',
  'open_gap > 20 days',
  'max_gap > mean_gap',
  "owner = 'mia'",
  'owner is unknown',
  "owner contains 'no'",
  'rung >= customer',
  'purchases between 1 and 2',
  'count(touches where channel = email) > 1',
  'exists(touches where owner != customer.owner)',
  'sum(touches.cost) > 2 EUR',
  'avg(responses.score) >= 5',
  'days_since_last(touches where direction = in) < 60 days',
  'last_answer in last 6 months',
  '(nps as of today - 100 days) < nps',
  'top 2 by purchases',
  'revenue_total > 0 EUR',
];
const clause = fc.constantFrom(...CLAUSES);

function outcome(input: FakeInput, text: string): number[] {
  return [...languageOver(fakeVectors(input)).filter(fakeContext(), text, DAY).outcome];
}

describe('E9 three-valued logic', () => {
  const kleene = {
    and: (a: number, b: number) => (a === 0 || b === 0 ? 0 : Math.max(a, b)),
    or: (a: number, b: number) => (a === 1 || b === 1 ? 1 : Math.max(a, b)),
    not: (a: number) => [1, 0, 2][a]!,
  };
  it('and, or and not follow Kleene on the outcomes of their parts', () => {
    fc.assert(
      fc.property(world, clause, clause, (w, a, b) => {
        const input = inputOf(w);
        const [x, y] = [outcome(input, a), outcome(input, b)];
        expect(outcome(input, `${a} and ${b}`)).toEqual(x.map((v, i) => kleene.and(v, y[i]!)));
        expect(outcome(input, `${a} or ${b}`)).toEqual(x.map((v, i) => kleene.or(v, y[i]!)));
        expect(outcome(input, `not ${a}`)).toEqual(x.map(kleene.not));
        expect(outcome(input, `not (${a} and ${b})`)).toEqual(outcome(input, `not ${a} or not ${b}`));
        expect(outcome(input, `(${a}) = yes`)).toEqual(x);
      }),
      { numRuns: 200 },
    );
  });

  it('counts what the outcome says, per clause and in all', () => {
    fc.assert(
      fc.property(world, clause, clause, (w, a, b) => {
        const found = languageOver(fakeVectors(inputOf(w))).filter(fakeContext(), `${a} and ${b}`, DAY);
        const tally = (bits: Iterable<number>): number[] => [
          [...bits].filter((v) => v === 1).length,
          [...bits].filter((v) => v === 2).length,
        ];
        expect([found.trueCount, found.unknownCount]).toEqual(tally(found.outcome));
        expect(found.clauses.map((c) => [c.true, c.unknown])).toEqual(
          [a, b].map((text) => tally(outcome(inputOf(w), text))),
        );
      }),
    );
  });
});

describe('E10 rows in another order, and rows of nobody, change nothing', () => {
  it('for every clause', () => {
    const shuffled = world.chain((w) =>
      fc
        .record({
          touches: fc.shuffledSubarray(w.touches, { minLength: w.touches.length }),
          responses: fc.shuffledSubarray(w.responses, { minLength: w.responses.length }),
          orders: fc.shuffledSubarray(w.orders, { minLength: w.orders.length }),
        })
        .map(
          (other) => [w, { ...other, owners: w.owners, touches: other.touches.filter(({ c }) => c !== null) }] as const,
        ),
    );
    fc.assert(
      fc.property(shuffled, clause, ([a, b], text) => {
        expect(outcome(inputOf(b), text)).toEqual(outcome(inputOf(a), text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('E11 events after the day do not exist', () => {
  it('for every clause', () => {
    fc.assert(
      fc.property(world, clause, (w, text) => {
        const past = <T extends { day: number }>(rows: readonly T[]): T[] => rows.filter(({ day }) => day <= DAY);
        expect(
          outcome(
            inputOf({ ...w, touches: past(w.touches), responses: past(w.responses), orders: past(w.orders) }),
            text,
          ),
        ).toEqual(outcome(inputOf(w), text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('E12 aggregates equal a row by row reading', () => {
  const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  it('count, sum, extremes and distinct with a condition', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...CHANNELS), fc.integer({ min: 0, max: 150 }), (w, channel, back) => {
        const where = `channel != ${channel} and day > today - ${back} days and owner != customer.owner`;
        const rowsOf = (c: number): FakeRow[] =>
          w.touches.filter(
            (t) =>
              t.c === c &&
              t.day <= DAY &&
              t.day > DAY - back &&
              t.channel !== null &&
              t.channel !== channel &&
              t.owner !== null &&
              w.owners[c] !== null &&
              fold(t.owner) !== fold(w.owners[c]!),
          ) as FakeRow[];
        const language = languageOver(fakeVectors(inputOf(w)));
        const yes = (text: string): number[] => [...language.filter(fakeContext(), text, DAY).outcome];
        const all = w.owners.map((_, c) => rowsOf(c));
        const tri = (known: boolean, holds: boolean): number => (!known ? 2 : holds ? 1 : 0);
        expect(yes(`count(touches where ${where}) = 1`)).toEqual(all.map((rows) => tri(true, rows.length === 1)));
        expect(yes(`exists(touches where ${where})`)).toEqual(all.map((rows) => tri(true, rows.length > 0)));
        expect(yes(`days_since_last(touches where ${where}) < 10 days`)).toEqual(
          all.map((rows) => tri(rows.length > 0, Math.min(...rows.map((r) => DAY - (r.day as number))) < 10)),
        );
        expect(yes(`distinct(touches.owner where ${where}) = 2`)).toEqual(
          all.map((rows) => tri(true, new Set(rows.map((r) => fold(r['owner'] as string))).size === 2)),
        );
        const costs = all.map((rows) => rows.filter((r) => r['cost'] !== null));
        expect(yes(`sum(touches.cost where ${where}) >= 2.5 EUR`)).toEqual(
          costs.map((rows) => {
            const currencies = new Set(rows.map((r) => r['currency']));
            const sum = rows.reduce((s, r) => s + (r['cost'] as number), 0);
            return tri(
              currencies.size === 0 || (currencies.size === 1 && (currencies.has('EUR') || sum === 0)),
              sum >= 250,
            );
          }),
        );
      }),
      { numRuns: 300 },
    );
  });
});
