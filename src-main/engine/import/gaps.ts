import { isoDay } from '#engine/base/days.ts';
import type { Cancel } from '#engine/base/context.ts';
import type { WriteDb } from '#engine/base/db.ts';
import { shapeOfTable } from '#engine/store/cells.ts';
import { stagedValue, type Plan } from './dry-run.ts';
import { IdSet, ownIds } from './missing.ts';
import type { Staging } from './staging.ts';
import { described } from './unresolved.ts';

/** Rows of the last full export of the same kind that a staged full export does not hold. */
export type StagedMissing = {
  /** The full export it is compared with; null when there is none. */
  readonly against: { readonly batch: string; readonly file: string; readonly day: string } | null;
  readonly rows: number;
  readonly samples: readonly { readonly table: string; readonly key: string; readonly name: string | null }[];
};

/** Staged rows of an entity that name customers whom neither the file nor an earlier import describes. */
export type StagedUnresolved = {
  readonly entity: string;
  readonly keys: number;
  readonly rows: number;
  readonly samples: readonly string[];
};

const SAMPLES = 5;
/** Keys that are themselves a name, an address or a number describe their customer. */
const TELLING_KEYS = ['email:%', 'name:%', 'tel:%', 'phone:%'];

/** What a full export lacks of the one before it (same source, profile or header). Call after `planMerge`. */
export function stagedMissing(
  db: WriteDb,
  staging: Staging,
  kind: { readonly source: string; readonly profile: string | null; readonly fingerprint: string },
  cancel?: Cancel,
): StagedMissing {
  const last = db.get(
    `SELECT b.id, b.file, b.day FROM batch b JOIN source s ON s.id = b.source
     WHERE b.state = 'live' AND json_extract(b.mapping, '$.snapshot') = 1 AND s.name = ?
       AND coalesce(b.profile, b.fingerprint) = ? ORDER BY b.id DESC LIMIT 1`,
    [kind.source, kind.profile ?? kind.fingerprint],
  ) as [number, string, number] | null;
  if (last === null) return { against: null, rows: 0, samples: [] };
  const [batch, file, day] = last;
  const samples: { table: string; key: string; name: string | null }[] = [];
  let rows = 0;
  for (const [name] of db.all('SELECT DISTINCT tbl FROM seen WHERE batch = ? ORDER BY tbl', [batch])) {
    cancel?.check();
    const table = name as string;
    const held = new IdSet();
    if ((staging.tables.get(table)?.live ?? 0) > 0)
      for (const [id] of db.iterate(`SELECT target FROM stage.act_${table}`)) held.add(id as number);
    for (const id of ownIds(db, batch, table)) {
      if (held.has(id)) continue;
      rows += 1;
      if (samples.length >= SAMPLES) continue;
      const row = db.get(`SELECT ext, ${table === 'party' ? 'name' : 'NULL'} FROM ${table} WHERE id = ?`, [id])!;
      samples.push({ table, key: row[0] as string, name: row[1] as string | null });
    }
  }
  return { against: { batch: String(batch), file, day: isoDay(day) }, rows, samples };
}

/** Keys of customers that staged rows name and nothing describes: neither the file nor the workspace. Call after `planMerge`. */
export function stagedUnresolved(db: WriteDb, staging: Staging, plan: Plan, cancel?: Cancel): StagedUnresolved[] {
  if ((staging.tables.get('party')?.live ?? 0) === 0) return [];
  const told = shapeOfTable('party')
    .columns.map((c) => c.name)
    .filter((name) => name !== 'kind_told' && !name.endsWith('account_ext'));
  db.exec(
    `DROP TABLE IF EXISTS stage.undescribed;
     CREATE TABLE stage.undescribed(party INTEGER PRIMARY KEY, ext TEXT NOT NULL);`,
  );
  db.run(
    `INSERT OR IGNORE INTO stage.undescribed
     SELECT a.target, s.ext FROM stage.party s JOIN stage.act_party a ON a.n = s.id LEFT JOIN main.party t ON t.id = a.target
     WHERE ${told.map((name) => `s.${name} IS NULL`).join(' AND ')}
       AND ${TELLING_KEYS.map(() => 's.ext NOT LIKE ?').join(' AND ')}
       AND (t.id IS NULL OR (t.email IS NULL AND t.name IS NULL AND NOT ${described('t')}))`,
    TELLING_KEYS,
  );
  if (db.get('SELECT 1 FROM stage.undescribed LIMIT 1') === null) return [];
  const found: StagedUnresolved[] = [];
  const events = [...staging.filled()].filter((staged) => staged.table !== 'party');
  const onlyNamed = events.length === 1 && !hasOwnParties(staging);
  for (const staged of events) {
    cancel?.check();
    const values = staged.columns
      .filter((c) => (c.name === 'party' || c.name === 'account_party') && (staged.carried >>> c.cell) & 1)
      .map((column) => stagedValue(column, plan.references));
    if (values.length === 0) continue;
    const rows = db.count(
      `SELECT count(*) FROM stage.${staged.table} s WHERE ${values.map((value) => `${value} IN (SELECT party FROM stage.undescribed)`).join(' OR ')}`,
    );
    if (rows === 0) continue;
    // Where these rows alone name parties, they name all that are staged.
    const named = onlyNamed
      ? ''
      : `WHERE u.party IN (${values.map((value) => `SELECT ${value} FROM stage.${staged.table} s`).join(' UNION ALL ')})`;
    const keys = db.count(`SELECT count(DISTINCT u.ext) FROM stage.undescribed u ${named}`);
    const samples = db.all(`SELECT DISTINCT u.ext FROM stage.undescribed u ${named} ORDER BY u.ext LIMIT ${SAMPLES}`);
    found.push({ entity: staged.shape.entities[0]!, keys, rows, samples: samples.map(([ext]) => ext as string) });
  }
  return found;
}

/** True when the file has rows that are parties themselves. */
function hasOwnParties(staging: Staging): boolean {
  const { entities, count } = staging.tables.get('party')!;
  for (let n = 0; n < count; n++) if (entities.at(n) !== 2) return true;
  return false;
}
