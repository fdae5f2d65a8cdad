import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { MoneySums, populationAt } from '../population/index.ts';
import { STANDINGS, standingsAt, withMode } from './counts.ts';
import type { MigrationReport, Move, Standing } from './types.ts';

export const NEW = -1;

/** Direction of a move: lapsed lies below every rung (rule L14). */
export function directionOf(
  from: Standing | 'new',
  to: Standing | 'gone',
): 'up' | 'down' | 'stay' | 'entered' | 'left' {
  if (from === 'new') return 'entered';
  if (to === 'gone') return 'left';
  const height = (s: Standing): number => (s === 'lapsed' ? -1 : STANDINGS.indexOf(s));
  return height(to) > height(from) ? 'up' : height(to) < height(from) ? 'down' : 'stay';
}

/** Standing of every customer on both days; NEW where the customer was not known on the first. */
export function movesBetween(ctx: ReadContext, from: Day, to: Day): { before: Int8Array; after: Int8Array } {
  const before = standingsAt(ctx, from).slice();
  const after = standingsAt(ctx, to);
  const { created } = populationAt(ctx, to, null).vectors.customers;
  for (let i = 0; i < before.length; i++) {
    if (created[i] !== UNKNOWN_INT && created[i]! > from) before[i] = NEW;
  }
  return { before, after };
}

/** `migration` (rules L13-L17). The filter is evaluated as of `to`. */
export function migrate(
  base: ReadContext,
  from: Day,
  to: Day,
  where: string | undefined,
  mode: 5 | 6 | undefined,
): MigrationReport {
  const ctx = withMode(base, mode);
  const population = populationAt(ctx, to, where);
  const { before, after } = movesBetween(ctx, from, to);
  const revenue = language.fact(ctx, 'revenue_12m', to);
  const width = STANDINGS.length;
  const counts = new Int32Array((width + 1) * width);
  const sums = new Map<number, MoneySums>();
  for (let i = 0; i < after.length; i++) {
    if (!population.member[i]) continue;
    const cell = (before[i]! + 1) * width + after[i]!;
    counts[cell]!++;
    let sum = sums.get(cell);
    if (!sum) sums.set(cell, (sum = new MoneySums()));
    sum.add(population.vectors, revenue, i);
  }
  const matrix: Move[] = [];
  const totals = { up: 0, down: 0, stay: 0, entered: 0, left: 0 };
  const shown = STANDINGS.filter((s) => ctx.settings.ladderMode === 6 || s !== 'partner');
  for (const source of ['new', ...shown] as const) {
    const row = source === 'new' ? 0 : STANDINGS.indexOf(source) + 1;
    let rowTotal = 0;
    for (let s = 0; s < width; s++) rowTotal += counts[row * width + s]!;
    for (const target of shown) {
      const cell = row * width + STANDINGS.indexOf(target);
      const customers = counts[cell]!;
      const known = source !== 'new';
      totals[directionOf(source, target)] += customers;
      matrix.push({
        from: source,
        to: target,
        customers,
        share: known && rowTotal > 0 ? customers / rowTotal : null,
        ...(known ? wilson(customers, rowTotal) : { low: null, high: null }),
        revenue: sums.get(cell)?.list() ?? [],
      });
    }
    matrix.push({
      from: source,
      to: 'gone',
      customers: 0,
      share: source !== 'new' && rowTotal > 0 ? 0 : null,
      ...(source !== 'new' ? wilson(0, rowTotal) : { low: null, high: null }),
      revenue: [],
    });
  }
  const both = totals.up + totals.down + totals.stay;
  return {
    from: isoDay(from),
    to: isoDay(to),
    matrix,
    ...totals,
    netUp: both === 0 ? null : netUp(totals.up, totals.down, both),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

/** Share that rose minus share that fell, with the Wald interval of a difference of two shares of one multinomial. */
function netUp(up: number, down: number, n: number): { value: number; low: number; high: number } {
  const [u, d] = [up / n, down / n];
  const value = u - d;
  const half = zOfLevel(0.95) * Math.sqrt(Math.max(0, u + d - value * value) / n);
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}
