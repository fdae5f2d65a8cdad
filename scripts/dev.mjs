/** `npm run dev`: the workbench with hot reload; further arguments go to the workbench. */
import { join } from 'node:path';
import { asScript, setUp } from './setup.mjs';
import { continueInPinnedNode } from './setup/node.mjs';
import { checkout, run, SetupError, toolEnv } from './setup/run.mjs';

continueInPinnedNode(process.argv[1]);

await asScript(async () => {
  const ready = await setUp();
  if (ready.xvfb)
    throw new SetupError('There is no display to open a window on. "npm start" runs the workbench on a virtual one.');
  const program = join(checkout, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const own = process.argv.slice(2);
  const args = [
    program,
    'dev',
    '--watch',
    ...(ready.noSandbox ? ['--noSandbox'] : []),
    '--',
    ...(own.length ? own : ['--sample']),
  ];
  return (await run(ready.node, args, { env: toolEnv(ready.env), show: true })).code;
});
