import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { parseIsoDay, type Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { language } from './index.ts';
import type { UnitName } from './types.ts';

const D = parseIsoDay('2026-06-30');

/** Three invented firms, four people, rows of a customer and of nobody, attributes, lists and segments. */
function workspace(): { ctx: ReadContext; file: Fixture; context(): ReadContext } {
  const file = new Fixture();
  const alpha = file.customer({
    name: 'Alpha Ltd',
    owner: 'Mia',
    email: 'office@alpha.example',
    attributes: '{"Plan":"gold"}',
  });
  const beta = file.customer({ name: 'Béta GmbH', owner: 'Noah', attributes: '{"Plan":"basic"}' });
  const gamma = file.customer({ name: 'Gamma AG', owner: 'Mia' });
  const person = (name: string, customer: number, more: Record<string, string | number> = {}): number => {
    const id = file.add('party', { kind: 'person', name, ...more });
    file.join(id, customer);
    return id;
  };
  const ines = person('Ines', alpha, { email: 'ines@alpha.example', title: 'Buyer', created_day: '2026-01-01' });
  const ulf = person('Ulf', beta, { email: 'ulf@beta.example', opt_out: 1 });
  person('Late', beta, { created_day: '2026-09-01' });
  const touch = (party: number | null, day: string, channel: string, owner: string): number =>
    file.add('touch', { party, day, channel, owner, direction: 'out', team: 'sales', attributes: '{"Room":"7"}' });
  touch(ines, '2026-05-01', 'call', 'Mia');
  touch(ines, '2026-06-01', 'email', 'Zoe');
  touch(ulf, '2026-06-10', 'visit', 'Noah');
  touch(null, '2026-06-11', 'mail', 'Zoe');
  touch(ulf, '2026-08-01', 'call', 'Noah');
  file.add('lead', { party: ulf, day: '2026-02-01', status: 'hot', lead_source: 'fair' });
  file.add('lead', { party: null, day: '2026-03-01', status: 'bad', lead_source: 'web' });
  file.add('ticket', { party: beta, day: '2026-06-01', severity: 'high', is_dispute: 1 });
  file.add('purchase', { party: alpha, kind: 'invoice', day: '2026-04-01', amount: 90_000, currency: 'EUR' });
  file.add('answer', { party: alpha, day: '2026-02-01', question: 'hobby', value: 'Sailing', verified: 1 });
  for (const [party, day, name, value] of [
    [alpha, '2026-01-01', 'Staff', '40'],
    [alpha, '2026-05-01', 'Staff', '60'],
    [beta, '2026-01-01', 'Staff', '9'],
    [gamma, '2026-01-01', 'Founded', '1999-04-01'],
  ] as const) {
    file.add('attribute', { party, day, name, value });
  }
  const segment = (name: string, kind: string, definition: string): number =>
    file.db.run('INSERT INTO segment(name, kind, definition) VALUES (?, ?, ?)', [name, kind, definition]).lastId;
  segment('Buyers', 'rule', 'purchases > 0');
  segment('Buyers of Mia', 'rule', "in segment 'buyers' and current owner = 'mia'");
  segment('Loop A', 'rule', "in segment 'Loop B'");
  segment('Loop B', 'rule', "in segment 'Loop A'");
  segment('Broken', 'rule', 'purchasess > 0');
  const key = segment('Key accounts', 'frozen', 'purchases > 0');
  segment('Called', 'listed', 'Do not call');
  for (const [customer, day] of [
    [beta, '2026-03-31'],
    [gamma, '2026-03-31'],
    [alpha, '2026-06-30'],
  ] as const) {
    file.db.run('INSERT INTO segment_member(segment, customer, day) VALUES (?, ?, ?)', [
      key,
      customer,
      parseIsoDay(day),
    ]);
  }
  file.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', [
    'Do not call',
    JSON.stringify(['ULF@beta.example', 'C-3']),
  ]);
  file.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', ['Field team', JSON.stringify([' Mia ', 'Zoé'])]);
  file.commit();
  const context = (): ReadContext => new ReadSession(file.db).context();
  return { ctx: context(), file, context };
}

