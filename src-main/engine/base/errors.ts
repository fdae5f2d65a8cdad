/** Exit codes of the command line, see docs of each command. */
export const EXIT = { done: 0, data: 1, usage: 2, workspace: 3, gate: 4, cancelled: 130 } as const;

/**
 * The one error that crosses process lines. `message` states what is wrong, where, and what to do.
 * `code` is a stable kebab-case word, `detail` a small structured-cloneable value, `exit` the exit code of the command line.
 */
export class LadderlineError extends Error {
  readonly code: string;
  readonly detail: unknown;
  readonly exit: number;

  constructor(code: string, message: string, detail?: unknown, exit: number = EXIT.data) {
    super(message);
    this.name = 'LadderlineError';
    this.code = code;
    this.detail = detail;
    this.exit = exit;
  }
}

export class CancelledError extends LadderlineError {
  constructor(what = 'The operation') {
    super('cancelled', `${what} was cancelled; nothing was changed.`, undefined, EXIT.cancelled);
  }
}

/** Usage errors exit with 2. */
export function usage(message: string, detail?: unknown): LadderlineError {
  return new LadderlineError('usage', message, detail, EXIT.usage);
}

export type WireError = { code: string; message: string; detail?: unknown; exit: number };

/** Any thrown value as `{code, message, detail, exit}`; unknown errors keep their message under the code `internal`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof LadderlineError) {
    const wire: WireError = { code: error.code, message: error.message, exit: error.exit };
    if (error.detail !== undefined) wire.detail = error.detail;
    return wire;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Internal error: ${message}`, exit: EXIT.data };
}

/** For the default branch of a switch over a union: adding a member makes this call a type error. */
export function never(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
