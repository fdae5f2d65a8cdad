import type { Money } from '#engine/base/money.ts';
import type { ClauseCount, ExternalId } from '#engine/base/report.ts';
import type { Rung } from '#engine/base/vocabulary.ts';

/** Where a customer can stand in reports: a rung, or the overlay `lapsed`. */
export type Standing = Rung | 'lapsed';

/** A rule in words; `ladder` and `of` name the separate ladder it is of and whose that is. */
export type RuleInWords = { rung: Standing; sentence: string; ladder?: string; of?: string };

export type RungCount = {
  rung: Standing;
  customers: number;
  /** Share of all customers of the report; null when there are none. Wilson 95 % interval. */
  share: number | null;
  low: number | null;
  high: number | null;
  revenue12m: Money[];
};

/** `ladder`: how many customers stand on each rung as of a day. */
export type LadderReport = {
  asOf: string;
  mode: 5 | 6;
  /** The rules in words, one per rung. */
  rules: RuleInWords[];
  /** What the workspace calls its rungs, of those that it renames. */
  names: Partial<Record<Standing, string>>;
  /** Version of the ladder: 0 is the product's own, from 1 on the workspace's. */
  rulesVersion: number;
  customers: number;
  /** prospect ... partner, then lapsed; zeros included. */
  rungs: RungCount[];
  /** With `by`: the same per value of the field, largest group first; value null = unknown. */
  groups: { value: string | null; customers: number; rungs: RungCount[] }[];
  unknown: number;
  clauses: ClauseCount[];
};

/** Customers with their share of a row and its Wilson 95 % interval; null of an empty row. */
export type Rate = { customers: number; share: number | null; low: number | null; high: number | null };

export type Move = {
  from: Standing | 'new';
  to: Standing | 'gone';
  customers: number;
  /** Share of the customers who stood on `from`; null for `new`. Wilson 95 %. */
  share: number | null;
  low: number | null;
  high: number | null;
  /** Share of all customers known on the first day; null for `new`. */
  shareOfStart: number | null;
  /** The row has at least the minimum number of customers. */
  enough: boolean;
  /** Revenue in the 12 months before `to`, and of the same customers in the 12 months before `from`. */
  revenue: Money[];
  revenueBefore: Money[];
};

/** Where the customers of one standing went. */
export type MoveRow = {
  from: Standing;
  customers: number;
  up: Rate;
  down: Rate;
  stay: Rate;
  enough: boolean;
};

/** Rates of two neighbouring standings against each other: a - b with Newcombe's interval. */
export type MoveComparison = {
  direction: 'up' | 'down';
  a: Standing;
  b: Standing;
  difference: number | null;
  low: number | null;
  high: number | null;
  /** True when the interval excludes 0; null when a row is too small to say. */
  differs: boolean | null;
};

/** `migration`: who stands where on two days. up/down/stay count customers known on both days. */
export type MigrationReport = {
  from: string;
  to: string;
  rulesVersion: number;
  /** Customers that a row needs to be compared. */
  minimum: number;
  matrix: Move[];
  up: number;
  down: number;
  stay: number;
  entered: number;
  left: number;
  /** Share that rose minus share that fell, with its 95 % interval; null when nobody was known on both days. */
  netUp: { value: number; low: number; high: number } | null;
  /** lapsed, prospect ... partner. */
  rows: MoveRow[];
  comparisons: MoveComparison[];
  /** Shorrocks' mobility and the shares that stayed, rose and fell. */
  mobility: {
    shorrocks: number | null;
    stay: number | null;
    up: number | null;
    down: number | null;
    net_up: number | null;
  };
  /** With `by`: the same per value of the field, largest group first; value null = unknown. */
  groups: {
    value: string | null;
    customers: number;
    entered: number;
    up: Rate;
    down: Rate;
    stay: Rate;
    netUp: { value: number; low: number; high: number } | null;
    enough: boolean;
  }[];
  unknown: number;
  clauses: ClauseCount[];
};

/** One row of the list behind a rung, a move or a direction. */
export type LadderListRow = {
  customer: string;
  name: string;
  from: Standing | 'new' | null;
  to: Standing | 'gone';
  direction: 'up' | 'down' | 'stay' | 'entered' | 'left';
  /** Why, in words: "no order for 366 days", "2 orders fully credited 14 Aug 2026". */
  evidence: string;
  revenue12m: Money[];
  lastScore: number | null;
  /** "open since 2026-08-09" or null. */
  dispute: string | null;
  openGap: number | null;
};

export type LadderListReport = {
  asOf: string;
  from: string | null;
  total: number;
  rows: LadderListRow[];
  revenue12m: Money[];
};

/** The rung of one customer on one day, with the facts behind it. */
export type RungEvidence = {
  rung: Rung;
  lapsed: boolean;
  peakRung: Rung;
  /** The facts, each a sentence with the source rows behind it. */
  facts: { sentence: string; table: string | null; rows: string[] }[];
  /** What would lift the customer one rung, in words; null on the highest rung. */
  next: string | null;
  /** The last day the standing lasts if nothing new happens, and what ends; null where nothing runs out or by own rules. */
  lasts: { until: string; because: string } | null;
  flags: string[];
};

export type RungSpell = { rung: Standing; from: string; to: string | null; evidence: string };

export type { ClauseCount, ExternalId, Money };
