/** Where and why a text is not understood, as the engine tells it. */
export type LanguageDetail = { line?: number; column?: number; expected?: string | null; nearest?: string | null };

/** The place of an error in a text and what is wrong there, in words. */
export function placeOf(
  error: unknown,
  detail: LanguageDetail | undefined,
): { line: number | null; column: number | null; words: string } {
  const message = error instanceof Error ? error.message : String(error);
  const { line, column } = detail ?? {};
  if (line === undefined || column === undefined) return { line: null, column: null, words: message };
  const told = message.replace(/^(?:ladder |touch )?\d+:\d+ /, '');
  const expected = detail?.expected && !told.includes(detail.expected) ? ` Expected: ${detail.expected}.` : '';
  return {
    line,
    column,
    words: `Line ${line}, column ${column}: ${/[.?]$/.test(told) ? told : `${told}.`}${expected}`,
  };
}
