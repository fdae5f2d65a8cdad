import { EXIT, usage } from '#engine/base/errors.ts';
import { asKnownAt, versionNamed } from '#engine/known/reconstruct.ts';
import { openReader } from '#engine/store/open.ts';
import type { CliCommand } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { makeOutput, printError, type Output } from './output.ts';

/** `ladderline <command> ...`: finds the command, runs it, prints one document or words, exits with the agreed code. */
export async function run(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === '--help' || name === 'help' || name === '--json') {
      process.stdout.write(`${help()}\n`);
      return name === undefined ? EXIT.usage : EXIT.done;
    }
    const command = COMMANDS.find((c) => c.name === name);
    if (!command) throw usage(`There is no command "${name}". Commands: ${COMMANDS.map((c) => c.name).join(', ')}.`);
    if (rest.includes('--help')) {
      process.stdout.write(`ladderline ${command.usage}\n  ${command.summary}\n`);
      return EXIT.done;
    }
    return (await runKnown(command, rest, makeOutput(json))) ?? EXIT.done;
  } catch (error) {
    return printError(error, json);
  }
}

/** Runs a command; with `--known-at` on the workspace as it was known then. */
async function runKnown(command: CliCommand, argv: readonly string[], out: Output): Promise<number | void> {
  const { version, rest } = withoutKnownAt(argv);
  const reads = typeof command.reads === 'function' ? command.reads(rest) : command.reads === true;
  const workspace = rest.findIndex((word) => !word.startsWith('-'));
  if (version === null || !reads || workspace < 0) return await command.run(argv, out);
  const db = openReader(rest[workspace]!);
  let at: number;
  try {
    at = versionNamed(db, version);
  } finally {
    db.close();
  }
  if (!out.json) out.note(`As known at version ${at}.`);
  const past = await asKnownAt(rest[workspace]!, at);
  try {
    return await command.run(rest.toSpliced(workspace, 1, past.path), out);
  } finally {
    past.close();
  }
}

function withoutKnownAt(argv: readonly string[]): { version: string | null; rest: string[] } {
  const at = argv.findIndex((word) => word === '--known-at' || word.startsWith('--known-at='));
  if (at < 0) return { version: null, rest: [...argv] };
  const joined = argv[at]!.startsWith('--known-at=');
  const version = joined ? argv[at]!.slice('--known-at='.length) : argv[at + 1];
  if (version === undefined) throw usage('--known-at needs a version, an import such as B-3, or a day.');
  return { version, rest: argv.toSpliced(at, joined ? 1 : 2) };
}

function help(): string {
  const width = Math.max(...COMMANDS.map((c) => c.usage.length));
  return [
    'ladderline <command> [--json]',
    '',
    ...COMMANDS.map((c) => `  ${c.usage.padEnd(Math.min(width, 60))}  ${c.summary}`),
    '',
    'Exit codes: 0 done, 1 data, 2 usage, 3 workspace unusable, 4 quality gate failed, 130 cancelled.',
  ].join('\n');
}
