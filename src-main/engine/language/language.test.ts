import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import type { LanguageDetail } from './errors.ts';
import { makeLanguage } from './language.ts';
import { fakeContext, fakeVectors, languageOver, type FakeInput } from './vectors.fixture.ts';
import type { WorkspaceSettings } from '#engine/base/context.ts';

const D = parseIsoDay('2026-06-30');

/** Customer indexes for which a text is true, with the number of unknown ones behind a `?`. */
function kept(input: FakeInput, text: string, settings: Partial<WorkspaceSettings> = {}, asOf = D): string {
  const { outcome, unknownCount } = languageOver(fakeVectors(input)).filter(fakeContext(settings), text, asOf);
  const yes = [...outcome].flatMap((bit, i) => (bit === 1 ? [i] : []));
  return `${yes.join(' ')}${unknownCount > 0 ? ` ?${unknownCount}` : ''}`;
}

function failure(text: string, input: FakeInput = { customers: 1 }): string {
  try {
    languageOver(fakeVectors(input)).filter(fakeContext(), text, D);
  } catch (error) {
    if (!(error instanceof LadderlineError)) throw error;
    return `${error.code} ${error.exit} ${error.message}`;
  }
  return 'no error';
}

const SHOP: FakeInput = {
  customers: [
    { name: 'Acme GmbH', owner: 'Mia', email_domain: 'acme.com', region: 'North' },
    { name: 'Café Zoé', owner: 'Noah', region: 'South' },
    { name: "O'Neil Ltd" },
    { name: 'Untouched AG', owner: 'mia' },
  ],
  rows: {
    orders: [
      { c: 0, day: '2025-09-01', net: 100_000 },
      { c: 0, day: '2026-01-10', net: 600_000 },
      { c: 0, day: '2026-06-01', net: 600_000 },
      { c: 1, day: '2024-01-01', net: 5_000 },
      { c: 2, day: '2026-05-01', net: 50_000, currency: 'USD' },
      { c: 2, day: '2026-05-02', net: 70_000 },
    ],
    responses: [
      { c: 0, day: '2026-05-01', score: 9 },
      { c: 1, day: '2026-05-01', score: 3 },
    ],
    touches: [
      { c: 0, day: '2026-01-01', channel: 'email', owner: 'Mia', team: 'marketing' },
      { c: 0, day: '2026-06-10', channel: 'call', owner: 'Ann' },
      { c: 0, day: '2026-06-20', channel: 'email', owner: 'Mia', team: 'marketing' },
      { c: 1, day: '2026-03-01', channel: 'visit', owner: 'Noah', cost: 12_050, currency: 'EUR' },
      { c: 1, day: '2026-07-01', channel: 'visit', owner: 'Noah' },
      { c: 2, day: '2026-06-29', channel: 'call', owner: 'Ann', direction: 'in' },
    ],
    tickets: [
      { c: 1, day: '2026-02-01', is_dispute: 1, severity: 'high' },
      { c: 2, day: '2026-02-01', is_dispute: 1, closed_day: '2026-03-01', severity: 'low' },
    ],
    subscriptions: [{ c: 0, day: '2025-01-01', renews_day: '2026-09-15' }],
  },
};

