import { usage } from '#engine/base/errors.ts';
import { decimalOf, type Money } from '#engine/base/money.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { given } from '../session.ts';

/** A question or a change of `nps`. */
export type NpsWord = {
  readonly usage: string;
  readonly reads?: (argv: readonly string[]) => boolean;
  run(argv: readonly string[], out: Output): Promise<void> | void;
};

export const SELECTION_VALUES = [
  'where',
  'kind',
  'unit',
  'interval',
  'level',
  'dedup',
  'weight',
  'population',
] as const;
export const SELECTION_FLAGS = ['roles'] as const;
export const RANGE_VALUES = ['from', 'to', 'wave'] as const;

/** What every question about scores takes. */
export function selectionOf(o: Options) {
  const level = o.number('level');
  if (level !== undefined && !(level > 0 && level < 1)) throw usage(`nps: --level "${level}" is not between 0 and 1.`);
  const population = o.text('population') === 'customers' ? 'customers' : o.number('population');
  return given({
    asOf: o.day('as-of'),
    where: o.text('where'),
    kind: o.oneOf('kind', ['relational', 'transactional']),
    unit: o.oneOf('unit', ['respondent', 'customer']),
    interval: o.oneOf('interval', ['adjusted_wald', 'wald', 'score']),
    level,
    dedup: o.oneOf('dedup', ['latest', 'first', 'none']),
    weight: o.text('weight'),
    roles: o.has('roles') ? true : undefined,
    population: population as 'customers' | number | undefined,
  });
}

export function rangeOf(o: Options) {
  return given({ from: o.day('from'), to: o.day('to'), wave: o.text('wave') });
}

export const PAGE_VALUES = ['limit', 'offset'] as const;
export const pageIn = (o: Options) => given({ limit: o.number('limit'), offset: o.number('offset') });

export const points = (value: number | null): string | null => (value === null ? null : value.toFixed(1));
export const percent = (share: number | null): string | null =>
  share === null ? null : `${(100 * share).toFixed(1)} %`;
export const money = (list: readonly Money[]): string =>
  list.map(({ currency, minor }) => `${decimalOf(minor, currency)} ${currency}`).join(', ') || '—';
/** `38.9 (13.2 to 58.6)`. */
export const between = (value: number | null, low: number | null, high: number | null): string =>
  `${points(value) ?? '—'} (${points(low) ?? '—'} to ${points(high) ?? '—'})`;
