import { z } from 'zod';
import type { ReadContext, WriteContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { defineCommand } from '#engine/base/define.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import { printString } from '#engine/language/print.ts';
import {
  addSegment,
  cleanName,
  freeze,
  inheritMembers,
  listNamed,
  putBack,
  retire,
  segmentNamed,
  type StoredSegment,
} from '#engine/segment/store.ts';
import { recordChange } from '#engine/store/changes.ts';
import { raiseVersion } from '#engine/store/settings.ts';

type Table = 'segment' | 'list';

function record(
  ctx: WriteContext,
  command: string,
  sentence: string,
  inverse: { command: string; input: unknown } | null,
  version: number,
): void {
  recordChange(ctx.db, {
    command,
    sentence,
    at: ctx.now,
    versionBefore: ctx.dataVersion,
    versionAfter: version,
    inverse,
  });
}

/**
 * Saves a segment under a name; a segment of that name is replaced and keeps its recorded members. A rule is checked
 * with everything it refers to, a listed segment needs its list: on an error nothing is written.
 */
export const saveSegment = defineCommand({
  name: 'saveSegment',
  input: z.object({
    name: z.string().max(500),
    kind: z.enum(['rule', 'frozen', 'listed']).default('rule'),
    /** The text of a rule, or of which a frozen one is made; the name of the list of a listed segment. */
    definition: z.string().max(65_536),
    /** The day as of which a frozen segment is made. */
    asOf: z.string().optional(),
  }),
  run(ctx, input) {
    const name = cleanName(input.name, 'segment');
    const definition =
      input.kind === 'listed'
        ? listNamed(ctx.db, input.definition).name
        : language.describe(input.definition, ctx.reading()).printed;
    const version = raiseVersion(ctx.db);
    const former = retire(ctx.db, 'segment', name, version);
    const id = addSegment(ctx.db, { name, kind: input.kind, definition });
    for (const old of former) inheritMembers(ctx.db, old, id);
    if (input.kind === 'frozen') {
      const reading = ctx.reading();
      const day = input.asOf === undefined ? reading.defaultAsOf() : parseIsoDay(input.asOf, 'as-of day');
      ctx.db.run('DELETE FROM segment_member WHERE segment = ? AND day = ?', [id, day]);
      freeze(ctx.db, { id, name, kind: 'frozen', definition }, day, membersOf(reading, definition, definition, day));
    }
    // The rule may reach itself through another segment: only the workspace as it is now can tell.
    language.describe(`in segment ${printString(name)}`, ctx.reading());
    record(
      ctx,
      'saveSegment',
      `${former.length === 0 ? 'Saved' : 'Changed'} the segment "${name}": ${definition}`,
      { command: 'restoreNamed', input: { table: 'segment', retire: [id], putBack: former } },
      version,
    );
    return { segment: name, definition };
  },
});

/** The text that explains a segment's members. */
function whyOf({ kind, definition }: StoredSegment): string {
  return kind === 'listed' ? `in list ${printString(definition)}` : definition;
}

/** Most characters of a reason. */
const REASON_LIMIT = 500;

/** The customers of whom a text is true, each with the clauses of another text that hold and the values they read. */
function membersOf(
  ctx: ReadContext,
  text: string,
  why: string,
  day: Day,
): { readonly customer: number; readonly reason: string }[] {
  const { ids, outcome } = language.filter(ctx, text, day);
  const explain = language.explain(ctx, why, day);
  const members = [];
  for (let i = 0; i < ids.length; i++) {
    if ((i & 4095) === 0) ctx.cancel.check();
    if (outcome[i] !== 1) continue;
    const held = explain(i).clauses.filter(({ holds }) => holds === 'true');
    const reason = held
      .map(({ sentence, values }) => {
        const read = values.map((one) => `${one.text} ${one.value ?? 'unknown'}`).join(', ');
        return read === '' ? sentence : `${sentence} (${read})`;
      })
      .join('; ');
    members.push({ customer: ids[i]!, reason: reason.slice(0, REASON_LIMIT) });
  }
  return members;
}

/** Records who is in a segment as of a day, so that later changes of rows do not change it. */
export const freezeSegment = defineCommand({
  name: 'freezeSegment',
  input: z.object({ name: z.string().max(500), asOf: z.string().optional() }),
  run(ctx, input) {
    const segment = segmentNamed(ctx.db, input.name);
    const reading = ctx.reading();
    const day = input.asOf === undefined ? reading.defaultAsOf() : parseIsoDay(input.asOf, 'as-of day');
    const members = membersOf(reading, `in segment ${printString(segment.name)}`, whyOf(segment), day);
    if (members.length === 0) {
      throw new LadderlineError(
        'segment-empty',
        `"${segment.name}" has no members as of ${isoDay(day)}; nothing was recorded.`,
      );
    }
    freeze(ctx.db, segment, day, members);
    const version = raiseVersion(ctx.db);
    record(
      ctx,
      'freezeSegment',
      `Recorded the ${members.length} members of "${segment.name}" as of ${isoDay(day)}`,
      { command: 'unfreezeSegment', input: { segment: segment.id, day } },
      version,
    );
    return { segment: segment.name, asOf: isoDay(day), members: members.length };
  },
});

/** Forgets who was in a segment on a day: the inverse of `freezeSegment`. The rows are kept aside, so that this can be taken back. */
export const unfreezeSegment = defineCommand({
  name: 'unfreezeSegment',
  input: z.object({ segment: z.int(), day: z.int(), forgotten: z.int().positive().optional() }),
  run(ctx, input) {
    const name = String(ctx.db.get('SELECT name FROM segment WHERE id = ?', [input.segment])?.[0] ?? '');
    const version = raiseVersion(ctx.db);
    // Forgotten once more, they lie where an earlier inverse looks for them.
    const forgotten = input.forgotten ?? version;
    ctx.db.run('UPDATE segment_member SET segment = ? WHERE segment = ? AND day = ?', [
      -forgotten,
      input.segment,
      input.day,
    ]);
    record(
      ctx,
      'unfreezeSegment',
      `Forgot the members of "${name}" as of ${isoDay(input.day)}`,
      { command: 'refreezeSegment', input: { ...input, forgotten } },
      version,
    );
    return { segment: name };
  },
});

/** Puts back the members of a segment on a day that were forgotten at a version: the inverse of `unfreezeSegment`. */
export const refreezeSegment = defineCommand({
  name: 'refreezeSegment',
  input: z.object({ segment: z.int(), day: z.int(), forgotten: z.int().positive() }),
  run(ctx, { segment, day, forgotten }) {
    const name = String(ctx.db.get('SELECT name FROM segment WHERE id = ?', [segment])?.[0] ?? '');
    if (ctx.db.get('SELECT 1 FROM segment_member WHERE segment = ? AND day = ? LIMIT 1', [segment, day]) !== null) {
      throw new LadderlineError(
        'segment-frozen',
        `The members of "${name}" as of ${isoDay(day)} were recorded again since; nothing was changed. Take that back first.`,
      );
    }
    ctx.db.run('UPDATE segment_member SET segment = ? WHERE segment = ? AND day = ?', [segment, -forgotten, day]);
    const version = raiseVersion(ctx.db);
    record(
      ctx,
      'refreezeSegment',
      `Put back the members of "${name}" as of ${isoDay(day)}`,
      { command: 'unfreezeSegment', input: { segment, day, forgotten } },
      version,
    );
    return { segment: name };
  },
});

/** Removes a segment or list; its rows stay, so that undoing brings it back whole. Refused while a segment needs it. */
function removal<const Name extends string>(name: Name, table: Table) {
  return defineCommand({
    name,
    input: z.object({ name: z.string().max(500) }),
    run(ctx, input) {
      const held = table === 'segment' ? segmentNamed(ctx.db, input.name) : listNamed(ctx.db, input.name);
      const version = raiseVersion(ctx.db);
      const retired = retire(ctx.db, table, held.name, version);
      const broken = brokenSegments(ctx);
      if (broken.length > 0) {
        throw new LadderlineError(
          `${table}-in-use`,
          `The ${table} "${held.name}" is used by ${broken.map((one) => `"${one}"`).join(', ')}; nothing was removed. Change or remove ${broken.length === 1 ? 'it' : 'them'} first.`,
          { usedBy: broken },
        );
      }
      record(
        ctx,
        name,
        `Removed the ${table} "${held.name}"`,
        { command: 'restoreNamed', input: { table, retire: [], putBack: retired } },
        version,
      );
      return { removed: held.name };
    },
  });
}

export const removeSegment = removal('removeSegment', 'segment');
export const removeList = removal('removeList', 'list');

/** Segments in use whose text no longer means anything. */
function brokenSegments(ctx: WriteContext): string[] {
  const reading = ctx.reading();
  return ctx.db
    .all('SELECT name, kind, definition FROM segment WHERE removed IS NULL ORDER BY name')
    .filter(([name, kind, definition]) => {
      try {
        if (kind === 'listed') listNamed(ctx.db, definition as string);
        else language.describe(`in segment ${printString(name as string)}`, reading);
        return false;
      } catch (error) {
        if (error instanceof LadderlineError) return true;
        throw error;
      }
    })
    .map(([name]) => name as string);
}

/** Saves a list of keys (external ids, e-mails, names, customer ids); a list of that name is replaced. */
export const saveList = defineCommand({
  name: 'saveList',
  input: z.object({ name: z.string().max(500), keys: z.array(z.string().max(500)).max(1_000_000) }),
  run(ctx, input) {
    const name = cleanName(input.name, 'list');
    const keys = [...new Set(input.keys.map((key) => key.trim()).filter((key) => key !== ''))];
    if (keys.length === 0) throw usage(`The list "${name}" has no keys; nothing was saved. Write one key a line.`);
    const version = raiseVersion(ctx.db);
    const former = retire(ctx.db, 'list', name, version);
    const id = ctx.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', [name, JSON.stringify(keys)]).lastId;
    record(
      ctx,
      'saveList',
      `${former.length === 0 ? 'Saved' : 'Changed'} the list "${name}" of ${keys.length} keys`,
      { command: 'restoreNamed', input: { table: 'list', retire: [id], putBack: former } },
      version,
    );
    return { list: name, keys: keys.length };
  },
});

/** Puts rows of segments or lists back in use and retires others: the inverse of saving and removing. */
export const restoreNamed = defineCommand({
  name: 'restoreNamed',
  input: z.object({ table: z.enum(['segment', 'list']), retire: z.array(z.int()), putBack: z.array(z.int()) }),
  run(ctx, input) {
    const version = raiseVersion(ctx.db);
    const names = new Set<string>();
    for (const id of input.retire) {
      names.add(String(ctx.db.get(`SELECT name FROM ${input.table} WHERE id = ?`, [id])?.[0]));
      ctx.db.run(`UPDATE ${input.table} SET removed = ? WHERE id = ?`, [version, id]);
    }
    for (const id of input.putBack) {
      names.add(String(ctx.db.get(`SELECT name FROM ${input.table} WHERE id = ?`, [id])?.[0]));
      putBack(ctx.db, input.table, id);
    }
    record(
      ctx,
      'restoreNamed',
      `Took back the change of the ${input.table} ${[...names].map((name) => `"${name}"`).join(', ')}`,
      { command: 'restoreNamed', input: { table: input.table, retire: input.putBack, putBack: input.retire } },
      version,
    );
    return { restored: [...names] };
  },
});
