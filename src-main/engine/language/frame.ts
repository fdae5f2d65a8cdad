import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Field } from './catalogue.ts';
import type { Col, Outcome } from './columns.ts';
import type { Condition } from './check.ts';
import type { Named } from './named.ts';

/** Index into RUNGS and lapsed (0/1) by customer. */
export type Standings = { readonly rung: Int32Array; readonly lapsed: Float64Array };

/** What the frames of one evaluation share. */
export interface Evaluating {
  readonly ctx: ReadContext;
  readonly vectors: Vectors;
  readonly named: Named;
  /** Members of rule segments by name and day: segments over segments are evaluated once each. */
  readonly ruled: Map<string, Outcome>;
  customers(asOf: Day): Frame;
  /** Another evaluation, which shares no frames with this one. */
  other(ctx: ReadContext, vectors: Vectors): Evaluating;
  /** Where the customers stand by the workspace's own ladder; null when it has the product's. */
  standings(asOf: Day): Standings | null;
  /** The highest rung held so far by the workspace's own ladder; null when it has the product's. */
  peaks(asOf: Day): Int32Array | null;
  /** Of which customers a condition holds on a day. */
  holds(condition: Condition, asOf: Day): Outcome;
  /** Rows of a relation grouped by customer. */
  rows(relation: string, asOf: Day): RelationRows;
}

/** A set of units (customers, people, or rows of a relation) with their columns as of a day. */
export interface Frame {
  readonly evaluation: Evaluating;
  readonly asOf: Day;
  readonly n: number;
  /** Customer index of each unit, -1 for none; null where the units are the customers. */
  readonly owner: Int32Array | null;
  field(field: Field, outer: boolean): Col;
  /** The same units on another day. */
  at(asOf: Day): Frame;
  /** Rows of a relation grouped by these units. */
  rows(relation: string): RelationRows;
  /** 1 for units that exist on the day; null: all do. */
  present(): Outcome | null;
}

/** Rows of a relation in groups; those dated after the as-of day are left out by the aggregates. */
export interface RelationRows extends Frame {
  readonly name: string;
  readonly relation: Pick<Relation, 'start' | 'day'>;
  /** Number of groups: group g holds the rows start[g] .. start[g + 1] - 1, by day. */
  readonly groups: number;
  /** Rows that are there at all on the day; null: all that are not dated after it. */
  counting(): Outcome | null;
}
