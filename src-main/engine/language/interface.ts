import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { DefinitionKind, Rules } from './definitions/current.ts';
import type { SavedSpells } from './definitions/saved-spells.ts';
import type { Spell } from './facts/rung.ts';
import type { Brush, CatalogueEntry, Completions, Evaluated, Explanation, FactColumn, UnitName } from './types.ts';

/** Everything analyses ask of the language; made by `language/index.ts`. */
export interface Language {
  /** Evaluates a filter text over units (customers by default); an empty text or null keeps everybody. Errors carry line, column, expectation. */
  filter(ctx: ReadContext, text: string | null | undefined, asOf: Day, unit?: UnitName): Evaluated;
  /** A fact of the catalogue for all customers as of a day (cached per data version, LRU over days). */
  fact(ctx: ReadContext, name: string, asOf: Day): FactColumn;
  /** Stable print and the sentence of a text; throws as `filter` does over the workspace of `ctx`, without one what no workspace would take. */
  describe(
    text: string,
    ctx?: ReadContext,
    unit?: UnitName,
  ): { printed: string; sentence: string; clauses: { text: string; sentence: string }[] };
  /** Says why a unit (by its index in `ids`) is kept or not: each clause with its outcome and the values it read. */
  explain(ctx: ReadContext, text: string, asOf: Day, unit?: UnitName): (index: number) => Explanation;
  /** The ladder and the rules of touches in use. */
  rules(ctx: ReadContext): Rules;
  /** The spells of one customer (by index) from its first day to `until`, by the ladder in use. */
  spells(ctx: ReadContext, customer: number, until: Day): Spell[];
  /** The spells of all customers up to a day, by the ladder in use; kept for the last few days asked for. */
  allSpells(ctx: ReadContext, until: Day): SavedSpells;
  /** A context in which other rules are in use, read from `text` and called `version` (-1: not saved); nothing is saved. */
  withRules(ctx: ReadContext, kind: DefinitionKind, text: string, version?: number): ReadContext;
  /** What may stand at an offset of a text that need not be whole. */
  complete(ctx: ReadContext, text: string, offset: number, unit?: UnitName): Completions;
  /** The brush that a text about customers is; null when it is another condition. Throws as `filter` does. */
  brush(ctx: ReadContext, text: string, asOf: Day): Brush | null;
  readonly catalogue: readonly CatalogueEntry[];
}
