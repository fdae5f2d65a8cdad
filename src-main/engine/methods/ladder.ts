import * as z from 'zod';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { chiSquareSf } from './numeric/special.ts';
import { badInput, count, day, defineMethod, finite, medianOf, number, ratio, sum } from './method.ts';

/**
 * Payne's ladder as operational rules, migration between two days, and how mobile the customers were.
 * Rungs: Christopher, Payne & Ballantyne, Relationship Marketing (2002), Fig. 2.6. The rules that put a customer on a rung are product conventions.
 */

export const LADDER_STATES = [...RUNGS, 'lapsed'] as const;
export type LadderState = (typeof LADDER_STATES)[number];

export interface LadderEvidence {
  orders?: { id?: string | undefined; date: number; amount: number }[] | undefined;
  credits?: { order: string; date: number; amount: number }[] | undefined;
  nps?: { date: number; score: number | null }[] | undefined;
  advocacy?: { date: number; kind?: string | undefined }[] | undefined;
  partner?: { start: number; end?: number | null | undefined }[] | undefined;
}

export interface LadderRules {
  mode: 5 | 6;
  /** Days that an answer or an act of advocacy counts, half-open `(asOf - window, asOf]`. */
  windowDays: number;
  /** Days without an order after which a customer has lapsed (strictly more). */
  lapseDays: number;
  promoterMin: number;
  detractorMax: number;
  /** `own_rhythm`: more than max(90, 3 x median own gap) when at least 4 gaps are known. */
  lapse: 'fixed' | 'own_rhythm';
}

export const DEFAULT_RULES: LadderRules = {
  mode: 6,
  windowDays: 365,
  lapseDays: 365,
  promoterMin: 9,
  detractorMax: 6,
  lapse: 'fixed',
};

export interface LadderPlace {
  rung: LadderState;
  occasions: number;
  flags: string[];
}

/**
 * The rung of one customer at the end of day `asOf`; later rows are invisible.
 * An order counts while its amount exceeds the credit notes dated up to `asOf`; orders of one day are one occasion.
 */
export function classify(customer: LadderEvidence, asOf: number, rules: LadderRules = DEFAULT_RULES): LadderPlace {
  const credited = new Map<string, number>();
  for (const c of customer.credits ?? []) {
    if (c.date <= asOf) credited.set(c.order, (credited.get(c.order) ?? 0) + c.amount);
  }
  const days = new Set<number>();
  for (const o of customer.orders ?? []) {
    if (o.date <= asOf && o.amount - (o.id === undefined ? 0 : (credited.get(o.id) ?? 0)) > 0) days.add(o.date);
  }
  const purchaseDays = [...days].sort((a, b) => a - b);
  const occasions = purchaseDays.length;
  const visible = (date: number): boolean => date > asOf - rules.windowDays && date <= asOf;
  const partner = (customer.partner ?? []).some(
    (p) => p.start <= asOf && (p.end === null || p.end === undefined || asOf < p.end),
  );
  // Of answers on the same day the lower counts, so that row order never matters.
  let lastNps: { date: number; score: number } | null = null;
  for (const { date, score } of customer.nps ?? []) {
    if (score === null || !Number.isInteger(score) || score < 0 || score > 10 || !visible(date)) continue;
    if (!lastNps || date > lastNps.date || (date === lastNps.date && score < lastNps.score)) lastNps = { date, score };
  }
  let lastAdvocacy: number | null = null;
  for (const { date } of customer.advocacy ?? []) {
    if (visible(date) && (lastAdvocacy === null || date > lastAdvocacy)) lastAdvocacy = date;
  }
  const flags: string[] = [];
  if (occasions === 0) {
    if (partner) flags.push('partner_without_purchase');
    if (lastAdvocacy !== null) flags.push('advocacy_without_purchase');
    return { rung: 'prospect', occasions, flags };
  }
  const silent = asOf - purchaseDays[occasions - 1]!;
  if (silent > lapseAfter(purchaseDays, rules) && !(partner && occasions >= 2))
    return { rung: 'lapsed', occasions, flags };
  if (occasions === 1) {
    if (lastAdvocacy !== null) flags.push('advocacy_below_client');
    return { rung: 'customer', occasions, flags };
  }
  let rung: LadderState = 'client';
  if (lastNps && lastNps.score >= rules.promoterMin) rung = 'supporter';
  if (lastAdvocacy !== null && !(lastNps && lastNps.score <= rules.detractorMax && lastNps.date > lastAdvocacy))
    rung = 'advocate';
  if (partner && rules.mode === 6) rung = 'partner';
  return { rung, occasions, flags };
}

