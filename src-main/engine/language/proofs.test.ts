import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { parseIsoDay, type Day } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { EXPRESSIONS } from './catalogue.ts';
import { language } from './index.ts';
import type { UnitName } from './types.ts';

/** Properties over random small workspaces on disk: every unit, relation, attribute, segment and list. */

const D = parseIsoDay('2026-06-30');
const CUSTOMERS = 4;
/** Parties: the companies 1 to 4, then the people 5 to 8; 7 and 8 belong to the same company. */
const PEOPLE = [1, 2, 4, 4] as const;
const LIST = ['C-2', 'invented 3', 'p8@invented.example'];

const CLAUSES: Readonly<Record<UnitName, readonly string[]>> = {
  customer: [
    'lapsed or nps > 6',
    'nps_class is not promoter',
    'open_gap > 20 days',
    'rung >= customer',
    'top 2 by purchases',
    'top 50% by count(touches)',
    'count(touches where owner != customer.owner) > 1',
    'exists(touches where exists(tickets where open) and customer.purchases > 0)',
    'exists(purchases where top 3 by net)',
    'sum(purchases.net where day in last 4 quarters) >= 500 EUR',
    "exists(answers where question = 'hobby' and [Form] = 2)",
    'count(memberships) > 1',
    'exists(attributes where value = customer.owner)',
    'exists(subscriptions where active and renews_at > today) or renews_at is known',
    '[Staff] > 10',
    '([Staff] as of today - 60 days) < [Staff]',
    "in list 'Do not call'",
    "in segment 'Active'",
    "not in segment 'Active in spring'",
    "(in segment 'Active' and open_tickets = 0) as of 2026-04-30",
    "recorded in segment 'Kept' as of 2026-Q1",
    '(top 1 by purchases) as of 2026-05-15',
    "current owner in list 'Owners'",
  ],
  person: [
    'count(touches) >= 1',
    'exists(tickets where is_dispute) or opt_out',
    'customer.purchases > 0',
    "in segment 'Active'",
    'created < 2026-03-01',
    'exists(touches where owner = customer.owner)',
    'exists(answers)',
  ],
  lead: ["status = hot or source = 'fair'", 'open', 'customer.[Staff] > 10', 'customer.rung is client'],
  touch: [
    'owner != customer.owner',
    '[Room] = 7',
    'customer.open_tickets > 0',
    'count(purchases) = 0',
    "not in list 'Do not call'",
    'day in this quarter',
  ],
  ticket: ['open', 'severity > low', 'exists(touches where channel = call)', 'closed_at - day > 10 days'],
};
const UNITS = Object.keys(CLAUSES) as UnitName[];

type Kind = 'touch' | 'purchase' | 'response' | 'ticket' | 'lead' | 'subscription' | 'answer' | 'attribute';
type Row = { kind: Kind; ext: string; party: number | null; day: Day; pick: number; later: number };
const row = fc.record({
  kind: fc.constantFrom<Kind>(
    'touch',
    'touch',
    'purchase',
    'purchase',
    'response',
    'ticket',
    'lead',
    'subscription',
    'answer',
    'attribute',
  ),
  party: fc.option(fc.integer({ min: 1, max: CUSTOMERS + PEOPLE.length }), { freq: 8 }),
  day: fc.integer({ min: D - 500, max: D + 60 }),
  pick: fc.nat(11),
  later: fc.integer({ min: 1, max: 200 }),
});
const rows = fc
  .array(row, { minLength: 5, maxLength: 40 })
  .map((all) => all.map((one, i): Row => ({ ...one, ext: `x${i}` })));

/** A later day, if it has come on the day up to which the rows are seen. */
const seen = (day: Day, until: Day): Day | null => (day <= until ? day : null);
const pickOf = <T>(options: readonly T[], pick: number): T => options[pick % options.length]!;

