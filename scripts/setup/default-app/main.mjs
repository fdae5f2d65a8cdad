// Stands in for the default app that a plain Electron carries: runs the app folder named on the command line.
// Top-level await matters: Electron holds back "ready" until this module has finished, and the app must
// register its schemes before that.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { app } from 'electron';

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (named === undefined) {
  process.stderr.write('usage: electron <app folder or file> [arguments]\n');
  process.exit(2);
}

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const path = resolve(named);
let main = path;
if (statSync(path).isDirectory()) {
  const manifestFile = join(path, 'package.json');
  const manifest = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {};
  if (manifest.version) app.setVersion(manifest.version);
  const name = manifest.productName ?? manifest.name;
  if (name) app.setName(name);
  app.setAppPath(path);
  main = join(path, manifest.main ?? 'index.js');
} else {
  app.setAppPath(dirname(path));
}
await import(pathToFileURL(main).href);
