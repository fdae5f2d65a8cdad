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
import { saveSpells } from './save-spells.ts';

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
        for (const c of [0, 1]) {
          const spells = language.spells(ctx, c, until);
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
