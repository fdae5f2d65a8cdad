import uFuzzy from '@leeoniya/ufuzzy';

const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
const MOST = 1000;

/**
 * Entries whose text is like the needle, best first; all of them in their own order for an empty needle. With `label`, what
 * carries the needle in its label comes before what only carries it elsewhere in its text.
 */
export function ranked<T>(
  entries: readonly T[],
  needle: string,
  text: (entry: T) => string,
  label?: (entry: T) => string,
): T[] {
  if (needle === '') return [...entries];
  const found = like(entries, needle, text);
  if (!label) return found;
  const wanted = needle.toLowerCase();
  const words = wanted.split(/\s+/);
  const grade = (entry: T): number => {
    const own = label(entry).toLowerCase();
    return own.startsWith(wanted) ? 0 : own.includes(wanted) ? 1 : words.every((w) => own.includes(w)) ? 2 : 3;
  };
  return found.toSorted((a, b) => grade(a) - grade(b));
}

function like<T>(entries: readonly T[], needle: string, text: (entry: T) => string): T[] {
  const haystack = entries.map(text);
  const [found, info, order] = fuzzy.search(haystack, needle, 1, MOST);
  if (!found) return [];
  const indexes = info && order ? order.map((i) => info.idx[i]) : found;
  return indexes.flatMap((i) => {
    const entry = i === undefined ? undefined : entries[i];
    return entry === undefined ? [] : [entry];
  });
}
