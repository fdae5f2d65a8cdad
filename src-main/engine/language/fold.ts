export { fold } from '#engine/base/text.ts';

/** A test of folded texts against a folded pattern of `*` (any run) and `?` (one character). */
export function globMatcher(pattern: string): (text: string) => boolean {
  const p = Array.from(pattern);
  return (text) => {
    const t = Array.from(text);
    let i = 0;
    let j = 0;
    let star = -1;
    let resume = 0;
    while (i < t.length) {
      if (j < p.length && p[j] === '*') {
        star = j++;
        resume = i;
      } else if (j < p.length && (p[j] === '?' || p[j] === t[i])) {
        i++;
        j++;
      } else if (star >= 0) {
        j = star + 1;
        i = ++resume;
      } else return false;
    }
    while (j < p.length && p[j] === '*') j++;
    return j === p.length;
  };
}
