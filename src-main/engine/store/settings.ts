import type { WorkspaceSettings } from '#engine/base/context.ts';
import type { ReadDb, SqlValue, WriteDb } from '#engine/base/db.ts';
import { usage } from '#engine/base/errors.ts';

/** Settings of a workspace that names none (choices.md, Workspace defaults). Never the machine's zone. */
export const DEFAULT_SETTINGS: WorkspaceSettings = {
  unit: 'company',
  currency: 'EUR',
  timezone: 'UTC',
  fiscalYearStart: 1,
  ladderMode: 6,
  dateOrder: null,
  asOf: null,
};

/** Reads the settings kept in table `workspace`; a missing key has its default. */
export function readSettings(db: ReadDb): WorkspaceSettings {
  const kept = new Map(db.all('SELECT key, value FROM workspace').map((row) => [row[0] as string, row[1] as SqlValue]));
  const value = <T>(key: keyof WorkspaceSettings): T => (kept.has(key) ? kept.get(key) : DEFAULT_SETTINGS[key]) as T;
  return {
    unit: value('unit'),
    currency: value('currency'),
    timezone: value('timezone'),
    fiscalYearStart: value('fiscalYearStart'),
    ladderMode: value('ladderMode'),
    dateOrder: value('dateOrder'),
    asOf: value('asOf'),
  };
}

/** Writes the given settings after checking each; throws `usage` on a value that is not allowed. */
export function writeSettings(db: WriteDb, settings: Partial<WorkspaceSettings>): void {
  checkSettings(settings);
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    db.run('INSERT INTO workspace(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value', [
      key,
      value,
    ]);
  }
}

export function checkSettings(settings: Partial<WorkspaceSettings>): void {
  const { unit, currency, timezone, fiscalYearStart, ladderMode, dateOrder, asOf } = settings;
  if (unit !== undefined && unit !== 'company' && unit !== 'person') {
    throw usage(`unit "${String(unit)}" is not known; write company or person.`);
  }
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    throw usage(`currency "${currency}" is not an ISO 4217 code; write three capital letters such as EUR.`);
  }
  if (timezone !== undefined && !isZone(timezone)) {
    throw usage(`timezone "${timezone}" is not known; write an IANA name such as Europe/Berlin, or UTC.`);
  }
  if (
    fiscalYearStart !== undefined &&
    !(Number.isInteger(fiscalYearStart) && fiscalYearStart >= 1 && fiscalYearStart <= 12)
  ) {
    throw usage(`fiscal year start "${fiscalYearStart}" is not a month; write a number from 1 to 12.`);
  }
  if (ladderMode !== undefined && ladderMode !== 5 && ladderMode !== 6) {
    throw usage(`ladder mode "${String(ladderMode)}" is not known; write 5 or 6.`);
  }
  if (dateOrder !== undefined && dateOrder !== null && !['dmy', 'mdy', 'ymd'].includes(dateOrder)) {
    throw usage(`date order "${String(dateOrder)}" is not known; write dmy, mdy or ymd.`);
  }
  if (asOf !== undefined && asOf !== null && !Number.isInteger(asOf))
    throw usage('the as-of day is not a calendar day.');
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The number that every write transaction raises; 0 in a new workspace. */
export function readDataVersion(db: ReadDb): number {
  return db.count("SELECT value FROM workspace WHERE key = 'dataVersion'");
}

/** Raises the data version by one and answers the new one. Call once in every write transaction. */
export function raiseVersion(db: WriteDb): number {
  const next = readDataVersion(db) + 1;
  db.run(
    "INSERT INTO workspace(key, value) VALUES ('dataVersion', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    [next],
  );
  return next;
}
