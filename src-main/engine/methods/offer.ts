/** What was promised against what was billed (mission B11). Product conventions. */

type Said = {
  readonly discount: number | null;
  readonly price: { readonly currency: string; readonly minor: number } | null;
};

/** A discount as a share (0..1): a number above 1 is a percentage. */
export function shareOf(discount: number): number {
  return discount > 1 ? discount / 100 : discount;
}

/** Whether two statements differ in the discount, or in the price of one piece of one currency; what one leaves unsaid differs from nothing. */
export function contradicts(a: Said, b: Said): boolean {
  if (a.discount !== null && b.discount !== null) return Math.abs(a.discount - b.discount) > 1e-9;
  return (
    a.price !== null && b.price !== null && a.price.currency === b.price.currency && a.price.minor !== b.price.minor
  );
}

/**
 * What is owed when less discount was billed than promised: the share of the price before any discount (`net / (1 - billed)`), and
 * the amount in minor units, rounded half away from zero. Null when a discount is not known or nothing is owed.
 */
export function amountOwed(
  promised: number | null,
  billed: number | null,
  net: number,
): { share: number | null; minor: number | null } {
  if (promised === null || billed === null) return { share: null, minor: null };
  const share = Math.round((promised - billed) * 1e12) / 1e12;
  if (share <= 0 || billed >= 1 || net <= 0) return { share, minor: null };
  return { share, minor: Math.round((net / (1 - billed)) * share) };
}
