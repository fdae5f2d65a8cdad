import { expect, test } from 'vitest';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { DEFAULT_TOUCH } from '../definitions/defaults.ts';
import { language } from '../index.ts';

const DAY_0 = parseIsoDay('2026-01-01');
const at = (n: number): string => isoDay(DAY_0 + n);

class Case extends Fixture {
  touch(party: number, n: number, more: Record<string, string | number> = {}): void {
    this.add('touch', { party, day: at(n), channel: 'email', direction: 'out', team: 'sales', ...more });
  }
  define(lines: string): void {
    this.db.run(
      "INSERT INTO definition(kind, name, version, text, made_at) SELECT 'touch', 'touch', coalesce(max(version), 0) + 1, ?, 0 FROM definition",
      [DEFAULT_TOUCH + lines],
    );
    this.commit();
  }
  fact(name: string, n: number): (number | string | null)[] {
    const column = language.fact(new ReadSession(this.db).context(), name, DAY_0 + n);
    if (column.type === 'set') return [...column.values].map((v) => column.members[v] ?? null);
    if (column.type === 'number' || column.type === 'days' || column.type === 'share')
      return [...column.values].map((v) => (Number.isNaN(v) ? null : v));
    throw new Error(`${name} is of another type`);
  }
}

test('F7: contact pressure is the published one', () => {
  const w = new Case();
  const c = w.customer();
  w.touch(c, 0, { channel: 'visit' });
  w.touch(c, 10, { channel: 'email' });
  w.touch(c, 12, { channel: 'call' });
  w.touch(c, 12, { channel: 'call', direction: 'in' });
  w.customer();
  const expected = 3 * 2 ** (-14 / 14) + 0.5 * 2 ** (-4 / 14) + 2 * 2 ** (-2 / 14);
  expect(w.fact('pressure', 14)[0]).toBeCloseTo(expected, 12);
  expect(w.fact('pressure', 14)[1]).toBe(0);
});

test('F7 D5: a level is over above the pressure of the rung, under below it; the first line that fits counts', () => {
  const w = new Case();
  const [busy, calm, quiet] = [w.customer({ region: 'North' }), w.customer(), w.customer()];
  for (const n of [20, 22, 24]) w.touch(busy, n, { channel: 'visit' });
  w.touch(calm, 24, { channel: 'visit' });
  w.touch(quiet, 24);
  expect(w.fact('touch_level', 25)).toEqual(['on', 'on', 'on']);
  w.define('pressure prospect: 1 to 5\n');
  expect(w.fact('touch_level', 25)).toEqual(['over', 'on', 'under']);
  w.define("pressure prospect: 20 where region = 'North'\npressure any: 1 to 5\n");
  expect(w.fact('touch_level', 25)).toEqual(['on', 'on', 'under']);
  expect(w.fact('touch_level', 300)).toEqual(['under', 'under', 'under']);
});

test('F7: messages of one thread are one touch in gaps and caps, and stay apart in counts', () => {
  const w = new Case();
  const c = w.customer();
  for (const n of [1, 3, 5, 20]) w.touch(c, n);
  w.touch(c, 4, { channel: 'call' });
  expect([w.fact('mean_gap', 30), w.fact('touches_total', 30)]).toEqual([[19 / 4], [5]]);
  w.define('thread: 2 days\n');
  // Days 1, 4 and 20 are left: the mails of day 3 and 5 go on with that of day 1.
  expect([w.fact('mean_gap', 30), w.fact('touches_total', 30)]).toEqual([[9.5], [5]]);
  w.define('thread: 2 days\ncap email: 1 in 15 days\n');
  expect(w.fact('touch_class', 15)).toEqual(['on']);
  w.define('cap email: 1 in 15 days\n');
  expect(w.fact('touch_class', 15)).toEqual(['over']);
});

test('F7: people touched are the persons of a customer, each once', () => {
  const w = new Case();
  const company = w.customer();
  const [anna, ben] = ['Anna', 'Ben'].map((name) => w.add('party', { kind: 'person', name })) as [number, number];
  w.join(anna, company);
  w.join(ben, company);
  for (const n of [1, 2]) w.touch(anna, n);
  w.touch(ben, 400);
  w.touch(company, 3);
  expect([w.fact('people_touched', 10), w.fact('people_touched', 400)]).toEqual([[1], [1]]);
});

test('F5: memory, local variation, evenness by team and the own rhythm', () => {
  const w = new Case();
  const c = w.customer();
  let day = 0;
  for (const gap of [0, 2, 10, 2, 10, 2, 10]) w.touch(c, (day += gap));
  expect(w.fact('memory', 40)[0]).toBeCloseTo(-1, 12);
  expect(w.fact('local_variation', 40)[0]).toBeCloseTo((3 / 5) * 5 * (8 / 12) ** 2, 12);
  const even = new Case();
  const [both, clash] = [even.customer(), even.customer()];
  for (const n of [18, 54]) even.touch(both, n, { team: 'marketing' });
  for (const n of [36, 72]) even.touch(both, n);
  for (const n of [30, 60]) for (const team of ['sales', 'marketing']) even.touch(clash, n, { team });
  const near = (values: (number | string | null)[]): number[] => values.map((v) => Math.round(Number(v) * 1e6) / 1e6);
  expect(near(even.fact('evenness_sales', 90))).toEqual([0.8, 1]);
  expect(near(even.fact('evenness_marketing', 90))).toEqual([0.8, 1]);
  expect(near(even.fact('coordination_gain', 90))).toEqual([0.2, -0.5]);
  // One gap: exponential with its mean.
  const young = new Case();
  const one = young.customer();
  for (const n of [0, 10]) young.touch(one, n);
  expect(young.fact('rhythm_p', 30)[0]).toBeCloseTo(Math.exp(-2), 12);
  expect(young.fact('rhythm_p', 5)).toEqual([null]);
});
