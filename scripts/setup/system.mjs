import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { must, run, SetupError } from './run.mjs';

/** What Chromium links against: shared object -> Debian package. */
const libraries = {
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnss3.so': 'libnss3',
  'libasound.so.2': 'libasound2',
  'libgbm.so.1': 'libgbm1',
  'libXss.so.1': 'libxss1',
  'libXtst.so.6': 'libxtst6',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libdrm.so.2': 'libdrm2',
};
const display = { 'xvfb-run': 'xvfb', Xvfb: 'xvfb', xauth: 'xauth' };
const compile = { unzip: 'unzip', 'g++': 'g++', make: 'make', python3: 'python3' };
const bench = { sqlite3: 'sqlite3' };
/** Tests that simulate power cuts record what the importer writes; without it they say that they are skipped. */
const trace = { strace: 'strace' };

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, program)));
}

/** True when no display server is named in the environment (Linux only). */
export function hasNoDisplay() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/**
 * True when Chromium cannot start its sandbox here: it refuses to as root, and without user namespaces it needs a
 * setuid helper that a development checkout does not have.
 */
export async function sandboxIsImpossible() {
  if (process.platform !== 'linux') return false;
  if (process.getuid?.() === 0) return true;
  const { code } = await run('unshare', ['--user', '--map-root-user', 'true']);
  return code !== 0 && code !== 127;
}

async function missingPackages(needs) {
  const missing = new Set();
  let listing = '';
  for (const command of ['ldconfig', '/sbin/ldconfig']) {
    const { code, output } = await run(command, ['-p']);
    if (code === 0) {
      listing = output;
      break;
    }
  }
  // Without a linker cache (musl, NixOS) nothing can be told; Electron itself then names what it misses.
  if (listing !== '')
    for (const [file, name] of Object.entries(libraries)) if (!listing.includes(`\t${file} `)) missing.add(name);
  const programs = {
    ...(needs.display ? display : {}),
    ...(needs.compile ? compile : {}),
    ...(needs.bench ? bench : {}),
    ...(needs.trace && process.getuid?.() === 0 && onPath('apt-get') ? trace : {}),
  };
  for (const [program, name] of Object.entries(programs)) if (!onPath(program)) missing.add(name);
  return [...missing].sort();
}

/** Newer Debian and Ubuntu name some of these with the suffix t64. */
async function currentNames(names) {
  const found = [];
  for (const name of names) {
    const { output } = await run('apt-cache', ['policy', `${name}t64`]);
    found.push(/Candidate: (?!\(none\))/.test(output) ? `${name}t64` : name);
  }
  return found;
}

/**
 * Makes sure of the system libraries and programs (Linux only): installs them with apt-get as root, else throws with
 * the exact command.
 * @param {{display: boolean, compile: boolean, bench: boolean, trace: boolean}} needs
 * @param {(text: string) => void} say
 */
export async function ensureSystem(needs, say) {
  if (process.platform !== 'linux') return;
  const missing = await missingPackages(needs);
  if (missing.length === 0) return;
  if (!onPath('apt-get'))
    throw new SetupError(
      `System packages are missing (Debian names): ${missing.join(' ')}.\nInstall them with this system's package manager, then run this again.`,
    );
  const isRoot = process.getuid?.() === 0;
  if (!isRoot)
    throw new SetupError(
      `System packages are missing. Run this, then start again:\n` +
        `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${(await currentNames(missing)).join(' ')}`,
    );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say(`Installing system packages with apt-get, 1 to 3 minutes: ${missing.join(' ')}`);
  const advice = 'Check the package sources of this machine (apt-get update), then run this again.';
  await must('apt-get update', advice, 'apt-get', ['update', '-q'], { env, timeout: 10 * 60_000 });
  const names = await currentNames(missing);
  const args = ['install', '-y', '-q', '--no-install-recommends', ...names];
  await must('apt-get install', advice, 'apt-get', args, { env, timeout: 20 * 60_000 });
}
