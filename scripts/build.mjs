/** `npm run build`: the window, the shell and its processes into out/. Other scripts build only what is out of date. */
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asScript, setUp } from './setup.mjs';
import { checkout, run, SetupError, toolEnv } from './setup/run.mjs';

const stamp = join(checkout, 'out', 'built');

function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** True when a source is newer than the last build. */
export function isStale() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
  return sources.some((name) => newest(join(checkout, name)) > built);
}

/**
 * Builds everything.
 * @param {import('./setup.mjs').Ready} ready
 * @returns {Promise<boolean>} whether it succeeded; its output is shown
 */
export async function build(ready) {
  const started = new Date();
  const program = join(checkout, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { code } = await run(ready.node, [program, 'build', '--logLevel', 'warn'], {
    env: toolEnv(ready.env),
    show: true,
  });
  if (code !== 0) return false;
  writeFileSync(stamp, '');
  // A source saved while building is newer than the build.
  utimesSync(stamp, started, started);
  return true;
}

/** Builds if a source is newer than the last build; throws if that fails. */
export async function ensureBuilt(ready) {
  if (!isStale()) return;
  process.stderr.write('build: the sources are newer than out/; building, about 15 seconds.\n');
  if (!(await build(ready))) throw new SetupError('The build failed; its messages stand above.');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await asScript(async () => ((await build(await setUp())) ? 0 : 1));