function kept(ctx: ReadContext, text: string, unit: UnitName = 'customer', asOf: Day = D): string {
  const { outcome, unknownCount } = language.filter(ctx, text, asOf, unit);
  const yes = [...outcome].flatMap((bit, i) => (bit === 1 ? [i] : []));
  return `${yes.join(' ')}${unknownCount > 0 ? ` ?${unknownCount}` : ''}`;
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LadderlineError) return `${error.code} ${error.exit} ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('U1 each unit has its own fields, and customer.x those of its customer', () => {
  it.each<[UnitName, string, string]>([
    ['touch', '', '0 1 2 4'],
    ['touch', 'channel = call', '0'],
    ['touch', 'owner != customer.owner', '1 ?1'],
    ['touch', "customer.name = 'beta gmbh'", '2 ?1'],
    ['touch', "owner in list 'Field team'", '0 1 4'],
    ['touch', 'top 1 by day', '4'],
    ['touch', 'exists(purchases)', '0 1 ?1'],
    ['touch', 'count(tickets where open) = 0', '0 1 ?1'],
    ['touch', "in segment 'Buyers'", '0 1'],
    ['touch', "not in segment 'Buyers'", '2 4'],
    ['touch', '[room] = 7', '0 1 2 4'],
    ['lead', 'status = hot', '0'],
    ['lead', "source = 'web' and customer.rung is unknown", '1'],
    ['ticket', 'is_dispute and open and customer.open_disputes = 1', '0'],
    ['person', '', '0 1'],
    ['person', 'opt_out', '1 ?1'],
    ['person', "title = 'buyer'", '0 ?1'],
    ['person', 'count(touches) = 2', '0'],
    ['person', 'days_since_last(touches) < 25', '1'],
    ['person', 'exists(touches where channel = email and owner != customer.owner)', '0'],
    ['person', 'exists(leads where status = hot)', '1'],
    ['person', 'exists(answers)', '0'],
    ['person', 'customer.rung = customer', '0'],
    ['person', "in list 'Do not call'", '1'],
  ])('%s: %s -> %s', (unit, text, expected) => {
    expect(kept(workspace().ctx, text, unit)).toBe(expected);
  });

  it('U2 units dated after the day are not there', () => {
    const { ctx } = workspace();
    expect(kept(ctx, '', 'touch', parseIsoDay('2026-05-31'))).toBe('0');
    expect(kept(ctx, '', 'touch', parseIsoDay('2026-12-31'))).toBe('0 1 2 3 4');
    expect(kept(ctx, '', 'person', parseIsoDay('2026-12-31'))).toBe('0 1 2');
    expect(kept(ctx, '', 'person', parseIsoDay('2025-12-31'))).toBe('1');
  });
});

describe('M1 segments and lists by name', () => {
  it.each([
    ["in segment 'Buyers'", '0'],
    ["in segment 'BUYERS'", '0'],
    ["not in segment 'Buyers'", '1 2'],
    ["in segment 'Buyers of Mia'", '0'],
    ["in segment 'Key accounts'", '0'],
    ["(in segment 'Key accounts') as of 2026-Q1", '1 2'],
    ["recorded in segment 'Key accounts' as of 2026-Q1", '1 2'],
    ["recorded in segment 'Key accounts' as of 2026-01-01", ''],
    ["(in segment 'Buyers') as of 2026-03-31", ''],
    ["in segment 'Buyers' as of 2026-04-01", '0'],
    ["in list 'do not call'", '1 2'],
    ["in segment 'Called'", '1 2'],
    ["owner in list 'Field team'", '0 2'],
    ["owner not in list 'Field team'", '1'],
    ["exists(touches where owner in list 'Field team')", '0'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(workspace().ctx, text)).toBe(expected);
  });

  it.each([
    ["in segment 'Buyer'", "language 1 1:1 unknown segment 'Buyer'; did you mean 'Buyers'?"],
    [
      "in segment 'Loop A'",
      'language 1 1:1 segment "Loop A": segments that refer to each other have no members: Loop A, Loop B, Loop A',
    ],
    ["in segment 'Broken'", 'language 1 1:1 segment "Broken": unknown field "purchasess"; did you mean "purchases"?'],
    ["lapsed or in list 'Field tam'", "language 1 1:11 unknown list 'Field tam'; did you mean 'Field team'?"],
  ])('M2 %s', (text, expected) => {
    const { ctx } = workspace();
    expect(failure(() => kept(ctx, text))).toBe(expected);
  });

  it('M1 a list keeps the customers that were merged into others', () => {
    const { file, context } = workspace();
    const list = (name: string, keys: string[]): unknown =>
      file.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', [name, JSON.stringify(keys)]);
    const merged = file.customer({ name: 'Gamma Aktiengesellschaft' });
    file.db.run('UPDATE customer SET redirect = 3 WHERE id = ?', [merged]);
    list('Merged', [`c-${merged}`]);
    file.commit();
    expect(kept(context(), "in list 'Merged'")).toBe('2');
  });

  it('M2 segments go through at most 16 others, and each is evaluated once', () => {
    const { file, context } = workspace();
    const rule = (n: number): string =>
      n === 1 ? 'purchases > 0' : Array.from({ length: 8 }, () => `in segment 'S${n - 1}'`).join(' and ');
    const deep = (text: string): string => `${'('.repeat(60)}${text}${')'.repeat(60)} or ${'not '.repeat(60)}lapsed`;
    for (let n = 1; n <= 17; n++) {
      const text = n > 14 ? deep(rule(n)) : rule(n);
      file.db.run("INSERT INTO segment(name, kind, definition) VALUES (?, 'rule', ?)", [`S${n}`, text]);
    }
    file.commit();
    const ctx = context();
    expect(kept(ctx, "in segment 'S16'")).toBe('0');
    expect(failure(() => kept(ctx, "in segment 'S17'"))).toBe(
      'language 1 1:1 segment "S17": segments go through more than 16 others one inside the other',
    );
    expect(failure(() => kept(ctx, "in segment 'S1' and in segment 'S16' and in segment 'S17'"))).toMatch(
      /more than 16/,
    );
  });

  it('M3 a rule segment, its complement and nobody unknown are everybody', () => {
    const { ctx } = workspace();
    const both = `${kept(ctx, "in segment 'Buyers of Mia'")} ${kept(ctx, "not in segment 'Buyers of Mia'")}`;
    expect(both.trim().split(' ').toSorted()).toEqual(['0', '1', '2']);
  });
});

describe('A1 attributes are fields that the rows name', () => {
  it.each([
    ['[Staff] > 50', '0 ?1'],
    ['[staff] >= 9', '0 1 ?1'],
    ['([Staff] as of 2026-03-01) = 40', '0 ?1'],
    ['[Founded] < 2000-01-01', '2 ?2'],
    ["[Plan] = 'gold'", '0 ?1'],
    ['[Plan] is unknown', '2'],
    ["exists(attributes where name = 'staff' and value = '9')", '1'],
    ["exists(answers where question = 'hobby' and value contains 'sail' and verified)", '0'],
    ['count(memberships) = 2', '0'],
    ["exists(memberships where kind = 'person' and email ends with 'beta.example')", '1'],
    ['exists(touches where [Room] = 7)', '0 1'],
    ['exists(touches where customer.[Staff] = 9)', '1'],
  ])('%s -> %s', (text, expected) => {
    expect(kept(workspace().ctx, text)).toBe(expected);
  });

  it.each([
    ["[Stuff] = '1'", 'language 1 1:1 unknown attribute "[Stuff]"; did you mean "[Staff]"?'],
    [
      "([Plan] as of 2026-01-01) = 'gold'",
      'language 1 1:2 Plan has no history, so it cannot be read as of an earlier day; write "current Plan"',
    ],
  ])('A2 %s', (text, expected) => {
    const { ctx } = workspace();
    expect(failure(() => kept(ctx, text))).toBe(expected);
  });
});

describe('A1 attributes are what every value is', () => {
  it.each([
    [['-5', '+3', '0.25', '12'], '[Size] < 0', '0 1'],
    [['5.', '3'], "[Size] = '5.'", '0 1'],
    [['2026-02-30', '2026-01-01'], "[Size] contains '-30'", '0 1'],
    [['2026-02-28', '2026-01-01'], '[Size] > 2026-01-31', '0 1'],
  ])('%j: %s', (values, text, expected) => {
    const { file, context } = workspace();
    for (const [i, value] of values.entries()) {
      const party = i === 0 ? 1 : 3;
      file.add('attribute', { party, day: '2026-01-01', name: 'Size', value, ext: `size-${i}` });
    }
    file.add('attribute', { party: 2, day: '2026-02-01', name: 'Size', value: values[0]!, ext: 'size-b' });
    file.commit();
    expect(kept(context(), text).split(' ?')[0]).toBe(expected);
  });

  it('A1 an attribute is found in the last of many rows, and completion reads a few of them', () => {
    const { file, context } = workspace();
    file.db.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
       INSERT INTO touch(source, ext, party, day, attributes, batch, line)
       SELECT 1, 'many-' || i, 1, ?, json_object('Hall', CASE i WHEN 9000 THEN 'x' ELSE '1' END), 1, i FROM n`,
      [D - 10],
    );
    file.commit();
    const ctx = context();
    const completed = (text: string): string[] =>
      language.complete(ctx, text, text.length, 'touch').items.map((item) => item.text);
    expect(completed('[Hall] > 3 and [ha')).toContain('[Hall]');
    // Of all rows it is a text.
    expect(failure(() => kept(ctx, '[Hall] > 3', 'touch'))).toContain('a number cannot be compared with a text');
    expect(language.filter(ctx, "[Hall] = '1'", D, 'touch').trueCount).toBe(8999);
  });

  it('A1 rows of answers and attributes have those that their source row kept', () => {
    const { file, context } = workspace();
    file.add('answer', { party: 2, day: '2026-03-01', question: 'car', value: 'Van', attributes: '{"Form":"B7"}' });
    file.commit();
    expect(kept(context(), "exists(answers where [form] = 'b7')")).toBe('1');
  });
});

