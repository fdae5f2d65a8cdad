import * as z from 'zod';
import { badInput, defineMethod, positive, share, sum } from './method.ts';
import { solveVector } from './numeric/linear.ts';

/**
 * Credit of conversions to channels. Rules: first, last, linear, position, time decay. Shapley over exact channel sets (Zhao, Mahboobi & Bagheri 2018).
 * Markov removal effect (Anderl et al. 2016). Credits always add up to the conversions; paths without a touch credit `unattributed`.
 */

export const UNATTRIBUTED = 'unattributed';

export interface TouchPath {
  path: readonly string[];
  conversions: number;
}

/** Adds up credits given by one share per touch of each path. */
function credit<T extends TouchPath>(paths: readonly T[], shares: (path: T) => number[]): Map<string, number> {
  const credits = new Map<string, number>();
  for (const p of paths) for (const channel of p.path) if (!credits.has(channel)) credits.set(channel, 0);
  for (const p of paths) {
    if (p.path.length === 0) {
      credits.set(UNATTRIBUTED, (credits.get(UNATTRIBUTED) ?? 0) + p.conversions);
      continue;
    }
    shares(p).forEach((s, i) => credits.set(p.path[i]!, credits.get(p.path[i]!)! + s * p.conversions));
  }
  return credits;
}

export function firstTouch(paths: readonly TouchPath[]): Map<string, number> {
  return credit(paths, (p) => p.path.map((_, i) => (i === 0 ? 1 : 0)));
}

export function lastTouch(paths: readonly TouchPath[]): Map<string, number> {
  return credit(paths, (p) => p.path.map((_, i) => (i === p.path.length - 1 ? 1 : 0)));
}

export function linear(paths: readonly TouchPath[]): Map<string, number> {
  return credit(paths, (p) => p.path.map(() => 1 / p.path.length));
}

/** One touch has all; two share first : last; else the middle shares equally what first and last leave. */
export function positionBased(paths: readonly TouchPath[], first = 0.4, last = 0.4): Map<string, number> {
  return credit(paths, ({ path }) => {
    const n = path.length;
    if (n === 1) return [1];
    if (n === 2) return first + last > 0 ? [first / (first + last), last / (first + last)] : [0.5, 0.5];
    return path.map((_, i) => (i === 0 ? first : i === n - 1 ? last : (1 - first - last) / (n - 2)));
  });
}

/** Weights 2^(-(t_last - t)/halfLife), normalised per path. */
export function timeDecay(
  paths: readonly (TouchPath & { times: readonly number[] })[],
  halfLife = 7,
): Map<string, number> {
  return credit(paths, ({ times }) => {
    const latest = Math.max(...times);
    const weights = times.map((t) => 2 ** (-(latest - t) / halfLife));
    const total = sum(weights);
    return weights.map((w) => w / total);
  });
}

/** Conversions of each exact set of channels split equally among its members: the Shapley value of that game. */
export function shapley(rows: readonly TouchPath[]): Map<string, number> {
  return credit(
    rows.map((r) => ({ path: [...new Set(r.path)], conversions: r.conversions })),
    (r) => r.path.map(() => 1 / r.path.length),
  );
}

export interface MarkovCredit {
  p_conv: number | null;
  removal_effect: Map<string, number | null>;
  credit: Map<string, number | null>;
}

/**
 * First-order chain start -> channels -> conversion or null, repeats in a row collapsed. Removal effect = 1 - P(without)/P, the inflow of the removed
 * channel going to null; credit = conversions x share of effects. Without conversions all is null. Paths without a touch are outside the chain.
 */
