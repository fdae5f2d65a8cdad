import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * A layer check that sees no file passes silently. So every rule of "Who may import whom" is broken once on purpose in
 * a copy of the checkout's set-up, and each violation must be reported by the name of its file and rule; the allowed
 * imports beside them must not be.
 */
const checkout = join(import.meta.dirname, '..', '..');
const engine = 'src-main/engine';

type Plant = { rule: string; file: string; text: string; why: string };

const layer = 'boundaries(dependencies)';
const restricted = 'eslint(no-restricted-imports)';
const clock = 'ladderline(wall-clock)';

const plant = (why: string, rule: string, file: string, text: string): Plant => ({ why, rule, file, text });
const imports = (specifier: string): string => `import { x } from '${specifier}';\nexport const y = x;\n`;
const importsType = (specifier: string): string => `import type { X } from '${specifier}';\nexport type Y = X;\n`;

/** What the plants import; each is a real file, or the resolver could not tell its layer. */
const targets = [
  ...[
    'base',
    'store',
    'vectors',
    'identity',
    'language',
    'methods',
    'import',
    'segment',
    'selection',
    'plan',
    'report',
  ].map((folder) => `${engine}/${folder}/target.ts`),
  `${engine}/analyses/nps/index.ts`,
  `${engine}/analyses/nps/types.ts`,
  `${engine}/analyses/nps/inner.ts`,
  `${engine}/registry.ts`,
  'src-main/contract/target.ts',
  'src-main/host/target.ts',
  'src-main/cli/target.ts',
  'src-main/shell/target.ts',
  ...['app', 'kit', 'data', 'commands', 'views/nps'].map((folder) => `src-renderer/${folder}/target.ts`),
];

const plants: Plant[] = [
  plant('base imports nothing of ours', layer, `${engine}/base/bad.ts`, imports('#engine/store/target.ts')),
  plant('store imports base alone', layer, `${engine}/store/bad.ts`, imports('#engine/vectors/target.ts')),
  plant('vectors: not language', layer, `${engine}/vectors/bad.ts`, imports('#engine/language/target.ts')),
  plant('identity: not vectors', layer, `${engine}/identity/bad.ts`, imports('#engine/vectors/target.ts')),
  plant('language: not segment', layer, `${engine}/language/bad.ts`, imports('#engine/segment/target.ts')),
  plant('language: not identity', layer, `${engine}/language/bad2.ts`, imports('../identity/target.ts')),
  plant('methods: not store', layer, `${engine}/methods/bad.ts`, imports('#engine/store/target.ts')),
  plant('import: not analyses', layer, `${engine}/import/bad.ts`, imports('#engine/analyses/nps/index.ts')),
  plant('segment: not analyses', layer, `${engine}/segment/bad.ts`, imports('#engine/analyses/nps/index.ts')),
  plant('selection: not analyses', layer, `${engine}/selection/bad.ts`, imports('#engine/analyses/nps/index.ts')),
  plant('analyses: not import', layer, `${engine}/analyses/touch/bad.ts`, imports('#engine/import/target.ts')),
  plant('analyses: by index only', layer, `${engine}/analyses/touch/bad2.ts`, imports('#engine/analyses/nps/inner.ts')),
  plant(
    'analyses: types as types',
    layer,
    `${engine}/analyses/touch/bad3.ts`,
    imports('#engine/analyses/nps/types.ts'),
  ),
  plant('analyses: not the registry', layer, `${engine}/analyses/touch/bad4.ts`, imports('#engine/registry.ts')),
  plant('plan: analyses by index', layer, `${engine}/plan/bad.ts`, imports('#engine/analyses/nps/inner.ts')),
  plant('report: not the registry', layer, `${engine}/report/bad.ts`, imports('#engine/registry.ts')),
  plant('engine: not contract', layer, `${engine}/plan/bad2.ts`, imports('#contract/target.ts')),
  plant('contract: types only', layer, 'src-main/contract/bad.ts', imports('#engine/registry.ts')),
  plant('contract: not the store', layer, 'src-main/contract/bad2.ts', importsType('#engine/store/target.ts')),
  plant('host: not shell', layer, 'src-main/host/bad.ts', imports('../shell/target.ts')),
  plant('cli: not shell', layer, 'src-main/cli/bad.ts', imports('../shell/target.ts')),
  plant('shell: not engine', layer, 'src-main/shell/bad.ts', imports('#engine/base/target.ts')),
  plant('shell: not host', layer, 'src-main/shell/bad2.ts', imports('#host/target.ts')),
  plant('view: not another view', layer, 'src-renderer/views/ladder/bad.ts', imports('../nps/target.ts')),
  plant('view: not app', layer, 'src-renderer/views/ladder/bad2.ts', imports('../../app/target.ts')),
  plant('view: not engine', layer, 'src-renderer/views/ladder/bad3.ts', importsType('#engine/base/target.ts')),
  plant('kit: not data', layer, 'src-renderer/kit/bad.ts', imports('../data/target.ts')),
  plant('data: not commands', layer, 'src-renderer/data/bad.ts', imports('../commands/target.ts')),
  plant('commands: not app', layer, 'src-renderer/commands/bad.ts', imports('../app/target.ts')),
  plant('electron in the shell alone', restricted, 'src-main/host/bad2.ts', imports('electron')),
  plant('electron not in the engine', restricted, `${engine}/store/bad2.ts`, imports('electron')),
  plant('better-sqlite3 in store/open.ts alone', restricted, `${engine}/store/bad3.ts`, imports('better-sqlite3')),
  plant('better-sqlite3 not in the shell', restricted, 'src-main/shell/bad3.ts', imports('better-sqlite3')),
  plant('one clock: Date.now', clock, `${engine}/vectors/bad2.ts`, 'export const y = Date.now();\n'),
  plant('one clock: new Date()', clock, `${engine}/vectors/bad3.ts`, 'export const y = new Date();\n'),
  plant('nothing random', clock, `${engine}/vectors/bad4.ts`, 'export const y = Math.random();\n'),
  plant(
    'no default locale',
    'ladderline(default-locale)',
    `${engine}/report/bad2.ts`,
    'export const y = (1e6).toLocaleString();\n',
  ),
  plant(
    'no cycles',
    'import(no-cycle)',
    `${engine}/segment/left.ts`,
    "import { b } from './right.ts';\nexport const a = () => b;\n",
  ),
  plant(
    'no cycles',
    'import(no-cycle)',
    `${engine}/segment/right.ts`,
    "import { a } from './left.ts';\nexport const b = () => a;\n",
  ),
  plant('every file has a layer', 'boundaries(no-unknown-files)', `${engine}/stray/bad.ts`, 'export const y = 1;\n'),
  plant(
    'promises are awaited (type-aware)',
    'typescript(no-floating-promises)',
    `${engine}/store/bad4.ts`,
    'export function f(p: Promise<void>): void {\n  p;\n}\n',
  ),
];