function cellsOf({ kind, day, pick, later }: Row, until: Day): Record<string, string | number | null> {
  const owner = pickOf(['Mia', 'MIA', 'Noé', null], pick);
  switch (kind) {
    case 'touch':
      return {
        channel: pickOf(['email', 'call', 'visit'], pick),
        direction: pickOf(['out', 'out', 'in'], pick),
        team: 'sales',
        owner,
        attributes: `{"Room":"${pick}"}`,
      };
    case 'purchase':
      return { kind: 'invoice', amount: pick * 10_000, currency: pick === 11 ? 'USD' : 'EUR' };
    case 'response':
      return { score: pick % 11, kind: 'relational' };
    case 'ticket':
      return {
        severity: pickOf(['low', 'high', null], pick),
        is_dispute: pick % 2,
        closed_day: pick % 3 === 0 ? null : seen(day + later, until),
      };
    case 'lead':
      return {
        status: pickOf(['hot', 'bad', null], pick),
        lead_source: pickOf(['fair', 'web'], pick),
        converted_day: pick % 3 === 0 ? seen(day + later, until) : null,
      };
    case 'subscription':
      return {
        renews_day: day + later,
        cancelled_day: pick % 3 === 0 ? seen(day + pick * 10, until) : null,
        ended_day: pick % 4 === 0 ? seen(day + pick * 12, until) : null,
      };
    case 'answer':
      return { question: pickOf(['hobby', 'car'], pick), value: `v${pick}`, attributes: `{"Form":"${pick % 3}"}` };
    case 'attribute':
      return pick % 2 === 0 ? { name: 'Staff', value: String(pick * 2) } : { name: 'Contact', value: owner };
  }
}

class World {
  readonly file = new Fixture();

  constructor(all: readonly Row[], until: Day = D + 1000) {
    const { file } = this;
    for (let c = 1; c <= CUSTOMERS; c++)
      file.customer({ name: `Invented ${c}`, owner: pickOf(['Mia', 'Noé', null], c), ext: `c${c}` });
    for (const [i, company] of PEOPLE.entries()) {
      const id = file.add('party', {
        kind: 'person',
        name: `Person ${i}`,
        ext: `p${i}`,
        email: `p${CUSTOMERS + 1 + i}@invented.example`,
        created_day: pickOf([null, '2026-01-01', '2026-08-01'], i),
        opt_out: i % 2,
      });
      file.join(id, company);
    }
    // Attributes that every workspace of these has, so that their names are known.
    file.add('attribute', { ext: 'first', party: 1, day: '2020-01-01', name: 'Staff', value: '1' });
    file.add('touch', { ext: 'first', party: null, day: '2020-01-01', attributes: '{"Room":"0"}' });
    file.add('answer', { ext: 'first', party: null, day: '2020-01-01', attributes: '{"Form":"0"}' });
    for (const one of all) {
      const { kind, ext, party, day } = one;
      if (day <= until) file.add(kind, { ext, party, day, ...cellsOf(one, until) });
    }
    const segment = (name: string, kind: string, text: string): number =>
      file.db.run('INSERT INTO segment(name, kind, definition) VALUES (?, ?, ?)', [name, kind, text]).lastId;
    segment('Active', 'rule', 'open_gap < 60 days or purchases > 1');
    segment('Active in spring', 'rule', "(in segment 'Active') as of 2026-05-31 and current owner is known");
    const frozen = segment('Kept', 'frozen', 'purchases > 1');
    file.db.run('INSERT INTO segment_member(segment, customer, day) VALUES (?, 3, ?)', [
      frozen,
      parseIsoDay('2026-03-31'),
    ]);
    for (const [name, keys] of [
      ['Do not call', LIST],
      ['Owners', ['noe']],
    ] as const)
      file.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', [name, JSON.stringify(keys)]);
    file.commit();
  }

  context(): ReadContext {
    return new ReadSession(this.file.db).context();
  }

