import { expect, test } from 'vitest';
import { isoDay, parseIsoDay, weekday } from '#engine/base/days.ts';
import { DEFAULT_TOUCH } from '#engine/language/definitions/defaults.ts';
import { insertDays } from '#engine/methods/plan.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { touchPlan } from './index.ts';

const DAY_0 = parseIsoDay('2026-01-01');
const at = (n: number): string => isoDay(DAY_0 + n);

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  touch(party: number, n: number, more: Record<string, string> = {}): void {
    this.add('touch', { party, day: at(n), channel: 'call', direction: 'out', team: 'sales', ...more });
  }
  define(text: string): void {
    this.db.run(
      "INSERT INTO definition(kind, name, version, text, made_at) SELECT 'touch', 'touch', coalesce(max(version), 0) + 1, ?, 0 FROM definition",
      [text],
    );
    this.commit();
  }
  plan(n: number, input: Record<string, unknown> = {}) {
    return touchPlan.run(this.session.context(), touchPlan.parse({ asOf: at(n), ...input }));
  }
}

const OPEN = DEFAULT_TOUCH.replace('closed: saturday, sunday', 'closed: never');

test('T31: two touches between day 0 and day 90 fall on days 30 and 60, and evenness rises to what it then is', () => {
  const w = new Case();
  const c = w.customer({ name: 'Anvil' });
  w.touch(c, 10);
  w.define(OPEN);
  const plan = w.plan(10, { days: 60, touches: 1, window: 70 });
  expect(plan.rows).toHaveLength(1);
  expect(plan.rows[0]).toMatchObject({
    name: 'Anvil',
    days: [at(40)],
    wanted: 1,
    limitedBy: null,
    before: { longest: 60, squares: 100 + 3600 },
    after: { longest: 30, squares: 100 + 2 * 900 },
  });
  // Gaps 10, 30 and 30 of 70: E = 1 - (13.33 + 6.67 + 6.67) / (2 x 70 x 2/3).
  expect(plan.rows[0]!.after.evenness).toBeCloseTo(1 - 80 / 3 / (140 * (2 / 3)), 12);
  expect(plan.rows[0]!.after.evenness!).toBeGreaterThan(plan.rows[0]!.before.evenness!);
  expect([plan.planned, plan.byDay]).toEqual([1, [{ day: at(40), touches: 1 }]]);
});

test('T31: as many touches as the target of the rung asks for; none on closed days', () => {
  const w = new Case();
  const c = w.customer();
  w.touch(c, 5);
  w.define(`${DEFAULT_TOUCH.replace('closed: saturday, sunday', 'closed: saturday, sunday, 02-04, 2026-03-18')}`);
  const [row] = w.plan(10, { days: 90 }).rows;
  // 95 days to the end at 45 days: two touches.
  expect([row!.target, row!.wanted, row!.days.length]).toEqual([45, 2, 2]);
  for (const day of row!.days) {
    expect(weekday(parseIsoDay(day))).toBeLessThan(6);
    expect(['2026-02-04', '2026-03-18']).not.toContain(day);
  }
  expect(row!.after.longest).toBeLessThanOrEqual(45);
});

test('T31: an open dispute leaves no day; one that is closed leaves all', () => {
  const w = new Case();
  const [open, closed] = [w.customer({ name: 'open' }), w.customer({ name: 'closed' })];
  for (const c of [open, closed]) w.touch(c, 1);
  w.add('ticket', { party: open, day: at(5), is_dispute: 1 });
  w.add('ticket', { party: closed, day: at(5), closed_day: at(8), is_dispute: 1 });
  const rows = w.plan(10, { touches: 1, sort: 'name:asc' }).rows;
  expect(rows.map((r) => [r.name, r.days.length, r.limitedBy])).toEqual([
    ['closed', 1, null],
    ['open', 0, 'dispute'],
  ]);
});

test('T31: no cap is broken, past touches counted; what does not fit is not planned', () => {
  const w = new Case();
  const c = w.customer();
  for (const n of [9, 10]) w.touch(c, n);
  w.define(`${OPEN}cap call: 2 in 30 days\ncap email: 1 in 300 days`);
  const [row] = w.plan(10, { days: 60, touches: 3 }).rows;
  const days = [DAY_0 + 9, DAY_0 + 10, ...row!.days.map((day) => parseIsoDay(day))];
  for (const end of days) expect(days.filter((day) => day > end - 30 && day <= end).length).toBeLessThanOrEqual(2);
  expect([row!.days.length, row!.limitedBy]).toEqual([3, null]);
  expect(row!.days[0]! >= at(39)).toBe(true);
  const [full] = w.plan(10, { days: 60, touches: 5 }).rows;
  expect([full!.wanted, full!.limitedBy, full!.days.length < 5]).toEqual([5, 'cap', true]);
  expect(w.plan(10, { days: 60, touches: 3, channel: 'visit' }).caps).toEqual([]);
});

test('T31: of the plans with the shortest longest gap the most even one is taken, by brute force', () => {
  let seed = 7;
  const below = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  for (let round = 0; round < 60; round++) {
    const end = 8 + below(7);
    const insert = below(4);
    const fixed = Array.from({ length: below(3) }, () => 1 + below(end - 1));
    const blackout = Array.from({ length: below(4) }, () => 1 + below(end - 1));
    const free = Array.from({ length: end - 1 }, (_, i) => i + 1).filter(
      (d) => !fixed.includes(d) && !blackout.includes(d),
    );
    const gapsOf = (days: number[]): number[] => {
      const all = [...new Set([0, ...fixed, ...days, end])].sort((a, b) => a - b);
      return all.slice(1).map((d, i) => d - all[i]!);
    };
    const all = subsets(free, insert).map((days) => {
      const gaps = gapsOf(days);
      return { days, longest: Math.max(...gaps), squares: gaps.reduce((n, g) => n + g * g, 0) };
    });
    for (const goal of ['even', 'minimax'] as const) {
      const best = all.toSorted(
        (a, b) => (goal === 'minimax' ? a.longest - b.longest : 0) || a.squares - b.squares || order(a.days, b.days),
      )[0];
      const { cost, days } = insertDays(fixed, 0, end, insert, blackout, goal);
      expect({ goal, days, cost }).toEqual({
        goal,
        days: best?.days ?? null,
        cost: best === undefined ? null : goal === 'even' ? best.squares : best.longest,
      });
    }
  }
});

function order(a: number[], b: number[]): number {
  const i = a.findIndex((day, k) => day !== b[k]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}

function subsets(items: number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
