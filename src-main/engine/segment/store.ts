import type { Day } from '#engine/base/days.ts';
import { isoDay } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { nearestName } from '#engine/language/errors.ts';
import { fold } from '#engine/language/fold.ts';

export type SegmentKind = 'rule' | 'frozen' | 'listed';

/** A segment as it lies in the workspace. A changed or removed one stays as a row that is no longer in use. */
export type StoredSegment = {
  readonly id: number;
  readonly name: string;
  readonly kind: SegmentKind;
  readonly definition: string;
};

/** Most characters of a segment's or list's name. */
export const NAME_LIMIT = 120;

export function storedSegments(db: ReadDb): StoredSegment[] {
  return db
    .all('SELECT id, name, kind, definition FROM segment WHERE removed IS NULL ORDER BY name')
    .map(([id, name, kind, definition]) => ({ id, name, kind, definition }) as StoredSegment);
}

/** A segment by its name, compared folded; throws `no-segment` with the nearest name. */
export function segmentNamed(db: ReadDb, name: string): StoredSegment {
  const all = storedSegments(db);
  const found = all.find((segment) => fold(segment.name) === fold(name));
  if (found) return found;
  throw missing(
    'segment',
    name,
    all.map((segment) => segment.name),
  );
}

export type StoredList = { readonly id: number; readonly name: string; readonly keys: readonly string[] };

export function storedLists(db: ReadDb): StoredList[] {
  return db.all('SELECT id, name, keys FROM list WHERE removed IS NULL ORDER BY name').map(([id, name, keys]) => ({
    id: id as number,
    name: name as string,
    keys: JSON.parse(keys as string) as string[],
  }));
}

/** A list by its name, compared folded; throws `no-list` with the nearest name. */
export function listNamed(db: ReadDb, name: string): StoredList {
  const all = storedLists(db);
  const found = all.find((list) => fold(list.name) === fold(name));
  if (found) return found;
  throw missing(
    'list',
    name,
    all.map((list) => list.name),
  );
}

function missing(what: 'segment' | 'list', name: string, known: readonly string[]): LadderlineError {
  const nearest = nearestName(name, known);
  const hint = nearest !== null ? ` Did you mean "${nearest}"?` : known.length === 0 ? ` There is none yet.` : '';
  return new LadderlineError(`no-${what}`, `There is no ${what} "${name}".${hint}`, { nearest });
}

/** A name as it is kept: trimmed, not empty, without line breaks. */
export function cleanName(name: string, what: 'segment' | 'list'): string {
  const clean = name.trim();
  if (clean === '' || clean.length > NAME_LIMIT || /[\r\n]/.test(clean))
    throw usage(`The name of a ${what} has 1 to ${NAME_LIMIT} characters on one line.`);
  return clean;
}

/** Retires the rows in use under a name and answers their ids. */
export function retire(db: WriteDb, table: 'segment' | 'list', name: string, version: number): number[] {
  const ids = db
    .all(`SELECT id, name FROM ${table} WHERE removed IS NULL`)
    .filter(([, held]) => fold(held as string) === fold(name))
    .map(([id]) => id as number);
  for (const id of ids) db.run(`UPDATE ${table} SET removed = ? WHERE id = ?`, [version, id]);
  return ids;
}

/** Puts a retired row back in use; throws `name-taken` when another one has its name by now. */
export function putBack(db: WriteDb, table: 'segment' | 'list', id: number): void {
  const name = String(db.get(`SELECT name FROM ${table} WHERE id = ?`, [id])?.[0]);
  const taken = db
    .all(`SELECT name FROM ${table} WHERE removed IS NULL`)
    .some(([held]) => fold(held as string) === fold(name));
  if (taken) {
    throw new LadderlineError(
      'name-taken',
      `There is another ${table} "${name}" by now; nothing was changed. Remove or rename it first.`,
    );
  }
  db.run(`UPDATE ${table} SET removed = NULL WHERE id = ?`, [id]);
}

export function addSegment(db: WriteDb, segment: Omit<StoredSegment, 'id'>): number {
  return db.run('INSERT INTO segment(name, kind, definition) VALUES (?, ?, ?)', [
    segment.name,
    segment.kind,
    segment.definition,
  ]).lastId;
}

/** Carries frozen members to a changed segment of the same name. */
export function inheritMembers(db: WriteDb, from: number, to: number): void {
  db.run(
    'INSERT INTO segment_member(segment, customer, day, reason) SELECT ?, customer, day, reason FROM segment_member WHERE segment = ?',
    [to, from],
  );
}

/** Records who is in a segment on a day and why; throws `frozen-already` when it was done. */
export function freeze(
  db: WriteDb,
  segment: StoredSegment,
  day: Day,
  members: readonly { readonly customer: number; readonly reason: string }[],
): void {
  if (db.get('SELECT 1 FROM segment_member WHERE segment = ? AND day = ? LIMIT 1', [segment.id, day]) !== null) {
    throw new LadderlineError(
      'frozen-already',
      `"${segment.name}" was recorded as of ${isoDay(day)} already; nothing was changed.`,
    );
  }
  const step = 5000;
  for (let i = 0; i < members.length; i += step) {
    db.run(
      `INSERT INTO segment_member(segment, customer, day, reason)
       SELECT ?, value ->> 'customer', ?, value ->> 'reason' FROM json_each(?)`,
      [segment.id, day, JSON.stringify(members.slice(i, i + step))],
    );
  }
}

/** Days on which a segment was recorded, newest first, with the number of members. */
export function recordedDays(db: ReadDb, segment: number): { day: Day; members: number }[] {
  return db
    .all('SELECT day, count(*) FROM segment_member WHERE segment = ? GROUP BY day ORDER BY day DESC', [segment])
    .map(([day, members]) => ({ day: day as Day, members: members as number }));
}
