import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { ReadSession } from '#engine/session.ts';
import { writeSettings } from '#engine/store/settings.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { language } from '../index.ts';
import { DEFAULT_LADDER, DEFAULT_TOUCH } from './defaults.ts';
import { sqlOf } from '../sql/index.ts';
import { saveSpells } from './save-spells.ts';
import { LAPSED } from './saved-spells.ts';
import type { Spell } from '../facts/rung.ts';

const D = parseIsoDay('2026-06-30');

function define(file: Fixture, kind: 'ladder' | 'touch', text: string): void {
  const version = file.db.count('SELECT max(version) FROM definition WHERE kind = ?', [kind]) + 1;
  file.db.run('INSERT INTO definition(kind, name, version, text, made_at) VALUES (?, ?, ?, ?, 0)', [
    kind,
    kind,
    version,
    text,
  ]);
  file.commit();
}
const contextOf = (file: Fixture): ReadContext => new ReadSession(file.db).context();

function standings(ctx: ReadContext, asOf: Day): string[] {
  const rung = language.fact(ctx, 'rung', asOf);
  const lapsed = language.fact(ctx, 'lapsed', asOf);
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set');
  return [...rung.values].map((index, c) => `${RUNGS[index]}${lapsed.values[c] ? ' lapsed' : ''}`);
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LadderlineError) return error.message;
    throw error;
  }
  return 'no error';
}

/** A small random history: days are counted back from D. */
type History = readonly (readonly [kind: number, customer: number, back: number, more: number])[];
const history: fc.Arbitrary<History> = fc.array(fc.tuple(fc.nat(5), fc.nat(1), fc.nat(480), fc.nat(10)), {
  minLength: 1,
  maxLength: 12,
});

function build(rows: History, file: Fixture): void {
  const parties = [file.customer({ name: 'A' }), file.customer({ name: 'B' })];
  for (const [kind, c, back, more] of rows) {
    const party = parties[c]!;
    const day = D - back;
    if (kind === 0 || kind === 1)
      file.add('purchase', { party, kind: 'invoice', day, amount: 1000 + more, currency: 'EUR' });
    else if (kind === 2)
      file.add('purchase', { party, kind: 'credit_note', day, amount: 1000 + more, currency: 'EUR' });
    else if (kind === 3)
      file.add('response', { party, day, score: more, kind: more % 3 === 0 ? 'transactional' : 'relational' });
    else if (kind === 4) file.add('advocacy', { party, day, kind: 'referral' });
    else file.add('partnership', { party, day, kind: 'partner', ends_day: more < 3 ? null : day + more * 40 });
  }
  file.commit();
}

/** The default ladder written another way, so that it is evaluated by its rules. */
const SAME = DEFAULT_LADDER.replace('count(purchases) > 0', 'purchases > 0');
const OTHERS = [
  SAME,
  `customer: purchases > 0 and open_tickets = 0
client: sum(purchases.net where day in last 6 months) >= 10 EUR
supporter: days_since_last(purchases) < 45 and nps >= 7
lapsed: last_purchase < today - 100 days`,
  `customer: (purchases as of today - 30 days) >= 1
advocate: exists(responses where class = promoter and day > today - 2 quarters)
partner: exists(partnerships where ends_at > today + 60 days)`,
  `customer: purchases > 0
client: exists(purchases where day in previous 1 quarter)
supporter: top 1 by revenue_12m
lapsed: last_purchase in 2025-09-01 .. 2026-01-30`,
];

describe('D1 the ladder of the product is a text of the language', () => {
  it('means what the pass over the vectors computes, on any day and in both modes', () => {
    fc.assert(
      fc.property(history, fc.nat(480), fc.constantFrom(5 as const, 6 as const), (rows, back, mode) => {
        const file = new Fixture();
        build(rows, file);
        const own = contextOf(file);
        const ctx: ReadContext = { ...own, settings: { ...own.settings, ladderMode: mode } };
        const asOf = D - back;
        const told = standings(language.withRules(ctx, 'ladder', SAME), asOf);
        expect(told).toEqual(standings(ctx, asOf));
      }),
      { numRuns: 60 },
    );
  });

  it('is in use as version 0 until the workspace has its own', () => {
    const file = new Fixture();
    file.customer();
    file.commit();
    expect(language.rules(contextOf(file)).ladder).toMatchObject({ version: 0, rules: null, text: DEFAULT_LADDER });
    define(file, 'ladder', 'customer: touches_total > 0');
    expect(language.rules(contextOf(file)).ladder).toMatchObject({ version: 1 });
  });
});

