import type { Money } from '#engine/base/money.ts';
import type { ClauseCount, ExternalId } from '#engine/base/report.ts';
import type { Rung } from '#engine/base/vocabulary.ts';

/** Where a customer can stand in reports: a rung, or the overlay `lapsed`. */
export type Standing = Rung | 'lapsed';

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
  rules: { rung: Standing; sentence: string }[];
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

export type Move = {
  from: Standing | 'new';
  to: Standing | 'gone';
  customers: number;
  /** Share of the customers who stood on `from`; null for `new`. Wilson 95 %. */
  share: number | null;
  low: number | null;
  high: number | null;
  /** Revenue in the 12 months before `to`. */
  revenue: Money[];
};

/** `migration`: who stands where on two days. up/down/stay count customers known on both days. */
export type MigrationReport = {
  from: string;
  to: string;
  matrix: Move[];
  up: number;
  down: number;
  stay: number;
  entered: number;
  left: number;
  /** Share that rose minus share that fell, with its 95 % interval; null when nobody was known on both days. */
  netUp: { value: number; low: number; high: number } | null;
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
  flags: string[];
};

export type RungSpell = { rung: Standing; from: string; to: string | null; evidence: string };

export type { ClauseCount, ExternalId, Money };
