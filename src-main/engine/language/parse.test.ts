import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { fakeContext, fakeVectors, languageOver } from './vectors.fixture.ts';
import { FACTS, RELATION_FIELDS, RELATIONS } from './catalogue.ts';
import { parse, print } from './language.ts';
import { AGGREGATES, joined } from './tree.ts';
import type { DayLike, Expr, Period, Tree } from './tree.ts';
import type { UnitName } from './types.ts';

/** A tree without the places of its nodes. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === 'at' || key === 'relationAt' ? [] : [[key, bare(item)]])),
  );
}

const reprinted = (text: string): string => print(parse(text));

const EXAMPLES = [
  'rung in (client, supporter) and open_gap > 90 days and nps_class is not detractor',
  'purchases >= 3 and last_purchase >= today - 1 year',
  'count(touches where channel = email and direction = out and day > today - 30 days) > 4',
  'sum(purchases.net where day in last 4 quarters) >= 10000 EUR',
  'exists(tickets where is_dispute and open)',
  'not exists(touches where team = sales and day > today - 2 quarters)',
  'exists(touches where owner != customer.owner)',
  'nps is unknown and revenue_12m > 5000 EUR',
  "name contains 'acme' or email_domain = 'acme.com'",
  "in segment 'Key accounts' and not in list 'Do not call'",
  '(rung as of 2026-03-31) = client and (rung as of 2026-Q2) = customer',
  "(in segment 'Key accounts') as of 2026-Q1",
  "recorded in segment 'Key accounts' as of 2026-Q1",
  'top 50 by revenue_12m',
];

describe('P1 the grammar', () => {
  it.each(EXAMPLES)('%s', (text) => {
    expect(reprinted(text)).toBe(text);
  });

  it.each([
    ['RUNG = Client AND NOT lapsed', 'rung = client and not lapsed'],
    ['(a and (b and c)) or ((d))', 'a and b and c or d'],
    ['a and (b or c)', 'a and (b or c)'],
    ['x-1*-2+(3-4)/y>=010.500 EUR', 'x - 1 * -2 + (3 - 4) / y >= 10.5 EUR'],
    ['- (-x) = 1', '-(-x) = 1'],
    ['not (not x)', 'not not x'],
    ['not (x = 1)', 'not x = 1'],
    ['direction = in', 'direction = in'],
    ['direction in (in, out)', 'direction in (in, out)'],
    ['day in 2026-q1', 'day in 2026-Q1'],
    ['day in 2026-01-01..2026-03-31', 'day in 2026-01-01 .. 2026-03-31'],
    ['day not in previous 1 quarters', 'day not in previous 1 quarter'],
    ['(x) as of today - 1 month = 2', '(x as of today - 1 month) = 2'],
    ['((x as of today) as of 2026-01) = 2', '((x as of today)) as of 2026-01 = 2'],
    ["name = 'it''s'", "name = 'it''s'"],
    ['[Key account tier] = 3 and customer.[Tier] = 2', '[Key account tier] = 3 and customer.[Tier] = 2'],
    ['current owner is unknown', 'current owner is unknown'],
    ['x between 1 and 2 and y', 'x between 1 and 2 and y'],
    ["x starts   with 'a'", "x starts with 'a'"],
    ['purchases > 5 AND lapsed', 'purchases > 5 and lapsed'],
    ['top 5% by nps', 'top 5% by nps'],
  ])('%s prints as %s', (text, printed) => {
    expect([reprinted(text), reprinted(reprinted(text))]).toEqual([printed, printed]);
  });

  it('keeps notes with their clause', () => {
    const text = 'lapsed -- quiet for a year\n  and -- who\n (nps > 8 or nps is unknown) -- fans';
    expect(reprinted(text)).toBe('lapsed -- quiet for a year\n -- who\nand (nps > 8 or nps is unknown) -- fans');
    expect(reprinted(reprinted(text))).toBe(reprinted(text));
    expect(reprinted('-- all of it\nlapsed or nps > 8')).toBe('lapsed or nps > 8 -- all of it');
  });
});

// Every kind of node, in the shapes that the parser makes.
const word = fc.constantFrom(
  'rung',
  'client',
  'nps',
  'open_gap',
  'x1',
  'unter_straße',
  'top',
  'customer',
  'current',
  'last',
  'segment',
);
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("it's", "''", '', 'a--b', 'x\ny'));
const unit = fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'quarter' as const, 'year' as const);
const quarter = fc.record({
  kind: fc.constant('quarter' as const),
  year: fc.integer({ min: 1, max: 9999 }),
  quarter: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
});
const month = fc.record({
  kind: fc.constant('month' as const),
  year: fc.integer({ min: 1, max: 9999 }),
  month: fc.integer({ min: 1, max: 12 }),
});
const date = fc.record({ kind: fc.constant('date' as const), day: fc.integer({ min: -300_000, max: 300_000 }) });
const today = fc.record({
  kind: fc.constant('today' as const),
  minus: fc.option(fc.record({ count: fc.nat(1000), unit })),
});
const dayLike: fc.Arbitrary<DayLike> = fc.oneof(quarter, month, date, today);
const period: fc.Arbitrary<Period> = fc.oneof(
  quarter,
  month,
  fc.record({ kind: fc.constantFrom('last' as const, 'previous' as const), count: fc.nat(100), unit }),
  fc.record({ kind: fc.constant('this' as const), unit }),
  fc.tuple(fc.nat(10_000), fc.nat(100)).map(([from, length]) => ({ kind: 'range' as const, from, to: from + length })),
);
const at = 0;
const name = fc.oneof(
  fc
    .tuple(fc.constantFrom('here' as const, 'customer' as const), word)
    .map(([scope, n]): Expr => ({ kind: 'name', at, scope, name: n, bracket: false })),
  word.map((n): Expr => ({ kind: 'name', at, scope: 'current', name: n, bracket: false })),
  fc
    .constantFrom('Key account', 'and', 'x.y')
    .map((n): Expr => ({ kind: 'name', at, scope: 'here', name: n, bracket: true })),
);
const decimal = fc.oneof(
  fc.nat(1e9).map(String),
  fc.tuple(fc.nat(99999), fc.integer({ min: 1, max: 9 })).map(([a, b]) => `${a}.0${b}`),
);
const literal: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .tuple(decimal, fc.option(fc.constantFrom('EUR', 'JPY', 'USD')))
    .map(([d, currency]): Expr => ({ kind: 'number', at, decimal: d, currency })),
  fc.tuple(fc.nat(1000), unit).map(([count, u]): Expr => ({ kind: 'duration', at, count, unit: u })),
  text.map((t): Expr => ({ kind: 'string', at, text: t })),
  fc
    .oneof(quarter, month, date, fc.constant({ kind: 'today' as const, minus: null }))
    .map((day): Expr => ({ kind: 'day', at, day })),
  fc.boolean().map((yes): Expr => ({ kind: 'yesno', at, yes })),
  word.map((n): Expr => ({ kind: 'name', at, scope: 'here', name: n, bracket: false })),
);
const trees = fc.letrec<{ expr: Expr; value: Expr; atom: Expr; field: Extract<Expr, { kind: 'name' }> | null }>(
  (tie) => ({
    field: fc.option(word.map((n) => ({ kind: 'name' as const, at, scope: 'here' as const, name: n, bracket: false }))),
    atom: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name,
      literal,
      fc
        .tuple(fc.constantFrom(...AGGREGATES), word, tie('field'), fc.option(tie('expr')))
        .map(([fn, relation, field, where]): Expr => ({
          kind: 'aggregate',
          at,
          fn,
          relation,
          relationAt: 0,
          field,
          where,
        })),
      fc.tuple(tie('expr'), dayLike).map(([item, day]): Expr => ({ kind: 'as-of', at, item, day })),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('atom'),
      tie('atom').map((item): Expr => ({ kind: 'negative', at, item })),
      fc
        .tuple(
          tie('value'),
          fc.array(fc.record({ op: fc.constantFrom('+' as const, '-' as const), term: tie('value') }), {
            minLength: 1,
            maxLength: 2,
          }),
        )
        .map(([first, rest]): Expr => ({ kind: 'sum', at, first, rest })),
      fc
        .tuple(
          tie('value'),
          fc.array(fc.record({ op: fc.constantFrom('*' as const, '/' as const), term: tie('value') }), {
            minLength: 1,
            maxLength: 2,
          }),
        )
        .map(([first, rest]): Expr => ({ kind: 'product', at, first, rest })),
    ),
    expr: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('value'),
      fc
        .tuple(fc.constantFrom('=' as const, '!=' as const, '<' as const, '>=' as const), tie('value'), tie('value'))
        .map(([op, left, right]): Expr => ({ kind: 'compare', at, op, left, right })),
      fc
        .tuple(fc.boolean(), tie('value'), tie('value'))
        .map(([negated, left, right]): Expr => ({ kind: 'is', at, negated, left, right })),
      fc.tuple(fc.boolean(), tie('value')).map(([known, item]): Expr => ({ kind: 'known', at, known, item })),
      fc
        .tuple(fc.boolean(), tie('value'), fc.array(literal, { minLength: 1, maxLength: 3 }))
        .map(([negated, item, set]): Expr => ({ kind: 'in', at, negated, item, set })),
      fc
        .tuple(fc.boolean(), tie('value'), period)
        .map(([negated, item, p]): Expr => ({ kind: 'period', at, negated, item, period: p })),
      fc
        .tuple(fc.boolean(), tie('value'), fc.constantFrom('segment' as const, 'list' as const), text)
        .map(([negated, item, of, n]): Expr => ({ kind: 'listed', at, negated, item, of, name: n })),
      fc
        .tuple(tie('value'), tie('value'), tie('value'))
        .map(([item, low, high]): Expr => ({ kind: 'between', at, item, low, high })),
      fc
        .tuple(
          fc.constantFrom('contains' as const, 'starts with' as const, 'ends with' as const, 'matches' as const),
          tie('value'),
          text,
        )
        .map(([op, item, pattern]): Expr => ({ kind: 'text', at, op, item, pattern })),
      fc
        .tuple(fc.boolean(), fc.constantFrom('segment' as const, 'list' as const), text, fc.option(dayLike))
        .map(([recorded, of, n, asOf]): Expr => ({ kind: 'membership', at, recorded, of, name: n, asOf })),
      fc
        .tuple(fc.integer({ min: 1, max: 100 }), fc.boolean(), tie('value'))
        .map(([count, percent, by]): Expr => ({ kind: 'top', at, count: String(count), percent, by })),
      fc
        .tuple(word, fc.option(tie('expr')))
        .map(([relation, where]): Expr => ({ kind: 'exists', at, relation, relationAt: 0, where })),
      tie('expr').map((item): Expr => ({ kind: 'not', at, item })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('expr'), { minLength: 2, maxLength: 3 }))
        .map(([kind, items]) => joined(kind, at, items)),
    ),
  }),
);

describe('P2 print and parse are inverse', () => {
  it('parse(print(tree)) is the tree, and print is stable', () => {
    fc.assert(
      fc.property(trees.expr, (root) => {
        const tree: Tree = { root, notes: [] };
        const printed = print(tree);
        let again: Tree;
        try {
          again = parse(printed);
        } catch (error) {
          // A tree nested too deeply for the language has no text.
          if (error instanceof LadderlineError && error.message.includes('levels deep')) return;
          throw error;
        }
        expect(bare(again)).toEqual(bare(tree));
        expect(print(again)).toBe(printed);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Reads a text whole: parse, and when that works type and evaluate it. True when it is an error with a place. */
