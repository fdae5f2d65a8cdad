import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { ReadSession } from '#engine/session.ts';
import { runForeignSql } from '#engine/store/foreign-sql.ts';
import { writeSettings } from '#engine/store/settings.ts';
import { FACTS } from '../catalogue.ts';
import { defaultText } from '../definitions/current.ts';
import { language } from '../index.ts';
import type { UnitName } from '../types.ts';
import { SQL_FACTS } from './facts.ts';
import { sqlOf } from './index.ts';
import { quoted } from './text.ts';
import { Dice, randomWorkspace, SPAN, START } from './random.fixture.ts';
import { FRACTIONS, TextDice, WITHOUT_SQL } from './texts.fixture.ts';

type Sets = { true: number[]; unknown: number[] };

/** What the vectors keep and what they leave out as unknown, ids ascending. */
function byVectors(ctx: ReadContext, text: string, asOf: Day, unit: UnitName): Sets {
  const { ids, outcome } = language.filter(ctx, text, asOf, unit);
  const of = (wanted: number): number[] => [...ids].filter((_, i) => outcome[i] === wanted).sort((a, b) => a - b);
  return { true: of(1), unknown: of(2) };
}

function bySql(ctx: ReadContext, text: string, asOf: Day, unit: UnitName): Sets {
  const { sql, parameters } = sqlOf(ctx, text, asOf, unit);
  const rows = ctx.db.all(sql, parameters);
  const of = (test: (holds: unknown) => boolean): number[] =>
    rows.filter(([, holds]) => test(holds)).map(([id]) => id as number);
  return { true: of((holds) => holds === 1), unknown: of((holds) => holds === null) };
}

function same(ctx: ReadContext, text: string, asOf: Day, unit: UnitName = 'customer'): void {
  let found;
  try {
    found = bySql(ctx, text, asOf, unit);
  } catch (error) {
    if (error instanceof LadderlineError) throw error;
    throw new Error(`${text}: ${String(error)}\n${sqlOf(ctx, text, asOf, unit).runnable}`);
  }
  expect({ text, asOf: isoDay(asOf), unit, ...found }).toEqual({
    text,
    asOf: isoDay(asOf),
    unit,
    ...byVectors(ctx, text, asOf, unit),
  });
}

test.each([...WITHOUT_SQL])('Q6: %s has no SQL, and that is an error that says so', (fact) => {
  const ctx = new ReadSession(randomWorkspace(new Dice(1)).db).context();
  expect(() => sqlOf(ctx, `${fact} is known`, START)).toThrow(
    expect.objectContaining({ code: 'sql-unavailable' }) as Error,
  );
});

test('Q2: every fact has SQL, and each alone gives what its reducer gives', { timeout: 120_000 }, () => {
  expect([...SQL_FACTS].sort()).toEqual(FACTS.map((fact) => fact.name).sort());
  for (let seed = 1; seed <= 4; seed++) {
    const dice = new Dice(seed);
    const file = randomWorkspace(dice);
    const ctx = new ReadSession(file.db).context();
    for (const asOf of [START + dice.below(SPAN), START + SPAN]) {
      for (const fact of FACTS.filter(({ name }) => !WITHOUT_SQL.has(name))) {
        same(ctx, `${fact.name} is known`, asOf);
        same(ctx, `${fact.name} is unknown`, asOf);
        const column = language.fact(ctx, fact.name, asOf);
        if (FRACTIONS.has(fact.name) || column.type === 'money') continue;
        const { customers } = { customers: ctx.kept({ name: 'vectors', make: () => file.vectors() }).customers };
        for (let c = 0; c < customers.count; c++) {
          const literal =
            column.type === 'text'
              ? column.at(c) === null
                ? null
                : `'${column.at(c)!.replaceAll("'", "''")}'`
              : column.type === 'set'
                ? column.members[column.values[c]!]
                : column.type === 'day'
                  ? column.values[c]! < -1e6
                    ? null
                    : isoDay(column.values[c]!)
                  : Number.isNaN(column.values[c]!)
                    ? null
                    : column.type === 'yesno'
                      ? column.values[c] === 1
                        ? 'yes'
                        : 'no'
                      : String(column.values[c]);
          if (literal === null || literal === undefined || /\d{16}/.test(literal.replace('.', ''))) continue;
          same(ctx, `${fact.name} = ${literal}`, asOf);
        }
      }
    }
    file.db.close();
  }
});

