import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evennessE, spacingOf } from '#engine/methods/spacing.ts';
import { collisionPairs } from '#engine/methods/touch.ts';
import { CATALOGUE, FACTS, fieldsOf, RELATION_FIELDS, RELATIONS } from '../catalogue.ts';
import { fakeContext, fakeVectors, languageOver, type FakeInput, type FakeRow } from '../vectors.fixture.ts';
import type { FactColumn } from '../types.ts';
import { REDUCED } from './index.ts';
import { spacingAt } from './spacing.ts';
import { collisionColumn, collisionsOf } from './touch-audit.ts';

function fact(input: FakeInput, name: string, asOf: number): FactColumn {
  return languageOver(fakeVectors(input)).fact(fakeContext(), name, asOf);
}

/** Values of the first customer, unknown as null. */
function facts(input: FakeInput, asOf: number, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const column = fact(input, name, asOf);
      switch (column.type) {
        case 'text':
          return [name, column.at(0)];
        case 'money':
          return [name, column.split.get(0) ?? column.values[0]];
        case 'set':
          return [name, column.members[column.values[0]!] ?? null];
        case 'day':
          return [name, column.values[0]! < -1e9 ? null : column.values[0]];
        case 'number':
        case 'days':
        case 'share':
        case 'yesno':
          return [name, Number.isNaN(column.values[0]) ? null : column.values[0]];
      }
    }),
  );
}

const touch = (day: number, more: Partial<FakeRow> = {}): FakeRow => ({ c: 0, day, ...more });

