/** The one fold of the language: case and accents gone (NFD without combining marks, lower case). */
export function fold(text: string): string {
  return isPlain(text)
    ? text.toLowerCase()
    : text
        .normalize('NFD')
        .replaceAll(/\p{M}+/gu, '')
        .toLowerCase()
        .normalize('NFC');
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

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
