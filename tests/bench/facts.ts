/**
 * Facts of 200,000 customers over packed columns, beside DuckDB over native tables in the same run.
 *
 *   node tests/bench/facts.ts [--large] [--rounds 3] [--keep FOLDER]
 *
 * Both engines get the same invented rows, made by the same arithmetic. Each round starts a fresh process per engine, in
 * turn; figures are compared before times are printed. Ratio = Ladderline / DuckDB, below 1 is faster.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayOf, isoDay } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { forgetVectors } from '#engine/store/indexes.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';
import { raiseVersion, readDataVersion } from '#engine/store/settings.ts';
import {
  countWhere,
  countWindow,
  distinctDaysUpTo,
  firstDayUpTo,
  lastDayUpTo,
  latestRowUpTo,
  maskEquals,
  spacing,
  spacingArrays,
  sumWindow,
} from '#engine/vectors/kernels.ts';
import { loadVectors, packMissing } from '#engine/vectors/load.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';

type Size = { customers: number; touches: number; purchases: number; responses: number; tickets: number };
const SMALL: Size = {
  customers: 200_000,
  touches: 2_000_000,
  purchases: 1_000_000,
  responses: 300_000,
  tickets: 100_000,
};
const LARGE: Size = { ...SMALL, touches: 10_000_000 };

const FIRST_DAY = dayOf(2020, 1, 1);
const DAYS = 2200;
/** Fixed pseudo-random past days, so that two runs ask the same. */
const AS_OF = [1733, 911, 1420, 2054, 1188].map((n) => FIRST_DAY + n);

/** Sums over all customers; unknowns are counted apart. */
type Figures = Record<string, number>;
type Times = Record<string, number>;
type Outcome = { figures: Figures; times: Times; rss: number };

/*
 * The rows: a linear congruential step per row, the same in both dialects (`intDiv` and `series` differ). Days rise
 * with the row number, as exports are written, within 30 days of disorder; customers are uneven.
 */
function draw(step: number): string {
  let text = '(i * 48271 + 11) % 2147483647';
  for (let k = 0; k < step; k++) text = `(${text}) * 16807 % 2147483647`;
  return `(${text})`;
}
const intDiv = {
  sqlite: (a: string, b: string) => `(${a}) / (${b})`,
  duckdb: (a: string, b: string) => `(${a}) // (${b})`,
};
type Dialect = keyof typeof intDiv;

function touchColumns(dialect: Dialect, size: Size): Record<string, string> {
  const div = intDiv[dialect];
  const n = size.customers;
  return {
    party: `1 + ${div(`(${draw(1)} % ${n}) * (${draw(2)} % ${n})`, String(n))}`,
    day: `${FIRST_DAY} + ${div(`i * ${DAYS}`, String(size.touches))} + ${draw(3)} % 30`,
    channel: `1 + ${draw(4)} % 9`,
    direction: `iif_(${draw(5)} % 4 = 0, ${termOf('in')}, ${termOf('out')})`,
    team: `${termOf('sales')} + ${draw(6)} % 4`,
  };
}

function purchaseColumns(dialect: Dialect, size: Size): Record<string, string> {
  const div = intDiv[dialect];
  return {
    party: `1 + ${draw(1)} % ${size.customers}`,
    day: `${FIRST_DAY} + ${div(`i * ${DAYS}`, String(size.purchases))} + ${draw(2)} % 30`,
    amount: `1000 + ${draw(3)} % 500000`,
    tax: `${draw(3)} % 1000`,
  };
}

function responseColumns(dialect: Dialect, size: Size): Record<string, string> {
  const div = intDiv[dialect];
  return {
    party: `1 + ${draw(1)} % ${size.customers}`,
    // One day per answer of a customer, so that the latest answer is the same in any engine.
    day: `${FIRST_DAY} + ${div(`i * ${DAYS}`, String(size.responses))}`,
    score: `${draw(3)} % 11`,
  };
}

