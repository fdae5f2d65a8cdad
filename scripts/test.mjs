/**
 * `npm test`: sets up, then checks format, lint, types and unused code, builds, and runs the unit and architecture tests
 * and the end-to-end tests in the real window. The last line sums up all of them; each check counts as one.
 *
 *   npm test -- lint types        only those suites
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, ensureBuilt } from './build.mjs';
import { runPlaywright } from './e2e.mjs';
import { asScript, setUp } from './setup.mjs';
import { continueInPinnedNode } from './setup/node.mjs';
import { checkout, run, toolEnv } from './setup/run.mjs';

continueInPinnedNode(process.argv[1]);

const results = join(checkout, 'test-results');

/** @typedef {{passed: number, failed: number, skipped?: number}} Count */

const one = (succeeded) => (succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

function readResult(name) {
  const file = join(results, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** A check that passes or fails as a whole. */
function check(program, ...args) {
  return async (ready) => {
    const { code } = await run(ready.node, [join(checkout, 'node_modules', program), ...args], { show: true });
    return one(code === 0);
  };
}

async function unit(ready) {
  rmSync(join(results, 'unit.json'), { force: true });
  const { code } = await run(
    ready.node,
    [
      join(checkout, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(results, 'unit.json')}`,
    ],
    { env: toolEnv(), show: true },
  );
  const result = readResult('unit.json');
  if (!result) return one(false);
  // A file that cannot be loaded fails without a failing test in it.
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = result.numFailedTests + broken;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

async function endToEnd(ready) {
  const folder = join(checkout, 'tests', 'e2e');
  if (
    !existsSync(folder) ||
    !readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.e2e.ts'))
  ) {
    process.stdout.write('There is no test in tests/e2e.\n');
    return one(false);
  }
  rmSync(join(results, 'e2e.json'), { force: true });
  const code = await runPlaywright(ready, []);
  const stats = readResult('e2e.json')?.stats;
  if (!stats) return one(false);
  const failed = stats.unexpected;
  return {
    passed: stats.expected + stats.flaky,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}

/** @type {boolean | undefined} undefined until the build suite has run */
let isBuilt;
const suites = {
  format: check('oxfmt/bin/oxfmt', '--check'),
  lint: check('oxlint/bin/oxlint'),
  types: check('typescript/bin/tsc', '-b'),
  unused: check('knip/bin/knip.js'),
  build: async (ready) => one((isBuilt = await build(ready))),
  unit,
  'end-to-end': async (ready) => {
    if (isBuilt === false) {
      process.stdout.write('Not run: the build failed.\n');
      return one(false);
    }
    await ensureBuilt(ready);
    return endToEnd(ready);
  },
};

await asScript(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    process.stderr.write(`There is no suite "${unknown[0]}". Suites: ${Object.keys(suites).join(', ')}.\n`);
    return 2;
  }
  const ready = await setUp({ trace: true });
  mkdirSync(results, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const [name, suite] of Object.entries(suites)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`\n== ${name}\n`);
    const started = Date.now();
    /** @type {Count} */
    const count = await suite(ready);
    total.passed += count.passed;
    total.failed += count.failed;
    const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    lines.push(`${name.padEnd(11)} ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed > 0 ? 1 : 0;
});