describe('D2 rules of a workspace', () => {
  it('put each customer on the highest rung whose rule holds; unknown holds nothing', () => {
    const file = new Fixture();
    const [a, b] = [file.customer({ name: 'A' }), file.customer({ name: 'B' })];
    file.customer({ name: 'C' });
    file.add('purchase', { party: a, kind: 'invoice', day: '2026-01-01', amount: 100_000, currency: 'EUR' });
    file.add('purchase', { party: b, kind: 'invoice', day: '2026-01-01', amount: 100, currency: 'EUR' });
    file.add('response', { party: b, day: '2026-02-01', score: 10, kind: 'relational' });
    file.commit();
    define(
      file,
      'ladder',
      'customer: purchases > 0\nclient: revenue_total >= 500 EUR\nadvocate: nps = 10\nlapsed: nps < 5',
    );
    const ctx = contextOf(file);
    expect(standings(ctx, D)).toEqual(['client', 'advocate', 'prospect']);
    expect([...language.filter(ctx, 'rung >= client', D).outcome]).toEqual([1, 1, 0]);
    expect(standings(ctx, parseIsoDay('2026-01-15'))).toEqual(['client', 'customer', 'prospect']);
  });

  it.each([
    ['client: purchases > 1', 'ladder 1:22 the ladder has no rule for customer'],
    ['customer: purchases > 0\nclent: nps > 3', 'ladder 2:1 unknown rung "clent"; did you mean "client"?'],
    [
      'customer: purchases > 0\nprospect: lapsed',
      'ladder 2:1 unknown rung "prospect"; prospects are those who meet no rule',
    ],
    [
      'customer: purchases > 0\nclient: purchasess > 0',
      'ladder 2:9 unknown field "purchasess"; did you mean "purchases"?',
    ],
    ['customer: purchases > 0\n  and npss > 3', 'ladder 2:7 unknown field "npss"; did you mean "nps"?'],
    [
      'customer: purchases > 0\nclient: rung = customer',
      'ladder 2:9 a rule of the ladder cannot read rung, which is made from the ladder',
    ],
    [
      'customer: purchases > 0\nclient: not lapsed',
      'ladder 2:9 a rule of the ladder cannot read lapsed, which is made from the ladder',
    ],
    ['customer purchases > 0', 'ladder 1:1 a line is a name, a colon and what it means, as in "client: purchases > 1"'],
    ['customer: purchases > 0\ncustomer: nps > 1', 'ladder 2:1 customer has a rule already'],
    [
      "customer: purchases > 0 and in segment 'Gone'",
      "ladder 1:29 unknown segment 'Gone'; this workspace has no segment",
    ],
  ])('D3 %j is refused', (text, message) => {
    const file = new Fixture();
    file.customer();
    file.commit();
    expect(failure(() => language.withRules(contextOf(file), 'ladder', text))).toBe(message);
  });

  it('D3 a segment that reads the rung cannot be part of a rule', () => {
    const file = new Fixture();
    file.customer();
    file.db.run("INSERT INTO segment(name, kind, definition) VALUES ('S', 'rule', 'rung = client')");
    file.commit();
    const text = "customer: purchases > 0\nclient: in segment 'S'";
    expect(failure(() => language.withRules(contextOf(file), 'ladder', text))).toContain('cannot read rung');
  });
});

/** The spells of one customer out of those of all. */
function together({ start, from, code }: ReturnType<typeof language.allSpells>, customer: number): Spell[] {
  return [...from.subarray(start[customer]!, start[customer + 1]!)].map((on, i) => {
    const k = start[customer]! + i;
    const to = k + 1 < start[customer + 1]! ? from[k + 1]! : null;
    return { rung: RUNGS[code[k]! % LAPSED]!, lapsed: code[k]! >= LAPSED, from: on, to };
  });
}

