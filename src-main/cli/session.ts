import { nowSeconds } from '#engine/base/clock.ts';
import type { Analysis, Command } from '#engine/base/define.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { openReader, openWriter } from '#engine/store/open.ts';

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
