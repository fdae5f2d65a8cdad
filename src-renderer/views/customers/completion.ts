export type Completion = { name: string; type: string; meaning: string };

/** The word that ends at the caret, and where it starts. Inside quotes there is nothing to complete. */
export function wordAt(text: string, caret: number): { start: number; word: string } | null {
  const before = text.slice(0, caret);
  if ((before.split("'").length - 1) % 2 === 1) return null;
  const word = /[a-z_][a-z0-9_]*$/i.exec(before)?.[0] ?? '';
  return word === '' ? null : { start: caret - word.length, word };
}

/** Names that start with the word come first, then names that contain it; the word itself is no suggestion. */
export function completionsFor(word: string, all: readonly Completion[], limit = 8): Completion[] {
  const wanted = word.toLowerCase();
  const starts = all.filter((c) => c.name.startsWith(wanted) && c.name !== wanted);
  const holds = all.filter((c) => c.name.includes(wanted) && !c.name.startsWith(wanted));
  return [...starts, ...holds].slice(0, limit);
}
