/**
 * Cross-filter of 1,000,000 customers beside crossfilter2 in the same run: five views with a sum each, three clauses.
 *
 *   node --expose-gc tests/bench/crossfilter.ts [--customers 1000000] [--changes 60] [--only ladderline|crossfilter2]
 *
 * Each engine runs in a process of its own over the same invented values and makes the same changes; figures are
 * compared before times are printed. crossfilter2 has no unknown: an unknown gap is a value below every range there.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import crossfilter from 'crossfilter2';
import { CrossFilter, SortedColumn } from '#engine/selection/cross-filter.ts';
import { orderedRows, orderOf } from '#engine/selection/sort.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { median } from './parts/median.ts';

type Outcome = { figures: number[]; times: Record<string, number[]>; rss: number };
const ENGINES = ['ladderline', 'crossfilter2'] as const;

const { values: options } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    changes: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
const n = Number(options.customers);
const changes = Number(options.changes);

/** A linear congruential step; both processes draw the same values. */
let state = 20_260_930;
const draw = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const rung = Int32Array.from({ length: n }, () => Math.floor(draw() ** 2 * 6));
const owner = Int32Array.from({ length: n }, () => Math.floor(draw() * 40));
const revenue = Float64Array.from({ length: n }, () => Math.floor(Math.exp(draw() * 14)));
const gap = Float64Array.from({ length: n }, () => (draw() < 0.1 ? Number.NaN : Math.floor(draw() * 400)));
const day = Int32Array.from({ length: n }, () => 18_000 + Math.floor(draw() * 2000));

const bins = (values: ArrayLike<number>, low: number, step: number, most: number): Uint8Array =>
  Uint8Array.from(values, (v) => (v !== v ? most : Math.min(most - 1, Math.max(0, Math.floor((v - low) / step)))));
const views = [
  { codes: Uint8Array.from(rung), bars: 6, own: null },
  { codes: Uint8Array.from(owner), bars: 40, own: 0 },
  { codes: bins(revenue, 0, 40_000, 31), bars: 32, own: 1 },
  { codes: bins(gap, 0, 10, 40), bars: 41, own: 2 },
  { codes: bins(day, 18_000, 90, 23), bars: 24, own: null },
] as const;
const columns = [owner, revenue, gap];

/** Half-open ranges of the three columns, as a person drags them: any change, then small steps of the second. */
const spans = [40, Math.exp(14), 400];
const ranges = Array.from({ length: changes }, (_, c) => {
  const span = spans[c % 3]!;
  const from = c % 3 === 1 ? Math.exp(draw() * 8) : Math.floor(draw() * span * 0.5);
  const to = c % 3 === 1 ? from * Math.exp(3 + draw() * 6) : from + 1 + Math.floor(draw() * span * 0.5);
  return { clause: c % 3, from, to };
});
const steps = Array.from({ length: changes }, (_, s) => ({ clause: 1, from: 3000 + s * 5, to: 60_000 + s * 100 }));

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const timed = (into: number[], work: () => void): void => {
  const start = performance.now();
  work();
  into.push(performance.now() - start);
};

function ladderline(): Outcome {
  const times: Record<string, number[]> = { build: [], change: [], step: [], page: [], list: [] };
  const figures: number[] = [];
  let cross!: CrossFilter;
  let sorted!: SortedColumn[];
  let held!: ReturnType<CrossFilter['addView']>[];
  let slots!: number[];
  timed(times['build']!, () => {
    cross = new CrossFilter(n, null);
    sorted = columns.map((values) => new SortedColumn(orderedRows(values, false, null), n));
    slots = columns.map(() => cross.addClause());
    held = views.map(({ codes, bars, own }) =>
      cross.addView({ codes, bars, measure: revenue }, own === null ? [] : [slots[own]!]),
    );
    for (const view of held) cross.barsOf(view);
  });
  const position = (clause: number, value: number): number => {
    const { order, known } = sorted[clause]!;
    let [low, high] = [0, known];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (columns[clause]![order[mid]!]! < value) low = mid + 1;
      else high = mid;
    }
    return low;
  };
  const apply = (kind: string, { clause, from, to }: (typeof ranges)[number]): void => {
    timed(times[kind]!, () => {
      cross.setRange(slots[clause]!, sorted[clause]!, position(clause, from), position(clause, to), false);
      for (const view of held) cross.barsOf(view);
      cross.total();
    });
    for (const view of held) {
      const { count, sum } = cross.barsOf(view);
      for (let b = 0; b < count.length; b++) figures.push(count[b]!, sum[b]!);
    }
  };
  for (const range of ranges) apply('change', range);
  for (const range of steps) apply('step', range);

  const byDay = orderOf(day, true);
  timed(times['list']!, () => cross.rowsIn(byDay));
  for (let k = 0; k < 200; k++) {
    timed(times['page']!, () => {
      const rows = cross.rowsIn(byDay);
      Array.from(rows.subarray(Math.floor(draw() * rows.length)).subarray(0, 200));
    });
  }
  const { rss } = process.memoryUsage();
  const gapDays = Int32Array.from(gap, (v) => (v !== v ? UNKNOWN_INT : v));
  const fractions = revenue.map((v, i) => v / ((i % 7) + 1));
  for (const [name, values] of [
    ['sort by a day', day],
    ['sort by whole days, a tenth unknown', gapDays],
    ['sort by an amount', revenue],
    ['sort by a fraction', fractions],
  ] as const) {
    times[name] = [];
    for (let k = 0; k < 7; k++) timed(times[name], () => orderOf(values, k % 2 === 0));
  }
  return { figures, times, rss };
}