describe('E1 facts are compared with values of their type', () => {
  it.each([
    ['rung in (client, supporter) and open_gap > 90 days and nps_class is not detractor', ' ?1'],
    ['rung = supporter', '0'],
    ['rung >= client', '0 2'],
    ['rung < client', '1 3'],
    ['client <= rung', '0 2'],
    ['rung not in (client, prospect)', '0 1'],
    ["rung = 'supporter'", '0'],
    ['purchases >= 3 and last_purchase >= today - 1 year', '0'],
    ['open_gap > 90 days', '1 ?2'],
    ['open_gap > 90', '1 ?2'],
    ['open_gap between 10 and 11 days', '0 ?2'],
    ['lapsed', '1'],
    ['not lapsed', '0 2 3'],
    ['lapsed = no', '0 2 3'],
    ['last_purchase - first_purchase > 200 days', '0 ?1'],
    ['open_gap * 2 > max_gap + mean_gap', ' ?3'],
    ['open_gap * 25 > max_gap + mean_gap / 2', '0 ?3'],
    ['nps + 1 = 10', '0 ?2'],
    ['-nps < -5', '0 ?2'],
    ['renews_at in this quarter', ' ?3'],
    ['renews_at <= today + 3 months', '0 ?3'],
    ['purchases / 0 > 1', ' ?4'],
    ['customer.purchases = 3', '0'],
    ["current owner = 'Mia'", '0 3 ?1'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });
});

describe('E2 unknown is a third value, `is` has two', () => {
  it.each([
    ['nps_class = detractor', '1 ?2'],
    ['nps_class != detractor', '0 ?2'],
    ['not nps_class = detractor', '0 ?2'],
    ['nps_class is detractor', '1'],
    ['nps_class is not detractor', '0 2 3'],
    ['nps is unknown', '2 3'],
    ['nps is known', '0 1'],
    ['nps is not known', '2 3'],
    ['nps is unknown and revenue_12m > 500 EUR', ' ?1'],
    ['nps > 5 or purchases = 0', '0 3 ?1'],
    ['nps > 5 and purchases = 0', ' ?1'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });

  it('counts true and unknown per top-level clause', () => {
    const { clauses, trueCount, unknownCount } = languageOver(fakeVectors(SHOP)).filter(
      fakeContext(),
      'nps > 5 and (purchases > 0 or lapsed)',
      D,
    );
    expect({ clauses, trueCount, unknownCount }).toEqual({
      clauses: [
        { text: 'nps > 5', true: 1, unknown: 2 },
        { text: 'purchases > 0 or lapsed', true: 3, unknown: 0 },
      ],
      trueCount: 1,
      unknownCount: 1,
    });
  });

  it('keeps everybody without a text', () => {
    expect([kept(SHOP, ''), languageOver(fakeVectors(SHOP)).filter(fakeContext(), null, D).trueCount]).toEqual([
      '0 1 2 3',
      4,
    ]);
  });
});

describe('E3 aggregates run over the rows of a customer up to the day', () => {
  it.each([
    ['count(touches where channel = email and direction = out and day > today - 30 days) > 0', '0'],
    ['count(touches) = 3', '0'],
    ['count(touches) = 0', '3'],
    ['count(touches.cost) = 1', '1'],
    ['exists(tickets where is_dispute and open)', '1'],
    ['exists(tickets where severity > low)', '1'],
    ['not exists(touches where team = sales and day > today - 2 quarters)', '3'],
    ['exists(touches where owner != customer.owner)', '0'],
    ['exists(touches where direction = in)', '2'],
    ['exists(touches where channel in (call, visit) and day in this month)', '0 2'],
    ['days_since_last(touches) > 100 days', '1 ?1'],
    ['days_since_first(touches where channel = call) = 20 days', '0 ?2'],
    ['min(touches.day) < 2026-02-01', '0 ?1'],
    ['max(responses.score) >= 9', '0 ?2'],
    ['avg(responses.score) < 5', '1 ?2'],
    ['distinct(touches.channel) = 2', '0'],
    ['distinct(touches.owner where channel != email) = 1', '0 1 2'],
    ['sum(purchases.net where day in last 4 quarters) >= 10000 EUR', '0 ?1'],
    ["sum(purchases.net where currency = 'EUR') > 600 EUR", '0 2'],
    ['sum(touches.cost) = 120.5 EUR', '1'],
    ['exists(responses where class = promoter)', '0'],
    ['exists(touches where in_dispute)', '1'],
    ['exists(subscriptions where active and renews_at > today)', '0'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });

  it('sees nothing dated after the day', () => {
    expect(kept(SHOP, 'count(touches where channel = visit) = 1')).toBe('1');
    expect(kept(SHOP, 'count(touches where channel = visit) = 2', {}, D + 1)).toBe('1');
  });
});

describe('E4 money never mixes currencies', () => {
  it.each([
    ['revenue_12m > 5000 EUR', '0 ?1'],
    ['revenue_12m > 5000 USD', ' ?2'],
    ['revenue_12m = 0 EUR', '1 3 ?1'],
    ['revenue_total * 2 >= revenue_12m + 0 EUR', '0 1 3 ?1'],
    ['revenue_total / purchases > 4000 EUR', '0 ?2'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });

  it('takes a bare number only where there is one currency', () => {
    expect(failure('revenue_12m > 5000', SHOP)).toBe(
      'language 1 1:15 this workspace has several currencies; write the currency, as in 5000 EUR',
    );
    const shop = fakeVectors(SHOP);
    expect(() => makeLanguage(() => shop).describe('revenue_12m > 5000', fakeContext())).toThrow('several currencies');
    const one: FakeInput = { customers: 2, rows: { orders: [{ c: 0, day: '2026-06-01', net: 600, currency: 'JPY' }] } };
    expect(kept(one, 'revenue_12m > 599')).toBe('0');
    expect(kept(one, 'revenue_12m > 600')).toBe('');
  });
});

describe('E5 text is folded once', () => {
  it.each([
    ["name contains 'ACME' or email_domain = 'Acme.com'", '0 ?3'],
    ["name starts with 'cafe'", '1'],
    ["name ends with 'zoe'", '1'],
    ["name matches '*o?neil*'", '2'],
    ["name = 'o''neil ltd'", '2'],
    ["owner = 'MIA'", '0 3 ?1'],
    ["owner in ('mia', 'noah')", '0 1 3 ?1'],
    ["owner not in ('mia')", '1 ?1'],
    ["owner is not 'mia'", '1 2'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });
});

describe('E6 days, windows and fiscal periods', () => {
  const touched = (day: string): FakeInput => ({ customers: 1, rows: { touches: [{ c: 0, day }] } });
  it.each([
    ['last 30 days', '2026-06-01', true],
    ['last 30 days', '2026-05-31', false],
    ['last 4 quarters', '2025-07-01', true],
    ['last 4 quarters', '2025-06-30', false],
    ['previous 4 quarters', '2025-04-01', true],
    ['previous 4 quarters', '2026-04-01', false],
    ['previous 1 month', '2026-05-31', true],
    ['previous 1 month', '2026-06-01', false],
    ['this week', '2026-06-29', true],
    ['this week', '2026-06-28', false],
    ['2026-Q2', '2026-04-01', true],
    ['2026-Q2', '2026-03-31', false],
    ['2026-05', '2026-05-31', true],
    ['2026-05-01 .. 2026-05-31', '2026-05-31', true],
    ['2026-05-01 .. 2026-05-30', '2026-05-31', false],
  ])('last_touch in %s holds %s: %s', (period, day, inside) => {
    expect(kept(touched(day), `last_touch in ${period}`)).toBe(inside ? '0' : '');
  });

  it('counts fiscal quarters by the year they end in', () => {
    expect(kept(touched('2025-10-01'), 'last_touch in 2026-Q1', { fiscalYearStart: 10 })).toBe('0');
    expect(kept(touched('2025-10-01'), 'last_touch in 2025-Q4', { fiscalYearStart: 10 })).toBe('');
  });

  it('clamps months and takes a quarter for its last day', () => {
    expect(kept(touched('2026-05-30'), 'last_touch >= today - 1 month')).toBe('0');
    expect(kept(touched('2026-02-28'), 'last_touch > 2026-03 - 1 month', {})).toBe('');
    expect(kept(touched('2026-03-31'), 'last_touch = 2026-Q1')).toBe('0');
  });
});

describe('E7 as of moves a part to another day', () => {
  it.each([
    ['(rung as of 2026-03-31) = client', '0'],
    ['(purchases as of 2025-12-31) = 1 and purchases = 3', '0'],
    ['(exists(tickets where is_dispute and open)) as of 2026-02-15', '1 2'],
    ['(rung as of 2026-03-31) < rung', '0 2'],
    ['(purchases as of 2030-01-01) = purchases', '0 1 2 3'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });

  it('refuses fields without history there', () => {
    expect(failure("(owner = 'Mia') as of 2026-01-01")).toBe(
      'language 1 1:2 owner has no history, so it cannot be read as of an earlier day; write "current owner"',
    );
    expect(kept(SHOP, "(current owner = 'Mia') as of 2026-01-01")).toBe('0 3 ?1');
  });
});

describe('E8 top', () => {
  it.each([
    ['top 1 by purchases', '0'],
    ['top 2 by purchases', '0 2'],
    ['top 50% by purchases', '0 2'],
    ['top 10% by purchases', '0'],
    ['top 2 by nps', '0 1 ?2'],
    ['top 1 by revenue_12m', '0 ?1'],
    ['top 3 by -purchases', '1 2 3'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(SHOP, text)).toBe(expected);
  });
});

describe('P5 errors say where, what and the nearest name', () => {
  it.each([
    ['purchases > 1 and open_gapp > 90 days', 'language 1 1:19 unknown field "open_gapp"; did you mean "open_gap"?'],
    [
      'rung = cleint',
      'language 1 1:8 unknown value "cleint" of rung, which knows prospect, customer, client, supporter, advocate or partner; did you mean "client"?',
    ],
    [
      'open_gap > 1 quarter',
      'language 1 1:12 months, quarters and years have no fixed length, so they only move a day; write 91 days',
    ],
    ['count(tuches) > 1', 'language 1 1:7 unknown relation "tuches"; did you mean "touches"?'],
    ['cuont(touches) > 1', 'language 1 1:1 unknown function "cuont"; did you mean "count"?'],
    ['count(touches where chanel = email) > 1', 'language 1 1:21 unknown field "chanel"; did you mean "channel"?'],
    [
      "count(touches where region = 'x') > 1",
      'language 1 1:21 unknown field "region"; of the customer it is "customer.region"',
    ],
    ['rung >', 'language 1 1:7 expected a value, the text ends here'],
    [
      'rung = client\nadn lapsed',
      'language 1 2:1 expected "and", "or" or the end of the text, found "adn"; did you mean "and"?',
    ],
    ['open_gap', 'language 1 1:1 this is a number of days, and a condition is needed; compare it with a value'],
    ["name > 'a'", 'language 1 1:1 a text has no order; compare it with = or !='],
    ['open_gap > last_touch', 'language 1 1:12 a day cannot be compared with a number of days'],
    ['nps = yes', 'language 1 1:7 yes or no cannot be compared with a number'],
    ["rung contains 'x'", 'language 1 1:1 "contains" reads a text, and this is a word of a closed set'],
    ['last_touch > 2026-02-30', 'language 1 1:14 "2026-02-30" is not a calendar day'],
    ['name = "x"', "language 1 1:8 unexpected \"; write text between straight single quotes, as in 'Key accounts'"],
    ["name = 'x", "language 1 1:8 this text is never closed; end it with '"],
    ['1 < nps < 3', 'language 1 1:9 comparisons cannot be chained; join two with "and"'],
    ["in segment 'Key accounts'", "language 1 1:1 unknown segment 'Key accounts'; this workspace has no segment"],
    ["owner in list 'Field team'", "language 1 1:1 unknown list 'Field team'; this workspace has no list"],
    [
      "owner in segment 'Field team'",
      `language 1 1:1 a segment holds customers, not values; write "in segment 'Field team'", or name a list`,
    ],
    ["recorded in list 'Field team'", 'language 1 1:1 only segments are recorded; a list is what it is now'],
    ["[Tier] = 'A'", 'language 1 1:1 unknown attribute "[Tier]"; there are none here'],
    ['exists(answer)', 'language 1 1:8 unknown relation "answer"; did you mean "answers"?'],
    ["in segmnt 'a'", 'language 1 1:4 expected "segment" or "list", found "segmnt"; did you mean "segment"?'],
    [
      'last_touch in lst 4 quarters',
      'language 1 1:15 expected a list in parentheses or a period such as "last 4 quarters", found "lst"; did you mean "last"?',
    ],
    ["name starts wiht 'a'", 'language 1 1:13 expected "with", found "wiht"; did you mean "with"?'],
    ['rung changed from client', 'language 2 1:6 not supported yet: "changed ..."'],
  ])('%s', (text, expected) => {
    expect(failure(text)).toBe(expected);
  });

  it('carries line, column, expectation and nearest name', () => {
    let detail: unknown;
    try {
      makeLanguage(() => fakeVectors({ customers: 1 })).describe('lapsed and\n  open_gapp > 1');
    } catch (error) {
      detail = (error as LadderlineError).detail;
    }
    expect(detail).toEqual({ line: 2, column: 3, expected: 'a field', nearest: 'open_gap' } satisfies LanguageDetail);
  });

  it('names the nearest fact of `fact`', () => {
    expect(() => languageOver(fakeVectors({ customers: 1 })).fact(fakeContext(), 'rugn', D)).toThrow(
      'unknown field "rugn"; did you mean "rung"?',
    );
  });
});

describe('S1 sentences are made from the tree', () => {
  it.each([
    ['rung in (client, supporter)', 'rung is client or supporter'],
    ['open_gap > 90 days', 'open gap above 90 days'],
    ['rung >= client', 'rung is client or higher'],
    ['last_purchase >= today - 1 year', 'last purchase from today minus 1 year'],
    ['nps_class is not detractor', 'NPS class is not detractor or unknown'],
    [
      'not exists(touches where team = sales and day > today - 2 quarters)',
      'without touches where team is sales and day after today minus 2 quarters',
    ],
    ['exists(tickets where is_dispute and open)', 'with a ticket where is dispute and open'],
    ['top 50 by revenue_12m', 'among the top 50 by revenue in 12 months'],
    ['(rung as of 2026-03-31) = client', 'rung as of 2026-03-31 is client'],
    [
      'sum(purchases.net where day in last 4 quarters) >= 10000 EUR',
      'sum of net of purchases where day in the last 4 quarters, at least 10000 EUR',
    ],
    ['exists(touches where owner != customer.owner)', "with a touch where owner is not the customer's owner"],
    ['lapsed and (nps > 8 or not lapsed)', 'lapsed and (last score above 8 or not lapsed)'],
  ])('%s', (text, sentence) => {
    expect(makeLanguage(() => fakeVectors({ customers: 0 })).describe(text).sentence).toBe(sentence);
  });
});

describe('types and names', () => {
  it('T1: a plain number beside days is days, beside money the only currency; text beside a number is an error', () => {
    expect(kept(SHOP, 'open_gap > 100')).toBe(kept(SHOP, 'open_gap > 100 days'));
    expect(failure("purchases > 'many'", SHOP)).toMatch(/^language 1 1:13 /);
  });

  it('T2: days come of subtracting days; money by money is a number; months are no length', () => {
    expect(kept(SHOP, 'last_purchase - first_purchase > 200 days')).toBe('0 ?1');
    expect(kept(SHOP, 'revenue_total / revenue_12m >= 1 and purchases > 2')).toBe('0');
    expect(failure('open_gap > 1 quarter', SHOP)).toContain('91 days');
    expect(kept(SHOP, 'purchases / 0 > 1')).toBe(' ?4');
  });

  it('T3: a bare word after a closed set is its member, quoted or not; sets compare in their order', () => {
    expect(kept(SHOP, "nps_class = 'detractor'")).toBe(kept(SHOP, 'nps_class = detractor'));
    expect(kept(SHOP, 'rung >= client')).toBe(kept(SHOP, 'rung in (client, supporter, advocate, partner)'));
    expect(failure('rung = clint', SHOP)).toContain('client');
  });

  it('T4: inside where only the relation is visible; the customer is named as such', () => {
    expect(kept(SHOP, 'exists(touches where owner != customer.owner)')).toBe('0');
    expect(failure('exists(touches where rung = client)', SHOP)).toMatch(/^language 1 1:22 /);
  });

  it('N2: purchases are the orders that count; their number is the fact', () => {
    expect(kept(SHOP, 'count(purchases) = purchases')).toBe('0 1 2 3');
    expect(kept(SHOP, 'sum(purchases.net where day > 2026-05-31) = 6000 EUR')).toBe('0');
  });
});
