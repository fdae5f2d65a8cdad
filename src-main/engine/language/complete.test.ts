import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsAt } from './complete.ts';
import type { Named } from './named.ts';
import { checkCondition } from './check.ts';
import { Misread } from './errors.ts';
import { tokensOf } from './lex.ts';
import { parseText } from './parse.ts';
import type { Completion, UnitName } from './types.ts';

const ATTRIBUTES = [
  { name: 'Plan', type: 'text', history: true },
  { name: 'Staff', type: 'number', history: true },
] as const;

const NAMED: Named = {
  segment: (name) => ({ id: 1, name, kind: 'frozen', definition: 'lapsed' }),
  segmentNames: () => ['Key accounts', "O'Neil's"],
  list: (name) => ({ name, keys: new Set() }),
  listNames: () => ['Field team'],
  attribute: (_, name) => ATTRIBUTES.find((info) => info.name.toLowerCase() === name.toLowerCase()) ?? null,
  likelyAttributes: () => ATTRIBUTES,
  members: () => new Uint8Array(0),
};

const CONTEXT = { currency: 'EUR', named: NAMED };

/** Completions of a text at its `|`. */
function at(marked: string, unit: UnitName = 'customer'): { replaced: string; items: string[] } {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, items } = completionsAt(text, offset, unit, CONTEXT);
  return { replaced: text.slice(from, to), items: items.map((item) => item.text) };
}

