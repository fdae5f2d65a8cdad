import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIsoDay, isoDay } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { orderedBy, populationAt, sortOf } from '../population/index.ts';
import { crossFilter, type SelectionReport } from './index.ts';

type Asked = Parameters<typeof crossFilter.parse>[0];

const DAY = '2026-06-30';
const REGIONS = ['North', 'south', 'South', "O'Brien's", null];

/** Sixty customers of every kind, some of them later than the day, some paying in other money. */
function workspace(seed: number, currencies: readonly string[]): Fixture {
  const file = new Fixture();
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 9) % below;
  };
  const from = parseIsoDay('2025-01-01');
  for (let c = 0; c < 60; c++) {
    const party = file.customer({
      name: `Firm ${(c * 37) % 60}`,
      region: REGIONS[next(5)]!,
      created_day: isoDay(from + next(700)),
    });
    for (let k = next(4); k > 0; k--) {
      const currency = currencies[next(currencies.length)]!;
      const day = isoDay(from + next(540));
      file.add('purchase', { party, kind: 'invoice', day, amount: next(90_000), currency });
    }
    for (let k = next(3); k > 0; k--)
      file.add('response', { party, day: isoDay(from + next(540)), score: next(11), kind: 'relational' });
    for (let k = next(4); k > 0; k--)
      file.add('touch', {
        party,
        day: isoDay(from + next(540)),
        channel: 'call',
        direction: 'out',
        team: 'sales',
        owner: 'Mia',
      });
  }
  file.commit();
  return file;
}

const ask = (session: ReadSession, input: Asked): SelectionReport =>
  crossFilter.run(session.context(), crossFilter.parse({ asOf: DAY, ...(input as object) }));

const TEXTS = (a: number, b: number): string[] => [
  `purchases >= ${a % 4}`,
  `open_gap > ${a} and open_gap <= ${a + b}`,
  `not (open_gap < ${b})`,
  `nps between ${a % 11} and ${b % 11}`,
  `nps = ${a % 11}`,
  `rung in (client, supporter)`,
  `rung = customer`,
  `rung != client`,
  `rung not in (prospect, partner)`,
  `nps_class = detractor`,
  `last_purchase in last ${a + 1} days`,
  `last_purchase not in 2026-Q1`,
  `last_purchase < 2026-0${(a % 9) + 1}-01`,
  `region = 'south'`,
  `region is unknown or lapsed`,
  `revenue_12m >= ${a * 10} EUR`,
  `revenue_12m > 0 EUR and revenue_12m < ${b * 10} EUR`,
  `count(touches) > ${a % 3}`,
  `mean_gap > ${a}.5`,
];

const clauses = fc.array(
  fc.record({ id: fc.nat(3).map((k) => `c${k}`), pick: fc.nat(18), a: fc.nat(200), b: fc.nat(200) }),
  { maxLength: 5 },
);

const VIEWS = [
  { id: 'rungs', fact: 'rung', measure: 'revenue_12m', own: ['c0'] },
  { id: 'gaps', fact: 'open_gap', measure: 'purchases', own: ['c1', 'c2'], bars: 6 },
  { id: 'money', fact: 'revenue_12m', measure: 'open_gap', bars: 5 },
  { id: 'regions', fact: 'region', bars: 2, own: ['c3'] },
  { id: 'days', fact: 'last_purchase', measure: 'mean_gap' },
  { id: 'lapsed', fact: 'lapsed' },
  { id: 'nps', fact: 'rung', split: 'nps_class', own: ['c0'] },
];

