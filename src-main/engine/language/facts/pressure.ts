import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { CHANNELS, RUNGS, TOUCH_CLASSES, TOUCH_LEVELS, termOf } from '#engine/base/vocabulary.ts';
import { ownRhythm } from '#engine/methods/rhythm.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import type { Condition } from '../check.ts';
import type { PressureTarget, TouchRules } from '../definitions/touch.ts';
import { ints, members, numbers, unknownNumbers } from './column.ts';
import type { Reducer } from './column.ts';
import { collectOutboundDays, countedTouches, DayList, DEPTH_DAYS, firstRowAfter, OUT } from './touches.ts';

/** Weight of a touch by the term of its channel; a touch of no known channel weighs like `other`. */
export function weightOf({ weights }: TouchRules): (channel: number) => number {
  const byTerm = new Map(CHANNELS.map((channel) => [termOf(channel), weights[channel]]));
  return (channel) => byTerm.get(channel) ?? weights.other;
}

/** What is left of a weight after so many days; made once for all ages that occur. */
class Decay {
  private readonly left: number[] = [];
  private readonly halfLife: number;

  constructor(halfLife: number) {
    this.halfLife = halfLife;
  }

  after(days: number): number {
    while (this.left.length <= days) this.left.push(2 ** (-this.left.length / this.halfLife));
    return this.left[days]!;
  }
}

/** Contact pressure of every customer on a day (methods 3.4): 0 without a touch. */
export function pressureColumn(vectors: Vectors, asOf: Day, rules: TouchRules): Float64Array {
  const { relation, direction } = countedTouches(vectors, rules);
  const channel = ints(relation, 'channel');
  const weight = weightOf(rules);
  const decay = new Decay(rules.halfLife);
  const n = vectors.customers.count;
  const out = new Float64Array(n);
  const { start, day } = relation;
  for (let c = 0; c < n; c++) {
    const end = start[c + 1]!;
    let sum = 0;
    for (let r = start[c]!; r < end && day[r]! <= asOf; r++) {
      if (direction[r] === OUT) sum += weight(channel[r]!) * decay.after(asOf - day[r]!);
    }
    out[c] = sum;
  }
  return out;
}

export const pressureFacts: Reducer = ({ vectors, asOf, touchRules }) => ({
  pressure: numbers('number', pressureColumn(vectors, asOf, touchRules)),
});

/** The first pressure target that fits each customer, as an index into the targets; -1 where none does. */
export function pressureTargets(
  targets: readonly PressureTarget[],
  n: number,
  standing: (customer: number) => PressureTarget['rung'],
  holds: (condition: Condition) => Uint8Array,
): Int8Array {
  const found = new Int8Array(n).fill(-1);
  targets.forEach(({ rung, where }, t) => {
    const bound = where === null ? null : holds(where);
    for (let c = 0; c < n; c++) {
      if (found[c]! >= 0 || (bound !== null && bound[c] !== 1)) continue;
      if (rung === 'any' || standing(c) === rung) found[c] = t;
    }
  });
  return found;
}

const [UNDER, ON_LEVEL, OVER_LEVEL] = TOUCH_LEVELS.map((_, i) => i) as [number, number, number];

/** touch_level: over a cap or above the pressure of the rung; under when never touched, due, silent or below it; else on. */
export const levelFacts: Reducer = (input) => {
  const { vectors, asOf, touchRules } = input;
  const n = vectors.customers.count;
  const classes = input.fact('touch_class');
  const rung = input.fact('rung');
  const lapsed = input.fact('lapsed');
  if (classes.type !== 'set' || rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('sets and a yes/no');
  const level = new Int32Array(n).fill(ON_LEVEL);
  const [over, on] = [TOUCH_CLASSES.indexOf('over'), TOUCH_CLASSES.indexOf('on')];
  for (let c = 0; c < n; c++) {
    if (classes.values[c] === over) level[c] = OVER_LEVEL;
    else if (classes.values[c] !== on) level[c] = UNDER;
  }
  if (touchRules.pressures.length > 0) {
    const pressure = pressureColumn(vectors, asOf, touchRules);
    const target = pressureTargets(
      touchRules.pressures,
      n,
      (c) => (lapsed.values[c] === 1 ? 'lapsed' : RUNGS[rung.values[c]!]!),
      (condition) => input.evaluation.holds(condition, asOf),
    );
    for (let c = 0; c < n; c++) {
      const one = touchRules.pressures[target[c]!];
      if (one === undefined || level[c] === OVER_LEVEL) continue;
      if (pressure[c]! > one.high) level[c] = OVER_LEVEL;
      else if (pressure[c]! < one.low) level[c] = UNDER;
    }
  }
  return { touch_level: members(level, TOUCH_LEVELS) };
};

/** rhythm_p (methods 3.5): by the own gamma rhythm of 5 gaps and more, else by the exponential; NaN without a gap. */
export const rhythmFacts: Reducer = ({ vectors, asOf, touchRules, ctx }) => {
  const n = vectors.customers.count;
  const columns = countedTouches(vectors, touchRules);
  const out = unknownNumbers(n);
  const list = new DayList();
  for (let c = 0; c < n; c++) {
    if (c % 4096 === 0) ctx.cancel.check();
    collectOutboundDays(columns, c, asOf, list);
    if (list.length < 2) continue;
    const gaps: number[] = [];
    for (let i = 1; i < list.length; i++) gaps.push(list.days[i]! - list.days[i - 1]!);
    const { p_gamma, p_exponential } = ownRhythm(gaps, asOf - list.days[list.length - 1]!);
    out[c] = p_gamma ?? p_exponential ?? Number.NaN;
  }
  return { rhythm_p: numbers('number', out) };
};

const PERSONS: Kept<Uint8Array> = {
  name: 'parties that are persons',
  make(ctx) {
    const last = ctx.db.count('SELECT coalesce(max(id), 0) FROM party');
    const persons = new Uint8Array(last + 1);
    const rows = ctx.db.all('SELECT id FROM party WHERE kind = ?', [termOf('person')]);
    for (const [id] of rows) persons[id as number] = 1;
    return persons;
  },
};

/** 1 for parties (by id) that are persons; kept per data version. */
export function personParties(ctx: ReadContext): Uint8Array {
  return ctx.kept(PERSONS);
}

/** people_touched: persons of the customer with an outbound touch in the last 365 days. */
export const depthFacts: Reducer = ({ vectors, asOf, ctx }) => {
  const relation = vectors.relation('touches');
  const direction = ints(relation, 'direction');
  const persons = personParties(ctx);
  const n = vectors.customers.count;
  const out = new Float64Array(n);
  const seenBy = new Int32Array(persons.length).fill(-1);
  const { start, day, party } = relation;
  for (let c = 0; c < n; c++) {
    for (let r = firstRowAfter(relation, c, asOf - DEPTH_DAYS); r < start[c + 1]! && day[r]! <= asOf; r++) {
      const who = party[r]!;
      if (direction[r] !== OUT || persons[who] !== 1 || seenBy[who] === c) continue;
      seenBy[who] = c;
      out[c]!++;
    }
  }
  return { people_touched: numbers('number', out) };
};
