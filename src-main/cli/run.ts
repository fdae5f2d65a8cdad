import { EXIT, usage } from '#engine/base/errors.ts';
import { COMMANDS } from './commands/index.ts';
import { makeOutput, printError } from './output.ts';

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
    return (await command.run(rest, makeOutput(json))) ?? EXIT.done;
  } catch (error) {
    return printError(error, json);
  }
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