function peer(): Outcome {
  const times: Record<string, number[]> = { build: [], change: [], step: [] };
  const figures: number[] = [];
  type Row = { i: number };
  type Cell = { count: number; sum: number };
  let dimensions!: crossfilter.Dimension<Row, number>[];
  let groups!: crossfilter.Group<Row, number, Cell>[];
  timed(times['build']!, () => {
    const all = crossfilter(Array.from({ length: n }, (_, i): Row => ({ i })));
    // A customer without a gap is outside every range: below them all.
    const accessors = [owner, revenue, Float64Array.from(gap, (v) => (v !== v ? -1 : v))];
    dimensions = accessors.map((values) => all.dimension(({ i }) => values[i]!));
    const carriers = views.map(({ codes, own }) =>
      own === null ? all.dimension(({ i }) => codes[i]!) : dimensions[own]!,
    );
    groups = views.map(({ own }, v) => {
      // Keys have to rise with the values: those without a gap come first.
      const group =
        own === null
          ? carriers[v]!.group<number, Cell>()
          : carriers[v]!.group<number, Cell>((value) =>
              own === 0
                ? value
                : own === 1
                  ? Math.min(30, Math.floor(value / 40_000))
                  : Math.max(-1, Math.min(39, Math.floor(value / 10))),
            );
      return group.reduce(
        (cell, { i }) => {
          cell.count++;
          cell.sum += revenue[i]!;
          return cell;
        },
        (cell, { i }) => {
          cell.count--;
          cell.sum -= revenue[i]!;
          return cell;
        },
        () => ({ count: 0, sum: 0 }),
      );
    });
    for (const group of groups) group.all();
  });
  const apply = (kind: string, { clause, from, to }: (typeof ranges)[number]): void => {
    timed(times[kind]!, () => {
      dimensions[clause]!.filterRange([from, to]);
      for (const group of groups) group.all();
    });
    groups.forEach((group, v) => {
      const cells = new Map(group.all().map(({ key, value }) => [key, value]));
      for (let b = 0; b < views[v]!.bars; b++) {
        const cell = cells.get(v === 3 && b === 40 ? -1 : b);
        figures.push(cell?.count ?? 0, cell?.sum ?? 0);
      }
    });
  };
  for (const range of ranges) apply('change', range);
  for (const range of steps) apply('step', range);
  return { figures, times, rss: process.memoryUsage().rss };
}

if (options.only !== undefined) {
  process.stdout.write(JSON.stringify(options.only === 'ladderline' ? ladderline() : peer()));
} else {
  const outcomes = ENGINES.map((name): Outcome => {
    const args = ['--expose-gc', ...process.argv.slice(1), '--only', name];
    const { status, stdout } = spawnSync(process.execPath, args, {
      maxBuffer: 2 ** 28,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`${name} ended with code ${status}`);
    return JSON.parse(stdout) as Outcome;
  });
  const [own, other] = outcomes as [Outcome, Outcome];
  if (own.figures.length !== other.figures.length) throw new Error('the engines answered different views');
  const different = own.figures.findIndex((figure, k) => figure !== other.figures[k]);
  if (different >= 0)
    throw new Error(`figure ${different}: ${own.figures[different]} here, ${other.figures[different]} there`);
  const at = (list: number[], share: number): number =>
    list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]!;
  print(`${String(n)} customers, ${String(own.figures.length)} figures equal in both engines`);
  print(
    `${'milliseconds'.padEnd(40)}${'median'.padStart(9)}${'p95'.padStart(9)}${'crossfilter2'.padStart(14)}${'p95'.padStart(9)}${'ratio'.padStart(8)}`,
  );
  const line = (name: string, mine: number[], theirs: number[] | undefined): void => {
    const peerText = theirs
      ? `${median(theirs).toFixed(2).padStart(14)}${at(theirs, 0.95).toFixed(2).padStart(9)}${(median(mine) / median(theirs)).toFixed(3).padStart(8)}`
      : '';
    print(
      `${name.padEnd(40)}${median(mine).toFixed(2).padStart(9)}${at(mine, 0.95).toFixed(2).padStart(9)}${peerText}`,
    );
  };
  line('build', own.times['build']!, other.times['build']);
  line('any change of a clause (p95 target 20)', own.times['change']!, other.times['change']);
  line('small brush step (target 4)', own.times['step']!, other.times['step']);
  line('list in an order, first time', own.times['list']!, undefined);
  line('page of 200 at any offset (target 1)', own.times['page']!, undefined);
  for (const [name, list] of Object.entries(own.times))
    if (name.startsWith('sort')) line(`${name} (target 100)`, list, undefined);
  print(
    `resident memory, MiB: ${(own.rss / 2 ** 20).toFixed(0)} here, ${(other.rss / 2 ** 20).toFixed(0)} crossfilter2`,
  );
}
