import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Field } from './catalogue.ts';
import type { Col, Outcome } from './columns.ts';

/** What the frames of one evaluation share. */
export interface Evaluating {
  readonly ctx: ReadContext;
  readonly vectors: Vectors;
  rows(relation: string, asOf: Day): RelationRows;
}

/** A set of rows (customers, or rows of a relation) with their columns as of a day. */
export interface Frame {
  readonly evaluation: Evaluating;
  readonly asOf: Day;
  readonly n: number;
  field(field: Field, outer: boolean): Col;
  /** The same rows on another day. */
  at(asOf: Day): Frame;
}

/** Rows of a relation that belong to customers; those dated after the as-of day are left out by the aggregates. */
export interface RelationRows extends Frame {
  readonly name: string;
  readonly relation: Relation;
  /** Rows that are there at all on the day; null: all that are not dated after it. */
  counting(): Outcome | null;
}
