import { z } from 'zod';
import type { WriteContext } from '#engine/base/context.ts';
import { defineCommand } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { defaultText, definitionIn, readLadder, readTouch } from '#engine/language/definitions/current.ts';
import { recordChange } from '#engine/store/changes.ts';
import { raiseVersion } from '#engine/store/settings.ts';
import { vectorsOf } from '#engine/vectors/load.ts';

const Kind = z.enum(['ladder', 'touch']);
const WORDS = { ladder: 'rules of the ladder', touch: 'rules of touches' } as const;

function save(
  ctx: WriteContext,
  kind: z.output<typeof Kind>,
  text: string,
  sentence: string,
): { kind: string; version: number } {
  const reading = ctx.reading();
  const vectors = vectorsOf(reading);
  if (kind === 'ladder') readLadder(reading, vectors, text);
  else readTouch(reading, vectors, text);
  const version = definitionIn(ctx.db, kind).version + 1;
  ctx.db.run('INSERT INTO definition(kind, name, version, text, made_at) VALUES (?, ?, ?, ?, ?)', [
    kind,
    kind,
    version,
    text,
    ctx.now,
  ]);
  const versionAfter = raiseVersion(ctx.db);
  recordChange(ctx.db, {
    command: 'setDefinition',
    sentence: `${sentence} (version ${version})`,
    at: ctx.now,
    versionBefore: ctx.dataVersion,
    versionAfter,
    inverse: { command: 'dropDefinition', input: { kind, version } },
  });
  return { kind, version };
}

/** Sets the rules of the ladder or of touches as a new version (L21); on an error nothing is saved. */
export const setDefinition = defineCommand({
  name: 'setDefinition',
  input: z.object({ kind: Kind, text: z.string().max(30_000) }),
  run(ctx, input) {
    if (definitionIn(ctx.db, input.kind).text === input.text) {
      throw new LadderlineError('unchanged', `These are the ${WORDS[input.kind]} already; nothing was changed.`);
    }
    return save(ctx, input.kind, input.text, `Set the ${WORDS[input.kind]}`);
  },
});

/** Returns to the product's own rules, as a new version. */
export const resetDefinition = defineCommand({
  name: 'resetDefinition',
  input: z.object({ kind: Kind }),
  run(ctx, input) {
    const text = defaultText(input.kind);
    if (definitionIn(ctx.db, input.kind).text === text) {
      throw new LadderlineError(
        'unchanged',
        `The ${WORDS[input.kind]} are the product's own already; nothing was changed.`,
      );
    }
    return save(ctx, input.kind, text, `Returned to the product's ${WORDS[input.kind]}`);
  },
});

/** Removes the newest version of a definition: the inverse of setting it. */
export const dropDefinition = defineCommand({
  name: 'dropDefinition',
  input: z.object({ kind: Kind, version: z.int().positive() }),
  run(ctx, input) {
    const { version, text } = definitionIn(ctx.db, input.kind);
    if (version !== input.version) {
      throw new LadderlineError(
        'newer-version',
        `The ${WORDS[input.kind]} were set again since (version ${version}); nothing was changed. Take that back first.`,
      );
    }
    ctx.db.run('DELETE FROM definition WHERE kind = ? AND version = ?', [input.kind, version]);
    const versionAfter = raiseVersion(ctx.db);
    recordChange(ctx.db, {
      command: 'dropDefinition',
      sentence: `Took back version ${version} of the ${WORDS[input.kind]}`,
      at: ctx.now,
      versionBefore: ctx.dataVersion,
      versionAfter,
      inverse: { command: 'setDefinition', input: { kind: input.kind, text } },
    });
    return { kind: input.kind, version: definitionIn(ctx.db, input.kind).version };
  },
});
