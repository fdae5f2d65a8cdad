import { RUNGS, type Rung } from '#engine/base/vocabulary.ts';
import { checkCondition, type CheckContext, type Condition, type Value } from '../check.ts';
import { listed, Misread, nearestName } from '../errors.ts';
import { parseText } from '../parse.ts';
import { printExpr } from '../print.ts';
import { sentenceOf } from '../sentence.ts';
import { linesOf, shifted } from './lines.ts';

/** A rule of the ladder: what must hold of a customer to stand on the rung. */
export type RungRule = {
  readonly rung: Exclude<Rung, 'prospect'> | 'lapsed';
  readonly text: string;
  readonly sentence: string;
  readonly condition: Condition;
};

/** Rules from the lowest rung to the highest, `lapsed` apart. */
export type LadderRules = { readonly rungs: readonly RungRule[]; readonly lapsed: RungRule | null };

const NAMES = [...RUNGS.slice(1), 'lapsed'] as const;
/** Facts that are made from the ladder: a rule that reads one would read itself. */
const OF_THE_LADDER = new Set(['rung', 'peak_rung', 'lapsed', 'silences', 'touch_class']);

/**
 * Reads the rules of a ladder: `rung: expression`, one rule after another; a rule may go on over indented lines. Throws
 * Misread with the place in the whole text.
 */
export function parseLadder(text: string, context: CheckContext): LadderRules {
  const rules = new Map<string, RungRule>();
  for (const { key, at, body, bodyAt } of linesOf(text)) {
    const rung = NAMES.find((name) => name === key);
    if (rung === undefined) {
      const nearest = nearestName(key, NAMES);
      const hint =
        key === 'prospect'
          ? '; prospects are those who meet no rule'
          : nearest === null
            ? ''
            : `; did you mean "${nearest}"?`;
      throw new Misread(at, `unknown rung "${key}"${hint}`, { expected: listed(NAMES), nearest });
    }
    if (rules.has(rung)) throw new Misread(at, `${rung} has a rule already`, { expected: 'another rung' });
    rules.set(
      rung,
      shifted(bodyAt, () => {
        const { root } = parseText(body);
        const condition = checkCondition(root, context);
        const own = readsLadder(condition);
        if (own !== null)
          throw new Misread(root.at, `a rule of the ladder cannot read ${own}, which is made from the ladder`, {
            expected: 'facts that do not depend on the rung',
          });
        return { rung: rung as RungRule['rung'], text: printExpr(root), sentence: sentenceOf(root), condition };
      }),
    );
  }
  if (!rules.has('customer'))
    throw new Misread(text.length, 'the ladder has no rule for customer', {
      expected: 'customer: count(purchases) > 0',
    });
  return {
    rungs: RUNGS.slice(1).flatMap((rung) => (rules.has(rung) ? [rules.get(rung)!] : [])),
    lapsed: rules.get('lapsed') ?? null,
  };
}

/** The first fact in a condition that is made from the ladder. */
function readsLadder(condition: Condition): string | null {
  let found: string | null = null;
  walk(condition, (value) => {
    if (value.k === 'field' && value.field.relation === 'customer' && OF_THE_LADDER.has(value.field.name))
      found ??= value.field.name;
  });
  return found;
}

/** Visits every value of a condition, those of segments that it names among them. */
export function walk(condition: Condition, visit: (value: Value) => void, seen?: (condition: Condition) => void): void {
  const value = (v: Value): void => {
    visit(v);
    switch (v.k) {
      case 'sum':
      case 'product':
        value(v.first);
        v.rest.forEach(({ term }) => value(term));
        return;
      case 'shift':
        value(v.day);
        v.steps.forEach(({ by }) => {
          if (!('unit' in by)) value(by);
        });
        return;
      case 'negative':
      case 'as-of':
        value(v.item);
        return;
      case 'aggregate':
        if (v.where) walk(v.where, visit, seen);
        return;
      case 'condition':
        walk(v.item, visit, seen);
        return;
      case 'const':
      case 'money':
      case 'day':
      case 'text':
      case 'member':
      case 'field':
        return;
    }
  };
  seen?.(condition);
  switch (condition.k) {
    case 'and':
    case 'or':
      condition.items.forEach((item) => walk(item, visit, seen));
      return;
    case 'not':
    case 'as-of':
      walk(condition.item, visit, seen);
      return;
    case 'compare':
    case 'is':
      value(condition.left);
      value(condition.right);
      return;
    case 'in':
      value(condition.item);
      condition.set.forEach(value);
      return;
    case 'known':
    case 'period':
    case 'text':
    case 'flag':
    case 'listed':
      value(condition.item);
      return;
    case 'exists':
      if (condition.where) walk(condition.where, visit, seen);
      return;
    case 'top':
      value(condition.by);
      return;
    case 'membership':
      if (condition.rule) walk(condition.rule, visit, seen);
      return;
  }
}
