import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { RUNGS, TOUCH_CLASSES, type TouchClass } from '#engine/base/vocabulary.ts';
import { spacingAt, type CustomerSpacing } from '#engine/language/facts/spacing.ts';
import { targetOf } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import type { Population } from '../population/index.ts';
import { STANDINGS } from '../ladder/index.ts';
import type { Standing } from '../ladder/types.ts';
import type { TouchLimits } from './types.ts';

const PARTNER = RUNGS.indexOf('partner');

/** Target days per rung, lapsed last (rule T6). */
export function targets(ctx: ReadContext): { rung: string; days: number }[] {
  const { rules } = language.rules(ctx).touch;
  const mode = ctx.settings.ladderMode;
  return [
    ...RUNGS.map((rung, r) => ({ rung, days: targetOf(r, false, rules) })).filter(
      (_, r) => mode === 6 || r !== PARTNER,
    ),
    { rung: 'lapsed', days: targetOf(0, true, rules) },
  ];
}

/** The other rules of touches in use. */
export function limits(ctx: ReadContext): TouchLimits {
  const { version, rules } = language.rules(ctx).touch;
  const { silence, burst, barrage, collision, caps } = rules;
  return { version, silence, burst: { ...burst }, barrage, collision, caps: caps.map(({ text }) => text) };
}

/** A fact with numbers for every customer; NaN is unknown. */
export function numbersOf(ctx: ReadContext, name: string, asOf: Day): Float64Array {
  const column = language.fact(ctx, name, asOf);
  if (column.type === 'number' || column.type === 'days' || column.type === 'share') return column.values;
  throw new Error(`${name} is not a number`);
}

/** Class of a customer by index. */
export function classesOf(ctx: ReadContext, asOf: Day): (index: number) => TouchClass {
  const column = language.fact(ctx, 'touch_class', asOf);
  if (column.type !== 'set') throw new Error('touch_class is a set');
  const classes = column.members as readonly TouchClass[];
  return (i) => classes[column.values[i]!] ?? TOUCH_CLASSES[0];
}

/** Where customers stand on a day, and what spacing follows from it. */
export type Rhythm = {
  standing(index: number): Standing;
  /** Target days of a customer's standing. */
  target(index: number): number;
  /** What a burst is, and the silence that makes it a barrage. */
  readonly burst: { touches: number; within: number; silence: number };
  /** Spacing of one customer; `window` limits evenness only. */
  spacing(index: number, window?: number): CustomerSpacing;
};

export function rhythmAt(ctx: ReadContext, vectors: Vectors, asOf: Day): Rhythm {
  const rung = language.fact(ctx, 'rung', asOf);
  const lapsed = language.fact(ctx, 'lapsed', asOf);
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  const rungOf = (i: number): number => (rung.values[i] === UNKNOWN_INT ? 0 : rung.values[i]!);
  const isLapsed = (i: number): boolean => lapsed.values[i] === 1;
  const { rules } = language.rules(ctx).touch;
  const classOf = rules.caps.length === 0 ? () => null : classesOf(ctx, asOf);
  return {
    standing: (i) => (isLapsed(i) ? 'lapsed' : STANDINGS[rungOf(i)]!),
    burst: { ...rules.burst, silence: rules.barrage },
    target: (i) => targetOf(rungOf(i), isLapsed(i), rules),
    spacing: (i, window) => spacingAt(vectors, i, asOf, rungOf(i), isLapsed(i), window, rules, classOf(i) === 'over'),
  };
}

/** Open gaps of customers that were ever touched, those among them beyond the target of their standing, and who never was. */
export function openGaps(
  ctx: ReadContext,
  population: Population,
): { gaps: number[]; beyond: number[]; never: number } {
  const open = numbersOf(ctx, 'open_gap', population.asOf);
  const { target } = rhythmAt(ctx, population.vectors, population.asOf);
  const gaps: number[] = [];
  const beyond: number[] = [];
  let never = 0;
  for (let i = 0; i < open.length; i++) {
    if (!population.member[i]) continue;
    const gap = open[i]!;
    if (Number.isNaN(gap)) never++;
    else {
      gaps.push(gap);
      if (gap > target(i)) beyond.push(gap);
    }
  }
  return { gaps, beyond, never };
}
