import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { packInts, unpackInts } from '#engine/vectors/pack.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { rulesOf } from './current.ts';

/*
 * Table rung_spell holds the spells of every customer by a ladder of the workspace's own, for one version of the ladder
 * and of the data. Table vector says which: its row is written last and names the number of spells, so that spells half
 * written, half deleted or of another version are never read. Deleting any of it changes no figure.
 */
const TABLE = 'rung_spell';
const FIELDS = 5;
/** A standing is one number: the index of the rung, and this much more when lapsed. */
export const LAPSED = 8;

/** What saved spells are of; `until` is the last day followed. */
export type SpellsHead = {
  readonly ladder: number;
  readonly dataVersion: number;
  readonly mode: 5 | 6;
  readonly fiscalYearStart: number;
  readonly until: Day;
};

/** Spells of customer c (by index): start[c] .. start[c + 1] - 1, adjoining, by day. */
export type SavedSpells = {
  readonly until: Day;
  readonly start: Int32Array;
  readonly from: Int32Array;
  /** Index of the rung, LAPSED more when lapsed. */
  readonly code: Uint8Array;
};

export function readSpellsHead(db: ReadDb): (SpellsHead & { readonly spells: number }) | null {
  const row = db.get("SELECT n, data FROM vector WHERE tbl = ? AND col = '' AND chunk = 0", [TABLE]);
  if (row === null) return null;
  const fields = new Int32Array(FIELDS);
  unpackInts(row[1] as Uint8Array, fields, 0, FIELDS);
  const [ladder, dataVersion, mode, fiscalYearStart, until] = fields as unknown as [number, number, 5 | 6, number, Day];
  return { ladder, dataVersion, mode, fiscalYearStart, until, spells: row[0] as number };
}

export function writeSpellsHead(db: WriteDb, head: SpellsHead, spells: number): void {
  const { ladder, dataVersion, mode, fiscalYearStart, until } = head;
  const data = packInts(Int32Array.of(ladder, dataVersion, mode, fiscalYearStart, until));
  db.run("INSERT INTO vector(tbl, col, chunk, n, data) VALUES (?, '', 0, ?, ?)", [TABLE, spells, data]);
}

/** Removes saved spells, first what makes them count. */
export function dropSpells(db: WriteDb): void {
  db.run('DELETE FROM vector WHERE tbl = ?', [TABLE]);
  db.run('DELETE FROM rung_spell');
}

/** What spells must be of to be read in a context; null for the product's own ladder, which needs none. */
export function spellsWanted(ctx: ReadContext, vectors: Vectors): Omit<SpellsHead, 'until'> | null {
  const { ladder } = rulesOf(ctx, vectors);
  if (ladder.rules === null) return null;
  const { ladderMode, fiscalYearStart } = ctx.settings;
  return { ladder: ladder.version, dataVersion: ctx.dataVersion, mode: ladderMode, fiscalYearStart };
}

/** True when the head is of what is wanted. */
export function fits(head: SpellsHead, wanted: Omit<SpellsHead, 'until'>): boolean {
  return (
    head.ladder === wanted.ladder &&
    head.dataVersion === wanted.dataVersion &&
    head.mode === wanted.mode &&
    head.fiscalYearStart === wanted.fiscalYearStart
  );
}

const SAVED: Kept<{ head: SpellsHead | null; spells: SavedSpells | null }> = {
  name: 'language.saved-spells',
  make: () => ({ head: null, spells: null }),
};

/** The saved spells of the ladder in use, null when there are none that fit. */
export function savedSpells(ctx: ReadContext, vectors: Vectors): SavedSpells | null {
  const wanted = spellsWanted(ctx, vectors);
  if (wanted === null) return null;
  const kept = ctx.kept(SAVED);
  if (kept.spells === null || kept.head === null || !fits(kept.head, wanted)) {
    // They may be written at any moment: as long as none fit, they are looked for again.
    const head = readSpellsHead(ctx.db);
    if (head === null || !fits(head, wanted)) return null;
    kept.head = head;
    kept.spells = readSpells(ctx, vectors, head);
  }
  return kept.spells;
}

function readSpells(ctx: ReadContext, vectors: Vectors, head: SpellsHead & { spells: number }): SavedSpells | null {
  const { count } = vectors.customers;
  const customers = new Int32Array(head.spells);
  const from = new Int32Array(head.spells);
  const code = new Uint8Array(head.spells);
  const start = new Int32Array(count + 1);
  let n = 0;
  for (const row of ctx.db.iterate(
    'SELECT customer, from_day, rung, lapsed FROM rung_spell ORDER BY customer, from_day',
  )) {
    if (n === head.spells) return null;
    const customer = vectors.customers.indexOf(row[0] as number);
    if (customer < 0) return null;
    if (n % 65_536 === 0) ctx.cancel.check();
    customers[n] = customer;
    from[n] = row[1] as Day;
    code[n] = (row[2] as number) + LAPSED * (row[3] as number);
    start[customer + 1]!++;
    n++;
  }
  if (n !== head.spells) return null;
  for (let c = 0; c < count; c++) start[c + 1]! += start[c]!;
  // Customers need not lie in the order of their ids.
  const next = start.slice(0, count);
  const spells = { until: head.until, start, from: new Int32Array(n), code: new Uint8Array(n) };
  for (let k = 0; k < n; k++) {
    const at = next[customers[k]!]!++;
    spells.from[at] = from[k]!;
    spells.code[at] = code[k]!;
  }
  return spells;
}
