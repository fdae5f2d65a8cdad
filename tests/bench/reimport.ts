/**
 * Exports that come again: the same file, the same rows in another file, rows of which one in ten has changed; undo of that and
 * of 200,000 rows that an import made; a preview of 1 GB; cancelling an import at random moments.
 *
 *   node tests/bench/reimport.ts [--rows 1000000] [--rounds 3] [--cancels 20] [--preview-mb 1000]
 *
 * Each step runs in a process of its own on a copy of the same workspace, so that its peak memory is its own. Beside it the sqlite3
 * shell does what a person would do there: load the file into a table of its own and UPSERT, UPDATE back from a kept copy, DELETE.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '../../scripts/setup/run.mjs';
import { commit, dryRun, importFile, stageFile, undo } from '../../src-main/engine/import/import.ts';
import type { FileRequest } from '../../src-main/engine/import/import.ts';
import { importPreview } from '../../src-main/engine/import/questions.ts';
import { prepareFile } from '../../src-main/engine/import/request.ts';
import type { WriteDb } from '../../src-main/engine/base/db.ts';
import { ReadSession } from '../../src-main/engine/session.ts';
import { createWorkspace, openReader, openWriter } from '../../src-main/engine/store/open.ts';
import { readSettings } from '../../src-main/engine/store/settings.ts';
import { median } from './parts/median.ts';
import { HEADER, writeTouches } from './parts/touches.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    cancels: { type: 'string', default: '20' },
    'preview-mb': { type: 'string', default: '1000' },
    step: { type: 'string' },
    workspace: { type: 'string' },
    file: { type: 'string' },
  },
});

const mapping = {
  entity: 'touch',
  source: 'bench',
  columns: Object.fromEntries(
    HEADER.map((name) => [
      name,
      {
        field: { id: 'external_id', customer: 'customer_external_id', duration: 'duration_s' }[name as string] ?? name,
      },
    ]),
  ),
};

/** Seconds of a step and of its parts, CPU seconds and peak memory of its process. */
type Cost = { seconds: number; cpu: number; peakMiB: number; parts: Record<string, number>; counts: unknown };

if (options.step !== undefined) {
  process.stdout.write(JSON.stringify(await measured(options.step, options.workspace!, options.file ?? '')));
  process.exit(0);
}

/** One step, in this process. */
async function measured(step: string, workspace: string, file: string): Promise<Cost> {
  const parts: Record<string, number> = {};
  const cpu = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const atStart = cpu();
  const from = performance.now();
  let mark = from;
  const part = (name: string): void => {
    parts[name] = (performance.now() - mark) / 1000;
    mark = performance.now();
  };
  const request = (db: WriteDb): FileRequest => prepareFile(db, readSettings(db), file, { mapping }).request;
  let counts: unknown = null;
  if (step === 'preview') {
    const session = new ReadSession(openReader(workspace));
    counts = session.run(importPreview, { file }).rows.length;
    part('first');
    session.run(importPreview, { file, as: 'touch' });
    part('after a change');
    session.close();
  } else {
    const db = openWriter(workspace);
    if (step === 'undo') counts = undo(db, 2);
    else if (step === 'again') counts = (await importFile(db, request(db))).already !== null;
    else {
      const staged = await stageFile(db, request(db));
      part('read and stage');
      const { plan } = dryRun(db, staged);
      part('dry run');
      const report = commit(db, staged, plan);
      part('merge');
      staged.close();
      counts = report.entities;
    }
    db.close();
  }
  return {
    seconds: (performance.now() - from) / 1000,
    cpu: cpu() - atStart,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    parts,
    counts,
  };
}

