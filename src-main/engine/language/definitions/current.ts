import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { checkContextOf } from '../check-context.ts';
import { located } from '../errors.ts';
import { DEFAULT_LADDER, DEFAULT_TOUCH } from './defaults.ts';
import { parseLadder, type LadderRules } from './ladder.ts';
import { parseTouch, type TouchRules } from './touch.ts';

export type DefinitionKind = 'ladder' | 'touch';
export const DEFINITION_KINDS: readonly DefinitionKind[] = ['ladder', 'touch'];
const DEFAULTS: Readonly<Record<DefinitionKind, string>> = { ladder: DEFAULT_LADDER, touch: DEFAULT_TOUCH };

/** A definition in use. Version 0 is the product's own, from 1 on the workspace's. */
export type Definition = { readonly kind: DefinitionKind; readonly version: number; readonly text: string };

/** The definition in use: the newest version kept in the workspace, else the product's own. */
export function definitionIn(db: ReadDb, kind: DefinitionKind): Definition {
  const row = db.get('SELECT version, text FROM definition WHERE kind = ? ORDER BY version DESC LIMIT 1', [kind]);
  return row === null
    ? { kind, version: 0, text: DEFAULTS[kind] }
    : { kind, version: row[0] as number, text: row[1] as string };
}

export function defaultText(kind: DefinitionKind): string {
  return DEFAULTS[kind];
}

export type Rules = {
  /** `rules` is null for the product's own ladder, which one pass over the vectors evaluates; `rulesOf` reads it. */
  readonly ladder: Definition & { readonly rules: LadderRules | null };
  readonly touch: Definition & { readonly rules: TouchRules };
};

const RULES: Kept<{ rules: Rules | null }> = { name: 'language.definitions', make: () => ({ rules: null }) };

/** The rules of a workspace, read once per data version. An error in one is told with its kind. */
export function rulesOf(ctx: ReadContext, vectors: Vectors): Rules {
  const kept = ctx.kept(RULES);
  if (kept.rules) return kept.rules;
  const ladder = definitionIn(ctx.db, 'ladder');
  const touch = definitionIn(ctx.db, 'touch');
  kept.rules = {
    ladder: { ...ladder, rules: isOwn(ladder) ? null : readLadder(ctx, vectors, ladder.text) },
    touch: { ...touch, rules: readTouch(ctx, vectors, touch.text) },
  };
  return kept.rules;
}

/** True when a ladder means what the product's own does, whatever its version. */
function isOwn({ text }: Pick<Definition, 'text'>): boolean {
  return text.trim() === DEFAULT_LADDER.trim();
}

/** Kept values that are made from the rules. */
const MADE_FROM_RULES = new Set([
  'language.definitions',
  'language.facts',
  'language.peaks',
  'language.all-spells',
  'language.saved-spells',
  'populations',
]);

/** A context in which other rules are in use; all that does not follow from them is shared with `ctx`. */
export function withRules(
  ctx: ReadContext,
  vectors: Vectors,
  kind: DefinitionKind,
  text: string,
  version = -1,
): ReadContext {
  const now = rulesOf(ctx, vectors);
  const rules: Rules =
    kind === 'ladder'
      ? { ...now, ladder: { kind, version, text, rules: isOwn({ text }) ? null : readLadder(ctx, vectors, text) } }
      : { ...now, touch: { kind, version, text, rules: readTouch(ctx, vectors, text) } };
  const own = new Map<string, unknown>([[RULES.name, { rules }]]);
  const other: ReadContext = {
    ...ctx,
    kept<T>(key: Kept<T>): T {
      if (!MADE_FROM_RULES.has(key.name)) return ctx.kept(key);
      if (!own.has(key.name)) own.set(key.name, key.make(other));
      return own.get(key.name) as T;
    },
  };
  return other;
}

export function readLadder(ctx: ReadContext, vectors: Vectors, text: string): LadderRules {
  return told('ladder', () => located(text, () => parseLadder(text, checkContextOf(ctx, vectors))));
}

export function readTouch(ctx: ReadContext, vectors: Vectors, text: string): TouchRules {
  return told('touch', () => located(text, () => parseTouch(text, checkContextOf(ctx, vectors))));
}

/** Runs `work`; an error of the language says which definition it is in. */
function told<T>(kind: DefinitionKind, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
    throw new LadderlineError(
      'language',
      `${kind} ${error.message}`,
      { ...(error.detail as object), definition: kind },
      error.exit,
    );
  }
}
