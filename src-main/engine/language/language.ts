import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { usage } from '#engine/base/errors.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { brushOf } from './brush.ts';
import { CATALOGUE, FACTS, RELATIONS, UNITS } from './catalogue.ts';
import { checkCondition, FACT_NAMES, type CheckContext } from './check.ts';
import { andInto, type Outcome } from './columns.ts';
import { checkContextOf } from './check-context.ts';
import { completionsAt } from './complete.ts';
import { allSpells } from './definitions/all-spells.ts';
import { rulesOf, withRules } from './definitions/current.ts';
import { spellsOf } from './definitions/spells.ts';
import { listed, located, nearestName } from './errors.ts';
import { conditionOver } from './evaluate.ts';
import { explainerOf } from './explain.ts';
import { factColumn } from './facts/index.ts';
import type { Frame } from './frame.ts';
import { Evaluation } from './frames.ts';
import { parseText } from './parse.ts';
import { printExpr, printTree } from './print.ts';
import { peopleOf } from './rare.ts';
import { sentenceOf } from './sentence.ts';
import { clausesOf, type Tree } from './tree.ts';
import type { Language } from './interface.ts';
import type { Evaluated, UnitName } from './types.ts';

/** Parses a text; throws a LadderlineError of code `language` with line, column, expectation and nearest name. */
export function parse(text: string): Tree {
  return located(text, () => parseText(text));
}

export { printTree as print };

/** The language over the vectors that `vectorsOf` answers. */
export function makeLanguage(vectorsOf: (ctx: ReadContext) => Vectors): Language {
  const contextOf = (ctx: ReadContext): CheckContext => checkContextOf(ctx, vectorsOf(ctx));
  const unitsOf = (ctx: ReadContext, unit: UnitName, asOf: Day): { frame: Frame; ids: Int32Array } => {
    const vectors = vectorsOf(ctx);
    const frame = new Evaluation(ctx, vectors).units(unit, asOf);
    if (unit === 'customer') return { frame, ids: vectors.customers.id };
    if (unit === 'person') return { frame, ids: peopleOf(ctx, vectors.customers).id };
    return { frame, ids: vectors.relation(RELATIONS.get(UNITS[unit].scope)!.vectors!).id };
  };
  return {
    catalogue: CATALOGUE,

    filter(ctx, text, asOf, unit = 'customer'): Evaluated {
      const { frame, ids } = unitsOf(ctx, unit, asOf);
      const present = frame.present();
      const whole = present === null ? new Uint8Array(frame.n).fill(1) : present.slice();
      const counts: ClauseCount[] = [];
      if (text !== null && text !== undefined && text.trim() !== '') {
        const tree = parse(text);
        const clauses = located(text, () => {
          const context = contextOf(ctx);
          return clausesOf(tree.root).map((clause) => ({
            text: printExpr(clause),
            condition: checkCondition(clause, context, unit),
          }));
        });
        for (const { text: printed, condition } of clauses) {
          ctx.cancel.check();
          const own = conditionOver(condition, frame);
          if (present !== null) for (let i = 0; i < own.length; i++) if (present[i] === 0) own[i] = 0;
          counts.push({ text: printed, ...tally(own) });
          andInto(whole, own);
        }
      }
      const { true: trueCount, unknown: unknownCount } = tally(whole);
      return { unit, ids, owner: frame.owner, outcome: whole, trueCount, unknownCount, clauses: counts };
    },

    fact(ctx, name, asOf) {
      if (!FACT_NAMES.has(name)) {
        const nearest = nearestName(name, FACT_NAMES);
        const hint =
          nearest === null ? `; known are ${listed(FACTS.map((fact) => fact.name))}` : `; did you mean "${nearest}"?`;
        throw usage(`unknown field "${name.slice(0, 60)}"${hint}`, { expected: 'a field', nearest });
      }
      const vectors = vectorsOf(ctx);
      return factColumn(ctx, vectors, name, asOf, new Evaluation(ctx, vectors));
    },

    describe(text, ctx, unit = 'customer') {
      const tree = parse(text);
      // Without a workspace a bare amount is taken as written, and any segment, list and attribute.
      const context = ctx === undefined ? { currency: 'EUR', named: null } : contextOf(ctx);
      located(text, () => checkCondition(tree.root, context, unit));
      const { scope } = UNITS[unit];
      const clauses = clausesOf(tree.root).map((clause) => ({
        text: printExpr(clause),
        sentence: sentenceOf(clause, scope),
      }));
      return { printed: printTree(tree), sentence: sentenceOf(tree.root, scope), clauses };
    },

    rules: (ctx) => rulesOf(ctx, vectorsOf(ctx)),

    spells(ctx, customer, until) {
      return spellsOf(ctx, vectorsOf(ctx), customer, until, (own, vectors) => new Evaluation(own, vectors));
    },

    allSpells(ctx, until) {
      return allSpells(ctx, vectorsOf(ctx), until, (own, vectors) => new Evaluation(own, vectors));
    },

    withRules: (ctx, kind, text, version) => withRules(ctx, vectorsOf(ctx), kind, text, version),

    complete(ctx, text, offset, unit = 'customer') {
      return completionsAt(text, offset, unit, contextOf(ctx));
    },

    brush(ctx, text, asOf) {
      const condition = located(text, () => checkCondition(parse(text).root, contextOf(ctx)));
      return brushOf(condition, { asOf, fiscalYearStart: ctx.settings.fiscalYearStart });
    },

    explain(ctx, text, asOf, unit = 'customer') {
      const { frame } = unitsOf(ctx, unit, asOf);
      return explainerOf(parse(text), text, frame, contextOf(ctx), unit);
    },
  };
}

function tally(outcome: Outcome): { true: number; unknown: number } {
  let yes = 0;
  let unknown = 0;
  for (let i = 0; i < outcome.length; i++) {
    yes += outcome[i]! & 1;
    unknown += outcome[i]! >> 1;
  }
  return { true: yes, unknown };
}
