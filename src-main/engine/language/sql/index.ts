import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { checkCondition } from '../check.ts';
import { checkContextOf } from '../check-context.ts';
import { readLadder, rulesOf } from '../definitions/current.ts';
import { located } from '../errors.ts';
import { namedOf } from '../named.ts';
import { parseText } from '../parse.ts';
import { clausesOf } from '../tree.ts';
import type { UnitName } from '../types.ts';
import { Compiler, tooLarge } from './compile.ts';
import { joined, list, name, sql, type Sql } from './text.ts';

/**
 * A statement over the documented views. It answers a row for every unit that is kept or left out as unknown: `id` and
 * `holds`, 1 for true and NULL for unknown.
 */
export type SqlOfText = {
  /** With a `?` for every value. */
  readonly sql: string;
  /** In the order of the `?`. */
  readonly parameters: readonly (string | number | null)[];
  /** The same with its values quoted, for the console. */
  readonly runnable: string;
};

/** The SQL of a text about units (customers unless it is said) as of a day. Throws what the language throws. */
export function sqlOf(ctx: ReadContext, text: string, asOf: Day, unit: UnitName = 'customer'): SqlOfText {
  const statement = statementOf(ctx, text, asOf, unit);
  try {
    ctx.db.get(`EXPLAIN ${statement.text}`, statement.parameters);
  } catch (error) {
    if (/nested too deep|too large|at most \d+ tables|too many/i.test(String(error))) throw tooLarge();
    throw error;
  }
  return { sql: statement.text, parameters: statement.parameters, runnable: statement.runnable };
}

function statementOf(ctx: ReadContext, text: string, asOf: Day, unit: UnitName): Sql {
  const vectors = vectorsOf(ctx);
  const rules = rulesOf(ctx, vectors);
  const compiler = new Compiler({
    ctx,
    asOf,
    rules,
    named: namedOf(ctx),
    get ladder() {
      if (rules.ladder.rules !== null && rules.ladder.rules.grace > 0)
        throw new LadderlineError(
          'sql-unavailable',
          'A ladder with a grace has no SQL: a fall depends on the days before.',
        );
      return rules.ladder.rules ?? readLadder(ctx, vectors, rules.ladder.text);
    },
  });
  const scope = compiler.units(unit, asOf);
  const clauses =
    text.trim() === ''
      ? []
      : located(text, () => {
          const context = checkContextOf(ctx, vectors);
          return clausesOf(parseText(text).root).map((clause) => checkCondition(clause, context, unit));
        });
  const holds = clauses.map((clause) => scope.condition(clause));
  const kept = holds.length === 0 ? sql`1` : joined('AND', holds);
  const there = scope.present();
  const where = there === null ? sql`` : sql`\n  WHERE ${there}`;
  const from = scope.from();
  const parts = compiler.ctes.map(({ name: called, body }) => sql`${name(called)} AS MATERIALIZED (\n  ${body}\n)`);
  const head = parts.length === 0 ? sql`` : sql`WITH\n${list(parts, ',\n')}\n`;
  return sql`${head}SELECT id, holds FROM (
  SELECT ${scope.source.id} AS id,
    ${kept} AS holds
  FROM ${from}${where}
)
WHERE holds IS NOT 0 ORDER BY id`;
}
