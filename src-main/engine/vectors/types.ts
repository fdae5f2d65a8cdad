import type { Day } from '#engine/base/days.ts';

/** Unknown in an Int32Array column. Float64Array columns use NaN. */
export const UNKNOWN_INT = -2147483648;

/** Relations of the language that lie in vectors. `orders` is derived from `purchases` (choices.md, Order). */
export type RelationName =
  | 'touches'
  | 'purchases'
  | 'orders'
  | 'responses'
  | 'tickets'
  | 'leads'
  | 'advocacy'
  | 'partnerships'
  | 'subscriptions'
  | 'opportunities';

export type Column =
  | { readonly kind: 'int'; readonly values: Int32Array }
  /** Term ids; `Vectors.text` turns them into words. */
  | { readonly kind: 'term'; readonly values: Int32Array }
  | { readonly kind: 'day'; readonly values: Int32Array }
  /** Minor units; the currency lies in the relation's `currency` column. */
  | { readonly kind: 'money'; readonly values: Float64Array }
  | { readonly kind: 'real'; readonly values: Float64Array };

/**
 * Rows of one relation, grouped by customer index and sorted by (day, row id) within a customer.
 * Rows of customer index c are start[c] .. start[c + 1] - 1; rows of no customer are start[count] .. rows - 1.
 */
export interface Relation {
  readonly name: RelationName;
  readonly rows: number;
  /** Length: number of customers + 2 (the last entry is `rows`). */
  readonly start: Int32Array;
  /** The row's main calendar day, never unknown. */
  readonly day: Int32Array;
  /** The row's id in its table; for `orders` the id of the purchase. */
  readonly id: Int32Array;
  /** Party (as the source knows the person or company) of the row, 0 when none. */
  readonly party: Int32Array;
  /** A column in the same row order; loaded on first use. Throws `unknown-column` for a name that the relation has not. */
  column(name: string): Column;
  readonly columns: readonly string[];
}

/**
 * Columns of an `orders` row: `net` (money, minor units, gross of credits), `currency` (term), `product` (term),
 * `voided` (day on which credit notes and refunds dated up to that day bring the order's net to zero or below;
 * UNKNOWN_INT when they never do). `credits` are not a relation: they are in `creditsOf`.
 */
export interface Credits {
  /** Sorted by (order row, day): the orders row each credit reduces, its day, its amount in minor units. */
  readonly order: Int32Array;
  readonly day: Int32Array;
  readonly amount: Float64Array;
  /** Credits of orders row r: start[r] .. start[r + 1] - 1. */
  readonly start: Int32Array;
}

/** Everything an evaluation reads, at one data version. Immutable. */
export interface Vectors {
  readonly dataVersion: number;
  readonly customers: CustomerVectors;
  relation(name: RelationName): Relation;
  readonly credits: Credits;
  /** Text of a term id, or null for UNKNOWN_INT. */
  text(term: number): string | null;
  /** Term id of a text, or null when no row has it. */
  term(text: string): number | null;
  /** Newest day among orders, answers given, touches and ticket openings not after `limit`; null without events. */
  newestObservedDay(limit: Day): Day | null;
}

export interface CustomerVectors {
  readonly count: number;
  /** Customer ids (the number behind `C-`), ascending. Index in this array = customer index everywhere. */
  readonly id: Int32Array;
  indexOf(customerId: number): number;
  /** First day on which the customer is known: the earliest of its parties' created days and its events' days; UNKNOWN_INT if none. */
  readonly created: Int32Array;
  /**
   * Attributes without history, from the member parties (company before person, then newest batch): `owner`, `region`,
   * `country`, `industry`, `type` (terms).
   */
  term(name: 'owner' | 'region' | 'country' | 'industry' | 'type'): Int32Array;
  /** Display name; never empty (falls back to e-mail, then external id). */
  name(index: number): string;
  /** Company domain or the domain of the first e-mail; null when unknown. */
  emailDomain(index: number): string | null;
  /** Customer indexes ordered by name (persisted collation rank). */
  nameRank(): Int32Array;
  /** Number of distinct sources of the member parties. */
  sources(): Int32Array;
}