describe('K1 completion offers what may stand at a place', () => {
  it.each<[string, string, string[]]>([
    ['open_|', 'open_', ['open_gap', 'open_disputes', 'open_tickets', 'open_leads']],
    ['gap|', 'gap', ['open_gap', 'mean_gap', 'sd_gap', 'max_gap', 'worst_gap']],
    ['rung = |', '', ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner']],
    ['rung in (client, s|', 's', ['supporter', 'prospect', 'customer']],
    ['nps_class is not d|', 'd', ['detractor']],
    ["in segment '|", "'", ["'Key accounts'", "'O''Neil''s'"]],
    ['not in segment |', '', ["'Key accounts'", "'O''Neil''s'"]],
    ["owner in list 'f|", "'f", ["'Field team'"]],
    ['count(tou|', 'tou', ['touches']],
    ['count(touches w|', 'w', ['where']],
    ['count(touches where chan|', 'chan', ['channel']],
    ['count(touches where channel = em|', 'em', ['email']],
    ['exists(touches where owner != customer.own|', 'own', ['owner']],
    ['sum(purchases.n|', 'n', ['net']],
    ['last_touch > today - 3 q|', 'q', ['quarters']],
    ['last_touch in p|', 'p', ['previous']],
    ['current re|', 're', ['region']],
    ['[st|', '[st', ['[Staff]']],
    ['rung = client and laps|', 'laps', ['lapsed']],
    ['rung = client |', '', ['and', 'or']],
    ['open_gap > 5 d|', 'd', ['days']],
    ['revenue_12m > 5 |', '', ['and', 'or', 'EUR']],
    ['(rung as of t|', 't', ['today']],
    ['ope|n_gap > 5', 'open_gap', ['open_gap']],
    ['(curr|', 'curr', ['current']],
    ['exists(touches where cust|', 'cust', ['customer.']],
    ['last_touch > 2026-Q|', '', []],
    ['lapsed -- open_|', '', []],
    ["name = 'open_|", "'open_", []],
  ])('%s', (text, replaced, items) => {
    const found = at(text);
    expect({
      replaced: found.replaced,
      items: found.items.slice(0, items.length === 0 ? undefined : items.length),
    }).toEqual({
      replaced,
      items,
    });
  });

  it('K1 offers operators behind a field, and the unit its own fields', () => {
    expect(at('name |').items).toContain('starts with');
    expect(at('purchases |').items).not.toContain('and');
    expect(at('rung = |').items).not.toContain('purchases');
    expect(at('(name as of 2026-01-01) = |').items).toEqual([]);
    expect(at("rung = 'x|").items).toEqual([]);
    expect(at('rung |').items).toEqual(expect.arrayContaining(['in', 'is unknown']));
    expect(at('sev|', 'ticket').items).toEqual(['severity']);
    expect(at('cust|', 'touch').items).toContain('customer.');
    expect(at('opt|', 'person').items).toEqual(['opt_out']);
  });

  it('K2 any text at any place is answered', () => {
    const words = [
      'rung',
      '(',
      ')',
      'in',
      'is',
      "'",
      '[',
      'where',
      'count',
      '.',
      'customer',
      '--',
      '\n',
      '5',
      'é',
      '=',
      ',',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 30 }),
        fc.nat(200),
        (parts, offset) => {
          const text = parts.join(' ');
          const { from, to, items } = completionsAt(text, offset, 'customer', CONTEXT);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(items.length).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const CUSTOMER_CLAUSES = [
  'rung in (client, supporter)',
  'nps_class is not detractor',
  'nps is unknown',
  'rung is known',
  'lapsed = no',
  'open_gap > 90 days',
  'open_gap between mean_gap and max_gap',
  'purchases not in (1, 2)',
  'last_purchase >= today - 1 years',
  'last_purchase in last 4 quarters',
  'last_touch not in previous 2 months',
  'first_purchase in this year',
  'revenue_12m + revenue_total > 5000 EUR',
  '-nps * 2 < purchases',
  "name contains 'acme' or email_domain starts with 'a'",
  "owner in list 'Field team'",
  "owner not in list 'Field team'",
  "in segment 'Key accounts' and not in list 'Field team'",
  "recorded in segment 'Key accounts' as of today - 1 quarters",
  "in segment 'O''Neil''s' as of 2026-03",
  "(in segment 'Key accounts' and lapsed) as of 2026-Q1",
  '(rung as of 2026-03-31) = client',
  "(current owner as of today) = 'mia'",
  '(nps as of today - 1 years) < nps',
  'top 50 by revenue_12m',
  'top 5% by count(touches where direction = out)',
  'count(touches where channel = email and day > today - 30 days) > 4',
  'sum(purchases.net where day in last 4 quarters) >= 10000 EUR',
  'avg(responses.score where kind = relational) > nps',
  'min(purchases.day) < last_answer',
  'distinct(touches.owner) = 2',
  'days_since_last(touches where team = sales) > 30 days',
  'not exists(touches where owner != customer.owner and [Plan] is known)',
  'exists(memberships where source = customer.[Plan])',
  'exists(touches where exists(tickets where severity >= high and customer.lapsed))',
  "[Staff] > 5 and [Plan] matches 'g*'",
];
const CLAUSES: readonly [UnitName, readonly string[]][] = [
  ['customer', CUSTOMER_CLAUSES],
  ['touch', ['channel in (email, call)', 'owner != customer.owner', 'count(tickets where open) = 0', 'top 3 by day']],
  ['ticket', ["is_dispute and status ends with 'x'", 'closed_at - day > 7 days', 'customer.rung >= client']],
  ['lead', ["status = hot and source = 'fair'", 'cost > 5 EUR', "in segment 'Key accounts'"]],
  [
    'person',
    ["opt_out or title contains 'buyer'", 'count(touches) = 2', 'customer.[Staff] > 2', 'created in this year'],
  ],
];
const texts = fc.constantFrom(...CLAUSES).chain(([unit, clauses]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...clauses), fc.constantFrom('and', 'or', 'and not', 'or not')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) => ({
      unit,
      text: parts.map(([clause, link], i) => (i === 0 ? clause : `${link} (${clause})`)).join(' '),
    })),
);

/** Where a text is wrong: -1 when it is right, and infinite when it is only unfinished. */
function wrongAt(text: string, unit: UnitName): number {
  try {
    checkCondition(parseText(text).root, CONTEXT, unit);
    return -1;
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return error.message.includes('a condition is needed') ? Number.POSITIVE_INFINITY : error.at;
  }
}

/** True when a text goes on with an item: right, or wrong only where it ends. */
function isFit(before: string, item: Completion, unit: UnitName): boolean {
  // Alone these two are names of fields.
  if (item.text === 'current')
    return completionsAt(`${before}current `, before.length + 8, unit, CONTEXT).items.length > 0;
  const text = before + (item.text === 'top' ? 'top 1 by' : item.text);
  const endsIn = (whole: string): boolean => {
    const place = wrongAt(whole, unit);
    return place < 0 || place >= text.trimEnd().length;
  };
  const { length: opened } = before.replaceAll(/[^(]/g, '');
  const { length: closed } = before.replaceAll(/[^)]/g, '');
  const isValue = item.kind === 'field' || item.kind === 'value' || item.kind === 'attribute';
  return endsIn(text) && (!isValue || endsIn(text + ')'.repeat(opened - closed)));
}

describe('K3 what is offered fits', () => {
  it('at every word of every text', () => {
    let tried = 0;
    fc.assert(
      fc.property(texts, ({ unit, text }) => {
        expect(wrongAt(text, unit)).toBe(-1);
        const unfit: string[] = [];
        for (const { at } of tokensOf(text).tokens) {
          const { from, items } = completionsAt(text.slice(0, at), at, unit, CONTEXT);
          for (const item of items) {
            tried++;
            if (!isFit(text.slice(0, from), item, unit)) unfit.push(text.slice(0, from) + item.text);
          }
        }
        expect(unfit).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(tried).toBeGreaterThan(5000);
  });
});

describe('K4 what may stand is offered', () => {
  it('every word of every text, from its first letter', () => {
    fc.assert(
      fc.property(texts, ({ unit, text }) => {
        for (const { at, kind, text: content, word } of tokensOf(text).tokens) {
          const named = kind === 'string' && /(?:segment|list) $/.test(text.slice(0, at));
          if (kind !== 'word' && kind !== 'bracket' && !named) continue;
          const { items } = completionsAt(text.slice(0, at + (kind === 'word' ? 1 : 2)), at + 2, unit, CONTEXT);
          const wanted = kind === 'bracket' ? `[${content}]` : named ? `'${content.replaceAll("'", "''")}'` : word;
          const fits = ({ text: offered }: Completion): boolean =>
            offered.toLowerCase() === wanted.toLowerCase() ||
            [' ', '(', '.'].some((next) => offered.startsWith(wanted + next));
          expect([text.slice(0, at), wanted, items.some(fits)]).toEqual([text.slice(0, at), wanted, true]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('K2 sixteen times the text takes far less than 256 times as long', () => {
    const shapes = [
      (n: number) => 'lapsed or '.repeat(n),
      (n: number) => `rung in (${'client, '.repeat(n)}`,
      (n: number) => `count(touches where ${'channel = email and '.repeat(n)}`,
      (n: number) => `purchases > ${'1 + '.repeat(n)}`,
    ];
    const best = (text: string): number => {
      let fastest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        completionsAt(text, text.length, 'customer', CONTEXT);
        fastest = Math.min(fastest, performance.now() - began);
      }
      return fastest;
    };
    for (const shape of shapes) expect(best(shape(3200)) / Math.max(best(shape(200)), 0.2)).toBeLessThan(128);
  });
});
