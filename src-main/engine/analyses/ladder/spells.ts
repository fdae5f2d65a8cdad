import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { LAPSED as LAPSED_CODE } from '#engine/language/definitions/saved-spells.ts';
import { language } from '#engine/language/index.ts';
import { LAPSED } from './standings.ts';

/** Where every customer stood since it is known: spells of customer c are start[c] .. start[c + 1] - 1, adjoining, by day. */
export type StandingSpells = {
  readonly start: Int32Array;
  readonly from: Int32Array;
  /** Index into STANDINGS; neighbours differ. */
  readonly standing: Int8Array;
};

/** The standings of every customer up to a day (L9: lapsed overlays the rung, so lapsed spells of two rungs are one). */
export function standingSpells(ctx: ReadContext, until: Day): StandingSpells {
  const spells = language.allSpells(ctx, until);
  const count = spells.start.length - 1;
  const start = new Int32Array(count + 1);
  const from = new Int32Array(spells.from.length);
  const standing = new Int8Array(spells.from.length);
  let n = 0;
  for (let c = 0; c < count; c++) {
    const first = n;
    for (let k = spells.start[c]!; k < spells.start[c + 1]!; k++) {
      const code = spells.code[k]!;
      const at = code >= LAPSED_CODE ? LAPSED : code;
      if (n > first && standing[n - 1] === at) continue;
      from[n] = spells.from[k]!;
      standing[n++] = at;
    }
    start[c + 1] = n;
  }
  return { start, from: from.subarray(0, n), standing: standing.subarray(0, n) };
}

/** The standing of a customer on a day not before its first; -1 before. */
export function standingOn({ start, from, standing }: StandingSpells, customer: number, day: Day): number {
  let at = -1;
  for (let k = start[customer]!; k < start[customer + 1]! && from[k]! <= day; k++) at = standing[k]!;
  return at;
}
