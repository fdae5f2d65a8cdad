import * as z from 'zod';
import { byText, defineMethod, finite, number, positive, ratio, share, sum } from './method.ts';
import { goldenMaximum } from './numeric/optimise.ts';

/** Spending a retention budget. Break-even after Neslin et al. (2006); response curve: Blattberg & Deighton (1996). Without an experiment there is no uplift. */

export interface Item {
  id: string;
  cost: number;
  gain: number;
}
export interface Choice {
  gain: number;
  cost: number;
  ids: string[];
  /** False when the problem was too large for an exact solution. */
  exact: boolean;
}

/** Smallest power of ten that makes every amount whole; null beyond six decimals. */
function scaleOf(amounts: readonly number[]): number | null {
  for (let s = 1; s <= 1e6; s *= 10)
    if (amounts.every((a) => Math.abs(a * s - Math.round(a * s)) < 1e-9 * Math.max(1, a * s))) return s;
  return null;
}

/** Gain per cost, best first; items without cost come first, ties by id. Items without gain never. */
function byDensity(items: readonly Item[]): Item[] {
  return items
    .filter((i) => i.gain > 0)
    .sort(
      (a, b) =>
        (a.cost === 0 || b.cost === 0
          ? (a.cost === 0 ? 0 : 1) - (b.cost === 0 ? 0 : 1)
          : b.gain / b.cost - a.gain / a.cost) || byText(a.id, b.id),
    );
}

/** Greedy by gain per cost, skipping what no longer fits; ids in the order taken. */
export function greedyBudget(items: readonly Item[], budget: number): Choice {
  const ids: string[] = [];
  let cost = 0;
  let gain = 0;
  for (const i of byDensity(items)) {
    if (cost + i.cost > budget * (1 + 1e-12)) continue;
    ids.push(i.id);
    cost += i.cost;
    gain += i.gain;
  }
  return { ids, cost, gain, exact: false };
}

/** The bound when items can be taken in part. */
export function fractionalBudget(items: readonly Item[], budget: number): number {
  let left = budget;
  let gain = 0;
  for (const i of byDensity(items)) {
    const part = i.cost === 0 ? 1 : Math.min(1, left / i.cost);
    if (part <= 0) break;
    gain += part * i.gain;
    left -= part * i.cost;
  }
  return gain;
}

/**
 * Exact 0/1 choice by dynamic programming when the budget is at most 1e5 units and there are at most 1e4 items, else greedy.
 * Items without gain never, without cost always; of equal gains the cheaper, then the earlier ids. Ids sorted.
 */
export function knapsack(items: readonly Item[], budget: number): Choice {
  const free = items.filter((i) => i.gain > 0 && i.cost === 0);
  const paid = items.filter((i) => i.gain > 0 && i.cost > 0 && i.cost <= budget).sort((a, b) => byText(a.id, b.id));
  const scale = scaleOf([budget, ...paid.map((i) => i.cost)]);
  const capacity = scale === null ? Infinity : Math.floor(budget * scale + 1e-9);
  if (capacity > 1e5 || paid.length > 1e4 || capacity * paid.length > 5e8) {
    const greedy = greedyBudget(items, budget);
    return { ...greedy, ids: [...greedy.ids].sort(byText) };
  }
  const cost = paid.map((i) => Math.round(i.cost * scale!));
  const n = paid.length;
  // take[i] has a bit per budget: item i is in the best choice from items i.. within it.
  const best = new Float64Array(capacity + 1);
  const bytes = (capacity + 8) >> 3;
  const take = Array.from({ length: n }, () => new Uint8Array(bytes));
  for (let i = n - 1; i >= 0; i--) {
    const bits = take[i]!;
    for (let w = capacity; w >= cost[i]!; w--) {
      const withIt = best[w - cost[i]!]! + paid[i]!.gain;
      if (withIt >= best[w]! - 1e-12 * Math.abs(best[w]!)) {
        best[w] = Math.max(withIt, best[w]!);
        bits[w >> 3]! |= 1 << (w & 7);
      }
    }
  }
  let w = capacity;
  while (w > 0 && best[w - 1]! >= best[capacity]! * (1 - 1e-12)) w--;
  const chosen = [...free];
  for (let i = 0; i < n; i++) {
    if (w >= cost[i]! && (take[i]![w >> 3]! >> (w & 7)) & 1) {
      chosen.push(paid[i]!);
      w -= cost[i]!;
    }
  }
  return {
    gain: sum(chosen.map((i) => i.gain)),
    cost: sum(chosen.map((i) => i.cost)),
    ids: chosen.map((i) => i.id).sort(byText),
    exact: true,
  };
}

