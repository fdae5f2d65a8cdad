/**
 * `npm run screenshots`: the pictures of the README, taken from the real window on the sample workspace. It is imported
 * once, in a profile of its own; then each theme's views are toured as `npm start` does without a display.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { smaller } from './png.mjs';
import { asScript, electronCommand, setUp } from './setup.mjs';
import { continueInPinnedNode } from './setup/node.mjs';
import { checkout } from './setup/run.mjs';

continueInPinnedNode(process.argv[1]);

const images = join(checkout, 'docs', 'images');
const mostBytes = 300 * 1024;
const limit = 4 * 60_000;

/** Theme, views to visit (all of them where the customer is wanted), and the pictures to keep as `<view>-<theme>.png`. */
const tours = [
  { theme: 'dark', views: [], keep: ['ladder', 'customer', 'imports'] },
  { theme: 'light', views: ['touches', 'nps'], keep: ['touches', 'nps'] },
];

await asScript(async () => {
  const ready = await setUp();
  await ensureBuilt(ready);
  mkdirSync(images, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'ladderline-screenshots-'));
  try {
    for (const { theme, views, keep } of tours) {
      const folder = join(work, theme);
      const only = views.length > 0 ? ['--tour-views', views.join(',')] : [];
      const own = [
        `--user-data-dir=${join(work, 'profile')}`,
        checkout,
        '--sample',
        '--theme',
        theme,
        '--tour',
        folder,
        ...only,
      ];
      process.stderr.write(`screenshots: touring the sample workspace, ${theme}, about 30 seconds.\n`);
      const { command, args, env } = electronCommand(ready, own);
      const { status } = spawnSync(command, args, {
        cwd: checkout,
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: limit,
      });
      for (const view of keep) {
        const taken = join(folder, `${view}.png`);
        if (status !== 0 || !existsSync(taken)) {
          process.stderr.write(`screenshots: the ${theme} tour gave no picture of ${view} (exit code ${status}).\n`);
          return 1;
        }
        const name = `${view}-${theme}.png`;
        const picture = smaller(readFileSync(taken));
        if (picture.length > mostBytes) {
          process.stderr.write(
            `screenshots: ${name} has ${picture.length} bytes; a picture of the README has at most ${mostBytes}.\n`,
          );
          return 1;
        }
        writeFileSync(join(images, name), picture);
        process.stdout.write(`docs/images/${name} ${Math.round(picture.length / 1024)} KB\n`);
      }
    }
    return 0;
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});
