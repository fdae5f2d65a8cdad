import { termOf } from '#engine/base/vocabulary.ts';

const RANKS = new WeakMap<readonly string[], Int32Array>();

/** Positions in a closed set by term id. */
export function ranksOf(words: readonly string[]): Int32Array {
  let ranks = RANKS.get(words);
  if (!ranks) {
    const ids = words.map((word) => termOf(word));
    ranks = new Int32Array(Math.max(...ids) + 1).fill(-1);
    for (const [i, id] of ids.entries()) ranks[id] = i;
    RANKS.set(words, ranks);
  }
  return ranks;
}
