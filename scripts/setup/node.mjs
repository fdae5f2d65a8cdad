import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout, SetupError } from './run.mjs';

/** Oldest Node that loads the prebuilt SQLite addon (22.14) and runs TypeScript sources without a switch (22.18). */
const oldest = [22, 18];

function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Path of the Node that runs everything: the pinned one in node_modules, else this process's own if new enough. */
export function findNode() {
  for (const [name, file] of [
    [`node-${process.platform}-${process.arch}`, 'bin/node'],
    [`node-win-${process.arch}`, 'bin/node.exe'],
  ]) {
    const path = join(checkout, 'node_modules', name, file);
    if (existsSync(path)) return path;
  }
  if (isNewEnough(process.version)) return process.execPath;
  throw new SetupError(
    `Node ${oldest.join('.')} or newer is needed; this is ${process.version}, and node_modules holds none for ${process.platform}-${process.arch}.\n` +
      'Run "npm ci" (it brings one on Linux and Windows), or install Node 24 and run this again.',
  );
}

/** True when node_modules is there and is what package-lock.json asks for. */
export function dependenciesAreInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')).packages;
    const found = JSON.parse(readFileSync(join(checkout, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '' || (entry.optional && !found[path])) return true;
      return found[path]?.version === entry.version;
    });
  } catch {
    return false;
  }
}

/**
 * Runs `script` again in the pinned Node when this process is too old, and ends with its exit code.
 * Scripts call it first, so that they work from any Node from 18 on.
 */
export function continueInPinnedNode(script) {
  if (isNewEnough(process.version)) return;
  const result = spawnSync(findNode(), [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(result.status ?? 1);
}
