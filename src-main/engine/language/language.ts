import type { ReadContext } from '#engine/base/context.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { usage } from '#engine/base/errors.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { CATALOGUE, FACTS } from './catalogue.ts';
import { checkCondition, FACT_NAMES } from './check.ts';
import { andInto, type Outcome } from './columns.ts';
import { listed, located, nearestName, unsupported } from './errors.ts';
import { conditionOver, Evaluation } from './evaluate.ts';
import { factColumn } from './facts/index.ts';
import { parseText } from './parse.ts';
import { printExpr, printTree } from './print.ts';
import { sentenceOf } from './sentence.ts';
import { clausesOf, type Tree } from './tree.ts';
import type { Evaluated, Language, UnitName } from './types.ts';

/** Parses a text about a unit; throws a LadderlineError of code `language` with line, column, expectation and nearest name. */
export function parse(text: string, unit: UnitName = 'customer'): Tree {
  return located(text, () => {
    if (unit !== 'customer') throw unsupported(0, `the unit "${unit}"`);
    return parseText(text);
  });
}

export { printTree as print };

/** The language over the vectors that `vectorsOf` answers. */
export function makeLanguage(vectorsOf: (ctx: ReadContext) => Vectors): Language {
  const currencies = new WeakMap<Vectors, string | null>();
  const currencyOf = (ctx: ReadContext, vectors: Vectors): string | null => {
    let currency = currencies.get(vectors);
    if (currency === undefined) {
      currency = onlyCurrency(vectors, ctx.settings.currency);
      currencies.set(vectors, currency);
    }
    return currency;
  };
  return {
    catalogue: CATALOGUE,

    filter(ctx, text, asOf): Evaluated {
      const vectors = vectorsOf(ctx);
      const n = vectors.customers.count;
      if (text === null || text === undefined || text.trim() === '') {
        return { outcome: new Uint8Array(n).fill(1), trueCount: n, unknownCount: 0, clauses: [] };
      }
      const tree = parse(text);
      const clauses = located(text, () => {
        const context = { currency: currencyOf(ctx, vectors) };
        return clausesOf(tree.root).map((clause) => ({
          text: printExpr(clause),
          condition: checkCondition(clause, context),
        }));
      });
      const frame = new Evaluation(ctx, vectors).customers(asOf);
      const counts: ClauseCount[] = [];
      let outcome: Outcome | null = null;
      for (const { text: printed, condition } of clauses) {
        ctx.cancel.check();
        const own = conditionOver(condition, frame);
        counts.push({ text: printed, ...tally(own) });
        if (outcome === null) outcome = own;
        else andInto(outcome, own);
      }
      const whole = outcome!;
      const { true: trueCount, unknown: unknownCount } = tally(whole);
      return { outcome: whole, trueCount, unknownCount, clauses: counts };
    },

    fact(ctx, name, asOf) {
      if (!FACT_NAMES.has(name)) {
        const nearest = nearestName(name, FACT_NAMES);
        const hint =
          nearest === null ? `; known are ${listed(FACTS.map((fact) => fact.name))}` : `; did you mean "${nearest}"?`;
        throw usage(`unknown field "${name.slice(0, 60)}"${hint}`, { expected: 'a field', nearest });
      }
      return factColumn(ctx, vectorsOf(ctx), name, asOf);
    },

    describe(text, ctx) {
      const tree = parse(text);
      // Without a workspace a bare amount is taken as written.
      const currency = ctx === undefined ? 'EUR' : currencyOf(ctx, vectorsOf(ctx));
      located(text, () => checkCondition(tree.root, { currency }));
      const clauses = clausesOf(tree.root).map((clause) => ({ text: printExpr(clause), sentence: sentenceOf(clause) }));
      return { printed: printTree(tree), sentence: sentenceOf(tree.root), clauses };
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

/** The currency of every order, or the workspace's own when there are no orders; null when there are several. */
function onlyCurrency(vectors: Vectors, own: string): string | null {
  const { values } = vectors.relation('orders').column('currency');
  let only = UNKNOWN_INT;
  for (let r = 0; r < values.length; r++) {
    const term = values[r]!;
    if (term === UNKNOWN_INT || term === only) continue;
    if (only !== UNKNOWN_INT) return null;
    only = term;
  }
  return only === UNKNOWN_INT ? own : vectors.text(only);
}