const UNITS = ['customer', 'customer', 'person', 'lead', 'touch', 'ticket'] as const;
const SCOPES = { customer: 'customer', person: 'person', lead: 'leads', touch: 'touches', ticket: 'tickets' } as const;

test(
  'Q3: the SQL of random texts gives the units that the vectors give, true and unknown',
  { timeout: 120_000 },
  () => {
    const tried = { texts: 0, refused: 0, tooLarge: 0, some: 0, unknown: 0 };
    for (let seed = 1; seed <= 24; seed++) {
      const dice = new Dice(1000 + seed);
      const file = randomWorkspace(dice);
      const ctx = new ReadSession(file.db).context();
      const texts = new TextDice(dice);
      for (let i = 0; i < 40; i++) {
        const unit = dice.pick(UNITS);
        const text = texts.text(SCOPES[unit]);
        const asOf = dice.once(3) ? START + SPAN : START + dice.below(SPAN + 30);
        try {
          language.filter(ctx, text, asOf, unit);
        } catch (error) {
          // A name that this workspace lacks, or an attribute of another type.
          if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
          tried.refused++;
          continue;
        }
        try {
          same(ctx, text, asOf, unit);
        } catch (error) {
          if (!(error instanceof LadderlineError) || error.code !== 'sql-too-large') throw error;
          tried.tooLarge++;
        }
        tried.texts++;
        const { trueCount, unknownCount } = language.filter(ctx, text, asOf, unit);
        if (trueCount > 0) tried.some++;
        if (unknownCount > 0) tried.unknown++;
      }
      file.db.close();
    }
    expect(tried.tooLarge).toBeLessThan(tried.texts / 50);
    expect(tried.texts).toBeGreaterThan(700);
    expect(tried.some).toBeGreaterThan(250);
    expect(tried.unknown).toBeGreaterThan(80);
  },
);

test('Q2: sums of fractions agree with their reducers to twelve places', () => {
  for (let seed = 40; seed < 46; seed++) {
    const file = randomWorkspace(new Dice(seed));
    const ctx = new ReadSession(file.db).context();
    const asOf = START + SPAN;
    for (const name of ['sd_gap', 'burstiness', 'evenness'] as const) {
      const { values } = language.fact(ctx, name, asOf) as { values: Float64Array };
      const { sql, parameters } = sqlOf(ctx, `${name} is known`, asOf);
      // The part that holds the fact, asked for its values.
      const part = /\b(gap_facts|evenness) AS MATERIALIZED/.exec(sql)![1]!;
      const whole = sql.slice(0, sql.lastIndexOf('SELECT id, holds'));
      const rows = new Map(
        ctx.db.all(`${whole}SELECT unit, ${name} FROM ${part}`, parameters) as [number, number | null][],
      );
      const { ids } = language.filter(ctx, '', asOf);
      const apart = [...ids].filter((id, i) => {
        const value = rows.get(id) ?? Number.NaN;
        return !(Math.abs(value - values[i]!) < 1e-12) && !(Number.isNaN(value) && Number.isNaN(values[i]!));
      });
      expect({ name, seed, apart }).toEqual({ name, seed, apart: [] });
    }
    file.db.close();
  }
});

test('Q4: a quoted value is read back as the value, whatever it holds', () => {
  const file = randomWorkspace(new Dice(1));
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("'", '"', '\0', '\\', '\n', ';', '-', '/', '*', '?', 'a', '%'), maxLength: 20 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(value, (bound) => {
      const literal = quoted({ bind: bound, day: false });
      expect(file.db.all(`SELECT ${literal}, ${literal} IS ?`, [bound])).toEqual([
        [Object.is(bound, -0) ? 0 : bound, 1],
      ]);
    }),
    { numRuns: 1000 },
  );
  for (let day = -719_100; day < 2_932_900; day += 1237)
    expect(file.db.count(`SELECT ${quoted({ bind: day, day: true })}`)).toBe(day);
});

