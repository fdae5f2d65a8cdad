import { z } from 'zod';
import type { WriteContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay } from '#engine/base/days.ts';
import { defineCommand } from '#engine/base/define.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import {
  defaultNpsText,
  NPS_TEXTS,
  npsBulletin,
  npsTextIn,
  readBenchmarks,
  readRules,
  readThemes,
  storedKind,
  type NpsTextKind,
} from '#engine/analyses/nps/index.ts';
import { recordChange } from '#engine/store/changes.ts';
import { raiseVersion } from '#engine/store/settings.ts';

const Kind = z.enum(NPS_TEXTS);
const WORDS: Readonly<Record<NpsTextKind, string>> = {
  rules: 'NPS rules',
  themes: 'themes of comments',
  benchmarks: 'NPS benchmarks',
};

type Inverse = { command: string; input: unknown };

function record(ctx: WriteContext, command: string, sentence: string, inverse: Inverse): void {
  const versionAfter = raiseVersion(ctx.db);
  recordChange(ctx.db, {
    command,
    sentence,
    at: ctx.now,
    versionBefore: ctx.dataVersion,
    versionAfter,
    inverse,
  });
}

/** Sets the NPS rules, the themes or the benchmarks as a new version; null returns to the product's own. On an error nothing is saved. */
export const setNpsText = defineCommand({
  name: 'setNpsText',
  input: z.object({ kind: Kind, text: z.string().max(30_000).nullable() }),
  run(ctx, { kind, text: given }) {
    const text = given ?? defaultNpsText(kind);
    const held = npsTextIn(ctx.db, kind);
    if (held.text === text)
      throw new LadderlineError('unchanged', `These are the ${WORDS[kind]} already; nothing was changed.`);
    if (kind === 'rules') readRules(ctx.reading(), text);
    else if (kind === 'themes') readThemes(text);
    else readBenchmarks(text);
    const version = held.version + 1;
    ctx.db.run('INSERT INTO definition(kind, name, version, text, made_at) VALUES (?, ?, ?, ?, ?)', [
      storedKind(kind),
      storedKind(kind),
      version,
      text,
      ctx.now,
    ]);
    const sentence = given === null ? `Returned to the product's ${WORDS[kind]}` : `Set the ${WORDS[kind]}`;
    record(ctx, 'setNpsText', `${sentence} (version ${version})`, {
      command: 'dropNpsText',
      input: { kind, version },
    });
    return { kind, version };
  },
});

/** Removes the newest version of such a text: the inverse of setting it. */
export const dropNpsText = defineCommand({
  name: 'dropNpsText',
  input: z.object({ kind: Kind, version: z.int().positive() }),
  run(ctx, { kind, version }) {
    const held = npsTextIn(ctx.db, kind);
    if (held.version !== version) {
      throw new LadderlineError(
        'newer-version',
        `The ${WORDS[kind]} were set again since (version ${held.version}); nothing was changed. Take that back first.`,
      );
    }
    ctx.db.run('DELETE FROM definition WHERE kind = ? AND version = ?', [storedKind(kind), version]);
    record(ctx, 'dropNpsText', `Took back version ${version} of the ${WORDS[kind]}`, {
      command: 'setNpsText',
      input: { kind, text: held.text },
    });
    return { kind, version: npsTextIn(ctx.db, kind).version };
  },
});

/** Source and external id of answers by their row ids; throws `no-answer` naming the first that is not there. */
function keysOf(ctx: WriteContext, ids: readonly string[]): { source: string; ext: string }[] {
  return [...new Set(ids)].map((id) => {
    const row = ctx.db.get('SELECT s.name, r.ext FROM response r JOIN source s ON s.id = r.source WHERE r.id = ?', [
      Number(id),
    ]);
    if (row === null) throw new LadderlineError('no-answer', `There is no answer ${id}; nothing was changed.`);
    return { source: row[0] as string, ext: row[1] as string };
  });
}

const Ids = z.array(z.string().regex(/^\d{1,15}$/)).min(1);
const Record = z.object({
  owner: z.string().max(300).nullable(),
  status: z.enum(['open', 'working', 'closed']).nullable(),
  outcome: z.string().max(200).nullable(),
  note: z.string().max(1000).nullable(),
  followedDay: z.int().nullable(),
  closedDay: z.int().nullable(),
});
const Keyed = { source: z.string(), ext: z.string() };

type CaseState = z.output<typeof Record>;
const NOTHING: CaseState = {
  owner: null,
  status: null,
  outcome: null,
  note: null,
  followedDay: null,
  closedDay: null,
};

function caseState(ctx: WriteContext, source: string, ext: string): CaseState {
  const row = ctx.db.get(
    'SELECT owner, status, outcome, note, followed_day, closed_day FROM nps_case WHERE source = ? AND ext = ?',
    [source, ext],
  );
  if (row === null) return NOTHING;
  const [owner, status, outcome, note, followedDay, closedDay] = row;
  return { owner, status, outcome, note, followedDay, closedDay } as CaseState;
}

