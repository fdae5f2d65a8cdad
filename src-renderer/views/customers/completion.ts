export type Completion = { name: string; type: string; meaning: string };
export type Named = Completion & { set?: readonly string[] | undefined };

/** The word that ends at the caret, and where it starts. Inside quotes there is nothing to complete. */
export function wordAt(text: string, caret: number): { start: number; word: string } | null {
  const before = text.slice(0, caret);
  if ((before.split("'").length - 1) % 2 === 1) return null;
  const word = /[a-z_][a-z0-9_]*$/i.exec(before)?.[0] ?? '';
  return word === '' ? null : { start: caret - word.length, word };
}

/** The field whose value is being written: the word after `touch_class =` or inside `rung in (client, `. */
export function fieldBefore(text: string, start: number): string | null {
  const compared = /([a-z_][a-z0-9_]*)\s*(?:!?=|\bis(?:\s+not)?|\bin\s*\([^()]*)\s*$/i.exec(text.slice(0, start));
  return compared?.[1] ?? null;
}

/**
 * What the word at the caret can become: members of the set of the field it is compared with, else fields. Names that
 * start with the word come first, then names that contain it; the finished word is no suggestion.
 */
export function completionsAt(text: string, caret: number, fields: readonly Named[], limit = 8): Completion[] {
  const at = wordAt(text, caret);
  if (!at) return [];
  const named = fieldBefore(text, at.start);
  const field = named === null ? undefined : fields.find((f) => f.name === named.toLowerCase());
  const all = field?.set?.map((name) => ({ name, type: 'member', meaning: `a value of ${field.name}` })) ?? fields;
  const wanted = at.word.toLowerCase();
  if (all.some((c) => c.name === wanted)) return [];
  const starts = all.filter((c) => c.name.startsWith(wanted));
  const holds = all.filter((c) => c.name.includes(wanted) && !c.name.startsWith(wanted));
  return [...starts, ...holds].slice(0, limit);
}

/** A text with the unknown word at a column (from 1) replaced by the name that was meant. */
export function replacedAt(text: string, column: number, name: string): string {
  const start = column - 1;
  const word = /^'?[\w.]+'?/.exec(text.slice(start))?.[0] ?? '';
  return `${text.slice(0, start)}${name}${text.slice(start + word.length)}`;
}
