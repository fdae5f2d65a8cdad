import type { Output } from '../output.ts';

export type CliCommand = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** True where the command only reads the workspace that its first argument names: it then takes `--known-at`. */
  readonly reads?: true | ((argv: readonly string[]) => boolean);
  /** Runs with what follows the name; answers an exit code, 0 when nothing is returned. */
  run(argv: readonly string[], out: Output): Promise<number | void> | number | void;
};
