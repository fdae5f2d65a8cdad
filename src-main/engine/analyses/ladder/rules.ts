import type { Kept, ReadContext } from '#engine/base/context.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { defaultText, definitionIn, type DefinitionKind } from '#engine/language/definitions/current.ts';
import { language } from '#engine/language/index.ts';

/** Which ladder a question is asked by: five or six rungs, and a former version of the rules (0: the product's own). */
export type LadderChoice = { readonly mode?: 5 | 6 | undefined; readonly version?: number | undefined };

const VERSIONS: Kept<Map<number, ReadContext>> = { name: 'ladder.versions', make: () => new Map() };

/** The context of a question by another ladder mode (Payne 1991 five rungs, 1994 six) or another version of the rules (L22). */
export function byLadder(ctx: ReadContext, { mode, version }: LadderChoice): ReadContext {
  const own =
    version === undefined || version === definitionIn(ctx.db, 'ladder').version ? ctx : versionOf(ctx, version);
  return mode === undefined || mode === own.settings.ladderMode
    ? own
    : { ...own, settings: { ...own.settings, ladderMode: mode } };
}

/** What was computed by a former version is kept like everything else; the question's own cancel and progress are used. */
function versionOf(ctx: ReadContext, version: number): ReadContext {
  const kept = ctx.kept(VERSIONS);
  let other = kept.get(version);
  if (!other) {
    other = language.withRules(ctx, 'ladder', textOfVersion(ctx, 'ladder', version), version);
    kept.set(version, other);
  }
  return { ...other, settings: ctx.settings, cancel: ctx.cancel, progress: ctx.progress };
}

/** The text of a version of a definition; throws `no-version` naming those that there are. */
export function textOfVersion(ctx: ReadContext, kind: DefinitionKind, version: number): string {
  if (version === 0) return defaultText(kind);
  const row = ctx.db.get('SELECT text FROM definition WHERE kind = ? AND version = ?', [kind, version]);
  if (row !== null) return row[0] as string;
  const newest = definitionIn(ctx.db, kind).version;
  throw new LadderlineError(
    'no-version',
    `There is no version ${version} of the rules; ${newest === 0 ? "only 0, the product's own" : `they have the versions 0 (the product's own) to ${newest}`}.`,
  );
}
