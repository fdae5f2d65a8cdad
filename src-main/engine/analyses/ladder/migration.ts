import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { mobility } from '#engine/methods/ladder.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { differenceOfShares } from '#engine/methods/share.ts';
import { wilson } from '#engine/methods/spacing.ts';
import type { FactColumn } from '#engine/language/types.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { MoneySums, populationAt, wordsOf, type Population } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { STANDINGS } from './standings.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { MigrationReport, Move, MoveComparison, MoveRow, Rate, Standing } from './types.ts';

export const NEW = -1;
/** Rows with fewer customers are shown and not compared (L23). */
export const MINIMUM = 30;
const WIDTH = STANDINGS.length;

/** Height of a standing: lapsed lies below every rung (rule L14). */
const height = (s: Standing): number => (s === 'lapsed' ? -1 : STANDINGS.indexOf(s));

/** Direction of a move. */
export function directionOf(
  from: Standing | 'new',
  to: Standing | 'gone',
): 'up' | 'down' | 'stay' | 'entered' | 'left' {
  if (from === 'new') return 'entered';
  if (to === 'gone') return 'left';
  return height(to) > height(from) ? 'up' : height(to) < height(from) ? 'down' : 'stay';
}

/** Standings from the lowest to the highest of a ladder mode: lapsed first. */
export function bottomUp(mode: 5 | 6): Standing[] {
  return ['lapsed', ...STANDINGS.filter((s) => s !== 'lapsed' && (mode === 6 || s !== 'partner'))];
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

/** Customers who stood on i on the first day and on j on the second (indexes into STANDINGS); new customers are left out. */
export function moveCounts(
  population: Population,
  { before, after }: { before: Int8Array; after: Int8Array },
): number[][] {
  const counts = STANDINGS.map(() => STANDINGS.map(() => 0));
  for (let i = 0; i < after.length; i++)
    if (population.member[i] === 1 && before[i] !== NEW) counts[before[i]!]![after[i]!]!++;
  return counts;
}

type Cells = { counts: Int32Array; now: Map<number, MoneySums>; before: Map<number, MoneySums> };

export type MigrationQuery = LadderChoice & {
  readonly from: Day;
  readonly to: Day;
  readonly where: string | undefined;
  readonly by: string | undefined;
  readonly minimum: number;
};

/** `migration` (rules L13-L17, L23, L24). The filter is evaluated as of `to`. */
export function migrate(base: ReadContext, query: MigrationQuery): MigrationReport {
  const { from, to, minimum } = query;
  const ctx = byLadder(base, query);
  const population = populationAt(ctx, to, query.where);
  const moves = movesBetween(ctx, from, to);
  const money = { now: language.fact(ctx, 'revenue_12m', to), before: language.fact(ctx, 'revenue_12m', from) };
  const whole = cellsOf(population, moves, money, () => true);
  const mode = ctx.settings.ladderMode;
  const groups: MigrationReport['groups'] = [];
  if (query.by !== undefined) {
    const value = wordsOf(ctx, query.by, to);
    const sizes = new Map<string | null, number>();
    for (let i = 0; i < moves.after.length; i++)
      if (population.member[i]) sizes.set(value(i), (sizes.get(value(i)) ?? 0) + 1);
    for (const [group, customers] of [...sizes].sort((a, b) => b[1] - a[1] || byWord(a[0], b[0]))) {
      const { counts } = cellsOf(population, moves, null, (i) => value(i) === group);
      const { up, down, stay, entered } = totalsOf(counts);
      const known = up + down + stay;
      groups.push({
        value: group,
        customers,
        entered,
        up: rate(up, known),
        down: rate(down, known),
        stay: rate(stay, known),
        netUp: known === 0 ? null : netUp(up, down, known),
        enough: known >= minimum,
      });
    }
  }
  const totals = totalsOf(whole.counts);
  const known = totals.up + totals.down + totals.stay;
  const rows = rowsOf(whole.counts, mode, minimum);
  return {
    from: isoDay(from),
    to: isoDay(to),
    rulesVersion: language.rules(ctx).ladder.version,
    minimum,
    matrix: matrixOf(whole, mode, known, minimum),
    ...totals,
    left: 0,
    netUp: known === 0 ? null : netUp(totals.up, totals.down, known),
    rows,
    comparisons: comparisonsOf(rows),
    mobility: mobility(squareOf(whole.counts, mode)),
    groups,
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

const byWord = (a: string | null, b: string | null): number =>
  String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;

function cellsOf(
  population: Population,
  { before, after }: { before: Int8Array; after: Int8Array },
  money: { now: FactColumn; before: FactColumn } | null,
  keep: (i: number) => boolean,
): Cells {
  const cells: Cells = { counts: new Int32Array((WIDTH + 1) * WIDTH), now: new Map(), before: new Map() };
  const add = (sums: Map<number, MoneySums>, cell: number, column: FactColumn, i: number): void => {
    let sum = sums.get(cell);
    if (!sum) sums.set(cell, (sum = new MoneySums()));
    sum.add(population.vectors, column, i);
  };
  for (let i = 0; i < after.length; i++) {
    if (!population.member[i] || !keep(i)) continue;
    const cell = (before[i]! + 1) * WIDTH + after[i]!;
    cells.counts[cell]!++;
    if (money === null) continue;
    add(cells.now, cell, money.now, i);
    add(cells.before, cell, money.before, i);
  }
  return cells;
}

const countOf = (counts: Int32Array, from: Standing | 'new', to: Standing): number =>
  counts[(from === 'new' ? 0 : STANDINGS.indexOf(from) + 1) * WIDTH + STANDINGS.indexOf(to)]!;

function rowTotal(counts: Int32Array, from: Standing | 'new'): number {
  return STANDINGS.reduce((n, to) => n + countOf(counts, from, to), 0);
}

function totalsOf(counts: Int32Array): { up: number; down: number; stay: number; entered: number } {
  const totals = { up: 0, down: 0, stay: 0, entered: 0, left: 0 };
  for (const from of ['new', ...STANDINGS] as const)
    for (const to of STANDINGS) totals[directionOf(from, to)] += countOf(counts, from, to);
  const { up, down, stay, entered } = totals;
  return { up, down, stay, entered };
}

function matrixOf({ counts, now, before }: Cells, mode: 5 | 6, known: number, minimum: number): Move[] {
  const shown = STANDINGS.filter((s) => mode === 6 || s !== 'partner');
  const none = { share: null, low: null, high: null };
  return (['new', ...shown] as const).flatMap((from): Move[] => {
    const total = rowTotal(counts, from);
    const row = from === 'new' ? 0 : STANDINGS.indexOf(from) + 1;
    const cellOf = (to: Standing | 'gone', customers: number): Move => {
      const cell = to === 'gone' ? -1 : row * WIDTH + STANDINGS.indexOf(to);
      const { share, low, high } = from === 'new' ? none : rate(customers, total);
      return {
        from,
        to,
        customers,
        share,
        low,
        high,
        shareOfStart: from === 'new' || known === 0 ? null : customers / known,
        enough: from !== 'new' && total >= minimum,
        revenue: now.get(cell)?.list() ?? [],
        revenueBefore: before.get(cell)?.list() ?? [],
      };
    };
    return [...shown.map((to) => cellOf(to, countOf(counts, from, to))), cellOf('gone', 0)];
  });
}

/** A share with its Wilson 95 % interval; null of nobody. */
export function rate(customers: number, of: number): Rate {
  return { customers, share: of === 0 ? null : customers / of, ...wilson(customers, of) };
}

function rowsOf(counts: Int32Array, mode: 5 | 6, minimum: number): MoveRow[] {
  return bottomUp(mode).map((from) => {
    const sums = { up: 0, down: 0, stay: 0 };
    for (const to of STANDINGS) sums[directionOf(from, to) as keyof typeof sums] += countOf(counts, from, to);
    const customers = sums.up + sums.down + sums.stay;
    return {
      from,
      customers,
      up: rate(sums.up, customers),
      down: rate(sums.down, customers),
      stay: rate(sums.stay, customers),
      enough: customers >= minimum,
    };
  });
}

/** Neighbouring rungs against each other (L24). */
function comparisonsOf(rows: readonly MoveRow[]): MoveComparison[] {
  const list: MoveComparison[] = [];
  for (const direction of ['up', 'down'] as const) {
    for (let k = 1; k < rows.length; k++) {
      const [a, b] = [rows[k - 1]!, rows[k]!];
      // From lapsed none can fall, and from the highest rung none can rise.
      if (direction === 'down' ? a.from === 'lapsed' : k === rows.length - 1) continue;
      const { difference, low, high } = differenceOfShares(
        { k: a[direction].customers, n: a.customers },
        { k: b[direction].customers, n: b.customers },
      );
      const enough = a.enough && b.enough;
      list.push({
        direction,
        a: a.from,
        b: b.from,
        difference,
        low,
        high,
        differs: !enough || low === null ? null : low > 0 || high! < 0,
      });
    }
  }
  return list;
}

/** Counts from the lowest standing to the highest, without new customers. */
function squareOf(counts: Int32Array, mode: 5 | 6): number[][] {
  const order = bottomUp(mode);
  return order.map((from) => order.map((to) => countOf(counts, from, to)));
}

/** Share that rose minus share that fell, with the Wald interval of a difference of two shares of one multinomial. */
function netUp(up: number, down: number, n: number): { value: number; low: number; high: number } {
  const [u, d] = [up / n, down / n];
  const value = u - d;
  const half = zOfLevel(0.95) * Math.sqrt(Math.max(0, u + d - value * value) / n);
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}
