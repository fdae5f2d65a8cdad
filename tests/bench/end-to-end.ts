/**
 * The product's own path from a file to figures: `ladderline import W touches.csv --map touches.json`, each command its
 * own process, beside the sqlite3 shell on the same files, in one run, interleaved.
 *
 *   node tests/bench/end-to-end.ts [--rows 1000000] [--rounds 3]
 *
 * 1,000,000 invented touches of 100,000 customers into a fresh workspace, 200,000 more, the questions of an analyst, undo.
 * Ladderline's time includes the start of its process, typing and checking every cell, the customers, lineage and the
 * packed copy of the file. The shell imports the same columns with its default pragmas, then makes the same two indexes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '../../scripts/setup/run.mjs';
import { median } from './parts/median.ts';
import { NINE_COLUMNS, writeNineColumns } from './parts/nine-columns.ts';

type Cost = { seconds: number; cpu: number; peakMiB: number };

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(options.rows);
const rounds = Number(options.rounds);
const more = Math.floor(rows / 5);
const customers = Math.max(1, Math.floor(rows / 10));

const folder = mkdtempSync(join(tmpdir(), 'ladderline-end-to-end-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const first = join(folder, 'touches.csv');
const second = join(folder, 'touches-later.csv');
const mapping = join(folder, 'touches.json');
writeNineColumns(first, 1, rows, customers);
writeNineColumns(second, rows + 1, more, customers);
const columns = {
  id: 'external_id',
  customer: 'customer_external_id',
  at: 'at',
  channel: 'channel',
  direction: 'direction',
  team: 'team',
  owner: 'owner',
  outcome: 'outcome',
  duration: 'duration_s',
};
writeFileSync(
  mapping,
  JSON.stringify({
    entity: 'touch',
    source: 'bench',
    columns: Object.fromEntries(Object.entries(columns).map(([name, field]) => [name, { field }])),
  }),
);

/** One command of the command line in its own process; its answer is checked for the exit code only. */
function ladderline(...args: string[]): Cost & { answer: string } {
  const usage = join(folder, 'usage.json');
  const from = performance.now();
  const child = spawnSync(
    process.execPath,
    [
      '--import',
      join(import.meta.dirname, 'parts', 'usage-at-exit.mjs'),
      join(checkout, 'src-main', 'cli', 'main.ts'),
      ...args,
      '--json',
    ],
    { encoding: 'utf8', env: { ...process.env, LADDERLINE_BENCH_USAGE: usage }, maxBuffer: 2 ** 28 },
  );
  const seconds = (performance.now() - from) / 1000;
  if (child.status !== 0)
    throw new Error(`ladderline ${args.join(' ')}: exit code ${String(child.status)}\n${child.stderr}${child.stdout}`);
  return { seconds, ...(JSON.parse(readFileSync(usage, 'utf8')) as Omit<Cost, 'seconds'>), answer: child.stdout };
}

function shell(database: string, script: string): Cost {
  const from = performance.now();
  const child = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time sqlite3 "$0"', database], {
    input: script,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - from) / 1000;
  if (child.status !== 0) throw new Error(child.stderr);
  const [user, system] = child.stderr.trim().split(/\s+/).map(Number);
  return { seconds, cpu: user! + system!, peakMiB: 0 };
}

const hasShell = spawnSync('sqlite3', ['--version']).status === 0;
const create = `CREATE TABLE touch(${NINE_COLUMNS.map((name) => `"${name}" ${name === 'duration' ? 'INTEGER' : 'TEXT'}`).join(', ')});\n`;
const importing = (file: string): string => `.mode csv\n.import --skip 1 ${file} touch\n`;
const indexes = 'CREATE UNIQUE INDEX touch_key ON touch(id);\nCREATE INDEX touch_customer ON touch(customer, at);\n';

const costs = new Map<string, Cost[]>();
function note(name: string, cost: Cost): void {
  const list = costs.get(name) ?? [];
  list.push(cost);
  costs.set(name, list);
}

function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