test('Q4: what a text says is in no statement, only among its values; the console runs the other form', () => {
  const file = randomWorkspace(new Dice(7));
  const ctx = new ReadSession(file.db).context();
  const evil = "x'); DROP TABLE customer; --";
  const text = `name = '${evil.replaceAll("'", "''")}' or owner contains '?' or not (region is unknown)`;
  const { sql, parameters, runnable } = sqlOf(ctx, text, START + SPAN);
  expect(sql).not.toContain('DROP');
  expect(parameters).toContain(evil.toLowerCase());
  const { rows, columns } = runForeignSql(file.db, runnable, 1000);
  expect(columns).toEqual(['id', 'holds']);
  expect(rows).toEqual(file.db.all(sql, parameters));
  expect(rows.length).toBeGreaterThan(0);
});

test('Q5: a text that reads more than a statement holds is an error that says so; one that is merely long is not', () => {
  const file = randomWorkspace(new Dice(3));
  const ctx = new ReadSession(file.db).context();
  const days = Array.from({ length: 40 }, (_, i) =>
    `(rung as of 2025-01-01 .. 2025-01-02) = client`.replace('2025-01-01 .. 2025-01-02', isoDay(START + i)),
  );
  expect(() => sqlOf(ctx, days.join(' or '), START + SPAN)).toThrow(
    expect.objectContaining({ code: 'sql-too-large' }) as Error,
  );
  const many = Array.from({ length: 2500 }, (_, i) => `open_gap = ${i}`).join(' or ');
  same(ctx, many, START + SPAN);
  same(ctx, `owner in (${Array.from({ length: 3000 }, (_, i) => `'mia${i}'`).join(', ')}, 'MIA')`, START + SPAN);
});

test("Q6: a ladder and rules of touches of the workspace's own are in its SQL", () => {
  for (let seed = 60; seed < 66; seed++) {
    const file = randomWorkspace(new Dice(seed));
    const define = (kind: string, text: string): void => {
      file.db.run('INSERT INTO definition(kind, name, version, text, made_at) VALUES (?, ?, 1, ?, 0)', [
        kind,
        kind,
        text,
      ]);
    };
    define(
      'ladder',
      'customer: count(purchases) > 0\nclient: touches_total > 4 and purchases > 1\nlapsed: open_gap > 100 days\n',
    );
    define(
      'touch',
      defaultText('touch').replace('4 in 7 days', '3 in 9 days').replace('silence: 1.5', 'silence: 2') +
        'thread: 9 days\npressure any: 1 to 2 where touches_total > 3\npressure prospect: 0.2\npressure lapsed: 1 to 3\n' +
        'cap any: 2 in 30 days where rung < client\ncap email: 1 in 60 days\n',
    );
    if (seed % 2 === 0) writeSettings(file.db, { ladderMode: 5, fiscalYearStart: 4 });
    file.commit();
    const ctx = new ReadSession(file.db).context();
    const asOf = START + SPAN - 100;
    for (const rung of RUNGS) same(ctx, `rung = ${rung}`, asOf);
    for (const one of ['never', 'over', 'due', 'silent', 'on']) same(ctx, `touch_class = ${one}`, asOf);
    for (const one of ['under', 'on', 'over']) same(ctx, `touch_level = ${one}`, asOf);
    for (const one of [0, 1, 2, 3, 5, 8]) same(ctx, `pressure > ${one}.317 or evenness < 0.${one}17`, asOf);
    for (const one of [9, 30, 90]) same(ctx, `mean_gap > ${one}.317 or max_gap = ${one} or bursts = 1`, asOf);
    for (const text of [
      'lapsed',
      'bursts > 0',
      'bursts > 1',
      'barrages > 0',
      'silences > 1',
      'collisions > 2',
      'last_touch in this quarter',
    ])
      same(ctx, text, asOf);
    expect(() => sqlOf(ctx, 'peak_rung = client', asOf)).toThrow(
      expect.objectContaining({ code: 'sql-unavailable' }) as Error,
    );
    file.db.close();
  }
});
