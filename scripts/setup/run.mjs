import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A step that cannot go on; the message says what is wrong and what to do. */
export class SetupError extends Error {
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * Environment for children: tools of this checkout, and so its pinned Node, come first on PATH.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnv(extra = {}) {
  const bin = join(checkout, 'node_modules', '.bin');
  const path = process.env.PATH ?? process.env.Path ?? '';
  const PATH = path.split(delimiter)[0] === bin ? path : bin + delimiter + path;
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH, ...extra };
  delete env.Path;
  return env;
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeout?: number}} [options]
 *   `show` passes the program's output on; otherwise it is collected. `timeout` in milliseconds.
 * @returns {Promise<{code: number, output: string}>} code 127 when the program does not exist, 124 when it ran out of time
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const child = spawn(command, args, {
      cwd: options.cwd ?? checkout,
      env: options.env ?? toolEnv(),
      stdio: options.show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, options.timeout);
    const collect = (chunk) => (output = (output + chunk).slice(-200_000));
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      clearTimeout(timer);
      resolve({ code: error.code === 'ENOENT' ? 127 : 126, output: String(error) });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? (signal ? 128 : 1)), output });
    });
  });
}

/** Runs a program that must succeed; otherwise throws with `what`, the end of its output and `advice`. */
export async function must(what, advice, command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const end = output.trim().split('\n').slice(-12).join('\n');
  const why = code === 127 ? `${command} is not installed` : code === 124 ? 'it ran out of time' : `exit code ${code}`;
  throw new SetupError(`${what} failed: ${why}.\n${end ? end + '\n' : ''}${advice}`);
}

/**
 * The npm that started this process, else the one on PATH: [command, leading arguments].
 * @returns {[string, string[]]}
 */
export function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.c?js$/.test(cli)) return [process.execPath, [cli]];
  return process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npm']] : ['npm', []];
}