const QUESTIONS = ['status', 'ladder', 'touches'] as const;
let bytes = { workspace: 0, database: 0 };
let parties = 0;
for (let round = 0; round < rounds; round++) {
  const workspace = join(folder, `own-${round}.ladderline`);
  const database = join(folder, `peer-${round}.db`);
  ladderline('new', workspace);
  note('idle', ladderline('status', workspace));
  if (hasShell) note('shell import', shell(database, create + importing(first) + indexes));
  const imported = ladderline('import', workspace, first, '--map', mapping);
  note('import', imported);
  const [batch] = (JSON.parse(imported.answer) as { batches: { read: number; used: number; rejected: number }[] })
    .batches;
  expect('rows used', batch!.used, rows);
  if (hasShell) note('shell append', shell(database, importing(second)));
  note('append', ladderline('import', workspace, second, '--map', mapping));
  for (const question of QUESTIONS) {
    note(`${question}, first`, ladderline(question, workspace));
    note(question, ladderline(question, workspace));
  }
  const status = JSON.parse(ladderline('status', workspace).answer) as {
    rows?: Record<string, number>;
    customers?: number;
  };
  parties = status.customers ?? 0;
  if (round === 0) bytes = { workspace: statSync(workspace).size, database: hasShell ? statSync(database).size : 0 };
  note('undo', ladderline('undo', workspace, '2'));
  note('same file', ladderline('import', workspace, first, '--map', mapping));
  rmSync(workspace);
  rmSync(database, { force: true });
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const n = (value: number): string => Math.round(value).toLocaleString('en');
const middle = (name: string, of: keyof Cost): number => median(costs.get(name)!.map((cost) => cost[of]));
const ratio = (name: string, peer: string, of: 'seconds' | 'cpu'): string =>
  hasShell ? median(costs.get(name)!.map((cost, i) => cost[of] / costs.get(peer)![i]![of])).toFixed(2) : '-';
const idle = middle('idle', 'peakMiB');

print(
  `${cpus().length} cores, ${n(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${rounds} rounds, medians`,
);
print(
  `${n(rows)} touches (${n(statSync(first).size / rows)} bytes a row) of ${n(customers)} customers, ${n(more)} more (invented); ${n(parties)} customers found`,
);
print(`bytes: CSV ${n(statSync(first).size)}, workspace ${n(bytes.workspace)}, shell's database ${n(bytes.database)}`);
print('');
print(
  `${''.padEnd(34)}${'s'.padStart(8)}${'rows/s'.padStart(10)}${'shell s'.padStart(9)}${'ratio'.padStart(7)}${'CPU ratio'.padStart(11)}${'MiB above idle'.padStart(16)}`,
);
const imports: [string, string, string, number][] = [
  ['import', 'shell import', `import of ${n(rows)} (target 1.5)`, rows],
  ['append', 'shell append', `import of ${n(more)} more (target 1.0)`, more],
];
for (const [name, peer, text, count] of imports) {
  print(
    `${text.padEnd(34)}${middle(name, 'seconds').toFixed(2).padStart(8)}${n(count / middle(name, 'seconds')).padStart(10)}` +
      `${(hasShell ? middle(peer, 'seconds').toFixed(2) : '-').padStart(9)}${ratio(name, peer, 'seconds').padStart(7)}` +
      `${ratio(name, peer, 'cpu').padStart(11)}${n(middle(name, 'peakMiB') - idle).padStart(16)}`,
  );
}
if (!hasShell) print('skipped: no sqlite3 shell to compare with');
for (const name of [...QUESTIONS.flatMap((q) => [`${q}, first`, q]), 'undo', 'same file']) {
  const text = name === 'undo' ? 'undo of the later import' : name === 'same file' ? 'the first file again' : name;
  print(
    `${text.padEnd(34)}${middle(name, 'seconds').toFixed(2).padStart(8)}${''.padStart(37)}${n(middle(name, 'peakMiB') - idle).padStart(16)}`,
  );
}
print(`idle process: ${n(idle)} MiB; target for the peak above it: 300 MiB`);