function ticketColumns(dialect: Dialect, size: Size): Record<string, string> {
  const div = intDiv[dialect];
  return {
    party: `1 + ${draw(1)} % ${size.customers}`,
    day: `${FIRST_DAY} + ${div(`i * ${DAYS}`, String(size.tickets))}`,
    is_dispute: `iif_(${draw(2)} % 5 = 0, 1, 0)`,
    closed_day: `iif_(${draw(3)} % 3 = 0, NULL, ${FIRST_DAY} + ${div(`i * ${DAYS}`, String(size.tickets))} + ${draw(4)} % 60)`,
  };
}

const inDialect = (dialect: Dialect, text: string): string =>
  text.replaceAll('iif_', dialect === 'sqlite' ? 'iif' : 'if');

function buildWorkspace(path: string, size: Size): void {
  createWorkspace(path, {});
  const db = openWriter(path);
  const indexes = db.all(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('touch', 'purchase') AND sql IS NOT NULL",
  );
  const series = (n: number): string =>
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`;
  const fill = (table: string, n: number, columns: Record<string, string>, more: Record<string, string> = {}): void => {
    const all = {
      id: 'i',
      source: '1',
      ext: `printf('${table}-%011d', i)`,
      batch: '1',
      line: 'i',
      ...columns,
      ...more,
    };
    db.exec(
      inDialect(
        'sqlite',
        `${series(n)} INSERT INTO ${table}(${Object.keys(all).join()}) SELECT ${Object.values(all).join()} FROM n`,
      ),
    );
  };
  db.transaction(() => {
    for (const [name] of indexes) db.exec(`DROP INDEX ${name as string}`);
    db.run("INSERT INTO source(id, name) VALUES (1, 'invented')");
    fill('party', size.customers, {}, { kind: String(termOf('company')), name: "'Customer ' || i" });
    db.exec('INSERT INTO customer(id, founder, name, lead_party) SELECT id, ext, name, id FROM party');
    db.exec("INSERT INTO membership(party, customer, method, decided_by) SELECT id, id, 'alone', 'rule' FROM party");
    db.run("INSERT INTO term(id, text) VALUES (1000, 'EUR')");
    fill('touch', size.touches, touchColumns('sqlite', size));
    fill('purchase', size.purchases, purchaseColumns('sqlite', size), {
      kind: String(termOf('invoice')),
      currency: '1000',
    });
    fill('response', size.responses, responseColumns('sqlite', size));
    fill('ticket', size.tickets, ticketColumns('sqlite', size));
    for (const [, sql] of indexes) db.exec(sql as string);
    raiseVersion(db);
  });
  db.close();
}

async function buildDuck(path: string, size: Size): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const db = await instance.connect();
  const fill = async (table: string, n: number, columns: Record<string, string>): Promise<void> => {
    const types: Record<string, string> = {
      amount: 'BIGINT',
      tax: 'BIGINT',
      channel: 'UTINYINT',
      direction: 'UTINYINT',
      team: 'UTINYINT',
    };
    const list = Object.entries(columns).map(
      ([name, text]) => `CAST(${text} AS ${types[name] ?? 'INTEGER'}) AS ${name}`,
    );
    await db.run(inDialect('duckdb', `CREATE TABLE ${table} AS SELECT ${list.join()} FROM range(1, ${n + 1}) t(i)`));
  };
  await fill('touch', size.touches, touchColumns('duckdb', size));
  await fill('purchase', size.purchases, purchaseColumns('duckdb', size));
  await fill('response', size.responses, responseColumns('duckdb', size));
  await fill('ticket', size.tickets, ticketColumns('duckdb', size));
  await db.run(`CREATE TABLE customer AS SELECT CAST(i AS INTEGER) AS party FROM range(1, ${size.customers + 1}) t(i)`);
  await db.run('CHECKPOINT');
  db.closeSync();
  instance.closeSync();
}

// --- Ladderline -------------------------------------------------------------------------------------------------

function factsOnVectors(vectors: Vectors, asOf: number): Figures {
  const n = vectors.customers.count;
  const touches = vectors.relation('touches');
  const orders = vectors.relation('orders');
  const responses = vectors.relation('responses');
  const tickets = vectors.relation('tickets');
  const ints = (relation: typeof touches, name: string): Int32Array => relation.column(name).values as Int32Array;
  const [channel, direction, team] = [ints(touches, 'channel'), ints(touches, 'direction'), ints(touches, 'team')];
  const net = orders.column('net').values as Float64Array;
  const voided = ints(orders, 'voided');
  const out = termOf('out');
  const number = (fill: (into: Float64Array) => void): Float64Array => {
    const into = new Float64Array(n);
    fill(into);
    return into;
  };
  const day = (fill: (into: Int32Array) => void): Int32Array => {
    const into = new Int32Array(n);
    fill(into);
    return into;
  };
  const counted = (after: number, ...tests: [Int32Array, number][]): Float64Array =>
    number((into) =>
      countWhere(
        touches,
        after,
        asOf,
        tests.map(([values, equals]) => ({ values, equals })),
        into,
      ),
    );

  const gaps = spacingArrays(n);
  spacing(touches, asOf, gaps, outbound(direction));
  const latest = day((into) => latestRowUpTo(responses, asOf, into));
  const score = ints(responses, 'score');
  const closed = ints(tickets, 'closed_day');
  const dispute = ints(tickets, 'is_dispute');
  const openDisputes = number((into) => {
    for (let c = 0; c < n; c++) {
      for (let r = tickets.start[c]!; r < tickets.start[c + 1]! && tickets.day[r]! <= asOf; r++) {
        if (dispute[r] === 1 && (closed[r] === UNKNOWN_INT || closed[r]! > asOf)) into[c]!++;
      }
    }
  });
  const columns: Record<string, Float64Array | Int32Array> = {
    purchases: number((into) => distinctDaysUpTo(orders, asOf, into, undefined, voided)),
    first_purchase: day((into) => firstDayUpTo(orders, asOf, into)),
    last_purchase: day((into) => lastDayUpTo(orders, asOf, into)),
    revenue_12m: number((into) => sumWindow(orders, net, asOf - 365, asOf, into)),
    revenue_total: number((into) => sumWindow(orders, net, -1e9, asOf, into)),
    orders_90d: number((into) => countWindow(orders, asOf - 90, asOf, into)),
    touches_90d: number((into) => countWindow(touches, asOf - 90, asOf, into)),
    touches_total: number((into) => countWindow(touches, -1e9, asOf, into)),
    first_touch: day((into) => firstDayUpTo(touches, asOf, into)),
    last_touch: day((into) => lastDayUpTo(touches, asOf, into)),
    inbound_90d: counted(asOf - 90, [direction, termOf('in')]),
    email_out_30d: counted(asOf - 30, [channel, termOf('email')], [direction, out]),
    calls_out_90d: counted(asOf - 90, [channel, termOf('call')], [direction, out]),
    sales_90d: counted(asOf - 90, [team, termOf('sales')]),
    marketing_90d: counted(asOf - 90, [team, termOf('marketing')]),
    outbound_days: gaps.days,
    mean_gap: gaps.mean,
    sd_gap: gaps.sd,
    max_gap: gaps.max,
    has_burst: gaps.bursts.map((b) => (b > 0 ? 1 : 0)),
    open_gap: gaps.last.map((d) => (d === UNKNOWN_INT ? UNKNOWN_INT : asOf - d)),
    last_score: latest.map((r) => (r < 0 || responses.day[r]! <= asOf - 365 ? UNKNOWN_INT : score[r]!)),
    open_disputes: openDisputes,
  };
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, sumOf(values)]));
}

const masks = new WeakMap<Int32Array, Uint8Array>();

function outbound(direction: Int32Array): Uint8Array {
  let mask = masks.get(direction);
  if (!mask) masks.set(direction, (mask = maskEquals(direction, termOf('out'))));
  return mask;
}

function sumOf(values: Float64Array | Int32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v !== UNKNOWN_INT && !Number.isNaN(v)) sum += v;
  }
  return sum;
}

function runLadderline(path: string): Outcome {
  const times: Times = {};
  let figures: Figures = {};
  const timed = <T>(name: string, work: () => T): T => {
    const from = performance.now();
    const result = work();
    times[name] = performance.now() - from;
    return result;
  };
  const db = openReader(path);
  let vectors = timed('open and membership', () => loadVectors(db, readDataVersion(db)));
  timed('touches grouped', () => vectors.relation('touches'));
  timed('touch columns', () =>
    ['channel', 'direction', 'team'].map((name) => vectors.relation('touches').column(name)),
  );
  timed('purchases and orders', () => vectors.relation('orders').column('net'));
  timed('responses and tickets', () => {
    vectors.relation('responses').column('score');
    for (const name of ['closed_day', 'is_dispute']) vectors.relation('tickets').column(name);
  });
  timed('first facts', () => (figures = prefixed(AS_OF[0]!, factsOnVectors(vectors, AS_OF[0]!))));
  times['cold to first facts'] = Object.values(times).reduce((a, b) => a + b, 0);
  times['facts'] = median(
    AS_OF.slice(1).map((asOf) => {
      timed('facts', () => Object.assign(figures, prefixed(asOf, factsOnVectors(vectors, asOf))));
      return times['facts']!;
    }),
  );
  const touches = vectors.relation('touches');
  const gaps = spacingArrays(vectors.customers.count);
  const mask = outbound(touches.column('direction').values as Int32Array);
  times['spacing'] = median(
    AS_OF.map((asOf) => (timed('spacing', () => spacing(touches, asOf, gaps, mask)), times['spacing']!)),
  );
  const into = new Float64Array(vectors.customers.count);
  const conditions = [
    { values: touches.column('channel').values as Int32Array, equals: termOf('email') },
    { values: touches.column('direction').values as Int32Array, equals: termOf('out') },
  ];
  times['count where'] = median(
    AS_OF.map(
      (asOf) => (
        timed('count where', () => countWhere(touches, asOf - 30, asOf, conditions, into)),
        times['count where']!
      ),
    ),
  );
  const rss = process.memoryUsage.rss() / 2 ** 20;
  db.close();

  // Ten thousand touches more, as a merge leaves them: rows appended, the version raised.
  const writer = openWriter(path);
  const last = writer.count('SELECT max(id) FROM touch');
  const grow = (sql: string): void =>
    writer.transaction(() => {
      writer.exec(sql);
      forgetVectors(writer, 'touch', [last + 1]);
      raiseVersion(writer);
    });
  grow(
    `INSERT INTO touch(id, source, ext, party, day, channel, direction, team, batch, line)
     SELECT id + ${last}, 1, 'more-' || id, 1 + id * 7919 % 200000, ${FIRST_DAY + DAYS}, channel, direction, team, 2, id
     FROM touch WHERE id BETWEEN 1 AND 10000`,
  );
  const reader = openReader(path);
  vectors = timed('fresh after 10,000 more', () => {
    const fresh = loadVectors(reader, readDataVersion(reader), vectors);
    factsOnVectors(fresh, AS_OF[0]!);
    return fresh;
  });
  if (vectors.relation('touches').rows !== last + 10_000) throw new Error('the appended touches are not there');
  reader.close();
  grow(`DELETE FROM touch WHERE id > ${last}`);
  packMissing(writer);
  writer.close();
  return { figures, times, rss };
}

// --- DuckDB -----------------------------------------------------------------------------------------------------

function factsQuery(asOf: number): string {
  const [inbound, out] = [termOf('in'), termOf('out')];
  return `
WITH o AS (
  SELECT party, count(DISTINCT day) AS purchases, min(day) AS first_purchase, max(day) AS last_purchase,
    sum(amount - tax) FILTER (day > ${asOf - 365}) AS revenue_12m, sum(amount - tax) AS revenue_total,
    count(*) FILTER (day > ${asOf - 90}) AS orders_90d
  FROM purchase WHERE day <= ${asOf} GROUP BY party
), t AS (
  SELECT party, count(*) FILTER (day > ${asOf - 90}) AS touches_90d, count(*) AS touches_total,
    min(day) AS first_touch, max(day) AS last_touch,
    count(*) FILTER (day > ${asOf - 90} AND direction = ${inbound}) AS inbound_90d,
    count(*) FILTER (day > ${asOf - 30} AND direction = ${out} AND channel = ${termOf('email')}) AS email_out_30d,
    count(*) FILTER (day > ${asOf - 90} AND direction = ${out} AND channel = ${termOf('call')}) AS calls_out_90d,
    count(*) FILTER (day > ${asOf - 90} AND team = ${termOf('sales')}) AS sales_90d,
    count(*) FILTER (day > ${asOf - 90} AND team = ${termOf('marketing')}) AS marketing_90d
  FROM touch WHERE day <= ${asOf} GROUP BY party
), g AS (${spacingQuery(asOf)}
), r AS (
  SELECT party, arg_max(score, day) FILTER (day > ${asOf - 365}) AS last_score FROM response WHERE day <= ${asOf} GROUP BY party
), k AS (
  SELECT party, count(*) AS open_disputes FROM ticket
  WHERE day <= ${asOf} AND is_dispute = 1 AND (closed_day IS NULL OR closed_day > ${asOf}) GROUP BY party
)
SELECT sum(purchases) AS purchases, sum(first_purchase) AS first_purchase, sum(last_purchase) AS last_purchase,
  sum(revenue_12m) AS revenue_12m, sum(revenue_total) AS revenue_total, sum(orders_90d) AS orders_90d,
  sum(touches_90d) AS touches_90d, sum(touches_total) AS touches_total, sum(first_touch) AS first_touch, sum(last_touch) AS last_touch,
  sum(inbound_90d) AS inbound_90d, sum(email_out_30d) AS email_out_30d, sum(calls_out_90d) AS calls_out_90d,
  sum(sales_90d) AS sales_90d, sum(marketing_90d) AS marketing_90d, sum(outbound_days) AS outbound_days,
  sum(mean_gap) AS mean_gap, sum(sd_gap) AS sd_gap, sum(max_gap) AS max_gap, sum(has_burst) AS has_burst,
  sum(${asOf} - last_out) AS open_gap, sum(last_score) AS last_score, sum(open_disputes) AS open_disputes
FROM customer LEFT JOIN o USING (party) LEFT JOIN t USING (party) LEFT JOIN g USING (party) LEFT JOIN r USING (party) LEFT JOIN k USING (party)`;
}

function spacingQuery(asOf: number): string {
  return `
  SELECT party, count(*) AS outbound_days, max(day) AS last_out, avg(gap) AS mean_gap, stddev_pop(gap) AS sd_gap, max(gap) AS max_gap,
    max(CASE WHEN four < 7 THEN 1 ELSE 0 END) AS has_burst
  FROM (
    SELECT party, day, day - lag(day) OVER w AS gap, day - lag(day, 3) OVER w AS four
    FROM (SELECT DISTINCT party, day FROM touch WHERE day <= ${asOf} AND direction = ${termOf('out')})
    WINDOW w AS (PARTITION BY party ORDER BY day)
  ) GROUP BY party`;
}

async function runDuck(path: string): Promise<Outcome> {
  const times: Times = {};
  const figures: Figures = {};
  const timed = async (name: string, work: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await work();
    return (times[name] = performance.now() - from);
  };
  let db!: DuckDBConnection;
  const ask = async (sql: string): Promise<Record<string, unknown>> =>
    (await (await db.run(sql)).getRowObjects())[0] ?? {};
  const facts = async (asOf: number): Promise<void> => {
    const row = await ask(factsQuery(asOf));
    Object.assign(
      figures,
      prefixed(asOf, Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)]))),
    );
  };
  await timed('cold to first facts', async () => {
    db = await (await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '2' })).connect();
    await facts(AS_OF[0]!);
  });
  const several = async (
    name: string,
    days: readonly number[],
    work: (asOf: number) => Promise<unknown>,
  ): Promise<void> => {
    const all = [];
    for (const asOf of days) all.push(await timed(name, () => work(asOf)));
    times[name] = median(all);
  };
  await several('facts', AS_OF.slice(1), facts);
  await several('spacing', AS_OF, (asOf) =>
    ask(`SELECT sum(mean_gap), sum(sd_gap), sum(max_gap), sum(has_burst) FROM (${spacingQuery(asOf)})`),
  );
  await several('count where', AS_OF, (asOf) =>
    ask(`SELECT sum(n) FROM (SELECT party, count(*) AS n FROM touch
      WHERE day > ${asOf - 30} AND day <= ${asOf} AND channel = ${termOf('email')} AND direction = ${termOf('out')} GROUP BY party)`),
  );
  return { figures, times, rss: process.memoryUsage.rss() / 2 ** 20 };
}

// --- The run ----------------------------------------------------------------------------------------------------

const prefixed = (asOf: number, figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${isoDay(asOf)} ${name}`, value]));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[mid]! : (sorted[mid - 1]! + sorted[mid]!) / 2;
}

