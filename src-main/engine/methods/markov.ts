import * as z from 'zod';
import { badInput, defineMethod, finite, number, sum } from './method.ts';
import { expm, inverse, multiply, solveVector, vectorTimes, type Matrix } from './numeric/linear.ts';
import { survival } from './survival.ts';

/** Markov chains over rungs (Grinstead & Snell, Introduction to Probability, ch. 11) and occurrence/exposure rates in continuous time. */

/** reach[i][j]: j can be reached from i in one step or more. */
function reachability(P: Matrix): boolean[][] {
  const reach = P.map((row) => row.map((p) => p > 0));
  for (let k = 0; k < P.length; k++) {
    for (let i = 0; i < P.length; i++) {
      if (reach[i]![k]) for (let j = 0; j < P.length; j++) if (reach[k]![j]) reach[i]![j] = true;
    }
  }
  return reach;
}

export interface AbsorbingChain {
  transient: string[];
  /** Expected periods on rung j from rung i; null where it is infinite. */
  N: (number | null)[][];
  expected_periods_to_absorption: (number | null)[];
  sojourn_per_visit: (number | null)[];
  /** Probability of ending in each absorbing state. */
  B: number[][];
  /** Rungs that nobody leaves for an absorbing state in the data. */
  never_left: string[];
}

/**
 * Fundamental matrix N = (I - Q)^-1 of an absorbing chain. A rung from which no absorbing state can be reached is reported in
 * `never_left` and makes the figures of every rung that can enter it null instead of infinite.
 */
export function absorbingChain(states: string[], P: Matrix, absorbing: string[]): AbsorbingChain {
  const end = new Set(absorbing);
  const open = states.map((_, i) => i).filter((i) => !end.has(states[i]!));
  const closed = states.map((_, i) => i).filter((i) => end.has(states[i]!));
  const reach = reachability(P.map((row, i) => (end.has(states[i]!) ? row.map(() => 0) : row)));
  const trapped = new Set(open.filter((i) => !closed.some((j) => reach[i]![j])));
  // Rungs in a closed class never return to the rest; the others can be inverted.
  const free = open.filter((i) => !trapped.has(i));
  const N0 = free.length === 0 ? [] : inverse(free.map((i) => free.map((j) => (i === j ? 1 : 0) - P[i]![j]!)));
  if (N0 === null) throw badInput('P', 'expected rows that sum to 1 at most');
  const place = new Map(free.map((i, k) => [i, k]));
  const N = open.map((i) =>
    open.map((j): number | null => {
      if (trapped.has(j)) return i === j || reach[i]![j] ? null : 0;
      return trapped.has(i) ? 0 : N0[place.get(i)!]![place.get(j)!]!;
    }),
  );
  const R = free.map((i) => closed.map((j) => P[i]![j]!));
  const B0 = free.length === 0 ? [] : multiply(N0, R);
  return {
    transient: open.map((i) => states[i]!),
    N,
    expected_periods_to_absorption: N.map((row) => (row.includes(null) ? null : sum(row as number[]))),
    sojourn_per_visit: open.map((i) => finite(1 / (1 - P[i]![i]!))),
    B: open.map((i) => (trapped.has(i) ? closed.map(() => 0) : B0[place.get(i)!]!)),
    never_left: open.filter((i) => trapped.has(i)).map((i) => states[i]!),
  };
}

/** Stationary distribution pi = pi P with mean recurrence times 1/pi; null when more than one closed class exists. */
export function stationary(P: Matrix): { pi: number[] | null; mean_recurrence: (number | null)[] | null } {
  const n = P.length;
  if (n === 0) return { pi: null, mean_recurrence: null };
  const reach = reachability(P);
  const recurrent = P.map((_, i) => P.every((__, j) => i === j || !reach[i]![j] || reach[j]![i]));
  const first = recurrent.indexOf(true);
  if (recurrent.some((r, j) => r && j !== first && !reach[first]![j])) return { pi: null, mean_recurrence: null };
  const a = P.map((_, j) => (j === n - 1 ? P.map(() => 1) : P.map((row, i) => row[j]! - (i === j ? 1 : 0))));
  const pi = solveVector(
    a,
    P.map((_, j) => (j === n - 1 ? 1 : 0)),
  );
  if (pi === null) return { pi: null, mean_recurrence: null };
  const tidy = pi.map((v, i) => (recurrent[i] ? v : 0));
  return { pi: tidy, mean_recurrence: tidy.map((v) => (v > 0 ? 1 / v : null)) };
}