export interface LevelChoice {
  gain: number;
  cost: number;
  /** Index of the option taken for each customer; -1 for none. */
  choice: number[];
  exact: boolean;
}

/** At most one option [cost, gain] per customer: exact by dynamic programming within the limits above, else the upper convex hull taken greedily. */
export function chooseLevels(
  customers: readonly { options: readonly (readonly [number, number])[] }[],
  budget: number,
): LevelChoice {
  const result = (choice: number[], exact: boolean): LevelChoice => {
    const taken = choice.map((k, i) => (k < 0 ? [0, 0] : customers[i]!.options[k]!));
    return { gain: sum(taken.map((t) => t[1]!)), cost: sum(taken.map((t) => t[0]!)), choice, exact };
  };
  const scale = scaleOf([budget, ...customers.flatMap((c) => c.options.map((o) => o[0]))]);
  const capacity = scale === null ? Infinity : Math.floor(budget * scale + 1e-9);
  const work = capacity * sum(customers.map((c) => c.options.length + 1));
  if (capacity <= 1e5 && work <= 5e8 && capacity * customers.length <= 2e8) {
    let best = new Float64Array(capacity + 1);
    const picks: Int16Array[] = [];
    for (const c of [...customers].reverse()) {
      const next = best.slice();
      const pick = new Int16Array(capacity + 1).fill(-1);
      c.options.forEach(([cost, gain], k) => {
        const units = Math.round(cost * scale!);
        for (let w = capacity; w >= units; w--) {
          const value = best[w - units]! + gain;
          // An option that only equals doing nothing is taken when it is explicit and free.
          if (value > next[w]! + 1e-12 * Math.abs(value) || (pick[w] === -1 && units === 0 && value >= next[w]!)) {
            next[w] = value;
            pick[w] = k;
          }
        }
      });
      best = next;
      picks.push(pick);
    }
    picks.reverse();
    let w = capacity;
    while (w > 0 && best[w - 1]! >= best[capacity]! - 1e-12 * Math.abs(best[capacity]!)) w--;
    const choice = picks.map((pick, i) => {
      const k = pick[w]!;
      if (k >= 0) w -= Math.round(customers[i]!.options[k]![0] * scale!);
      return k;
    });
    return result(choice, true);
  }
  const steps = customers.flatMap((c, i) => {
    const hull: { k: number; cost: number; gain: number }[] = [{ k: -1, cost: 0, gain: 0 }];
    for (const o of c.options
      .map(([cost, gain], k) => ({ k, cost, gain }))
      .sort((a, b) => a.cost - b.cost || b.gain - a.gain)) {
      if (o.gain <= hull.at(-1)!.gain) continue;
      while (hull.length > 1) {
        const [p, q] = [hull.at(-2)!, hull.at(-1)!];
        if ((q.gain - p.gain) * (o.cost - q.cost) > (o.gain - q.gain) * (q.cost - p.cost)) break;
        hull.pop();
      }
      hull.push(o);
    }
    return hull.slice(1).map((o, s) => ({
      i,
      k: o.k,
      cost: o.cost - hull[s]!.cost,
      slope: (o.gain - hull[s]!.gain) / (o.cost - hull[s]!.cost || Number.MIN_VALUE),
      s,
    }));
  });
  const choice = customers.map(() => -1);
  const reached = customers.map(() => 0);
  let left = budget;
  for (const step of steps.sort((a, b) => b.slope - a.slope || a.i - b.i)) {
    if (reached[step.i] !== step.s || step.cost > left) continue;
    left -= step.cost;
    choice[step.i] = step.k;
    reached[step.i] = step.s + 1;
  }
  return result(choice, false);
}

export interface Offer {
  pChurn: number;
  /** Chance that the offer keeps a customer who would leave. */
  success: number;
  /** Chance that a customer who would stay takes the offer. */
  acceptance: number;
  clv: number;
  offerCost: number;
  contactCost: number;
}

/** Expected gain p g (CLV - d) - (1 - p) psi d - c, the churn probability at which it is 0, and the largest offer worth making. */
export function breakEven(o: Offer): {
  expected_gain: number;
  break_even_p_churn: number | null;
  max_offer_cost: number | null;
} {
  const { pChurn: p, success: g, acceptance: psi, clv, offerCost: d, contactCost: c } = o;
  const slope = g * (clv - d) + psi * d;
  return {
    expected_gain: p * g * (clv - d) - (1 - p) * psi * d - c,
    break_even_p_churn: slope > 0 ? (c + psi * d) / slope : null,
    max_offer_cost: ratio(p * g * clv - c, p * g + (1 - p) * psi),
  };
}

