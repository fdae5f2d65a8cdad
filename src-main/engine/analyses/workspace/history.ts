import { z } from 'zod';
import { isoInstant } from '#engine/base/clock.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import type { HistoryReport } from './types.ts';

/** `history`: the change log, newest first. A change with an inverse that has not been undone can be undone. */
export const history = defineAnalysis({
  name: 'history',
  lane: 'reader',
  input: z.object({ limit: z.int().min(1).max(1000).default(200) }),
  run(ctx, input): HistoryReport {
    const rows = ctx.db.all(
      'SELECT id, command, sentence, at, undone_by, inverse IS NOT NULL, version_after FROM change ORDER BY id DESC LIMIT ?',
      [input.limit],
    );
    return {
      changes: rows.map(([id, command, sentence, at, undoneBy, invertible, version]) => ({
        id: String(id),
        command: command as string,
        sentence: sentence as string,
        at: isoInstant(at as number),
        version: version as number,
        undone: undoneBy !== null,
        undoable: invertible === 1 && undoneBy === null,
      })),
    };
  },
});