function lapseAfter(purchaseDays: readonly number[], rules: LadderRules): number {
  if (rules.lapse === 'fixed' || purchaseDays.length < 5) return rules.lapseDays;
  return Math.max(90, 3 * medianOf(purchaseDays.slice(1).map((d, i) => d - purchaseDays[i]!))!);
}

/** Counts of customers by rung at `from` and at `to`; only pairs that occur. */
export function migrationCounts(
  customers: Iterable<LadderEvidence>,
  from: number,
  to: number,
  rules: LadderRules = DEFAULT_RULES,
): Map<LadderState, Map<LadderState, number>> {
  const counts = new Map<LadderState, Map<LadderState, number>>();
  for (const customer of customers) {
    const a = classify(customer, from, rules).rung;
    const b = classify(customer, to, rules).rung;
    const row = counts.get(a) ?? new Map<LadderState, number>();
    row.set(b, (row.get(b) ?? 0) + 1);
    counts.set(a, row);
  }
  return counts;
}

/** Row-normalised rates with binomial standard errors; an empty row is null throughout. */
export function migrationRates(counts: number[][]): {
  P: (number | null)[][];
  se: (number | null)[][];
  row_n: number[];
} {
  const row_n = counts.map((row) => sum(row));
  const P = counts.map((row, i) => row.map((c) => ratio(c, row_n[i]!)));
  const se = P.map((row, i) => row.map((p) => (p === null ? null : Math.sqrt((p * (1 - p)) / row_n[i]!))));
  return { P, se, row_n };
}

export interface Mobility {
  shorrocks: number | null;
  stay: number | null;
  up: number | null;
  down: number | null;
  net_up: number | null;
}

/**
 * Mobility of a square table of counts whose rows and columns run from the lowest to the highest rung.
 * Shorrocks (1978): (k - trace P) / (k - 1), null when a row is empty; stay, up and down are shares of all customers.
 */
export function mobility(counts: number[][]): Mobility {
  const total = sum(counts.map(sum));
  let stay = 0;
  let up = 0;
  let down = 0;
  let trace: number | null = 0;
  counts.forEach((row, i) => {
    const n = sum(row);
    trace = trace === null || n === 0 ? null : trace + row[i]! / n;
    row.forEach((c, j) => {
      if (j === i) stay += c;
      else if (j > i) up += c;
      else down += c;
    });
  });
  const k = counts.length;
  return {
    shorrocks: trace === null || k < 2 ? null : (k - trace) / (k - 1),
    stay: ratio(stay, total),
    up: ratio(up, total),
    down: ratio(down, total),
    net_up: ratio(up - down, total),
  };
}

/**
 * Did the transition matrix change between two periods? Anderson & Goodman (1957): the sum over rows of the Pearson chi-square
 * of the 2 x k table (no continuity correction) over columns that occur, with the degrees of freedom added up.
 * A row that is empty in either period adds nothing. Without degrees of freedom all is null.
 */
export function homogeneity(
  period1: number[][],
  period2: number[][],
): { chi2: number | null; df: number; p: number | null } {
  let chi2 = 0;
  let df = 0;
  period1.forEach((row, i) => {
    const other = period2[i]!;
    const n1 = sum(row);
    const n2 = sum(other);
    if (n1 === 0 || n2 === 0) return;
    let columns = 0;
    row.forEach((c, j) => {
      const column = c + other[j]!;
      if (column === 0) return;
      columns++;
      const e1 = (column * n1) / (n1 + n2);
      const e2 = (column * n2) / (n1 + n2);
      chi2 += (c - e1) ** 2 / e1 + (other[j]! - e2) ** 2 / e2;
    });
    df += columns - 1;
  });
  return df === 0 ? { chi2: null, df, p: null } : { chi2, df, p: finite(chiSquareSf(chi2, df)) };
}

