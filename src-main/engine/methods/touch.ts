import * as z from 'zod';
import { byText, defineMethod, key, number } from './method.ts';

/** Touches in the wrong moment: inside an open dispute, or too close to another team's touch. Product conventions. */

export interface Dispute {
  customer: string;
  opened: number;
  /** Half-open `[opened, closed)`; null while open. */
  closed: number | null;
}

/** Indexes of commercial touches inside at least one open dispute of the same customer. */
export function touchesInDispute(
  disputes: readonly Dispute[],
  touches: readonly { customer: string; day: number; commercial: boolean }[],
): number[] {
  const byCustomer = new Map<string, Dispute[]>();
  for (const d of disputes) byCustomer.set(d.customer, [...(byCustomer.get(d.customer) ?? []), d]);
  return touches.flatMap((t, i) =>
    t.commercial &&
    (byCustomer.get(t.customer) ?? []).some((d) => d.opened <= t.day && (d.closed === null || t.day < d.closed))
      ? [i]
      : [],
  );
}

/** Days of `[from, to)` covered by at least one of the intervals; overlaps count once. */
export function coveredDays(
  intervals: readonly { opened: number; closed: number | null }[],
  from: number,
  to: number,
): number {
  const parts = intervals
    .map((d) => [Math.max(from, d.opened), Math.min(to, d.closed ?? to)] as const)
    .filter(([a, b]) => b > a)
    .sort((a, b) => a[0] - b[0]);
  let days = 0;
  let end = -Infinity;
  for (const [a, b] of parts) {
    days += Math.max(0, b - Math.max(a, end));
    end = Math.max(end, b);
  }
  return days;
}

export interface DisputeAudit {
  inside: number;
  total: number;
  dispute_days: number;
  other_days: number;
  per_100_dispute_days: number | null;
  per_100_other_days: number | null;
  /** How many times denser touches are inside disputes. */
  ratio: number | null;
}

/** Density of commercial touches inside and outside disputes over `[from, to)` for the customers named (mission B1). */
export function disputeAudit(
  customers: readonly string[],
  disputes: readonly Dispute[],
  touches: readonly { customer: string; day: number; commercial: boolean }[],
  from: number,
  to: number,
): DisputeAudit {
  const known = new Set(customers);
  const relevant = touches.filter((t) => t.commercial && known.has(t.customer) && t.day >= from && t.day < to);
  const inside = touchesInDispute(disputes, relevant).length;
  let dispute_days = 0;
  for (const c of known)
    dispute_days += coveredDays(
      disputes.filter((d) => d.customer === c),
      from,
      to,
    );
  const other_days = known.size * (to - from) - dispute_days;
  const a = dispute_days > 0 ? (100 * inside) / dispute_days : null;
  const b = other_days > 0 ? (100 * (relevant.length - inside)) / other_days : null;
  return {
    inside,
    total: relevant.length,
    dispute_days,
    other_days,
    per_100_dispute_days: a,
    per_100_other_days: b,
    ratio: a === null || b === null || b === 0 ? null : a / b,
  };
}

/** Unordered pairs of touches of one customer by different teams at most `n` days apart; touches without a team are left out. */
export function collisionPairs(
  touches: readonly { customer: string; day: number; team: string | null }[],
  n: number,
): [number, number][] {
  const byCustomer = new Map<string, number[]>();
  touches.forEach((t, i) => {
    if (t.team === null || t.team === 'unknown') return;
    const list = byCustomer.get(t.customer);
    if (list) list.push(i);
    else byCustomer.set(t.customer, [i]);
  });
  const pairs: [number, number][] = [];
  for (const list of byCustomer.values()) {
    list.sort((a, b) => touches[a]!.day - touches[b]!.day || a - b);
    let low = 0;
    for (let hi = 0; hi < list.length; hi++) {
      const b = list[hi]!;
      while (touches[b]!.day - touches[list[low]!]!.day > n) low++;
      for (let k = low; k < hi; k++) {
        const a = list[k]!;
        if (touches[a]!.team !== touches[b]!.team) pairs.push(a < b ? [a, b] : [b, a]);
      }
    }
  }
  return pairs.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
}

const AREA = '3-touch-spacing';
export const TOUCH_METHODS = [
  defineMethod(
    AREA,
    'touch.during_dispute',
    'Commercial touches made while the customer had an open dispute.',
    z.object({
      disputes: z.array(
        z.object({
          id: z.unknown().optional(),
          customer: key,
          opened: number,
          closed: number.nullish().transform((v) => v ?? null),
        }),
      ),
      touches: z.array(
        z.object({ customer: key, day: number, team: z.string().nullish(), kind: z.string().nullish() }),
      ),
      asOf: number.optional(),
    }),
    (i) => {
      const asOf = i.asOf;
      const hit_indexes = touchesInDispute(
        i.disputes,
        i.touches.map((t) => ({
          customer: t.customer,
          day: t.day,
          commercial: (t.kind ?? 'commercial') === 'commercial' && (asOf === undefined || t.day <= asOf),
        })),
      );
      return { hit_indexes, count: hit_indexes.length };
    },
  ),
  defineMethod(
    AREA,
    'touch.collision',
    'Touches of one customer by different teams within a few days.',
    z.object({
      touches: z.array(
        z.object({
          customer: key,
          day: number,
          team: z
            .string()
            .nullish()
            .transform((v) => v ?? null),
        }),
      ),
      N: z.number().nonnegative().default(3),
    }),
    (i) => {
      const pairs = collisionPairs(i.touches, i.N);
      return {
        pairs,
        pair_count: pairs.length,
        touches_involved: new Set(pairs.flat()).size,
        customers: [...new Set(pairs.map(([a]) => i.touches[a]!.customer))].sort(byText),
      };
    },
  ),
];
