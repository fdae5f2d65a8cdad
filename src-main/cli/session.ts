import { statSync } from 'node:fs';
import { nowSeconds } from '#engine/base/clock.ts';
import type { Analysis, Command } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { openReader, openWriter } from '#engine/store/open.ts';
import { packMissing } from '#engine/vectors/load.ts';

/** Runs one analysis on a workspace file. */
export function ask<Input, Asked, Report>(
  workspace: string,
  analysis: Analysis<string, Input, Asked, Report>,
  input: Asked,
): Report {
  const session = new ReadSession(openReader(workspace));
  try {
    return session.run(analysis, input);
  } finally {
    session.close();
  }
}

/** Runs one command on a workspace file in its transaction. */
export async function tell<Input, Asked, Report>(
  workspace: string,
  command: Command<string, Input, Asked, Report>,
  input: Asked,
  hooks: Parameters<typeof writeContext>[2] = {},
): Promise<Report> {
  const db = openWriter(workspace);
  try {
    const parsed = command.parse(input);
    const ctx = writeContext(db, nowSeconds(), hooks);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return db.transaction(() => command.run(ctx, parsed) as Report);
  } finally {
    db.close();
  }
}

/** Drops undefined values, so that optional options can be handed over as they are. */
export function given<T extends Record<string, unknown>>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Below this size of a workspace its tables are read as fast as the packed columns. */
const WORTH_PACKING = 32 * 1024 * 1024;

/**
 * Packs the columns of a large workspace, so that the next question need not read its tables. What is packed is a cache: a
 * disk that fails now has lost nothing.
 */
export function packColumns(workspace: string): void {
  if (statSync(workspace).size < WORTH_PACKING) return;
  const db = openWriter(workspace);
  try {
    packMissing(db);
  } catch (error) {
    if (!(error instanceof LadderlineError)) throw error;
  } finally {
    db.close();
  }
}
