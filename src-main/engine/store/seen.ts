import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { shapeOfTable } from './cells.ts';
import type { TablePolicies } from './policy.ts';
import { VarintReader, VarintWriter } from './varint.ts';

/** Rows of one batch in one table: ids ascending, each with its source line and the mask of the cells it carried. */
export type Seen = { readonly ids: Int32Array; readonly lines: Int32Array; readonly masks: Uint32Array };

/** Rows per chunk: one look-up decodes one chunk per batch. */
export const SEEN_CHUNK = 16_384;

/**
 * Stores what a batch contained, in id order, delta-coded: about 3 bytes per row in random order, next to none in
 * file order. Replaces what was stored for the batch and table. The rows come in parts, each with a whole number of chunks but the
 * last.
 */
export function writeSeen(
  db: WriteDb,
  batch: number,
  table: string,
  parts: Iterable<Seen>,
  policies: TablePolicies | null = null,
): void {
  db.run('DELETE FROM seen WHERE batch = ? AND tbl = ?', [batch, table]);
  const cells = shapeOfTable(table).cells.map((c) => c.name);
  db.run('INSERT OR REPLACE INTO coverage(batch, tbl, columns, policies) VALUES (?, ?, ?, ?)', [
    batch,
    table,
    JSON.stringify(cells),
    policies === null ? null : JSON.stringify(policies),
  ]);
  const ids = new VarintWriter();
  const lines = new VarintWriter();
  const masks = new VarintWriter();
  let chunk = 0;
  for (const seen of parts) {
    const total = seen.ids.length;
    for (let from = 0; from < total; from += SEEN_CHUNK) {
      const to = Math.min(total, from + SEEN_CHUNK);
      const lo = seen.ids[from]!;
      packDeltas(ids, seen.ids, from, to, lo);
      packDeltas(lines, seen.lines, from, to, 0);
      for (let i = from; i < to;) {
        const mask = seen.masks[i]!;
        let n = 1;
        while (i + n < to && seen.masks[i + n] === mask) n++;
        masks.unsigned(n);
        masks.unsigned(mask);
        i += n;
      }
      db.run('INSERT INTO seen(batch, tbl, chunk, lo, hi, n, ids, lines, masks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        batch,
        table,
        chunk++,
        lo,
        seen.ids[to - 1]!,
        to - from,
        ids.take(),
        lines.take(),
        masks.take(),
      ]);
    }
  }
}

/** Runs of equal deltas: (length, delta) pairs, so that rows in file order cost nothing. */
function packDeltas(out: VarintWriter, values: Int32Array, from: number, to: number, start: number): void {
  let previous = start;
  for (let i = from; i < to;) {
    const delta = values[i]! - previous;
    let n = 1;
    previous = values[i]!;
    while (i + n < to && values[i + n]! - previous === delta) {
      previous = values[i + n]!;
      n++;
    }
    if (n === 1) out.signed(delta >= 0 ? delta + 1 : delta);
    else {
      // 0 announces a run; single deltas are stored shifted so that 0 never is one of them.
      out.signed(0);
      out.unsigned(n);
      out.signed(delta);
    }
    i += n;
  }
}

function unpackDeltas(bytes: Uint8Array, n: number, start: number): Int32Array {
  const reader = new VarintReader(bytes);
  const values = new Int32Array(n);
  let previous = start;
  for (let i = 0; i < n;) {
    const code = reader.signed();
    if (code !== 0) {
      previous += code > 0 ? code - 1 : code;
      values[i++] = previous;
      continue;
    }
    const run = reader.unsigned();
    const delta = reader.signed();
    for (let k = 0; k < run; k++) {
      previous += delta;
      values[i++] = previous;
    }
  }
  return values;
}

/** One stored chunk: which batch saw which rows. */
export type SeenChunk = Seen & { readonly batch: number; readonly lo: number; readonly hi: number };

/** Chunks of batches that are live (or of one batch in any state) whose id range meets [lo, hi], by batch then id. */
export function seenInRange(db: ReadDb, table: string, lo: number, hi: number, only?: { batch: number }): SeenChunk[] {
  const rows = only
    ? db.all(
        'SELECT batch, lo, hi, n, ids, lines, masks FROM seen WHERE batch = ? AND tbl = ? AND lo <= ? AND hi >= ? ORDER BY lo',
        [only.batch, table, hi, lo],
      )
    : db.all(
        `SELECT s.batch, s.lo, s.hi, s.n, s.ids, s.lines, s.masks FROM seen s JOIN batch b ON b.id = s.batch AND b.state = 'live'
         WHERE s.tbl = ? AND s.lo <= ? AND s.hi >= ? ORDER BY s.batch, s.lo`,
        [table, hi, lo],
      );
  const translations = new Map<number, ((mask: number) => number) | null>();
  return rows.map((row) => {
    const batch = row[0] as number;
    const n = row[3] as number;
    let translate = translations.get(batch);
    if (translate === undefined) {
      translate = translation(db, batch, table);
      translations.set(batch, translate);
    }
    return {
      batch,
      lo: row[1] as number,
      hi: row[2] as number,
      ids: unpackDeltas(row[4] as Uint8Array, n, row[1] as number),
      lines: unpackDeltas(row[5] as Uint8Array, n, 0),
      masks: unpackMasks(row[6] as Uint8Array, n, translate),
    };
  });
}

/** The policies under which a batch carries values into a table; cells that are not named are overwritten. */
export function policiesOf(db: ReadDb, batch: number, table: string): TablePolicies {
  const stored = db.get('SELECT policies FROM coverage WHERE batch = ? AND tbl = ?', [batch, table])?.[0];
  return typeof stored === 'string' ? (JSON.parse(stored) as TablePolicies) : {};
}

/** Everything one batch saw in a table, ids ascending. */
export function seenOf(db: ReadDb, batch: number, table: string): Seen {
  const chunks = seenInRange(db, table, -0x80000000, 0x7fffffff, { batch });
  const n = chunks.reduce((sum, c) => sum + c.ids.length, 0);
  const seen = { ids: new Int32Array(n), lines: new Int32Array(n), masks: new Uint32Array(n) };
  let at = 0;
  for (const chunk of chunks) {
    seen.ids.set(chunk.ids, at);
    seen.lines.set(chunk.lines, at);
    seen.masks.set(chunk.masks, at);
    at += chunk.ids.length;
  }
  return seen;
}

function unpackMasks(bytes: Uint8Array, n: number, translate: ((mask: number) => number) | null): Uint32Array {
  const reader = new VarintReader(bytes);
  const masks = new Uint32Array(n);
  for (let i = 0; i < n;) {
    const run = reader.unsigned();
    const stored = reader.unsigned();
    masks.fill(translate ? translate(stored) : stored, i, i + run);
    i += run;
  }
  return masks;
}

/** Masks written when the table had other cells are translated by name; null when nothing moved. */
function translation(db: ReadDb, batch: number, table: string): ((mask: number) => number) | null {
  const stored = db.get('SELECT columns FROM coverage WHERE batch = ? AND tbl = ?', [batch, table])?.[0];
  if (typeof stored !== 'string') return null;
  const now = shapeOfTable(table).cells.map((c) => c.name);
  if (stored === JSON.stringify(now)) return null;
  const place = (JSON.parse(stored) as string[]).map((name) => now.indexOf(name));
  return (mask) => {
    let result = 0;
    place.forEach((bit, i) => {
      if (bit >= 0 && (mask >>> i) & 1) result |= 1 << bit;
    });
    return result >>> 0;
  };
}
