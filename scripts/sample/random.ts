/** Seeded pseudo-random numbers (sfc32, seeded by a 128-bit FNV-style hash of a text). Integers only: no platform-dependent floating-point functions. */
export type Random = {
  /** Integer in [lo, hi], both included. */
  int(lo: number, hi: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream: adding draws to one stream never changes another. */
  stream(name: string): Random;
};

function hashWord(text: string, salt: number): number {
  let h = 2166136261 ^ salt;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 15), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
}

export function seeded(seed: string): Random {
  let a = hashWord(seed, 1);
  let b = hashWord(seed, 2);
  let c = hashWord(seed, 3);
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i += 1) next();
  const int = (lo: number, hi: number): number => {
    if (hi < lo) throw new Error(`empty range ${lo}..${hi}`);
    return lo + Math.floor((next() / 4294967296) * (hi - lo + 1));
  };
  return {
    int,
    chance: (percent) => int(1, 100) <= percent,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error('pick from an empty list');
      return item;
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i -= 1) {
        const j = int(0, i);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
    stream: (name) => seeded(`${seed}/${name}`),
  };
}
