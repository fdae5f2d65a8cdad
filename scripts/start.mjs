/**
 * `npm start`: sets up, builds what is out of date and opens the window on the sample workspace. Without a display the
 * workbench runs on a virtual one, prints its main figures, saves a screenshot of every view and ends.
 *
 *   npm start                     the sample workspace
 *   npm start -- W.ladderline     another workspace
 *   npm start -- --tour FOLDER    the tour of screenshots, into FOLDER, on a real display too
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { asScript, electronCommand, setUp } from './setup.mjs';
import { checkout } from './setup/run.mjs';
import { continueInPinnedNode } from './setup/node.mjs';

continueInPinnedNode(process.argv[1]);

const limit = 5 * 60_000;

/** Runs a program in a process group of its own, so that nothing of it outlives this script. */
function show({ command, args, env }, timeout) {
  return new Promise((resolve) => {
    const grouped = process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd: checkout,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: grouped,
    });
    const end = (signal) => {
      try {
        if (grouped && child.pid) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // Already gone.
      }
    };
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            process.stderr.write(
              `start: the workbench did not end within ${timeout / 60_000} minutes; it was stopped.\n`,
            );
            end('SIGKILL');
          }, timeout);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
    child.on('error', (error) => {
      process.stderr.write(`start: ${command} could not be run: ${error.message}\n`);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

await asScript(async () => {
  const ready = await setUp();
  await ensureBuilt(ready);
  const own = process.argv.slice(2);
  const what = own.some((argument) => argument.endsWith('.ladderline')) ? own : ['--sample', ...own];
  const named = own.indexOf('--tour');
  if (named < 0 && !ready.xvfb) return show(electronCommand(ready, [checkout, ...what]));

  const folder = named >= 0 ? own[named + 1] : join(checkout, 'out', 'tour');
  if (!folder) {
    process.stderr.write('start: --tour needs a folder\n');
    return 2;
  }
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.endsWith('.png')) rmSync(join(folder, name));
  if (ready.xvfb)
    process.stderr.write('start: there is no display; the workbench runs on a virtual one (Xvfb), about 30 seconds.\n');
  // Its own profile: a tour starts from nothing and leaves the user's session alone.
  const profile = mkdtempSync(join(tmpdir(), 'ladderline-tour-'));
  try {
    const args = [`--user-data-dir=${profile}`, checkout, ...what, ...(named >= 0 ? [] : ['--tour', folder])];
    const code = await show(electronCommand(ready, args), limit);
    const pictures = readdirSync(folder).filter((name) => name.endsWith('.png')).length;
    if (code === 0 && pictures > 0) {
      process.stdout.write(`${pictures} screenshots in ${folder}\n`);
      return 0;
    }
    process.stderr.write(`start: the tour failed (exit code ${code}, ${pictures} screenshots in ${folder}).\n`);
    return 1;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});
