/**
 * 20 facts of 200,000 customers as of past days, beside DuckDB over native tables in the same run.
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
import type { ReadContext } from '#engine/base/context.ts';
import { dayOf, isoDay } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { forgetVectors } from '#engine/store/indexes.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession } from '#engine/session.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';
import { raiseVersion } from '#engine/store/settings.ts';
import { packMissing, vectorsOf } from '#engine/vectors/load.ts';
import { memoryOf } from '#engine/vectors/memory.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';

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
/** Milliseconds of the clock, and of all threads of the process. */
type Time = { wall: number; cpu: number };
type Times = Record<string, Time>;
type Outcome = { figures: Figures; times: Times; bytes: { resident: number; columns?: number; facts?: number } };

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

const FACTS = [
  'purchases',
  'first_purchase',
  'last_purchase',
  'revenue_12m',
  'revenue_total',
  'touches_90d',
  'touches_total',
  'first_touch',
  'last_touch',
  'open_gap',
  'mean_gap',
  'sd_gap',
  'max_gap',
  'worst_gap',
  'burstiness',
  'bursts',
  'nps',
  'last_answer',
  'open_tickets',
  'open_disputes',
] as const;

const COUNT_WHERE = 'count(touches where channel = email and direction = out and day > today - 30 days) > 0';

