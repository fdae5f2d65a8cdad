/**
 * Import of touches against the sqlite3 shell, in one run, interleaved: 1,000,000 into a fresh workspace, 200,000 more,
 * dry run, undo. The shell imports the same columns with its default pragmas and gets the same indexes afterwards.
 * Usage: node tests/bench/import.ts [--large] [--rounds N] [--rows N] [--keep-folder DIR]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit, dryRun, stageFile, undo } from '../../src-main/engine/import/import.ts';
import type { FileRequest } from '../../src-main/engine/import/import.ts';
import { prepareFile } from '../../src-main/engine/import/request.ts';
import type { WriteDb } from '../../src-main/engine/base/db.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { readSettings } from '../../src-main/engine/store/settings.ts';
import { HEADER, writeTouches } from './parts/touches.ts';

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const large = process.argv.includes('--large');
const rows = large ? 10_000_000 : argument('--rows', 1_000_000);
const more = Math.floor(rows / 5);
const rounds = large ? 1 : argument('--rounds', 3);

const folder = mkdtempSync(join(tmpdir(), 'ladderline-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const files = { first: join(folder, 'first.csv'), more: join(folder, 'more.csv') };
const customers = Math.max(1000, Math.floor(rows / 20));
process.stderr.write(`Writing ${rows} and ${more} invented touches...\n`);
writeTouches(files.first, rows, customers, 1);
writeTouches(files.more, more, customers, 2);

const mapping = {
  entity: 'touch',
  source: 'bench',
  columns: {
    id: { field: 'external_id' },
    customer: { field: 'customer_external_id' },
    at: { field: 'at' },
    duration: { field: 'duration_s' },
    ...Object.fromEntries(
      ['channel', 'direction', 'team', 'owner', 'campaign', 'purpose', 'outcome', 'text'].map((field) => [
        field,
        { field },
      ]),
    ),
  },
};
const request = (db: WriteDb, path: string): FileRequest =>
  prepareFile(db, readSettings(db), path, { mapping }).request;
const seconds = (from: number): number => (performance.now() - from) / 1000;
/** CPU seconds of this process, all threads. */
const cpu = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

type Shares = Record<string, number>;
async function product(path: string, file: string, shares: Shares, label: string): Promise<number> {
  const start = performance.now();
  const db = openWriter(path);
  const staged = await stageFile(db, request(db, file));
  shares[`${label} stage`] = seconds(start);
  const planning = performance.now();
  const { plan } = dryRun(db, staged, 0);
  shares[`${label} dry run`] = seconds(planning);
  const merging = performance.now();
  let mark = merging;
  let what = '';
  commit(db, staged, plan, process.argv.includes('--no-resolve') ? { resolve: () => undefined } : {}, {
    progress: (p) => {
      if (what) shares[`${label} ${what}`] = seconds(mark);
      what = p.what;
      mark = performance.now();
    },
  });
  if (what) shares[`${label} ${what}`] = seconds(mark);
  shares[`${label} merge`] = seconds(merging);
  staged.close();
  const closing = performance.now();
  db.close();
  shares[`${label} close`] = seconds(closing);
  return seconds(start);
}

function shell(path: string, script: string): { wall: number; cpu: number } {
  const start = performance.now();
  const run = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time sqlite3 "$0"', path], {
    input: script,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const [user, system] = run.stderr.trim().split(' ').map(Number);
  return { wall: seconds(start), cpu: user! + system! };
}

const create = `CREATE TABLE touch(${HEADER.map((h) => `"${h}" ${h === 'duration' ? 'INTEGER' : 'TEXT'}`).join(', ')});\n`;
const importing = (file: string): string => `.mode csv\n.import --skip 1 ${file} touch\n`;
const indexes = 'CREATE UNIQUE INDEX touch_key ON touch(id);\nCREATE INDEX touch_party ON touch(customer, at);\n';

const times: Record<string, number[]> = {};
const note = (name: string, value: number): void => void (times[name] ??= []).push(value);
let shares: Shares = {};
const hasShell = (() => {
  try {
    execFileSync('sqlite3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
for (let round = 0; round < rounds; round++) {
  const own = join(folder, `own-${round}.ladderline`);
  const peer = join(folder, `peer-${round}.db`);
  shares = {};
  if (hasShell) {
    const fresh = shell(peer, create + importing(files.first) + indexes);
    note('shell fresh', fresh.wall);
    note('shell fresh cpu', fresh.cpu);
  }
  createWorkspace(own, {});
  let before = cpu();
  note('fresh', await product(own, files.first, shares, 'fresh'));
  note('fresh cpu', cpu() - before);
  if (hasShell) {
    const append = shell(peer, importing(files.more));
    note('shell append', append.wall);
    note('shell append cpu', append.cpu);
  }
  before = cpu();
  note('append', await product(own, files.more, shares, 'append'));
  note('append cpu', cpu() - before);
  const db = openWriter(own);
  let start = performance.now();
  undo(db, 2);
  note('undo of the appended batch', seconds(start));
  start = performance.now();
  const staged = await stageFile(db, request(db, files.first));
  const planning = performance.now();
  dryRun(db, staged, 0);
  note('dry run of the first file again', seconds(planning));
  staged.close();
  note('undo check rows left', db.count('SELECT count(*) FROM touch') / rows);
  db.close();
  if (round === 0)
    process.stderr.write(
      `bytes: file ${statSync(files.first).size}, workspace ${statSync(own).size}, shell ${existsSync(peer) ? statSync(peer).size : 0}\n`,
    );
  rmSync(own);
  rmSync(peer, { force: true });
}
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const result: Record<string, number> = {};
for (const [name, values] of Object.entries(times)) result[name] = Number(median(values).toFixed(3));
if (hasShell) {
  result['ratio fresh (target 1.2)'] = Number(
    median(times['fresh']!.map((t, i) => t / times['shell fresh']![i]!)).toFixed(2),
  );
  result['ratio append (target 1.0)'] = Number(
    median(times['append']!.map((t, i) => t / times['shell append']![i]!)).toFixed(2),
  );
  result['cpu ratio fresh'] = Number(
    median(times['fresh cpu']!.map((t, i) => t / times['shell fresh cpu']![i]!)).toFixed(2),
  );
  result['cpu ratio append'] = Number(
    median(times['append cpu']!.map((t, i) => t / times['shell append cpu']![i]!)).toFixed(2),
  );
} else process.stderr.write('skipped: no sqlite3 shell to compare with\n');
result['peak memory MB'] = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  `${JSON.stringify({ rows, more, rounds, result, shares: Object.fromEntries(Object.entries(shares).map(([k, v]) => [k, Number(v.toFixed(3))])) }, null, 2)}\n`,
);
