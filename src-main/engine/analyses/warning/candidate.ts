import type { ReadContext } from '#engine/base/context.ts';
import type { Population } from '../population/index.ts';
import type { Span } from './span.ts';
import type { Change, ChangeDetail, NotCompared } from './types.ts';

/** What every comparison of an answer is made from. */
export type Question = {
  readonly ctx: ReadContext;
  readonly population: Population;
  readonly span: Span;
  readonly where: string | undefined;
  readonly groups: Groups | null;
};

/** Customers by the value of a field: the largest groups by name. */
export type Groups = {
  readonly by: string;
  readonly values: readonly string[];
  /** Index into `values` by customer index; -1 for customers of other groups or of none. */
  readonly of: Int32Array;
  /** A clause for each value. */
  readonly clauses: readonly string[];
};

/** A comparison before it is weighed against the others. */
export type Candidate = Omit<Change, 'adjusted' | 'significant'> & { readonly details: () => ChangeDetail[] };

export type Found = { readonly candidates: Candidate[]; readonly notCompared: NotCompared[] };

export function found(): Found {
  return { candidates: [], notCompared: [] };
}

/** `1 customer`, `2,345 customers`. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : plural}`;
}

export function grouped(n: number): string {
  const [whole, part] = String(Math.abs(n)).split('.');
  return `${n < 0 ? '−' : ''}${whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${part === undefined ? '' : `.${part}`}`;
}

/** A number of at most so many decimals, without trailing zeros. */
export function rounded(x: number, decimals = 1): string {
  return grouped(Number(x.toFixed(decimals)));
}

/** A small number with at least two digits that say something: `0.362`, `0.00021`. */
export function precise(x: number): string {
  return x === 0 || Math.abs(x) >= 0.01 ? rounded(x, 3) : String(Number(x.toPrecision(2)));
}

/** `+12 %` of a ratio. */
export function percentChange(before: number, after: number): string {
  if (before === 0) return 'from none';
  const change = Math.round((after / before - 1) * 100);
  return `${change > 0 ? '+' : change < 0 ? '−' : '±'}${grouped(Math.abs(change))} %`;
}

/** A change of an amount: the same size up and down. Half a unit keeps nothing from being infinitely far from something. */
export function logRatio(expected: number, observed: number): number {
  return Math.abs(Math.log((observed + 0.5) / (expected + 0.5)));
}