describe('D4 spells are what an evaluation of every day gives', () => {
  it('for any history and several ladders', () => {
    fc.assert(
      fc.property(history, fc.nat(OTHERS.length), (rows, which) => {
        const file = new Fixture();
        build(rows, file);
        if (which > 0) define(file, 'ladder', OTHERS[which - 1]!);
        const ctx = contextOf(file);
        const until = D - 20;
        const first = D - 500;
        const naive = new Map<number, string[]>();
        for (let day = first; day <= until; day++) {
          standings(ctx, day).forEach((standing, c) => {
            const days = naive.get(c) ?? [];
            days.push(standing);
            naive.set(c, days);
          });
        }
        const all = language.allSpells(ctx, until);
        for (const c of [0, 1]) {
          const spells = language.spells(ctx, c, until);
          expect(together(all, c)).toEqual(spells);
          const told: string[] = [];
          for (let day = first; day <= until; day++) {
            const spell = spells.find(({ from, to }) => from <= day && (to === null || day < to));
            // Before its first sign of life a customer is none.
            told.push(spell ? `${spell.rung}${spell.lapsed ? ' lapsed' : ''}` : naive.get(c)![day - first]!);
          }
          const born = vectorsOf(ctx).customers.created[c]!;
          expect(spells[0]?.from ?? until + 1).toBeLessThanOrEqual(
            born === UNKNOWN_INT ? until + 1 : Math.max(born, first),
          );
          const wrong = told.findIndex((standing, i) => standing !== naive.get(c)![i]);
          expect({ which, day: wrong < 0 ? null : isoDay(first + wrong), told: told[wrong] }).toEqual({
            which,
            day: null,
            told: wrong < 0 ? undefined : naive.get(c)![wrong],
          });
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('those of all customers are those of each, by the ladder of the product on any day', () => {
    fc.assert(
      fc.property(history, fc.nat(480), fc.constantFrom(5 as const, 6 as const), (rows, back, mode) => {
        const file = new Fixture();
        build(rows, file);
        const own = contextOf(file);
        const ctx: ReadContext = { ...own, settings: { ...own.settings, ladderMode: mode } };
        const until = D - back;
        const all = language.allSpells(ctx, until);
        for (const c of [0, 1]) expect(together(all, c)).toEqual(language.spells(ctx, c, until));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('peak_rung is the highest of the spells', () => {
    fc.assert(
      fc.property(history, fc.nat(OTHERS.length), (rows, which) => {
        const file = new Fixture();
        build(rows, file);
        if (which > 0) define(file, 'ladder', OTHERS[which - 1]!);
        const ctx = contextOf(file);
        const peak = language.fact(ctx, 'peak_rung', D);
        if (peak.type !== 'set') throw new Error('peak_rung is a set');
        for (const c of [0, 1]) {
          const highest = Math.max(0, ...language.spells(ctx, c, D).map(({ rung }) => RUNGS.indexOf(rung)));
          expect(peak.values[c]).toBe(highest);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

/** Saves the spells as the writer does when it is quiet; answers how many. */
function save(file: Fixture): number {
  const saving = saveSpells(contextOf(file), file.db);
  let step = saving.next();
  while (!step.done) step = saving.next();
  return step.value;
}

const RESELLERS = `customer: purchases > 0
client: purchases > 1
lapsed: last_purchase < today - 100 days
name client: Regular
ladder resellers: type = 'Reseller'
customer: purchases > 2
partner: purchases > 3
ladder quiet: touches_total = 0 and region = 'North'
customer: purchases > 0
advocate: purchases > 0
lapsed: last_purchase < today - 10 days
`;

function idsByLanguage(ctx: ReadContext, text: string): number[] {
  const { ids, outcome } = language.filter(ctx, text, D);
  return [...ids].filter((_, i) => outcome[i] === 1);
}

function idsBySql(ctx: ReadContext, text: string): number[] {
  const { sql, parameters } = sqlOf(ctx, text, D);
  return ctx.db.all(sql, [...parameters]).flatMap(([id, holds]) => (holds === 1 ? [id as number] : []));
}

describe('D8 D9 separate ladders and names', () => {
  const sold = (parts: readonly (readonly [type: string | null, region: string | null, orders: number])[]): Fixture => {
    const file = new Fixture();
    for (const [type, region, orders] of parts) {
      const party = file.customer({ type, region });
      for (let k = 0; k < orders; k++)
        file.add('purchase', { party, kind: 'invoice', day: D - 20 - k, amount: 100, currency: 'EUR' });
    }
    file.commit();
    return file;
  };

  it('each customer stands by the rules of its own ladder; an unknown type is on none', () => {
    const file = sold([
      ['Reseller', 'North', 2],
      ['Reseller', null, 4],
      [null, null, 2],
      ['Other', 'North', 1],
      ['Other', 'South', 1],
    ]);
    define(file, 'ladder', RESELLERS);
    const ctx = contextOf(file);
    expect(standings(ctx, D)).toEqual(['prospect', 'partner', 'client', 'advocate lapsed', 'customer']);
    const { rules } = language.rules(ctx).ladder;
    expect(rules?.separate.map(({ name, when }) => `${name}: ${when.sentence}`)).toEqual([
      "resellers: type is 'Reseller'",
      "quiet: touches in total is 0 and region is 'North'",
    ]);
    expect([...rules!.names]).toEqual([['client', 'Regular']]);
    expect(sqlOf(ctx, 'rung = partner or (rung = advocate and lapsed)', D).sql).toContain('CASE');
    for (const text of ['rung = partner', 'rung = client', 'rung = prospect', 'lapsed'])
      expect(idsBySql(ctx, text)).toEqual(idsByLanguage(ctx, text));
  });

  it.each([
    [
      "customer: purchases > 0\nladder resellers: type = 'R'\nclient: purchases > 1",
      '2:1 the ladder resellers has no rule for customer',
    ],
    ["customer: purchases > 0\nladder: type = 'R'", '2:1 a separate ladder has a name'],
    [
      'customer: purchases > 0\nladder a: rung = client\ncustomer: purchases > 0',
      '2:11 the condition of a ladder cannot read rung',
    ],
    ['customer: purchases > 0\nname clint: X', '2:1 unknown rung "clint"; did you mean "client"?'],
    ['customer: purchases > 0\nname client:', '2:13 the name of a rung has 1 to 40 characters'],
    ['customer: purchases > 0\ngrace: soon', '2:7 the grace is a number of days up to 366'],
  ])('%j is refused with its place', (text, message) => {
    const file = sold([['R', null, 1]]);
    define(file, 'ladder', text);
    expect(failure(() => language.fact(contextOf(file), 'rung', D))).toContain(`ladder ${message}`);
  });
});

describe('D10 a grace lets a fall wait', () => {
  it('on every day the standing is the highest of the days of the grace, in spells, facts and saved spells', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(1, 20, 90), fc.nat(OTHERS.length - 2), (rows, grace, which) => {
        const file = new Fixture();
        build(rows, file);
        const text = OTHERS[which]!;
        define(file, 'ladder', text);
        const plain = contextOf(file);
        const other = language.withRules(plain, 'ladder', `${text}\ngrace: ${grace} days`);
        const { created } = vectorsOf(plain).customers;
        for (let day = D - 300; day <= D; day += 13) {
          const raw = [0, 1].map((c) => {
            const days = language.spells(plain, c, day).filter((s) => s.to === null || s.to > day - grace);
            if (days.length === 0) return null;
            const rung = Math.max(...days.map((s) => RUNGS.indexOf(s.rung)));
            return `${RUNGS[rung]}${days.every((s) => s.lapsed) ? ' lapsed' : ''}`;
          });
          const told = standings(other, day);
          const all = language.allSpells(other, day);
          for (const c of [0, 1]) {
            if (raw[c] === null || created[c] === UNKNOWN_INT) continue;
            const last = language.spells(other, c, day).at(-1)!;
            expect(told[c]).toBe(raw[c]);
            expect(`${last.rung}${last.lapsed ? ' lapsed' : ''}`).toBe(raw[c]);
            expect(together(all, c)).toEqual(language.spells(other, c, day));
          }
        }
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  it('reads saved spells alike, and has no SQL', () => {
    const file = new Fixture();
    const party = file.customer({ name: 'A' });
    file.add('purchase', { party, kind: 'invoice', day: '2026-01-01', amount: 100, currency: 'EUR' });
    file.commit();
    define(file, 'ladder', 'customer: purchases > 0\nclient: days_since_last(purchases) < 30\ngrace: 10 days');
    const days = ['2026-01-30', '2026-01-31', '2026-02-09', '2026-02-10'].map((day) => parseIsoDay(day));
    const told = (): unknown =>
      days.map((day) => [standings(contextOf(file), day)[0], language.spells(contextOf(file), 0, day).length]);
    const before = told();
    expect(before).toEqual([
      ['client', 1],
      ['client', 1],
      ['client', 1],
      ['customer', 2],
    ]);
    writeSettings(file.db, { asOf: D });
    expect(save(file)).toBe(2);
    expect(told()).toEqual(before);
    expect(failure(() => sqlOf(contextOf(file), 'rung = client', D))).toContain('grace');
  });
});

describe('D7 saved spells', () => {
  /** Spells of both customers up to some days, and the highest rungs. */
  const told = (ctx: ReadContext, days: readonly Day[]): unknown =>
    days.map((day) => [
      language.spells(ctx, 0, day),
      language.spells(ctx, 1, day),
      [...(language.fact(ctx, 'peak_rung', day) as { values: Int32Array }).values],
    ]);
  const rowsOf = (file: Fixture): unknown[] =>
    file.db.all('SELECT customer, from_day, to_day, rung, lapsed FROM rung_spell ORDER BY customer, from_day');

  it('are what an evaluation gives, before and after they are saved, deleted or out of date', () => {
    fc.assert(
      fc.property(
        history,
        history,
        fc.integer({ min: 1, max: OTHERS.length }),
        fc.constantFrom('rung_spell', 'rung_spell WHERE customer % 2 = 0', "vector WHERE tbl = 'rung_spell'"),
        (rows, more, which, gone) => {
          const file = new Fixture();
          build(rows, file);
          define(file, 'ladder', OTHERS[which - 1]!);
          const until = contextOf(file).defaultAsOf();
          const days = [until - 30, until, until + 20];
          const open = contextOf(file);
          const fresh = told(open, days);
          const customers = vectorsOf(open).customers;
          const spells = [0, 1].flatMap((c) =>
            language
              .spells(open, c, until)
              .map((s) => [customers.id[c], s.from, s.to, RUNGS.indexOf(s.rung), s.lapsed ? 1 : 0]),
          );
          expect(save(file)).toBe(spells.length);
          expect(rowsOf(file)).toEqual(spells);
          expect(told(contextOf(file), days)).toEqual(fresh);
          expect(told(open, days)).toEqual(fresh);
          file.db.run(`DELETE FROM ${gone}`);
          expect(told(contextOf(file), days)).toEqual(fresh);
          file.db.run("DELETE FROM vector WHERE tbl = 'rung_spell'");
          save(file);
          build(more, file);
          const after = told(contextOf(file), days);
          file.db.run("DELETE FROM vector WHERE tbl = 'rung_spell'");
          file.db.run('DELETE FROM rung_spell');
          expect(told(contextOf(file), days)).toEqual(after);
        },
      ),
      { numRuns: 5 },
    );
  }, 120_000);

  const bought = (): Fixture => {
    const file = new Fixture();
    const party = file.customer({ name: 'A' });
    file.add('purchase', { party, kind: 'invoice', day: '2026-01-01', amount: 100, currency: 'EUR' });
    file.commit();
    define(file, 'ladder', 'customer: purchases > 0');
    return file;
  };
  const peak = (ctx: ReadContext): string => {
    const column = language.fact(ctx, 'peak_rung', D);
    return column.type === 'set' ? RUNGS[column.values[0]!]! : '';
  };
  const client = RUNGS.indexOf('client');

  it('are read while they fit, also by a session that looked before they were saved', () => {
    const file = bought();
    writeSettings(file.db, { asOf: D });
    const before = new ReadSession(file.db);
    expect(language.spells(before.context(), 0, D).map(({ rung }) => rung)).toEqual(['customer']);
    expect(save(file)).toBe(1);
    file.db.run('UPDATE rung_spell SET rung = ?', [client]);
    expect(language.spells(before.context(), 0, D).map(({ rung }) => rung)).toEqual(['client']);
    expect(peak(contextOf(file))).toBe('client');
    const ctx = contextOf(file);
    expect(peak(language.withRules(ctx, 'ladder', 'customer: purchases > 0'))).toBe('customer');
    expect(peak({ ...ctx, settings: { ...ctx.settings, ladderMode: 5 } })).toBe('customer');
    file.commit();
    expect(peak(contextOf(file))).toBe('customer');
  });

  it('are kept as they are while they fit, and removed with the ladder they are of', () => {
    const file = bought();
    expect(save(file)).toBe(1);
    file.db.run('UPDATE rung_spell SET rung = ?', [client]);
    expect(save(file)).toBe(0);
    expect(file.db.count('SELECT rung FROM rung_spell')).toBe(client);
    file.commit();
    expect(save(file)).toBe(1);
    expect(file.db.count('SELECT rung FROM rung_spell')).toBe(RUNGS.indexOf('customer'));
    define(file, 'ladder', DEFAULT_LADDER);
    expect(save(file)).toBe(0);
    expect(
      file.db.count("SELECT (SELECT count(*) FROM rung_spell) + count(*) FROM vector WHERE tbl = 'rung_spell'"),
    ).toBe(0);
  });

  it('are not read while they are half written', () => {
    const file = bought();
    const saving = saveSpells(contextOf(file), file.db);
    while (file.db.count('SELECT count(*) FROM rung_spell') === 0) expect(saving.next().done).toBe(false);
    file.db.run('UPDATE rung_spell SET rung = ?', [client]);
    expect(peak(contextOf(file))).toBe('customer');
  });
});

describe('D5 rules of touches', () => {
  const touched = (days: readonly string[], channel = 'email'): Fixture => {
    const file = new Fixture();
    const party = file.customer();
    for (const day of days) file.add('touch', { party, day, channel, direction: 'out', team: 'sales' });
    file.commit();
    return file;
  };
  const number = (file: Fixture, name: string): number => {
    const column = language.fact(contextOf(file), name, D);
    if (column.type !== 'number') throw new Error(`${name} is a number`);
    return column.values[0]!;
  };

  it('targets, silences, bursts, barrages and collisions follow them', () => {
    const file = touched(['2026-01-01', '2026-01-03', '2026-02-20', '2026-06-20']);
    expect([number(file, 'silences'), number(file, 'bursts'), number(file, 'barrages')]).toEqual([1, 0, 0]);
    define(
      file,
      'touch',
      DEFAULT_TOUCH.replace('prospect:  45', 'prospect:  20')
        .replace('4 in 7', '2 in 3')
        .replace('barrage: 60', 'barrage: 40'),
    );
    expect([number(file, 'silences'), number(file, 'bursts'), number(file, 'barrages')]).toEqual([2, 1, 1]);
  });

  it('a cap makes the class over, for those of whom its condition holds', () => {
    const file = touched(['2026-06-20', '2026-06-22', '2026-06-25']);
    const classOf = (): string => {
      const column = language.fact(contextOf(file), 'touch_class', D);
      return column.type === 'set' ? column.members[column.values[0]!]! : '';
    };
    expect(classOf()).toBe('on');
    define(file, 'touch', `${DEFAULT_TOUCH}\ncap email: 2 in 30 days where rung < client`);
    expect(classOf()).toBe('over');
    define(file, 'touch', `${DEFAULT_TOUCH}\ncap email: 2 in 30 days where rung >= client`);
    expect(classOf()).toBe('on');
    define(file, 'touch', `${DEFAULT_TOUCH}\ncap call: 2 in 30 days\ncap any: 3 in 30 days`);
    expect(classOf()).toBe('on');
  });

  it.each([
    ['target client: 60 days', 'touch 1:23 the rules of touches lack target prospect, target customer'],
    [`${DEFAULT_TOUCH}\ntarget clint: 3 days`, 'unknown rung "clint"; did you mean "client"?'],
    [`${DEFAULT_TOUCH}\ncap emal: 3 in 3 days`, 'unknown channel "emal"; did you mean "email"?'],
    [`${DEFAULT_TOUCH}\ncap email: many`, 'this is a number of touches in a number of days'],
    [`${DEFAULT_TOUCH}\ncap email: 3 in 30 days where rungg = client`, 'unknown field "rungg"; did you mean "rung"?'],
    [`${DEFAULT_TOUCH}\nsilence: 2`, '"silence" stands there already'],
    [DEFAULT_TOUCH.replace('silence: 1.5', 'silence: 0.5'), 'a silence is a number of times the target, from 1'],
  ])('D6 %j is refused with its place', (text, message) => {
    const file = touched(['2026-06-20']);
    define(file, 'touch', text);
    const found = failure(() => language.fact(contextOf(file), 'silences', D));
    expect(found).toContain(message);
    expect(found).toMatch(/^touch \d+:\d+ /);
  });
});