function isRefused(source: string, unit: UnitName = 'customer'): boolean {
  try {
    LANGUAGE.filter(CONTEXT, source, 20_000, unit);
    return false;
  } catch (error) {
    if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
    if (!/^\d+:\d+ /.test(error.message)) throw new Error(`no place in "${error.message}"`);
    return true;
  }
}
const CONTEXT = fakeContext();
const UNITS: readonly UnitName[] = ['customer', 'person', 'lead', 'touch', 'ticket'];
const unitOf = (n: number): UnitName => UNITS[n % UNITS.length]!;
const LANGUAGE = languageOver(
  fakeVectors({
    customers: 2,
    rows: {
      touches: [{ c: 0, day: 19_990 }],
      orders: [
        { c: 0, day: 19_000, net: 100 },
        { c: 1, day: 19_500, net: 900, currency: 'USD' },
      ],
    },
  }),
);

describe('P3 any text, 100,000 of them, is an error with a place, or a tree', () => {
  it('random characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 })), (source) => {
        expect(isRefused(source)).toBeTypeOf('boolean');
      }),
      { numRuns: 45_000 },
    );
  });

  it('random words of the language', () => {
    const tokens = fc.constantFrom(
      ...FACTS.map((f) => f.name),
      ...RELATION_FIELDS.map((f) => f.name),
      ...RELATIONS.keys(),
      ...AGGREGATES,
      'recorded',
      'segment',
      'list',
      'top',
      'by',
      'as',
      'of',
      'where',
      'exists',
      '(',
      'current',
      'customer',
      'last',
      'quarters',
      'today',
      'and',
      'or',
      'not',
      'in',
      'is',
      'known',
      'unknown',
      'between',
      'contains',
      'starts with',
      'where',
      'exists',
      'as of',
      'top',
      'by',
      'last',
      'this',
      'previous',
      'days',
      'quarter',
      'today',
      'yes',
      'customer.',
      'current',
      '(',
      ')',
      ',',
      '.',
      '=',
      '!=',
      '<',
      '>=',
      '+',
      '-',
      '*',
      '/',
      '%',
      "'acme'",
      '[Tier]',
      '1',
      '30',
      '2026-01-31',
      '2026-Q2',
      '2026-02',
      '..',
      'EUR',
      'client',
      'email',
      'sales',
      '--',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(tokens, { minLength: 1, maxLength: 25 }), (words) => {
        expect(isRefused(words.join(' '), unitOf(words.length))).toBeTypeOf('boolean');
      }),
      { numRuns: 45_000 },
    );
  });

  it('random trees', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(trees.expr, (root) => {
        if (!isRefused(print({ root, notes: [] }))) evaluated++;
      }),
      { numRuns: 10_000 },
    );
    expect(evaluated).toBeGreaterThan(0);
  });

  it('a text too long, too deep or too wide', () => {
    const deep = (open: string, close: string, n: number): string => open.repeat(n) + 'lapsed' + close.repeat(n);
    expect(isRefused(`lapsed${' '.repeat(64 * 1024)}`)).toBe(true);
    expect(isRefused(deep('(', ')', 64))).toBe(false);
    expect(isRefused(deep('(', ')', 65))).toBe(true);
    expect(isRefused(deep('not ', '', 64))).toBe(false);
    expect(isRefused(deep('not ', '', 10_000))).toBe(true);
    expect(isRefused(deep('(', '', 60_000))).toBe(true);
    expect(isRefused(`nps = ${'1 + '.repeat(16_000)}1`)).toBe(false);
    expect(isRefused('lapsed or '.repeat(6000) + 'lapsed')).toBe(false);
    expect(isRefused(`nps = ${'9'.repeat(60_000)}`)).toBe(true);
    expect(isRefused(`${'a'.repeat(60_000)} = 1`)).toBe(true);
    expect(isRefused(`name matches '${'*a'.repeat(30_000)}'`)).toBe(false);
  });
});

