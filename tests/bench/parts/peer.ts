import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { raiseVersion } from '#engine/store/settings.ts';
import { packMissing } from '#engine/vectors/load.ts';
import { median } from './median.ts';

/** Sums that both engines must agree on. */
export type Figures = Record<string, number>;
/** Milliseconds of the clock, and of all threads of the process. */
type Time = { wall: number; cpu: number };
export type Outcome = { figures: Figures; times: Record<string, Time>; resident: number };

/** Times pieces of work by name; of the same name the middle of all is kept. */
export class Stopwatch {
  private readonly all = new Map<string, Time[]>();

  run<T>(name: string, work: () => T): T {
    const stop = this.start(name);
    const result = work();
    if (result instanceof Promise) return result.finally(stop) as T;
    stop();
    return result;
  }

  start(name: string): () => void {
    const from = performance.now();
    const begun = process.cpuUsage();
    return () => {
      const { user, system } = process.cpuUsage(begun);
      const list = this.all.get(name) ?? [];
      list.push({ wall: performance.now() - from, cpu: (user + system) / 1000 });
      this.all.set(name, list);
    };
  }

  outcome(figures: Figures): Outcome {
    const times = Object.fromEntries([...this.all].map(([name, list]) => [name, middle(list)]));
    return { figures, times, resident: process.memoryUsage.rss() };
  }
}

function middle(times: readonly Time[]): Time {
  return { wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) };
}

/** A pseudo-random whole number of row `i`, the same in SQLite and DuckDB. */
export function draw(step: number): string {
  let text = '(i * 48271 + 11) % 2147483647';
  for (let k = 0; k < step; k++) text = `(${text}) * 16807 % 2147483647`;
  return `(${text})`;
}

export type Dialect = 'sqlite' | 'duckdb';
/** Whole division. */
export const div = (dialect: Dialect, a: string, b: string | number): string =>
  dialect === 'sqlite' ? `(${a}) / (${b})` : `(${a}) // (${b})`;

/** Columns of a table by name as expressions over the row number `i`. */
export type Columns = Readonly<Record<string, string>>;
export type Tables = (dialect: Dialect) => Readonly<Record<string, { rows: number; columns: Columns }>>;

