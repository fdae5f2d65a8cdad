import { z } from 'zod';
import type { WriteContext } from '#engine/base/context.ts';
import { defineCommand } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { readInverse } from '#engine/store/changes.ts';
import { dropDefinition, setDefinition } from './definitions.ts';
import { redoImport, retypeImport, undoImport } from './imports.ts';
import { dropNpsText, restoreNpsCases, restoreNpsThemes, restoreReceipt, setNpsText } from './nps.ts';
import { refreezeSegment, restoreNamed, unfreezeSegment } from './segments.ts';
import { setOwnerTeams, setSettings } from './settings.ts';

/** Commands that an inverse in the change log may name. */
type Inverse = {
  readonly transaction: 'host' | 'own';
  parse(input: unknown): unknown;
  run(ctx: WriteContext, input: never): unknown;
};

/** By the names that the change log uses. */
export const INVERSES: Readonly<Record<string, Inverse>> = {
  setSettings,
  setOwnerTeams,
  dropDefinition,
  setDefinition,
  setNpsText,
  dropNpsText,
  restoreNpsCases,
  restoreNpsThemes,
  restoreReceipt,
  restoreNamed,
  unfreezeSegment,
  refreezeSegment,
  undo: undoImport,
  redo: redoImport,
  retype: retypeImport,
};

/** Takes back any change of the log by its inverse; the log gains a line, the undone one is marked. */
export const undoChange = defineCommand({
  name: 'undoChange',
  input: z.object({ change: z.coerce.number().int().positive() }),
  transaction: 'own',
  async run(ctx, input) {
    const row = ctx.db.get('SELECT sentence, undone_by FROM change WHERE id = ?', [input.change]);
    if (!row) throw new LadderlineError('no-change', `There is no change ${input.change} in the history.`);
    const [sentence, undoneBy] = row as [string, number | null];
    if (undoneBy !== null)
      throw new LadderlineError('undone-already', `"${sentence}" has been undone already; nothing was changed.`);
    const inverse = readInverse(ctx.db, input.change);
    if (inverse === null) throw new LadderlineError('no-inverse', `"${sentence}" cannot be undone.`);
    const { command, input: asked } = inverse;
    const known = INVERSES[command];
    if (!known) throw new LadderlineError('no-inverse', `"${sentence}" cannot be undone by this version.`);
    const parsed = known.parse(asked) as never;
    if (known.transaction === 'own') await known.run(ctx, parsed);
    else ctx.db.transaction(() => known.run(ctx, parsed));
    ctx.db.transaction(() => {
      ctx.db.run('UPDATE change SET undone_by = (SELECT max(id) FROM change) WHERE id = ?', [input.change]);
    });
    return { undone: sentence };
  },
});
