import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { NON_COMMERCIAL_PURPOSES } from '#engine/base/vocabulary.ts';
import type { Condition } from '../check.ts';
import type { Rules } from '../definitions/current.ts';
import type { LadderRules } from '../definitions/ladder.ts';
import type { Named } from '../named.ts';
import { list, sql, word, type Sql } from './text.ts';

/** What a statement is made of besides its condition. */
export type Making = {
  readonly ctx: ReadContext;
  readonly asOf: Day;
  readonly named: Named;
  readonly rules: Rules;
  readonly ladder: LadderRules;
};

/** What the bodies of facts ask of the compiler. */
export interface Parts {
  readonly making: Making;
  /** The name of a part that holds facts as of a day. */
  group(label: string, asOf: Day): Sql;
  /** The customers, for conditions about them. */
  customers(asOf: Day): { condition(condition: Condition): Sql; from(): Sql };
  /** The name of a part with the customers of whom a condition holds. */
  holding(condition: Condition, asOf: Day): string;
}

/** Body of a part with facts of customers as of a day. */
export type FactGroup = (c: Parts, d: Day) => Sql;

export function npsClass(score: Sql): Sql {
  return sql`CASE WHEN ${score} BETWEEN 0 AND 6 THEN 'detractor' WHEN ${score} BETWEEN 7 AND 8 THEN 'passive' WHEN ${score} BETWEEN 9 AND 10 THEN 'promoter' END`;
}

/** Outbound by sales or marketing, and not for service, a dispute or billing. */
export function isCommercial(row: Sql): Sql {
  const exempt = list(NON_COMMERCIAL_PURPOSES.map(word));
  return sql`(coalesce(${row}.direction, '') = 'out' AND ${row}.team IN ('sales', 'marketing') AND coalesce(${row}.purpose, '') NOT IN (${exempt}))`;
}
