import type { ReadContext, WorkspaceSettings } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Rules } from '../definitions/current.ts';
import type { TouchRules } from '../definitions/touch.ts';
import type { Evaluating } from '../frame.ts';
import type { FactColumn } from '../types.ts';

/** What a reducer sees. It reads nothing dated after `asOf`. */
export type FactInput = {
  readonly ctx: ReadContext;
  readonly vectors: Vectors;
  readonly asOf: Day;
  readonly settings: WorkspaceSettings;
  /** The ladder and the rules of touches in use. */
  readonly rules: Rules;
  /** The rules of touches, of which a fact reads no condition; whom a condition holds of is for `evaluation` to say. */
  readonly touchRules: TouchRules;
  readonly evaluation: Evaluating;
  /** Another fact of the catalogue on the same day. */
  fact(name: string): FactColumn;
};

/** Computes one or several facts in one pass over the vectors. */
export type Reducer = (input: FactInput) => Readonly<Record<string, FactColumn>>;

export function numbers(type: 'number' | 'days' | 'share' | 'yesno', values: Float64Array): FactColumn {
  return { type, values };
}

export function days(values: Int32Array): FactColumn {
  return { type: 'day', values };
}

export function members(values: Int32Array, words: readonly string[]): FactColumn {
  return { type: 'set', values, members: words };
}

export function unknownNumbers(n: number): Float64Array {
  return new Float64Array(n).fill(Number.NaN);
}

export function unknownInts(n: number): Int32Array {
  return new Int32Array(n).fill(UNKNOWN_INT);
}

/** An integer, term or day column of a relation. */
export function ints(relation: Relation, name: string): Int32Array {
  const column = relation.column(name);
  if (column.kind === 'money' || column.kind === 'real')
    throw new Error(`${relation.name}.${name} is not a column of integers`);
  return column.values;
}

/** A money or real column of a relation. */
export function reals(relation: Relation, name: string): Float64Array {
  const column = relation.column(name);
  if (column.kind !== 'money' && column.kind !== 'real')
    throw new Error(`${relation.name}.${name} is not a column of reals`);
  return column.values;
}
