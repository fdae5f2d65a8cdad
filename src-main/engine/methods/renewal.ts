import * as z from 'zod';
import { badInput, defineMethod, finite, positive, sum } from './method.ts';
import { nelderMead } from './numeric/optimise.ts';
import { hyp2f1 } from './numeric/special.ts';

/** Contract renewals: the shifted-beta-geometric model (Fader & Hardie 2007, "How to project customer retention"). */

/** S(1..periods): share still a customer after each renewal; retention r_t = (b + t - 1)/(a + b + t - 1). */
export function sbgCurve(a: number, b: number, periods: number): { retention: number[]; survival: number[] } {
  const retention = Array.from({ length: periods }, (_, i) => (b + i) / (a + b + i));
  let s = 1;
  return { retention, survival: retention.map((r) => (s *= r)) };
}

/** Log-likelihood of numbers of customers alive after 0, 1, 2, ... renewals; the survivors of the last are censored. */
export function sbgLogLik(a: number, b: number, alive: readonly number[]): number {
  let value = 0;
  let lnS = 0;
  for (let t = 1; t < alive.length; t++) {
    const lost = alive[t - 1]! - alive[t]!;
    const lnLost = lnS + Math.log(a / (a + b + t - 1));
    if (lost > 0) value += lost * lnLost;
    lnS += Math.log((b + t - 1) / (a + b + t - 1));
  }
  const left = alive.at(-1) ?? 0;
  return left > 0 ? value + left * lnS : value;
}

/**
 * Maximum-likelihood a and b of one or more cohorts. Null when they are not identified: fewer than two renewals, nobody lost, nobody kept,
 * or customers so alike that the likelihood rises without bound.
 */
export function fitSbg(cohorts: readonly (readonly number[])[]): {
  alpha: number | null;
  beta: number | null;
  loglik: number | null;
} {
  const none = { alpha: null, beta: null, loglik: null };
  const lost = sum(cohorts.map((c) => (c[0] ?? 0) - (c.at(-1) ?? 0)));
  const kept = sum(cohorts.map((c) => (c.length > 1 ? c[1]! : 0)));
  if (!cohorts.some((c) => c.length >= 3) || !(lost > 0) || !(kept > 0)) return none;
  const f = (u: number[]): number => {
    if (u.some((v) => Math.abs(v) > 20)) return Infinity;
    const value = -sum(cohorts.map((c) => sbgLogLik(Math.exp(u[0]!), Math.exp(u[1]!), c)));
    return Number.isNaN(value) ? Infinity : value;
  };
  const best = nelderMead(f, [0, 0]);
  if (best.x.some((v) => Math.abs(v) > 11.5)) return none;
  return { alpha: Math.exp(best.x[0]!), beta: Math.exp(best.x[1]!), loglik: -best.value };
}

/** Discounted expected residual lifetime of a customer who has renewed `renewals` times, seen just before the next renewal; null when infinite. */
export function sbgDerl(a: number, b: number, d: number, renewals: number): number | null {
  const n = renewals + 1;
  const first = (b + n - 1) / (a + b + n - 1);
  if (d === 0) return a > 1 ? finite((first * (a + b + n - 1)) / (a - 1)) : null;
  return finite(first * hyp2f1(1, b + n, a + b + n, 1 / (1 + d)));
}

const shares = z.array(z.number().nonnegative()).min(1);
function aliveOf(retention: readonly number[], n: number | undefined, path: string): number[] {
  const start = retention[0]!;
  if (!(start > 0)) throw badInput(`${path}[0]`, 'expected a positive number of customers at the start');
  retention.forEach((v, i) => {
    if (i > 0 && v > retention[i - 1]! + 1e-12)
      throw badInput(`${path}[${i}]`, 'expected no more customers than before');
  });
  const size = n ?? (start === 100 ? 1 : start);
  return retention.map((v) => (v / start) * size);
}

const AREA = '5-purchase-retention';
export const RENEWAL_METHODS = [
  defineMethod(
    AREA,
    'sbg.fit',
    'Retention of a cohort and its projection (shifted-beta-geometric).',
    z.object({ retention: shares, n: positive.optional(), horizon: z.number().int().positive().max(1000).default(12) }),
    (i) => {
      const fit = fitSbg([aliveOf(i.retention, i.n, 'retention')]);
      const name = `retention_rate_${i.horizon}`;
      if (fit.alpha === null || fit.beta === null) return { ...fit, [name]: null, survival: null };
      const curve = sbgCurve(fit.alpha, fit.beta, i.horizon);
      return { ...fit, [name]: curve.retention, survival: curve.survival };
    },
  ),
  defineMethod(
    AREA,
    'sbg.loglik',
    'Log-likelihood of a cohort (shifted-beta-geometric).',
    z.object({ retention: shares, alpha: positive, beta: positive, n: positive.optional() }),
    (i) => ({ loglik: sbgLogLik(i.alpha, i.beta, aliveOf(i.retention, i.n, 'retention')) }),
  ),
  defineMethod(
    AREA,
    'sbg.derl',
    'Discounted expected residual lifetime after some renewals.',
    z.object({
      alpha: positive,
      beta: positive,
      d: z.number().nonnegative(),
      renewals_survived: z.number().int().nonnegative(),
    }),
    (i) => ({ derl: sbgDerl(i.alpha, i.beta, i.d, i.renewals_survived) }),
  ),
  defineMethod(
    AREA,
    'sbg.multicohort',
    'One retention model for several cohorts of different age.',
    z.object({ cohorts: z.array(shares) }),
    (i) => fitSbg(i.cohorts.map((c, k) => aliveOf(c, undefined, `cohorts[${k}]`))),
  ),
];
