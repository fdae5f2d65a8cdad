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

/** Rungs from the lowest rule to the highest, `lapsed` apart. */
type Rules = { readonly rungs: readonly RungRule[]; readonly lapsed: RungRule | null };

/** A ladder of some customers alone (a type of business): those of whom `when` holds and of no ladder before it. */
export type SeparateLadder = Rules & {
  readonly name: string;
  readonly when: { readonly text: string; readonly sentence: string; readonly condition: Condition };
};

/**
 * The rules of a workspace. `rungs` and `lapsed` hold of whom the ladders are of: their conditions are those of all ladders
 * in one, each for its own customers; their texts are those of the ladder of all others.
 */
export type LadderRules = Rules & {
  /** The rules of those who are on no separate ladder. */
  readonly others: Rules;
  readonly separate: readonly SeparateLadder[];
  /** What the workspace calls its rungs; only those that are renamed. */
  readonly names: ReadonlyMap<Rung | 'lapsed', string>;
  /** Days after which a fall takes effect if it still holds; 0: at once. */
  readonly grace: number;
};

const NAMES = [...RUNGS.slice(1), 'lapsed'] as const;
const ALL_NAMES = [...RUNGS, 'lapsed'] as const;
const MOST_GRACE = 366;
const MOST_LADDERS = 16;
/** Facts that are made from the ladder: a rule that reads one would read itself. */
const OF_THE_LADDER = new Set(['rung', 'peak_rung', 'lapsed', 'silences', 'touch_class']);

/**
 * Reads the rules of a ladder: `rung: expression`, one rule after another; a rule may go on over indented lines.
 * `ladder NAME: condition` begins the rules of those of whom the condition holds, `name RUNG: words` renames a rung,
 * `grace: 30 days` lets a fall wait. Throws Misread with the place in the whole text.
 */
export function parseLadder(text: string, context: CheckContext): LadderRules {
  const names = new Map<Rung | 'lapsed', string>();
  let grace: number | null = null;
  type Open = { name: string | null; at: number; when: SeparateLadder['when'] | null; rules: Map<string, RungRule> };
  const ladders: Open[] = [{ name: null, at: text.length, when: null, rules: new Map() }];
  for (const { key, written, at, body, bodyAt } of linesOf(text)) {
    const [word, ...rest] = key.split(' ');
    if (word === 'ladder') {
      const name = written.slice('ladder'.length).trim();
      if (name === '')
        throw new Misread(at, 'a separate ladder has a name, as in "ladder resellers: type = \'Reseller\'"', {
          expected: 'a name',
        });
      if (ladders.some((ladder) => ladder.name?.toLowerCase() === name.toLowerCase()))
        throw new Misread(at, `there is a ladder ${name} already`, { expected: 'another name' });
      if (ladders.length > MOST_LADDERS)
        throw new Misread(at, `there are at most ${MOST_LADDERS} separate ladders`, { expected: 'fewer ladders' });
      const when = ruleAt(body, bodyAt, context, 'the condition of a ladder');
      ladders.push({ name, at, when, rules: new Map() });
      continue;
    }
    if (word === 'name') {
      const rung = ALL_NAMES.find((one) => one === rest.join(' '));
      if (rung === undefined) throw unknownRung(at, rest.join(' '), ALL_NAMES);
      const called = body.trim().replace(/\s+/g, ' ');
      if (called === '' || called.length > 40)
        throw new Misread(bodyAt, 'the name of a rung has 1 to 40 characters', { expected: 'a name' });
      if (names.has(rung)) throw new Misread(at, `${rung} has a name already`, { expected: 'another rung' });
      names.set(rung, called);
      continue;
    }
    if (key === 'grace') {
      if (grace !== null) throw new Misread(at, '"grace" stands there already', { expected: 'one grace' });
      const days = /^\s*(\d{1,4})\s+days?\s*$/i.exec(body);
      if (!days || Number(days[1]) > MOST_GRACE)
        throw new Misread(bodyAt, `the grace is a number of days up to ${MOST_GRACE}, as in "grace: 30 days"`, {
          expected: '30 days',
        });
      grace = Number(days[1]);
      continue;
    }
    const rung = NAMES.find((name) => name === key);
    if (rung === undefined) throw unknownRung(at, key, NAMES);
    const { rules } = ladders.at(-1)!;
    if (rules.has(rung)) throw new Misread(at, `${rung} has a rule already`, { expected: 'another rung' });
    rules.set(rung, { rung: rung as RungRule['rung'], ...ruleAt(body, bodyAt, context, 'a rule of the ladder') });
  }
  const read = ladders.map(({ name, at, when, rules }) => {
    if (!rules.has('customer'))
      throw new Misread(at, `the ladder ${name === null ? '' : `${name} `}has no rule for customer`, {
        expected: 'customer: count(purchases) > 0',
      });
    return {
      name,
      when,
      rungs: RUNGS.slice(1).flatMap((rung) => (rules.has(rung) ? [rules.get(rung)!] : [])),
      lapsed: rules.get('lapsed') ?? null,
    };
  });
  const [others, ...separate] = read as [(typeof read)[number], ...SeparateLadder[]];
  return { ...inOne(others, separate), others, separate, names, grace: grace ?? 0 };
}

function unknownRung(at: number, key: string, names: readonly string[]): Misread {
  const nearest = nearestName(key, names);
  const hint =
    key === 'prospect'
      ? '; prospects are those who meet no rule'
      : nearest === null
        ? ''
        : `; did you mean "${nearest}"?`;
  return new Misread(at, `unknown rung "${key}"${hint}`, { expected: listed(names), nearest });
}

function ruleAt(body: string, bodyAt: number, context: CheckContext, what: string): SeparateLadder['when'] {
  return shifted(bodyAt, () => {
    const { root } = parseText(body);
    const condition = checkCondition(root, context);
    const own = readsLadder(condition);
    if (own !== null)
      throw new Misread(root.at, `${what} cannot read ${own}, which is made from the ladder`, {
        expected: 'facts that do not depend on the rung',
      });
    return { text: printExpr(root), sentence: sentenceOf(root), condition };
  });
}

/** The rules of several ladders as one: each rule for the customers of its ladder. A condition that is unknown does not hold. */
function inOne(others: Rules, separate: readonly SeparateLadder[]): Rules {
  if (separate.length === 0) return others;
  const is = (condition: Condition, negated: boolean): Condition => ({
    k: 'is',
    negated,
    left: { k: 'condition', type: 'yesno', item: condition },
    right: { k: 'const', type: 'yesno', value: 1 },
  });
  const arms = [
    { rules: others, whose: separate.map(({ when }) => is(when.condition, true)) },
    ...separate.map((ladder, k) => ({
      rules: ladder as Rules,
      whose: [...separate.slice(0, k).map(({ when }) => is(when.condition, true)), is(ladder.when.condition, false)],
    })),
  ];
  const merged = (rung: RungRule['rung']): RungRule | null => {
    const found = arms.flatMap(({ rules, whose }) => {
      const rule = rung === 'lapsed' ? rules.lapsed : rules.rungs.find((one) => one.rung === rung);
      return rule ? [{ rule, condition: { k: 'and', items: [...whose, rule.condition] } as Condition }] : [];
    });
    if (found.length === 0) return null;
    return { ...found[0]!.rule, condition: { k: 'or', items: found.map(({ condition }) => condition) } };
  };
  return {
    rungs: RUNGS.slice(1).flatMap((rung) => merged(rung as RungRule['rung']) ?? []),
    lapsed: merged('lapsed'),
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