describe('N1 one catalogue', () => {
  it('has a reducer for every fact and a fact for every reducer', () => {
    expect([...REDUCED].sort()).toEqual(FACTS.map(({ name }) => name).sort());
  });

  it('has no member of a set that equals a field name in its scope', () => {
    const clashes = CATALOGUE.flatMap(({ relation, name, set }) =>
      (set ?? []).filter((word) => fieldsOf(relation).has(word)).map((word) => `${relation}.${name}: ${word}`),
    );
    expect(clashes).toEqual([]);
  });

  it('names nothing twice, and every relation that has fields', () => {
    const names = CATALOGUE.map(({ relation, name }) => `${relation}.${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect([...new Set(RELATION_FIELDS.map(({ relation }) => relation))]).toEqual([...RELATIONS.keys()]);
  });

  it('can read every field of every relation', () => {
    const language = languageOver(fakeVectors({ customers: 1 }));
    const kept = RELATION_FIELDS.map(
      ({ relation, name }) =>
        language.filter(fakeContext(), `count(${relation}.${name} where ${name} is known) = 0`, 0).trueCount,
    );
    expect(kept).toEqual(RELATION_FIELDS.map(() => 1));
  });
});

describe('F4 orders and revenue', () => {
  const input: FakeInput = {
    customers: 2,
    rows: {
      orders: [
        { c: 0, day: 100, net: 1000 },
        { c: 0, day: 100, net: 500 },
        { c: 0, day: 465, net: 300 },
        { c: 0, day: 470, net: 200 },
        { c: null, day: 470, net: 999 },
      ],
    },
    credits: [
      { order: 0, day: 466, amount: 400 },
      { order: 3, day: 471, amount: 200 },
    ],
  };
  const names = ['purchases', 'first_purchase', 'last_purchase', 'revenue_12m', 'revenue_total'];
  it('subtracts the credits dated in the window, and the day 365 days back is out of it', () => {
    expect(facts(input, 464, ...names)).toEqual({
      purchases: 2,
      first_purchase: 100,
      last_purchase: 100,
      revenue_12m: 1500,
      revenue_total: 1500,
    });
    expect(facts(input, 465, ...names)).toEqual({
      purchases: 3,
      first_purchase: 100,
      last_purchase: 465,
      revenue_12m: 300,
      revenue_total: 1800,
    });
    expect(facts(input, 470, ...names)).toEqual({
      purchases: 4,
      first_purchase: 100,
      last_purchase: 470,
      revenue_12m: 100,
      revenue_total: 1600,
    });
    expect(facts(input, 471, ...names)).toEqual({
      purchases: 3,
      first_purchase: 100,
      last_purchase: 465,
      revenue_12m: -100,
      revenue_total: 1400,
    });
  });

  it('is zero of no currency without orders, and split where currencies meet', () => {
    const both: FakeInput = {
      customers: 2,
      rows: {
        orders: [
          { c: 0, day: 1, net: 5, currency: 'USD' },
          { c: 0, day: 2, net: 7 },
        ],
      },
    };
    const revenue = fact(both, 'revenue_12m', 10);
    expect(revenue.type === 'money' && [[...revenue.values], [...revenue.split]]).toEqual([
      [Number.NaN, 0],
      [
        [
          0,
          [
            { currency: 'EUR', minor: 7 },
            { currency: 'USD', minor: 5 },
          ],
        ],
      ],
    ]);
  });
});

describe('F5 spacing of outbound touches', () => {
  it('collapses a day, counts the open gap apart, and leaves inbound out', () => {
    const input: FakeInput = {
      customers: 1,
      rows: {
        touches: [
          touch(0),
          touch(1),
          touch(2),
          touch(3),
          touch(3, { channel: 'call' }),
          touch(4),
          touch(95),
          touch(110, { direction: 'in' }),
          touch(130),
        ],
      },
    };
    expect(
      facts(
        input,
        120,
        'open_gap',
        'mean_gap',
        'sd_gap',
        'max_gap',
        'worst_gap',
        'touches_total',
        'touches_90d',
        'first_touch',
        'last_touch',
      ),
    ).toEqual({
      open_gap: 25,
      mean_gap: 19,
      sd_gap: 36,
      max_gap: 91,
      worst_gap: 91,
      touches_total: 7,
      touches_90d: 1,
      first_touch: 0,
      last_touch: 95,
    });
    const burstiness = facts(input, 120, 'burstiness')['burstiness'] as number;
    expect(burstiness).toBeCloseTo(0.926174, 6);
  });

  it('knows no gap of a customer never touched, and no spread of one gap', () => {
    const input: FakeInput = { customers: 1, rows: { touches: [touch(200)] } };
    const names = ['open_gap', 'mean_gap', 'sd_gap', 'max_gap', 'worst_gap', 'burstiness', 'last_touch', 'touch_class'];
    expect(facts(input, 100, ...names)).toEqual({
      open_gap: null,
      mean_gap: null,
      sd_gap: null,
      max_gap: null,
      worst_gap: null,
      burstiness: null,
      last_touch: null,
      touch_class: 'never',
    });
    const two: FakeInput = { customers: 1, rows: { touches: [touch(10), touch(30)] } };
    expect(facts(two, 40, 'mean_gap', 'sd_gap', 'max_gap', 'burstiness')).toEqual({
      mean_gap: 20,
      sd_gap: null,
      max_gap: 20,
      burstiness: null,
    });
  });

  it('evenness of both teams: same-day touches collapse within a team, not across (mission B2)', () => {
    const sales = (...days: number[]): FakeRow[] => days.map((d) => touch(d));
    const marketing = (...days: number[]): FakeRow[] => days.map((d) => touch(d, { team: 'marketing' }));
    const evenness = (rows: FakeRow[]): unknown =>
      facts({ customers: 1, rows: { touches: rows } }, 90, 'evenness')['evenness'];
    expect(evenness(sales(1, 2, 3, 4))).toBeCloseTo(0.0556, 3);
    expect(evenness([...sales(36, 72), ...marketing(18, 54)])).toBeCloseTo(1, 12);
    expect(evenness(marketing(18, 54))).toBeCloseTo(0.8, 12);
    expect(evenness([...sales(30, 60), ...marketing(30, 60)])).toBeCloseTo(0.5, 12);
    expect(
      evenness([...sales(30, 30, 60), touch(45, { team: 'service' }), touch(45, { direction: 'in' })]),
    ).toBeCloseTo(1, 12);
    expect(evenness([touch(0), touch(91)])).toBe(null);
  });

  it('barrage then silence (mission B3)', () => {
    const rows = [
      touch(1, { team: 'marketing' }),
      touch(2, { team: 'marketing' }),
      touch(3, { team: 'marketing' }),
      touch(4),
      touch(75),
    ];
    const spacing = spacingAt(fakeVectors({ customers: 1, rows: { touches: rows } }), 0, 80, 0, false);
    expect({ bursts: spacing.bursts, barrages: spacing.barrages, silences: spacing.silences }).toEqual({
      bursts: [{ from: 1, to: 4, touches: 4, teams: { sales: 1, marketing: 3 } }],
      barrages: [{ from: 1, to: 4, touches: 4, teams: { sales: 1, marketing: 3 }, silence: 71, open: false }],
      silences: [{ from: 4, to: 75, days: 71, open: false }],
    });
    expect(facts({ customers: 1, rows: { touches: rows } }, 80, 'bursts', 'barrages', 'silences')).toEqual({
      bursts: 1,
      barrages: 1,
      silences: 1,
    });
    expect(
      facts(
        { customers: 1, rows: { touches: [18, 36, 54, 72].map((d) => touch(d)) } },
        90,
        'bursts',
        'barrages',
        'silences',
      ),
    ).toEqual({ bursts: 0, barrages: 0, silences: 0 });
  });

  it('class: 45 of a target of 30 is due, 46 is silent (methods 3.5)', () => {
    const classOf = (asOf: number): unknown =>
      facts(
        { customers: 1, rows: { touches: [touch(100)], orders: [{ c: 0, day: 90, net: 1 }] } },
        asOf,
        'touch_class',
        'silences',
      );
    expect([classOf(130), classOf(131), classOf(145), classOf(146)]).toEqual([
      { touch_class: 'on', silences: 0 },
      { touch_class: 'due', silences: 0 },
      { touch_class: 'due', silences: 0 },
      { touch_class: 'silent', silences: 1 },
    ]);
  });

  it('column, single customer and formulas agree on random rows in any order', () => {
    const row = fc.record({
      day: fc.integer({ min: 0, max: 200 }),
      team: fc.constantFrom('sales', 'marketing', 'service', 'accounts', 'unknown'),
      direction: fc.constantFrom('in', 'out', 'out', 'out'),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 25 }), fc.integer({ min: 0, max: 210 }), (rows, asOf) => {
        const vectors = fakeVectors({ customers: 2, rows: { touches: rows.map((r) => ({ c: 1, ...r })) } });
        const out = rows.filter((r) => r.direction === 'out' && r.day <= asOf);
        const days = [...new Set(out.map((r) => r.day))].sort((a, b) => a - b);
        const expected = spacingOf(days, 0, days.length, asOf);
        const one = spacingAt(vectors, 1, asOf, 0, false);
        expect(one.spacing).toEqual(expected);
        const evenDays = (['sales', 'marketing'] as const)
          .flatMap((team) => [...new Set(out.filter((r) => r.team === team).map((r) => r.day))])
          .sort((a, b) => a - b);
        expect(one.evenness).toBe(evennessE(evenDays, asOf, 90));
        const language = languageOver(vectors);
        const value = (name: string): number | null => {
          const column = language.fact(fakeContext(), name, asOf);
          if (column.type === 'text' || column.type === 'money') throw new Error('a number is expected');
          return Number.isNaN(column.values[1]) ? null : column.values[1]!;
        };
        expect([
          value('mean_gap'),
          value('worst_gap'),
          value('burstiness'),
          value('evenness'),
          value('bursts'),
          value('barrages'),
        ]).toEqual([
          expected.mean,
          expected.maxInclOpen,
          expected.A,
          one.evenness,
          one.bursts.length,
          one.barrages.length,
        ]);
        const pairs = collisionPairs(
          out.map((r) => ({ customer: 'a', day: r.day, team: r.team })),
          3,
        ).length;
        expect([collisionsOf(vectors, 1, asOf).length, collisionColumn(vectors, asOf)[1]]).toEqual([pairs, pairs]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('F6 disputes, tickets, leads, renewals', () => {
  it('counts commercial touches inside an open dispute once', () => {
    const input: FakeInput = {
      customers: 1,
      rows: {
        tickets: [
          { c: 0, day: 10, closed_day: 20, is_dispute: 1 },
          { c: 0, day: 15, closed_day: 30, is_dispute: 1 },
          { c: 0, day: 40, is_dispute: 0 },
        ],
        touches: [
          touch(9),
          touch(10),
          touch(16),
          touch(16, { team: 'service' }),
          touch(18, { purpose: 'billing' }),
          touch(29, { team: 'marketing' }),
          touch(30),
          touch(45),
        ],
      },
    };
    expect(facts(input, 50, 'touches_in_dispute', 'open_tickets', 'open_disputes')).toEqual({
      touches_in_dispute: 3,
      open_tickets: 1,
      open_disputes: 0,
    });
    expect(facts(input, 16, 'touches_in_dispute', 'open_tickets', 'open_disputes')).toEqual({
      touches_in_dispute: 2,
      open_tickets: 2,
      open_disputes: 2,
    });
  });

  it('knows open leads and the next renewal', () => {
    const input: FakeInput = {
      customers: 1,
      rows: {
        leads: [
          { c: 0, day: 1, status: 'hot' },
          { c: 0, day: 1, status: 'bad' },
          { c: 0, day: 1, status: 'warm', converted_day: 30 },
        ],
        subscriptions: [
          { c: 0, day: 1, renews_day: 100 },
          { c: 0, day: 1, renews_day: 60, ended_day: 50 },
          { c: 0, day: 70, renews_day: 80 },
        ],
      },
    };
    expect(facts(input, 20, 'open_leads', 'renews_at')).toEqual({ open_leads: 2, renews_at: 60 });
    expect(facts(input, 60, 'open_leads', 'renews_at')).toEqual({ open_leads: 1, renews_at: 100 });
    expect(facts(input, 101, 'renews_at')).toEqual({ renews_at: null });
  });
});

describe('C1 facts are kept per day and ladder mode', () => {
  it('computes a fact once', () => {
    const vectors = fakeVectors({ customers: 1 });
    const ctx = fakeContext();
    const language = languageOver(vectors);
    const first = language.fact(ctx, 'rung', 10);
    expect([
      language.fact(ctx, 'rung', 10) === first,
      language.fact(ctx, 'rung', 11) === first,
      language.fact({ ...ctx, settings: { ...ctx.settings, ladderMode: 5 } }, 'rung', 10) === first,
    ]).toEqual([true, false, false]);
  });
});