/** Left Perron vector of the transient block: the mix that an open ladder settles into while it loses 1 - eigenvalue a period. */
export function quasiStationary(
  states: string[],
  P: Matrix,
  absorbing: string[],
): { eigenvalue: number | null; mix: number[] | null } {
  const end = new Set(absorbing);
  const open = states.map((_, i) => i).filter((i) => !end.has(states[i]!));
  if (open.length === 0) return { eigenvalue: null, mix: null };
  const Q = open.map((i) => open.map((j) => P[i]![j]!));
  // (Q + I)/2 has the same vector and no rival of equal modulus; squaring 50 times is 2^50 periods.
  let power = Q.map((row, i) => row.map((p, j) => (p + (i === j ? 1 : 0)) / 2));
  for (let k = 0; k < 50; k++) {
    power = multiply(power, power);
    const top = Math.max(...power.flat());
    power = power.map((row) => row.map((v) => v / top));
  }
  let v = vectorTimes(
    open.map(() => 1),
    power,
  );
  for (let k = 0; k < 20; k++) {
    const total = sum(v);
    v = v.map((x) => x / total);
    if (k < 19) {
      const next = vectorTimes(v, Q);
      v = v.map((x, i) => x + next[i]!);
    }
  }
  const eigenvalue = sum(vectorTimes(v, Q));
  return eigenvalue > 1e-12 ? { eigenvalue, mix: v.map((x) => (x < 1e-14 ? 0 : x)) } : { eigenvalue: 0, mix: null };
}

/** Expected counts after `periods` steps. */
export function forecast(P: Matrix, start: readonly number[], periods: number): number[] {
  let counts = [...start];
  for (let k = 0; k < periods; k++) counts = vectorTimes(counts, P);
  return counts;
}

export interface Spell {
  rung: string;
  start: number;
  end: number;
  /** The rung moved to; null while the spell is open (censored). */
  next: string | null;
}

/**
 * Occurrence/exposure rates of a continuous-time chain: q_ij = moves / days of exposure. Open spells add exposure only.
 * Mean days on a rung = 1 / sum of its rates, null when nobody left it; P = expm(Q x horizon).
 */
export function continuousChain(
  spells: readonly Spell[],
  states: string[],
  horizon: number | null,
): {
  exposure_days: Record<string, number>;
  rates_per_day: Record<string, number | null>;
  mean_days_on_rung: Record<string, number | null>;
  P: (number | null)[][] | null;
} {
  const index = new Map(states.map((s, i) => [s, i]));
  const exposure = states.map(() => 0);
  const moves = states.map(() => states.map(() => 0));
  spells.forEach((s, n) => {
    const i = index.get(s.rung);
    if (i === undefined) throw badInput(`spells[${n}].rung`, `"${s.rung}" is not among states`);
    if (s.end < s.start) throw badInput(`spells[${n}].end`, 'expected a day not before start');
    exposure[i]! += s.end - s.start;
    if (s.next === null || s.next === s.rung) return;
    const j = index.get(s.next);
    if (j === undefined) throw badInput(`spells[${n}].next`, `"${s.next}" is not among states`);
    moves[i]![j]! += 1;
  });
  const rates: Record<string, number | null> = {};
  const Q = states.map(() => states.map(() => 0));
  let defined = true;
  const mean: Record<string, number | null> = {};
  states.forEach((from, i) => {
    states.forEach((to, j) => {
      const m = moves[i]![j]!;
      if (m === 0) return;
      const q = exposure[i]! > 0 ? m / exposure[i]! : null;
      rates[`${from}->${to}`] = q;
      if (q === null) defined = false;
      else Q[i]![j] = q;
    });
    const out = sum(Q[i]!);
    Q[i]![i] = -out;
    mean[from] = out > 0 ? 1 / out : null;
  });
  return {
    exposure_days: Object.fromEntries(states.map((s, i) => [s, exposure[i]!])),
    rates_per_day: rates,
    mean_days_on_rung: mean,
    P: defined && horizon !== null ? expm(Q.map((row) => row.map((q) => q * horizon))) : null,
  };
}

