import type { Day } from '#engine/base/days.ts';
import { datePartsOf, parseDate, weekdayOf, type DateOrder, type WrittenDate } from './dates.ts';

/** What the values of one column say about the order of day and month. Filled value by value, over all rows. */
export type DateEvidence = {
  /** Values in three parts without a year in front. */
  parts: number;
  firstAbove12: number;
  secondAbove12: number;
  padded: number;
  bare: number;
  /** Values that name their weekday, and for how many it fits each order. */
  weekdays: number;
  weekdayDmy: number;
  weekdayMdy: number;
  firstSample: string | null;
  secondSample: string | null;
  paddedSample: string | null;
  bareSample: string | null;
  samples: string[];
};

const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };

export function newEvidence(): DateEvidence {
  return {
    parts: 0, firstAbove12: 0, secondAbove12: 0, padded: 0, bare: 0, weekdays: 0, weekdayDmy: 0, weekdayMdy: 0,
    firstSample: null, secondSample: null, paddedSample: null, bareSample: null, samples: [],
  }; // prettier-ignore
}

/** Adds one value. Dates with one reading and texts that are no dates say nothing. */
export function addEvidence(evidence: DateEvidence, text: string): void {
  const parts = datePartsOf(text);
  if (!parts) return;
  evidence.parts += 1;
  if (evidence.samples.length < 3 && !evidence.samples.includes(text)) evidence.samples.push(text);
  if (parts.first > 12) {
    evidence.firstAbove12 += 1;
    evidence.firstSample ??= text;
  }
  if (parts.second > 12) {
    evidence.secondAbove12 += 1;
    evidence.secondSample ??= text;
  }
  const weekday = weekdayOf(text);
  if (weekday >= 0) {
    evidence.weekdays += 1;
    // 1970-01-01 was a Thursday.
    const falls = (order: DateOrder): boolean =>
      parseDate(text, order, out) && (((out.day + 4) % 7) + 7) % 7 === weekday;
    if (falls('dmy')) evidence.weekdayDmy += 1;
    if (falls('mdy')) evidence.weekdayMdy += 1;
  }
  if (parts.padding === 1) {
    evidence.padded += 1;
    evidence.paddedSample ??= text;
  } else if (parts.padding === 2) {
    evidence.bare += 1;
    evidence.bareSample ??= text;
  }
}

export type OrderDecision = {
  readonly order: DateOrder | null;
  /** True when no order, or more than one, fits what was intended: the analyst is asked. */
  readonly ambiguous: boolean;
  readonly why: string;
};

/** What is known besides the values: each null when it says nothing. */
export type OrderContext = {
  /** Given by the analyst (`--date-order`, the mapping file): rules over everything. */
  readonly told: DateOrder | null;
  readonly profile: { readonly id: string; readonly order: DateOrder } | null;
  /** From other columns of the same file, with the reason. */
  readonly others: { readonly order: DateOrder; readonly why: string } | null;
  readonly workspace: DateOrder | null;
};

/**
 * One order for a column: told > mixed values (asked) > profile, unless a value contradicts it > a part above 12 > other
 * columns > workspace default > asked.
 */