  /** What a text is for every unit, by its key in its source; units that are not there are left out. */
  outcomes(text: string, unit: UnitName, asOf = D, ctx = this.context()): Map<string, number> {
    const table = unit === 'customer' || unit === 'person' ? 'party' : unit;
    const ext = new Map(this.file.db.all(`SELECT id, ext FROM ${table}`).map(([id, key]) => [id, key as string]));
    const there = language.filter(ctx, 'day is known or day is unknown'.replaceAll('day', KEY[unit]), asOf, unit);
    const { ids, outcome } = language.filter(ctx, text, asOf, unit);
    const found = [...ids].map((id, i): [string, number] => [ext.get(id)!, outcome[i]!]);
    return new Map(found.filter((_, i) => there.outcome[i] === 1).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  }

  /** Of every unit and clause. */
  everything(asOf = D): unknown {
    const ctx = this.context();
    return UNITS.map((unit) => CLAUSES[unit].map((text) => [unit, text, [...this.outcomes(text, unit, asOf, ctx)]]));
  }
}

/** A field that every unit has. */
const KEY: Readonly<Record<UnitName, string>> = {
  customer: 'purchases',
  person: 'name',
  lead: 'day',
  touch: 'day',
  ticket: 'day',
};

const clauseOf = fc
  .constantFrom(...UNITS)
  .chain((unit) => fc.record({ unit: fc.constant(unit), text: fc.constantFrom(...CLAUSES[unit]) }));

describe('E9 three values, for every unit', () => {
  it('and, or and not follow Kleene, and (a) = yes is a', () => {
    const and = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a, b));
    const or = (a: number, b: number): number => (a === 1 || b === 1 ? 1 : Math.max(a, b));
    const not = (a: number): number => [1, 0, 2][a]!;
    fc.assert(
      fc.property(rows, (all) => {
        const world = new World(all);
        const ctx = world.context();
        for (const unit of UNITS) {
          const of = (text: string): number[] => [...world.outcomes(text, unit, D, ctx).values()];
          for (const [i, a] of CLAUSES[unit].entries()) {
            const b = CLAUSES[unit][(i + 1) % CLAUSES[unit].length]!;
            const [x, y] = [of(a), of(b)];
            expect([a, b, of(`(${a}) and (${b})`)]).toEqual([a, b, x.map((v, k) => and(v, y[k]!))]);
            expect([a, b, of(`(${a}) or (${b})`)]).toEqual([a, b, x.map((v, k) => or(v, y[k]!))]);
            expect([a, of(`not (${a})`)]).toEqual([a, x.map(not)]);
            expect([a, of(`(${a}) = yes`)]).toEqual([a, x]);
          }
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('E10 rows in another order change nothing, for every unit', () => {
  it('the same rows added in another order', () => {
    const shuffled = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(new World(other).everything()).toEqual(new World(one).everything());
      }),
      { numRuns: 15 },
    );
  });
});

describe('E11 the past does not change when rows after it are added, for every unit', () => {
  it('rows, closings and conversions after the day', () => {
    fc.assert(
      fc.property(rows, (all) => {
        expect(new World(all).everything()).toEqual(new World(all, D).everything());
      }),
      { numRuns: 15 },
    );
  });
});

describe('E7 a text as of a day is the text on that day', () => {
  it('for customers, whatever the day of the whole', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (all, back) => {
        const world = new World(all);
        const ctx = world.context();
        for (const text of CLAUSES.customer.filter((clause) => !clause.includes('customer.owner'))) {
          const then = [...world.outcomes(text, 'customer', D - back, ctx)];
          expect([text, [...world.outcomes(`(${text}) as of today - ${back} days`, 'customer', D, ctx)]]).toEqual([
            text,
            then,
          ]);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('M3 a segment and its complement are everybody', () => {
  it('members are those of whom the rule is true; the rest, unknown ones too, is the complement', () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(
          clauseOf.filter(({ unit }) => unit === 'customer'),
          { minLength: 1, maxLength: 3 },
        ),
        (all, parts) => {
          const world = new World(all);
          const text = parts.map((part) => `(${part.text})`).join(' or ');
          world.file.db.run("INSERT INTO segment(name, kind, definition) VALUES ('Whole', 'rule', ?)", [text]);
          world.file.commit();
          const of = (filter: string): number[] => [...world.outcomes(filter, 'customer').values()];
          const rule = of(text);
          expect(of("in segment 'Whole'")).toEqual(rule.map((value) => (value === 1 ? 1 : 0)));
          expect(of("not in segment 'Whole'")).toEqual(rule.map((value) => (value === 1 ? 0 : 1)));
          expect(of("in segment 'Whole' or not in segment 'Whole'")).toEqual(rule.map(() => 1));
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('N3 facts that are an expression have its values', () => {
  it('on any day', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -400, max: 100 }), (all, shift) => {
        const world = new World(all);
        const ctx = world.context();
        for (const [name, expression] of EXPRESSIONS) {
          for (const asOf of [D, D + shift]) {
            const found = [...world.outcomes(`${name} is ${expression}`, 'customer', asOf, ctx)];
            expect([name, found]).toEqual([name, found.map(([key]) => [key, 1])]);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});