/** Writes states of cases and answers what stood before. */
function writeCases(
  ctx: WriteContext,
  rows: readonly { source: string; ext: string; state: CaseState }[],
): { source: string; ext: string; state: CaseState }[] {
  return rows.map(({ source, ext, state }) => {
    const before = { source, ext, state: caseState(ctx, source, ext) };
    if (Object.values(state).every((value) => value === null))
      ctx.db.run('DELETE FROM nps_case WHERE source = ? AND ext = ?', [source, ext]);
    else
      ctx.db.run(
        `INSERT INTO nps_case(source, ext, owner, status, outcome, note, followed_day, closed_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT(source, ext) DO UPDATE SET owner = excluded.owner, status = excluded.status, outcome = excluded.outcome,
           note = excluded.note, followed_day = excluded.followed_day, closed_day = excluded.closed_day`,
        [source, ext, state.owner, state.status, state.outcome, state.note, state.followedDay, state.closedDay],
      );
    return before;
  });
}

/**
 * Says what is done about answers: owner, status, outcome, note, the day of the follow-up. What is left out stays. Closing
 * is dated by the as-of day unless a day is given; opening again takes that day away.
 */
export const setNpsCase = defineCommand({
  name: 'setNpsCase',
  input: z.object({
    answers: Ids.max(25),
    owner: z.string().trim().max(300).nullable().optional(),
    status: z.enum(['open', 'working', 'closed']).optional(),
    outcome: z.string().trim().max(200).nullable().optional(),
    note: z.string().trim().max(1000).nullable().optional(),
    followedUp: z.string().nullable().optional(),
    closed: z.string().optional(),
  }),
  run(ctx, input) {
    const { answers, owner, status, outcome, note } = input;
    const day = (text: string | null | undefined, what: string): number | null | undefined =>
      typeof text === 'string' ? parseIsoDay(text, what) : text;
    const followedDay = day(input.followedUp, 'day of the follow-up');
    const closedDay =
      status === 'closed'
        ? (day(input.closed, 'day of closing') ?? ctx.defaultAsOf())
        : status === undefined
          ? undefined
          : null;
    const changes = Object.fromEntries(
      Object.entries({ owner, status, outcome, note, followedDay, closedDay })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, value === '' ? null : value]),
    );
    if (Object.keys(changes).length === 0)
      throw usage('setNpsCase: nothing to set; name an owner, a status, an outcome, a note or a follow-up.');
    const keys = keysOf(ctx, answers);
    const rows = keys.map(({ source, ext }) => ({
      source,
      ext,
      state: { ...caseState(ctx, source, ext), ...changes },
    }));
    const before = writeCases(ctx, rows);
    const what = [
      ...(status === undefined ? [] : [status === 'closed' ? 'closed' : status === 'working' ? 'in work' : 'opened']),
      ...(typeof owner === 'string' && owner !== '' ? [`given to ${owner}`] : []),
      ...(typeof followedDay === 'number' ? [`followed up on ${isoDay(followedDay)}`] : []),
      ...(typeof outcome === 'string' && outcome !== '' ? [`outcome ${outcome}`] : []),
    ];
    record(
      ctx,
      'setNpsCase',
      `${keys.length === 1 ? 'Case of an answer' : `Cases of ${keys.length} answers`}: ${what.join(', ') || 'changed'}`,
      { command: 'restoreNpsCases', input: { rows: before } },
    );
    return { cases: keys.length };
  },
});

/** Puts back what was recorded about cases: the inverse of setting them, and of itself. */
export const restoreNpsCases = defineCommand({
  name: 'restoreNpsCases',
  input: z.object({ rows: z.array(z.object({ ...Keyed, state: Record })).max(100) }),
  run(ctx, input) {
    const before = writeCases(ctx, input.rows);
    record(ctx, 'restoreNpsCases', `Put back what was recorded about ${input.rows.length} cases`, {
      command: 'restoreNpsCases',
      input: { rows: before },
    });
    return { cases: before.length };
  },
});

type Hand = { source: string; ext: string; theme: string; present: boolean | null };

function writeThemes(ctx: WriteContext, rows: readonly Hand[]): Hand[] {
  return rows.map(({ source, ext, theme, present }) => {
    const key = [source, ext, theme];
    const held = ctx.db.get('SELECT present FROM nps_theme WHERE source = ? AND ext = ? AND theme = ?', key);
    if (present === null) ctx.db.run('DELETE FROM nps_theme WHERE source = ? AND ext = ? AND theme = ?', key);
    else
      ctx.db.run(
        `INSERT INTO nps_theme(source, ext, theme, present) VALUES (?, ?, ?, ?)
         ON CONFLICT(source, ext, theme) DO UPDATE SET present = excluded.present`,
        [...key, present ? 1 : 0],
      );
    return { source, ext, theme, present: held === null ? null : held[0] === 1 };
  });
}

