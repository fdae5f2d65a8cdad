/**
 * Start of the real window on the sample workspace beside an empty Electron window, interleaved, and the peak memory of
 * every process of the workbench.
 *
 *   node tests/bench/start.ts [--rounds 7]
 *
 * A start is a new process with its files in the page cache, on a profile that has been used once: the sample workspace
 * is built and Chromium's code cache is filled, for both. Interactive = the first view has its figures on screen; for the
 * empty window, its page is on screen. Ratio = workbench / empty window, the median of the rounds' own ratios.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../scripts/build.mjs';
import { electronCommand, setUp } from '../../scripts/setup.mjs';
import { checkout } from '../../scripts/setup/run.mjs';
import { median } from './parts/median.ts';

type Marks = Record<'main' | 'ready' | 'window' | 'navigation' | 'scripts' | 'shown' | 'interactive', number> & {
  /** CPU milliseconds of all processes until interactive. */
  cpu: number | null;
};
type Process = { pid: number; what: string; peakKb: number };
type Start = { marks: Marks; processes: Process[] };
type Kind = 'workbench' | 'empty';

const GIVE_UP_MS = 60_000;
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const rounds = Math.max(1, Number(options.rounds));

const ready = await setUp();
await ensureBuilt(ready);

const folder = mkdtempSync(join(tmpdir(), 'ladderline-start-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
const empty = join(folder, 'empty');
mkdirSync(empty);
writeFileSync(join(empty, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.cjs' }));
writeFileSync(join(empty, 'page.html'), '<!doctype html><title>Empty</title><p>Empty</p>');
writeFileSync(
  join(empty, 'main.cjs'),
  `const { app, BrowserWindow } = require('electron');
app.on('window-all-closed', () => app.quit());
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1600, height: 1000, show: false, webPreferences: { sandbox: true, contextIsolation: true } });
  window.once('ready-to-show', () => window.show());
  window.loadFile('page.html');
});
`,
);

/** One display for all starts: its own start is no part of the figures. */
const display = ready.xvfb ? await startDisplay() : null;

async function startDisplay(): Promise<{ name: string; end(): void }> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  process.on('exit', () => child.kill());
  const name = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
    child.stdio[3]!.once('data', (text: Buffer) => resolve(`:${text.toString().trim()}`));
  });
  return { name, end: () => void child.kill() };
}

/** Starts once and answers milliseconds since the start of the process. */
async function start(kind: Kind, profile: string, quiet = 0): Promise<Start> {
  const file = join(folder, 'marks.json');
  rmSync(file, { force: true });
  const marker = join(import.meta.dirname, 'parts', 'marks.mjs');
  const own = ['--log-level=3', `--user-data-dir=${profile}`, marker, ...(kind === 'workbench' ? ['--sample'] : [])];
  const { command, args, env } = electronCommand({ ...ready, xvfb: false }, own);
  const from = Date.now();
  const child = spawn(command, args, {
    cwd: checkout,
    env: {
      ...env,
      ...(display ? { DISPLAY: display.name } : {}),
      LADDERLINE_BENCH_APP: kind === 'workbench' ? checkout : empty,
      LADDERLINE_BENCH_MARKS: file,
      LADDERLINE_BENCH_QUIET_MS: String(quiet),
      LADDERLINE_BENCH_WAIT: kind === 'workbench' ? '[role="tabpanel"] .chart-body' : '',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-4000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (!existsSync(file))
    throw new Error(`The ${kind} did not become interactive (exit code ${String(code)}).\n${errors}`);
  const { marks, processes } = JSON.parse(readFileSync(file, 'utf8')) as Start;
  for (const name of Object.keys(marks) as (keyof Marks)[]) if (name !== 'cpu') marks[name] -= from;
  return { marks, processes };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const profiles: Record<Kind, string> = {
  workbench: join(folder, 'profile-workbench'),
  empty: join(folder, 'profile-empty'),
};

print(`Electron ${ready.electron.version} (${ready.electron.official ? 'official' : 'fall-back'})`);
// The first start builds the sample workspace, so every process of the workbench runs in it.
const first = await start('workbench', profiles.workbench, 1500);
await start('empty', profiles.empty);
// The second fills the code caches: Chromium keeps code of scripts it has seen before.
await start('workbench', profiles.workbench, 500);
await start('empty', profiles.empty);

const starts: Record<Kind, Start[]> = { workbench: [], empty: [] };
for (let round = 0; round < rounds; round++) {
  const order: Kind[] = round % 2 === 0 ? ['workbench', 'empty'] : ['empty', 'workbench'];
  for (const kind of order) starts[kind].push(await start(kind, profiles[kind], 300));
}
display?.end();

const middle = (kind: Kind, name: keyof Marks): number => median(starts[kind].map(({ marks }) => marks[name] ?? 0));
const ratios = (name: keyof Marks): number[] =>
  starts.workbench.map(({ marks }, i) => (marks[name] ?? 0) / (starts.empty[i]!.marks[name] ?? 1));
const steps: [keyof Marks, string][] = [
  ['main', 'main process runs its first line'],
  ['ready', 'Electron is ready'],
  ['window', 'window made'],
  ['navigation', 'page asked for'],
  ['scripts', 'scripts have run'],
  ['shown', 'window shown'],
  ['interactive', 'interactive'],
  ...(first.marks.cpu === null ? [] : ([['cpu', 'CPU of all processes until then']] satisfies [keyof Marks, string][])),
];
print('');
print(
  `${`ms since process start, median of ${rounds}`.padEnd(40)}${'workbench'.padStart(11)}${'empty'.padStart(9)}${'ratio'.padStart(8)}`,
);
for (const [name, text] of steps) {
  print(
    `${text.padEnd(40)}${middle('workbench', name).toFixed(0).padStart(11)}${middle('empty', name).toFixed(0).padStart(9)}${median(ratios(name)).toFixed(2).padStart(8)}`,
  );
}
const all = ratios('interactive').toSorted((a, b) => a - b);
print(
  `interactive: ${median(all).toFixed(2)}x the empty window (rounds ${all[0]!.toFixed(2)} to ${all.at(-1)!.toFixed(2)}; target 1.5)`,
);
print(
  `first start ever, which imports the sample's exports: ${(first.marks.interactive / 1000).toFixed(1)} s, window shown after ${(first.marks.shown / 1000).toFixed(1)} s`,
);

print('');
const last = starts.workbench.at(-1)!;
const bare = starts.empty.at(-1)!;
const peakOf = (processes: Process[], what: string): string => {
  const found = processes.filter((p) => p.what === what);
  return found.length === 0 ? '-' : (found.reduce((sum, p) => sum + p.peakKb, 0) / 1024).toFixed(0);
};
const names = [...new Set([...first.processes, ...last.processes, ...bare.processes].map((p) => p.what))];
print(
  `${'peak memory, MiB'.padEnd(40)}${'first start'.padStart(12)}${'later start'.padStart(12)}${'empty'.padStart(8)}`,
);
for (const what of names) {
  print(
    `${what.padEnd(40)}${peakOf(first.processes, what).padStart(12)}${peakOf(last.processes, what).padStart(12)}${peakOf(bare.processes, what).padStart(8)}`,
  );
}
