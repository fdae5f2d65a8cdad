import { z } from 'zod';
import type { WorkspaceSettings, WriteContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { defineCommand } from '#engine/base/define.ts';
import { FIRST_OPEN_TERM, termOf } from '#engine/base/vocabulary.ts';
import { recordChange } from '#engine/store/changes.ts';
import { raiseVersion, writeSettings } from '#engine/store/settings.ts';

/** Writes settings and one line of the change log whose inverse restores what stood before. */
function change(ctx: WriteContext, command: string, settings: Partial<WorkspaceSettings>, sentence: string): void {
  const before: Record<string, unknown> = {};
  for (const key of Object.keys(settings) as (keyof WorkspaceSettings)[]) before[key] = ctx.settings[key];
  writeSettings(ctx.db, settings);
  const versionAfter = raiseVersion(ctx.db);
  recordChange(ctx.db, {
    command,
    sentence,
    at: ctx.now,
    versionBefore: ctx.dataVersion,
    versionAfter,
    inverse: { command: 'setSettings', input: before },
  });
}

/** Sets the workspace's as-of day; null returns to the newest observed day. */
export const setAsOf = defineCommand({
  name: 'setAsOf',
  input: z.object({ day: z.string().nullable() }),
  run(ctx, input) {
    const day = input.day === null ? null : parseIsoDay(input.day, 'as-of day');
    change(
      ctx,
      'setAsOf',
      { asOf: day },
      day === null ? 'Returned to the newest observed day' : `Set the as-of day to ${isoDay(day)}`,
    );
    return { asOf: day === null ? null : isoDay(day) };
  },
});

const Settings = z
  .object({
    currency: z.string(),
    fiscalYearStart: z.int(),
    ladderMode: z.union([z.literal(5), z.literal(6)]),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']).nullable(),
    asOf: z.int().nullable(),
  })
  .partial();

/** Changes settings that need no rewrite of rows (unit and time zone are fixed when a workspace is made). */
export const setSettings = defineCommand({
  name: 'setSettings',
  input: Settings,
  run(ctx, input) {
    const settings = Object.fromEntries(
      Object.entries(input).filter(([, value]) => value !== undefined),
    ) as Partial<WorkspaceSettings>;
    const words = Object.keys(settings).map((key) => key.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`));
    change(ctx, 'setSettings', settings, `Changed ${words.join(', ')}`);
    return { changed: Object.keys(settings) };
  },
});

/**
 * Which team an owner named in the exports belongs to, and what it is called where a source writes a key. Rows without a
 * team of their own take it; names are put in place of keys when a file is read.
 */
export const setOwnerTeams = defineCommand({
  name: 'setOwnerTeams',
  input: z.object({
    rows: z
      .array(
        z.object({
          owner: z.string().min(1).max(200),
          team: z.enum(['sales', 'marketing', 'service', 'accounts']).nullable(),
          name: z.string().min(1).max(200).nullable().default(null),
        }),
      )
      .max(10_000),
  }),
  run(ctx, input) {
    const term = (text: string): number => {
      ctx.db.run(
        'INSERT INTO term(id, text) SELECT max(?, max(id) + 1), ? FROM term WHERE true ON CONFLICT(text) DO NOTHING',
        [FIRST_OPEN_TERM, text],
      );
      return ctx.db.count('SELECT id FROM term WHERE text = ?', [text]);
    };
    const before: { owner: string; team: string | null; name: string | null }[] = [];
    for (const { owner, team, name } of input.rows) {
      const id = term(owner);
      const held = ctx.db.get(
        'SELECT t.text, n.text FROM owner_team o JOIN term t ON t.id = o.team LEFT JOIN term n ON n.id = o.name WHERE o.owner = ?',
        [id],
      );
      before.push({
        owner,
        team: (held?.[0] as string | undefined) ?? null,
        name: (held?.[1] as string | null | undefined) ?? null,
      });
      if (team === null) ctx.db.run('DELETE FROM owner_team WHERE owner = ?', [id]);
      else {
        ctx.db.run(
          `INSERT INTO owner_team(owner, team, name) VALUES (?, ?, ?)
           ON CONFLICT(owner) DO UPDATE SET team = excluded.team, name = excluded.name`,
          [id, termOf(team), name === null ? null : term(name)],
        );
      }
    }
    const versionAfter = raiseVersion(ctx.db);
    recordChange(ctx.db, {
      command: 'setOwnerTeams',
      sentence: `Set the team of ${input.rows.length} ${input.rows.length === 1 ? 'owner' : 'owners'}`,
      at: ctx.now,
      versionBefore: ctx.dataVersion,
      versionAfter,
      inverse: { command: 'setOwnerTeams', input: { rows: before } },
    });
    return { owners: input.rows.length };
  },
});