export function decideOrder(evidence: DateEvidence, context: OrderContext): OrderDecision {
  if (evidence.parts === 0)
    return { order: 'ymd', ambiguous: false, why: 'the year comes first or the month is a word' };
  if (context.told) return { order: context.told, ambiguous: false, why: `${context.told} was given` };
  if (evidence.firstAbove12 > 0 && evidence.secondAbove12 > 0) {
    return {
      order: null,
      ambiguous: true,
      why: `mixed: "${evidence.firstSample}" can only start with the day, "${evidence.secondSample}" only with the month`,
    };
  }
  if (evidence.padded > 0 && evidence.bare > 0) {
    return {
      order: null,
      ambiguous: true,
      why: `mixed: "${evidence.paddedSample}" is zero-padded, "${evidence.bareSample}" is not; a spreadsheet has rewritten some of them`,
    };
  }
  if (context.profile) {
    const { id, order } = context.profile;
    const contradiction = order === 'dmy' ? evidence.secondSample : order === 'mdy' ? evidence.firstSample : null;
    if (contradiction === null) return { order, ambiguous: false, why: `profile ${id} writes ${order}` };
  }
  if (evidence.firstAbove12 > 0) {
    return { order: 'dmy', ambiguous: false, why: `"${evidence.firstSample}" can only start with the day` };
  }
  if (evidence.secondAbove12 > 0) {
    return { order: 'mdy', ambiguous: false, why: `"${evidence.secondSample}" can only start with the month` };
  }
  const { weekdays, weekdayDmy, weekdayMdy } = evidence;
  if (weekdays === evidence.parts && (weekdayDmy === weekdays) !== (weekdayMdy === weekdays)) {
    const order = weekdayDmy === weekdays ? 'dmy' : 'mdy';
    const first = order === 'dmy' ? 'day' : 'month';
    return { order, ambiguous: false, why: `the weekdays fit only when the ${first} comes first` };
  }
  if (context.others) return { order: context.others.order, ambiguous: false, why: context.others.why };
  if (context.workspace)
    return { order: context.workspace, ambiguous: false, why: `workspace default ${context.workspace}` };
  return { order: null, ambiguous: true, why: 'no day is above 12 and nothing else decides' };
}

function daysOf(values: readonly string[], order: DateOrder): (Day | null)[] {
  return values.map((text) => (parseDate(text, order, out) ? out.day : null));
}

/** Steps against the prevailing direction in a sequence of days; null when there are fewer than eight. */
function inversions(days: readonly (Day | null)[]): number | null {
  const known = days.filter((day) => day !== null);
  if (known.length < 8) return null;
  let up = 0;
  let down = 0;
  for (let i = 1; i < known.length; i += 1) {
    if (known[i]! > known[i - 1]!) up += 1;
    else if (known[i]! < known[i - 1]!) down += 1;
  }
  return Math.min(up, down);
}

function spread(from: readonly (Day | null)[], to: readonly (Day | null)[]): { min: number; max: number; n: number } {
  let [min, max, n] = [Infinity, -Infinity, 0];
  for (let i = 0; i < from.length; i += 1) {
    const [a, b] = [from[i], to[i]];
    if (a === null || a === undefined || b === null || b === undefined) continue;
    min = Math.min(min, b - a);
    max = Math.max(max, b - a);
    n += 1;
  }
  return { min, max, n };
}

/**
 * What columns of undecided order say about each other: rows in order of time, or a constant term between two columns.
 * `columns` hold the values of the same rows ('' when empty). Null when neither order stands out.
 */
export function orderFromRows(
  columns: readonly { readonly header: string; readonly values: readonly string[] }[],
): OrderContext['others'] {
  for (const { header, values } of columns) {
    const dmy = inversions(daysOf(values, 'dmy'));
    const mdy = inversions(daysOf(values, 'mdy'));
    if (dmy === null || mdy === null) continue;
    if (dmy === 0 && mdy >= 2)
      return { order: 'dmy', why: `rows are in order of "${header}" only when the day comes first` };
    if (mdy === 0 && dmy >= 2)
      return { order: 'mdy', why: `rows are in order of "${header}" only when the month comes first` };
  }
  for (const from of columns) {
    for (const to of columns) {
      if (from === to) continue;
      const [d, m] = (['dmy', 'mdy'] as const).map((order) =>
        spread(daysOf(from.values, order), daysOf(to.values, order)),
      ) as [ReturnType<typeof spread>, ReturnType<typeof spread>];
      if (d.n < 5 || m.n < 5) continue;
      const steady = (s: typeof d): boolean => s.max - s.min <= 3 && s.min >= 5 && s.max <= 120;
      const wild = (s: typeof d): boolean => s.max - s.min > 20;
      if (steady(d) && wild(m))
        return {
          order: 'dmy',
          why: `"${to.header}" minus "${from.header}" is a constant term only when the day comes first`,
        };
      if (steady(m) && wild(d))
        return {
          order: 'mdy',
          why: `"${to.header}" minus "${from.header}" is a constant term only when the month comes first`,
        };
    }
  }
  return null;
}
