import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import type { ChunkedTable } from './chunks.ts';
import { decodeJsonb } from './pack.ts';

/**
 * Documents that purchases name (`invoice_ext`): row `from[i]` names row `to[i]`. Sorted by (from, rank, to).
 * Rank 0: the same source's external id; 1: the same source's invoice number; 2, 3: another source's external id or
 * invoice number, which holds only between documents of one customer.
 */
export type DocumentLinks = { readonly from: Int32Array; readonly to: Int32Array; readonly rank: Int32Array };

export const FIRST_FOREIGN_RANK = 2;

const TABLE = 'document_link';

const LINKS = `
WITH naming(id, source, named) AS MATERIALIZED (
  SELECT id, source, invoice_ext FROM purchase WHERE invoice_ext IS NOT NULL AND invoice_ext <> ''
),
linked(child, target, rank) AS (
  SELECT n.id, d.id, 0
  FROM naming n JOIN purchase d ON d.source = n.source AND d.ext = n.named
  UNION ALL
  SELECT n.id, d.id, 2
  FROM naming n CROSS JOIN source s JOIN purchase d ON d.source = s.id AND d.ext = n.named
  WHERE s.id <> n.source AND d.kind = ${termOf('invoice')}
  UNION ALL
  SELECT n.id, d.id, iif(d.source = n.source, 1, 3)
  FROM naming n JOIN purchase d ON d.number = n.named
  WHERE d.kind = ${termOf('invoice')}
)
SELECT jsonb_group_array(child), jsonb_group_array(target), jsonb_group_array(rank)
FROM (SELECT child, target, rank FROM linked WHERE child <> target ORDER BY child, rank, target LIMIT -1)`;

/** Reads the links kept by `packLinks` when they are of the same purchases, else finds them. */
export function documentLinks(db: ReadDb, purchases: ChunkedTable): DocumentLinks {
  const fingerprint = purchases.fingerprint();
  const kept =
    fingerprint === null
      ? null
      : db.get('SELECT data FROM vector WHERE tbl = ? AND col = ? AND chunk = 0', [TABLE, fingerprint]);
  return kept ? unpackLinks(kept[0] as Uint8Array) : findLinks(db);
}

/** Keeps the links of the present purchases; call when every chunk of purchases is packed. */
export function packLinks(db: WriteDb, purchases: ChunkedTable): void {
  const fingerprint = purchases.fingerprint();
  if (fingerprint === null || db.get('SELECT 1 FROM vector WHERE tbl = ? AND col = ?', [TABLE, fingerprint])) return;
  const { from, to, rank } = findLinks(db);
  const n = from.length;
  const packed = new Int32Array(n * 3);
  packed.set(from);
  packed.set(to, n);
  packed.set(rank, n * 2);
  db.run('DELETE FROM vector WHERE tbl = ?', [TABLE]);
  db.run('INSERT INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, 0, ?, ?)', [
    TABLE,
    fingerprint,
    n,
    new Uint8Array(packed.buffer),
  ]);
}

function unpackLinks(data: Uint8Array): DocumentLinks {
  const all = new Int32Array(data.slice().buffer);
  const n = all.length / 3;
  return { from: all.subarray(0, n), to: all.subarray(n, n * 2), rank: all.subarray(n * 2) };
}

function findLinks(db: ReadDb): DocumentLinks {
  const row = db.get(LINKS);
  const [from, to, rank] = [0, 1, 2].map((i) => decodeJsonb(row![i] as Uint8Array, false));
  return { from: from!, to: to!, rank: rank! };
}