/** A workspace of companies that are customers of their own, with rows made by SQL. */
export function makeWorkspace(
  path: string,
  customers: number,
  tables: Tables,
  constants: Readonly<Record<string, Columns>>,
  prepare: (db: WriteDb) => void = () => {},
): void {
  createWorkspace(path, {});
  const db = openWriter(path);
  const fill = (table: string, rows: number, columns: Columns): void => {
    const all: Columns = {
      id: 'i',
      source: '1',
      ext: `printf('${table}-%011d', i)`,
      batch: '1',
      line: 'i',
      ...columns,
    };
    db.exec(
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
       INSERT INTO ${table}(${Object.keys(all).join()}) SELECT ${Object.values(all).join()} FROM n`,
    );
  };
  const indexes = db.all(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))",
    [JSON.stringify(Object.keys(tables('sqlite')))],
  );
  db.transaction(() => {
    for (const [name] of indexes) db.exec(`DROP INDEX ${name as string}`);
    db.run("INSERT INTO source(id, name) VALUES (1, 'invented')");
    prepare(db);
    fill('party', customers, { kind: String(termOf('company')), name: "'Customer ' || i" });
    db.exec('INSERT INTO customer(id, founder, name, lead_party) SELECT id, ext, name, id FROM party');
    db.exec("INSERT INTO membership(party, customer, method, decided_by) SELECT id, id, 'alone', 'rule' FROM party");
    for (const [table, { rows, columns }] of Object.entries(tables('sqlite')))
      fill(table, rows, { ...columns, ...constants[table] });
    for (const [, sql] of indexes) db.exec(sql as string);
    raiseVersion(db);
  });
  db.close();
}

async function makeDuck(path: string, tables: Tables): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const db = await instance.connect();
  for (const [table, { rows, columns }] of Object.entries(tables('duckdb'))) {
    const list = Object.entries(columns).map(([name, text]) => `CAST(${text} AS INTEGER) AS ${name}`);
    await db.run(`CREATE TABLE ${table} AS SELECT ${list.join()} FROM range(1, ${rows + 1}) t(i)`);
  }
  await db.run('CHECKPOINT');
  db.closeSync();
  instance.closeSync();
}

/** DuckDB with two threads over a file; answers the first row of a statement as numbers. */
export class Duck {
  private readonly db: DuckDBConnection;

  private constructor(db: DuckDBConnection) {
    this.db = db;
  }

  static async open(path: string): Promise<Duck> {
    return new Duck(await (await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '2' })).connect());
  }

  async rows(sql: string): Promise<Figures[]> {
    const rows = await (await this.db.run(sql)).getRowObjects();
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)])),
    );
  }
}

export type PeerBench = {
  readonly name: string;
  /** Rows at full size; `--rows` asks for fewer. */
  readonly rows: number;
  describe(rows: number): string;
  make(path: string, rows: number): void;
  tables(rows: number): Tables;
  ours(path: string, rows: number): Outcome;
  theirs(path: string, rows: number): Promise<Outcome>;
};

/**
 * Both engines over the same invented rows: each round starts a fresh process per engine, in turn; figures are compared
 * before times are printed. Ratio = Ladderline / DuckDB, below 1 is faster.
 *
 *   node tests/bench/NAME.ts [--rows N] [--rounds 3] [--keep FOLDER]
 */
export async function runPeerBench(program: string, bench: PeerBench): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      rows: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      keep: { type: 'string' },
      engine: { type: 'string' },
      file: { type: 'string' },
    },
  });
  const rows = options.rows === undefined ? bench.rows : Number(options.rows);
  if (options.engine !== undefined) {
    const outcome =
      options.engine === 'ladderline' ? bench.ours(options.file!, rows) : await bench.theirs(options.file!, rows);
    process.stdout.write(JSON.stringify(outcome));
    return;
  }
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), `ladderline-${bench.name}-`));
  mkdirSync(folder, { recursive: true });
  try {
    const workspace = join(folder, `${bench.name}-${rows}.ladderline`);
    const duck = join(folder, `${bench.name}-${rows}.duckdb`);
    print(`${bench.describe(rows)} (invented)`);
    if (!existsSync(workspace)) bench.make(workspace, rows);
    if (!existsSync(duck)) await makeDuck(duck, bench.tables(rows));
    const run = (engine: string, file: string): Outcome =>
      JSON.parse(
        execFileSync(
          process.execPath,
          [...process.execArgv, program, '--engine', engine, '--file', file, '--rows', String(rows)],
          { encoding: 'utf8', maxBuffer: 2 ** 26 },
        ),
      ) as Outcome;
    unpack(workspace);
    const plain = run('ladderline', workspace);
    pack(workspace);
    const ours: Outcome[] = [];
    const theirs: Outcome[] = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      ours.push(run('ladderline', workspace));
      theirs.push(run('duckdb', duck));
    }
    let compared = 0;
    for (const outcome of [plain, ...ours]) compared = compare(outcome.figures, theirs[0]!.figures);
    print(`${compared} figures equal in both engines, with and without packed columns`);
    printTable(ours, theirs, plain);
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function unpack(workspace: string): void {
  const db = openWriter(workspace);
  db.run('DELETE FROM vector');
  db.close();
}

/** Packs the columns, as the writer does when it is idle after an import. */
function pack(workspace: string): void {
  const db = openWriter(workspace);
  const from = performance.now();
  packMissing(db);
  const bytes = db.count('SELECT coalesce(sum(length(data)), 0) FROM vector');
  const mib = (n: number): string => (n / 2 ** 20).toFixed(0);
  db.close();
  print(
    `packing every chunk: ${(performance.now() - from).toFixed(0)} ms, ${mib(bytes)} MiB of ${mib(statSync(workspace).size)} MiB`,
  );
}

function compare(a: Figures, b: Figures): number {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) throw new Error('the engines answered different figures');
  for (const name of names) {
    const [x, y] = [a[name]!, b[name]!];
    if (!(Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x))))
      throw new Error(`${name}: Ladderline says ${x}, DuckDB says ${y}`);
  }
  return names.length;
}

function printTable(ours: readonly Outcome[], theirs: readonly Outcome[], plain: Outcome): void {
  const ms = (value: number, width: number): string => value.toFixed(1).padStart(width);
  print(
    `${'ms, median of rounds'.padEnd(38)}${'Ladderline'.padStart(12)}${'CPU'.padStart(10)}${'DuckDB'.padStart(10)}${'CPU'.padStart(10)}${'ratio'.padStart(8)}${'CPU'.padStart(8)}`,
  );
  for (const name of Object.keys(ours[0]!.times)) {
    const own = middle(ours.map(({ times }) => times[name]!));
    let line = `${name.padEnd(38)}${ms(own.wall, 12)}${ms(own.cpu, 10)}`;
    if (theirs[0]!.times[name]) {
      const other = middle(theirs.map(({ times }) => times[name]!));
      const ratio = (kind: keyof Time): string =>
        median(ours.map(({ times }, i) => times[name]![kind] / theirs[i]!.times[name]![kind]))
          .toFixed(2)
          .padStart(8);
      line += `${ms(other.wall, 10)}${ms(other.cpu, 10)}${ratio('wall')}${ratio('cpu')}`;
    }
    print(line);
  }
  const [first] = Object.keys(plain.times);
  const bare = plain.times[first!]!;
  print(`${`${first!}, nothing packed`.padEnd(38)}${ms(bare.wall, 12)}${ms(bare.cpu, 10)}`);
  const mib = (outcomes: readonly Outcome[]): string =>
    (median(outcomes.map(({ resident }) => resident)) / 2 ** 20).toFixed(0);
  print(`${'resident memory, MiB'.padEnd(38)}${mib(ours).padStart(12)}${mib(theirs).padStart(20)}`);
}