/** Puts answers into a theme by hand (`present` true), takes them out whatever their words say (false), or leaves it to the words (null). */
export const setNpsTheme = defineCommand({
  name: 'setNpsTheme',
  input: z.object({
    theme: z.string().trim().min(1).max(60),
    answers: Ids.max(200),
    present: z.boolean().nullable(),
  }),
  run(ctx, { theme, answers, present }) {
    const keys = keysOf(ctx, answers);
    const before = writeThemes(
      ctx,
      keys.map((key) => ({ ...key, theme, present })),
    );
    const counted = keys.length === 1 ? 'an answer' : `${keys.length} answers`;
    record(
      ctx,
      'setNpsTheme',
      present === true
        ? `Put ${counted} into the theme "${theme}"`
        : present === false
          ? `Took ${counted} out of the theme "${theme}"`
          : `Left ${counted} of the theme "${theme}" to its words`,
      { command: 'restoreNpsThemes', input: { rows: before } },
    );
    return { theme, answers: keys.length };
  },
});

/** Puts back what was sorted by hand: the inverse of sorting, and of itself. */
export const restoreNpsThemes = defineCommand({
  name: 'restoreNpsThemes',
  input: z.object({
    rows: z.array(z.object({ ...Keyed, theme: z.string(), present: z.boolean().nullable() })).max(500),
  }),
  run(ctx, input) {
    const before = writeThemes(ctx, input.rows);
    record(ctx, 'restoreNpsThemes', `Put back how ${input.rows.length} answers were sorted`, {
      command: 'restoreNpsThemes',
      input: { rows: before },
    });
    return { answers: before.length };
  },
});

const Receipt = {
  wave: z.string().min(1).max(300),
  person: z.string().trim().min(1).max(200),
  team: z.enum(['sales', 'marketing', 'service', 'accounts']),
};

/** Records that a person of a team has the bulletin of a wave with the figures of a digest. Refused when those are not the figures now. */
export const receiveBulletin = defineCommand({
  name: 'receiveBulletin',
  input: z.object({ ...Receipt, digest: z.string().max(64), day: z.string().optional(), asOf: z.string().optional() }),
  run(ctx, { wave, person, team, digest, day, asOf }) {
    const bulletin = npsBulletin.run(ctx.reading(), { wave, asOf });
    if (bulletin.digest !== digest) {
      throw new LadderlineError(
        'other-figures',
        `The bulletin of ${wave} has the figures ${bulletin.digest} by now, not ${digest}; nothing was recorded. Hand out the present one first.`,
        { digest: bulletin.digest },
      );
    }
    const received = day === undefined ? ctx.defaultAsOf() : parseIsoDay(day, 'day of receipt');
    const done = writeReceipt(ctx, { wave, person, team, digest, day: received });
    record(ctx, 'receiveBulletin', `${person} (${team}) has the NPS bulletin of ${wave}`, {
      command: 'restoreReceipt',
      input: { ...done },
    });
    return { wave, digest, person, team, day: isoDay(received) };
  },
});

type ReceiptRow = { wave: string; digest: string; person: string; team: string; day: number | null };

/** Writes a receipt, or removes it when its day is null; answers what stood before. */
function writeReceipt(ctx: WriteContext, { wave, digest, person, team, day }: ReceiptRow): ReceiptRow {
  const key = [wave, digest, person];
  const held = ctx.db.get('SELECT team, day FROM nps_receipt WHERE wave = ? AND digest = ? AND person = ?', key);
  if (day === null) ctx.db.run('DELETE FROM nps_receipt WHERE wave = ? AND digest = ? AND person = ?', key);
  else
    ctx.db.run(
      `INSERT INTO nps_receipt(wave, digest, person, team, day) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(wave, digest, person) DO UPDATE SET team = excluded.team, day = excluded.day`,
      [...key, team, day],
    );
  return {
    wave,
    digest,
    person,
    team: (held?.[0] as string | undefined) ?? team,
    day: (held?.[1] as number | undefined) ?? null,
  };
}

/** Puts back a receipt: the inverse of recording one, and of itself. */
export const restoreReceipt = defineCommand({
  name: 'restoreReceipt',
  input: z.object({ ...Receipt, digest: z.string().max(64), day: z.int().nullable() }),
  run(ctx, input) {
    const before = writeReceipt(ctx, input);
    record(ctx, 'restoreReceipt', `Took back the receipt of the NPS bulletin of ${input.wave} by ${input.person}`, {
      command: 'restoreReceipt',
      input: { ...before },
    });
    return { wave: input.wave, person: input.person };
  },
});
