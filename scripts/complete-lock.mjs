/**
 * Completes package-lock.json. npm writes no entry for an optional platform package that the registry does not serve,
 * and "npm ci" then refuses the lock ("Missing: ... from lock file"). Run it after every change of dependencies:
 *
 *   node scripts/complete-lock.mjs           adds the missing entries
 *   node scripts/complete-lock.mjs --check   names them and exits 1 if there are any
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

/** Place of package `name` as `from` sees it, by Node's look-up through the parents' node_modules; null if absent. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder ? folder + '/' : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder) return null;
  }
}

/** The lock entry of a platform package, read off its name, as in `@scope/binding-linux-arm64-musl`. */
function entryFor(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system)) ?? (words.includes('win') ? 'win32' : undefined);
  const cpu = processors.find((processor) => words.includes(processor));
  if (!cpu || !/^\d/.test(version)) throw new Error(`${name}@${version}: its platform cannot be read off its name`);
  const libc = /musl/.test(name) ? 'musl' : /-gnu/.test(name) ? 'glibc' : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

/**
 * The entries that a lock lacks.
 * @param {{packages: Record<string, any>}} lock parsed package-lock.json, version 3
 * @returns {Record<string, object>} by place, such as `node_modules/@oxlint/binding-darwin-x64`
 */
export function missingEntries(lock) {
  const missing = {};
  for (const [path, entry] of Object.entries(lock.packages))
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {}))
      if (!resolve(lock.packages, path, name))
        missing[`node_modules/${name}`] = entryFor(name, version.replace(/^[~^=]/, ''), entry.dev === true);
  return missing;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock);
  const names = Object.keys(missing);
  if (process.argv.includes('--check')) {
    for (const name of names) process.stdout.write(`missing: ${name}\n`);
    process.exitCode = names.length > 0 ? 1 : 0;
  } else if (names.length > 0) {
    const all = Object.entries({ ...lock.packages, ...missing });
    lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
    writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
    process.stdout.write(`${names.length} entries added to package-lock.json\n`);
  } else process.stdout.write('package-lock.json is complete\n');
}
