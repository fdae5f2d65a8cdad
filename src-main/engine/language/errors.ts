import { EXIT, LadderlineError } from '#engine/base/errors.ts';

/** Where and why a text is not understood: 1-based line and column (in UTF-16 units), what was expected, the nearest known name. */
export type LanguageDetail = { line: number; column: number; expected: string | null; nearest: string | null };

/** Line and column, both from 1, of an offset in a text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** An error at a place of a text, before the place is turned into line and column. */
export class Misread extends Error {
  readonly at: number;
  readonly expected: string | null;
  readonly nearest: string | null;
  readonly unsupported: boolean;

  constructor(
    at: number,
    message: string,
    hints: { expected?: string; nearest?: string | null; unsupported?: boolean } = {},
  ) {
    super(message);
    this.at = at;
    this.expected = hints.expected ?? null;
    this.nearest = hints.nearest ?? null;
    this.unsupported = hints.unsupported ?? false;
  }
}

export function unsupported(at: number, what: string): Misread {
  return new Misread(at, `not supported yet: ${what}`, { unsupported: true });
}

/** Runs `work`; a Misread becomes a LadderlineError with the code `language` and `line:column` before its message. */
export function located<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const { line, column } = positionOf(text, error.at);
    const detail: LanguageDetail = { line, column, expected: error.expected, nearest: error.nearest };
    const exit = error.unsupported ? EXIT.usage : EXIT.data;
    throw new LadderlineError('language', `${line}:${column} ${error.message}`, detail, exit);
  }
}

/** The known name nearest to a misspelt one (Damerau-Levenshtein), or null when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length > 40) return null;
  const limit = Math.max(1, Math.floor(Math.max(name.length, 4) / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, twoBack[j - 2]! + 1);
      current.push(cost);
    }
    twoBack = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]!}`;
}
