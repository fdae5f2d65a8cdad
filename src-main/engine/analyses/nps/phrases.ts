import { keyness } from '#engine/methods/nps-estimates.ts';
import { STOP_WORDS } from './stop-words.ts';
import type { TextIndex } from './text-index.ts';

/** A phrase with the places of the comments that use it. */
export type Phrase = { readonly text: string; readonly places: readonly number[]; readonly keyness: number | null };

const LONGEST = 3;
/** Number of words that a key can be made of without two phrases sharing one. */
const BASE = 2 ** 17;

/**
 * Rule N33: runs of one to three words that neither begin nor end with a word too common to mean something, by the number
 * of comments that use them; of runs that the same comments use, the one with the most words that mean something is kept.
 * `comments` are indexes of comments, `low[i]` is 1 where comment i was by a detractor; keyness is of detractors against
 * the others.
 */
export function keyPhrases(
  index: TextIndex,
  comments: readonly number[],
  low: readonly (0 | 1)[],
  least: number,
  most: number,
): Phrase[] {
  const { tokens, start, words } = index;
  const common = new Uint8Array(words.length);
  words.forEach((word, i) => {
    if (STOP_WORDS.has(word) || word.length < 2 || /^\d+$/.test(word)) common[i] = 1;
  });
  const wide = words.length >= BASE;
  const seen = new Map<number | string, { places: number[]; at: number; length: number }>();
  comments.forEach((comment, place) => {
    for (let t = start[comment]!; t < start[comment + 1]!; t++) {
      if (common[tokens[t]!] === 1) continue;
      let key = 0;
      for (let length = 1; length <= LONGEST && t + length <= start[comment + 1]!; length++) {
        const last = tokens[t + length - 1]!;
        key = key * BASE + last + 1;
        if (common[last] === 1) continue;
        const name = wide ? tokens.subarray(t, t + length).join(' ') : key;
        const held = seen.get(name);
        if (!held) seen.set(name, { places: [place], at: t, length });
        else if (held.places.at(-1) !== place) held.places.push(place);
      }
    }
  });
  const detractors = low.reduce<number>((sum, one) => sum + one, 0);
  const others = low.length - detractors;
  const often = [...seen.values()]
    .filter(({ places }) => places.length >= least)
    .map(({ places, at, length }) => {
      const run = Array.from(tokens.subarray(at, at + length));
      return {
        places,
        text: run.map((token) => words[token]!).join(' '),
        length,
        telling: run.filter((token) => common[token] === 0).length,
      };
    })
    .sort(
      (a, b) =>
        b.places.length - a.places.length || b.telling - a.telling || a.length - b.length || (a.text < b.text ? -1 : 1),
    );
  const kept: typeof often = [];
  const used = new Set<string>();
  for (const one of often) {
    if (kept.length >= most) break;
    const comments = one.places.join();
    if (used.has(comments)) continue;
    used.add(comments);
    kept.push(one);
  }
  return kept.map(({ text, places }) => {
    const by = places.reduce<number>((sum, place) => sum + low[place]!, 0);
    return { text, places, keyness: keyness(by, places.length - by, detractors, others) };
  });
}
