import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { mixDifference, psi } from '#engine/methods/drift.ts';
import { postStratified } from '#engine/methods/nps-estimates.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { STANDINGS } from '../ladder/index.ts';
import type { Population } from '../population/index.ts';
import { customerWords } from './grouping.ts';
import { meansOf, points } from './score.ts';
import { customerWeights, Range, scoreOptions, select, Selection } from './selection.ts';
import type { NpsBiasReport, ReweightedBy } from './types.ts';

const BANDS = ['no revenue', 'lowest third', 'middle third', 'highest third'] as const;

/** The stratum of each customer: a band of revenue, or the value of a field. */
function strataWords(
  ctx: ReadContext,
  population: Population,
  field: string,
): { word: (customer: number) => string | null; order: readonly string[] | null } {
  if (field !== 'revenue')
    return { word: customerWords(ctx, field, population.asOf), order: field === 'rung' ? STANDINGS : null };
  const weight = customerWeights(ctx, population, 'revenue_12m');
  const amounts: number[] = [];
  for (let c = 0; c < population.member.length; c++) {
    const amount = population.member[c] === 1 ? weight(c) : null;
    if (amount !== null && amount > 0) amounts.push(amount);
  }
  amounts.sort((a, b) => a - b);
  const [low, high] = [amounts[Math.floor(amounts.length / 3)]!, amounts[Math.floor((2 * amounts.length) / 3)]!];
  return {
    word: (c) => {
      const amount = weight(c);
      if (amount === null || amount <= 0) return BANDS[0];
      return amount < low ? BANDS[1] : amount < high ? BANDS[2] : BANDS[3];
    },
    order: BANDS,
  };
}

/**
 * Rule N25: whether those who answered are like all customers, and the score re-weighted to them. Per customer; strata by
 * rung, region and thirds of revenue, or by any field.
 */
export const npsBias = defineAnalysis({
  name: 'npsBias',
  input: z.object({
    ...Selection,
    ...Range,
    fields: z.array(z.string().max(200)).min(1).max(8).default(['rung', 'region', 'revenue']),
  }),
  run(ctx, input): NpsBiasReport {
    const { population, answers } = select(ctx, input, input);
    const options = { ...scoreOptions(ctx, population, input), unit: 'customer' as const };
    const { customers, means } = meansOf(answers, options)[0]!;
    const known = customers.flatMap((customer, i) => (customer < 0 ? [] : [{ customer, mean: means[i]! }]));
    const z = zOfLevel(input.level);
    const plain = known.length === 0 ? null : known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
    return {
      asOf: isoDay(population.asOf),
      customers: population.count,
      responding: known.length,
      nps: points(plain),
      minimum: options.minimum,
      enough: known.length >= options.minimum,
      fields: input.fields.map((field) => reweighted(ctx, population, field, known, z)),
    };
  },
});

function reweighted(
  ctx: ReadContext,
  population: Population,
  field: string,
  known: readonly { customer: number; mean: number }[],
  z: number,
): ReweightedBy {
  const { word, order } = strataWords(ctx, population, field);
  const strata = new Map<string | null, { size: number; n: number; sum: number; squares: number }>();
  const stratum = (customer: number): { size: number; n: number; sum: number; squares: number } => {
    const name = word(customer);
    let held = strata.get(name);
    if (!held) strata.set(name, (held = { size: 0, n: 0, sum: 0, squares: 0 }));
    return held;
  };
  for (let c = 0; c < population.member.length; c++) if (population.member[c] === 1) stratum(c).size++;
  for (const { customer, mean } of known) {
    const held = stratum(customer);
    held.n++;
    held.sum += mean;
    held.squares += mean * mean;
  }
  const rank = (name: string | null): number => (order === null ? 0 : order.indexOf(name ?? ''));
  const rows = [...strata]
    .map(([value, { size, n, sum, squares }]) => {
      const mean = n === 0 ? null : sum / n;
      return { value, size, n, mean, variance: mean === null ? null : Math.max(0, squares / n - mean * mean) };
    })
    .sort((a, b) => rank(a.value) - rank(b.value) || b.size - a.size || (String(a.value) < String(b.value) ? -1 : 1));
  const { mean, se, covered } = postStratified(rows);
  const half = se === null ? null : z * se;
  const shift = psi(
    rows.map((r) => r.size),
    rows.map((r) => r.n),
  );
  const test = mixDifference(
    rows.map((r) => r.n),
    rows.map((r) => r.size - r.n),
  );
  return {
    field,
    nps: points(mean),
    low: mean === null || half === null ? null : points(mean - half),
    high: mean === null || half === null ? null : points(mean + half),
    covered,
    psi: shift.psi,
    psiCritical: shift.critical_95,
    p: test.p,
    biased: test.p === null ? null : test.p < 0.05,
    strata: rows.map(({ value, size, n, mean: own }) => ({
      value,
      customers: size,
      share: population.count === 0 ? null : size / population.count,
      responding: n,
      respondingShare: known.length === 0 ? null : n / known.length,
      nps: points(own),
    })),
  };
}
