import type { ClauseCount } from '#engine/base/report.ts';

/** Units a text can be about. */
export type UnitName = 'customer' | 'person' | 'lead' | 'touch' | 'ticket';

export type FactType = 'number' | 'days' | 'day' | 'money' | 'share' | 'text' | 'set' | 'yesno';

/** One line of the catalogue: a fact of a customer, or a field of a relation. */
export type CatalogueEntry = {
  /** `customer` for facts, else the relation's name. */
  readonly relation: string;
  readonly name: string;
  /** The name as a reader says it: "revenue in 12 months". */
  readonly label: string;
  readonly type: FactType;
  readonly unit: string | null;
  /** False when the field has no history (owner, region, ...). */
  readonly history: boolean;
  readonly meaning: string;
  /** Members of a closed set, in order. */
  readonly set?: readonly string[];
};

/**
 * One fact for every customer as of a day.
 * `number`, `days`, `share`, `yesno` (0/1): Float64Array with NaN for unknown. `day`: Int32Array, UNKNOWN_INT.
 * `set`: Int32Array of member indexes into `members`, UNKNOWN_INT. `text`: a function. `money`: minor units and one
 * currency term per customer; a customer with several currencies is unknown there and the split is in `split`.
 */
export type FactColumn =
  | { readonly type: 'number' | 'days' | 'share' | 'yesno'; readonly values: Float64Array }
  | { readonly type: 'day'; readonly values: Int32Array }
  | { readonly type: 'set'; readonly values: Int32Array; readonly members: readonly string[] }
  /** `terms` when the texts are terms of the vectors: equal terms are equal texts. */
  | { readonly type: 'text'; readonly terms?: Int32Array; at(index: number): string | null }
  | {
      readonly type: 'money';
      readonly values: Float64Array;
      /** Currency term per customer; UNKNOWN_INT where there is no amount. */
      readonly currency: Int32Array;
      /** Amounts of customers with several currencies, by customer index. */
      readonly split: ReadonlyMap<number, readonly { currency: string; minor: number }[]>;
    };

/**
 * A filter's outcome over all units. Bits: 1 = true, 2 = unknown (left out), 0 = false. A unit dated after the as-of day
 * is 0 and counted nowhere.
 */
export type Evaluated = {
  readonly unit: UnitName;
  /** Customer id, party id of a person, or row id of a lead, touch or ticket, by index of the outcome. */
  readonly ids: Int32Array;
  /** Customer index of each unit, -1 for a unit of no customer; null where the units are the customers. */
  readonly owner: Int32Array | null;
  readonly outcome: Uint8Array;
  readonly trueCount: number;
  readonly unknownCount: number;
  /** One entry per top-level `and` clause. */
  readonly clauses: readonly ClauseCount[];
};

/** One unit beside a text. `value` is as a reader sees it; null when unknown. */
export type Explanation = {
  readonly holds: 'true' | 'false' | 'unknown';
  readonly clauses: readonly {
    readonly text: string;
    readonly sentence: string;
    readonly holds: 'true' | 'false' | 'unknown';
    readonly values: readonly { readonly text: string; readonly value: string | null }[];
  }[];
};

export type Completion = {
  /** What is written in place of the range. */
  readonly text: string;
  readonly kind: 'field' | 'value' | 'function' | 'relation' | 'segment' | 'list' | 'word' | 'attribute';
  /** Type, unit or meaning, for the reader. */
  readonly detail: string;
};

/**
 * A condition that is one range of a fact with an order or members of one set, for engines that answer it from a sorted
 * column: its outcome is that of its text for every customer. Unknown values stay unknown when it is negated.
 */
export type Brush = { readonly fact: string; readonly negated: boolean } & (
  | {
      readonly kind: 'range';
      /** Null: open. Minor units for money, which is of `currency`; days are integers. */
      readonly low: { readonly value: number; readonly inclusive: boolean } | null;
      readonly high: { readonly value: number; readonly inclusive: boolean } | null;
      readonly currency: string | null;
    }
  | { readonly kind: 'members'; readonly members: readonly number[] }
);

/** What may stand at a place of a text. `from` and `to` are offsets in UTF-16 units: the part that is replaced. */
export type Completions = { readonly from: number; readonly to: number; readonly items: readonly Completion[] };