function factsOf(ctx: ReadContext, asOf: number): Figures {
  return Object.fromEntries(
    FACTS.map((name) => {
      const column = language.fact(ctx, name, asOf);
      if (column.type === 'text') throw new Error(`${name} is a text`);
      return [name, sumOf(column.values)];
    }),
  );
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
  const figures: Figures = {};
  const timed = <T>(name: string, work: () => T): T => {
    const clock = started();
    const result = work();
    times[name] = clock();
    return result;
  };
  const several = (name: string, days: readonly number[], work: (asOf: number) => void): void => {
    times[name] = middle(days.map((asOf) => (timed(name, () => work(asOf)), times[name]!)));
  };
  const cold = started();
  let session!: ReadSession;
  const vectors = timed('open and membership', () => {
    session = new ReadSession(openReader(path));
    return vectorsOf(session.context());
  });
  timed('touches', () => ['channel', 'direction', 'team'].map((name) => vectors.relation('touches').column(name)));
  timed('orders', () => ['net', 'currency'].map((name) => vectors.relation('orders').column(name)));
  timed('answers and tickets', () => {
    vectors.relation('responses').column('score');
    for (const name of ['closed_day', 'is_dispute']) vectors.relation('tickets').column(name);
  });
  timed('first facts', () => Object.assign(figures, prefixed(AS_OF[0]!, factsOf(session.context(), AS_OF[0]!))));
  times['cold to first facts'] = cold();
  several('facts of another day', AS_OF.slice(1), (asOf) =>
    Object.assign(figures, prefixed(asOf, factsOf(session.context(), asOf))),
  );
  several('spacing', AS_OF, (asOf) => language.fact(session.context(), 'mean_gap', asOf + 1));
  several('count(touches where ...)', AS_OF, (asOf) => {
    figures[`${isoDay(asOf)} count where`] = language.filter(session.context(), COUNT_WHERE, asOf).trueCount;
  });
  const use = memoryOf(session.context()).use;
  const rss = process.memoryUsage.rss();

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
     SELECT id + ${last}, 1, 'more-' || id, 1 + id * 7919 % 200000, ${AS_OF[0]! - 20} + id % 10, channel, direction, team, 2, id
     FROM touch WHERE id BETWEEN 1 AND 10000`,
  );
  const fresh = timed('fresh after 10,000 more', () => factsOf(session.context(), AS_OF[0]!));
  if (vectorsOf(session.context()).relation('touches').rows !== last + 10_000)
    throw new Error('the appended touches are not there');
  const again = new ReadSession(openReader(path));
  if (compare(fresh, factsOf(again.context(), AS_OF[0]!)) !== FACTS.length) throw new Error('a fact is missing');
  if (fresh['touches_total'] === figures[`${isoDay(AS_OF[0]!)} touches_total`])
    throw new Error('the appended touches change nothing');
  again.close();
  session.close();
  grow(`DELETE FROM touch WHERE id > ${last}`);
  packMissing(writer);
  writer.close();
  return { figures, times, bytes: { resident: rss, columns: use.columns, facts: use.facts } };
}

function started(): () => Time {
  const from = performance.now();
  const begun = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begun);
    return { wall: performance.now() - from, cpu: (user + system) / 1000 };
  };
}

function middle(times: readonly Time[]): Time {
  return { wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) };
}

// --- DuckDB -----------------------------------------------------------------------------------------------------

function factsQuery(asOf: number): string {
  const out = termOf('out');
  return `
WITH o AS (
  SELECT party, count(*) AS purchases, min(day) AS first_purchase, max(day) AS last_purchase,
    sum(amount - tax) FILTER (day > ${asOf - 365}) AS revenue_12m, sum(amount - tax) AS revenue_total
  FROM purchase WHERE day <= ${asOf} GROUP BY party
), t AS (
  SELECT party, count(*) FILTER (day > ${asOf - 90}) AS touches_90d, count(*) AS touches_total
  FROM touch WHERE day <= ${asOf} AND direction = ${out} GROUP BY party
), d AS (${outboundDays(asOf)}
), s AS (
  SELECT party, min(day) AS first_touch, max(day) AS last_touch, count(gap) AS gaps, avg(gap) AS mean, stddev_pop(gap) AS sd, max(gap) AS max_gap
  FROM d GROUP BY party
), g AS (
  SELECT *, CASE WHEN gaps >= 2 THEN sd END AS sd_gap, greatest(max_gap, ${asOf} - last_touch) AS worst_gap,
    CASE WHEN gaps >= 2 AND mean > 0 THEN
      (sqrt(gaps + 1) * sd / mean - sqrt(gaps - 1)) / ((sqrt(gaps + 1) - 2) * sd / mean + sqrt(gaps - 1)) END AS burstiness
  FROM s
), b AS (
  SELECT party, count(*) AS bursts FROM (
    SELECT party, fourth, lag(day) OVER (PARTITION BY party ORDER BY day) AS before FROM d WHERE day - fourth < 7
  ) WHERE before IS NULL OR fourth > before GROUP BY party
), r AS (
  SELECT party, arg_max(score, day * 11 - score) AS nps, max(day) AS last_answer FROM response WHERE day <= ${asOf} GROUP BY party
), k AS (
  SELECT party, count(*) AS open_tickets, count(*) FILTER (is_dispute = 1) AS open_disputes FROM ticket
  WHERE day <= ${asOf} AND (closed_day IS NULL OR closed_day > ${asOf}) GROUP BY party
)
SELECT sum(purchases) AS purchases, sum(first_purchase) AS first_purchase, sum(last_purchase) AS last_purchase,
  sum(revenue_12m) AS revenue_12m, sum(revenue_total) AS revenue_total, sum(touches_90d) AS touches_90d,
  sum(touches_total) AS touches_total, sum(first_touch) AS first_touch, sum(last_touch) AS last_touch,
  sum(${asOf} - last_touch) AS open_gap, sum(mean) AS mean_gap, sum(sd_gap) AS sd_gap, sum(max_gap) AS max_gap,
  sum(worst_gap) AS worst_gap, sum(burstiness) AS burstiness, sum(bursts) AS bursts, sum(nps) AS nps,
  sum(last_answer) AS last_answer, sum(open_tickets) AS open_tickets, sum(open_disputes) AS open_disputes
FROM customer LEFT JOIN o USING (party) LEFT JOIN t USING (party) LEFT JOIN g USING (party) LEFT JOIN b USING (party)
  LEFT JOIN r USING (party) LEFT JOIN k USING (party)`;
}

/** Days with an outbound touch, the gap before each and the day three before it. */
function outboundDays(asOf: number): string {
  return `
  SELECT party, day, day - lag(day) OVER w AS gap, lag(day, 3) OVER w AS fourth
  FROM (SELECT DISTINCT party, day FROM touch WHERE day <= ${asOf} AND direction = ${termOf('out')})
  WINDOW w AS (PARTITION BY party ORDER BY day)`;
}

async function runDuck(path: string): Promise<Outcome> {
  const times: Times = {};
  const figures: Figures = {};
  const timed = async (name: string, work: () => Promise<unknown>): Promise<Time> => {
    const clock = started();
    await work();
    return (times[name] = clock());
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
    const all: Time[] = [];
    for (const asOf of days) all.push(await timed(name, () => work(asOf)));
    times[name] = middle(all);
  };
  await several('facts of another day', AS_OF.slice(1), facts);
  await several('spacing', AS_OF, (asOf) =>
    ask(`SELECT sum(mean), sum(sd), sum(widest) FROM (
      SELECT party, avg(gap) AS mean, stddev_pop(gap) AS sd, max(gap) AS widest FROM (${outboundDays(asOf + 1)}) GROUP BY party)`),
  );
  await several('count(touches where ...)', AS_OF, async (asOf) => {
    const row = await ask(`SELECT count(DISTINCT party) AS n FROM touch
      WHERE day > ${asOf - 30} AND day <= ${asOf} AND channel = ${termOf('email')} AND direction = ${termOf('out')}`);
    figures[`${isoDay(asOf)} count where`] = Number(row['n']);
  });
  return { figures, times, bytes: { resident: process.memoryUsage.rss() } };
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
    `${'ms, median of rounds'.padEnd(34)}${'Ladderline'.padStart(12)}${'CPU'.padStart(8)}${'DuckDB'.padStart(10)}${'CPU'.padStart(8)}${'ratio'.padStart(8)}${'CPU'.padStart(8)}`,
  );
  const ms = (value: number, width: number): string => value.toFixed(1).padStart(width);
  for (const name of Object.keys(ours[0]!.times)) {
    const own = middle(ours.map(({ times }) => times[name]!));
    let line = `${name.padEnd(34)}${ms(own.wall, 12)}${ms(own.cpu, 8)}`;
    if (theirs[0]!.times[name]) {
      const other = middle(theirs.map(({ times }) => times[name]!));
      const ratio = (kind: keyof Time): string =>
        median(ours.map(({ times }, i) => times[name]![kind] / theirs[i]!.times[name]![kind]))
          .toFixed(2)
          .padStart(8);
      line += `${ms(other.wall, 10)}${ms(other.cpu, 8)}${ratio('wall')}${ratio('cpu')}`;
    }
    print(line);
  }
  const bare = plain.times['cold to first facts']!;
  print(`${'cold to first facts, not packed'.padEnd(34)}${ms(bare.wall, 12)}${ms(bare.cpu, 8)}`);
  const mib = (outcomes: readonly Outcome[], what: keyof Outcome['bytes']): string =>
    (median(outcomes.map((outcome) => outcome.bytes[what] ?? 0)) / 2 ** 20).toFixed(0);
  print(
    `${'resident memory, MiB'.padEnd(34)}${mib(ours, 'resident').padStart(12)}${mib(theirs, 'resident').padStart(18)}`,
  );
  print(`${'of it columns, MiB'.padEnd(34)}${mib(ours, 'columns').padStart(12)}`);
  print(`${'of it facts of five days, MiB'.padEnd(34)}${mib(ours, 'facts').padStart(12)}`);
}