const probability = z.number().min(0).max(1);
const chain = z
  .object({ states: z.array(z.string()), P: z.array(z.array(probability)) })
  .superRefine((value, context) => {
    const n = value.states.length;
    if (value.P.length !== n || value.P.some((r) => r.length !== n)) {
      context.addIssue({
        code: 'custom',
        path: ['P'],
        message: `expected ${n} rows of ${n} probabilities, one per state`,
      });
      return;
    }
    value.P.forEach((row, i) => {
      // Rates printed with two or three decimals rarely add up exactly.
      if (Math.abs(sum(row) - 1) > 0.02)
        context.addIssue({
          code: 'custom',
          path: ['P', i],
          message: `expected probabilities that sum to 1, got ${sum(row)}`,
        });
    });
  });
const absorbingInput = chain.and(z.object({ absorbing: z.array(z.string()) })).superRefine((value, context) => {
  value.absorbing.forEach((s, i) => {
    if (!value.states.includes(s))
      context.addIssue({ code: 'custom', path: ['absorbing', i], message: `"${s}" is not among states` });
  });
});

const AREA = '1-ladder';
export const MARKOV_METHODS = [
  defineMethod(
    AREA,
    'ladder.markov.absorbing',
    'Expected periods on each rung until a customer is lost.',
    absorbingInput,
    (i) => absorbingChain(i.states, i.P, i.absorbing),
  ),
  defineMethod(
    AREA,
    'ladder.markov.stationary',
    'The mix of rungs that no longer changes, and mean return times.',
    chain,
    (i) => stationary(i.P),
  ),
  defineMethod(
    AREA,
    'ladder.markov.quasi_stationary',
    'The mix of rungs that an open ladder settles into while it loses customers.',
    absorbingInput,
    (i) => quasiStationary(i.states, i.P, i.absorbing),
  ),
  defineMethod(
    AREA,
    'ladder.markov.forecast',
    'Expected customers per rung after some periods.',
    chain.and(z.object({ start: z.array(number), periods: z.number().int().min(0).max(100_000) })),
    (i) => {
      if (i.start.length !== i.states.length)
        throw badInput('start', `expected ${i.states.length} counts, one per state`);
      return { counts: forecast(i.P, i.start, i.periods) };
    },
  ),
  defineMethod(
    AREA,
    'ladder.ctmc',
    'Daily rates of moving between rungs, mean days on each rung, and probabilities after a horizon.',
    z.object({
      spells: z.array(
        z.object({
          rung: z.string(),
          start: number,
          end: number,
          next: z
            .string()
            .nullish()
            .transform((v) => v ?? null),
        }),
      ),
      horizon_days: z.number().nonnegative().optional(),
      states: z.array(z.string()).optional(),
    }),
    (i) =>
      continuousChain(
        i.spells,
        i.states ?? [...new Set(i.spells.flatMap((s) => (s.next === null ? [s.rung] : [s.rung, s.next])))],
        i.horizon_days ?? null,
      ),
  ),
  defineMethod(
    AREA,
    'ladder.spell_km',
    'Kaplan-Meier curve of the days spent on a rung, open spells censored.',
    z.object({
      durations: z.array(z.number().nonnegative()),
      event: z.array(z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Number)),
    }),
    (i) => {
      if (i.durations.length !== i.event.length)
        throw badInput('event', `expected ${i.durations.length} values, one per duration`);
      const curve = survival(i.durations, i.event);
      return {
        times: curve.times,
        S: curve.S,
        median: curve.quantile(0.5),
        n_risk: curve.n_risk,
        n_event: curve.n_event,
      };
    },
  ),
];
