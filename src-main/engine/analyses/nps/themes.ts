import type { Kept, ReadContext } from '#engine/base/context.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { linesOf } from '#engine/language/definitions/lines.ts';
import { located, Misread } from '#engine/language/errors.ts';
import type { Answers } from './answers.ts';
import { npsTextIn } from './rules.ts';
import { commentOf, found, parseSearch, textIndexOf, type TextIndex } from './text-index.ts';

/** A theme: a name and the search that sorts comments into it; null when it is sorted by hand alone. */
export type Theme = { readonly name: string; readonly search: string | null };

/** Most themes of a workspace. */
const MOST = 100;

/** Reads themes: a line each, `Price: expensive or price or "too dear"`; without a search a theme is sorted by hand. */
export function readThemes(text: string): Theme[] {
  try {
    return located(text, () => {
      const themes: Theme[] = [];
      for (const { at, body, bodyAt } of linesOf(text)) {
        const name = text.slice(at, text.indexOf(':', at)).trim().replace(/\s+/g, ' ');
        if (name === '' || name.length > 60)
          throw new Misread(at, 'the name of a theme has 1 to 60 characters', { expected: 'a name' });
        if (themes.some((one) => one.name.toLowerCase() === name.toLowerCase()))
          throw new Misread(at, `there are two themes "${name}"`, { expected: 'another name' });
        const search = body.trim() === '' ? null : body.trim();
        if (search !== null) {
          try {
            parseSearch(search);
          } catch (error) {
            throw new Misread(bodyAt, error instanceof Error ? error.message : String(error));
          }
        }
        themes.push({ name, search });
        if (themes.length > MOST) throw new Misread(at, `there are at most ${MOST} themes`);
      }
      return themes;
    });
  } catch (error) {
    if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
    throw new LadderlineError('language', `themes ${error.message}`, error.detail, error.exit);
  }
}

/** Themes with the comments that their searches find, and what was sorted by hand. */
export type SortedThemes = {
  readonly index: TextIndex;
  readonly themes: readonly Theme[];
  /** Per theme, 1 by index of the comment. */
  readonly found: readonly Uint8Array[];
  /** Per theme, by row id of the answer: whether a person put it in (true) or took it out (false). */
  readonly byHand: readonly ReadonlyMap<number, boolean>[];
};

const SORTED: Kept<{ sorted: SortedThemes | null }> = { name: 'nps themes', make: () => ({ sorted: null }) };

/** The themes in use, applied once per data version. Those used by hand only follow in the order of their names. */
export function themesOf(ctx: ReadContext): SortedThemes {
  const kept = ctx.kept(SORTED);
  if (kept.sorted) return kept.sorted;
  const index = textIndexOf(ctx);
  const themes = readThemes(npsTextIn(ctx.db, 'themes').text);
  const hands = new Map<string, Map<number, boolean>>();
  for (const [theme, id, present] of ctx.db.all(
    `SELECT k.theme, r.id, k.present FROM nps_theme k JOIN source s ON s.name = k.source
     JOIN response r ON r.source = s.id AND r.ext = k.ext ORDER BY k.theme`,
  )) {
    const name = theme as string;
    const hand = hands.get(name) ?? new Map<number, boolean>();
    hand.set(id as number, present === 1);
    hands.set(name, hand);
    if (!themes.some((one) => one.name === name)) themes.push({ name, search: null });
  }
  kept.sorted = {
    index,
    themes,
    found: themes.map(({ search }) =>
      search === null ? new Uint8Array(index.ids.length) : found(index, parseSearch(search)),
    ),
    byHand: themes.map(({ name }) => hands.get(name) ?? new Map<number, boolean>()),
  };
  return kept.sorted;
}

/** The themes of an answer, as indexes; the hand of a person goes before the words. */
export function themesAt(sorted: SortedThemes, id: number): number[] {
  const comment = commentOf(sorted.index, id);
  return sorted.themes.flatMap((_, t) => {
    const hand = sorted.byHand[t]!.get(id);
    return (hand ?? (comment >= 0 && sorted.found[t]![comment] === 1)) ? [t] : [];
  });
}

/** Themes of each of the answers that count. */
export function themesPerAnswer(sorted: SortedThemes, answers: Answers): number[][] {
  const { id } = answers.relation;
  return Array.from(answers.rows, (row) => themesAt(sorted, id[row]!));
}
