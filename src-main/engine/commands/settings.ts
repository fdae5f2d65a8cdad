import { z } from 'zod';
import type { WorkspaceSettings, WriteContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { defineCommand } from '#engine/base/define.ts';
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
    change(ctx, 'setAsOf', { asOf: day }, day === null ? 'Returned to the newest observed day' : `Set the as-of day to ${isoDay(day)}`);
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
    const settings = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Partial<WorkspaceSettings>;
    const words = Object.keys(settings).map((key) => key.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`));
    change(ctx, 'setSettings', settings, `Changed ${words.join(', ')}`);
    return { changed: Object.keys(settings) };
  },
});

/** Which team an owner named in the exports belongs to; rows without a team of their own take it. */
export const setOwnerTeams = defineCommand({
  name: 'setOwnerTeams',
  input: z.object({
    rows: z.array(z.object({ owner: z.string().min(1).max(200), team: z.enum(['sales', 'marketing', 'service', 'accounts']).nullable() })).max(10_000),
  }),
  run(ctx, input) {
    const before: { owner: string; team: string | null }[] = [];
    for (const { owner, team } of input.rows) {
      ctx.db.run('INSERT INTO term(text) VALUES (?) ON CONFLICT(text) DO NOTHING', [owner]);
      const id = ctx.db.count('SELECT id FROM term WHERE text = ?', [owner]);
      const held = ctx.db.get('SELECT t.text FROM owner_team o JOIN term t ON t.id = o.team WHERE o.owner = ?', [id]);
      before.push({ owner, team: (held?.[0] as string | undefined) ?? null });
      if (team === null) ctx.db.run('DELETE FROM owner_team WHERE owner = ?', [id]);
      else {
        ctx.db.run(
          'INSERT INTO owner_team(owner, team) VALUES (?, (SELECT id FROM term WHERE text = ?)) ON CONFLICT(owner) DO UPDATE SET team = excluded.team',
          [id, team],
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