export function markovRemoval(rows: readonly (TouchPath & { nulls: number })[]): MarkovCredit {
  const channels = [...new Set(rows.flatMap((r) => r.path))];
  const n = channels.length;
  const at = new Map(channels.map((c, i) => [c, i]));
  // Row n is the start; columns n and n + 1 are conversion and null.
  const flow = Array.from({ length: n + 1 }, () => new Float64Array(n + 2));
  let conversions = 0;
  let outside = 0;
  for (const r of rows) {
    const weight = r.conversions + r.nulls;
    if (r.path.length === 0) {
      outside += r.conversions;
      continue;
    }
    if (weight <= 0) continue;
    conversions += r.conversions;
    let from = n;
    for (const c of r.path) {
      const to = at.get(c)!;
      if (to === from) continue;
      flow[from]![to]! += weight;
      from = to;
    }
    flow[from]![n]! += r.conversions;
    flow[from]![n + 1]! += r.nulls;
  }
  const P = flow.map((row) => {
    const total = sum(row);
    return total > 0 ? [...row].map((v) => v / total) : [...row];
  });
  const reach = (removed: number | null): number => {
    // Channels that cannot reach a conversion have probability 0; leaving them out keeps the system solvable.
    const live = new Set<number>();
    for (let grew = true; grew;) {
      grew = false;
      for (let i = 0; i <= n; i++) {
        if (i === removed || live.has(i)) continue;
        if (P[i]![n]! > 0 || [...live].some((j) => P[i]![j]! > 0)) {
          live.add(i);
          grew = true;
        }
      }
    }
    if (!live.has(n)) return 0;
    const list = [...live];
    const a = list.map((i) => list.map((j) => (i === j ? 1 : 0) - (j === n ? 0 : P[i]![j]!)));
    return (
      solveVector(
        a,
        list.map((i) => P[i]![n]!),
      )?.[list.indexOf(n)] ?? 0
    );
  };
  const p = n === 0 ? null : reach(null);
  const credits = new Map<string, number | null>();
  const effects = new Map<string, number | null>();
  if (p === null || p <= 0) {
    for (const c of channels) {
      effects.set(c, null);
      credits.set(c, null);
    }
  } else {
    for (const [c, i] of at) effects.set(c, Math.max(0, 1 - reach(i) / p));
    const total = sum([...effects.values()] as number[]);
    for (const c of channels) credits.set(c, total > 0 ? (conversions * effects.get(c)!) / total : null);
  }
  if (outside > 0) credits.set(UNATTRIBUTED, outside);
  return { p_conv: p, removal_effect: effects, credit: credits };
}

const amount = z.number().nonnegative();
const path = z.object({
  path: z.array(z.string()),
  times: z.array(z.number()).optional(),
  conversions: amount.default(1),
});
const paths = z.object({ paths: z.array(path) });
const AREA = '4-leads';
export const ATTRIBUTION_METHODS = [
  defineMethod(AREA, 'attribution.first', 'All credit to the first touch.', paths, (i) =>
    Object.fromEntries(firstTouch(i.paths)),
  ),
  defineMethod(AREA, 'attribution.last', 'All credit to the last touch.', paths, (i) =>
    Object.fromEntries(lastTouch(i.paths)),
  ),
  defineMethod(AREA, 'attribution.linear', 'Equal credit to every touch.', paths, (i) =>
    Object.fromEntries(linear(i.paths)),
  ),
  defineMethod(
    AREA,
    'attribution.position',
    'Most credit to the first and last touch.',
    paths
      .extend({ first: share.default(0.4), last: share.default(0.4) })
      .refine((v) => v.first + v.last <= 1 + 1e-12, { path: ['last'], message: 'expected first + last of at most 1' }),
    (i) => Object.fromEntries(positionBased(i.paths, i.first, i.last)),
  ),
  defineMethod(
    AREA,
    'attribution.decay',
    'Credit that halves with the time before the last touch.',
    paths.extend({ half_life: positive.default(7) }),
    (i) => {
      const timed = i.paths.map((p, n) => {
        if (p.times?.length !== p.path.length)
          throw badInput(`paths[${n}].times`, `expected ${p.path.length} times, one per touch`);
        return { path: p.path, conversions: p.conversions, times: p.times };
      });
      return Object.fromEntries(timeDecay(timed, i.half_life));
    },
  ),
  defineMethod(
    AREA,
    'attribution.shapley',
    'Credit by Shapley value over channel sets.',
    z.object({ rows: z.array(z.object({ path: z.array(z.string()), conversions: amount.default(1) })) }),
    (i) => Object.fromEntries(shapley(i.rows)),
  ),
  defineMethod(
    AREA,
    'attribution.markov',
    "Credit by what a channel's removal would cost (Markov chain).",
    z.object({
      rows: z.array(z.object({ path: z.array(z.string()), conversions: amount.default(0), nulls: amount.default(0) })),
    }),
    (i) => {
      const m = markovRemoval(i.rows);
      return {
        p_conv: m.p_conv,
        removal_effect: Object.fromEntries(m.removal_effect),
        credit: Object.fromEntries(m.credit),
      };
    },
  ),
];
