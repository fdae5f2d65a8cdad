import type { WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { TWICE_TOLD } from './cells.ts';
import { readSettings } from './settings.ts';

/**
 * Brings the derived columns of parties up to date after rows came or went: the value shown is the party's own, else
 * the one that rows naming it give; the kind is as stated, else a person when an e-mail is known, else the workspace's
 * unit; a person's account is the company party of the same source. Parties that no import made (assumed is null)
 * stand as they are. Runs inside the caller's transaction.
 */
export function deriveParties(db: WriteDb): void {
  const person = termOf('person');
  const company = termOf('company');
  const assumed = readSettings(db).unit === 'company' ? company : person;
  const stale = TWICE_TOLD.map((c) => `${c} IS NOT coalesce(row_${c}, ref_${c})`).join(' OR ');
  db.run(
    `UPDATE party SET ${TWICE_TOLD.map((c) => `${c} = coalesce(row_${c}, ref_${c})`).join(', ')}
     WHERE assumed IS NOT NULL AND (${stale})`,
  );
  const kind = `coalesce(kind_told, CASE WHEN email IS NOT NULL THEN ${person} ELSE ${assumed} END)`;
  // Two parties may not end with one key: the one that cannot change keeps the kind it has.
  db.run(
    `UPDATE OR IGNORE party SET kind = ${kind}, assumed = kind_told IS NULL
     WHERE assumed IS NOT NULL AND (kind IS NOT ${kind} OR assumed IS NOT (kind_told IS NULL))`,
  );
  const account = `(SELECT a.id FROM party a WHERE a.source = party.source AND a.kind = ${company} AND a.ext = party.account_ext)`;
  db.run(
    `UPDATE party SET account_party = ${account}
     WHERE (account_ext IS NOT NULL OR account_party IS NOT NULL) AND assumed IS NOT NULL AND account_party IS NOT ${account}`,
  );
}
