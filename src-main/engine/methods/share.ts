import { zOfLevel } from './numeric/special.ts';
import { wilson } from './spacing.ts';

/** Difference of two independent shares a - b with Newcombe's interval from two Wilson intervals (1998, method 10); null when either is empty. */
export function differenceOfShares(
  a: { k: number; n: number },
  b: { k: number; n: number },
  z = zOfLevel(0.95),
): { difference: number | null; low: number | null; high: number | null } {
  if (a.n === 0 || b.n === 0) return { difference: null, low: null, high: null };
  const [p, q] = [a.k / a.n, b.k / b.n];
  const [wa, wb] = [wilson(a.k, a.n, z), wilson(b.k, b.n, z)];
  return {
    difference: p - q,
    low: p - q - Math.hypot(p - wa.low!, wb.high! - q),
    high: p - q + Math.hypot(wa.high! - p, q - wb.low!),
  };
}