const evidence = z.object({
  orders: z
    .array(z.object({ id: z.string().optional(), date: day, amount: number }))
    .nullish()
    .transform((v) => v ?? undefined),
  credits: z
    .array(z.object({ order: z.string(), date: day, amount: number }))
    .nullish()
    .transform((v) => v ?? undefined),
  nps: z
    .array(z.object({ date: day, score: number.nullable() }))
    .nullish()
    .transform((v) => v ?? undefined),
  advocacy: z
    .array(z.object({ date: day, kind: z.string().optional() }))
    .nullish()
    .transform((v) => v ?? undefined),
  partner: z
    .array(z.object({ start: day, end: day.nullish() }))
    .nullish()
    .transform((v) => v ?? undefined),
});
const rulesInput = {
  customers: z.record(z.string(), evidence),
  mode: z.union([z.literal(5), z.literal(6)]).default(6),
  params: z
    .object({
      window_days: z.number().positive().default(365),
      lapse_days: z.number().nonnegative().default(365),
      promoter_min: number.default(9),
      detractor_max: number.default(6),
      lapse: z.enum(['fixed', 'own_rhythm']).default('fixed'),
    })
    .prefault({}),
};
function rulesOf(input: {
  mode: 5 | 6;
  params: {
    window_days: number;
    lapse_days: number;
    promoter_min: number;
    detractor_max: number;
    lapse: 'fixed' | 'own_rhythm';
  };
}): LadderRules {
  const p = input.params;
  return {
    mode: input.mode,
    windowDays: p.window_days,
    lapseDays: p.lapse_days,
    promoterMin: p.promoter_min,
    detractorMax: p.detractor_max,
    lapse: p.lapse,
  };
}
const countTable = z
  .array(z.array(count))
  .refine((t) => t.every((r) => r.length === t[0]!.length), 'expected rows of equal length');
const squareTable = countTable.refine((t) => t.every((r) => r.length === t.length), 'expected as many columns as rows');

const AREA = '1-ladder';
export const LADDER_METHODS = [
  defineMethod(
    AREA,
    'ladder.classify',
    'The rung of each customer as of a day.',
    z.object({ ...rulesInput, asOf: day }),
    (input) => {
      const rules = rulesOf(input);
      return Object.fromEntries(Object.entries(input.customers).map(([id, c]) => [id, classify(c, input.asOf, rules)]));
    },
  ),
  defineMethod(
    AREA,
    'ladder.migration',
    'Customers by rung on one day and on a later day.',
    z.object({ ...rulesInput, from_: day, to: day }),
    (input) => {
      const counts = migrationCounts(Object.values(input.customers), input.from_, input.to, rulesOf(input));
      const inOrder = LADDER_STATES.flatMap((a) => {
        const row = counts.get(a);
        return row
          ? [[a, Object.fromEntries(LADDER_STATES.flatMap((b) => (row.has(b) ? [[b, row.get(b)]] : [])))] as const]
          : [];
      });
      return Object.fromEntries(inOrder);
    },
  ),
  defineMethod(
    AREA,
    'ladder.migration.rates',
    'Migration rates with standard errors; an empty row is undefined.',
    z.object({ counts: countTable }),
    (input) => migrationRates(input.counts),
  ),
  defineMethod(
    AREA,
    'ladder.mobility',
    'Shorrocks mobility and the shares that stayed, rose and fell.',
    z.object({ counts: squareTable }),
    (input) => mobility(input.counts),
  ),
  defineMethod(
    AREA,
    'ladder.homogeneity',
    'Whether migration differs between two periods (Anderson-Goodman).',
    z.object({ period1: countTable, period2: countTable }),
    (input) => {
      const [a, b] = [input.period1, input.period2];
      if (a.length !== b.length || a[0]?.length !== b[0]?.length)
        throw badInput('period2', 'expected a table of the same shape as period1');
      return homogeneity(a, b);
    },
  ),
];