describe('P4 reading takes linear time', () => {
  it('sixteen times the text takes far less than 256 times as long', () => {
    const shapes = [
      (n: number) => 'lapsed or '.repeat(n) + 'lapsed',
      (n: number) => `nps in (${'1, '.repeat(n)}1)`,
      (n: number) => 'a\n'.repeat(n) + '!',
      (n: number) => `name = '${"''".repeat(n)}'`,
      (n: number) => `--${'-'.repeat(n)}`,
      (n: number) => '(a '.repeat(n),
      (n: number) => `lapsed${' -- x\nand lapsed'.repeat(n / 2)}`,
      (n: number) => `nps > ${'1 + '.repeat(n)}1`,
      (n: number) => `exists(touches where ${"owner = 'a' or ".repeat(n / 2)}day = today)`,
      (n: number) => 'not '.repeat(50) + 'lapsed and '.repeat(n / 2) + 'lapsed',
    ];
    const best = (source: string): number => {
      let fastest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 15; i++) {
        const began = performance.now();
        try {
          LANGUAGE.describe(source);
        } catch {
          // An error counts as read.
        }
        fastest = Math.min(fastest, performance.now() - began);
      }
      return fastest;
    };
    for (const shape of shapes) expect(best(shape(6400)) / Math.max(best(shape(400)), 0.05)).toBeLessThan(128);
  });
});