describe('X1 a unit is explained by its clauses and the values they read', () => {
  it('of a customer', () => {
    const { ctx } = workspace();
    const text =
      "purchases > 0 and nps > 8 and rung = client and sum(purchases.net) >= 900 EUR and in segment 'Buyers'";
    expect(language.explain(ctx, text, D)(0)).toEqual({
      holds: 'false',
      clauses: [
        {
          text: 'purchases > 0',
          sentence: 'purchases above 0',
          holds: 'true',
          values: [{ text: 'purchases', value: '1' }],
        },
        { text: 'nps > 8', sentence: 'last score above 8', holds: 'unknown', values: [{ text: 'nps', value: null }] },
        {
          text: 'rung = client',
          sentence: 'rung is client',
          holds: 'false',
          values: [{ text: 'rung', value: 'customer' }],
        },
        {
          text: 'sum(purchases.net) >= 900 EUR',
          sentence: 'sum of net of purchases at least 900 EUR',
          holds: 'true',
          values: [{ text: 'sum(purchases.net)', value: '900.00 EUR' }],
        },
        { text: "in segment 'Buyers'", sentence: "in segment 'Buyers'", holds: 'true', values: [] },
      ],
    });
  });

  it('texts as they are written, and rows counted', () => {
    const { ctx } = workspace();
    const values = (text: string, index: number, unit: UnitName = 'customer'): unknown =>
      language.explain(ctx, text, D, unit)(index).clauses[0]!.values;
    expect(values("[plan] = 'GOLD'", 0)).toEqual([{ text: '[plan]', value: 'gold' }]);
    expect(values("name contains 'béta'", 1)).toEqual([{ text: 'name', value: 'Béta GmbH' }]);
    expect(values("title = 'buyer'", 0, 'person')).toEqual([{ text: 'title', value: 'Buyer' }]);
    expect(values('lapsed or not exists(touches where channel = call)', 0)).toEqual([
      { text: 'lapsed', value: 'no' },
      { text: 'count(touches where channel = call)', value: '1' },
    ]);
  });

  it('of a touch', () => {
    const { ctx } = workspace();
    expect(language.explain(ctx, 'owner != customer.owner and day > 2026-05-31', D, 'touch')(1)).toEqual({
      holds: 'true',
      clauses: [
        {
          text: 'owner != customer.owner',
          sentence: "owner is not the customer's owner",
          holds: 'true',
          values: [
            { text: 'owner', value: 'Zoe' },
            { text: 'customer.owner', value: 'Mia' },
          ],
        },
        {
          text: 'day > 2026-05-31',
          sentence: 'day after 2026-05-31',
          holds: 'true',
          values: [{ text: 'day', value: '2026-06-01' }],
        },
      ],
    });
  });
});

