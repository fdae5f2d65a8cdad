import * as z from 'zod';
import { tryParseIsoDay } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';

/** Files of a data folder, injected so that the methods themselves read nothing. */
export interface DataDir {
  /** Text of a file by its path relative to the folder, or null when it does not exist. */
  readText(path: string): string | null;
  /** Relative paths of all files, with `/` as separator. */
  list(): string[];
}

/** One formula of the product: values in, values out. `run` gets input that `input` has accepted. */
export interface Method {
  name: string;
  area: string;
  /** One sentence for `calc --list`. */
  sentence: string;
  input: z.ZodType;
  run(input: unknown, data?: DataDir): unknown;
}

/** Ties a schema to a function on its parsed type. */
export function defineMethod<S extends z.ZodType>(
  area: string,
  name: string,
  sentence: string,
  input: S,
  run: (input: z.output<S>, data?: DataDir) => unknown,
): Method {
  return { name, area, sentence, input, run: (value, data) => run(value as z.output<S>, data) };
}

/** Bad input that a schema cannot express; `path` names the offending value. */
export function badInput(path: string, expectation: string, detail?: unknown): LadderlineError {
  return new LadderlineError('bad-input', `${path}: ${expectation}`, detail ?? { path });
}

/** A finite number, or null where the value is undefined: NaN, infinities and -0 never leave a method. */
export function finite(x: number | null | undefined): number | null {
  return x === null || x === undefined || !Number.isFinite(x) ? null : x === 0 ? 0 : x;
}

/** The quotient, or null when the divisor is 0 or either side is undefined. */
export function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : finite(a / b);
}

/** A result without NaN, Infinity, -0 and undefined, at any depth. */
export function clean(value: unknown): unknown {
  if (typeof value === 'number') return finite(value);
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, clean);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, clean(v)]));
  return value;
}

export const number = z.number();
export const count = z.number().int().nonnegative();
export const positive = z.number().positive();
export const share = z.number().min(0).max(1);
/** 0 and 1, or false and true. */
export const flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Number);
export const level = z.number().gt(0).lt(1);
/** A key of a customer, contact or record. */
export const key = z.union([z.string(), z.number()]).transform(String);
/** `YYYY-MM-DD` as a day number. */
export const day = z.string().transform((text, context): number => {
  const parsed = tryParseIsoDay(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'expected a calendar day YYYY-MM-DD' });
  return z.NEVER;
});

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const v of values) total += v;
  return total;
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** Median of values; null when there are none. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 ? sorted[mid]! : (sorted[mid - 1]! + sorted[mid]!) / 2;
}

/** Text order by code units, independent of locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