/** Retention r = CR (1 - e^(-k R)) through last year's spend and rate; the spend that maximises (m - R/r) r'/(1 - r'), r' = r/(1 + d). */
export function retentionSpend(o: {
  lastSpend: number;
  lastRate: number;
  ceiling: number;
  margin: number;
  discount: number;
}): {
  k: number;
  optimal_spend: number | null;
  retention: number | null;
  retention_value: number | null;
} {
  const k = -Math.log(1 - o.lastRate / o.ceiling) / o.lastSpend;
  const retention = (R: number): number => -o.ceiling * Math.expm1(-k * R);
  const value = (R: number): number => {
    const r = retention(R);
    const discounted = r / (1 + o.discount);
    return discounted >= 1
      ? Infinity
      : (o.margin - (r > 0 ? R / r : 1 / (k * o.ceiling))) * (discounted / (1 - discounted));
  };
  // Beyond margin x ceiling a retained customer costs more than the margin.
  const high = o.margin * o.ceiling;
  if (!(high > 0) || !(o.margin > 1 / (k * o.ceiling)))
    return { k, optimal_spend: 0, retention: 0, retention_value: 0 };
  let best = 0;
  for (let i = 1; i <= 400; i++) if (value((high * i) / 400) > value((high * best) / 400)) best = i;
  const R = goldenMaximum(value, (high * Math.max(0, best - 1)) / 400, (high * Math.min(400, best + 1)) / 400);
  return { k, optimal_spend: finite(R), retention: finite(retention(R)), retention_value: finite(value(R)) };
}

const item = z.object({
  id: z.union([z.string(), number]).transform(String),
  cost: z.number().nonnegative(),
  gain: number,
});
const basket = z.object({ items: z.array(item), budget: z.number().nonnegative() });
const AREA = '9-budget';
export const BUDGET_METHODS = [
  defineMethod(AREA, 'budget.knapsack', 'The offers with the largest gain within a budget, exactly.', basket, (i) =>
    knapsack(i.items, i.budget),
  ),
  defineMethod(AREA, 'budget.greedy', 'Offers by gain per cost within a budget.', basket, (i) => {
    const { ids, cost, gain } = greedyBudget(i.items, i.budget);
    return { ids, cost, gain };
  }),
  defineMethod(
    AREA,
    'budget.fractional',
    'Exact and greedy gain beside the bound when offers could be split.',
    basket,
    (i) => ({
      fractional: fractionalBudget(i.items, i.budget),
      exact: knapsack(i.items, i.budget).gain,
      greedy: greedyBudget(i.items, i.budget).gain,
    }),
  ),
  defineMethod(
    AREA,
    'budget.multiple_choice',
    'At most one offer per customer with the largest gain within a budget.',
    z.object({
      customers: z.array(
        z.object({ cust: z.unknown().optional(), options: z.array(z.tuple([z.number().nonnegative(), number])) }),
      ),
      budget: z.number().nonnegative(),
    }),
    (i) => chooseLevels(i.customers, i.budget),
  ),
  defineMethod(
    AREA,
    'budget.break_even',
    'Expected gain of a retention offer and when it breaks even.',
    z.object({
      p_churn: share,
      success_if_churner: share,
      accept_if_loyal: share.default(1),
      clv: number,
      offer_cost: z.number().nonnegative(),
      contact_cost: z.number().nonnegative().default(0),
    }),
    (i) =>
      breakEven({
        pChurn: i.p_churn,
        success: i.success_if_churner,
        acceptance: i.accept_if_loyal,
        clv: i.clv,
        offerCost: i.offer_cost,
        contactCost: i.contact_cost,
      }),
  ),
  defineMethod(
    AREA,
    'budget.blattberg_deighton',
    'The retention spend that maximises the value of a customer.',
    z
      .object({
        last_spend: positive,
        last_rate: z.number().gt(0).lt(1),
        ceiling: z.number().gt(0).max(1),
        margin: number,
        d: z.number().nonnegative().default(0),
      })
      .refine((v) => v.last_rate < v.ceiling, { path: ['last_rate'], message: 'expected a rate below the ceiling' }),
    (i) =>
      retentionSpend({
        lastSpend: i.last_spend,
        lastRate: i.last_rate,
        ceiling: i.ceiling,
        margin: i.margin,
        discount: i.d,
      }),
  ),
];