const rows = Number(options.rows);
const more = Math.floor(rows / 5);
const rounds = Number(options.rounds);
const folder = mkdtempSync(join(tmpdir(), 'ladderline-reimport-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const customers = Math.max(1, Math.floor(rows / 20));
writeTouches(at('first.csv'), rows, customers, 1);
writeTouches(at('changed.csv'), rows, customers, 1, 10);
writeTouches(at('more.csv'), more, customers, 2);
// The same rows in other bytes: without the last line end.
copyFileSync(at('first.csv'), at('same.csv'));
truncateSync(at('same.csv'), statSync(at('first.csv')).size - 1);

const costs = new Map<string, Cost[]>();
function note(name: string, cost: Cost): Cost {
  costs.set(name, [...(costs.get(name) ?? []), cost]);
  return cost;
}

function own(name: string, step: string, workspace: string, file = ''): Cost {
  const child = spawnSync(
    process.execPath,
    [import.meta.filename, '--step', step, '--workspace', workspace, ...(file === '' ? [] : ['--file', file])],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}${child.stdout}`);
  return note(name, JSON.parse(child.stdout) as Cost);
}

function expect(what: string, found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

function shell(name: string, database: string, script: string): void {
  if (!hasShell) return;
  const from = performance.now();
  const child = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time sqlite3 "$0"', database], {
    input: script,
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const [user, system] = child.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  note(name, { seconds: (performance.now() - from) / 1000, cpu: user! + system!, peakMiB: 0, parts: {}, counts: null });
}

const hasShell = spawnSync('sqlite3', ['--version']).status === 0;
const columns = HEADER.map((h) => `"${h}" ${h === 'duration' ? 'INTEGER' : 'TEXT'}`).join(', ');
const names = HEADER.map((h) => `"${h}"`);
const others = names.filter((h) => h !== '"id"');
const load = (file: string, table: string): string => `.mode csv\n.import --skip 1 ${at(file)} ${table}\n`;
const differ = (left: string, right: string): string =>
  others.map((h) => `${left}.${h} IS NOT ${right}.${h}`).join(' OR ');
const upsert = (file: string): string => `CREATE TABLE fresh(${columns});
${load(file, 'fresh')}CREATE TABLE kept AS SELECT t.* FROM fresh f JOIN touch t ON t.id = f.id WHERE ${differ('t', 'f')};
INSERT INTO touch(${names.join(', ')}) SELECT * FROM fresh WHERE true
  ON CONFLICT(id) DO UPDATE SET ${others.map((h) => `${h} = excluded.${h}`).join(', ')} WHERE ${differ('touch', 'excluded')};
DROP TABLE fresh;
`;
const back = `UPDATE touch SET ${others.map((h) => `${h} = k.${h}`).join(', ')} FROM kept k WHERE k.id = touch.id;\n`;

process.stderr.write(`Importing ${rows} invented touches...\n`);
createWorkspace(at('base.ladderline'), {});
own('import', 'import', at('base.ladderline'), at('first.csv'));
shell(
  'shell import',
  at('base.db'),
  `CREATE TABLE touch(${columns});\n${load('first.csv', 'touch')}CREATE UNIQUE INDEX touch_key ON touch(id);\nCREATE INDEX touch_customer ON touch(customer, at);\n`,
);
const tenth = Math.ceil(rows / 10);
const touches = (created: number, updated: number, unchanged: number): unknown => [
  { entity: 'touch', created, updated, unchanged },
];
const workspace = at('own.ladderline');
const database = at('peer.db');
const fresh = (): void => {
  copyFileSync(at('base.ladderline'), workspace);
  if (hasShell) copyFileSync(at('base.db'), database);
};
for (let round = 0; round < rounds; round++) {
  fresh();
  expect('same file', own('same file', 'again', workspace, at('first.csv')).counts, true);
  expect('same rows', own('same rows', 'import', workspace, at('same.csv')).counts, touches(0, 0, rows));
  shell('shell same rows', database, upsert('same.csv'));
  fresh();
  expect('changed', own('changed', 'import', workspace, at('changed.csv')).counts, touches(0, tenth, rows - tenth));
  shell('shell changed', database, upsert('changed.csv'));
  expect('undo of changed', (own('undo of changed', 'undo', workspace).counts as { restored: number }).restored, tenth);
  shell('shell undo of changed', database, back);
  fresh();
  own('more', 'import', workspace, at('more.csv'));
  shell('shell more', database, load('more.csv', 'touch'));
  expect('undo of more', (own('undo of more', 'undo', workspace).counts as { removed: number }).removed, more);
  shell('shell undo of more', database, `DELETE FROM touch WHERE rowid > ${rows};\n`);
}

const megabytes = Number(options['preview-mb']);
if (megabytes > 0) {
  writeTouches(at('part.csv'), 80_000, customers, 3);
  const lines = readFileSync(at('part.csv'));
  const body = lines.subarray(lines.indexOf(10) + 1);
  copyFileSync(at('part.csv'), at('large.csv'));
  while (statSync(at('large.csv')).size < megabytes * 1e6) appendFileSync(at('large.csv'), body);
  for (let i = 0; i < Math.max(3, rounds); i++) own('preview', 'preview', at('base.ladderline'), at('large.csv'));
  rmSync(at('large.csv'));
}

/** An import by the command line is sent SIGINT after `wait` seconds: seconds until its process is gone, null when it was done. */
async function cancelled(wait: number): Promise<number | null> {
  copyFileSync(at('base.ladderline'), workspace);
  const child = spawn(
    process.execPath,
    [
      join(checkout, 'src-main', 'cli', 'main.ts'),
      'import',
      workspace,
      at('changed.csv'),
      '--map',
      at('map.json'),
      '--json',
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise<number>((done) => child.once('exit', () => done(performance.now())));
  const done = await Promise.race([
    gone.then(() => true),
    new Promise((go) => setTimeout(() => go(false), wait * 1000)),
  ]);
  if (done === true) return null;
  const asked = performance.now();
  child.kill('SIGINT');
  return ((await gone) - asked) / 1000;
}
const waits: number[] = [];
const whole = median(costs.get('changed')!.map((cost) => cost.seconds));
writeFileSync(at('map.json'), JSON.stringify(mapping));
// Moments spread over the import by the golden ratio: the same in every run.
for (let i = 1; i <= Number(options.cancels); i++) {
  const wait = 0.3 + ((i * 0.618_034) % 1) * whole;
  const seconds = await cancelled(wait);
  if (seconds !== null) waits.push(seconds);
  const db = openWriter(workspace);
  // Asked after the commit, while the process still ends, the import is saved; it is never there in part.
  const batches = db.count('SELECT count(*) FROM batch');
  if (seconds === null || batches !== 1) expect('batches after an import that was done', batches, 2);
  db.close();
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const n = (value: number): string => Math.round(value).toLocaleString('en');
const middle = (name: string, of: (cost: Cost) => number): number => median(costs.get(name)!.map(of));
print(
  `${cpus().length} cores, ${n(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${n(rows)} rows, ${rounds} rounds, medians of each round's own ratios`,
);
print(
  `${''.padEnd(34)}${'s'.padStart(8)}${'CPU s'.padStart(8)}${'shell s'.padStart(9)}${'ratio'.padStart(7)}${'CPU ratio'.padStart(11)}${'peak MiB'.padStart(10)}`,
);
for (const [name, text] of [
  ['import', 'first import'],
  ['same file', 'the same file'],
  ['same rows', 'the same rows'],
  ['changed', '10 % changed'],
  ['undo of changed', 'undo of those'],
  ['more', `${n(more)} more`],
  ['undo of more', 'undo of those'],
  ['preview', `preview of ${n(megabytes)} MB`],
] as const) {
  const list = costs.get(name);
  if (list === undefined) continue;
  const peers = costs.get(`shell ${name}`);
  const ratio = (of: (cost: Cost) => number): string =>
    peers === undefined ? '-' : median(list.map((cost, i) => of(cost) / of(peers[i]!))).toFixed(2);
  print(
    `${text.padEnd(34)}${middle(name, (c) => c.seconds)
      .toFixed(2)
      .padStart(8)}${middle(name, (c) => c.cpu)
      .toFixed(2)
      .padStart(8)}` +
      `${(peers === undefined ? '-' : median(peers.map((c) => c.seconds)).toFixed(2)).padStart(9)}${ratio((c) => c.seconds).padStart(7)}` +
      `${ratio((c) => c.cpu).padStart(11)}${n(middle(name, (c) => c.peakMiB)).padStart(10)}`,
  );
  for (const part of Object.keys(list[0]!.parts))
    print(
      `  ${part.padEnd(32)}${middle(name, (c) => c.parts[part]!)
        .toFixed(2)
        .padStart(8)}`,
    );
}
if (waits.length > 0) {
  const sorted = waits.toSorted((a, b) => a - b);
  print(
    `cancelled at ${waits.length} moments: gone after ${median(sorted).toFixed(2)} s (median), ${sorted.at(-1)!.toFixed(2)} s (longest); target 1 s`,
  );
}
if (!hasShell) print('skipped: no sqlite3 shell to compare with');
print(
  `bytes: file ${n(statSync(at('first.csv')).size)}, workspace ${n(statSync(at('base.ladderline')).size)}, shell's database ${existsSync(at('base.db')) ? n(statSync(at('base.db')).size) : '-'}`,
);
