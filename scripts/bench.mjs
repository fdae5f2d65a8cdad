/**
 * `npm run bench`: every program directly in tests/bench, one after the other; their shared parts lie in sub-folders.
 * `npm run bench -- import` runs those whose name contains the word; options after the words go to the programs
 * (`npm run bench -- spacing --rows 1000000`).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { asScript, setUp } from './setup.mjs';
import { continueInPinnedNode } from './setup/node.mjs';
import { checkout, run, SetupError, toolEnv } from './setup/run.mjs';

continueInPinnedNode(process.argv[1]);

await asScript(async () => {
  const given = process.argv.slice(2);
  const options = given.findIndex((word) => word.startsWith('--'));
  const words = options < 0 ? given : given.slice(0, options);
  const passed = options < 0 ? [] : given.slice(options);
  const folder = join(checkout, 'tests', 'bench');
  const programs = readdirSync(folder).filter(
    (name) =>
      /\.(ts|mjs)$/.test(name) &&
      !name.includes('.test.') &&
      (words.length === 0 || words.some((word) => name.includes(word))),
  );
  if (programs.length === 0) throw new SetupError(`No program in tests/bench matches "${words.join(' ')}".`);
  const ready = await setUp({ bench: true });
  await ensureBuilt(ready);
  let failed = 0;
  for (const name of programs.sort()) {
    process.stdout.write(`\n== ${name}\n`);
    const { code } = await run(ready.node, ['--expose-gc', join(folder, name), ...passed], {
      env: toolEnv(ready.env),
      show: true,
    });
    if (code !== 0) failed++;
  }
  return failed > 0 ? 1 : 0;
});