/** CONTROL: what the table allows stays silent. */
const allowed: Omit<Plant, 'rule'>[] = [
  plant('store -> base', '', `${engine}/store/good.ts`, imports('#engine/base/target.ts')),
  plant('analyses -> segment', '', `${engine}/analyses/touch/good.ts`, imports('#engine/segment/target.ts')),
  plant('analyses -> index', '', `${engine}/analyses/touch/good2.ts`, imports('#engine/analyses/nps/index.ts')),
  plant('analyses -> types', '', `${engine}/analyses/touch/good3.ts`, importsType('#engine/analyses/nps/types.ts')),
  plant('contract -> registry', '', 'src-main/contract/good.ts', importsType('#engine/registry.ts')),
  plant('host -> engine', '', 'src-main/host/good.ts', imports('#engine/store/target.ts')),
  plant('shell -> contract', '', 'src-main/shell/good.ts', imports('#contract/target.ts')),
  plant('shell -> electron', '', 'src-main/shell/good2.ts', imports('electron')),
  plant('view -> kit', '', 'src-renderer/views/ladder/good.ts', imports('../../kit/target.ts')),
  plant('clock', '', `${engine}/base/clock.ts`, 'export const y = Date.now();\n'),
  plant('open', '', `${engine}/store/open.ts`, imports('better-sqlite3')),
];

type Finding = { code: string; file: string };

let folder = '';
let findings: Finding[] = [];
let filesSeen = 0;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-layers-'));
  for (const file of ['.oxlintrc.json', 'package.json', 'tsconfig.json'])
    cpSync(join(checkout, file), join(folder, file));
  // The import resolver refuses to work if a referenced project is missing.
  const { references } = JSON.parse(readFileSync(join(checkout, 'tsconfig.json'), 'utf8')) as {
    references: { path: string }[];
  };
  for (const { path } of references) {
    const file = path.endsWith('.json') ? path : `${path}/tsconfig.json`;
    write(file, readFileSync(join(checkout, file), 'utf8'));
  }
  cpSync(join(checkout, 'scripts', 'lint'), join(folder, 'scripts', 'lint'), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const file of targets) write(file, 'export const x = 1;\nexport type X = number;\n');
  for (const { file, text } of [...plants, ...allowed]) write(file, text);
  const oxlint = join(checkout, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const result = spawnSync(process.execPath, [oxlint, '--format=json', 'src-main', 'src-renderer'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const start = result.stdout.indexOf('{');
  expect(start, `oxlint printed no JSON: ${result.stdout}${result.stderr}`).toBeGreaterThanOrEqual(0);
  const report = JSON.parse(result.stdout.slice(start)) as {
    diagnostics: { code: string; filename: string }[];
    number_of_files: number;
  };
  filesSeen = report.number_of_files;
  findings = report.diagnostics.map(({ code, filename }) => ({ code, file: filename.replaceAll('\\', '/') }));
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the layer check', () => {
  test('sees every planted file', () => {
    expect(filesSeen).toBeGreaterThanOrEqual(targets.length + plants.length + allowed.length);
  });

  test.each(plants)('catches: $why ($file)', ({ rule, file }) => {
    expect(findings.filter((finding) => finding.file === file).map((finding) => finding.code)).toContain(rule);
  });

  test.each(allowed)('CONTROL: allows $why', ({ file }) => {
    expect(findings.filter((finding) => finding.file === file)).toEqual([]);
  });
});