describe('E8 the rank of amounts among rows', () => {
  it('a currency that only later rows have does not count', () => {
    const file = new Fixture();
    const party = file.customer();
    file.add('purchase', { party, kind: 'invoice', day: '2026-01-01', amount: 90_000, currency: 'USD' });
    file.add('purchase', { party, kind: 'invoice', day: '2026-08-01', amount: 100, currency: 'EUR' });
    file.commit();
    const ctx = new ReadSession(file.db).context();
    expect(kept(ctx, 'exists(purchases where top 3 by net)')).toBe('0');
    expect(kept(ctx, "exists(purchases where top 3 by net and currency = 'usd')", 'customer', D + 60)).toBe('');
  });
});

describe('E11 what was seen up to a day stays seen', () => {
  it('rows after the day change no unit of any kind', () => {
    const texts: [UnitName, string][] = [
      ['customer', "in segment 'Buyers of Mia' or [Staff] > 20 or exists(tickets where open)"],
      ['person', 'count(touches) >= 1 or customer.purchases > 0'],
      ['touch', 'customer.open_disputes > 0 or exists(purchases)'],
      ['lead', 'open or customer.purchases > 0'],
    ];
    const { file, context } = workspace();
    const before = texts.map(([unit, text]) => kept(context(), text, unit));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 4 }),
        (rows) => {
          for (const [kind, after] of rows) {
            const [party, day] = [2, D + after];
            if (kind === 0) file.add('touch', { party, day, channel: 'call', direction: 'out' });
            else if (kind === 1) file.add('purchase', { party, kind: 'invoice', day, amount: 100, currency: 'EUR' });
            else if (kind === 2) file.add('ticket', { party, day, is_dispute: 1 });
            else file.add('attribute', { party, day, name: 'Staff', value: '70' });
          }
          file.commit();
          expect(texts.map(([unit, text]) => kept(context(), text, unit))).toEqual(before);
        },
      ),
      { numRuns: 20 },
    );
  });
});
