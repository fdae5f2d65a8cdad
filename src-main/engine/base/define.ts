import type { z } from 'zod';
import { usage } from './errors.ts';
import type { ReadContext, WriteContext } from './context.ts';

/**
 * An analysis answers a question and never writes. `lane`: `compute` runs over vectors, `reader` runs short indexed SQL.
 * The result is small and structured-cloneable: days as ISO text, ids as strings, pages instead of whole vectors.
 */
export type Analysis<Name extends string, Input, Asked, Report> = {
  readonly kind: 'analysis';
  readonly name: Name;
  readonly lane: 'compute' | 'reader';
  /** Validates what crossed a process line; throws `usage` with the path of the first wrong field. */
  parse(input: unknown): Input;
  run(ctx: ReadContext, input: Input): Report;
  /** Type only: the input as callers write it (defaults optional). */
  readonly asked?: Asked;
};

/** A command changes the workspace in one transaction and leaves one sentence in the change log. */
export type Command<Name extends string, Input, Asked, Report> = {
  readonly kind: 'command';
  readonly name: Name;
  parse(input: unknown): Input;
  run(ctx: WriteContext, input: Input): Report | Promise<Report>;
  /** `own`: the command opens its own transaction (a long merge that stages first). */
  readonly transaction: 'host' | 'own';
  readonly asked?: Asked;
};

function parser<S extends z.ZodType>(name: string, schema: S): (input: unknown) => z.output<S> {
  return (input) => {
    const result = schema.safeParse(input ?? {});
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    const where = issue && issue.path.length > 0 ? issue.path.join('.') : 'input';
    throw usage(`${name}: ${where}: ${issue?.message ?? 'not valid'}`, { path: issue?.path ?? [] });
  };
}

export function defineAnalysis<const Name extends string, S extends z.ZodType, Report>(spec: {
  name: Name;
  lane?: 'compute' | 'reader';
  input: S;
  run(ctx: ReadContext, input: z.output<S>): Report;
}): Analysis<Name, z.output<S>, z.input<S>, Report> {
  return {
    kind: 'analysis',
    name: spec.name,
    lane: spec.lane ?? 'compute',
    parse: parser(spec.name, spec.input),
    run: spec.run,
  };
}

export function defineCommand<const Name extends string, S extends z.ZodType, Report>(spec: {
  name: Name;
  input: S;
  transaction?: 'host' | 'own';
  run(ctx: WriteContext, input: z.output<S>): Report | Promise<Report>;
}): Command<Name, z.output<S>, z.input<S>, Report> {
  return {
    kind: 'command',
    name: spec.name,
    parse: parser(spec.name, spec.input),
    run: spec.run,
    transaction: spec.transaction ?? 'host',
  };
}
