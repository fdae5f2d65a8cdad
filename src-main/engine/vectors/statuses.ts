/**
 * Words with which accounting and payment systems mark documents, folded (lower case, `_` and `-` as blanks). Sources:
 * the status lists in the documentation of Xero (DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED, DELETED), QuickBooks Online,
 * Stripe (payments, invoices, refunds), PayPal (activity download), Chargebee and Shopify.
 */

/** An invoice or credit note that is not issued yet. */
export const DRAFT_STATUSES: ReadonlySet<string> = new Set([
  'draft',
  'submitted',
  'awaiting approval',
  'pending approval',
  'not issued',
  'quote',
  'estimate',
  'proforma',
]);

/** A document that was taken back. */
export const VOID_STATUSES: ReadonlySet<string> = new Set([
  'void',
  'voided',
  'deleted',
  'cancelled',
  'canceled',
  'removed',
]);

/** A payment or refund in which no money moved, or has not moved yet. Any other word on a payment means paid. */
export const UNPAID_STATUSES: ReadonlySet<string> = new Set([
  'failed',
  'failure',
  'declined',
  'denied',
  'blocked',
  'expired',
  'pending',
  'processing',
  'in progress',
  'incomplete',
  'unpaid',
  'uncaptured',
  'not captured',
  'authorized',
  'requires action',
  'requires capture',
  'requires confirmation',
  'requires payment method',
  'held',
  'on hold',
  'unclaimed',
  'returned',
  'rejected',
  'error',
  'uncollectible',
]);

/** A status as it is looked up in the sets above. */
export function foldStatus(status: string): string {
  return status
    .trim()
    .toLowerCase()
    .replaceAll(/[_\-\s]+/g, ' ');
}

export type DocumentState = { readonly issued: boolean; readonly paid: boolean };

/** Whether a document with this status counts as issued (invoice, credit note) and as paid (payment, refund). */
export function documentState(status: string | null): DocumentState {
  if (status === null) return { issued: true, paid: true };
  const word = foldStatus(status);
  const issued = !DRAFT_STATUSES.has(word) && !VOID_STATUSES.has(word);
  return { issued, paid: issued && !UNPAID_STATUSES.has(word) };
}
