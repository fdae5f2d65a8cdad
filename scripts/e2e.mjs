/** `npm run e2e`: the end-to-end tests in the real window; arguments go to Playwright. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { asScript, setUp } from './setup.mjs';
import { continueInPinnedNode } from './setup/node.mjs';
import { checkout, run, toolEnv } from './setup/run.mjs';

/**
 * Runs Playwright, on a virtual display where there is none.
 * @param {import('./setup.mjs').Ready} ready
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function runPlaywright(ready, args) {
  const own = [ready.node, join(checkout, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', ...args];
  const command = ready.xvfb ? ['xvfb-run', '-a', '-s', '-screen 0 1920x1080x24', ...own] : own;
  const { code } = await run(command[0], command.slice(1), { env: toolEnv(ready.env), show: true });
  return code;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  continueInPinnedNode(process.argv[1]);
  await asScript(async () => {
    const ready = await setUp();
    await ensureBuilt(ready);
    return runPlaywright(ready, process.argv.slice(2));
  });
}