test.each([[['EUR']], [['EUR', 'EUR', 'SEK']]])(
  'X1 X2 X4 X6: any sequence of questions in %j is answered as the language answers each from scratch',
  (currencies) => {
    const file = workspace(7 + currencies.length, currencies);
    const session = new ReadSession(file.db);
    const ctx = session.context();
    const asOf = parseIsoDay(DAY);
    const everyone = populationAt(ctx, asOf, null);
    const run = fc.property(fc.array(clauses, { minLength: 1, maxLength: 6 }), (questions) => {
      for (const drawn of questions) {
        const list = [...new Map(drawn.map((d) => [d.id, { id: d.id, text: TEXTS(d.a, d.b)[d.pick]! }])).values()];
        const report = ask(session, { clauses: list, views: VIEWS });
        const outcomes = new Map(list.map(({ id, text }) => [id, language.filter(ctx, text, asOf).outcome]));
        const state = (i: number, own: readonly string[]): 'kept' | 'unknown' | 'out' => {
          const values = [...outcomes].filter(([id]) => !own.includes(id)).map(([, outcome]) => outcome[i]);
          return values.includes(0) ? 'out' : values.includes(2) ? 'unknown' : 'kept';
        };
        const present = [...everyone.member.keys()].filter((i) => everyone.member[i] === 1);
        const count = (own: readonly string[], kind: string, of = present): number =>
          of.filter((i) => state(i, own) === kind).length;
        expect({ total: report.total, unknown: report.unknown }).toEqual({
          total: count([], 'kept'),
          unknown: count([], 'unknown'),
        });
        for (const clause of report.clauses) {
          const own = present.map((i) => outcomes.get(clause.id)![i]);
          expect(clause).toMatchObject({
            true: own.filter((o) => o === 1).length,
            unknown: own.filter((o) => o === 2).length,
          });
        }
        report.views.forEach((view, v) => {
          const own = VIEWS[v]!.own ?? [];
          expect(view.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(count(own, 'kept'));
          expect(view.bars.reduce((sum, bar) => sum + bar.undecided, 0)).toBe(count(own, 'unknown'));
          for (const bar of view.bars) {
            if (bar.text === null) continue;
            const { outcome } = language.filter(ctx, bar.text, asOf);
            const of = present.filter((i) => outcome[i] === 1);
            expect([bar.text, bar.count, bar.undecided]).toEqual([
              bar.text,
              count(own, 'kept', of),
              count(own, 'unknown', of),
            ]);
          }
        });
        // A host that has just started again knows nothing of the questions before.
        expect(ask(new ReadSession(file.db), { clauses: list, views: VIEWS })).toEqual(report);
      }
    });
    fc.assert(run, { numRuns: 25 });
  },
);

test('X5: the texts of the bars part the customers', () => {
  const file = workspace(3, ['EUR']);
  const session = new ReadSession(file.db);
  const ctx = session.context();
  const { total, views } = ask(session, { views: VIEWS });
  for (const { id, bars } of views) {
    expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(total);
    const texts = bars.filter((bar) => bar.text !== null);
    expect(texts.length).toBeGreaterThan(1);
    for (const { text, count } of texts)
      expect([id, text, populationAt(ctx, parseIsoDay(DAY), text).count]).toEqual([id, text, count]);
  }
  expect(views.find(({ id }) => id === 'regions')!.bars.map(({ label }) => label)).toContain('others');
});

test('X3: amounts are summed in one currency; customers with another are not counted as zero', () => {
  const file = new Fixture();
  const invoice = (party: number, amount: number, currency: string): void =>
    void file.add('purchase', { party, kind: 'invoice', day: '2026-03-01', amount, currency });
  const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((name) => file.customer({ name }));
  invoice(a!, 100, 'EUR');
  invoice(b!, 250, 'EUR');
  invoice(c!, 900, 'SEK');
  invoice(d!, 10, 'EUR');
  invoice(d!, 10, 'SEK');
  file.commit();
  const { views } = ask(new ReadSession(file.db), { views: [{ id: 'v', fact: 'rung', measure: 'revenue_total' }] });
  const bar = views[0]!.bars.find(({ label }) => label === 'customer')!;
  expect(views[0]!.currency).toBe('EUR');
  expect(bar).toMatchObject({ count: 4, sum: 350, unmeasured: 2 });
});

test('X7: any page of any order is the slice of the whole list', () => {
  const file = workspace(5, ['EUR']);
  const session = new ReadSession(file.db);
  const ctx = session.context();
  const asOf = parseIsoDay(DAY);
  for (const sort of ['name', 'revenue_12m:desc', 'last_purchase', 'region:desc', 'rung', 'mean_gap']) {
    const { member, vectors } = populationAt(ctx, asOf, 'purchases > 0');
    const all = [...orderedBy(ctx, sortOf(sort, 'test'), asOf)].filter((i) => member[i]);
    const ids = all.map((i) => `C-${vectors.customers.id[i]}`);
    for (const offset of [0, 3, ids.length - 2, ids.length + 5]) {
      const clauses = [{ id: 'a', text: 'purchases > 0' }];
      const { page } = ask(session, { clauses, sort, offset, limit: 4 });
      expect(page).toEqual(ids.slice(offset, offset + 4));
    }
  }
});

test('X8: the score of a bar is that of its answers', () => {
  const file = workspace(11, ['EUR']);
  const session = new ReadSession(file.db);
  const [view] = ask(session, { views: [{ id: 'v', fact: 'rung', split: 'nps_class' }] }).views;
  expect(view!.parts).toEqual(['detractor', 'passive', 'promoter', 'unknown']);
  let answered = 0;
  for (const { parts, nps, count } of view!.bars) {
    const [detractors, passives, promoters] = parts!;
    const n = detractors! + passives! + promoters!;
    answered += n;
    expect(parts!.reduce((a, b) => a + b, 0)).toBe(count);
    expect(nps).toBe(n === 0 ? null : (100 * (promoters! - detractors!)) / n);
  }
  expect(answered).toBeGreaterThan(20);
});

test('X9: a clause that cannot be read is named and changes nothing', () => {
  const file = workspace(2, ['EUR']);
  const session = new ReadSession(file.db);
  const good = [{ id: 'a', text: 'purchases > 1' }];
  const before = ask(session, { clauses: good });
  let error: unknown;
  try {
    ask(session, {
      clauses: [
        { id: 'a', text: 'purchases > 0' },
        { id: 'b', text: 'opn_gap > 3' },
      ],
    });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(LadderlineError);
  expect(error).toMatchObject({ code: 'language', detail: { clause: 'b', column: 1, nearest: 'open_gap' } });
  expect(ask(session, { clauses: good })).toEqual(before);
  expect(() => ask(session, { clauses: [...good, ...good] })).toThrow(/one id/);
  expect(() => ask(session, { views: [{ id: 'v', fact: 'open_gap', edges: [3, 3] }] })).toThrow(/rising/);
  expect(() => ask(session, { views: [{ id: 'v', fact: 'rung', measure: 'region' }] })).toThrow(/cannot be summed/);
});
