import type { Cancel } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { shapeOfTable } from '#engine/store/cells.ts';
import { seenOf } from '#engine/store/seen.ts';

/** A row of an earlier full export that the newest one of its kind does not hold. */
export type MissingRow = {
  readonly table: string;
  readonly source: string;
  readonly key: string;
  readonly name: string | null;
  /** The last full export that held it. */
  readonly batch: string;
  readonly file: string;
  readonly day: string;
};

export type Missing = {
  /** The newest full export of each kind, and how many rows of earlier ones it lacks. */
  readonly exports: readonly { batch: string; file: string; day: string; against: string[]; missing: number }[];
  readonly total: number;
  readonly rows: readonly MissingRow[];
};

type FullExport = { batch: number; file: string; day: number; source: string };

/**
 * Rows that were in an earlier full export of a kind (same source, profile or header) and are not in its newest one. Nothing is
 * deleted: a row may have been filtered out.
 */
export function missingRows(db: ReadDb, limit: number, cancel?: Cancel): Missing {
  const kinds = new Map<string, FullExport[]>();
  for (const [batch, file, day, source, profile, fingerprint] of db.all(
    `SELECT b.id, b.file, b.day, s.name, b.profile, b.fingerprint FROM batch b JOIN source s ON s.id = b.source
     WHERE b.state = 'live' AND json_extract(b.mapping, '$.snapshot') = 1 ORDER BY b.id`,
  ) as [number, string, number, string, string | null, string][]) {
    const kind = `${source}\u001f${profile ?? fingerprint}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), { batch, file, day, source }]);
  }
  const exports: { batch: string; file: string; day: string; against: string[]; missing: number }[] = [];
  const rows: MissingRow[] = [];
  let total = 0;
  for (const list of kinds.values()) {
    const newest = list.at(-1)!;
    const earlier = list.slice(0, -1).reverse();
    let missing = 0;
    const tables = new Set(
      db
        .all('SELECT DISTINCT tbl FROM seen WHERE batch IN (SELECT value FROM json_each(?))', [
          JSON.stringify(list.map((each) => each.batch)),
        ])
        .map(([table]) => table as string),
    );
    for (const table of [...tables].sort()) {
      cancel?.check();
      const known = new IdSet();
      for (const id of ownIds(db, newest.batch, table)) known.add(id);
      for (const each of earlier) {
        cancel?.check();
        for (const id of ownIds(db, each.batch, table)) {
          if (!known.add(id)) continue;
          missing++;
          if (rows.length >= limit) continue;
          const name = table === 'party' ? 'name' : 'NULL';
          const row = db.get(`SELECT ext, ${name} FROM ${table} WHERE id = ?`, [id]);
          rows.push({
            table,
            source: each.source,
            key: row![0] as string,
            name: row![1] as string | null,
            batch: String(each.batch),
            file: each.file,
            day: isoDay(each.day),
          });
        }
      }
    }
    total += missing;
    exports.push({
      batch: String(newest.batch),
      file: newest.file,
      day: isoDay(newest.day),
      against: earlier.map((each) => String(each.batch)),
      missing,
    });
  }
  return { exports, total, rows };
}

/** Rows that a batch held as records of their own, ascending; parties that its rows only name are none. */
export function ownIds(db: ReadDb, batch: number, table: string): Int32Array {
  const seen = seenOf(db, batch, table);
  if (table !== 'party') return seen.ids;
  let own = 0;
  shapeOfTable(table).cells.forEach((cell, i) => {
    if (cell.name !== 'kind_told' && !cell.name.startsWith('ref_')) own |= 1 << i;
  });
  return seen.ids.filter((_, i) => (seen.masks[i]! & own) !== 0);
}

/** A set of row ids: one bit for each up to the largest. */
export class IdSet {
  private bits = new Uint8Array(1024);

  /** Adds an id; true when it was not there. */
  add(id: number): boolean {
    const at = id >>> 3;
    if (at >= this.bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, 2 * this.bits.length));
      larger.set(this.bits);
      this.bits = larger;
    }
    const bit = 1 << (id & 7);
    if ((this.bits[at]! & bit) !== 0) return false;
    this.bits[at]! |= bit;
    return true;
  }

  has(id: number): boolean {
    return ((this.bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }
}
