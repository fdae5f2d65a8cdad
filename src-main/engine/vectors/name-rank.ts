import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { int32 } from './allocate.ts';
import type { Membership } from './customers.ts';
import { readMembership, readNames } from './customers.ts';

/*
 * Sorting a million names by the collation of a language takes seconds, so the order is kept in `vector` under
 * tbl = 'customer', col = 'name_rank': 8 bytes of hash over ids and names, then the customer indexes in order.
 */
const TABLE = 'customer';
const COLUMN = 'name_rank';

/** Customer indexes in the order of their names: locale `en`, case and accents ignored, then by customer id. */
export function nameOrder(db: ReadDb, membership: Membership, names: readonly string[]): Int32Array {
  const row = db.get('SELECT data FROM vector WHERE tbl = ? AND col = ? AND chunk = 0', [TABLE, COLUMN]);
  if (row) {
    const data = row[0] as Uint8Array;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const [high, low] = hashNames(membership.id, names);
    if (
      data.byteLength === 8 + names.length * 4 &&
      view.getUint32(0, true) === high &&
      view.getUint32(4, true) === low
    ) {
      const order = int32(names.length);
      new Uint8Array(order.buffer).set(data.subarray(8));
      return order;
    }
  }
  return sortNames(names);
}

/** Keeps the order of names when it is missing or stale; true when it was written. */
export function packNameOrder(db: WriteDb): boolean {
  const membership = readMembership(db);
  const names = readNames(db, membership);
  const [high, low] = hashNames(membership.id, names);
  const kept = db.get('SELECT data FROM vector WHERE tbl = ? AND col = ? AND chunk = 0', [TABLE, COLUMN])?.[0] as
    | Uint8Array
    | undefined;
  if (kept && kept.byteLength === 8 + names.length * 4) {
    const view = new DataView(kept.buffer, kept.byteOffset, 8);
    if (view.getUint32(0, true) === high && view.getUint32(4, true) === low) return false;
  }
  const data = new Uint8Array(8 + names.length * 4);
  new Uint32Array(data.buffer, 0, 2).set([high, low]);
  new Int32Array(data.buffer, 8).set(sortNames(names));
  db.run('INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, 0, ?, ?)', [
    TABLE,
    COLUMN,
    names.length,
    data,
  ]);
  return true;
}

function sortNames(names: readonly string[]): Int32Array {
  const { compare } = new Intl.Collator('en', { sensitivity: 'base' });
  const order = int32(names.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => compare(names[a]!, names[b]!) || a - b);
}

/** Two 32-bit FNV-1a hashes with different seeds over every (id, name). */
function hashNames(ids: Int32Array, names: readonly string[]): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    a = Math.imul(a ^ ids[i]!, 0x01000193);
    b = Math.imul(b ^ ids[i]!, 0x01000193);
    for (let k = 0; k < name.length; k++) {
      const code = name.charCodeAt(k);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul((b << 5) ^ (b >>> 27) ^ code, 0x01000193);
    }
  }
  return [a >>> 0, b >>> 0];
}