function compare(a: Figures, b: Figures): number {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) throw new Error('the engines answered different facts');
  for (const name of names) {
    const [x, y] = [a[name]!, b[name]!];
    if (!(Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x))))
      throw new Error(`${name}: Ladderline says ${x}, DuckDB says ${y}`);
  }
  return names.length;
}

const { values: options } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    engine: { type: 'string' },
    file: { type: 'string' },
  },
});

if (options.engine !== undefined) {
  const outcome = options.engine === 'ladderline' ? runLadderline(options.file!) : await runDuck(options.file!);
  process.stdout.write(JSON.stringify(outcome));
} else {
  const size = options.large ? LARGE : SMALL;
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'ladderline-facts-'));
  mkdirSync(folder, { recursive: true });
  try {
    await bench(folder, size, Number(options.rounds));
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(folder: string, size: Size, rounds: number): Promise<void> {
  const n = (value: number): string => value.toLocaleString('en');
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(
    `${n(size.customers)} customers, ${n(size.touches)} touches, ${n(size.purchases)} purchases, ${n(size.responses)} answers, ${n(size.tickets)} tickets (invented)`,
  );
  const workspace = join(folder, `facts-${size.touches}.ladderline`);
  const duck = join(folder, `facts-${size.touches}.duckdb`);
  if (!existsSync(workspace)) buildWorkspace(workspace, size);
  if (!existsSync(duck)) await buildDuck(duck, size);
  const run = (engine: string, file: string): Outcome =>
    JSON.parse(
      execFileSync(process.execPath, [import.meta.filename, '--engine', engine, '--file', file], {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      }),
    ) as Outcome;

  const writer = openWriter(workspace);
  writer.run('DELETE FROM vector');
  writer.close();
  const plain = run('ladderline', workspace);
  const packer = openWriter(workspace);
  packer.run('DELETE FROM vector');
  const from = performance.now();
  packMissing(packer);
  const packing = performance.now() - from;
  const packedBytes = packer.count('SELECT sum(length(data)) FROM vector');
  packer.close();
  print(
    `packing every chunk: ${packing.toFixed(0)} ms, ${(packedBytes / 2 ** 20).toFixed(0)} MiB of ${(statSync(workspace).size / 2 ** 20).toFixed(0)} MiB`,
  );

  const ours: Outcome[] = [];
  const theirs: Outcome[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(run('ladderline', workspace));
    theirs.push(run('duckdb', duck));
  }
  let compared = 0;
  for (const outcome of [plain, ...ours]) compared = compare(outcome.figures, theirs[0]!.figures);
  print(`${compared} figures equal in both engines, with and without packed chunks`);
  print('');
  print(
    `${'ms, median of rounds'.padEnd(34)}${'Ladderline'.padStart(12)}${'DuckDB'.padStart(10)}${'ratio'.padStart(8)}`,
  );
  for (const name of Object.keys(ours[0]!.times)) {
    const a = median(ours.map(({ times }) => times[name]!));
    const b = theirs[0]!.times[name];
    const text = `${name.padEnd(34)}${a.toFixed(1).padStart(12)}`;
    if (b === undefined) print(text);
    else {
      const ratio = median(ours.map(({ times }, i) => times[name]! / theirs[i]!.times[name]!));
      print(
        `${text}${median(theirs.map(({ times }) => times[name]!))
          .toFixed(1)
          .padStart(10)}${ratio.toFixed(2).padStart(8)}`,
      );
    }
  }
  print(
    `${'cold to first facts, not packed'.padEnd(34)}${plain.times['cold to first facts']!.toFixed(1).padStart(12)}`,
  );
  print(
    `${'resident memory, MiB'.padEnd(34)}${median(ours.map((o) => o.rss))
      .toFixed(0)
      .padStart(12)}${median(theirs.map((o) => o.rss))
      .toFixed(0)
      .padStart(10)}`,
  );
}
