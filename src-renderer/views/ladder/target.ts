import { formatDay } from '../../kit/format.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { quoted } from '../../data/selection.ts';
import type { LadderTarget } from '../../kit/figures/moves.ts';

/** A selection clause: what it says in the language and to a person. */
export type Draft = { text: string; sentence: string };

/** Everybody who stands on a rung; lapsed customers keep their rung in the language, so they are taken out of it. */
export function standing(rung: string): string {
  if (rung === 'lapsed') return 'lapsed';
  return rung === 'prospect' ? 'rung = prospect' : `rung = ${rung} and not lapsed`;
}

const NOT_YET = (from: string): string => `created > ${from}`;

/** The customers behind a figure of the ladder as a clause of the language. */
export function draftOf(target: LadderTarget, from: string): Draft {
  const since = formatDay(from);
  switch (target.kind) {
    case 'rung':
      return { text: standing(target.rung), sentence: target.rung === 'lapsed' ? 'lapsed' : `rung is ${target.rung}` };
    case 'move':
      return target.from === 'new'
        ? { text: `${NOT_YET(from)} and ${standing(target.to)}`, sentence: `new as ${target.to} since ${since}` }
        : {
            text: `(${standing(target.from)}) as of ${from} and not (${NOT_YET(from)}) and ${standing(target.to)}`,
            sentence: `${target.from} on ${since}, now ${target.to}`,
          };
    case 'direction':
      return {
        text: moved(target.direction, from),
        sentence: { up: 'rose', down: 'fell', stay: 'stayed', entered: 'new' }[target.direction] + ` since ${since}`,
      };
    default:
      return never(target);
  }
}

/** A direction is all its moves; lapsed lies below every rung. */
function moved(direction: 'up' | 'down' | 'stay' | 'entered', from: string): string {
  if (direction === 'entered') return NOT_YET(from);
  const known = `not (${NOT_YET(from)})`;
  const pairs: string[] = [];
  TOP_DOWN.forEach((before, i) => {
    const after = direction === 'stay' ? [before] : direction === 'down' ? TOP_DOWN.slice(i + 1) : TOP_DOWN.slice(0, i);
    if (after.length > 0)
      pairs.push(`(${standing(before)}) as of ${from} and (${after.map((a) => `(${standing(a)})`).join(' or ')})`);
  });
  return `${known} and (${pairs.map((p) => `(${p})`).join(' or ')})`;
}

/** Who stood on a rung and rose or fell since. */
export function rateDraft(rung: string, way: 'up' | 'down', from: string): Draft {
  const at = TOP_DOWN.indexOf(rung);
  const after = way === 'up' ? TOP_DOWN.slice(0, at) : TOP_DOWN.slice(at + 1);
  const there = after.map((a) => `(${standing(a)})`).join(' or ');
  return {
    text: `(${standing(rung)}) as of ${from} and not (${NOT_YET(from)}) and (${there === '' ? 'rung is unknown' : there})`,
    sentence: `${rung} on ${formatDay(from)} who ${way === 'up' ? 'rose' : 'fell'}`,
  };
}

function never(target: never): never {
  throw new Error(`unexpected target ${JSON.stringify(target)}`);
}

/** Every target a clause of this view can stand for. */
function allTargets(): LadderTarget[] {
  const moves = ['new', ...TOP_DOWN].flatMap((from) =>
    TOP_DOWN.map((to): LadderTarget => ({ kind: 'move', from, to })),
  );
  const directions = (['up', 'down', 'stay', 'entered'] as const).map((direction): LadderTarget => ({
    kind: 'direction',
    direction,
  }));
  return [...TOP_DOWN.map((rung): LadderTarget => ({ kind: 'rung', rung })), ...moves, ...directions];
}

/** The figure a clause was made from, also after a restart or a walk back through selections; null for any other clause. */
export function targetOf(text: string | undefined, from: string): LadderTarget | null {
  if (text === undefined) return null;
  return allTargets().find((t) => draftOf(t, from).text === text) ?? null;
}

/** A field that customers are sliced by, or a cohort of one: the year of a day. */
const COHORT = /^(\w+) by year$/;

/** What a slice is called in a title. */
export function sliceLabel(field: string): string {
  const cohort = COHORT.exec(field)?.[1];
  return cohort === undefined ? field.replaceAll('_', ' ') : `year of ${cohort.replaceAll('_', ' ')}`;
}

/** The customers of one value of a slice as a clause of the language. */
export function sliceDraft(field: string, value: string | null): Draft {
  const cohort = COHORT.exec(field)?.[1];
  const name = cohort ?? field;
  const label = name.replaceAll('_', ' ');
  if (value === null) return { text: `${name} is unknown`, sentence: `${label} is unknown` };
  return cohort === undefined
    ? { text: `${name} = ${quoted(value)}`, sentence: `${label} is ${value}` }
    : { text: `${name} in ${value}-01-01 .. ${value}-12-31`, sentence: `${label} in ${value}` };
}
