import uFuzzy from '@leeoniya/ufuzzy';

const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
const MOST = 1000;

/** Entries whose text is like the needle, best first; all of them in their own order for an empty needle. */
export function ranked<T>(entries: readonly T[], needle: string, text: (entry: T) => string): T[] {
  if (needle === '') return [...entries];
  const haystack = entries.map(text);
  const [found, info, order] = fuzzy.search(haystack, needle, 1, MOST);
  if (!found) return [];
  const indexes = info && order ? order.map((i) => info.idx[i]) : found;
  return indexes.flatMap((i) => {
    const entry = i === undefined ? undefined : entries[i];
    return entry === undefined ? [] : [entry];
  });
}
