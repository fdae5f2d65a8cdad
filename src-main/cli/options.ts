import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { usage } from '#engine/base/errors.ts';

export type Options = {
  readonly positionals: string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  all(name: string): string[];
  number(name: string): number | undefined;
  day(name: string): string | undefined;
  oneOf<const T extends string>(name: string, members: readonly T[]): T | undefined;
};

export type OptionNames = { flags?: readonly string[]; values?: readonly string[]; lists?: readonly string[] };

/** Options of every command. */
const COMMON_FLAGS = ['json', 'help'];
const COMMON_VALUES = ['as-of', 'known-at'];

/** Parses what follows the command's name; an unknown option or a missing value is a usage error. */
export function parseOptions(
  command: string,
  argv: readonly string[],
  names: OptionNames,
  positionals: readonly [number, number],
): Options {
  const config: ParseArgsOptionsConfig = {};
  for (const name of [...COMMON_FLAGS, ...(names.flags ?? [])]) config[name] = { type: 'boolean' };
  for (const name of [...COMMON_VALUES, ...(names.values ?? [])]) config[name] = { type: 'string' };
  for (const name of names.lists ?? []) config[name] = { type: 'string', multiple: true };
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(`${command}: ${error instanceof Error ? error.message.split('. ')[0] : String(error)}`);
  }
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  const [least, most] = positionals;
  if (parsed.positionals.length < least || parsed.positionals.length > most) {
    throw usage(
      `${command}: expected ${least === most ? least : `${least} to ${most}`} arguments, got ${parsed.positionals.length}.`,
    );
  }
  if (values['known-at'] !== undefined && !names.values?.includes('known-at')) {
    throw usage(`${command}: --known-at is for commands that only read a workspace.`);
  }
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  return {
    positionals: parsed.positionals,
    has: (name) => values[name] === true,
    text,
    all: (name) => (Array.isArray(values[name]) ? values[name] : []),
    number(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number))
        throw usage(`${command}: --${name} "${value}" is not a number.`);
      return number;
    },
    day(name) {
      const value = text(name);
      if (value !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
        throw usage(`${command}: --${name} "${value}" is not a day; write it as YYYY-MM-DD.`);
      }
      return value;
    },
    oneOf(name, members) {
      const value = text(name);
      if (value === undefined) return undefined;
      const member = members.find((m) => m === value);
      if (member === undefined) throw usage(`${command}: --${name} "${value}" is not one of ${members.join(', ')}.`);
      return member;
    },
  };
}
